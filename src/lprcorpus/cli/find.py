"""``lprcorpus find``."""

from __future__ import annotations

from pathlib import Path

import click

from lprcorpus.citation.styles import can_format
from lprcorpus.cli.options import corpus_option
from lprcorpus.cli.output import count_progress, indent, print_json
from lprcorpus.corpus import Corpus
from lprcorpus.search.passages import Passage, find, near_words

__all__ = ["command", "default_style", "passage_lines"]


@click.command(
    "find",
    epilog='Example: lprcorpus find "night whispers" --style apa',
)
@click.argument("words", nargs=-1, required=True)
@click.option("--exact", is_flag=True, help="Only the passages that hold the words in a row.")
@click.option("--record", metavar="ID", help="Only the passages of this record.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Passages to show, at most.")
@click.option(
    "--style", metavar="STYLE", help="Style of the citations: chicago (the default), apa, mla … or bibtex, ris, csl-json."
)
@click.option("--json", "as_json", is_flag=True, help="Print the passages as JSON, each with its selector.")
@corpus_option
def command(
    words: tuple[str, ...],
    record: str | None,
    limit: int,
    style: str | None,
    folder: Path | None,
    *,
    exact: bool,
    as_json: bool,
) -> None:
    """Find the passages that hold some words, each with its page and citation.

    Case, accents, punctuation, line ends and page breaks do not count. First come the passages that hold the words in a row,
    then the sentences (in verse: the stanzas) that hold all of them in any order. Each has its citation and its selector, the
    line that "lprcorpus resolve" follows back to the passage in a later edition of the data.
    """
    corpus, query = Corpus(folder), " ".join(words)
    style = style or default_style()
    with count_progress("Indexing records") as progress:
        found = find(query, exact=exact, record=record, limit=limit, style=style, corpus=corpus, progress=progress)
    if as_json:
        print_json([passage.to_dict() for passage in found])
    else:
        for passage in found:
            click.echo(passage_lines(passage) + "\n")
        if found and found[0].references:
            click.echo(f"References\n{indent(found[0].references)}")
    if not found:
        click.echo(_nothing(query, near_words(query, corpus)), err=True)
    elif len(found) == limit and len(find(query, exact=exact, record=record, limit=limit + 1, corpus=corpus)) > limit:
        click.echo(f"the first {limit} passages; there are more: --limit {10 * limit}", err=True)


def default_style() -> str:
    """Return the style of citations where none is asked for: Chicago's notes or, without pandoc, BibTeX, which is then said."""
    if can_format():
        return "chicago"
    click.echo("lprcorpus: citations are in BibTeX; for Chicago, APA and others: pip install 'lprcorpus[cite]'", err=True)
    return "bibtex"


def passage_lines(passage: Passage) -> str:
    """Return a passage as people read it: where it stands, its sentence, its citation and its selector."""
    pages = f"p. {passage.page}" if passage.page == passage.page_end else f"pp. {passage.page}–{passage.page_end}"
    blocks = f"block {passage.block}" if passage.block == passage.block_end else f"blocks {passage.block}–{passage.block_end}"
    lines = [
        f"{click.style(passage.record, bold=True)}, {pages}, {blocks}",
        indent(passage.sentence, "    "),
        f"  cite      {indent(passage.citation, ' ' * 12).lstrip()}",
        f"  selector  {passage.selector}",
    ]
    return "\n".join(lines)


def _nothing(query: str, near: dict[str, list[str]]) -> str:
    """Return the line that says that nothing was found."""
    shown = " ".join(query.split())
    said = f"no passage holds {shown if len(shown) <= 60 else shown[:59] + '…'}"
    hints = [f"{word!r} stands nowhere" + (f", but {' and '.join(words)} do" if words else "") for word, words in near.items()]
    return "; ".join([said, *hints[:3]])

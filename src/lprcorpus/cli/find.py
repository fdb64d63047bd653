"""``lprcorpus find``."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import click

from lprcorpus.citation.citing import cite_places
from lprcorpus.citation.styles import can_format
from lprcorpus.cli.output import ProgressBar, as_text, corpus_option, indent, print_json
from lprcorpus.corpus import Corpus
from lprcorpus.export.spreadsheet import guarded
from lprcorpus.messages import pages
from lprcorpus.search.passages import Passage
from lprcorpus.search.query import find
from lprcorpus.search.selectors import CONTEXT
from lprcorpus.search.words import words as folded_words

# Characters on either side of a keyword, in CSV and JSON.
_CONCORDANCE_CONTEXT = 80
# Columns on either side of a keyword, on a screen.
_SHOWN_CONTEXT = 40


@dataclass(frozen=True)
class ConcordanceLine:
    """A line of a concordance: a keyword, the text on either side, and where that is."""

    left: str
    keyword: str
    right: str
    record: str
    page: int


@click.command(
    "find",
    epilog='\b\nExamples: lprcorpus find "night whispers" --style apa\n'
    "          lprcorpus find silence --kwic --sort right",
)
@click.argument("words", nargs=-1, required=True)
@click.option("--exact", is_flag=True, help="Only the passages that contain the words in a row.")
@click.option("--record", metavar="ID", help="Only the passages of this record.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    help="Passages to show, at most.",
)
@click.option(
    "--style",
    metavar="STYLE",
    help="Style of the citations: chicago (the default), apa, mla … or bibtex, ris, csl-json.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the passages as JSON, each with its selector."
)
@click.option(
    "--kwic",
    is_flag=True,
    help="Print a concordance: each passage on a line, between what is around it.",
)
@click.option(
    "--sort",
    type=click.Choice(["left", "right"]),
    help="Sort the concordance by what is on that side.",
)
@click.option(
    "--csv",
    "as_csv",
    is_flag=True,
    help="Print the concordance as CSV for spreadsheets: where one would take text for a formula,"
    " an apostrophe is put before it.",
)
@corpus_option
def command(
    words: tuple[str, ...],
    record: str | None,
    limit: int,
    style: str | None,
    sort: str | None,
    folder: Path | None,
    *,
    exact: bool,
    as_json: bool,
    kwic: bool,
    as_csv: bool,
) -> None:
    """Find the passages that contain some words, each with its page and citation.

    Case, accents, punctuation, line ends and page breaks do not count. First come the passages that
    contain the words in a row, then the sentences (in verse: the stanzas) that contain all of them
    in any order. Each has its citation and its selector, the line that "lprcorpus resolve" follows
    back to the passage in a later edition of the data.
    """
    if not kwic and (sort or as_csv):
        raise click.UsageError(
            f"{'--sort' if sort else '--csv'} is for a concordance; expected --kwic with it"
        )
    if as_csv and as_json:
        raise click.UsageError("found both --csv and --json; expected one of them")
    query = as_text(" ".join(words))
    context = _CONCORDANCE_CONTEXT if kwic else CONTEXT
    with (
        Corpus(folder) as corpus,
        ProgressBar("Indexing records") as progress,
        warnings.catch_warnings(record=True) as notes,
    ):
        # One more than is shown, to know whether there are more; to be sorted, all.
        most = None if sort else limit + 1
        found = find(
            query,
            exact=exact,
            record=record,
            limit=most,
            context=context,
            corpus=corpus,
            progress=progress,
        )
        for note in notes:
            click.echo(f"lprcorpus: {note.message}", err=True)
        if kwic:
            lines = _concordance(found, sort)
            _print_concordance(lines[:limit], as_json=as_json, as_csv=as_csv)
        else:
            _print_passages(corpus, found[:limit], style or default_style(), as_json=as_json)
        if not found:
            line = " ".join(query.split())
            shown = line if len(line) <= 60 else f"{line[:59]}…"
            click.echo(f"no passage contains {shown}", err=True)
        elif len(found) > limit:
            click.echo(
                f"the first {limit} passages; there are more: --limit {10 * limit}", err=True
            )


def default_style() -> str:
    """Return the style of citations where none is asked for.

    That is Chicago's notes or, without pandoc, BibTeX, which is then said.
    """
    if can_format():
        return "chicago"
    click.echo(
        "lprcorpus: citations are in BibTeX; "
        "for Chicago, APA and others: pip install 'lprcorpus[cite]'",
        err=True,
    )
    return "bibtex"


def _print_passages(
    corpus: Corpus, passages: Sequence[Passage], style: str, *, as_json: bool
) -> None:
    places = [(passage.record, passage.page, passage.page_end) for passage in passages]
    cited = cite_places(corpus, places, style)
    if as_json:
        together = zip(passages, cited.citations, strict=True)
        print_json([{**passage.to_dict(), "citation": citation} for passage, citation in together])
        return
    for passage, citation in zip(passages, cited.citations, strict=True):
        click.echo(f"{passage_lines(passage, citation)}\n")
    if cited.references:
        references = "\n".join(cited.references.values())
        click.echo(f"References\n{indent(references)}")


def passage_lines(passage: Passage, citation: str = "") -> str:
    """Return a passage as people read it: its place, its sentence, its citation, its selector."""
    where = f"{click.style(passage.record, bold=True)}, {pages(passage.page, passage.page_end)}"
    lines = [f"{where}, {_blocks(passage)}", indent(passage.sentence, "    ")]
    if citation:
        lines.append(f"  cite      {indent(citation, ' ' * 12).lstrip()}")
    selector = passage.selector or "none: the raw text is not there"
    lines.append(f"  selector  {selector}")
    return "\n".join(lines)


def _blocks(passage: Passage) -> str:
    if passage.block is None:
        return passage.kind
    if passage.block == passage.block_end:
        return f"block {passage.block}"
    return f"blocks {passage.block}–{passage.block_end}"


def _concordance(passages: Sequence[Passage], sort: str | None) -> list[ConcordanceLine]:
    """Return passages as lines: as they come, or by the words on one side, the nearest first."""
    lines = []
    for passage in passages:
        left, keyword, right = (
            " ".join(part.split()) for part in (passage.before, passage.exact, passage.after)
        )
        lines.append(ConcordanceLine(left, keyword, right, passage.record, passage.page))
    if sort == "left":
        lines.sort(key=lambda line: folded_words(line.left)[::-1])
    elif sort == "right":
        lines.sort(key=lambda line: folded_words(line.right))
    return lines


def _print_concordance(lines: Sequence[ConcordanceLine], *, as_json: bool, as_csv: bool) -> None:
    if as_json:
        print_json([asdict(line) for line in lines])
        return
    if as_csv:
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow([field.name for field in fields(ConcordanceLine)])
        for line in lines:
            texts = map(guarded, (line.left, line.keyword, line.right))
            writer.writerow([*texts, line.record, line.page])
        click.echo(table.getvalue(), nl=False)
        return
    _print_columns(lines)


def _print_columns(lines: Sequence[ConcordanceLine]) -> None:
    """Print a concordance so that the keywords are below each other.

    A character may be two columns wide, or none.
    """
    from rich.cells import cell_len, set_cell_size

    width = max((cell_len(line.keyword) for line in lines), default=0) + 2 + _SHOWN_CONTEXT
    for line in lines:
        left = line.left
        while cell_len(left) > _SHOWN_CONTEXT:
            left = left[1:]
        margin = " " * (_SHOWN_CONTEXT - cell_len(left))
        size = width - cell_len(line.keyword) - 2
        right = set_cell_size(line.right, size)
        keyword = click.style(line.keyword, bold=True)
        click.echo(f"{margin}{left}  {keyword}  {right}  {line.record}, p. {line.page}")

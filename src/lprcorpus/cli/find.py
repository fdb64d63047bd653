"""``lprcorpus find``."""

from __future__ import annotations

import csv
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from lprcorpus.citation.citing import cite_places
from lprcorpus.citation.styles import FormattedItems, can_format
from lprcorpus.cli.options import corpus_option, flag, style_option
from lprcorpus.cli.output import as_text, print_json, progress_bar, tell, warn
from lprcorpus.corpus import Corpus
from lprcorpus.export.spreadsheet import guarded
from lprcorpus.messages import pages, shorten
from lprcorpus.search.passages import Passage
from lprcorpus.search.query import find
from lprcorpus.search.selectors import CONTEXT
from lprcorpus.search.words import words as folded_words

# Characters on either side of a keyword, in CSV and JSON.
_CONCORDANCE_CONTEXT = 80
# Columns on either side of a keyword, on a screen.
_SHOWN_CONTEXT = 40


@click.command(
    "find",
    epilog='\b\nExamples: lprcorpus find "night whispers" --style apa\n'
    "          lprcorpus find silence --kwic --sort right",
)
@click.argument("words", nargs=-1, required=True)
@flag("--exact", help="Only the passages that contain the words in a row.")
@click.option("--record", metavar="ID", help="Only the passages of this record.")
@click.option("--limit", type=click.IntRange(min=1), default=20, help="Passages to show, at most.")
@style_option
@flag("--json", "as_json", help="Print the passages as JSON, each with its selector.")
@flag("--kwic", help="Print a concordance: each passage on a line, between what is around it.")
@click.option(
    "--sort", type=click.Choice(["left", "right"]), help="A concordance, sorted by that side."
)
@flag(
    "--csv",
    "as_csv",
    help="A concordance as CSV; what looks like a formula has an apostrophe before it.",
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
    is_concordance = kwic or as_csv or sort is not None
    if as_csv and as_json:
        raise click.UsageError("found both --csv and --json; expected one of them")
    query = as_text(" ".join(words))
    with (
        Corpus(folder) as corpus,
        progress_bar("Indexing records") as progress,
        warnings.catch_warnings(record=True) as notes,
    ):
        found = find(
            query,
            exact=exact,
            record=record,
            # One more than is shown, to know whether there are more; to be sorted, all.
            limit=None if sort else limit + 1,
            context=_CONCORDANCE_CONTEXT if is_concordance else CONTEXT,
            corpus=corpus,
            progress=progress,
        )
        for note in notes:
            warn(str(note.message))
        if is_concordance:
            lines = _concordance(found, sort)[:limit]
            _print_concordance(lines, as_json=as_json, as_csv=as_csv)
        else:
            _print_passages(corpus, found[:limit], style, as_json=as_json)
    if not found:
        tell(f"no passage contains {shorten(' '.join(query.split()), 60)}")
    elif len(found) > limit:
        tell(f"the first {limit} passages; there are more: --limit {10 * limit}")


def _print_passages(
    corpus: Corpus, passages: Sequence[Passage], style: str | None, *, as_json: bool
) -> None:
    cited = cite_passages(corpus, passages, style)
    together = zip(passages, cited.citations, strict=True)
    if as_json:
        print_json([{**passage.to_dict(), "citation": citation} for passage, citation in together])
        return
    for passage, citation in together:
        click.echo(f"{passage_lines(passage, citation)}\n")
    if cited.references:
        click.echo("References")
    for reference in cited.references.values():
        click.echo(_indented(reference, "  "))


def cite_passages(corpus: Corpus, passages: Sequence[Passage], style: str | None) -> FormattedItems:
    """Return the citation of each passage, and the references where these are not complete.

    The style is Chicago's notes where none is asked for or, without pandoc, BibTeX.
    """
    if style is None and not can_format():
        install = "pip install 'lprcorpus[cite]'"
        warn(f"citations are in BibTeX; for Chicago, APA and others: {install}")
        style = "bibtex"
    places = [(passage.record, passage.page, passage.page_end) for passage in passages]
    return cite_places(corpus, places, style or "chicago")


def passage_lines(passage: Passage, citation: str) -> str:
    """Return a passage as people read it: its place, its sentence, its citation, its selector."""
    place = passage.kind
    if passage.block is not None:
        place = f"block {passage.block}"
        if passage.block != passage.block_end:
            place = f"blocks {passage.block}–{passage.block_end}"
    record = click.style(passage.record, bold=True)
    lines = [
        f"{record}, {pages(passage.page, passage.page_end)}, {place}",
        _indented(passage.sentence, "    "),
        f"  cite      {_indented(citation, ' ' * 12).lstrip()}",
        f"  selector  {passage.selector or 'none: the raw text is not there'}",
    ]
    return "\n".join(lines)


def _indented(text: str, by: str) -> str:
    # Not textwrap.indent, which ends lines where a text has none, as at U+2028.
    return by + text.replace("\n", f"\n{by}")


class ConcordanceLine(NamedTuple):
    """A line of a concordance: a keyword, the text on either side, and where that is."""

    left: str
    keyword: str
    right: str
    record: str
    page: int


def _concordance(passages: Sequence[Passage], sort: str | None) -> list[ConcordanceLine]:
    """Return passages as lines: as they come, or by the words on one side, the nearest first."""
    lines = []
    for passage in passages:
        texts = (passage.before, passage.exact, passage.after)
        left, keyword, right = (" ".join(text.split()) for text in texts)
        lines.append(ConcordanceLine(left, keyword, right, passage.record, passage.page))
    if sort == "left":
        lines.sort(key=lambda line: folded_words(line.left)[::-1])
    elif sort == "right":
        lines.sort(key=lambda line: folded_words(line.right))
    return lines


def _print_concordance(lines: Sequence[ConcordanceLine], *, as_json: bool, as_csv: bool) -> None:
    if as_json:
        print_json([line._asdict() for line in lines])
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(ConcordanceLine._fields)
        for line in lines:
            texts = map(guarded, (line.left, line.keyword, line.right))
            writer.writerow([*texts, line.record, line.page])
    else:
        _print_columns(lines)


def _print_columns(lines: Sequence[ConcordanceLine]) -> None:
    """Print lines so that the keywords are below each other."""
    # A character may be two columns wide, or none.
    from rich.cells import cell_len, set_cell_size

    widest = max((cell_len(line.keyword) for line in lines), default=0)
    for line in lines:
        left = set_cell_size(line.left[::-1], _SHOWN_CONTEXT)[::-1]
        room = widest - cell_len(line.keyword) + _SHOWN_CONTEXT
        right = set_cell_size(line.right, room)
        keyword = click.style(line.keyword, bold=True)
        click.echo(f"{left}  {keyword}  {right}  {line.record}, p. {line.page}")

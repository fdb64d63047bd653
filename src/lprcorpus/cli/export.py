"""``lprcorpus export``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lprcorpus.cli.options import GivenPath, corpus_option, flag, quiet_option
from lprcorpus.cli.output import progress_bar, say, warn
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.export.exporting import FORMATS, export
from lprcorpus.export.job import TextParts
from lprcorpus.messages import count

# Characters that a cell of Excel can hold (https://support.microsoft.com, "Excel specifications
# and limits").
_LONGEST_CELL = 32_767

_BINARY = ("parquet", "sqlite")


@click.command(
    "export",
    epilog="""\b
    Examples: lprcorpus export --format csv --type poem > poems.csv
              lprcorpus export --format csv --out tables/
              lprcorpus export --format txt --title --out texts/
              lprcorpus export --format sqlite --out corpus.db
              lprcorpus export --format tei --out hourglass.xml lpr-1-2/hourglass-of-the-free""",
)
@click.argument("ids", nargs=-1, metavar="[IDS]...")
@click.option(
    "--format", "form", required=True, type=click.Choice(FORMATS), help="The format to write."
)
@click.option(
    "--table", metavar="TABLE", help="The table of csv, jsonl or parquet; records by default."
)
@click.option(
    *("--type", "types"),
    multiple=True,
    metavar="TYPE",
    help="Only records of this type (speech, article, poem …); may be given again.",
)
@click.option(
    "-o",
    "--out",
    metavar="PATH",
    default="-",
    type=GivenPath(str),
    help="The file to write, or - for standard output. A folder, if it is there or PATH ends in a"
    " slash: csv gets all tables and a datapackage.json, tei one file for each issue, txt one for"
    " each record.",
)
@flag("--nested", help="In JSON Lines, put the contributors and blocks of each record into it.")
@flag("--bom", help="Begin CSV with a byte order mark, by which Excel sees that it is UTF-8.")
@click.option(
    "--title/--no-title", default=None, help="Begin txt with the title; without by default."
)
@click.option("--headings/--no-headings", default=None, help="Keep headings in txt; as by default.")
@click.option(
    "--note/--no-note", default=None, help="Put headnotes first in txt; without by default."
)
@corpus_option
@quiet_option
def command(
    ids: tuple[str, ...],
    form: str,
    table: str | None,
    types: tuple[str, ...],
    out: str,
    folder: Path | None,
    *,
    nested: bool,
    bom: bool,
    title: bool | None,
    headings: bool | None,
    note: bool | None,
) -> None:
    """Write the corpus as tables, texts, a database or TEI P5.

    IDS are the ids of records, or of issues for all of their records; without them everything is
    written. Of another table than records, the rows that belong to these records are written.

    In a single file of CSV no cell can run as a formula: where a spreadsheet would take text for
    one, an apostrophe is put before it. In a folder of CSV the values are as they are in the
    corpus.
    """
    to_stdout = out == "-"
    if to_stdout and form in _BINARY and sys.stdout.isatty():
        raise UsageError(f"{form} is not for a terminal: expected --out FILE, or a pipe")
    given = {"title": title, "headings": headings, "note": note}
    parts = {name: value for name, value in given.items() if value is not None}
    with Corpus(folder) as corpus, progress_bar("Exporting") as progress:
        done = export(
            sys.stdout.buffer if to_stdout else out,
            form,
            ids,
            table=table,
            types=types,
            nested=nested,
            bom=bom,
            parts=TextParts(**parts) if parts else None,
            corpus=corpus,
            progress=progress,
        )
    if not to_stdout:
        thing = "record" if form in ("tei", "txt") else "row"
        say(f"Wrote {out}: {count(done.rows, thing)}")
    if done.longest_cell > _LONGEST_CELL:
        longest = f"the longest cell has {done.longest_cell:,} characters"
        warn(f"note: {longest}; Excel cuts what is over {_LONGEST_CELL:,}")
    if not done.has_raw_texts:
        missing = "the raw texts are not beside this corpus"
        warn(f"note: {missing}: a page that begins inside a block is put after it, with cert='low'")

"""``lprcorpus export``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lprcorpus.cli.options import corpus_option, quiet_option
from lprcorpus.cli.output import byte_progress, say
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.export.exporting import FORMATS, export
from lprcorpus.messages import count

__all__ = ["command"]

_LONGEST_CELL = 32_767
"""Characters that a cell of Excel can hold (https://support.microsoft.com, "Excel specifications and limits")."""


@click.command(
    "export",
    epilog="""\b
    Examples: lprcorpus export --format csv --type poem > poems.csv
              lprcorpus export --format tei --out hourglass.xml lpr-1-2/hourglass-of-the-free""",
)
@click.argument("ids", nargs=-1, metavar="[IDS]...")
@click.option("--format", "form", required=True, type=click.Choice(FORMATS), help="The format to write.")
@click.option("--table", default="records", show_default=True, help="The table to write, in the other formats than TEI.")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only records of this type; may be given again.")
@click.option(
    "-o",
    "--out",
    metavar="PATH",
    help="The file to write; standard output by default, and for -. For TEI also a folder, if it is there or PATH ends in"
    " a slash: it gets one file for each issue.",
)
@click.option("--nested", is_flag=True, help="In JSON Lines, let each record hold its contributors and blocks.")
@click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, without which Excel does not see that it is UTF-8.")
@corpus_option
@quiet_option
def command(
    ids: tuple[str, ...],
    form: str,
    table: str,
    types: tuple[str, ...],
    out: str | None,
    folder: Path | None,
    *,
    nested: bool,
    bom: bool,
) -> None:
    """Write the corpus as CSV, JSON Lines, Parquet or TEI P5.

    IDS are the ids of records, or of issues, whose records are all meant; without them everything is written. Of a table other
    than records, the rows that belong to those records are.

    In CSV no cell can run as a formula: where a spreadsheet would take text for one, an apostrophe stands before it.
    """
    if out == "-":
        out = None
    if out is None and form == "parquet" and sys.stdout.isatty():
        raise UsageError("Parquet is not for a terminal: expected --out FILE, or a pipe")
    with byte_progress("Exporting") as progress:
        done = export(
            out or sys.stdout.buffer,
            form,
            ids,
            table=table,
            types=types,
            nested=nested,
            bom=bom,
            corpus=Corpus(folder),
            progress=progress,
        )
    if out:
        say(f"Wrote {out}: {count(done.rows, 'row')} of {table}", err=True)
    if done.longest_cell > _LONGEST_CELL:
        _note(f"the longest cell has {done.longest_cell:,} characters; Excel cuts what is over {_LONGEST_CELL:,}")
    if done.unplaced:
        _note("the raw texts are not beside this corpus: a page that begins inside a block is put after it, with cert='low'")


def _note(text: str) -> None:
    click.echo(f"lprcorpus: note: {text}", err=True)

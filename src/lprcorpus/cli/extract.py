"""``lprcorpus extract``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from lprcorpus.cli.options import OUTPUT, PATH, flag, quiet_option
from lprcorpus.cli.output import print_json, progress_bar, say, warn
from lprcorpus.extract.extraction import extract
from lprcorpus.layout_file import layout_path


@click.command("extract", epilog="Example: lprcorpus extract lpr-1-3.pdf --out raw/lpr-1-3.txt")
@click.argument("pdf", type=PATH)
@click.option("-o", "--out", type=OUTPUT, required=True, help="The raw text to write.")
@flag("--json", "as_values", help="Print what was found as JSON.")
@quiet_option
def command(pdf: Path, out: Path, *, as_values: bool) -> None:
    """Write the text of a PDF, in reading order, and its layout beside it.

    Columns follow each other, notes follow the text of their page, and a form feed is between two
    pages. The layout, OUT with the ending .layout.parquet, has for each raw line its page, box,
    font, size, weight and column, and says which PDF it is from. Neither file is ever written over.
    """
    with progress_bar("Extracting pages") as progress:
        report = extract(pdf, out, progress)
    for warning in report.warnings:
        warn(warning)
    if as_values:
        print_json(asdict(report))
    counts = f"pages: {report.pages:,}, lines: {report.lines:,}, columns: {report.columns}"
    say(f"Wrote {out} and {layout_path(out)} ({counts})")

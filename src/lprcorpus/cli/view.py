"""``lprcorpus view``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from lprcorpus.cli.options import OUTPUT, corpus_option, flag, is_quiet, quiet_option
from lprcorpus.cli.output import print_json, progress_bar
from lprcorpus.corpus import Corpus
from lprcorpus.messages import count
from lprcorpus.view.write import ONE_FILE_CHARS, write_view


@click.command("view", epilog="Example: lprcorpus view --out corpus.html --open")
@click.option(
    "-o",
    "--out",
    default="lprcorpus.html",
    type=OUTPUT,
    help=f"The file to write. A corpus of more than {ONE_FILE_CHARS:,} characters gets a folder"
    " beside it: a file per issue.",
)
@flag("--open", "show", help="Open the page in the browser.")
@corpus_option
@flag("--json", "as_json", help="Print what was written as JSON.")
@quiet_option
def command(out: Path, folder: Path | None, *, show: bool, as_json: bool) -> None:
    """Write the corpus as a page to read and to check the build by looking.

    The page needs no network and no server: every record set for reading, with its page numbers,
    its citation and, beside it, the raw lines that it was made from, each with its role and with
    every edit and its reason.
    """
    with Corpus(folder) as corpus, progress_bar("Writing") as progress:
        report = write_view(out, corpus, progress=progress)
    if as_json:
        print_json(asdict(report))
    elif not is_quiet():
        written = str(report.out)
        if len(report.files) > 1:
            others = count(len(report.files) - 1, "file")
            written += f" and {others} in {report.files[-1].parent}"
        click.echo(f"Wrote {written}: {count(report.records, 'record')}, {report.bytes:,} bytes")
    if show:
        click.launch(report.out.resolve().as_uri())

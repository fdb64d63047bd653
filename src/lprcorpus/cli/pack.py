"""``lprcorpus pack``."""

from __future__ import annotations

from pathlib import Path

import click

from lprcorpus.cli.options import OUTPUT, corpus_option, flag, quiet_option
from lprcorpus.cli.output import print_json, progress_bar, say
from lprcorpus.messages import count
from lprcorpus.release.packing import pack


@click.command(
    "pack", epilog="Example: lprcorpus pack --corpus processed --out lprcorpus-0.2.0.zip"
)
@corpus_option
@click.option("-o", "--out", type=OUTPUT, required=True, help="A new or empty folder, or FILE.zip.")
@flag("--json", "as_json", help="Print the files as JSON.")
@quiet_option
def command(folder: Path | None, out: Path, *, as_json: bool) -> None:
    """Pack a corpus as a release that stands alone.

    A release is the tables, the raw texts with their manifests, all files that describe them, the
    licence, the changelog, the citation files and ro-crate-metadata.json. The corpus is validated
    first, and refused if it has a problem. Two runs write the same bytes.
    """
    with progress_bar("Validating") as progress:
        files = pack(out, folder, progress=progress)
    if as_json:
        print_json({"out": out, "files": files})
    say(f"Wrote {out}: {count(len(files), 'file')}")

"""Options that several commands take alike."""

from __future__ import annotations

from pathlib import Path

import click

from lprcorpus.cli.output import be_quiet

__all__ = ["corpus_option", "quiet_option"]

corpus_option = click.option(
    "--corpus",
    "folder",
    type=click.Path(path_type=Path),
    help="The folder of a built corpus; the packaged one by default.",
)
"""The corpus that a command reads."""


def _set_quiet(_context: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 (click's signature)
    if wanted:
        be_quiet()


quiet_option = click.option(
    "-q",
    "--quiet",
    is_flag=True,
    expose_value=False,
    callback=_set_quiet,
    help="Show no progress and no closing line; errors are still shown.",
)
"""For commands that write files: what they print besides is for people only."""

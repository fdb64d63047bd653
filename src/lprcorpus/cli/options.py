"""Options that several commands take alike."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["corpus_option"]

corpus_option = click.option(
    "--corpus", "folder", type=click.Path(path_type=Path), help="The folder of a built corpus; the packaged one by default."
)
"""The corpus that a command reads."""

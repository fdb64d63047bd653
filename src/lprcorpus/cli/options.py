"""The options that commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

# Where a command's context keeps that the user asked for quiet.
_QUIET = "lprcorpus.quiet"


class GivenPath(click.Path):
    """A path. An empty one is refused: it is what an unset variable of a shell gives."""

    def __init__(
        self, path_type: type[str] | type[Path] = Path, *, takes_dash: bool = True
    ) -> None:
        super().__init__(path_type=path_type)
        self.takes_dash = takes_dash

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path that was given."""
        if not str(value):
            self.fail("found an empty path; expected a file or a folder", param, ctx)
        if str(value) == "-" and not self.takes_dash:
            self.fail("standard output takes one file; expected a path to write at", param, ctx)
        return super().convert(value, param, ctx)


PATH = GivenPath()
# A path to write more than one file at.
OUTPUT = GivenPath(takes_dash=False)


def flag(*names: str, help: str) -> Callable[[Command], Command]:  # noqa: A002 (as click names it)
    """Return an option that takes no value."""
    return click.option(*names, is_flag=True, help=help)


def format_option(*forms: str, help: str) -> Callable[[Command], Command]:  # noqa: A002
    """Return the option for the form of what is printed, by default text."""
    return click.option(
        "--format", "form", type=click.Choice(["text", *forms]), default="text", help=help
    )


corpus_option = click.option(
    "--corpus",
    "folder",
    type=PATH,
    help="The folder of a built corpus; the packaged one by default.",
)


style_option = click.option(
    "--style",
    metavar="STYLE",
    help="Style of the citations: chicago (the default), apa, mla … or bibtex, ris, csl-json.",
)


def _set_quiet(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001
    context.meta[_QUIET] = wanted


# For commands that write files: what they print besides is for people only.
quiet_option = click.option(
    "-q",
    "--quiet",
    is_flag=True,
    expose_value=False,
    callback=_set_quiet,
    help="Show no progress and no closing line; warnings and errors are still shown.",
)


def is_quiet() -> bool:
    """Return whether the user asked for quiet."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_QUIET))

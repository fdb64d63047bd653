"""What the commands share: options, tables for people, JSON for programs, progress."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table

Command = TypeVar("Command", bound=Callable[..., Any])

# Seconds of work before progress is shown.
_PATIENCE = 1.0

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


def say(text: str, *, err: bool = False) -> None:
    """Print what was done, unless the user asked for quiet."""
    if not is_quiet():
        click.echo(text, err=err)


def warn(message: str) -> None:
    """Print a message of the program itself on standard error."""
    click.echo(f"lprcorpus: {message}", err=True)


def print_json(value: Any) -> None:
    """Print a value as JSON, with escapes where the output's encoding lacks a character."""
    is_utf8 = sys.stdout.encoding.casefold().replace("-", "").startswith("utf")
    click.echo(json.dumps(value, ensure_ascii=not is_utf8, indent=2, default=os.fspath))


def as_text(argument: str) -> str:
    """Return an argument as text; its bytes are seldom not UTF-8, even where the locale is not."""
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError:
        return argument


def github_annotation(level: str, message: str, **properties: object) -> str:
    """Return a workflow command of GitHub Actions, which shows a message beside a line of a file.

    The syntax and its escapes:
    https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions.
    """
    written = []
    for name, value in properties.items():
        escaped = _escaped(str(value)).replace(":", "%3A").replace(",", "%2C")
        written.append(f"{name}={escaped}")
    return f"::{level} {','.join(written)}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def console(*, stderr: bool = False) -> Console:
    """Return a console on a stream; without a terminal it is 120 characters wide."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 120
    return Console(stderr=stderr, width=width, highlight=False, emoji=False, markup=False)


def plain_table(*headers: str) -> Table:
    """Return a table with a rule under its head."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    return Table(*headers, box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")


def print_facts(facts: Mapping[str, str | None]) -> None:
    """Print facts, each with its name before it; what is empty is left out."""
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    for name, fact in facts.items():
        if fact:
            table.add_row(name, fact)
    console().print(table)


class ProgressBar:
    """Progress on a terminal's standard error, once the work has taken a second.

    It is used in a ``with`` statement, and called with what is done so far.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._started = time.monotonic()
        self._is_wanted = sys.stderr.isatty() and not is_quiet()
        self._bar: Progress | None = None

    def __call__(self, done: int, total: int = 0) -> None:
        """Show what is done, of all there is to do (0: not known)."""
        if not self._is_wanted or time.monotonic() - self._started < _PATIENCE:
            return
        if self._bar is None:
            from rich.progress import Progress

            # The time left is estimated from all that was done: the work is done in bursts.
            all_day = 24 * 60 * 60
            on_stderr = console(stderr=True)
            self._bar = Progress(console=on_stderr, transient=True, speed_estimate_period=all_day)
            self._bar.add_task(self._label)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, total=total or None)

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()


def prepare_streams() -> None:
    """Make standard output and standard error take whatever is printed.

    A stream that is closed (``2>&-``, ``pythonw``) leads nowhere. A character that an encoding
    lacks is shown as "?": a Windows console is seldom UTF-8, and neither is ``LC_ALL=C``.
    """
    # In the order of their numbers: a file that is opened gets the lowest number that is free,
    # which is that of the stream.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None or (mode == "w" and not _takes_output(stream)):
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 (open to the end)
            setattr(sys, name, stream)
        # Standard error has escapes already.
        if isinstance(stream, io.TextIOWrapper) and name == "stdout":
            stream.reconfigure(errors="replace")


def _takes_output(stream: TextIO) -> bool:
    """Return whether a stream can be written to: a shell may leave a file to read in its place."""
    try:
        os.write(stream.fileno(), b"")
    except OSError as error:
        return error.errno != errno.EBADF
    return True

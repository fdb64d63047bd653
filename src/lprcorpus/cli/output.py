"""How the commands speak: the options they share, tables for people, JSON for programs, progress.

Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table

# Seconds of work before progress is shown.
_PATIENCE = 1.0

# Where a command's context keeps that the user asked for quiet.
_QUIET = "lprcorpus.quiet"


def _set_quiet(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001
    context.meta[_QUIET] = wanted


class GivenPath(click.Path):
    """A path. An empty one is refused: it is what an unset variable of a shell gives."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path that was given."""
        if not str(value):
            self.fail("found an empty path; expected a file or a folder", param, ctx)
        return super().convert(value, param, ctx)


class _FilesToWrite(GivenPath):
    """A path to write more than one file at, so that it cannot be standard output."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path that was given."""
        if value == "-":
            self.fail("standard output takes one file; expected a path to write at", param, ctx)
        return super().convert(value, param, ctx)


PATH = GivenPath(path_type=Path)
OUTPUT = _FilesToWrite(path_type=Path)

# The corpus that a command reads.
corpus_option = click.option(
    "--corpus",
    "folder",
    type=PATH,
    help="The folder of a built corpus; the packaged one by default.",
)

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


def print_json(value: Any) -> None:
    """Print a value as JSON, with escapes where the output's encoding lacks a character.

    A path is a string.
    """
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
        escaped = _github_escaped(str(value)).replace(":", "%3A").replace(",", "%2C")
        written.append(f"{name}={escaped}")
    return f"::{level} {','.join(written)}::{_github_escaped(message)}"


def _github_escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def indent(text: str, by: str = "  ") -> str:
    """Return a text with each of its lines indented."""
    return "\n".join(f"{by}{line}" for line in text.split("\n"))


def console(*, stderr: bool = False) -> Console:
    """Return a console on a stream; without a terminal it is 120 characters wide."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(
        stderr=stderr,
        width=None if stream.isatty() else 120,
        highlight=False,
        emoji=False,
        markup=False,
    )


def plain_table(*headers: str) -> Table:
    """Return a table with a rule under its head; a header with ``#`` is of a column of numbers."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for header in headers:
        numbers = header.startswith("#")
        justify: Literal["left", "right"] = "right" if numbers else "left"
        table.add_column(header.lstrip("#"), justify=justify, no_wrap=numbers)
    return table


def facts_table(facts: Mapping[str, str | None]) -> Table:
    """Return facts as a table, each with its name before it; what is empty is left out."""
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    for name, fact in facts.items():
        if fact:
            table.add_row(name, fact)
    return table


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
        """Show what is done, and the share of all there is to do (0: not known)."""
        if not self._is_wanted or time.monotonic() - self._started < _PATIENCE:
            return
        if self._bar is None:
            self._bar = self._start()
        share = f"{done / total:.0%}" if total else f"{done:,}"
        self._bar.update(self._bar.task_ids[0], completed=done, total=total or None, share=share)

    def _start(self) -> Progress:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        bar = Progress(
            TextColumn(self._label),
            BarColumn(),
            TextColumn("{task.fields[share]}"),
            TimeRemainingColumn(),
            console=console(stderr=True),
            transient=True,
            # The time left is estimated from all that was done: the work is done in bursts.
            speed_estimate_period=24 * 60 * 60,
        )
        bar.add_task("", total=None, share="")
        bar.start()
        return bar

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

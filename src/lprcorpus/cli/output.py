"""How the commands print: tables for people, JSON for programs, annotations, progress."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from lprcorpus.cli.options import is_quiet

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table

# Seconds of work before progress is shown.
_PATIENCE = 1.0


def tell(text: str) -> None:
    """Print on standard error; where that takes nothing, as on a full disk, the text is lost."""
    try:
        click.echo(text, err=True)
    except OSError:
        lead_nowhere(sys.stderr)


def say(text: str) -> None:
    """Tell what was done, unless the user asked for quiet."""
    if not is_quiet():
        tell(text)


def warn(message: str) -> None:
    """Tell a message of the program itself."""
    tell(f"lprcorpus: {message}")


def lead_nowhere(stream: TextIO) -> None:
    """Lead a stream nowhere: what is left in its buffer would fail again at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


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

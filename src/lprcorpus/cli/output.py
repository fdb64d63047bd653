"""How the commands print: tables for people, JSON for programs, progress on standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn
    from rich.table import Table

__all__ = [
    "be_quiet",
    "byte_progress",
    "console",
    "count_progress",
    "indent",
    "is_quiet",
    "plain_table",
    "print_json",
    "say",
]

_PATIENCE = 1.0
"""Seconds of work before progress is shown."""

_QUIET = "lprcorpus.quiet"
"""Where a command's context keeps that the user asked for quiet."""


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


def print_json(value: Any) -> None:
    """Print a value as JSON, with escapes where the output's encoding lacks a character."""
    is_utf8 = sys.stdout.encoding.casefold().replace("-", "").startswith("utf")
    click.echo(json.dumps(value, ensure_ascii=not is_utf8, indent=2))


def say(text: str, *, err: bool = False) -> None:
    """Print what was done, unless the user asked for quiet."""
    if not is_quiet():
        click.echo(text, err=err)


def be_quiet() -> None:
    """Show no progress from now on, and let :func:`say` say nothing, until the command ends."""
    click.get_current_context().find_root().meta[_QUIET] = True


def is_quiet() -> bool:
    """Return whether the user asked for quiet."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.find_root().meta.get(_QUIET))


def indent(text: str, by: str = "  ") -> str:
    """Return a text with each of its lines indented."""
    return "\n".join(f"{by}{line}" for line in text.split("\n"))


@contextmanager
def count_progress(label: str) -> Iterator[Callable[[int], None]]:
    """Show progress as how many things are done.

    Yields:
        a function to be called with the number of things done.
    """
    progress = _Progress(label, in_bytes=False)
    try:
        yield lambda done: progress.advance(done, 0)
    finally:
        progress.stop()


@contextmanager
def byte_progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show progress with its rate and the time left.

    Yields:
        a function to be called with the bytes done and the bytes in all.
    """
    progress = _Progress(label, in_bytes=True)
    try:
        yield progress.advance
    finally:
        progress.stop()


class _Progress:
    """Progress on a terminal's standard error, once the work has taken a second."""

    def __init__(self, label: str, *, in_bytes: bool) -> None:
        self._label = label
        self._in_bytes = in_bytes
        self._started = time.monotonic()
        self._is_wanted = sys.stderr.isatty() and not is_quiet()
        self._bar: Progress | None = None

    def advance(self, done: int, total: int) -> None:
        """Show what is done, and all there is to do (0: not known)."""
        seconds = time.monotonic() - self._started
        if not self._is_wanted or seconds < _PATIENCE:
            return
        if self._bar is None:
            self._bar = self._start()
        pace = _pace(done, total, seconds)
        self._bar.update(self._bar.task_ids[0], completed=done, total=total or None, pace=pace)

    def _start(self) -> Progress:
        from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn

        label = TextColumn(self._label)
        columns: list[ProgressColumn] = [
            SpinnerColumn(),
            label,
            TextColumn("{task.completed:,.0f}"),
        ]
        if self._in_bytes:
            columns = [label, BarColumn(), DownloadColumn(), TextColumn("{task.fields[pace]}")]
        bar = Progress(*columns, console=console(stderr=True), transient=True)
        bar.add_task("", total=None, pace="")
        bar.start()
        return bar

    def stop(self) -> None:
        """Take the progress off the terminal."""
        if self._bar is not None:
            self._bar.stop()


def _pace(done: int, total: int, seconds: float) -> str:
    """Return the rate and the time left, from all that was done: the work is done in bursts.

    >>> _pace(50_000_000, 150_000_000, 10.0)
    '5.0 MB/s, 0:00:20 left'
    """
    if not done or not seconds or total < done:
        return ""
    rate = done / seconds
    left = timedelta(seconds=round((total - done) / rate))
    return f"{rate / 1e6:.1f} MB/s, {left} left"

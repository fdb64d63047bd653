"""How the commands print: tables for people, JSON for programs, progress on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from lprcorpus.errors import OutputError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table

__all__ = ["binary_output", "byte_progress", "console", "count_progress", "indent", "plain_table", "print_json"]

_PATIENCE = 1.0  # seconds of work before progress is shown


def console(*, stderr: bool = False) -> Console:
    """Return a console for standard output or standard error; without a terminal it is 120 characters wide."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else 120, highlight=False, emoji=False, markup=False)


def plain_table(*headers: str) -> Table:
    """Return a table with rules under its head only; a header that begins with ``#`` heads a column of numbers."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for header in headers:
        numbers = header.startswith("#")
        table.add_column(header.lstrip("#"), justify="right" if numbers else "left", no_wrap=numbers)
    return table


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def indent(text: str, by: str = "  ") -> str:
    """Return a text with each of its lines set in."""
    return "\n".join(f"{by}{line}" for line in text.splitlines())


@contextmanager
def count_progress(label: str) -> Iterator[Callable[[int], None]]:
    """Show on standard error how many things are done, once the work has taken a second.

    Yields:
        a function to be called with the number of things done.
    """
    import time

    started = time.monotonic()
    shown: list[Progress] = []

    def advance(done: int) -> None:
        from rich.progress import Progress, SpinnerColumn, TextColumn

        if not shown and time.monotonic() - started > _PATIENCE:
            columns = (SpinnerColumn(), TextColumn(label), TextColumn("{task.completed:,.0f}"))
            shown.append(Progress(*columns, console=console(stderr=True), transient=True))
            shown[0].add_task(label, total=None)
            shown[0].start()
        if shown:
            shown[0].update(shown[0].task_ids[0], completed=done)

    try:
        yield advance
    finally:
        for progress in shown:
            progress.stop()


@contextmanager
def binary_output() -> Iterator[BinaryIO]:
    """Give standard output as a stream of bytes, all of which is written when the block ends.

    Raises:
        OutputError: it cannot be written. A reader that stops early is left to click, which ends the program quietly.
    """
    stream: BinaryIO = sys.stdout.buffer
    try:
        yield stream
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        with suppress(OSError, ValueError):  # what is left in the buffer would be tried, and fail, again at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise OutputError(f"standard output: cannot be written: {(error.strerror or str(error)).lower()}") from None


@contextmanager
def byte_progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show progress on standard error, with rate and time left, once the work has taken a second.

    Yields:
        a function to be called with the bytes done and the bytes in all.
    """
    import time

    started = time.monotonic()
    shown: list[Progress] = []

    def advance(done: int, total: int) -> None:
        if not shown and time.monotonic() - started > _PATIENCE:
            shown.append(_start_progress(label, total))
        if shown:
            shown[0].update(shown[0].task_ids[0], completed=done)

    try:
        yield advance
    finally:
        for progress in shown:
            progress.stop()


def _start_progress(label: str, total: int) -> Progress:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn(label), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console(stderr=True), transient=True)
    progress.add_task(label, total=total)
    progress.start()
    return progress

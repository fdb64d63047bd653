"""How the commands print: tables for people, JSON for programs, progress on standard error."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn
    from rich.table import Table

__all__ = ["byte_progress", "console", "count_progress", "indent", "plain_table", "print_json"]

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
    """Print a value as JSON on standard output, with escapes where its encoding lacks a character."""
    is_utf8 = sys.stdout.encoding.casefold().replace("-", "").startswith("utf")
    click.echo(json.dumps(value, ensure_ascii=not is_utf8, indent=2))


def indent(text: str, by: str = "  ") -> str:
    """Return a text with each of its lines set in."""
    return "\n".join(f"{by}{line}" for line in text.splitlines())


@contextmanager
def count_progress(label: str) -> Iterator[Callable[[int], None]]:
    """Show progress on a terminal's standard error as how many things are done, once the work has taken a second.

    Yields:
        a function to be called with the number of things done.
    """

    def columns() -> tuple[ProgressColumn, ...]:
        from rich.progress import SpinnerColumn, TextColumn

        return SpinnerColumn(), TextColumn(label), TextColumn("{task.completed:,.0f}")

    with _progress(columns) as advance:
        yield lambda done: advance(done, 0)


@contextmanager
def byte_progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show progress on a terminal's standard error, with rate and time left, once the work has taken a second.

    Yields:
        a function to be called with the bytes done and the bytes in all.
    """

    def columns() -> tuple[ProgressColumn, ...]:
        from rich.progress import BarColumn, DownloadColumn, TextColumn

        return TextColumn(label), BarColumn(), DownloadColumn(), TextColumn("{task.fields[pace]}")

    with _progress(columns) as advance:
        yield advance


@contextmanager
def _progress(columns: Callable[[], tuple[ProgressColumn, ...]]) -> Iterator[Callable[[int, int], None]]:
    """Show progress in these columns, once the work has taken a second and where a person is there to see it.

    Yields:
        a function to be called with what is done, and with all there is to do or 0.
    """
    started = time.monotonic()
    shown: list[Progress] = []
    reached = [0, 0]

    def update(progress: Progress) -> None:
        done, total = reached
        pace = _pace(done, total, time.monotonic() - started)
        progress.update(progress.task_ids[0], completed=done, total=total or None, pace=pace)

    def show() -> None:
        from rich.progress import Progress

        progress = Progress(*columns(), console=console(stderr=True), transient=True)
        progress.add_task("", total=None, pace="")
        update(progress)
        progress.start()
        shown.append(progress)

    def advance(done: int, total: int) -> None:
        reached[:] = done, total
        for progress in shown:
            update(progress)

    patience = threading.Timer(_PATIENCE, show)
    patience.daemon = True
    if sys.stderr.isatty():
        patience.start()
    try:
        yield advance
    finally:
        patience.cancel()
        if patience.is_alive():
            patience.join()
        for progress in shown:
            progress.stop()


def _pace(done: int, total: int, seconds: float) -> str:
    """Return the rate and the time left, from all that was done: pieces of work end in bursts.

    >>> _pace(50_000_000, 150_000_000, 10.0)
    '5.0 MB/s, 0:00:20 left'
    """
    if not done or not seconds:
        return ""
    rate = done / seconds
    return f"{rate / 1e6:.1f} MB/s, {timedelta(seconds=round((total - done) / rate))} left"

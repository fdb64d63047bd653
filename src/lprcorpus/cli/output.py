"""How the commands read and print: tables for people, JSON for programs, annotations, progress."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from lprcorpus.cli.options import is_quiet
from lprcorpus.errors import UsageError, system_reason

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# Standard input or output, in place of a file.
STANDARD = Path("-")

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


def read_input(path: Path) -> bytes:
    """Return the content of a file; of standard input for ``-``."""
    if path == STANDARD:
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {system_reason(error)}") from None


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


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[..., None]]:
    """Give what shows how much is done, of all there is to do (0: not known).

    It shows on a terminal's standard error, once the work has taken a second.
    """
    if is_quiet() or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.progress import Progress

    # The time left is estimated from all that was done: the work is done in bursts.
    all_day = 24 * 60 * 60
    bar = Progress(console=console(stderr=True), transient=True, speed_estimate_period=all_day)
    task = bar.add_task(label)
    started = time.monotonic()

    def show(done: int, total: int = 0) -> None:
        if time.monotonic() - started >= _PATIENCE:
            bar.start()
            bar.update(task, completed=done, total=total or None)

    try:
        yield show
    finally:
        bar.stop()


def prepare_streams() -> None:
    """Make standard output and standard error take whatever is printed.

    A stream that is closed (``2>&-``, ``pythonw``) leads nowhere. A character that an encoding
    lacks is shown as "?": a Windows console is seldom UTF-8, and neither is ``LC_ALL=C``.
    """
    # In the order of their numbers: a file that is opened gets the lowest number that is free,
    # which is that of the stream.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 (open to the end)
            setattr(sys, name, stream)
    # Standard error has escapes already.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")

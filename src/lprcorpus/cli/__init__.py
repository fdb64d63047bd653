"""The command line: arguments in, one call, result out.

Each command lives in a module of its own and is imported when it is called, so that the help is there at once. Results go to
standard output, everything else to standard error. Exit status: 0 fine; 1 the data has problems; 2 the command cannot run.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, NoReturn

import click

from lprcorpus.errors import DataError, LprcorpusError, UnknownName, system_reason

__all__ = ["main"]

_COMMANDS = {
    "build": "Build the corpus from the raw texts and their manifests.",
    "extract": "Write the text of a PDF in reading order, with its layout beside it.",
    "draft": "Draft the manifest of an issue from its text, for a person to check.",
    "validate": "Check that a corpus is whole and says what was printed.",
    "info": "Say what the corpus holds, what one record is, or what the columns mean.",
    "cite": "Cite a record, a page of it, or the corpus, in any format or style.",
    "find": "Find the passages that hold some words, each with its page and citation.",
    "resolve": "Follow a selector to its passage: is it there, has it moved or changed?",
    "export": "Write the corpus as CSV, JSON Lines, Parquet or TEI P5.",
    "view": "Write the corpus as a page to read and to check the build by looking.",
}
"""The commands and their one-line helps; each is ``command`` of the module of its name."""


class _Group(click.Group):
    """A group that imports a command when it is called, and turns our errors into one line and a status."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command:  # noqa: ARG002 (click's signature)
        if name not in _COMMANDS:
            raise UnknownName("command", name, _COMMANDS)
        command: click.Command = import_module(f"lprcorpus.cli.{name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (click's signature)
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _said_in_one_line():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _said_in_one_line():
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result


@contextmanager
def _said_in_one_line() -> Iterator[None]:
    """Turn what stops a command into one line on standard error, and a status."""
    if sys.stdout is None:  # closed by whoever started us: nobody wants to read it
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 (no path of ours; open to the end)
    try:
        yield
    except LprcorpusError as error:
        _stop(str(error), 1 if isinstance(error, DataError) else 2)
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "lprcorpus"
        _stop(f"{' '.join(error.format_message().split()).rstrip('.')}; see {command} --help")
    except KeyboardInterrupt:
        _stop("stopped", 128 + signal.SIGINT)
    except MemoryError:
        _stop("out of memory")
    except BrokenPipeError:
        raise  # the reader has enough: click ends the program quietly
    except OSError as error:
        with suppress(OSError, ValueError):  # what is left to be written would be tried, and fail, again at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _stop(f"{error.filename or 'standard output'}: {system_reason(error)}")


def _stop(message: str, status: int = 2) -> NoReturn:
    click.echo(f"lprcorpus: {message}", err=True)
    sys.exit(status)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="lprcorpus", message="%(prog)s %(version)s")
def main() -> None:
    """Build, check, read and cite the Left Progressive Review Corpus."""

"""The command line: arguments in, one call, result out.

Results go to standard output, everything else to standard error. Exit status: 0 fine; 1 the data
has problems; 2 the command cannot run.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NoReturn

import click

from lprcorpus.cli.output import lead_nowhere, prepare_streams, warn
from lprcorpus.errors import LprcorpusError, UnknownName, system_reason

# The commands and what each does; each is ``command`` of the module of its name, which is imported
# when it is called, so that the help is there at once.
_COMMANDS = {
    "build": "Build the corpus from the raw texts and their manifests.",
    "extract": "Write the text of a PDF in reading order, with its layout beside it.",
    "draft": "Draft the manifest of an issue from its text, for a person to check.",
    "validate": "Check that a corpus is whole and says what was printed.",
    "info": "Show what the corpus contains, what one record is, or what the columns mean.",
    "cite": "Cite a record, a page of it, or the corpus, in any format or style.",
    "find": "Find the passages that contain some words, each with its page and citation.",
    "resolve": "Follow a selector to its passage: is it there, has it moved or changed?",
    "export": "Write the corpus as CSV, JSON Lines, Parquet, TEI P5, text or SQLite.",
    "pack": "Pack the corpus as a release that stands alone.",
    "diff": "List what changed between two editions, and which version step that asks for.",
    "view": "Write the corpus as a page to read and to check the build by looking.",
}

# The environment variable that asks for the traceback of an error that is not one of ours.
_SHOW_TRACEBACK = "LPRCORPUS_TRACEBACK"


class _CommandGroup(click.Group):
    """A group that imports a command when it is called, and words errors in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            # The completion of a shell asks too, while a name is still being typed.
            if ctx.resilient_parsing:
                return None
            raise UnknownName("command", name, _COMMANDS)
        command: click.Command = import_module(f"lprcorpus.cli.{name}").command
        # Under "python -OO" there are no docstrings to take a help from.
        command.help = command.help or _COMMANDS[name]
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        prepare_streams()
        with _errors_in_one_line():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _errors_in_one_line():
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    """Turn what stops a command into one line on standard error, and a status."""
    try:
        yield
    except LprcorpusError as error:
        _stop(str(error), error.exit_status)
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "lprcorpus"
        message = " ".join(error.format_message().split()).rstrip(".")
        _stop(f"{message}; see {command} --help")
    except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
        # Click ends the program; quietly where the reader of our output has enough.
        raise
    except (KeyboardInterrupt, click.Abort) as stopped:
        # A second Ctrl-C would be reported by whatever it meets on the way out.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _stop("; ".join(["stopped", *map(str, stopped.args)]), status=128 + signal.SIGINT)
    except MemoryError:
        _stop("out of memory")
    except OSError as error:
        lead_nowhere(sys.stdout)
        _stop(f"{error.filename or 'standard output'}: {system_reason(error)}")
    except Exception as error:
        if os.environ.get(_SHOW_TRACEBACK):
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        where = f"{os.path.basename(place.filename)}, line {place.lineno}"  # noqa: PTH119
        report = f"please report it with what {_SHOW_TRACEBACK}=1 shows"
        _stop(f"a fault of this program: {what} ({where}); {report}")


def _stop(message: str, status: int = 2) -> NoReturn:
    warn(message)
    sys.exit(status)


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001
    if wanted and not ctx.resilient_parsing:
        from lprcorpus.metadata import corpus_metadata

        click.echo(f"lprcorpus {corpus_metadata().version}")
        ctx.exit()


@click.group(
    cls=_CommandGroup,
    epilog='Example: lprcorpus find "night whispers"; more with lprcorpus COMMAND --help',
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "show_default": True,
        "color": False if os.environ.get("NO_COLOR") else None,
    },
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Build, check, read and cite the Left Progressive Review Corpus."""

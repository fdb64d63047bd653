"""The command line: arguments in, one call, result out.

Each command lives in a module of its own and is imported when it is called, so that the help is there at once. Results go to
standard output, everything else to standard error. Exit status: 0 fine; 1 the data has problems; 2 the command cannot run.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from lprcorpus.errors import DataError, LprcorpusError

__all__ = ["main"]

_COMMANDS = {
    "build": "Build the corpus from the raw texts and their manifests.",
    "draft": "Draft the manifest of an issue from its text, for a person to check.",
}
"""The commands and their one-line helps; each is ``command`` of the module of its name."""


class _Group(click.Group):
    """A group that imports a command when it is called, and turns our errors into one line and a status."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        if name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"lprcorpus.cli.{name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (click's signature)
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LprcorpusError as error:
            click.echo(f"lprcorpus: {error}", err=True)
            sys.exit(1 if isinstance(error, DataError) else 2)
        except MemoryError:
            click.echo("lprcorpus: out of memory", err=True)
            sys.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="lprcorpus", message="%(prog)s %(version)s")
def main() -> None:
    """Build, check, read and cite the Left Progressive Review Corpus."""

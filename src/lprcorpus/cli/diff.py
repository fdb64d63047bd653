"""``lprcorpus diff``."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from lprcorpus.cli.options import PATH, flag, format_option
from lprcorpus.cli.output import github_annotation, print_json
from lprcorpus.locations import data_folder
from lprcorpus.release.comparison import compare_editions
from lprcorpus.release.packing import opened_edition
from lprcorpus.release.version_step import Step


@click.command("diff", epilog="Example: lprcorpus diff lprcorpus-0.1.0.zip processed --check")
@click.argument("old", type=PATH)
@click.argument("new", required=False, type=PATH)
@format_option("json", "github", help="For people, programs, or annotations of GitHub Actions.")
@flag("--json", "as_json", help="The same as --format json.")
@flag("--check", help="Fail only if the version of NEW takes too small a step.")
def command(old: Path, new: Path | None, form: str, *, as_json: bool, check: bool) -> None:
    """List what changed between two editions, and which version step that asks for.

    OLD and NEW are folders with datapackage.json, checkouts, or archives that lprcorpus pack wrote;
    NEW is the data that came with the package by default. The lines that begin with a hyphen are
    for the changelog, under Data; the last line says whether the version needs a major or a minor
    step, or a patch. Each edition is taken to be what its datapackage.json says, as lprcorpus
    validate makes sure: tables of equal content digests are not read.

    Exit status: 0 the data is the same; 1 it is not; 2 the command cannot run. With --check: 1 if
    the version takes a smaller step than the data asks for, else 0.
    """
    with opened_edition(old) as before, opened_edition(new or data_folder()) as after:
        difference = compare_editions(before, after)
    is_equal = difference.required is Step.NONE
    if as_json or form == "json":
        taken = difference.taken
        changes = [{**asdict(change), "step": change.step.word} for change in difference.changes]
        values = {
            "old_version": difference.old_version,
            "new_version": difference.new_version,
            "changes": changes,
            "equal": is_equal,
            "step_required": difference.required.word,
            "step_taken": taken.word if taken is not None else None,
            "step_enough": difference.enough,
            "changelog": difference.changelog,
        }
        print_json(values)
    elif form == "github":
        level = "notice" if difference.enough else "error"
        click.echo(github_annotation(level, difference.verdict, title="lprcorpus diff"))
        for line in difference.changelog:
            message = line.removeprefix("- ")
            click.echo(github_annotation("notice", message, title="lprcorpus diff"))
    else:
        for line in difference.lines:
            click.echo(line)
        click.echo(difference.verdict)
    if not (difference.enough if check else is_equal):
        sys.exit(1)

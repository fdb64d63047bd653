"""``lprcorpus validate``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lprcorpus.cli.annotations import problem_annotation, sarif_log
from lprcorpus.cli.options import PATH, flag, format_option
from lprcorpus.cli.output import print_json, progress_bar
from lprcorpus.messages import count
from lprcorpus.validation.codes import layer_of
from lprcorpus.validation.report import Report
from lprcorpus.validation.validation import validate

# What is printed for the status of a layer, and its colour.
_SHOWN = {
    "passed": ("ok", "green"),
    "failed": ("PROBLEMS", "red"),
    "skipped": ("not checked", "yellow"),
}


@click.command("validate", epilog="Example: lprcorpus validate processed --format github")
@click.argument("folder", metavar="[DIR]", required=False, type=PATH)
@format_option(
    *("json", "github", "sarif"),
    help="For people, for programs, as annotations of GitHub Actions, or as SARIF 2.1.0.",
)
@flag("--json", "as_json", help="The same as --format json.")
@click.option("--proof/--no-proof", default=True, help="Prove the rows from the raw texts.")
@click.option(
    "--rebuild/--no-rebuild",
    default=True,
    help="Build each issue again and compare every row, where this version wrote the corpus.",
)
def command(folder: Path | None, form: str, *, as_json: bool, proof: bool, rebuild: bool) -> None:
    """Check that a corpus is whole, is what it claims to be, and still says what was printed.

    DIR is the folder with datapackage.json; the data that came with the package by default. The raw
    texts and their manifests are in raw/, inside the folder or beside it. All problems are listed.

    Exit status: 0 fine; 1 the data has problems; 2 the command cannot run.
    """
    with progress_bar("Validating") as progress:
        report = validate(folder, proof=proof, rebuild=rebuild, progress=progress)
    if as_json or form == "json":
        print_json(report.model_dump(mode="json"))
    elif form == "sarif":
        print_json(sarif_log(report))
    elif form == "github":
        for problem in report.problems:
            click.echo(problem_annotation(report, problem))
    else:
        _print_text(report)
    if not report.valid:
        sys.exit(1)


def _print_text(report: Report) -> None:
    for layer in report.layers:
        word, color = _SHOWN[layer.status]
        status = click.style(f"{word:13}", fg=color)
        found = f"{count(layer.problems, 'problem')}; " if layer.problems else ""
        click.echo(f"{layer.name:12}{status}{found}{layer.checked}")
        for problem in report.problems:
            if layer_of(problem.code) == layer.name:
                click.echo(f"  {problem}")
    name = report.folder
    if report.version:
        name += f", version {report.version}"
    color = "green" if report.valid else "red"
    click.secho(f"\n{name}: {_verdict(report)}", fg=color, bold=True)


def _verdict(report: Report) -> str:
    if report.valid:
        skipped = any(layer.status == "skipped" for layer in report.layers)
        return "valid as far as it was checked" if skipped else "valid"
    listed = len(report.problems)
    verdict = count(listed + report.omitted, "problem")
    if report.omitted:
        verdict += f"; the first {listed:,} are listed"
    return verdict

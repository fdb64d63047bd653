"""``lprcorpus build``."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from lprcorpus.build.build_report import BuildReport, IssueReport
from lprcorpus.build.run import SHARD_BYTES, build
from lprcorpus.cli.options import OUTPUT, PATH, flag, is_quiet, quiet_option
from lprcorpus.cli.output import console, plain_table, print_facts, print_json, progress_bar, warn
from lprcorpus.messages import count, pages
from lprcorpus.processes import processors

_FEW = 3  # issues that are shown record by record


@click.command("build", epilog="Example: lprcorpus build --raw raw --out processed")
@click.option("--raw", default="raw", type=PATH, help="The raw texts and their manifests.")
@click.option("-o", "--out", default="processed", type=OUTPUT, help="The folder to write.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes on this machine that do the work.  [default: one for each processor]",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="A Dask scheduler (tcp://host:8786) whose workers do the work; they must see RAW and OUT.",
)
@click.option(
    "--shard-bytes",
    default=SHARD_BYTES,
    type=click.IntRange(min=1),
    help="Raw text in one file of a table, at most; the memory that a build takes goes by it.",
)
@flag("--resume", help="Continue a build that was stopped; what has changed since is built again.")
@flag("--strict", help="Stop at the first issue that cannot be built, and leave the old corpus.")
@flag("--json", "as_json", help="Print what was done as JSON.")
@quiet_option
def command(
    raw: Path,
    out: Path,
    *,
    workers: int | None,
    scheduler: str | None,
    shard_bytes: int,
    resume: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Build the corpus from the raw texts and their manifests.

    Each character of a raw text gets a role, the tables are proved from the raw texts, and then the
    new folder replaces the old one in one step. An issue that cannot be built does not stop the
    others: it is named on standard error and left out, and the exit status is 1. The files have the
    same bytes on one machine or on many.
    """
    if workers is not None and scheduler is not None:
        problem = "--workers is for this machine; the workers of --scheduler are its own."
        raise click.UsageError(f"{problem} Give one of them.")
    with progress_bar("Building") as progress:
        report = build(
            raw,
            out,
            workers=workers or processors(),
            scheduler=scheduler,
            shard_bytes=shard_bytes,
            resume=resume,
            strict=strict,
            progress=progress,
        )
    if as_json:
        print_json(_as_json(report))
    elif not is_quiet():
        _print_report(report)
    for message in (*report.notes, *report.failures):
        warn(message)
    if report.failures:
        failed = count(len(report.failures), "issue")
        warn(f"{failed} could not be built; {out} contains the other {len(report.issues)}")
        sys.exit(1)


def _as_json(report: BuildReport) -> dict[str, object]:
    tables = []
    for table in report.tables:
        digest = f"sha256:{table.digest}"
        tables.append({"name": table.name, "rows": table.rows, "digest": digest})
    return {
        "out": report.out,
        "issues": [asdict(issue) for issue in report.issues],
        "failures": report.failures,
        "notes": report.notes,
        "tables": tables,
    }


def _print_report(report: BuildReport) -> None:
    for issue in report.issues:
        if len(report.issues) <= _FEW:
            _print_issue(issue)
        else:
            counts = f"{count(issue.pages, 'page')}, {count(len(issue.records), 'record')}"
            coverage = "\n  ".join(_coverage(issue))
            click.echo(f"{issue.id}: {counts}, {count(issue.blocks, 'block')}; {coverage}")
    written = f"Wrote {report.out}"
    if report.kept:
        written += f" ({count(report.kept, 'finished shard')} kept)"
    rows = ", ".join(f"{table.name} {table.rows:,}" for table in report.tables)
    console().print(f"{written}: {rows}")


def _print_issue(issue: IssueReport) -> None:
    """Print one of few issues: its records, and what was seen on the way."""
    out = console()
    click.secho(f"Issue {issue.id}\n", bold=True)
    table = plain_table("Record", "Type", "Author", "Pages", "Blocks", "Words")
    for column in table.columns[3:]:
        column.justify, column.no_wrap = "right", True
    for record in issue.records:
        numbers = (pages(record.page_start, record.page_end), f"{record.blocks}")
        table.add_row(record.title, record.type, record.author, *numbers, f"{record.words:,}")
    out.print(table)
    out.print()
    words = sum(record.words for record in issue.records)
    printed = f"{issue.pages_printed} of them with a printed number"
    spaces = "with" if issue.final_spaces else "without"
    setting = f"paragraphs by {issue.paragraphs}; {spaces} spaces at line ends"
    proved = f"all {issue.characters:,} characters in {issue.spans:,} spans"
    edits = ", ".join(f"{rule} {number:,}" for rule, number in sorted(issue.edits.items()))
    facts = {
        "Records": f"{len(issue.records)}, {words:,} words",
        "Pages": f"{issue.pages}, {printed}; marks: {', '.join(issue.marks)}",
        "Setting": f"{setting}; face {issue.face}",
        "Proof": f"holds: {proved}; {issue.blocks:,} blocks derived again",
        "Edits": f"{sum(issue.edits.values()):,}: {edits}" if edits else "none",
        "Coverage": "\n".join(_coverage(issue)),
        "Doubtful": "\n".join(issue.warnings),
    }
    print_facts(facts)
    out.print()


def _coverage(issue: IssueReport) -> list[str]:
    """Return the share of the text that is in records, and each stretch that is in none."""
    lines = [f"{issue.claimed:.1%} of the text is in records"]
    for stretch in issue.unclaimed:
        where = f"raw line {stretch.line}, {stretch.characters:,} characters"
        lines.append(f"not in a record: {where}: {stretch.opening!r}")
    return lines

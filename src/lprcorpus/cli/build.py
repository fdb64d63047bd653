"""``lprcorpus build``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from lprcorpus.cli.output import byte_progress, console, plain_table, print_json
from lprcorpus.making.build import BuildReport, IssueReport, build

__all__ = ["command"]

_FEW = 3  # issues, at most, that are reported in full


@click.command(
    "build",
    epilog="Example: lprcorpus build --raw raw --out processed",
)
@click.option(
    "--raw", default="raw", show_default=True, type=click.Path(path_type=Path), help="The raw texts and their manifests."
)
@click.option("--out", default="processed", show_default=True, type=click.Path(path_type=Path), help="The folder to write.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def command(raw: Path, out: Path, *, as_json: bool) -> None:
    """Build the corpus from the raw texts and their manifests.

    Every character of every raw text is given its role, the tables are proved from the raw text, and only then does the new
    folder take the place of the old one, in one step.
    """
    with byte_progress("Building") as progress:
        report = build(raw, out, progress=progress)
    if as_json:
        print_json(_as_json(report))
        return
    few = len(report.issues) <= _FEW
    for issue in report.issues:
        if few:
            _print_issue(issue)
        else:
            _print_coverage(issue, f"{issue.id}: ")
    _print_totals(report)


def _as_json(report: BuildReport) -> dict[str, object]:
    return {
        "out": str(report.out),
        "issues": [asdict(issue) for issue in report.issues],
        "tables": [{"name": table.name, "rows": table.rows, "digest": f"sha256:{table.digest}"} for table in report.tables],
    }


def _print_issue(issue: IssueReport) -> None:
    out = console()
    table = plain_table("Record", "Type", "Author", "#Pages", "#Blocks", "#Words")
    for record in issue.records:
        pages = str(record.page_start) if record.page_start == record.page_end else f"{record.page_start}–{record.page_end}"
        table.add_row(record.title, record.type, record.author or "", pages, str(record.blocks), f"{record.words:,}")
    words = sum(record.words for record in issue.records)
    table.add_section()
    table.add_row(f"{len(issue.records)} records", "", "", str(issue.pages), str(issue.blocks), f"{words:,}")
    out.print(f"Issue {issue.id}\n", style="bold")
    out.print(table)
    spaces = "lines end in the word space" if issue.final_spaces else "a line's end is the word space"
    edits = ", ".join(f"{rule} {count}" for rule, count in sorted(issue.edits.items())) or "none"
    out.print(f"\nPages     {issue.pages}, {issue.pages_printed} of them with a printed number; marks: {', '.join(issue.marks)}")
    out.print(f"Setting   paragraphs by {issue.paragraphs}; {spaces}; measured in {issue.face}")
    out.print(
        f"Proof     holds: {issue.characters:,} of {issue.characters:,} characters in {issue.spans:,} spans;"
        f" {issue.blocks:,} blocks derived again; edits: {edits}"
    )
    _print_coverage(issue, "Coverage  ")
    out.print()


def _print_coverage(issue: IssueReport, label: str) -> None:
    """Print what share of an issue's text is in records, and every stretch that is not."""
    out = console()
    out.print(f"{label}{issue.claimed:.1%} of the text is in records")
    for stretch in issue.unclaimed:
        out.print(f"          not in a record: raw line {stretch.line}, {stretch.characters:,} characters: {stretch.opening!r}")


def _print_totals(report: BuildReport) -> None:
    rows = ", ".join(f"{table.name} {table.rows:,}" for table in report.tables)
    console().print(f"Wrote {report.out}: {rows}")

"""``lprcorpus build``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from lprcorpus.cli.output import byte_progress, console, plain_table, print_json
from lprcorpus.making.build import BuildReport, IssueReport, build

__all__ = ["command"]

_SHOWN = 3  # issues that are shown one by one


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
    for issue in report.issues if len(report.issues) <= _SHOWN else ():
        _print_issue(issue)
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
    told = "refit (would the next word have fitted?)" if issue.paragraphs == "refit" else issue.paragraphs
    out.print(f"\nPages     {issue.pages}, {issue.pages_printed} of them with a printed number; marks: {', '.join(issue.marks)}")
    out.print(f"Setting   paragraphs by {told}; {spaces}; face {issue.face}")
    out.print(
        f"Proof     holds: all {issue.characters:,} characters in {issue.spans:,} spans; {issue.blocks:,} blocks derived again"
    )
    out.print(f"Edits     {_edits(issue.edits)}")
    out.print(f"Coverage  {issue.claimed:.1%} of the text is in records")
    for stretch in issue.unclaimed:
        out.print(f"          not in a record: raw line {stretch.line}, {stretch.characters:,} characters: {stretch.opening!r}")
    out.print()


def _edits(edits: Mapping[str, int]) -> str:
    """Return the number of edits, in all and by rule."""
    rules = ", ".join(f"{rule} {count:,}" for rule, count in sorted(edits.items()))
    return f"{sum(edits.values()):,}: {rules}" if rules else "none"


def _print_totals(report: BuildReport) -> None:
    if len(report.issues) > _SHOWN:
        edits = sum((Counter(issue.edits) for issue in report.issues), Counter[str]())
        characters, spans = (sum(getattr(issue, name) for issue in report.issues) for name in ("characters", "spans"))
        console().print(f"Proof holds for {len(report.issues):,} issues: all {characters:,} characters in {spans:,} spans")
        console().print(f"Edits {_edits(edits)}")
    rows = ", ".join(f"{table.name} {table.rows:,}" for table in report.tables)
    console().print(f"Wrote {report.out}: {rows}")

"""``lprcorpus info``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from lprcorpus.cli.options import corpus_option, flag
from lprcorpus.cli.output import console, plain_table, print_facts, print_json
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.loading.summary import IssueLine, RecordSummary, Summary, summarize, summarize_record
from lprcorpus.messages import numbered, pages
from lprcorpus.schema import TABLES


@click.command(
    "info",
    epilog="\b\nExamples: lprcorpus info\n"
    "          lprcorpus info lpr-1-2/hourglass-of-the-free\n"
    "          lprcorpus info --schema --json",
)
@click.argument("record_id", metavar="[ID]", required=False)
@flag("--schema", help="Print the columns of all tables.")
@corpus_option
@flag("--json", "as_json", help="Print JSON; with --schema, the JSON Schema of each table's rows.")
def command(record_id: str | None, folder: Path | None, *, schema: bool, as_json: bool) -> None:
    """Show what the corpus contains, what one record is, or what the columns mean."""
    if schema and (record_id or folder):
        found = "found --schema and an ID or a folder"
        raise UsageError(f"{found}; expected --schema alone: it is the same for all")
    if schema:
        _print_schema(as_json=as_json)
        return
    with Corpus(folder) as corpus:
        if record_id is None:
            summary = summarize(corpus)
            values = asdict(summary)
            heading = f"{summary.title}\n\n{summary.description}"
            facts, citation = _corpus_facts(summary), summary.citation
        else:
            record = summarize_record(corpus, record_id)
            values = record.to_dict()
            heading = record.record.title
            facts, citation = _record_facts(record), record.citation
    if as_json:
        print_json(values)
        return
    out = console()
    out.print(f"{heading}\n")
    print_facts(facts)
    out.print("\nCite as\n", style="bold")
    click.echo(citation)


def _print_schema(*, as_json: bool) -> None:
    if as_json:
        print_json({name: table.model.model_json_schema() for name, table in TABLES.items()})
        return
    out = console()
    for name, table in TABLES.items():
        out.print(name, style="bold", end="")
        out.print(f"  {table.description} Key: {', '.join(table.key)}.")
        shown = plain_table("Column", "Type", "What it contains")
        for column in table.columns:
            type_ = column.type
            if column.nullable:
                type_ += " or null"
            description = column.description
            if column.enum:
                description += f" One of {', '.join(column.enum)}."
            shown.add_row(column.name, type_, description)
        out.print(shown)
        out.print()


def _corpus_facts(summary: Summary) -> dict[str, str | None]:
    version = summary.version
    if summary.released:
        version += f", of {summary.released}"
    issues = [_issue(line) for line in summary.issues]
    more = summary.tables["issues"] - len(issues)
    if more:
        issues.append(f"and {more:,} more")
    printed, counted = summary.pages_printed, summary.pages - summary.pages_printed
    numbers = f"the numbers of {printed:,} are printed in the text"
    return {
        "Version": version,
        "Issues": "\n".join(issues),
        "Pages": f"{summary.pages:,}: {numbers}, those of {counted:,} are counted",
        "Records": f"{summary.tables['records']:,}: {_counts(summary.types)}",
        "Words": f"{summary.words:,}, language: {', '.join(summary.languages)}",
        "Tables": _counts(summary.tables),
        "Rights": "\n".join(summary.rights),
        "Licence": summary.license,
        "Folder": summary.folder,
        "Data card": summary.card,
    }


def _issue(line: IssueLine) -> str:
    text = numbered(line.periodical, line.volume, line.number)
    if line.year is not None:
        text += f" ({line.year})"
    text += f", {pages(line.page_start, line.page_end)}"
    if not line.complete:
        text += " (excerpt)"
    return text


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def _record_facts(summary: RecordSummary) -> dict[str, str | None]:
    record = summary.record
    section = f", in the section {record.section}" if record.section else ""
    words = f"{record.word_count:,} words, language: {record.language}"
    return {
        "Id": record.id,
        "Type": record.type + section,
        "Author": record.author,
        "With": ", ".join(f"{person.name} ({person.role})" for person in summary.contributors),
        "Pages": pages(record.page_start, record.page_end),
        "Size": f"{words}; blocks: {_counts(summary.blocks)}",
        "Note": record.note,
        "Source": record.source_citation,
        "Rights": record.rights,
    }

"""Issues and records as the templates take them: what is drawn, set and said of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from lprcorpus.figures.charts import Figure, figures
from lprcorpus.figures.figure_data import FigureData, FigureRecord, FigureSpan, figure_data
from lprcorpus.schema import ROLES
from lprcorpus.view.article import BlockView, block_runs, block_views
from lprcorpus.view.bodies import record_bodies
from lprcorpus.view.notice import Notice
from lprcorpus.view.page_citations import CitationForm
from lprcorpus.view.page_issues import IssueRows
from lprcorpus.view.source import SourceLine, source_lines, source_ranges

__all__ = ["Citations", "IssueView", "RecordView", "issue_view"]

Row = Mapping[str, Any]

Citations = Mapping[str, Sequence[CitationForm]]
"""The citations of records by their ids."""


@dataclass(frozen=True)
class RecordView:
    """A record as it is shown.

    Attributes:
        record: its row.
        people: its contributors' rows.
        runs: its blocks, in runs of one kind.
        lines: the raw lines of its source view.
        roles: the roles in these lines, in the schema's order.
        citations: its citations.
        claims: what the data card says that it claims of each event, or None if it needs no notice.
    """

    record: Row
    people: Sequence[Row]
    runs: Sequence[tuple[str, list[BlockView]]]
    lines: Sequence[SourceLine]
    roles: Sequence[str]
    citations: Sequence[CitationForm]
    claims: Sequence[tuple[str, str]] | None


@dataclass(frozen=True)
class IssueView:
    """An issue as it is shown.

    Attributes:
        id: its id.
        title: its title.
        row: its row.
        records: its records, in reading order.
        pictures: the pictures of it.
        printed: how many of its page numbers are printed in the text.
        counted: how many are counted.
    """

    id: str
    title: str
    row: Row
    records: Sequence[RecordView]
    pictures: Sequence[Figure]
    printed: int
    counted: int


def issue_view(rows: IssueRows, citations: Citations, notice: Notice) -> IssueView:
    """Return an issue as it is shown."""
    lines = source_lines(rows)
    ranges = source_ranges(lines, [record["id"] for record in rows.records])
    printed = {page["number"]: page["printed"] for page in rows.pages}
    bodies = {body.id: body for body in record_bodies(rows)}
    people = {key: list(group) for key, group in groupby(rows.contributors, key=lambda row: row["record_id"])}
    records = []
    for record in rows.records:
        first, last = ranges.get(record["id"], (0, 0))
        mine = lines[first:last]
        there = {segment.role for line in mine for segment in line.segments}
        records.append(
            RecordView(
                record=record,
                people=people.get(record["id"], ()),
                runs=block_runs(block_views(record, bodies[record["id"]], printed)),
                lines=mine,
                roles=[role for role in ROLES if role in there],
                citations=citations[record["id"]],
                claims=notice.of(record["id"]),
            )
        )
    drawn = figures(_figure_data(rows), rows.title, suffix=f"-{rows.issue['id']}")
    number_printed = sum(printed.values())
    return IssueView(rows.issue["id"], rows.title, rows.issue, records, drawn, number_printed, len(printed) - number_printed)


def _figure_data(rows: IssueRows) -> FigureData:
    """Return what the figures of an issue are drawn from."""
    records = [
        FigureRecord(row["id"], row["issue_id"], row["position"], row["title"], row["type"], row["word_count"])
        for row in rows.records
    ]
    spans = [FigureSpan(row["issue_id"], row["raw_start"], row["raw_end"], row["page"], row["record_id"]) for row in rows.spans]
    return figure_data(records, spans, len(records))

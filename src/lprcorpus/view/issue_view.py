"""Issues and records as the templates take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from lprcorpus.figures.charts import Figure, figure_data, figures
from lprcorpus.schema import ROLES, Contributor, Issue, IssueRows, Record
from lprcorpus.typed_rows import grouped
from lprcorpus.view.article import BlockView, block_views
from lprcorpus.view.notice import Notice
from lprcorpus.view.page_citations import RecordCitations
from lprcorpus.view.source_lines import SourceLine, line_ranges, source_lines


@dataclass(frozen=True)
class RecordView:
    """A record as it is shown, with the raw lines of its source view and the roles in them."""

    record: Record
    contributors: Sequence[Contributor]
    # The blocks, in runs of one kind: list items that follow each other are one list.
    runs: Sequence[tuple[str, list[BlockView]]]
    lines: Sequence[SourceLine]
    roles: Sequence[str]
    citations: RecordCitations
    # What the data card says that it claims of each event; None if it needs no notice.
    claims: Sequence[tuple[str, str]] | None


@dataclass(frozen=True)
class IssueView:
    """An issue as it is shown, and how many of its page numbers are printed and counted."""

    issue: Issue
    records: Sequence[RecordView]
    figures: Sequence[Figure]
    printed: int
    counted: int


def view_issue(
    rows: IssueRows, raw: str, citations: Mapping[str, RecordCitations], notice: Notice
) -> IssueView:
    """Return an issue as it is shown; the citations of its records are given by their ids.

    Raises:
        DataError: a block does not follow from the raw text.
    """
    lines = source_lines(raw, rows.spans, rows.edits)
    ranges = line_ranges(lines)
    printed = {page.number: page.printed for page in rows.pages}
    blocks = grouped(rows.blocks, key=lambda block: block.record_id)
    contributors = grouped(rows.contributors, key=lambda person: person.record_id)
    body_spans = grouped(
        (span for span in rows.spans if span.role == "body"), key=lambda span: span.record_id
    )
    records = []
    for record in rows.records:
        first, last = ranges.get(record.id, (0, 0))
        record_lines = lines[first:last]
        present = {segment.span.role for line in record_lines for segment in line.segments}
        views = block_views(
            record=record,
            blocks=blocks.get(record.id, []),
            spans=grouped(body_spans.get(record.id, []), key=lambda span: span.block),
            edits=rows.edits,
            raw=raw,
            printed=printed,
        )
        view = RecordView(
            record=record,
            contributors=contributors.get(record.id, []),
            runs=[(kind, list(run)) for kind, run in groupby(views, key=lambda view: view.kind)],
            lines=record_lines,
            roles=[role for role in ROLES if role in present],
            citations=citations[record.id],
            claims=notice.claims.get(record.id),
        )
        records.append(view)
    issue = rows.issue
    data = figure_data(rows.records, rows.spans)
    return IssueView(
        issue=issue,
        records=records,
        figures=figures(data, issue.full_title, suffix=f"-{issue.id}"),
        printed=sum(printed.values()),
        counted=len(printed) - sum(printed.values()),
    )

"""Issues and records as the templates take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lprcorpus.figures.charts import Figure, figure_data, figures
from lprcorpus.schema import ROLES, Contributor, Issue, Record, Span
from lprcorpus.typed_rows import grouped
from lprcorpus.view.article import BlockView, block_runs, block_views
from lprcorpus.view.issue_source import IssueSource
from lprcorpus.view.notice import Notice
from lprcorpus.view.page_citations import CitationForm, coins
from lprcorpus.view.source_lines import SourceLine, line_ranges, source_lines

__all__ = ["IssueView", "RecordView", "view_issue"]


@dataclass(frozen=True)
class RecordView:
    """A record as it is shown.

    Attributes:
        record: its row.
        contributors: its contributors' rows.
        runs: its blocks, in runs of one kind.
        lines: the raw lines of its source view.
        roles: the roles in these lines, in the schema's order.
        citations: its citations.
        coins: the record as a ContextObject in Span, which Zotero reads.
        claims: what the data card says that it claims of each event, or None if it needs no notice.
    """

    record: Record
    contributors: Sequence[Contributor]
    runs: Sequence[tuple[str, list[BlockView]]]
    lines: Sequence[SourceLine]
    roles: Sequence[str]
    citations: Sequence[CitationForm]
    coins: str
    claims: Sequence[tuple[str, str]] | None


@dataclass(frozen=True)
class IssueView:
    """An issue as it is shown.

    Attributes:
        id: its id.
        title: its title.
        issue: its row.
        records: its records, in reading order.
        figures: the figures of it.
        printed: how many of its page numbers are printed in the text.
        counted: how many are counted.
    """

    id: str
    title: str
    issue: Issue
    records: Sequence[RecordView]
    figures: Sequence[Figure]
    printed: int
    counted: int


def view_issue(
    source: IssueSource, citations: Mapping[str, Sequence[CitationForm]], notice: Notice
) -> IssueView:
    """Return an issue as it is shown.

    Args:
        source: the issue.
        citations: the citations of its records, by their ids.
        notice: what the data card says of records.

    Raises:
        DataError: a block does not follow from the raw text.
    """
    rows = source.rows
    lines = source_lines(source.raw, rows.spans, rows.edits)
    ranges = line_ranges(lines, [record.id for record in rows.records])
    printed = {page.number: page.printed for page in rows.pages}
    blocks = grouped(rows.blocks, key=lambda block: block.record_id)
    contributors = grouped(rows.contributors, key=lambda contributor: contributor.record_id)
    body_spans = _body_spans(rows.spans)
    records = []
    for record in rows.records:
        first, last = ranges.get(record.id, (0, 0))
        record_lines = lines[first:last]
        views = block_views(
            record=record,
            blocks=blocks.get(record.id, []),
            spans=body_spans.get(record.id, {}),
            edits=rows.edits,
            raw=source.raw,
            printed=printed,
        )
        record_contributors = contributors.get(record.id, [])
        records.append(
            RecordView(
                record=record,
                contributors=record_contributors,
                runs=block_runs(views),
                lines=record_lines,
                roles=_roles_in(record_lines),
                citations=citations[record.id],
                coins=coins(rows.issue, record, record_contributors),
                claims=notice.of(record.id),
            )
        )
    number_printed = sum(printed.values())
    return IssueView(
        id=source.id,
        title=source.title,
        issue=rows.issue,
        records=records,
        figures=figures(
            figure_data(rows.records, rows.spans, len(rows.records)),
            source.title,
            suffix=f"-{source.id}",
        ),
        printed=number_printed,
        counted=len(printed) - number_printed,
    )


def _body_spans(spans: Sequence[Span]) -> dict[str, dict[int, list[Span]]]:
    """Return the body spans of each block, by its record and its position."""
    found: dict[str, dict[int, list[Span]]] = {}
    for span in spans:
        if span.role == "body" and span.record_id is not None and span.block is not None:
            found.setdefault(span.record_id, {}).setdefault(span.block, []).append(span)
    return found


def _roles_in(lines: Sequence[SourceLine]) -> list[str]:
    present = {segment.role for line in lines for segment in line.segments}
    return [role for role in ROLES if role in present]

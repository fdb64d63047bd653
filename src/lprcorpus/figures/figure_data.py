"""What the figures are drawn from: for each record, its characters on each page and its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lprcorpus.schema import Record, Span

__all__ = ["MOST_ROWS", "FigureData", "FigureRow", "figure_data"]

MOST_ROWS = 60
"""Records that a figure shows at most: the first ones."""


@dataclass(frozen=True)
class FigureRow:
    """A row of a figure: a record, and its characters by page."""

    record: Record
    pages: Counter[int]


@dataclass(frozen=True)
class FigureData:
    """The rows from the top, the characters in no record by page, and how many records there are."""

    rows: Sequence[FigureRow]
    outside: Counter[int]
    record_count: int


def figure_data(records: Sequence[Record], spans: Iterable[Span], record_count: int) -> FigureData:
    """Return what the figures of some records are drawn from.

    Args:
        records: the records in reading order; the first :data:`MOST_ROWS` are shown.
        spans: the spans of their issues, at least; others are passed over.
        record_count: how many records there are in all.
    """
    rows = {record.id: FigureRow(record, Counter()) for record in records[:MOST_ROWS]}
    issues = {row.record.issue_id for row in rows.values()}
    outside: Counter[int] = Counter()
    for span in spans:
        size = span.raw_end - span.raw_start
        if span.record_id in rows:
            rows[span.record_id].pages[span.page] += size
        elif span.record_id is None and span.issue_id in issues:
            outside[span.page] += size
    return FigureData(list(rows.values()), outside, record_count)

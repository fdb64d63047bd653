"""What the figures are drawn from: for each record, its characters on each page and its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["FigureData", "FigureRecord", "FigureRow", "FigureSpan", "figure_data"]

MOST_ROWS = 60
"""Records that a figure shows at most: the first ones."""


@dataclass(frozen=True)
class FigureRecord:
    """A record as the figures take it: columns of ``records``."""

    id: str
    issue_id: str
    position: int
    title: str
    type: str
    word_count: int


@dataclass(frozen=True)
class FigureSpan:
    """A span as the figures take it: columns of ``spans``."""

    issue_id: str
    raw_start: int
    raw_end: int
    page: int
    record_id: str | None


@dataclass(frozen=True)
class FigureRow:
    """A row of a figure: a record, and its characters by page."""

    record: FigureRecord
    pages: Counter[int]


@dataclass(frozen=True)
class FigureData:
    """What the figures are drawn from.

    Attributes:
        rows: the rows, from the top.
        outside: characters by page that are in no record.
        record_count: how many records there are in all.
    """

    rows: Sequence[FigureRow]
    outside: Counter[int]
    record_count: int


def figure_data(records: Sequence[FigureRecord], spans: Iterable[FigureSpan], record_count: int) -> FigureData:
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

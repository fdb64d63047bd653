"""What the figures are drawn from: for each record, or each issue, its characters on each page and its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["FigureData", "FigureRecord", "FigureRow", "FigureSpan", "figure_data"]

MOST_RECORDS = 60
"""Records that have a row each in a figure; where there are more, an issue has one."""

MOST_ISSUES = 60
"""Issues that a figure shows at most: the first ones."""

_LABEL = 40  # characters of a title in a label, at most


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
    """A row of a figure: its label, the title in full, and the type of its record; None if it is an issue."""

    label: str
    title: str
    type: str | None


@dataclass(frozen=True)
class FigureData:
    """What the figures are drawn from.

    Attributes:
        rows: the rows, from the top.
        characters: characters by row, type and page.
        outside: characters by page that are in no record.
        words: words by row and type.
        issues: how many issues there are.
        shown: how many of them are shown.
    """

    rows: Sequence[FigureRow]
    characters: Mapping[tuple[int, str, int], int]
    outside: Mapping[int, int]
    words: Mapping[tuple[int, str], int]
    issues: int
    shown: int

    @property
    def pages(self) -> range:
        """The page numbers that a figure has room for."""
        numbers = [page for _, _, page in self.characters] + list(self.outside)
        return range(min(numbers), max(numbers) + 1) if numbers else range(0)


def figure_data(
    issues: Sequence[str], records: Sequence[FigureRecord], spans: Iterable[FigureSpan], issue_count: int
) -> FigureData:
    """Return what the figures of some issues are drawn from.

    Args:
        issues: the ids of the issues that are shown, in order.
        records: their records.
        spans: their spans.
        issue_count: how many issues there are in all.
    """
    records = sorted(records, key=lambda record: (record.issue_id, record.position))
    if len(records) > MOST_RECORDS:
        rows = [FigureRow(issue, issue, None) for issue in issues]
        row_of_issue = {issue: row for row, issue in enumerate(issues)}
        row_of = {record.id: row_of_issue[record.issue_id] for record in records}
    else:
        several = len(issues) > 1
        rows = [_record_row(record, with_issue=several) for record in records]
        row_of = {record.id: row for row, record in enumerate(records)}
    words: Counter[tuple[int, str]] = Counter()
    for record in records:
        words[row_of[record.id], record.type] += record.word_count
    type_of = {record.id: record.type for record in records}
    characters: Counter[tuple[int, str, int]] = Counter()
    outside: Counter[int] = Counter()
    for span in spans:
        size = span.raw_end - span.raw_start
        if span.record_id is None:
            outside[span.page] += size
        elif span.record_id in row_of:
            characters[row_of[span.record_id], type_of[span.record_id], span.page] += size
    return FigureData(rows, characters, outside, words, issue_count, len(issues))


def _record_row(record: FigureRecord, *, with_issue: bool) -> FigureRow:
    """Return the row of a record; its label is its position and its title, shortened.

    The title is in an isolate (U+2068, U+2069), so that no mark of direction in it turns the label around.
    """
    title = " ".join(record.title.split())
    short = title if len(title) <= _LABEL else f"{title[: _LABEL - 1].rstrip()}…"
    issue = f"{record.issue_id} " if with_issue else ""
    return FigureRow(f"{issue}{record.position}. \u2068{short}\u2069", title, record.type)

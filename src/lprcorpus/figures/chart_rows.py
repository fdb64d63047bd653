"""What the pictures are drawn from: for each record, or issue, its characters on each page and its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["MOST_ISSUES", "MOST_RECORDS", "PictureData", "PictureRow", "Row", "picture_data"]

Row = Mapping[str, Any]
"""One row of a table."""

MOST_RECORDS = 60
"""Records that have a row each in a picture; where there are more, an issue has one."""

MOST_ISSUES = 60
"""Issues that a picture shows at most."""

_LABEL = 40  # characters of a title in a label, at most


@dataclass(frozen=True)
class PictureRow:
    """A row of a picture: its label, the title in full, and the type of its record; None if it is an issue."""

    label: str
    title: str
    type: str | None


@dataclass(frozen=True)
class PictureData:
    """What the pictures are drawn from.

    Attributes:
        rows: the rows, from the top.
        characters: characters by row, type and page.
        outside: characters by page that are in no record.
        words: words by row and type.
        issues: issues there are.
        shown: issues that are shown: the first ones.
    """

    rows: tuple[PictureRow, ...]
    characters: Mapping[tuple[int, str, int], int]
    outside: Mapping[int, int]
    words: Mapping[tuple[int, str], int]
    issues: int
    shown: int

    @property
    def pages(self) -> range:
        """The page numbers that a picture has room for."""
        found = [page for _, _, page in self.characters] + list(self.outside)
        return range(min(found), max(found) + 1) if found else range(0)


def picture_data(
    issues: Sequence[Row], records: Sequence[Row], spans: Iterable[Row], issues_in_all: int | None = None
) -> PictureData:
    """Return what the pictures of some issues are drawn from.

    Args:
        issues: rows of ``issues``, in order: ``id``; no more than :data:`MOST_ISSUES` of them are needed.
        records: their rows of ``records``: ``id``, ``issue_id``, ``position``, ``title``, ``type``, ``word_count``.
        spans: their rows of ``spans``: ``issue_id``, ``raw_start``, ``raw_end``, ``page``, ``record_id``; others are passed over.
        issues_in_all: how many issues there are, where not all rows are given.
    """
    shown = [issue["id"] for issue in issues[:MOST_ISSUES]]
    known = set(shown)
    mine = sorted((row for row in records if row["issue_id"] in known), key=lambda row: (row["issue_id"], row["position"]))
    by_issue = len(records) > MOST_RECORDS
    if by_issue:
        rows = tuple(PictureRow(issue, issue, None) for issue in shown)
        row_of = {row["id"]: shown.index(row["issue_id"]) for row in mine}
    else:
        rows = tuple(PictureRow(_label(row, prefix=len(shown) > 1), " ".join(row["title"].split()), row["type"]) for row in mine)
        row_of = {row["id"]: number for number, row in enumerate(mine)}
    type_of = {row["id"]: row["type"] for row in mine}
    words: Counter[tuple[int, str]] = Counter()
    for row in mine:
        words[row_of[row["id"]], row["type"]] += row["word_count"]
    characters: Counter[tuple[int, str, int]] = Counter()
    outside: Counter[int] = Counter()
    for span in spans:
        record, size = span["record_id"], span["raw_end"] - span["raw_start"]
        if record in row_of:
            characters[row_of[record], type_of[record], span["page"]] += size
        elif record is None and span["issue_id"] in known:
            outside[span["page"]] += size
    in_all = len(issues) if issues_in_all is None else issues_in_all
    return PictureData(rows, characters, outside, words, in_all, len(shown))


def _label(record: Row, *, prefix: bool) -> str:
    """Return the label of a record: its position and title, shut in an isolate so that no mark of direction turns it around."""
    title = " ".join(record["title"].split())
    short = title if len(title) <= _LABEL else f"{title[: _LABEL - 1].rstrip()}…"
    return f"{record['issue_id'] + ' ' if prefix else ''}{record['position']}. \u2068{short}\u2069"

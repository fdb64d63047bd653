"""The raw lines of a record as the source view shows them: each stretch with its role, each edit where it was made."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lprcorpus.view.page_issues import IssueRows

__all__ = ["EditView", "Glyphs", "Segment", "SourceLine", "glyphs", "source_lines", "source_ranges"]

Row = Mapping[str, Any]

_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[ \t]+$")
"""What does not show by itself: control characters, zero-width ones, marks of direction; and white space that ends a line."""


@dataclass(frozen=True)
class EditView:
    """A change as it is shown: what stood there, what stands in its place, by which rule and why."""

    before: str
    after: str
    rule: str
    reason: str


@dataclass(frozen=True)
class Glyphs:
    """Some characters of a line, and the name of what they are if they do not show by themselves."""

    text: str
    name: str = ""


@dataclass(frozen=True)
class Segment:
    """Some characters of a line with one role.

    Attributes:
        text: the characters.
        role: their role.
        record: the record they belong to, or None.
        block: the position of their block, or None.
        changed: whether an edit replaces them.
        edit: the edit that ends here, if one does.
    """

    text: str
    role: str
    record: str | None
    block: int | None
    changed: bool = False
    edit: EditView | None = None


@dataclass(frozen=True)
class SourceLine:
    """A raw line: its number in the raw text from 1, the page it begins on, and its segments."""

    number: int
    page: int
    segments: tuple[Segment, ...]

    @property
    def role(self) -> str:
        """The role that the gutter names: that of most of the line's characters, blank ones aside."""
        sizes: dict[str, int] = {}
        for segment in self.segments:
            size = len(segment.text) + 1 if segment.role != "blank" else 0
            sizes[segment.role] = sizes.get(segment.role, 0) + size
        return max(sizes, key=sizes.__getitem__)

    @property
    def block(self) -> int | None:
        """The block that the gutter names, or None."""
        return next((segment.block for segment in self.segments if segment.block is not None), None)

    def belongs_to(self, record: str) -> bool:
        """Tell whether some of the line belongs to a record."""
        return any(segment.record == record for segment in self.segments)


def glyphs(text: str) -> Iterator[Glyphs]:
    """Yield a line's text in pieces, what does not show by itself apart.

    >>> [piece.name for piece in glyphs("a\u202eb  ")]
    ['', 'U+202E', '', 'space']
    """
    at = 0
    for match in _HIDDEN.finditer(text):
        if match.start() > at:
            yield Glyphs(text[at : match.start()])
        found = match.group()
        yield Glyphs(found, "space" if found.isspace() and found[0] in " \t" else f"U+{ord(found):04X}")
        at = match.end()
    if at < len(text):
        yield Glyphs(text[at:])


def source_lines(rows: IssueRows) -> list[SourceLine]:
    r"""Return the raw lines of an issue. Their segments' texts, joined by a newline after each line, are the raw text."""
    raw, spans, edits = rows.raw, rows.spans, rows.edits
    starts = [span["raw_start"] for span in spans]
    cuts = sorted(
        {*starts, *(edit["raw_start"] for edit in edits), *(edit["raw_end"] for edit in edits), *_line_starts(raw), len(raw)}
    )
    edit_starts = [edit["raw_start"] for edit in edits]
    lines: list[SourceLine] = []
    segments: list[Segment] = []
    page = 0
    for start, end in pairwise(cuts):
        span = spans[max(bisect_right(starts, start) - 1, 0)]
        page = page if segments else span["page"]
        at = bisect_right(edit_starts, start) - 1
        edit = edits[at] if at >= 0 and start < edits[at]["raw_end"] else None
        closed = raw[end - 1] == "\n"
        segments.append(
            Segment(
                raw[start : end - 1] if closed else raw[start:end],
                span["role"],
                span["record_id"],
                span["block"],
                edit is not None,
                _edit_view(edit) if edit is not None and end == edit["raw_end"] else None,
            )
        )
        if closed:
            lines.append(SourceLine(len(lines) + 1, page, tuple(segments)))
            segments = []
    if segments:
        lines.append(SourceLine(len(lines) + 1, page, tuple(segments)))
    return lines


def _edit_view(edit: Row) -> EditView:
    return EditView(edit["before"], edit["after"], edit["rule"], edit["reason"])


def _line_starts(raw: str) -> Iterator[int]:
    yield 0
    at = raw.find("\n")
    while at >= 0:
        yield at + 1
        at = raw.find("\n", at + 1)


def source_ranges(lines: Sequence[SourceLine], records: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return for each record the lines that its source view shows, as indexes, end exclusive.

    They go from its first to its last line, and take in what stands before the first and belongs to no record; the last record
    takes in the rest. So every line of the raw text is shown.
    """
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for index, line in enumerate(lines):
        for segment in line.segments:
            if segment.record is not None:
                first.setdefault(segment.record, index)
                last[segment.record] = index
    found, end = {}, 0
    ordered = sorted((record for record in records if record in first), key=first.__getitem__)
    for record in ordered:
        found[record] = (min(first[record], end), last[record] + 1)
        end = max(end, last[record] + 1)
    if ordered:
        found[ordered[-1]] = (found[ordered[-1]][0], len(lines))
    return found

"""The raw lines of a record in the source view: each stretch with its role, and the edits."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from lprcorpus.errors import DataError
from lprcorpus.schema import Edit, Span

_RAW_START = attrgetter("raw_start")

# What does not show by itself: control characters, zero-width ones, marks of direction; white space
# that ends a line. The look-behind begins at the first of a run of spaces, so that a long run is
# gone through once.
_HIDDEN = re.compile(
    r"([\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\ufeff\ufffe]"
    r"|(?<![ \t])[ \t]+$)"
)


class Segment(NamedTuple):
    """Some characters of a line with one role."""

    text: str
    span: Span  # has their role, their record and their block
    edit: Edit | None  # the edit that replaces them, if one does
    edit_ends: bool  # whether it ends with them


class SourceLine(NamedTuple):
    """A raw line: its number in the raw text from 1, and its segments."""

    number: int
    segments: Sequence[Segment]

    @property
    def role(self) -> str:
        """The role that the gutter names: that of the longest segment that is not blank."""
        printed = [segment for segment in self.segments if segment.span.role != "blank"]
        longest = max(printed or self.segments, key=lambda segment: len(segment.text))
        return longest.span.role

    @property
    def block(self) -> int | None:
        """The block that the gutter names, or None."""
        for segment in self.segments:
            if segment.span.block is not None:
                return segment.span.block
        return None

    def belongs_to(self, record: str) -> bool:
        """Return whether some of the line belongs to a record."""
        return any(segment.span.record_id == record for segment in self.segments)


def glyphs(text: str) -> Iterator[tuple[str, str]]:
    r"""Yield a line's text in pieces, each with its name if it does not show by itself.

    >>> list(glyphs("a\u202eb  "))
    [('a', ''), ('\u202e', 'U+202E'), ('b', ''), ('  ', 'space')]
    """
    for number, piece in enumerate(_HIDDEN.split(text)):
        name = ""
        if number % 2:  # every second piece is one that the line is split at
            name = "space" if piece[0] in " \t" else f"U+{ord(piece):04X}"
        if piece:
            yield piece, name


def source_lines(raw: str, spans: Sequence[Span], edits: Sequence[Edit]) -> list[SourceLine]:
    """Return the raw lines of an issue; their segments' texts, joined by newlines, are its text.

    Raises:
        DataError: the issue has no spans.
    """
    if not spans:
        raise DataError("spans: found none of an issue; expected some; run lprcorpus validate")
    cuts = {0, len(raw)}
    cuts.update(match.end() for match in re.finditer("\n", raw))
    rows: list[Span | Edit] = [*spans, *edits]
    for row in rows:
        cuts |= {row.raw_start, row.raw_end}
    lines: list[SourceLine] = []
    segments: list[Segment] = []
    for start, end in pairwise(sorted(cuts)):
        text = raw[start:end]
        span = spans[bisect_right(spans, start, key=_RAW_START) - 1]
        number = bisect_right(edits, start, key=_RAW_START)
        edit = edits[number - 1] if number else None
        if edit is not None and edit.raw_end <= start:
            edit = None
        edit_ends = edit is not None and edit.raw_end == end
        segments.append(Segment(text.removesuffix("\n"), span, edit, edit_ends))
        if text.endswith("\n") or end == len(raw):
            lines.append(SourceLine(len(lines) + 1, segments))
            segments = []
    return lines


def lines_of_records(lines: Sequence[SourceLine]) -> dict[str, Sequence[SourceLine]]:
    """Return for each record the lines that its source view shows.

    They go from its first to its last line, and take in what comes before the first and belongs to
    no record; the last record takes in the rest. So every line of the raw text is shown.
    """
    extents: dict[str, tuple[int, int]] = {}  # in the order in which the records begin
    for index, line in enumerate(lines):
        for segment in line.segments:
            record = segment.span.record_id
            if record is not None:
                first, _ = extents.get(record, (index, index))
                extents[record] = first, index + 1
    shown: dict[str, Sequence[SourceLine]] = {}
    end = 0
    for record, (first, after) in extents.items():
        if len(shown) == len(extents) - 1:
            after = len(lines)
        shown[record] = lines[min(first, end) : after]
        end = max(end, after)
    return shown

"""The raw lines of a record in the source view: each stretch with its role, and the edits."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from lprcorpus.errors import DataError
from lprcorpus.schema import Edit, Span

_RAW_START = attrgetter("raw_start")

_HIDDEN = re.compile(
    r"([\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\ufeff\ufffe]"
    r"|(?<![ \t])[ \t]+$)"
)
"""What does not show by itself: control characters, zero-width ones, marks of direction; white
space that ends a line.

The look-behind begins at the first of a run of spaces, so that a long run is gone through once.
"""


@dataclass(frozen=True)
class Glyphs:
    """Characters of a line, and the name of what they are if they do not show by themselves."""

    text: str
    name: str = ""


@dataclass(frozen=True)
class Segment:
    """Some characters of a line with one role."""

    text: str
    span: Span  # has their role, their record and their block
    changed: bool  # whether an edit replaces them
    edit: Edit | None  # the edit that ends here, if one does


@dataclass(frozen=True)
class SourceLine:
    """A raw line: its number in the raw text from 1, and its segments."""

    number: int
    segments: Sequence[Segment]

    @property
    def role(self) -> str:
        """The role that the gutter names: that of most of the line's characters, blanks aside."""
        sizes: Counter[str] = Counter()
        for segment in self.segments:
            # One more than its length: a stretch without characters counts before a blank one.
            role = segment.span.role
            sizes[role] += 0 if role == "blank" else len(segment.text) + 1
        return sizes.most_common(1)[0][0]

    @property
    def block(self) -> int | None:
        """The block that the gutter names, or None."""
        blocks = [segment.span.block for segment in self.segments]
        return next((block for block in blocks if block is not None), None)

    def belongs_to(self, record: str) -> bool:
        """Return whether some of the line belongs to a record."""
        return any(segment.span.record_id == record for segment in self.segments)


def glyphs(text: str) -> Iterator[Glyphs]:
    """Yield a line's text in pieces, what does not show by itself apart.

    >>> [piece.name for piece in glyphs("a\u202eb  ")]
    ['', 'U+202E', '', 'space']
    """
    for number, piece in enumerate(_HIDDEN.split(text)):
        if number % 2 == 0:  # what is between two hidden pieces
            name = ""
        elif piece[0] in " \t":
            name = "space"
        else:
            name = f"U+{ord(piece):04X}"
        if piece:
            yield Glyphs(piece, name)


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
        edit = _edit_at(start, edits)
        segment = Segment(
            text=text.removesuffix("\n"),
            span=spans[bisect_right(spans, start, key=_RAW_START) - 1],
            changed=edit is not None,
            edit=edit if edit and edit.raw_end == end else None,
        )
        segments.append(segment)
        if text.endswith("\n") or end == len(raw):
            lines.append(SourceLine(len(lines) + 1, segments))
            segments = []
    return lines


def _edit_at(offset: int, edits: Sequence[Edit]) -> Edit | None:
    number = bisect_right(edits, offset, key=_RAW_START) - 1
    if number < 0 or edits[number].raw_end <= offset:
        return None
    return edits[number]


def line_ranges(lines: Sequence[SourceLine]) -> dict[str, tuple[int, int]]:
    """Return for each record the lines that its source view shows, as indexes, end exclusive.

    They go from its first to its last line, and take in what comes before the first and belongs to
    no record; the last record takes in the rest. So every line of the raw text is shown.
    """
    extents: dict[str, tuple[int, int]] = {}  # in the order in which the records begin
    for index, line in enumerate(lines):
        for segment in line.segments:
            if segment.span.record_id is not None:
                first, _ = extents.get(segment.span.record_id, (index, index))
                extents[segment.span.record_id] = (first, index + 1)
    ranges: dict[str, tuple[int, int]] = {}
    end = 0
    for number, (record, (first, after)) in enumerate(extents.items(), 1):
        if number == len(extents):
            after = len(lines)
        ranges[record] = (min(first, end), after)
        end = max(end, after)
    return ranges

"""The spans of an issue: its raw text cut into stretches with one role, one page, one record, from end to end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from lprcorpus.text.lines import Lines
from lprcorpus.text.pages import Paged

__all__ = ["Extent", "SpanRow", "Stretch", "coverage", "partition"]

Extent = tuple[int, int, str, "str | None", "int | None"]
"""A stretch of raw text: its characters, its role, its record and its block."""

SpanRow = tuple[str, int, int, str, int, "str | None", "int | None"]
"""A row of the table ``spans``."""


@dataclass(frozen=True)
class Stretch:
    """Text that is in no record: its raw line, its length in characters, and its first words."""

    line: int
    characters: int
    opening: str


def partition(extents: Sequence[Extent], paged: Paged, issue_id: str) -> list[SpanRow]:
    """Return the rows that partition a text: the extents, what lies between them, and cuts where pages begin.

    Args:
        extents: what has a role, without overlap; the furniture is added here.
        paged: the text and its pages.
        issue_id: the issue's id.
    """
    known: list[Extent] = [(piece.start, piece.end, piece.role, None, None) for piece in paged.asides]
    known += extents
    known.sort(key=itemgetter(0))
    rows: list[SpanRow] = []
    numbers = [page.number for page in paged.pages]
    turns = [*paged.page_starts[1:], len(paged.lines.text) + 1]
    page = 0
    turn, number = turns[0], numbers[0]
    for start, end, role, record, block in _without_gaps(known, paged.lines):
        while turn <= start:
            page += 1
            turn, number = turns[page], numbers[page]
        while turn < end:
            rows.append((issue_id, start, turn, role, number, record, block))
            page, start = page + 1, turn
            turn, number = turns[page], numbers[page]
        rows.append((issue_id, start, end, role, number, record, block))
    return rows


def _without_gaps(extents: Sequence[Extent], lines: Lines) -> Iterator[Extent]:
    """Yield the extents with what lies between them: blank, or text in no record."""
    at = 0
    text = lines.text
    for extent in extents:
        start = extent[0]
        if at < start:
            if text[at:start].isspace():
                yield at, start, "blank", None, None
            else:
                yield from _gap(at, start, lines)
        yield extent
        at = extent[1]
    if at < len(text):
        yield from _gap(at, len(text), lines)


def _gap(start: int, end: int, lines: Lines) -> Iterator[Extent]:
    """Yield a stretch that nothing claimed: its print as text in no record, and the blank around it."""
    if lines.is_blank(start, end):
        yield start, end, "blank", None, None
        return
    piece = lines.text[start:end]
    if start == 0 and piece.startswith("\ufeff"):
        piece = f" {piece[1:]}"
    first, last = end - len(piece.lstrip()), start + len(piece.rstrip())
    if start < first:
        yield start, first, "blank", None, None
    yield first, last, "body", None, None
    if last < end:
        yield last, end, "blank", None, None


def coverage(rows: Sequence[SpanRow], lines: Lines) -> tuple[float, tuple[Stretch, ...]]:
    """Return the share of the set text that is in records, and the stretches that are not.

    The share is of the characters of all spans that are neither furniture nor blank. A stretch runs on over furniture and page
    breaks, up to the next text that is in a record.
    """
    claimed = 0
    gaps: list[list[tuple[int, int]]] = []
    open_gap = False
    for _, start, end, role, _, record, _ in rows:
        if record is not None:
            claimed += end - start
            open_gap = False
        elif role == "body":
            if not open_gap:
                gaps.append([])
            gaps[-1].append((start, end))
            open_gap = True
    stretches = []
    line, at = 1, 0
    for pieces in gaps:
        start = pieces[0][0]
        line += lines.text.count("\n", at, start)
        at = start
        opening = " ".join(" ".join(lines.text[low : min(high, low + 80)] for low, high in pieces[:4]).split())
        stretches.append(Stretch(line, sum(high - low for low, high in pieces), opening[:60]))
    whole = claimed + sum(stretch.characters for stretch in stretches)
    return (claimed / whole if whole else 1.0), tuple(stretches)

"""The sheets of a text: its pages before their numbers are known, as its page marks part them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from lprcorpus.text.lines import Line, Lines
from lprcorpus.text.page_marks import FOOT_LINES, TOP_LINES, Pagination, are_even, feed_sheets
from lprcorpus.text.running_headers import PAGE, Aside, Header, find_headers

URL = re.compile(r"https?://\S+")
_FEWEST_SPACE_MARKS = 2
_UNEVEN = 3.0  # times the usual length of a page, or that part of it, at most

_Piece = TypeVar("_Piece", Aside, Header)


@dataclass
class PageMarks:
    """The page marks of a text, each kind in order."""

    in_lines: Sequence[Header] = ()
    feeds: list[int] = field(default_factory=list)  # form feeds, which are pages
    spaces: list[int] = field(default_factory=list)  # single spaces that open a page
    headers: list[Header] = field(default_factory=list)
    footers: list[Header] = field(default_factory=list)  # between form feeds they are headers too


def find_marks(
    lines: Lines, pagination: Pagination, in_lines: Sequence[Header], *, final_spaces: bool
) -> PageMarks:
    """Find the page marks of a text, which is cut around the marks inside its lines."""
    marks = PageMarks(in_lines)
    heads, feet = pagination.running_heads or (), pagination.running_feet
    marks.feeds = [start for start in feed_sheets(lines) if lines.text[start] == "\f"]
    if marks.feeds:
        marks.headers = find_headers(lines, (*heads, *feet))
        keep_headers(lines, marks, strays=())
    else:
        marks.headers = without_overlap(find_headers(lines, heads))
        marks.footers = without_overlap(find_headers(lines, feet))
    may_have_spaces = pagination.space_marks
    if may_have_spaces is None:
        may_have_spaces = final_spaces and not marks.feeds
    if may_have_spaces:
        marks.spaces = _space_marks(lines, marks, is_stated=pagination.space_marks is True)
    return marks


def keep_headers(lines: Lines, marks: PageMarks, strays: Collection[Header]) -> None:
    """Drop strays and, between form feeds, all headers that are not at the edges of their sheet."""
    marks.headers = [header for header in marks.headers if header not in strays]
    marks.footers = [footer for footer in marks.footers if footer not in strays]
    if marks.feeds:
        by_line: dict[int, Header] = {}
        for header in marks.headers:  # the longest that begins there
            by_line.setdefault(lines.index_from(header.start), header)
        marks.headers = []
        for sheet in feed_sheets(lines).values():
            marks.headers += _at_edges(lines, sheet, by_line)


def part_text(lines: Lines, marks: PageMarks) -> dict[int, list[int]]:
    """Part a text at its page marks: return the numbers on each sheet, by where it starts."""
    starts = {mark.start for mark in marks.in_lines}
    starts.update(marks.spaces)
    starts.update(feed_sheets(lines) or _opening_headers(lines, marks.headers))
    if marks.footers:
        starts.add(0)
        bounds = [*sorted(starts), len(lines.text)]
        for footer in marks.footers:
            following = bounds[bisect_left(bounds, footer.end)]
            if not lines.is_blank(footer.end, following):
                starts.add(footer.end)
    if not starts or not lines.is_blank(0, min(starts)):
        starts.add(0)

    numbers: dict[int, list[int]] = {start: [] for start in sorted(starts)}
    ordered = list(numbers)
    for mark in (*marks.in_lines, *marks.headers):
        if mark.number is not None:
            start = ordered[bisect_right(ordered, mark.start) - 1]
            numbers[start].append(mark.number)
    for footer in marks.footers:  # its number is that of the page it closes
        start = ordered[bisect_right(ordered, footer.start) - 1]
        if footer.number is not None and not numbers[start]:
            numbers[start].append(footer.number)
    return numbers


def _opening_headers(lines: Lines, headers: Sequence[Header]) -> Iterator[int]:
    """Yield where headers open a sheet; those with no text between them open one together."""
    reached = 0
    has_number = False
    for place, header in enumerate(headers):
        is_numbered = header.number is not None
        is_together = place > 0 and lines.is_blank(reached, header.start)
        if not is_together or (has_number and is_numbered):
            yield header.start
            has_number = False
        has_number = has_number or is_numbered
        reached = header.end


def marks_in_lines(text: str, templates: Sequence[str]) -> list[Header]:
    """Return the page marks inside lines, in order; none where form feeds are the pages."""
    found: list[Header] = []
    if "\f" in text:
        return found
    for template in templates:
        before, _, after = template.partition(PAGE)
        pattern = re.compile(rf"{re.escape(before)}([0-9]{{1,6}}){re.escape(after)}")
        for match in pattern.finditer(text):
            number = int(match[1])
            found.append(Header(match.start(), match.end(), template, number, match.start(1)))
    return sorted(found)


def without_overlap(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Return pieces of the text in order, without what lies in another one."""
    kept: list[_Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.start, -piece.end)):
        if not kept or piece.start >= kept[-1].end:
            kept.append(piece)
    return kept


def _at_edges(lines: Lines, sheet: Sequence[Line], by_line: dict[int, Header]) -> list[Header]:
    """Return the headers at the top of a sheet, and at its foot, that nothing else comes before."""
    at_edges: list[Header] = []
    if not sheet:
        return at_edges
    top, foot = sheet[0].index, sheet[-1].index
    top_end = min(top + TOP_LINES, foot + 1)
    while top < top_end and top in by_line:
        header = by_line[top]
        at_edges.append(header)
        top = lines.index_from(header.end)  # it may have several lines
    foot_end = max(foot - FOOT_LINES, top - 1)
    while foot > foot_end and foot in by_line:
        at_edges.append(by_line[foot])
        foot -= 1
    return at_edges


def _space_marks(lines: Lines, marks: PageMarks, *, is_stated: bool) -> list[int]:
    """Return the offsets of the single spaces that open a page.

    Such a line is the first, or the line before it is not blank and ends in a space or is a bare
    URL. So a centred line after a blank one opens no page (raw line 1598), nor does what follows a
    superscript (raw line 2198). Where nobody says that there are space marks, one indented line is
    not enough: they open the text, or recur about a page apart.
    """
    opening = []
    for line in lines.printed:
        if line.indent == 1 and lines.text[line.start] == " " and _opens_page(lines, line):
            opening.append(line)
    if not is_stated and not _recur_evenly(lines, opening):
        return []
    # The space after a form feed, or before a header beside one, opens no page of its own.
    taken = {feed + 1 for feed in marks.feeds}
    if marks.feeds:
        taken.update(header.start for header in marks.headers)
    return [line.start for line in opening if line.start not in taken]


def _opens_page(lines: Lines, line: Line) -> bool:
    if line.index == 0:
        return line.number == 1
    before = lines.printed[line.index - 1]
    if before.number != line.number - 1:
        return False
    return before.has_final_space or URL.fullmatch(before.text) is not None


def _recur_evenly(lines: Lines, opening: Sequence[Line]) -> bool:
    """Return whether lines that may open a page open the text, or recur about a page apart."""
    if opening and opening[0].index == 0:
        return True
    if len(opening) < _FEWEST_SPACE_MARKS:
        return False
    lengths = []
    before = 0
    for line in opening:
        lengths.append(line.index - before)
        before = line.index
    lengths.append(len(lines.printed) - before)
    return are_even(lengths, _UNEVEN)

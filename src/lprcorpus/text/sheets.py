"""The sheets of a text: its pages before their numbers are known, as its page marks part them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
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
class Sheets:
    """The page marks of a text, and the numbers printed on each sheet, by where the sheet starts."""

    numbers: dict[int, list[int]] = field(default_factory=dict)
    feeds: list[int] = field(default_factory=list)  # form feeds, which are pages
    spaces: list[int] = field(default_factory=list)  # single spaces that open a page
    headers: list[Header] = field(default_factory=list)
    footers: list[Header] = field(default_factory=list)
    in_lines: Sequence[Header] = ()


def find_sheets(
    lines: Lines, pagination: Pagination, in_lines: Sequence[Header], *, final_spaces: bool
) -> Sheets:
    """Find the sheets of a text.

    Args:
        lines: the text, cut around the marks inside its lines.
        pagination: what marks its pages.
        in_lines: the marks inside its lines.
        final_spaces: whether most lines end in a space.
    """
    sheets = Sheets(in_lines=in_lines)
    heads, feet = pagination.running_heads or (), pagination.running_feet
    between_feeds = feed_sheets(lines)
    if between_feeds:
        sheets.feeds = [start for start in between_feeds if lines.text[start] == "\f"]
        sheets.headers = find_headers(lines, (*heads, *feet))
        _label_sheets(sheets, lines)
    else:
        sheets.headers = without_overlap(find_headers(lines, heads))
        sheets.footers = without_overlap(find_headers(lines, feet))
    may_have_spaces = pagination.space_marks
    if may_have_spaces is None:
        may_have_spaces = final_spaces and not sheets.feeds
    if may_have_spaces:
        sheets.spaces = _space_marks(lines, sheets, is_stated=pagination.space_marks is True)
    part_text(sheets, lines)
    return sheets


def part_text(sheets: Sheets, lines: Lines) -> None:
    """Part a text at its page marks, and take the numbers printed on each sheet."""
    sheets.numbers = {mark.start: _numbers([mark]) for mark in sheets.in_lines}
    if sheets.feeds:
        _label_sheets(sheets, lines)
    else:
        _open_at_headers(sheets, lines)
    for start in sheets.spaces:
        sheets.numbers.setdefault(start, [])
    if sheets.feeds:  # a space may part what is between two form feeds
        starts = sorted(sheets.numbers)
        for header in sheets.headers:
            start = starts[bisect_right(starts, header.start) - 1]
            sheets.numbers[start] += _numbers([header])
    if sheets.footers:
        _close_at_footers(sheets, lines)
    if not sheets.numbers or not lines.is_blank(0, min(sheets.numbers)):
        sheets.numbers[0] = []


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


def _label_sheets(sheets: Sheets, lines: Lines) -> None:
    """Label the sheets between form feeds with the headers at their edges, and drop all others."""
    by_line: dict[int, Header] = {}
    for header in sheets.headers:
        by_line.setdefault(lines.index_from(header.start), header)  # the longest that begins there
    sheets.headers = []
    for start, sheet in feed_sheets(lines).items():
        at_edges = _at_edges(lines, sheet, by_line)
        sheets.headers += at_edges
        sheets.numbers[start] = []


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


def _numbers(marks: Iterable[Header]) -> list[int]:
    return [mark.number for mark in marks if mark.number is not None]


def _open_at_headers(sheets: Sheets, lines: Lines) -> None:
    """Add the sheets that headers open; headers with no text between open one together."""
    opened: dict[int, list[int]] = {}
    start = reached = 0
    for header in sheets.headers:
        numbers = _numbers([header])
        together = bool(opened) and lines.is_blank(reached, header.start)
        if not together or (opened[start] and numbers):
            start = header.start
            opened[start] = []
        opened[start] += numbers
        reached = header.end
    sheets.numbers.update(opened)


def _close_at_footers(sheets: Sheets, lines: Lines) -> None:
    """Add the sheets that begin after a footer; a footer's number is that of the page it closes."""
    sheets.numbers.setdefault(0, [])
    starts = [*sorted(sheets.numbers), len(lines.text)]
    for footer in sheets.footers:
        following = starts[bisect_left(starts, footer.end)]
        if not lines.is_blank(footer.end, following):
            sheets.numbers[footer.end] = []
    starts = sorted(sheets.numbers)
    for footer in sheets.footers:
        closed = starts[bisect_right(starts, footer.start) - 1]
        if not sheets.numbers[closed]:
            sheets.numbers[closed] += _numbers([footer])


def _space_marks(lines: Lines, sheets: Sheets, *, is_stated: bool) -> list[int]:
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
    taken = {feed + 1 for feed in sheets.feeds}
    if sheets.feeds:
        taken.update(header.start for header in sheets.headers)
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

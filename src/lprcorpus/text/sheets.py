"""The sheets of a text: its pages before their numbers are known, as its page marks part them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain

from lprcorpus.text.lines import Line, Lines
from lprcorpus.text.page_marks import Pagination, are_even, form_feeds, sheet_starts
from lprcorpus.text.running_headers import (
    FEED,
    FOOT,
    HEAD,
    IN_LINE,
    PAGE,
    SPACE,
    PageMark,
    at_edges,
    find_headers,
)

URL = re.compile(r"https?://\S+")
_FEWEST_SPACE_MARKS = 2
_UNEVEN = 3.0  # times the usual length of a page, or that part of it, at most


def find_marks(lines: Lines, pagination: Pagination, *, final_spaces: bool) -> list[PageMark]:
    """Find the page marks of a text, but for those inside lines; headers only at pages' edges."""
    feeds = [PageMark(feed, feed + 1, FEED) for feed in form_feeds(lines)]
    headers = find_headers(lines, pagination.running_heads or (), pagination.running_feet)
    marks = keep_at_edges(lines, [*feeds, *headers])
    may_have_spaces = pagination.space_marks
    if may_have_spaces is None:
        may_have_spaces = final_spaces and not feeds
    if may_have_spaces:
        spaces = _space_marks(lines, is_stated=pagination.space_marks is True)
        # The space after a form feed, or before a header, opens no page of its own.
        taken = {feed.end for feed in feeds}
        if feeds:
            taken.update(mark.start for mark in marks)
        marks += [PageMark(at, at + 1, SPACE) for at in spaces if at not in taken]
    return marks


def keep_at_edges(lines: Lines, marks: Sequence[PageMark]) -> list[PageMark]:
    """Return page marks without the headers that are not at the edges of their sheet.

    Where no form feeds are, a header is at its sheet's edge because it makes the sheet.
    """
    feeds = [mark.start for mark in marks if mark.kind == FEED]
    if not feeds:
        return list(marks)
    headers = [mark for mark in marks if mark.kind in (HEAD, FOOT)]
    others = [mark for mark in marks if mark.kind not in (HEAD, FOOT)]
    sheets = lines.parts(sheet_starts(lines, feeds))
    return [*others, *chain.from_iterable(at_edges(lines, sheets, headers))]


def marks_in_lines(text: str, templates: Sequence[str]) -> list[PageMark]:
    """Return the page marks inside lines, in order; none where form feeds are the pages."""
    found: list[PageMark] = []
    if "\f" in text:
        return found
    for template in templates:
        before, _, after = template.partition(PAGE)
        pattern = re.compile(rf"{re.escape(before)}([0-9]{{1,6}}){re.escape(after)}")
        for match in pattern.finditer(text):
            found.append(PageMark(*match.span(), IN_LINE, template, int(match[1])))
    return sorted(found)


def part_text(lines: Lines, marks: Sequence[PageMark]) -> dict[int, list[int]]:
    """Part a text at its page marks: return the numbers on each sheet, by where it starts."""
    starts = sheet_starts(lines, _openings(lines, marks))
    numbers: dict[int, list[int]] = {start: [] for start in starts}
    for mark in sorted(marks):
        if mark.number < 0:
            continue
        on_sheet = numbers[starts[bisect_right(starts, mark.start) - 1]]
        # A footer has the number of the page that it closes, if that has none yet.
        if mark.kind != FOOT or not on_sheet:
            on_sheet.append(mark.number)
    return numbers


def _openings(lines: Lines, marks: Sequence[PageMark]) -> set[int]:
    """Return where marks open a sheet. Between form feeds, headers and footers open none."""
    openings = {mark.start for mark in marks if mark.kind in (FEED, SPACE, IN_LINE)}
    if any(mark.kind == FEED for mark in marks):
        return openings
    openings.update(_opening_heads(lines, [mark for mark in marks if mark.kind == HEAD]))
    bounds = [*sorted(openings), len(lines.text)]
    for mark in marks:
        if mark.kind == FOOT:
            following = bounds[bisect_left(bounds, mark.end)]
            if not lines.is_blank(mark.end, following):
                openings.add(mark.end)
    return openings


def _opening_heads(lines: Lines, heads: Sequence[PageMark]) -> Iterator[int]:
    """Yield where headers open a sheet; those with no text between them open one together."""
    reached = -1
    has_number = False
    for head in heads:
        is_apart = reached < 0 or not lines.is_blank(reached, head.start)
        is_numbered = head.number >= 0
        if is_apart or (has_number and is_numbered):
            yield head.start
            has_number = False
        has_number = has_number or is_numbered
        reached = head.end


def _space_marks(lines: Lines, *, is_stated: bool) -> list[int]:
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
    return [line.start for line in opening]


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

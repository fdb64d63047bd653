"""The sheets of a text: its pages before their numbers are known, as its page marks part them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

from lprcorpus.text.lines import Line, Lines
from lprcorpus.text.page_marks import Pagination, are_even, form_feeds, sheet_starts
from lprcorpus.text.running_headers import PAGE, PageMark, at_edges, find_headers

URL = re.compile(r"https?://\S+")
_FEWEST_SPACE_MARKS = 2
_UNEVEN = 3.0  # times the usual length of a page, or that part of it, at most


def find_marks(lines: Lines, pagination: Pagination, *, may_have_spaces: bool) -> list[PageMark]:
    """Find the page marks of a text, but for those inside lines."""
    headers = find_headers(lines, pagination.running_heads or (), pagination.running_feet)
    feeds = [PageMark(feed, feed + 1, "form feeds") for feed in form_feeds(lines)]
    if feeds:
        return keep_at_edges(lines, [*feeds, *headers])
    spaces: list[int] = []
    if pagination.space_marks or (pagination.space_marks is None and may_have_spaces):
        spaces = _space_marks(lines, is_stated=pagination.space_marks is True)
    return [*headers, *(PageMark(space, space + 1, "space marks") for space in spaces)]


def keep_at_edges(lines: Lines, marks: Sequence[PageMark]) -> list[PageMark]:
    """Return page marks without the headers that are not at the edges of their sheet.

    Where no form feeds are, a header is at its sheet's edge because it makes the sheet.
    """
    feeds = [mark for mark in marks if mark.kind == "form feeds"]
    if not feeds:
        return list(marks)
    headers = [mark for mark in marks if mark.is_header]
    sheets = lines.parts(sheet_starts(lines, [feed.start for feed in feeds]))
    return [*feeds, *chain.from_iterable(at_edges(lines, sheets, headers))]


def marks_in_lines(text: str, templates: Iterable[str]) -> list[PageMark]:
    """Return the page marks inside lines, in order; none where form feeds are the pages."""
    found: list[PageMark] = []
    if "\f" in text:
        return found
    for template in templates:
        before, _, after = template.partition(PAGE)
        pattern = re.compile(rf"{re.escape(before)}([0-9]{{1,6}}){re.escape(after)}")
        for match in pattern.finditer(text):
            start, end = match.span()
            found.append(PageMark(start, end, "marks in lines", template, int(match[1])))
    return sorted(found)


def part_text(lines: Lines, marks: Sequence[PageMark]) -> dict[int, list[PageMark]]:
    """Part a text at its page marks: return those with a number, by where their sheet starts."""
    starts = sheet_starts(lines, _openings(lines, marks))
    numbered: dict[int, list[PageMark]] = {start: [] for start in starts}
    for mark in sorted(marks):
        on_sheet = numbered[starts[bisect_right(starts, mark.start) - 1]]
        # A footer has the number of the page that it closes, if that has none yet.
        is_needed = mark.kind != "running feet" or not on_sheet
        if mark.number >= 0 and is_needed:
            on_sheet.append(mark)
    return numbered


def _openings(lines: Lines, marks: Sequence[PageMark]) -> set[int]:
    """Return where marks open a sheet. Between form feeds, headers and footers open none."""
    feeds = {mark.start for mark in marks if mark.kind == "form feeds"}
    if feeds:
        return feeds
    openings = {mark.start for mark in marks if not mark.is_header}
    headers = [mark for mark in marks if mark.kind == "running heads"]
    openings.update(header.start for header in headers[:1])
    for before, header in pairwise(headers):
        # Those with no text between them open one together, unless each has a number.
        are_numbered = before.number >= 0 and header.number >= 0
        if are_numbered or not lines.is_blank(before.end, header.start):
            openings.add(header.start)
    bounds = [*sorted(openings), len(lines.text)]
    for mark in marks:
        if mark.kind == "running feet":
            following = bounds[bisect_left(bounds, mark.end)]
            if not lines.is_blank(mark.end, following):
                openings.add(mark.end)
    return openings


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
            opening.append(line.index)
    if not is_stated and opening[:1] != [0]:
        bounds = [0, *opening, len(lines.printed)]
        lengths = [following - index for index, following in pairwise(bounds)]
        if len(opening) < _FEWEST_SPACE_MARKS or not are_even(lengths, _UNEVEN):
            return []
    return [lines.printed[index].start for index in opening]


def _opens_page(lines: Lines, line: Line) -> bool:
    if line.index == 0:
        return line.number == 1
    before = lines.printed[line.index - 1]
    if before.number != line.number - 1:
        return False
    return before.has_final_space or URL.fullmatch(before.text) is not None

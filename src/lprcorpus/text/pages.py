"""A raw text as its pages, with what belongs to the page and to no item set aside.

Five kinds of page mark are known, and a text may have more than one:

* **form feeds**, as most extractors write them between pages; where they are, they are the pages;
* **running headers** with the page number; a manifest quotes them with ``{page}`` for the number;
* **running footers**, likewise, which close a page;
* **marks inside lines**, ``[Pg 177]`` or ``{177}``, as editions of old periodicals have them;
* **space marks**: what was between two pages collapsed to the one space that opens the first line
  of the new page (raw lines 84 and 140 of the first issue).

Numbers are voted on (:mod:`lprcorpus.text.page_numbers`); one that contradicts the others is
reported in :attr:`Paged.number_doubts`, and the page is counted.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple

from lprcorpus.text.lines import Line, Lines, cut_lines
from lprcorpus.text.page_asides import URL, Aside, find_asides, text_flags
from lprcorpus.text.page_marks import (
    Pagination,
    are_even,
    detect_pagination,
    form_feeds,
    sheet_starts,
)
from lprcorpus.text.page_numbers import believed_numbers
from lprcorpus.text.running_headers import PAGE, PageMark, at_edges, find_headers

_FEWEST_SPACE_MARKS = 2
_UNEVEN = 3.0  # times the usual length of a page, or that part of it, at most


class PageExtent(NamedTuple):
    """One page: its number, whether that is printed or counted, and its characters."""

    number: int
    printed: bool
    start: int
    end: int


class NumberDoubt(NamedTuple):
    """A printed page number that contradicts the others: its raw line, it, and what is counted."""

    line: int
    printed: int
    counted: int


@dataclass(frozen=True, eq=False)
class Paged:
    """A text with its pages found."""

    lines: Lines
    pages: tuple[PageExtent, ...]  # they partition the text
    asides: tuple[Aside, ...]  # what was set aside, in order
    is_set: list[bool]  # for each printed line, whether it is text, not set aside
    final_spaces: bool  # lines end in the space between their last word and the next line's first
    marks: tuple[str, ...]  # the kinds of page mark that were found, for the report
    number_doubts: tuple[NumberDoubt, ...]  # the printed numbers that were not believed
    pagination: Pagination  # the page marks, stated or detected

    @cached_property
    def text_lines(self) -> list[Line]:
        """The printed lines that are text, not set aside."""
        return [line for line in self.lines.printed if self.is_set[line.index]]

    def text_at(self, indices: Iterable[int]) -> list[Line]:
        """Return those of some lines that are text, given their indices among the printed ones."""
        return [self.lines.printed[index] for index in indices if self.is_set[index]]

    @cached_property
    def page_starts(self) -> list[int]:
        """The first character of each page."""
        return [page.start for page in self.pages]

    def page_index(self, offset: int) -> int:
        """Return which page (counted from 0) contains the character at an offset."""
        return bisect_right(self.page_starts, offset) - 1

    def page_at(self, offset: int) -> PageExtent:
        """Return the page that contains the character at an offset."""
        return self.pages[self.page_index(offset)]

    def sets(self, offset: int) -> bool:
        """Return whether a printed character is text, not set aside."""
        return self.is_set[self.lines.index_of(offset)]

    def page_numbered(self, number: int) -> PageExtent | None:
        """Return the page of that number, or None."""
        at = bisect_left(self.pages, number, key=lambda page: page.number)
        if at < len(self.pages) and self.pages[at].number == number:
            return self.pages[at]
        return None


def find_pages(lines: Lines, pagination: Pagination, small: frozenset[int] = frozenset()) -> Paged:
    """Find the pages of a text and set aside what is on them beside the items' text.

    The lines that a layout shows smaller than most text are given by their numbers in the raw text.
    """
    # What marks the pages, and where those marks are.
    if pagination.running_heads is None:
        pagination = detect_pagination(lines, pagination)
    final_spaces = 2 * sum(line.has_final_space for line in lines.printed) > len(lines.printed)
    in_lines = _find_in_lines(lines.text, pagination.inline_marks)
    if in_lines:
        cuts = [offset for mark in in_lines for offset in (mark.start, mark.end)]
        lines = cut_lines(lines, cuts)
    marks = in_lines + _find_marks(lines, pagination, may_have_spaces=final_spaces)
    # The pages that they part the text into, and what on these is no item's.
    pages, doubts = _number_pages(lines, marks, pagination.first)
    while strays := _stray_headers(marks, pages):
        # What was behind a stray is at the edge of its page no more, and labels it no more.
        marks = _keep_at_edges(lines, [mark for mark in marks if mark not in strays])
        pages, _ = _number_pages(lines, marks, pagination.first)
    asides = find_asides(lines, marks, [page.start for page in pages], small)
    kinds = Counter(mark.kind for mark in marks)
    found = [f"{kind}: {count}" for kind, count in kinds.items()]
    return Paged(
        lines=lines,
        pages=tuple(pages),
        asides=tuple(asides),
        is_set=text_flags(lines, asides),
        final_spaces=final_spaces,
        marks=tuple(found or ["none: one page"]),
        number_doubts=tuple(doubts),
        pagination=pagination,
    )


def _find_marks(lines: Lines, pagination: Pagination, *, may_have_spaces: bool) -> list[PageMark]:
    """Find the page marks of a text, but for those inside lines."""
    headers = find_headers(lines, pagination.running_heads or (), pagination.running_feet)
    feeds = [PageMark(feed, feed + 1, "form feeds") for feed in form_feeds(lines)]
    if feeds:
        return _keep_at_edges(lines, [*feeds, *headers])
    spaces: list[int] = []
    if pagination.space_marks or (pagination.space_marks is None and may_have_spaces):
        spaces = _space_marks(lines, is_stated=pagination.space_marks is True)
    return [*headers, *(PageMark(space, space + 1, "space marks") for space in spaces)]


def _keep_at_edges(lines: Lines, marks: Sequence[PageMark]) -> list[PageMark]:
    """Return page marks without the headers that are not at the edges of their sheet.

    Where no form feeds are, a header is at its sheet's edge because it makes the sheet.
    """
    feeds = [mark for mark in marks if mark.kind == "form feeds"]
    if not feeds:
        return list(marks)
    headers = [mark for mark in marks if mark.is_header]
    sheets = lines.parts(sheet_starts(lines, [feed.start for feed in feeds]))
    return [*feeds, *chain.from_iterable(at_edges(lines, sheets, headers))]


def _find_in_lines(text: str, templates: Iterable[str]) -> list[PageMark]:
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
        return line.start == 0
    before = lines.printed[line.index - 1]
    if before.number != line.number - 1:
        return False
    return before.has_final_space or URL.fullmatch(before.text) is not None


def _part_text(lines: Lines, marks: Sequence[PageMark]) -> dict[int, list[PageMark]]:
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


def _number_pages(
    lines: Lines, marks: Sequence[PageMark], first: int
) -> tuple[list[PageExtent], list[NumberDoubt]]:
    """Number the sheets: as printed where that is believed, else counted on, and back at first.

    A sheet before page 1 that would get a number below 0 gets 0. The pages that bear no number
    share it, since a page's number is its key and is never negative.
    """
    sheets = _part_text(lines, marks)
    starts = list(sheets)
    between_feeds = any(mark.kind == "form feeds" for mark in marks)
    believed = believed_numbers(list(sheets.values()), between_feeds=between_feeds)
    shift = next((number - sheet for sheet, number in believed.items()), first)
    pages: list[PageExtent] = []
    doubts = []
    for sheet, (start, end) in enumerate(pairwise([*starts, len(lines.text)])):
        printed = sheet in believed
        if printed:
            shift = believed[sheet] - sheet
        number = max(sheet + shift, 0)
        if not printed:
            for mark in sheets[start]:
                line = lines.printed[lines.index_from(mark.start)].number
                doubts.append(NumberDoubt(line, mark.number, number))
        if pages and pages[-1].number == number:
            before = pages.pop()
            start, printed = before.start, printed or before.printed
        pages.append(PageExtent(number, printed, start if pages else 0, end))
    return pages, doubts


def _stray_headers(marks: Sequence[PageMark], pages: Sequence[PageExtent]) -> set[PageMark]:
    """Return the headers and footers that may be text: the proof refuses them.

    These have another page's number and are on no other page.
    """
    starts = [page.start for page in pages]
    pages_of: dict[str, set[int]] = defaultdict(set)
    strays = set()
    for mark in marks:
        if mark.is_header:
            place = bisect_right(starts, mark.start) - 1
            pages_of[mark.template].add(place)
            if mark.number not in (-1, pages[place].number):
                strays.add(mark)
    return {stray for stray in strays if len(pages_of[stray.template]) == 1}

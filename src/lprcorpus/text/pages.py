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

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, zip_longest
from typing import NamedTuple

from lprcorpus.text.lines import Line, Lines, cut_lines
from lprcorpus.text.page_asides import URL, Aside, find_asides, text_flags
from lprcorpus.text.page_marks import Pagination, are_even, detect_pagination
from lprcorpus.text.page_numbers import believed_numbers
from lprcorpus.text.running_headers import PageMark, at_edges, find_headers, find_in_lines

_FEWEST_SPACE_MARKS = 2


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


@dataclass(eq=False)
class _Sheet:
    """A page as the text has it, before its number is known."""

    start: int
    marks: list[PageMark] = field(default_factory=list)
    has_text: bool = False  # before or between its marks
    number: int = 0
    printed: bool = False

    @property
    def numbered(self) -> list[PageMark]:
        """The marks whose number may be its own; that of a footer, where no mark before has one."""
        numbered: list[PageMark] = []
        for mark in self.marks:
            if mark.number >= 0 and (mark.kind != "running feet" or not numbered):
                numbered.append(mark)
        return numbered


def find_pages(lines: Lines, pagination: Pagination, small: frozenset[int] = frozenset()) -> Paged:
    """Find the pages of a text and set aside what is on them beside the items' text.

    The lines that a layout shows smaller than most text are given by their numbers in the raw text.
    """
    if pagination.running_heads is None:
        pagination = detect_pagination(lines, pagination)
    final_spaces = 2 * sum(line.has_final_space for line in lines.printed) > len(lines.printed)
    marks = _find_marks(lines, pagination, may_have_spaces=final_spaces)
    lines = _cut_at_marks(lines, marks)
    sheets = _numbered_sheets(lines, marks, pagination.first)
    doubts = _number_doubts(lines, sheets)
    while strays := _stray_headers(sheets):
        # What was behind a stray is at the edge of its page no more, and labels it no more.
        marks = [mark for mark in marks if mark not in strays]
        sheets = _numbered_sheets(lines, marks, pagination.first)
    marks = [mark for sheet in sheets for mark in sheet.marks]
    pages = _join_sheets(sheets, len(lines.text))
    asides = find_asides(lines, marks, [page.start for page in pages], small)
    kinds = Counter(mark.kind for mark in marks)
    found = [f"{kind}: {count}" for kind, count in sorted(kinds.items())]
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
    """Return all that may mark a page, in order. Where form feeds are, only headers do beside."""
    marks = find_headers(lines, pagination.running_heads or (), pagination.running_feet)
    feeds = lines.form_feeds()
    if feeds:
        marks += [PageMark(feed, feed + 1, "form feeds") for feed in feeds]
        return sorted(marks)
    for template in pagination.inline_marks:
        marks += find_in_lines(lines.text, template)
    if pagination.space_marks or (pagination.space_marks is None and may_have_spaces):
        marks += _space_marks(lines, is_stated=pagination.space_marks is True)
    return sorted(marks)


def _space_marks(lines: Lines, *, is_stated: bool) -> list[PageMark]:
    """Return the single spaces that open a page.

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
        if len(opening) < _FEWEST_SPACE_MARKS or not are_even(lengths):
            return []
    starts = [lines.printed[index].start for index in opening]
    return [PageMark(start, start + 1, "space marks") for start in starts]


def _opens_page(lines: Lines, line: Line) -> bool:
    if line.index == 0:
        return line.start == 0
    before = lines.printed[line.index - 1]
    if before.number != line.number - 1:
        return False
    return before.has_final_space or URL.fullmatch(before.text) is not None


def _cut_at_marks(lines: Lines, marks: Sequence[PageMark]) -> Lines:
    """Return the lines of a text, cut around the marks inside them."""
    cuts = []
    for mark in marks:
        if mark.kind == "marks in lines":
            cuts += [mark.start, mark.end]
    return cut_lines(lines, cuts) if cuts else lines


def _numbered_sheets(lines: Lines, marks: Sequence[PageMark], first: int) -> list[_Sheet]:
    """Part a text into sheets, numbered as printed where that is believed, else counted on.

    Those before the first number are counted back, or from ``first`` on if there is none. A sheet
    before page 1 that would get a number below 0 gets 0.
    """
    between_feeds = any(mark.kind == "form feeds" for mark in marks)
    part = _part_at_feeds if between_feeds else _part_at_marks
    sheets = part(lines, marks)
    numbered = [sheet.numbered for sheet in sheets]
    believed = believed_numbers(numbered, between_feeds=between_feeds)
    shift = first
    if believed:
        index, number = next(iter(believed.items()))
        shift = number - index
    for index, sheet in enumerate(sheets):
        if index in believed:
            sheet.printed = True
            shift = believed[index] - index
        sheet.number = max(index + shift, 0)
    return sheets


def _part_at_feeds(lines: Lines, marks: Sequence[PageMark]) -> list[_Sheet]:
    """Part a text at its form feeds. Headers label sheets, at whose edges they are."""
    sheets = [_Sheet(0)]
    for mark in marks:
        # One before all print opens the first sheet.
        if mark.kind == "form feeds" and (sheets[-1].marks or not lines.is_blank(0, mark.start)):
            sheets.append(_Sheet(mark.start))
        sheets[-1].marks.append(mark)
    runs = lines.parts([sheet.start for sheet in sheets])
    for sheet, run in zip(sheets, runs, strict=True):
        feeds = [mark for mark in sheet.marks if mark.kind == "form feeds"]
        headers = [mark for mark in sheet.marks if mark.is_header]
        sheet.marks = sorted([*feeds, *at_edges(lines, run, headers)])
    return sheets


def _part_at_marks(lines: Lines, marks: Sequence[PageMark]) -> list[_Sheet]:
    """Part a text at its page marks: a footer closes a sheet, any other mark opens one.

    Marks with no text between them are of one sheet, unless each has a number.
    """
    sheets = [_Sheet(0)]
    reached = 0  # the end of the mark before
    is_closed = False
    for mark in marks:
        sheet = sheets[-1]
        has_text = not lines.is_blank(reached, mark.start)
        is_foot = mark.kind == "running feet"
        if is_closed and (has_text or not is_foot):
            sheet = _Sheet(reached)
            sheets.append(sheet)
        sheet.has_text = sheet.has_text or has_text
        is_another = sheet.has_text or (mark.number >= 0 and sheet.numbered)
        if is_another and not is_foot:
            sheet = _Sheet(mark.start)
            sheets.append(sheet)
        sheet.marks.append(mark)
        is_closed = is_foot
        reached = mark.end
    if is_closed and not lines.is_blank(reached, len(lines.text)):
        sheets.append(_Sheet(reached))
    return sheets


def _number_doubts(lines: Lines, sheets: Iterable[_Sheet]) -> list[NumberDoubt]:
    """Return the printed numbers of sheets that are counted."""
    doubts = []
    for sheet in sheets:
        if not sheet.printed:
            for mark in sheet.numbered:
                line = lines.printed[lines.index_from(mark.start)].number
                doubts.append(NumberDoubt(line, mark.number, sheet.number))
    return doubts


def _stray_headers(sheets: Iterable[_Sheet]) -> set[PageMark]:
    """Return the headers and footers that may be text: the proof refuses them.

    These have another page's number and are on no other page.
    """
    pages_of: dict[str, set[int]] = defaultdict(set)
    contradicting = []
    for sheet in sheets:
        for mark in sheet.marks:
            pages_of[mark.template].add(sheet.number)
            if mark.is_header and mark.number not in (-1, sheet.number):
                contradicting.append(mark)
    return {mark for mark in contradicting if len(pages_of[mark.template]) == 1}


def _join_sheets(sheets: Sequence[_Sheet], end: int) -> list[PageExtent]:
    """Return sheets as pages. All those numbered 0 are one: a page's number is its key."""
    firsts: list[_Sheet] = []
    for sheet in sheets:
        if firsts and firsts[-1].number == sheet.number:
            firsts[-1].printed = firsts[-1].printed or sheet.printed
        else:
            firsts.append(sheet)
    pages = []
    for sheet, following in zip_longest(firsts, firsts[1:]):
        page_end = following.start if following else end
        pages.append(PageExtent(sheet.number, sheet.printed, sheet.start, page_end))
    return pages

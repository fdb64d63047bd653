"""A raw text as its pages, with what belongs to the page and to no item set aside.

Five kinds of page mark are known, and a text may have more than one:

* **form feeds**, as most extractors write them between pages; where they are, they are the pages;
* **running headers** with the page number; a manifest quotes them with ``{page}`` for the number;
* **running footers**, likewise, which close a page;
* **marks inside lines**, ``[Pg 177]`` or ``{177}``, as editions of old periodicals have them;
* **space marks**: what was between two pages collapsed to the one space that opens the first line
  of the new page (raw lines 84 and 140 of the first issue).

Numbers are voted on (:mod:`lprcorpus.text.page_numbers`); one that contradicts the others is
reported in :meth:`Paged.number_doubts`, and the page is counted.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise, zip_longest
from typing import NamedTuple

from lprcorpus.text.lines import Line, Lines, cut_lines
from lprcorpus.text.page_asides import URL, Aside, find_asides, text_flags, without_overlap
from lprcorpus.text.page_marks import Pagination, are_page_lengths, detect_pagination
from lprcorpus.text.page_numbers import PageExtent, believed_numbers
from lprcorpus.text.running_headers import PageMark, at_edges, find_header, find_in_lines

_FEWEST_SPACE_MARKS = 2


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

    def number_doubts(self) -> list[NumberDoubt]:
        """Return the printed numbers that are not believed: their pages are counted."""
        doubts = []
        for page in self.pages:
            if not page.printed:
                for mark in page.numbered:
                    line = self.lines.line_at(mark.start)
                    doubts.append(NumberDoubt(line, mark.number, page.number))
        return doubts

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
    if pagination.running_heads is None:
        pagination = detect_pagination(lines, pagination)
    spaced = [line for line in lines.printed if line.has_final_space]
    final_spaces = 2 * len(spaced) > len(lines.printed)
    marks = _find_marks(lines, pagination, may_have_spaces=final_spaces)
    cuts = []
    for mark in marks:
        if mark.kind == "marks in lines":
            cuts += [mark.start, mark.end]
    if cuts:
        lines = cut_lines(lines, cuts)
    pages = _numbered_pages(lines, marks, pagination.first)
    while strays := _stray_headers(pages):
        # What was behind a stray is at the edge of its page no more, and labels it no more.
        marks = [mark for mark in marks if mark not in strays]
        pages = _numbered_pages(lines, marks, pagination.first)
    marks = list(chain.from_iterable(page.marks for page in pages))
    asides = find_asides(lines, pages, small)
    kinds = Counter(mark.kind for mark in marks)
    found = [f"{kind}: {count}" for kind, count in sorted(kinds.items())]
    return Paged(
        lines=lines,
        pages=tuple(pages),
        asides=tuple(asides),
        is_set=text_flags(lines, asides),
        final_spaces=final_spaces,
        marks=tuple(found or ["none: one page"]),
        pagination=pagination,
    )


def _find_marks(lines: Lines, pagination: Pagination, *, may_have_spaces: bool) -> list[PageMark]:
    """Return all that may mark a page, in order. Where form feeds are, only headers do beside."""
    marks: list[PageMark] = []
    for template in pagination.running_heads or ():
        marks += find_header(lines, template)
    for template in pagination.running_feet:
        marks += find_header(lines, template, "running feet")
    marks = without_overlap(marks)
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
    next_start = 0  # of the line that may open a page
    for line in lines.printed:
        is_indented = line.indent == 1 and lines.text[line.start] == " "
        if is_indented and line.start == next_start:
            opening.append(line)
        ends_open = line.has_final_space or URL.fullmatch(line.text)
        next_start = line.end + 1 if ends_open else -1
    opens_text = bool(opening) and opening[0].index == 0
    if not is_stated and not opens_text:
        bounds = [0, *(line.index for line in opening), len(lines.printed)]
        lengths = [following - index for index, following in pairwise(bounds)]
        if len(opening) < _FEWEST_SPACE_MARKS or not are_page_lengths(lengths):
            return []
    return [PageMark(line.start, line.start + 1, "space marks") for line in opening]


def _numbered_pages(lines: Lines, marks: Sequence[PageMark], first: int) -> list[PageExtent]:
    """Part a text into pages, numbered as printed where that is believed, else counted on.

    Those before the first number are counted back, or from ``first`` on if there is none. A page
    before page 1 that would get a number below 0 gets 0. All these are one page, since a page's
    number is its key.
    """
    between_feeds = any(mark.kind == "form feeds" for mark in marks)
    sheets = _part_text(lines, marks, between_feeds=between_feeds)
    numbered = [sheet.numbered for sheet in sheets]
    believed = believed_numbers(numbered, between_feeds=between_feeds)
    shift = first
    if believed:
        index = min(believed)
        shift = believed[index] - index
    pages: list[PageExtent] = []
    for index, page in enumerate(sheets):
        if index in believed:
            shift = believed[index] - index
            page.printed = True
        page.number = max(index + shift, 0)
        if pages and pages[-1].number == page.number:
            before = pages[-1]
            before.end = page.end
            before.marks += page.marks
            before.printed = before.printed or page.printed
        else:
            pages.append(page)
    return pages


def _part_text(lines: Lines, marks: Sequence[PageMark], *, between_feeds: bool) -> list[PageExtent]:
    """Part a text at its page marks into pages, which have no numbers yet.

    Where form feeds are, they are the pages, and headers at the edges of one label it. Else a
    footer closes a page and any other mark opens one; but marks with no text between them are of
    one page, unless each has a number.
    """
    pages = [PageExtent(0)]
    reached = 0  # the end of the mark before
    is_closed = False
    for mark in marks:
        has_text = bool(lines.between(reached, mark.start))
        is_foot = mark.kind == "running feet" and not between_feeds
        if is_closed and (has_text or not is_foot):
            pages.append(PageExtent(reached))
        page = pages[-1]
        page.has_text = page.has_text or has_text
        if mark.kind == "form feeds":
            opens = page.has_text or bool(page.marks)
        elif between_feeds or is_foot:
            opens = False
        else:
            opens = page.has_text or (mark.number >= 0 and bool(page.numbered))
        if opens:
            pages.append(PageExtent(mark.start))
        pages[-1].marks.append(mark)
        is_closed = is_foot
        reached = mark.end
    if is_closed and lines.between(reached, len(lines.text)):
        pages.append(PageExtent(reached))
    for page, following in zip_longest(pages, pages[1:]):
        page.end = following.start if following else len(lines.text)
    if between_feeds:
        _keep_at_edges(lines, pages)
    return pages


def _keep_at_edges(lines: Lines, pages: Sequence[PageExtent]) -> None:
    """Drop the headers that are not at the edges of their page."""
    for page in pages:
        feeds = [mark for mark in page.marks if not mark.is_header]
        headers = [mark for mark in page.marks if mark.is_header]
        sheet = lines.between(page.start, page.end)
        page.marks = feeds + at_edges(lines, sheet, headers)


def _stray_headers(pages: Iterable[PageExtent]) -> set[PageMark]:
    """Return the headers and footers that may be text: the proof refuses them.

    These have another page's number and are on no other page.
    """
    pages_of: dict[str, set[int]] = defaultdict(set)
    contradicting = []
    for page in pages:
        for mark in page.marks:
            pages_of[mark.template].add(page.number)
            if mark.is_header and mark.number not in (-1, page.number):
                contradicting.append(mark)
    return {mark for mark in contradicting if len(pages_of[mark.template]) == 1}

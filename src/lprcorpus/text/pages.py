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
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from lprcorpus.text.lines import Line, Lines, cut_lines
from lprcorpus.text.page_asides import Aside, find_asides, text_flags
from lprcorpus.text.page_marks import Pagination, detect_pagination
from lprcorpus.text.page_numbers import believed_numbers
from lprcorpus.text.running_headers import FEED, FOOT, HEAD, MARK_KINDS, PageMark
from lprcorpus.text.sheets import find_marks, keep_at_edges, marks_in_lines, part_text

_CHANGE_COST, _CHANGE_COST_OF_FEEDS = 0.5, 1.0  # see believed_numbers


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
    in_lines = marks_in_lines(lines.text, pagination.inline_marks)
    if in_lines:
        cuts = [offset for mark in in_lines for offset in (mark.start, mark.end)]
        lines = cut_lines(lines, cuts)
    marks = in_lines + find_marks(lines, pagination, final_spaces=final_spaces)
    # The pages that they part the text into, and what on these is no item's.
    pages, doubts = _number_pages(lines, marks, pagination.first)
    while strays := _stray_headers(marks, pages):
        # What was behind a stray is at the edge of its page no more, and labels it no more.
        marks = keep_at_edges(lines, [mark for mark in marks if mark not in strays])
        pages, _ = _number_pages(lines, marks, pagination.first)
    asides = find_asides(lines, marks, [page.start for page in pages], small)
    kinds = Counter(mark.kind for mark in marks)
    found = [f"{kind}: {kinds[kind]}" for kind in MARK_KINDS if kinds[kind]]
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


def _number_pages(
    lines: Lines, marks: Sequence[PageMark], first: int
) -> tuple[list[PageExtent], list[NumberDoubt]]:
    """Number the sheets: as printed where that is believed, else counted on, and back at first.

    A sheet before page 1 that would get a number below 0 gets 0. The pages that bear no number
    share it, since a page's number is its key and is never negative.
    """
    sheets = part_text(lines, marks)
    starts = list(sheets)
    has_feeds = any(mark.kind == FEED for mark in marks)
    change_cost = _CHANGE_COST_OF_FEEDS if has_feeds else _CHANGE_COST
    believed = believed_numbers(list(sheets.values()), change_cost)
    shift = next((number - sheet for sheet, number in believed.items()), first)
    pages: list[PageExtent] = []
    doubts = []
    for sheet, (start, end) in enumerate(pairwise([*starts, len(lines.text)])):
        printed = sheet in believed
        if printed:
            shift = believed[sheet] - sheet
        number = max(sheet + shift, 0)
        if not printed:
            for doubted in sheets[start]:
                doubts.append(NumberDoubt(lines.line_at(start), doubted, number))
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
        if mark.kind not in (HEAD, FOOT):
            continue
        place = bisect_right(starts, mark.start) - 1
        pages_of[mark.template].add(place)
        if mark.number not in (-1, pages[place].number):
            strays.add(mark)
    return {stray for stray in strays if len(pages_of[stray.template]) == 1}

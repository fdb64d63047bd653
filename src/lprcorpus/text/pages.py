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
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from lprcorpus.text.lines import SPACE, Flags, Lines, split_lines
from lprcorpus.text.page_marks import (
    FOOT_LINES,
    TOP_LINES,
    Pagination,
    form_feeds,
    sheet_lines,
    with_detected,
)
from lprcorpus.text.page_numbers import Vote, believed_votes, number_sheets
from lprcorpus.text.running_headers import (
    PAGE,
    Aside,
    Header,
    HeaderTemplates,
    find_headers,
    header_shape,
    split_header,
)

__all__ = [
    "Aside",
    "NumberDoubt",
    "PageExtent",
    "Paged",
    "Pagination",
    "find_pages",
    "writes_final_spaces",
]

_URL = re.compile(r"https?://\S+")
_CHANGE_COST, _CHANGE_COST_OF_FEEDS = 0.5, 1.0  # see believed_votes
_FEWEST_SPACE_MARKS = 2
_UNEVEN, _EVEN_SHARE = 3.0, 0.6  # of pages: so many are as long as usual, but for this factor
_NOTE_RULE = re.compile(r"[_–—-]{5,40}")
_NOTE_MARK = re.compile(r"(?:\(?\d{1,3}[.)]?|\[\d{1,3}\]|[*†‡§¶]{1,3})\s*\S")
_MOST_NOTE_LINES = 25


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
    is_set: Flags  # which of the printed lines are text, not set aside
    final_spaces: bool  # lines end in the space between their last word and the next line's first
    marks: tuple[str, ...]  # the kinds of page mark that were found, for the report
    page_starts: list[int] = field(repr=False)
    number_doubts: tuple[NumberDoubt, ...]  # the printed numbers that were not believed
    pagination: Pagination  # the page marks, stated or detected

    def page_index(self, offset: int) -> int:
        """Return which page (counted from 0) contains the character at an offset."""
        return bisect_right(self.page_starts, offset) - 1

    def page_at(self, offset: int) -> PageExtent:
        """Return the page that contains the character at an offset."""
        return self.pages[self.page_index(offset)]

    def sets(self, offset: int) -> bool:
        """Return whether a printed character is text, not set aside."""
        return bool(self.is_set[int(np.searchsorted(self.lines.last, offset, side="right"))])

    def page_numbered(self, number: int) -> PageExtent | None:
        """Return the page of that number, or None."""
        at = bisect_left(self.pages, number, key=lambda page: page.number)
        found = self.pages[at] if at < len(self.pages) else None
        return found if found is not None and found.number == number else None


@dataclass
class _Sheet:
    """A page before its number is known: where it starts, and the numbers printed on it."""

    start: int
    numbers: list[int] = field(default_factory=list)


def writes_final_spaces(lines: Lines) -> bool:
    """Return whether most printed lines end in a space: then it is the space between words."""
    return bool(len(lines)) and float(lines.final_space.mean()) > 0.5


def find_pages(lines: Lines, pagination: Pagination) -> Paged:
    """Find the pages of a text and set aside what is on them beside the items' text."""
    pagination = with_detected(pagination, lines)
    final_spaces = writes_final_spaces(lines)
    inline = [] if "\f" in lines.text else _inline_marks(lines.text, pagination.inline_marks)
    if inline:
        cuts = [offset for mark in inline for offset in (mark.start, mark.end)]
        lines = split_lines(lines.text, cuts)
    feeds = form_feeds(lines)
    headers: list[Header] = []
    footers: list[Header] = []
    templates = pagination.running_heads or ()
    if feeds:
        sheets, headers = _sheets_of_feeds(lines, feeds, (*templates, *pagination.running_feet))
    else:
        headers = find_headers(lines.text, templates)
        footers = find_headers(lines.text, pagination.running_feet)
        sheets = {mark.start: _Sheet(mark.start, _numbers([mark])) for mark in inline}
        sheets.update(_opened_by_headers(lines, headers))
    spaces = _space_marks(lines, pagination, feeds, final_spaces=final_spaces)
    if feeds:  # the space before a header or footer opens no page of its own
        header_starts = {header.start for header in headers}
        spaces = [start for start in spaces if start not in header_starts]
    for start in spaces:
        sheets.setdefault(start, _Sheet(start))
    if footers:
        _close_sheets(lines, sheets, footers)
    ordered = [sheets[start] for start in sorted(sheets)]
    if not ordered or not lines.is_blank(0, ordered[0].start):
        ordered.insert(0, _Sheet(0))
    change_cost = _CHANGE_COST_OF_FEEDS if feeds else _CHANGE_COST
    pages, doubts = _number_pages(lines, ordered, pagination.first, change_cost)
    if feeds:
        headers = _without_strays(headers, pages, lines.text)
    asides = [
        piece for header in (*headers, *footers) for piece in split_header(header, lines.text)
    ]
    asides += [Aside(mark.start, mark.end, "page_mark") for mark in inline]
    asides += [Aside(start, start + 1, "page_mark") for start in (*feeds, *spaces)]
    asides += _link_targets(lines, spaces)
    asides = _without_overlap(asides)
    asides = _without_overlap([*asides, *_footnotes(lines, pages, asides)])
    return Paged(
        lines=lines,
        pages=pages,
        asides=tuple(asides),
        is_set=_text_lines(lines, asides),
        final_spaces=final_spaces,
        marks=_count_marks(
            form_feeds=feeds,
            running_heads=headers,
            running_feet=footers,
            space_marks=spaces,
            marks_in_lines=inline,
        ),
        page_starts=[page.start for page in pages],
        number_doubts=doubts,
        pagination=pagination,
    )


def _count_marks(**found: Sequence[object]) -> tuple[str, ...]:
    """Return how many page marks of each kind there are, in words."""
    marks = tuple(f"{name.replace('_', ' ')}: {len(kind)}" for name, kind in found.items() if kind)
    return marks or ("none: one page",)


def _numbers(marks: Sequence[Header]) -> list[int]:
    return [mark.number for mark in marks if mark.number is not None]


def _inline_marks(text: str, templates: Sequence[str]) -> list[Header]:
    """Return the page marks inside lines, in order."""
    found = []
    for template in templates:
        before, _, after = template.partition(PAGE)
        pattern = re.compile(rf"{re.escape(before)}([0-9]{{1,6}}){re.escape(after)}")
        found += [
            Header(*match.span(), int(match[1]), match.start(1)) for match in pattern.finditer(text)
        ]
    return sorted(found)


def _sheets_of_feeds(
    lines: Lines, feeds: Sequence[int], templates: Sequence[str]
) -> tuple[dict[int, _Sheet], list[Header]]:
    """Return the sheets between form feeds, and the headers and footers at their edges."""
    starts = list(feeds) if lines.is_blank(0, feeds[0]) else [0, *feeds]
    known = HeaderTemplates(templates)
    sheets, headers = {}, []
    for start, printed in zip(starts, sheet_lines(lines, starts), strict=True):
        found = _headers_at_edges(lines, printed, known)
        headers += found
        sheets[start] = _Sheet(start, _numbers(found))
    return sheets, headers


def _headers_at_edges(lines: Lines, sheet: range, known: HeaderTemplates) -> list[Header]:
    """Return the headers at the top of a sheet and the footers at its foot."""
    found: list[Header] = []
    top, foot = sheet.start, sheet.stop
    while top < min(foot, sheet.start + TOP_LINES) and (header := known.match(lines, top)):
        found.append(header)
        top = int(np.searchsorted(lines.first, header.end))
    while foot > max(top, sheet.stop - FOOT_LINES) and (header := known.match(lines, foot - 1)):
        found.append(header)
        foot = foot - 1
    return found


def _without_strays(
    headers: Sequence[Header], pages: Sequence[PageExtent], text: str
) -> list[Header]:
    """Return the headers without those that have another page's number and are on no other page: they may be text."""
    starts = [page.start for page in pages]
    shapes = [header_shape(text[header.start : header.end].strip()) for header in headers]
    places = [bisect_right(starts, header.start) - 1 for header in headers]
    pages_of: dict[str, set[int]] = defaultdict(set)
    for shape, place in zip(shapes, places, strict=True):
        pages_of[shape].add(place)
    kept = []
    for header, shape, place in zip(headers, shapes, places, strict=True):
        if header.number in (None, pages[place].number) or len(pages_of[shape]) > 1:
            kept.append(header)
    return kept


def _opened_by_headers(lines: Lines, headers: Sequence[Header]) -> dict[int, _Sheet]:
    """Return the sheets that headers open; headers with no text between open one together."""
    sheets: list[_Sheet] = []
    reached = -1
    for header in headers:
        numbers = _numbers([header])
        together = bool(sheets) and lines.is_blank(reached, header.start)
        if together and not (sheets[-1].numbers and numbers):
            sheets[-1].numbers += numbers
        else:
            sheets.append(_Sheet(header.start, numbers))
        reached = header.end
    return {sheet.start: sheet for sheet in sheets}


def _close_sheets(lines: Lines, sheets: dict[int, _Sheet], footers: Sequence[Header]) -> None:
    """Add the sheets that begin after a footer; a footer's number is that of the page it closes."""
    sheets.setdefault(0, _Sheet(0))
    starts = [*sorted(sheets), len(lines.text)]
    for footer in footers:
        following = starts[bisect_left(starts, footer.end)]
        if not lines.is_blank(footer.end, following):
            sheets[footer.end] = _Sheet(footer.end)
    starts = sorted(sheets)
    for footer in footers:
        sheet = sheets[starts[bisect_right(starts, footer.start) - 1]]
        if not sheet.numbers:
            sheet.numbers += _numbers([footer])


def _space_marks(
    lines: Lines, pagination: Pagination, feeds: Sequence[int], *, final_spaces: bool
) -> list[int]:
    """Return the offsets of the single spaces that open a page.

    Such a line is the first, or the line before it is not blank and ends in a space or is a bare
    URL. So a centred line after a blank one opens no page (raw line 1598), nor does what follows a
    superscript (raw line 2198). Where nobody says that there are space marks, one indented line is
    not enough: they open the text, or recur about a page apart.
    """
    if pagination.space_marks is False or (
        pagination.space_marks is None and (feeds or not final_spaces)
    ):
        return []
    marks = []
    indented = (lines.first == lines.start + 1) & (lines.codes[lines.start] == SPACE)
    for index in np.flatnonzero(indented).tolist():
        if _opens_page(lines, index):
            marks.append(index)
    if pagination.space_marks is None and not (0 in marks or _recur_evenly(lines, marks)):
        return []
    starts = [int(lines.start[index]) for index in marks]
    after_feeds = {feed + 1 for feed in feeds}
    return [start for start in starts if start not in after_feeds]


def _opens_page(lines: Lines, index: int) -> bool:
    if index == 0:
        return int(lines.number[0]) == 1
    before = index - 1
    if lines.number[before] != lines.number[index] - 1:
        return False
    return bool(lines.final_space[before]) or _URL.fullmatch(lines.printed(before)) is not None


def _recur_evenly(lines: Lines, marks: Sequence[int]) -> bool:
    """Return whether marks recur about a page apart."""
    if len(marks) < _FEWEST_SPACE_MARKS:
        return False
    lengths = np.diff([0, *marks, len(lines)])
    usual = float(np.median(lengths))
    even = (lengths >= usual / _UNEVEN) & (lengths <= usual * _UNEVEN)
    return bool(even.mean() >= _EVEN_SHARE)


def _number_pages(
    lines: Lines, sheets: Sequence[_Sheet], first: int, change_cost: float
) -> tuple[tuple[PageExtent, ...], tuple[NumberDoubt, ...]]:
    """Number the sheets; those in front of page 1 that have no number make one page 0."""
    votes = []
    for index, sheet in enumerate(sheets):
        votes += [Vote(index, number) for number in sheet.numbers]
    believed = believed_votes(votes, change_cost)
    numbers = number_sheets(len(sheets), believed, first)
    doubts = []
    for vote in votes:
        if not numbers[vote.sheet].printed:
            line = lines.line_at(sheets[vote.sheet].start)
            doubts.append(NumberDoubt(line, vote.number, numbers[vote.sheet].number))
    pages: list[PageExtent] = []
    ends = [sheet.start for sheet in sheets[1:]] + [len(lines.text)]
    for sheet, end, (number, printed) in zip(sheets, ends, numbers, strict=True):
        if pages and pages[-1].number == number:
            pages[-1] = PageExtent(number, pages[-1].printed or printed, pages[-1].start, end)
        else:
            pages.append(PageExtent(number, printed, sheet.start if pages else 0, end))
    return tuple(pages), tuple(doubts)


def _link_targets(lines: Lines, page_starts: Sequence[int]) -> Iterator[Aside]:
    """Yield the link targets that an extractor wrote at the end of a page.

    They are bare URLs without the final space of other lines (raw lines 1805 to 1807 of the first
    issue, in the middle of a sentence).
    """
    marks = set(page_starts)
    for page_start in page_starts:
        index = int(np.searchsorted(lines.start, page_start)) - 1
        while index >= 0 and not lines.final_space[index] and _URL.fullmatch(lines.printed(index)):
            start = int(lines.start[index])
            opens_page = start in marks  # its first character is that page's mark
            yield Aside(start + opens_page, min(int(lines.end[index]) + 1, page_start), "link")
            index -= 1


def _footnotes(
    lines: Lines, pages: Sequence[PageExtent], asides: Sequence[Aside]
) -> Iterator[Aside]:
    """Yield the footnotes of pages: what is under a short rule at the foot, and opens with a mark."""
    if len(pages) == 1:
        return
    is_text = _text_lines(lines, asides)
    for sheet in sheet_lines(lines, [page.start for page in pages]):
        text = [index for index in sheet if is_text[index]]
        for place in range(max(len(text) - _MOST_NOTE_LINES, 1), len(text) - 1):
            rule, note = text[place], text[place + 1]
            if _NOTE_RULE.fullmatch(lines.printed(rule)) and _NOTE_MARK.match(lines.printed(note)):
                end = int(lines.end[text[-1]])
                newline = lines.text[end : end + 1] == "\n"
                yield Aside(int(lines.start[rule]), end + newline, "footnote")
                break


def _without_overlap(asides: Sequence[Aside]) -> list[Aside]:
    """Return asides in order, without what lies in another one."""
    kept: list[Aside] = []
    for piece in sorted(asides, key=lambda piece: (piece.start, -piece.end)):
        if not kept or piece.start >= kept[-1].end:
            kept.append(piece)
    return kept


def _text_lines(lines: Lines, asides: Sequence[Aside]) -> Flags:
    """Return which printed lines are text, not set aside."""
    is_set = np.ones(len(lines), dtype=np.bool_)
    bounds = np.array([(piece.start, piece.end) for piece in asides], dtype=np.int64).reshape(-1, 2)
    for low, high in np.searchsorted(lines.first, bounds).tolist():
        is_set[low:high] = False
    return is_set

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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple, TypeVar

import numpy as np

from lprcorpus.text.lines import SPACE, Flags, Lines, members, split_lines
from lprcorpus.text.page_marks import (
    FOOT_LINES,
    TOP_LINES,
    Pagination,
    detect_pagination,
    feed_sheets,
    sheet_lines,
)
from lprcorpus.text.page_numbers import Vote, believed_votes, number_sheets
from lprcorpus.text.running_headers import (
    PAGE,
    Aside,
    Header,
    find_headers,
    split_header,
)

_URL = re.compile(r"https?://\S+")
_CHANGE_COST, _CHANGE_COST_OF_FEEDS = 0.5, 1.0  # see believed_votes
_FEWEST_SPACE_MARKS = 2
_UNEVEN, _EVEN_SHARE = 3.0, 0.6  # of pages: so many are as long as usual, but for this factor
_MAY_BE_RULE = members("_–—-")
_NOTE_RULE = re.compile(r"[_–—-]{5,40}")
_NOTE_MARK = re.compile(r"(?:\(?\d{1,3}[.)]?|\[\d{1,3}\]|[*†‡§¶]{1,3})\s*\S")
_MOST_NOTE_LINES = 24

_Piece = TypeVar("_Piece", Aside, Header)
_Sheets = dict[int, list[int]]
"""The numbers printed on each sheet, by where the sheet starts."""


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
    number_doubts: tuple[NumberDoubt, ...]  # the printed numbers that were not believed
    pagination: Pagination  # the page marks, stated or detected

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
        return bool(self.is_set[np.searchsorted(self.lines.last, offset, side="right")])

    def page_numbered(self, number: int) -> PageExtent | None:
        """Return the page of that number, or None."""
        at = bisect_left(self.pages, number, key=lambda page: page.number)
        if at < len(self.pages) and self.pages[at].number == number:
            return self.pages[at]
        return None


def find_pages(lines: Lines, pagination: Pagination, small: frozenset[int] = frozenset()) -> Paged:
    """Find the pages of a text and set aside what is on them beside the items' text.

    Args:
        lines: the text.
        pagination: what is known of its page marks.
        small: the raw lines that are set smaller than most text, where a layout says so.
    """
    if pagination.running_heads is None:
        pagination = detect_pagination(lines, pagination)
    final_spaces = bool(len(lines)) and float(lines.final_space.mean()) > 0.5
    heads, feet = pagination.running_heads or (), pagination.running_feet
    inline = _inline_marks(lines.text, pagination.inline_marks)
    if inline:
        cuts = [offset for mark in inline for offset in (mark.start, mark.end)]
        lines = split_lines(lines.text, cuts)
    footers: list[Header] = []
    between_feeds = feed_sheets(lines)
    if between_feeds:
        found = find_headers(lines, (*heads, *feet))
        headers, sheets = _label_sheets(lines, between_feeds, found)
    else:
        headers = _without_overlap(find_headers(lines, heads))
        footers = _without_overlap(find_headers(lines, feet))
        sheets = {mark.start: _numbers([mark]) for mark in inline}
        sheets.update(_sheets_of_headers(lines, headers))
    feeds = [start for start in between_feeds if lines.text[start] == "\f"]
    spaces = _space_marks(lines, feeds, stated=pagination.space_marks, final_spaces=final_spaces)
    if feeds:  # the space before a header or footer opens no page of its own
        spaces = sorted(set(spaces).difference(header.start for header in headers))
    for start in spaces:
        sheets.setdefault(start, [])
    if footers:
        _close_sheets(lines, sheets, footers)
    if not sheets or not lines.is_blank(0, min(sheets)):
        sheets[0] = []
    change_cost = _CHANGE_COST_OF_FEEDS if feeds else _CHANGE_COST
    pages, doubts = _number_pages(lines, sheets, pagination.first, change_cost)
    kept = _without_strays(headers, pages) if feeds else headers
    while len(kept) < len(headers):
        # What was behind a stray is at the edge of its page no more, and labels it no more.
        headers, labels = _label_sheets(lines, between_feeds, kept)
        pages, _ = _number_pages(lines, sheets | labels, pagination.first, change_cost)
        kept = _without_strays(headers, pages)

    asides: list[Aside] = []
    for header in (*headers, *footers):
        asides += split_header(header, lines.text)
    asides += [Aside(mark.start, mark.end, "page_mark") for mark in inline]
    asides += [Aside(start, start + 1, "page_mark") for start in (*feeds, *spaces)]
    asides += _link_targets(lines, spaces)
    asides = _without_overlap(asides)
    asides += _footnotes(lines, pages, _text_lines(lines, asides))
    if small:
        asides += _small_footnotes(lines, pages, _text_lines(lines, asides), small)
    asides = _without_overlap(asides)
    counts = {
        "form feeds": len(feeds),
        "running heads": len(headers),
        "running feet": len(footers),
        "space marks": len(spaces),
        "marks in lines": len(inline),
    }
    marks = tuple(f"{kind}: {count}" for kind, count in counts.items() if count)
    return Paged(
        lines=lines,
        pages=pages,
        asides=tuple(asides),
        is_set=_text_lines(lines, asides),
        final_spaces=final_spaces,
        marks=marks or ("none: one page",),
        number_doubts=doubts,
        pagination=pagination,
    )


def _numbers(marks: Iterable[Header]) -> list[int]:
    return [mark.number for mark in marks if mark.number is not None]


def _inline_marks(text: str, templates: Sequence[str]) -> list[Header]:
    """Return the page marks inside lines, in order; none where form feeds are the pages."""
    found: list[Header] = []
    if "\f" in text:
        return found
    for template in templates:
        before, _, after = template.partition(PAGE)
        pattern = re.compile(rf"{re.escape(before)}([0-9]{{1,6}}){re.escape(after)}")
        for match in pattern.finditer(text):
            found.append(
                Header(match.start(), match.end(), template, int(match[1]), match.start(1))
            )
    return sorted(found)


def _label_sheets(
    lines: Lines, between_feeds: dict[int, range], found: Sequence[Header]
) -> tuple[list[Header], _Sheets]:
    """Return the headers and footers at the edges of sheets, and the numbers on each sheet."""
    by_line: dict[int, Header] = {}
    first_lines = np.searchsorted(lines.first, [header.start for header in found])
    for index, header in zip(first_lines.tolist(), found, strict=True):
        by_line.setdefault(index, header)  # the longest that begins there
    headers: list[Header] = []
    sheets: _Sheets = {}
    for start, sheet in between_feeds.items():
        at_edges = []
        top, foot = sheet.start, sheet.stop
        while top < min(foot, sheet.start + TOP_LINES) and top in by_line:
            at_edges.append(by_line[top])
            top = int(np.searchsorted(lines.first, by_line[top].end))
        while foot > max(top, sheet.stop - FOOT_LINES) and foot - 1 in by_line:
            foot -= 1
            at_edges.append(by_line[foot])
        headers += at_edges
        sheets[start] = _numbers(at_edges)
    return headers, sheets


def _sheets_of_headers(lines: Lines, headers: Sequence[Header]) -> _Sheets:
    """Return the sheets that headers open; headers with no text between open one together."""
    sheets: _Sheets = {}
    start = reached = 0
    for header in headers:
        numbers = _numbers([header])
        together = bool(sheets) and lines.is_blank(reached, header.start)
        if not together or (sheets[start] and numbers):
            start = header.start
            sheets[start] = []
        sheets[start] += numbers
        reached = header.end
    return sheets


def _close_sheets(lines: Lines, sheets: _Sheets, footers: Sequence[Header]) -> None:
    """Add the sheets that begin after a footer; a footer's number is that of the page it closes."""
    sheets.setdefault(0, [])
    starts = [*sorted(sheets), len(lines.text)]
    for footer in footers:
        following = starts[bisect_left(starts, footer.end)]
        if not lines.is_blank(footer.end, following):
            sheets[footer.end] = []
    starts = sorted(sheets)
    for footer in footers:
        closed = starts[bisect_right(starts, footer.start) - 1]
        if not sheets[closed]:
            sheets[closed] += _numbers([footer])


def _space_marks(
    lines: Lines, feeds: Sequence[int], *, stated: bool | None, final_spaces: bool
) -> list[int]:
    """Return the offsets of the single spaces that open a page.

    Such a line is the first, or the line before it is not blank and ends in a space or is a bare
    URL. So a centred line after a blank one opens no page (raw line 1598), nor does what follows a
    superscript (raw line 2198). Where nobody says that there are space marks, one indented line is
    not enough: they open the text, or recur about a page apart.
    """
    if stated is False or (stated is None and (feeds or not final_spaces)):
        return []
    indented = (lines.first == lines.start + 1) & (lines.codes[lines.start] == SPACE)
    marks = [index for index in np.flatnonzero(indented).tolist() if _opens_page(lines, index)]
    if stated is None and 0 not in marks and not _recur_evenly(lines, marks):
        return []
    after_feeds = {feed + 1 for feed in feeds}
    return [start for start in lines.start[marks].tolist() if start not in after_feeds]


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
    lines: Lines, sheets: _Sheets, first: int, change_cost: float
) -> tuple[tuple[PageExtent, ...], tuple[NumberDoubt, ...]]:
    """Number the sheets; those in front of page 1 that have no number make one page 0."""
    starts = sorted(sheets)
    votes = []
    for place, start in enumerate(starts):
        votes += [Vote(place, number) for number in sheets[start]]
    numbers = number_sheets(len(starts), believed_votes(votes, change_cost), first)
    doubts = []
    for place, number in votes:
        counted = numbers[place]
        if not counted.printed:
            doubts.append(NumberDoubt(lines.line_at(starts[place]), number, counted.number))
    pages: list[PageExtent] = []
    ends = [*starts[1:], len(lines.text)]
    for start, end, (number, printed) in zip(starts, ends, numbers, strict=True):
        if pages and pages[-1].number == number:
            before = pages.pop()
            start, printed = before.start, printed or before.printed
        pages.append(PageExtent(number, printed, start if pages else 0, end))
    return tuple(pages), tuple(doubts)


def _without_strays(headers: Sequence[Header], pages: Sequence[PageExtent]) -> list[Header]:
    """Return the headers without those that may be text.

    These have another page's number and are on no other page. The proof refuses them too.
    """
    starts = [page.start for page in pages]
    pages_of: dict[str, set[int]] = defaultdict(set)
    for header in headers:
        pages_of[header.template].add(bisect_right(starts, header.start))
    kept = []
    for header in headers:
        page = pages[bisect_right(starts, header.start) - 1]
        if header.number in (None, page.number) or len(pages_of[header.template]) > 1:
            kept.append(header)
    return kept


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


def _footnotes(lines: Lines, pages: Sequence[PageExtent], is_text: Flags) -> Iterator[Aside]:
    """Yield the footnotes of pages: what is under a short rule at the foot and opens with a mark."""
    if len(pages) == 1:
        return
    sheets = sheet_lines(lines, [page.start for page in pages])
    reached = 0
    for rule in np.flatnonzero(is_text & _MAY_BE_RULE[lines.codes[lines.first]]).tolist():
        if rule < reached or not _NOTE_RULE.fullmatch(lines.printed(rule)):
            continue
        sheet = sheets[bisect_right(sheets, rule, key=lambda sheet: sheet.start) - 1]
        notes = [index for index in range(rule + 1, sheet.stop) if is_text[index]]
        if not 0 < len(notes) <= _MOST_NOTE_LINES or not is_text[sheet.start : rule].any():
            continue
        if _NOTE_MARK.match(lines.printed(notes[0])):
            yield _footnote(lines, rule, notes[-1])
            reached = sheet.stop


def _small_footnotes(
    lines: Lines, pages: Sequence[PageExtent], is_text: Flags, small: frozenset[int]
) -> Iterator[Aside]:
    """Yield the footnotes that a smaller size sets off, where no rule does.

    At the foot of a page, under text of the usual size, they begin with a mark.
    """
    for sheet in sheet_lines(lines, [page.start for page in pages]):
        text = [index for index in sheet if is_text[index]]
        notes = list(takewhile(lambda index: int(lines.number[index]) in small, reversed(text)))
        if len(notes) == len(text) or len(notes) > _MOST_NOTE_LINES:
            continue
        for index in reversed(notes):
            if _NOTE_MARK.match(lines.printed(index)):
                yield _footnote(lines, index, notes[0])
                break


def _footnote(lines: Lines, first: int, last: int) -> Aside:
    end = int(lines.end[last])
    has_newline = lines.text[end : end + 1] == "\n"
    return Aside(int(lines.start[first]), end + has_newline, "footnote")


def _without_overlap(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Return pieces of the text in order, without what lies in another one."""
    kept: list[_Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.start, -piece.end)):
        if not kept or piece.start >= kept[-1].end:
            kept.append(piece)
    return kept


def _text_lines(lines: Lines, asides: Sequence[Aside]) -> Flags:
    """Return which printed lines are text, not set aside."""
    is_text = np.ones(len(lines), dtype=np.bool_)
    bounds = np.searchsorted(lines.first, [(piece.start, piece.end) for piece in asides])
    for low, high in bounds:
        is_text[low:high] = False
    return is_text

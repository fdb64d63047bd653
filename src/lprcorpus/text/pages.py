"""A raw text as its pages, with the furniture (running heads, page numbers, page marks, link targets) set aside.

Four kinds of page mark are known, and a text may have more than one:

* **form feeds**, as most extractors write them between pages;
* **running heads** with the page number, in or under them; a manifest quotes them with ``{page}`` for the number;
* **running feet**, likewise, which close a page;
* **space marks**: the furniture between two pages collapsed to the one space that opens the first line of the new page
  (raw lines 84 and 140 of the first issue taught this).

A number that is printed belongs to the page that its running head opens or its foot closes; all others are counted from there.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from lprcorpus.errors import RawTextError
from lprcorpus.text.lines import SPACE, Flags, Lines
from lprcorpus.text.running_headers import Furniture, find_head, find_running_heads, head_furniture

__all__ = ["Furniture", "Page", "Paged", "Pagination", "find_pages", "find_running_heads", "writes_final_spaces"]

_URL = re.compile(r"https?://\S+")
_ORDINAL = re.compile(r"st|nd|rd|th")


@dataclass(frozen=True)
class Pagination:
    """What is known of an issue's page marks before its text is read.

    Attributes:
        first: the number of the first page of the text, where no printed number says otherwise.
        running_heads: the running heads as printed, with ``{page}`` where the page number stands. None: detect them.
        space_marks: whether a leading space may open a page. None: detect it.
        running_feet: the running feet, written like the heads; between form feeds, heads that are detected may be feet.
    """

    first: int = 1
    running_heads: tuple[str, ...] | None = None
    space_marks: bool | None = None
    running_feet: tuple[str, ...] = ()


class Page(NamedTuple):
    """One page: its number, whether that is printed or counted, and its characters in the raw text."""

    number: int
    printed: bool
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Paged:
    """A text with its pages found.

    Attributes:
        lines: all printed lines.
        pages: the pages, which partition the text.
        furniture: what was set aside, in order.
        is_set: which of the printed lines are set text, not furniture.
        final_spaces: whether lines end in the space that parts their last word from the next line's first.
        marks: the kinds of page mark that were found, for the report.
        page_starts: where each page begins.
    """

    lines: Lines
    pages: tuple[Page, ...]
    furniture: tuple[Furniture, ...]
    is_set: Flags
    final_spaces: bool
    marks: tuple[str, ...]
    page_starts: list[int] = field(repr=False)

    def page_index(self, offset: int) -> int:
        """Return which page (counted from 0) holds the character at an offset."""
        return bisect_right(self.page_starts, offset) - 1

    def page_at(self, offset: int) -> Page:
        """Return the page that holds the character at an offset."""
        return self.pages[self.page_index(offset)]

    def sets(self, offset: int) -> bool:
        """Whether a printed character is set text, not furniture."""
        return bool(self.is_set[int(np.searchsorted(self.lines.last, offset, side="right"))])

    def page_numbered(self, number: int) -> Page | None:
        """Return the page of that number, or None."""
        return next((page for page in self.pages if page.number == number), None)


class _Opening(NamedTuple):
    """Where a page opens, and the number printed there, if one is."""

    start: int
    number: int | None = None


def writes_final_spaces(lines: Lines) -> bool:
    """Whether most printed lines end in a space: then that space, not the newline, parts the words."""
    return bool(len(lines)) and float(lines.final_space.mean()) > 0.5


def find_pages(lines: Lines, pagination: Pagination) -> Paged:
    """Find the pages of a text and set their furniture aside.

    Raises:
        RawTextError: a printed page number is lower than the number of the page before it.
    """
    final_spaces = writes_final_spaces(lines)
    heads = find_running_heads(lines) if pagination.running_heads is None else pagination.running_heads
    feeds = list(_form_feeds(lines.text))
    spaced = _space_marks(lines) if _has_space_marks(pagination, final_spaces, feeds) else []
    spaced = [start for start in spaced if _feed_before(lines, start) is None] if feeds else spaced
    headed, matches = _running_heads(lines, [*heads, *(pagination.running_feet if feeds else ())], feeds)
    openings = {start: _Opening(start) for start in [*feeds, *spaced]}
    openings |= {opening.start: opening for opening in headed}
    feet = [] if feeds else _matches(lines, pagination.running_feet)
    openings = _closed(lines, openings, feet)
    pages = _number_pages(lines, sorted(openings.values()), pagination.first)
    counts = {
        "form feeds": len(feeds),
        "running heads": len(matches),
        "running feet": len(feet),
        "space marks": len(spaced),
    }
    marks = tuple(f"{name}: {count}" for name, count in counts.items() if count)
    furniture = [piece for match in [*matches, *feet] for piece in head_furniture(match)]
    furniture += [Furniture(start, start + 1, "page_mark") for start in [*feeds, *spaced]]
    furniture += _link_targets(lines, spaced)
    furniture = _apart(furniture)
    return Paged(
        lines=lines,
        pages=pages,
        furniture=tuple(furniture),
        is_set=_set_lines(lines, furniture),
        final_spaces=final_spaces,
        marks=marks or ("none: one page",),
        page_starts=[page.start for page in pages],
    )


def _apart(furniture: Sequence[Furniture]) -> list[Furniture]:
    """Return furniture in order, without what lies in another piece: a head's leading space, a link target that is a foot."""
    kept: list[Furniture] = []
    for piece in sorted(furniture, key=lambda piece: (piece.start, -piece.end)):
        if not kept or piece.start >= kept[-1].end:
            kept.append(piece)
    return kept


def _has_space_marks(pagination: Pagination, final_spaces: bool, feeds: Sequence[int]) -> bool:  # noqa: FBT001
    """Whether a leading space may open a page: in a text whose lines end in spaces and whose pages no form feed parts."""
    return final_spaces and not feeds if pagination.space_marks is None else pagination.space_marks


def _running_heads(lines: Lines, heads: Sequence[str], feeds: Sequence[int]) -> tuple[list[_Opening], list[re.Match[str]]]:
    """Find the running heads; return the pages that they open or number, and where they stand."""
    matches = _matches(lines, heads)
    if not feeds:
        return _opened(lines, matches), matches
    bounds = [*([] if lines.is_blank(0, feeds[0]) else [0]), *feeds, len(lines.text)]
    openings: list[_Opening] = []
    kept: list[re.Match[str]] = []
    for start, end in pairwise(bounds):
        inside = [match for match in matches if start <= match.start() < end]
        top, foot = _edges(lines, inside, start, end)
        numbers = [int(match["page"]) for match in [*top, *foot] if match.groupdict().get("page")]
        openings += [_Opening(start, numbers[0])] if numbers else []
        between = [match for match in inside if match not in [*top, *foot] and any(map(str.isalpha, match.group()))]
        openings += _opened(lines, between)
        kept += [*top, *between, *foot]
    return openings, kept


def _matches(lines: Lines, templates: Sequence[str]) -> list[re.Match[str]]:
    """Return where some running heads stand, in order and without overlap."""
    matches: list[re.Match[str]] = []
    for match in sorted((match for head in templates for match in find_head(lines.text, head)), key=_longest_first):
        if not matches or match.start() >= matches[-1].end():
            matches.append(match)
    return matches


def _closed(lines: Lines, openings: dict[int, _Opening], feet: Sequence[re.Match[str]]) -> dict[int, _Opening]:
    """Return where pages open when some are closed by a running foot, whose number is that of the page it stands on."""
    if not feet:
        return openings
    opened = {0: _Opening(0), **openings}
    starts = [*sorted(opened), len(lines.text)]
    for foot in feet:
        if not lines.is_blank(foot.end(), starts[bisect_left(starts, foot.end())]):
            opened[foot.end()] = _Opening(foot.end())
    starts = sorted(opened)
    for foot in feet:
        start = starts[bisect_right(starts, foot.start()) - 1]
        page = foot.groupdict().get("page")
        if page and opened[start].number is None:
            opened[start] = _Opening(start, int(page))
    return opened


def _longest_first(match: re.Match[str]) -> tuple[int, int]:
    return match.start(), -match.end()


def _opened(lines: Lines, matches: Sequence[re.Match[str]]) -> list[_Opening]:
    """Return the pages that running heads open; heads that follow each other without text between open one."""
    openings: list[_Opening] = []
    reached = -1
    for match in matches:
        page = match.groupdict().get("page")
        number = int(page) if page else None
        if openings and lines.is_blank(reached, match.start()) and None in (openings[-1].number, number):
            openings[-1] = _Opening(openings[-1].start, number if number is not None else openings[-1].number)
        else:
            openings.append(_Opening(match.start(), number))
        reached = match.end()
    return openings


def _edges(
    lines: Lines, matches: Sequence[re.Match[str]], start: int, end: int
) -> tuple[list[re.Match[str]], list[re.Match[str]]]:
    """Return which of the heads on a page stand at its top, and which at its foot."""
    top: list[re.Match[str]] = []
    for match in matches:
        if not lines.is_blank(start, match.start()):
            break
        top.append(match)
        start = match.end()
    foot: list[re.Match[str]] = []
    for match in reversed(matches[len(top) :]):
        if not lines.is_blank(match.end(), end):
            break
        foot.insert(0, match)
        end = match.start()
    return top, foot


def _form_feeds(text: str) -> Iterator[int]:
    """Yield the form feeds that open a page: not one after the last printed character, which only ends the last."""
    end = len(text.rstrip())
    start = text.find("\f")
    while 0 <= start < end:
        yield start
        start = text.find("\f", start + 1)


def _feed_before(lines: Lines, offset: int) -> int | None:
    """Return the form feed that only blank text parts from an offset, or None."""
    feed = lines.text.rfind("\f", 0, offset + 1)
    return feed if feed >= 0 and lines.is_blank(feed, offset) else None


def _space_marks(lines: Lines) -> list[int]:
    """Return the offsets of the spaces that open a page.

    A page opens at a line that begins with a space, if it is the first, or if the line before it is not blank and ends in
    a space or is a bare URL. So a centred line after a blank one opens none (raw line 1598), nor does what follows a
    superscript (raw line 2198).
    """
    indented = np.flatnonzero((lines.first > lines.start) & (lines.codes[lines.start] == SPACE))
    marks = []
    for index in indented.tolist():
        if index == 0:
            opens = lines.number[0] == 1
        else:
            before = index - 1
            adjacent = lines.number[before] == lines.number[index] - 1
            opens = adjacent and (lines.final_space[before] or _URL.fullmatch(lines.printed(before)) is not None)
        if opens:
            marks.append(int(lines.start[index]))
    return marks


def _link_targets(lines: Lines, page_starts: Sequence[int]) -> list[Furniture]:
    """Return the link targets that an extractor wrote at the end of a page: bare URLs without the final space of set text.

    Raw lines 1805 to 1807 of the first issue taught this: they stand in the middle of a sentence.
    """
    found = []
    for start in page_starts:
        index = int(np.searchsorted(lines.start, start)) - 1
        while index >= 0 and not lines.final_space[index] and _URL.fullmatch(lines.printed(index)):
            end = min(int(lines.end[index]) + 1, start)
            found.append(Furniture(int(lines.start[index]), end, "link"))
            index -= 1
    return found


def _number_pages(lines: Lines, openings: Sequence[_Opening], first: int) -> tuple[Page, ...]:
    """Number the pages: printed numbers as they are, the others counted from the one before or back from the next."""
    if not openings or not lines.is_blank(0, openings[0].start):
        openings = [_Opening(0), *openings]
    numbers = [opening.number for opening in openings]
    printed = [index for index, number in enumerate(numbers) if number is not None]
    number = first
    if printed and (numbers[printed[0]] or 0) - printed[0] != first and first == 1:
        number = (numbers[printed[0]] or 0) - printed[0]
    if number < 0:  # more pages in front than there are numbers for: together they are page 0
        openings = [openings[0], *openings[1 - number :]]
        number = 0
    pages = []
    for index, opening in enumerate(openings):
        if opening.number is not None:
            if opening.number < number:
                line = lines.line_at(opening.start)
                raise RawTextError(
                    f"raw line {line}",
                    f"the page number {opening.number} is printed where page {number} or a later one was expected",
                )
            number = opening.number
        start = 0 if index == 0 else opening.start
        end = openings[index + 1].start if index + 1 < len(openings) else len(lines.text)
        pages.append(Page(number, opening.number is not None, start, end))
        number += 1
    return tuple(pages)


def _set_lines(lines: Lines, furniture: Sequence[Furniture]) -> Flags:
    """Return which printed lines are set text, not furniture."""
    is_set = np.ones(len(lines), dtype=np.bool_)
    bounds = np.array([(piece.start, piece.end) for piece in furniture], dtype=np.int64).reshape(-1, 2)
    for low, high in np.searchsorted(lines.first, bounds).tolist():
        is_set[low:high] = False
    return is_set

"""The page marks of a text, as its manifest says them: running heads, running feet, bare page numbers, leading spaces.

What recurs with a growing number is found by :mod:`lprcorpus.text.running_headers`.
Here it is told whether that opens or closes a page,
bare numbers are taken where nothing else marks the pages, and what turns out to mark none is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lprcorpus.errors import RawTextError
from lprcorpus.text.lines import Lines
from lprcorpus.text.pages import Paged, Pagination, find_pages
from lprcorpus.text.running_headers import find_head, find_running_heads

__all__ = ["find_page_marks"]

_BARE = re.compile(
    r"(?P<before>(?:[-–—~*\[(|=.]+\s*)?(?:page\s+|p\.\s*)?)(?P<page>\d{1,4})(?P<after>(?:\s*[-–—~*\])|=.]+)?)", re.IGNORECASE
)
_COUNTED = re.compile(r"\{page\}(?:st|nd|rd|th)\b")
_FEWEST = 3
_BY_ONE = 0.7  # of bare page numbers follow each other by one
_REACH = 0.3  # of the text's lines lie between the first page mark and the last
_PAGE_LINES, _UNEVEN, _EVEN_PAGES = 12, 3.0, 0.6


class _Mark(NamedTuple):
    """A line that may mark a page: its raw line, and the number on it."""

    line: int
    number: int


def find_page_marks(lines: Lines) -> tuple[Paged, Pagination]:
    """Find what marks the pages of a text; return the text with its pages, and how a manifest says so."""
    heads = [head for head in find_running_heads(lines) if not _COUNTED.search(head)]
    feet: list[str] = []
    if "\f" not in lines.text:
        marks = {head: _marks(lines, head) for head in heads}
        every = sorted(mark for found in marks.values() for mark in found)
        if not _reach(lines, every):
            heads, every = [], []
        if heads and _at_foot(lines, every):
            heads, feet = [], heads
        if not heads and not feet and (bare := _bare_numbers(lines)):
            (feet if _at_foot(lines, _marks(lines, bare)) else heads).append(bare)
    pagination = Pagination(running_heads=tuple(heads), running_feet=tuple(feet))
    try:
        paged = find_pages(lines, pagination)
    except RawTextError:  # what recurs with a growing number is no page number after all
        pagination = Pagination(running_heads=())
        paged = find_pages(lines, pagination)
    if any(mark.startswith("space marks") for mark in paged.marks) and not _are_pages(paged):
        pagination = replace(pagination, space_marks=False)
        paged = find_pages(lines, pagination)
    return paged, pagination


def _marks(lines: Lines, head: str) -> list[_Mark]:
    """Return where a head stands, as far as it has a number."""
    found: list[_Mark] = []
    line, at = 1, 0
    for match in find_head(lines.text, head):
        line += lines.text.count("\n", at, match.start())
        at = match.start()
        page = match.groupdict().get("page")
        if page:
            found.append(_Mark(line, int(page)))
    return found


def _reach(lines: Lines, marks: Sequence[_Mark]) -> bool:
    """Tell whether marks reach over a fair part of the text, as page numbers do."""
    return len(marks) > 1 and marks[-1].line - marks[0].line >= _REACH * int(lines.number[-1])


def _bare_numbers(lines: Lines) -> str | None:
    """Return the template of lines with nothing but a number, where these run on by one from page to page."""
    by_shape: dict[str, list[_Mark]] = {}
    for index in np.flatnonzero(lines.last - lines.first <= 16).tolist():
        match = _BARE.fullmatch(lines.printed(index))
        if match:
            shape = f"{match['before']}{{page}}{match['after']}"
            by_shape.setdefault(shape, []).append(_Mark(int(lines.number[index]), int(match["page"])))
    for shape, marks in sorted(by_shape.items(), key=lambda item: -len(item[1])):
        steps = [(high.number - low.number, high.line - low.line) for low, high in pairwise(marks)]
        if len(marks) < _FEWEST or not _reach(lines, marks) or any(numbers <= 0 for numbers, _ in steps):
            continue
        lengths = [apart / numbers for numbers, apart in steps]
        if sum(numbers == 1 for numbers, _ in steps) >= _BY_ONE * len(steps) and _are_even(np.array(lengths)):
            return shape
    return None


def _are_even(lengths: NDArray[Any]) -> bool:
    """Tell whether lengths of pages, in lines, are about the same, and those of pages."""
    usual = float(np.median(lengths))
    even = (lengths >= usual / _UNEVEN) & (lengths <= usual * _UNEVEN)
    return usual >= _PAGE_LINES and bool(even.mean() >= _EVEN_PAGES)


def _at_foot(lines: Lines, marks: Sequence[_Mark]) -> bool:
    """Tell whether marks close their pages: a page's text stands before the first, and none after the last."""
    if len(marks) < _FEWEST:
        return False
    rate = (marks[-1].line - marks[0].line) / max(marks[-1].number - marks[0].number, 1)
    ahead, behind = marks[0].line - int(lines.number[0]), int(lines.number[-1]) - marks[-1].line
    return ahead >= 0.4 * rate and behind < 0.4 * rate


def _are_pages(paged: Paged) -> bool:
    """Tell whether the pages that leading spaces open are of about one length, as paragraphs that are indented are not."""
    if "\r\n" in paged.lines.text:  # what ends its lines is no space
        return False
    places = np.searchsorted(paged.lines.first, paged.page_starts)
    return _are_even(np.diff(places, append=len(paged.lines)))

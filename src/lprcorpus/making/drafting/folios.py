"""The page marks of a text: running heads and feet, and bare page numbers, told from other numbers that grow.

Numbers are a text's page numbers if they grow as its lines do: as many lines to a page here as there.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import numpy as np

from lprcorpus.errors import RawTextError
from lprcorpus.making.lines import Lines
from lprcorpus.making.pages import Paged, Pagination, find_pages, find_running_heads

__all__ = ["find_page_marks"]

_BARE = re.compile(
    r"(?P<before>(?:[-–—~*\[(|=.]+\s*)?(?:page\s+|p\.\s*)?)(?P<page>\d{1,4})(?P<after>(?:\s*[-–—~*\])|=.]+)?)", re.IGNORECASE
)
_LAST_NUMBER = re.compile(r"(?P<before>.*\b)(?P<page>\d{1,4})(?P<after>\D*)")
_COUNTED = re.compile(r"\{page\}(?:st|nd|rd|th)\b")
_FEWEST = 3
_PAGE_LINES, _EVEN_PAGES = 12, 0.6
_REACH = 0.3  # of the text's lines
_UNEVEN = 3.0  # times as many lines to a page as usual, or as few
_AGREE = 0.7  # of the steps from number to number, at least so many are even
_LIKE = 0.75


@dataclass(frozen=True)
class _Mark:
    """A line that may mark a page: its place among the printed lines, and the number on it."""

    index: int
    number: int


def find_page_marks(lines: Lines) -> tuple[Paged, Pagination]:
    """Find what marks the pages of a text; return the text with its pages, and how a manifest says so."""
    heads: list[str] = []
    feet: list[str] = []
    found = _patterns(lines)
    if not _spans(lines, [mark for _, marks in found for mark in marks]):
        found = []
    for pattern, marks in found:
        if _is_even(lines, marks) and not _COUNTED.search(pattern):
            (feet if _at_foot(lines, marks) else heads).append(pattern)
    if not heads and not feet and "\n" in lines.text:
        bare = _bare_numbers(lines)
        for pattern, marks in bare:
            (feet if _at_foot(lines, marks) else heads).append(pattern)
            break
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


def _are_pages(paged: Paged) -> bool:
    """Tell whether the pages that leading spaces open are of about one length, as paragraphs that are indented are not."""
    if "\r\n" in paged.lines.text:  # what ends its lines is no space
        return False
    places = np.searchsorted(paged.lines.first, paged.page_starts)
    sizes = np.diff(places, append=len(paged.lines))
    usual = float(np.median(sizes))
    even = (sizes >= usual / _UNEVEN) & (sizes <= usual * _UNEVEN)
    return usual >= _PAGE_LINES and bool(even.mean() >= _EVEN_PAGES)


def _patterns(lines: Lines) -> list[tuple[str, list[_Mark]]]:
    """Return the patterns of lines that recur with a growing number, and those that differ from them in a word or a sign."""
    found: list[tuple[str, list[_Mark]]] = []
    texts = [lines.printed(index) for index in range(len(lines))]
    for head in find_running_heads(lines):
        first = head.partition("\n")[0]
        marks = []
        shape = _shape(head)
        for index, text in enumerate(texts):
            if len(text) > 160:
                continue
            whole = f"{text}\n{texts[index + 1]}" if "\n" in head and index + 1 < len(texts) else text
            match = shape.fullmatch(whole)
            if match:
                marks.append(_Mark(index, int(match["page"])))
        if marks:
            found.append((head, marks))
            if "{page}" in first:
                found += _variants(texts, first, marks)
    return found


def _shape(head: str) -> re.Pattern[str]:
    pieces = re.split(r"(\{page\}|\s+|[-_=]{2,})", head)
    return re.compile(
        "".join(
            r"(?P<page>\d{1,6})"
            if piece == "{page}"
            else r"\s+"
            if piece.isspace()
            else rf"{re.escape(piece[0])}+"
            if len(piece) > 1 and not piece.strip("-_=")
            else re.escape(piece)
            for piece in pieces
        )
    )


def _variants(texts: Sequence[str], head: str, marks: Sequence[_Mark]) -> list[tuple[str, list[_Mark]]]:
    """Return the lines almost like a head whose numbers fill gaps in its own: slips and changed dates."""
    word = max(re.findall(r"[^\W\d_]+", head), key=len, default="")
    if len(word) < 3 or len(marks) < _FEWEST:
        return []
    indices = [mark.index for mark in marks]
    rate = (indices[-1] - indices[0]) / max(marks[-1].number - marks[0].number, 1)
    known, plain, found = set(indices), _letters(head), []
    for index, text in enumerate(texts):
        match = _LAST_NUMBER.fullmatch(text) if len(text) <= 160 and word in text and index not in known else None
        if match is None:
            continue
        near = marks[min(bisect_left(indices, index), len(marks) - 1)]
        expected = near.number + (index - near.index) / rate
        line = f"{match['before']}{{page}}{match['after']}"
        if abs(int(match["page"]) - expected) <= 1 and difflib.SequenceMatcher(None, plain, _letters(line)).ratio() >= _LIKE:
            found.append((re.sub(r"\s+", " ", line), [_Mark(index, int(match["page"]))]))
    return found if len(found) <= len(marks) else []


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalpha())


def _is_even(lines: Lines, marks: Sequence[_Mark]) -> bool:
    """Tell whether numbers grow as the lines of the text do; what stands alone was found beside others that do."""
    if len(marks) < 2:
        return True
    steps = [(int(lines.number[high.index] - lines.number[low.index]), high.number - low.number) for low, high in pairwise(marks)]
    if any(numbers <= 0 for _, numbers in steps):
        return False
    rates = [count / numbers for count, numbers in steps]
    usual = median(rates)
    even = sum(usual / _UNEVEN <= rate <= usual * _UNEVEN for rate in rates)
    return usual >= 2 and even >= _AGREE * len(rates)


def _spans(lines: Lines, marks: Sequence[_Mark]) -> bool:
    """Tell whether marks reach over a fair part of the text, as page numbers do."""
    places = [mark.index for mark in marks]
    return bool(places) and max(places) - min(places) >= _REACH * len(lines)


def _bare_numbers(lines: Lines) -> list[tuple[str, list[_Mark]]]:
    """Return the patterns of lines with nothing but a number, where these run on by one from page to page."""
    by_shape: dict[str, list[_Mark]] = {}
    for index in range(len(lines)):
        if lines.last[index] - lines.first[index] <= 16:
            match = _BARE.fullmatch(lines.printed(index))
            if match:
                shape = f"{match['before']}{{page}}{match['after']}"
                by_shape.setdefault(shape, []).append(_Mark(index, int(match["page"])))
    found = []
    for shape, marks in by_shape.items():
        by_one = sum(high.number - low.number == 1 for low, high in pairwise(marks))
        if len(marks) >= _FEWEST and by_one >= _AGREE * (len(marks) - 1) and _is_even(lines, marks) and _spans(lines, marks):
            found.append((shape, marks))
    return sorted(found, key=lambda pair: -len(pair[1]))


def _at_foot(lines: Lines, marks: Sequence[_Mark]) -> bool:
    """Tell whether marks close their pages: right before a form feed or, where there are none, each after its page's text."""
    text = lines.text
    before_feed = after_feed = 0
    for mark in marks:
        end, start = int(lines.end[mark.index]), int(lines.start[mark.index])
        feed = text.find("\f", int(lines.last[mark.index]), min(end + 200, len(text)))
        before_feed += feed >= 0 and lines.is_blank(int(lines.last[mark.index]), feed)
        feed = text.rfind("\f", max(0, start - 200), start + 1)
        after_feed += feed >= 0 and lines.is_blank(feed, int(lines.first[mark.index]))
    if before_feed or after_feed:
        return before_feed > after_feed
    if len(marks) < 2:
        return False
    first, last = marks[0], marks[-1]
    rate = (int(lines.number[last.index]) - int(lines.number[first.index])) / max(last.number - first.number, 1)
    ahead = int(lines.number[first.index]) - int(lines.number[0])
    behind = int(lines.number[-1]) - int(lines.number[last.index])
    return ahead >= 0.4 * rate and behind < 0.4 * rate

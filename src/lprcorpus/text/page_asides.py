"""What is on a page beside the items' text: headers, page marks, link targets and footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from lprcorpus.schema import Role
from lprcorpus.text.lines import Line, Lines
from lprcorpus.text.page_numbers import PageExtent
from lprcorpus.text.running_headers import PageMark

URL = re.compile(r"https?://\S+")
_LONGEST_RULE = 40
_NOTE_RULE = re.compile(rf"[_–—-]{{5,{_LONGEST_RULE}}}")
_NOTE_MARK = re.compile(r"(?:\(?\d{1,3}[.)]?|\[\d{1,3}\]|[*†‡§¶]{1,3})\s*\S")
_MOST_NOTE_LINES = 24


class Aside(NamedTuple):
    """A stretch of the raw text that belongs to the page and not to any item, and its role."""

    start: int
    end: int
    role: Role


Piece = TypeVar("Piece", PageMark, Aside)


def find_asides(lines: Lines, pages: Sequence[PageExtent], small: frozenset[int]) -> list[Aside]:
    """Return what to set aside, in order; footnotes are small lines, where a layout says so."""
    asides: list[Aside] = []
    spaces = set()
    for page in pages:
        for mark in page.marks:
            asides += _mark_asides(mark, lines.text)
            if mark.kind == "space marks":
                spaces.add(mark.start)
    is_text = text_flags(lines, asides)
    for page in pages:
        printed = lines.between(page.start, page.end)
        text = [line for line in printed if is_text[line.index]]
        # An extractor writes the targets of a page's links at its end: bare URLs without the final
        # space of other lines (raw lines 1805 to 1807 of the first issue, within a sentence).
        while page.end in spaces and text and _is_link_target(text[-1]):
            link = text.pop()
            asides.append(Aside(link.first, min(link.end + 1, page.end), "link"))
        notes = _footnotes(text, small, may_be_ruled=len(pages) > 1)
        if notes:
            end = notes[-1].end
            if lines.text.startswith("\n", end):
                end += 1
            asides.append(Aside(notes[0].start, end, "footnote"))
    return without_overlap(asides)


def without_overlap(pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces of text in order, without what begins in another one."""
    kept: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.start, -piece.end)):
        if not kept or piece.start >= kept[-1].end:
            kept.append(piece)
    return kept


def text_flags(lines: Lines, asides: Iterable[Aside]) -> list[bool]:
    """Return which printed lines are text, not set aside."""
    is_text = [True] * len(lines.printed)
    for aside in asides:
        for index in range(lines.index_from(aside.start), lines.index_from(aside.end)):
            is_text[index] = False
    return is_text


def _mark_asides(mark: PageMark, text: str) -> Iterator[Aside]:
    """Yield the pieces of a mark: a header's words, and its number on a line of its own."""
    start, end = mark.start, mark.end
    words, _, last_line = text[start:end].rstrip().rpartition("\n")
    has_number_line = last_line.strip() == str(mark.number)
    if not mark.is_header or (has_number_line and not words):
        yield Aside(start, end, "page_mark")
    elif has_number_line:
        yield Aside(start, start + len(words.rstrip()) + 1, "header")
        yield Aside(start + len(words) + 1, end, "page_mark")
    else:
        yield Aside(start, end, "header")


def _is_link_target(line: Line) -> bool:
    return not line.has_final_space and URL.fullmatch(line.text) is not None


def _footnotes(text: list[Line], small: frozenset[int], *, may_be_ruled: bool) -> list[Line]:
    """Return the lines of a page's footnotes, with the rule over them.

    They are under text and begin with a mark; a short rule sets them off, or a smaller size.
    """
    small_start = len(text)
    while small_start > 0 and text[small_start - 1].number in small:
        small_start -= 1
    earliest = max(1, len(text) - _MOST_NOTE_LINES)
    if small_start < earliest:
        small_start = len(text)
    for place in range(max(1, earliest - 1), len(text)):
        notes = text[place:]
        if may_be_ruled and _NOTE_RULE.fullmatch(notes[0].text):
            notes = notes[1:]
        elif place < small_start:
            continue
        if notes and _NOTE_MARK.match(notes[0].text):
            return text[place:]
    return []

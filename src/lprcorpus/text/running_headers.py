"""Running headers and footers: how a manifest quotes them, and where they are in a text.

A template is a header as printed with ``{page}`` in place of the page number. White space and rows
of dashes match any length of the same. A header may have several lines; a page number on a line of
its own is the template ``{page}``. Footers are written in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from lprcorpus.text.lines import Line, Lines

PAGE = "{page}"
TOP_LINES, FOOT_LINES = 3, 2  # lines at a page's edge that may be its header and footer
_SPACES = r"[^\S\n\r\f]"
_PIECES = re.compile(r"(\{page\}|\s+|[-_=]{2,})")
_LINE_START = rf"(?:(?<=\A\ufeff)|(?<![^\n\r\f])){_SPACES}*"
_LINE_END = rf"{_SPACES}*(?:\r?\n|\r|(?=\f)|\Z)"

MarkKind = Literal["form feeds", "running heads", "running feet", "space marks", "marks in lines"]


class PageMark(NamedTuple):
    """A mark of a page: its characters, and the page number in it, with where that is."""

    start: int
    end: int
    kind: MarkKind
    template: str = ""
    number: int = -1  # or none
    number_at: int = -1

    @property
    def is_header(self) -> bool:
        """Whether the mark is a header or a footer."""
        return self.kind in ("running heads", "running feet")


def find_header(
    lines: Lines, template: str, kind: MarkKind = "running heads"
) -> Iterator[PageMark]:
    """Yield each place of a header or footer in a text, on lines of its own."""
    pattern = _pattern(template)
    reached = 0
    for line in lines.printed:
        match = pattern.match(lines.text, line.start)
        if match is None or line.start < reached:
            continue
        reached = match.end()
        mark = PageMark(line.start, reached, kind, template)
        if PAGE in template:
            mark = mark._replace(number=int(match["page"]), number_at=match.start("page"))
        yield mark


def find_headers(lines: Lines, heads: Iterable[str], feet: Iterable[str]) -> list[PageMark]:
    """Return the headers and footers of a text in order; the longest of those that overlap."""
    found: list[PageMark] = []
    for template in heads:
        found += find_header(lines, template)
    for template in feet:
        found += find_header(lines, template, "running feet")
    kept: list[PageMark] = []
    for mark in sorted(found, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def at_edges(
    lines: Lines, sheets: Iterable[Sequence[Line]], headers: Iterable[PageMark]
) -> Iterator[list[PageMark]]:
    """Yield the headers at the top and at the foot of each sheet, from its edges inwards."""
    opening, closing = {}, {}  # by the line that a header begins on, and the one after it
    for header in headers:
        opening[lines.index_from(header.start)] = header
        closing[lines.index_from(header.end)] = header
    for sheet in sheets:
        found: list[PageMark] = []
        if sheet:
            top, past = sheet[0].index, sheet[-1].index + 1
            top_end, foot_start = min(top + TOP_LINES, past), past - FOOT_LINES
            while top < top_end and top in opening:
                found.append(opening[top])
                top = lines.index_from(opening[top].end)
            while past > max(top, foot_start) and past in closing:
                found.append(closing[past])
                past = lines.index_from(closing[past].start)
        yield found


@lru_cache(maxsize=1024)
def _pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of a template: whole lines, with the page number as the group ``page``."""
    pieces = "".join(map(_piece_pattern, _PIECES.split(template)))
    return re.compile(_LINE_START + pieces + _LINE_END)


def _piece_pattern(piece: str) -> str:
    if piece == PAGE:
        return r"(?P<page>[0-9]{1,6})"
    if piece.isspace():
        return r"[^\S\f]+" if "\n" in piece else f"{_SPACES}+"
    if len(piece) > 1 and not piece.strip("-_="):
        return re.escape(piece[0]) + "+"
    return re.escape(piece)

"""Running headers and footers: how a manifest quotes them, and where they are in a text.

A template is a header as printed with ``{page}`` in place of the page number. White space and rows
of dashes match any length of the same. A header may have several lines; a page number on a line of
its own is the template ``{page}``. Footers and marks inside lines are written in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from lprcorpus.text.lines import LineRun, Lines

PAGE = "{page}"
TOP_LINES, FOOT_LINES = 3, 2  # lines at a page's edge that may be its header and footer
_SPACES = r"[^\S\n\r\f]"
_PIECES = re.compile(r"(\{page\}|\s+|[-_=]{2,})")
_LINE_END = rf"{_SPACES}*(?:\r?\n|\r|(?=\f)|\Z)"

MarkKind = Literal["form feeds", "running heads", "running feet", "space marks", "marks in lines"]


class PageMark(NamedTuple):
    """A mark of a page: its characters, how it is printed, and the page number in it."""

    start: int
    end: int
    kind: MarkKind
    template: str = ""
    number: int = -1  # or none

    @property
    def is_header(self) -> bool:
        """Whether the mark is a header or a footer."""
        return self.kind in ("running heads", "running feet")


def find_header(
    lines: Lines, template: str, kind: MarkKind = "running heads"
) -> Iterator[PageMark]:
    """Yield each place of a header or footer in a text, on lines of its own."""
    pattern = re.compile(f"{_SPACES}*{_pattern(template)}{_LINE_END}")
    for line in lines.printed:
        match = pattern.match(lines.text, line.start)
        if match is not None:
            yield _as_mark(match, kind, template)


def find_in_lines(text: str, template: str) -> Iterator[PageMark]:
    """Yield each place of a page mark inside the lines of a text."""
    for match in re.finditer(_pattern(template), text):
        yield _as_mark(match, "marks in lines", template)


def at_edges(lines: Lines, sheet: LineRun, headers: Sequence[PageMark]) -> list[PageMark]:
    """Return those of a sheet's headers that are at its top or at its foot, in order."""
    if not sheet:
        return []
    kept = []
    top = sheet[0].index
    foot = sheet[-1].index + 1
    top_end = top + TOP_LINES
    foot_start = foot - FOOT_LINES
    for header in headers:
        if top < top_end and lines.index_from(header.start) == top:
            kept.append(header)
            top = lines.index_from(header.end)
    for header in reversed(headers):
        if foot > max(top, foot_start) and lines.index_from(header.end) == foot:
            kept.append(header)
            foot = lines.index_from(header.start)
    return sorted(kept)


def _as_mark(match: re.Match[str], kind: MarkKind, template: str) -> PageMark:
    start, end = match.span()
    number = int(match.groupdict().get("page", -1))
    return PageMark(start, end, kind, template, number)


def _pattern(template: str) -> str:
    """Return the pattern of a template, with the page number as the group ``page``."""
    pattern = ""
    for piece in _PIECES.split(template):
        if piece == PAGE:
            pattern += r"(?P<page>[0-9]{1,6})"
        elif "\n" in piece:
            pattern += r"[^\S\f]+"
        elif piece.isspace():
            pattern += f"{_SPACES}+"
        elif len(piece) > 1 and not piece.strip("-_="):
            pattern += f"{re.escape(piece[0])}+"
        else:
            pattern += re.escape(piece)
    return pattern

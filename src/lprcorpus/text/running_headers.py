"""Running headers and footers: how a manifest quotes them, and where they are in a text.

A template is a header as printed with ``{page}`` in place of the page number. White space and rows
of dashes match any length of the same. A header may have several lines; a page number on a line of
its own is the template ``{page}``. Footers are written in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from lprcorpus.schema import Role
from lprcorpus.text.lines import Lines

PAGE = "{page}"
_SPACES = r"[^\S\n\r\f]"
_PIECES = re.compile(r"(\{page\}|\s+|[-_=]{2,})")
_LINE_START = rf"(?:(?<=\A\ufeff)|(?<![^\n\r\f])){_SPACES}*"
_LINE_END = rf"{_SPACES}*(?:\r?\n|\r|(?=\f)|\Z)"


class Aside(NamedTuple):
    """A stretch of the raw text that belongs to the page and not to any item, and its role."""

    start: int
    end: int
    role: Role


class Header(NamedTuple):
    """A header or footer in the text: its characters, and its page number with where that is."""

    start: int
    end: int
    template: str
    number: int | None = None
    number_at: int = -1


def find_header(lines: Lines, template: str) -> Iterator[Header]:
    """Yield each place of a header in a text, on lines of its own."""
    pattern = _pattern(template)
    reached = 0
    for line in lines.printed:
        start = line.start
        if start == 0 and lines.text[0] == "\ufeff":
            start = 1
        match = pattern.match(lines.text, start)
        if match is None or start < reached:
            continue
        reached = match.end()
        if PAGE in template:
            number, number_at = int(match["page"]), match.start("page")
            yield Header(match.start(), reached, template, number, number_at)
        else:
            yield Header(match.start(), reached, template)


def find_headers(lines: Lines, templates: Iterable[str]) -> list[Header]:
    """Return all headers of a text in order, of those that begin together the longest first."""
    found: list[Header] = []
    for template in templates:
        found += find_header(lines, template)
    return sorted(found, key=lambda header: (header.start, -header.end))


def split_header(header: Header, text: str) -> Iterator[Aside]:
    """Yield the pieces of a header: its words, and its number where that has a line of its own."""
    start, end = header.start, header.end
    if header.number is None:
        yield Aside(start, end, "header")
        return
    number_line = text.rfind("\n", start, header.number_at) + 1
    if text[start:end].strip() == str(header.number):
        yield Aside(start, end, "page_mark")
    elif number_line <= start or text[number_line : header.number_at].strip():
        yield Aside(start, end, "header")
    else:
        words = text[start:number_line].rstrip()
        yield Aside(start, start + len(words) + 1, "header")
        yield Aside(number_line, end, "page_mark")


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

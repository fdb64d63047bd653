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
from lprcorpus.text.lines import Line, Lines

PAGE = "{page}"
_SPACES = r"[^\S\n\r\f]"
_PIECES = re.compile(r"(\{page\}|\s+|[-_=]{2,})")
_LINE_START = rf"(?:(?<=\A\ufeff)|(?<![^\n\r\f])){_SPACES}*"
_LINE_END = rf"{_SPACES}*(?:\r?\n|\r|(?=\f)|\Z)"
_SHORTEST_WORD = 3  # letters: a shorter word is found too often for looking it up to save time


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
    for line in _likely_lines(lines, template):
        start = line.start
        if start == 0 and lines.text[0] == "\ufeff":
            start = 1
        match = pattern.match(lines.text, start) if start >= reached else None
        if match:
            reached = match.end()
            yield _header(match, template)


def _likely_lines(lines: Lines, template: str) -> Iterator[Line]:
    """Yield the lines that a header may begin with: those with its longest word.

    To look a word up is many times as fast as to match a pattern to each line.
    """
    pieces = _PIECES.split(template.partition("\n")[0])
    word = max((piece for piece in pieces if piece != PAGE), key=len, default="")
    if len(word.strip("-_= ")) < _SHORTEST_WORD:
        yield from lines.printed
        return
    at = lines.text.find(word)
    while at >= 0:
        yield lines.printed[lines.index_of(at)]
        at = lines.text.find(word, at + 1)


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
    number_line = max(text.rfind("\n", start, header.number_at) + 1, start)
    words = text[start:number_line].rstrip()
    if text[start:end].strip() == str(header.number):
        yield Aside(start, end, "page_mark")
    elif number_line == start or text[number_line : header.number_at].strip():
        yield Aside(start, end, "header")
    else:
        yield Aside(start, start + len(words) + 1, "header")
        yield Aside(number_line, end, "page_mark")


def _header(match: re.Match[str], template: str) -> Header:
    if PAGE not in template:
        return Header(match.start(), match.end(), template)
    number, number_at = int(match["page"]), match.start("page")
    return Header(match.start(), match.end(), template, number, number_at)


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

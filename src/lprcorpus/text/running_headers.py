"""Running headers and footers: how a manifest quotes them, and where they are in a text.

A template is a header as printed with ``{page}`` in place of the page number. White space and rows
of dashes match any length of the same. A header may have several lines; a page number on a line of
its own is the template ``{page}``. Footers are written in the same way.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from lprcorpus.schema import Role
from lprcorpus.text.lines import Lines

__all__ = ["Aside", "Header", "HeaderTemplates", "find_header", "header_shape", "split_header"]

PAGE = "{page}"
_SPACES = r"[^\S\n\r\f]"
_PIECES = re.compile(r"(\{page\}|\s+|[-_=]{2,})")
_RULES = re.compile(r"([-_=\s])[-_=\s]+")
_NUMBER = re.compile(r"(?<!\d)\d+(?!\d)")
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
    number: int | None
    number_at: int


class HeaderTemplates:
    """Templates by what their first line looks like, to test a line against many at once."""

    def __init__(self, templates: Iterable[str]) -> None:
        self._by_shape: dict[str, list[re.Pattern[str]]] = defaultdict(list)
        for template in templates:
            shape = header_shape(template.partition("\n")[0].strip())
            self._by_shape[shape].append(_pattern(template))

    def match(self, lines: Lines, index: int) -> Header | None:
        """Return the header that begins with a printed line, the longest if there are several."""
        found = []
        for pattern in self._by_shape.get(header_shape(lines.printed(index)), ()):
            match = pattern.match(lines.text, int(lines.start[index]))
            if match is None:
                match = pattern.match(lines.text, lines.firsts[index])  # after a byte order mark
            if match is not None:
                found.append(_header(match))
        return max(found, key=lambda header: header.end, default=None)


def header_shape(text: str) -> str:
    """Return what all printings of a header have in common: its words, with # for any number."""
    spaced = " ".join(text.replace(PAGE, "#").split())
    return _NUMBER.sub("#", _RULES.sub(r"\1", spaced))


def find_header(text: str, template: str) -> Iterator[Header]:
    """Yield each place of a header in a text, on lines of its own.

    It is looked up by its longest word, which is many times as fast as matching its pattern.
    """
    pattern = _pattern(template)
    word = max(_PIECES.split(template), key=lambda piece: -1 if piece == PAGE else len(piece))
    if len(word.strip("-_= ")) < _SHORTEST_WORD or word not in template.partition("\n")[0]:
        yield from map(_header, pattern.finditer(text))
        return
    at = text.find(word)
    while at >= 0:
        line = text.rfind("\n", 0, at) + 1
        line = max(line, text.rfind("\r", line, at) + 1, text.rfind("\f", line, at) + 1)
        match = pattern.match(text, 1 if line == 0 and text[0] == "\ufeff" else line)
        if match:
            yield _header(match)
        at = text.find(word, max(at + 1, match.end() if match else 0))


def find_headers(text: str, templates: Sequence[str]) -> list[Header]:
    """Return all headers of a text in order; of two that overlap, the first and longest."""
    found: list[Header] = []
    for template in templates:
        found += find_header(text, template)
    found.sort(key=lambda header: (header.start, -header.end))
    kept: list[Header] = []
    for header in found:
        if not kept or header.start >= kept[-1].end:
            kept.append(header)
    return kept


def split_header(header: Header, text: str) -> Iterator[Aside]:
    """Yield the pieces of a header: its words, and its number where that has a line of its own."""
    start, end, number, number_at = header
    if number is None:
        yield Aside(start, end, "header")
        return
    if text[start:end].strip() == text[number_at : number_at + len(str(number))]:
        yield Aside(start, end, "page_mark")
        return
    line_start = text.rfind("\n", 0, number_at) + 1
    if line_start > start and not text[line_start:number_at].strip():
        words_end = start + len(text[start:line_start].rstrip()) + 1
        yield Aside(start, words_end, "header")
        yield Aside(line_start, end, "page_mark")
        return
    yield Aside(start, end, "header")


def _header(match: re.Match[str]) -> Header:
    if "page" not in match.groupdict():
        return Header(match.start(), match.end(), None, -1)
    return Header(match.start(), match.end(), int(match["page"]), match.start("page"))


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

r"""A raw text as its printed lines: those with something other than white space.

Offsets count Unicode characters of the raw text, end exclusive. Line numbers are 1-based. A line
ends at ``\n``, at ``\r\n``, at a lone ``\r`` (as old Macintosh files have it) or at a form feed; a
form feed does not count as a line's end.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

# White space, as Python has it; none has a higher code point.
_SPACES = [code for code in range(0x3001) if chr(code).isspace()]
_BYTE_ORDER_MARK = "\ufeff"
_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(slots=True, eq=False)
class Line:
    """A printed line.

    A line that contains page marks is several of these, with one number: what is before a mark, the
    mark, and what is after it.
    """

    index: int  # among the printed lines
    number: int  # of the raw line
    start: int  # the first character
    end: int  # what ends it: a line's end, a form feed, a page mark, or the end of the text
    first: int  # the first printed character
    last: int  # one past the last printed character
    text: str  # what is printed
    tail: str  # the white space behind it; before a newline that may be a carriage return

    @property
    def indent(self) -> int:
        """The characters of white space before what is printed."""
        return self.first - self.start

    @property
    def has_final_space(self) -> bool:
        """Whether white space is behind the last word, the return of a CRLF aside."""
        return self.tail not in ("", "\r")


LineRun = Sequence[Line]
"""Printed lines that belong together, without those set aside."""


@dataclass(frozen=True, eq=False)
class Lines:
    """A text and its printed lines."""

    text: str
    printed: list[Line]

    def add(self, number: int, start: int, end: int) -> None:
        """Add a line, or a piece of one, unless it is blank."""
        characters = self.text[start:end]
        words = characters.strip()
        if not words:
            return
        first = end - len(characters.lstrip())
        last = first + len(words)
        tail = self.text[last:end]
        line = Line(len(self.printed), number, start, end, first, last, words, tail)
        self.printed.append(line)

    @cached_property
    def _firsts(self) -> list[int]:
        return [line.first for line in self.printed]

    def index_from(self, offset: int) -> int:
        """Return the index of the first line whose print begins at an offset or after it."""
        return bisect_left(self._firsts, offset)

    def index_of(self, offset: int) -> int:
        """Return the index of the line with the printed character at an offset."""
        return bisect_right(self._firsts, offset) - 1

    def between(self, start: int, end: int) -> list[Line]:
        """Return the lines whose print begins between two offsets."""
        return self.printed[self.index_from(start) : self.index_from(end)]

    def form_feeds(self) -> list[int]:
        """Return the form feeds that open a sheet: those before the last printed character."""
        past_last = self.printed[-1].last if self.printed else 0
        return [match.start() for match in re.finditer("\f", self.text[:past_last])]

    def ends_in_form_feed(self, line: Line) -> bool:
        """Return whether a form feed ends a line."""
        return self.text.startswith("\f", line.end)

    def line_at(self, offset: int) -> int:
        """Return the raw line number (1-based) of an offset."""
        index = self.index_of(offset)
        if index < 0:
            return 1 + len(_LINE_END.findall(self.text, 0, offset))
        # Counted from there on: a text of 8,000 footnotes took twice the time else.
        line = self.printed[index]
        return line.number + len(_LINE_END.findall(self.text, line.first, offset))

    def squeezed(self) -> tuple[str, NDArray[np.int64]]:
        r"""Return the text without its white space, and the offset of each of its characters.

        >>> text, offsets = split_lines("One \n two").squeezed()
        >>> text, offsets.tolist()
        ('Onetwo', [0, 1, 2, 6, 7, 8])
        """
        # In one array: in Python, this took a seventh of what a build takes.
        codes = np.frombuffer(self.text.encode("utf-32-le"), dtype=np.uint32)
        offsets = np.flatnonzero(~np.isin(codes, _SPACES))
        if self.text.startswith(_BYTE_ORDER_MARK):
            offsets = offsets[1:]
        return codes[offsets].tobytes().decode("utf-32-le"), offsets


def split_lines(text: str) -> Lines:
    r"""Return the printed lines of a text.

    White space other than a line's end is trimmed from the ends of lines, and so is a byte order
    mark at the beginning of the text.

    >>> [(line.number, line.text) for line in split_lines("One \n\n two").printed]
    [(1, 'One'), (3, 'two')]
    """
    # Of CRLF the second character is the newline, so that offsets stay.
    with_newlines = text.replace("\r\n", " \n").replace("\r", "\n")
    lines = Lines(text, [])
    number, start = 1, 0
    if text.startswith(_BYTE_ORDER_MARK):
        start = 1
    for sheet in with_newlines[start:].split("\f"):
        for piece in sheet.split("\n"):
            end = start + len(piece)
            if piece:  # half of all lines are empty
                lines.add(number, start, end)
            number += 1
            start = end + 1
        number -= 1  # a form feed is no line's end
    return lines


def cut_lines(lines: Lines, cuts: Sequence[int]) -> Lines:
    """Return the printed lines of a text, cut at some offsets: around the marks inside them."""
    pieces = Lines(lines.text, [])
    for line in lines.printed:
        within = cuts[bisect_left(cuts, line.start) : bisect_right(cuts, line.end)]
        for start, end in pairwise([line.start, *within, line.end]):
            pieces.add(line.number, start, end)
    return pieces

r"""A raw text as its printed lines: those with something other than white space.

Offsets count Unicode characters of the raw text, end exclusive. Line numbers are 1-based. A line
ends at ``\n``, at ``\r\n``, at a lone ``\r`` (as old Macintosh files have it) or at a form feed; a
form feed does not count as a line's end.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lprcorpus.errors import RawTextError

# White space, as Python has it; none has a higher code point.
_SPACES = [code for code in range(0x3001) if chr(code).isspace()]
_BYTE_ORDER_MARK = "\ufeff"


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
        if start == 0 and self.text.startswith(_BYTE_ORDER_MARK):
            start = 1
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

    def parts(self, starts: Sequence[int]) -> list[list[Line]]:
        """Return the printed lines from each of some offsets to the next."""
        bounds = [*map(self.index_from, starts), len(self.printed)]
        return [self.printed[low:high] for low, high in pairwise(bounds)]

    def squeezed(self) -> tuple[str, NDArray[np.int64]]:
        r"""Return the text without its white space, and the offset of each of its characters.

        >>> text, offsets = split_lines("One \n two").squeezed()
        >>> text, offsets.tolist()
        ('Onetwo', [0, 1, 2, 6, 7, 8])
        """
        text = self.text
        if text.startswith(_BYTE_ORDER_MARK):
            text = f" {text[1:]}"
        # In one array: in Python, this took a seventh of what a build takes.
        codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
        offsets = np.flatnonzero(~np.isin(codes, _SPACES))
        return codes[offsets].tobytes().decode("utf-32-le"), offsets

    def is_blank(self, start: int, end: int) -> bool:
        """Return whether nothing is printed between two offsets, as a byte order mark is not."""
        piece = self.text[start:end]
        if start == 0:
            piece = piece.removeprefix(_BYTE_ORDER_MARK)
        return not piece.strip()

    def ends_in_form_feed(self, line: Line) -> bool:
        """Return whether a form feed ends a line."""
        return self.text.startswith("\f", line.end)

    def line_at(self, offset: int) -> int:
        """Return the raw line number (1-based) of an offset."""
        start, number = 0, 1
        index = self.index_of(offset)
        if index >= 0:  # counted from there on: a text of 8,000 footnotes took twice the time else
            start, number = self.printed[index].first, self.printed[index].number
        returns = self.text.count("\r", start, offset) - self.text.count("\r\n", start, offset + 1)
        return self.text.count("\n", start, offset) + returns + number


def split_lines(text: str) -> Lines:
    r"""Return the printed lines of a text.

    White space other than a line's end is trimmed from the ends of lines, and so is a byte order
    mark at the beginning of the text.

    Raises:
        RawTextError: the text contains a lone surrogate, which no UTF-8 file can, or a NUL.

    >>> [(line.number, line.text) for line in split_lines("One \n\n two").printed]
    [(1, 'One'), (3, 'two')]
    """
    _refuse_characters(text)
    # Of CRLF the second character is the newline, so that offsets stay.
    with_newlines = text.replace("\r\n", " \n").replace("\r", "\n")
    lines = Lines(text, [])
    number, start = 1, 0
    for sheet in with_newlines.split("\f"):
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


def _refuse_characters(text: str) -> None:
    """Raise RawTextError if the text contains a character that no raw text can."""
    offset = text.find("\0")
    problem = "a NUL character; expected text"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        offset = error.start
        found = f"a lone surrogate U+{ord(text[offset]):04X}, which is not a character"
        problem = f"{found}; expected text that is valid UTF-8"
    if offset >= 0:
        line = text.count("\n", 0, offset) + 1
        raise RawTextError(f"raw line {line}", problem)

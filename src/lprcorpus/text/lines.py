r"""A raw text as its printed lines: those with something other than white space.

Offsets count Unicode characters of the raw text, end exclusive. Line numbers are 1-based. A line
ends at ``\n``, at ``\r\n``, at a lone ``\r`` (as old Macintosh files have it) or at a form feed; a
form feed does not count as a line's end.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from lprcorpus.errors import RawTextError

_BYTE_ORDER_MARK = "\ufeff"


class Line(NamedTuple):
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


@dataclass(frozen=True, eq=False)
class Lines:
    """A text and its printed lines."""

    text: str
    printed: list[Line]

    @cached_property
    def _firsts(self) -> list[int]:
        return [line.first for line in self.printed]

    def index_from(self, offset: int) -> int:
        """Return the index of the first line whose print begins at an offset or after it."""
        return bisect_left(self._firsts, offset)

    def index_of(self, offset: int) -> int:
        """Return the index of the line with the printed character at an offset."""
        return bisect_right(self._firsts, offset) - 1

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
        returns = self.text.count("\r", 0, offset) - self.text.count("\r\n", 0, offset + 1)
        return self.text.count("\n", 0, offset) + returns + 1


def split_lines(text: str, cuts: Sequence[int] = ()) -> Lines:
    r"""Return the printed lines of a text.

    White space other than a line's end is trimmed from the ends of lines, and so is a byte order
    mark at the beginning of the text.

    Args:
        text: the raw text.
        cuts: offsets at which a line is cut though it goes on, ascending: around marks inside lines.

    Raises:
        RawTextError: the text contains a lone surrogate, which no UTF-8 file can, or a NUL.

    >>> [(line.number, line.text) for line in split_lines("One \n\n two").printed]
    [(1, 'One'), (3, 'two')]
    """
    _refuse_characters(text)
    printed: list[Line] = []
    for number, start, end in _all_lines(text, cuts):
        piece = text[start:end]
        if start == 0 and piece.startswith(_BYTE_ORDER_MARK):
            piece = f" {piece[1:]}"  # which prints nothing either
        words = piece.strip()
        if words:
            first = end - len(piece.lstrip())
            last = first + len(words)
            tail = text[last:end]
            printed.append(Line(len(printed), number, start, end, first, last, words, tail))
    return Lines(text, printed)


def _all_lines(text: str, cuts: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield the number, the start and the end of all lines, blank ones too."""
    # Whatever ends a line, as one newline; of CRLF the second character, so that offsets stay.
    with_newlines = text.replace("\r\n", " \n").replace("\r", "\n").replace("\f", "\n")
    number, start = 1, 0
    remaining = list(reversed(cuts))
    for piece in with_newlines.split("\n"):
        end = start + len(piece)
        while remaining and remaining[-1] <= end:
            cut = remaining.pop()
            yield number, start, cut
            start = cut
        yield number, start, end
        if not text.startswith("\f", end):
            number += 1
        start = end + 1


def _refuse_characters(text: str) -> None:
    """Raise RawTextError if the text contains a character that no raw text can."""
    problem = ""
    at = text.find("\0")
    if at >= 0:
        problem = "a NUL character; expected text"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        at = error.start
        found = f"a lone surrogate U+{ord(text[at]):04X}, which is not a character"
        problem = f"{found}; expected text that is valid UTF-8"
    if problem:
        raise RawTextError(f"raw line {text.count(chr(10), 0, at) + 1}", problem)

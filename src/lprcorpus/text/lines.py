r"""A raw text as its lines: where each begins and ends, where its print does, and how many blank lines part it from the next.

The arrays hold one entry for each *printed* line (one with something other than white space); blank lines are what lies
between. All offsets count Unicode characters of the raw text, end exclusive; line numbers are 1-based and count ``\\n``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lprcorpus.errors import RawTextError

__all__ = ["Codes", "Flags", "Lines", "Offsets", "count_words", "split_lines"]

Offsets = NDArray[np.int64]
"""One number for each printed line."""
Codes = NDArray[np.int32]
"""One code point for each character."""
Flags = NDArray[np.bool_]
"""One truth value for each printed line."""

NEWLINE, FORM_FEED, CARRIAGE_RETURN, SPACE, BYTE_ORDER_MARK = 0x0A, 0x0C, 0x0D, 0x20, 0xFEFF
LAST_ASCII, _LAST_BASIC = 0x7F, 0xFFFF
_STEPS = 2
_IS_SPACE = np.array([chr(code).isspace() for code in range(_LAST_BASIC + 1)], dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class Lines:
    r"""The printed lines of one text, as parallel arrays.

    Attributes:
        text: the raw text.
        codes: its code points, those beyond the Basic Multilingual Plane as U+FFFF, and a newline after the last.
        blank: which of these are white space, or the byte-order mark that opens the text.
        number: the raw line number of each printed line.
        start: the offset of the line's first character.
        end: the offset of the ``\\n`` or form feed that ends it, or of the end of the text.
        first: the offset of its first printed character.
        last: one past its last printed character.
        word_end: one past the last character of its first word.
    """

    text: str
    codes: Codes
    blank: Flags
    number: Offsets
    start: Offsets
    end: Offsets
    first: Offsets
    last: Offsets
    word_end: Offsets

    def __len__(self) -> int:
        return len(self.number)

    @cached_property
    def final_space(self) -> Flags:
        """Whether white space stands between a line's print and its end, the carriage return of a CRLF aside."""
        returns = self.codes[np.maximum(self.end - 1, 0)] == CARRIAGE_RETURN
        spaced: Flags = self.last < self.end - returns
        return spaced

    @cached_property
    def gap(self) -> Offsets:
        """The number of blank lines between each printed line and the next (one entry fewer than lines)."""
        gap: Offsets = np.maximum(np.diff(self.number) - 1, 0)
        return gap

    @cached_property
    def firsts(self) -> list[int]:
        """``first`` as a list, which is faster where lines are looked at one by one."""
        firsts: list[int] = self.first.tolist()
        return firsts

    @cached_property
    def lasts(self) -> list[int]:
        """``last`` as a list."""
        lasts: list[int] = self.last.tolist()
        return lasts

    def printed(self, index: int) -> str:
        """Return what is printed on one line, without the white space around it."""
        return self.text[self.firsts[index] : self.lasts[index]]

    def squeezed(self) -> tuple[str, Offsets]:
        r"""Return the text without its white space, and the offset in the text of each of its characters.

        >>> text, offsets = split_lines("One \n two").squeezed()
        >>> text, offsets.tolist()
        ('Onetwo', [0, 1, 2, 6, 7, 8])
        """
        offsets = np.flatnonzero(~self.blank[:-1])
        printed = self.codes[offsets]
        if (printed == _LAST_BASIC).any():  # some are not their own code
            printed = np.frombuffer(self.text.encode("utf-32-le"), dtype=np.int32)[offsets]
            return printed.tobytes().decode("utf-32-le"), offsets
        return printed.astype(np.uint16).tobytes().decode("utf-16-le"), offsets

    def is_blank(self, start: int, end: int) -> bool:
        """Whether nothing is printed between two offsets (a byte-order mark prints nothing)."""
        piece = self.text[start:end]
        return not piece or piece.isspace() or (start == 0 and not piece.strip("\ufeff").strip())

    def line_at(self, offset: int) -> int:
        """Return the raw line number (1-based) that an offset lies on."""
        return self.text.count("\n", 0, offset) + 1


def split_lines(text: str) -> Lines:
    r"""Index the printed lines of a text.

    A line ends at ``\\n`` or at a form feed. ``\\r`` counts as white space, so that a text with CRLF line ends is read like
    any other, and so does a byte-order mark at its beginning.

    Raises:
        RawTextError: the text holds a lone surrogate, which no UTF-8 file can, or a NUL.

    >>> lines = split_lines("One \n\n two")
    >>> [lines.printed(i) for i in range(len(lines))], lines.gap.tolist(), lines.final_space.tolist()
    (['One', 'two'], [1], [True, False])
    """
    try:
        codes = _codes(text)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise RawTextError(
            f"raw line {line}",
            f"a lone surrogate U+{ord(text[error.start]):04X}, which is not a character; expected text that is valid UTF-8",
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise RawTextError(f"raw line {line}", "a NUL character; expected text")
    feeds = "\f" in text
    ends = np.flatnonzero((codes == NEWLINE) | (codes == FORM_FEED) if feeds else codes == NEWLINE)
    starts = np.empty_like(ends)
    starts[0], starts[1:] = 0, ends[:-1] + 1
    blank = _blanks(codes)
    blank[0] |= codes[0] == BYTE_ORDER_MARK  # which prints nothing
    first, last = _trim(text, blank, starts, ends)
    printed = np.flatnonzero(first < last)
    number = (np.cumsum(codes[ends] == NEWLINE) - (codes[ends] == NEWLINE) if feeds else np.arange(len(ends))) + 1
    spaces = np.flatnonzero(blank)
    first = first[printed]
    word_end = spaces[np.searchsorted(spaces, first)]
    return Lines(text, codes, blank, number[printed], starts[printed], ends[printed], first, last[printed], word_end)


def count_words(texts: Sequence[str]) -> list[int]:
    """Return how many words each text has: the stretches without white space, as ``str.split`` parts them.

    All are looked at as one array, which is several times as fast as making each word.

    >>> count_words(["The night whispers", "", " the silence "])
    [3, 0, 2]
    """
    codes = _codes("\n".join(texts))
    blank = _blanks(codes)
    begins = np.empty_like(blank)
    begins[0], begins[1:] = not blank[0], blank[:-1] & ~blank[1:]
    seen = np.concatenate([[0], np.cumsum(begins)])
    ends = np.cumsum([len(text) + 1 for text in texts], dtype=np.int64)
    counts: list[int] = np.diff(seen[ends], prepend=0).tolist()
    return counts


def _codes(text: str) -> Codes:
    """Return the code points of a text and of a newline after it, those beyond the Basic Multilingual Plane as U+FFFF."""
    wide = np.frombuffer((text + "\n").encode("utf-32-le"), dtype=np.uint32)
    codes: Codes = np.minimum(wide, _LAST_BASIC).view(np.int32)
    return codes


def _blanks(codes: Codes) -> Flags:
    """Return which characters are white space.

    Looking up the few characters outside printable ASCII is several times as fast as looking up all.
    """
    blank = codes <= SPACE
    for unsure in (np.flatnonzero(codes < SPACE), np.flatnonzero(codes > LAST_ASCII)):
        blank[unsure] = _IS_SPACE[codes[unsure]]
    return blank


def _trim(text: str, blank: Flags, starts: Offsets, ends: Offsets) -> tuple[Offsets, Offsets]:
    """Return where the print of each line begins and ends, blank lines included.

    Most lines have one space at an end or none. A few steps over all lines at once find those; what is left is looked at
    one by one.
    """
    first, last = starts.copy(), ends.copy()
    for _ in range(_STEPS):
        first += blank[first] & (first < last)
        last -= blank[last - 1] & (first < last)
    for line in np.flatnonzero((first < last) & (blank[first] | blank[last - 1])).tolist():
        piece = text[first[line] : last[line]]
        first[line] += len(piece) - len(piece.lstrip())
        last[line] -= len(piece) - len(piece.rstrip())
        first[line] = min(first[line], last[line])
    return first, last

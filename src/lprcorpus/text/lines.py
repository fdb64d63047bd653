r"""A raw text as its lines: where each begins and ends, and how many blank lines are before it.

The arrays of :class:`Lines` hold one entry for each *printed* line, a line with something other
than white space. Offsets count Unicode characters of the raw text, end exclusive. Line numbers are
1-based. A line ends at ``\n``, at ``\r\n``, at a lone ``\r`` (as old Macintosh files have it) or
at a form feed; a form feed does not count as a line's end.

Arrays and not lists: all stages together read a text at about 12 MB a second with them
(``benchmarks/text_stages.py``); the same steps over lists of lines are five times slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lprcorpus.errors import RawTextError

Offsets = NDArray[np.int64]
"""One number for each printed line."""
Codes = NDArray[np.int32]
"""One code point for each character."""
Flags = NDArray[np.bool_]
"""One truth value for each printed line."""

NEWLINE, FORM_FEED, CARRIAGE_RETURN, SPACE, BYTE_ORDER_MARK = 0x0A, 0x0C, 0x0D, 0x20, 0xFEFF
LAST_ASCII, _LAST_BASIC = 0x7F, 0xFFFF
_IS_SPACE = np.array([chr(code).isspace() for code in range(_LAST_BASIC + 1)], dtype=np.bool_)


def members(characters: str) -> Flags:
    """Return a table of which code points up to U+FFFF are among some characters."""
    table = np.zeros(_LAST_BASIC + 1, dtype=np.bool_)
    table[[ord(character) for character in characters]] = True
    return table


@dataclass(frozen=True, eq=False)
class Lines:
    r"""The printed lines of one text, as parallel arrays.

    A line that contains page marks is several entries, which share its number: what is before a mark,
    the mark, and what is after it.
    """

    text: str
    codes: Codes  # of all characters (above U+FFFF: U+FFFF), and a newline after the last
    offsets: Offsets  # of all printed characters (a byte order mark before the text is none)
    number: Offsets  # the raw line number
    start: Offsets  # the first character
    end: Offsets  # what ends it: a line's end, a form feed, a page mark, or the end of the text
    first: Offsets  # the first printed character
    last: Offsets  # one past the last printed character
    word_end: Offsets  # one past the last character of the first word

    def __len__(self) -> int:
        return len(self.number)

    @cached_property
    def final_space(self) -> Flags:
        """Whether white space is between a line's last word and its end, a CRLF's CR aside."""
        returns = self.codes[np.maximum(self.end - 1, 0)] == CARRIAGE_RETURN
        spaced: Flags = self.last < self.end - returns
        return spaced

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
        r"""Return the text without its white space, and the offset of each of its characters.

        >>> text, offsets = split_lines("One \n two").squeezed()
        >>> text, offsets.tolist()
        ('Onetwo', [0, 1, 2, 6, 7, 8])
        """
        printed = self.codes[self.offsets]
        if printed.max(initial=0) == _LAST_BASIC:  # some are not their own code
            return "".join(self.text.removeprefix("\ufeff").split()), self.offsets
        return printed.astype(np.uint16).tobytes().decode("utf-16-le"), self.offsets

    def is_blank(self, start: int, end: int) -> bool:
        """Return whether nothing is printed between two offsets, as a byte order mark is not."""
        piece = self.text[start:end]
        if start == 0:
            piece = piece.removeprefix("\ufeff")
        return not piece.strip()

    def line_at(self, offset: int) -> int:
        """Return the raw line number (1-based) of an offset."""
        returns = self.text.count("\r", 0, offset) - self.text.count("\r\n", 0, offset + 1)
        return self.text.count("\n", 0, offset) + returns + 1


def split_lines(text: str, cuts: Sequence[int] = ()) -> Lines:
    r"""Index the printed lines of a text.

    White space other than a line's end is trimmed from the ends of lines, and so is a byte order
    mark at the beginning of the text.

    Args:
        text: the raw text.
        cuts: offsets at which an entry ends though its line goes on: around marks inside lines.

    Raises:
        RawTextError: the text contains a lone surrogate, which no UTF-8 file can, or a NUL.

    >>> lines = split_lines("One \n\n two")
    >>> [lines.printed(index) for index in range(len(lines))], lines.number.tolist()
    (['One', 'two'], [1, 3])
    """
    codes = _code_points(text)
    starts, ends, numbers = _line_bounds(text, codes, cuts)
    is_space = _IS_SPACE.take(codes)
    is_space[0] |= codes[0] == BYTE_ORDER_MARK  # which prints nothing
    offsets = np.flatnonzero(~is_space)
    spaces = np.flatnonzero(is_space)
    from_first = np.searchsorted(offsets, starts)
    past_last = np.searchsorted(offsets, ends)
    printed = np.flatnonzero(from_first < past_last)
    first = offsets[from_first[printed]]
    return Lines(
        text=text,
        codes=codes,
        offsets=offsets,
        number=numbers[printed],
        start=starts[printed],
        end=ends[printed],
        first=first,
        last=offsets[past_last[printed] - 1] + 1,
        word_end=spaces[np.searchsorted(spaces, first)],
    )


def _code_points(text: str) -> Codes:
    """Return the code points of a text and of a newline after it, none above U+FFFF.

    Raises:
        RawTextError: the text contains a character that no raw text can.
    """
    try:
        encoded = (text + "\n").encode("utf-32-le")
    except UnicodeEncodeError as error:
        found = f"a lone surrogate U+{ord(text[error.start]):04X}, which is not a character"
        raise _refusal(text, error.start, f"{found}; expected text that is valid UTF-8") from None
    if "\0" in text:
        raise _refusal(text, text.index("\0"), "a NUL character; expected text")
    wide = np.frombuffer(encoded, dtype=np.uint32)
    codes: Codes = np.minimum(wide, _LAST_BASIC).view(np.int32)
    return codes


def _refusal(text: str, offset: int, problem: str) -> RawTextError:
    line = text.count("\n", 0, offset) + 1
    return RawTextError(f"raw line {line}", problem)


def _line_bounds(text: str, codes: Codes, cuts: Sequence[int]) -> tuple[Offsets, Offsets, Offsets]:
    """Return where all lines start and end, blank ones too, and their numbers."""
    is_end = codes == NEWLINE
    if "\r" in text:
        lone = codes == CARRIAGE_RETURN
        lone[:-1] &= codes[1:] != NEWLINE
        is_end |= lone
    counted = np.flatnonzero(is_end)
    ends = np.flatnonzero(is_end | (codes == FORM_FEED))
    starts = np.append(0, ends[:-1] + 1)
    if cuts:
        starts = np.sort(np.append(starts, cuts))
        ends = np.sort(np.append(ends, cuts))
    return starts, ends, np.searchsorted(counted, starts) + 1

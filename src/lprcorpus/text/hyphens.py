"""Hyphens at line ends: which of them only divide a word, by what the same text shows."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property, lru_cache
from itertools import pairwise

from lprcorpus.text.lines import Line, Lines

_PLAIN = "\u2010-"  # the hyphen-minus last: in a pattern it would be a range
_ALWAYS_SOFT = "\u00ad\u00ac\ufffe"  # the soft hyphen; as ABBYY writes it; as pdfium writes it
# U+2011 is always part of its word: whoever writes it asks for no line end there.
HYPHENS_AT_ENDS = f"{_ALWAYS_SOFT}\u2011{_PLAIN}"

_FEW = 32  # line ends with a hyphen: fewer are looked up in the text, more in a set of its words
_FEWEST_WHOLE, _WHOLE_SHARE = 5, 0.3  # of the words divided: so many whole ones are a habit
_LONGEST = 60  # characters of a word's half


@lru_cache(maxsize=1)
def _letters() -> str:
    """Return the pattern of letters with the signs that join them, as vowel signs and accents."""
    signs = []
    for code in range(0x10000):
        if unicodedata.category(chr(code)).startswith("M"):
            signs.append(chr(code))
    return f"(?:[^\\W\\d_]|[{''.join(signs)}])+"


class Hyphens:
    """The hyphens at the line ends of one text."""

    def __init__(self, lines: Lines, stated: str | None, *, final_spaces: bool) -> None:
        """Prepare to tell hyphens apart.

        Stated is what they are, ``"soft"`` or ``"hard"``; None: what the text shows of each. With
        final spaces, lines end in a space unless a word goes on.
        """
        self._lines = lines
        self._stated = stated
        self._final_spaces = final_spaces
        self._head = re.compile(f"{_letters()}$")
        self._rest = re.compile(_letters())

    def divides(self, line: Line, following: Line) -> bool:
        """Return whether the hyphen that ends a line only divides a word."""
        halves = self.halves(line, following)
        if halves is None:
            return False
        head, hyphen, rest = halves
        if hyphen not in _PLAIN:
            return hyphen in _ALWAYS_SOFT
        if self._stated is not None:
            return self._stated == "soft"
        if not rest[0].islower() or self._occurs(f"{head}-{rest}"):
            return False
        if self._occurs(head + rest):
            return True
        # All seven hyphens at line ends of the first issue are real.
        if self._final_spaces and not self._divides_often:
            return False
        whole = len(head) > 2 and len(rest) > 2 and self._occurs(head) and self._occurs(rest)
        return not whole

    def halves(self, line: Line, following: Line) -> tuple[str, str, str] | None:
        """Return a word's two halves and the hyphen at the line's end; None if it has none."""
        hyphen = line.text[-1]
        if hyphen not in HYPHENS_AT_ENDS:
            return None
        head = self._head.search(line.text[-_LONGEST:-1])
        rest = self._rest.match(following.text)
        # Fractions and the like count as letters in a pattern, but divide no word.
        if not head or not rest or unicodedata.category(head[0][-1])[0] == "N":
            return None
        return head[0], hyphen, rest[0]

    @cached_property
    def _ends(self) -> list[tuple[Line, Line]]:
        """The lines that end in a hyphen, each with the one after it."""
        pairs = pairwise(self._lines.printed)
        return [pair for pair in pairs if pair[0].text[-1] in HYPHENS_AT_ENDS]

    @cached_property
    def _divides_often(self) -> bool:
        """Return whether many words that are divided are whole elsewhere: then it is a habit."""
        whole = 0
        for line, following in self._ends:
            halves = self.halves(line, following)
            if halves is not None and self._occurs(halves[0] + halves[2]):
                whole += 1
        return whole >= max(_FEWEST_WHOLE, _WHOLE_SHARE * len(self._ends))

    def _occurs(self, word: str) -> bool:
        """Return whether the text has a word, or several joined by hyphens, in any case."""
        if len(self._ends) > _FEW:
            return word.casefold() in self._words
        word, text = word.casefold(), self._folded
        at = text.find(word)
        while at >= 0:
            beside = text[max(at - 1, 0) : at] + text[at + len(word) : at + len(word) + 1]
            if not any(character in HYPHENS_AT_ENDS or character.isalnum() for character in beside):
                return True
            at = text.find(word, at + 1)
        return False

    @cached_property
    def _folded(self) -> str:
        """The text in small letters, line by line: most are ASCII, which takes a tenth as long."""
        return "\n".join([line.text.casefold() for line in self._lines.printed])

    @cached_property
    def _words(self) -> frozenset[str]:
        """The words of the text that are within a line, and hyphened words as such."""
        beside = f"[\\w{HYPHENS_AT_ENDS}]"
        pattern = rf"(?<!{beside}){_letters()}(?:-{_letters()})*(?!{beside})"
        return frozenset(re.findall(pattern, self._folded))

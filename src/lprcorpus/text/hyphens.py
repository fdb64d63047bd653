"""Hyphens at line ends: which of them only divide a word, by what the same text shows."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cached_property, lru_cache

from lprcorpus.text.lines import Lines, members

__all__ = ["DIVIDERS", "Hyphens"]

_PLAIN = "\u2010-"
_ALWAYS_SOFT = "\u00ad\u00ac\ufffe"  # the soft hyphen; as ABBYY writes it; as pdfium writes it
_HYPHENS = f"{_ALWAYS_SOFT}\u2011{_PLAIN}"
_DIVIDING = _PLAIN + _ALWAYS_SOFT
DIVIDERS = members(_DIVIDING)
"""Which code points may divide a word at a line's end. (U+2011 does not break: it is part of it.)"""
_FEW = 32  # line ends with a hyphen: fewer are looked up in the text, more in a set of its words
_FEWEST_DIVIDED, _DIVIDED_SHARE = (
    5,
    0.3,
)  # of such ends: so many that are whole elsewhere are a habit
_LONGEST = 60  # characters of a word's half


@lru_cache(maxsize=1)
def _letter() -> str:
    """Return the pattern of a letter or of a sign that joins one, as vowel signs and accents do."""
    codes = range(min(sys.maxunicode, 0xFFFF) + 1)
    marks = [chr(code) for code in codes if unicodedata.category(chr(code))[0] == "M"]
    return f"(?:[^\\W\\d_]|[{''.join(marks)}])"


class Hyphens:
    """The hyphens at the line ends of one text."""

    def __init__(self, lines: Lines, stated: str | None, *, final_spaces: bool) -> None:
        """Prepare to tell hyphens apart.

        Args:
            lines: the lines of the text.
            stated: what they are, ``"soft"`` or ``"hard"``; None: what the text shows of each.
            final_spaces: whether lines end in a space, unless a word goes on.
        """
        self._lines = lines
        self._stated = stated
        self._final_spaces = final_spaces
        self._head = re.compile(f"({_letter()}+)[{_ALWAYS_SOFT}{_PLAIN}]$")
        self._rest = re.compile(f"{_letter()}+")

    def divides(self, line: int, following: int) -> bool:
        """Return whether the hyphen that ends a line only divides a word."""
        halves = self._halves(line, following)
        if halves is None:
            return False
        head, rest = halves
        if self._lines.text[self._lines.lasts[line] - 1] in _ALWAYS_SOFT:
            return True
        if self._stated is not None:
            return self._stated == "soft"
        if not rest[0].islower() or self._occurs(f"{head}-{rest}"):
            return False
        if self._occurs(head + rest):
            return True
        if self._final_spaces and not self._divides_often:
            return False
        whole = len(head) > 2 and len(rest) > 2 and self._occurs(head) and self._occurs(rest)
        return not whole

    def is_divided(self, line: int, following: int) -> bool:
        """Return whether a line ends in a hyphen within a word, of whatever kind."""
        return self._halves(line, following) is not None

    def _halves(self, line: int, following: int) -> tuple[str, str] | None:
        last = self._lines.lasts[line]
        if (
            self._lines.text[last - 1] not in _DIVIDING
        ):  # asked of every line: this alone is 8 ms of an issue
            return None
        start = max(last - _LONGEST, self._lines.firsts[line])
        head = self._head.search(self._lines.text[start:last])
        rest = self._rest.match(self._lines.text, self._lines.firsts[following])
        return (head[1], rest[0]) if head and rest else None

    @cached_property
    def _ends(self) -> list[int]:
        """The lines that end in a hyphen and are followed by another."""
        lines = self._lines
        is_hyphen = DIVIDERS[lines.codes[lines.last[:-1] - 1]]
        ends: list[int] = is_hyphen.nonzero()[0].tolist()
        return ends

    @cached_property
    def _divides_often(self) -> bool:
        """Whether many words that are divided are written whole elsewhere: then it is a habit."""
        divided = 0
        for line in self._ends:
            halves = self._halves(line, line + 1)
            if halves is not None and self._occurs(halves[0] + halves[1]):
                divided += 1
        return divided >= max(_FEWEST_DIVIDED, _DIVIDED_SHARE * len(self._ends))

    def _occurs(self, word: str) -> bool:
        """Return whether the text has a word, or several joined by hyphens, in any case."""
        if len(self._ends) > _FEW:
            return word.casefold() in self._words
        return any(self._is_in_text(written) for written in {word, word.lower()})

    def _is_in_text(self, word: str) -> bool:
        """Return whether a word is in the text as written, with no letter or hyphen beside it."""
        text = self._lines.text
        at = text.find(word)
        while at >= 0:
            beside = text[max(at - 1, 0) : at] + text[at + len(word) : at + len(word) + 1]
            if not any(character in _HYPHENS or character.isalnum() for character in beside):
                return True
            at = text.find(word, at + 1)
        return False

    @cached_property
    def _words(self) -> frozenset[str]:
        """The words of the text that are within a line, and hyphened words as such."""
        letters = f"{_letter()}+"
        beside = f"[\\w{_HYPHENS}]"
        pattern = re.compile(rf"(?<!{beside}){letters}(?:-{letters})*(?!{beside})")
        return frozenset(word.casefold() for word in pattern.findall(self._lines.text))

"""Words and sentences: how text is compared where case, accents, punctuation and line ends do not count.

A text is folded character by character, so that where a folded character comes from needs no second rule. A folded text is
words with spaces between them:

* letters and digits are in small letters, with ligatures spelt out (``ﬁ``, ``ß``, ``æ``) and without strokes (``đ``, ``ł``);
* accents are left out, and so are vowel points, where a script can do without them (Arabic, Hebrew); the vowel signs of
  Indian and other scripts make another word and are kept;
* what is not seen (soft hyphens, joiners, variation selectors) is left out, whatever else is not a letter is a space,
  apostrophes of every kind among it;
* a character of a script that puts no spaces between words is a word of its own.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

__all__ = ["FoldedText", "fold", "sentences", "words"]

_UNSPACED = ("CJK ", "HIRAGANA ", "KATAKANA ", "BOPOMOFO ", "THAI ", "LAO ", "KHMER ", "MYANMAR ")
"""How the names of the characters begin that are in scripts without spaces between words."""

_APOSTROPHES = frozenset("ʹʺʻʼʽʾʿˈˊˋꞋꞌ")
"""Apostrophes that Unicode counts as letters; all others are punctuation anyway."""

_SPELT_OUT = {"æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i", "ȷ": "j"}
"""Letters that readers type otherwise and that Unicode does not decompose."""

_MODIFIED = re.compile(r"LATIN SMALL LETTER ([A-Z]) WITH ")
"""The name of a letter with a stroke, a hook or a tail, which Unicode does not decompose."""

_UNSEEN = re.compile("[\u034f\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufffe\U000e0100-\U000e01ef]")
"""What is not seen and yet is no format character: fillers, selectors, the Arabic tatweel, pdfium's hyphen at a line end."""


def _is_optional(mark: str) -> bool:
    """Return whether a mark is one that a word keeps its identity without, by its combining class.

    1 is an overlay, 10 to 36 are the points of Hebrew, Arabic and Syriac, 200 and more stand above or below any letter. 0 is
    for vowel signs, the others for signs of one script, such as the virama.
    """
    combining = unicodedata.combining(mark)
    return combining == 1 or 10 <= combining <= 36 or combining >= 200 or unicodedata.category(mark) == "Me"


def _fold_part(char: str) -> str:
    """Return one character of a decomposed one, folded."""
    kind = unicodedata.category(char)[0]
    if kind == "M":
        return "" if _is_optional(char) else char
    if kind not in "LN":
        return " "
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    modified = _MODIFIED.match(unicodedata.name(char, ""))
    return modified[1].lower() if modified else _SPELT_OUT.get(char, char)


class _Folding(dict[int, str]):
    """What each character is folded to, by its code, worked out when it is first met; ``str.translate`` asks for it."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = self._fold(chr(code))
        return folded

    @staticmethod
    def _fold(char: str) -> str:
        if unicodedata.category(char) == "Cf" or _UNSEEN.match(char):
            return ""
        if char in _APOSTROPHES:
            return " "
        decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
        parts = [_fold_part(part) for part in decomposed]
        if unicodedata.name(char, "").startswith(_UNSPACED):
            return f" {' '.join(parts)} "
        return "".join(parts)


_FOLDING = _Folding()
_NOT_ASCII, _ASCII_OR_NOT = re.compile(r"[^\x00-\x7f]"), re.compile(r"([^\x00-\x7f]+)")


def fold(text: str) -> str:
    """Return a text folded: words with spaces around them, one or more.

    >>> fold("Über the night’s ﬁre"), fold("STRASSE") == fold("Straße")
    ('uber the night s fire', True)
    """
    # In pieces: str.translate takes ASCII alone 2.7 times as fast (32 and 89 MB a second, benchmarks/find.py).
    return "".join([piece.translate(_FOLDING) for piece in _ASCII_OR_NOT.split(text)])


def words(text: str) -> list[str]:
    r"""Return the words of a text, folded.

    >>> words("The night’s\nsilence")
    ['the', 'night', 's', 'silence']
    """
    return fold(text).split()


class FoldedText:
    """A text, folded, that knows where each folded character comes from.

    Attributes:
        text: the text.
        folded: the folded text, with a space before it and after it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = f" {fold(text)} "

    @cached_property
    def _runs(self) -> tuple[list[int], list[int]]:
        """Where runs begin, in the folded text and in the text: within one, each character is folded to one.

        A character that is folded to none or several is a run of its own. ASCII is always folded to one.
        """
        folded_starts, starts = [0, 1], [-1, 0]
        added = 1
        for match in _NOT_ASCII.finditer(self.text):
            size = len(_FOLDING[ord(match.group())])
            if size != 1:
                folded_starts += [match.start() + added, match.start() + added + size]
                starts += [match.start(), match.end()]
                added += size - 1
        return folded_starts, starts

    def _origin(self, offset: int) -> tuple[int, str, str]:
        """Return the character that a folded one comes from, and what else it is folded to before and after that one."""
        folded_starts, starts = self._runs
        run = bisect_right(folded_starts, offset) - 1
        inside = offset - folded_starts[run]
        at = starts[run]
        if inside == 0 or run + 1 == len(starts) or starts[run + 1] - at == folded_starts[run + 1] - folded_starts[run]:
            at += inside
            inside = 0
        folded = _FOLDING[ord(self.text[at])]
        return at, folded[:inside], folded[inside + 1 :]

    def _extent(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the characters that folded ones come from; None if they are cut out of what a reader sees as one."""
        first, last = self.around(start, end)
        _, before, _ = self._origin(start)
        _, _, after = self._origin(end - 1)
        marks = self.text[self._origin(end - 1)[0] + 1 : last]
        return None if before.strip() or after.strip() or fold(marks) else (first, last)

    @cached_property
    def letters(self) -> tuple[str, list[int]]:
        """The folded text without spaces, and the offset in the folded text of each of its characters."""
        offsets = [offset for offset, char in enumerate(self.folded) if char != " "]
        return self.folded.replace(" ", ""), offsets

    def outer_letters(self) -> tuple[int, int]:
        """Return where the first word begins and the last one ends in the text; there must be one."""
        first = len(self.folded) - len(self.folded.lstrip())
        last = len(self.folded.rstrip())
        return self._origin(first)[0], self._origin(last - 1)[0] + 1

    def around(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters that folded ones come from, with the marks on the last."""
        last = self._origin(end - 1)[0] + 1
        while last < len(self.text) and unicodedata.category(self.text[last])[0] == "M":
            last += 1
        return self._origin(start)[0], last

    def find(self, phrase: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield the extents in the text of some folded words in a row, in order; none overlaps another."""
        pattern = re.compile(f"(?<= ){' +'.join(map(re.escape, phrase))}(?= )")
        for match in pattern.finditer(self.folded):
            extent = self._extent(match.start(), match.end())
            if extent is not None:
                yield extent

    def find_each(self, wanted: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Yield the extents of each of some folded words, with the word, in the order of the text."""
        pattern = re.compile(f"(?<= )(?:{'|'.join(map(re.escape, wanted))})(?= )")
        for match in pattern.finditer(self.folded):
            extent = self._extent(match.start(), match.end())
            if extent is not None:
                yield *extent, match.group()


_SENTENCE_END = re.compile(
    r"(?<![.!?…।॥؟۔])[.!?…।॥؟۔]+[\"”’')\]»]*(?P<space>\s+)(?=[\"“‘'(\[«•*]*(?P<next>[^\W_]))|[。！？]+[」』”’）]*"
)
"""The end of a sentence. The look-behind begins at the first of a run of marks, so that a long run is gone through once."""

_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“\"])(?:[^\W\d_]|[A-Z]\.[A-Z]"
    r"|Dr|Mr|Mrs|Ms|Prof|St|No|Nos|Vol|cf|Cf|pp|ed|eds|etc|vs|e\.g|i\.e|Gen|Col|Rev|Jr|Sr)\.$"
)
"""What ends in a full stop without ending a sentence; a single letter is an initial."""


def sentences(text: str, *, verse: bool = False) -> list[tuple[int, int]]:
    """Return the extents of the sentences of one block, in characters; of verse, those of its lines.

    >>> sentences("Dr. Smith came. He left.")
    [(0, 15), (16, 24)]
    """
    if verse:
        return [(match.start(), match.end()) for match in re.finditer(r"[^\n]*\S", text)]
    found = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.start("space") if match["space"] else match.end()
        goes_on = match["next"] is not None and match["next"].islower()
        if not goes_on and not _ABBREVIATION.search(text[max(start, end - 8) : end]):
            found.append((start, end))
            start = match.end()
    if start < len(text):
        found.append((start, len(text)))
    return found

"""Words and sentences: how text is compared where case, accents, punctuation and line ends must not count."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Word", "digest_form", "fold", "sentences", "words"]

_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]*)+")
"""A run of letters and digits, each with the combining marks that follow it."""

_END = re.compile(r"[.!?…]+[\"”’')\]»]*(\s+)(?=[\"“‘'(\[«•*]*[^\W_a-zß-öø-ÿ])")
"""The end of a sentence: a mark, perhaps closing quotes, white space, and then no small letter."""

_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“\"])(?:[^\W\d_]|[A-Z]\.[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|No|Nos|Vol|cf|Cf|pp|ed|eds|etc|vs|e\.g|i\.e|Gen|Col|Rev|Jr|Sr)\.$"
)
"""What ends in a full stop without ending a sentence; a single letter is an initial."""


@dataclass(frozen=True)
class Word:
    """A word of a text: its folded form, and where it stands, in characters, end exclusive."""

    folded: str
    start: int
    end: int


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """Return a word without case and accents, and with ligatures and the like spelt out.

    >>> fold("Ünder"), fold("STRASSE") == fold("Straße")
    ('under', True)
    """
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def words(text: str) -> list[Word]:
    r"""Return the words of a text, folded.

    >>> [word.folded for word in words("The night’s\nsilence")]
    ['the', 'night', 's', 'silence']
    """
    found = ((fold(match.group()), match.start(), match.end()) for match in _WORD.finditer(text))
    return [Word(*word) for word in found if word[0]]


def sentences(text: str, *, verse: bool = False) -> list[tuple[int, int]]:
    """Return the extents of the sentences of one block, in characters; of verse, those of its lines.

    >>> [(a, b) for a, b in sentences("Dr. Smith came. He left.")]
    [(0, 15), (16, 24)]
    """
    if verse:
        return [(match.start(), match.end()) for match in re.finditer(r"[^\n]*\S", text)]
    found, start = [], 0
    for match in _END.finditer(text):
        end = match.start(1)
        if not _ABBREVIATION.search(text[max(start, end - 8) : end]):
            found.append((start, end))
            start = match.end(1)
    return [*found, (start, len(text))] if start < len(text) else found


def digest_form(text: str) -> str:
    """Return a text with each run of white space as one space: what the hash of a passage is taken of."""
    return " ".join(text.split())

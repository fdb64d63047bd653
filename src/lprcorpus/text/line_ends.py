"""Line ends: what is between a line's last word and the next line's first one.

Mostly a word space. But a hyphen may only divide a word, no space comes after a dash, some scripts
have no spaces, and a web address goes on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise, takewhile
from string import ascii_letters, digits

from lprcorpus.text.lines import Line
from lprcorpus.text.pages import Paged

HYPHENS = ("soft", "hard")
"""What the hyphens at line ends may be: dividing a word, or part of it."""
# What a line's end is.
WORD = "between two words"
DIVIDED = "in a divided word"
UNSPACED = "after a letter of a script without spaces"

# Behind these characters there is a word space, whatever follows.
PLAIN_ENDS = frozenset(f"{ascii_letters}{digits}.,:;!?()'\"")

_ALWAYS_SOFT = "\u00ad\u00ac\ufffe"  # the soft hyphen; as ABBYY writes it; as pdfium writes it
_ALWAYS_HARD = "\u2011"  # whoever writes it asks for no line end there
_LINE_END_HYPHENS = f"{_ALWAYS_SOFT}{_ALWAYS_HARD}\u2010-"
_TIGHT_DASH = re.compile(r"[^\s\u2010\u2013\u2014-][\u2010\u2011\u2013\u2014-]+$")
_LONGEST_DASH = 8
_FEWEST_WHOLE, _WHOLE_SHARE = 5, 0.3  # of the words divided: so many whole ones are a habit
_MOST_LOOKED_UP = 100  # hyphens: more show nothing else, and each is looked for in the whole text
# What is between words that are looked up: no letter, accent, figure or hyphen.
_BETWEEN_WORDS = re.compile(
    r"[\s!-,./:-@\[-^`{-\xa9\xab\xae-\xb4\xb6-\xb9\xbb\xbf\u2012-\u206f\u3000-\u3003]+"
)
# Thai, Lao, Tibetan, Burmese, Khmer; Chinese and Japanese with their punctuation.
_UNSPACED_LETTER = re.compile(
    "[\u0e00-\u109f\u1780-\u17ff\u3000-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff01-\uff60\U00020000-\U0003134f]"
)
# An address is broken after a sign of its own, and what follows has such a sign too or is a file.
_ADDRESS = r"(?:https?://|www\.)\S*[/=&?%#_~-]"
_REST_OF_ADDRESS = (
    r"(?:[\w.-]*[/=&?%#_~][^\s<>]*|[\w.-]+\.(?:html?|php|aspx?|cgi|pdf|txt|xml|jpe?g|png|gif)\b)"
)
_ENDS_IN_ADDRESS = re.compile(rf"{_ADDRESS}\Z", re.IGNORECASE)
_GOES_ON_WITH_ADDRESS = re.compile(_REST_OF_ADDRESS, re.IGNORECASE)
_BROKEN_ADDRESS = re.compile(rf"({_ADDRESS})\s+(?={_REST_OF_ADDRESS})", re.IGNORECASE)


class LineEnds:
    """The line ends of one text.

    Hyphens are stated to be ``"soft"`` or ``"hard"``, or else what the text shows of each. In a
    text with final spaces, lines end in a space unless a word goes on.
    """

    def __init__(self, paged: Paged, hyphens: str | None) -> None:
        self._lines = paged.lines
        self._final_spaces = paged.final_spaces
        self._stated = hyphens

    def kind(self, line: Line, following: Line) -> str:
        """Return WORD, DIVIDED, or where else the line ends, with no word space."""
        if _UNSPACED_LETTER.match(line.text[-1]) and _UNSPACED_LETTER.match(following.text):
            return UNSPACED
        if _ENDS_IN_ADDRESS.search(line.text) and _GOES_ON_WITH_ADDRESS.match(following.text):
            return "in a web address"
        head, rest = _halves(line, following)
        if head and rest:
            return DIVIDED if self._is_divided(line, head, rest) else "after a hyphen"
        return "after a dash" if _TIGHT_DASH.search(line.text[-_LONGEST_DASH:]) else WORD

    def _is_divided(self, line: Line, head: str, rest: str) -> bool:
        hyphen = line.text[-1]
        if hyphen in _ALWAYS_SOFT:
            return True
        if hyphen == _ALWAYS_HARD:
            return False
        if self._stated is not None:
            return self._stated == "soft"
        if not rest[0].islower():
            return False
        # All seven hyphens at line ends of the first issue are real: no space is behind them.
        are_hard = self._final_spaces and not self._divides_often
        if are_hard and not line.has_final_space:
            return False
        head, rest = head.casefold(), rest.casefold()
        if f"{head}-{rest}" in self._words:
            return False
        is_whole = f"{head}{rest}" in self._words
        if is_whole or are_hard:
            return is_whole
        are_words = head in self._words and rest in self._words
        return not (are_words and len(head) > 2 and len(rest) > 2)

    @cached_property
    def _divides_often(self) -> bool:
        """Whether many words that are divided are whole elsewhere: then it is a habit."""
        divided = whole = 0
        for line, following in pairwise(self._lines.printed):
            if line.text[-1] in _LINE_END_HYPHENS:
                divided += 1
                head, rest = _halves(line, following)
                if head and rest and f"{head}{rest}" in self._lines.text:
                    whole += 1
                if divided == _MOST_LOOKED_UP:
                    break
        return whole >= max(_FEWEST_WHOLE, _WHOLE_SHARE * divided)

    @cached_property
    def _words(self) -> frozenset[str]:
        """The words of the text that are within a line, and hyphened words as such."""
        text = " ".join(set(self._lines.text.split()))  # most words recur: half the time
        return frozenset(_BETWEEN_WORDS.split(text.casefold()))


def _halves(line: Line, following: Line) -> tuple[str, str]:
    """Return the halves of the word that a hyphen at a line's end divides; empty without one."""
    if line.text[-1] not in _LINE_END_HYPHENS:
        return "", ""
    head = _first_letters(reversed(line.text[:-1]))
    return head[::-1], _first_letters(following.text)


def _first_letters(characters: Iterable[str]) -> str:
    """Return the letters that some characters begin with; accents and vowel signs are of them."""
    return "".join(takewhile(lambda sign: unicodedata.category(sign)[0] in "LM", characters))


def mend_addresses(text: str) -> str:
    """Return a text whose lines are joined by spaces, without the spaces within web addresses.

    >>> mend_addresses("See http://example.org/a/ b/c.html for more.")
    'See http://example.org/a/b/c.html for more.'
    """
    return _BROKEN_ADDRESS.sub(r"\1", text)

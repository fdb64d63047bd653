"""What the wording of a short line says: set like a title, like a person's name, or like neither."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from lprcorpus.draft.dates import is_date

__all__ = ["Case", "case_of", "is_name", "is_source", "key", "may_be_title", "words_of"]

_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_KEY = re.compile(r"[\W_]+")
_MINOR = frozenset(  # small words of the languages that titles come in
    "a an and as at but by de del der di du for from im in into la le nor of off on onto or over per than that the to und up upon"  # noqa: SIM905 (a list of words reads best as words)
    " van via von vs with y".split()
)
_PARTICLES = frozenset("de del der di du la le van von y e da dos af ter ten zu".split())  # noqa: SIM905 (likewise)
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?)+|[A-Z]\.?")
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_]*(?:['’-][^\W\d_]+)*\.?")
_ABBREVIATED = re.compile(r"(?:^|[\s.])(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Jr|Sr|Esq|Co|Inc|Ltd|No|Vol|Prof|Rev|Hon|etc|U\.S|[ap]\.m)\.$")
_NO_TITLE = re.compile(
    r"""
    (?:page|p\.?)\s*\d+ | \(?\s*(?:to\s+be\s+)?(?:continued|concluded|continues)\b.* | .*\bcontinued\s+(?:on|from|next)\b.*
    | \(?\s*[ivxlc]+\.?\s*\)? | \(?\d+[.)]? | [\W\d_]*                            # numerals alone
    | (?:chapter|part|canto|act|scene|section|book|letter|stanza)\s+(?:[ivxlc]+|\d+|the\s+\w+|one|two|three|four|five|six)\b.{0,3}
    | (?:the\s+end|finis|end|fin)\W* | foot-?notes?\W* | notes?\s*: | .*\b(?:copyright|all\s+rights\s+reserved|issn)\b.*
    | (?:vol(?:ume)?|no|number|issue)\b\.?\s*(?:[ivxlc]+|\d+|one|two|three|four|five)\b.*
    | (?:dear|my\s+dear)\s.*[,:] | (?:yours|sincerely|respectfully|your\s+obedient|i\s+am,|regards|truly)\b.*
    | .*\b(?:https?:|www\.|\S+@\S+\.\w).* | .*\b(?:cents|dollars)\s+(?:a|per)\b.* | .*[$£]\s?\d.* | \+?[\d\s().-]{7,}
    | (?:price|phone|telephone|tel|fax|address|e-?mail|date|from|to|subject|re|cc|isbn|translated|illustrated|entered)\b\s?[:.].*
    | .*,\s*[A-Z][\w.\s]{1,18}\.?\s+\d{5}(?:-\d{4})? | \d+[\w-]*\s+(?:\w+\.?\s+){1,3}(?:st|street|ave|avenue|road|rd|drive|dr)\b.*
    | p\.?\s?o\.?\s+box\b.* | .*\bpublished\s+(?:monthly|weekly|quarterly|bi-?monthly|daily|by)\b.*
    | (?:produced|transcribed|e-?text|digitized)\s+(?:by|prepared)\b.* | transcriber['’]?s?\s+notes?\b.*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SOURCE = re.compile(
    r"[\W_]*(?:sources?|(?:re-?printed|reproduced|taken|excerpted|adapted|translated|extract(?:ed)?)\s+(?:with\s+permission\s+)?from|courtesy(?:\s+of)?"
    r"|first\s+published(?:\s+in)?|originally\s+published(?:\s+in)?|from)\s*[:—–]\s*\S.*",
    re.IGNORECASE,
)
_MOST_WORDS, _MOST_CHARACTERS = 22, 160


class Case(Enum):
    """How the words of a line are written."""

    CAPITALS = "capitals"
    TITLE = "title"
    SENTENCE = "sentence"


def words_of(text: str) -> list[str]:
    """Return the words of a line: runs that begin with a letter."""
    return _WORD.findall(text)


@lru_cache(maxsize=1 << 14)
def key(text: str) -> str:
    """Return what two printings of one title have in common: their words in small letters, nothing between them but a space.

    >>> key("Stars at 8 - Bring a Coat!"), key("Mother's memoir")
    ('stars at 8 bring a coat', 'mother s memoir')
    """
    return _KEY.sub(" ", text).strip().casefold()


def case_of(text: str) -> Case:
    """Return how the words of a line are written.

    >>> [case_of(text).value for text in ("THE END OF IT", "The End of It", "The end of it came soon")]
    ['capitals', 'title', 'sentence']
    """
    words = words_of(text)
    letters = [character for character in text if character.isalpha()]
    if letters and sum(character.isupper() for character in letters) >= 0.85 * len(letters):
        return Case.CAPITALS
    large = [word for word in words if word.casefold() not in _MINOR]
    if large and sum(word[0].isupper() for word in large) >= 0.75 * len(large) and (words[0][0].isupper() or text[0].isdigit()):
        return Case.TITLE
    return Case.SENTENCE


def is_name(text: str) -> bool:
    """Tell whether a line may be a person's name: two to five words, all capitalised but a particle, no figure.

    >>> [is_name(text) for text in ("C. L. Merrow", "TOM TREVITHICK", "Ludwig van Beethoven", "The night", "Room 13")]
    [True, True, True, False, False]
    """
    words = text.strip(" ,.;:*_-–—").split()
    if not 2 <= len(words) <= 5 or words[0].casefold() in {"the", "a", "an", "of", "and", "in", "on", "to", "for", "by", "from"}:
        return False
    plain = 0
    for word in words:
        bare = word.strip(",")
        if _INITIAL.fullmatch(bare) or bare.casefold() in _PARTICLES:
            continue
        if not _NAME_WORD.fullmatch(bare) or not bare[0].isupper():
            return False
        plain += 1
    return plain >= 1 and (words[-1][0].isupper() and words[-1].casefold() not in _PARTICLES)


def may_be_title(text: str) -> bool:
    """Tell whether a line's wording allows it to be a title: short, no date, address, numeral, salutation or sentence.

    >>> [may_be_title(text) for text in ("Hourglass of the Free", "CHAPTER IV.", "March 8, 2014", "He went away,")]
    [True, False, False, False]
    """
    if len(text) > _MOST_CHARACTERS or not any(character.isalpha() for character in text):
        return False
    words = words_of(text)
    if not words or len(words) > _MOST_WORDS or sum(map(len, words)) < 2:
        return False
    opening = text.lstrip("\"'“‘«([*_>=+~#- ")
    if not opening or opening[0].islower() or text[0] in "•‣◦▪●…" or text[-1] in ",;" or (text[0] in "([" and text[-1] in ")]"):
        return False
    if text[0] in "\"“‘'" and text[-1] in "\"”’'" and len(text) > 1 and text[-2] in ".,?!":
        return False
    if _NO_TITLE.fullmatch(text) or is_date(text):
        return False
    return not (text.endswith((".", ":")) and case_of(text) is Case.SENTENCE and not _ABBREVIATED.search(text) and len(words) < 3)


def is_source(text: str) -> bool:
    """Tell whether a line opens a statement of where a text was taken from.

    >>> is_source("Source: Northstar Compass, May-June 2014 Issue."), is_source("The source of the river")
    (True, False)
    """
    return _SOURCE.fullmatch(text) is not None

"""What the wording of a short line says: a title, a person's name, a date, a source, or neither.

The words themselves are in ``words.toml`` beside this module.
"""

from __future__ import annotations

import calendar
import re
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files

import tomli

_CONTENT = tomli.loads((files("lprcorpus.draft") / "words.toml").read_text("utf-8"))
LANGUAGES: dict[str, str] = _CONTENT["languages"]
"""The commonest words of each language."""
SCRIPTS: dict[str, list[int]] = _CONTENT["scripts"]
"""The first and the last code point of a script that one language is mostly written in."""


def _source(name: str) -> str:
    """Return a regular expression as one line, with those that it calls, ``(?&name)``, in it."""
    lines = "".join(_CONTENT["patterns"][name].splitlines())
    return re.sub(r"\(\?&(\w+)\)", lambda call: f"(?:{_source(call[1])})", lines)


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return one of the patterns of the words, which ignores case."""
    return re.compile(_source(name), re.IGNORECASE)


@cache
def words_named(name: str) -> frozenset[str]:
    """Return one of the lists of words."""
    return frozenset(_CONTENT["words"][name].split())


_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_KEY = re.compile(r"[\W_]+")
_MINOR = words_named("minor")
_PARTICLES = words_named("particles")
_NO_NAME_BEGINS = words_named("no_name_begins")
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?)+|[^\W\d_]\.?")
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_]*(?:['’-][^\W\d_]+)*\.?")
_ABBREVIATED = re.compile(
    r"(?:^|[\s.])(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Jr|Sr|Esq|Co|Inc|Ltd|No|Vol|Prof|Rev|Hon|etc|U\.S|[ap]\.m)\.$"
)
_MOST_WORDS, _MOST_CHARACTERS = 22, 160
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")


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
    """Return what two printings of one title have in common: its words in small letters.

    >>> key("Stars at 8 - Bring a Coat!"), key("Mother's memoir")
    ('stars at 8 bring a coat', 'mother s memoir')
    """
    return _KEY.sub(" ", text).strip().casefold()


def case_of(text: str) -> Case:
    """Return how the words of a line are written.

    >>> [case_of(text).value for text in ("THE END OF IT", "The End of It", "The end of it came")]
    ['capitals', 'title', 'sentence']
    """
    words = words_of(text)
    letters = [character for character in text if character.isalpha()]
    if letters and sum(character.isupper() for character in letters) >= 0.85 * len(letters):
        return Case.CAPITALS
    large = [word for word in words if word.casefold() not in _MINOR]
    if not large or sum(not word[0].islower() for word in large) < 0.75 * len(large):
        return Case.SENTENCE
    return Case.SENTENCE if words[0][0].islower() and not text[0].isdigit() else Case.TITLE


def is_name(text: str) -> bool:
    """Return whether a line may be a person's name: two to five words, all capitalised, no figure.

    >>> [is_name(text) for text in ("C. L. Merrow", "TOM TREVITHICK", "The night", "Room 13")]
    [True, True, False, False]
    """
    words = text.strip(" ,.;:*_-–—").split()
    if not 2 <= len(words) <= 5 or words[0].casefold() in _NO_NAME_BEGINS:
        return False
    names = 0
    for word in words:
        bare = word.strip(",")
        if _INITIAL.fullmatch(bare) or bare.casefold() in _PARTICLES:
            continue
        if not _NAME_WORD.fullmatch(bare) or not bare[0].isupper():
            return False
        names += 1
    return names >= 1 and words[-1][0].isupper() and words[-1].casefold() not in _PARTICLES


def may_be_title(text: str) -> bool:
    """Return whether a line's wording allows it to be a title.

    It is short, and no date, address, numeral, salutation or broken-off sentence.

    >>> [may_be_title(text) for text in ("Hourglass of the Free", "CHAPTER IV.", "March 8, 2014")]
    [True, False, False]
    """
    words = words_of(text)
    if len(text) > _MOST_CHARACTERS or not 1 <= len(words) <= _MOST_WORDS:
        return False
    opening = text.lstrip("\"'“‘«„([*_>=+~#- ")
    if not opening or opening[0].islower() or text[0] in "•‣◦▪●…" or text[-1] in ",;":
        return False
    if text[0] in "([" and text[-1] in ")]":
        return False
    # A sentence in quotation marks is spoken.
    if text[0] in "\"“‘'" and text[-1] in "\"”’'" and text[-2:-1] in tuple(".,?!"):
        return False
    if len("".join(words)) < 2 or pattern("no_title").fullmatch(text) or is_date(text):
        return False
    stops = text.endswith((".", ":")) and not _ABBREVIATED.search(text)
    return not (stops and case_of(text) is Case.SENTENCE and len(words) < 3)


def is_source(text: str) -> bool:
    """Return whether a line opens a statement of where a text was taken from.

    >>> is_source("Source: Northstar Compass, May-June 2014 Issue."), is_source("The source of it")
    (True, False)
    """
    return pattern("source").fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Return whether a line is a date and nothing else.

    >>> is_date("Tuesday, March 23, 1880."), is_date("March of the Penguins")
    (True, False)
    """
    return any(map(str.isdigit, text)) and pattern("whole_date").fullmatch(text) is not None


def read_date(text: str) -> str | None:
    """Return the first date in a text, in ISO 8601, as precisely as it is given and exists.

    >>> read_date("October 14, 1952"), read_date("July/August 2014"), read_date("June 31, 1914")
    ('1952-10-14', '2014-07/2014-08', '1914-06')
    """
    for form in ("day_date", "date_day"):
        match = pattern(form).search(text)
        if match:
            year, month, day = int(match["year"]), _month(match["month"]), int(match["day"])
            exists = year > 0 and 1 <= day <= calendar.monthrange(year, month)[1]
            return f"{year:04d}-{month:02d}-{day:02d}" if exists else f"{year:04d}-{month:02d}"
    months = []
    for match in pattern("months_date").finditer(text):
        for name in (match["first"], match["last"] or match["first"]):
            months.append(f"{match['year']}-{_month(name):02d}")
    if not months:
        match = _YEAR.search(text)
        return match[1] if match else None
    first, last = min(months), max(months)
    return first if first == last else f"{first}/{last}"


def _month(name: str) -> int:
    return _MONTHS.index(name.casefold()[:3]) + 1

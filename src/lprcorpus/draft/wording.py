"""What the wording of a short line says: a title, a person's name, a date, a source, or neither.

The words themselves are in ``words.toml`` beside this module.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files

import tomli

_CONTENT = tomli.loads((files("lprcorpus.draft") / "words.toml").read_text("utf-8"))
LANGUAGES: dict[str, str] = _CONTENT["languages"]
"""The commonest words of each language."""
SCRIPTS: dict[str, list[int]] = _CONTENT["scripts"]
"""The first and the last code point of a script that one language is mostly written in."""
YEAR = re.compile(r"(?<![0-9A-Za-z_])(1[5-9]\d\d|20\d\d)(?![0-9A-Za-z_])")
"""A year in which something may have been printed."""


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
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?)+|[^\W\d_]\.?")
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_]*(?:['’-][^\W\d_]+)*\.?")
_ELIDED = re.compile(r"[dl]['’](?=[^\W\d_])", re.IGNORECASE)  # before a vowel: d'Or, l'Isle
_MOST_WORDS, _MOST_CHARACTERS = 22, 160  # of a title
_CAPITALS = 0.85  # of the letters, in a line in capitals
_CAPITALISED = 0.75  # of the words that are not small ones, in a title
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


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
    letters = [character for character in text if character.isalpha()]
    capitals = sum(character.isupper() for character in letters)
    if letters and capitals >= _CAPITALS * len(letters):
        return Case.CAPITALS
    words = words_of(text)
    large = [word for word in words if word.casefold() not in words_named("minor")]
    capitalised = sum(not _ELIDED.sub("", word, count=1)[0].islower() for word in large)
    if not large or capitalised < _CAPITALISED * len(large):
        return Case.SENTENCE
    return Case.TITLE


def is_name(text: str) -> bool:
    """Return whether a line may be a person's name: two to five words, all capitalised, no figure.

    >>> [is_name(text) for text in ("C. L. Merrow", "TOM TREVITHICK", "The night", "Room 13")]
    [True, True, False, False]
    """
    words = [word.strip(",") for word in text.strip(" ,.;:*_-–—").split()]
    if not 2 <= len(words) <= 5 or words[0].casefold() in words_named("no_name_begins"):
        return False
    names = 0
    for word in words:
        if _INITIAL.fullmatch(word) or word.casefold() in words_named("particles"):
            continue
        if not _NAME_WORD.fullmatch(word) or not _ELIDED.sub("", word, count=1)[0].isupper():
            return False
        names += 1
    return names > 0


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
    return pattern("no_title").fullmatch(text) is None


def read_date(text: str) -> str | None:
    """Return the first date in a text, in ISO 8601, as precisely as it is given and exists.

    >>> read_date("October 14, 1952"), read_date("July/August 2014"), read_date("June 31, 1914")
    ('1952-10-14', '2014-07/2014-08', '1914-06')
    """
    match = pattern("day_date").search(text) or pattern("date_day").search(text)
    if match:
        month = f"{match['year']}-{_month(match['month']):02d}"
        with suppress(ValueError):  # the day is not in the calendar
            return date.fromisoformat(f"{month}-{match['day']:0>2}").isoformat()
        return month
    months = []
    for match in pattern("months_date").finditer(text):
        for name in (match["first"], match["last"] or match["first"]):
            months.append(f"{match['year']}-{_month(name):02d}")
    if months:
        first, last = min(months), max(months)
        return first if first == last else f"{first}/{last}"
    year_alone = YEAR.search(text)
    return year_alone.group() if year_alone else None


def _month(name: str) -> int:
    return _MONTHS.index(name.casefold()[:3]) + 1

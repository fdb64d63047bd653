"""What a text says of its issue: the periodical, volume, number, year and language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lprcorpus.draft.dates import MONTH
from lprcorpus.draft.prints import Prints
from lprcorpus.draft.wording import Case, case_of, words_of

__all__ = ["Masthead", "read_masthead"]

_VOLUME = re.compile(
    r"\bvol(?:ume)?s?\b\.?\s*(?P<value>\d{1,3}|[ivxlc]+|one|two|three|four|five|six|seven|eight|nine|ten)\b", re.IGNORECASE
)
_NUMBER = re.compile(
    r"\b(?:no|number|issue|nr|num)\b\.?\s*(?:no\.?\s*|#\s*)?(?P<value>\d{1,4}|[ivxlc]+|one|two|three|four|five|six|seven|eight|nine|ten)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_NUMERALS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_WORDS = {word: value for value, word in enumerate("one two three four five six seven eight nine ten".split(), start=1)}  # noqa: SIM905 (a list of words reads best as words)
_FRONT = 60  # printed lines in which a masthead stands
_LANGUAGES = {
    "en": "the of and to in that is was for with",
    "de": "der die und das nicht ist mit den von ein",
    "fr": "le la les et des est dans une pour que",
    "es": "el la los de que las por una con para",
    "it": "il di che la per non una sono con del",
    "nl": "de het een van en niet dat met voor zijn",
    "pt": "o de que não uma para com os em do",
    "sv": "och att det som en på är av för inte",
}


@dataclass(frozen=True)
class Masthead:
    """What a text says of its issue; None where it does not say it."""

    periodical: str | None
    volume: int | None
    number: int | None
    year: int | None
    language: str | None


def read_masthead(prints: Prints, heads: Sequence[str], first: int) -> Masthead:
    """Read the issue's bibliography off the running heads and what stands before the first item.

    Args:
        prints: the text.
        heads: the running heads, with ``{page}`` for the number.
        first: the place of the first item's title.
    """
    front = [prints.text[place] for place in range(min(first, _FRONT, len(prints))) if not prints.rule[place]]
    said = [*heads, *front]
    volume = next((value for text in said if (value := _value(_VOLUME, text))), None)
    number = next((value for text in said if (value := _value(_NUMBER, text))), None)
    years = Counter(int(year) for text in said for year in _YEAR.findall(text))
    year = years.most_common(1)[0][0] if years else None
    return Masthead(_periodical(heads, front), volume, number, year, _language(prints))


def _value(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    if match is None:
        return None
    value = match["value"].casefold()
    if value.isdecimal():
        return int(value) or None
    return _WORDS.get(value) or _roman(value)


def _roman(value: str) -> int | None:
    """Return the number that a Roman numeral stands for, or None.

    >>> _roman("xiv"), _roman("cd")
    (14, None)
    """
    if not value or set(value) - set(_NUMERALS):
        return None
    digits = [_NUMERALS[letter] for letter in value]
    return sum(-digit if digit < max(digits[place:]) else digit for place, digit in enumerate(digits))


def _periodical(heads: Sequence[str], front: Sequence[str]) -> str | None:
    """Return the periodical's name: what a running head says before its volume, date and page, or the first title in front."""
    for head in heads:
        name = re.split(
            r"\{page\}|\n|\bvol|\bno\.|\bissue\b|[-–—_=|,]{2,}|\s{3,}|\b(?:1[5-9]|20)\d\d\b",
            head,
            maxsplit=1,
            flags=re.IGNORECASE,
        )[0]
        name = re.sub(
            rf"[\s,]+(?:{MONTH}|spring|summer|autumn|fall|winter)(?!\w).*$",
            "",
            name,
            flags=re.IGNORECASE,
        ).strip(" ,.:;-–—*")
        if len(words_of(name)) >= 1:
            return name
    for text in front:
        bare = text.strip(" *=~_#|+<>-")
        if (
            1 <= len(words_of(bare)) <= 8
            and case_of(bare) is not Case.SENTENCE
            and not _YEAR.search(bare)
            and not _VOLUME.search(bare)
        ):
            return bare
    return None


def _language(prints: Prints) -> str | None:
    """Return the language whose commonest words the text has most of, or None where it has few of any."""
    words = Counter(word for text in prints.text[:4000] for word in text.casefold().split())
    counts = {language: sum(words[word] for word in common.split()) for language, common in _LANGUAGES.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= 0.08 * sum(words.values()) else None

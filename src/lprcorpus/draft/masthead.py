"""What a text says of its issue: the periodical, volume, number, year and language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lprcorpus.draft.set_lines import SetText
from lprcorpus.draft.wording import MONTH, Case, case_of, may_be_title, words_of

__all__ = ["Masthead", "read_masthead"]

_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_VALUE = rf"(?P<value>\d{{1,4}}|[ivxlc]+|{'|'.join(_NUMBER_WORDS)})\b"
_VOLUME = re.compile(
    rf"\b(?:vol(?:ume)?s?|band|jahrgang|tome|tomo|año|anno|том)\b\.?\s*{_VALUE}", re.IGNORECASE
)
_NUMBER = re.compile(
    rf"(?:\b(?:no|number|issue|nr|num|heft|numéro|número|numero|номер|выпуск)\b|№)\.?\s*(?:no\.?\s*|#\s*)?{_VALUE}",
    re.IGNORECASE,
)
_MONTH = re.compile(rf"\b{MONTH}(?!\w)", re.IGNORECASE)
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_HIGHEST_VOLUME = 999
_NUMERALS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_NAME_WORDS = 8  # of a periodical
_NAME_LETTERS = 4  # at least: "The" on a line of its own is none
_CREDITS = re.compile(
    r"\b(?:produced\s+by|proofread\w*|team|transcriber|online\s+distributed)\b", re.IGNORECASE
)
_FRONT = 60  # printed lines in which a masthead is
_SAMPLE = 4000  # lines in which a language shows
_COMMON_SHARE = 0.08  # of all words are among a language's commonest
_LANGUAGES = {
    "en": "the of and to in that is was for with",
    "de": "der die und das nicht ist mit den von ein",
    "fr": "le la les et des est dans une pour que",
    "es": "el la los de que las por una con para",
    "it": "il di che la per non una sono con del",
    "nl": "de het een van en niet dat met voor zijn",
    "pt": "o de que não uma para com os em do",
    "sv": "och att det som en på är av för inte",
    "ru": "и в не на что с как это по а",
    "uk": "і в не на що з як це та у",
    "pl": "i w nie na się z do to że jest",
    "cs": "a je se v na že to s z do",
    "fi": "ja on ei se että oli hän mutta kun ovat",
    "da": "og at det er en til af på ikke som",
    "hu": "a az és hogy nem egy is volt meg de",
    "tr": "ve bir bu da de için ile çok daha gibi",
    "el": "και το να του η της με για που την",
}
_SCRIPTS = {  # where most letters are of a script that one language is mostly written in
    "ja": (0x3040, 0x30FF),
    "ko": (0xAC00, 0xD7AF),
    "zh": (0x4E00, 0x9FFF),
    "ar": (0x0600, 0x06FF),
    "he": (0x0590, 0x05FF),
    "hi": (0x0900, 0x097F),
    "bn": (0x0980, 0x09FF),
    "ta": (0x0B80, 0x0BFF),
    "th": (0x0E00, 0x0E7F),
    "ka": (0x10A0, 0x10FF),
    "hy": (0x0530, 0x058F),
}
_OF_A_SCRIPT = 0.3  # of the letters; Japanese has many that are Chinese too


@dataclass(frozen=True)
class Masthead:
    """What a text says of its issue; None where it does not say it."""

    periodical: str | None
    volume: int | None
    number: int | None
    year: int | None
    language: str | None


def read_masthead(text: SetText, first: int) -> Masthead:
    """Read the issue's bibliography off the running headers and what is before the first item.

    Args:
        text: the text.
        first: the place of the first item's title.
    """
    pagination = text.paged.pagination
    headers = [*(pagination.running_heads or ()), *pagination.running_feet]
    front = [line.text for line in text.lines[: min(first, _FRONT)] if not line.is_rule]
    texts = [*headers, *front]
    volume = next((value for printed in texts if (value := _value(_VOLUME, printed))), None)
    years: Counter[int] = Counter()
    for printed in texts:
        # A year beside a month or a volume is the issue's; "Established 1845" is another.
        weight = 3 if _MONTH.search(printed) or _VOLUME.search(printed) else 1
        for year in _YEAR.findall(printed):
            years[int(year)] += weight
    return Masthead(
        periodical=_periodical(headers, front),
        volume=volume if volume and volume <= _HIGHEST_VOLUME else None,
        number=next((value for printed in texts if (value := _value(_NUMBER, printed))), None),
        year=max(years, key=lambda year: (years[year], -year)) if years else None,
        language=_language(text),
    )


def _value(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    if match is None:
        return None
    value = match["value"].casefold()
    if value.isdecimal():
        return int(value) or None
    return _NUMBER_WORDS.index(value) + 1 if value in _NUMBER_WORDS else _roman(value)


def _roman(value: str) -> int | None:
    """Return the number that a Roman numeral is, or None.

    >>> _roman("xiv"), _roman("cd")
    (14, None)
    """
    if not value or set(value) - set(_NUMERALS):
        return None
    digits = [_NUMERALS[letter] for letter in value]
    total = 0
    for place, digit in enumerate(digits):
        total += -digit if digit < max(digits[place:]) else digit
    return total


def _periodical(headers: Sequence[str], front: Sequence[str]) -> str | None:
    """Return the periodical's name: what a header says before its volume, or the first title."""
    for header in headers:
        name = re.split(
            r"\{page\}|\n|\bvol|\bno\.|\bissue\b|[-–—_=|,]{2,}|\s{3,}|\b(?:1[5-9]|20)\d\d\b",
            header,
            maxsplit=1,
            flags=re.IGNORECASE,
        )[0]
        seasons = rf"[\s,]+(?:{MONTH}|spring|summer|autumn|fall|winter)(?!\w).*$"
        name = re.sub(seasons, "", name, flags=re.IGNORECASE).strip(" ,.:;-–—*")
        if words_of(name) and case_of(name) is not Case.SENTENCE:
            return name
    titles = [text.strip(" *=~_#|+<>-.") for text in front]
    titles = [
        title for title in titles if len(words_of(title)) <= _NAME_WORDS and may_be_title(title)
    ]
    titles = [
        title for title in titles if len(title) >= _NAME_LETTERS and not _CREDITS.search(title)
    ]
    for case in (Case.CAPITALS, Case.TITLE):
        for title in titles:
            if case_of(title) is case and not _YEAR.search(title) and not _VOLUME.search(title):
                return title
    return None


def _language(text: SetText) -> str | None:
    """Return the language whose commonest words, or whose script, the text has most of.

    None where it has too few of any.
    """
    sample = [line.text for line in text.lines[:_SAMPLE]]
    words = Counter(
        word.strip(".,;:!?\"'()«»“”„") for printed in sample for word in printed.casefold().split()
    )
    letters = [
        ord(character) for printed in sample[:200] for character in printed if character.isalpha()
    ]
    for language, (low, high) in _SCRIPTS.items():
        if sum(low <= letter <= high for letter in letters) > _OF_A_SCRIPT * len(letters):
            return language
    counts = {}
    for language, common in _LANGUAGES.items():
        counts[language] = sum(words[word] for word in common.split())
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= _COMMON_SHARE * words.total() else None

"""What a text says of its issue: the periodical, volume, number, year and language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set

from lprcorpus.draft.bylines import byline_names
from lprcorpus.draft.set_lines import SetLine, SetText
from lprcorpus.draft.title_blocks import TitleBlock
from lprcorpus.draft.wording import (
    LANGUAGES,
    SCRIPTS,
    YEAR,
    Case,
    case_of,
    key,
    may_be_title,
    pattern,
    words_of,
)
from lprcorpus.text.page_numbers import roman_number
from lprcorpus.text.running_headers import PAGE

_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_HIGHEST_VOLUME = 999
_DATED = 3  # how much more a year beside a month or a volume says than another
_NAME_WORDS = 8  # of a periodical
_NAME_LETTERS = 4  # at least: "The" on a line of its own is none
_FRONT = 60  # lines in which a masthead is
_SPACED = re.compile(r"(?<=\b[^\W\d_]) (?=[^\W\d_]\b)")  # between the letters of N A M E
_SAMPLE, _SCRIPT_SAMPLE = 4000, 200  # lines in which a language and a script show
_COMMON_SHARE = 0.08  # of all words are among a language's commonest
_OF_A_SCRIPT = 0.3  # of the letters; Japanese has many that are Chinese too


class Masthead:
    """The running headers of an issue, and what is printed before its first title."""

    def __init__(self, text: SetText, titles: Sequence[TitleBlock]) -> None:
        pagination = text.paged.pagination
        self._headers = [*(pagination.running_heads or ()), *pagination.running_feet]
        front = text.lines[: min(titles[0].place, _FRONT)]
        self._front = [line.text for line in front]
        self._texts = [*self._headers, *self._front]
        self._titles = {key(title.text) for title in titles}

    @property
    def periodical(self) -> str | None:
        """The name of the periodical."""
        return _named_in_header(self._headers, self._titles) or _named_in_front(self._front)

    @property
    def volume(self) -> int | None:
        """The volume; none where its number is rather a year."""
        value = _first_value("volume", self._texts)
        return value if value is not None and value <= _HIGHEST_VOLUME else None

    @property
    def number(self) -> int | None:
        """The number, the first of a double issue."""
        return _first_value("number", self._texts)

    @property
    def double_number(self) -> str | None:
        """The number of a double issue as it is printed: "3/4"; None for any other issue."""
        for printed in self._texts:
            number = pattern("number").search(printed)
            if number is None or not number["value"].isdecimal():
                continue
            more = pattern("double").match(printed, number.end())
            if more and int(more["last"]) == int(number["value"]) + 1:
                return f"{number['value']}{more.group()}"
        return None

    @property
    def year(self) -> int | None:
        """The year that is said most often, the first of several."""
        said: Counter[int] = Counter()
        for printed in self._texts:
            # A year beside a month or a volume is the issue's; "Established 1845" is another.
            printed = pattern("founded").sub("", printed)
            is_dated = pattern("whole_month").search(printed) or pattern("volume").search(printed)
            for year in YEAR.findall(printed):
                said[int(year)] += _DATED if is_dated else 1
        return max(said, key=lambda year: (said[year], -year), default=None)


def _first_value(words: str, texts: Sequence[str]) -> int | None:
    """Return the first number, in figures, numerals or words, that some words introduce."""
    for printed in texts:
        match = pattern(words).search(printed)
        if match is None:
            continue
        said = match["value"].casefold()
        if said in _NUMBER_WORDS:
            return _NUMBER_WORDS.index(said) + 1
        value = int(said) if said.isdecimal() else roman_number(said)
        if value:
            return value
    return None


def _named_in_header(headers: Sequence[str], titles: Set[str]) -> str | None:
    """Return the periodical's name as a running header has it, before its volume or date.

    A header with an item's title, a month, or "Page" names no periodical.
    """
    for header in headers:
        name = _before_a_volume(header)
        is_title = key(header.replace(PAGE, "")) in titles or key(name) in titles
        is_no_name = is_title or pattern("no_periodical").fullmatch(name)
        if not is_no_name and words_of(name) and case_of(name) is not Case.SENTENCE:
            return name
    return None


def _before_a_volume(printed: str) -> str:
    """Return what a line says before a volume or a date, or after the number of a page."""
    for piece in pattern("before_a_volume").split(printed):
        name = pattern("season").sub("", piece).strip(" ,.:;-–—*|[](){}/")
        if words_of(name):
            return name
    return ""


def _named_in_front(front: Sequence[str]) -> str | None:
    """Return the first title before all items, one in capitals before others.

    Without any, what is before a volume or a date.
    """
    titles: dict[Case, str] = {}
    beside: list[str] = []
    for printed in front:
        title = _SPACED.sub("", printed).strip(" *=~_#|+<>-.")
        if len(words_of(title)) > _NAME_WORDS:
            continue
        is_dated = YEAR.search(title) or pattern("volume").search(title)
        name = _before_a_volume(title.split("(")[0] if is_dated else title)
        if is_dated:
            name = name.rstrip(" 0123456789")
        if not _may_name(name):
            continue
        if is_dated:
            beside.append(name)
        else:
            titles.setdefault(case_of(name), name)
    beside = [name for name in beside if case_of(name) is not Case.SENTENCE]
    return titles.get(Case.CAPITALS) or titles.get(Case.TITLE) or next(iter(beside), None)


def _may_name(title: str) -> bool:
    """Return whether a line may be a periodical's name."""
    fewest = _NAME_LETTERS if title.isascii() else 2  # in Chinese, two letters are a name
    if len(title) < fewest or byline_names(title) or not may_be_title(title):
        return False
    return not any(pattern(name).fullmatch(title) for name in ("no_periodical", "contents"))


def find_language(lines: Sequence[SetLine]) -> str | None:
    """Return the language whose script, or whose commonest words, some lines have most of.

    None where they have too few of any.
    """
    sample = " ".join(line.text for line in lines[:_SCRIPT_SAMPLE])
    letters = [ord(character) for character in sample if character.isalpha()]
    for language, (low, high) in SCRIPTS.items():
        if sum(low <= letter <= high for letter in letters) > _OF_A_SCRIPT * len(letters):
            return language
    words: Counter[str] = Counter()
    for line in lines[:_SAMPLE]:
        words.update(word.strip(".,;:!?\"'()«»“”„") for word in line.text.casefold().split())
    common: Counter[str] = Counter()
    for language, commonest in LANGUAGES.items():
        common[language] = sum(words[word] for word in commonest.split())
    [(best, found)] = common.most_common(1)
    return best if found >= _COMMON_SHARE * words.total() else None

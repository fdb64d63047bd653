"""What a text says of its issue: the periodical, volume, number, year and language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from lprcorpus.build.manifest import IssueEntry
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

# What a manifest has where the text does not say it.
UNTITLED = "Untitled"
UNKNOWN_LANGUAGE = "und"
NO_RIGHTS = "Rights not yet known; this corpus grants none."

_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_HIGHEST_VOLUME = 999
_DATED = 3  # how much more a year beside a month or a volume says than another
_NAME_WORDS = 8  # of a periodical
_NAME_LETTERS = 4  # at least: "The" on a line of its own is none
_FRONT = 60  # lines in which a masthead is
_SPACED = re.compile(r"(?<=\b[^\W\d_]) (?=[^\W\d_]\b)")  # between the letters of N A M E
_SAMPLE = 4000  # lines in which a language shows
_SCRIPT_SAMPLE = 200  # lines in which a script shows
_COMMON_SHARE = 0.08  # of all words are among a language's commonest
_OF_A_SCRIPT = 0.3  # of the letters; Japanese has many that are Chinese too


def read_masthead(
    text: SetText, titles: Sequence[TitleBlock], issue_id: str, sha256: str
) -> IssueEntry:
    """Read what the running headers say of an issue, and the lines before its first title."""
    pagination = text.paged.pagination
    headers = [*(pagination.running_heads or ()), *pagination.running_feet]
    front = [line.text for line in text.lines[: min(titles[0].place, _FRONT)]]
    # Names and numbers do not run on from line to line.
    said = " | ".join([*headers, *front])
    names = [_before_a_volume(header) for header in headers]
    known = {key(title.text) for title in titles}
    # A header with an item's title names no periodical.
    named = [name for name in names if _may_name(name) and key(name) not in known]
    volume = _first_value("volume", said)
    if volume is not None and volume > _HIGHEST_VOLUME:
        volume = None  # it is rather a year
    return IssueEntry(
        id=issue_id,
        periodical=next(iter(named), None) or _named_in_front(front) or UNTITLED,
        volume=volume,
        number=_first_value("number", said),
        year=_commonest_year([*headers, *front]),
        complete=False,
        language=find_language(text.lines) or UNKNOWN_LANGUAGE,
        rights=NO_RIGHTS,
        sha256=sha256,
    )


def _first_value(words: str, said: str) -> int | None:
    """Return the first number, in figures, numerals or words, that some words introduce."""
    for match in pattern(words).finditer(said):
        value = match["value"].casefold()
        if value in _NUMBER_WORDS:
            return _NUMBER_WORDS.index(value) + 1
        number = int(value) if value.isdecimal() else roman_number(value)
        if number:
            return number
    return None


def _commonest_year(texts: Sequence[str]) -> int | None:
    """Return the year that is said most often, the first of several."""
    said: Counter[int] = Counter()
    for printed in texts:
        # A year beside a month or a volume is the issue's; "Established 1845" is another.
        printed = pattern("founded").sub("", printed)
        is_dated = pattern("whole_month").search(printed) or pattern("volume").search(printed)
        for year in YEAR.findall(printed):
            said[int(year)] += _DATED if is_dated else 1
    return max(said, key=lambda year: (said[year], -year), default=None)


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
    names: dict[str, str] = {}
    for printed in front:
        title = _SPACED.sub("", printed).strip(" *=~_#|+<>-.")
        if len(words_of(title)) > _NAME_WORDS:
            continue
        name = _before_a_volume(title)
        kind = case_of(name).value
        if YEAR.search(title) or pattern("volume").search(title):
            name = _before_a_volume(title.split("(")[0]).rstrip(" 0123456789")
            kind = "dated"
        if _may_name(name):
            names.setdefault(kind, name)
    return names.get("capitals") or names.get("title") or names.get("dated")


def _may_name(name: str) -> bool:
    """Return whether some words may be a periodical's name; a month or "Page" is none."""
    fewest = _NAME_LETTERS if name.isascii() else 2  # in Chinese, two letters are a name
    if len(name) < fewest or case_of(name) is Case.SENTENCE:
        return False
    if byline_names(name) or not may_be_title(name):
        return False
    return not any(pattern(other).fullmatch(name) for other in ("no_periodical", "contents"))


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

"""Pages and their numbers: believed where the printed ones agree, counted elsewhere.

A *sheet* is a page as the text has it, before its number is known. By how much a printed number
exceeds its sheet, its *shift*, is the same on pages that follow each other, and grows where pages
are missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import multimode
from typing import NamedTuple

from lprcorpus.text.running_headers import PageMark

_NUMERALS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def roman_number(numeral: str) -> int:
    """Return the number that a Roman numeral in small letters is.

    >>> roman_number("xiv")
    14
    """
    digits = [_NUMERALS[letter] for letter in numeral]
    total = 0
    for place, digit in enumerate(digits):
        total += -digit if digit < max(digits[place:]) else digit
    return total


@dataclass(eq=False)
class PageExtent:
    """One page: its characters, its marks, and its number, printed or counted."""

    start: int
    end: int = 0
    marks: list[PageMark] = field(default_factory=list)
    has_text: bool = False  # before or between its marks
    number: int = 0
    printed: bool = False

    @property
    def numbered(self) -> list[PageMark]:
        """The marks whose number may be its own."""
        return [mark for mark in self.marks if mark.number >= 0]


class _Vote(NamedTuple):
    sheet: int
    shift: int


def believed_numbers(marks: Sequence[Sequence[PageMark]], *, between_feeds: bool) -> dict[int, int]:
    """Return the page numbers to believe, by sheet, given the marks that may have them.

    Each number votes for its shift. The sheets of the shift with the most votes are a stretch;
    before and after it, others are looked for in the same way, whose shifts are less and greater.
    Between form feeds no page can be missing: there one number alone makes no other stretch.
    """
    fewest = 2 if between_feeds else 1
    votes = set()
    for sheet, on_sheet in enumerate(marks):
        for mark in on_sheet:
            votes.add(_Vote(sheet, mark.number - sheet))
    believed: dict[int, int] = {}
    undecided = [sorted(votes)]
    while undecided:
        group = undecided.pop()
        most_voted = multimode(vote.shift for vote in group)
        if not most_voted:
            continue
        # One in the middle of those with as many votes: the first would take more steps.
        shift = most_voted[(len(most_voted) - 1) // 2]
        sheets = [vote.sheet for vote in group if vote.shift == shift]
        if believed and len(sheets) < fewest:
            continue
        for sheet in sheets:
            believed[sheet] = sheet + shift
        first, last = sheets[0], sheets[-1]
        undecided.append([vote for vote in group if vote.sheet < first and vote.shift < shift])
        undecided.append([vote for vote in group if vote.sheet > last and vote.shift > shift])
    return dict(sorted(believed.items()))

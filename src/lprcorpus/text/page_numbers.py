"""The numbers of pages: believed where the printed ones agree, counted elsewhere.

A *sheet* is a page as the text has it, before its number is known. By how much a printed number
exceeds its sheet, its *shift*, is the same on pages that follow each other, and grows where pages
are missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import multimode

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


def believed_numbers(marks: Sequence[Sequence[PageMark]], *, between_feeds: bool) -> dict[int, int]:
    """Return the page numbers to believe, by sheet, given the marks that may have them.

    Each number votes for its shift. The sheets of the shift with the most votes are a stretch;
    before and after it, others are looked for in the same way, whose shifts are less and greater.
    Between form feeds no page can be missing: there one number alone makes no other stretch.
    """
    fewest = 2 if between_feeds else 1
    votes = {
        (sheet, mark.number - sheet) for sheet, on_sheet in enumerate(marks) for mark in on_sheet
    }
    believed: dict[int, int] = {}
    undecided = [votes]
    while undecided:
        votes = undecided.pop()
        if not votes:
            continue
        # Of those with as many, one in the middle: the first would take more steps.
        most_voted = multimode(shift for _, shift in sorted(votes))
        shift = most_voted[(len(most_voted) - 1) // 2]
        sheets = sorted(sheet for sheet, other in votes if other == shift)
        if believed and len(sheets) < fewest:
            continue
        for sheet in sheets:
            believed[sheet] = sheet + shift
        undecided.append({vote for vote in votes if vote[0] < sheets[0] and vote[1] < shift})
        undecided.append({vote for vote in votes if vote[0] > sheets[-1] and vote[1] > shift})
    return dict(sorted(believed.items()))

"""The numbers of pages: believed where the printed ones agree, counted elsewhere.

A *sheet* is a page as the text has it, before its number is known. By how much a printed number
exceeds its sheet, its *shift*, is the same on pages that follow each other, and grows where pages
are missing.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

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


class _Chain(NamedTuple):
    """Numbers that may all be right: the last one, linked to those before it."""

    score: float
    sheet: int
    number: int
    before: _Chain | None


def believed_numbers(marks: Sequence[Sequence[PageMark]], *, between_feeds: bool) -> dict[int, int]:
    """Return the page numbers to believe, by sheet: the longest chain whose shift never falls.

    Given are the marks on each sheet whose numbers may be its own. Between form feeds no page can be
    missing, so that a change of the shift needs more than one number to be worth it.
    """
    change_cost = 1.0 if between_feeds else 0.5
    shifts = {mark.number - sheet for sheet, on_sheet in enumerate(marks) for mark in on_sheet}
    places = [-math.inf, *sorted(shifts)]
    # The best chain that ends in each shift, and its score; none is in the first place.
    chains: list[_Chain | None] = [None] * len(places)
    scores = np.zeros(len(places))
    for sheet, on_sheet in enumerate(marks):
        # The largest first, so that no chain takes two numbers of one sheet.
        for number in sorted({mark.number for mark in on_sheet}, reverse=True):
            place = bisect_left(places, number - sheet)
            before, score = place, float(scores[place])
            lower = int(scores[:place].argmax())
            if scores[lower] - change_cost > score:
                before, score = lower, float(scores[lower]) - change_cost
            scores[place] = score + 1
            chains[place] = _Chain(score + 1, sheet, number, chains[before])
    # Of two that are as long, the one that ends first.
    ranked = sorted(
        filter(None, chains), key=lambda chain: (-chain.score, chain.sheet, chain.number)
    )
    last = next(iter(ranked), None)
    believed = {}
    while last is not None:
        believed[last.sheet] = last.number
        last = last.before
    return dict(sorted(believed.items()))

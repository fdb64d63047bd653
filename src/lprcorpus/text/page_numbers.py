"""The numbers of pages: believed where the printed ones agree, counted elsewhere.

A *sheet* is a page as the text has it, before its number is known. By how much a printed number
exceeds its sheet is the same on pages that follow each other, and grows where pages are missing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter
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


class _Chain(NamedTuple):
    """Numbers that may all be right: the last one, linked to those before it."""

    score: float
    sheet: int
    number: int
    before: _Chain | None

    @property
    def shift(self) -> int:
        """By how much the number exceeds its sheet."""
        return self.number - self.sheet


def believed_numbers(marks: Sequence[Sequence[PageMark]], *, between_feeds: bool) -> dict[int, int]:
    """Return the page numbers to believe, by sheet: the longest chain whose shift never falls.

    Given are the marks on each sheet whose numbers may be its own. Between form feeds no page can
    be missing, so that a change of the shift needs more than one number to be worth it.
    """
    change_cost = 1.0 if between_feeds else 0.5
    best: dict[int, _Chain] = {}  # by the shift that they end in
    # Those chains that none with a smaller shift equals, ascending in shift and in score: to look
    # at all chains for each number would take time that grows with its square.
    rising: list[_Chain] = []
    for sheet, on_sheet in enumerate(marks):
        # The largest first, so that no chain takes two numbers of one sheet.
        for number in sorted({mark.number for mark in on_sheet}, reverse=True):
            shift = number - sheet
            at = bisect_left(rising, shift, key=attrgetter("shift"))
            chain = _Chain(1, sheet, number, None)
            if shift in best:
                chain = _Chain(best[shift].score + 1, sheet, number, best[shift])
            if at > 0:
                score = rising[at - 1].score + 1 - change_cost
                if score > chain.score:
                    chain = _Chain(score, sheet, number, rising[at - 1])
            best[shift] = chain
            if at == 0 or rising[at - 1].score < chain.score:
                past = at
                while past < len(rising) and rising[past].score <= chain.score:
                    past += 1
                rising[at:past] = [chain]
    believed = {}
    # Of two that are as long, the one that ends first.
    ranked = sorted(best.values(), key=lambda chain: (-chain.score, chain.sheet, chain.number))
    last = next(iter(ranked), None)
    while last is not None:
        believed[last.sheet] = last.number
        last = last.before
    return dict(sorted(believed.items()))

"""The numbers of pages: voted on by the numbers printed, counted for all other pages.

A *sheet* is a page as the text has it, before its number is known. A number printed on a sheet
votes for the difference between the two; sheets that agree make a stretch. The votes to believe
are the longest chain whose difference never falls, so that a misread number is passed over.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple


class Vote(NamedTuple):
    """A number printed on a sheet (both counted from 0 and 1, as they are)."""

    sheet: int
    number: int

    @property
    def shift(self) -> int:
        """By how much the number exceeds the sheet."""
        return self.number - self.sheet


class PageNumber(NamedTuple):
    """The number of a sheet, and whether it is printed there."""

    number: int
    printed: bool


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


@dataclass
class _Chain:
    """The best chain that ends in a vote: its score, and the votes, by links to the one before."""

    score: float
    vote: Vote
    before: _Chain | None


def believed_votes(votes: Sequence[Vote], change_cost: float) -> list[Vote]:
    """Return the votes to believe, at most one for each sheet.

    Args:
        votes: the numbers printed, by sheet; a sheet may have several.
        change_cost: how many votes a change of the difference must be worth. Between form feeds no
            page can be missing, so that a change needs more than one vote.

    >>> believed_votes([Vote(0, 12), Vote(1, 13), Vote(2, 1906), Vote(3, 15)], 1)
    [Vote(sheet=0, number=12), Vote(sheet=1, number=13), Vote(sheet=3, number=15)]
    """
    chains = _BestChains(change_cost)
    for _, of_sheet in groupby(votes, key=lambda vote: vote.sheet):
        longer = [chains.ending_in(vote) for vote in of_sheet]
        for chain in longer:  # only now, so that no chain takes two votes of one sheet
            chains.remember(chain)
    best = max(chains.of_shift.values(), key=lambda chain: chain.score, default=None)
    believed = []
    while best is not None:
        believed.append(best.vote)
        best = best.before
    return believed[::-1]


class _BestChains:
    """The best chains that end in the votes seen so far."""

    def __init__(self, change_cost: float) -> None:
        self.change_cost = change_cost
        self.of_shift: dict[int, _Chain] = {}
        # Of the chains that none with a smaller shift equals: ascending in shift and in score.
        # To compare each vote with all of them would take time that grows with its square.
        self._shifts: list[int] = []

    def ending_in(self, vote: Vote) -> _Chain:
        """Return the best chain that a vote can end."""
        best = _Chain(1.0, vote, None)
        same = self.of_shift.get(vote.shift)
        if same is not None:
            best = _Chain(same.score + 1, vote, same)
        below = bisect_left(self._shifts, vote.shift)
        if below > 0:
            lower = self.of_shift[self._shifts[below - 1]]
            score = lower.score + 1 - self.change_cost
            if score > best.score:
                best = _Chain(score, vote, lower)
        return best

    def remember(self, chain: _Chain) -> None:
        """Take a chain in, unless another one with its shift is as good."""
        shift, shifts = chain.vote.shift, self._shifts
        known = self.of_shift.get(shift)
        if known is not None and known.score >= chain.score:
            return
        self.of_shift[shift] = chain
        at = bisect_left(shifts, shift)
        if at > 0 and self._score(at - 1) >= chain.score:
            return
        while at < len(shifts) and (shifts[at] == shift or self._score(at) <= chain.score):
            del shifts[at]
        shifts.insert(at, shift)

    def _score(self, place: int) -> float:
        return self.of_shift[self._shifts[place]].score


def number_sheets(count: int, believed: Sequence[Vote], first: int) -> list[PageNumber]:
    """Return the number of each sheet: printed where a vote is believed, else counted.

    Counted are: from the last printed number on, back from the first one, or from ``first`` where
    no number is printed. A sheet before page 1 that would get a number below 0 gets 0: the pages
    that bear no number share it, since a page's number is its key and is never negative.

    >>> [page.number for page in number_sheets(5, [Vote(2, 1), Vote(4, 3)], 1)]
    [0, 0, 1, 2, 3]
    """
    shift = believed[0].shift if believed else first
    printed = {vote.sheet: vote for vote in believed}
    numbers = []
    for sheet in range(count):
        vote = printed.get(sheet)
        if vote is not None:
            shift = vote.shift
        numbers.append(PageNumber(max(sheet + shift, 0), vote is not None))
    return numbers

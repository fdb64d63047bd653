"""The numbers of pages: voted on by the numbers printed, counted for all other pages.

A *sheet* is a page as the text has it, before its number is known. A number printed on a sheet
votes for the difference between the two; sheets that agree make a stretch. The votes to believe
are the longest chain whose difference never falls, so that a misread number is passed over.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
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


class _Chain(NamedTuple):
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
    best_of: dict[int, _Chain] = {}  # by the shift that they end in
    # The shifts of those chains that none with a smaller shift equals, ascending in shift and in
    # score. To compare each vote with all chains would take time that grows with its square.
    rising: list[int] = []
    for _, of_sheet in groupby(votes, key=attrgetter("sheet")):
        longer = []
        for vote in of_sheet:
            chain = _Chain(1, vote, None)
            same = best_of.get(vote.shift)
            if same is not None:
                chain = _Chain(same.score + 1, vote, same)
            lower_count = bisect_left(rising, vote.shift)
            if lower_count > 0:
                lower = best_of[rising[lower_count - 1]]
                score = lower.score + 1 - change_cost
                if score > chain.score:
                    chain = _Chain(score, vote, lower)
            longer.append(chain)
        for chain in longer:  # only now, so that no chain takes two votes of one sheet
            _remember(chain, best_of, rising)
    last: _Chain | None = max(best_of.values(), key=attrgetter("score"), default=None)
    believed = []
    while last is not None:
        believed.append(last.vote)
        last = last.before
    return believed[::-1]


def _remember(chain: _Chain, best_of: dict[int, _Chain], rising: list[int]) -> None:
    """Take a chain in, unless another one with its shift is as good."""
    shift = chain.vote.shift
    known = best_of.get(shift)
    if known is not None and known.score >= chain.score:
        return
    best_of[shift] = chain
    at = bisect_left(rising, shift)
    if at > 0 and best_of[rising[at - 1]].score >= chain.score:
        return
    while at < len(rising) and best_of[rising[at]].score <= chain.score:
        del rising[at]
    rising.insert(at, shift)


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

"""The numbers of pages: voted on by the numbers printed, counted for all other pages.

A *sheet* is a page as the text has it, before its number is known. A number printed on a sheet
votes for the difference between the two; sheets that agree make a stretch. The votes to believe
are the longest chain whose difference never falls, so that a misread number is passed over.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["PageNumber", "Vote", "believed_votes", "number_sheets"]


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
    ending_in: dict[int, _Chain] = {}  # by shift
    shifts: list[int] = []  # of the chains that no chain with a smaller shift beats, ascending
    place = 0
    while place < len(votes):
        sheet = votes[place].sheet
        longer = []
        while place < len(votes) and votes[place].sheet == sheet:
            longer.append(_lengthened(votes[place], ending_in, shifts, change_cost))
            place += 1
        for chain in longer:  # only now, so that no chain takes two votes of one sheet
            _remember(chain, ending_in, shifts)
    if not ending_in:
        return []
    best: _Chain | None = max(ending_in.values(), key=lambda chain: chain.score)
    believed = []
    while best is not None:
        believed.append(best.vote)
        best = best.before
    return believed[::-1]


def _lengthened(
    vote: Vote, ending_in: dict[int, _Chain], shifts: list[int], change_cost: float
) -> _Chain:
    """Return the best chain that a vote can end."""
    best = _Chain(1.0, vote, None)
    same = ending_in.get(vote.shift)
    if same is not None:
        best = _Chain(same.score + 1, vote, same)
    below = bisect_left(shifts, vote.shift) - 1
    if below >= 0:
        lower = ending_in[shifts[below]]
        score = lower.score + 1 - change_cost
        if score > best.score:
            best = _Chain(score, vote, lower)
    return best


def _remember(chain: _Chain, ending_in: dict[int, _Chain], shifts: list[int]) -> None:
    shift = chain.vote.shift
    known = ending_in.get(shift)
    if known is not None and known.score >= chain.score:
        return
    ending_in[shift] = chain
    at = bisect_left(shifts, shift)
    if at < len(shifts) and shifts[at] == shift:
        del shifts[at]
    if at > 0 and ending_in[shifts[at - 1]].score >= chain.score:
        return
    while at < len(shifts) and ending_in[shifts[at]].score <= chain.score:
        del shifts[at]
    shifts.insert(at, shift)


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

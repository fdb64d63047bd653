"""The titles of one issue are set alike: classes of title blocks by how they are set.

The widest class that runs through the whole text is that of the titles. Bylines and the contents
list confirm a class; they do not choose it, since books advertised have bylines too.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from lprcorpus.draft.set_lines import WIDE, SetText
from lprcorpus.draft.title_blocks import Style, TitleBlock
from lprcorpus.draft.wording import Case

__all__ = ["TitleClass", "best_class", "bylined_share", "like_class"]

_FEWEST = 3  # items that make a class
_MOST_APART = 4
_MOST_EMPHASIS = 10  # tenths of the size of most text
_MOST_COUNTED = 32  # items: more make a class no more likely
_REACH = 0.5  # of the text: a class that runs through it reaches over as much
_LIST_CHARACTERS = 150  # under a title: what is less is a line of a list
_COUNT = re.compile(r"\d{1,3}")


class TitleClass(NamedTuple):
    """The title blocks (by index) of one style that are at least so far apart, and how well they fit."""

    score: float
    style: Style
    apart: int
    members: tuple[int, ...]


def best_class(
    text: SetText,
    blocks: Sequence[TitleBlock],
    usable: Sequence[int],
    listed: Collection[int],
) -> TitleClass | None:
    """Return the class of the titles; None where none runs through the whole text.

    Args:
        text: the text.
        blocks: its title blocks.
        usable: those that may begin an item, by index.
        listed: those that the contents list names.
    """
    by_style: dict[Style, list[int]] = defaultdict(list)
    for index in usable:
        block = blocks[index]
        # What nothing marks and no blank lines set apart is a line of text.
        if block.case is not Case.SENTENCE or block.apart >= 2 or block.style.is_marked:
            by_style[block.style].append(index)
    classes = []
    for style, indices in by_style.items():
        for apart in range(_MOST_APART, 0, -1):
            members = tuple(index for index in indices if blocks[index].apart >= apart)
            if _runs_through(text, blocks, members, style):
                score = _score(text, blocks, members, style, apart, listed)
                classes.append(TitleClass(score, style, apart, members))
    return max(classes, default=None)


def _runs_through(
    text: SetText, blocks: Sequence[TitleBlock], members: Sequence[int], style: Style
) -> bool:
    """Return whether title blocks are over the whole text, as titles and not as a list is."""
    if len(members) < _FEWEST or _reach(text, blocks, members) < _REACH:
        return False
    if style.mark == "1" and not _count_on(blocks, members):
        return False
    # Where most have hardly any text before the next, they are the lines of a list.
    short = 0
    places = [blocks[index].place for index in members]
    for place, end in pairwise([*places, len(text.lines)]):
        below = text.lines[place + 1 : min(end, place + 20)]
        short += sum(len(line.text) for line in below) < _LIST_CHARACTERS
    return short <= 0.5 * len(members)


def _reach(text: SetText, blocks: Sequence[TitleBlock], members: Sequence[int]) -> float:
    return (blocks[members[-1]].place - blocks[members[0]].place) / len(text.lines)


def _count_on(blocks: Sequence[TitleBlock], members: Sequence[int]) -> bool:
    """Return whether numbered titles go on counting, as those of the parts of each item do not."""
    matches = [_COUNT.match(blocks[index].text) for index in members]
    numbers = [int(match.group()) for match in matches if match]
    rising = sum(low < high for low, high in pairwise(numbers))
    return rising >= 0.8 * (len(numbers) - 1)


def _score(
    text: SetText,
    blocks: Sequence[TitleBlock],
    members: Sequence[int],
    style: Style,
    apart: int,
    listed: Collection[int],
) -> float:
    """Return how likely a class is that of the titles. The weights are by trial on many periodicals."""
    score = 1.5 * apart + 2.0 * style.underlined + 1.0 * style.centred + 1.0 * style.capitals
    score += 0.5 * min(style.emphasis, _MOST_EMPHASIS) + 0.5 * (style.mark != "")
    score += 0.8 * math.log2(min(len(members), _MOST_COUNTED)) + _reach(text, blocks, members)
    score += 2.0 * bylined_share(blocks, members)
    score += sum(blocks[index].names is not None for index in members) / len(members)
    if listed:
        score += 4.0 * sum(index in listed for index in members) / len(listed)
    return score


def bylined_share(blocks: Sequence[TitleBlock], members: Sequence[int]) -> float:
    """Return the share of some title blocks that have a byline."""
    return sum(blocks[index].says_by for index in members) / len(members)


def like_class(
    blocks: Sequence[TitleBlock], usable: Sequence[int], chosen: TitleClass
) -> list[int]:
    """Return the members of a class, and what is set apart as widely whatever its capitals."""
    members = set(chosen.members)
    style = chosen.style
    found = []
    for index in usable:
        block = blocks[index]
        is_alike = (
            block.style.mark == style.mark
            and block.style.emphasis >= style.emphasis
            and block.style.underlined >= style.underlined
            and block.style.centred >= style.centred
            and block.case is not Case.SENTENCE
        )
        wide = WIDE + 1 if block.after_rule else WIDE  # a rule alone may be an ornament
        if index in members or (is_alike and block.apart >= max(chosen.apart, wide)):
            found.append(index)
    return found

"""The titles of one issue are set alike: classes of title blocks by how they are set.

The widest class that runs through the whole text is that of the titles. Bylines and the contents
list confirm a class; they do not choose it, since books advertised have bylines too.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lprcorpus.draft.set_lines import WIDE, SetText
from lprcorpus.draft.title_blocks import Style, TitleBlock
from lprcorpus.draft.wording import Case

_FEWEST = 3  # items that make a class
_MOST_APART = 4
_REACH = 0.5  # of the text: a class that runs through it reaches over as much
_LIST_LINES, _LIST_CHARACTERS = 20, 150  # under a title: with less there, it is a line of a list
_RISING = 0.8  # of the numbers of numbered titles
_COUNT = re.compile(r"\d{1,3}")


@dataclass(frozen=True)
class TitleClass:
    """The title blocks of one style that are at least so far apart."""

    style: Style
    apart: int
    members: list[TitleBlock]

    def includes(self, block: TitleBlock) -> bool:
        """Return whether a title block is a member, or is like one and far apart."""
        style, ours = block.style, self.style
        if style == ours and block.line.apart >= self.apart and not block.is_like_text:
            return True
        if block.case is Case.SENTENCE or style.mark != ours.mark:
            return False
        if style.emphasis < ours.emphasis or style.underlined < ours.underlined:
            return False
        wide = WIDE + 1 if block.line.after_rule else WIDE  # a rule alone may be an ornament
        return style.centred >= ours.centred and block.line.apart >= max(self.apart, wide)


def best_class(
    text: SetText, usable: Sequence[TitleBlock], listed: Collection[TitleBlock]
) -> TitleClass | None:
    """Return the class of the titles; None where none runs through the whole text."""
    by_style: dict[Style, list[TitleBlock]] = defaultdict(list)
    for block in usable:
        if not block.is_like_text:
            by_style[block.style].append(block)
    classes = []
    for style, blocks in by_style.items():
        for apart in range(_MOST_APART, 0, -1):
            members = [block for block in blocks if block.line.apart >= apart]
            found = TitleClass(style, apart, members)
            larger = [block for block in usable if _is_larger(block, found)]
            if _runs_through(text, found, larger):
                classes.append(found)
    return max(classes, key=lambda found: _score(found, listed), default=None)


def _is_larger(block: TitleBlock, found: TitleClass) -> bool:
    """Return whether a title is set as a class is, but larger: the first of a page may be."""
    style = found.style
    is_larger = block.style.emphasis > style.emphasis > 0
    return is_larger and block.style._replace(emphasis=style.emphasis) == style


def _runs_through(text: SetText, found: TitleClass, larger: Sequence[TitleBlock]) -> bool:
    """Return whether title blocks are over the whole text, as titles and not as a list is."""
    members = found.members
    if len(members) < _FEWEST:
        return False
    reached = [block.place for block in (*members, *larger)]
    if max(reached) - min(reached) < _REACH * len(text.lines):
        return False
    if found.style.mark == "1":
        # The numbers of titles go on; those of the parts of each item begin anew.
        counted = [_COUNT.match(block.text) for block in members]
        numbers = [int(count.group()) for count in counted if count]
        if not mostly_rise(numbers):
            return False
    # Where most have hardly any text before the next, they are the lines of a list.
    short = 0
    places = [block.place for block in members]
    for place, end in pairwise([*places, len(text.lines)]):
        below = text.lines[place + 1 : min(end, place + _LIST_LINES)]
        short += sum(len(line.text) for line in below) < _LIST_CHARACTERS
    return short <= 0.5 * len(members)


def mostly_rise(numbers: Sequence[int]) -> bool:
    """Return whether numbers go on from one to the next, but for a few."""
    rising = sum(low < high for low, high in pairwise(numbers))
    return rising >= _RISING * (len(numbers) - 1)


def _score(found: TitleClass, listed: Collection[TitleBlock]) -> float:
    """Return how likely a class is that of the titles. The weights are by trial on many texts."""
    style, members = found.style, found.members
    score = 1.5 * found.apart
    score += 2.0 * style.underlined
    score += 1.0 * style.centred
    score += 1.0 * style.capitals
    score += 0.5 * (style.mark != "")
    score += 0.5 * style.emphasis
    score += 0.8 * math.log2(len(members))
    # A byline that recurs is no author's: "illustrated by colour photography".
    bylines = {block.byline.names for block in members if block.byline.says_by}
    names = {block.byline.names for block in members if block.byline.names}
    score += (2.0 * len(bylines) + 1.0 * len(names)) / len(members)
    if listed:
        score += 4.0 * sum(block in listed for block in members) / len(listed)
    return score

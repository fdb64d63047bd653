"""Stage directions: what a transcript notes of the hall, in parentheses, between the spoken words."""

from __future__ import annotations

import re

__all__ = ["stage_directions"]

_SENTENCE = re.compile(
    r"(?:^|(?<=[.!?…\"”’»)]\s))\((?=[^\W\d_a-z])[^()]*[.!?…][\"”’»]?\s*\)(?=\s|$)"
)
"""A sentence in parentheses between sentences, or alone: this is how a transcript sets a direction off from a remark."""

_HALL = re.compile(
    r"\b(?:applau(?:se|ds?)|applaudissements|aplausos|applausi|аплодисменты|beifall|cheer(?:s|ing)?|ovations?|laughter|laughs?|rires?"
    r"|heiterkeit|smiles|rises?|stands?|cries|shouts?|voices?|hear, hear|interruptions?|commotion|stir|movement|animation"
    r"|silence|pauses?|music|sings?|singing|exit|exeunt|enters?|weeps?|whistles?|hisses|boos)\b",
    re.IGNORECASE,
)
"""Words for what is heard or seen in a hall or on a stage."""


def stage_directions(text: str) -> list[tuple[int, int]]:
    """Return the extents of the stage directions in the text of a block, in characters, end exclusive.

    A sentence in parentheses without a word of the hall is the speaker's own remark.

    >>> stage_directions("Long live peace! (Prolonged applause.)")
    [(17, 38)]
    >>> stage_directions("Did it invade? (The answer: No, it did not.)")
    []
    """
    return [match.span() for match in _SENTENCE.finditer(text) if _HALL.search(match.group())]

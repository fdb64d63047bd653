"""A concordance: each passage on a line of its own, with what is on its left and on its right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lprcorpus.search.passages import Passage
from lprcorpus.search.words import words

__all__ = ["ConcordanceLine", "concordance"]


@dataclass(frozen=True)
class ConcordanceLine:
    """A line of a concordance: the text on the left, the keyword, the text on the right, and where that is."""

    left: str
    keyword: str
    right: str
    record: str
    page: int


def concordance(passages: Iterable[Passage], sort: str | None = None) -> list[ConcordanceLine]:
    """Return passages as the lines of a concordance.

    Args:
        passages: the passages, with as much context as the lines shall have.
        sort: ``"left"`` by the words on the left, the nearest first; ``"right"`` by those on the right; else as they come.

    >>> from lprcorpus.search.query import find
    >>> [line.right for line in concordance(find("night whispers", context=12))]
    ['the silence']
    """
    lines = []
    for passage in passages:
        lines.append(
            ConcordanceLine(
                left=" ".join(passage.before.split()),
                keyword=" ".join(passage.exact.split()),
                right=" ".join(passage.after.split()),
                record=passage.record,
                page=passage.page,
            )
        )
    if sort == "left":
        lines.sort(key=lambda line: words(line.left)[::-1])
    elif sort == "right":
        lines.sort(key=lambda line: words(line.right))
    return lines

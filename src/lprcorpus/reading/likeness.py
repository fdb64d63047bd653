"""Passages that read alike: how alike two texts are, where others like a passage stand, and how to tell it from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from lprcorpus.reading.selectors import CONTEXT, OTHERS, Selector, context_hash, passage_hash, squeeze
from lprcorpus.reading.textindex import TextIndex
from lprcorpus.reading.texts import Text
from lprcorpus.reading.words import words

__all__ = ["NEAR", "Place", "likeness", "outer_marks", "places_like", "select"]

NEAR = 0.75
"""Share of words that two passages have in common, in the same order, from which on they may be taken for each other."""

MOST_CONTEXT = 512
"""Characters of context that a selector holds, at most. Passages that are alike with all of that are so with their articles."""

_FEWEST_WORDS = 4
"""Words of a passage from which on others may be like it; shorter ones are like it only if they are the same."""

_MOST_PIECES = 8
"""Pieces that a passage is cut into, at most, to find others like it: each of them has one of the pieces whole."""

_SHORT = 300
"""Characters up to which texts are compared by characters."""

_COMMON = 200
"""Texts that hold a piece from which on it is too common to look for."""


@dataclass(frozen=True)
class Place:
    """A stretch of a body, in characters, and how alike it is to what was looked for (1: the same words)."""

    text: Text
    start: int
    end: int
    likeness: float

    def widened(self, lead: str, tail: str) -> Place:
        """Return the place with what stands just before and after it, if that is what is given."""
        before, after = self.text.body[: self.start], self.text.body[self.end :]
        start = self.start - len(lead) if lead and before.endswith(lead) else self.start
        end = self.end + len(tail) if tail and after.startswith(tail) else self.end
        return Place(self.text, start, end, self.likeness)


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1: by their characters where they are short, else by their words.

    >>> likeness("thee world", "the world") > 0.9
    True
    """
    if max(len(one), len(other)) <= _SHORT:
        return SequenceMatcher(None, squeeze(one), squeeze(other), autojunk=False).ratio()
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def places_like(index: TextIndex, passage: str, floor: float = NEAR) -> list[Place]:
    """Return where a corpus holds passages that read like one, the same words included, whatever their case and accents.

    Args:
        index: the corpus.
        passage: the text of the passage; the punctuation around it is taken in where it is there.
        floor: the least likeness, as a share of the words.
    """
    inside = words(passage)
    if not inside:
        return []
    wanted = [word.folded for word in inside]
    pieces = list(_pieces(wanted)) if len(wanted) >= _FEWEST_WORDS else []
    pieces = [(offset, piece) for offset, piece in pieces if not index.is_common(piece, _COMMON)] or [(0, wanted)]
    found = []
    for text in index.holding([piece for _, piece in pieces]):
        found += _in_text(text, wanted, pieces, floor if len(wanted) >= _FEWEST_WORDS else 1.0)
    return [place.widened(*outer_marks(passage, passage)) for place in found]


def outer_marks(opening: str, closing: str) -> tuple[str, str]:
    """Return what stands before the first word of a passage and after its last, given its beginning and its end."""
    first, last = words(opening), words(closing)
    return opening[: first[0].start] if first else "", closing[last[-1].end :] if last else ""


def _pieces(wanted: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield a passage in pieces of two words or more, each with the index of its first word."""
    count = min(_MOST_PIECES, len(wanted) // 2)
    bounds = [number * len(wanted) // count for number in range(count + 1)]
    for start, end in pairwise(bounds):
        yield start, wanted[start:end]


def _in_text(text: Text, wanted: Sequence[str], pieces: Sequence[tuple[int, Sequence[str]]], floor: float) -> list[Place]:
    """Return the places in one text that read like some words, the most alike of those that overlap."""
    begins = {at - offset for offset, piece in pieces for at in text.phrase_places(piece)}
    aligned = (_aligned(text, wanted, begin) for begin in sorted(begins))
    best: list[Place] = []
    for place in sorted((place for place in aligned if place.likeness >= floor), key=lambda place: -place.likeness):
        if all(place.end <= other.start or other.end <= place.start for other in best):
            best.append(place)
    return best


def _aligned(text: Text, wanted: Sequence[str], begin: int) -> Place:
    """Return the stretch near a word of a text that fits some words best."""
    slack = len(wanted) // 4 + 1
    low = max(begin - slack, 0)
    window = [word.folded for word in text.words[low : begin + len(wanted) + slack]]
    blocks = SequenceMatcher(None, wanted, window, autojunk=False).get_matching_blocks()[:-1]
    if not blocks:
        return Place(text, 0, 0, 0.0)
    first, last = blocks[0], blocks[-1]
    start = max(first.b - first.a, 0)
    stop = min(last.b + last.size + len(wanted) - last.a - last.size, len(window))
    shared = 2 * sum(block.size for block in blocks) / (len(wanted) + stop - start)
    return Place(text, text.words[low + start].start, text.words[low + stop - 1].end, shared)


def select(index: TextIndex, text: Text, start: int, end: int) -> Selector:
    """Return the selector of some characters of a body, with as much context as tells it from all passages like it."""
    alike = places_like(index, text.body[start:end])
    others = [place for place in alike if place.text.id != text.id or place.end <= start or end <= place.start]
    size = CONTEXT
    while (mistakable := _share_context(text, start, end, others, size)) and size < MOST_CONTEXT:
        size *= 2
    exact = text.body[start:end]
    prefix, suffix = text.around(start, end, size)
    page, page_end = text.pages_of(start, end)
    return Selector(
        corpus=index.name,
        version=index.version,
        record=text.id,
        page=page,
        page_end=page_end,
        start=start,
        end=end,
        exact=exact,
        first_words=exact,
        last_words=exact,
        prefix=prefix,
        suffix=suffix,
        hash=passage_hash(exact),
        before=context_hash(prefix),
        after=context_hash(suffix),
        context_size=size,
        others=OTHERS[3 if mistakable else 2 if text.id in {place.text.id for place in others} else 1 if others else 0],
    )


def _share_context(text: Text, start: int, end: int, others: Sequence[Place], size: int) -> bool:
    """Tell whether one of some places has, on either side, what stands there of a passage."""
    mine = text.before(start, size), text.after(end, size)
    theirs = ((place.text.before(place.start, size), place.text.after(place.end, size)) for place in others)
    return any(one == other for pair in theirs for one, other in zip(mine, pair, strict=True))

"""Passages that read alike: how alike two texts are, where others like a passage stand, and how to tell it from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, takewhile

from lprcorpus.search.selectors import CONTEXT, Counts, Selector, context_hash, passage_hash, squeeze
from lprcorpus.search.textindex import TextIndex
from lprcorpus.search.texts import Text
from lprcorpus.search.words import words

__all__ = ["NEAR", "Place", "family", "likeness", "occurrences", "outer_marks", "places_like", "places_of", "reads", "select"]

NEAR = 0.75
"""Share of words that two passages have in common, in the same order, from which on they may be taken for each other."""

MOST_CONTEXT = 4096
"""Characters of context that a selector holds, at most. Passages that are alike with all of that are so with their articles."""

_MARGIN = 8
"""Characters of context that a selector holds beyond those that another passage shares."""

_FEWEST_WORDS = 4
"""Words of a passage from which on others may be like it; shorter ones are like it only if they are the same."""

_MOST_PIECES = 8
"""Pieces that a passage is cut into, at most, to find others like it: each of them has one of the pieces whole."""

_SHORT = 300
"""Characters up to which texts are compared by characters."""

_COMMON = 200
"""Texts that hold a piece from which on it is too common to look for."""


Around = Callable[[int, int], str]
"""Gives what stands on one side of an offset of a body: so many characters."""


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


def places_of(index: TextIndex, quoted: tuple[str, str], size: int, digest: str, record: str, *, whole: bool) -> list[Place]:
    """Return where a corpus holds a passage character by character, white space aside.

    Args:
        index: the corpus.
        quoted: the passage twice, or its first and its last words.
        size: how many characters it has.
        digest: its hash, or the beginning of that.
        record: the record to look in where the passage has no word by which to find it.
        whole: whether the passage itself is quoted.
    """
    head, tail = words(quoted[0]), words(quoted[1])
    if not head or not tail:
        own = index.get(record)
        starts = occurrences(quoted[0], own.body) if own else []
        return [Place(own, start, start + len(quoted[0]), 1.0) for start in starts if own]
    found = []
    opening, closing = [word.folded for word in head], [word.folded for word in tail]
    for text in index.holding([opening]):
        ends = text.phrase_places(closing)
        for first in text.phrase_places(opening):
            start = max(text.words[first].start - head[0].start, 0)
            for last in [first] if whole else ends:
                end = text.words[last + len(closing) - 1].end + len(quoted[1]) - tail[-1].end
                if last >= first and reads(text.body[start:end], size, digest):
                    found.append(Place(text, start, end, 1.0))
    return found


def reads(stretch: str, size: int, digest: str) -> bool:
    """Tell whether a stretch of a body is a passage of a size and a hash; white space may have made it longer or shorter."""
    return abs(len(stretch) - size) <= 8 + size // 10 and passage_hash(stretch).startswith(digest)


def occurrences(wanted: str, text: str) -> list[int]:
    """Return where a text holds another; the places may overlap."""
    found, at = [], text.find(wanted)
    while at >= 0:
        found.append(at)
        at = text.find(wanted, at + 1)
    return found


def select(index: TextIndex, text: Text, start: int, end: int) -> Selector:
    """Return the selector of some characters of a body, with as much of what stands on either side as tells it from others."""
    exact = text.body[start:end]
    digest = passage_hash(exact)
    same = places_of(index, (exact, exact), end - start, digest, text.id, whole=True)
    alike = places_like(index, exact)
    others = [place for place in [*same, *alike] if place.text.id != text.id or place.end <= start or end <= place.start]
    before = _telling(text.before, start, [(place.text.before, place.start) for place in others], at_end=True)
    after = _telling(text.after, end, [(place.text.after, place.end) for place in others], at_end=False)
    prefix, suffix = text.around(start, end, before or CONTEXT, after or CONTEXT)
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
        hash=digest,
        before=context_hash(prefix),
        after=context_hash(suffix),
        before_size=before,
        after_size=after,
        counts=_counts(text, start, same, alike),
    )


def _telling(around: Around, at: int, others: Sequence[tuple[Around, int]], *, at_end: bool) -> int:
    """Return how many characters on one side of a passage tell it from others; 0 where none do, nor does the end of its body."""
    order = -1 if at_end else 1
    mine = around(at, MOST_CONTEXT)[::order]
    theirs = [other(place, MOST_CONTEXT)[::order] for other, place in others]
    if mine and mine in theirs:
        return 0
    shared = max(
        (sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(mine, one, strict=False))) for one in theirs), default=0
    )
    return max(CONTEXT, min(shared + _MARGIN, MOST_CONTEXT))


def _counts(text: Text, start: int, same: Sequence[Place], alike: Sequence[Place]) -> Counts:
    """Return how many passages read the same as one, and how many read the same or almost the same."""
    inside = [place.start for place in same if place.text.id == text.id]
    if start not in inside:  # it begins or ends inside a word: others are not found
        return Counts(in_corpus=None, like_in_record=None, like_in_corpus=None)
    records = family(same, alike)
    return Counts(sum(at <= start for at in inside), len(inside), len(same), records.count(text.id), len(records))


def family(same: Sequence[Place], alike: Sequence[Place]) -> list[str]:
    """Return the record of each passage that reads the same as one or almost the same."""
    starts = {(place.text.id, place.start) for place in same}
    apart = [
        place
        for place in alike
        if (place.text.id, place.start) not in starts
        and not any(place.text.id == one.text.id and place.start < one.end and one.start < place.end for one in same)
    ]
    return [place.text.id for place in [*same, *apart]]

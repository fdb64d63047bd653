"""A passage looked for by its quotation, where the raw text that its selector names is another or is not there.

What was extracted again has other line ends, and some characters repaired. So letters and digits alone are compared, folded,
and what was before and after the passage with them. A passage is found where it reads the same, or almost, with the same around
it, and nowhere else in its issue; in doubt it is not found. A line has nothing of what was around: its passage is found only if
its words are many, or on their page, and once in their record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from lprcorpus.search.passages import ROLES_OF_TEXT, Passage, Reader, RecordText
from lprcorpus.search.selectors import ELLIPSIS, Selector, squeeze, typewritten
from lprcorpus.search.words import fold, words

__all__ = ["quoted", "reads_as"]

_ALIKE = 0.75
"""Similarity from which on two stretches count as the same text, with characters repaired. Unrelated English has about 0.5."""

_MANY_WORDS, _FEW_WORDS = 8, 2
"""Words from which on a line names a passage that is in its record only once; and if it is on its page, too."""

_LONG = 20
"""Letters from which on a quotation that reads the same needs its context on one side only."""

_SEED, _SEEDS = 8, 4
"""Letters in a row by which a passage that reads almost the same is looked for; and how far from its ends, in such rows."""

_EDGE = 64
"""Letters from either end of a long quotation that are compared."""

_MOST_CANDIDATES = 10


@dataclass(frozen=True)
class _Place:
    """A stretch of a text, in letters, that may be the passage."""

    text: RecordText
    start: int
    end: int

    @property
    def letters(self) -> str:
        """The letters of the whole text."""
        return self.text.folded.letters[0]

    def passage(self) -> Passage:
        """Return it as a passage."""
        offsets = self.text.folded.letters[1]
        return self.text.passage(*self.text.folded.around(offsets[self.start], offsets[self.end - 1] + 1))


def quoted(reader: Reader, selector: Selector) -> tuple[Passage | None, list[Passage]]:
    """Return the passage that a selector's quotation names in its issue, or None and those that read the same."""
    quotation = _Quotation(selector)
    texts = [reader.text(record, role) for record in reader.index.record_ids(selector.issue) for role in ROLES_OF_TEXT]
    same = [place for text in texts if text for place in quotation.same_in(text)]
    places = same or [place for text in texts if text for place in quotation.similar_in(text)]
    sure = [place for place in places if quotation.is_sure(place, is_only=len(places) == 1)]
    for chosen in ([place for place in sure if place.text.id == selector.record], sure):
        if len(chosen) == 1:
            return chosen[0].passage(), []
    if not places:
        elsewhere = islice(reader.index.holding([words(selector.quote)]), _MOST_CANDIDATES)
        texts = [reader.text(record) for record in elsewhere]
        places = [place for text in texts if text for place in quotation.same_in(text)]
    return None, [place.passage() for place in places[:_MOST_CANDIDATES]]


def reads_as(selector: Selector, text: str) -> bool:
    """Return whether a text reads as a selector does, white space aside, as far as a line has its words."""
    if selector.exact is not None:
        return squeeze(text) == squeeze(selector.exact)
    first, *_, last = [typewritten(part) for part in (f"{selector.quote}{ELLIPSIS}{selector.quote}").split(ELLIPSIS)]
    return typewritten(text).startswith(first) and typewritten(text).endswith(last)


class _Quotation:
    """The letters of a selector's quotation, and of what was around it."""

    def __init__(self, selector: Selector) -> None:
        self.selector = selector
        self.is_line = selector.exact is None
        ends = selector.quote.split(ELLIPSIS) if self.is_line else [selector.exact or ""]
        self.is_whole = len(ends) == 1
        self.first, self.last = _letters(ends[0]), _letters(ends[-1])
        self.before, self.after = _letters(selector.prefix), _letters(selector.suffix)

    def same_in(self, text: RecordText) -> Iterator[_Place]:
        """Yield the places in a text that read the same; for a line that leaves words out, the places of its ends."""
        letters = text.folded.letters[0]
        longest = self.selector.raw_end - self.selector.raw_start
        for start in _occurrences(letters, self.first):
            if self.is_whole:
                yield _Place(text, start, start + len(self.first))
                continue
            for last in _occurrences(letters[: start + longest], self.last, start + longest // 2):
                yield _Place(text, start, last + len(self.last))

    def similar_in(self, text: RecordText) -> Iterator[_Place]:
        """Yield the places in a text that read almost the same; of those that overlap, the one that is most like it."""
        letters, size = text.folded.letters[0], len(self.first)
        if not self.is_whole or not size:
            return
        ends = _boundaries(letters, self.first[-_EDGE:], self.after)
        found = []
        for start in _boundaries(letters, self.before, self.first[:_EDGE]):
            near = (end for end in ends if start < end and abs(end - start - size) <= size // 8 + 2)
            found += [_Place(text, start, end) for end in near]
        reached: list[_Place] = []
        for place in sorted(found, key=self._similarity, reverse=True):
            is_apart = all(place.end <= other.start or other.end <= place.start for other in reached)
            if is_apart and self._similarity(place) >= _ALIKE:
                reached.append(place)
                yield place

    def _similarity(self, place: _Place) -> float:
        size = min(_EDGE, max(len(self.first), place.end - place.start))
        first = _ratio(self.first[:size], place.letters[place.start : place.start + size])
        last = _ratio(self.first[-size:], place.letters[max(place.end - size, place.start) : place.end])
        return min(first, last)

    def is_sure(self, place: _Place, *, is_only: bool) -> bool:
        """Return whether a place is the passage by what is around it, or, for a line, by its words and its page."""
        if self.is_line:
            count = len(words(self.selector.quote))
            on_page = place.text.id == self.selector.record and place.passage().page == self.selector.page
            return count >= _MANY_WORDS or (on_page and count >= _FEW_WORDS)
        before = place.letters[max(place.start - len(self.before), 0) : place.start]
        after = place.letters[place.end : place.end + len(self.after)]
        sides = [_ratio(self.before, before) >= _ALIKE, _ratio(self.after, after) >= _ALIKE]
        same = place.letters[place.start : place.end] == self.first
        return all(sides) or (any(sides) and same and is_only and len(self.first) >= _LONG)


def _letters(text: str) -> str:
    return fold(text).replace(" ", "")


def _occurrences(letters: str, wanted: str, start: int = 0) -> Iterator[int]:
    """Yield where some letters are; they may overlap."""
    place = letters.find(wanted, start) if wanted else -1
    while place >= 0:
        yield place
        place = letters.find(wanted, place + 1)


def _boundaries(letters: str, left: str, right: str) -> set[int]:
    """Return where a boundary between two stretches may be, by letters in a row near it on either side that are there."""
    found = set()
    for gap in range(0, _SEEDS * _SEED, _SEED // 2):
        seed = left[max(len(left) - gap - _SEED, 0) : max(len(left) - gap, 0)]
        if len(seed) == _SEED:
            found |= {place + _SEED + gap for place in _occurrences(letters, seed)}
        seed = right[gap : gap + _SEED]
        if len(seed) == _SEED:
            found |= {place - gap for place in _occurrences(letters, seed)}
    return {place for place in found if 0 <= place <= len(letters)}


def _ratio(one: str, other: str) -> float:
    """Return how similar two stretches are, from 0 to 1; two empty ones are the same."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()

"""From a selector back to its passage: whether it is where it was, has moved, has changed, or is gone.

The same words are not enough to know a passage by, for an edition may hold others like it. What stands around it decides: a
place counts where the text before or after it agrees with the selector's. Words alone count only where the edition that the
selector was made in held no other passage like it, and they are more than a few. In doubt the answer is that the passage is
gone, with the places that read like it; a wrong passage is never given for the right one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from functools import cached_property
from typing import Any

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.search.answers import Resolution, changed, gone, unchanged
from lprcorpus.search.likeness import NEAR, Place, family, likeness, outer_marks, places_like, places_of, reads
from lprcorpus.search.passages import Citations
from lprcorpus.search.selectors import Selector
from lprcorpus.search.surroundings import Side, after_prefix, before_suffix, meeting, sides
from lprcorpus.search.textindex import TextIndex, index_of
from lprcorpus.search.texts import Text
from lprcorpus.search.words import words

__all__ = ["resolve", "resolve_in"]

ENOUGH_WORDS = 5
"""Words from which on a passage that had no other like it is known by them alone."""

LIKE_ENOUGH = 0.5
"""Likeness from which on what stands in a passage's place, between what stood before and after it, is that passage, changed."""

ALMOST_THE_SAME = 0.9
"""Likeness from which on a passage that had no other like it is known again in its record, whatever now stands around it."""


def resolve(selector: Selector | Mapping[str, Any] | str, *, style: str = "bibtex", corpus: Corpus | None = None) -> Resolution:
    """Follow a selector to its passage, and say whether it is where it was, has moved, has changed, or is gone.

    Args:
        selector: a selector as :func:`lprcorpus.find` gives it: itself, as JSON, or as a short line.
        style: the style of the passage's citation, as in :func:`lprcorpus.cite`.
        corpus: where to look; the corpus that came with the package by default.

    Raises:
        UsageError: it is no selector, or one of another corpus.

    >>> from lprcorpus.search.passages import find
    >>> resolve(str(find("night whispers")[0].selector)).status
    'same'
    """
    corpus = corpus or Corpus()
    return resolve_in(index_of(corpus), Selector.read(selector), Citations(corpus, style))


def resolve_in(index: TextIndex, selector: Selector, citations: Citations) -> Resolution:
    """Follow a selector in an index.

    Raises:
        UsageError: it is of another corpus.
    """
    if selector.corpus != index.name:
        raise UsageError(f"the selector is of the corpus {selector.corpus[:60]!r}; expected one of {index.name!r}")
    edition = _Edition(index, selector)
    exact = [_Weighed.of(edition, place, is_same=True) for place in edition.same]
    found = _best([place for place in exact if place.known])
    place = found.place if found else _changed_place(edition) or _by_words(exact)
    if place is None:
        nearest = sorted(exact, key=lambda weighed: (weighed.in_its_record, weighed.weight), reverse=True)
        return gone(index, selector, [weighed.place for weighed in nearest], citations)
    if reads(place.text.body[place.start : place.end], selector.end - selector.start, selector.hash):
        return unchanged(index, selector, place, citations)
    return changed(index, selector, place, citations)


@dataclass(frozen=True)
class _Edition:
    """An edition that a passage is looked for in."""

    index: TextIndex
    selector: Selector

    @cached_property
    def same(self) -> list[Place]:
        """The places that hold the passage word for word."""
        found = self._places(self.selector.hash)
        starts = {(place.text.id, place.start) for place in found}
        return found + [place for place in self._where_it_was() if (place.text.id, place.start) not in starts]

    @cached_property
    def near(self) -> list[Place]:
        """The places that read like the passage; for a short line, those that begin and end like it and are as long."""
        if self.selector.exact is None:
            return self._places("")
        return places_like(self.index, self.selector.exact, LIKE_ENOUGH)

    @cached_property
    def alike(self) -> list[Place]:
        """The places that may be taken for the passage; none for a short line, which does not hold it."""
        return [] if self.selector.exact is None else places_like(self.index, self.selector.exact)

    @cached_property
    def texts(self) -> list[Text]:
        """The texts that it may stand in: its record, and those that hold passages near it or its first or last words."""
        ends = [[word.folded for word in words(end)] for end in (self.selector.first_words, self.selector.last_words)]
        own = self.index.get(self.selector.record)
        found = [own] if own else []
        if self.selector.exact is not None:
            found += [place.text for place in self.near]
        elif all(ends):
            found += self.index.holding(ends)
        return list({text.id: text for text in found}.values())

    def _where_it_was(self) -> list[Place]:
        """Return the place that the selector names, if all is as it was: a passage that begins inside a word is found only so."""
        selector, text = self.selector, self.index.get(self.selector.record)
        if text is None or not reads(text.body[selector.start : selector.end], selector.end - selector.start, selector.hash):
            return []
        agrees = {Side.EDGE, Side.AGREES}.issuperset(sides(text, selector.start, selector.end, selector))
        return [Place(text, selector.start, selector.end, 1.0)] if agrees else []

    def _places(self, digest: str) -> list[Place]:
        selector = self.selector
        quoted, size = (selector.first_words, selector.last_words), selector.end - selector.start
        return places_of(self.index, quoted, size, digest, selector.record, whole=selector.exact is not None)

    @cached_property
    def has_lost_the_same(self) -> bool:
        """Whether it holds fewer passages that read the same than the edition of the selector did."""
        counts = self.selector.counts
        return self._is_fewer([place.text.id for place in self.same], counts.in_record, counts.in_corpus)

    @cached_property
    def same_in_record(self) -> list[int]:
        """Where the passages of its record that read the same begin now."""
        return sorted(place.start for place in self.same if place.text.id == self.selector.record)

    def has_lost_one_like(self, passage: str) -> bool:
        """Tell whether it holds fewer passages like one, taken for the selector's, than the edition of the selector did."""
        counts = self.selector.counts
        if counts.like_in_corpus == 1:
            return False
        if counts.like_in_record is None:
            return True
        alike = places_like(self.index, passage) if self.selector.exact is None else self.alike
        records = family(self.same, alike)
        return self._is_fewer(records, counts.like_in_record, counts.like_in_corpus)

    def _is_fewer(self, records: Sequence[str], in_record: int, in_corpus: int | None) -> bool:
        return records.count(self.selector.record) < in_record and (in_corpus is None or len(records) < in_corpus)


@dataclass(frozen=True)
class _Weighed:
    """A place, weighed by how what stands before and after it agrees with a selector.

    Attributes:
        edition: the edition that it is of.
        place: the place.
        before: how what stands before it agrees.
        after: how what stands after it agrees.
        is_same: whether it reads the same as the passage.
    """

    edition: _Edition
    place: Place
    before: Side
    after: Side
    is_same: bool

    @classmethod
    def of(cls, edition: _Edition, place: Place, *, is_same: bool) -> _Weighed:
        """Weigh a place."""
        return cls(edition, place, *sides(place.text, place.start, place.end, edition.selector), is_same)

    @property
    def selector(self) -> Selector:
        """The selector."""
        return self.edition.selector

    @property
    def in_its_record(self) -> bool:
        """Whether it is in the record that the selector names."""
        return self.place.text.id == self.selector.record

    @property
    def has_enough_words(self) -> bool:
        """Whether it is more than a few words, so that it can be known by them in another record."""
        return len(self.place.text.words_in(self.place.start, self.place.end)) >= ENOUGH_WORDS

    @property
    def on_both_sides(self) -> bool:
        """Whether what stands on either side agrees."""
        return min(self.before, self.after) >= Side.EDGE

    @property
    def known(self) -> bool:
        """Whether it is the passage by what stands around it.

        One side tells it from passages like it only as long as none was lost. Where the passage was cut out with all that
        followed it, up to another like it, that other one now stands behind what stood before the passage. No other can
        come to stand there if none followed; and none can stand between what stood before and what stood after. What is
        only near the selector's may stand around others as well: it counts if no other can be meant.

        Where no passage of its record that reads the same is missing, they stand in the order they had. Where one is, the
        record may have been parted, so that another has come to its edge: then the edge alone says nothing.
        """
        counts, there = self.selector.counts, self.edition.same_in_record
        in_order = self.is_same and self.in_its_record and len(there) == counts.in_record
        if in_order and there[counts.number - 1] != self.place.start:
            return False
        sure = not self.edition.has_lost_the_same if self.is_same else counts.like_in_corpus == 1
        enough = Side.NEAR if sure and (in_order or not self.is_same or counts.in_corpus == 1) else Side.AGREES
        before = self.selector.before_size > 0 and (self.before >= enough or self.before == Side.EDGE)
        after = self.selector.after_size > 0 and (self.after >= enough or self.after == Side.EDGE)
        agreeing = [side for side, agrees in ((self.before, before), (self.after, after)) if agrees]
        if not agreeing or (self.is_same and len(there) < counts.in_record and max(agreeing) == Side.EDGE):
            return False
        if sure or (before and after):
            return True
        if self.is_same:
            none_precedes, none_follows = counts.number == 1, counts.number == counts.in_record
        else:
            none_precedes = none_follows = self.in_its_record and counts.like_in_record == 1
        return (before and none_follows) or (after and none_precedes) or not self.lost

    @cached_property
    def lost(self) -> bool:
        """Whether the passage or one like it was cut out, if the place is the passage."""
        passage = self.selector.exact or self.place.text.body[self.place.start : self.place.end]
        return self.edition.has_lost_one_like(passage)

    @property
    def weight(self) -> int:
        """How well what stands around it agrees."""
        return self.before + self.after


def _best(places: Sequence[_Weighed]) -> _Weighed | None:
    """Return the place that agrees best with a selector, or None where there is none or no single one."""
    ranked = sorted(places, key=lambda place: place.weight, reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0].weight == ranked[1].weight):
        return None
    return ranked[0]


def _by_words(exact: Sequence[_Weighed]) -> Place | None:
    """Return the only place that has the passage's words, if no other had: what stands around it is new."""
    if len(exact) != 1 or exact[0].edition.has_lost_the_same:
        return None
    (only,) = exact
    counts = only.selector.counts
    if only.in_its_record:
        return only.place if counts.in_record == 1 else None
    return only.place if counts.in_corpus == 1 and only.has_enough_words else None


def _changed_place(edition: _Edition) -> Place | None:
    """Return where the passage stands in another wording, or None."""
    selector, near = edition.selector, edition.near
    in_place = [place for text in edition.texts for place in _in_its_place(text, selector)]
    taken = {(place.text.id, place.start, place.end) for place in edition.same}
    places = [place for place in [*in_place, *near] if (place.text.id, place.start, place.end) not in taken]
    weighed = [_Weighed.of(edition, place, is_same=False) for place in places if place.likeness >= LIKE_ENOUGH]
    known = [one for one in weighed if one.known and (one.on_both_sides or one.place.likeness >= NEAR)]
    best = max(known, key=lambda one: (one.on_both_sides, one.weight, one.place.likeness), default=None)
    if best is None:
        alone = [one for one in weighed if one.place in near and one.place.likeness >= ALMOST_THE_SAME]
        return alone[0].place if len(alone) == 1 and _is_alone(alone[0]) else None
    if best.on_both_sides and best.place.likeness >= NEAR:
        return best.place
    closed = max(meeting(text, selector) for text in edition.texts)
    return best.place if closed < (Side.AGREES if best.on_both_sides else Side.NEAR) else None


def _is_alone(weighed: _Weighed) -> bool:
    """Tell whether a place is the passage, changed, if it is the only one that reads almost like it: no other did."""
    counts = weighed.selector.counts
    return counts.like_in_corpus == 1 and (weighed.in_its_record or weighed.has_enough_words)


def _in_its_place(text: Text, selector: Selector) -> Iterator[Place]:
    """Yield the stretches of a body that begin after what stood before the passage, or end before what stood after it."""
    offsets = text.squeezed[1]
    lead, tail = outer_marks(selector.first_words, selector.last_words)
    most = 2 * (selector.end - selector.start) + 64
    starts, stops = after_prefix(text, selector), before_suffix(text, selector)
    pairs = [(start, stop) for start in starts for stop in stops if start < stop <= start + most]
    for start, stop in pairs:
        yield _place(text, offsets[start], offsets[stop - 1] + 1, selector)
    for start in set(starts) - {start for start, _ in pairs} - {len(offsets)}:
        yield _place(text, offsets[start], _end_from(text, offsets[start], selector), selector).widened("", tail)
    for stop in set(stops) - {stop for _, stop in pairs} - {0}:
        yield _place(text, _start_from(text, offsets[stop - 1] + 1, selector), offsets[stop - 1] + 1, selector).widened(lead, "")


def _end_from(text: Text, start: int, selector: Selector) -> int:
    """Return where the passage, begun at an offset, ends: at the words that fit its last ones best."""
    wanted, first = [word.folded for word in words(selector.last_words)], bisect_left(text.word_starts, start)
    window = text.words[first : first + (selector.end - selector.start) // 2 + 8]
    block = _last_block(wanted, [word.folded for word in window])
    if block is None:
        return start
    return window[min(block.b + block.size - 1 + len(wanted) - block.a - block.size, len(window) - 1)].end


def _start_from(text: Text, end: int, selector: Selector) -> int:
    """Return where the passage, ended at an offset, begins: at the words that fit its first ones best."""
    wanted, stop = [word.folded for word in words(selector.first_words)], bisect_left(text.word_starts, end)
    window = text.words[max(stop - (selector.end - selector.start) // 2 - 8, 0) : stop][::-1]
    block = _last_block(wanted[::-1], [word.folded for word in window])
    if block is None:
        return end
    return window[min(block.b + block.size - 1 + len(wanted) - block.a - block.size, len(window) - 1)].start


def _last_block(wanted: Sequence[str], window: Sequence[str]) -> Match | None:
    """Return the last run of words that two sequences have in common."""
    blocks = SequenceMatcher(None, wanted, window, autojunk=False).get_matching_blocks()[:-1]
    return blocks[-1] if blocks else None


def _place(text: Text, start: int, end: int, selector: Selector) -> Place:
    """Return a stretch of a body as a place, with its likeness to the passage or, of a short line, to its ends."""
    now = text.body[start:end]
    if selector.exact is not None:
        return Place(text, start, end, likeness(selector.exact, now))
    first, last = selector.first_words.split(), selector.last_words.split()
    opening, closing = " ".join(now.split()[: len(first)]), " ".join(now.split()[-len(last) :])
    alike = likeness(" ".join(first), opening) + likeness(" ".join(last), closing)
    return Place(text, start, end, alike / 2)

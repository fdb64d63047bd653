"""From a selector back to its passage: whether it is where it was, has moved, has changed, or is gone.

The same words are not enough to know a passage by, for an edition may hold others like it. What stands around it decides: a
place counts where the text before or after it agrees with the selector's. Words alone count only where the edition that the
selector was made in held no other passage like it, and they are more than a few. In doubt the answer is that the passage is
gone, with the places that read like it; a wrong passage is never given for the right one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from typing import Any

from lprcorpus.errors import UsageError
from lprcorpus.reading.corpus import Corpus
from lprcorpus.reading.likeness import NEAR, Place, likeness, outer_marks, places_like
from lprcorpus.reading.passages import Citations, Passage, passage_at
from lprcorpus.reading.selectors import Selector, passage_hash
from lprcorpus.reading.surroundings import Side, after_prefix, before_suffix, meeting, occurrences, sides
from lprcorpus.reading.textindex import TextIndex, index_of
from lprcorpus.reading.texts import Text
from lprcorpus.reading.words import words

__all__ = ["Resolution", "Side", "resolve", "resolve_in"]

MOST_CANDIDATES = 10
"""Places that read like a passage that is gone, at most, in an answer."""

ENOUGH_WORDS = 5
"""Words from which on a passage that had no other like it is known by them alone."""

LIKE_ENOUGH = 0.5
"""Likeness from which on what stands in a passage's place is that passage, changed; where only one side agrees, more is asked."""

_ONE_SIDED = 0.6

ALMOST_THE_SAME = 0.9
"""Likeness from which on a passage that had no other like it is known again in its record, whatever now stands around it."""


@dataclass(frozen=True)
class Resolution:
    """Where a selector leads.

    Attributes:
        status: ``"same"``: the same text in the same record, on the same page, at the same characters; ``"moved"``: the same
            text elsewhere; ``"changed"``: another wording in its place; ``"gone"``: it is not there, or cannot be told from
            others.
        message: the answer in a sentence: where the passage moved to, how it changed, why it is gone.
        passage: the passage as it is now; None where it is gone.
        changes: where it changed, what was there and what is there now, stretch by stretch; empty for a selector that does
            not hold the whole passage.
        candidates: where it is gone, the places that read like it.
    """

    status: str
    message: str
    passage: Passage | None = None
    changes: tuple[tuple[str, str], ...] = ()
    candidates: tuple[Passage, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "status": self.status,
            "message": self.message,
            "passage": self.passage.to_dict() if self.passage else None,
            "changes": [{"before": old, "after": new} for old, new in self.changes],
            "candidates": [candidate.to_dict() for candidate in self.candidates],
        }


def resolve(selector: Selector | Mapping[str, Any] | str, *, style: str = "bibtex", corpus: Corpus | None = None) -> Resolution:
    """Follow a selector to its passage, and say whether it is where it was, has moved, has changed, or is gone.

    Args:
        selector: a selector as :func:`lprcorpus.find` gives it: itself, as JSON, or as a short line.
        style: the style of the passage's citation, as in :func:`lprcorpus.cite`.
        corpus: where to look; the corpus that came with the package by default.

    Raises:
        UsageError: it is no selector, or one of another corpus.

    >>> from lprcorpus.reading.passages import find
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
    exact = [_Weighed.of(place, selector) for place in _exact_places(index, selector)]
    found = _best([place for place in exact if place.known])
    place = found.place if found else _changed_place(index, selector)
    if place is None:
        by_words = [place for place in exact if place.known_by_words]
        place = by_words[0].place if len(by_words) == 1 else None
    if place is None:
        nearest = sorted(exact, key=lambda weighed: (weighed.in_its_record, weighed.weight), reverse=True)
        return _gone(index, selector, [weighed.place for weighed in nearest], citations)
    if _is_it(place, selector):
        return _unchanged(index, selector, place, citations)
    return _changed(index, selector, place, citations)


@dataclass(frozen=True)
class _Weighed:
    """A place, weighed by how what stands before and after it agrees with a selector."""

    place: Place
    selector: Selector
    before: Side
    after: Side

    @classmethod
    def of(cls, place: Place, selector: Selector) -> _Weighed:
        """Weigh a place."""
        return cls(place, selector, *sides(place.text, place.start, place.end, selector))

    @property
    def in_its_record(self) -> bool:
        """Whether it is in the record that the selector names."""
        return self.place.text.id == self.selector.record

    @property
    def on_both_sides(self) -> bool:
        """Whether what stands on either side agrees."""
        return min(self.before, self.after) >= Side.EDGE

    @property
    def known(self) -> bool:
        """Whether it is the passage by what stands around it."""
        if not self.selector.told_apart:
            return self.on_both_sides and self.in_its_record and self.place.start == self.selector.start
        alone = self.selector.unique or (self.selector.unique_in_record and self.in_its_record)
        if not alone and Side.CONTRADICTS in (self.before, self.after):
            return False  # where the passage was cut out, another like it may have come to stand beside what stood beside it
        enough = Side.NEAR if self.selector.unique else Side.AGREES
        return max(self.before, self.after) >= enough or self.before == self.after == Side.EDGE

    @property
    def known_by_words(self) -> bool:
        """Whether it is the passage, if no other place has its words, though what stands around it does not say so."""
        enough = len(self.place.text.words_in(self.place.start, self.place.end)) >= ENOUGH_WORDS
        return self.selector.unique_in_record if self.in_its_record else self.selector.unique and enough

    @property
    def weight(self) -> int:
        """How well what stands around it agrees."""
        return self.before + self.after


def _exact_places(index: TextIndex, selector: Selector) -> list[Place]:
    """Return the places that hold the passage word for word; its hash says so."""
    head, tail = words(selector.first_words), words(selector.last_words)
    if not head or not tail:
        text = index.get(selector.record)
        starts = occurrences(selector.first_words, text.body) if text else []
        return [Place(text, start, start + len(selector.first_words), 1.0) for start in starts if text]
    lead, rest = head[0].start, len(selector.last_words) - tail[-1].end
    opening, closing = [word.folded for word in head], [word.folded for word in tail]
    found = []
    for text in index.holding([opening]):
        ends = text.phrase_places(closing)
        for first in text.phrase_places(opening):
            start = max(text.words[first].start - lead, 0)
            for last in ends if selector.exact is None else [first]:
                place = Place(text, start, text.words[last + len(closing) - 1].end + rest, 1.0)
                if last >= first and _is_it(place, selector):
                    found.append(place)
    return found


def _is_it(place: Place, selector: Selector) -> bool:
    """Tell whether a place holds the passage word for word."""
    size = place.end - place.start
    if abs(size - (selector.end - selector.start)) > 8 + size // 10:  # more than white space can make
        return False
    return passage_hash(place.text.body[place.start : place.end]).startswith(selector.hash)


def _best(places: Iterable[_Weighed]) -> _Weighed | None:
    """Return the place that agrees best with a selector, or None where there is none or no single one."""
    ranked = sorted(places, key=lambda place: place.weight, reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0].weight == ranked[1].weight):
        return None
    return ranked[0]


def _changed_place(index: TextIndex, selector: Selector) -> Place | None:
    """Return where the passage stands in another wording, or None."""
    own = index.get(selector.record)
    texts = {own.id: own} if own else {}
    near: list[Place] = []
    if selector.exact is not None and selector.told_apart:
        near = places_like(index, selector.exact, LIKE_ENOUGH)
        texts |= {place.text.id: place.text for place in near}
    places = [place for text in texts.values() for place in _in_its_place(text, selector)]
    weighed = [_Weighed.of(place, selector) for place in [*places, *near]]
    known = [one for one in weighed if one.known and one.place.likeness >= (LIKE_ENOUGH if one.on_both_sides else _ONE_SIDED)]
    best = max(known, key=lambda one: (one.on_both_sides, one.weight, one.place.likeness), default=None)
    if best is None and selector.unique:
        alone = [one for one in weighed[len(places) :] if one.in_its_record and one.place.likeness >= ALMOST_THE_SAME]
        best = alone[0] if len(alone) == 1 else None
    if best is None or (best.on_both_sides and best.place.likeness >= NEAR):
        return best.place if best else None
    closed = max(meeting(text, selector) for text in texts.values())
    return best.place if closed < (Side.AGREES if best.on_both_sides else Side.NEAR) else None


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


def _unchanged(index: TextIndex, selector: Selector, place: Place, citations: Citations) -> Resolution:
    passage = _passage(index, place, citations)
    moves = _moves(selector, passage)
    if not moves:
        where = f"{passage.record}, {_pages(passage.page, passage.page_end)}, block {passage.block}"
        return Resolution("same", f"it is where it was: {where}", passage)
    return Resolution("moved", f"the same text has moved {'; '.join(moves)}", passage)


def _changed(index: TextIndex, selector: Selector, place: Place, citations: Citations) -> Resolution:
    passage = _passage(index, place, citations)
    changes = _differences(selector.exact, passage.exact) if selector.exact is not None else ()
    shown = [
        f"“{old}” is now “{new}”" if old and new else f"“{old}” is left out" if old else f"“{new}” is new" for old, new in changes
    ]
    said = [*shown[:3], *([f"and {len(shown) - 3} more changes"] if len(shown) > 3 else [])]
    if not said:
        said = ["the short line does not hold the whole passage, so that how it changed cannot be told"]
    moves = [move for move in _moves(selector, passage) if not move.startswith("from character")]
    moved = f"; it has moved {'; '.join(moves)}" if moves else ""
    return Resolution("changed", f"its text has changed: {'; '.join(said)}{moved}", passage, changes)


def _gone(index: TextIndex, selector: Selector, exact: Sequence[Place], citations: Citations) -> Resolution:
    alike = list(exact)
    if not alike and selector.exact is not None:
        alike = places_like(index, selector.exact)
    where = "it is no longer in its record" if index.get(selector.record) else f"the record {selector.record} is no longer there"
    if alike:
        many = "one passage reads" if len(alike) == 1 else f"{len(alike)} passages read"
        where += f"; {many} like it, but in other surroundings"
    else:
        where += ", and nothing reads like it"
    return Resolution("gone", where, candidates=tuple(_passage(index, place, citations) for place in alike[:MOST_CANDIDATES]))


def _passage(index: TextIndex, place: Place, citations: Citations) -> Passage:
    passage = passage_at(index, place.text, place.start, place.end, citations)
    citations.add((passage.record, passage.page, passage.page_end))
    return passage


def _moves(selector: Selector, passage: Passage) -> list[str]:
    """Return in what a passage is not where its selector says, each as "from … to …"."""
    moves = []
    if passage.record != selector.record:
        moves.append(f"from {selector.record} to {passage.record}")
    if (passage.page, passage.page_end) != (selector.page, selector.page_end):
        moves.append(f"from {_pages(selector.page, selector.page_end)} to {_pages(passage.page, passage.page_end)}")
    if (passage.start, passage.end) != (selector.start, selector.end):
        moves.append(f"from characters {selector.start}-{selector.end} of the body to {passage.start}-{passage.end}")
    return moves


def _pages(first: int, last: int) -> str:
    return f"p. {first}" if first == last else f"pp. {first}–{last}"


def _differences(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Return where two texts differ, word by word: what the one has and what the other has in its place."""
    before, after = old.split(), new.split()
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return tuple((" ".join(before[a:b]), " ".join(after[c:d])) for tag, a, b, c, d in codes if tag != "equal")

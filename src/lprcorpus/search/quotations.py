"""A passage looked for by its quotation, where the raw text that its selector names is another.

What was extracted again has other line ends, and some characters repaired. So letters and digits
alone are compared, folded, and what was before and after the passage with them. A passage is found
where it reads the same, or almost, with the same around it, and nowhere else in its issue; in doubt
it is not found. A line has nothing of what was around: its passage is found only if its words are
many, or on their page, and once in their issue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from lprcorpus.search.passages import ROLES_OF_TEXT, Passage, Reader, RecordText
from lprcorpus.search.selectors import CONTEXT, ELLIPSIS, Selector
from lprcorpus.search.words import fold, outer_marks, words

__all__ = ["quoted"]

# Similarity from which on two stretches count as the same text, with characters repaired. Unrelated
# English has about 0.5.
_ALIKE = 0.75
# Words from which on a line names a passage that is in its issue only once; and if it is on its
# page, too.
_MANY_WORDS, _FEW_WORDS = 8, 2
# Letters up to which a quotation needs what was right around it, and longer ones their context on
# one side only.
_SHORT = 12
# Letters right around a passage: by the one number, one that reads otherwise is looked for; the
# other a short one needs.
_NEAR, _CLOSE = 10, 4
# Letters from either end of a passage that are compared.
_EDGE = 64
_MOST_CANDIDATES = 10


@dataclass(frozen=True)
class _Place:
    """A stretch of a text, in letters, that may be the passage."""

    text: RecordText
    start: int
    end: int

    def passage(self, quote: str) -> Passage:
        """Return it as a passage, with the outer marks of a quotation where the text has them too."""
        extent = self.text.folded.extent_of_letters(self.start, self.end)
        return self.text.passage(*extent, marks=outer_marks(quote))


def quoted(reader: Reader, selector: Selector) -> tuple[Passage | None, Sequence[Passage]]:
    """Return the passage that a quotation names in its issue; or None, and those that read like it."""
    issue = reader.issue(selector.issue)
    records = dict.fromkeys(block.record_id for block in issue.blocks) if issue else ()
    texts = []
    for record_id in records:
        texts += [text for role in ROLES_OF_TEXT if (text := reader.text(record_id, role))]
    quotation = _Quotation(selector)
    places = [place for text in texts for place in quotation.same_in(text)]
    if not places:
        places = [place for text in texts for place in quotation.similar_in(text)]
    sure = [place for place in places if quotation.is_sure(place, is_only=len(places) == 1)]
    if len(sure) > 1:
        sure = [place for place in sure if place.text.id == selector.record]
    if len(sure) > 1:
        # A title may be said again in the body.
        was_body = selector.start is not None
        sure = [place for place in sure if (place.text.role == "body") == was_body]
    if len(sure) == 1:
        return sure[0].passage(selector.quote), ()
    return None, [place.passage(selector.quote) for place in places[:_MOST_CANDIDATES]]


class _Quotation:
    """The letters of a selector's quotation, and of what was around it."""

    def __init__(self, selector: Selector) -> None:
        self._selector = selector
        self._is_line = selector.exact is None
        ends = selector.quote.split(ELLIPSIS) if self._is_line else [selector.quote]
        self._is_whole = len(ends) == 1
        self._first, self._last = _letters(ends[0]), _letters(ends[-1])
        self._before, self._after = _letters(selector.prefix), _letters(selector.suffix)

    def same_in(self, text: RecordText) -> Iterator[_Place]:
        """Yield the places that read the same; for a line without its middle, those of its ends."""
        letters = text.folded.letters[0]
        longest = self._selector.raw_end - self._selector.raw_start
        for start in _occurrences(letters, self._first):
            end = start + len(self._first)
            if self._is_whole:
                yield _Place(text, start, end)
                continue
            for last in _occurrences(letters[: start + longest], self._last, end):
                yield _Place(text, start, last + len(self._last))

    def similar_in(self, text: RecordText) -> Iterator[_Place]:
        """Yield the places that read almost the same, between the letters right around the passage."""
        letters, size = text.folded.letters[0], len(self._first)
        if self._is_line or not size or not letters:
            return
        before, after = self._before[-_NEAR:], self._after[:_NEAR]
        for place in _occurrences(letters, before) if before else [0]:
            start = place + len(before)
            nearby = letters[: start + size * 5 // 4 + _NEAR]
            for end in _occurrences(nearby, after, start + 1) if after else [len(letters)]:
                found = letters[start:end]
                first = _similarity(self._first[:_EDGE], found[:_EDGE])
                last = _similarity(self._first[-_EDGE:], found[-_EDGE:])
                if min(first, last) >= _ALIKE:
                    yield _Place(text, start, end)

    def is_sure(self, place: _Place, *, is_only: bool) -> bool:
        """Return whether a place is the passage by what is around it; for a line, by words and page."""
        selector = self._selector
        if self._is_line:
            count = len(words(selector.quote))
            page = place.passage(selector.quote).page
            is_on_page = (place.text.id, page) == (selector.record, selector.page)
            return is_only and count >= (_FEW_WORDS if is_on_page else _MANY_WORDS)
        letters = place.text.folded.letters[0]
        before, after = letters[: place.start], letters[place.end :]
        is_after = _agrees(self._after, after, is_all=len(selector.suffix) < CONTEXT)
        is_before = _agrees(self._before[::-1], before[::-1], is_all=len(selector.prefix) < CONTEXT)
        if len(self._first) > _SHORT:
            return (is_before and is_after) or (is_only and (is_before or is_after))
        is_close = before.endswith(self._before[-_CLOSE:])
        is_close = is_close and after.startswith(self._after[:_CLOSE])
        return is_before and is_after and is_close


def _agrees(context: str, letters: str, *, is_all: bool) -> bool:
    """Return whether letters begin like a context, or are like it where that was all to an end of the text."""
    return _similarity(context, letters[: _EDGE if is_all else len(context)]) >= _ALIKE


def _letters(text: str) -> str:
    return fold(text).replace(" ", "")


def _occurrences(letters: str, wanted: str, start: int = 0) -> Iterator[int]:
    """Yield where some letters are; they may overlap."""
    place = letters.find(wanted, start) if wanted else -1
    while place >= 0:
        yield place
        place = letters.find(wanted, place + 1)


def _similarity(one: str, other: str) -> float:
    """Return how similar two stretches are, from 0 to 1; two empty ones are the same."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()

"""A passage looked for by its quotation, where the raw text that its selector names is another.

What was extracted again has other line ends, and some characters repaired. So letters and digits
alone are compared, folded, and what was before and after the passage with them. A passage is found
where it reads the same, or almost, with the same around it, and nowhere else in its issue; in doubt
it is not found. A line has nothing of what was around: its passage is found only if its words are
many, or on their page, and once in their issue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from lprcorpus.search.index import TextIndex
from lprcorpus.search.passages import Passage, RecordText
from lprcorpus.search.selectors import CONTEXT, ELLIPSIS, Selector
from lprcorpus.search.words import fold, with_outer_marks, words

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
# What the letters of a text begin and end with here, so that a passage at its start or end has a
# context too: characters for private use, each once, which are in no folded text.
_START = "".join(chr(0xE000 + number) for number in range(CONTEXT))
_END = "".join(chr(0xE100 + number) for number in range(CONTEXT))


@dataclass(frozen=True)
class _Place:
    """A stretch of the letters of a text that may be the passage.

    Attributes:
        letters: all letters of the text, between its marks of start and end.
    """

    text: RecordText
    letters: str
    start: int
    end: int

    def passage(self, quote: str) -> Passage:
        """Return it as a passage, with the outer marks of a quotation where it has them too."""
        extent = self.text.letters.extent(self.start - len(_START), self.end - len(_START))
        return self.text.passage(*with_outer_marks(self.text.text, *extent, quote))


def quoted(index: TextIndex, selector: Selector) -> tuple[Passage | None, list[Passage]]:
    """Return the passage that a quotation names in its issue; or None, and those like it."""
    quotation = _Quotation(selector)
    texts = index.texts(selector.issue)
    places = [place for text in texts for place in quotation.same_in(text)]
    if not places:
        places = [place for text in texts for place in quotation.similar_in(text)]
    is_only = len(places) == 1
    sure = [place for place in places if quotation.is_sure(place, is_only=is_only)]
    if len(sure) > 1:
        sure = [place for place in sure if place.text.id == selector.record]
    if len(sure) > 1:
        # A title may be said again in the body.
        was_body = selector.start is not None
        sure = [place for place in sure if (place.text.role == "body") == was_body]
    if len(sure) == 1:
        return sure[0].passage(selector.quote), []
    return None, [place.passage(selector.quote) for place in places]


class _Quotation:
    """The letters of a selector's quotation, and of what was around it."""

    def __init__(self, selector: Selector) -> None:
        self._selector = selector
        self._is_line = selector.exact is None
        ends = selector.quote.split(ELLIPSIS) if self._is_line else [selector.quote]
        self._is_whole = len(ends) == 1
        self._first = _letters(ends[0])
        self._last = _letters(ends[-1])
        self._before = _letters(selector.prefix)
        self._after = _letters(selector.suffix)
        if len(selector.prefix) < CONTEXT:
            self._before = f"{_START}{self._before}"[-CONTEXT:]
        if len(selector.suffix) < CONTEXT:
            self._after = f"{self._after}{_END}"[:CONTEXT]

    def same_in(self, text: RecordText) -> Iterator[_Place]:
        """Yield the places that read the same; for a line without its middle, those of its ends."""
        letters = f"{_START}{text.letters.folded}{_END}"
        longest = self._selector.raw_end - self._selector.raw_start
        for start in _occurrences(letters, self._first):
            end = start + len(self._first)
            if self._is_whole:
                yield _Place(text, letters, start, end)
                continue
            for last in _occurrences(letters[: start + longest], self._last, end):
                yield _Place(text, letters, start, last + len(self._last))

    def similar_in(self, text: RecordText) -> Iterator[_Place]:
        """Yield the places that read almost the same, between the letters right around it."""
        if self._is_line or not self._first:
            return
        letters = f"{_START}{text.letters.folded}{_END}"
        before = self._before[-_NEAR:]
        longest = len(self._first) * 5 // 4 + _NEAR
        for place in _occurrences(letters, before):
            start = place + len(before)
            near = letters[: start + longest]
            for end in _occurrences(near, self._after[:_NEAR], start + 1):
                found = letters[start:end]
                begins_alike = _is_alike(self._first[:_EDGE], found[:_EDGE])
                if begins_alike and _is_alike(self._first[-_EDGE:], found[-_EDGE:]):
                    yield _Place(text, letters, start, end)

    def is_sure(self, place: _Place, *, is_only: bool) -> bool:
        """Return whether a place is the passage: by what is around it, or by its words and page."""
        selector = self._selector
        if self._is_line:
            passage = place.passage(selector.quote)
            is_there = (passage.record, passage.page) == (selector.record, selector.page)
            least = _FEW_WORDS if is_there else _MANY_WORDS
            return is_only and len(words(selector.quote)) >= least
        before = place.letters[: place.start]
        after = place.letters[place.end :]
        is_before = _is_alike(self._before, before[-len(self._before) :])
        is_after = _is_alike(self._after, after[: len(self._after)])
        if len(self._first) > _SHORT:
            return (is_before and is_after) or (is_only and (is_before or is_after))
        is_close_before = before.endswith(self._before[-_CLOSE:])
        is_close_after = after.startswith(self._after[:_CLOSE])
        return is_before and is_after and is_close_before and is_close_after


def _letters(text: str) -> str:
    return fold(text).replace(" ", "")


def _occurrences(letters: str, wanted: str, start: int = 0) -> Iterator[int]:
    """Yield where some letters are; they may overlap."""
    place = letters.find(wanted, start) if wanted else -1
    while place >= 0:
        yield place
        place = letters.find(wanted, place + 1)


def _is_alike(one: str, other: str) -> bool:
    """Return whether two stretches are the same text, but for some characters."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE

"""Passages: stretches of a body with all that is needed to quote them, and the search for those that hold some words."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from itertools import chain, islice
from typing import Any

from lprcorpus.citation.citing import cite_places
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UnknownName, UsageError
from lprcorpus.search.likeness import select
from lprcorpus.search.selectors import Selector
from lprcorpus.search.textindex import TextIndex, index_of
from lprcorpus.search.texts import Text
from lprcorpus.search.words import Word, words

__all__ = ["Citations", "Passage", "find", "near_words", "passage_at"]

LONGEST_QUERY = 1_000_000
"""Characters that may be looked for, at most: more than the longest body of a periodical."""


_MOST_SPELLED = 200
"""Characters of a query that are looked at for words that stand nowhere."""


class Citations:
    """The citations of some places, all of them made the first time that one is asked for.

    A citation processor takes about as long for one citation as for a hundred.
    """

    def __init__(self, corpus: Corpus, style: str) -> None:
        """Hold the places to be cited in a style; none yet."""
        self._corpus = corpus
        self._style = style
        self._places: list[tuple[str, int, int]] = []
        self._made: dict[tuple[str, int, int], str] = {}
        self._references = ""

    def add(self, place: tuple[str, int, int]) -> None:
        """Add a place: a record's id, and a first and last page."""
        self._places.append(place)

    def of(self, place: tuple[str, int, int]) -> str:
        """Return the citation of a place.

        Raises:
            UnknownName: there is no such style.
            MissingLibrary: the style gives formatted text, and the extra ``cite`` is not installed.
        """
        if place not in self._made:
            places = list(dict.fromkeys([*self._places, place]))
            cited = cite_places(self._corpus, places, self._style)
            self._made = dict(zip(places, cited.places, strict=True))
            self._references = cited.references
        return self._made[place]

    @property
    def references(self) -> str:
        """The list of references that the citations lead to; empty where each says everything itself."""
        return self._references


@dataclass(frozen=True)
class Passage:
    """A passage of a record's body.

    Attributes:
        record: the record's id.
        page: the page of its first character.
        page_end: the page of its last character.
        block: the position of the block that its first character is in.
        block_end: the position of the block that its last character is in.
        kind: the kind of its first block.
        start: offset of its first character in the body.
        end: offset one past its last character in the body.
        exact: its text, as it stands in the body.
        sentence: the sentence that it is in, or the sentences; of verse, the lines.
        match: ``"exact"`` where it holds the words in a row, ``"words"`` where it holds them in any order.
    """

    record: str
    page: int
    page_end: int
    block: int
    block_end: int
    kind: str
    start: int
    end: int
    exact: str
    sentence: str
    match: str
    _index: TextIndex = field(repr=False, compare=False)
    _citations: Citations = field(repr=False, compare=False)

    @cached_property
    def selector(self) -> Selector:
        """A reference to it that survives a new edition of the data; ``str()`` of it is one line for a footnote."""
        text = self._index.get(self.record)
        assert text is not None, "a passage is of a record in its index"
        return select(self._index, text, self.start, self.end)

    @property
    def citation(self) -> str:
        """The citation of its record, with its page, in the style that was asked for.

        Raises:
            UnknownName: there is no such style.
            MissingLibrary: the style gives formatted text, and the extra ``cite`` is not installed.
        """
        return self._citations.of((self.record, self.page, self.page_end))

    @property
    def references(self) -> str:
        """What the citation leads to, where the style parts citations from references: a list for all that were found with it."""
        _ = self.citation
        return self._citations.references

    def to_dict(self) -> dict[str, Any]:
        """Return everything about it as JSON has it."""
        names = ("record", "page", "page_end", "block", "block_end", "kind", "start", "end", "exact", "sentence", "match")
        content: dict[str, Any] = {name: getattr(self, name) for name in names}
        return {**content, "citation": self.citation, "selector": self.selector.to_dict(), "line": self.selector.to_line()}


def find(
    query: str,
    *,
    exact: bool = False,
    record: str | None = None,
    limit: int | None = None,
    style: str = "bibtex",
    corpus: Corpus | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Passage]:
    r"""Find the passages that hold some words, whatever their case and accents, across line and page breaks.

    First come the passages that hold the words in a row, then the sentences (of verse: the stanzas) that hold all of them in
    any order; punctuation does not count. Either are in reading order.

    Args:
        query: the words.
        exact: only the passages that hold them in a row.
        record: only those of one record.
        limit: how many passages to return, at most; all by default.
        style: the style of the passages' citations, as in :func:`lprcorpus.cite`.
        corpus: where to look; the corpus that came with the package by default.
        progress: called after every 1,000 records, where a large corpus is indexed for the first time.

    Raises:
        UsageError: there is no word to look for, or too much text.
        UnknownName: there is no such record.

    >>> [(passage.record, passage.page, passage.exact) for passage in find("night whispers")]
    [('lpr-1-2/hourglass-of-the-free', 31, 'night\nwhispers')]
    """
    asked = _Query.parse(query)
    corpus = corpus or Corpus()
    index = index_of(corpus, progress)
    citations = Citations(corpus, style)
    hits = _exactly(index, asked, record)
    if not exact:
        hits = chain(hits, _in_any_order(index, asked, record))
    passages = [passage_at(index, text, start, end, citations, match) for text, start, end, match in islice(hits, limit)]
    for passage in passages:
        citations.add((passage.record, passage.page, passage.page_end))
    return passages


def near_words(query: str, corpus: Corpus | None = None) -> dict[str, list[str]]:
    """Return the words of a query that stand nowhere in a corpus, each with those that come near it there."""
    known = index_of(corpus or Corpus()).vocabulary()
    missing = dict.fromkeys(word.folded for word in words(query[:_MOST_SPELLED]))
    for word in set(missing).intersection(known):
        del missing[word]
    return {word: get_close_matches(word, known, n=3, cutoff=0.75) for word in missing}


def passage_at(index: TextIndex, text: Text, start: int, end: int, citations: Citations, match: str = "exact") -> Passage:
    """Return a stretch of a body, given in characters, as a passage."""
    page, page_end = text.pages_of(start, end)
    first, last = text.block_at(start), text.block_at(max(end - 1, start))
    begin, finish = text.sentence_around(start, end)
    return Passage(
        record=text.id,
        page=page,
        page_end=page_end,
        block=first.position,
        block_end=last.position,
        kind=first.kind,
        start=start,
        end=end,
        exact=text.body[start:end],
        sentence=text.body[begin:finish],
        match=match,
        _index=index,
        _citations=citations,
    )


@dataclass(frozen=True)
class _Query:
    """What is looked for: its folded words, and the punctuation before the first and after the last of them."""

    folded: tuple[str, ...]
    lead: str
    tail: str

    @classmethod
    def parse(cls, query: str) -> _Query:
        """Read a query.

        Raises:
            UsageError: there is no word in it, or too much text.
        """
        if len(query) > LONGEST_QUERY:
            raise UsageError(f"a search for {len(query):,} characters; expected at most {LONGEST_QUERY:,}")
        found = words(query)
        if not found:
            shown = f"only {query.strip()[:20]!r}" if query.strip() else "nothing"
            raise UsageError(f"found {shown} to look for; expected at least one letter or digit")
        return cls(tuple(word.folded for word in found), query[: found[0].start].strip(), query[found[-1].end :].strip())


_Hit = tuple[Text, int, int, str]


def _exactly(index: TextIndex, query: _Query, record: str | None) -> Iterator[_Hit]:
    """Yield the places that hold the words in a row, with the query's outer punctuation where the text has it too."""
    for text in _texts(index, [query.folded], record):
        for first in _apart(text.phrase_places(query.folded), len(query.folded)):
            start, end = text.words[first].start, text.words[first + len(query.folded) - 1].end
            if query.lead and text.body[:start].endswith(query.lead):
                start -= len(query.lead)
            if query.tail and text.body.startswith(query.tail, end):
                end += len(query.tail)
            yield text, start, end, "exact"


def _in_any_order(index: TextIndex, query: _Query, record: str | None) -> Iterator[_Hit]:
    """Yield the places, each in one sentence or stanza, that hold all the words, though not in a row."""
    wanted = set(query.folded)
    if len(wanted) == 1:
        return
    for text in _texts(index, [[word] for word in query.folded], record, all_words=True):
        rows = text.phrase_places(query.folded)
        for start, stop in _units(text):
            inside = text.words[start:stop]
            if wanted <= {word.folded for word in inside} and not any(start <= row < stop for row in rows):
                first, last = _shortest(inside, wanted)
                yield text, inside[first].start, inside[last].end, "words"


def _texts(index: TextIndex, phrases: Sequence[Sequence[str]], record: str | None, *, all_words: bool = False) -> Iterator[Text]:
    """Yield the texts to look through.

    Raises:
        UnknownName: there is no such record.
    """
    if record is None:
        yield from index.holding(phrases, all_words=all_words)
        return
    text = index.get(record)
    if text is None:
        raise UnknownName("record", record, index.ids())
    yield text


def _units(text: Text) -> Iterator[tuple[int, int]]:
    """Yield the sentences and stanzas of a text, as a first word and one past the last."""
    starts = [word.start for word in text.words]
    for block in text.blocks:
        for start, end in [(block.start, block.end)] if block.kind == "verse" else text.sentences_of(block):
            yield bisect_left(starts, start), bisect_left(starts, end)


def _apart(places: Sequence[int], size: int) -> Iterator[int]:
    """Yield those of some places, in order, that do not overlap the one before."""
    free = 0
    for place in places:
        if place >= free:
            yield place
            free = place + size


def _shortest(inside: Sequence[Word], wanted: Set[str]) -> tuple[int, int]:
    """Return the first and the last word of the shortest run of words that holds all that are wanted."""
    held: Counter[str] = Counter()
    best, first = (0, len(inside) - 1), 0
    for last, word in enumerate(inside):
        if word.folded not in wanted:
            continue
        held[word.folded] += 1
        while inside[first].folded not in wanted or held[inside[first].folded] > 1:
            held[inside[first].folded] -= 1
            first += 1
        if len(+held) == len(wanted) and last - first < best[1] - best[0]:
            best = first, last
    return best

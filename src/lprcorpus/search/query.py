"""The search for the passages that hold some words, in a row or in any order."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain, islice

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UnknownName, UsageError
from lprcorpus.messages import shorten
from lprcorpus.search.index import index_of
from lprcorpus.search.passages import Passage, Reader, RecordText
from lprcorpus.search.selectors import CONTEXT
from lprcorpus.search.words import FoldedText, words

__all__ = ["find", "near_words"]

# Characters that may be looked for, at most: more than the longest body of a periodical.
_LONGEST_QUERY = 1_000_000

# Characters of a query that are looked at for words that are in no body.
_MOST_SPELLED = 200


@dataclass(frozen=True)
class _Word:
    """A word of a text that is looked for, folded, and its extent there."""

    start: int
    end: int
    word: str


def find(
    query: str,
    *,
    exact: bool = False,
    record: str | None = None,
    limit: int | None = None,
    context: int = CONTEXT,
    corpus: Corpus | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Passage]:
    r"""Find the passages that hold some words, whatever their case and accents, across line and page breaks.

    First come the passages that hold the words in a row, then the sentences (of verse: the stanzas) that hold all of them in
    any order; punctuation does not count. Either are in reading order. They are plain data; :func:`lprcorpus.cite` cites them.

    Args:
        query: the words.
        exact: only the passages that hold them in a row.
        record: only those of one record.
        limit: how many passages to return, at most; all by default.
        context: characters of the text before and after that each passage has with it.
        corpus: where to look; the corpus that came with the package by default.
        progress: called after every 1,000 records, where a large corpus is indexed for the first time.

    Raises:
        UsageError: there is no word to look for, or too much text.
        UnknownName: there is no such record.

    >>> [(passage.record, passage.page, passage.exact) for passage in find("night whispers")]
    [('lpr-1-2/hourglass-of-the-free', 31, 'night\nwhispers')]
    """
    if len(query) > _LONGEST_QUERY:
        raise UsageError(f"a search for {len(query):,} characters; expected at most {_LONGEST_QUERY:,}")
    phrase = words(query)
    if not phrase:
        found = f"only {shorten(query.strip(), 22)}" if query.strip() else "nothing"
        raise UsageError(f"found {found} to look for; expected at least one letter or digit")
    reader = Reader(index_of(corpus, progress), context)
    if record is not None and reader.text(record) is None:
        raise UnknownName("record", record, reader.index.record_ids())
    passages = _in_a_row(reader, query, phrase, record)
    if not exact and len(set(phrase)) > 1:
        passages = chain(passages, _in_any_order(reader, phrase, record))
    return list(islice(passages, limit))


def near_words(query: str, corpus: Corpus | None = None) -> dict[str, list[str]]:
    """Return the words of a query that are in no body of a corpus, each with those that come near it there."""
    known = index_of(corpus).vocabulary()
    missing = [word for word in dict.fromkeys(words(query[:_MOST_SPELLED])) if word not in set(known)]
    return {word: get_close_matches(word, known, n=3, cutoff=0.75) for word in missing}


def _texts(reader: Reader, phrases: Sequence[Sequence[str]], record: str | None) -> Iterator[RecordText]:
    """Yield the bodies that may hold some phrases."""
    for record_id in [record] if record else reader.index.holding(phrases):
        text = reader.text(record_id)
        if text is not None:
            yield text


def _in_a_row(reader: Reader, query: str, phrase: Sequence[str], record: str | None) -> Iterator[Passage]:
    """Yield the passages that hold words in a row, with the query's outer punctuation where the text has it too."""
    folded = FoldedText(query)
    offsets = folded.letters[1]
    first, last = folded.extent(offsets[0], offsets[-1] + 1)
    lead, tail = query[:first].strip(), query[last:].strip()
    for text in _texts(reader, [phrase], record):
        for start, end, _ in text.folded.find(phrase):
            if lead and text.text.endswith(lead, 0, start):
                start -= len(lead)
            if tail and text.text.startswith(tail, end):
                end += len(tail)
            yield text.passage(start, end, "exact")


def _in_any_order(reader: Reader, phrase: Sequence[str], record: str | None) -> Iterator[Passage]:
    """Yield the passages, each in one sentence or stanza, that hold all the words, though not in a row."""
    wanted = [[word] for word in dict.fromkeys(phrase)]
    for text in _texts(reader, wanted, record):
        in_a_row = [start for start, _, _ in text.folded.find(phrase)]
        for (unit_start, unit_end), inside in _by_unit(text, wanted):
            has_row = bisect_right(in_a_row, unit_end - 1) > bisect_right(in_a_row, unit_start - 1)
            if not has_row and len({word.word for word in inside}) == len(wanted):
                first, last = _shortest(inside, len(wanted))
                yield text.passage(first.start, last.end, "words")


def _by_unit(text: RecordText, wanted: Sequence[Sequence[str]]) -> Iterator[tuple[tuple[int, int], list[_Word]]]:
    """Yield the sentences and stanzas that hold some of the wanted words: their extents, and the words in them."""
    units: dict[tuple[int, int], list[_Word]] = {}
    for start, end, word in text.folded.find(*wanted):
        block = text.block_at(start)
        extents = [(block.body_start, block.body_end)]
        if block.kind != "verse":
            extents = text.sentences_of(block)
        number = max(bisect_right(extents, (start, len(text.text))) - 1, 0)
        units.setdefault(extents[number], []).append(_Word(start, end, word))
    yield from units.items()


def _shortest(inside: Sequence[_Word], kinds: int) -> tuple[_Word, _Word]:
    """Return the first and the last word of the shortest run of words that has so many different ones."""
    counts: Counter[str] = Counter()
    best = inside[0], inside[-1]
    first = 0
    for last in inside:
        counts[last.word] += 1
        while counts[inside[first].word] > 1:
            counts[inside[first].word] -= 1
            first += 1
        if len(counts) == kinds and last.end - inside[first].start < best[1].end - best[0].start:
            best = inside[first], last
    return best

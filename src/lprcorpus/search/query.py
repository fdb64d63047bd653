"""The search for the passages that hold some words, in a row or in any order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from lprcorpus.corpus import Corpus, opened
from lprcorpus.errors import UnknownName, UsageError
from lprcorpus.messages import shorten
from lprcorpus.search.index import Progress, index_of
from lprcorpus.search.passages import Passage, Reader, RecordText
from lprcorpus.search.selectors import CONTEXT
from lprcorpus.search.words import Match, outer_marks, words
from lprcorpus.typed_rows import grouped

# Characters that may be looked for, at most: more than the longest body of a periodical.
_LONGEST_QUERY = 1_000_000


def find(
    query: str,
    *,
    exact: bool = False,
    record: str | None = None,
    limit: int | None = None,
    context: int = CONTEXT,
    corpus: Corpus | None = None,
    progress: Progress | None = None,
) -> list[Passage]:
    r"""Find the passages that hold some words, across line and page breaks.

    Case, accents and punctuation do not count. First come the passages that hold the words in a
    row, then the sentences (of verse: the stanzas) that hold all of them in any order; either are
    in reading order. They are plain data; :func:`lprcorpus.cite` cites them. A corpus is indexed at
    its first search: for many searches, open one and pass it on.

    Args:
        query: the words.
        exact: only the passages that hold them in a row.
        record: only those of one record.
        limit: how many passages to return, at most; all by default.
        context: characters of the text before and after that each passage has with it.
        corpus: where to look; the corpus that came with the package by default.
        progress: called with the number of records so far, where a large corpus is indexed for the
            first time.

    Raises:
        UsageError: there is no word to look for, or too much text.
        UnknownName: there is no such record.

    >>> [(passage.record, passage.page, passage.exact) for passage in find("night whispers")]
    [('lpr-1-2/hourglass-of-the-free', 31, 'night\nwhispers')]
    """
    if len(query) > _LONGEST_QUERY:
        found = f"a search for {len(query):,} characters"
        raise UsageError(f"{found}; expected at most {_LONGEST_QUERY:,}")
    phrase = words(query)
    if not phrase:
        found = f"only {shorten(query.strip(), 22)}" if query.strip() else "nothing"
        raise UsageError(f"found {found} to look for; expected at least one letter or digit")
    with opened(corpus) as searched:
        reader = Reader(index_of(searched, progress), context)
        if record is not None and reader.text(record) is None:
            raise UnknownName("record", record, reader.index.record_ids())
        passages = _in_a_row(reader, query, phrase, record)
        if not exact and len(set(phrase)) > 1:
            passages = chain(passages, _in_any_order(reader, phrase, record))
        return list(islice(passages, limit))


def _texts(
    reader: Reader, phrases: Sequence[Sequence[str]], record: str | None
) -> Iterator[RecordText]:
    """Yield the bodies that may hold some phrases."""
    for record_id in [record] if record else reader.index.holding(phrases):
        text = reader.text(record_id)
        if text is not None:
            yield text


def _in_a_row(
    reader: Reader, query: str, phrase: Sequence[str], record: str | None
) -> Iterator[Passage]:
    """Yield the passages that hold words in a row, with the query's outer marks where they are."""
    marks = outer_marks(query)
    for text in _texts(reader, [phrase], record):
        for match in text.folded.find(phrase):
            yield text.passage(match.start, match.end, marks=marks)


def _in_any_order(reader: Reader, phrase: Sequence[str], record: str | None) -> Iterator[Passage]:
    """Yield the passages in one sentence or stanza that hold all the words, though not in a row."""
    wanted = [[word] for word in dict.fromkeys(phrase)]
    for text in _texts(reader, wanted, record):
        in_a_row = {_unit(text, match) for match in text.folded.find(phrase)}
        matches = text.folded.find(*wanted)
        by_unit = grouped(matches, key=lambda match: _unit(text, match))
        for unit, inside in by_unit.items():
            extent = _shortest(inside, len(wanted))
            if extent is not None and unit not in in_a_row:
                yield text.passage(*extent, match="words")


def _shortest(matches: Sequence[Match], words_wanted: int) -> tuple[int, int] | None:
    """Return the shortest extent that has so many different words; None if there is none."""
    best = None
    latest: dict[str, int] = {}  # where each word begins that was met last
    for match in matches:
        latest[match.words] = match.start
        if len(latest) == words_wanted:
            start = min(latest.values())
            if best is None or match.end - start < best[1] - best[0]:
                best = start, match.end
    return best


def _unit(text: RecordText, match: Match) -> tuple[int, int]:
    """Return the extent of the sentence or stanza that words are in."""
    block = text.block_at(match.start)
    if block.kind == "verse":
        return block.body_start, block.body_end
    return text.sentence_at(match.start)

"""The search for the passages that hold some words, in a row or in any order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from lprcorpus.corpus import Corpus, opened
from lprcorpus.errors import UsageError
from lprcorpus.messages import shorten
from lprcorpus.search.index import IndexedRecord, Progress, TextIndex, index_of
from lprcorpus.search.passages import Passage, RecordText
from lprcorpus.search.selectors import CONTEXT
from lprcorpus.search.words import with_outer_marks, words
from lprcorpus.typed_rows import grouped


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
        UsageError: there is no word to look for.
        UnknownName: there is no such record.

    >>> [(passage.record, passage.page, passage.exact) for passage in find("night whispers")]
    [('lpr-1-2/hourglass-of-the-free', 31, 'night\nwhispers')]
    """
    if not words(query):
        found = f"only {shorten(query.strip(), 22)}" if query.strip() else "nothing"
        raise UsageError(f"found {found} to look for; expected at least one letter or digit")
    with opened(corpus) as searched:
        index = index_of(searched, progress)
        if record is not None:
            searched.row("records", IndexedRecord, record)
        passages = []
        places = _where(index, query, record, exact=exact)
        for text, start, end, match in islice(places, limit):
            passages.append(text.passage(start, end, match=match, context=context))
        return passages


def _where(
    index: TextIndex, query: str, record: str | None, *, exact: bool
) -> Iterator[tuple[RecordText, int, int, str]]:
    """Yield where the words are, and whether in a row or in any order."""
    phrase = words(query)
    for text in index.with_phrase(phrase, record):
        for start, end, _ in text.folded.find(phrase):
            yield text, *with_outer_marks(text.text, start, end, query), "exact"
    wanted = list(dict.fromkeys(phrase))
    if exact or len(wanted) == 1:
        return
    for text in index.with_words(wanted, record):
        for start, end in _in_any_order(text, phrase, wanted):
            yield text, start, end, "words"


def _in_any_order(
    text: RecordText, phrase: Sequence[str], wanted: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Yield what has all the words in each sentence or stanza that has them, not in a row."""
    hits = grouped(
        text.folded.find(*[[word] for word in wanted]), key=lambda hit: text.unit_at(hit[0])
    )
    for start, end, _ in text.folded.find(phrase):
        unit = text.unit_at(start)
        if end <= unit[1]:
            hits.pop(unit, None)
    for inside in hits.values():
        extents = []
        latest: dict[str, int] = {}  # where each word begins that was met last
        for start, end, word in inside:
            latest[word] = start
            if len(latest) == len(wanted):
                extents.append((min(latest.values()), end))
        if extents:
            yield min(extents, key=lambda extent: extent[1] - extent[0])

"""The search for the passages that hold some words, in a row or in any order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from lprcorpus.corpus import Corpus, opened
from lprcorpus.errors import UnknownName, UsageError
from lprcorpus.messages import shorten
from lprcorpus.search.index import Progress, TextIndex, index_of
from lprcorpus.search.passages import IndexedBlock, Passage, RecordText
from lprcorpus.search.selectors import CONTEXT
from lprcorpus.search.words import FoldedText, with_outer_marks, words

# Characters of a text: the text, the first, and one past the last.
Extent = tuple[RecordText, int, int]

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
    if not words(query):
        found = f"only {shorten(query.strip(), 22)}" if query.strip() else "nothing"
        raise UsageError(f"found {found} to look for; expected at least one letter or digit")
    with opened(corpus) as searched:
        index = index_of(searched, progress)
        if record is not None and index.text(record) is None:
            raise UnknownName("record", record, index.record_ids())
        passages = _passages(index, query, exact=exact, record=record, context=context)
        return list(islice(passages, limit))


def _passages(
    index: TextIndex, query: str, *, exact: bool, record: str | None, context: int
) -> Iterator[Passage]:
    phrase = words(query)
    for text, start, end in _in_a_row(index, phrase, record):
        yield text.passage(*with_outer_marks(text.text, start, end, query), context=context)
    if exact or len(set(phrase)) == 1:
        return
    for text, start, end in _in_any_order(index, phrase, record):
        yield text.passage(start, end, match="words", context=context)


def _in_a_row(index: TextIndex, phrase: list[str], record: str | None) -> Iterator[Extent]:
    """Yield the extents that hold words in a row."""
    for record_id, _ in index.holding([phrase], record):
        text = index.text(record_id)
        if text is None:
            continue
        for start, end, _ in text.folded.find(phrase):
            yield text, start, end


def _in_any_order(index: TextIndex, phrase: list[str], record: str | None) -> Iterator[Extent]:
    """Yield the extents in one sentence or stanza that hold all the words, though not in a row."""
    wanted = [[word] for word in dict.fromkeys(phrase)]
    for text, block in _blocks_holding(index, wanted, record):
        for start, end in _units(text, block):
            unit = FoldedText(text.text[start:end])
            if any(unit.find(phrase)):
                continue
            extent = _shortest(unit.find(*wanted), len(wanted))
            if extent is not None:
                yield text, start + extent[0], start + extent[1]


def _blocks_holding(
    index: TextIndex, wanted: list[list[str]], record: str | None
) -> Iterator[tuple[RecordText, IndexedBlock]]:
    """Yield the blocks that hold all of some words.

    Most records that hold them have no block that does: nothing but their words is read (a search
    in 10,005 records took 6 s, and takes 0.2 s).
    """
    for record_id, lines in index.holding(wanted, record):
        for number, line in enumerate(lines.split("\n")):
            folded = f" {line} "
            if not all(f" {word} " in folded for [word] in wanted):
                continue
            text = index.text(record_id)
            if text is not None:
                before = text.text.split("\n\n")[:number]
                start = sum(len(paragraph) + 2 for paragraph in before)
                yield text, text.block_at(start)


def _units(text: RecordText, block: IndexedBlock) -> Iterator[tuple[int, int]]:
    """Yield the extents of the sentences of a block; a stanza is one."""
    if block.kind == "verse":
        yield block.body_start, block.body_end
        return
    for start, end in text.sentences:
        if block.body_start <= start < block.body_end:
            yield start, end


def _shortest(matches: Iterable[tuple[int, int, str]], words_wanted: int) -> tuple[int, int] | None:
    """Return the shortest extent that has so many different words; None if there is none."""
    extents = []
    latest: dict[str, int] = {}  # where each word begins that was met last
    for start, end, word in matches:
        latest[word] = start
        if len(latest) == words_wanted:
            extents.append((min(latest.values()), end))
    return min(extents, key=lambda extent: extent[1] - extent[0], default=None)

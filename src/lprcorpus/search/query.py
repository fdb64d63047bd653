"""The search for the passages that hold some words, in a row or in any order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from lprcorpus.corpus import Corpus, opened
from lprcorpus.errors import UnknownName, UsageError
from lprcorpus.messages import shorten
from lprcorpus.search.index import Progress, TextIndex, index_of
from lprcorpus.search.passages import Passage, RecordText
from lprcorpus.search.selectors import CONTEXT
from lprcorpus.search.words import FoldedText, sentences, with_outer_marks, words

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
    for record_id, _ in index.holding([phrase], record):
        if text := index.text(record_id):
            for start, end, _ in text.folded.find(phrase):
                extent = with_outer_marks(text.text, start, end, query)
                yield text.passage(*extent, context=context)
    wanted = list(dict.fromkeys(phrase))
    if exact or len(wanted) == 1:
        return
    for record_id, lines in index.holding([[word] for word in wanted], record):
        # Most records that hold the words have no paragraph that does: of these, nothing more is
        # read (a search in 10,005 records took 6 s, and takes 0.2 s).
        if not any(_holds(line, wanted) for line in lines.split("\n")):
            continue
        if text := index.text(record_id):
            for start, end in _in_any_order(text, phrase, wanted):
                yield text.passage(start, end, match="words", context=context)


def _holds(folded: str, wanted: Iterable[str]) -> bool:
    """Return whether a folded text has some words."""
    spaced = f" {folded} "
    return all(f" {word} " in spaced for word in wanted)


def _in_any_order(
    text: RecordText, phrase: list[str], wanted: list[str]
) -> Iterator[tuple[int, int]]:
    """Yield the extents in one sentence or stanza that hold all the words, though not in a row."""
    for block in text.blocks:
        inside = text.text[block.body_start : block.body_end]
        units = [(0, len(inside))] if block.kind == "verse" else sentences(inside)
        for start, end in units:
            unit = FoldedText(inside[start:end])
            if not _holds(unit.folded, wanted) or any(unit.find(phrase)):
                continue
            extent = _shortest(unit, wanted)
            if extent is not None:
                offset = block.body_start + start
                yield offset + extent[0], offset + extent[1]


def _shortest(unit: FoldedText, wanted: list[str]) -> tuple[int, int] | None:
    """Return the shortest extent that has all of some words; None if there is none."""
    extents = []
    latest: dict[str, int] = {}  # where each word begins that was met last
    for start, end, word in unit.find(*([word] for word in wanted)):
        latest[word] = start
        if len(latest) == len(wanted):
            extents.append((min(latest.values()), end))
    return min(extents, key=lambda extent: extent[1] - extent[0], default=None)

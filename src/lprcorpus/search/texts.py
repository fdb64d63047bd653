"""The bodies of the records as they are searched: each with its blocks, and with the page of every character."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lprcorpus.corpus import Corpus
from lprcorpus.derivation import derive
from lprcorpus.errors import CorpusNotFound
from lprcorpus.search.words import Word, sentences, words

__all__ = ["BlockExtent", "PageExtent", "Text", "read_texts", "texts_of"]

Row = Mapping[str, Any]


@dataclass(frozen=True)
class BlockExtent:
    """A block of a body: its position and kind, and its characters in the body."""

    position: int
    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class PageExtent:
    """Characters of a body on one page; on ``page`` to ``page_end`` where it cannot be told which."""

    start: int
    page: int
    page_end: int


@dataclass(frozen=True)
class Text:
    """The body of a record, with its blocks and pages in order."""

    id: str
    body: str
    blocks: tuple[BlockExtent, ...]
    pages: tuple[PageExtent, ...]

    @cached_property
    def words(self) -> list[Word]:
        """The words of the body, in order."""
        return words(self.body)

    @cached_property
    def word_starts(self) -> list[int]:
        """The offset in the body of each word's first character."""
        return [word.start for word in self.words]

    @cached_property
    def _word_places(self) -> dict[str, list[int]]:
        """Where each word stands, as indices of :attr:`words`."""
        places: dict[str, list[int]] = defaultdict(list)
        for index, word in enumerate(self.words):
            places[word.folded].append(index)
        return places

    @cached_property
    def squeezed(self) -> tuple[str, list[int]]:
        """The body without white space, and the offset in the body of each of its characters."""
        offsets = [offset for offset, char in enumerate(self.body) if not char.isspace()]
        return "".join(self.body[offset] for offset in offsets), offsets

    def before(self, start: int, size: int) -> str:
        """Return what stands before an offset of the body: so many characters, white space aside, or as many as there are."""
        at = bisect_left(self.squeezed[1], start)
        return self.squeezed[0][max(at - size, 0) : at]

    def after(self, end: int, size: int) -> str:
        """Return what stands from an offset of the body on: so many characters, white space aside, or as many as there are."""
        at = bisect_left(self.squeezed[1], end)
        return self.squeezed[0][at : at + size]

    def around(self, start: int, end: int, before: int, after: int) -> tuple[str, str]:
        """Return what stands before and after some characters, as it stands there: as in :meth:`before` and :meth:`after`."""
        offsets = self.squeezed[1]
        low, high = bisect_left(offsets, start), bisect_left(offsets, end)
        begin = offsets[max(low - before, 0)] if low else start
        finish = offsets[min(high + after, len(offsets)) - 1] + 1 if high < len(offsets) else end
        return self.body[begin:start], self.body[end:finish]

    def words_in(self, start: int, end: int) -> list[str]:
        """Return the folded words that begin among some characters of the body."""
        starts = self.word_starts
        return [word.folded for word in self.words[bisect_left(starts, start) : bisect_left(starts, end)]]

    def phrase_places(self, phrase: Sequence[str]) -> list[int]:
        """Return where folded words follow each other, each as the index of the first word; they may overlap."""
        first, *rest = phrase
        found = []
        for at in self._word_places.get(first, ()):
            if at + len(phrase) <= len(self.words) and all(self.words[at + n].folded == word for n, word in enumerate(rest, 1)):
                found.append(at)
        return found

    def block_at(self, offset: int) -> BlockExtent:
        """Return the block that holds a character of the body, or that comes before it."""
        return self.blocks[max(bisect_right([block.start for block in self.blocks], offset) - 1, 0)]

    def sentences_of(self, block: BlockExtent) -> list[tuple[int, int]]:
        """Return the extents of a block's sentences in the body; of verse, those of its lines."""
        inside = sentences(self.body[block.start : block.end], verse=block.kind == "verse")
        return [(block.start + start, block.start + end) for start, end in inside]

    def sentence_around(self, start: int, end: int) -> tuple[int, int]:
        """Return the extent, in the body, of the sentences that hold some characters of it."""
        first, last = self.block_at(start), self.block_at(max(end - 1, start))
        begins = [sentence for sentence in self.sentences_of(first) if sentence[0] <= start]
        ends = [sentence for sentence in self.sentences_of(last) if sentence[1] >= end]
        return begins[-1][0] if begins else start, ends[0][1] if ends else end

    def pages_of(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and the last page of some characters of the body."""
        starts = [extent.start for extent in self.pages]
        first = self.pages[max(bisect_right(starts, start) - 1, 0)]
        last = self.pages[max(bisect_right(starts, max(end - 1, start)) - 1, 0)]
        return first.page, last.page_end


def read_texts(corpus: Corpus) -> Iterator[Text]:
    """Yield the texts of a corpus, in the order of its files, one file of each table in memory at a time.

    Raises:
        CorpusNotFound: a file is missing or is not Parquet.
    """
    wanted = {
        "issues": ["id", "raw_path"],
        "records": ["id", "issue_id", "body"],
        "blocks": ["record_id", "position", "kind", "text", "page_start", "page_end", "body_start", "body_end"],
        "spans": ["issue_id", "raw_start", "raw_end", "role", "page", "record_id", "block"],
        "edits": ["issue_id", "raw_start", "raw_end", "after"],
    }
    parts = {name: corpus.parts(name, columns) for name, columns in wanted.items()}
    for tables in zip(*parts.values(), strict=True):
        rows = {name: table.to_pylist() for name, table in zip(parts, tables, strict=True)}
        raw: dict[str, str] = {}
        for issue in rows["issues"]:
            try:
                raw[issue["id"]] = corpus.raw_text(issue["raw_path"])
            except CorpusNotFound:  # a copy without the raw texts: a block across pages is then on all of its pages
                continue
        yield from texts_of(rows, raw)


def texts_of(rows: Mapping[str, Iterable[Row]], raw: Mapping[str, str]) -> Iterator[Text]:
    """Yield the texts that rows make.

    Args:
        rows: rows of ``records``, ``blocks``, ``spans`` and ``edits``, each sorted by its key.
        raw: raw texts by the id of their issue, as far as they are there.
    """
    blocks: dict[str, list[Row]] = defaultdict(list)
    for block in rows["blocks"]:
        blocks[block["record_id"]].append(block)
    crossing = {(block["record_id"], block["position"]) for block in rows["blocks"] if block["page_start"] != block["page_end"]}
    spans: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for span in rows["spans"]:
        if span["role"] == "body" and (span["record_id"], span["block"]) in crossing:
            spans[span["record_id"], span["block"]].append(span)
    edits: dict[str, list[Row]] = defaultdict(list)
    for edit in rows["edits"]:
        edits[edit["issue_id"]].append(edit)
    for record in rows["records"]:
        issue = record["issue_id"]
        pages: list[PageExtent] = []
        for block in blocks[record["id"]]:
            inside = spans.get((record["id"], block["position"]), ())
            pages += _pages(block, inside, edits[issue], raw.get(issue))
        extents = (
            BlockExtent(block["position"], block["kind"], block["body_start"], block["body_end"])
            for block in blocks[record["id"]]
        )
        yield Text(record["id"], record["body"], tuple(extents), tuple(pages))


def _pages(block: Row, spans: Sequence[Row], edits: Sequence[Row], raw: str | None) -> list[PageExtent]:
    """Return where each page of a block begins in the body: its spans are derived again from the raw text (law 2)."""
    whole = [PageExtent(block["body_start"], block["page_start"], block["page_end"])]
    if raw is None or block["page_start"] == block["page_end"]:
        return whole
    found: dict[int, int] = {}
    for piece in derive(block, spans, edits, raw) or ():
        found.setdefault(piece.page, block["body_start"] + min(piece.start, len(block["text"]) - 1))
    return [PageExtent(start, page, page) for page, start in found.items()] or whole

"""Passages: stretches of a record's text, each with its pages, raw characters and selector."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from operator import itemgetter
from typing import Any, TypeVar

from lprcorpus.corpus import Shard
from lprcorpus.derivation import Piece, derive
from lprcorpus.errors import CorpusNotFound, DataError
from lprcorpus.search.selectors import CONTEXT, ELLIPSIS, Selector, squeeze
from lprcorpus.search.words import FoldedText, sentences
from lprcorpus.typed_rows import grouped

# Roles of spans whose text is a record's, and may be quoted.
ROLES_OF_TEXT = ("body", "title", "byline", "note", "source")
# Words at either end of a long passage that its quotation on one line has, at least.
_ENDS = 5

Item = TypeVar("Item")


@dataclass(frozen=True)
class IndexedBlock:
    """What a search needs of a block."""

    record_id: str
    position: int
    kind: str
    page_start: int
    page_end: int
    body_start: int
    body_end: int


@dataclass(frozen=True)
class IndexedSpan:
    """What a search needs of a span."""

    raw_start: int
    raw_end: int
    role: str
    page: int
    record_id: str | None
    block: int | None


@dataclass(frozen=True)
class IndexedEdit:
    """What a search needs of an edit."""

    issue_id: str
    raw_start: int
    raw_end: int
    before: str
    after: str
    rule: str


@dataclass(frozen=True)
class IndexedIssue:
    """An issue; its raw text, spans and edits are read when they are first asked for."""

    id: str
    raw_path: str
    raw_sha256: str
    shard: Shard
    record_ids: list[str]

    @cached_property
    def raw(self) -> str | None:
        """Its raw text; None if that is not there, or is another: then no passage has a selector."""
        try:
            return self.shard.corpus.raw_text(self)
        except (CorpusNotFound, DataError):
            return None

    @cached_property
    def blocks(self) -> list[IndexedBlock]:
        """The blocks of its records."""
        return list(self.shard.rows("blocks", IndexedBlock, record_id=set(self.record_ids)))

    @cached_property
    def spans(self) -> list[IndexedSpan]:
        """Its spans."""
        return list(self.shard.rows("spans", IndexedSpan, issue_id={self.id}))

    @cached_property
    def edits(self) -> list[IndexedEdit]:
        """Its edits."""
        return list(self.shard.rows("edits", IndexedEdit, issue_id={self.id}))


@dataclass(frozen=True)
class Passage:
    """A passage of a record: its pages, its blocks, its place in the text, and its raw characters.

    Attributes:
        block: the position of its first block; None outside the body.
        kind: the kind of its first block; outside the body ``"title"``, ``"byline"``, ``"note"`` or
            ``"source"``.
        start: offset of its first character in the body, or in the title, the note …
        sentence: the sentence that it is in, or the sentences; of verse, the lines.
        match: ``"exact"`` where it has the words in a row, ``"words"`` where in any order.
        before: the text before it, so many characters as were asked for.
        raw_start: offset in the raw text of the first character it comes from; None in a copy
            without the raw text.
        selector: a name for it that survives a new edition of the data; None in a copy without the
            raw text.
    """

    record: str
    page: int
    page_end: int
    block: int | None
    block_end: int | None
    kind: str
    start: int
    end: int
    exact: str
    sentence: str
    match: str
    before: str
    after: str
    raw_start: int | None = None
    raw_end: int | None = None
    selector: Selector | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return everything about it as JSON has it."""
        content = asdict(self)
        content["selector"] = self.selector.to_dict() if self.selector else None
        content["line"] = str(self.selector) if self.selector else None
        return content


class RecordText:
    """A text of a record: its body, or what is printed of its title, byline, note or source.

    Attributes:
        issue: the issue that it is in.
        id: the record.
        role: which of its texts it is.
        text: the text.
    """

    def __init__(self, issue: IndexedIssue, record_id: str, role: str, body: str) -> None:
        self.issue = issue
        self.id = record_id
        self.role = role
        self.text = body
        if role != "body":
            self.text = ""
            if issue.raw is not None:
                self.text = derive(self._spans, issue.edits, issue.raw).text

    @cached_property
    def blocks(self) -> list[IndexedBlock]:
        """Its blocks; any text but a body is one block."""
        if self.role == "body":
            return [block for block in self.issue.blocks if block.record_id == self.id]
        pages = self._spans[0].page, self._spans[-1].page
        return [IndexedBlock(self.id, 0, self.role, *pages, 0, len(self.text))]

    def block_at(self, offset: int) -> IndexedBlock:
        """Return the block that a character is in, or that comes before it."""
        return _last_from(self.blocks, offset, key=lambda block: block.body_start)

    @cached_property
    def _spans(self) -> list[IndexedSpan]:
        key = self.id, self.role
        return [span for span in self.issue.spans if (span.record_id, span.role) == key]

    @cached_property
    def folded(self) -> FoldedText:
        """The text, folded."""
        return FoldedText(self.text)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The extents of its sentences; of verse, those of its lines."""
        extents = []
        for block in self.blocks:
            start = block.body_start
            text = self.text[start : block.body_end]
            for first, last in sentences(text, verse=block.kind == "verse"):
                extents.append((start + first, start + last))
        return extents or [(0, 0)]

    @cached_property
    def _pieces(self) -> list[Piece]:
        """The pieces it is made of; none if the raw text is not there, or makes another text."""
        spans = grouped(self._spans, key=lambda span: span.block or 0)
        pieces: list[Piece] = []
        for block in self.blocks:
            if self.issue.raw is None or block.position not in spans:
                return []
            derived = derive(
                spans[block.position],
                self.issue.edits,
                self.issue.raw,
                verse=block.kind == "verse",
                start=block.body_start,
            )
            if derived.text != self.text[block.body_start : block.body_end]:
                return []
            pieces += derived.pieces
        return pieces

    def pieces(self, raw_start: int, raw_end: int) -> Iterator[Piece]:
        """Yield the pieces that come from some raw characters, cut to these; an edit is not cut."""
        for piece in self._pieces:
            if piece.raw_start >= raw_end or piece.raw_end <= raw_start:
                continue
            if piece.edit is None:
                shift = piece.start - piece.raw_start
                piece = piece.cut(raw_start + shift, raw_end + shift)
            yield piece

    def origin(self, offset: int) -> Piece:
        """Return the piece that one character is."""
        piece = _last_from(self._pieces, offset, key=lambda piece: piece.start)
        return piece.cut(offset, offset + 1)

    def passage(
        self, start: int, end: int, *, match: str = "exact", context: int = CONTEXT
    ) -> Passage:
        """Return some characters as a passage, white space aside."""
        exact = self.text[start:end]
        start += len(exact) - len(exact.lstrip())
        exact = exact.strip()
        end = start + len(exact)
        first = self.block_at(start)
        last = self.block_at(end - 1)
        sentence_start, _ = _last_from(self.sentences, start, key=itemgetter(0))
        _, sentence_end = _last_from(self.sentences, end - 1, key=itemgetter(0))
        passage = Passage(
            record=self.id,
            page=first.page_start,
            page_end=last.page_end,
            block=first.position or None,
            block_end=last.position or None,
            kind=first.kind,
            start=start,
            end=end,
            exact=exact,
            sentence=self.text[sentence_start:sentence_end],
            match=match,
            before=self.text[max(start - context, 0) : start],
            after=self.text[end : end + context],
        )
        return self._anchored(passage) if self._pieces else passage

    def _anchored(self, passage: Passage) -> Passage:
        """Return a passage with its raw characters, their pages and its selector."""
        corpus = self.issue.shard.corpus
        start, end = passage.start, passage.end
        first, last = self.origin(start), self.origin(end - 1)
        is_body = self.role == "body"
        selector = Selector(
            corpus=corpus.name,
            version=corpus.version,
            record=self.id,
            page=first.page,
            page_end=last.page,
            issue=self.issue.id,
            sha256=self.issue.raw_sha256,
            raw_start=first.raw_start,
            raw_end=last.raw_end,
            exact=passage.exact,
            prefix=self.text[max(start - CONTEXT, 0) : start],
            suffix=self.text[end : end + CONTEXT],
            start=start if is_body else None,
            end=end if is_body else None,
            quote=self._quote(start, passage.exact),
        )
        return replace(
            passage,
            page=first.page,
            page_end=last.page,
            raw_start=first.raw_start,
            raw_end=last.raw_end,
            selector=selector,
        )

    def _quote(self, start: int, exact: str) -> str:
        """Return a passage on one line; of a long one, the first and the last words.

        Words that read in the raw text as they do here, between two others, are left out.
        """
        raw = self.issue.raw or ""
        printed_end = 0
        runs: list[list[re.Match[str]]] = [[]]
        for word in list(re.finditer(r"\S+", exact))[_ENDS - 1 : 1 - _ENDS]:
            raw_start = self.origin(start + word.start()).raw_start
            raw_end = self.origin(start + word.end() - 1).raw_end
            is_printed = squeeze(raw[raw_start:raw_end]) == word.group()
            # Between two lines, there is a line end; between two pages, perhaps a header.
            if not is_printed or raw[printed_end:raw_start].strip():
                runs.append([])
            if is_printed:
                runs[-1].append(word)
            printed_end = raw_end
        left_out = max(runs, key=len)[1:-1]
        # One word is no longer than the sign for it.
        if len(left_out) > 1:
            exact = exact[: left_out[0].start()] + ELLIPSIS + exact[left_out[-1].end() :]
        return " ".join(exact.split())


def _last_from(items: Sequence[Item], offset: int, key: Callable[[Item], int]) -> Item:
    """Return the last item that begins at an offset or before it, or the first of all."""
    return items[max(bisect_right(items, offset, key=key) - 1, 0)]

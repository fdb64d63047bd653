"""Passages: stretches of a record's text, each with its pages, raw characters and selector."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from lprcorpus.corpus import Shard
from lprcorpus.derivation import Piece, derive
from lprcorpus.errors import CorpusNotFound, DataError
from lprcorpus.search.selectors import CONTEXT, Selector, shortened
from lprcorpus.search.words import FoldedText, sentences
from lprcorpus.typed_rows import grouped

# Roles of spans whose text is a record's, and may be quoted.
ROLES_OF_TEXT = ("body", "title", "byline", "note", "source")


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

    @cached_property
    def raw(self) -> str | None:
        """Its raw text; None if that is not there, or is another: then no passage has a selector."""
        try:
            return self.shard.corpus.raw_text(self)
        except (CorpusNotFound, DataError):
            return None

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
    raw_start: int | None
    raw_end: int | None
    selector: Selector | None

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
        blocks: its blocks; any text but a body is one block.
    """

    def __init__(
        self, issue: IndexedIssue, record_id: str, role: str, text: str, blocks: list[IndexedBlock]
    ) -> None:
        self.issue = issue
        self.id = record_id
        self.role = role
        self.text = text
        self.blocks = blocks

    @classmethod
    def outside_body(cls, issue: IndexedIssue, record_id: str, role: str) -> RecordText:
        """Return what is printed of a record in another role than its body."""
        text = cls(issue, record_id, role, "", [])
        spans = text._spans
        if spans and issue.raw is not None:
            text.text = derive(spans, issue.edits, issue.raw).text
            pages = spans[0].page, spans[-1].page
            text.blocks = [IndexedBlock(record_id, 0, role, *pages, 0, len(text.text))]
        return text

    @cached_property
    def _spans(self) -> list[IndexedSpan]:
        key = self.id, self.role
        return [span for span in self.issue.spans if (span.record_id, span.role) == key]

    @cached_property
    def folded(self) -> FoldedText:
        """The text, folded."""
        return FoldedText(self.text)

    @cached_property
    def letters(self) -> FoldedText:
        """The letters and digits of the text, folded."""
        return FoldedText(self.text, spaced=False)

    @cached_property
    def _pieces(self) -> list[Piece]:
        """The pieces it is made of; none if the raw text is not there, or makes another text."""
        spans = grouped(self._spans, key=lambda span: span.block or 0)
        raw = self.issue.raw
        pieces: list[Piece] = []
        for block in self.blocks:
            if raw is None or block.position not in spans:
                return []
            found = derive(
                spans[block.position],
                self.issue.edits,
                raw,
                verse=block.kind == "verse",
                start=block.body_start,
            )
            if found.text != self.text[block.body_start : block.body_end]:
                return []
            pieces += found.pieces
        return pieces

    def origin(self, offset: int) -> Piece:
        """Return the piece that one character is."""
        number = bisect_right(self._pieces, offset, key=lambda piece: piece.start) - 1
        return self._pieces[number].cut(offset, offset + 1)

    def pieces(self, raw_start: int, raw_end: int) -> Iterator[Piece]:
        """Yield the pieces that come from some raw characters, cut to these; an edit is not cut."""
        for piece in self._pieces:
            if piece.raw_start >= raw_end or piece.raw_end <= raw_start:
                continue
            if piece.edit is None:
                shift = piece.start - piece.raw_start
                piece = piece.cut(raw_start + shift, raw_end + shift)
            yield piece

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

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """Return the extent of the sentence that a character is in; of verse, of the line."""
        number = bisect_right(self.sentences, offset, key=lambda extent: extent[0])
        return self.sentences[max(number - 1, 0)]

    def block_at(self, offset: int) -> IndexedBlock:
        """Return the block that contains a character, or that comes before it."""
        number = bisect_right(self.blocks, offset, key=lambda block: block.body_start)
        return self.blocks[max(number - 1, 0)]

    def passage(
        self, start: int, end: int, *, match: str = "exact", context: int = CONTEXT
    ) -> Passage:
        """Return some characters as a passage, white space aside."""
        exact = self.text[start:end]
        start += len(exact) - len(exact.lstrip())
        end = start + len(exact.strip())
        first = self.block_at(start)
        last = self.block_at(end - 1)
        selector = self._selector(start, end)
        return Passage(
            record=self.id,
            page=selector.page if selector else first.page_start,
            page_end=selector.page_end if selector else last.page_end,
            block=first.position or None,
            block_end=last.position or None,
            kind=first.kind,
            start=start,
            end=end,
            exact=self.text[start:end],
            sentence=self.text[self.sentence_at(start)[0] : self.sentence_at(end - 1)[1]],
            match=match,
            before=self.text[max(start - context, 0) : start],
            after=self.text[end : end + context],
            raw_start=selector.raw_start if selector else None,
            raw_end=selector.raw_end if selector else None,
            selector=selector,
        )

    def _selector(self, start: int, end: int) -> Selector | None:
        if not self._pieces:
            return None
        first = self.origin(start)
        last = self.origin(end - 1)
        exact = self.text[start:end]
        is_body = self.role == "body"
        corpus = self.issue.shard.corpus
        return Selector(
            corpus=corpus.name,
            version=corpus.version,
            record=self.id,
            page=first.page,
            page_end=last.page,
            issue=self.issue.id,
            sha256=self.issue.raw_sha256,
            raw_start=first.raw_start,
            raw_end=last.raw_end,
            exact=exact,
            prefix=self.text[max(start - CONTEXT, 0) : start],
            suffix=self.text[end : end + CONTEXT],
            start=start if is_body else None,
            end=end if is_body else None,
            quote=shortened(exact, start, self._as_printed(first.raw_start, last.raw_end)),
        )

    def _as_printed(self, raw_start: int, raw_end: int) -> list[tuple[int, int]]:
        """Return the stretches that read in the raw text as they do here, white space aside."""
        raw = self.issue.raw or ""
        stretches: list[tuple[int, int]] = []
        printed_end: int | None = None  # of the piece before, where that is no edit
        for piece in self.pieces(raw_start, raw_end):
            if piece.edit is not None:
                printed_end = None
                continue
            start = piece.start
            # Between two lines, there is a line end; between two pages, perhaps a header.
            if printed_end is not None and not raw[printed_end : piece.raw_start].strip():
                start, _ = stretches.pop()
            stretches.append((start, piece.end))
            printed_end = piece.raw_end
        return stretches

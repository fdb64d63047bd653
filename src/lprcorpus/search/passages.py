"""Passages: stretches of a record's text, each with its pages, its raw characters and its selector."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from lprcorpus.derivation import Derivation, Piece, derive
from lprcorpus.errors import CorpusNotFound, DataError
from lprcorpus.search.index import (
    IndexedBlock,
    IndexedIssue,
    IndexedRecord,
    IndexedSpan,
    TextIndex,
)
from lprcorpus.search.selectors import CONTEXT, Selector, shortened, squeeze
from lprcorpus.search.words import FoldedText, sentences
from lprcorpus.typed_rows import grouped

__all__ = ["ROLES_OF_TEXT", "Letter", "Passage", "Reader", "RecordText"]

# Roles of spans whose text is a record's, and may be quoted.
ROLES_OF_TEXT = ("body", "title", "byline", "note", "source")
# Texts, and issues, that a reader keeps, at most.
_KEPT_TEXTS, _KEPT_ISSUES = 512, 32


@dataclass(frozen=True)
class Passage:
    """A passage of a record: its pages, its blocks, its place in the text, and its raw characters.

    Attributes:
        block: the position of its first block; None outside the body.
        kind: the kind of its first block; outside the body ``"title"``, ``"byline"``, ``"note"`` or
            ``"source"``.
        start: offset of its first character in the body, or in the title, the note …
        sentence: the sentence that it is in, or the sentences; of verse, the lines.
        match: ``"exact"`` where it contains the words in a row, ``"words"`` where it contains them in any
            order.
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


@dataclass(frozen=True)
class Letter:
    """A character that is no white space: its text, its offset there, and the raw characters that it comes from."""

    char: str
    text: RecordText
    offset: int
    raw_start: int
    raw_end: int


class Reader:
    """Reads texts and raw texts for one search, or for one run over many selectors; not for several threads."""

    def __init__(self, index: TextIndex, context: int = CONTEXT) -> None:
        self.index = index
        self.context = context
        self._issues: dict[str, IndexedIssue | None] = {}
        self._raw: dict[str, str | None] = {}
        self._texts: dict[tuple[str, str], RecordText | None] = {}

    def issue(self, issue_id: str) -> IndexedIssue | None:
        """Return an issue; None if there is no such issue."""
        if issue_id not in self._issues:
            _make_room(self._issues, _KEPT_ISSUES)
            self._issues[issue_id] = self.index.issue(issue_id)
        return self._issues[issue_id]

    def raw(self, issue: IndexedIssue) -> str | None:
        """Return the raw text of an issue; None if it is not there, or is not the one that the corpus was built from."""
        if issue.id not in self._raw:
            _make_room(self._raw, _KEPT_ISSUES)
            try:
                self._raw[issue.id] = self.index.corpus.raw_text(issue)
            except (CorpusNotFound, DataError):
                self._raw[issue.id] = None
        return self._raw[issue.id]

    def text(self, record_id: str, role: str = "body") -> RecordText | None:
        """Return a text of a record; None if it has none in that role, or if there is no such record."""
        key = record_id, role
        if key not in self._texts:
            _make_room(self._texts, _KEPT_TEXTS)
            record = self.index.record(record_id)
            text = RecordText(self, record, role) if record else None
            self._texts[key] = text if text and text.blocks else None
        return self._texts[key]


def _make_room(kept: dict[Any, Any], most: int) -> None:
    while len(kept) >= most:
        del kept[next(iter(kept))]


class RecordText:
    """A text of a record, by its role: its body, or what is printed of its title, byline, headnote or source.

    ``blocks`` are those of a body; any other text is one.
    """

    def __init__(self, reader: Reader, record: IndexedRecord, role: str) -> None:
        self.id = record.id
        self.role = role
        self._reader = reader
        self._derivations: dict[int, Derivation | None] = {}
        self._sentences: dict[int, list[tuple[int, int]]] = {}
        issue = reader.issue(record.issue_id)
        if issue is None:
            raise DataError(
                f"records [{record.id}]: found no issue {record.issue_id!r}; run lprcorpus validate"
            )
        self.issue = issue
        self._raw = reader.raw(issue)
        spans = issue.texts.get((record.id, role), [])
        self._spans = grouped(spans, key=lambda span: span.block or 0)
        if role == "body":
            self.text = record.body
            self.blocks = issue.blocks.get(record.id, [])
        else:
            derivation = self._derive(0, verse=False)
            self.text = derivation.text if derivation else ""
            self.blocks = [_whole(spans, self.text)] if self.text else []
        self._starts = [block.body_start for block in self.blocks]

    @cached_property
    def folded(self) -> FoldedText:
        """The text, folded."""
        return FoldedText(self.text)

    def _derive(self, position: int, *, verse: bool) -> Derivation | None:
        spans = self._spans.get(position)
        if self._raw is None or not spans:
            return None
        return derive(spans, self.issue.edits, self._raw, verse=verse)

    def derivation(self, block: IndexedBlock) -> Derivation | None:
        """Return how a block comes from the raw text; None if that is not there, or if it does not."""
        if block.position not in self._derivations:
            found = self._derive(block.position, verse=block.kind == "verse")
            is_right = (
                found is not None
                and found.pieces
                and found.text == self.text[block.body_start : block.body_end]
            )
            self._derivations[block.position] = found if is_right else None
        return self._derivations[block.position]

    def block_at(self, offset: int) -> IndexedBlock:
        """Return the block that contains a character, or that comes before it."""
        return self.blocks[max(bisect_right(self._starts, offset) - 1, 0)]

    def sentences_of(self, block: IndexedBlock) -> list[tuple[int, int]]:
        """Return the extents of a block's sentences in the text; of verse, those of its lines."""
        start = block.body_start
        if start not in self._sentences:
            inside = sentences(self.text[start : block.body_end], verse=block.kind == "verse")
            # A block without text, which is an error, has no sentence.
            self._sentences[start] = [
                (start + first, start + last) for first, last in inside or [(0, 0)]
            ]
        return self._sentences[start]

    def _sentence(self, start: int, end: int) -> str:
        """Return the sentences that hold some characters."""
        firsts, lasts = (
            self.sentences_of(self.block_at(start)),
            self.sentences_of(self.block_at(end - 1)),
        )
        first = bisect_right(firsts, (start, end)) - 1
        last = bisect_left(lasts, end, key=lambda extent: extent[1])
        return self.text[firsts[max(first, 0)][0] : lasts[min(last, len(lasts) - 1)][1]]

    def _origin(self, offset: int) -> Piece | None:
        """Return where one character comes from; None if that is not known."""
        block = self.block_at(offset)
        derivation = self.derivation(block)
        return derivation.origin(offset - block.body_start) if derivation else None

    def passage(
        self, start: int, end: int, *, match: str = "exact", marks: tuple[str, str] = ("", "")
    ) -> Passage:
        """Return some characters as a passage, white space aside, with marks before and after them where the text has these."""
        exact = self.text[start:end]
        start += len(exact) - len(exact.lstrip())
        end = start + len(exact.strip())
        lead, tail = marks
        start -= _size_of(lead[::-1], self.text[max(start - 99, 0) : start][::-1])
        end += _size_of(tail, self.text[end : end + 99])
        first, last = self.block_at(start), self.block_at(end - 1)
        size = self._reader.context
        passage = Passage(
            record=self.id,
            page=first.page_start,
            page_end=last.page_end,
            block=first.position or None,
            block_end=last.position or None,
            kind=first.kind,
            start=start,
            end=end,
            exact=self.text[start:end],
            sentence=self._sentence(start, end),
            match=match,
            before=self.text[max(start - size, 0) : start],
            after=self.text[end : end + size],
            raw_start=None,
            raw_end=None,
            selector=None,
        )
        origin, last_origin = self._origin(start), self._origin(end - 1)
        if origin is None or last_origin is None:
            return passage
        raw_start, raw_end = origin.raw_start, last_origin.raw_end
        passage = replace(
            passage,
            page=origin.page,
            page_end=last_origin.page,
            raw_start=raw_start,
            raw_end=raw_end,
        )
        return replace(passage, selector=self._selector(passage, raw_start, raw_end))

    def _selector(self, passage: Passage, raw_start: int, raw_end: int) -> Selector:
        start, end = passage.start, passage.end
        return Selector(
            corpus=self._reader.index.corpus.name,
            version=self._reader.index.corpus.version,
            record=self.id,
            page=passage.page,
            page_end=passage.page_end,
            issue=self.issue.id,
            sha256=self.issue.raw_sha256,
            raw_start=raw_start,
            raw_end=raw_end,
            exact=passage.exact,
            prefix=self.text[max(start - CONTEXT, 0) : start],
            suffix=self.text[end : end + CONTEXT],
            start=start if self.role == "body" else None,
            end=end if self.role == "body" else None,
            quote=shortened(passage.exact, self._as_printed(start, raw_start, raw_end)),
        )

    def _as_printed(self, start: int, raw_start: int, raw_end: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches that read in the raw text as they do here, white space aside, by their offsets from ``start``."""
        raw = self._raw or ""
        run: list[Letter] = []
        for letter in self.letters(raw_start, raw_end):
            same = raw[letter.raw_start : letter.raw_end] == letter.char
            if run and not (same and not raw[run[-1].raw_end : letter.raw_start].strip()):
                yield run[0].offset - start, run[-1].offset + 1 - start
                run = []
            if same:
                run.append(letter)
        if run:
            yield run[0].offset - start, run[-1].offset + 1 - start

    def letters(self, raw_start: int, raw_end: int) -> Iterator[Letter]:
        """Yield the characters that come from some raw characters, white space aside."""
        for block in self.blocks:
            spans = self._spans.get(block.position, [])
            is_outside = (
                not spans or spans[-1].raw_end <= raw_start or raw_end <= spans[0].raw_start
            )
            derivation = None if is_outside else self.derivation(block)
            for piece in derivation.within(raw_start, raw_end) if derivation else ():
                start = block.body_start + piece.start
                for number, char in enumerate(self.text[start : block.body_start + piece.end]):
                    if not char.isspace():
                        yield Letter(char, self, start + number, *piece.origin_of(number))


def _size_of(marks: str, text: str) -> int:
    """Return how many characters some marks are at the start of a text, white space aside; 0 if they are not there."""
    if not marks:
        return 0
    spaced = r"\s*".join(map(re.escape, squeeze(marks)))
    match = re.match(rf"\s*{spaced}", text)
    return match.end() if match else 0


def _whole(spans: Sequence[IndexedSpan], text: str) -> IndexedBlock:
    """Return a title, a byline, a headnote or a source as a block that is all of its text."""
    return IndexedBlock(
        record_id=spans[0].record_id or "",
        position=0,
        kind=spans[0].role,
        page_start=spans[0].page,
        page_end=spans[-1].page,
        body_start=0,
        body_end=len(text),
    )

"""Passages: stretches of a record's text, each with its pages, raw characters and selector."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from lprcorpus.corpus import Shard
from lprcorpus.derivation import derive
from lprcorpus.errors import CorpusNotFound, DataError
from lprcorpus.search.selectors import CONTEXT, ELLIPSIS, Selector
from lprcorpus.search.words import FoldedText, sentences, squeeze
from lprcorpus.typed_rows import grouped

# Roles of spans whose text is a record's, and may be quoted.
ROLES_OF_TEXT = ("body", "title", "byline", "note", "source")
# Words at either end of a long passage that its quotation on one line has, at least.
_ENDS = 5
_WORD = re.compile(r"\S+")

Item = TypeVar("Item")
Row = TypeVar("Row", "IndexedSpan", "IndexedEdit")


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
class IssueRow:
    """What a search needs of the row of an issue."""

    id: str
    raw_path: str
    raw_sha256: str


class IndexedIssue:
    """An issue with its raw text and what the tables say of it.

    Attributes:
        bodies: the body of each record.
        raw: its raw text; empty if that is not there, or is another: then no passage has a selector.
        spans_of: the spans of each text of each record, by the record and the role.
    """

    def __init__(self, shard: Shard, row: IssueRow, bodies: dict[str, str]) -> None:
        self.corpus = shard.corpus
        self.row = row
        self.bodies = bodies
        self.raw = ""
        with suppress(CorpusNotFound, DataError):
            self.raw = shard.corpus.raw_text(row)
        blocks = shard.rows("blocks", IndexedBlock, record_id=set(bodies))
        self.blocks = grouped(blocks, key=attrgetter("record_id"))
        self.edits = list(shard.rows("edits", IndexedEdit, issue_id={row.id}))
        self.spans = list(shard.rows("spans", IndexedSpan, issue_id={row.id}))
        inside = (
            span for span in self.spans if span.record_id in bodies and span.role in ROLES_OF_TEXT
        )
        self.spans_of = grouped(inside, key=attrgetter("record_id", "role"))
        self._texts: dict[tuple[str, str], RecordText] = {}

    def text(self, record_id: str, role: str = "body") -> RecordText | None:
        """Return a text of a record; None if there is no such record, or none in that role."""
        key = record_id, role
        if key in self.spans_of and key not in self._texts:
            self._texts[key] = RecordText(self, record_id, role)
        text = self._texts.get(key)
        return text if text and text.text and text.blocks else None

    def page_at(self, raw_offset: int) -> int:
        """Return the page of a raw character."""
        return _last_from(self.spans, raw_offset, key=attrgetter("raw_start")).page


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
        id: the record.
        role: which of its texts it is.
        text: the text.
        blocks: its blocks; any text but a body is one block.
        raw_starts: for each character, the first raw character that it comes from; none if the raw
            text is not there, or makes another text.
        raw_ends: for each character, the offset one past the last of them.
    """

    def __init__(self, issue: IndexedIssue, record_id: str, role: str) -> None:
        self._issue = issue
        self.id = record_id
        self.role = role
        self.raw_starts, self.raw_ends = array("q"), array("q")
        spans = issue.spans_of[record_id, role]
        if role == "body":
            self.blocks = issue.blocks.get(record_id, [])
        else:
            pages = spans[0].page, spans[-1].page
            self.blocks = [IndexedBlock(record_id, 0, role, *pages, 0, len(issue.raw))]
        spans_of_block = grouped(spans, key=lambda span: span.block or 0)
        texts = []
        for block in self.blocks if issue.raw else ():
            is_verse = block.kind == "verse"
            inside = spans_of_block.get(block.position, ())
            derived = derive(inside, issue.edits, issue.raw, verse=is_verse)
            # The two newlines between blocks come from nothing.
            between = self.raw_ends[-1:] * 2
            starts, ends = derived.origins()
            self.raw_starts += between + starts
            self.raw_ends += between + ends
            texts.append(derived.text)
        self.text = "\n\n".join(texts)
        if role == "body" and self.text != issue.bodies[record_id]:
            self.text = issue.bodies[record_id]
            self.raw_starts, self.raw_ends = array("q"), array("q")

    @cached_property
    def folded(self) -> FoldedText:
        """The text, folded."""
        return FoldedText(self.text)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The extents of its sentences; of verse, those of its lines."""
        extents = []
        for block in self.blocks:
            text = self.text[block.body_start : block.body_end]
            for start, end in sentences(text, verse=block.kind == "verse"):
                extents.append((block.body_start + start, block.body_start + end))
        return extents or [(0, 0)]

    def extent(self, raw_start: int, raw_end: int) -> tuple[int, int]:
        """Return the characters that come from some raw characters; an edit is not cut."""
        return bisect_right(self.raw_ends, raw_start), bisect_left(self.raw_starts, raw_end)

    def passage(
        self, start: int, end: int, *, match: str = "exact", context: int = CONTEXT
    ) -> Passage:
        """Return some characters as a passage, white space aside."""
        exact = self.text[start:end].strip()
        start = self.text.index(exact, start)
        end = start + len(exact)
        first = _last_from(self.blocks, start, key=attrgetter("body_start"))
        last = _last_from(self.blocks, end - 1, key=attrgetter("body_start"))
        sentence_start, _ = _last_from(self.sentences, start, key=itemgetter(0))
        _, sentence_end = _last_from(self.sentences, end - 1, key=itemgetter(0))
        selector = self._selector(start, end) if self.raw_starts else None
        return Passage(
            record=self.id,
            page=selector.page if selector else first.page_start,
            page_end=selector.page_end if selector else last.page_end,
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
            raw_start=selector.raw_start if selector else None,
            raw_end=selector.raw_end if selector else None,
            selector=selector,
        )

    def _selector(self, start: int, end: int) -> Selector:
        issue = self._issue
        is_body = self.role == "body"
        return Selector(
            corpus=issue.corpus.name,
            version=issue.corpus.version,
            record=self.id,
            page=issue.page_at(self.raw_starts[start]),
            page_end=issue.page_at(self.raw_starts[end - 1]),
            issue=issue.row.id,
            sha256=issue.row.raw_sha256,
            raw_start=self.raw_starts[start],
            raw_end=self.raw_ends[end - 1],
            exact=self.text[start:end],
            prefix=self.text[max(start - CONTEXT, 0) : start],
            suffix=self.text[end : end + CONTEXT],
            start=start if is_body else None,
            end=end if is_body else None,
            quote=self._quote(start, end),
        )

    def _quote(self, start: int, end: int) -> str:
        """Return a passage on one line; of a long one, the first and the last words.

        Words that read in the raw text as they do here, between two others, are left out.
        """
        words = list(_WORD.finditer(self.text, start, end))
        inner = words[_ENDS - 1 : 1 - _ENDS]
        first = last = run = 0
        for number, (word, following) in enumerate(pairwise(inner), start=1):
            raw_start = self.raw_starts[word.start()]
            raw_end = self.raw_ends[following.end() - 1]
            # Not so where one has an edit, or where a page ends between them, with its header.
            if squeeze(self._issue.raw[raw_start:raw_end]) != word.group() + following.group():
                run = number
            if number - run > last - first:
                first, last = run, number
        quote = self.text[start:end]
        # One word is no longer than the sign for it.
        if last - first > 2 and ELLIPSIS.strip() not in quote:
            left_out = inner[first].end(), inner[last].start()
            quote = self.text[start : left_out[0]] + ELLIPSIS + self.text[left_out[1] : end]
            return " ".join(quote.split())
        return " ".join(quote.split()).replace(ELLIPSIS, ELLIPSIS.strip())


def _last_from(items: Sequence[Item], offset: int, key: Callable[[Item], int]) -> Item:
    """Return the last item that begins at an offset or before it, or the first of all."""
    return items[max(bisect_right(items, offset, key=key) - 1, 0)]


def overlapping(rows: Sequence[Row], raw_start: int, raw_end: int) -> Sequence[Row]:
    """Return those of an issue's spans or edits that have some of the raw characters."""
    first = bisect_right(rows, raw_start, key=attrgetter("raw_end"))
    last = bisect_left(rows, raw_end, key=attrgetter("raw_start"))
    return rows[first:last]

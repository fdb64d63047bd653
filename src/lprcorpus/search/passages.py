"""Passages: stretches of a record's text, each with its pages, raw characters and selector."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from lprcorpus.corpus import Shard
from lprcorpus.derivation import Origins, derive
from lprcorpus.errors import CorpusNotFound, DataError
from lprcorpus.search.selectors import CONTEXT, ELLIPSIS, Selector
from lprcorpus.search.words import FoldedText, sentences, squeeze
from lprcorpus.typed_rows import grouped

# Roles of spans whose text is a record's, and may be quoted.
ROLES_OF_TEXT = ("body", "title", "byline", "note", "source")
# Words at either end of a long passage that its quotation on one line has.
_ENDS = 5

Item = TypeVar("Item")


@dataclass(frozen=True)
class IndexedBlock:
    """What a search needs of a block; any text but a body is one block."""

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
    """An issue with the bodies of its records; what else is asked of it is read then."""

    def __init__(self, shard: Shard, row: IssueRow, bodies: dict[str, str]) -> None:
        self.shard = shard
        self.row = row
        self.bodies = bodies

    @cached_property
    def raw(self) -> str:
        """The raw text; empty if it is not there, or is another: no passage has a selector then."""
        with suppress(CorpusNotFound, DataError):
            return self.shard.corpus.raw_text(self.row)
        return ""

    @cached_property
    def blocks(self) -> dict[str, list[IndexedBlock]]:
        """The blocks of each record."""
        rows = self.shard.rows("blocks", IndexedBlock, record_id=set(self.bodies))
        return grouped(rows, key=attrgetter("record_id"))

    @cached_property
    def edits(self) -> list[IndexedEdit]:
        """The edits, in order."""
        return list(self.shard.rows("edits", IndexedEdit, issue_id={self.row.id}))

    @cached_property
    def spans(self) -> list[IndexedSpan]:
        """The spans, in order."""
        return list(self.shard.rows("spans", IndexedSpan, issue_id={self.row.id}))

    @cached_property
    def spans_of(self) -> dict[tuple[str | None, str], list[IndexedSpan]]:
        """The spans of each text, by its record and its role."""
        of_texts = (span for span in self.spans if span.role in ROLES_OF_TEXT)
        return grouped(of_texts, key=attrgetter("record_id", "role"))


@dataclass(frozen=True)
class Passage:
    """A passage of a record: its pages, its blocks, its place in the text, and its raw characters.

    A copy of the corpus without the raw text has no raw characters, and so no selector.
    """

    record: str
    page: int
    page_end: int
    block: int | None  #: the position of its first block; None outside the body
    block_end: int | None
    kind: str  #: that of its first block; ``title``, ``byline``, ``note``, ``source`` outside the body
    start: int  #: offset of its first character in the body, or in the title, the note …
    end: int
    exact: str
    sentence: str  #: the sentence that it is in, or the sentences; of verse, the lines
    match: str  #: ``exact`` where it has the words in a row, ``words`` where in any order
    before: str  #: the text before it, so many characters as were asked for
    after: str
    raw_start: int | None = None  #: offset in the raw text of the first character it comes from
    raw_end: int | None = None
    selector: Selector | None = None  #: a name for it that survives a new edition of the data

    def to_dict(self) -> dict[str, Any]:
        """Return everything about it as JSON has it."""
        content = asdict(self)
        content["selector"] = self.selector.to_dict() if self.selector else None
        content["line"] = str(self.selector) if self.selector else None
        return content


class RecordText:
    """A text of a record: its body, or what is printed of its title, byline, note or source."""

    def __init__(self, issue: IndexedIssue, record_id: str, role: str) -> None:
        self.issue = issue
        self.id = record_id
        self.role = role
        self.origins = cache(self._origins)
        self.sentences = cache(self._sentences)
        if role == "body":
            self.blocks = issue.blocks.get(record_id, [])
            self.text = issue.bodies[record_id]
        else:
            spans = issue.spans_of[record_id, role]
            pages = spans[0].page, spans[-1].page
            self.text = derive(spans, issue.edits, issue.raw).text
            self.blocks = [IndexedBlock(record_id, 0, role, *pages, 0, len(self.text))]
        self.block_of = {block.position: block for block in self.blocks}

    @cached_property
    def _spans_of_block(self) -> dict[int, list[IndexedSpan]]:
        spans = self.issue.spans_of.get((self.id, self.role), ())
        return grouped(spans, key=lambda span: span.block or 0)

    def _origins(self, block: IndexedBlock) -> Origins:
        """Return where each character of a block comes from.

        Nothing, if the raw text is not there, or makes another text of it.
        """
        if self.issue.raw:
            spans = self._spans_of_block.get(block.position, ())
            derived = derive(spans, self.issue.edits, self.issue.raw, verse=block.kind == "verse")
            if derived.text == self.text[block.body_start : block.body_end]:
                return derived.origins()
        return Origins(array("q"), array("q"))

    def _sentences(self, block: IndexedBlock) -> list[tuple[int, int]]:
        """Return the extents of the sentences of a block in the text; of verse, of its lines."""
        text = self.text[block.body_start : block.body_end]
        extents = []
        for start, end in sentences(text, verse=block.kind == "verse"):
            extents.append((block.body_start + start, block.body_start + end))
        return extents or [(block.body_start, block.body_end)]

    @cached_property
    def folded(self) -> FoldedText:
        """The text, folded."""
        return FoldedText(self.text)

    def block_at(self, offset: int) -> IndexedBlock:
        """Return the block that a character is in."""
        return _last_from(self.blocks, offset, key=attrgetter("body_start"))

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """Return the extent of the sentence that a character is in; of verse, of the line."""
        return _last_from(self.sentences(self.block_at(offset)), offset, key=itemgetter(0))

    def unit_at(self, offset: int) -> tuple[int, int]:
        """Return the extent of the sentence that a character is in; of verse, of the stanza."""
        block = self.block_at(offset)
        if block.kind == "verse":
            return block.body_start, block.body_end
        return self.sentence_at(offset)

    def passage(
        self, start: int, end: int, *, match: str = "exact", context: int = CONTEXT
    ) -> Passage:
        """Return some characters as a passage, white space aside."""
        exact = self.text[start:end].strip()
        start = self.text.index(exact, start)
        end = start + len(exact)
        first, last = self.block_at(start), self.block_at(end - 1)
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
            exact=exact,
            sentence=self.text[self.sentence_at(start)[0] : self.sentence_at(end - 1)[1]],
            match=match,
            before=self.text[max(start - context, 0) : start],
            after=self.text[end : end + context],
            raw_start=selector.raw_start if selector else None,
            raw_end=selector.raw_end if selector else None,
            selector=selector,
        )

    def _selector(self, start: int, end: int) -> Selector | None:
        issue = self.issue
        first, last = self.block_at(start), self.block_at(end - 1)
        starts = self.origins(first).starts
        last_starts, last_ends = self.origins(last)
        if not starts or not last_starts:
            return None
        raw_start = starts[start - first.body_start]
        place = end - 1 - last.body_start
        raw_last, raw_end = last_starts[place], last_ends[place]
        exact = self.text[start:end]
        is_body = self.role == "body"
        return Selector(
            corpus=issue.shard.corpus.name,
            version=issue.shard.corpus.version,
            record=self.id,
            page=_last_from(issue.spans, raw_start, key=attrgetter("raw_start")).page,
            page_end=_last_from(issue.spans, raw_last, key=attrgetter("raw_start")).page,
            issue=issue.row.id,
            sha256=issue.row.raw_sha256,
            raw_start=raw_start,
            raw_end=raw_end,
            exact=exact,
            prefix=self.text[max(start - CONTEXT, 0) : start],
            suffix=self.text[end : end + CONTEXT],
            start=start if is_body else None,
            end=end if is_body else None,
            quote=_on_one_line(exact, printed=issue.raw[raw_start:raw_end]),
        )


def _on_one_line(exact: str, printed: str) -> str:
    """Return a quotation on one line; of a long one that reads as it is printed, the ends."""
    words = exact.split()
    quote = " ".join(words)
    sign = ELLIPSIS.strip()
    # An edit, or the end of a page with its header, is not left out.
    if len(words) > 2 * _ENDS + 1 and squeeze(printed) == squeeze(exact) and sign not in quote:
        return " ".join([*words[:_ENDS], sign, *words[-_ENDS:]])
    return quote.replace(ELLIPSIS, sign)


def _last_from(items: Sequence[Item], offset: int, key: Callable[[Item], int]) -> Item:
    """Return the last item that begins at an offset or before it, or the first of all."""
    return items[max(bisect_right(items, offset, key=key) - 1, 0)]

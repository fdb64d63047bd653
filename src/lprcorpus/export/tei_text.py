"""A record's text in TEI: its blocks, with each page break and each edit at its character.

The way back is by rule: a record's body is the text of its blocks, joined by an empty line. The
blocks are the elements with an ``@n`` that are no ``pb`` and no ``g``; an ``lg`` is its lines,
joined by a line end; ``g`` is the character that its ``@n`` names; what is in ``sic`` or ``orig``
is not part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from xml.etree.ElementTree import Element

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.derivation import Piece, derive
from lprcorpus.errors import CorpusNotFound
from lprcorpus.export.job import Selection
from lprcorpus.export.text_files import text_name
from lprcorpus.export.xmltext import XML_ID, add, add_text
from lprcorpus.issue_reading import read_issues
from lprcorpus.schema import Block, Contributor, Edit, Issue, Record, Span
from lprcorpus.typed_rows import grouped

# Roles of what is no text of the issue.
_NO_TEXT = frozenset({"header", "page_mark", "link", "blank"})


@dataclass(frozen=True)
class RecordRows:
    """A record, and all rows that belong to it, in order; the edits are those of its issue.

    Attributes:
        pages: whether the number of a page of its issue is printed, by the number.
        is_continued: whether other text of the issue is above it on its first page.
        raw: the raw text of its issue, or None in a copy without it.
    """

    record: Record
    issue: Issue
    contributors: Sequence[Contributor]
    blocks: Sequence[Block]
    spans: Sequence[Span]
    edits: Sequence[Edit]
    pages: Mapping[int, bool]
    is_continued: bool
    raw: str | None

    def spans_of(self, role: str) -> list[Span]:
        """Return the spans that have a role."""
        return [span for span in self.spans if span.role == role]


def read_records(corpus: Corpus, shard: Shard, selection: Selection) -> Iterator[RecordRows]:
    """Yield the records of a shard that were asked for, in reading order."""
    keys = selection.records_of(shard)
    ids = {key.id for key in keys}
    for rows in read_issues(shard, {key.issue_id for key in keys}):
        raw = None
        with suppress(CorpusNotFound):
            raw = corpus.raw_text(rows.issue)
        contributors = grouped(rows.contributors, key=lambda person: person.record_id)
        blocks = grouped(rows.blocks, key=lambda block: block.record_id)
        spans = grouped(rows.spans, key=lambda span: span.record_id)
        pages = {page.number: page.printed for page in rows.pages}
        # For each page, the record whose text is first on it; None where that is in no record.
        first_texts: dict[int, str | None] = {}
        for span in rows.spans:
            if span.role not in _NO_TEXT:
                first_texts.setdefault(span.page, span.record_id)
        for record in rows.records:
            if record.id not in ids:
                continue
            yield RecordRows(
                record=record,
                issue=rows.issue,
                contributors=contributors.get(record.id, []),
                blocks=blocks.get(record.id, []),
                spans=spans.get(record.id, []),
                edits=rows.edits,
                pages=pages,
                is_continued=first_texts.get(record.page_start, record.id) != record.id,
                raw=raw,
            )


# Rules whose edits correct what is wrong; those of the others regularise what is right.
_SLIPS = frozenset({"mojibake", "curated"})

# Kinds of blocks that are in an element of their own, with those of their kind that follow.
_GROUPS = {"question": "sp", "answer": "sp", "list_item": "list"}

# The element of a kind of block, and its ``@type``. A ``signed`` can only close a division.
_ELEMENTS: dict[str, tuple[str, str | None]] = {
    "paragraph": ("p", None),
    "heading": ("head", None),
    "question": ("ab", "question"),
    "answer": ("ab", "answer"),
    "list_item": ("item", None),
    "verse": ("lg", "stanza"),
    "signature": ("ab", "signature"),
    "closing signature": ("signed", None),
}


def add_division(body: Element, rows: RecordRows) -> None:
    """Add the ``div`` of a record: title, byline, headnote, blocks and source, in this order."""
    record = rows.record
    division = _Division(body, rows)
    add(division.element, "head", record.title)
    byline = rows.spans_of("byline")
    if byline:
        division.turn_to_role("byline")
        # As it is printed, on one line; in a copy without the raw text, whom it names.
        printed = "".join((rows.raw or "")[span.raw_start : span.raw_end] for span in byline)
        add(division.element, "byline", " ".join(printed.split()) or record.author)
    if record.note is not None:
        division.turn_to_role("note")
        note = add(division.element, "note", type="headnote", place="top")
        for paragraph in record.note.split("\n\n"):
            add(note, "p", paragraph)
    division.add_blocks()
    if record.source_citation and rows.spans_of("source"):
        division.turn_to_role("source")
        add(add(division.element, "trailer"), "bibl", record.source_citation)


class _Division:
    """The ``div`` of a record as it grows: which page, section and list or speech are open."""

    def __init__(self, body: Element, rows: RecordRows) -> None:
        self.element = add(body, "div", type=rows.record.type)
        self._section = self.element
        self._parent = self.element  # the section, or a list or a speech in it
        self._page = rows.record.page_start
        self._rows = rows
        self._edits = {edit.raw_start: edit for edit in rows.edits}
        self._spans = grouped(rows.spans_of("body"), key=lambda span: span.block)
        subtype = "continued" if rows.is_continued else None
        self._add_break(self.element, self._page, subtype=subtype)

    def turn_to_role(self, role: str) -> None:
        """Turn to the page on which what has a role begins."""
        spans = self._rows.spans_of(role)
        if spans:
            self._turn_to(self.element, spans[0].page)

    def _turn_to(self, parent: Element, page: int, **attributes: str | None) -> None:
        """Add the breaks of the pages from the open one to another."""
        # A page without text of the record has its break too, where the next one begins.
        for number in range(self._page + 1, page + 1):
            if number in self._rows.pages:
                self._add_break(parent, number, **attributes)
        self._page = max(self._page, page)

    def _add_break(self, parent: Element, number: int, **attributes: str | None) -> None:
        evidence = "printed" if self._rows.pages.get(number) else "counted"
        add(parent, "pb", n=str(number), type=evidence, **attributes)

    def add_blocks(self) -> None:
        """Add all blocks; those of one kind that follow each other may be in one element."""
        kinds: list[str] = []
        groups = []
        for kind, blocks in groupby(self._rows.blocks, key=lambda block: block.kind):
            kinds.append(kind)
            groups.append(list(blocks))
        for group, kind, next_kind in zip(groups, kinds, [*kinds[1:], None], strict=True):
            name = kind
            if kind == "signature" and self._closes(next_kind):
                name = "closing signature"
            self._parent = self._section
            for block in group:
                self._add_block(block, *_ELEMENTS[name])

    def _closes(self, next_kind: str | None) -> bool:
        """Return whether a division ends before blocks of a kind, or at the end of all blocks."""
        is_in_section = self._section is not self.element
        return next_kind is None or (next_kind == "heading" and is_in_section)

    def _add_block(self, block: Block, name: str, type_: str | None) -> None:
        pieces = self._pieces(block)
        first_page = pieces[0].page if pieces else block.page_start
        self._turn_to(self._parent, first_page)
        if block.kind == "heading":
            self._section = add(self.element, "div", type="section")
            self._parent = self._section
        elif block.kind in _GROUPS and self._parent is self._section:
            self._parent = add(self._section, _GROUPS[block.kind])
        element = add(self._parent, name, type=type_, n=str(block.position))
        element.set(XML_ID, f"{text_name(self._rows.record.id)}.{block.position}")
        if pieces:
            self._fill(element, block, pieces)
            return
        whole = Piece(0, len(block.text), 0, 0, self._page, None)
        self._fill(element, block, [whole])
        # Where in the block its pages end is not known, so their breaks come after it.
        self._turn_to(self._parent, block.page_end, cert="low")

    def _pieces(self, block: Block) -> Sequence[Piece]:
        """Return the pieces of a block, in order; none if the raw text does not give them."""
        if self._rows.raw is None:
            return []
        spans = self._spans.get(block.position, [])
        is_verse = block.kind == "verse"
        derivation = derive(spans, self._rows.edits, self._rows.raw, verse=is_verse)
        if derivation.text != block.text:
            return []
        return derivation.pieces

    def _fill(self, element: Element, block: Block, pieces: Sequence[Piece]) -> None:
        """Add a block's text with its page breaks and edits; each line of verse is in an ``l``."""
        line = element
        if block.kind == "verse":
            line = add(element, "l")
        before = ""
        for piece in pieces:
            text = block.text[piece.start : piece.end]
            if piece.page != self._page:
                is_inside_word = before[-1:].isalnum() and text[:1].isalnum()
                self._break_page(element, line, piece.page, "no" if is_inside_word else None)
            edit = self._edits[piece.raw_start] if piece.edit else None
            if edit is not None and _is_shown(text, edit, block):
                _add_edit(line, edit)
            else:
                line = _add_lines(element, line, text)
            before = text or before

    def _break_page(self, element: Element, line: Element, page: int, break_: str | None) -> None:
        """Turn to a page: before the line of verse that begins it, else where it begins."""
        # A break before a line of verse is between the lines, not in the one that it precedes.
        if line is not element and not len(line) and not line.text:
            element.remove(line)
            self._turn_to(element, page)
            element.append(line)
        else:
            self._turn_to(line, page, break_=break_)


def _add_lines(element: Element, line: Element, text: str) -> Element:
    """Add text to a line, and in verse its other lines to their element; return the last line."""
    if line is element:
        add_text(line, text)
        return line
    first, *others = text.split("\n")
    add_text(line, first)
    for other in others:
        line = add(element, "l", other)
    return line


def _is_shown(text: str, edit: Edit, block: Block) -> bool:
    """Return whether an edit can be shown: it was not cut, and no line ends within it."""
    after = edit.after
    if block.kind != "verse":
        after = after.replace("\n", "")
    return text == after and "\n" not in after


def _add_edit(parent: Element, edit: Edit) -> None:
    """Add an edit as a ``choice`` between what is in the raw text and what takes its place."""
    old, new = ("sic", "corr") if edit.rule in _SLIPS else ("orig", "reg")
    choice = add(parent, "choice", ana=f"#{edit.rule}")
    add(choice, old, edit.before)
    add(choice, new, edit.after.replace("\n", ""))

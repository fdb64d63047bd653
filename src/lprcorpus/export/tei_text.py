"""A record's text in TEI: its blocks as elements, with each page break and each edit at its character.

The way back is by rule: a record's body is the text of its blocks, parted by an empty line. The blocks are the elements with an
``@n`` that are no ``pb`` and no ``g``; an ``lg`` is its lines, parted by a line end; ``g`` is the character that its ``@n``
names; what stands in ``sic`` or ``orig`` is not part of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from lprcorpus.derivation import derive
from lprcorpus.export.xmltext import XML_ID, Element, add, add_text, xml_id

__all__ = ["RecordRows", "add_division"]

Row = Mapping[str, Any]

_SLIPS = frozenset({"mojibake", "curated"})
"""Rules whose edits correct what is wrong; those of the others regularise what is right."""

_SPEECHES = frozenset({"question", "answer"})


@dataclass(frozen=True)
class RecordRows:
    """A record, and all rows that belong to it.

    Attributes:
        record: the record.
        issue: its issue.
        contributors: its contributors, in order.
        blocks: its blocks, in order.
        spans: its spans, in order.
        edits: the edits of its issue, in order.
        pages: whether the number of a page of its issue is printed, by the number.
        is_continued: whether other text of the issue stands above it on its first page.
        raw: the raw text of its issue, or None in a copy without it.
    """

    record: Row
    issue: Row
    contributors: Sequence[Row]
    blocks: Sequence[Row]
    spans: Sequence[Row]
    edits: Sequence[Row]
    pages: Mapping[int, bool]
    is_continued: bool
    raw: str | None


@dataclass(frozen=True)
class _TextPiece:
    """Characters of a block from one place: what they are, their page, and the edit that made them, or None."""

    text: str
    page: int
    edit: Row | None


def add_division(body: Element, rows: RecordRows) -> None:
    """Add the ``div`` of a record to the ``body`` of its text: title, byline, headnote, blocks and source, in this order."""
    record = rows.record
    identifier = xml_id(record["id"])
    division = add(body, "div", type=record["type"])
    pages = _Pages(rows)
    pages.open_first(division)
    add(division, "head", record["title"])
    if any(span["role"] == "byline" for span in rows.spans):
        pages.turn_to(division, pages.first_of("byline"))
        add(division, "byline", _printed(rows, "byline") or record["author"])
    if record["note"]:
        pages.turn_to(division, pages.first_of("note"))
        note = add(division, "note", type="headnote", place="top")
        for paragraph in record["note"].split("\n\n"):
            add(note, "p", paragraph)
    _Blocks(division, identifier, pages, rows).add_all()
    if record["source_citation"] and any(span["role"] == "source" for span in rows.spans):
        pages.turn_to(division, pages.first_of("source"))
        add(add(division, "trailer"), "bibl", record["source_citation"])


def _printed(rows: RecordRows, role: str) -> str:
    """Return what is printed in a role, on one line; nothing in a copy without the raw text."""
    if rows.raw is None:
        return ""
    parts = (rows.raw[span["raw_start"] : span["raw_end"]] for span in rows.spans if span["role"] == role)
    return " ".join("".join(parts).split())


class _Pages:
    """The pages of a record, and which of them is open."""

    def __init__(self, rows: RecordRows) -> None:
        self._rows = rows
        self.open = rows.record["page_start"]

    def first_of(self, role: str) -> int:
        """Return the page on which what has a role begins; the open page if nothing has."""
        return next((int(span["page"]) for span in self._rows.spans if span["role"] == role), self.open)

    def open_first(self, division: Element) -> None:
        """Add the break of the page that the title stands on."""
        self._add_break(division, self.open, subtype="continued" if self._rows.is_continued else None)

    def turn_to(self, parent: Element, page: int, **attributes: str | None) -> None:
        """Add the breaks of the pages from the open one to another."""
        for number in range(self.open + 1, page + 1):
            if number in self._rows.pages:
                self._add_break(parent, number, **attributes)
        self.open = max(self.open, page)

    def _add_break(self, parent: Element, number: int, **attributes: str | None) -> None:
        printed = self._rows.pages.get(number, False)
        add(parent, "pb", n=str(number), type="printed" if printed else "counted", **attributes)


class _Blocks:
    """The blocks of a record as they become elements: sections, lists and speeches open and close around them."""

    def __init__(self, division: Element, identifier: str, pages: _Pages, rows: RecordRows) -> None:
        self._division = division
        self._section = division
        self._identifier = identifier
        self._pages = pages
        self._rows = rows
        self._spans: dict[int, list[Row]] = {}
        for span in rows.spans:
            if span["role"] == "body" and span["block"] is not None:
                self._spans.setdefault(span["block"], []).append(span)

    def add_all(self) -> None:
        """Add all blocks."""
        group: Element | None = None
        kinds = [block["kind"] for block in self._rows.blocks]
        for at, block in enumerate(self._rows.blocks):
            kind = kinds[at]
            pieces = self._pieces(block)
            if at == 0 or kind != kinds[at - 1] or kind not in (*_SPEECHES, "list_item"):
                group = None
            parent = self._section if group is None else group
            self._pages.turn_to(parent, pieces[0].page if pieces else block["page_start"])
            if kind == "heading":
                self._section = add(self._division, "div", type="section")
                parent = self._section
            elif group is None and kind in _SPEECHES:
                parent = group = add(parent, "sp")
            elif group is None and kind == "list_item":
                parent = group = add(parent, "list")
            closes = kind == "signature" and _closes(kinds, at, in_section=self._section is not self._division)
            element = self._add_element(parent, block, closes=closes)
            self._fill(element, block, pieces)
            if not pieces:
                self._pages.turn_to(parent, block["page_end"], cert="low")

    def _add_element(self, parent: Element, block: Row, *, closes: bool) -> Element:
        """Add the empty element of a block.

        A ``signed`` can only close a division, so a signature that more follows is an ``ab``.
        """
        kind = block["kind"]
        name, type_ = {
            "paragraph": ("p", None),
            "heading": ("head", None),
            "question": ("ab", "question"),
            "answer": ("ab", "answer"),
            "list_item": ("item", None),
            "verse": ("lg", "stanza"),
            "signature": ("signed", None) if closes else ("ab", "signature"),
        }[kind]
        element = add(parent, name, type=type_, n=str(block["position"]))
        element.set(XML_ID, f"{self._identifier}.{block['position']}")
        return element

    def _pieces(self, block: Row) -> list[_TextPiece]:
        """Return the pieces of a block that add to it; none if they cannot be derived from the raw text."""
        if self._rows.raw is None:
            return []
        spans = [SimpleNamespace(**span) for span in self._spans.get(block["position"], ())]
        edits = [SimpleNamespace(**edit) for edit in self._rows.edits]
        derivation = derive(spans, edits, self._rows.raw, verse=block["kind"] == "verse")
        if derivation.text != block["text"]:
            return []
        return [
            _TextPiece(derivation.text[piece.start : piece.end], piece.page, vars(piece.edit) if piece.edit else None)
            for piece in derivation.pieces
        ]

    def _fill(self, element: Element, block: Row, pieces: Sequence[_TextPiece]) -> None:
        """Add a block's text to its element: page breaks and edits where they are, the lines of verse each in an ``l``."""
        verse = block["kind"] == "verse"
        line = add(element, "l") if verse else element
        before = ""
        for piece in pieces or (_TextPiece(block["text"], self._pages.open, None),):
            if piece.page != self._pages.open:
                self._break_page(element, line, piece, before)
            if piece.edit is not None and _is_shown(piece, piece.edit, verse=verse):
                _add_edit(line, piece.edit)
            else:
                for number, text in enumerate(piece.text.split("\n") if verse else [piece.text]):
                    line = add(element, "l") if number else line
                    add_text(line, text)
            before = piece.text or before

    def _break_page(self, element: Element, line: Element, piece: _TextPiece, before: str) -> None:
        """Turn to a piece's page: before the line of verse that it begins, else where it stands, perhaps inside a word."""
        if line is not element and not len(line) and not line.text:
            element.remove(line)
            self._pages.turn_to(element, piece.page)
            element.append(line)
        else:
            inside_word = before[-1:].isalnum() and piece.text[:1].isalnum()
            self._pages.turn_to(line, piece.page, break_="no" if inside_word else None)


def _is_shown(piece: _TextPiece, edit: Row, *, verse: bool) -> bool:
    """Tell whether an edit can be shown in its place: it was not cut at the block's end, and no line ends within it."""
    after = edit["after"] if verse else edit["after"].replace("\n", "")
    return piece.text == after and "\n" not in after


def _add_edit(parent: Element, edit: Row) -> None:
    """Add an edit as a ``choice`` between what stands in the raw text and what stands in its place."""
    old, new = ("sic", "corr") if edit["rule"] in _SLIPS else ("orig", "reg")
    choice = add(parent, "choice", ana=f"#{edit['rule']}")
    add(choice, old, edit["before"])
    add(choice, new, edit["after"].replace("\n", ""))


def _closes(kinds: Sequence[str], at: int, *, in_section: bool) -> bool:
    """Tell whether from a block on there are but signatures to the end of its division."""
    later = kinds[at:]
    end = later.index("heading") if "heading" in later else len(later)
    return (in_section or end == len(later)) and all(kind == "signature" for kind in later[:end])

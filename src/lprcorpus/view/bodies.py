"""The bodies of an issue's records as the reader page takes them: their blocks, and where in them each page begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from lprcorpus.derivation import derive
from lprcorpus.view.page_issues import IssueRows

__all__ = ["BlockExtent", "PageExtent", "RecordBody", "record_bodies"]

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
    """Characters of a body on one page; on ``page`` to ``page_end`` where it is not known on which."""

    start: int
    page: int
    page_end: int


@dataclass(frozen=True)
class RecordBody:
    """The body of a record, with its blocks and pages in order."""

    id: str
    body: str
    blocks: tuple[BlockExtent, ...]
    pages: tuple[PageExtent, ...]


def record_bodies(rows: IssueRows) -> Iterator[RecordBody]:
    """Yield the bodies of an issue's records."""
    spans: dict[tuple[str, int], list[SimpleNamespace]] = {}
    for span in rows.spans:
        if span["role"] == "body" and span["block"] is not None:
            spans.setdefault((span["record_id"], span["block"]), []).append(SimpleNamespace(**span))
    edits = [SimpleNamespace(**edit) for edit in rows.edits]
    for record in rows.records:
        blocks = [block for block in rows.blocks if block["record_id"] == record["id"]]
        pages: list[PageExtent] = []
        for block in blocks:
            pages += _pages(block, spans.get((record["id"], block["position"]), ()), edits, rows.raw)
        yield RecordBody(record["id"], record["body"], tuple(_extent(block) for block in blocks), tuple(pages))


def _extent(block: Row) -> BlockExtent:
    return BlockExtent(block["position"], block["kind"], block["body_start"], block["body_end"])


def _pages(block: Row, spans: Sequence[SimpleNamespace], edits: Sequence[SimpleNamespace], raw: str) -> list[PageExtent]:
    """Return where each page of a block begins in the body."""
    whole = [PageExtent(block["body_start"], block["page_start"], block["page_end"])]
    if block["page_start"] == block["page_end"]:
        return whole
    derivation = derive(spans, edits, raw, verse=block["kind"] == "verse")
    if derivation.text != block["text"]:
        return whole
    starts: dict[int, int] = {}
    for piece in derivation.pieces:
        starts.setdefault(piece.page, block["body_start"] + min(piece.start, len(block["text"]) - 1))
    return [PageExtent(start, page, page) for page, start in starts.items()]

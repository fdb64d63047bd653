"""A block's text derived again from the raw text (law 2), so that each character of it has its page and its edits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Piece", "derive"]

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Piece:
    """Characters of a block that come from one place of the raw text.

    Attributes:
        start: offset of the first in the block's text.
        text: the characters; empty where an edit removed something.
        page: the page they stand on.
        edit: the edit that put them in the place of others, or None if they are as in the raw text.
    """

    start: int
    text: str
    page: int
    edit: Row | None


def derive(block: Row, spans: Sequence[Row], edits: Sequence[Row], raw: str) -> list[Piece] | None:
    """Return the pieces of a block, in order, or None if they do not make its text.

    Args:
        block: its ``kind`` and ``text``.
        spans: its ``body`` spans, in order.
        edits: the edits of its issue, in order.
        raw: the raw text of its issue.
    """
    verse = block["kind"] == "verse"
    parts: list[tuple[str, int, Row | None]] = []
    for span in spans:
        at = span["raw_start"]
        first = bisect_left(edits, at, key=lambda edit: int(edit["raw_start"]))
        last = bisect_left(edits, span["raw_end"], key=lambda edit: int(edit["raw_start"]))
        for edit in edits[first:last]:
            parts += [(raw[at : edit["raw_start"]], span["page"], None), (edit["after"], span["page"], edit)]
            at = edit["raw_end"]
        parts.append((raw[at : span["raw_end"]], span["page"], None))
    if not verse:
        parts = [(text.replace("\n", ""), page, edit) for text, page, edit in parts]
    derived = "".join(text for text, _, _ in parts)
    if derived.strip() != block["text"]:
        return None
    pieces = []
    at = len(derived.lstrip()) - len(derived)  # where the first part begins, before the white space around the block is dropped
    for text, page, change in parts:
        kept = text[max(-at, 0) : max(len(block["text"]) - at, 0)]
        pieces.append(Piece(min(max(at, 0), len(block["text"])), kept, page, change))
        at += len(text)
    return pieces

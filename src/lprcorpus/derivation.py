"""How a text is made of the raw text: which raw characters each of its characters comes from.

A text is its spans of the raw text in order, with the edits in them applied, newlines dropped (in
verse: kept), and the outer white space removed. Everything that needs to know where a character
comes from asks here; the proof alone has its own copy.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Protocol

_RAW_START = attrgetter("raw_start")


class _Span(Protocol):
    """A span, as far as a text is made of it: any class with these columns of ``spans``."""

    @property
    def raw_start(self) -> int: ...
    @property
    def raw_end(self) -> int: ...
    @property
    def page(self) -> int: ...


class _Edit(Protocol):
    """An edit, as far as a text is made with it: any class with these columns of ``edits``."""

    @property
    def raw_start(self) -> int: ...
    @property
    def raw_end(self) -> int: ...
    @property
    def after(self) -> str: ...


@dataclass(frozen=True)
class Piece:
    """Characters of a text that come from one place of the raw text.

    Attributes:
        start: offset of the first in the text.
        end: offset one past the last in the text; equal to ``start`` where an edit removed
            something.
        raw_start: offset in the raw text of the first character they come from.
        raw_end: offset one past the last.
        page: number of the page.
        edit: the edit that they are the outcome of; None if they are as in the raw text, character
            by character.
    """

    start: int
    end: int
    raw_start: int
    raw_end: int
    page: int
    edit: _Edit | None

    def raw_range(self, offset: int) -> tuple[int, int]:
        """Return the raw characters that a character of it comes from; of an edit, all of its."""
        if self.edit is not None:
            return self.raw_start, self.raw_end
        start = self.raw_start + offset - self.start
        return start, start + 1

    def cut(self, start: int, end: int) -> Piece:
        """Return what of it is between two offsets of the text; an edit keeps its raw range."""
        first = min(max(start, self.start), end)
        last = min(max(start, self.end), end)
        if self.edit is not None:
            return replace(self, start=first, end=last)
        shift = self.raw_start - self.start
        return replace(self, start=first, end=last, raw_start=first + shift, raw_end=last + shift)


@dataclass(frozen=True)
class Derivation:
    """A text and the pieces it is made of, in order.

    Between two pieces, nothing or newlines were left out within a span.
    """

    text: str
    pieces: tuple[Piece, ...]

    def origin(self, offset: int) -> Piece:
        """Return the piece that one character of the text is."""
        number = bisect_right(self.pieces, offset, key=lambda piece: piece.start) - 1
        return self.pieces[number].cut(offset, offset + 1)

    def within(self, raw_start: int, raw_end: int) -> Iterator[Piece]:
        """Yield the pieces that come from some raw characters, cut to these; an edit is not cut."""
        for piece in self.pieces:
            if piece.raw_start >= raw_end or piece.raw_end <= raw_start:
                continue
            if piece.edit is None:
                shift = piece.start - piece.raw_start
                piece = piece.cut(raw_start + shift, raw_end + shift)
            yield piece


def derive(
    spans: Iterable[_Span], edits: Sequence[_Edit], raw: str, *, verse: bool = False
) -> Derivation:
    r"""Derive a text.

    Args:
        spans: the spans that it is made of, in order.
        edits: the edits of these spans, in order; others do no harm.
        raw: the raw text of the issue.
        verse: whether newlines are kept.

    >>> from types import SimpleNamespace
    >>> span = SimpleNamespace(raw_start=0, raw_end=22, page=31)
    >>> derivation = derive([span], [], "The night \nwhispers. \n")
    >>> derivation.text, derivation.origin(10).raw_start
    ('The night whispers.', 11)
    """
    texts: list[str] = []
    pieces: list[Piece] = []
    size = 0
    for span in spans:
        for start, end, edit in _stretches(span, edits, raw, verse=verse):
            text = raw[start:end]
            if edit is not None:
                text = edit.after if verse else edit.after.replace("\n", "")
            texts.append(text)
            pieces.append(Piece(size, size + len(text), start, end, span.page, edit))
            size += len(text)
    whole = "".join(texts)
    text = whole.strip()
    return Derivation(text, _cut_out(pieces, whole.index(text), len(text)))


def _stretches(
    span: _Span, edits: Sequence[_Edit], raw: str, *, verse: bool
) -> Iterator[tuple[int, int, _Edit | None]]:
    """Yield the raw characters of a span: its edits, and between them its lines; in verse, all."""
    first = bisect_left(edits, span.raw_start, key=_RAW_START)
    last = bisect_left(edits, span.raw_end, key=_RAW_START)
    start = span.raw_start
    for edit in [*edits[first:last], None]:
        end = edit.raw_start if edit else span.raw_end
        for match in re.compile(r"[\s\S]+" if verse else r"[^\n]+").finditer(raw, start, end):
            yield match.start(), match.end(), None
        if edit is not None:
            yield edit.raw_start, edit.raw_end, edit
            start = edit.raw_end


def _cut_out(pieces: Iterable[Piece], start: int, size: int) -> tuple[Piece, ...]:
    """Return the pieces of a part of a text, with offsets in it; edits that removed text stay."""
    kept = []
    for piece in pieces:
        piece = piece.cut(start, start + size)
        if piece.edit is not None or piece.start < piece.end:
            kept.append(replace(piece, start=piece.start - start, end=piece.end - start))
    return tuple(kept)

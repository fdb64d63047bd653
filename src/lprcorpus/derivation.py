"""How a text is made of the raw text: which raw characters each of its characters comes from, and the way back.

A text is its spans of the raw text in order, with the edits in them applied, newlines dropped (in
verse: kept), and the outer white space removed. Everything that needs to know where a character
comes from asks here; the proof alone has its own copy.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

__all__ = ["Derivation", "Piece", "derive"]


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

    def origin_of(self, number: int) -> tuple[int, int]:
        """Return the raw characters that one of its characters comes from: of an edit, all that it changed."""
        if self.edit is not None:
            return self.raw_start, self.raw_end
        return self.raw_start + number, self.raw_start + number + 1


class Derivation:
    """A text and the pieces it is made of.

    Attributes:
        text: the text.
        pieces: its pieces, in order; between two of them, nothing or newlines were left out within
            a span.
    """

    def __init__(self, text: str, pieces: Sequence[Piece]) -> None:
        self.text = text
        self.pieces = tuple(pieces)
        self._starts = [piece.start for piece in pieces]
        self._raw_ends = [piece.raw_end for piece in pieces]

    def origin(self, offset: int) -> Piece:
        """Return the piece that one character of the text is, cut from the one that it is in; an edit is not cut."""
        piece = self.pieces[bisect_right(self._starts, offset) - 1]
        if piece.edit is not None:
            return piece
        return _cut(piece, offset - piece.start, piece.end - offset - 1)

    def within(self, raw_start: int, raw_end: int) -> Iterator[Piece]:
        """Yield the pieces that come from raw characters, the first and the last cut to these; an edit is not cut."""
        for number in range(bisect_right(self._raw_ends, raw_start), len(self.pieces)):
            piece = self.pieces[number]
            if piece.raw_start >= raw_end:
                return
            if piece.edit is None:
                piece = _cut(
                    piece, max(raw_start - piece.raw_start, 0), max(piece.raw_end - raw_end, 0)
                )
            yield piece

    def cut(self, start: int, end: int) -> Derivation:
        """Return the derivation of some characters of the text alone."""
        inside = (piece for piece in self.pieces if start <= piece.end and piece.start <= end)
        return Derivation(
            self.text[start:end], _kept(_clipped(piece, start, end - start) for piece in inside)
        )


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
    start = 0
    for text, piece in _unplaced(spans, edits, raw, verse=verse):
        texts.append(text)
        pieces.append(replace(piece, start=start, end=start + len(text)))
        start += len(text)
    whole = "".join(texts)
    stripped = whole.strip()
    lead = len(whole) - len(whole.lstrip())
    return Derivation(stripped, _kept(_clipped(piece, lead, len(stripped)) for piece in pieces))


def _unplaced(
    spans: Iterable[_Span], edits: Sequence[_Edit], raw: str, *, verse: bool
) -> Iterator[tuple[str, Piece]]:
    """Yield the pieces of a text with what they say; their offsets in the text are not known yet."""
    for span in spans:
        start = span.raw_start
        first = bisect_left(edits, start, key=_raw_start)
        last = bisect_left(edits, span.raw_end, key=_raw_start)
        for edit in edits[first:last]:
            yield from _as_printed(raw, start, edit.raw_start, span.page, verse=verse)
            after = edit.after if verse else edit.after.replace("\n", "")
            yield after, Piece(0, 0, edit.raw_start, edit.raw_end, span.page, edit)
            start = edit.raw_end
        yield from _as_printed(raw, start, span.raw_end, span.page, verse=verse)


def _raw_start(edit: _Edit) -> int:
    return edit.raw_start


def _as_printed(
    raw: str, start: int, end: int, page: int, *, verse: bool
) -> Iterator[tuple[str, Piece]]:
    pattern = _ANYTHING if verse else _LINE
    for match in pattern.finditer(raw, start, end):
        yield match.group(), Piece(0, 0, match.start(), match.end(), page, None)


_ANYTHING, _LINE = re.compile(r"[\s\S]+"), re.compile(r"[^\n]+")


def _kept(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces that have characters left, and the edits that removed theirs."""
    return [piece for piece in pieces if piece.edit is not None or piece.start < piece.end]


def _clipped(piece: Piece, lead: int, length: int) -> Piece:
    """Return a piece of a text that loses white space at its start, and is so long then."""
    start, end = piece.start - lead, piece.end - lead
    if piece.edit is not None:
        start, end = min(max(start, 0), length), min(max(end, 0), length)
        return replace(piece, start=start, end=end)
    return _cut(replace(piece, start=start, end=end), max(-start, 0), max(end - length, 0))


def _cut(piece: Piece, left: int, right: int) -> Piece:
    """Return a piece as printed without some characters on the left and on the right, at most all."""
    if not left and not right:
        return piece
    left = min(left, piece.end - piece.start)
    right = min(right, piece.end - piece.start - left)
    return replace(
        piece,
        start=piece.start + left,
        end=piece.end - right,
        raw_start=piece.raw_start + left,
        raw_end=piece.raw_end - right,
    )

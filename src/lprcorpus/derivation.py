"""How a text is made of the raw text: which raw characters each of its characters comes from.

A text is its spans of the raw text in order, with the edits in them applied, newlines dropped (in
verse: kept), and the outer white space removed. Everything that needs to know where a character
comes from asks here; the proof alone has its own copy.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple, Protocol

_RAW_START = attrgetter("raw_start")
_WHOLE, _LINE = re.compile(r"(?s:.+)"), re.compile(r"[^\n]+")


class _Extent(Protocol):
    @property
    def raw_start(self) -> int: ...
    @property
    def raw_end(self) -> int: ...


class _Span(_Extent, Protocol):
    """A span, as far as a text is made of it: any class with these columns of ``spans``."""

    @property
    def page(self) -> int: ...


class _Edit(_Extent, Protocol):
    """An edit, as far as a text is made with it: any class with these columns of ``edits``."""

    @property
    def after(self) -> str: ...


class Piece(NamedTuple):
    """Characters of a text that come from one place of the raw text.

    They are the outcome of an edit, none where it removed something; or else they are as in the raw
    text, character by character.
    """

    start: int  # in the text
    end: int
    raw_start: int
    raw_end: int
    page: int
    edit: _Edit | None


class Origins(NamedTuple):
    """For each character of a text, the first raw character it comes from, and one past the last.

    Both are numbers of eight bytes, for they are as many as the characters.
    """

    starts: array[int]
    ends: array[int]


class Derivation(NamedTuple):
    """A text and the pieces it is made of, in order.

    Between two pieces, nothing or newlines were left out within a span.
    """

    text: str
    pieces: list[Piece]

    def origins(self) -> Origins:
        """Return where each character comes from."""
        starts, ends = array("q"), array("q")
        for piece in self.pieces:
            if piece.edit is None:
                starts.extend(range(piece.raw_start, piece.raw_end))
                ends.extend(range(piece.raw_start + 1, piece.raw_end + 1))
            else:
                starts.extend([piece.raw_start] * (piece.end - piece.start))
                ends.extend([piece.raw_end] * (piece.end - piece.start))
        return Origins(starts, ends)


def derive(
    spans: Iterable[_Span], edits: Sequence[_Edit], raw: str, *, verse: bool = False
) -> Derivation:
    r"""Derive a text from its spans, and the edits in them; both in order, and others do no harm.

    >>> from types import SimpleNamespace
    >>> span = SimpleNamespace(raw_start=0, raw_end=22, page=31)
    >>> text, pieces = derive([span], [], "The night \nwhispers. \n")
    >>> text, [(piece.start, piece.raw_start) for piece in pieces]
    ('The night whispers.', [(0, 0), (10, 11)])
    """
    stretches = []
    for span in spans:
        for raw_start, raw_end, edit in _stretches(span, edits, raw, verse=verse):
            text = edit.after if edit else raw[raw_start:raw_end]
            if not verse:
                text = text.replace("\n", "")
            stretches.append((text, raw_start, raw_end, span.page, edit))
    whole = "".join([text for text, *_ in stretches])
    text = whole.strip()
    pieces = []
    reached = -whole.index(text)
    for part, raw_start, raw_end, page, edit in stretches:
        # Without what of it is outer white space.
        start = min(max(reached, 0), len(text))
        end = min(max(reached + len(part), 0), len(text))
        if edit is None:
            raw_start += start - reached
            raw_end = raw_start + end - start
        if edit is not None or start < end:
            pieces.append(Piece(start, end, raw_start, raw_end, page, edit))
        reached += len(part)
    return Derivation(text, pieces)


def _stretches(
    span: _Span, edits: Sequence[_Edit], raw: str, *, verse: bool
) -> Iterator[tuple[int, int, _Edit | None]]:
    """Yield what a span is made of: its edits, and between them its lines; in verse, all."""
    first = bisect_left(edits, span.raw_start, key=_RAW_START)
    last = bisect_left(edits, span.raw_end, key=_RAW_START)
    start = span.raw_start
    for edit in [*edits[first:last], None]:
        end = edit.raw_start if edit else span.raw_end
        for line in (_WHOLE if verse else _LINE).finditer(raw, start, end):
            yield *line.span(), None
        if edit is not None:
            yield edit.raw_start, edit.raw_end, edit
            start = edit.raw_end

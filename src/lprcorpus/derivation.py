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
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple, Protocol

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


class Derivation(NamedTuple):
    """A text and the pieces it is made of, in order.

    Between two pieces, nothing or newlines were left out within a span.
    """

    text: str
    pieces: list[Piece]

    def origins(self) -> tuple[array[int], array[int]]:
        """Return for each character the first raw character it comes from, and one past the last.

        Both are numbers of eight bytes, for they are as many as the characters.
        """
        starts, ends = array("q"), array("q")
        for piece in self.pieces:
            if piece.edit is None:
                starts.extend(range(piece.raw_start, piece.raw_end))
                ends.extend(range(piece.raw_start + 1, piece.raw_end + 1))
            else:
                starts.extend([piece.raw_start] * (piece.end - piece.start))
                ends.extend([piece.raw_end] * (piece.end - piece.start))
        return starts, ends


def derive(
    spans: Iterable[_Span],
    edits: Sequence[_Edit],
    raw: str,
    *,
    verse: bool = False,
) -> Derivation:
    r"""Derive a text.

    Args:
        spans: the spans that it is made of, in order.
        edits: the edits of these spans, in order; others do no harm.
        raw: the raw text of the issue.
        verse: whether newlines are kept.

    >>> from types import SimpleNamespace
    >>> span = SimpleNamespace(raw_start=0, raw_end=22, page=31)
    >>> text, pieces = derive([span], [], "The night \nwhispers. \n")
    >>> text, [(piece.start, piece.raw_start) for piece in pieces]
    ('The night whispers.', [(0, 0), (10, 11)])
    """
    stretches: list[_Stretch] = []
    for span in spans:
        stretches += _stretches(span, edits, raw, verse=verse)
    whole = "".join(stretch.text for stretch in stretches)
    text = whole.strip()
    offset = -whole.index(text)
    pieces = []
    for stretch in stretches:
        # Without what of it is outer white space.
        start = min(max(offset, 0), len(text))
        end = min(max(offset + len(stretch.text), 0), len(text))
        raw_start, raw_end = stretch.start, stretch.end
        if stretch.edit is None:
            raw_start += start - offset
            raw_end = raw_start + end - start
        if stretch.edit is not None or start < end:
            pieces.append(Piece(start, end, raw_start, raw_end, stretch.page, stretch.edit))
        offset += len(stretch.text)
    return Derivation(text, pieces)


class _Stretch(NamedTuple):
    """A line of the raw text or a part of one, or an edit, with the text that it becomes."""

    text: str
    start: int
    end: int
    page: int
    edit: _Edit | None


def _stretches(span: _Span, edits: Sequence[_Edit], raw: str, *, verse: bool) -> Iterator[_Stretch]:
    """Yield what a span is: its edits, and between them its lines; in verse, all."""
    first = bisect_left(edits, span.raw_start, key=_RAW_START)
    last = bisect_left(edits, span.raw_end, key=_RAW_START)
    start = span.raw_start
    for edit in [*edits[first:last], None]:
        end = edit.raw_start if edit else span.raw_end
        for match in re.compile(r"[\s\S]+" if verse else r"[^\n]+").finditer(raw, start, end):
            yield _Stretch(match.group(), match.start(), match.end(), span.page, None)
        if edit is not None:
            after = edit.after if verse else edit.after.replace("\n", "")
            yield _Stretch(after, edit.raw_start, edit.raw_end, span.page, edit)
            start = edit.raw_end

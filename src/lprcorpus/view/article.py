"""A record as it is set for reading: its blocks, cut where a page begins and where a stage direction stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from lprcorpus.view.bodies import RecordBody
from lprcorpus.view.directions import stage_directions

__all__ = ["BlockView", "PageMark", "Piece", "block_runs", "block_views", "page_label"]

Row = Mapping[str, Any]

_SPOKEN = frozenset({"speech", "interview"})
"""Types of records that may note what happened in the hall."""


@dataclass(frozen=True)
class PageMark:
    """The beginning of a page; of one of several pages, where it cannot be told which.

    Attributes:
        page: its number.
        page_end: the number of the last page it may be; the same where it is certain.
        printed: whether the number is printed in the text; else it is counted.
        first: whether no mark of this page stands before it in the record.
    """

    page: int
    page_end: int
    printed: bool
    first: bool = True

    @property
    def label(self) -> str:
        """The number as it is set: a counted one in square brackets, as catalogues set what they supply."""
        pages = str(self.page) if self.page == self.page_end else f"{self.page}–{self.page_end}"
        return pages if self.printed else f"[{pages}]"

    @property
    def spoken(self) -> str:
        """The number as a screen reader says it."""
        pages = f"page {self.page}" if self.page == self.page_end else f"page {self.page} or a later one up to {self.page_end}"
        return f"{pages}, {'number printed' if self.printed else 'number counted'}"


@dataclass(frozen=True)
class Piece:
    """Some characters of a block, perhaps a stage direction, and the page that begins before them, if one does."""

    text: str
    direction: bool = False
    page: PageMark | None = None


@dataclass(frozen=True)
class BlockView:
    """A block as it is set. Its pieces' texts, joined, are its text."""

    position: int
    kind: str
    pieces: tuple[Piece, ...]

    @property
    def is_direction(self) -> bool:
        """Whether all of the block is a stage direction."""
        return all(piece.direction for piece in self.pieces)


def block_views(record: Row, text: RecordBody, printed: Mapping[int, bool]) -> list[BlockView]:
    """Return the blocks of a record as they are set.

    Args:
        record: the record's row.
        text: its body, with its blocks and pages.
        printed: by the number of each page, whether the number is printed.
    """
    marks: dict[int, PageMark] = {}
    current: tuple[int, int] | None = None
    seen: set[int] = set()
    for extent in text.pages:
        if (extent.page, extent.page_end) != current:
            sure = printed.get(extent.page, False) and extent.page == extent.page_end
            marks[extent.start] = PageMark(extent.page, extent.page_end, sure, extent.page not in seen)
            current = (extent.page_end, extent.page_end)
            seen.add(extent.page)
    starts = sorted(marks)
    views, at = [], 0
    for block in text.blocks:
        body = text.body[block.start : block.end]
        directions = stage_directions(body) if record["type"] in _SPOKEN and block.kind == "paragraph" else []
        inside = {}
        while at < len(starts) and starts[at] < block.end:
            inside[max(starts[at] - block.start, 0)] = marks[starts[at]]
            at += 1
        views.append(BlockView(block.position, block.kind, tuple(_pieces(body, directions, inside))))
    return views


def _pieces(text: str, directions: Sequence[tuple[int, int]], marks: Mapping[int, PageMark]) -> Iterator[Piece]:
    """Yield a block's text in pieces, cut at the ends of its stage directions and where a page begins."""
    cuts = sorted({0, len(text), *marks, *(end for extent in directions for end in extent)})
    for start, end in pairwise(cuts):
        inside = any(first <= start and end <= last for first, last in directions)
        yield Piece(text[start:end], inside, marks.get(start))


def block_runs(blocks: Sequence[BlockView]) -> list[tuple[str, list[BlockView]]]:
    """Return blocks in runs of the same kind, so that list items that follow each other make one list."""
    return [(kind, list(run)) for kind, run in groupby(blocks, key=lambda block: block.kind)]


def page_label(first: int, last: int) -> str:
    """Return pages as a reader writes them.

    >>> page_label(5, 5), page_label(5, 6)
    ('p. 5', 'pp. 5–6')
    """
    return f"p. {first}" if first == last else f"pp. {first}–{last}"

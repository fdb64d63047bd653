"""A record as it is set for reading: its blocks, cut where a page begins and where a stage direction is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from lprcorpus.derivation import Derivation, derive
from lprcorpus.errors import DataError
from lprcorpus.schema import Block, Edit, Record, Span
from lprcorpus.view.stage_directions import stage_directions

__all__ = ["BlockView", "PageMark", "TextPiece", "block_runs", "block_views"]

_SPOKEN = frozenset({"speech", "interview"})
"""Types of records that may note what happened in the hall."""


@dataclass(frozen=True)
class PageMark:
    """The beginning of a page.

    Attributes:
        page: its number.
        printed: whether the number is printed in the text; else it is counted.
        first: whether this is the first mark of the page in the record.
    """

    page: int
    printed: bool
    first: bool = True

    @property
    def label(self) -> str:
        """The number as it is set: a counted one in square brackets, as catalogues set what they supply."""
        return str(self.page) if self.printed else f"[{self.page}]"

    @property
    def spoken(self) -> str:
        """The number as a screen reader says it."""
        return f"page {self.page}, number {'printed' if self.printed else 'counted'}"


@dataclass(frozen=True)
class TextPiece:
    """Some characters of a block, perhaps a stage direction, and the page that begins before them, if one does."""

    text: str
    direction: bool = False
    page: PageMark | None = None


@dataclass(frozen=True)
class BlockView:
    """A block as it is set. The texts of its pieces, joined, are its text.

    Attributes:
        position: its position in the record.
        kind: its kind.
        pieces: its text in pieces.
        raw: where its characters are in the raw text, for the selector that the page makes.
    """

    position: int
    kind: str
    pieces: tuple[TextPiece, ...]
    raw: str

    @property
    def is_direction(self) -> bool:
        """Whether all of the block is a stage direction."""
        return all(piece.direction for piece in self.pieces)


def block_views(
    record: Record,
    blocks: Sequence[Block],
    spans: Mapping[int, Sequence[Span]],
    edits: Sequence[Edit],
    raw: str,
    printed: Mapping[int, bool],
) -> list[BlockView]:
    """Return the blocks of a record as they are set.

    Args:
        record: the record.
        blocks: its blocks, in order.
        spans: the body spans of each block, by its position.
        edits: the edits of the issue, in order.
        raw: the raw text of the issue.
        printed: by the number of each page, whether the number is printed.

    Raises:
        DataError: a block does not follow from the raw text.
    """
    views = []
    raw_end = 0
    page: int | None = None
    seen: set[int] = set()
    for block in blocks:
        derivation = derive(spans.get(block.position, ()), edits, raw, verse=block.kind == "verse")
        if derivation.text != block.text:
            raise DataError(
                f"blocks.text [{record.id},{block.position}]: does not follow from the raw text; run lprcorpus validate"
            )
        marks: dict[int, PageMark] = {}
        for piece in derivation.pieces:
            if piece.page != page and piece.start < piece.end:
                page = piece.page
                marks[piece.start] = PageMark(
                    page, printed.get(page, False), first=page not in seen
                )
                seen.add(page)
        may_hold_directions = record.type in _SPOKEN and block.kind == "paragraph"
        directions = stage_directions(block.text) if may_hold_directions else []
        offsets, raw_end = _raw_offsets(derivation, raw, raw_end)
        views.append(
            BlockView(
                position=block.position,
                kind=block.kind,
                pieces=tuple(_text_pieces(block.text, directions, marks)),
                raw=offsets,
            )
        )
    return views


def _text_pieces(
    text: str, directions: Sequence[tuple[int, int]], marks: Mapping[int, PageMark]
) -> Iterator[TextPiece]:
    """Yield a block's text in pieces, cut at the ends of its stage directions and where a page begins."""
    cuts = {0, len(text), *marks}
    for extent in directions:
        cuts.update(extent)
    for start, end in pairwise(sorted(cuts)):
        inside = any(first <= start and end <= last for first, last in directions)
        yield TextPiece(text[start:end], inside, marks.get(start))


def _raw_offsets(derivation: Derivation, raw: str, raw_end: int) -> tuple[str, int]:
    """Return where the characters of a block are in the raw text, as the page's script reads it.

    For each piece: the offset of its first character in the block, a colon, and the offset of its
    first raw character. What an edit put there has both ends of its raw characters, with a hyphen
    between. A piece that goes on where the one before it ends is left out. ``!`` comes before a
    piece where more than white space lies between it and the one before.

    Args:
        derivation: the block.
        raw: the raw text.
        raw_end: where the block before it ends in the raw text.

    Returns:
        what is written, and where the block ends in the raw text.
    """
    written = []
    shift: int | None = None
    for piece in derivation.pieces:
        apart = "!" if raw[raw_end : piece.raw_start].strip() else ""
        if piece.edit is not None:
            written.append(f"{apart}{piece.start}:{piece.raw_start}-{piece.raw_end}")
            shift = None
        elif piece.raw_start - piece.start != shift:
            shift = piece.raw_start - piece.start
            written.append(f"{apart}{piece.start}:{piece.raw_start}")
        raw_end = piece.raw_end
    return " ".join(written), raw_end


def block_runs(blocks: Sequence[BlockView]) -> list[tuple[str, list[BlockView]]]:
    """Return blocks in runs of the same kind, so that list items that follow each other make one list."""
    return [(kind, list(run)) for kind, run in groupby(blocks, key=lambda block: block.kind)]

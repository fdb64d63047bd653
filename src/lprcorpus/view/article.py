"""A record as it is set for reading: its blocks, cut at page breaks and stage directions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lprcorpus.derivation import Derivation, derive
from lprcorpus.errors import DataError
from lprcorpus.schema import Block, Edit, Record, Span

_SPOKEN = frozenset({"speech", "interview"})
"""Types of records that may note what happened in the hall."""

_SENTENCE = re.compile(
    r"(?:^|(?<=[.!?…\"”’»)]\s))\((?=[^\W\d_a-z])[^()]*[.!?…][\"”’»]?\s*\)(?=\s|$)"
)
"""A sentence in parentheses between sentences, or alone: so a transcript sets a direction off."""

_HALL = re.compile(
    r"\b(?:applau(?:se|ds?)|applaudissements|aplausos|applausi|аплодисменты|beifall"
    r"|cheer(?:s|ing)?|ovations?|laughter|laughs?|rires?|heiterkeit|smiles|rises?|stands?|cries"
    r"|shouts?|voices?|hear, hear|interruptions?|commotion|stir|movement|animation|silence|pauses?"
    r"|music|sings?|singing|exit|exeunt|enters?|weeps?|whistles?|hisses|boos)\b",
    re.IGNORECASE,
)
"""Words for what is heard or seen in a hall or on a stage."""


@dataclass(frozen=True)
class PageMark:
    """The beginning of a page, whose number is printed in the text or else counted."""

    page: int
    printed: bool
    first: bool  # whether this is the first mark of the page in the record


@dataclass(frozen=True)
class TextPiece:
    """Characters of a block, perhaps a stage direction, and the page that begins before them."""

    text: str
    direction: bool
    page: PageMark | None


@dataclass(frozen=True)
class BlockView:
    """A block as it is set. The texts of its pieces, joined, are its text."""

    position: int
    kind: str
    pieces: tuple[TextPiece, ...]
    raw: str  # where its characters are in the raw text, for the selector that the page makes

    @property
    def is_direction(self) -> bool:
        """Whether all of the block is a stage direction."""
        return all(piece.direction for piece in self.pieces)


def block_views(
    record: Record,
    blocks: Sequence[Block],
    spans: Mapping[int | None, Sequence[Span]],
    edits: Sequence[Edit],
    raw: str,
    printed: Mapping[int, bool],
) -> list[BlockView]:
    """Return the blocks of a record as they are set.

    The body spans are given by the position of their block, the edits and the raw text are those of
    the issue, and ``printed`` says of the number of each page whether it is printed.

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
            where = f"blocks.text [{record.id},{block.position}]"
            raise DataError(f"{where}: does not follow from the raw text; run lprcorpus validate")
        marks: dict[int, PageMark] = {}
        for piece in derivation.pieces:
            if piece.page != page and piece.start < piece.end:
                page = piece.page
                marks[piece.start] = PageMark(page, printed.get(page, False), page not in seen)
                seen.add(page)
        may_hold_directions = record.type in _SPOKEN and block.kind == "paragraph"
        directions = stage_directions(block.text) if may_hold_directions else []
        pieces = tuple(_text_pieces(block.text, directions, marks))
        offsets = _raw_offsets(derivation, raw, raw_end)
        views.append(BlockView(block.position, block.kind, pieces, offsets))
        if derivation.pieces:
            raw_end = derivation.pieces[-1].raw_end
    return views


def stage_directions(text: str) -> list[tuple[int, int]]:
    """Return the extents of the stage directions in a block, in characters, end exclusive.

    A sentence in parentheses without a word of the hall is the speaker's own remark.

    >>> stage_directions("Long live peace! (Prolonged applause.)")
    [(17, 38)]
    >>> stage_directions("Did it invade? (The answer: No, it did not.)")
    []
    """
    return [match.span() for match in _SENTENCE.finditer(text) if _HALL.search(match.group())]


def _text_pieces(
    text: str, directions: Sequence[tuple[int, int]], marks: Mapping[int, PageMark]
) -> Iterator[TextPiece]:
    """Yield a block's text in pieces, cut at the ends of directions and where a page begins."""
    cuts = {0, len(text), *marks}
    for extent in directions:
        cuts.update(extent)
    for start, end in pairwise(sorted(cuts)):
        inside = any(first <= start and end <= last for first, last in directions)
        yield TextPiece(text[start:end], inside, marks.get(start))


def _raw_offsets(derivation: Derivation, raw: str, raw_end: int) -> str:
    """Return where the characters of a block are in the raw text, as the page's script reads it.

    For each piece: the offset of its first character in the block, a colon, and the offset of its
    first raw character. What an edit put there has both ends of its raw characters, with a hyphen
    between. A piece that goes on where the one before it ends is left out. ``!`` comes before a
    piece where more than white space lies between it and the one before; the block before this one
    ends at ``raw_end``.
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
    return " ".join(written)

"""The spans of an issue: its raw text cut into stretches with one role, one page and one record, from end to end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from pydantic import TypeAdapter

from lprcorpus.schema import Role, Span
from lprcorpus.text.lines import Lines
from lprcorpus.text.pages import Paged, PageExtent

__all__ = ["Extent", "UnclaimedText", "claimed_share", "partition", "unclaimed_text"]

# All spans of an issue are validated in one call, which takes a quarter less time than one by one.
_SPANS = TypeAdapter(list[Span])
_OPENING = 60  # characters that are quoted of a text in no record


class Extent(NamedTuple):
    """A stretch of raw text with a role; in text order when sorted."""

    start: int
    end: int
    role: Role
    record_id: str | None = None
    block: int | None = None


@dataclass(frozen=True)
class UnclaimedText:
    """Text that is in no record: its raw line, its length in characters, and its first words."""

    line: int
    characters: int
    opening: str


def partition(extents: Iterable[Extent], paged: Paged, issue_id: str) -> list[Span]:
    """Return the spans of a text: the extents, what lies between them, and cuts where pages begin.

    Args:
        extents: what has a role, without overlap; page headers and marks are added here.
        paged: the text and its pages.
        issue_id: the issue's id.
    """
    known = [Extent(piece.start, piece.end, piece.role) for piece in paged.asides]
    known += extents
    known.sort()
    rows = [
        {
            "issue_id": issue_id,
            "raw_start": start,
            "raw_end": end,
            "role": extent.role,
            "page": page,
            "record_id": extent.record_id,
            "block": extent.block,
        }
        for extent, start, end, page in _on_pages(_without_gaps(known, paged.lines), paged.pages)
    ]
    return _SPANS.validate_python(rows)


def _on_pages(
    extents: Iterable[Extent], pages: Sequence[PageExtent]
) -> Iterator[tuple[Extent, int, int, int]]:
    """Yield each piece of an extent that is on one page: the extent, first character, one past the last, page number."""
    index = 0
    for extent in extents:
        start = extent.start
        while pages[index].end <= start:
            index += 1
        while pages[index].end < extent.end:
            yield extent, start, pages[index].end, pages[index].number
            start = pages[index].end
            index += 1
        yield extent, start, extent.end, pages[index].number


def _without_gaps(extents: Iterable[Extent], lines: Lines) -> Iterator[Extent]:
    """Yield the extents, and between them what no extent claims."""
    reached = 0
    for extent in extents:
        if reached < extent.start:
            yield from _gap(reached, extent.start, lines)
        yield extent
        reached = extent.end
    if reached < len(lines.text):
        yield from _gap(reached, len(lines.text), lines)


def _gap(start: int, end: int, lines: Lines) -> Iterator[Extent]:
    """Yield a stretch that nothing claims: its print as text in no record, and the blank around it."""
    if lines.is_blank(start, end):
        yield Extent(start, end, "blank")
        return
    piece = lines.text[start:end]
    if start == 0 and piece.startswith("\ufeff"):
        piece = f" {piece[1:]}"  # a byte order mark prints nothing, and is no white space to Python
    first = end - len(piece.lstrip())
    last = start + len(piece.rstrip())
    if start < first:
        yield Extent(start, first, "blank")
    yield Extent(first, last, "body")
    if last < end:
        yield Extent(last, end, "blank")


def claimed_share(spans: Iterable[Span]) -> float:
    """Return the share of a text's characters that is in records, page headers, page marks and blanks aside."""
    claimed = unclaimed = 0
    for span in spans:
        length = span.raw_end - span.raw_start
        if span.record_id is not None:
            claimed += length
        elif span.role == "body":
            unclaimed += length
    return claimed / (claimed + unclaimed) if claimed else float(not unclaimed)


def unclaimed_text(spans: Iterable[Span], lines: Lines) -> tuple[UnclaimedText, ...]:
    """Return the text that is in no record: each stretch up to the next record, over page headers and page breaks."""
    printed = (span for span in spans if span.record_id is not None or span.role == "body")
    found = []
    line, counted = 1, 0
    for record_id, group in groupby(printed, key=lambda span: span.record_id):
        if record_id is not None:
            continue
        pieces = list(group)
        start = pieces[0].raw_start
        # Newlines are counted on from the stretch before, so that the whole text is counted once.
        line += lines.text.count("\n", counted, start)
        counted = start
        characters = sum(span.raw_end - span.raw_start for span in pieces)
        found.append(UnclaimedText(line, characters, _opening(pieces, lines.text)))
    return tuple(found)


def _opening(pieces: Sequence[Span], text: str) -> str:
    """Return the first words of some spans."""
    few = [
        text[span.raw_start : min(span.raw_end, span.raw_start + _OPENING + 20)]
        for span in pieces[:4]
    ]
    return " ".join(" ".join(few).split())[:_OPENING]

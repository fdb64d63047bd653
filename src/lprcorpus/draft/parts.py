"""The parts of an item beside its title and byline: its headnote, and the line that says where it was taken from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lprcorpus.draft.prints import Prints
from lprcorpus.draft.wording import is_source

__all__ = ["Quoted", "find_note", "find_source"]

_NOTE = re.compile(
    r"[\[(*_]*(?:introduction|editor['’]?s?\s+note|note|ed\.|foreword|preface)\s*[:.—–-]|excerpts?\b|extracts?\b|the\s+following\b|following\s+is\b"
    r"|(?:this|the)\s+(?:article|paper|talk|speech|lecture|interview|essay|piece|text|poem)\s+(?:was|is|appeared|first)\b"
    r"|an?\s+(?:article|paper|talk|speech|lecture|interview|essay)\s+(?:in|by|held|given|published)\b",
    re.IGNORECASE,
)
_NOTE_END = re.compile(r"[–—-]\s*(?:the\s+)?ed(?:itor|s|\.)?[.\])]*$", re.IGNORECASE)
_SHARES = re.compile(
    r".{0,80}\b(?:shares\s+(?:his|her|their)|(?:speaks|spoke|talks|talked)\s+(?:to|with)\s+(?:us|our)|we\s+(?:spoke|talked|asked|met))\b",
    re.IGNORECASE,
)
_MOST_NOTE, _MOST_SOURCE = 24, 4


@dataclass(frozen=True)
class Quoted:
    """A part of an item, by its lines: the first, and one past the last, among the set lines."""

    start: int
    end: int


def _paragraphs(prints: Prints, body: Sequence[int]) -> list[tuple[int, int]]:
    found, start = [], None
    for place in body:
        if prints.rule[place]:
            start = None
            continue
        start = place if start is None else start
        if prints.ends[place]:
            found.append((start, place + 1))
            start = None
    return found


def find_note(prints: Prints, body: range) -> Quoted | None:
    """Find an editor's headnote: the first paragraph, where it says that it is one, or what stands before an interview begins."""
    paragraphs = _paragraphs(prints, range(body.start, min(body.stop, body.start + _MOST_NOTE)))
    if len(paragraphs) < 1 or paragraphs[0][1] >= body.stop:
        return None
    start, end = paragraphs[0]
    opening = prints.text[start]
    for place in range(start, min(body.stop, start + 8)):
        if _NOTE_END.search(prints.text[place]) and not prints.rule[place]:
            return Quoted(start, place + 1) if place + 1 < body.stop else None
    if _NOTE.match(opening):
        return Quoted(start, end)
    for place, (first, last) in enumerate(paragraphs[1:3], start=1):
        if _SHARES.match(prints.text[first]) and last < body.stop:
            return Quoted(start, paragraphs[place][1])
    return None


def find_source(prints: Prints, body: range) -> Quoted | None:
    """Find the statement of an item's source: the last paragraph that opens as one does."""
    for place in reversed(range(max(body.start, body.stop - 40), body.stop)):
        if prints.rule[place] or not is_source(prints.text[place]):
            continue
        if place > body.start and not prints.ends[place - 1] and not prints.rule[place - 1]:
            continue
        end = place + 1
        while (
            end < body.stop
            and end - place < _MOST_SOURCE
            and not prints.rule[end]
            and (not prints.ends[end - 1] or _is_address(prints.text[end]))
        ):
            end += 1
        return Quoted(place, end) if place > body.start else None
    return None


def _is_address(text: str) -> bool:
    return re.match(r"https?://|www\.|[a-z0-9-]+(?:/|\.html?)", text) is not None and " " not in text

"""What is on a page beside the items' text: headers, page marks, link targets and footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lprcorpus.schema import Role
from lprcorpus.text.lines import Line, Lines
from lprcorpus.text.running_headers import PageMark

URL = re.compile(r"https?://\S+")
_LONGEST_RULE = 40
_NOTE_RULE = re.compile(rf"[_–—-]{{5,{_LONGEST_RULE}}}")
_NOTE_MARK = re.compile(r"(?:\(?\d{1,3}[.)]?|\[\d{1,3}\]|[*†‡§¶]{1,3})\s*\S")
_MOST_NOTE_LINES = 24


class Aside(NamedTuple):
    """A stretch of the raw text that belongs to the page and not to any item, and its role."""

    start: int
    end: int
    role: Role


def find_asides(
    lines: Lines, marks: Sequence[PageMark], page_starts: Sequence[int], small: frozenset[int]
) -> list[Aside]:
    """Return what to set aside, in order; footnotes are small lines, where a layout says so."""
    asides: list[Aside] = []
    for mark in marks:
        asides += _mark_asides(mark, lines.text)
    spaces = {mark.start for mark in marks if mark.kind == "space marks"}
    asides += _link_targets(lines, spaces, page_starts)
    asides = _without_overlap(asides)
    is_text = text_flags(lines, asides)
    for page in lines.parts(page_starts):
        text = [line for line in page if is_text[line.index]]
        count = 0
        if len(page_starts) > 1:
            count = _ruled_notes(text)
        count = count or _small_notes(text, small)
        if count > 0:
            end = text[-1].end
            if lines.text.startswith("\n", end):
                end += 1
            asides.append(Aside(text[-count].start, end, "footnote"))
    return _without_overlap(asides)


def text_flags(lines: Lines, asides: Sequence[Aside]) -> list[bool]:
    """Return which printed lines are text, not set aside."""
    is_text = [True] * len(lines.printed)
    for aside in asides:
        for index in range(lines.index_from(aside.start), lines.index_from(aside.end)):
            is_text[index] = False
    return is_text


def _mark_asides(mark: PageMark, text: str) -> Iterator[Aside]:
    """Yield the pieces of a mark: a header's words, and its number on a line of its own."""
    start, end = mark.start, mark.end
    if not mark.is_header or text[start:end].strip() == str(mark.number):
        yield Aside(start, end, "page_mark")
        return
    number_line = text.rfind("\n", start, max(mark.number_at, start)) + 1
    if number_line <= start or text[number_line : mark.number_at].strip():
        yield Aside(start, end, "header")
    else:
        words = text[start:number_line].rstrip()
        yield Aside(start, start + len(words) + 1, "header")
        yield Aside(number_line, end, "page_mark")


def _without_overlap(asides: Iterable[Aside]) -> list[Aside]:
    """Return asides in order, without what lies in another one."""
    kept: list[Aside] = []
    for aside in sorted(asides, key=lambda aside: (aside.start, -aside.end)):
        if not kept or aside.start >= kept[-1].end:
            kept.append(aside)
    return kept


def _link_targets(lines: Lines, spaces: set[int], page_starts: Sequence[int]) -> Iterator[Aside]:
    """Yield the link targets that an extractor wrote at the end of a page, before a space mark.

    They are bare URLs without the final space of other lines (raw lines 1805 to 1807 of the first
    issue, in the middle of a sentence).
    """
    for page_start in sorted(spaces.intersection(page_starts)):
        for index in range(lines.index_from(page_start) - 1, -1, -1):
            line = lines.printed[index]
            if line.has_final_space or not URL.fullmatch(line.text):
                break
            yield Aside(line.first, min(line.end + 1, page_start), "link")


def _ruled_notes(text: Sequence[Line]) -> int:
    """Count the lines of a page's footnotes: what is under a short rule and opens with a mark."""
    for place, rule in enumerate(text):
        if place == 0 or not _NOTE_RULE.fullmatch(rule.text):
            continue
        notes = text[place + 1 :]
        if 0 < len(notes) <= _MOST_NOTE_LINES and _NOTE_MARK.match(notes[0].text):
            return len(notes) + 1
    return 0


def _small_notes(text: Sequence[Line], small: frozenset[int]) -> int:
    """Count the lines of footnotes that a smaller size sets off, where no rule does.

    At the foot of a page, under text of the usual size, they begin with a mark.
    """
    count = marked = 0
    for line in reversed(text):
        if line.number not in small:
            break
        count += 1
        if _NOTE_MARK.match(line.text):
            marked = count
    is_all = count == len(text)
    return 0 if is_all or count > _MOST_NOTE_LINES else marked

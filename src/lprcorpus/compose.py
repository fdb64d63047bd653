"""The printed lines of one passage made into its text: which characters are in it, and what was changed.

The right text of a passage is the concatenation of its raw lines with only the newlines dropped, where a final space parts
the words (the first issue is set so: all seven hyphens at line ends are real). Where lines have none, each newline becomes a
space, and each such change is an edit like any other.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lprcorpus.blocks import bullet_length
from lprcorpus.errors import MissingLibrary
from lprcorpus.lines import Lines
from lprcorpus.pages import Paged

__all__ = ["Composition", "Composer", "Correction", "apply", "find_mojibake"]

_ORDINAL = re.compile(r"st|nd|rd|th")
_TELLTALE = re.compile(r"[ÂÃâÎÐ][\u0080-\u00bf\u0152-\u0178\u2010-\u203a\u20ac\u2122]|Â ")
_DIVIDED, _LETTERS = re.compile(r"([^\W\d_]+)-$"), re.compile(r"[^\W\d_]+")
_HYPHENED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?![\w-])")


@dataclass(frozen=True)
class Correction:
    """One change to the raw text: its characters, what stands there, what is put in its place, and why."""

    start: int
    end: int
    before: str
    after: str
    rule: str
    reason: str


@dataclass(frozen=True)
class Composition:
    """A passage composed: the stretches of raw text it is made of, the corrections in them, and the text they give."""

    spans: tuple[tuple[int, int], ...]
    corrections: tuple[Correction, ...]
    text: str


def apply(raw: str, spans: Sequence[tuple[int, int]], corrections: Sequence[Correction], *, verse: bool = False) -> str:
    """Return the text that stretches of raw text give, with the corrections made, newlines dropped and the ends stripped.

    In verse the newlines stay.
    """
    pieces = []
    pending = list(reversed(corrections))
    for start, end in spans:
        while pending and pending[-1].start < end:
            change = pending.pop()
            pieces += [raw[start : change.start], change.after]
            start = change.end
        pieces.append(raw[start:end])
    text = "".join(pieces)
    return (text if verse else text.replace("\n", "")).strip()


def find_mojibake(text: str) -> list[Correction]:
    """Return the repairs of text that was decoded with the wrong encoding.

    A cheap screen finds the lines with tell-tale characters; ftfy repairs those, and nothing else is asked of it: curly
    quotes that are right stay as they are.

    Raises:
        MissingLibrary: there is such a line and ftfy is not installed.
    """
    found = []
    seen = -1
    for match in _TELLTALE.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        if start <= seen:
            continue
        end = text.find("\n", start)
        seen = len(text) if end < 0 else end
        found += _repair_line(text[start:seen], start)
    return found


def _repair_line(line: str, offset: int) -> Iterator[Correction]:
    try:
        import ftfy
    except ImportError:
        raise MissingLibrary("ftfy", "repairing text in a wrong encoding", "build") from None
    repaired = ftfy.fix_encoding(line)
    if "\u00a0" not in line:
        repaired = repaired.replace("\u00a0", " ")
    matcher = difflib.SequenceMatcher(None, line, repaired, autojunk=False)
    for tag, low, high, new_low, new_high in matcher.get_opcodes():
        if tag == "equal":
            continue
        if low == high:  # an edit has something before it: take the character in front of an insertion
            low, new_low = low - 1, new_low - 1
        reason = "decoded with the wrong encoding before it was printed or extracted"
        yield Correction(offset + low, offset + high, line[low:high], repaired[new_low:new_high], "mojibake", reason)


class Composer:
    """Composes the passages of one text."""

    def __init__(self, paged: Paged, corrections: Sequence[Correction] = ()) -> None:
        """Prepare to compose.

        Args:
            paged: the text and its pages.
            corrections: changes found beforehand, in order: mojibake, and those a person asks for.
        """
        self.raw = paged.lines.text
        self.lines: Lines = paged.lines
        self.final_spaces = paged.final_spaces
        self.corrections = sorted(corrections, key=lambda change: change.start)
        self._starts = [change.start for change in self.corrections]
        self._first, self._last = paged.lines.first.tolist(), paged.lines.last.tolist()
        self._start, self._end = paged.lines.start.tolist(), paged.lines.end.tolist()
        self._number = paged.lines.number.tolist()
        self._marks = {piece.start for piece in paged.furniture if piece.role == "page_mark"}
        self._pairs_of_letters = frozenset(np.flatnonzero(paged.lines.last - paged.lines.first == 2).tolist())
        self._seams = _count_seams(paged)

    def prose(self, chosen: Sequence[int], *, bullet: bool = False) -> Composition:
        """Compose lines into running text.

        Args:
            chosen: indices of the printed lines, furniture left out.
            bullet: whether to take off the mark that opens a list item or a question.
        """
        start, end = self._first[chosen[0]], self._last[chosen[-1]]
        spans: list[tuple[int, int]] = []
        changes = self._within(start, end)
        plain = self._is_plain(chosen)
        if bullet and (length := bullet_length(self.raw[start:end])):
            mark = self.raw[start : start + length]
            changes.append(Correction(start, start + length, mark, "", "bullet", "the mark that opens the block"))
        for line, following in () if plain else zip(chosen, chosen[1:], strict=False):
            join = self._join(line, following)
            if join.correction:
                changes.append(join.correction)
            if not join.seamless:
                spans.append((start, min(self._end[line] + 1, self._first[following])))
                start = self._first[following]
        spans.append((start, end))
        changes += self._superscripts(chosen)
        ordered = _disjoint(changes)
        return Composition(tuple(spans), ordered, apply(self.raw, spans, ordered))

    def verse(self, chosen: Sequence[int]) -> Composition:
        """Compose lines into one stanza: a line each, indented against the stanza's outermost line."""
        indent = min(self._first[line] - self._start[line] for line in chosen)
        spans = []
        for place, line in enumerate(chosen):
            start = self._start[line] + indent if place else self._first[line]
            if self._start[line] in self._marks:  # the space that opens a page is no indentation
                start = self._first[line]
            if place:
                newline = self.raw.rfind("\n", 0, self._start[line])
                if newline + 1 == start:
                    start = newline
                else:
                    spans.append((newline, newline + 1))
            spans.append((start, self._last[line]))
        changes = _disjoint(self._within(spans[0][0], spans[-1][1]))
        return Composition(tuple(spans), changes, apply(self.raw, spans, changes, verse=True))

    def _within(self, start: int, end: int) -> list[Correction]:
        low = bisect_left(self._starts, start)
        high = bisect_left(self._starts, end, low)
        return [change for change in self.corrections[low:high] if change.end <= end]

    def _is_plain(self, chosen: Sequence[int]) -> bool:
        """Tell whether nothing but newlines parts the lines: then the passage is one stretch without a change."""
        first, last = chosen[0], chosen[-1]
        return last - first == len(chosen) - 1 and self._seams[first] == self._seams[last]

    def _join(self, line: int, following: int) -> _Join:
        """Say how two lines of running text are joined."""
        end, start = self._end[line], self._start[following]
        tail = self.raw[self._last[line] : end]
        bare = start - end == self._number[following] - self._number[line]
        # After a superscript the word space stands before the next word (raw lines 2197 and 2198).
        glued = self.final_spaces and not tail and start not in self._marks
        seamless = bare and (self._first[following] == start or glued)
        if self.final_spaces:
            return _Join(seamless, self._carriage_return(line, tail))
        return _Join(seamless, self._line_break(line, following, tail))

    def _carriage_return(self, line: int, tail: str) -> Correction | None:
        """Return the edit that takes a carriage return away, where a line has one."""
        if "\r" not in tail:
            return None
        start, end = self._last[line] + tail.index("\r"), self._end[line] + 1
        return Correction(start, end, self.raw[start:end], "", "line_break", "a line's end; the space before it parts the words")

    def _line_break(self, line: int, following: int, tail: str) -> Correction | None:
        """Return the edit that makes a line's end into what parts its last word from the next line's first."""
        start, end = self._last[line], self._end[line] + 1
        before = self.raw[start:end]
        head = _DIVIDED.search(self.raw, max(start - 60, self._first[line]), start)
        rest = _LETTERS.match(self.raw, self._first[following])
        if head and rest:
            if self._is_soft(head[1], rest[0]):
                return Correction(start - 1, end, f"-{before}", "", "hyphenation", "a word divided at the end of a line")
            return None if before == "\n" else Correction(start, end, before, "", "line_break", "a line's end after a hyphen")
        if tail and "\r" not in tail:
            return None
        return Correction(start, end, before, " ", "line_break", "a line's end parts two words")

    def _is_soft(self, head: str, rest: str) -> bool:
        """Tell whether a hyphen at a line's end only divides a word: by how the same text writes that word elsewhere."""
        if not rest[0].islower():
            return False
        head, rest = head.casefold(), rest.casefold()
        if f"{head}-{rest}" in self._vocabulary:
            return False
        if head + rest in self._vocabulary:
            return True
        return not (len(head) > 2 and len(rest) > 2 and head in self._vocabulary and rest in self._vocabulary)

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """The words of the text that stand within a line, and hyphened words as such."""
        return frozenset(word.casefold() for word in _HYPHENED.findall(self.raw))

    def _superscripts(self, chosen: Sequence[int]) -> Iterator[Correction]:
        """Yield the edits that join an ordinal's letters, set as a superscript on a line of their own, to its figure."""
        if self._pairs_of_letters.isdisjoint(chosen):
            return
        for line, middle, following in zip(chosen, chosen[1:], chosen[2:], strict=False):
            start, end = self._last[line], min(self._end[middle] + 1, self._start[following])
            letters = self.raw[self._first[middle] : self._last[middle]]
            figure = self.raw[start - 1 : start].isdigit() and start == self._end[line]
            if figure and self._last[middle] == self._end[middle] and _ORDINAL.fullmatch(letters):
                reason = "an ordinal's letters, set as a superscript on a line of their own"
                yield Correction(start, end, self.raw[start:end], letters, "superscript", reason)


@dataclass(frozen=True)
class _Join:
    """How two lines are joined: without a seam in the raw text, and with which change."""

    seamless: bool
    correction: Correction | None


def _count_seams(paged: Paged) -> list[int]:
    """Return, for each printed line, how many lines up to it do not simply go on from the one before.

    One does where that ends in a space and nothing but newlines stands between the two.
    """
    lines = paged.lines
    if not paged.final_spaces or "\r" in lines.text:
        return list(range(len(lines)))
    onward = (lines.first[1:] == lines.start[1:]) & (lines.start[1:] - lines.end[:-1] == np.diff(lines.number))
    seams: list[int] = np.cumsum(np.append(0, ~onward)).tolist() if len(lines) else []
    return seams


def _disjoint(changes: list[Correction]) -> tuple[Correction, ...]:
    """Return changes in order; of two that overlap, the one made first by rule is kept."""
    kept: list[Correction] = []
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        if not kept or change.start >= kept[-1].end:
            kept.append(change)
    return tuple(kept)

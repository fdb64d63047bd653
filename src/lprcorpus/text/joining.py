"""The printed lines of one passage made into its text: which characters are in it, and what was changed.

The right text of a passage is the concatenation of its raw lines with only the newlines dropped, where a final space parts
the words (the first issue is set so: all seven hyphens at line ends are real). Where lines have none, each newline becomes a
space, and each such change is an edit like any other.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import itemgetter

import numpy as np

from lprcorpus.text.blocks import bullet_length
from lprcorpus.text.lines import Flags, Lines, Offsets
from lprcorpus.text.pages import Paged
from lprcorpus.text.repairs import Correction

__all__ = ["Composer", "Composition", "apply"]

_ORDINAL = re.compile(r"st|nd|rd|th")
HYPHEN = 0x2D
_TIGHT_DASH = re.compile(r"[^\s\u2010\u2013\u2014-][\u2010\u2013\u2014-]+$")
_FEW = 32  # hyphens at line ends: fewer are looked up in the text itself, more in a set of its words
_DIVIDED, _LETTERS = re.compile(r"([^\W\d_]+)-$"), re.compile(r"[^\W\d_]+")
_HYPHENED = re.compile(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+)*(?![\w-])")


@dataclass(frozen=True, slots=True)
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


class Composer:
    """Composes the passages of one text."""

    def __init__(self, paged: Paged, corrections: Sequence[Correction] = (), hyphens: str | None = None) -> None:
        """Prepare to compose.

        Args:
            paged: the text and its pages.
            corrections: changes found beforehand: mojibake, and those a person asks for.
            hyphens: what hyphens at line ends are, ``"soft"`` or ``"hard"``; None: what the text shows of each.
        """
        self.raw = paged.lines.text
        self.lines: Lines = paged.lines
        self.final_spaces = paged.final_spaces
        self.hyphens = hyphens
        self.corrections = sorted(corrections, key=lambda change: change.start)
        self._starts = [change.start for change in self.corrections]
        self._first, self._last = paged.lines.firsts, paged.lines.lasts
        self._start, self._end = paged.lines.start.tolist(), paged.lines.end.tolist()
        self._number = paged.lines.number.tolist()
        self._marks = {piece.start for piece in paged.furniture if piece.role == "page_mark"}
        self._furniture, self._is_set = paged.furniture, paged.is_set
        self._ordinals = self._find_ordinals()
        self._seams, self._odd = self._count_seams()

    def prose(self, chosen: Sequence[int], *, bullet: bool = False) -> Composition:
        """Compose lines into running text.

        Args:
            chosen: indices of the printed lines, furniture left out.
            bullet: whether to take off the mark that opens a list item or a question.
        """
        start, end = self._first[chosen[0]], self._last[chosen[-1]]
        length = bullet_length(self.raw[start:end]) if bullet else 0
        mark = self.raw[start : start + length]
        changes = [Correction(start, start + length, mark, "", "bullet", "the mark that opens the block")] if length else []
        if self.is_plain(chosen):
            return Composition(((start, end),), tuple(changes), self.raw[start + length : end].replace("\n", ""))
        spans: list[tuple[int, int]] = []
        changes += self._within(start, end)
        for line, following in pairwise(chosen):
            join = self._join(line, following)
            if join.correction:
                changes.append(join.correction)
            if not join.seamless:
                spans.append((start, self._end[line] + join.takes_newline))
                start = self._first[following]
        spans.append((start, end))
        changes += self._superscripts(chosen)
        ordered = _disjoint(changes)
        return Composition(tuple(spans), ordered, apply(self.raw, spans, ordered))

    def passage(self, start: int, end: int) -> str:
        """Return the text of some characters of a paragraph, as that has them."""
        first, last = bisect_right(self._first, start) - 1, bisect_right(self._first, end - 1) - 1
        whole = self.prose([line for line in range(first, last + 1) if self._is_set[line]])
        spans = [(max(low, start), min(high, end)) for low, high in whole.spans if low < end and high > start]
        changes = [change for change in whole.corrections if start <= change.start and change.end <= end]
        return apply(self.raw, spans, changes)

    def verse(self, chosen: Sequence[int]) -> Composition:
        """Compose lines into one stanza: a line each, indented against the stanza's outermost line."""
        indent = min(self._first[line] - self._start[line] for line in chosen)
        spans = []
        for place, line in enumerate(chosen):
            start = self._start[line] + indent if place else self._first[line]
            if self._start[line] in self._marks:  # the space that opens a page is no indentation
                start = self._first[line]
            if place:
                newline = self._newline_between(chosen[place - 1], line)
                if newline + 1 == start:
                    start = newline
                else:
                    spans.append((newline, newline + 1))
            spans.append((start, self._last[line]))
        changes = _disjoint(self._within(spans[0][0], spans[-1][1]))
        return Composition(tuple(spans), changes, apply(self.raw, spans, changes, verse=True))

    def _newline_between(self, line: int, following: int) -> int:
        """Return the newline that parts two lines of verse: the last that is not part of a running head."""
        newline = self.raw.rfind("\n", 0, self._start[following])
        beside = bisect_right(self._furniture, newline, key=itemgetter(0)) - 1
        aside = beside >= 0 and newline < self._furniture[beside].end
        return self._end[line] if aside else newline

    def _within(self, start: int, end: int) -> list[Correction]:
        if not self._starts:
            return []
        low = bisect_left(self._starts, start)
        high = bisect_left(self._starts, end, low)
        return [change for change in self.corrections[low:high] if change.end <= end]

    def is_plain(self, chosen: Sequence[int]) -> bool:
        """Tell whether nothing but newlines parts the lines and nothing in them is changed: then they are one stretch."""
        first, last = chosen[0], chosen[-1]
        adjacent = last - first == len(chosen) - 1
        return bool(adjacent and self._seams[first] == self._seams[last] and self._odd[first] == self._odd[last + 1])

    def are_plain(self, first: Offsets, last: Offsets, count: Offsets) -> Flags:
        """Tell of many passages whether they are plain, given the first and last line of each and how many it has."""
        adjacent = last - first == count - 1
        plain: Flags = adjacent & (self._seams[first] == self._seams[last]) & (self._odd[first] == self._odd[last + 1])
        return plain

    def _count_seams(self) -> tuple[Offsets, Offsets]:
        """Count, up to each line, the lines that do not simply go on from the one before, and those that are changed.

        One goes on where the line before ends in a space and nothing but newlines stands between the two.
        """
        lines = self.lines
        odd = np.zeros(len(lines) + 1, dtype=np.int64)
        changed = [int(np.searchsorted(lines.last, start, side="right")) for start in self._starts]
        odd[[line + 1 for line in [*changed, *self._ordinals] if line < len(lines)]] = 1
        if not self.final_spaces or "\r" in self.raw:
            return np.arange(len(lines)), np.cumsum(odd)
        seams = np.zeros(len(lines), dtype=np.int64)
        glued = np.diff(lines.number) == lines.start[1:] - lines.end[:-1]
        seams[1:] = (lines.first[1:] != lines.start[1:]) | ~glued
        divided = (lines.codes[lines.last - 1] == HYPHEN) & ~lines.final_space
        seams[1:] |= divided[:-1]
        return np.cumsum(seams), np.cumsum(odd)

    def _find_ordinals(self) -> frozenset[int]:
        """Return the lines that hold nothing but the two letters that end an ordinal."""
        short = np.flatnonzero(self.lines.last - self.lines.first == 2).tolist()
        return frozenset(line for line in short if _ORDINAL.fullmatch(self.lines.printed(line)))

    def _join(self, line: int, following: int) -> _Join:
        """Say how two lines of running text are joined."""
        end, start = self._end[line], self._start[following]
        tail = self.raw[self._last[line] : end]
        bare = start - end == self._number[following] - self._number[line]
        # After a superscript the word space stands before the next word (raw lines 2197 and 2198).
        glued = self.final_spaces and not tail and start not in self._marks
        seamless = bare and (self._first[following] == start or glued)
        if self.raw[end] == "\f":  # it parts pages, and is no part of the passage
            return _Join(seamless=False, correction=None, takes_newline=False)
        if self.final_spaces:
            return _Join(seamless, self._carriage_return(line, tail) if tail else self._divided_word(line, following))
        return _Join(seamless, self._line_break(line, following, tail))

    def _carriage_return(self, line: int, tail: str) -> Correction | None:
        """Return the edit that takes a carriage return away, where a line has one."""
        if "\r" not in tail:
            return None
        at = tail.index("\r")
        start, end = self._last[line] + at, self._end[line] + 1
        after = " " if not at and tail.strip("\r") else ""
        reason = "a line's end; the space before it parts the words"
        return Correction(start, end, self.raw[start:end], after, "line_break", reason)

    def _line_break(self, line: int, following: int, tail: str) -> Correction | None:
        """Return the edit that makes a line's end into what parts its last word from the next line's first."""
        start, end = self._last[line], self._end[line] + 1
        before = self.raw[start:end]
        head = _DIVIDED.search(self.raw, max(start - 60, self._first[line]), start)
        rest = _LETTERS.match(self.raw, self._first[following])
        if head and rest:
            if self._is_soft(head[1], rest[0]):
                return self._undivided(line)
            return None if before == "\n" else Correction(start, end, before, "", "line_break", "a line's end after a hyphen")
        if _TIGHT_DASH.search(self.raw, max(start - 8, self._first[line]), start):
            return None if before == "\n" else Correction(start, end, before, "", "line_break", "a line's end after a dash")
        if tail and "\r" not in tail:
            return None
        return Correction(start, end, before, " ", "line_break", "a line's end parts two words")

    def _divided_word(self, line: int, following: int) -> Correction | None:
        """Return the edit that joins a divided word, in a text whose lines end in a space unless a word goes on."""
        head = _DIVIDED.search(self.raw, max(self._last[line] - 60, self._first[line]), self._last[line])
        rest = _LETTERS.match(self.raw, self._first[following])
        return self._undivided(line) if head and rest and self._is_soft(head[1], rest[0]) else None

    def _undivided(self, line: int) -> Correction:
        start, end = self._last[line] - 1, self._end[line] + 1
        return Correction(start, end, self.raw[start:end], "", "hyphenation", "a word divided at the end of a line")

    def _is_soft(self, head: str, rest: str) -> bool:
        """Tell whether a hyphen at a line's end only divides a word: by how the same text writes that word elsewhere.

        Where it writes it nowhere else, the hyphen is taken for a real one if both halves are words of the text, or if the
        text marks word ends with spaces: then a real hyphen is what a line without one ends in.
        """
        if self.hyphens is not None:
            return self.hyphens == "soft"
        if not rest[0].islower():
            return False
        if self.final_spaces and not self._occurs(head + rest):
            return False
        if self._occurs(f"{head}-{rest}"):
            return False
        if self._occurs(head + rest):
            return True
        whole = len(head) > 2 and len(rest) > 2 and self._occurs(head) and self._occurs(rest)
        return not whole and not self.final_spaces

    def _occurs(self, word: str) -> bool:
        """Tell whether the text has a word, or several joined by hyphens, as such, in any case."""
        if self._hyphens_at_ends > _FEW:
            return word.casefold() in self._vocabulary
        return any(map(self._stands, {word, word.lower()}))

    def _stands(self, word: str) -> bool:
        """Tell whether a word stands in the text as written, with no letter or hyphen on either side."""
        at = self.raw.find(word)
        while at >= 0:
            before, after = self.raw[max(at - 1, 0) : at], self.raw[at + len(word) : at + len(word) + 1]
            if not any(beside == "-" or beside.isalnum() for beside in (before, after)):
                return True
            at = self.raw.find(word, at + 1)
        return False

    @cached_property
    def _hyphens_at_ends(self) -> int:
        return int((self.lines.codes[self.lines.last - 1] == HYPHEN).sum())

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """The words of the text that stand within a line, and hyphened words as such."""
        return frozenset(word.casefold() for word in _HYPHENED.findall(self.raw))

    def _superscripts(self, chosen: Sequence[int]) -> Iterator[Correction]:
        """Yield the edits that join an ordinal's letters, set as a superscript on a line of their own, to its figure."""
        if self._ordinals.isdisjoint(chosen):
            return
        for line, middle, following in zip(chosen, chosen[1:], chosen[2:], strict=False):
            start, end = self._last[line], min(self._end[middle] + 1, self._start[following])
            letters = self.raw[self._first[middle] : self._last[middle]]
            figure = self.raw[start - 1 : start].isdigit() and start == self._end[line] and "\f" not in self.raw[start:end]
            if figure and self._last[middle] == self._end[middle] and middle in self._ordinals:
                reason = "an ordinal's letters, set as a superscript on a line of their own"
                yield Correction(start, end, self.raw[start:end], letters, "superscript", reason)


@dataclass(frozen=True)
class _Join:
    """How two lines are joined: without a seam in the raw text, with which change, and whether the newline is part of it."""

    seamless: bool
    correction: Correction | None
    takes_newline: bool = True


def _disjoint(changes: list[Correction]) -> tuple[Correction, ...]:
    """Return changes in order; of two that overlap, the one made first by rule is kept."""
    kept: list[Correction] = []
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        if not kept or change.start >= kept[-1].end:
            kept.append(change)
    return tuple(kept)

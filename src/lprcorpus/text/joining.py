"""The printed lines of one passage made into its text: what is in it, and what was changed.

The right text of a passage is its raw lines with only the newlines dropped, where a final space is
between the words (the first issue is set so: all seven hyphens at line ends are real). Where lines
have none, each newline becomes a space, and each such change is an edit like any other.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

import numpy as np

from lprcorpus.text.blocks import bullet_length
from lprcorpus.text.hyphens import DIVIDERS, Hyphens
from lprcorpus.text.lines import Lines, Offsets
from lprcorpus.text.pages import Paged
from lprcorpus.text.repairs import TextEdit

__all__ = ["Composer", "Composition", "apply_edits"]

_ORDINAL = re.compile(r"st|nd|rd|th")
_TIGHT_DASH = re.compile(r"[^\s\u2010\u2013\u2014-][\u2010\u2011\u2013\u2014-]+$")


@dataclass(frozen=True, slots=True)
class Composition:
    """A passage composed: the raw text it is made of, the edits in that, and what they give."""

    spans: tuple[tuple[int, int], ...]
    edits: tuple[TextEdit, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Join:
    """How two lines are joined."""

    seamless: bool  # the raw text goes on without anything to leave out
    end: int  # where the first line's span ends, if it is not
    start: int  # where the second line's span starts, if it is not
    edit: TextEdit | None = None  # the change of the line's end
    newline: int | None = None  # a newline that is a span of its own, after a mark inside the line


def apply_edits(
    raw: str, spans: Sequence[tuple[int, int]], edits: Sequence[TextEdit], *, verse: bool = False
) -> str:
    """Return the text of some spans: edits made, newlines dropped, the ends stripped.

    In verse the newlines stay.
    """
    pieces = []
    pending = list(reversed(edits))
    for start, end in spans:
        while pending and pending[-1].start < end:
            edit = pending.pop()
            pieces += [raw[start : edit.start], edit.after]
            start = edit.end
        pieces.append(raw[start:end])
    text = "".join(pieces)
    return (text if verse else text.replace("\n", "")).strip()


class Composer:
    """Composes the passages of one text."""

    def __init__(
        self, paged: Paged, edits: Sequence[TextEdit] = (), hyphens: str | None = None
    ) -> None:
        """Prepare to compose.

        Args:
            paged: the text and its pages.
            edits: changes found beforehand: mojibake, and those a person asks for.
            hyphens: what hyphens at line ends are, ``"soft"`` or ``"hard"``; None: what the text
                shows of each.
        """
        self.raw = paged.lines.text
        self.lines: Lines = paged.lines
        self.final_spaces = paged.final_spaces
        self.edits = sorted(edits, key=lambda edit: edit.start)
        self._edit_starts = [edit.start for edit in self.edits]
        self._hyphens = Hyphens(paged.lines, hyphens, final_spaces=paged.final_spaces)
        self._first, self._last = paged.lines.firsts, paged.lines.lasts
        self._start, self._end = paged.lines.start.tolist(), paged.lines.end.tolist()
        self._number = paged.lines.number.tolist()
        self._marks = {piece.start for piece in paged.asides if piece.role == "page_mark"}
        self._asides, self._is_set = paged.asides, paged.is_set
        self._ordinals = self._find_ordinals()
        self._seams, self._odd = self._count_seams()

    def prose(self, chosen: Sequence[int], *, bullet: bool = False) -> Composition:
        """Compose lines into running text.

        Args:
            chosen: indices of the printed lines, without those set aside.
            bullet: whether to take off the mark that opens a list item or a question.
        """
        start, end = self._first[chosen[0]], self._last[chosen[-1]]
        length = bullet_length(self.raw[start:end]) if bullet else 0
        mark = self.raw[start : start + length]
        edits = []
        if length:
            reason = "the mark that opens the block"
            edits.append(TextEdit(start, start + length, mark, "", "bullet", reason))
        if self.is_plain(chosen):
            text = self.raw[start + length : end].replace("\n", "")
            return Composition(((start, end),), tuple(edits), text)
        superscripts = dict(self._superscripts(chosen))
        spans: list[tuple[int, int]] = []
        edits += self._known_edits(start, end)
        edits += superscripts.values()
        for place, (line, following) in enumerate(pairwise(chosen)):
            if place in superscripts or place - 1 in superscripts:
                continue  # the edit covers the line's end, whatever is in it
            join = self._join(line, following)
            if join.edit:
                edits.append(join.edit)
            if join.seamless:
                continue
            spans.append((start, join.end))
            if join.newline is not None:
                spans.append((join.newline, join.newline + 1))
            start = join.start
        spans.append((start, end))
        ordered = _disjoint(edits)
        return Composition(tuple(spans), ordered, apply_edits(self.raw, spans, ordered))

    def passage(self, start: int, end: int) -> str:
        """Return the text of some characters of a paragraph, as that has them."""
        first = bisect_right(self._first, start) - 1
        last = bisect_right(self._first, end - 1) - 1
        whole = self.prose([line for line in range(first, last + 1) if self._is_set[line]])
        spans = []
        for low, high in whole.spans:
            if low < end and high > start:
                spans.append((max(low, start), min(high, end)))
        edits = [edit for edit in whole.edits if start <= edit.start and edit.end <= end]
        return apply_edits(self.raw, spans, edits)

    def verse(self, chosen: Sequence[int]) -> Composition:
        """Compose lines into one stanza: a line each, indented against the outermost line."""
        indent = min(self._first[line] - self._start[line] for line in chosen)
        spans = [(self._first[chosen[0]], self._last[chosen[0]])]
        edits = []
        for before, line in pairwise(chosen):
            start = self._start[line] + indent
            if self._start[line] in self._marks:  # the space that opens a page is no indentation
                start = self._first[line]
            if self._number[before] == self._number[line]:  # a mark inside a line of verse
                spans.append((self._first[line], self._last[line]))
                continue
            newline = self._newline_between(before, line)
            if self.raw[newline] == "\r":
                reason = "a line's end, written as a carriage return"
                edits.append(TextEdit(newline, newline + 1, "\r", "\n", "line_break", reason))
            if newline + 1 == start:
                spans.append((newline, self._last[line]))
            else:
                spans += [(newline, newline + 1), (start, self._last[line])]
        edits += self._known_edits(spans[0][0], spans[-1][1])
        ordered = _disjoint(edits)
        text = apply_edits(self.raw, spans, ordered, verse=True)
        return Composition(tuple(spans), ordered, text)

    def _newline_between(self, line: int, following: int) -> int:
        """Return the line's end between two lines of verse: the last, but before any header."""
        start = self._start[following]
        newline = max(self.raw.rfind(end, self._last[line], start) for end in "\n\r")
        beside = bisect_right(self._asides, newline, key=itemgetter(0)) - 1
        after_aside = beside >= 0 and self._asides[beside].start > self._end[line]
        return self._end[line] if after_aside or newline < self._last[line] else newline

    def _known_edits(self, start: int, end: int) -> list[TextEdit]:
        """Return the edits found beforehand that are between two offsets."""
        if not self._edit_starts:
            return []
        low = bisect_left(self._edit_starts, start)
        high = bisect_left(self._edit_starts, end, low)
        return [edit for edit in self.edits[low:high] if edit.end <= end]

    def is_plain(self, chosen: Sequence[int]) -> bool:
        """Return whether only newlines are between the lines and nothing in them is changed."""
        first, last = chosen[0], chosen[-1]
        adjacent = last - first == len(chosen) - 1
        seams, odd = self._seams, self._odd
        return bool(adjacent and seams[first] == seams[last] and odd[first] == odd[last + 1])

    def _count_seams(self) -> tuple[Offsets, Offsets]:
        """Count, up to each line, those that do not simply go on, and those that are changed.

        A line goes on where the one before ends in a space and only newlines are between the two.
        """
        lines = self.lines
        odd = np.zeros(len(lines) + 1, dtype=np.int64)
        changed = np.searchsorted(lines.last, self._edit_starts, side="right").tolist()
        odd[[line + 1 for line in [*changed, *self._ordinals] if line < len(lines)]] = 1
        if not self.final_spaces or "\r" in self.raw:
            return np.arange(len(lines)), np.cumsum(odd)
        seams = np.zeros(len(lines), dtype=np.int64)
        only_newlines = np.diff(lines.number) == lines.start[1:] - lines.end[:-1]
        seams[1:] = (lines.first[1:] != lines.start[1:]) | ~only_newlines
        divided = DIVIDERS[lines.codes[lines.last - 1]] & ~lines.final_space
        seams[1:] |= divided[:-1]
        return np.cumsum(seams), np.cumsum(odd)

    def _find_ordinals(self) -> frozenset[int]:
        """Return the lines that hold nothing but the two letters that end an ordinal."""
        short = np.flatnonzero(self.lines.last - self.lines.first == 2).tolist()
        return frozenset(line for line in short if _ORDINAL.fullmatch(self.lines.printed(line)))

    def _join(self, line: int, following: int) -> _Join:
        """Return how two lines of running text are joined."""
        end, start = self._end[line], self._start[following]
        first = self._first[following]
        tail = self.raw[self._last[line] : end]
        if self._number[line] == self._number[following]:  # only a page mark is between
            return _Join(seamless=False, end=end, start=first if tail else start)
        ended_by = self.raw[end]
        if ended_by == "\f":  # it ends a page, and is no part of the passage
            return _Join(seamless=False, end=end, start=first)
        if ended_by not in "\n\r":
            return self._join_after_mark(line, first, tail)
        only_newlines = start - end == self._number[following] - self._number[line]
        # After a superscript the word space is before the next word (raw lines 2197 and 2198).
        glued = self.final_spaces and not tail and start not in self._marks
        seamless = only_newlines and "\r" not in self.raw[end:start] and (first == start or glued)
        return _Join(seamless, end + 1, first, self._line_end_edit(line, following, tail))

    def _join_after_mark(self, line: int, first: int, tail: str) -> _Join:
        """Return how a line is joined that ends, before its newline, in a page mark."""
        end = self._end[line]
        newline = self.raw.find("\n", end, first)
        if tail or newline < 0:
            return _Join(seamless=False, end=end, start=first)
        edit = TextEdit(
            newline, newline + 1, "\n", " ", "line_break", "a line's end is between two words"
        )
        return _Join(seamless=False, end=end, start=first, edit=edit, newline=newline)

    def _line_end_edit(self, line: int, following: int, tail: str) -> TextEdit | None:
        """Return the edit of a line's end, if one is needed."""
        if self._hyphens.divides(line, following):
            start, end = self._last[line] - 1, self._end[line] + 1
            reason = "a word divided at the end of a line"
            return TextEdit(start, end, self.raw[start:end], "", "hyphenation", reason)
        if self.final_spaces:
            return self._without_return(line, tail)
        start, end = self._last[line], self._end[line] + 1
        before = self.raw[start:end]
        if self._hyphens.is_divided(line, following):
            return _line_break(start, before, "", "a line's end after a hyphen")
        if _TIGHT_DASH.search(self.raw[max(start - 8, self._first[line]) : start]):
            return _line_break(start, before, "", "a line's end after a dash")
        if tail and "\r" not in before:
            return None
        return _line_break(start, before, " ", "a line's end is between two words")

    def _without_return(self, line: int, tail: str) -> TextEdit | None:
        """Return the edit that takes a carriage return away, where a line has one."""
        end = self._end[line]
        before = f"{tail}{self.raw[end]}"
        if "\r" not in before:
            return None
        at = before.index("\r")
        after = " " if not at and tail.strip("\r") else ""
        reason = "a line's end; the space before it is between the words"
        start = self._last[line] + at
        return TextEdit(start, end + 1, self.raw[start : end + 1], after, "line_break", reason)

    def _superscripts(self, chosen: Sequence[int]) -> Iterator[tuple[int, TextEdit]]:
        """Yield the edits that join an ordinal's letters, on a line of their own, to its figure.

        Each comes with the place of the figure's line among the chosen.
        """
        if self._ordinals.isdisjoint(chosen):
            return
        for place, (line, middle, following) in enumerate(
            zip(chosen, chosen[1:], chosen[2:], strict=False)
        ):
            adjacent = following - line == 2
            if middle not in self._ordinals or not adjacent or self._has_tail(line, middle):
                continue
            start, end = self._last[line], self._end[middle] + 1
            if self._first[following] > self._start[following]:  # there the word space is
                end = self._start[following]
            between = self.raw[start:end]
            letters = self.raw[self._first[middle] : self._last[middle]]
            if (
                self.raw[start - 1].isdigit()
                and between.split() == [letters]
                and "\f" not in between
            ):
                reason = "an ordinal's letters, set as a superscript on a line of their own"
                yield place, TextEdit(start, end, between, letters, "superscript", reason)

    def _has_tail(self, *lines: int) -> bool:
        """Return whether white space is at the end of one of some lines."""
        return any(self._last[line] != self._end[line] for line in lines)


def _line_break(start: int, before: str, after: str, reason: str) -> TextEdit | None:
    """Return the edit of a line's end; none where only the newline goes, which is always dropped."""
    if not after and before == "\n":
        return None
    return TextEdit(start, start + len(before), before, after, "line_break", reason)


def _disjoint(edits: list[TextEdit]) -> tuple[TextEdit, ...]:
    """Return edits in order; of two that overlap, the first."""
    kept: list[TextEdit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return tuple(kept)

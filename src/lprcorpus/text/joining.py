"""The printed lines of one passage made into its text: what is in it, and what was changed.

The right text of a passage is its raw lines with only the newlines dropped, where a final space is
between the words (the first issue is set so: all seven hyphens at line ends are real). Where lines
have none, each newline becomes a space, and each such change is an edit like any other.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

import numpy as np

from lprcorpus.text.blocks import bullet_length
from lprcorpus.text.hyphens import IS_HYPHEN, Hyphens
from lprcorpus.text.pages import Paged
from lprcorpus.text.repairs import TextEdit

_ORDINAL = re.compile(r"st|nd|rd|th")
_TIGHT_DASH = re.compile(r"[^\s\u2010\u2013\u2014-][\u2010\u2011\u2013\u2014-]+$")
_LONGEST_DASH = 8


@dataclass(frozen=True, slots=True)
class Composition:
    """A passage composed: the raw text it is made of, the edits in that, and what they give."""

    spans: tuple[tuple[int, int], ...]
    edits: tuple[TextEdit, ...]
    text: str


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
        lines = paged.lines
        self.raw = lines.text
        self.paged = paged
        self._edits = sorted(edits, key=attrgetter("start"))
        self._edit_starts = [edit.start for edit in self._edits]
        self._final_spaces = paged.final_spaces
        self._hyphens = Hyphens(lines, hyphens, final_spaces=paged.final_spaces)
        self._marks = {piece.start for piece in paged.asides if piece.role == "page_mark"}
        # As lists, for lines are looked at one by one.
        self._first, self._last = lines.firsts, lines.lasts
        self._start: list[int] = lines.start.tolist()
        self._end: list[int] = lines.end.tolist()
        self._number = lines.number.tolist()
        self._superscripts = self._find_superscripts()
        self._goes_on = self._find_plain_ends()

    def prose(self, chosen: Sequence[int], *, bullet: bool = False) -> Composition:
        """Compose lines into running text.

        Args:
            chosen: indices of the printed lines, without those set aside.
            bullet: whether to take off the mark that opens a list item or a question.
        """
        start, end = self._first[chosen[0]], self._last[chosen[-1]]
        edits = self._known_edits(start, end)
        mark_end = start + bullet_length(self.raw[start:end]) if bullet else start
        if mark_end > start:
            reason = "the mark that opens the block"
            edits.append(TextEdit(start, mark_end, self.raw[start:mark_end], "", "bullet", reason))
        spans = []
        edited_to = 0
        for line, following in pairwise(chosen):
            if self._goes_on[line] and following == line + 1:
                continue
            superscript = self._superscripts.get(line)
            if superscript and following == line + 1 and line + 2 in chosen:
                edits.append(superscript)
                edited_to = superscript.end
            if self._end[line] < edited_to:
                continue
            cuts, edit = self._join(line, following)
            if edit is not None:
                edits.append(edit)
            for cut_start, cut_end in cuts:
                spans.append((start, cut_start))
                start = cut_end
        spans.append((start, end))
        ordered = _disjoint(edits)
        return Composition(tuple(spans), ordered, apply_edits(self.raw, spans, ordered))

    def passage(self, start: int, end: int) -> str:
        """Return the text of some characters of a paragraph, as that has them."""
        first = bisect_right(self._first, start) - 1
        last = bisect_right(self._first, end - 1) - 1
        is_set = self.paged.is_set
        whole = self.prose([line for line in range(first, last + 1) if is_set[line]])
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
        end, start = self._end[line], self._start[following]
        newline = max(self.raw.rfind(line_end, end, start) for line_end in "\n\r")
        asides = self.paged.asides
        beside = bisect_right(asides, newline, key=attrgetter("start")) - 1
        if newline < 0 or (beside >= 0 and asides[beside].start > end):
            return end
        return newline

    def _known_edits(self, start: int, end: int) -> list[TextEdit]:
        """Return the edits found beforehand that are between two offsets."""
        low = bisect_left(self._edit_starts, start)
        high = bisect_left(self._edit_starts, end, low)
        return [edit for edit in self._edits[low:high] if edit.end <= end]

    def _find_plain_ends(self) -> list[bool]:
        """Return after which lines the text simply goes on, so that only newlines are dropped.

        These lines end in a space and have nothing but newlines between them and the next one. In
        the first issue all but a few are so, and are looked at no more.
        """
        lines = self.paged.lines
        if not self._final_spaces or "\r" in self.raw:
            return [False] * len(lines)
        only_newlines = lines.start[1:] - lines.end[:-1] == np.diff(lines.number)
        no_indent = lines.first[1:] == lines.start[1:]
        hyphened = IS_HYPHEN[lines.codes[lines.last - 1]]
        plain: list[bool] = (only_newlines & no_indent & ~hyphened[:-1]).tolist()
        for figure in self._superscripts:
            plain[figure] = plain[figure + 1] = False
        return plain

    def _join(self, line: int, following: int) -> tuple[list[tuple[int, int]], TextEdit | None]:
        """Return what to leave out between two lines of running text, and what to change."""
        end, start, first = self._end[line], self._start[following], self._first[following]
        has_tail = self._last[line] < end
        if self._number[line] == self._number[following]:  # only a page mark is between
            return [(end, first if has_tail else start)], self._page_end_edit(line, following)
        newline = end
        if self.raw[end] not in "\n\r\f":  # a page mark ends the line
            newline = self.raw.find("\n", end, first)
        if self.raw[end] == "\f" or newline < 0 or (newline > end and has_tail):
            return [(end, first)], None
        if newline > end:
            edit = self._line_break(newline, newline, " ", "a line's end is between two words")
            return [(end, newline), (newline + 1, first)], edit
        only_newlines = start - end == self._number[following] - self._number[line]
        # After a superscript the word space is before the next word (raw lines 2197 and 2198).
        space_follows = self._final_spaces and not has_tail and start not in self._marks
        edit = self._line_end_edit(line, following)
        if only_newlines and "\r" not in self.raw[end:start] and (first == start or space_follows):
            return [], edit
        return [(end + 1, first)], edit

    def _page_end_edit(self, line: int, following: int) -> TextEdit | None:
        """Return the edit of a line that only a form feed ends, if one is needed.

        So pages end that were joined by form feeds. The feed is the page's mark, so that what
        changes is the last character before it.
        """
        last, start = self._last[line], self._start[following]
        if self.raw[last] != "\f" or self._final_spaces or self._first[following] > start:
            return None
        before = self.raw[last - 1]
        if self._hyphens.divides(line, following):
            reason = "a word divided at the end of a page"
            return TextEdit(last - 1, last, before, "", "hyphenation", reason)
        if self._hyphens.halves(line, following) or self._ends_in_dash(line):
            return None
        reason = "a page's end is between two words"
        return TextEdit(last - 1, last, before, f"{before} ", "line_break", reason)

    def _line_end_edit(self, line: int, following: int) -> TextEdit | None:
        """Return the edit of the line's end between two lines, if one is needed."""
        last, end = self._last[line], self._end[line]
        if self._hyphens.divides(line, following):
            before = self.raw[last - 1 : end + 1]
            reason = "a word divided at the end of a line"
            return TextEdit(last - 1, end + 1, before, "", "hyphenation", reason)
        tail = self.raw[last:end]
        if self._final_spaces:
            return self._edit_of_return(last, end, tail)
        if self._hyphens.halves(line, following):
            return self._line_break(last, end, "", "a line's end after a hyphen")
        if self._ends_in_dash(line):
            return self._line_break(last, end, "", "a line's end after a dash")
        if tail and "\r" not in tail + self.raw[end]:
            return None
        return self._line_break(last, end, " ", "a line's end is between two words")

    def _ends_in_dash(self, line: int) -> bool:
        """Return whether a line ends in a dash that no space parts from its word."""
        last = self._last[line]
        start = max(last - _LONGEST_DASH, self._first[line])
        return _TIGHT_DASH.search(self.raw[start:last]) is not None

    def _edit_of_return(self, last: int, end: int, tail: str) -> TextEdit | None:
        """Return the edit that takes a carriage return away, where a line has one."""
        at = (tail + self.raw[end]).find("\r")
        if at < 0:
            return None
        after = " " if at == 0 and tail.strip("\r") else ""
        reason = "a line's end; the space before it is between the words"
        return self._line_break(last + at, end, after, reason)

    def _line_break(self, start: int, end: int, after: str, reason: str) -> TextEdit | None:
        """Return the edit of a line's end; none where a newline goes, which is always dropped."""
        before = self.raw[start : end + 1]
        if not after and before == "\n":
            return None
        return TextEdit(start, end + 1, before, after, "line_break", reason)

    def _find_superscripts(self) -> dict[int, TextEdit]:
        """Return the edits that join the letters of ordinals to their figures, by the figure's line.

        The letters are on a line of their own (raw lines 2195 to 2198).
        """
        lines, raw = self.paged.lines, self.raw
        found = {}
        for middle in np.flatnonzero(lines.last - lines.first == 2).tolist():
            line, following = middle - 1, middle + 1
            letters = lines.printed(middle)
            if not _ORDINAL.fullmatch(letters) or line < 0 or following == len(lines):
                continue
            start, end = self._last[line], self._end[middle] + 1
            if self._first[following] > self._start[following]:  # there the word space is
                end = self._start[following]
            before = raw[start:end]
            no_tails = start == self._end[line] and self._last[middle] == self._end[middle]
            only_letters = before.split() == [letters] and "\f" not in before
            if raw[start - 1].isdigit() and no_tails and only_letters:
                reason = "an ordinal's letters, set as a superscript on a line of their own"
                found[line] = TextEdit(start, end, before, letters, "superscript", reason)
        return found


def _disjoint(edits: list[TextEdit]) -> tuple[TextEdit, ...]:
    """Return edits in order; of two that overlap, the first."""
    kept: list[TextEdit] = []
    for edit in sorted(edits, key=attrgetter("start", "end")):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return tuple(kept)

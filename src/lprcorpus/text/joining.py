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

from lprcorpus.text.blocks import bullet_length
from lprcorpus.text.hyphens import HYPHENS_AT_ENDS, Hyphens
from lprcorpus.text.lines import Line, LineRun
from lprcorpus.text.pages import Paged
from lprcorpus.text.repairs import TextEdit

_ORDINALS = ("st", "nd", "rd", "th")
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
    if not verse:
        text = text.replace("\n", "")
    return text.strip()


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
        self.paged = paged
        self.raw = paged.lines.text
        self._edits = sorted(edits, key=attrgetter("start"))
        self._edit_starts = [edit.start for edit in self._edits]
        self._final_spaces = paged.final_spaces
        self._only_newlines = paged.final_spaces and "\r" not in self.raw
        self._hyphens = Hyphens(paged.lines, hyphens, final_spaces=paged.final_spaces)
        self._marks = {piece.start for piece in paged.asides if piece.role == "page_mark"}

    def prose(self, run: LineRun, *, bullet: bool = False) -> Composition:
        """Compose lines into running text.

        Args:
            run: the printed lines, without those set aside.
            bullet: whether to take off the mark that opens a list item or a question.
        """
        start, end = run[0].first, run[-1].last
        edits = self._known_edits(start, end)
        mark_end = start + bullet_length(run[0].text) if bullet else start
        if mark_end > start:
            reason = "the mark that opens the block"
            edits.append(TextEdit(start, mark_end, self.raw[start:mark_end], "", "bullet", reason))
        joined = _Joined(start)
        in_superscript = False
        for place, (line, following) in enumerate(pairwise(run), start=2):
            if self._goes_on(line, following):
                continue
            if in_superscript:  # its edit reaches over both ends of the line with the letters
                in_superscript = False
                continue
            if following.text in _ORDINALS and place < len(run):
                superscript = self._superscript(line, following, run[place])
                if superscript is not None:
                    edits.append(superscript)
                    in_superscript = True
                    continue
            self._join(line, following, joined)
        spans = (*joined.spans, (joined.start, end))
        ordered = _disjoint(edits + joined.edits)
        return Composition(spans, ordered, apply_edits(self.raw, spans, ordered))

    def passage(self, start: int, end: int) -> str:
        """Return the text of some characters of a paragraph, as that has them."""
        lines = self.paged.lines
        around = range(lines.index_of(start), lines.index_of(end - 1) + 1)
        whole = self.prose(self.paged.text_at(around))
        spans = []
        for low, high in whole.spans:
            if low < end and high > start:
                spans.append((max(low, start), min(high, end)))
        edits = [edit for edit in whole.edits if start <= edit.start and edit.end <= end]
        return apply_edits(self.raw, spans, edits)

    def verse(self, run: LineRun) -> Composition:
        """Compose lines into one stanza: a line each, indented against the outermost line."""
        indent = min(line.indent for line in run)
        spans = [(run[0].first, run[0].last)]
        edits = []
        for before, line in pairwise(run):
            if before.number == line.number:  # a mark inside a line of verse
                spans.append((line.first, line.last))
                continue
            start = line.start + indent
            if line.start in self._marks:  # the space that opens a page is no indentation
                start = line.first
            newline = self._newline_between(before, line)
            if self.raw[newline] == "\r":
                reason = "a line's end, written as a carriage return"
                edits.append(TextEdit(newline, newline + 1, "\r", "\n", "line_break", reason))
            if newline + 1 == start:
                spans.append((newline, line.last))
            else:
                spans += [(newline, newline + 1), (start, line.last)]
        edits += self._known_edits(spans[0][0], spans[-1][1])
        ordered = _disjoint(edits)
        text = apply_edits(self.raw, spans, ordered, verse=True)
        return Composition(tuple(spans), ordered, text)

    def _newline_between(self, line: Line, following: Line) -> int:
        """Return the line's end between two lines of verse: the last, but before any header."""
        end, start = line.end, following.start
        newline = max(self.raw.rfind("\n", end, start), self.raw.rfind("\r", end, start))
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

    def _superscript(self, figure: Line, letters: Line, following: Line) -> TextEdit | None:
        """Return the edit that joins the letters of an ordinal to its figure, if they are that.

        The letters are on a line of their own (raw lines 2195 to 2198).
        """
        are_next = figure.index + 2 == letters.index + 1 == following.index
        if not are_next or figure.tail or letters.tail or not figure.text[-1].isdigit():
            return None
        start, end = figure.end, letters.end + 1
        if following.indent > 0:  # there the word space is
            end = following.start
        before = self.raw[start:end]
        if before.split() != [letters.text] or "\f" in before:
            return None
        reason = "an ordinal's letters, set as a superscript on a line of their own"
        return TextEdit(start, end, before, letters.text, "superscript", reason)

    def _goes_on(self, line: Line, following: Line) -> bool:
        """Return whether only newlines are to be dropped between two lines, seen at a glance.

        Nearly all lines of the first issue are so; to join each in full takes a tenth of a build.
        """
        return (
            self._only_newlines
            and line.tail != ""
            and following.indent == 0
            and following.start - line.end == following.number - line.number
            and line.text[-1] not in HYPHENS_AT_ENDS
        )

    def _join(self, line: Line, following: Line, joined: _Joined) -> None:
        """Join two lines of running text: leave out what is between them, and change the rest."""
        end, first = line.end, following.first
        if line.number == following.number:  # only a page mark is between
            joined.leave_out(end, first if line.tail else following.start)
            joined.change(self._page_end_edit(line, following))
            return
        newline = end
        if self.raw[end] not in "\n\r\f":  # a page mark ends the line
            newline = self.raw.find("\n", end, first)
        if newline < 0 or self.raw[end] == "\f" or (newline > end and line.tail):
            joined.leave_out(end, first)
        elif newline > end:
            joined.leave_out(end, newline)
            joined.leave_out(newline + 1, first)
            reason = "a line's end is between two words"
            joined.change(self._line_break(newline, newline, " ", reason))
        else:
            joined.change(self._line_end_edit(line, following))
            if not self._are_joined_by_newlines(line, following):
                joined.leave_out(end + 1, first)

    def _are_joined_by_newlines(self, line: Line, following: Line) -> bool:
        """Return whether nothing is to be left out between two lines, newlines aside."""
        between = self.raw[line.end : following.start]
        if len(between) != following.number - line.number or "\r" in between:
            return False
        # After a superscript the word space is before the next word (raw lines 2197 and 2198).
        opens_page = following.start in self._marks
        space_follows = self._final_spaces and not line.tail and not opens_page
        return following.indent == 0 or space_follows

    def _page_end_edit(self, line: Line, following: Line) -> TextEdit | None:
        """Return the edit of a line that only a form feed ends, if one is needed.

        So pages end that were joined by form feeds. The feed is the page's mark, so that what
        changes is the last character before it.
        """
        last = line.last
        if self.raw[last] != "\f" or self._final_spaces or following.indent > 0:
            return None
        before = self.raw[last - 1]
        if self._hyphens.divides(line, following):
            reason = "a word divided at the end of a page"
            return TextEdit(last - 1, last, before, "", "hyphenation", reason)
        if self._hyphens.halves(line, following) or _ends_in_dash(line):
            return None
        reason = "a page's end is between two words"
        return TextEdit(last - 1, last, before, f"{before} ", "line_break", reason)

    def _line_end_edit(self, line: Line, following: Line) -> TextEdit | None:
        """Return the edit of the line's end between two lines, if one is needed."""
        last, end = line.last, line.end
        if self._hyphens.divides(line, following):
            before = self.raw[last - 1 : end + 1]
            reason = "a word divided at the end of a line"
            return TextEdit(last - 1, end + 1, before, "", "hyphenation", reason)
        line_end = line.tail + self.raw[end]
        if self._final_spaces:
            return self._edit_of_return(line, line_end)
        if self._hyphens.halves(line, following):
            return self._line_break(last, end, "", "a line's end after a hyphen")
        if _ends_in_dash(line):
            return self._line_break(last, end, "", "a line's end after a dash")
        if line.tail and "\r" not in line_end:
            return None
        return self._line_break(last, end, " ", "a line's end is between two words")

    def _edit_of_return(self, line: Line, line_end: str) -> TextEdit | None:
        """Return the edit that takes a carriage return away, where a line has one."""
        at = line_end.find("\r")
        if at < 0:
            return None
        after = " " if at == 0 and line.tail.strip("\r") else ""
        reason = "a line's end; the space before it is between the words"
        return self._line_break(line.last + at, line.end, after, reason)

    def _line_break(self, start: int, end: int, after: str, reason: str) -> TextEdit | None:
        """Return the edit of a line's end; none where a newline goes, which is always dropped."""
        before = self.raw[start : end + 1]
        if not after and before == "\n":
            return None
        return TextEdit(start, end + 1, before, after, "line_break", reason)


class _Joined:
    """Lines of running text as far as they are joined: what they are made of, and the edits."""

    def __init__(self, start: int) -> None:
        self.spans: list[tuple[int, int]] = []
        self.start = start  # of the span that comes next
        self.edits: list[TextEdit] = []

    def leave_out(self, start: int, end: int) -> None:
        self.spans.append((self.start, start))
        self.start = end

    def change(self, edit: TextEdit | None) -> None:
        if edit is not None:
            self.edits.append(edit)


def _ends_in_dash(line: Line) -> bool:
    """Return whether a line ends in a dash that no space parts from its word."""
    return _TIGHT_DASH.search(line.text[-_LONGEST_DASH:]) is not None


def _disjoint(edits: list[TextEdit]) -> tuple[TextEdit, ...]:
    """Return edits in order; of two that overlap, the first."""
    kept: list[TextEdit] = []
    for edit in sorted(edits, key=attrgetter("start", "end")):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return tuple(kept)

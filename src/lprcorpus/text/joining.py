"""The printed lines of one passage made into its text: what is in it, and what was changed.

The right text of a passage is its raw lines with only the newlines dropped, where a final space is
between the words (the first issue is set so: all seven hyphens at line ends are real). Where lines
have none, each newline becomes a space, and each such change is an edit like any other.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from lprcorpus.schema import Rule
from lprcorpus.text.blocks import bullet_length
from lprcorpus.text.hyphens import HYPHENS_AT_ENDS, Hyphens
from lprcorpus.text.lines import Line, LineRun
from lprcorpus.text.pages import Paged
from lprcorpus.text.repairs import TextEdit
from lprcorpus.text.unspaced import FIRST_UNSPACED, end_without_space

_ORDINALS = ("st", "nd", "rd", "th")
_TIGHT_DASH = re.compile(r"[^\s\u2010\u2013\u2014-][\u2010\u2011\u2013\u2014-]+$")
_LONGEST_DASH = 8
_BETWEEN_WORDS = "a line's end is between two words"
_start, _place = attrgetter("start"), attrgetter("start", "end")


@dataclass(frozen=True, slots=True)
class Composition:
    """A passage composed: the raw text it is made of, the edits in that, and what they give."""

    spans: tuple[tuple[int, int], ...]
    edits: tuple[TextEdit, ...]
    text: str


def compose(
    raw: str, spans: Sequence[tuple[int, int]], edits: Iterable[TextEdit], *, verse: bool = False
) -> Composition:
    """Compose a passage: edits made, newlines dropped (in verse: kept), the ends stripped.

    An edit of what is in no span is not made, nor is one that begins within another.
    """
    pieces = []
    made: list[TextEdit] = []
    pending = sorted(edits, key=_place, reverse=True)
    reached = 0
    for start, end in spans:
        reached = max(reached, start)
        while pending and pending[-1].start < end:
            edit = pending.pop()
            is_within_another = made and edit.start < made[-1].end
            if edit.end > start and not is_within_another:
                pieces += [raw[reached : edit.start], edit.after]
                reached = edit.end
                made.append(edit)
        pieces.append(raw[reached:end])
    text = "".join(pieces)
    if not verse:
        text = text.replace("\n", "")
    return Composition(tuple(spans), tuple(made), text.strip())


class Composer:
    """Composes the passages of one text."""

    def __init__(
        self, paged: Paged, edits: Sequence[TextEdit] = (), hyphens: str | None = None
    ) -> None:
        """Prepare to compose.

        Args:
            paged: the text and its pages.
            edits: changes found beforehand: mojibake, and those a person asks for.
            hyphens: what those at line ends are, as :class:`~lprcorpus.text.hyphens.Hyphens` says.
        """
        self.paged = paged
        self.raw = paged.lines.text
        self._edits = sorted(edits, key=_start)
        self._edit_starts = [edit.start for edit in self._edits]
        self._final_spaces = paged.final_spaces
        self._only_newlines = paged.final_spaces and "\r" not in self.raw
        self._hyphens = Hyphens(paged.lines, hyphens, final_spaces=paged.final_spaces)
        self._marks = {piece.start for piece in paged.asides if piece.role == "page_mark"}

    def prose(self, run: LineRun, *, bullet: bool = False) -> Composition:
        """Compose lines into running text, if asked without the bullet that opens them."""
        passage = self._begin(run)
        length = bullet_length(run[0].text) if bullet else 0
        if length:
            end = passage.start + length
            passage.change(passage.start, end, "", "bullet", "the mark that opens the block")
        in_superscript = False
        for place, (line, following) in enumerate(pairwise(run), start=2):
            if self._goes_on(line, following):
                continue
            if in_superscript:  # its edit reaches over both ends of the line with the letters
                in_superscript = False
                continue
            if following.text in _ORDINALS and place < len(run):
                in_superscript = self._superscript(passage, line, following, run[place])
            if not in_superscript:
                self._join(passage, line, following)
        return passage.end(run[-1].last)

    def passage(self, start: int, end: int) -> str:
        """Return the text of some characters of a paragraph, as that has them."""
        lines = self.paged.lines
        around = range(lines.index_of(start), lines.index_of(end - 1) + 1)
        whole = self.prose(self.paged.text_at(around))
        spans = []
        for low, high in whole.spans:
            low, high = max(low, start), min(high, end)
            if low < high:
                spans.append((low, high))
        inside = [edit for edit in whole.edits if start <= edit.start and edit.end <= end]
        return compose(self.raw, spans, inside).text

    def verse(self, run: LineRun) -> Composition:
        """Compose lines into one stanza: a line each, indented against the outermost line."""
        passage = self._begin(run)
        indent = min(line.indent for line in run)
        for before, line in pairwise(run):
            if before.number == line.number:  # a mark inside a line of verse
                passage.leave_out(before.last, line.first)
                continue
            start = line.start + indent
            if line.start in self._marks:  # the space that opens a page is no indentation
                start = line.first
            newline = self._newline_between(before, line)
            passage.leave_out(before.last, newline)
            if self.raw[newline] == "\r":
                reason = "a line's end, written as a carriage return"
                passage.change(newline, newline + 1, "\n", "line_break", reason)
            if newline + 1 < start:
                passage.leave_out(newline + 1, start)
        return passage.end(run[-1].last, verse=True)

    def _newline_between(self, line: Line, following: Line) -> int:
        """Return the line's end between two lines of verse: the last, but before any header."""
        end, start = line.end, following.start
        newline = max(self.raw.rfind("\n", end, start), self.raw.rfind("\r", end, start))
        asides = self.paged.asides
        beside = bisect_right(asides, newline, key=_start) - 1
        is_behind_aside = beside >= 0 and asides[beside].start > end
        return end if newline < 0 or is_behind_aside else newline

    def _begin(self, run: LineRun) -> _Passage:
        """Return a passage with the edits found beforehand."""
        start, end = run[0].first, run[-1].last
        low = bisect_left(self._edit_starts, start)
        high = bisect_left(self._edit_starts, end, low)
        edits = [edit for edit in self._edits[low:high] if edit.end <= end]
        return _Passage(self.raw, start, edits)

    def _superscript(self, passage: _Passage, figure: Line, letters: Line, following: Line) -> bool:
        """Join the letters of an ordinal to its figure, and return whether they are that.

        The letters are on a line of their own (raw lines 2195 to 2198).
        """
        are_next = figure.index + 2 == letters.index + 1 == following.index
        if not are_next or figure.has_final_space or letters.has_final_space:
            return False
        if not figure.text[-1].isdigit():
            return False
        start, end = figure.last, letters.end + 1
        if following.indent > 0:  # there the word space is
            end = following.start
        between = self.raw[start : following.start]
        if between.split() != [letters.text] or "\f" in between:  # which is the page's mark
            return False
        reason = "an ordinal's letters, set as a superscript on a line of their own"
        passage.change(start, end, letters.text, "superscript", reason)
        return True

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
            and line.text[-1] < FIRST_UNSPACED
        )

    def _join(self, passage: _Passage, line: Line, following: Line) -> None:
        """Join two lines of running text: leave out what is between them, and change the rest."""
        end, first = line.end, following.first
        if self.raw[end] in "\n\r":
            self._change_line_end(passage, line, following)
            if not self._are_joined_by_newlines(line, following):
                passage.leave_out(end + 1, first)
            return
        # A page mark ends the line, or is inside it.
        newline = max(self.raw.find("\n", end, first), self.raw.find("\r", end, first))
        if line.number == following.number:
            passage.leave_out(end, first if line.tail else following.start)
            self._change_page_end(passage, line, following)
        elif newline < 0 or self.raw[end] == "\f" or line.tail:
            passage.leave_out(end, first)
        else:
            passage.leave_out(end, newline)
            passage.leave_out(newline + 1, first)
            unspaced = end_without_space(line.text, following.text)
            if unspaced is None:
                passage.end_line(newline, newline, " ", _BETWEEN_WORDS)
            else:
                passage.end_line(newline, newline, "", unspaced)

    def _are_joined_by_newlines(self, line: Line, following: Line) -> bool:
        """Return whether nothing is to be left out between two lines, newlines aside."""
        between = self.raw[line.end : following.start]
        if len(between) != following.number - line.number or "\r" in between:
            return False
        # After a superscript the word space is before the next word (raw lines 2197 and 2198).
        opens_page = following.start in self._marks
        space_follows = self._final_spaces and not line.tail and not opens_page
        return following.indent == 0 or space_follows

    def _change_page_end(self, passage: _Passage, line: Line, following: Line) -> None:
        """Change the end of a line that only a form feed ends, if need be.

        So pages end that were joined by form feeds. The feed is the page's mark, so that what
        changes is the last character before it.
        """
        last = line.last
        if self._final_spaces or following.indent > 0 or self.raw[last] != "\f":
            return
        ending = self._ending(line, following)
        if ending == "divided":
            reason = "a word divided at the end of a page"
            passage.change(last - 1, last, "", "hyphenation", reason)
        elif ending == "word":
            reason = "a page's end is between two words"
            passage.change(last - 1, last, f"{line.text[-1]} ", "line_break", reason)

    def _change_line_end(self, passage: _Passage, line: Line, following: Line) -> None:
        """Change the line's end between two lines, if need be."""
        last, end = line.last, line.end
        ending = self._ending(line, following)
        line_end = line.tail + self.raw[end]
        if ending == "divided":
            reason = "a word divided at the end of a line"
            passage.change(last - 1, end + 1, "", "hyphenation", reason)
        elif self._final_spaces and not ending.startswith("letter"):
            at = line_end.find("\r")
            if at >= 0:
                after = " " if at == 0 and line.tail.strip("\r") else ""
                reason = "a line's end; the space before it is between the words"
                passage.end_line(last + at, end, after, reason)
        elif ending != "word":
            passage.end_line(last, end, "", f"a line's end after a {ending}")
        elif "\r" in line_end or not line.tail:
            passage.end_line(last, end, " ", _BETWEEN_WORDS)

    def _ending(self, line: Line, following: Line) -> str:
        """Return how a line ends: in a ``word``, one ``divided``, or after what without a space."""
        unspaced = end_without_space(line.text, following.text)
        if unspaced is not None:
            return unspaced
        if self._hyphens.divides(line, following):
            return "divided"
        if self._hyphens.halves(line, following):
            return "hyphen"
        if _TIGHT_DASH.search(line.text[-_LONGEST_DASH:]):
            return "dash"
        return "word"


class _Passage:
    """A passage as far as its lines are joined: what it is made of, and the edits in that."""

    def __init__(self, raw: str, start: int, edits: list[TextEdit]) -> None:
        self.raw = raw
        self.start = start  # of the span that comes next
        self.spans: list[tuple[int, int]] = []
        self.edits = edits  # at first those found beforehand

    def leave_out(self, start: int, end: int) -> None:
        self.spans.append((self.start, start))
        self.start = end

    def change(self, start: int, end: int, after: str, rule: Rule, reason: str) -> None:
        self.edits.append(TextEdit(start, end, self.raw[start:end], after, rule, reason))

    def end_line(self, start: int, end: int, after: str, reason: str) -> None:
        """Change a line's end, up to the newline; a newline alone is dropped anyway."""
        if after or self.raw[start : end + 1] != "\n":
            self.change(start, end + 1, after, "line_break", reason)

    def end(self, end: int, *, verse: bool = False) -> Composition:
        """Return the whole passage."""
        return compose(self.raw, [*self.spans, (self.start, end)], self.edits, verse=verse)

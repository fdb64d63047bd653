"""The printed lines of one passage made into its text: what is in it, and what was changed.

The right text of a passage is its raw lines with only the newlines dropped, where a final space is
between the words (the first issue is set so). Where lines have none, each newline becomes a space,
and each such change is an edit like any other.
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
from lprcorpus.text.line_ends import DIVIDED, PLAIN_ENDS, WORD, LineEnds
from lprcorpus.text.lines import Line, LineRun
from lprcorpus.text.pages import Paged
from lprcorpus.text.repairs import TextEdit

_LINE_END = re.compile(r"\r?\n|\r")
_ORDINALS = ("st", "nd", "rd", "th")
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
    """Composes the passages of one text, with edits found beforehand: mojibake, and curated ones.

    What the hyphens at line ends are may be stated, as :class:`LineEnds` says.
    """

    def __init__(
        self, paged: Paged, edits: Sequence[TextEdit] = (), hyphens: str | None = None
    ) -> None:
        self.paged = paged
        self.raw = paged.lines.text
        self._edits = sorted(edits, key=_start)
        self._line_ends = LineEnds(paged.lines, hyphens, final_spaces=paged.final_spaces)
        self._page_marks = {aside.start for aside in paged.asides if aside.role == "page_mark"}

    def prose(self, run: LineRun, *, bullet: bool = False) -> Composition:
        """Compose lines into running text, if asked without the bullet that opens them."""
        passage = self._begin(run)
        length = bullet_length(run[0].text) if bullet else 0
        if length:
            end = passage.start + length
            passage.change(passage.start, end, "", "bullet", "the mark that opens the block")
        joined_to = 0  # the letters of an ordinal join both lines beside them at once
        for place, (line, following) in enumerate(pairwise(run), start=2):
            if following.start <= joined_to:
                continue
            if following.text in _ORDINALS and place < len(run):
                joined_to = self._join_ordinal(passage, line, following, run[place])
                if following.start <= joined_to:
                    continue
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
            if line.start in self._page_marks:  # the space that opens a page is no indentation
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
        """Return a line's end between two lines, the last one, or the first if a header is there.

        What is further on may be the header's. -1 for none.
        """
        start, end = line.end, following.start
        ends = [match.end() - 1 for match in _LINE_END.finditer(self.raw, start, end)]
        if not ends:
            return -1
        asides = self.paged.asides
        place = bisect_right(asides, start, key=_start)
        is_header_between = place < len(asides) and asides[place].start < end
        return ends[0] if is_header_between else ends[-1]

    def _begin(self, run: LineRun) -> _Passage:
        """Return a passage with the edits found beforehand."""
        start, end = run[0].first, run[-1].last
        low = bisect_left(self._edits, start, key=_start)
        high = bisect_left(self._edits, end, low, key=_start)
        edits = [edit for edit in self._edits[low:high] if edit.end <= end]
        return _Passage(self.raw, start, edits)

    def _join_ordinal(self, passage: _Passage, figure: Line, letters: Line, following: Line) -> int:
        """Join the letters of an ordinal to its figure; return up to where; 0 if they are none.

        The letters are on a line of their own (raw lines 2195 to 2198).
        """
        if figure.has_final_space or letters.has_final_space or not figure.text[-1].isdigit():
            return 0
        # After them the word space is the next line's indentation, or else made like any other.
        end = following.start if following.indent > 0 else letters.last
        between = self.raw[figure.last : following.start]
        if between.split() != [letters.text] or "\f" in between:  # which is the page's mark
            return 0
        reason = "an ordinal's letters, set as a superscript on a line of their own"
        passage.change(figure.last, end, letters.text, "superscript", reason)
        return end

    def _join(self, passage: _Passage, line: Line, following: Line) -> None:
        """Join two lines of running text: leave out what is between them, and change the rest."""
        between = self.raw[line.last : following.first]
        is_plain = self.paged.final_spaces and line.text[-1] in PLAIN_ENDS
        if is_plain and between.rstrip("\n") == " ":
            return  # so are nearly all lines of the first issue: a tenth of its build
        kind = self._line_ends.kind(line, following)
        if self.raw[line.end] in "\n\r":
            self._join_at_line_end(passage, line, following, kind)
        else:
            self._join_at_page_mark(passage, line, following, kind)

    def _join_at_line_end(self, passage: _Passage, line: Line, following: Line, kind: str) -> None:
        start, end = line.last, line.end + 1
        if kind == DIVIDED:
            reason = "a word divided at the end of a line"
            passage.change(start - 1, end, "", "hyphenation", reason)
        else:
            space, reason = self._space_after(line, kind)
            kept = line.tail.partition("\r")[0]
            if space and kept:
                start += len(kept)
                space = ""
            if space or self.raw[start:end] != "\n":  # a newline alone is dropped anyway
                passage.change(start, end, space, "line_break", reason)
        is_newlines = not self.raw[end : following.start].strip("\n")
        # After a superscript the word space is before the next word (raw lines 2197 and 2198).
        has_space_before = (
            self.paged.final_spaces and not line.tail and following.start not in self._page_marks
        )
        if not is_newlines or (following.indent > 0 and not has_space_before):
            passage.leave_out(end, following.first)

    def _space_after(self, line: Line, kind: str) -> tuple[str, str]:
        """Return what is between a line's last word and the next one, and why."""
        if self.paged.final_spaces and not kind.startswith("letter"):
            reason = "a line's end; the space before it is between the words"
            return (" " if line.has_final_space else ""), reason
        if kind == WORD:
            return " ", "a line's end is between two words"
        return "", f"a line's end after a {kind}"

    def _join_at_page_mark(self, passage: _Passage, line: Line, following: Line, kind: str) -> None:
        """Join two lines where a form feed or a page mark ends the first, or is inside it.

        The mark is in no passage. So a space is made of the line's end behind the mark; if there
        is none, as where a form feed alone parts two pages, of the last character before it.
        """
        end, last = line.end, line.last
        is_feed = self.raw[last] == "\f"
        goes_on = line.number == following.number
        start = following.start if goes_on and not line.tail else following.first
        has_space = line.tail != "" or following.first > start
        newline = self._newline_between(line, following)
        if kind == DIVIDED and is_feed:
            reason = "a word divided at the end of a page"
            passage.change(last - 1, last, "", "hyphenation", reason)
        elif kind == WORD and not has_space and not (is_feed and self.paged.final_spaces):
            if newline >= 0:
                passage.leave_out(end, newline)
                end = newline + 1
                reason = "a line's end is between two words"
                passage.change(newline, end, " ", "line_break", reason)
            elif is_feed:
                reason = "a page's end is between two words"
                passage.change(last - 1, last, f"{line.text[-1]} ", "line_break", reason)
        passage.leave_out(end, start)


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

    def end(self, end: int, *, verse: bool = False) -> Composition:
        return compose(self.raw, [*self.spans, (self.start, end)], self.edits, verse=verse)

"""The printed lines of one passage made into its text: what is in it, and what was changed.

The right text of a passage is its raw lines with only the newlines dropped, where a final space is
between the words (the first issue is set so). Where lines have none, each newline becomes a space,
and each such change is an edit like any other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from lprcorpus.schema import Rule
from lprcorpus.text.blocks import bullet_length
from lprcorpus.text.line_ends import DIVIDED, PLAIN_ENDS, UNSPACED, WORD, LineEnds
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

    An edit that begins in no span is not made, nor is one that begins within another.
    """
    pieces = []
    made = []
    pending = sorted(edits, key=_place, reverse=True)
    reached = 0
    for start, end in spans:
        reached = max(reached, start)
        while pending and pending[-1].start < end:
            edit = pending.pop()
            if edit.start >= reached:
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
        self.edits = sorted(edits, key=_start)
        self.line_ends = LineEnds(paged, hyphens)
        self.page_marks = {aside.start for aside in paged.asides if aside.role == "page_mark"}

    def prose(self, run: LineRun, *, bullet: bool = False) -> Composition:
        """Compose lines into running text, if asked without the bullet that opens them."""
        passage = _Passage(self, run)
        length = bullet_length(run[0].text) if bullet else 0
        if length:
            end = passage.start + length
            passage.change(passage.start, end, "", "bullet", "the mark that opens the block")
        joined_to = 0  # the letters of an ordinal join both lines beside them at once
        for place, (line, following) in enumerate(pairwise(run), start=2):
            if following.text in _ORDINALS and place < len(run):
                joined_to = max(joined_to, passage.join_ordinal(line, following, run[place]))
            if following.start > joined_to:
                passage.join(line, following)
        return passage.composed()

    def passage(self, start: int, end: int) -> str:
        """Return the text of some characters of a paragraph, as that has them."""
        lines = self.paged.lines
        around = range(lines.index_of(start), lines.index_of(end - 1) + 1)
        whole = self.prose(self.paged.text_at(around))
        spans = [(max(first, start), min(last, end)) for first, last in whole.spans]
        return compose(self.raw, spans, whole.edits).text

    def verse(self, run: LineRun) -> Composition:
        """Compose lines into one stanza: a line each, indented against the outermost line."""
        passage = _Passage(self, run)
        indent = min(line.indent for line in run)
        for before, line in pairwise(run):
            passage.break_line(before, line, indent)
        return passage.composed(verse=True)


class _Passage:
    """A passage as far as its lines are joined: what it is made of, and the edits in that."""

    def __init__(self, composer: Composer, run: LineRun) -> None:
        self.composer = composer
        self.raw = composer.raw
        self.start = run[0].first  # of the span that comes next
        self.end = run[-1].last
        self.spans: list[tuple[int, int]] = []
        # Those found beforehand; what joins the lines is added.
        low = bisect_left(composer.edits, self.start, key=_start)
        high = bisect_left(composer.edits, self.end, low, key=_start)
        self.edits = [edit for edit in composer.edits[low:high] if edit.end <= self.end]

    def leave_out(self, start: int, end: int) -> None:
        self.spans.append((self.start, start))
        self.start = end

    def change(self, start: int, end: int, after: str, rule: Rule, reason: str) -> None:
        self.edits.append(TextEdit(start, end, self.raw[start:end], after, rule, reason))

    def composed(self, *, verse: bool = False) -> Composition:
        spans = [*self.spans, (self.start, self.end)]
        return compose(self.raw, spans, self.edits, verse=verse)

    def join(self, line: Line, following: Line) -> None:
        """Join two lines of running text: a word space between them, or none.

        The space is the white space that is there, or is made of a line's end. What ends the first
        line is that, or the mark of a page, which is in no passage.
        """
        final_spaces = self.composer.paged.final_spaces
        between = self.raw[line.last : following.first]
        if final_spaces and line.text[-1] in PLAIN_ENDS and between.rstrip("\n") == " ":
            return  # so are nearly all lines of the first issue: a tenth of its build
        kind = self.composer.line_ends.kind(line, following)
        mark = self.raw[line.end]
        end = line.end + 1 if mark in "\n\r" else line.end
        # The word space that is there may be behind the first line or before the second.
        behind = line.tail.partition("\r")[0]
        start = following.first
        if not behind and self._indent_is_space(line, following, kind):
            start = following.start
        makes_space = kind == WORD and not behind and start == following.first
        if final_spaces and mark in "\n\r\f":
            makes_space = False
        if kind == DIVIDED and mark in "\n\r\f":
            self.change(line.last - 1, end, "", "hyphenation", f"a line's end {kind}")
        elif mark in "\n\r":
            keeps_space = kind == WORD or (final_spaces and kind != UNSPACED)
            changed = line.last + len(behind) if keeps_space else line.last
            if makes_space or self.raw[changed:end] != "\n":  # a newline alone is dropped anyway
                space = " " if makes_space else ""
                self.change(changed, end, space, "line_break", f"a line's end {kind}")
        elif makes_space:
            end = self._make_space(line, following)
        if self.raw[end:start].strip("\n"):
            self.leave_out(end, start)

    def _indent_is_space(self, line: Line, following: Line, kind: str) -> bool:
        """Return whether white space before a line is between two words."""
        if line.number == following.number:
            return True
        opens_page = following.start in self.composer.page_marks
        return self.composer.paged.final_spaces and kind == WORD and not opens_page

    def _make_space(self, line: Line, following: Line) -> int:
        """Make a word space where a page mark ends a line; return where the passage goes on.

        It is made of the line's end behind the mark; if there is none, as where a form feed alone
        parts two pages, of the last character before it.
        """
        newline = self._newline_between(line, following)
        if newline < 0:
            reason = f"a page's end {WORD}"
            self.change(line.last - 1, line.last, f"{line.text[-1]} ", "line_break", reason)
            return line.end
        self.leave_out(line.end, newline)
        self.change(newline, newline + 1, " ", "line_break", f"a line's end {WORD}")
        return newline + 1

    def _newline_between(self, line: Line, following: Line) -> int:
        """Return a line's end between two lines, the last one; -1 for none.

        It is the first one where a header is between, for the others may be the header's.
        """
        ends = [
            match.end() - 1 for match in _LINE_END.finditer(self.raw, line.end, following.start)
        ]
        if not ends:
            return -1
        is_header_between = following.index > line.index + 1
        return ends[0] if is_header_between else ends[-1]

    def join_ordinal(self, figure: Line, letters: Line, following: Line) -> int:
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
        self.change(figure.last, end, letters.text, "superscript", reason)
        return end

    def break_line(self, before: Line, line: Line, indent: int) -> None:
        """Begin a line of verse, without so much of its indentation."""
        if before.number == line.number:  # a mark inside a line of verse
            self.leave_out(before.last, line.first)
            return
        newline = self._newline_between(before, line)
        self.leave_out(before.last, newline)
        if self.raw[newline] == "\r":
            reason = "a line's end, written as a carriage return"
            self.change(newline, newline + 1, "\n", "line_break", reason)
        start = line.start + indent
        if line.start in self.composer.page_marks:  # the space that opens a page is no indentation
            start = line.first
        if newline + 1 < start:
            self.leave_out(newline + 1, start)

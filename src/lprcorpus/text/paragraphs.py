"""Printed lines into paragraphs, by what a typesetter's layout says.

Four conventions are known. Which one a text follows is stated in its manifest or detected, by
what is regular in it:

* **blank lines**: a blank line is between paragraphs, and a line break is a space;
* **line fit**: the extractor has spread blank lines everywhere, so they say nothing. A line that
  leaves room for the next word was ended on purpose (:mod:`lprcorpus.text.line_fit`);
* **solid**: there are no blank lines between paragraphs; a paragraph's first line is indented, or
  its last one is short;
* **long lines**: each paragraph is one line, as a word processor saves it.

In all four, a line begins a paragraph that a layout shows to be indented, if a sentence ends
before it. Larger leading and other sizes need no rule: ``extract`` writes an empty line for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lprcorpus.text.line_fit import are_full, detect_face, line_rooms
from lprcorpus.text.lines import Line, LineRun
from lprcorpus.text.pages import Paged

EMPTY_PARAGRAPH = 3
"""Blank lines that show an empty paragraph, where one between each two lines is the rule."""
BULLETS = "•‣◦▪●*"
"""The marks that open a list item or a question."""

_MUCH_ROOM = 0.12  # of the measure: a line this much too short was ended on purpose
_LEAST_INDENT, _MOST_INDENT = 2, 10  # characters that a paragraph's first line is indented by
_IDEOGRAPHIC_SPACE = "\u3000"
_FEWEST_LONG = 3  # long lines that make a text one of long lines, if they are most of it
_LONG_LINE = 240  # characters: no line of print is as long
# Of the line ends with one blank line so many are within a sentence, and at least so many.
_DOUBLE_SPACED, _FEWEST_WITHIN = 0.4, 8
_FEWEST_SOLID = 3  # ends without a blank line that make a text solid, if they are most of all
# A stop, and at most three quotation marks and brackets.
_LONGEST_END = 4
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’»)\]}*_]*\Z")


@dataclass(frozen=True)
class Setting:
    """How a text was set, stated or detected."""

    face: str  # the typeface that full lines are measured in
    paragraphs: str  # one of CONVENTIONS


def detect_setting(paged: Paged, face: str | None = None, paragraphs: str | None = None) -> Setting:
    """Return how a text was set: what is stated, and otherwise what the text shows."""
    face = face or detect_face(paged.text_lines)
    return Setting(face, paragraphs or _detect_convention(paged, face))


def _detect_convention(paged: Paged, face: str) -> str:
    if _has_long_lines(paged.text_lines):
        return "long lines"
    if _is_spread(paged):
        return "line fit"
    if _is_solid(paged, face):
        return "solid"
    return "blank lines"


def _has_long_lines(lines: LineRun) -> bool:
    lengths = [len(line.text) for line in lines]
    long_lines = [length for length in lengths if length >= _LONG_LINE]
    return len(long_lines) >= _FEWEST_LONG and 2 * sum(long_lines) > sum(lengths)


def _is_spread(paged: Paged) -> bool:
    """Return whether blank lines are between nearly all lines, within sentences too.

    They say nothing then, for no text has more paragraphs than lines within them.
    """
    together = single = within = 0
    for line, following in pairwise(paged.text_lines):
        gap = following.number - line.number - 1
        if gap <= 0:
            together += 1
        elif gap == 1:
            single += 1
            within += line.text[-1].isalnum() and following.text[0].islower()
    if paged.final_spaces:
        return single > together
    return single > 2 * together and within > max(_FEWEST_WITHIN, _DOUBLE_SPACED * single)


def _is_solid(paged: Paged, face: str) -> bool:
    """Return whether most paragraphs end without a blank line, of those that are sure to end."""
    lines = paged.text_lines
    if len(lines) < _FEWEST_SOLID:
        return False
    is_full = are_full(lines, face)
    (rooms,) = line_rooms([lines], face)
    solid = apart = 0
    for place, pair in enumerate(_line_pairs(paged, lines, rooms)):
        # Sure is the end of a sentence after a full line, if it is short or the next is indented.
        is_short = pair.has_much_room and is_full[place + 1] and place + 2 < len(lines)
        is_sure = pair.ends_sentence and (is_short or pair.indents)
        if place == 0 or not is_full[place - 1] or not is_sure:
            continue
        if pair.gap > 0:
            apart += 1
        else:
            solid += 1
    return solid >= _FEWEST_SOLID and solid > apart


def split_paragraphs(
    paged: Paged,
    runs: Sequence[LineRun],
    setting: Setting,
    indented: frozenset[int] = frozenset(),
) -> list[list[LineRun]]:
    """Split runs of lines into paragraphs, none of which leaves its run.

    The lines that a layout shows indented, as a paragraph's first line is, are given by their
    numbers in the raw text.
    """
    ends_by_convention = CONVENTIONS[setting.paragraphs]
    text = paged.lines.text
    split = []
    for run, rooms in zip(runs, line_rooms(runs, setting.face), strict=True):
        paragraphs = [[line] for line in run[:1]]
        for pair in _line_pairs(paged, run, rooms):
            following = pair.following
            if pair.gap < 0:
                ends = False  # a page mark inside a line ends nothing
            elif text[pair.line.end] == "\f":
                ends = True
            elif _opens_with_bullet(following) or text[following.start] == _IDEOGRAPHIC_SPACE:
                ends = True  # such a space opens a paragraph in Chinese and Japanese
            elif following.number in indented and pair.ends_sentence:
                ends = (
                    True  # where no sentence ends, it is a list's or a bibliography's second line
                )
            else:
                ends = ends_by_convention(pair)
            if ends:
                paragraphs.append([])
            paragraphs[-1].append(following)
        split.append(list[LineRun](paragraphs))
    return split


def _opens_with_bullet(line: Line) -> bool:
    return line.text[0] in BULLETS and not line.text[1:2].strip()


@dataclass(slots=True)
class _LinePair:
    """A line and the next one, of those that are looked at."""

    line: Line
    following: Line
    gap: int  # the blank lines between them; -1 where both are pieces of one line
    turns: bool  # whether the page turns between them
    room: float  # what the second's first word would leave on the first, as a share of the measure
    word_goes_on: bool  # whether a text with final spaces has none between them
    after_together: bool  # whether the line before the first is together with it

    @property
    def is_together(self) -> bool:
        """Whether a single newline is between them."""
        return self.gap <= 0 and not self.turns

    @property
    def indents(self) -> bool:
        """Whether the second is indented against the first, as a paragraph's first line is."""
        return _LEAST_INDENT <= self.following.indent - self.line.indent <= _MOST_INDENT

    @property
    def ends_sentence(self) -> bool:
        return _SENTENCE_END.search(self.line.text[-_LONGEST_END:]) is not None

    @property
    def has_much_room(self) -> bool:
        """Whether the first line is short by more than the next one's first word."""
        return self.room > _MUCH_ROOM

    @property
    def on_purpose(self) -> bool:
        """Whether the first line was ended though the next one's first word would have fitted."""
        return self.room >= 0 and (self.has_much_room or self.ends_sentence)


def _line_pairs(paged: Paged, lines: LineRun, rooms: Sequence[float]) -> Iterator[_LinePair]:
    """Yield each line with the next one."""
    final_spaces = paged.final_spaces
    page_end = 0
    is_together = False
    for line, following, room in zip(lines, lines[1:], rooms, strict=False):
        if line.first >= page_end:
            page_end = paged.page_at(line.first).end
        pair = _LinePair(
            line=line,
            following=following,
            gap=following.number - line.number - 1,
            turns=following.first >= page_end,
            room=room,
            word_goes_on=final_spaces and not line.has_final_space,
            after_together=is_together,
        )
        yield pair
        is_together = pair.is_together


def _ends_by_fit(pair: _LinePair) -> bool:
    if pair.is_together or pair.word_goes_on:
        return False
    # The line after a single newline is the last of its paragraph (raw lines 39 and 40).
    if pair.after_together or pair.on_purpose:
        return True
    return pair.gap >= EMPTY_PARAGRAPH and not pair.turns


def _ends_at_blank_line(pair: _LinePair) -> bool:
    if pair.turns:  # there the blank lines belong to the header and the footer
        return pair.on_purpose or pair.indents
    return pair.gap > 0


def _ends_solid(pair: _LinePair) -> bool:
    if _ends_at_blank_line(pair) or pair.indents:
        return True
    begins = not pair.following.text[0].islower()
    return begins and pair.has_much_room and pair.ends_sentence


def _ends_as_long_line(pair: _LinePair) -> bool:
    if pair.ends_sentence:
        return True
    longest = max(len(pair.line.text), len(pair.following.text))
    return not pair.turns and (pair.gap > 0 or longest >= _LONG_LINE)


CONVENTIONS = {
    "line fit": _ends_by_fit,
    "blank lines": _ends_at_blank_line,
    "solid": _ends_solid,
    "long lines": _ends_as_long_line,
}
"""How a text's paragraphs may be told apart: whether one ends between two lines."""

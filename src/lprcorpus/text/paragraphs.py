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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lprcorpus.text.line_fit import are_full, detect_face, line_rooms
from lprcorpus.text.lines import Line, LineRun
from lprcorpus.text.pages import Paged

CONVENTIONS = ("line fit", "blank lines", "solid", "long lines")
"""How a text's paragraphs may be told apart."""
HYPHENS = ("soft", "hard")
"""What the hyphens at line ends may be: dividing a word, or part of it."""
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
    final_spaces: bool  # lines end in the space between their last word and the next line's first
    hyphens: str | None = None  # at line ends: one of HYPHENS; None: what the text shows of each


def detect_setting(
    paged: Paged, face: str | None = None, paragraphs: str | None = None, hyphens: str | None = None
) -> Setting:
    """Return how a text was set: what is stated, and otherwise what the text shows."""
    face = face or detect_face(paged.text_lines)
    paragraphs = paragraphs or _detect_convention(paged, face)
    return Setting(face, paragraphs, paged.final_spaces, hyphens)


def _detect_convention(paged: Paged, face: str) -> str:
    """Return the convention that a text follows.

    Blank lines say nothing where they outnumber the pairs of lines that are together: no text has
    more paragraphs than lines within them. A text is solid where most of its paragraphs that are
    sure to end (a full line, then a short one that ends a sentence) end without a blank line.
    """
    lines = paged.text_lines
    lengths = [len(line.text) for line in lines]
    long_lines = [length for length in lengths if length >= _LONG_LINE]
    if len(long_lines) >= _FEWEST_LONG and 2 * sum(long_lines) > sum(lengths):
        return "long lines"
    if paged.final_spaces:
        numbers = [line.number for line in paged.lines.printed]
        steps = [after - before for before, after in pairwise(numbers)]
        if steps.count(2) > steps.count(1) + steps.count(0):
            return "line fit"
    if len(lines) < _FEWEST_SOLID:
        return "blank lines"
    if _is_double_spaced(lines):
        return "line fit"
    is_full = are_full(lines, face)
    solid = apart = 0
    (rooms,) = line_rooms([lines], face)
    for place, pair in enumerate(_line_pairs(paged, lines, rooms)):
        is_last = pair.has_much_room and is_full[place + 1] and place + 2 < len(lines)
        if place > 0 and is_full[place - 1] and pair.ends_sentence and (is_last or pair.indents):
            solid += pair.gap <= 0
            apart += pair.gap > 0
    return "solid" if solid >= _FEWEST_SOLID and solid > apart else "blank lines"


def _is_double_spaced(lines: LineRun) -> bool:
    """Return whether a blank line is between nearly all lines, within sentences too."""
    together = single = within = 0
    for line, following in pairwise(lines):
        gap = following.number - line.number - 1
        together += gap <= 0
        if gap == 1:
            single += 1
            within += line.text[-1].isalnum() and following.text[0].islower()
    return single > 2 * together and within > max(_FEWEST_WITHIN, _DOUBLE_SPACED * single)


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
    rooms = line_rooms(runs, setting.face)
    split = []
    for lines, run_rooms in zip(runs, rooms, strict=True):
        pairs = _line_pairs(paged, lines, run_rooms, indented)
        split.append(_split_run(paged, lines, pairs, setting))
    return split


def _split_run(
    paged: Paged, lines: LineRun, pairs: Iterable[_LinePair], setting: Setting
) -> list[LineRun]:
    paragraphs = [[line] for line in lines[:1]]
    was_together = False
    text = paged.lines.text
    for pair in pairs:
        is_together = pair.gap <= 0 and not pair.turns
        if pair.gap < 0:
            ends = False  # a page mark inside a line ends nothing
        elif text[pair.line.end] == "\f" or _opens_with_bullet(pair.following):
            ends = True
        elif text[pair.following.start] == _IDEOGRAPHIC_SPACE:
            ends = True  # which opens a paragraph in Chinese and Japanese
        elif pair.begins_indented and pair.ends_sentence:
            ends = True  # where no sentence ends, it is a list's or a bibliography's second line
        elif setting.paragraphs == "line fit":
            is_empty_paragraph = pair.gap >= EMPTY_PARAGRAPH and not pair.turns
            # The line after a single newline is the last of its paragraph (raw lines 39 and 40).
            ends = was_together or is_empty_paragraph or pair.on_purpose
            if is_together or (setting.final_spaces and not pair.line.has_final_space):
                ends = False
        elif setting.paragraphs == "long lines":
            longest = max(len(pair.line.text), len(pair.following.text))
            is_apart = pair.gap > 0 or longest >= _LONG_LINE
            ends = pair.ends_sentence or (is_apart and not pair.turns)
        elif pair.turns:  # there the blank lines belong to the header and the footer
            ends = pair.on_purpose or pair.indents
        elif setting.paragraphs == "solid":
            is_short = pair.has_much_room and pair.ends_sentence
            begins = not pair.following.text[0].islower()
            ends = pair.gap > 0 or pair.indents or (is_short and begins)
        else:
            ends = pair.gap > 0
        if ends:
            paragraphs.append([])
        paragraphs[-1].append(pair.following)
        was_together = is_together
    return list(paragraphs)


@dataclass(slots=True)
class _LinePair:
    """A line and the next one, of those that are looked at."""

    line: Line
    following: Line
    gap: int  # the blank lines between them; -1 where both are pieces of one line
    turns: bool  # whether the page turns between them
    room: float  # what the second's first word would leave on the first, as a share of the measure
    begins_indented: bool  # whether a layout shows the second indented, as a paragraph's first line

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


def _line_pairs(
    paged: Paged, lines: LineRun, rooms: Sequence[float], indented: frozenset[int] = frozenset()
) -> Iterator[_LinePair]:
    """Yield each line with the next one."""
    page_end = 0
    for line, following, room in zip(lines, lines[1:], rooms, strict=False):
        if line.first >= page_end:
            page_end = paged.page_at(line.first).end
        turns = following.first >= page_end
        gap = following.number - line.number - 1
        yield _LinePair(line, following, gap, turns, room, following.number in indented)


def _opens_with_bullet(line: Line) -> bool:
    return line.text[0] in BULLETS and f"{line.text}{line.tail}"[1:2] == " "

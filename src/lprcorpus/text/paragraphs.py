"""Printed lines into paragraphs, by what a typesetter's layout says.

Two conventions are known, and told apart by the text itself or by its manifest:

* **blank lines**: a blank line parts paragraphs, and a line break is a space;
* **refit**: the extractor has spread blank lines everywhere, so they say nothing. What says something is whether the next
  word would still have fitted on a line: if so, the line was ended on purpose. The widths are those of the face the page
  was set in, and the measure (the width of a full line) is taken from the lines around.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lprcorpus.text.lines import FORM_FEED, SPACE, Codes, Flags, Lines, Offsets
from lprcorpus.text.pages import Paged
from lprcorpus.text.typeface import advance_widths

__all__ = ["BULLETS", "CONVENTIONS", "EMPTY_PARAGRAPH", "HYPHENS", "Setting", "detect_setting", "members", "paragraph_ends"]

CONVENTIONS = ("refit", "blank lines")
"""How a text's paragraphs may be told apart."""

Shares = NDArray[np.float64]
"""One share of the measure for each line."""

_NEIGHBOURS = 8  # the measure is taken from twice as many lines on either side, less one
_DETECTED = ("Times-Roman", "Helvetica", "Courier")  # a face that is not said; its bold hardly differs
_SAMPLE, _FEW, _FULL = 200, 20, 0.97  # lines looked at, at most and at least; the share of the measure that is full
_MUCH_ROOM = 0.12  # of the measure: a line this much too short was ended on purpose, whatever it ends in
HYPHENS = ("soft", "hard")
"""What the hyphens at line ends may be: dividing a word, or part of it."""
EMPTY_PARAGRAPH = 3
"""Blank lines that show that an empty paragraph stood there: one between each two lines is the rule."""
BULLETS = "•‣◦▪●*"
"""The marks that open a list item or a question."""


def members(characters: str) -> Flags:
    """Return a table that tells, for each code point of the Basic Multilingual Plane, whether it is among some characters."""
    table = np.zeros(0x10000, dtype=np.bool_)
    table[[ord(character) for character in characters]] = True
    return table


_IS_BULLET = members(BULLETS)
_IS_CLOSER = members("\"'”’»)]}*_")
_IS_STOP = members(".!?:…")


@dataclass(frozen=True)
class Setting:
    """How a text was set, stated or detected.

    Attributes:
        face: the face that full lines are measured in.
        paragraphs: one of :data:`CONVENTIONS`.
        final_spaces: whether lines end in the space that parts their last word from the next line's first.
        hyphens: what hyphens at line ends are, one of :data:`HYPHENS`; None: what the text shows of each.
    """

    face: str
    paragraphs: str
    final_spaces: bool
    hyphens: str | None = None


def detect_setting(paged: Paged, face: str | None = None, paragraphs: str | None = None, hyphens: str | None = None) -> Setting:
    """Return how a text was set: what is stated, and otherwise what the text shows.

    The face is the one in which most lines are full. Blank lines part paragraphs unless they outnumber the pairs of lines
    that stand together: no text has more paragraphs than lines within them.
    """
    gap = paged.lines.gap
    if paragraphs is None:
        spread = len(gap) > 0 and int((gap == 1).sum()) > int((gap == 0).sum())
        paragraphs = "refit" if spread and paged.final_spaces else "blank lines"
    return Setting(face or _detect_face(paged), paragraphs, paged.final_spaces, hyphens)


def _detect_face(paged: Paged) -> str:
    """Return the face in which most lines come out full: measured in the wrong one, lines set to one measure differ.

    Looks at no more than :data:`_SAMPLE` lines from the middle of the text.
    """
    chosen = np.flatnonzero(paged.is_set)
    middle = len(chosen) // 2
    chosen = chosen[max(middle - _SAMPLE // 2, 0) : middle + _SAMPLE // 2]
    if len(chosen) < _FEW:
        return _DETECTED[0]
    lines = paged.lines
    start, end = int(lines.first[chosen[0]]), int(lines.last[chosen[-1]])
    region = np.zeros(len(chosen), dtype=np.int64)
    full = []
    for face in _DETECTED:
        widths = advance_widths(face).take(lines.codes[start : end + 1])
        width = _sums(widths, lines.first[chosen] - start, lines.last[chosen] - start)
        full.append(int((width >= _FULL * _measure(width, region)).sum()))
    return _DETECTED[full.index(max(full))]


def paragraph_ends(paged: Paged, chosen: Offsets, region: Offsets, setting: Setting) -> Flags:
    """Return, for each chosen line, whether a paragraph ends with it.

    Args:
        paged: the text and its pages.
        chosen: indices of the printed lines to look at, ascending; furniture is not among them.
        region: for each of these, which stretch it belongs to, ascending; a paragraph never leaves its stretch.
        setting: how the text was set.
    """
    ends = np.ones(len(chosen), dtype=np.bool_)
    if len(chosen) < 2:
        return ends
    lines = paged.lines
    gap = np.maximum(np.diff(lines.number[chosen]) - 1, 0)
    page = np.searchsorted(paged.page_starts, lines.first[chosen], side="right")
    turns = np.diff(page) > 0
    together = (gap == 0) & ~turns
    sentence = _ends_sentence(lines, chosen)[:-1]
    if setting.paragraphs == "refit":
        fits, room = _refit(lines, chosen, region, setting.face)
        ended = fits & (sentence | (room > _MUCH_ROOM))
        ended |= (gap >= EMPTY_PARAGRAPH) & ~turns
        # The line after a single newline is the last of its paragraph (raw lines 39 and 40).
        ended |= np.append(False, together[:-1])
        ended &= ~together
        if setting.final_spaces:
            ended &= lines.final_space[chosen[:-1]]
    else:
        ended = gap > 0
        if turns.any():  # there the blank lines belong to the furniture
            fits, room = _refit(lines, chosen, region, setting.face)
            ended = np.where(turns, (fits & (sentence | (room > _MUCH_ROOM))) | _opens_apart(lines, chosen), ended)
    # A form feed that ends a line parts pages and paragraphs alike; a bullet always opens one.
    ended = ended | (lines.codes[lines.end[chosen[:-1]]] == FORM_FEED) | _opens_item(lines, chosen)[1:]
    ends[:-1] = ended | (np.diff(region) != 0)
    return ends


def _refit(lines: Lines, chosen: Offsets, region: Offsets, face: str) -> tuple[Flags, Shares]:
    """Return whether the next line's first word would still have fitted, and the room left after it, of the measure."""
    widths = advance_widths(face).take(lines.codes)
    width = _sums(widths, lines.first[chosen], lines.last[chosen])
    word = _sums(widths, lines.first[chosen], lines.word_end[chosen])
    measure = _measure(width, region)
    room = measure[:-1] - width[:-1] - int(advance_widths(face)[SPACE]) - word[1:]
    return room >= 0, room / measure[:-1]


def _sums(values: Codes, starts: Offsets, ends: Offsets) -> Offsets:
    """Return the sum of the values in each of some stretches, none of them empty."""
    bounds = np.empty(2 * len(starts), dtype=np.int64)
    bounds[::2], bounds[1::2] = starts, ends
    sums: Offsets = np.add.reduceat(values, bounds, dtype=np.int64)[::2]
    return sums


def _measure(width: Offsets, region: Offsets) -> Offsets:
    """Return the measure around each line: the widest line among its neighbours in the same stretch.

    The widest of 2, 4, 8 … lines is found from the widest of half as many. To keep stretches apart, those already passed are
    made narrower than any line.
    """
    apart = int(width.max()) + 1
    behind = width + region * apart
    ahead = width - region * apart
    reach = 1
    while reach <= _NEIGHBOURS:
        behind[reach:] = np.maximum(behind[reach:], behind[:-reach])
        ahead[:-reach] = np.maximum(ahead[:-reach], ahead[reach:])
        reach *= 2
    measure: Offsets = np.maximum(np.maximum(behind - region * apart, ahead + region * apart), 1)
    return measure


def _ends_sentence(lines: Lines, chosen: Offsets) -> Flags:
    """Return whether each line's last printed character, closing quotes and brackets aside, ends a sentence."""
    at = lines.last[chosen] - 1
    for _ in range(3):
        at = at - (_IS_CLOSER[lines.codes[at]] & (at > lines.first[chosen]))
    ends: Flags = _IS_STOP[lines.codes[at]]
    return ends


def _opens_item(lines: Lines, chosen: Offsets) -> Flags:
    """Return whether each line opens with a bullet and a space."""
    first = lines.first[chosen]
    opens: Flags = _IS_BULLET[lines.codes[first]] & (lines.codes[first + 1] == SPACE)
    return opens


def _opens_apart(lines: Lines, chosen: Offsets) -> Flags:
    """Return, for each chosen line but the last, whether the next one is indented beyond it: a new paragraph's mark."""
    indent = lines.first[chosen] - lines.start[chosen]
    apart: Flags = indent[1:] > indent[:-1] + 1
    return apart

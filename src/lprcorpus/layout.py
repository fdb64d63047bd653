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

from lprcorpus.lines import SPACE, Flags, Lines, Offsets
from lprcorpus.pages import Paged
from lprcorpus.typeface import advance_widths

__all__ = ["BULLETS", "CONVENTIONS", "EMPTY_PARAGRAPH", "Setting", "detect_setting", "paragraph_ends"]

CONVENTIONS = ("refit", "blank lines")
"""How a text's paragraphs may be told apart."""

_NEIGHBOURS = 12  # lines on either side from which the measure is taken
_MUCH_ROOM = 0.12  # of the measure: a line this much too short was ended on purpose, whatever it ends in
EMPTY_PARAGRAPH = 3
"""Blank lines that show that an empty paragraph stood there: one between each two lines is the rule."""
BULLETS = "•‣◦▪●*"
"""The marks that open a list item or a question."""
_CLOSERS = "\"'”’»)]}*_"
_STOPS = ".!?:…"


@dataclass(frozen=True)
class Setting:
    """How a text was set, stated or detected.

    Attributes:
        face: the face that full lines are measured in.
        paragraphs: one of :data:`CONVENTIONS`.
        final_spaces: whether lines end in the space that parts their last word from the next line's first.
    """

    face: str
    paragraphs: str
    final_spaces: bool


def detect_setting(paged: Paged, face: str | None = None, paragraphs: str | None = None) -> Setting:
    """Return how a text was set: what is stated, and otherwise what the text shows.

    Blank lines part paragraphs unless they outnumber the pairs of lines that stand together: no text has more paragraphs
    than lines within them.
    """
    gap = paged.lines.gap
    if paragraphs is None:
        spread = len(gap) > 0 and int((gap == 1).sum()) > int((gap == 0).sum())
        paragraphs = "refit" if spread and paged.final_spaces else "blank lines"
    return Setting(face or "Times-Roman", paragraphs, paged.final_spaces)


def paragraph_ends(paged: Paged, chosen: Offsets, region: Offsets, setting: Setting) -> Flags:
    """Return, for each chosen line, whether a paragraph ends with it.

    Args:
        paged: the text and its pages.
        chosen: indices of the printed lines to look at, ascending; furniture is not among them.
        region: for each of these, which stretch it belongs to; a paragraph never leaves its stretch.
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
        # Over a page break the blank lines belong to the furniture: there, the sentence decides.
        ended = np.where(turns, sentence | _opens_apart(lines, chosen), gap > 0)
    # A form feed within a line parts pages and paragraphs alike; a bullet always opens one.
    ended = ended | (np.diff(lines.number[chosen]) == 0) | _opens_item(lines, chosen)[1:]
    ends[:-1] = ended | (np.diff(region) != 0)
    return ends


def _refit(lines: Lines, chosen: Offsets, region: Offsets, face: str) -> tuple[Flags, NDArrayFloat]:
    """Return whether the next line's first word would still have fitted, and the room left after it, of the measure."""
    widths = advance_widths(face)
    reach = np.cumsum(np.append(0, widths[lines.codes]))
    width = reach[lines.last[chosen]] - reach[lines.first[chosen]]
    word = reach[lines.word_end[chosen]] - reach[lines.first[chosen]]
    measure = _measure(width, region)
    room = measure[:-1] - width[:-1] - int(widths[0x20]) - word[1:]
    return room >= 0, room / measure[:-1]


def _measure(width: Offsets, region: Offsets) -> Offsets:
    """Return the measure around each line: the widest line among its neighbours in the same stretch."""
    measure = width.copy()
    for distance in range(1, min(_NEIGHBOURS, len(width) - 1) + 1):
        same = region[distance:] == region[:-distance]
        np.maximum(measure[:-distance], np.where(same, width[distance:], 0), out=measure[:-distance])
        np.maximum(measure[distance:], np.where(same, width[:-distance], 0), out=measure[distance:])
    return np.maximum(measure, 1)


def _ends_sentence(lines: Lines, chosen: Offsets) -> Flags:
    """Return whether each line's last printed character, closing quotes and brackets aside, ends a sentence."""
    at = lines.last[chosen] - 1
    closers, stops = [ord(mark) for mark in _CLOSERS], [ord(mark) for mark in _STOPS]
    for _ in range(3):
        closed = np.isin(lines.codes[at], closers) & (at > lines.first[chosen])
        at = at - closed
    return np.isin(lines.codes[at], stops)


def _opens_item(lines: Lines, chosen: Offsets) -> Flags:
    """Return whether each line opens with a bullet and a space."""
    first = lines.first[chosen]
    after = lines.codes[np.minimum(first + 1, len(lines.codes) - 1)]
    return np.isin(lines.codes[first], [ord(mark) for mark in BULLETS]) & (after == SPACE)


def _opens_apart(lines: Lines, chosen: Offsets) -> Flags:
    """Return, for each chosen line but the last, whether the next one is indented beyond it: a new paragraph's mark."""
    indent = lines.first[chosen] - lines.start[chosen]
    return indent[1:] > indent[:-1] + 1


NDArrayFloat = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

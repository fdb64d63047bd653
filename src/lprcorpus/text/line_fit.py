"""Line fit: whether the next line's first word would still have fitted on a line.

If so, the line was ended on purpose. Widths are those of the typeface that the text was set in;
the *measure*, the width of a full line, is taken from the lines around. All lines are measured at
once, as arrays: one by one, this step alone would take longer than all the others together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lprcorpus.text.lines import SPACE, Codes, Flags, Lines, Offsets
from lprcorpus.text.pages import Paged
from lprcorpus.text.typeface import advance_widths

__all__ = ["LineFit", "detect_face", "fit_lines"]

Shares = NDArray[np.float64]
"""One share of the measure for each line."""

_NEIGHBOURS = 8  # the measure is taken from twice as many lines on either side, less one
_DETECTED = ("Times-Roman", "Helvetica", "Courier")  # where none is stated; bold hardly differs
_SAMPLE, _FEW, _FULL = 200, 20, 0.97  # lines looked at, at most and at least; what share is full


class LineFit(NamedTuple):
    """What fits, for each line but the last."""

    fits: Flags  # whether the next line's first word would still have fitted
    room: Shares  # the room left after that word, as a share of the measure (below 0: none)
    is_full: Flags  # whether the line itself fills the measure, but for a tenth


def detect_face(paged: Paged) -> str:
    """Return the face in which most lines come out full: in a wrong one, their widths differ.

    No more than 200 lines from the middle of the text are measured.
    """
    chosen = np.flatnonzero(paged.is_set)
    middle = len(chosen) // 2
    chosen = chosen[max(middle - _SAMPLE // 2, 0) : middle + _SAMPLE // 2]
    if len(chosen) < _FEW:
        return _DETECTED[0]
    lines = paged.lines
    start, end = int(lines.first[chosen[0]]), int(lines.last[chosen[-1]])
    one_region = np.zeros(len(chosen), dtype=np.int64)
    full_lines = {}
    for face in _DETECTED:
        widths = advance_widths(face).take(lines.codes[start : end + 1])
        width = _sums(widths, lines.first[chosen] - start, lines.last[chosen] - start)
        full_lines[face] = int((width >= _FULL * _measure(width, one_region)).sum())
    return max(_DETECTED, key=lambda face: full_lines[face])


def fit_lines(lines: Lines, chosen: Offsets, region: Offsets, face: str) -> LineFit:
    """Return what fits on each of some lines.

    Args:
        lines: the lines of the text.
        chosen: which of them, ascending within each region.
        region: for each of these, which stretch it belongs to, ascending; the measure of a line is
            that of its own stretch.
        face: the typeface.
    """
    widths = advance_widths(face).take(lines.codes)
    width = _sums(widths, lines.first[chosen], lines.last[chosen])
    word = _sums(widths, lines.first[chosen], lines.word_end[chosen])
    measure = _measure(width, region)[:-1]
    space = int(advance_widths(face)[SPACE])
    room = measure - width[:-1] - space - word[1:]
    return LineFit(room >= 0, room / measure, width[:-1] >= 0.9 * measure)


def _sums(values: Codes, starts: Offsets, ends: Offsets) -> Offsets:
    """Return the sum of the values in each of some stretches, none of them empty."""
    bounds = np.empty(2 * len(starts), dtype=np.int64)
    bounds[::2], bounds[1::2] = starts, ends
    sums: Offsets = np.add.reduceat(values, bounds, dtype=np.int64)[::2]
    return sums


def _measure(width: Offsets, region: Offsets) -> Offsets:
    """Return the measure around each line: the widest line near it in the same stretch.

    The widest of 2, 4, 8 … lines is found from the widest of half as many. To keep stretches
    apart, those already passed are made narrower than any line.
    """
    apart = int(width.max()) + 1
    behind = width + region * apart
    ahead = width - region * apart
    reach = 1
    while reach <= _NEIGHBOURS:
        behind[reach:] = np.maximum(behind[reach:], behind[:-reach])
        ahead[:-reach] = np.maximum(ahead[:-reach], ahead[reach:])
        reach *= 2
    widest = np.maximum(behind - region * apart, ahead + region * apart)
    measure: Offsets = np.maximum(widest, 1)
    return measure

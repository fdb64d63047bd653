"""Line fit: whether the next line's first word would still have fitted on a line.

If so, the line was ended on purpose. Widths are those of the typeface that the text was set in:
Adobe's, of the standard PDF faces, as ReportLab has them. They are in thousandths of the type size,
which need not be known: only lines of one face are compared. The *measure*, the width of a full
line, is taken from the lines around.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lprcorpus.errors import MissingLibrary
from lprcorpus.text.lines import SPACE, Codes, Flags, Lines, Offsets
from lprcorpus.text.pages import Paged

FACES = ("Times-Roman", "Times-Bold", "Helvetica", "Helvetica-Bold", "Courier")
"""The faces a manifest may name."""

Shares = NDArray[np.float64]
"""One share of the measure for each line."""

_BASIC_PLANE = 0x10000
# The measure changes within the first issue: 521 on the text pages, 552 in raw lines 2267 to 2289.
_NEIGHBOURS = 8  # the measure is taken from twice as many lines on either side, less one
_DETECTED = ("Times-Roman", "Helvetica", "Courier")  # bold hardly differs from these
_SAMPLE = 200  # lines from the middle of a text that are measured to detect its face
_FEWEST = 20  # lines that show a face
_FULL = 0.97  # of the measure: a full line has at least as much
_NEARLY_FULL = 0.9


class LineFit(NamedTuple):
    """What fits, for each line but the last."""

    fits: Flags  # whether the next line's first word would still have fitted
    room: Shares  # the room left after that word, as a share of the measure (below 0: none)
    is_full: Flags  # whether the line itself fills the measure, but for a tenth


@lru_cache
def advance_widths(face: str) -> NDArray[np.int32]:
    """Return the width of each code point up to U+FFFF, in 1/1000 of the type size.

    A character that the face lacks is given the width of its figure zero, which is about the
    average. White space other than the plain space has none: it is never inside a set line.

    Raises:
        MissingLibrary: ReportLab is not installed.
    """
    try:
        from reportlab.pdfbase import pdfmetrics
    except ImportError:
        raise MissingLibrary("reportlab", "telling a full line from a short one", "build") from None
    font = pdfmetrics.getFont(face)
    widths = np.full(_BASIC_PLANE, font.stringWidth("0", 1000), dtype=np.int32)
    widths[[code for code in range(_BASIC_PLANE) if chr(code).isspace()]] = 0
    for byte in range(256):
        character = bytes([byte]).decode("cp1252", errors="ignore")
        if character and character.isprintable():
            widths[ord(character)] = font.stringWidth(character, 1000)
    widths.flags.writeable = False
    return widths


def detect_face(paged: Paged) -> str:
    """Return the face in which most lines come out full: in a wrong one, their widths differ."""
    chosen = np.flatnonzero(paged.is_set)
    middle = len(chosen) // 2
    chosen = chosen[max(middle - _SAMPLE // 2, 0) : middle + _SAMPLE // 2]
    if len(chosen) < _FEWEST:
        return _DETECTED[0]
    lines = paged.lines
    start = int(lines.first[chosen[0]])
    codes = lines.codes[start : int(lines.last[chosen[-1]]) + 1]
    one_region = np.zeros_like(chosen)
    full_lines = {}
    for face in _DETECTED:
        widths = advance_widths(face).take(codes)
        width = _sums(widths, lines.first[chosen] - start, lines.last[chosen] - start)
        is_full = width >= _FULL * _measure(width, one_region)
        full_lines[face] = int(is_full.sum())
    return max(_DETECTED, key=lambda face: full_lines[face])


def fit_lines(lines: Lines, chosen: Offsets, region: Offsets, face: str) -> LineFit:
    """Return what fits on each of some lines.

    All are measured at once, as arrays: one by one would take longer than all other stages.

    Args:
        lines: the lines of the text.
        chosen: which of them, ascending within each region.
        region: for each of these, which stretch it belongs to, ascending; the measure of a line is
            that of its own stretch.
        face: the typeface.
    """
    widths = advance_widths(face).take(lines.codes)
    width = _sums(widths, lines.first[chosen], lines.last[chosen])
    first_word = _sums(widths, lines.first[chosen], lines.word_end[chosen])
    measure = _measure(width, region)[:-1]
    space = int(advance_widths(face)[SPACE])
    room = measure - width[:-1] - space - first_word[1:]
    is_full = width[:-1] >= _NEARLY_FULL * measure
    return LineFit(fits=room >= 0, room=room / measure, is_full=is_full)


def _sums(values: Codes, starts: Offsets, ends: Offsets) -> Offsets:
    """Return the sum of the values in each of some stretches, none of them empty."""
    bounds = np.column_stack([starts, ends]).ravel()
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

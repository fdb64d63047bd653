"""Line fit: whether the next line's first word would still have fitted on a line.

If so, the line was ended on purpose. Widths are those of the typeface that the text was set in:
Adobe's, of the standard PDF faces, as ReportLab has them. They are in thousandths of the type size,
which need not be known: only lines of one face are compared. The *measure*, the width of a full
line, is taken from the lines around.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lprcorpus.errors import MissingLibrary
from lprcorpus.text.lines import Line

FACES = ("Times-Roman", "Times-Bold", "Helvetica", "Helvetica-Bold", "Courier")
"""The faces a manifest may name."""

_BASIC_PLANE = 0x10000
# The measure changes within the first issue: 521 on the text pages, 552 in raw lines 2267 to 2289.
_NEIGHBOURS = 15  # lines on either side that the measure is taken from
_DETECTED = ("Times-Roman", "Helvetica", "Courier")  # bold hardly differs from these
_SAMPLE = 200  # lines from the middle of a text that are measured to detect its face
_FEWEST = 20  # lines that show a face
_FULL = 0.97  # of the measure: a full line has at least as much
_NEARLY_FULL = 0.9


class LineFit(NamedTuple):
    """How a line fits its measure, given the line after it."""

    room: float  # what the next line's first word would leave, as a share of the measure
    is_full: bool  # whether the line fills the measure, but for a tenth


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


def detect_face(lines: Sequence[Line]) -> str:
    """Return the face in which most lines come out full: in a wrong one, their widths differ."""
    middle = len(lines) // 2
    sample = lines[max(middle - _SAMPLE // 2, 0) : middle + _SAMPLE // 2]
    if len(sample) < _FEWEST:
        return _DETECTED[0]
    full_lines = {}
    for face in _DETECTED:
        widths = _widths([line.text for line in sample], face)
        measures = _measures(widths)
        full_lines[face] = 0
        for width, measure in zip(widths, measures, strict=True):
            full_lines[face] += width >= _FULL * measure
    return max(_DETECTED, key=lambda face: full_lines[face])


def fit_lines(lines: Sequence[Line], face: str) -> list[LineFit]:
    """Return how each line but the last fits, given lines that follow each other in one text."""
    texts = [line.text for line in lines]
    widths = _widths(texts, face)
    first_words = _widths([text.split(None, 1)[0] for text in texts], face)
    measures = _measures(widths)
    space = int(advance_widths(face)[ord(" ")])
    fits = []
    for width, measure, next_word in zip(widths, measures, first_words[1:], strict=False):
        room = measure - width - space - next_word
        fits.append(LineFit(room / measure, width >= _NEARLY_FULL * measure))
    return fits


def _widths(texts: Sequence[str], face: str) -> list[int]:
    """Return the width of each text.

    All are measured at once by NumPy: character by character would take longer than all other stages
    of a build together.
    """
    codes = np.frombuffer("\n".join(texts).encode("utf-32-le"), dtype=np.uint32)
    widths = advance_widths(face).take(codes, mode="clip")  # U+FFFF stands for what is above it
    starts = np.cumsum([0, *[len(text) + 1 for text in texts[:-1]]])
    sums: list[int] = np.add.reduceat(widths, starts, dtype=np.int64).tolist()
    return sums


def _measures(widths: Sequence[int]) -> list[int]:
    """Return the measure around each line: the widest line near it."""
    measures = []
    for place in range(len(widths)):
        near = widths[max(place - _NEIGHBOURS, 0) : place + _NEIGHBOURS + 1]
        measures.append(max(*near, 1))
    return measures

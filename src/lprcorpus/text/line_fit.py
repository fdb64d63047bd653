"""Line fit: whether the next line's first word would still have fitted on a line.

If so, the line was ended on purpose. Widths are those of the typeface that the text was set in:
Adobe's, of the standard PDF faces, as ReportLab has them. They are in thousandths of the type size,
which need not be known: only lines of one face are compared. The *measure*, the width of a full
line, is taken from the lines around.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lprcorpus.errors import MissingLibrary
from lprcorpus.text.lines import LineRun

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

_Widths = NDArray[np.int64]


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


def detect_face(lines: LineRun) -> str:
    """Return the face in which most lines come out full: in a wrong one, their widths differ."""
    middle = len(lines) // 2
    sample = lines[max(middle - _SAMPLE // 2, 0) : middle + _SAMPLE // 2]
    if len(sample) < _FEWEST:
        return _DETECTED[0]
    return max(_DETECTED, key=lambda face: sum(are_full(sample, face, _FULL)))


def are_full(lines: LineRun, face: str, share: float = _NEARLY_FULL) -> list[bool]:
    """Return whether each line fills so much of its measure."""
    widths, _ = _text_widths([line.text for line in lines], face)
    is_full: list[bool] = (widths >= share * _measures(widths)).tolist()
    return is_full


def line_rooms(runs: Sequence[LineRun], face: str) -> Iterator[list[float]]:
    """Yield, for each run, the room that its lines would leave after the next line's first word.

    It is a share of the measure, and below 0 where the word would not have fitted. The last line of
    a run has none.
    """
    # All runs at once, too far apart to meet: one by one takes a tenth of a build.
    texts: list[str] = []
    for run in runs:
        texts += [line.text for line in run]
        texts += [""] * _NEIGHBOURS
    widths, first_words = _text_widths(texts, face)
    measures = _measures(widths)[:-1]
    space = advance_widths(face)[ord(" ")]
    rooms = (measures - widths[:-1] - space - first_words[1:]) / measures
    start = 0
    for run in runs:
        yield rooms[start : start + len(run) - 1].tolist()
        start += len(run) + _NEIGHBOURS


def _text_widths(texts: Sequence[str], face: str) -> tuple[_Widths, _Widths]:
    """Return the width of each text, and of its first word; one by one would take far longer."""
    bounds = []  # where each text starts, and where its first word ends
    start = 0
    for text in texts:
        first_word = text.split(None, 1)[0] if text else ""
        bounds += [start, start + len(first_word)]
        start += len(text) + 1
    joined = "\n".join([*texts, ""])
    codes = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
    # U+FFFF is as wide as what is above it; a newline is not wide.
    widths = advance_widths(face).take(codes, mode="clip")
    sums = np.add.reduceat(widths, bounds, dtype=np.int64)
    first_words, remaining = sums[::2], sums[1::2]
    return first_words + remaining, first_words


def _measures(widths: _Widths) -> _Widths:
    """Return the measure around each text: the widest near it."""
    padded = np.pad(widths, _NEIGHBOURS)
    near = np.lib.stride_tricks.sliding_window_view(padded, 2 * _NEIGHBOURS + 1)
    measures: _Widths = np.maximum(near.max(axis=1), 1)
    return measures

"""How wide a text is when it is set in one of the standard faces.

The widths are Adobe's, of the fourteen standard PDF faces (the "Core 14" AFM files), as ReportLab
carries them. They are given in thousandths of the type size, so that no size need be known: only
lines of one face are ever compared.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from lprcorpus.errors import MissingLibrary

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FACES", "advance_widths"]

FACES = ("Times-Roman", "Times-Bold", "Helvetica", "Helvetica-Bold", "Courier")
"""The faces a manifest may name."""

_BASIC_PLANE = 0x10000


@lru_cache
def advance_widths(face: str) -> NDArray[np.int32]:
    """Return the advance width of every code point of the Basic Multilingual Plane, in 1/1000 of the type size.

    A character that the face lacks is given the width of its figure zero: every standard face sets
    figures to one width, about its average. White space other than the plain space has none, for it
    is never inside a set line.

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

"""A figure as SVG: rectangles, lines and words at given places, the same to the byte everywhere.

No plotting library: the figures are bars and cells, whose places are plain arithmetic. What a library would lay out by the
width of a font differs from machine to machine; nothing here depends on one. Styles are attributes, so that a page with a
strict Content-Security-Policy may hold a figure.
"""

from __future__ import annotations

import re
from html import escape

__all__ = ["GREY", "Drawing"]

GREY = "#757575"
"""The colour of words and lines: it can be read on white and on near-black."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Drawing:
    """A drawing, to which shapes are added; all lengths are in pixels, from the top left corner."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._shapes: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, *, fill: str) -> None:
        """Add a filled rectangle."""
        size = f'width="{_number(width)}" height="{_number(height)}"'
        self._shapes.append(f'<rect x="{_number(x)}" y="{_number(y)}" {size} fill="{fill}"/>')

    def rule(self, x: float, y: float, length: float) -> None:
        """Add a thin horizontal line."""
        ends = f'x1="{_number(x)}" y1="{_number(y)}" x2="{_number(x + length)}" y2="{_number(y)}"'
        self._shapes.append(f'<line {ends} stroke="{GREY}" stroke-opacity="0.25"/>')

    def words(self, x: float, y: float, text: str, *, anchor: str = "start", fill: str = GREY) -> None:
        """Add words whose start, middle or end is at a place; ``y`` is the middle of the line."""
        place = f'x="{_number(x)}" y="{_number(y)}" dy="0.35em" text-anchor="{anchor}"'
        self._shapes.append(f'<text {place} font-size="12" fill="{fill}">{_text(text)}</text>')

    def svg(self, name: str, *, title: str, description: str) -> str:
        """Return the drawing as one image with a title and a description, without an empty line.

        Args:
            name: an identifier, unique in a page that holds several figures.
            title: what the figure is.
            description: what it shows, in words.
        """
        named = f'aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
        size = f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}"'
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" {named} font-family="system-ui, sans-serif">',
            f'<title id="{name}-title">{_text(title)}</title>',
            f'<desc id="{name}-desc">{_text(description)}</desc>',
            *self._shapes,
            "</svg>",
        ]
        return "\n".join(lines) + "\n"


def _number(length: float) -> str:
    """Return a length to a hundredth of a pixel.

    >>> _number(3.0), _number(1 / 3)
    ('3', '0.33')
    """
    return f"{round(length, 2):g}"


def _text(text: str) -> str:
    """Return text for XML; a character that XML does not allow becomes U+FFFD."""
    return escape(_NOT_XML.sub("\ufffd", text), quote=False)

"""A figure as SVG: rectangles, lines and words at given places, the same to the byte everywhere.

No plotting library: the figures are bars and cells, whose places are plain arithmetic. Styles are attributes, so that a page
with a strict Content-Security-Policy may hold a figure.
"""

from __future__ import annotations

import re
from html import escape

__all__ = ["Drawing"]

_GREY = "#757575"  # can be read on white and on near-black
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Drawing:
    """A drawing, to which shapes are added; all lengths are in pixels, from the top left corner."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._shapes: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, *, fill: str) -> None:
        """Add a filled rectangle."""
        self._shapes.append(f'<rect x="{x:.6g}" y="{y:.6g}" width="{width:.4g}" height="{height:.4g}" fill="{fill}"/>')

    def rule(self, x: float, y: float, length: float) -> None:
        """Add a thin horizontal line."""
        ends = f'x1="{x:.6g}" y1="{y:.6g}" x2="{x + length:.6g}" y2="{y:.6g}"'
        self._shapes.append(f'<line {ends} stroke="{_GREY}" stroke-opacity="0.25"/>')

    def words(self, x: float, y: float, text: str, *, anchor: str = "start", fill: str = _GREY) -> None:
        """Add words whose start, middle or end is at ``x``, and the middle of whose line is at ``y``."""
        place = f'x="{x:.6g}" y="{y:.6g}" dy="0.35em" text-anchor="{anchor}"'
        self._shapes.append(f'<text {place} font-size="12" fill="{fill}">{_text(text)}</text>')

    def svg(self, name: str, *, title: str, description: str) -> str:
        """Return the drawing as one image with a title and a description, without an empty line.

        Args:
            name: an identifier, unique in a page that holds several figures.
            title: what the figure is.
            description: what it shows, in words.
        """
        size = f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}"'
        named = f'role="img" aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {named} font-family="system-ui, sans-serif">',
            f'<title id="{name}-title">{_text(title)}</title>',
            f'<desc id="{name}-desc">{_text(description)}</desc>',
            *self._shapes,
            "</svg>",
        ]
        return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """Return text for XML; a character that XML does not allow becomes U+FFFD."""
    return escape(_NOT_XML.sub("\ufffd", text), quote=False)

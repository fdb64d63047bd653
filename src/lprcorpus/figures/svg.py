"""A figure as SVG: rectangles and words at given places, the same to the byte everywhere.

No plotting library: the figures are bars and cells, whose places are plain arithmetic. Styles are
attributes, so that a page with a strict Content-Security-Policy may hold a figure.
"""

from __future__ import annotations

import re
from html import escape

__all__ = ["Drawing"]

_GREY = "#757575"  # can be read on white and on near-black
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_BOX = '<rect x="{x:.5g}" y="{y:.5g}" width="{width:.5g}" height="{height:.5g}" fill="{fill}" />'
_WORDS = (
    '<text x="{x:.5g}" y="{y:.5g}" dy="0.35em" text-anchor="{anchor}" fill="{fill}"'
    ' font-size="12">{text}</text>'
)
_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"\
 height="{height}" role="img" font-family="system-ui, sans-serif"\
 aria-labelledby="{name}-title" aria-describedby="{name}-desc">
<title id="{name}-title">{title}</title>
<desc id="{name}-desc">{description}</desc>
{shapes}
</svg>
"""


class Drawing:
    """A drawing, to which shapes are added; all lengths are in pixels, from the top left corner."""

    def __init__(self, width: int, height: int) -> None:
        self._width = width
        self._height = height
        self._shapes: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, *, fill: str) -> None:
        """Add a filled rectangle."""
        self._shapes.append(_BOX.format(x=x, y=y, width=width, height=height, fill=fill))

    def words(
        self, x: float, y: float, text: str, *, anchor: str = "start", fill: str = _GREY
    ) -> None:
        """Add words whose start, middle or end is at ``x``; the middle of their line is at ``y``."""
        shape = _WORDS.format(x=x, y=y, anchor=anchor, fill=fill, text=_xml_text(text))
        self._shapes.append(shape)

    def svg(self, name: str, *, title: str, description: str) -> str:
        """Return the drawing as one image with a title and a description.

        Args:
            name: an identifier, unique in a page that contains several figures.
            title: what the figure is.
            description: what it shows, in words.
        """
        return _SVG.format(
            name=name,
            title=_xml_text(title),
            description=_xml_text(description),
            width=self._width,
            height=self._height,
            shapes="\n".join(self._shapes),
        )


def _xml_text(text: str) -> str:
    """Return text as XML; a character that XML does not allow is U+FFFD."""
    return escape(_NOT_XML.sub("\ufffd", text), quote=False)

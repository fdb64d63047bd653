"""A figure as SVG: rectangles and words at given places, the same to the byte everywhere.

No plotting library: the figures are bars and cells, whose places are plain arithmetic. Styles are
attributes, so that a page with a strict Content-Security-Policy may hold a figure.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

__all__ = ["Drawing"]

_GREY = "#757575"  # can be read on white and on near-black
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Drawing:
    """A drawing, to which shapes are added; all lengths are in pixels, from the top left corner."""

    def __init__(self, width: int, height: int) -> None:
        self._root = ElementTree.Element("svg", xmlns="http://www.w3.org/2000/svg")
        self._root.set("viewBox", f"0 0 {width} {height}")
        self._root.set("width", str(width))
        self._root.set("height", str(height))

    def box(self, x: float, y: float, width: float, height: float, *, fill: str) -> None:
        """Add a filled rectangle."""
        self._add("rect", x=x, y=y, width=width, height=height, fill=fill)

    def words(
        self, x: float, y: float, text: str, *, anchor: str = "start", fill: str = _GREY
    ) -> None:
        """Add words whose start, middle or end is at ``x``; the middle of their line is at ``y``."""
        element = self._add("text", x=x, y=y, dy="0.35em", text_anchor=anchor, fill=fill)
        element.set("font-size", "12")
        element.text = _xml_text(text)

    def _add(self, tag: str, **attributes: float | str) -> ElementTree.Element:
        element = ElementTree.SubElement(self._root, tag)
        for name, value in attributes.items():
            written = value if isinstance(value, str) else f"{value:.5g}"
            element.set(name.replace("_", "-"), written)
        return element

    def svg(self, name: str, *, title: str, description: str) -> str:
        """Return the drawing as one image with a title and a description.

        Args:
            name: an identifier, unique in a page that contains several figures.
            title: what the figure is.
            description: what it shows, in words.
        """
        self._root.set("role", "img")
        self._root.set("font-family", "system-ui, sans-serif")
        self._root.set("aria-labelledby", f"{name}-title")
        self._root.set("aria-describedby", f"{name}-desc")
        for place, (tag, text) in enumerate((("title", title), ("desc", description))):
            element = ElementTree.Element(tag, id=f"{name}-{tag}")
            element.text = _xml_text(text)
            self._root.insert(place, element)
        ElementTree.indent(self._root, space="")
        return ElementTree.tostring(self._root, encoding="unicode") + "\n"


def _xml_text(text: str) -> str:
    """Return text in which each character that XML does not allow is U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)

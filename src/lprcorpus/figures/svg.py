"""A Vega-Lite chart as accessible SVG, the same to the byte wherever the same library makes it.

Vega-Lite through ``vl-convert``, and not Matplotlib: it leaves text as text and styles by attributes, so that the strictest
Content-Security-Policy lets a picture stand in a page and the page can colour it for the dark. What Vega would lay out by the
width of a font must be fixed by the chart, since fonts differ from machine to machine: it sizes nothing itself here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from lprcorpus.errors import MissingLibrary

__all__ = ["described_svg"]

_SVG = "http://www.w3.org/2000/svg"
_NUMBER = re.compile(r"-?\d+\.\d+")
_GEOMETRY = ("transform", "d", "x", "y", "x2", "y2", "width", "height")
_UNUSED = ("aria-hidden", "aria-label", "aria-roledescription", "class", "pointer-events", "role", "opacity", "font-family")
"""What Vega writes for each mark. To a screen reader the picture is one image, whose description says all of it; the face of
the labels is that of the page."""


def described_svg(chart: Mapping[str, Any], name: str, *, title: str, description: str, words: Mapping[str, str]) -> str:
    """Return a chart as SVG: one image with a title and a description, on no ground of its own.

    Args:
        chart: the chart in Vega-Lite 5.
        name: an identifier, unique in a page that holds several pictures.
        title: what the picture is.
        description: what it shows, in words.
        words: what is written in the picture where the chart has a key. Vega outlines every text to measure it, which takes
            most of the time, and nothing here depends on it: a key is two characters, a label of a record forty.

    Raises:
        MissingLibrary: vl-convert is not installed.
    """
    try:
        import vl_convert
    except ImportError:
        raise MissingLibrary("vl_convert", "a picture", "view") from None
    drawn = vl_convert.vegalite_to_svg(json.dumps(chart), vl_version="5.20")
    root = ElementTree.fromstring(drawn)  # noqa: S314 (drawn just now)
    width, height = root.attrib["width"], root.attrib["height"]
    _tidy(root)
    for element in root.iter(f"{{{_SVG}}}text"):
        element.text = words.get(element.text or "", element.text)
    root.attrib.clear()
    root.attrib |= {
        "viewBox": f"0 0 {width} {height}",
        "width": width,
        "height": height,
        "role": "img",
        "aria-labelledby": f"{name}-title",
        "aria-describedby": f"{name}-desc",
        "font-family": "system-ui, sans-serif",
    }
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": f"{name}-{tag}"})
        element.text = text
        root.insert(place, element)
    ElementTree.register_namespace("", _SVG)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _tidy(element: ElementTree.Element) -> None:
    """Drop what draws nothing and what a reader of one image does not need; round numbers to a hundredth of a pixel."""
    for child in list(element):
        _tidy(child)
        empty_group = child.tag == f"{{{_SVG}}}g" and len(child) == 0
        unpainted = child.tag == f"{{{_SVG}}}path" and not {"fill", "stroke"} & child.attrib.keys()
        if empty_group or unpainted or child.get("display") == "none":
            element.remove(child)
    for name in _UNUSED:
        element.attrib.pop(name, None)
    for name in _GEOMETRY:
        if name in element.attrib:
            element.attrib[name] = _NUMBER.sub(lambda match: f"{round(float(match.group()), 2):g}", element.attrib[name])

"""Elements and text in XML, and indentation that leaves every text as it is."""

from __future__ import annotations

import re
from typing import Any

from lprcorpus.errors import MissingLibrary

try:
    from lxml import etree
except ImportError:
    raise MissingLibrary("lxml", "TEI", "tei") from None

__all__ = ["TEI", "XML_ID", "XML_LANG", "Element", "add", "add_known", "add_text", "etree"]
__all__ += ["indent", "root"]

Element = Any
"""An element of lxml, which has no types of its own."""

TEI = "http://www.tei-c.org/ns/1.0"
"""The namespace of TEI P5."""

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_NOT_XML = re.compile("([^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff])")
"""A character that XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets)."""

_WITH_TEXT = frozenset({"ab", "bibl", "byline", "choice", "desc", "head", "item"})
_WITH_TEXT |= {"l", "licence", "p", "signed", "title", "trailer"}
"""Elements that hold text; no white space may be put into them."""


def root(name: str) -> Element:
    """Return an element that is in no other."""
    return etree.Element(f"{{{TEI}}}{name}", nsmap={None: TEI})


def add(
    parent: Element, path: str, text: str | None = None, /, **attributes: str | None
) -> Element:
    """Add an element with its text and the attributes that are not None; return it.

    The path is its name, after those of new elements around it: ``"extent/measure"``.
    """
    element = parent
    for name in path.split("/"):
        element = etree.SubElement(element, f"{{{TEI}}}{name}")
    for key, value in attributes.items():
        # "from" and "break" are words of Python.
        if value is not None:
            element.set(key.rstrip("_"), value)
    if text:
        add_text(element, text)
    return element


def add_known(parent: Element, path: str, text: str | None, /, **attributes: str) -> None:
    """Add an element as :func:`add` does, if there is a text for it."""
    if text:
        add(parent, path, text, **attributes)


def add_text(parent: Element, text: str) -> None:
    """Add text to an element; a character that XML cannot hold becomes ``<g n="U+000C"/>``."""
    # Split at a group, every other part is a character that the pattern found.
    for number, part in enumerate(_NOT_XML.split(text)):
        if number % 2:
            add(parent, "g", n=f"U+{ord(part):04X}")
        elif len(parent):
            parent[-1].tail = (parent[-1].tail or "") + part
        else:
            parent.text = (parent.text or "") + part


def indent(element: Element, level: int = 0) -> None:
    """Put each element on a line of its own, except within those that hold text."""
    if not len(element) or etree.QName(element).localname in _WITH_TEXT:
        return
    element.text = "\n" + "  " * (level + 1)
    for child in element:
        indent(child, level + 1)
        child.tail = "\n" + "  " * (level + 1)
    element[-1].tail = "\n" + "  " * level

"""Elements and text in XML, and indentation that leaves every text as it is."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

from lprcorpus.errors import MissingLibrary

try:
    from lxml import etree
except ImportError:
    raise MissingLibrary("lxml", "TEI", "tei") from None

__all__ = [
    "TEI",
    "XML_ID",
    "XML_LANG",
    "Element",
    "add",
    "add_text",
    "child",
    "etree",
    "indent",
    "read_element",
    "root",
]

Element = Any
"""An element of lxml, which has no types of its own."""

TEI = "http://www.tei-c.org/ns/1.0"
"""The namespace of TEI P5."""

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_NOT_XML = re.compile("([^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff])")
"""A character that XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets)."""

_WITH_TEXT = frozenset(
    f"{{{TEI}}}{name}"
    for name in (
        "ab",
        "bibl",
        "byline",
        "choice",
        "desc",
        "head",
        "item",
        "l",
        "licence",
        "p",
        "signed",
        "title",
        "trailer",
    )
)
"""Elements that hold text; no white space may be put into them."""


def root(name: str, **attributes: str) -> Element:
    """Return an element that is in no other."""
    return etree.Element(f"{{{TEI}}}{name}", attributes, nsmap={None: TEI})


def add(
    parent: Element, name: str, text: str | None = None, /, **attributes: str | None
) -> Element:
    """Add an element with its text and the attributes that are not None; return it."""
    given = {key.rstrip("_"): value for key, value in attributes.items() if value is not None}
    child = etree.SubElement(parent, f"{{{TEI}}}{name}", given)
    if text:
        add_text(child, text)
    return child


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


def child(parent: Element, name: str) -> Element:
    """Return the one child of an element that has a name."""
    return parent.find(f"{{{TEI}}}{name}")


def read_element(name: str) -> Element:
    """Return the element that a file of this package contains, without what only lays the file out."""
    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True)
    element = etree.fromstring((files(__package__) / name).read_bytes(), parser)
    for paragraph in element.iter(f"{{{TEI}}}p"):
        paragraph.text = " ".join(paragraph.text.split())
    return element


def indent(element: Element, level: int = 0) -> None:
    """Put each element on a line of its own, except within those that hold text."""
    if not len(element) or element.tag in _WITH_TEXT:
        return
    element.text = "\n" + "  " * (level + 1)
    for child in element:
        indent(child, level + 1)
        child.tail = "\n" + "  " * (level + 1)
    element[-1].tail = "\n" + "  " * level

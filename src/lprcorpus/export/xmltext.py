"""Elements and text in XML, and indentation that leaves every text as it is.

With Python's own library. In lxml, each ``xml:id`` that was ever set stays in memory: of 10,000
issues these were 270 MB.
"""

from __future__ import annotations

import re
from html import escape
from xml.etree.ElementTree import Element, SubElement, tostring

TEI = "http://www.tei-c.org/ns/1.0"
"""The namespace of TEI P5: the default one of a document, so names have no prefix."""

XML_ID = "xml:id"
XML_LANG = "xml:lang"

# A character that XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets), or that a parser
# takes for another: a carriage return.
_NOT_XML = re.compile("([^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff])")

# Elements that hold text; no white space may be put into them.
_WITH_TEXT = frozenset({"ab", "bibl", "byline", "choice", "desc", "head", "item"})
_WITH_TEXT |= {"l", "licence", "p", "signed", "title", "trailer"}


def add(
    parent: Element, name: str, text: str | None = None, /, **attributes: str | None
) -> Element:
    """Add an element with its text and the attributes that are not None; return it."""
    element = SubElement(parent, name)
    for key, value in attributes.items():
        if value is not None:
            # "break" is a word of Python.
            element.set(key.rstrip("_"), value)
    if text:
        add_text(element, text)
    return element


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


def escaped(text: str) -> str:
    r"""Return text as it is written in XML, so that a parser reads back the very characters.

    >>> escaped("Night\x0c & Day")
    'Night<g n="U+000C"/> &amp; Day'
    """
    return _NOT_XML.sub(lambda char: f'<g n="U+{ord(char[0]):04X}"/>', escape(text))


def without_controls(text: str) -> str:
    """Return text as an attribute can hold it."""
    return _NOT_XML.sub("", text)


def to_xml(element: Element, level: int = 0) -> bytes:
    """Return an element as lines of XML, indented by a level."""
    _indent(element, level)
    return ("  " * level + tostring(element, encoding="unicode") + "\n").encode("utf-8")


def _indent(element: Element, level: int) -> None:
    """Put each element on a line of its own, except within those that hold text."""
    if not len(element) or element.tag in _WITH_TEXT:
        return
    element.text = "\n" + "  " * (level + 1)
    for child in element:
        _indent(child, level + 1)
        child.tail = "\n" + "  " * (level + 1)
    element[-1].tail = "\n" + "  " * level

"""A statement of source read for its parts: title, container, publisher, place, date, address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lprcorpus.draft.dates import MONTH, read_date

__all__ = ["SourceParts", "read_source", "source_sentence"]

_ADDRESS = re.compile(r"https?://\S+|\bwww\.[^\s)\]]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)+/\S+", re.IGNORECASE)
_LABEL = re.compile(
    r"^[\W_]*(?:sources?|(?:re-?printed|reproduced|taken|excerpted|retrieved)\s+from|from)\s*[:—–]\s*", re.IGNORECASE
)
_QUOTED = re.compile(r"[“\"«]([^”\"»]{2,200})[”\"»]")
_ISSUES = re.compile(r"^(?:\w+\s+)?issues?\s+of\s+(?:the\s+)?(?P<name>[^:,;]+)\s*[:,;]", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?P<name>[^,;:“\"]+?),?\s+(?:no|vol|issue|number|volume)\b\.?\s*\d", re.IGNORECASE)
_DATED = re.compile(rf"^(?P<name>[^,;:“\"(]+),\s*(?:\d{{1,2}}\s+)?{MONTH}\b", re.IGNORECASE)
_PUBLISHED = re.compile(r"^(?P<title>[^(]+?)\s*\([^)]*\b\d{4}\)\s*,\s*(?P<publisher>[^,.]+),\s*(?P<place>[A-Z][^,.]+)[.;,]?")
_SENTENCE = re.compile(r"(?<=[^\W\d_]{2}[.!?])\s+(?=[A-Z\"“])|(?<=\d[.!?])\s+(?=[A-Z\"“])")
_IN_PRINT = re.compile(r"\b(?:appeared|published|printed|reproduced|reprinted|posted|broadcast)\b", re.IGNORECASE)


@dataclass(frozen=True)
class SourceParts:
    """The parts of a source, as far as its statement gives them."""

    title: str | None = None
    container: str | None = None
    publisher: str | None = None
    place: str | None = None
    date: str | None = None
    url: str | None = None


def read_source(statement: str) -> SourceParts:
    """Read a statement of source; a part it does not clearly give is None.

    >>> read_source("Source: Northstar Compass, May-June 2014 Issue.")
    SourceParts(title=None, container='Northstar Compass', publisher=None, place=None, date='2014-05/2014-06', url=None)
    """
    address = _ADDRESS.search(statement)
    url = None
    if address:
        url = address.group().rstrip(".,;)”\"'")
        url = url if url.startswith(("http://", "https://")) else f"http://{url}"
    dated = _ADDRESS.sub(" ", statement)
    rest = _LABEL.sub("", statement[: address.start()] if address else statement).strip()
    published = _PUBLISHED.match(rest)
    if published:
        return SourceParts(
            published["title"], None, published["publisher"].strip(), published["place"].strip(), read_date(dated), url
        )
    quoted = _QUOTED.match(rest)
    named = _ISSUES.match(rest) or _NUMBERED.match(rest) or _DATED.match(rest)
    return SourceParts(
        title=quoted[1] if quoted else None,
        container=named["name"].strip() if named and not quoted else None,
        date=read_date(dated),
        url=url,
    )


def source_sentence(note: str) -> str | None:
    """Return the sentence of a headnote that says when and where the text first appeared.

    >>> source_sentence("An article in The Night appeared on May 07, 2007. It is shortened.")
    'An article in The Night appeared on May 07, 2007.'
    """
    return next((text for text in _SENTENCE.split(note) if _IN_PRINT.search(text) and read_date(text)), None)

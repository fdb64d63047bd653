"""Citations as RIS, the tagged format of reference managers (specification of 2011)."""

from __future__ import annotations

from collections.abc import Iterator

from lprcorpus.citation.csl import CslName, Item, iso_date, one_line

__all__ = ["ris"]

_PEOPLE = (("AU", "author"), ("ED", "editor"), ("A4", "translator"))
"""Tags of names, and the variables of CSL that hold them."""


def ris(item: Item) -> str:
    r"""Return an item of CSL-JSON as a reference in RIS.

    >>> ris({"id": "k", "type": "article-journal", "title": "Night", "page": "5-6"}).split("\n")
    ['TY  - JOUR', 'ID  - k', 'TI  - Night', 'SP  - 5', 'EP  - 6', 'ER  - ']
    """
    lines = [f"{tag}  - {one_line(value)}" for tag, value in _fields(item) if one_line(value)]
    return "\n".join([*lines, "ER  - "])


def _fields(item: Item) -> Iterator[tuple[str, str]]:
    """Yield tags and values, in order."""
    first, _, last = item.get("page", "").partition("-")
    date = iso_date(item.get("issued"))
    yield "TY", "DATA" if item["type"] == "dataset" else "JOUR"
    yield "ID", item["id"]
    for tag, role in _PEOPLE:
        for name in item.get(role, []):
            yield tag, _name(name)
    yield "TI", item.get("title", "")
    yield "T2", item.get("container-title", "")
    yield "VL", item.get("volume", "")
    yield "IS", item.get("issue", "")
    yield "SP", first
    yield "EP", last or first
    yield "PY", date[:4]
    yield "DA", date.replace("-", "/") if len(date) > 4 else ""
    yield "ET", item.get("version", "")
    yield "M3", item.get("genre", "")
    yield "SE", item.get("section", "")
    yield "LA", item.get("language", "")
    yield "OP", _original(item)
    if "archive" in item:
        yield "DB", item["archive"].rpartition(", ")[0]
        yield "AN", item["id"]
    yield "UR", item.get("URL", "")
    if "locator" in item:
        yield "N1", f"Cited page: {item['locator']}"
    yield "N1", item.get("note", "")


def _name(name: CslName) -> str:
    """Return a name as ``Family, Given``, or a body's name as it is."""
    if "literal" in name:
        return name["literal"]
    return f"{name['family']}, {name['given']}" if "given" in name else name["family"]


def _original(item: Item) -> str:
    """Return the original publication in one line."""
    names = ("original-title", "original-publisher-place", "original-publisher")
    parts = [item.get(name, "") for name in names]
    parts.append(iso_date(item.get("original-date")))
    return ", ".join(filter(None, parts))

"""Citations as RIS, the tagged format of reference managers (the tags as Reference Manager's specification of 2011 has them)."""

from __future__ import annotations

from collections.abc import Iterator

from lprcorpus.citation.csl import Item

__all__ = ["ris"]


def ris(item: Item) -> str:
    """Return an item of CSL-JSON as a reference in RIS.

    >>> ris({"id": "k", "type": "article-journal", "title": "Night", "page": "5-6"}).splitlines()
    ['TY  - JOUR', 'ID  - k', 'TI  - Night', 'SP  - 5', 'EP  - 6', 'ER  - ']
    """
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in _fields(item) if value]
    return "\n".join([*lines, "ER  - "])


def _fields(item: Item) -> Iterator[tuple[str, str]]:
    """Yield tags and values, in order."""
    first, _, last = item.get("page", "").partition("-")
    yield "TY", "DATA" if item["type"] == "dataset" else "JOUR"
    yield "ID", item["id"]
    for tag, role in (("AU", "author"), ("ED", "editor"), ("A4", "translator")):
        for name in item.get(role, ()):
            yield tag, _name(name)
    yield "TI", item["title"]
    yield "T2", item.get("container-title", "")
    yield "VL", item.get("volume", "")
    yield "IS", item.get("issue", "")
    yield "SP", first
    yield "EP", last or first
    yield from _dates(item)
    yield "ET", item.get("version", "")
    yield "M3", item.get("genre", "")
    yield "SE", item.get("section", "")
    yield "LA", item.get("language", "")
    yield "OP", _original(item)
    yield "DB", item["archive"].rpartition(", ")[0] if "archive" in item else ""
    yield "AN", item["id"] if "archive" in item else ""
    yield "UR", item.get("URL", "")
    yield "N1", f"Cited page: {item['locator']}" if "locator" in item else ""
    yield "N1", item.get("note", "")


def _name(name: dict[str, str]) -> str:
    return name.get("literal") or ", ".join(name[part] for part in ("family", "given") if part in name)


def _dates(item: Item) -> Iterator[tuple[str, str]]:
    """Yield the year and, where the date has one, the day, as ``YYYY/MM/DD``."""
    if "issued" in item:
        year, *rest = item["issued"]["date-parts"][0]
        yield "PY", f"{year:04}"
        if rest:
            yield "DA", "/".join([f"{year:04}", *(f"{part:02}" for part in rest)])


def _original(item: Item) -> str:
    """Return the original publication in one line."""
    names = ("original-title", "original-publisher-place", "original-publisher")
    date = item.get("original-date")
    ends = ["-".join(f"{part:02}" for part in end) for end in date["date-parts"]] if date else []
    return ", ".join([item[name] for name in names if name in item] + (["/".join(ends)] if ends else []))

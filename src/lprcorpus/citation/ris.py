"""Citations as RIS, the tagged format of reference managers (specification of 2011)."""

from __future__ import annotations

from typing import Any

from lprcorpus.citation.csl import CslName, Item, iso_date, one_line

_FIELDS = {
    "TY": "type",
    "ID": "id",
    "AU": "author",
    "ED": "editor",
    "A4": "translator",
    "TI": "title",
    "T2": "container-title",
    "VL": "volume",
    "IS": "issue",
    "SP": "first page",
    "EP": "last page",
    "PY": "year",
    "DA": "day",
    "ET": "version",
    "M3": "genre",
    "SE": "section",
    "LA": "language",
    "OP": "original",
    "DB": "database",
    "AN": "accession",
    "UR": "URL",
    "N1": "notes",
}
"""Tags in their order, and what their values are: variables of CSL, or what is made of them."""


def ris(item: Item) -> str:
    r"""Return an item of CSL-JSON as a reference in RIS.

    >>> ris({"id": "k", "type": "article-journal", "title": "Night", "page": "5-6"}).split("\n")
    ['TY  - JOUR', 'ID  - k', 'TI  - Night', 'SP  - 5', 'EP  - 6', 'ER  - ']
    """
    first, _, last = item.get("page", "").partition("-")
    date = iso_date(item.get("issued"))
    values: dict[str, Any] = (
        item
        | {
            "type": "DATA" if item["type"] == "dataset" else "JOUR",
            "first page": first,
            "last page": last,  # Zotero makes "31-31" of the same page twice
            "year": date[:4],
            "original": _original(item),
            "notes": [item.get("note", "")],
        }
    )
    for role in ("author", "editor", "translator"):
        values[role] = [_name(name) for name in item.get(role, [])]
    if len(date) > 4:
        values["day"] = date.replace("-", "/")
    if "archive" in item:
        values["database"] = item["archive"].rpartition(", ")[0]
        values["accession"] = item["id"]
    if "locator" in item:
        values["notes"].insert(0, f"Cited page: {item['locator']}")
    lines = []
    for tag, name in _FIELDS.items():
        value = values.get(name, "")
        # A tag with several values is written once for each.
        for text in value if isinstance(value, list) else [value]:
            if one_line(text):
                lines.append(f"{tag}  - {one_line(text)}")
    lines.append("ER  - ")
    return "\n".join(lines)


def _name(name: CslName) -> str:
    """Return a name as ``Family, Given``, or a body's name as it is."""
    if "literal" in name:
        return name["literal"]
    return ", ".join(name[part] for part in ("family", "given") if part in name)


def _original(item: Item) -> str:
    names = ("original-title", "original-publisher-place", "original-publisher")
    parts = [item.get(name, "") for name in names]
    parts.append(iso_date(item.get("original-date")))
    return ", ".join(filter(None, parts))

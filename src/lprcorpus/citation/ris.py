"""Citations as RIS, the tagged format of reference managers (specification of 2011)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from lprcorpus.citation.csl import Item, iso_date, one_line


def ris(item: Item) -> str:
    r"""Return an item of CSL-JSON as a reference in RIS.

    >>> ris({"id": "k", "type": "article-journal", "title": "Night", "page": "5-6"}).split("\n")
    ['TY  - JOUR', 'ID  - k', 'TI  - Night', 'SP  - 5', 'EP  - 6', 'ER  - ']
    """
    text: defaultdict[str, Any] = defaultdict(str, item)
    first, _, last = text["page"].partition("-")
    date = iso_date(item.get("issued"))
    day = cited = ""
    if len(date) > 4:
        day = date.replace("-", "/")
    if "locator" in item:
        cited = f"Cited page: {item['locator']}"
    database, _, accession = text["archive"].rpartition(", ")
    origin = [
        text["original-title"],
        text["original-publisher-place"],
        text["original-publisher"],
        iso_date(item.get("original-date")),
    ]
    kind = "JOUR"
    if item["type"] == "dataset":
        kind = "DATA"
    values = {
        "TY": kind,
        "ID": item["id"],
        "AU": _names(item, "author"),
        "ED": _names(item, "editor"),
        "A4": _names(item, "translator"),
        "TI": text["title"],
        "T2": text["container-title"],
        "VL": text["volume"],
        "IS": text["issue"],
        "SP": first,
        "EP": last,  # Zotero makes "31-31" of the same page twice
        "PY": date[:4],
        "DA": day,
        "ET": text["version"],
        "M3": text["genre"],
        "SE": text["section"],
        "LA": text["language"],
        "OP": ", ".join(filter(None, origin)),
        "DB": database,
        "AN": accession,
        "UR": text["URL"],
        "N1": [cited, text["note"]],
    }
    lines = []
    for tag, value in values.items():
        # A tag with several values is written once for each.
        for entry in value if isinstance(value, list) else [value]:
            if one_line(entry):
                lines.append(f"{tag}  - {one_line(entry)}")
    lines.append("ER  - ")
    return "\n".join(lines)


def _names(item: Item, role: str) -> list[str]:
    """Return names as ``Family, Given``, or bodies' names as they are."""
    names = []
    for name in item.get(role, []):
        parts = [name.get(part) for part in ("literal", "family", "given")]
        names.append(", ".join(filter(None, parts)))
    return names

"""The references of the records, ``references.json`` and ``references.bib``, against the rows: one entry for each record.

The files are read along with the tables, entry by entry, so that a long bibliography needs no memory. They follow CSL 1.0.2
and BibTeX; an entry's key is the record's id.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from lprcorpus.problems import Problem, shorten
from lprcorpus.validation.documents import array_items, entry
from lprcorpus.validation.folder import Folder

__all__ = ["BIBLIOGRAPHY_COLUMNS", "Bibliography"]

BIBLIOGRAPHY_COLUMNS: dict[str, tuple[str, ...]] = {
    "issues": ("id", "periodical", "volume", "number", "year"),
    "records": ("id", "title", "section", "source_title", "source_place", "page_start", "page_end", "language"),
    "contributors": ("record_id", "name", "family_name", "given_name", "role"),
}
"""The columns that :class:`Bibliography` looks at."""

Entry = Mapping[str, str]
"""What an entry says, by the names of CSL; a list of names joined by ``; ``."""

_AHEAD = 10_000
"""Entries that are read ahead in search of a record's, at most. It bounds the memory where the order is another."""

_LARGEST_ENTRY = 1024 * 1024


class Bibliography:
    """One file of references, read while the records pass."""

    def __init__(self, folder: Folder, name: str) -> None:
        """Open a file of references.

        Raises:
            NotReadable: it is no regular file of the folder.
        """
        self.name = name
        self.entries = _ENTRIES[name](folder.inside(folder.root / name, name))
        self.ahead: dict[str, Entry] = {}
        self.damaged = False

    def check(self, rows: Mapping[str, pa.Table]) -> Iterator[Problem]:
        """Yield where the entries of an issue's records do not say what the rows say."""
        issues = rows["issues"].to_pylist()
        names = _names(rows["contributors"])
        for record in rows["records"].to_pylist() if issues else ():
            try:
                found = None if self.damaged else self.find(record["id"])
            except (ValueError, OSError) as error:
                self.damaged = True
                yield Problem("references", str(error), "references in its format", file=self.name)
            if self.damaged:
                return
            if found is None:
                yield Problem("references", "no entry", "one for each record", "records", record["id"], file=self.name)
                continue
            for name, value in self.wanted(record, issues[0], names.get(record["id"], "")).items():
                if name in found and not _same(name, found[name], value):
                    yield Problem(
                        "references", shorten(found[name]), shorten(value), "records", record["id"], name, file=self.name
                    )

    def wanted(self, record: Mapping[str, Any], issue: Mapping[str, Any], names: str) -> dict[str, str]:
        """Return what an entry has to say of a record."""
        pages = dict.fromkeys((str(record["page_start"]), str(record["page_end"])))
        return {
            "title": record["title"] or "",
            "author": names,
            "page": "-".join(pages),
            "container-title": issue["periodical"] or "",
            "volume": "" if issue["volume"] is None else str(issue["volume"]),
            "issue": "" if issue["number"] is None else str(issue["number"]),
            "issued": str(issue["year"]),
            "section": record["section"] or "",
            "language": record["language"] or "",
            "original-title": record["source_title"] or "",
            "original-publisher-place": record["source_place"] or "",
        }

    def find(self, record: str) -> Entry | None:
        """Return the entry of a record, which is the next one where both are in one order.

        Raises:
            ValueError: the file is not in its format.
        """
        if record in self.ahead:
            return self.ahead.pop(record)
        for key, found in islice(self.entries, _AHEAD - len(self.ahead)):
            if key == record:
                return found
            self.ahead[key] = found
        return None

    def finish(self, dataset: object) -> Iterator[Problem]:
        """Yield a problem for each entry that is no record's; the corpus itself may have one.

        Args:
            dataset: the corpus's name.
        """
        if self.damaged:
            return
        try:
            self.ahead.update(islice(self.entries, _AHEAD))
        except (ValueError, OSError) as error:
            yield Problem("references", str(error), "references in its format", file=self.name)
        for key in self.ahead:
            if key != dataset:
                yield Problem("references", shorten(key), "the id of a record", file=self.name)


def _names(contributors: pa.Table) -> dict[str, str]:
    """Return whom an entry names as author: the authors and speakers of a record or, where there are none, who is interviewed."""
    by_record: dict[str, dict[bool, list[str]]] = {}
    for person in contributors.to_pylist():
        parts = [person["family_name"], person["given_name"]] if person["family_name"] else [person["name"]]
        if person["role"] in ("author", "speaker", "interviewee"):
            of = by_record.setdefault(person["record_id"], {True: [], False: []})
            of[person["role"] != "interviewee"].append(", ".join(part for part in parts if part))
    return {record: "; ".join(of[True] or of[False]) for record, of in by_record.items()}


def _same(name: str, found: str, expected: str) -> bool:
    """Tell whether two values are the same: of text that went through LaTeX, the letters and digits count."""
    if name in ("title", "author", "container-title"):
        found, expected = (re.sub(r"[\W_]+", "", text).casefold() for text in (found, expected))
    return found == expected


_CSL_FIELDS = (
    *("title", "page", "container-title", "volume", "issue"),
    *("section", "language", "original-title", "original-publisher-place"),
)


def _csl_entries(path: Path) -> Iterator[tuple[str, Entry]]:
    """Yield the items of CSL-JSON: key and content."""
    for item in array_items(path):
        if not isinstance(item, dict):
            raise ValueError(f"{shorten(item)} in the place of an item")
        names = item.get("author", [])
        people = [
            ", ".join(str(person[part]) for part in ("literal", "family", "given") if part in person)
            for person in (names if isinstance(names, list) else ())
            if isinstance(person, dict)
        ]
        simple = {name: str(item.get(name, "")) for name in _CSL_FIELDS}
        yield str(item.get("id")), {**simple, "author": "; ".join(people), "issued": str(entry(item, "issued.date-parts.0.0"))}


_BIBTEX_FIELDS = {
    "title": "title",
    "author": "author",
    "journal": "container-title",
    "volume": "volume",
    "number": "issue",
    "pages": "page",
    "year": "issued",
}


def _bibtex_entries(path: Path) -> Iterator[tuple[str, Entry]]:
    """Yield the entries of BibTeX with a field on each line: key and content."""
    with path.open(encoding="utf-8") as file:
        key, fields = "", dict.fromkeys(_BIBTEX_FIELDS.values(), "")
        for line in iter(lambda: file.readline(_LARGEST_ENTRY), ""):
            opening = re.match(r"@\w+\{([^,\s]+),", line)
            field = re.match(r"\s+(\w+) = \{(.*)\},?$", line)
            if opening:
                key, fields = opening[1], dict.fromkeys(_BIBTEX_FIELDS.values(), "")
            elif field and key and field[1] in _BIBTEX_FIELDS:
                fields[_BIBTEX_FIELDS[field[1]]] = _plain(field[1], field[2])
            elif line.strip() == "}" and key:
                yield key, fields
                key = ""
            elif line.strip() and not field:
                raise ValueError(f"{shorten(line.strip(), 60)} in the place of an entry")
        if key:
            raise ValueError(f"the end of the entry {key} is missing")


def _plain(name: str, value: str) -> str:
    """Return a value of BibTeX as plain text."""
    if "\\" in value:
        import latexcodec  # noqa: F401  registers the codec

        value = str(codecs.decode(value, "ulatex"))  # type: ignore[call-overload] # typeshed knows its own codecs only
    text = re.sub(r"[{}]", "", value)
    return text.replace("--", "-") if name == "pages" else text.replace(" and ", "; ") if name == "author" else text


_ENTRIES = {"references.json": _csl_entries, "references.bib": _bibtex_entries}
"""The files of references, and what reads each."""

"""The references, ``references.bib`` and ``references.json``: made again, and compared.

The files are read along with the tables, entry by entry, so that a long bibliography needs no
memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import pyarrow as pa

from lprcorpus.errors import DataError
from lprcorpus.messages import shorten
from lprcorpus.metadata import Metadata
from lprcorpus.problems import Problem
from lprcorpus.publish.bibliography import REFERENCES, ReferenceFormat, reference_items
from lprcorpus.validation.differ import Difference, compare_texts, compare_values
from lprcorpus.validation.documents import parse_json
from lprcorpus.validation.folder import Folder, NotReadable, regular_file

__all__ = ["References"]

# Entries that are read ahead in search of a record's, at most. It bounds the memory.
AHEAD = 10_000

# Characters of an entry, at most.
LARGEST_ENTRY = 1024 * 1024

_PIECE = 64 * 1024

# What an entry of CSL says of a record whatever version of this package wrote it.
_FACTS = ("title", "author", "page", "container-title", "volume", "issue", "issued", "section")

_KEY = re.compile(r'@\w+\{(?P<bibtex>[^,\s]+),|\{"id": "(?P<csl>[^"]*)"')


class References:
    """The files of references, read while the records pass."""

    def __init__(self, folder: Folder, metadata: Metadata, *, wording: bool) -> None:
        """Open the files that there are."""
        self.metadata = metadata
        self.files: list[_ReferenceFile] = []
        self.problems: list[Problem] = []
        self.incomplete = False
        for name, form in REFERENCES.items():
            if name in folder.names:
                try:
                    path = regular_file(folder.root, name)
                    self.files.append(_ReferenceFile(name, form, path, wording=wording))
                except NotReadable as error:
                    self.problems.append(error.problem)

    def check(self, tables: Mapping[str, pa.Table]) -> Iterator[Problem]:
        """Yield where the entries of an issue's records are not what its rows give."""
        try:
            items = reference_items(tables, self.metadata)
        except DataError:
            # A value is one that no model takes, as the layer of the values reports.
            self.incomplete = True
            return
        for file in self.files:
            for item in items:
                yield from file.check(item["id"], file.format.entry(item))

    def finish(self) -> Iterator[Problem]:
        """Yield the entries that are no record's; the corpus itself may have one."""
        yield from self.problems
        for file in self.files:
            if not self.incomplete:
                yield from file.finish(self.metadata.name)


class _ReferenceFile:
    """One file of references."""

    def __init__(self, name: str, form: ReferenceFormat, path: Path, *, wording: bool) -> None:
        self.name = name
        self.format = form
        self.wording = wording
        self.entries = self._read(path)
        self.ahead: dict[str, str] = {}
        self.damage: str | None = None

    def _read(self, path: Path) -> Iterator[str]:
        """Yield the entries of the file as they are written, until it is damaged."""
        form = self.format
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            if file.read(len(form.opening)) != form.opening:
                self.damage = f"another beginning than {form.opening!r}"
                return
            text = ""
            while piece := file.read(_PIECE):
                *whole, text = (text + piece).split(form.separator)
                yield from whole
                if len(text) > LARGEST_ENTRY:
                    self.damage = f"an entry of more than {LARGEST_ENTRY:,} characters"
                    return
        if not text.endswith(form.closing):
            self.damage = f"another end than {form.closing!r}"
        elif text != form.closing:
            yield text.removesuffix(form.closing)

    def check(self, record: str, expected: str) -> Iterator[Problem]:
        """Yield where the entry of a record is not the one expected."""
        found = self._find(record)
        if found is None and self.damage is None:
            yield self._problem(record, Difference((), "no entry", "one for each record"))
        elif found is not None and found != expected:
            for difference in self._compare(found, expected):
                yield self._problem(record, difference)

    def _find(self, key: str) -> str | None:
        """Return the entry of a key, which is the next one where both are in one order."""
        if key in self.ahead:
            return self.ahead.pop(key)
        for entry in islice(self.entries, AHEAD - len(self.ahead)):
            found = _key(entry)
            if found == key:
                return entry
            self.ahead[found] = entry
        return None

    def _compare(self, found: str, expected: str) -> Iterator[Difference]:
        if self.name.endswith(".bib"):
            if self.wording:
                yield from compare_texts(found, expected)
            return
        try:
            content = parse_json(found.encode("utf-8", "surrogateescape"))
        except ValueError as error:
            yield Difference((), str(error), "an item of CSL-JSON")
            return
        for difference in compare_values(content, parse_json(expected.encode())):
            if self.wording or (difference.path and difference.path[0] in _FACTS):
                yield difference

    def finish(self, dataset: str) -> Iterator[Problem]:
        """Yield the damage of the file, and the entries that are neither a record's nor the dataset's."""
        for entry in islice(self.entries, AHEAD):
            self.ahead[_key(entry)] = entry
        if self.damage is not None:
            yield Problem("references", self.damage, "references in their format", file=self.name)
            return
        for key in self.ahead:
            if key != dataset:
                yield Problem("references", shorten(key), "the id of a record", file=self.name)

    def _problem(self, record: str, difference: Difference) -> Problem:
        return Problem(
            "references",
            difference.found,
            difference.expected,
            table="records",
            key=record,
            column=".".join(difference.path) or None,
            file=self.name,
        )


def _key(entry: str) -> str:
    """Return the key of an entry: the id of its record; of what has none, its beginning."""
    match = _KEY.match(entry)
    if match is None:
        return entry[:100]
    return match["bibtex"] or match["csl"] or ""

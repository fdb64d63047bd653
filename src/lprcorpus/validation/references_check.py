"""The references, ``references.bib`` and ``references.json``: made again, and compared.

The files are read along with the tables, entry by entry, so that a long bibliography needs no
memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.publish.bibliography import REFERENCES
from lprcorpus.validation.differ import Difference, compare_texts, compare_values
from lprcorpus.validation.documents import parse_json

__all__ = ["ReferenceFile"]

# Characters of an entry, at most.
LARGEST_ENTRY = 1024 * 1024

_PIECE = 64 * 1024

# What an entry of CSL says of a record whatever version of this package wrote it.
_FACTS = ("title", "author", "page", "container-title", "volume", "issue", "issued", "section")

_KEY = re.compile(r'@\w+\{([^,\s]+),|\{"id": "([^"]*)"')


class ReferenceFile:
    """One file of references, compared while the records pass."""

    def __init__(self, name: str, path: Path, *, wording: bool) -> None:
        """Open a file.

        Args:
            name: its name in the corpus.
            path: where it is.
            wording: whether all has to be as this version writes it; else the facts have.
        """
        self.name = name
        self.wording = wording
        self.format = REFERENCES[name]
        self.entries = self._read(path)
        self.damage: str | None = None
        self.is_lost = False  # whether the entries cannot be told apart any more

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

    def check(self, items: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
        """Yield where the entries that follow in the file are not those of some records."""
        for item in items:
            found = None if self.is_lost else next(self.entries, None)
            if self.is_lost or self.damage is not None:
                return
            expected = self.format.entry(dict(item))
            if found == expected:
                continue
            if found is None or _key(found) != item["id"]:
                # One entry too many or too few shifts all others: they are not compared.
                self.is_lost = True
                there = "the end of the file" if found is None else f"the entry {_key(found)}"
                yield self._problem(item["id"], Difference((), there, "the entry of the record"))
                return
            for difference in self._compare(found, expected):
                yield self._problem(item["id"], difference)

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

    def finish(self) -> Iterator[Problem]:
        """Yield what is wrong with the rest of the file, after the entries of all records."""
        rest = None if self.is_lost else next(self.entries, None)
        if self.damage is not None:
            yield Problem("references", self.damage, "references in their format", file=self.name)
        elif rest is not None:
            found = f"the entry {_key(rest)}"
            yield Problem("references", found, "the end of the file", file=self.name)

    def _problem(self, record: str, difference: Difference) -> Problem:
        return Problem(
            "references",
            difference.found,
            difference.expected,
            table="records",
            key=record,
            column=difference.place,
            file=self.name,
        )


def _key(entry: str) -> str:
    """Return the key of an entry, for a message: the id of its record, or how the entry begins."""
    match = _KEY.match(entry)
    if match is None:
        return shorten(entry)
    return match[1] or match[2]

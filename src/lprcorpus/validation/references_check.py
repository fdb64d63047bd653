"""The references, ``references.bib`` and ``references.json``: made again, and compared by hashes.

They are made while the tables pass, so that a long bibliography needs no memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.publish.bibliography import REFERENCES

_BLOCK = 1024 * 1024  # characters that are read at a time


class ReferenceFile:
    """One file of references, and what it should be, as far as the records have passed."""

    def __init__(self, name: str, path: Path, sha256: str) -> None:
        """Begin with a file, given by its name in the corpus, by where it is, and by its hash."""
        self.name = name
        self.path = path
        self.sha256 = sha256
        self.format = REFERENCES[name]
        self.whole = hashlib.sha256(self.format.opening.encode())
        self.separator = ""
        self.records: dict[int, str] = {}  # by the hashes of their entries

    def add(self, items: Iterable[dict[str, Any]]) -> None:
        """Make the entries of some records, which are the next in the file."""
        for item in items:
            entry = self.format.entry(item)
            self.whole.update(f"{self.separator}{entry}".encode())
            self.separator = self.format.separator
            self.records[hash(entry)] = item["id"]

    def finish(self) -> Iterator[Problem]:
        """Yield the entries that are not those of the records."""
        self.whole.update(self.format.closing.encode())
        if self.whole.hexdigest() == self.sha256:
            return
        problem = partial(Problem, "references", table="records", file=self.name)
        unknown = []
        for written in self._read_entries():
            if self.records.pop(hash(written), None) is None:
                unknown.append(shorten(written))
        if not unknown and not self.records:
            yield problem("the entries of the records", "these in their order, and nothing between")
        # What was changed is found where an entry is missing.
        for found, record in zip_longest(unknown, self.records.values()):
            expected = "no such entry" if record is None else "the entry of the record"
            yield problem(found or "no such entry", expected, key=record)

    def _read_entries(self) -> Iterator[str]:
        with self.path.open(encoding="utf-8", errors="backslashreplace", newline="") as file:
            rest = file.read(len(self.format.opening)).removeprefix(self.format.opening)
            while block := file.read(_BLOCK):
                *entries, rest = (rest + block).split(self.format.separator)
                yield from entries
                if len(rest) > _BLOCK:  # no entry is so long
                    yield rest
                    rest = ""
        yield rest.removesuffix(self.format.closing)

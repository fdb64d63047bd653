"""The references, ``references.bib`` and ``references.json``: made again, and compared.

Both are read along with the tables, so that a long bibliography needs no memory.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.publish.bibliography import REFERENCES
from lprcorpus.validation.differ import compare_texts

_BLOCK = 1024 * 1024  # characters that are read at a time


class ReferenceFile:
    """One file of references, compared while the records pass.

    An entry of the file and one of the records are taken in turn. What has no equal waits for it,
    for the file may have its entries in another order, or one more or less.
    """

    def __init__(self, name: str, path: Path, sha256: str) -> None:
        """Begin with a file, given by its name in the corpus, by where it is, and by its hash."""
        self.name = name
        self.sha256 = sha256
        self.format = REFERENCES[name]
        self.expected = hashlib.sha256(self.format.opening.encode())
        self.separator = ""
        self.written = self._read_entries(path)
        self.unknown: dict[str, None] = {}  # entries of the file, in their order
        self.missing: dict[str, str] = {}  # entries that it should have, with their records

    def _read_entries(self, path: Path) -> Iterator[str]:
        with path.open(encoding="utf-8", errors="backslashreplace", newline="") as file:
            rest = file.read(len(self.format.opening)).removeprefix(self.format.opening)
            while block := file.read(_BLOCK):
                *entries, rest = (rest + block).split(self.format.separator)
                yield from entries
                if len(rest) > _BLOCK:  # no entry is so long
                    yield rest
                    rest = ""
        yield rest.removesuffix(self.format.closing)

    def check(self, items: Iterable[dict[str, Any]]) -> None:
        """Compare the entries that follow in the file with those of some records."""
        for item in items:
            entry = self.format.entry(item)
            self.expected.update(f"{self.separator}{entry}".encode())
            self.separator = self.format.separator
            written = next(self.written, None)
            if written != entry:
                self.missing[entry] = item["id"]
                if written is not None:
                    self.unknown[written] = None
                for either in (entry, written):
                    if either in self.missing and either in self.unknown:
                        del self.missing[either], self.unknown[either]

    def finish(self) -> Iterator[Problem]:
        """Yield the entries that are not those of the records."""
        self.expected.update(self.format.closing.encode())
        if self.expected.hexdigest() == self.sha256:
            return
        problem = partial(Problem, "references", table="records", file=self.name)
        for written in self.written:
            if self.missing.pop(written, None) is None:
                self.unknown[written] = None
        unknown = deque(self.unknown)
        if not unknown and not self.missing:
            yield problem("the entries of the records", "these in their order, and nothing between")
        for entry, record in self.missing.items():
            # What was changed is found where an entry is missing.
            for difference in compare_texts(unknown.popleft() if unknown else "", entry):
                place = difference.place
                yield problem(difference.found, difference.expected, key=record, column=place)
        for written in unknown:
            yield problem(shorten(written), "no such entry")

"""The references, ``references.bib`` and ``references.json``: made again, and compared.

The files are read along with the tables, entry by entry, so that a long bibliography needs no
memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.publish.bibliography import REFERENCES, ReferenceFormat
from lprcorpus.publish.facts import DataFile
from lprcorpus.validation.differ import Difference, compare_texts, compare_values
from lprcorpus.validation.documents import parse_json

__all__ = ["ReferenceFile"]

# Characters of an entry, at most.
LARGEST_ENTRY = 1024 * 1024

_PIECE = 64 * 1024

# What an entry of CSL says of a record whatever version of this package wrote it.
_FACTS = {"title", "author", "page", "container-title", "volume", "issue", "issued", "section"}


class ReferenceFile:
    """One file of references, compared while the records pass."""

    def __init__(self, measured: DataFile, path: Path, *, wording: bool) -> None:
        """Open a file.

        Args:
            measured: its name in the corpus, and its hash.
            path: where it is.
            wording: whether all has to be as this version writes it; else the facts have.
        """
        self.measured = measured
        self.wording = wording
        self.format = REFERENCES[measured.path]
        self.problem = partial(Problem, "references", file=measured.path)
        self.entries = _read_entries(path, self.format)
        self.expected = hashlib.sha256(self.format.opening.encode())
        self.separator = ""
        self.has_problem = self.is_lost = False

    def check(self, items: Iterable[dict[str, Any]]) -> Iterator[Problem]:
        """Yield where the entries that follow in the file are not those of some records."""
        for item in items:
            if self.is_lost:
                return
            expected = self.format.entry(item)
            self.expected.update((self.separator + expected).encode())
            self.separator = self.format.separator
            found = next(self.entries, "")
            if found == expected:
                continue
            problem = partial(self.problem, table="records", key=item["id"])
            if item["id"] in found.partition("\n")[0]:
                for difference in self._compare(found, expected):
                    self.has_problem = True
                    yield problem(difference.found, difference.expected, column=difference.place)
            else:
                # One entry too many or too few shifts all others: they are not compared.
                self.has_problem = self.is_lost = True
                yield problem(shorten(found), "the entry of the record")

    def _compare(self, found: str, expected: str) -> Iterator[Difference]:
        if self.measured.path.endswith(".bib"):
            if self.wording:
                yield from compare_texts(found, expected)
            return
        try:
            content = parse_json(found.encode("utf-8", "surrogateescape"))
        except ValueError as error:
            yield Difference((), str(error), "an item of CSL-JSON")
            return
        for difference in compare_values(content, parse_json(expected.encode())):
            if self.wording or not _FACTS.isdisjoint(difference.path[:1]):
                yield difference

    def finish(self) -> Iterator[Problem]:
        """Yield whether anything is in the file beside the entries of the records."""
        self.expected.update(self.format.closing.encode())
        is_same = self.expected.hexdigest() == self.measured.sha256
        if not is_same and not self.has_problem and self.wording:
            found = f"the SHA-256 {self.measured.sha256}"
            expected = f"{self.expected.hexdigest()}, as the entries of all records give it"
            yield self.problem(found, expected)


def _read_entries(path: Path, form: ReferenceFormat) -> Iterator[str]:
    """Yield the entries of a file as they are written."""
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        text = file.read(len(form.opening)).removeprefix(form.opening)
        while piece := file.read(_PIECE):
            *whole, text = (text + piece).split(form.separator)
            yield from whole
            if len(text) > LARGEST_ENTRY:
                return
    yield text.removesuffix(form.closing)

"""The references, ``references.bib`` and ``references.json``: made again, and compared.

The files are read along with the tables, entry by entry, so that a long bibliography needs no
memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lprcorpus.problems import Problem
from lprcorpus.publish.bibliography import REFERENCES, ReferenceFormat
from lprcorpus.publish.facts import DataFile
from lprcorpus.validation.differ import compare_texts

# Characters of an entry, at most.
LARGEST_ENTRY = 1024 * 1024

_PIECE = 64 * 1024

# An item of CSL-JSON.
Item = dict[str, Any]


class ReferenceFile:
    """One file of references, compared while the records pass."""

    def __init__(self, measured: DataFile, path: Path) -> None:
        """Open a file.

        Args:
            measured: its name in the corpus, and its hash.
            path: where it is.
        """
        self.measured = measured
        self.format = REFERENCES[measured.path]
        self.entries = _read_entries(path, self.format)
        self.expected = hashlib.sha256(self.format.opening.encode())
        self.separator = ""
        self.has_problem = False

    def check(self, items: Iterable[Item]) -> Iterator[Problem]:
        """Yield where the entries that follow in the file are not those of some records."""
        for item in items:
            expected = self.format.entry(item)
            self.expected.update((self.separator + expected).encode())
            self.separator = self.format.separator
            for difference in compare_texts(next(self.entries, ""), expected):
                self.has_problem = True
                yield Problem(
                    "references",
                    difference.found,
                    difference.expected,
                    table="records",
                    key=item["id"],
                    column=difference.place,
                    file=self.measured.path,
                )

    def finish(self) -> Iterator[Problem]:
        """Yield whether anything is in the file beside the entries of the records."""
        self.expected.update(self.format.closing.encode())
        expected = self.expected.hexdigest()
        # What lies between, before or after the entries shows only in the hash.
        if expected != self.measured.sha256 and not self.has_problem:
            found = f"the SHA-256 {self.measured.sha256}"
            said = f"{expected}, that of the entries of all records"
            yield Problem("references", found, said, file=self.measured.path)


def _read_entries(path: Path, form: ReferenceFormat) -> Iterator[str]:
    """Yield the entries of a file as they are written."""
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        text = file.read(len(form.opening)).removeprefix(form.opening)
        while piece := file.read(_PIECE):
            *whole, text = (text + piece).split(form.separator)
            yield from whole
            # Not a separator in a megabyte: this is no list of references.
            if len(text) > LARGEST_ENTRY:
                return
    yield text.removesuffix(form.closing)

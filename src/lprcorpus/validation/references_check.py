"""The references, ``references.bib`` and ``references.json``: made again, and compared.

Both are read along with the tables, so that a long bibliography needs no memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lprcorpus.problems import Problem
from lprcorpus.publish.bibliography import REFERENCES
from lprcorpus.validation.differ import compare_texts

# An item of CSL-JSON.
Item = dict[str, Any]

# Bytes behind the end of the last entry that are read, to be shown.
_BEHIND = 100


class ReferenceFile:
    """One file of references, compared while the records pass, up to the first difference."""

    def __init__(self, name: str, path: Path) -> None:
        """Begin with a file, given by its name in the corpus and by where it is."""
        self.name = name
        self.path = path
        self.format = REFERENCES[name]
        self.next = self.format.opening  # what is written before the next entry
        self.reached = 0
        self.differs = False

    def check(self, items: Iterable[Item]) -> Iterator[Problem]:
        """Yield where the entries that follow in the file are not those of some records."""
        with self.path.open("rb") as file:
            for item in items:
                expected = self.next + self.format.entry(item)
                self.next = self.format.separator
                yield from self._compare(file, expected, item["id"])

    def finish(self) -> Iterator[Problem]:
        """Yield where the file does not end after the entries of the records."""
        opening = "" if self.reached else self.format.opening
        with self.path.open("rb") as file:
            yield from self._compare(file, opening + self.format.closing, None, _BEHIND)

    def _compare(
        self, file: BinaryIO, expected: str, record: str | None, behind: int = 0
    ) -> Iterator[Problem]:
        """Yield where a file does not go on as expected; behind a difference nothing can be told."""
        if self.differs:
            return
        wanted = expected.encode()
        file.seek(self.reached)
        written = file.read(len(wanted) + behind)
        self.reached += len(wanted)
        self.differs = written != wanted
        found = written.decode(errors="backslashreplace")
        for difference in compare_texts(found, expected):
            yield Problem(
                "references",
                difference.found,
                difference.expected,
                table="records",
                key=record,
                column=difference.place,
                file=self.name,
            )

"""One thing that is wrong with the data: which, where, what was found and what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field


@dataclass(frozen=True)
class Problem:
    """A problem of the data."""

    code: Annotated[str, Field(description="Its stable name, such as `block-text`.")]
    found: Annotated[str, Field(description="What was found.")]
    expected: Annotated[str, Field(description="What was expected.")]
    table: Annotated[str | None, Field(description="The table, where the problem is in one.")] = (
        None
    )
    key: Annotated[
        str | None, Field(description="The row's primary key, its parts joined by `,`.")
    ] = None
    column: Annotated[
        str | None, Field(description="The column, or the entry of a metadata file.")
    ] = None
    line: Annotated[int | None, Field(description="The line of the raw text, from 1.", ge=1)] = None
    file: Annotated[str | None, Field(description="The file; with a raw line, the raw text.")] = (
        None
    )

    def __str__(self) -> str:
        """The problem as one line: where, what was found, what was expected, and its code."""
        place = " ".join(part for part in self._place() if part)
        return f"{place}: found {self.found}; expected {self.expected} ({self.code})"

    def _place(self) -> list[str | None]:
        table = self.table
        if self.file and table and self.file.startswith(table) and not self.key:
            table = None  # the file is called after it
        cell = ".".join(part for part in (table, self.column) if part)
        row = f"[{self.key}]" if self.key else None
        if self.line is None:
            return [self.file, cell, row]
        if self.file is None:
            return [cell, row, f"raw line {self.line}"]
        return [f"{self.file}:{self.line}", cell, row]

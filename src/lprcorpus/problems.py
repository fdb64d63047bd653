"""One thing that is wrong with the data: which, where, what was found and what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from lprcorpus.messages import shorten

__all__ = ["Problem", "shorten"]


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
        named_by_file = (
            self.file is not None and self.table is not None and self.file.startswith(self.table)
        )
        cell = ".".join(
            part
            for part in (None if named_by_file and not self.key else self.table, self.column)
            if part
        )
        line = (
            None
            if self.line is None
            else f"{self.file}:{self.line}"
            if self.file
            else f"raw line {self.line}"
        )
        row = f"[{self.key}]" if self.key else None
        place = [line, cell, row] if self.file and self.line else [self.file, cell, row, line]
        return f"{' '.join(part for part in place if part)}: found {self.found}; expected {self.expected} ({self.code})"

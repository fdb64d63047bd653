"""One thing that is wrong with the data: which, where, what was found and what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

__all__ = ["Problem", "shorten"]


@dataclass(frozen=True)
class Problem:
    """A problem of the data."""

    code: Annotated[str, Field(description="Its stable name, such as `block-text`.")]
    found: Annotated[str, Field(description="What was found.")]
    expected: Annotated[str, Field(description="What was expected.")]
    table: Annotated[str | None, Field(description="The table, where the problem is in one.")] = None
    key: Annotated[str | None, Field(description="The row's primary key, its parts joined by `,`.")] = None
    column: Annotated[str | None, Field(description="The column, or the entry of a metadata file.")] = None
    line: Annotated[int | None, Field(description="The line of the raw text, from 1.", ge=1)] = None
    file: Annotated[str | None, Field(description="The file; with a raw line, the raw text.")] = None

    def __str__(self) -> str:
        """The problem as one line: where, what was found, what was expected, and its code."""
        where = ".".join(part for part in (self.table, self.column) if part)
        place = [self.file, where, f"[{self.key}]" if self.key else None, f"raw line {self.line}" if self.line else None]
        return f"{' '.join(part for part in place if part)}: found {self.found}; expected {self.expected} ({self.code})"


def shorten(value: object, size: int = 100) -> str:
    """Return a value as it is written in Python, cut to a size in characters.

    >>> shorten("The night whispers the silence", 12)
    "'The night …"
    """
    written = repr(value)
    return written if len(written) <= size else f"{written[: size - 1]}…"

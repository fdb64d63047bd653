"""One thing that is wrong with the data: which, where, what was found and what was expected."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Problem"]


@dataclass(frozen=True)
class Problem:
    """A problem of the data.

    Attributes:
        code: its stable name (``"block-text"``).
        found: what was found.
        expected: what was expected.
        table: the table, where the problem is in one.
        key: the row's primary key, its parts joined by ``,``.
        column: the column.
        line: the raw line (1-based).
        file: the file, where the problem is a file's.
    """

    code: str
    found: str
    expected: str
    table: str | None = None
    key: str | None = None
    column: str | None = None
    line: int | None = None
    file: str | None = None

    def __str__(self) -> str:
        """The problem as one line: where, what was found, what was expected, and its code."""
        where = ".".join(part for part in (self.table, self.column) if part)
        place = [self.file, where, f"[{self.key}]" if self.key else None, f"raw line {self.line}" if self.line else None]
        return f"{' '.join(part for part in place if part)}: found {self.found}; expected {self.expected} ({self.code})"

"""What the tables hold as a whole, gathered while their rows pass: what the metadata files have to agree with."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

__all__ = ["Content", "IssueFacts"]


@dataclass(frozen=True)
class IssueFacts:
    """What the table of the issues says of one."""

    id: str
    periodical: str
    volume: int | None
    number: int | None
    year: int
    complete: bool
    raw_path: str
    raw_sha256: str

    @property
    def title(self) -> str:
        """The issue as a source is called."""
        parts = [self.periodical]
        parts += [f"Volume {self.volume}"] if self.volume is not None else []
        parts += [f"Issue {self.number}"] if self.number is not None else []
        return f"{', '.join(parts)} ({self.year}){'' if self.complete else ', excerpt'}"


@dataclass
class Content:
    """What one table holds.

    Attributes:
        rows: how many rows were read.
        complete: whether all of its files could be read to their end.
        digest: its content digest, or None where not all of it could be read.
        languages: the languages of its rows.
        issues: its rows, if it is the table of the issues.
    """

    rows: int = 0
    complete: bool = False
    digest: str | None = None
    languages: set[str] = field(default_factory=set)
    issues: list[IssueFacts] = field(default_factory=list)

    def add(self, rows: pa.Table) -> None:
        """Take in the rows that follow."""
        self.rows += rows.num_rows
        names = tuple(IssueFacts.__dataclass_fields__)
        if "language" in rows.column_names:
            self.languages |= set(rows.column("language").unique().to_pylist())
        if set(names) <= set(rows.column_names):
            self.issues += (IssueFacts(**row) for row in rows.select(names).to_pylist())

"""What the tables hold as a whole, gathered while their rows pass: what the metadata files have to agree with."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

__all__ = ["Content"]


@dataclass
class Content:
    """What one table holds.

    Attributes:
        rows: how many rows were read.
        complete: whether all of its files could be read to their end.
        digest: its content digest, or None where not all of it could be read.
        languages: the languages of its rows.
    """

    rows: int = 0
    complete: bool = False
    digest: str | None = None
    languages: set[str] = field(default_factory=set)

    def add(self, rows: pa.Table) -> None:
        """Take in the rows that follow."""
        self.rows += rows.num_rows
        if "language" in rows.column_names:
            self.languages |= set(rows.column("language").unique().to_pylist())

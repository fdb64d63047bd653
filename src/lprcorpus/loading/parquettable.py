"""A table of the ``datasets`` library that stays in its Parquet files until rows of it are asked for.

``datasets`` wraps an Arrow table in memory or one that is mapped from a file that it wrote. Parquet can be neither: a large table
would have to be decoded whole, or copied. :class:`ParquetTable` decodes the row group that a row lies in. It answers itself what
``datasets`` asks for most (rows, slices, streams of batches, some of the columns); whatever else it is asked, it decodes
itself whole and is an ordinary :class:`~datasets.table.InMemoryTable` from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from datasets.table import InMemoryTable

from lprcorpus.corpus import open_parquet
from lprcorpus.errors import CorpusNotFound

__all__ = ["ParquetTable"]

KEPT_GROUPS = 4
"""Decoded row groups that a table keeps, at most."""


@dataclass(frozen=True)
class _Group:
    """A row group: its file, that file's state when it was opened, and its place in the file."""

    path: str
    state: tuple[int, int, int]
    place: int
    rows: int

    def read(self, columns: list[str]) -> pa.Table:
        """Decode some columns, in the order of the file.

        Raises:
            CorpusNotFound: the file is gone, or is no longer the one that was opened.
        """
        with open_parquet(self.path) as file:
            if _state(self.path) != self.state:
                raise CorpusNotFound(f"{self.path}: has changed since the dataset was loaded; load it again")
            return file.read_row_group(self.place, columns=columns)


def _state(path: str) -> tuple[int, int, int]:
    """Return what tells a file from one that was put in its place: its inode, size and time of change."""
    found = Path(path).stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _groups(paths: Iterable[str]) -> Iterator[_Group]:
    for path in paths:
        with open_parquet(path) as file:
            state = _state(path)
            for place in range(file.num_row_groups):
                yield _Group(path, state, place, file.metadata.row_group(place).num_rows)


class ParquetTable(InMemoryTable):  # type: ignore[misc]  # datasets is not typed
    """A table of one or more Parquet files of the same schema."""

    def __init__(self, groups: Sequence[_Group], schema: pa.Schema) -> None:
        self._groups = tuple(groups)
        self._schema = schema
        self._offsets = np.cumsum([0, *(group.rows for group in groups)], dtype=np.int64)
        self._kept: dict[int, pa.Table] = {}
        self._selected: dict[tuple[str, ...], ParquetTable] = {}
        self._last = -1
        self._jumps = 0

    @classmethod
    def open(cls, paths: Sequence[str]) -> ParquetTable:
        """Open a table; nothing is decoded.

        Raises:
            CorpusNotFound: a file is missing or is not Parquet.
        """
        with open_parquet(paths[0]) as file:
            schema = file.schema_arrow
        return cls(list(_groups(paths)), schema)

    @cached_property
    def table(self) -> pa.Table:
        """The whole table, decoded."""
        self._kept.clear()
        return pa.concat_tables([self._read(group) for group in self._groups]) if self._groups else self._schema.empty_table()

    @cached_property
    def _batches(self) -> list[pa.RecordBatch]:
        """The batches of the whole table, which the inherited look-up of rows goes through."""
        batches = [batch for batch in self.table.to_batches() if len(batch)]
        self._offsets = np.cumsum([0, *map(len, batches)], dtype=np.int64)
        return batches

    @property
    def _whole(self) -> bool:
        """Whether the whole table is decoded, or had better be.

        Decoding a row group for each of a few rows out of turn costs more in the end than keeping all of them.
        """
        return "table" in self.__dict__ or self._jumps > len(self._groups)

    def _read(self, group: _Group) -> pa.Table:
        names = self._schema.names
        return group.read(names).select(names).replace_schema_metadata(self._schema.metadata)

    def _group(self, number: int) -> pa.Table:
        if number not in self._kept:
            self._jumps += number not in (self._last, self._last + 1)
            self._kept[number] = self._read(self._groups[number])
            while len(self._kept) > KEPT_GROUPS:
                del self._kept[next(iter(self._kept))]
        self._last = number
        return self._kept[number]

    def _pieces(self, start: int, stop: int) -> Iterator[pa.Table]:
        """Yield the rows from ``start`` to ``stop``, a row group or part of one at a time."""
        number = int(np.searchsorted(self._offsets, start, side="right")) - 1
        while start < stop:
            first, end = int(self._offsets[number]), min(int(self._offsets[number + 1]), stop)
            if start < end:
                yield self._group(number).slice(start - first, end - start)
            start, number = max(start, end), number + 1

    def fast_slice(self, offset: int = 0, length: int | None = None) -> pa.Table:
        """Return rows that follow each other; only the row groups that they lie in are decoded."""
        if self._whole or offset < 0:
            _ = self._batches
            return super().fast_slice(offset, length)
        stop = self.num_rows if length is None else min(offset + length, self.num_rows)
        pieces = list(self._pieces(offset, stop))
        return pa.concat_tables(pieces) if pieces else self._schema.empty_table()

    def fast_gather(self, indices: Sequence[int] | np.ndarray[Any, Any]) -> pa.Table:
        """Return rows by their places; each row group that one lies in is decoded once."""
        if self._whole or not len(indices):
            _ = self._batches
            return super().fast_gather(indices)
        places = np.asarray(indices, dtype=np.int64)
        numbers = np.searchsorted(self._offsets, places, side="right") - 1
        order = np.argsort(numbers, kind="stable")
        pieces = [
            self._group(int(number)).take(pa.array(places[order][numbers[order] == number] - self._offsets[number]))
            for number in np.unique(numbers)
        ]
        return pa.concat_tables(pieces).take(pa.array(np.argsort(order, kind="stable")))

    def to_reader(self, max_chunksize: int | None = None) -> pa.RecordBatchReader:
        """Return a reader that decodes one row group after another."""
        if self._whole:
            return super().to_reader(max_chunksize)
        batches = (
            batch for group in self._groups for batch in self._read(group).to_batches(max_chunksize=max_chunksize) if len(batch)
        )
        return pa.RecordBatchReader.from_batches(self._schema, batches)

    def select(self, columns: Sequence[str | int]) -> ParquetTable:
        """Return a table of some columns; the others are not decoded."""
        fields = [self._schema.field(column) for column in columns]
        names = tuple(field.name for field in fields)
        if names not in self._selected:
            self._selected[names] = ParquetTable(self._groups, pa.schema(fields, self._schema.metadata))
        return self._selected[names]

    def drop(self, columns: str | Sequence[str]) -> ParquetTable:
        """Return a table without some columns."""
        gone = {self._schema.field(column).name for column in ([columns] if isinstance(columns, str) else columns)}
        return self.select([name for name in self._schema.names if name not in gone])

    def replace_schema_metadata(self, metadata: Mapping[Any, Any] | None = None) -> ParquetTable:
        """Return the same table with other metadata."""
        return ParquetTable(self._groups, self._schema.with_metadata(metadata))

    @property
    def schema(self) -> pa.Schema:
        """The schema."""
        return self._schema

    @property
    def num_rows(self) -> int:
        """The number of rows."""
        return sum(group.rows for group in self._groups)

    @property
    def num_columns(self) -> int:
        """The number of columns."""
        return len(self._schema)

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return self.num_rows, self.num_columns

    @property
    def column_names(self) -> list[str]:
        """The names of the columns."""
        return list(self._schema.names)

    def __len__(self) -> int:
        return self.num_rows

    def __deepcopy__(self, memo: dict[int, Any]) -> ParquetTable:
        """Return itself: a table does not change."""
        return self

    def __getstate__(self) -> dict[str, Any]:
        """Return where the rows are, and none of them."""
        return {"groups": self._groups, "schema": self._schema}

    def __setstate__(self, state: dict[str, Any]) -> None:
        ParquetTable.__init__(self, state["groups"], state["schema"])

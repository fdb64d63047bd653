"""A table of the ``datasets`` library that stays in its Parquet files until it is asked.

``datasets`` wraps an Arrow table in memory, or one that is mapped from a file that it wrote.
Parquet can be neither: a large table would have to be decoded whole, or copied.
:class:`ParquetTable` decodes the row group that a row is in. It answers itself what ``datasets``
asks for most (rows, slices, streams of batches, some of the columns). For all else it decodes
itself whole, and is an ordinary :class:`~datasets.table.InMemoryTable` from then on.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from datasets.table import InMemoryTable

from lprcorpus.table_files import TableFile

# Decoded row groups that a table keeps, at most.
KEPT_GROUPS = 4


@dataclass(frozen=True)
class _RowGroup:
    """A row group: its file, its number in the file, and how many rows it has."""

    file: TableFile
    number: int
    rows: int


class ParquetTable(InMemoryTable):  # type: ignore[misc]  # datasets is not typed
    """A table of Parquet files of the same schema. Several threads may read it at once."""

    def __init__(self, groups: Sequence[_RowGroup], schema: pa.Schema) -> None:
        self._groups = tuple(groups)
        self._schema = schema
        # The first row of each group, and one past the last row of all.
        self._starts = np.cumsum([0, *(group.rows for group in groups)], dtype=np.int64)
        self._kept_group = lru_cache(KEPT_GROUPS)(self._read)
        self._selected: dict[tuple[str, ...], ParquetTable] = {}
        self._decoded: InMemoryTable | None = None
        self._lock = threading.Lock()
        self._last_group = -1
        self._jumps = 0

    @classmethod
    def open(cls, files: Sequence[TableFile]) -> ParquetTable:
        """Open a table; nothing is decoded."""
        groups = []
        for table_file in files:
            with table_file.open() as file:
                schema = file.schema_arrow
                for number in range(file.num_row_groups):
                    rows = file.metadata.row_group(number).num_rows
                    groups.append(_RowGroup(table_file, number, rows))
        return cls(groups, schema)

    @property
    def table(self) -> pa.Table:
        """The whole table, decoded."""
        return self._in_memory().table

    def _in_memory(self) -> InMemoryTable:
        with self._lock:  # so that of several threads one decodes it
            if self._decoded is None:
                tables = [self._read(group) for group in self._groups]
                whole = pa.concat_tables(tables) if tables else self._schema.empty_table()
                self._decoded = InMemoryTable(whole)
                self._kept_group.cache_clear()
            return self._decoded

    def _is_whole(self) -> bool:
        """Return whether the whole table is decoded, or had better be.

        Decoding a row group for each of many rows out of turn costs more in the end than keeping
        all of them.
        """
        return self._decoded is not None or self._jumps > len(self._groups)

    def _read(self, group: _RowGroup) -> pa.Table:
        names = self._schema.names
        with group.file.open() as file:
            rows = file.read_row_group(group.number, columns=names)
        # The file gives them in its own order.
        return rows.select(names).replace_schema_metadata(self._schema.metadata)

    def _group(self, number: int) -> pa.Table:
        """Return a decoded row group; the last few are kept."""
        if number not in (self._last_group, self._last_group + 1):
            self._jumps += 1
        self._last_group = number
        return self._kept_group(self._groups[number])

    def fast_slice(self, offset: int = 0, length: int | None = None) -> pa.Table:
        """Return rows that follow each other; only the row groups that they are in are decoded."""
        if self._is_whole() or offset < 0:
            return self._in_memory().fast_slice(offset, length)
        stop = self.num_rows if length is None else min(offset + length, self.num_rows)
        pieces = []
        for number, first in enumerate(self._starts[:-1].tolist()):
            start = max(offset, first)
            end = min(stop, first + self._groups[number].rows)
            if start < end:
                pieces.append(self._group(number).slice(start - first, end - start))
        return pa.concat_tables(pieces) if pieces else self._schema.empty_table()

    def fast_gather(self, indices: Sequence[int] | np.ndarray[Any, Any]) -> pa.Table:
        """Return rows by their places; each row group that one is in is decoded once."""
        if self._is_whole() or not len(indices):
            return self._in_memory().fast_gather(indices)
        places = np.asarray(indices, dtype=np.int64)
        numbers = np.searchsorted(self._starts, places, side="right") - 1
        # Gathered group by group, then put back into the order that was asked for.
        order = np.argsort(numbers, kind="stable")
        pieces = []
        for number in np.unique(numbers):
            inside = places[order][numbers[order] == number] - self._starts[number]
            pieces.append(self._group(int(number)).take(pa.array(inside)))
        back = np.argsort(order, kind="stable")
        return pa.concat_tables(pieces).take(pa.array(back))

    def to_reader(self, max_chunksize: int | None = None) -> pa.RecordBatchReader:
        """Return a reader that decodes one row group after another."""
        if self._is_whole():
            return self._in_memory().to_reader(max_chunksize)
        return pa.RecordBatchReader.from_batches(self._schema, self._stream(max_chunksize))

    def _stream(self, max_chunksize: int | None) -> Iterator[pa.RecordBatch]:
        for group in self._groups:
            for batch in self._read(group).to_batches(max_chunksize=max_chunksize):
                if len(batch):
                    yield batch

    def select(self, columns: Sequence[str | int]) -> ParquetTable:
        """Return a table of some columns; the others are not decoded."""
        fields = [self._schema.field(column) for column in columns]
        names = tuple(field.name for field in fields)
        # Kept with its decoded groups: datasets selects a column anew for each row that is asked
        # of it.
        if names not in self._selected:
            schema = pa.schema(fields, self._schema.metadata)
            self._selected.setdefault(names, ParquetTable(self._groups, schema))
        return self._selected[names]

    def drop(self, columns: str | Sequence[str]) -> ParquetTable:
        """Return a table without some columns."""
        dropped = [columns] if isinstance(columns, str) else columns
        return self.select([name for name in self._schema.names if name not in dropped])

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
        return int(self._starts[-1])

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
        # A table does not change.
        return self

    def __getstate__(self) -> dict[str, Any]:
        # Where the rows are, and none of them.
        return {"groups": self._groups, "schema": self._schema}

    def __setstate__(self, state: dict[str, Any]) -> None:
        ParquetTable.__init__(self, state["groups"], state["schema"])

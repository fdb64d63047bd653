"""The layer *schema*: whether the files of a table have its columns; and their rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from lprcorpus.files import open_parquet
from lprcorpus.problems import Problem
from lprcorpus.tables import ROW_GROUP, arrow_schema
from lprcorpus.validation.documents import items_of, mapping
from lprcorpus.validation.folder import NotReadable

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = ["RowGroup", "TableRows", "check_file"]

# Bytes of a row group before compression, at most; also those of the rows that are decoded at a
# time.
LARGEST_GROUP = 1024 * 1024 * 1024

# Bytes of rows that are looked at together, about.
LARGEST_PART = 64 * 1024 * 1024

# How many times larger the rows are than what is written, at most.
MOST_TIMES = 1_000

MAGIC = b"PAR1"

_UNREADABLE = (OSError, pa.ArrowException, UnicodeDecodeError)


@dataclass(frozen=True)
class RowGroup:
    """One row group of a file: its rows, and what the footer says of them."""

    table: str
    file: str
    number: int
    parquet: pq.ParquetFile
    columns: Sequence[str]

    @property
    def footer(self) -> pq.RowGroupMetaData:
        """What the footer says of the group."""
        return self.parquet.metadata.row_group(self.number)

    def parts(self) -> Iterator[pa.Table]:
        """Yield the rows in the table's Arrow types, at most :data:`ROW_GROUP` at a time.

        Raises:
            NotReadable: the file is damaged.
        """
        waiting: list[pa.RecordBatch] = []
        rows = size = 0
        try:
            for batch in self._batches():
                batch.validate(full=True)  # among others, that its text is UTF-8
                waiting.append(batch)
                rows += batch.num_rows
                size += batch.nbytes
                if rows >= ROW_GROUP or size >= LARGEST_PART:
                    yield self._join(waiting)
                    waiting = []
                    rows = size = 0
            if waiting:
                yield self._join(waiting)
        except _UNREADABLE as error:
            raise NotReadable(_damaged(self.table, self.file, error)) from None

    def _batches(self) -> Iterator[pa.RecordBatch]:
        yield from self.parquet.iter_batches(
            self._rows_at_once(), row_groups=[self.number], columns=list(self.columns)
        )

    def _rows_at_once(self) -> int:
        """Return how many rows to decode at a time.

        A column chunk may hold a long value once and repeat it in every row, in a few bytes:
        decoded, its
        rows can be as large as their number times the chunk.
        """
        footer = self.footer
        chunks = [footer.column(place) for place in range(footer.num_columns)]
        largest = max(int(chunk.total_uncompressed_size) for chunk in chunks)
        return max(1, min(ROW_GROUP, LARGEST_GROUP // max(largest, 1)))

    def _join(self, batches: Sequence[pa.RecordBatch]) -> pa.Table:
        """Return batches as one table in the table's Arrow types; a file may have others."""
        joined = pa.Table.from_batches(batches).select(list(self.columns))
        schema = arrow_schema(self.table)
        fields = [schema.field(column).remove_metadata() for column in self.columns]
        return joined.cast(pa.schema(fields)).combine_chunks()


@dataclass(frozen=True)
class TableRows:
    """The rows of a table whose files all have its columns."""

    name: str
    files: dict[str, Path]

    def row_groups(self, columns: Sequence[str] | None = None) -> Iterator[RowGroup]:
        """Yield the row groups of all files, in order.

        Raises:
            NotReadable: a file is damaged.
        """
        for file, path in self.files.items():
            try:
                with open_parquet(path, checksums=True) as parquet:
                    for number in range(parquet.num_row_groups):
                        wanted = columns or arrow_schema(self.name).names
                        yield RowGroup(self.name, file, number, parquet, wanted)
            except _UNREADABLE as error:
                raise NotReadable(_damaged(self.name, file, error)) from None

    def parts(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield the rows of all files, some at a time; as :meth:`row_groups`."""
        for group in self.row_groups(columns):
            yield from group.parts()


def _damaged(table: str, file: str, error: Exception) -> Problem:
    reason = str(error).split("\n", 1)[0] or type(error).__name__
    expected = "a Parquet file that can be read"
    return Problem("not-parquet", reason, expected, table=table, file=file)


def check_file(table: str, file: str, path: Path, *, wording: bool) -> Iterator[Problem]:
    """Yield what is wrong with the footer of a Parquet file.

    Args:
        table: the table that it is of.
        file: its path in the corpus.
        path: where it is.
        wording: whether the descriptions of the columns have to be those of this version.
    """
    with path.open("rb") as content:
        magic = content.read(len(MAGIC))  # Arrow looks at the last bytes only
        # A footer's length is in four bytes before the last four.
        size = content.seek(0, 2)
        content.seek(max(size - 8, 0))
        content.seek(max(size - 8 - int.from_bytes(content.read(4), "little"), 0))
        footer = content.read(LARGEST_PART)
    if magic != MAGIC:
        found = f"{magic!r} at its head"
        yield Problem("not-parquet", found, f"{MAGIC!r}", table=table, file=file)
        return
    try:
        with open_parquet(path) as parquet:
            found_schema = parquet.schema_arrow
            if parquet.schema.names != found_schema.names:  # also where a name is no text
                raise pa.ArrowInvalid("two lists of columns that differ")
            yield from _check_size(table, file, parquet.metadata)
            yield from _check_keys(table, file, parquet.metadata.metadata or {}, footer)
    except _UNREADABLE as error:
        yield _damaged(table, file, error)
        return
    yield from _compare_schemas(table, file, found_schema, wording=wording)


def _check_size(table: str, file: str, footer: pq.FileMetaData) -> Iterator[Problem]:
    """Yield the row groups that are larger than is safe to read, as the footer says."""
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        chunks = [group.column(place) for place in range(group.num_columns)]
        written = sum(chunk.total_compressed_size for chunk in chunks)
        size = group.total_byte_size
        # Text is compressed to a third, or a thirtieth where it repeats itself; not to a
        # thousandth.
        if size > LARGEST_GROUP or (size > LARGEST_PART and size > MOST_TIMES * written):
            found = f"a row group of {size:,} bytes, compressed to {written:,}"
            expected = f"{LARGEST_GROUP:,} at most, and {MOST_TIMES:,} times what is written"
            yield Problem("file-too-large", found, expected, table=table, file=file)


def _check_keys(
    table: str, file: str, content: dict[bytes, bytes], footer: bytes
) -> Iterator[Problem]:
    """Yield the keys of a footer that would mislead a reader."""
    for key in content:
        # In the footer's Thrift, a key is its length, itself, and the mark (0x18) of the value that
        # follows.
        # Arrow gives each key once; a reader that takes the other one of two reads something else.
        written = bytes([len(key) % 128]) + key + b"\x18"
        if footer.count(written) > 1:
            found = f"the key {key.decode('utf-8', 'replace')} twice"
            yield Problem("footer-key", found, "each key once", table=table, file=file)
    try:
        pandas = mapping(json.loads(content.get(b"pandas", b"{}")))
    except (ValueError, RecursionError):
        pandas = {}
    for index in items_of(pandas.get("index_columns")):
        if isinstance(index, str):
            found = f"the column {index[:100]!r} as index"
            expected = "no column as index: pandas would not show it"
            yield Problem("pandas-index", found, expected, table=table, file=file)


def _compare_schemas(
    table: str, file: str, found: pa.Schema, *, wording: bool
) -> Iterator[Problem]:
    """Yield how the schema of a file differs from its table's."""
    schema = arrow_schema(table)
    described_otherwise = []
    for name in dict.fromkeys(found.names):
        times = found.names.count(name)
        if name not in schema.names or times > 1:
            said = "the column" if times == 1 else f"the column {times} times"
            expected = f"each of {', '.join(schema.names)} once"
            yield Problem("column-unknown", said, expected, table=table, column=name, file=file)
    for field in schema:
        if field.name not in found.names:
            expected = f"one of type {field.type}"
            yield Problem(
                "column-missing",
                "no such column",
                expected,
                table=table,
                column=field.name,
                file=file,
            )
            continue
        there = found.field(found.names.index(field.name))
        if not _is_same_type(there.type, field.type):
            said, expected = str(there.type), str(field.type)
            yield Problem("column-type", said, expected, table=table, column=field.name, file=file)
        elif (there.metadata or {}).get(b"description") != (field.metadata or {})[b"description"]:
            described_otherwise.append(field.name)
    if described_otherwise and wording:
        # One problem for a file: whoever rewrites it loses all descriptions at once.
        said = f"no description, or another, of {', '.join(described_otherwise)}"
        yield Problem("column-description", said, "those of the models", table=table, file=file)
    if found.names != schema.names and sorted(found.names) == sorted(schema.names):
        said, expected = ", ".join(found.names), ", ".join(schema.names)
        yield Problem("column-order", said, expected, table=table, file=file)
    features = (found.metadata or {}).get(b"huggingface")
    if features != (schema.metadata or {})[b"huggingface"]:
        said = "none" if features is None else f"{len(features)} bytes that say otherwise"
        expected = "the Hugging Face features of the table's columns"
        yield Problem("features", said, expected, table=table, file=file)


def _is_same_type(found: pa.DataType, expected: pa.DataType) -> bool:
    """Return whether a type is the one expected.

    Parquet knows one string: a large one is only what Arrow is told to make of it.
    """
    if pa.types.is_large_string(found):
        return bool(pa.types.is_string(expected))
    return bool(found == expected)

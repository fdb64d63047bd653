"""The layer *schema*: whether the Parquet files of a table have its columns; and their rows, a few thousand at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from lprcorpus.files import open_parquet
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES
from lprcorpus.tables import ROW_GROUP, arrow_schema
from lprcorpus.validation.documents import items_of, mapping
from lprcorpus.validation.folder import NotReadable
from lprcorpus.validation.listing import ListedFile

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = ["OpenTable", "RowGroup", "open_table"]

LARGEST_GROUP = 1024 * 1024 * 1024
"""Bytes of a row group before compression, at most; also those of the rows that are decoded at a time."""

LARGEST_PART = 64 * 1024 * 1024
"""Bytes of rows that are looked at together, about."""

MOST_TIMES = 1_000
"""How many times larger the rows are than what is written, at most."""

MAGIC = b"PAR1"


@dataclass(frozen=True)
class RowGroup:
    """One row group of a file: its rows, and what the footer says of them."""

    table: str
    file: ListedFile
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
        try:
            batches = self.parquet.iter_batches(self._rows_at_once(), row_groups=[self.number], columns=list(self.columns))
            for batch in batches:
                batch.validate(full=True)  # among others, that its text is UTF-8
                waiting.append(batch)
                rows = sum(one.num_rows for one in waiting)
                size = sum(one.nbytes for one in waiting)
                if rows >= ROW_GROUP or size >= LARGEST_PART:
                    yield self._join(waiting)
                    waiting = []
            if waiting:
                yield self._join(waiting)
        except (OSError, pa.ArrowException) as error:
            raise NotReadable(_damaged(self.table, self.file, error)) from None

    def _rows_at_once(self) -> int:
        """Return how many rows to decode at a time.

        A column chunk may hold a long value once and repeat it in every row, in a few bytes: decoded, its rows can be as
        large as their number times the chunk.
        """
        footer = self.footer
        chunks = [footer.column(place) for place in range(footer.num_columns)]
        largest = max(int(chunk.total_uncompressed_size) for chunk in chunks)
        return max(1, min(ROW_GROUP, LARGEST_GROUP // max(largest, 1)))

    def _join(self, batches: Sequence[pa.RecordBatch]) -> pa.Table:
        """Return batches as one table in the table's Arrow types; a file may have others that hold the same."""
        joined = pa.Table.from_batches(batches).select(list(self.columns))
        fields = [arrow_schema(self.table).field(column).remove_metadata() for column in self.columns]
        return joined.cast(pa.schema(fields)).combine_chunks()


@dataclass(frozen=True)
class OpenTable:
    """A table whose files can be read.

    Attributes:
        name: its name.
        files: its files, in order.
        columns: the columns that all of them hold, in the table's order.
        all_files: whether every listed file is among them.
    """

    name: str
    files: tuple[ListedFile, ...]
    columns: tuple[str, ...]
    all_files: bool

    @property
    def whole(self) -> bool:
        """Whether every listed file can be read and has every column."""
        return self.all_files and len(self.columns) == len(TABLES[self.name].columns)

    def row_groups(self, columns: Sequence[str] | None = None) -> Iterator[RowGroup]:
        """Yield the row groups of all files, in order.

        Args:
            columns: the columns to read; all that can be read by default.

        Raises:
            NotReadable: a file is damaged.
        """
        wanted = [column for column in self.columns if columns is None or column in columns]
        for file in self.files:
            try:
                with open_parquet(file.path, checksums=True) as parquet:
                    for number in range(parquet.num_row_groups):
                        yield RowGroup(self.name, file, number, parquet, wanted)
            except (OSError, pa.ArrowException) as error:
                raise NotReadable(_damaged(self.name, file, error)) from None

    def parts(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield the rows of all files, at most :data:`ROW_GROUP` at a time.

        Args:
            columns: the columns to read; all that can be read by default.

        Raises:
            NotReadable: a file is damaged.
        """
        for group in self.row_groups(columns):
            yield from group.parts()


def open_table(name: str, files: Sequence[ListedFile], *, all_listed: bool, wording: bool) -> tuple[OpenTable, list[Problem]]:
    """Read the footers of a table's files; return the table, and what is wrong with their schemas.

    Args:
        name: the table's name.
        files: its files.
        all_listed: whether these are all the files that are listed.
        wording: whether the descriptions of the columns have to be those of this version.
    """
    problems: list[Problem] = []
    readable = []
    columns = [column.name for column in TABLES[name].columns]
    for file in files:
        try:
            _check_magic(name, file)
            with open_parquet(file.path) as parquet:
                found = parquet.schema_arrow
                if parquet.schema.names != found.names:  # also where a name is no text
                    raise pa.ArrowInvalid("two lists of columns that differ")
                _check_size(name, file, parquet.metadata)
                problems += _check_footer(name, file, parquet)
        except NotReadable as error:
            problems.append(error.problem)
            continue
        except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
            problems.append(_damaged(name, file, error))
            continue
        readable.append(file)
        problems += _compare_schemas(name, file, found, wording=wording)
        columns = [column for column in columns if _is_usable(name, column, found)]
    table = OpenTable(
        name=name,
        files=tuple(readable),
        columns=tuple(columns),
        all_files=all_listed and len(readable) == len(files),
    )
    return table, problems


def _damaged(table: str, file: ListedFile, error: Exception) -> Problem:
    reason = type(error).__name__
    if str(error):
        reason = str(error).split("\n", 1)[0]
    expected = "a Parquet file that can be read"
    return Problem("not-parquet", reason, expected, table=table, file=file.name)


def _check_magic(table: str, file: ListedFile) -> None:
    """Look at the first bytes of a file: Arrow reads only the last.

    Raises:
        NotReadable: they are not Parquet's.
    """
    with file.path.open("rb") as content:
        magic = content.read(len(MAGIC))
    if magic != MAGIC:
        problem = Problem("not-parquet", f"{magic!r} at its head", f"{MAGIC!r}", table=table, file=file.name)
        raise NotReadable(problem)


def _check_size(table: str, file: ListedFile, footer: pq.FileMetaData) -> None:
    """Look at how large a file's rows are before compression, as its footer says.

    Raises:
        NotReadable: a row group is larger than is safe to read.
    """
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        chunks = [group.column(place) for place in range(group.num_columns)]
        written = sum(chunk.total_compressed_size for chunk in chunks)
        size = group.total_byte_size
        # Text is compressed to a third, or a thirtieth where it repeats itself; not to a thousandth.
        if size > LARGEST_GROUP or (size > LARGEST_PART and size > MOST_TIMES * written):
            found = f"a row group of {size:,} bytes, compressed to {written:,}"
            expected = f"{LARGEST_GROUP:,} at most, and {MOST_TIMES:,} times what is written"
            problem = Problem("file-too-large", found, expected, table=table, file=file.name)
            raise NotReadable(problem)


def _check_footer(table: str, file: ListedFile, parquet: pq.ParquetFile) -> Iterator[Problem]:
    """Yield what a footer says beside the schema that would mislead a reader."""
    content = parquet.metadata.metadata or {}
    data = _footer_bytes(file)
    for key in content:
        # In the footer's Thrift, a key is its length, itself, and the mark (0x18) of the value that follows.
        # Arrow gives each key once; a reader that takes the other one of two reads something else.
        written = bytes([len(key)]) + key + b"\x18"
        if len(key) < 128 and data.count(written) > 1:
            found = f"the key {key.decode('utf-8', 'replace')} twice"
            yield Problem("footer-key", found, "each key once", table=table, file=file.name)
    if b"pandas" in content:
        yield from _check_pandas(table, file, content[b"pandas"])


def _footer_bytes(file: ListedFile) -> bytes:
    """Return the footer of a Parquet file: its length is in four bytes before the last four."""
    with file.path.open("rb") as content:
        size = content.seek(0, 2)
        content.seek(max(size - 8, 0))
        length = int.from_bytes(content.read(4), "little")
        content.seek(max(size - 8 - length, 0))
        return content.read(length)


def _check_pandas(table: str, file: ListedFile, data: bytes) -> Iterator[Problem]:
    """Yield where pandas is told to take a column for the index: then the frame lacks it."""
    try:
        content = mapping(json.loads(data))
    except (ValueError, RecursionError):
        content = {}
    for index in items_of(content.get("index_columns")):
        if isinstance(index, str):
            found = f"the column {index!r:.100} as index"
            expected = "no column as index: pandas would not show it"
            yield Problem("pandas-index", found, expected, table=table, file=file.name)


def _compare_schemas(name: str, file: ListedFile, found: pa.Schema, *, wording: bool) -> Iterator[Problem]:
    """Yield how the schema of a file differs from its table's."""
    expected = arrow_schema(name)
    counts = Counter(found.names)
    for column, count in counts.items():
        if column not in expected.names:
            known = f"one of {', '.join(expected.names)}"
            yield Problem("column-unknown", "the column", known, table=name, column=column, file=file.name)
        elif count > 1:
            times = f"the column {count} times"
            yield Problem("column-unknown", times, "it once", table=name, column=column, file=file.name)
    described_otherwise = []
    for field in expected:
        if field.name not in counts:
            wanted = f"one of type {field.type}"
            yield Problem(
                "column-missing",
                "no such column",
                wanted,
                table=name,
                column=field.name,
                file=file.name,
            )
            continue
        there = found.field(found.names.index(field.name))
        if not _same_type(there.type, field.type):
            yield Problem(
                "column-type",
                str(there.type),
                str(field.type),
                table=name,
                column=field.name,
                file=file.name,
            )
        elif (there.metadata or {}).get(b"description") != (field.metadata or {})[b"description"]:
            described_otherwise.append(field.name)
    if described_otherwise and wording:
        # One problem for a file: whoever rewrites it loses all descriptions at once.
        said = f"no description, or another, of {', '.join(described_otherwise)}"
        yield Problem("column-description", said, "those of the models", table=name, file=file.name)
    if sorted(found.names) == sorted(expected.names) and found.names != expected.names:
        order, wanted = ", ".join(found.names), ", ".join(expected.names)
        yield Problem("column-order", order, wanted, table=name, file=file.name)
    features = (found.metadata or {}).get(b"huggingface")
    if features != (expected.metadata or {})[b"huggingface"]:
        said = "none" if features is None else f"{len(features)} bytes that say otherwise"
        wanted = "the Hugging Face features of the table's columns"
        yield Problem("features", said, wanted, table=name, file=file.name)


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _same_type(found: pa.DataType, expected: pa.DataType) -> bool:
    """Return whether a type is the one expected. Parquet knows one string: a large one is only what Arrow is told to make."""
    return found == expected or (_is_string(found) and _is_string(expected))


def _is_usable(name: str, column: str, found: pa.Schema) -> bool:
    """Return whether a column can be read as what it should be."""
    if found.names.count(column) != 1:
        return False
    there = found.field(column).type
    wanted = arrow_schema(name).field(column).type
    if pa.types.is_integer(wanted):
        return bool(pa.types.is_integer(there))
    return _same_type(there, wanted)

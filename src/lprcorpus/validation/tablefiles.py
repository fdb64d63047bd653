"""The files of one table: whether their schema is the table's, and their rows, a few thousand at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES
from lprcorpus.tables import ROW_GROUP, arrow_schema
from lprcorpus.validation.folder import NotReadable
from lprcorpus.validation.listing import ListedFile

__all__ = ["OpenTable", "open_table"]


@dataclass(frozen=True)
class OpenTable:
    """A table whose files can be read.

    Attributes:
        name: its name.
        files: its files, in order.
        columns: the columns that all of them hold, in the table's order.
        rows: how many rows their footers count.
        all_files: whether every listed file is among them.
    """

    name: str
    files: tuple[ListedFile, ...]
    columns: tuple[str, ...]
    rows: int
    all_files: bool

    @property
    def whole(self) -> bool:
        """Whether every listed file can be read and has every column."""
        return self.all_files and len(self.columns) == len(TABLES[self.name].columns)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield the rows in the table's Arrow types, at most :data:`ROW_GROUP` at a time.

        Args:
            columns: the columns to read; all that can be read by default.

        Raises:
            NotReadable: a file is damaged.
        """
        import pyarrow.parquet as pq

        wanted = [column for column in self.columns if columns is None or column in columns]
        schema = pa.schema([arrow_schema(self.name).field(column).remove_metadata() for column in wanted])
        for file in self.files:
            try:
                with pq.ParquetFile(str(file.path), page_checksum_verification=True) as parquet:
                    for batch in parquet.iter_batches(ROW_GROUP, columns=wanted):
                        batch.validate(full=True)  # that its text is UTF-8, too
                        table = pa.table({column: batch.column(column) for column in wanted})
                        yield table if table.schema.equals(schema) else table.cast(schema)
            except (OSError, pa.ArrowException) as error:
                raise NotReadable(_damaged(self.name, file, error)) from None


def open_table(name: str, files: Sequence[ListedFile], *, all_listed: bool) -> tuple[OpenTable, list[Problem]]:
    """Read the footers of a table's files; return the table, and what is wrong with their schemas.

    Args:
        name: the table's name.
        files: its files.
        all_listed: whether these are all the files that are listed.
    """
    import pyarrow.parquet as pq

    problems: list[Problem] = []
    readable = []
    columns = [column.name for column in TABLES[name].columns]
    rows = 0
    for file in files:
        try:
            with pq.ParquetFile(str(file.path)) as parquet:
                found = parquet.schema_arrow
                rows += parquet.metadata.num_rows
        except (OSError, pa.ArrowException) as error:
            problems.append(_damaged(name, file, error))
            continue
        readable.append(file)
        problems += _compare_schemas(name, file, found)
        columns = [column for column in columns if _is_usable(name, column, found)]
    return OpenTable(name, tuple(readable), tuple(columns), rows, all_listed and len(readable) == len(files)), problems


def _damaged(table: str, file: ListedFile, error: Exception) -> Problem:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return Problem("not-parquet", reason, "a Parquet file that can be read", table=table, file=file.name)


def _compare_schemas(name: str, file: ListedFile, found: pa.Schema) -> Iterator[Problem]:
    """Yield how the schema of a file differs from its table's."""
    expected = arrow_schema(name)
    counts = Counter(found.names)
    for column, count in counts.items():
        if column not in expected.names:
            yield Problem(
                "column-unknown", "the column", f"one of {', '.join(expected.names)}", name, None, column, file=file.name
            )
        elif count > 1:
            yield Problem("column-unknown", f"the column {count} times", "it once", name, None, column, file=file.name)
    for field in expected:
        if field.name not in counts:
            yield Problem("column-missing", "no such column", f"one of type {field.type}", name, None, field.name, file=file.name)
            continue
        there = found.field(found.names.index(field.name))
        if there.type != field.type:
            yield Problem("column-type", str(there.type), str(field.type), name, None, field.name, file=file.name)
        elif there.metadata != field.metadata:
            said = (there.metadata or {}).get(b"description", b"").decode("utf-8", "replace")
            expected_text = (field.metadata or {})[b"description"].decode()
            yield Problem("column-description", repr(said), repr(expected_text), name, None, field.name, file=file.name)
    if sorted(found.names) == sorted(expected.names) and found.names != expected.names:
        yield Problem("column-order", ", ".join(found.names), ", ".join(expected.names), name, file=file.name)
    features = (found.metadata or {}).get(b"huggingface")
    if features != (expected.metadata or {})[b"huggingface"]:
        said = "none" if features is None else f"{len(features)} bytes that say otherwise"
        yield Problem("features", said, "the Hugging Face features of the table's columns", name, file=file.name)


def _is_usable(name: str, column: str, found: pa.Schema) -> bool:
    """Tell whether a column can be read as what it should be."""
    if found.names.count(column) != 1:
        return False
    there, wanted = found.field(column).type, arrow_schema(name).field(column).type
    if pa.types.is_string(wanted):
        return bool(pa.types.is_string(there) or pa.types.is_large_string(there))
    if pa.types.is_integer(wanted):
        return bool(pa.types.is_integer(there))
    return bool(there == wanted)

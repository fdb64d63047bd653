"""The layer *schema*: what the footer of a Parquet file says, before any row is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from lprcorpus.problems import Problem
from lprcorpus.tables import arrow_schema
from lprcorpus.validation.documents import items_of, mapping

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = ["LARGEST_TABLE", "check_footer", "column_chunks"]

# Bytes of the rows of a file, at most; a build writes some 20 MB. It bounds the memory.
LARGEST_TABLE = 1024 * 1024 * 1024

# Bytes of rows that any file may have, and how many times larger than what is written others may
# be. Text is compressed to a third, or a thirtieth where it repeats itself; not to a thousandth.
SMALL_TABLE = 64 * 1024 * 1024
MOST_TIMES = 1_000

MAGIC = b"PAR1"


def check_footer(
    table: str, file: str, path: Path, parquet: pq.ParquetFile, *, wording: bool
) -> Iterator[Problem]:
    """Yield what is wrong with the footer of a Parquet file.

    Args:
        table: the table that it is of.
        file: its path in the corpus.
        path: where it is.
        parquet: the file, opened.
        wording: whether the descriptions of the columns have to be those of this version.
    """
    problem = partial(Problem, table=table, file=file)
    with path.open("rb") as content:
        head = content.read(len(MAGIC))
        # The length of the footer is in four bytes, before the magic number at the end.
        end = content.seek(-8, 2)
        content.seek(max(end - int.from_bytes(content.read(4), "little"), 0))
        footer = content.read(SMALL_TABLE)
    if head != MAGIC:  # Arrow looks at the last bytes only
        yield problem("not-parquet", f"{head!r} at its head", f"{MAGIC!r}")
    schema = parquet.schema_arrow
    if parquet.schema.names != schema.names:  # also where a name is no text
        expected = "a Parquet file that can be read"
        yield problem("not-parquet", "two lists of columns that differ", expected)
    yield from _check_size(problem, parquet.metadata)
    yield from _check_keys(problem, parquet.metadata.metadata or {}, footer)
    yield from _compare_columns(problem, schema, arrow_schema(table), wording=wording)
    features = (schema.metadata or {}).get(b"huggingface")
    if features != (arrow_schema(table).metadata or {})[b"huggingface"]:
        found = "none" if features is None else f"{len(features)} bytes that say otherwise"
        yield problem("features", found, "the Hugging Face features of the table's columns")


def column_chunks(group: pq.RowGroupMetaData) -> Iterator[pq.ColumnChunkMetaData]:
    """Yield what a footer says of each column of a row group."""
    for place in range(group.num_columns):
        yield group.column(place)


def _check_size(problem: partial[Problem], footer: pq.FileMetaData) -> Iterator[Problem]:
    """Yield where the rows are larger than is safe to read."""
    size = written = 0
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        size += group.total_byte_size
        written += sum(chunk.total_compressed_size for chunk in column_chunks(group))
    if size > LARGEST_TABLE or (size > SMALL_TABLE and size > MOST_TIMES * written):
        found = f"rows of {size:,} bytes, compressed to {written:,}"
        expected = f"{LARGEST_TABLE:,} at most, and {MOST_TIMES:,} times what is written"
        yield problem("file-too-large", found, expected)


def _check_keys(
    problem: partial[Problem], content: dict[bytes, bytes], footer: bytes
) -> Iterator[Problem]:
    """Yield the keys of a footer that would mislead a reader."""
    for key in content:
        # In Thrift, a key is its length, itself, and the mark (0x18) of the value that follows.
        # Arrow gives each key once; a reader that takes the other one reads something else.
        written = bytes([len(key) % 128]) + key + b"\x18"
        if footer.count(written) > 1:
            yield problem(
                "footer-key", f"the key {key.decode(errors='replace')} twice", "each once"
            )
    try:
        pandas = mapping(json.loads(content.get(b"pandas", b"{}")))
    except (ValueError, RecursionError):
        return
    for index in items_of(pandas.get("index_columns")):
        if isinstance(index, str):
            found = f"the column {index[:100]!r} as index"
            yield problem("pandas-index", found, "no column as index: pandas would not show it")


def _compare_columns(
    problem: partial[Problem], found: pa.Schema, schema: pa.Schema, *, wording: bool
) -> Iterator[Problem]:
    """Yield how the columns of a file differ from its table's."""
    for name in dict.fromkeys(found.names):
        times = found.names.count(name)
        if name not in schema.names or times > 1:
            said = "the column" if times == 1 else f"the column {times} times"
            expected = f"each of {', '.join(schema.names)} once"
            yield problem("column-unknown", said, expected, column=name)
    undescribed = []
    for field in schema:
        if field.name not in found.names:
            expected = f"one of type {field.type}"
            yield problem("column-missing", "no such column", expected, column=field.name)
            continue
        there = found.field(found.names.index(field.name))
        if not _is_same_type(there.type, field.type):
            yield problem("column-type", str(there.type), str(field.type), column=field.name)
        elif (there.metadata or {}).get(b"description") != (field.metadata or {})[b"description"]:
            undescribed.append(field.name)
    if undescribed and wording:
        # One problem for a file: whoever rewrites it loses all descriptions at once.
        said = f"no description, or another, of {', '.join(undescribed)}"
        yield problem("column-description", said, "those of the models")
    if found.names != schema.names and sorted(found.names) == sorted(schema.names):
        yield problem("column-order", ", ".join(found.names), ", ".join(schema.names))


def _is_same_type(found: pa.DataType, expected: pa.DataType) -> bool:
    """Return whether a type is the one expected.

    Parquet knows one string: a large one is only what Arrow is told to make of it.
    """
    if pa.types.is_large_string(found):
        return bool(pa.types.is_string(expected))
    return bool(found == expected)

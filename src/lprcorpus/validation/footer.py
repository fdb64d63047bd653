"""What the footer of a Parquet file says: its columns and keys, and its statistics of the rows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from os import SEEK_END
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.tables import arrow_schema
from lprcorpus.validation.differ import compare_values

if TYPE_CHECKING:
    import pyarrow.parquet as pq

# Bytes of the rows of a file, at most; a build writes some 20 MB. It bounds the memory.
LARGEST_TABLE = 1024 * 1024 * 1024

# Bytes of rows that any file may have, and how many times larger than what is written others may
# be. Text is compressed to a third, or a thirtieth where it repeats itself; not to a thousandth.
SMALL_TABLE = 64 * 1024 * 1024
MOST_TIMES = 1_000

MAGIC = b"PAR1"

# The bytes behind the footer: its length in four bytes, and the magic number.
_ENDING = 8

_FEATURES = b"huggingface"

# The keys of a footer that a build writes: the features, and the columns as Arrow has them.
_KEYS = (_FEATURES, b"ARROW:schema")


def check_footer(
    table: str, file: str, path: Path, parquet: pq.ParquetFile, *, wording: bool
) -> Iterator[Problem]:
    """Yield what is wrong with the footer of a file; arguments as in :func:`check_table_file`.

    It is asked before the rows are read, and so nothing of single columns: Arrow ends the process
    where it cannot make sense of what a footer says of one.
    """
    problem = partial(Problem, table=table, file=file)
    found, expected = parquet.schema_arrow, arrow_schema(table)
    keys = parquet.metadata.metadata or {}
    with path.open("rb") as content:
        head = content.read(len(MAGIC))
        content.seek(-_ENDING - parquet.metadata.serialized_size, SEEK_END)
        footer = content.read(SMALL_TABLE)
    if head != MAGIC:  # Arrow looks at the last bytes only
        yield problem("not-parquet", f"{head!r} at its head", f"{MAGIC!r}")
    if parquet.schema.names != found.names:  # also where a name is no text
        yield problem("not-parquet", "two lists of columns that differ", "one list")
    size, written = _rows_size(parquet.metadata), path.stat().st_size
    if size > LARGEST_TABLE or (size > SMALL_TABLE and size > MOST_TIMES * written):
        says = f"rows of {size:,} bytes, compressed to {written:,}"
        most = f"{LARGEST_TABLE:,} at most, and {MOST_TIMES:,} times what is written"
        yield problem("file-too-large", says, most)
    yield from _check_keys(problem, keys, footer)
    yield from _compare_columns(problem, found, expected)
    if wording and _descriptions(found) != _descriptions(expected):
        # One problem for a file: whoever rewrites it loses all descriptions at once.
        yield problem("column-description", "others, or none", "those of the models")
    # Arrow has its own copy of the keys; other readers see those of the file.
    for features in {keys.get(_FEATURES), (found.metadata or {}).get(_FEATURES)}:
        if features != (expected.metadata or {})[_FEATURES]:
            yield problem("features", shorten(features), "those of the table's columns")


def _rows_size(footer: pq.FileMetaData) -> int:
    return sum(group.total_byte_size for group in row_groups(footer))


def row_groups(footer: pq.FileMetaData) -> Iterator[pq.RowGroupMetaData]:
    """Yield what a footer says of each row group."""
    for number in range(footer.num_row_groups):
        yield footer.row_group(number)


def _check_keys(
    problem: partial[Problem], content: dict[bytes, bytes], footer: bytes
) -> Iterator[Problem]:
    """Yield the keys of a footer that would mislead a reader."""
    for key in content:
        name = key.decode(errors="replace")
        if key == b"pandas":
            yield problem("pandas-index", "the key pandas", "none: it can make a column the index")
        elif key not in _KEYS:
            yield problem("footer-key", f"the key {shorten(name)}", "no key that no build writes")
        # In Thrift, a key is its length and itself. Arrow gives each key once; a reader that takes
        # the other one reads something else.
        elif footer.count(bytes([len(key)]) + key) > 1:
            yield problem("footer-key", f"the key {name} twice", "each once")


def _compare_columns(
    problem: partial[Problem], found: pa.Schema, expected: pa.Schema
) -> Iterator[Problem]:
    """Yield how the columns of a file differ from its table's."""
    # Parquet knows one string: a large one is only what Arrow is told to make of it.
    types = {field.name: _type_of(field) for field in found}
    wanted = {field.name: _type_of(field) for field in expected}
    for difference in compare_values(types, wanted):
        code = "column-type"
        if difference.found == "nothing":
            code = "column-missing"
        elif difference.expected == "nothing":
            code = "column-unknown"
        yield problem(code, difference.found, difference.expected, column=difference.place)
    if len(types) < len(found.names):
        yield problem("column-unknown", "a column twice", "each once")
    elif found.names != expected.names and types.keys() == wanted.keys():
        yield problem("column-order", ", ".join(found.names), ", ".join(expected.names))


def _type_of(field: pa.Field) -> str:
    name = str(field.type).removeprefix("large_")
    # Of a column that cannot be null, `datasets` loses the feature.
    return name if field.nullable else f"{name} not null"


def _descriptions(schema: pa.Schema) -> dict[str, bytes | None]:
    return {field.name: (field.metadata or {}).get(b"description") for field in schema}


def check_statistics(
    table: str, file: str, path: Path, footer: pq.FileMetaData, rows: pa.Table
) -> Iterator[Problem]:
    """Yield where the statistics differ from the rows: readers skip row groups by them."""
    problem = partial(Problem, "statistics", table=table, file=file)
    start = written = 0
    for number, group in enumerate(row_groups(footer)):
        if group.sorting_columns:
            yield problem(f"an order of row group {number}", "none, for no build writes one")
        # A footer may also lie about the number of rows: the slice is then a shorter one.
        part = rows.slice(start, group.num_rows)
        start += group.num_rows
        for place in range(group.num_columns):
            chunk = group.column(place)
            written += chunk.total_compressed_size
            name, path_there = footer.schema.column(place).name, chunk.path_in_schema
            if path_there != name:
                yield problem(f"the column {shorten(path_there)} in its place", "it", column=name)
            if chunk.is_stats_set:
                for found, expected in _differences(chunk.statistics, part.column(name)):
                    said = f"{found} in the footer, for row group {number}"
                    yield problem(said, f"{expected}, as the rows say", column=name)
    for stated in {start, footer.num_rows} - {rows.num_rows}:
        yield problem(f"{stated} rows in the footer", f"{rows.num_rows}")
    beside = path.stat().st_size - len(MAGIC) - written - footer.serialized_size - _ENDING
    if beside:
        # A page index or a Bloom filter, by which some readers skip rows, is outside of the rows.
        expected = "none: an index there cannot be compared with the rows"
        yield problem(f"{beside:,} bytes beside the rows", expected)


def _differences(
    statistics: pq.Statistics, values: pa.ChunkedArray[pa.Scalar[pa.DataType]]
) -> Iterator[tuple[str, str]]:
    """Yield what statistics say of some values, and what is so, where that is something else."""
    if statistics.has_null_count and statistics.null_count != values.null_count:
        yield f"{statistics.null_count} nulls", f"{values.null_count}"
    if statistics.has_distinct_count:
        distinct = pc.count_distinct(values).as_py()
        if statistics.distinct_count != distinct:
            yield f"{statistics.distinct_count} values", f"{distinct}"
    if not statistics.has_min_max:
        return
    try:
        lower, upper = statistics.min, statistics.max
    except (ValueError, pa.ArrowException):
        yield "bounds that are no values", "the least and greatest value"
        return
    bounds = pc.min_max(values)
    for name, bound, key in (("least", lower, "min"), ("greatest", upper, "max")):
        value = bounds[key].as_py()
        if bound != value:
            yield f"the {name} value {shorten(bound)}", shorten(value)

"""The layers *schema* and *values*: one file of a table, all that can be checked of it alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter, ValidationError

from lprcorpus.files import open_parquet
from lprcorpus.messages import expectation, shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, Column
from lprcorpus.tables import ROW_GROUP, arrow_schema, issue_digests
from lprcorpus.validation.differ import compare_values
from lprcorpus.validation.folder import table_of

if TYPE_CHECKING:
    import pyarrow.parquet as pq

# Bytes of the rows of a file, at most; a build writes some 20 MB. It bounds the memory.
LARGEST_TABLE = 1024 * 1024 * 1024

# Bytes of rows that any file may have, and how many times larger than what is written others may
# be. Text is compressed to a third, or a thirtieth where it repeats itself; not to a thousandth.
SMALL_TABLE = 64 * 1024 * 1024
MOST_TIMES = 1_000

_MAGIC = b"PAR1"

# The keys of a footer that a build writes: the features, and the columns as Arrow has them.
_FEATURES = b"huggingface"
_KEYS = {_FEATURES, b"ARROW:schema"}

# The codes of values that are not null, by the types of Pydantic's errors.
_CODES = {
    "greater_than_equal": "minimum",
    "literal_error": "enum",
    "string_pattern_mismatch": "pattern",
    "string_too_short": "length",
    "value_error": "date",
}

# The codes of a file whose rows cannot be read as those of its table.
_UNUSABLE = {"not-parquet", "file-too-large", "column-missing", "column-type", "column-unknown"}


@dataclass
class CheckedFile:
    """What a file of a table contains: its problems and, where they can be read, its rows."""

    problems: list[Problem] = field(default_factory=list)
    rows: pa.Table | None = None
    digests: list[tuple[str, str]] = field(default_factory=list)  # with the ids of its issues


def check_table_file(file: str, path: Path, *, wording: bool) -> CheckedFile:
    """Read a file of a table, and check what can be checked of it alone.

    With ``wording``, the descriptions of the columns have to be those of this version.
    """
    table = str(table_of(file))
    problem = partial(Problem, table=table, file=file)
    checked = CheckedFile()
    try:
        with open_parquet(path, checksums=True) as parquet:
            # The columns first: Arrow ends the process where it reads rows, or what a footer says
            # of a column, by a schema that is not theirs.
            checked.problems += _check_size(problem, path, parquet.metadata)
            checked.problems += _check_schema(problem, table, parquet, wording=wording)
            if not _UNUSABLE.isdisjoint(one.code for one in checked.problems):
                return checked
            rows = _read_rows(table, parquet)
            checked.problems += _check_statistics(problem, parquet.metadata, rows)
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        reason = str(error).split("\n", 1)[0] or type(error).__name__
        checked.problems.append(problem("not-parquet", reason, "a Parquet file that can be read"))
        return checked
    checked.problems += check_values(table, rows)
    checked.rows = rows
    checked.digests = issue_digests(table, rows)
    return checked


def _check_size(
    problem: partial[Problem], path: Path, footer: pq.FileMetaData
) -> Iterator[Problem]:
    """Yield a file that is larger than is safe to read, or that not every reader takes for one."""
    with path.open("rb") as content:
        head = content.read(len(_MAGIC))
    if head != _MAGIC:  # Arrow looks at the last bytes only
        yield problem("not-parquet", f"{head!r} at its head", f"{_MAGIC!r}")
    size = sum(_group_sizes(footer))
    written = path.stat().st_size
    if size > LARGEST_TABLE or size > max(SMALL_TABLE, MOST_TIMES * written):
        found = f"rows of {size:,} bytes, compressed to {written:,}"
        most = f"{LARGEST_TABLE:,} at most, and {MOST_TIMES:,} times what is written"
        yield problem("file-too-large", found, most)


def _group_sizes(footer: pq.FileMetaData) -> list[int]:
    """Return how large each row group is before compression, in bytes."""
    return [footer.row_group(number).total_byte_size for number in range(footer.num_row_groups)]


def _check_schema(
    problem: partial[Problem], table: str, parquet: pq.ParquetFile, *, wording: bool
) -> Iterator[Problem]:
    """Yield how the columns and the keys of a file differ from what a build writes."""
    found, expected = parquet.schema_arrow, arrow_schema(table)
    keys = parquet.metadata.metadata or {}
    if parquet.schema.names != found.names:  # also where a name is no text
        yield problem("not-parquet", "two lists of columns that differ", "one list")
    for difference in compare_values(_columns(found), _columns(expected)):
        code = "column-order"
        if difference.found == "nothing":
            code = "column-missing"
        elif difference.expected == "nothing":
            code = "column-unknown"
        elif difference.steps:
            code = "column-type"
        column = difference.steps[0] if difference.steps else None
        yield problem(code, difference.found, difference.expected, column=column)
    if wording and _descriptions(found) != _descriptions(expected):
        # One problem for a file: whoever rewrites it loses all descriptions at once.
        yield problem("column-description", "others, or none", "those of the models")
    for key in keys.keys() - _KEYS:
        name = shorten(key.decode(errors="replace"))
        yield problem("footer-key", f"the key {name}", "none that misleads a reader")
    # Arrow has its own copy of the keys; other readers see those of the file.
    for features in {keys.get(_FEATURES), (found.metadata or {}).get(_FEATURES)}:
        if features != (expected.metadata or {})[_FEATURES]:
            yield problem("features", shorten(features), "those of the table's columns")


def _columns(schema: pa.Schema) -> list[dict[str, str]]:
    columns = []
    for column in schema:
        # Parquet knows one string: a large one is only what Arrow is told to make of it. Of a
        # column that cannot be null, `datasets` loses the feature.
        kind = str(column.type).removeprefix("large_")
        if not column.nullable:
            kind += " not null"
        columns.append({"name": column.name, "type": kind})
    return columns


def _descriptions(schema: pa.Schema) -> list[bytes | None]:
    return [(column.metadata or {}).get(b"description") for column in schema]


def _read_rows(table: str, parquet: pq.ParquetFile) -> pa.Table:
    """Return the rows of a file in the table's Arrow types; OSError where they are too large."""
    # A row group may hold a long value once and repeat it in every row, in a few bytes: decoded,
    # its rows can be as large as their number times the row group.
    largest = max(_group_sizes(parquet.metadata), default=1)
    at_once = max(1, min(ROW_GROUP, LARGEST_TABLE // largest))
    batches = []
    size = 0
    for batch in parquet.iter_batches(at_once):
        size += batch.nbytes
        if size > LARGEST_TABLE:
            raise OSError(f"rows of more than {LARGEST_TABLE:,} bytes")
        batch.validate(full=True)  # among others, that its text is UTF-8
        batches.append(batch)
    schema = arrow_schema(table)
    rows = pa.Table.from_batches(batches, parquet.schema_arrow).select(schema.names)
    plain = pa.schema([column.remove_metadata() for column in schema])
    return rows.cast(plain).combine_chunks()


def _check_statistics(
    problem: partial[Problem], footer: pq.FileMetaData, rows: pa.Table
) -> Iterator[Problem]:
    """Yield where the footer differs from the rows: readers skip row groups by what it says."""
    start = 0
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        # A footer may also lie about the number of rows: the slice is then a shorter one.
        part = rows.slice(start, group.num_rows)
        start += group.num_rows
        for place in range(group.num_columns):
            chunk = group.column(place)
            name = footer.schema.column(place).name
            values = part.column(name)
            stated = chunk.statistics
            found: dict[str, object] = {"path": chunk.path_in_schema}
            expected: dict[str, object] = {"path": name}
            if stated is not None and stated.has_min_max:
                found |= {"min": stated.min, "max": stated.max}
                expected |= pc.min_max(values).as_py()
            if stated is not None and stated.has_null_count:
                found["nulls"] = stated.null_count
                expected["nulls"] = values.null_count
            for difference in compare_values(found, expected):
                said = f"the {difference.place} {difference.found} in row group {number}"
                yield problem("statistics", said, difference.expected, column=name)
    for stated in {start, footer.num_rows} - {rows.num_rows}:
        yield problem("statistics", f"{stated} rows in the footer", f"{rows.num_rows}")


def check_values(table: str, rows: pa.Table) -> Iterator[Problem]:
    """Yield a problem for every value that the model of its column would refuse."""
    for column in TABLES[table].columns:
        values = rows.column(column.name)
        if _are_large_enough(column, values):
            continue
        # Most values recur: each is looked at once, and its rows only where it is wrong.
        distinct = values.unique().to_pylist()
        wrong = dict(_refused(table, column.name, distinct))
        if not wrong:
            continue
        for row, value in enumerate(values.to_pylist()):
            if value in wrong:
                code, expected = wrong[value]
                yield Problem(
                    code=code,
                    found=shorten(value),
                    expected=expected,
                    table=table,
                    key=row_key(table, rows, row),
                    column=column.name,
                )


def _refused(table: str, column: str, values: list[Any]) -> Iterator[tuple[Any, tuple[str, str]]]:
    """Yield each value that a column's model refuses, with the code and what is expected."""
    try:
        _adapter(table, column).validate_python(values)
    except ValidationError as error:
        for refused in error.errors(include_url=False):
            value = refused["input"]
            code = "null" if value is None else _CODES[refused["type"]]
            yield value, (code, expectation(refused).removeprefix("expected "))


def row_key(table: str, rows: pa.Table, row: int) -> str:
    """Return the primary key of a row, joined by ``,``."""
    return ",".join(str(rows.column(part)[row].as_py()) for part in TABLES[table].key)


def _are_large_enough(column: Column, values: pa.ChunkedArray[pa.Scalar[pa.DataType]]) -> bool:
    """Return whether Arrow sees that all values are large or long enough, where no more is asked.

    It saves a tenth of a validation without the proof.
    """
    least_allowed = column.minimum if column.type == "integer" else column.min_length
    if least_allowed is None or column.pattern or (values.null_count and not column.nullable):
        return False
    if column.type == "string":
        values = pc.utf8_length(values)
    least = pc.min_max(values)["min"].as_py()
    return least is None or bool(least >= least_allowed)


@cache
def _adapter(table: str, column: str) -> TypeAdapter[list[Any]]:
    """Return what checks values of a column, as the model of the table says."""
    field = TABLES[table].model.model_fields[column]
    kind: Any = field.annotation
    return TypeAdapter(list[Annotated[kind, field]])

"""Rows as objects: the columns of a table that a class names, read into objects of that class.

The class is a model of :mod:`lprcorpus.schema`, or a dataclass that names only the columns it
needs. A dataclass costs no import of Pydantic; its types are checked column by column, in Arrow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import groupby
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    NoReturn,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from lprcorpus.errors import DataError
from lprcorpus.identifiers import ISSUE_ID, RAW_PATH, RECORD_ID, is_identifier
from lprcorpus.messages import expectation, shorten

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["column_names", "grouped", "read_rows", "table_rows"]

Shape = TypeVar("Shape")
Key = TypeVar("Key")

Among = Mapping[str, Collection[object]]
"""Values by the name of a column: the rows that have one of them in each of these columns."""

_KIND_NAMES: dict[Any, str] = {str: "a string", int: "an integer", bool: "true or false"}

_ID_PATTERNS = {
    "id": f"{ISSUE_ID}|{RECORD_ID}",
    "issue_id": ISSUE_ID,
    "record_id": RECORD_ID,
    "raw_path": RAW_PATH,
}
"""The columns whose values become names of files: they are checked wherever they are read."""


def column_names(shape: type[Any]) -> list[str]:
    """Return the columns that a class names: a dataclass, or a model of the schema."""
    if is_dataclass(shape):
        return [field.name for field in fields(shape)]
    return list(shape.model_fields)


def read_rows(
    file: pq.ParquetFile,
    table: str,
    shape: type[Shape],
    among: Among,
) -> Iterator[Shape]:
    """Yield rows of a Parquet file as objects of a class; other columns are not read.

    Args:
        file: the file.
        table: the table's name, for messages.
        shape: the class.
        among: which rows; all where it is empty.

    Raises:
        DataError: the file lacks a column, or a row is not what the class says.
    """
    names = column_names(shape)
    _check_columns(file, table, [*names, *among])
    for part in _parts(file, names, among):
        yield from _objects(part, table, shape)


def table_rows(rows: pa.Table, table: str, shape: type[Shape]) -> Iterator[Shape]:
    """Yield rows that are already in memory as objects of a class; other columns are left out.

    Raises:
        DataError: a row is not what the class says.
    """
    return _objects(rows.select(column_names(shape)), table, shape)


def grouped(rows: Iterable[Shape], key: Callable[[Shape], Key]) -> dict[Key, list[Shape]]:
    """Return rows by their key, each key's in the order they came in.

    >>> grouped(["lpr-1-2/a", "lpr-1-3/b", "lpr-1-2/c"], key=lambda name: name.split("/")[0])
    {'lpr-1-2': ['lpr-1-2/a', 'lpr-1-2/c'], 'lpr-1-3': ['lpr-1-3/b']}
    """
    found: dict[Key, list[Shape]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _check_columns(file: pq.ParquetFile, table: str, names: Iterable[str]) -> None:
    present = set(file.schema_arrow.names)
    for name in names:
        if name not in present:
            raise _problem(f"{table}.{name}", "no such column", "expected one")


def _parts(file: pq.ParquetFile, names: list[str], among: Among) -> Iterator[pa.Table]:
    """Yield the wanted rows of a file; only the row groups that hold one are decoded."""
    if not among:
        yield file.read(columns=names)
        return
    keys = file.read(columns=list(among))
    start = 0
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        chosen = _chosen(keys.slice(start, rows), among)
        start += rows
        if any(chosen):
            yield _only(file.read_row_group(group, columns=names), chosen)


def _chosen(rows: pa.Table, among: Among) -> list[bool]:
    """Return, for each row, whether it is among those wanted."""
    chosen = [True] * rows.num_rows
    for name, values in among.items():
        for place, value in enumerate(rows.column(name).to_pylist()):
            if value not in values:
                chosen[place] = False
    return chosen


def _only(rows: pa.Table, chosen: list[bool]) -> pa.Table:
    """Return the rows that are chosen.

    In slices: to filter, PyArrow imports its functions and pandas, which takes longer than all the
    rest.
    """
    import pyarrow as pa

    pieces = []
    start = 0
    for is_chosen, run in groupby(chosen):
        length = len(list(run))
        if is_chosen:
            pieces.append(rows.slice(start, length))
        start += length
    return pa.concat_tables(pieces)


def _objects(rows: pa.Table, table: str, shape: type[Shape]) -> Iterator[Shape]:
    is_model = not is_dataclass(shape)
    if not is_model:
        _check_types(rows, table, shape)
    try:
        values = rows.to_pylist()
    except UnicodeDecodeError as error:
        found = f"text that is not UTF-8 ({error.reason})"
        raise _problem(table, found, "expected UTF-8") from None
    for row in values:
        yield _validated(row, table, shape) if is_model else shape(**row)


def _validated(row: dict[str, Any], table: str, shape: type[Shape]) -> Shape:
    from pydantic import ValidationError

    try:
        made: Shape = cast("Any", shape).model_validate(row)
    except ValidationError as error:
        # The first of what may be many: the validation lists them all.
        first = error.errors(include_url=False)[0]
        column = ".".join(str(step) for step in first["loc"])
        found = shorten(first["input"])
        raise _problem(f"{table}.{column}{_key(row)}", found, expectation(first)) from None
    return made


def _key(row: Mapping[str, Any]) -> str:
    """Return how a message names a row, as far as it is known."""
    for name in ("id", "record_id", "issue_id"):
        if row.get(name) is not None:
            return f" [{row[name]}]"
    return ""


@cache  # without it, a tenth of the time of validating a large corpus
def _type_hints(shape: Hashable) -> dict[str, Any]:
    return get_type_hints(shape)


def _check_types(rows: pa.Table, table: str, shape: type[Any]) -> None:
    """Check that the values of each column are what a dataclass says.

    It says ``str``, ``int``, ``bool`` or a ``Literal`` of strings, or one of these or None.

    Raises:
        DataError: they are not; the message names the first row that is wrong.
    """
    for name, hint in _type_hints(cast("Hashable", shape)).items():
        column = rows.column(name)
        nullable = get_origin(hint) in (Union, UnionType)
        if nullable:
            hint = next(option for option in get_args(hint) if option is not type(None))
        allowed = get_args(hint) if get_origin(hint) is Literal else ()
        kind = str if allowed else hint
        if not _has_kind(column.type, kind):
            found = f"the type {column.type}"
            raise _problem(f"{table}.{name}", found, f"expected {_KIND_NAMES[kind]}")
        if column.null_count and not nullable:
            _refuse(rows, table, name, None, _KIND_NAMES[kind])
        if not allowed and name not in _ID_PATTERNS:
            continue
        for value in set(column.to_pylist()) - {None}:
            if allowed and value not in allowed:
                _refuse(rows, table, name, value, f"one of {', '.join(allowed)}")
            if name in _ID_PATTERNS and not is_identifier(value, _ID_PATTERNS[name]):
                _refuse(
                    rows,
                    table,
                    name,
                    value,
                    "an identifier such as 'lpr-1-2/hourglass-of-the-free'",
                )


def _refuse(rows: pa.Table, table: str, name: str, value: object, expected: str) -> NoReturn:
    """Raise the error that names a value, and the first row that has it."""
    place = rows.column(name).to_pylist().index(value)
    row = rows.slice(place, 1).to_pylist()[0]
    raise _problem(f"{table}.{name}{_key(row)}", shorten(value), f"expected {expected}")


def _problem(where: str, found: str, expectation: str) -> DataError:
    return DataError(f"{where}: found {found}; {expectation}; run lprcorpus validate")


def _has_kind(found: pa.DataType, kind: type) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(found):
        found = found.value_type
    if kind is str:
        return bool(pa.types.is_string(found) or pa.types.is_large_string(found))
    if kind is bool:
        return bool(pa.types.is_boolean(found))
    return bool(pa.types.is_integer(found))

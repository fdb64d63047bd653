"""Rows as objects: the columns of a table that a class names, read into objects of that class.

The class is a model of :mod:`lprcorpus.schema`, or a dataclass that names only the columns it
needs. A dataclass costs no import of Pydantic; its types are checked column by column, in Arrow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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
    from pydantic import TypeAdapter

Shape = TypeVar("Shape")
Key = TypeVar("Key")

# Values by the name of a column: the rows that have one of them in each of these columns.
Among = Mapping[str, Collection[object]]

_KIND_NAMES: dict[Any, str] = {str: "a string", int: "an integer", bool: "true or false"}

# The columns whose values become names of files: they are checked wherever they are read.
_ID_PATTERNS = {
    "id": f"{ISSUE_ID}|{RECORD_ID}",
    "issue_id": ISSUE_ID,
    "record_id": RECORD_ID,
    "raw_path": RAW_PATH,
}


def column_names(shape: type[Any]) -> list[str]:
    """Return the columns that a class names: a dataclass, or a model of the schema."""
    if is_dataclass(shape):
        return [field.name for field in fields(shape)]
    return list(shape.model_fields)


def grouped(rows: Iterable[Shape], key: Callable[[Shape], Key]) -> dict[Key, list[Shape]]:
    """Return rows by their key, each key's in the order they came in.

    >>> grouped(["lpr-1-2/a", "lpr-1-3/b", "lpr-1-2/c"], key=lambda name: name.split("/")[0])
    {'lpr-1-2': ['lpr-1-2/a', 'lpr-1-2/c'], 'lpr-1-3': ['lpr-1-3/b']}
    """
    found: dict[Key, list[Shape]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def read_rows(
    file: pq.ParquetFile, table: str, shape: type[Shape], among: Among
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
    import pyarrow as pa

    names = column_names(shape)
    _check_columns(file.schema_arrow.names, table, [*names, *among])
    if not among:
        yield from table_rows(file.read(columns=names), table, shape)
        return
    for group in range(file.num_row_groups):
        keys = file.read_row_group(group, columns=list(among))
        is_wanted = [True] * keys.num_rows
        for name, values in among.items():
            column = keys.column(name).to_pylist()
            pairs = zip(is_wanted, column, strict=True)
            is_wanted = [known and value in values for known, value in pairs]
        # Of a row group without a wanted row, no other column is decoded.
        if any(is_wanted):
            rows = file.read_row_group(group, columns=names)
            parts = [part for wanted, part in runs(rows, is_wanted) if wanted]
            yield from table_rows(pa.concat_tables(parts), table, shape)


def runs(rows: pa.Table, keys: Iterable[Key]) -> Iterator[tuple[Key, pa.Table]]:
    """Yield rows in runs that follow each other, those of equal keys together.

    To pick rows, PyArrow's own ``take`` and ``filter`` import its functions and pandas, which takes
    longer than all the rest.

    Args:
        rows: the rows.
        keys: the key of each row.
    """
    start = 0
    for key, run in groupby(keys):
        count = len(list(run))
        yield key, rows.slice(start, count)
        start += count


def table_rows(rows: pa.Table, table: str, shape: type[Shape]) -> list[Shape]:
    """Return rows that are already in memory as objects of a class; other columns are left out.

    Raises:
        DataError: a column is missing, or a row is not what the class says.
    """
    names = column_names(shape)
    _check_columns(rows.column_names, table, names)
    rows = rows.select(names)
    try:
        if is_dataclass(shape):
            _check_types(rows, table, shape)
            return [shape(**row) for row in rows.to_pylist()]
        return _models(rows.to_pylist(), table, shape)
    except UnicodeDecodeError as error:
        found = f"text that is not UTF-8 ({error.reason})"
        raise _problem(table, found, "expected UTF-8") from None


def _check_columns(present: Collection[str], table: str, names: Iterable[str]) -> None:
    for name in names:
        if name not in present:
            raise _problem(f"{table}.{name}", "no such column", "expected one")


def _models(values: list[dict[str, Any]], table: str, shape: type[Shape]) -> list[Shape]:
    """Return rows as models; all are validated in one call, at about 450,000 a second."""
    from pydantic import ValidationError

    try:
        return _adapter(cast("Any", shape)).validate_python(values)
    except ValidationError as error:
        # The first of what may be many: the validation lists them all.
        first = error.errors(include_url=False)[0]
        number, *column = first["loc"]
        row = values[int(number)]
        where = ".".join([table, *map(str, column)]) + _key(row)
        raise _problem(where, shorten(first["input"]), expectation(first)) from None


@cache
def _adapter(shape: Any) -> TypeAdapter[list[Any]]:
    from pydantic import TypeAdapter

    return TypeAdapter(list[shape])


def _key(row: Mapping[str, Any]) -> str:
    """Return how a message names a row, as far as it is known."""
    for name in ("id", "record_id", "issue_id"):
        if row.get(name) is not None:
            return f" [{row[name]}]"
    return ""


# What a dataclass says; looked up anew, it is a tenth of the time of validating a large corpus.
_type_hints = cache(get_type_hints)


def _check_types(rows: pa.Table, table: str, shape: type[Any]) -> None:
    """Check that the values of each column are what a dataclass says.

    It says ``str``, ``int``, ``bool`` or a ``Literal`` of strings, or one of these or None.

    Raises:
        DataError: they are not; the message names the first row that is wrong.
    """
    for name, hint in _type_hints(cast("Any", shape)).items():
        column = rows.column(name)
        is_nullable = get_origin(hint) in (Union, UnionType)
        stated = get_args(hint)[0] if is_nullable else hint
        allowed = get_args(stated) if get_origin(stated) is Literal else ()
        kind = str if allowed else stated
        if _kind_of(column.type) is not kind:
            found = f"the type {column.type}"
            raise _problem(f"{table}.{name}", found, f"expected {_KIND_NAMES[kind]}")
        if column.null_count and not is_nullable:
            _refuse(rows, table, name, None, _KIND_NAMES[kind])
        pattern = _ID_PATTERNS.get(name)
        if not allowed and not pattern:
            continue
        for value in set(column.to_pylist()) - {None}:
            if allowed and value not in allowed:
                _refuse(rows, table, name, value, f"one of {', '.join(allowed)}")
            if pattern and not is_identifier(value, pattern):
                expected = "an identifier such as 'lpr-1-2/hourglass-of-the-free'"
                _refuse(rows, table, name, value, expected)


def _kind_of(found: pa.DataType) -> type | None:
    """Return what the values of a type are in Python; None where no dataclass has such values."""
    import pyarrow as pa

    if pa.types.is_dictionary(found):
        found = found.value_type
    if pa.types.is_string(found) or pa.types.is_large_string(found):
        return str
    if pa.types.is_boolean(found):
        return bool
    return int if pa.types.is_integer(found) else None


def _refuse(rows: pa.Table, table: str, name: str, value: object, expected: str) -> NoReturn:
    """Raise the error that names a value, and the first row that has it."""
    place = rows.column(name).to_pylist().index(value)
    row = rows.slice(place, 1).to_pylist()[0]
    raise _problem(f"{table}.{name}{_key(row)}", shorten(value), f"expected {expected}")


def _problem(where: str, found: str, expectation: str) -> DataError:
    return DataError(f"{where}: found {found}; {expectation}; run lprcorpus validate")

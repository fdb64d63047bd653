"""Rows as objects: the columns of a table that a class names, read into objects of that class.

The class is a model of :mod:`lprcorpus.schema`, or a dataclass that names only the columns it
needs. A dataclass costs no import of Pydantic; its values are checked column by column.
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
Among = Mapping[str, Collection[str]]

_KIND_NAMES: dict[Any, str] = {str: "a string", int: "an integer", bool: "true or false"}

# The columns whose values become names of files: they are checked wherever they are read.
_ID_PATTERNS = {
    "id": f"{ISSUE_ID}|{RECORD_ID}",
    "issue_id": ISSUE_ID,
    "record_id": RECORD_ID,
    "raw_path": RAW_PATH,
}


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

    DataError: the file lacks a column, or a row is not what the class says.
    """
    import pyarrow as pa

    names = column_names(shape)
    _check_columns(file.schema_arrow.names, table, [*names, *among])
    if not among:
        yield from table_rows(file.read(columns=names), table, shape)
        return
    for group in range(file.num_row_groups):
        if not _may_have(file, group, among):
            continue
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


def _may_have(file: pq.ParquetFile, group: int, among: Among) -> bool:
    """Return whether a row group may have such rows, by the least and greatest values it states."""
    columns = file.metadata.row_group(group)
    # Not by their places in Arrow: there a column with parts of its own is one, and here several.
    for column in map(columns.column, range(columns.num_columns)):
        stated = column.statistics if column.path_in_schema in among else None
        if stated is None or not isinstance(stated.min, str):
            continue
        least, greatest = stated.min, stated.max
        if not any(least <= value <= greatest for value in among[column.path_in_schema]):
            return False
    return True


def runs(rows: pa.Table, keys: Iterable[Key]) -> Iterator[tuple[Key, pa.Table]]:
    """Yield rows in runs of equal keys, given the key of each row.

    PyArrow's own ``take`` and ``filter`` import its functions and pandas, which takes longer than
    all the rest.
    """
    start = 0
    for key, run in groupby(keys):
        count = len(list(run))
        yield key, rows.slice(start, count)
        start += count


def column_names(shape: type[Any]) -> list[str]:
    """Return the columns that a class names: a dataclass, or a model of the schema."""
    if is_dataclass(shape):
        return [field.name for field in fields(shape)]
    return list(shape.model_fields)


def table_rows(rows: pa.Table, table: str, shape: type[Shape]) -> list[Shape]:
    """Return rows that are already in memory as objects of a class; errors as in `read_rows`."""
    names = column_names(shape)
    _check_columns(rows.column_names, table, names)
    selected = rows.select(names)
    try:
        if not is_dataclass(shape):
            return _models(selected.to_pylist(), table, shape)
        columns = selected.to_pydict()
    except UnicodeDecodeError as error:
        found = f"text that is not UTF-8 ({error.reason})"
        raise _problem(table, found, "expected UTF-8") from None
    for name, hint in _type_hints(cast("Any", shape)).items():
        _check_values(columns, table, name, hint)
    return [shape(*row) for row in zip(*columns.values(), strict=True)]


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
        where = ".".join([table, *map(str, column)]) + _key(values[int(number)])
        raise _problem(where, shorten(first["input"]), expectation(first)) from None


@cache
def _adapter(shape: Any) -> TypeAdapter[list[Any]]:
    from pydantic import TypeAdapter

    return TypeAdapter(list[shape])


# What a dataclass says; looked up anew, it is a tenth of the time of validating a large corpus.
_type_hints = cache(get_type_hints)


def _check_values(columns: dict[str, list[Any]], table: str, name: str, hint: Any) -> None:
    """Raise DataError where the values of a column are not what a dataclass says.

    It says ``str``, ``int``, ``bool`` or a ``Literal`` of strings, or one of these or None.
    """
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    kinds = {str if get_args(option) else option for option in options}
    allowed = get_args(options[0])  # of a Literal
    pattern = _ID_PATTERNS.get(name)
    values = columns[name]
    wrong: Collection[object] = ()
    if not set(map(type, values)) <= kinds:
        wrong = [value for value in values if type(value) not in kinds]
        expected = _KIND_NAMES[str if allowed else options[0]]
    elif allowed:
        wrong = set(values) - {*allowed, None}
        expected = f"one of {', '.join(allowed)}"
    elif pattern:
        wrong = [one for one in set(values) - {None} if not is_identifier(one, pattern)]
        expected = "an identifier such as 'lpr-1-2/hourglass-of-the-free'"
    if wrong:
        number = min(map(values.index, wrong))
        key = _key({column: among[number] for column, among in columns.items()})
        raise _problem(f"{table}.{name}{key}", shorten(values[number]), f"expected {expected}")


def _key(row: Mapping[str, Any]) -> str:
    """Return how a message names a row, as far as it is known."""
    for name in ("id", "record_id", "issue_id"):
        if row.get(name) is not None:
            return f" [{row[name]}]"
    return ""


def _problem(where: str, found: str, expectation: str) -> DataError:
    return DataError(f"{where}: found {found}; {expectation}; run lprcorpus validate")

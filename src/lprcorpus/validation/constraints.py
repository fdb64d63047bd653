"""The layer *values*: what the models say of single values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, Column


def check_values(table: str, rows: pa.Table) -> Iterator[Problem]:
    """Yield a problem for every value that the model of its column would refuse.

    Args:
        table: the name of the table.
        rows: some or all of its rows, in the table's Arrow types.
    """
    for column in TABLES[table].columns:
        values = rows.column(column.name)
        # Most values recur: each is looked at once, and its rows only where it is wrong.
        wrong = {}
        for value in _distinct(column, values):
            broken = _broken_constraint(column, value)
            if broken is not None:
                wrong[value] = broken
        if not wrong:
            continue
        for row, value in enumerate(values.to_pylist()):
            if value in wrong:
                code, expected = wrong[value]
                key = row_key(table, rows, row)
                problem = Problem(code, shorten(value), expected, table, key, column.name)
                yield problem


def row_key(table: str, rows: pa.Table, row: int) -> str:
    """Return the primary key of a row, joined by ``,``."""
    return ",".join(str(rows.column(part)[row].as_py()) for part in TABLES[table].key)


def _distinct(column: Column, values: pa.ChunkedArray[pa.Scalar[pa.DataType]]) -> Iterable[object]:
    """Return each value once; none where all are known to be large or long enough."""
    numbers, least = values, column.minimum
    if column.min_length is not None and column.pattern is None:
        # The text of a corpus is in columns that only have to be filled.
        numbers, least = pc.utf8_length(values), column.min_length
    is_filled = column.nullable or not values.null_count
    if is_filled and least is not None and _reaches(numbers, least):
        return ()
    distinct: list[object] = values.unique().to_pylist()
    return distinct


def _reaches(numbers: pa.ChunkedArray[pa.Scalar[pa.DataType]], minimum: int) -> bool:
    """Return whether no number is below a minimum."""
    least = pc.min_max(numbers)["min"].as_py()
    return least is None or least >= minimum


def _broken_constraint(column: Column, value: object) -> tuple[str, str] | None:
    """Return the code and the text of the first constraint that a value breaks."""
    if value is None:
        return None if column.nullable else ("null", "a value")
    if isinstance(value, int):
        if column.minimum is not None and value < column.minimum:
            return "minimum", f"{column.minimum} or more"
        return None
    text = str(value)
    if column.enum is not None and text not in column.enum:
        return "enum", f"one of {', '.join(column.enum)}"
    if column.min_length is not None and len(text) < column.min_length:
        return "length", f"{column.min_length} or more characters"
    # All of the text has to match: "$" alone would let a newline at its end pass.
    if column.pattern is not None and not re.fullmatch(column.pattern, text):
        return "pattern", f"a match of {column.pattern}"
    if column.rule is not None:
        try:
            column.rule(text)
        except ValueError:
            return "date", "a date of the calendar"
    return None

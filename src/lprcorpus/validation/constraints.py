"""The layer *values*: what the models say of single values, checked a column at a time in Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, Column

__all__ = ["check_values", "row_key"]


def check_values(name: str, table: pa.Table) -> Iterator[Problem]:
    """Yield a problem for every value that its column's model would refuse.

    Args:
        name: the name of the table.
        table: some or all of its rows, in the table's Arrow types; a column that it lacks is passed
            over.
    """
    for column in TABLES[name].columns:
        if column.name not in table.column_names:
            continue
        values = table.column(column.name).combine_chunks()
        for violation in _violations(column, values):
            for index in pc.indices_nonzero(violation.rows).to_pylist():
                yield Problem(
                    code=violation.code,
                    found=shorten(values[index].as_py()),
                    expected=violation.expected,
                    table=name,
                    key=row_key(name, table, index),
                    column=column.name,
                )


def row_key(name: str, rows: pa.Table, index: int) -> str | None:
    """Return a row's primary key, joined by ``,``; None where a column of it is missing."""
    key = TABLES[name].key
    if not set(key) <= set(rows.column_names):
        return None
    return ",".join(str(rows.column(part)[index].as_py()) for part in key)


@dataclass(frozen=True)
class _Violation:
    """A constraint of a column: its code, what it expects, and a flag for each row."""

    code: str
    expected: str
    rows: pa.BooleanArray


def _violations(column: Column, values: pa.Array) -> Iterator[_Violation]:
    """Yield the constraints of a column that some value does not keep."""
    if not column.nullable and values.null_count:
        yield _Violation("null", "a value", values.is_null())
    for kept in _constraints(column, values):
        broken = pc.fill_null(pc.invert(kept.rows), fill_value=False)
        if pc.any(broken).as_py():
            yield _Violation(kept.code, kept.expected, broken)


def _constraints(column: Column, values: pa.Array) -> Iterator[_Violation]:
    """Yield each constraint with a flag for each row that keeps it; a null keeps all."""
    if column.enum is not None:
        allowed = pa.array([*column.enum, None], values.type)
        expected = f"one of {', '.join(column.enum)}"
        yield _Violation("enum", expected, pc.is_in(values, value_set=allowed))
    if column.pattern is not None:
        expected = f"a match of {column.pattern}"
        yield _Violation("pattern", expected, pc.match_substring_regex(values, column.pattern))
    if column.minimum is not None:
        expected = f"{column.minimum} or more"
        yield _Violation("minimum", expected, pc.greater_equal(values, column.minimum))
    if column.min_length is not None:
        # Of a text, the length in bytes is enough to know whether it is empty, and is there
        # already.
        measure = pc.binary_length if column.min_length == 1 else pc.utf8_length
        expected = f"{column.min_length} or more characters"
        yield _Violation("length", expected, pc.greater_equal(measure(values), column.min_length))
    if column.rule is not None:
        distinct = values.unique().to_pylist()
        kept = [value for value in distinct if value is None or _keeps_rule(column, value)]
        expected = "a date of the calendar"
        yield _Violation("date", expected, pc.is_in(values, value_set=pa.array(kept, values.type)))


def _keeps_rule(column: Column, value: str) -> bool:
    assert column.rule is not None
    try:
        column.rule(value)
    except ValueError:
        return False
    return True

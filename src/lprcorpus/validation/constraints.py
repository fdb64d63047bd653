"""The layer *values*: what the models say of single values, checked a column at a time in Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
        values = rows.column(column.name).combine_chunks()
        for constraint in _constraints(column, values):
            # A null is nowhere here: it keeps every constraint but the one that there be none.
            for row in pc.indices_nonzero(pc.invert(constraint.kept)).to_pylist():
                yield Problem(
                    code=constraint.code,
                    found=shorten(values[row].as_py()),
                    expected=constraint.expected,
                    table=table,
                    key=row_key(table, rows, row),
                    column=column.name,
                )


def row_key(table: str, rows: pa.Table, row: int) -> str:
    """Return the primary key of a row, joined by ``,``."""
    return ",".join(str(rows.column(part)[row].as_py()) for part in TABLES[table].key)


@dataclass(frozen=True)
class _Constraint:
    """A constraint of a column: its code, what it expects, and which of the values keep it."""

    code: str
    expected: str
    kept: pa.BooleanArray


def _constraints(column: Column, values: pa.Array) -> Iterator[_Constraint]:
    """Yield each constraint of a column."""
    if not column.nullable:
        yield _Constraint("null", "a value", values.is_valid())
    if column.enum is not None:
        allowed = pa.array([*column.enum, None], values.type)
        expected = f"one of {', '.join(column.enum)}"
        yield _Constraint("enum", expected, pc.is_in(values, value_set=allowed))
    if column.pattern is not None:
        expected = f"a match of {column.pattern}"
        yield _Constraint("pattern", expected, pc.match_substring_regex(values, column.pattern))
    if column.minimum is not None:
        expected = f"{column.minimum} or more"
        yield _Constraint("minimum", expected, pc.greater_equal(values, column.minimum))
    if column.min_length is not None:
        # The length in bytes is there already, and is enough to know whether a text is empty.
        measure = pc.binary_length if column.min_length == 1 else pc.utf8_length
        expected = f"{column.min_length} or more characters"
        yield _Constraint("length", expected, pc.greater_equal(measure(values), column.min_length))
    if column.rule is not None:
        kept = [value for value in values.unique().to_pylist() if _keeps_rule(column, value)]
        expected = "a date of the calendar"
        yield _Constraint("date", expected, pc.is_in(values, pa.array(kept, values.type)))


def _keeps_rule(column: Column, value: str | None) -> bool:
    assert column.rule is not None
    try:
        return value is None or column.rule(value) is not None
    except ValueError:
        return False

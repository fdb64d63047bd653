"""What the models say of single values, checked a column at a time in Arrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.problems import Problem, shorten
from lprcorpus.schema import TABLES, Column

__all__ = ["check_values", "row_key"]


def check_values(name: str, table: pa.Table) -> Iterator[Problem]:
    """Yield a problem for every value that its column's model would refuse.

    Args:
        name: the name of the table.
        table: some or all of its rows, in the table's Arrow types; a column that it lacks is passed over.
    """
    for column in TABLES[name].columns:
        if column.name not in table.column_names:
            continue
        values = table.column(column.name)
        for code, expected, bad in _violations(column, values):
            for index in pc.indices_nonzero(bad.combine_chunks()).to_pylist():
                yield Problem(code, shorten(values[index].as_py()), expected, name, row_key(name, table, index), column.name)


def row_key(name: str, rows: pa.Table, index: int) -> str | None:
    """Return a row's primary key, its parts joined by ``,``; None where a column of it is missing.

    Args:
        name: the name of the table.
        rows: some of its rows.
        index: which of them.
    """
    parts = TABLES[name].key
    if not set(parts) <= set(rows.column_names):
        return None
    return ",".join(str(rows.column(part)[index].as_py()) for part in parts)


def _violations(column: Column, values: pa.ChunkedArray) -> Iterator[tuple[str, str, pa.ChunkedArray]]:
    """Yield the checks of a column that some value fails: code, what was expected, and which values fail."""
    checks: list[tuple[str, str, pa.ChunkedArray]] = []
    if not column.nullable:
        checks.append(("null", "a value", pc.is_null(values)))
    if column.enum is not None:
        allowed = pa.array(column.enum)
        checks.append(("enum", f"one of {', '.join(column.enum)}", pc.invert(pc.is_in(values, value_set=allowed))))
    if column.pattern is not None:
        fits = pc.match_substring_regex(values, column.pattern)
        checks.append(("pattern", f"a match of {column.pattern}", pc.invert(fits)))
    if column.minimum is not None:
        checks.append(("minimum", f"{column.minimum} or more", pc.less(values, column.minimum)))
    if column.min_length is not None:
        short = pc.less(pc.utf8_length(values), column.min_length)
        checks.append(("length", f"{column.min_length} or more characters", short))
    if column.rule is not None:
        broken = [value for value in values.unique().to_pylist() if value is not None and not _keeps(column.rule, value)]
        if broken:
            checks.append(("date", "a date of the calendar", pc.is_in(values, value_set=pa.array(broken, values.type))))
    for code, expected, bad in checks:
        if code != "null":
            bad = pc.and_(pc.fill_null(bad, fill_value=False), pc.is_valid(values))
        if pc.any(bad).as_py():
            yield code, expected, bad


def _keeps(rule: Callable[[str], object], value: str) -> bool:
    try:
        rule(value)
    except ValueError:
        return False
    return True

"""What the models say of single values, checked a column at a time in Arrow."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, Column

__all__ = ["check_values"]


def check_values(name: str, table: pa.Table) -> Iterator[Problem]:
    """Yield a problem for every value that its column's model would refuse.

    Args:
        name: the name of the table.
        table: some or all of its rows, in the table's Arrow schema.
    """
    for column in TABLES[name].columns:
        values = table.column(column.name)
        for code, expected, bad in _violations(column, values):
            for index in pc.indices_nonzero(bad.combine_chunks()).to_pylist():
                key = ",".join(str(table.column(part)[index].as_py()) for part in TABLES[name].key)
                found = repr(values[index].as_py())
                yield Problem(code, found if len(found) < 100 else f"{found[:99]}…", expected, name, key, column.name)


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
    for code, expected, bad in checks:
        if code != "null":
            bad = pc.and_(pc.fill_null(bad, fill_value=False), pc.is_valid(values))
        if pc.any(bad).as_py():
            yield code, expected, bad

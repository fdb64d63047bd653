"""The statistics in a Parquet footer against the rows: readers skip row groups by them."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.validation.tablefiles import RowGroup

__all__ = ["GroupStatistics"]

Value = str | int | bool

# Characters that a writer keeps of a long text as its bound, at least; ours keeps all or gives no
# bound.
TRUNCATED = 16


class GroupStatistics:
    """The least and greatest values and the nulls of a row group, gathered while its rows pass."""

    def __init__(self, group: RowGroup) -> None:
        self.group = group
        self.rows = 0
        self.least: dict[str, Value] = {}
        self.greatest: dict[str, Value] = {}
        self.nulls: dict[str, int] = dict.fromkeys(group.columns, 0)

    def add(self, rows: pa.Table) -> None:
        """Take in the rows that follow."""
        self.rows += rows.num_rows
        for name in rows.column_names:
            column = rows.column(name)
            self.nulls[name] += column.null_count
            least, greatest = pc.min_max(column).as_py().values()
            if least is not None:
                self.least[name] = min(least, self.least.get(name, least))
                self.greatest[name] = max(greatest, self.greatest.get(name, greatest))

    def compare(self) -> Iterator[Problem]:
        """Yield where the footer says otherwise than the rows that were taken in."""
        footer = self.group.footer
        if footer.num_rows != self.rows:
            yield self._problem(None, f"{footer.num_rows} rows", f"{self.rows}")
        for place in range(footer.num_columns):
            chunk = footer.column(place)
            if chunk.path_in_schema in self.nulls and chunk.is_stats_set:
                yield from self._compare_chunk(chunk)

    def _compare_chunk(self, chunk: pq.ColumnChunkMetaData) -> Iterator[Problem]:
        name = chunk.path_in_schema
        statistics = chunk.statistics
        if statistics.has_null_count and statistics.null_count != self.nulls[name]:
            found = f"{statistics.null_count} nulls"
            yield self._problem(name, found, f"{self.nulls[name]}")
        if not statistics.has_min_max:
            return
        try:
            least, greatest = statistics.min, statistics.max
        except (ValueError, pa.ArrowException):
            yield self._problem(name, "bounds that are no values", "the least and greatest value")
            return
        if name not in self.least:
            yield self._problem(name, f"the least value {shorten(least)}", "none: all are null")
            return
        if not _is_bound(least, self.least[name]) or least > self.least[name]:
            expected = shorten(self.least[name])
            yield self._problem(name, f"the least value {shorten(least)}", expected)
        if not _is_bound(greatest, self.greatest[name]) or greatest < self.greatest[name]:
            expected = shorten(self.greatest[name])
            yield self._problem(name, f"the greatest value {shorten(greatest)}", expected)

    def _problem(self, column: str | None, found: str, expected: str) -> Problem:
        group = self.group
        return Problem(
            "statistics",
            f"{found} in the footer, for row group {group.number}",
            f"{expected}, as the rows say",
            table=group.table,
            column=column,
            file=group.file,
        )


def _is_bound(found: object, value: Value) -> bool:
    """Return whether a footer may give a bound for a value.

    It is the value itself or, of a long text, what its first characters say.
    """
    if isinstance(found, str) and isinstance(value, str):
        kept = len(found) - 1  # the last character of an upper bound is one more than the text's
        return found == value or (kept >= TRUNCATED and value.startswith(found[:kept]))
    return type(found) is type(value) and found == value

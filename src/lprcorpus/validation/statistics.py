"""The statistics in a Parquet footer against the rows: readers skip row groups by them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.validation.footer import column_chunks

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = ["check_statistics"]

# Characters that a writer keeps of a long text as its bound, at least; ours keeps all or gives no
# bound.
TRUNCATED = 16


def check_statistics(
    table: str, file: str, footer: pq.FileMetaData, rows: pa.Table
) -> Iterator[Problem]:
    """Yield where the footer of a file says otherwise than its rows."""
    start = 0
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        part = rows.slice(start, group.num_rows)
        start += group.num_rows
        for chunk in column_chunks(group):
            name = chunk.path_in_schema
            if not chunk.is_stats_set:
                continue
            for found, expected in _differences(chunk.statistics, part.column(name)):
                yield Problem(
                    "statistics",
                    f"{found} in the footer, for row group {number}",
                    f"{expected}, as the rows say",
                    table=table,
                    column=name,
                    file=file,
                )
    if start != rows.num_rows:
        found, expected = f"{start} rows in the footer", f"{rows.num_rows}"
        yield Problem("statistics", found, expected, table=table, file=file)


def _differences(
    statistics: pq.Statistics, values: pa.ChunkedArray[pa.Scalar[pa.DataType]]
) -> Iterator[tuple[str, str]]:
    """Yield what statistics say of some values, and what is so, where that is something else."""
    if statistics.has_null_count and statistics.null_count != values.null_count:
        yield f"{statistics.null_count} nulls", f"{values.null_count}"
    if not statistics.has_min_max:
        return
    try:
        lower, upper = statistics.min, statistics.max
    except (ValueError, pa.ArrowException):
        yield "bounds that are no values", "the least and greatest value"
        return
    least, greatest = pc.min_max(values).as_py().values()
    if not _is_bound(lower, least) or lower > least:
        yield f"the least value {shorten(lower)}", shorten(least)
    if not _is_bound(upper, greatest) or upper < greatest:
        yield f"the greatest value {shorten(upper)}", shorten(greatest)


def _is_bound(found: object, value: object) -> bool:
    """Return whether a footer may give a bound for a value.

    It is the value itself or, of a long text, what its first characters say.
    """
    if isinstance(found, str) and isinstance(value, str):
        kept = len(found) - 1  # the last character of an upper bound is one more than the text's
        return found == value or (kept >= TRUNCATED and value.startswith(found[:kept]))
    return type(found) is type(value) and found == value

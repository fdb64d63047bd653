"""The rows of all tables, put together issue by issue while each table is read once, front to back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.schema import TABLES
from lprcorpus.tables import arrow_schema

__all__ = ["issues_of"]


def issues_of(
    batches: Mapping[str, Iterator[pa.Table]], columns: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, dict[str, pa.Table]]]:
    """Yield each issue's id and its rows in each table, in the order of the ids.

    The memory is that of one issue and some rows of each table. Where a table's rows are not sorted by issue, an issue can
    be yielded again, with the rows that came too late.

    Args:
        batches: the rows of each table, some at a time; the first column of its key is among them.
        columns: the columns of each table, for the issues that have no row in it.
    """
    runs = {name: _runs(name, rows) for name, rows in batches.items()}
    heads = {name: next(run, None) for name, run in runs.items()}
    empty = {name: _no_rows(name, columns[name]) for name in batches}
    while waiting := [head[0] for head in heads.values() if head is not None]:
        issue = min(waiting)
        rows = dict(empty)
        for name, head in heads.items():
            if head is not None and head[0] == issue:
                rows[name] = head[1]
                heads[name] = next(runs[name], None)
        yield issue, rows


def _no_rows(name: str, columns: Sequence[str]) -> pa.Table:
    return pa.schema([arrow_schema(name).field(column).remove_metadata() for column in columns]).empty_table()


def _runs(name: str, batches: Iterator[pa.Table]) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows that stand together and belong to one issue, with its id."""
    current = ""
    parts: list[pa.Table] = []
    for batch in batches:
        for issue, start, stop in _cuts(name, batch):
            if issue != current and parts:
                yield current, pa.concat_tables(parts)
                parts = []
            current = issue
            parts.append(batch.slice(start, stop - start))
    if parts:
        yield current, pa.concat_tables(parts)


def _cuts(name: str, batch: pa.Table) -> Iterator[tuple[str, int, int]]:
    """Yield where in some rows those of each issue begin and end: the issue is the part of the key before the slash."""
    if not batch.num_rows:
        return
    keys = batch.column("issue_id" if name == "records" else TABLES[name].key[0]).combine_chunks()
    changed = pc.fill_null(pc.not_equal(keys[1:], keys[:-1]), True)  # noqa: FBT003 (pyarrow's signature)
    starts = [0, *(np.flatnonzero(changed.to_numpy(zero_copy_only=False)) + 1).tolist()]
    for start, stop in zip(starts, [*starts[1:], len(keys)], strict=True):
        yield str(keys[start].as_py() or "").partition("/")[0], start, stop

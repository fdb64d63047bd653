"""The rows of all tables, issue by issue, while each table is read once, front to back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES
from lprcorpus.tables import arrow_schema
from lprcorpus.validation.constraints import row_key
from lprcorpus.validation.folder import NotReadable

__all__ = ["IssueTables", "read_issues"]

# Bytes of the rows of one issue in one table, at most. It bounds the memory.
LARGEST_ISSUE = 1024 * 1024 * 1024


@dataclass(frozen=True)
class IssueTables:
    """The rows of one issue in each table.

    Attributes:
        id: the issue's id.
        tables: its rows.
        late: where rows of it came before and others of another issue after them, a problem for
            each table.
    """

    id: str
    tables: Mapping[str, pa.Table]
    late: tuple[Problem, ...] = ()

    def lacks_values(self) -> bool:
        """Return whether a value is null that must not be: such rows cannot be followed."""
        for table in TABLES.values():
            rows = self.tables[table.name]
            for column in table.columns:
                if not column.nullable and rows.column(column.name).null_count:
                    return True
        return False


def read_issues(
    parts: Mapping[str, Iterator[pa.Table]], columns: Mapping[str, Sequence[str]]
) -> Iterator[IssueTables]:
    """Yield the rows of each issue, in the order of the ids.

    The memory is that of one issue and some rows of each table.

    Raises:
        NotReadable: a file is damaged, or an issue is larger than is safe to read.
    """
    runs = {name: _runs(name, rows) for name, rows in parts.items()}
    heads = {name: next(run, None) for name, run in runs.items()}
    empty = {}
    for name in parts:
        fields = [arrow_schema(name).field(column).remove_metadata() for column in columns[name]]
        empty[name] = pa.schema(fields).empty_table()
    seen = set()
    while waiting := [head.id for head in heads.values() if head is not None]:
        issue = min(waiting)
        tables = dict(empty)
        late = []
        for name, head in heads.items():
            if head is not None and head.id == issue:
                tables[name] = head.rows
                heads[name] = next(runs[name], None)
                if issue in seen:
                    late.append(_late_problem(name, head.rows))
        seen.add(issue)
        yield IssueTables(issue, tables, tuple(late))


def _late_problem(name: str, rows: pa.Table) -> Problem:
    found, expected = "rows after those of another issue", "the rows of an issue together"
    return Problem("row-order", found, expected, table=name, key=row_key(name, rows, 0))


@dataclass(frozen=True)
class _Run:
    """Rows of a table that follow each other and belong to one issue."""

    id: str
    rows: pa.Table


def _runs(name: str, parts: Iterator[pa.Table]) -> Iterator[_Run]:
    """Yield the runs of a table."""
    current = ""
    waiting: list[pa.Table] = []
    size = 0
    for part in parts:
        for run in _cut(name, part):
            if run.id != current and waiting:
                yield _Run(current, pa.concat_tables(waiting))
                waiting = []
                size = 0
            current = run.id
            waiting.append(run.rows)
            size += run.rows.nbytes
            if size > LARGEST_ISSUE:
                expected = f"{LARGEST_ISSUE:,} bytes at most"
                found = "more rows of one issue"
                raise NotReadable(Problem("file-too-large", found, expected, table=name))
    if waiting:
        yield _Run(current, pa.concat_tables(waiting))


def _cut(name: str, part: pa.Table) -> Iterator[_Run]:
    """Yield some rows cut where another issue begins: its id is before the slash of a key."""
    column = "issue_id" if name == "records" else TABLES[name].key[0]
    keys = part.column(column).combine_chunks()
    changes = pc.fill_null(pc.not_equal(keys[1:], keys[:-1]), fill_value=True)
    first, issue = 0, _issue_of(keys[0])
    for start in (np.flatnonzero(changes.to_numpy(zero_copy_only=False)) + 1).tolist():
        other = _issue_of(keys[start])
        if other != issue:
            yield _Run(issue, part.slice(first, start - first))
            first, issue = start, other
    yield _Run(issue, part.slice(first))


def _issue_of(key: pa.Scalar[pa.StringType]) -> str:
    return str(key.as_py() or "").partition("/")[0]

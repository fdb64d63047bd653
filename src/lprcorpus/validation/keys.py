"""The layer *keys*: the rows of a shard are in order, and refer to rows that there are.

A shard has all rows of its issues, so that no row refers to another shard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.authorship import AUTHOR_ROLES
from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, Reference
from lprcorpus.validation.constraints import row_key

__all__ = ["Tables", "check_keys", "split_issues"]

# The rows of each table.
Tables = Mapping[str, pa.Table]

# Places of rows in a table.
Places = npt.NDArray[np.int64]

# For each table but `issues`: the table and the column of what a row is part of, and the column
# that rises from row to row in it. A position is counted from 1.
_ORDER = {
    "pages": ("issues", "issue_id", "number"),
    "records": ("issues", "issue_id", "position"),
    "contributors": ("records", "record_id", "position"),
    "blocks": ("records", "record_id", "position"),
    "spans": ("issues", "issue_id", "raw_start"),
    "edits": ("issues", "issue_id", "raw_start"),
}


def check_keys(tables: Tables, after: str) -> Iterator[Problem]:
    """Yield the rows that are out of order, have the key of another, or refer to no row.

    Args:
        tables: the rows of a shard.
        after: the id of the last issue of the shard before; empty for the first one.
    """
    yield from _check_issues(tables, after)
    yield from _check_records(tables)
    for name in _ORDER:
        yield from _check_order(name, tables)
    for name, table in TABLES.items():
        for reference in table.references:
            yield from _check_reference(name, tables, reference)
    yield from _check_authors(tables)


def _parents(name: str, tables: Tables) -> Places:
    """Return the place of the issue or record that each row is part of; -1 where there is none."""
    parent, column, _ = _ORDER[name]
    ids = tables[parent].column("id").combine_chunks()
    return _numbers(pc.index_in(tables[name].column(column), value_set=ids))


def _numbers(values: pa.ChunkedArray[pa.Scalar[pa.DataType]]) -> Places:
    """Return integers; -1 for a null."""
    numbers: Places = pc.fill_null(values, -1).to_numpy().astype(np.int64)
    return numbers


def split_issues(tables: Tables) -> Iterator[tuple[str, Tables]]:
    """Yield each issue of a shard: its id, and its rows in every table."""
    ids = tables["issues"].column("id").to_pylist()
    # For each table, the place of the issue that a row belongs to.
    owners = {"issues": np.arange(len(ids))}
    in_order = dict(tables)
    starts = {"issues": np.arange(len(ids) + 1)}
    for name, (parent, _, _) in _ORDER.items():
        # A row that is part of none has the last of these, -1, as its issue.
        owner = np.append(owners[parent], -1)[_parents(name, tables)]
        owners[name] = owner
        if (np.diff(owner) < 0).any():
            order = np.argsort(owner, kind="stable")
            owner = owner[order]
            in_order[name] = tables[name].take(order)
        starts[name] = np.searchsorted(owner, np.arange(len(ids) + 1))
    for place, issue in enumerate(ids):
        rows = {}
        for name, table in in_order.items():
            start, end = starts[name][place : place + 2].tolist()
            rows[name] = table.slice(start, end - start)
        yield issue, rows


@dataclass(frozen=True)
class _KeyedRows:
    """The rows of a table, for whose keys problems are made."""

    name: str
    rows: pa.Table

    def values(self, column: str) -> list[Any]:
        """Return the values of a column."""
        return list(self.rows.column(column).to_pylist())

    def problem(self, code: str, row: int, column: str, found: str, expected: str) -> Problem:
        """Return a problem of a row."""
        key = row_key(self.name, self.rows, row)
        return Problem(code, found, expected, table=self.name, key=key, column=column)


def _check_issues(tables: Tables, after: str) -> Iterator[Problem]:
    """Yield the issues that are out of order, or have no page or no record."""
    issues = _KeyedRows("issues", tables["issues"])
    owners = {name: set(tables[name]["issue_id"].to_pylist()) for name in ("pages", "records")}
    last = after
    for row, issue in enumerate(issues.values("id")):
        if issue == last:
            found, expected = f"{issue!r} again", "a key of its own"
            yield issues.problem("key-duplicate", row, "id", found, expected)
        elif str(issue) < last:
            found, expected = repr(issue), f"an id after {last!r}"
            yield issues.problem("row-order", row, "id", found, expected)
        last = str(issue)
        for name, ids in owners.items():
            if issue not in ids:
                found, expected = f"no row in {name}", "one or more"
                yield issues.problem("issue-empty", row, "id", found, expected)


def _check_records(tables: Tables) -> Iterator[Problem]:
    """Yield the records whose id is not their issue's, or another's too, or that have no block."""
    records = _KeyedRows("records", tables["records"])
    with_blocks = set(tables["blocks"]["record_id"].unique().to_pylist())
    seen = set()
    issues = records.values("issue_id")
    for row, record in enumerate(records.values("id")):
        if str(record).partition("/")[0] != issues[row]:
            expected = f"an id that begins with '{issues[row]}/'"
            yield records.problem("record-issue", row, "id", repr(record), expected)
        if record in seen:
            found, expected = f"{record!r} again", "a key of its own"
            yield records.problem("key-duplicate", row, "id", found, expected)
        seen.add(record)
        if record not in with_blocks:
            yield records.problem("block-missing", row, "body", "no block", "one or more")


def _check_order(name: str, tables: Tables) -> Iterator[Problem]:
    """Yield the rows of a table that do not follow the one before them."""
    rows = _KeyedRows(name, tables[name])
    parent, owner, column = _ORDER[name]
    group = _parents(name, tables)
    place = _numbers(rows.rows.column(column))
    is_first = np.diff(group, prepend=-2) != 0
    is_counted = column == "position"
    before = np.where(is_first, 0 if is_counted else -2, np.roll(place, 1))
    is_misplaced = place != before + 1 if is_counted else place <= before
    for row in np.flatnonzero(is_misplaced).tolist():
        found, last = str(place[row]), int(before[row])
        if place[row] == last and not is_first[row]:
            expected = "a key of its own"
            yield rows.problem("key-duplicate", row, column, f"{found} again", expected)
        elif is_counted:
            yield rows.problem("position", row, column, found, str(last + 1))
        else:
            yield rows.problem("row-order", row, column, found, f"more than {last}")
    is_early = (np.diff(group, prepend=-1) < 0) & (group >= 0)
    for row in np.flatnonzero(is_early).tolist():
        found = repr(rows.rows.column(owner)[row].as_py())
        expected = f"rows together, in the order of the table {parent}"
        yield rows.problem("row-order", row, owner, found, expected)


def _check_reference(name: str, tables: Tables, reference: Reference) -> Iterator[Problem]:
    """Yield the rows whose foreign key names no row."""
    rows = _KeyedRows(name, tables[name])
    values = _joined(rows.rows, reference.fields)
    there = _joined(tables[reference.table], reference.target)
    is_found = pc.is_in(values, value_set=there.combine_chunks())
    is_dangling = pc.and_(pc.invert(is_found), values.is_valid())
    column = reference.fields[-1]
    for row in pc.indices_nonzero(is_dangling).to_pylist():
        found = shorten(rows.rows.column(column)[row].as_py())
        yield rows.problem("foreign-key", row, column, found, f"one of table {reference.table}")


def _joined(rows: pa.Table, columns: Sequence[str]) -> pa.ChunkedArray[pa.StringScalar]:
    """Return the values of some columns as one text for each row; null where one is null."""
    parts = [rows.column(column).cast(pa.string()) for column in columns]
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, ",")


def _check_authors(tables: Tables) -> Iterator[Problem]:
    """Yield the records whose author is not what their contributors say."""
    people = _KeyedRows("contributors", tables["contributors"])
    columns = [people.values(column) for column in ("record_id", "role", "name")]
    names: dict[str, list[str]] = {}
    for record, role, name in zip(*columns, strict=True):
        if role in AUTHOR_ROLES:
            names.setdefault(record, []).append(str(name))
    records = _KeyedRows("records", tables["records"])
    authors = records.values("author")
    for row, record in enumerate(records.values("id")):
        wanted = "; ".join(names[record]) if record in names else None
        if authors[row] != wanted:
            expected = "null: no author or speaker contributed"
            if wanted is not None:
                expected = shorten(wanted)
            yield records.problem("author-names", row, "author", shorten(authors[row]), expected)

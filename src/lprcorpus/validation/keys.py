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

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Order:
    """What the rows of a table are part of, and the column that rises from row to row in it."""

    parent: str
    owner: str  # the column that names the parent
    column: str  # a position is counted from 1


_ORDERS = {
    "pages": _Order("issues", "issue_id", "number"),
    "records": _Order("issues", "issue_id", "position"),
    "contributors": _Order("records", "record_id", "position"),
    "blocks": _Order("records", "record_id", "position"),
    "spans": _Order("issues", "issue_id", "raw_start"),
    "edits": _Order("issues", "issue_id", "raw_start"),
}

# The tables of which each row of another needs one: an issue has pages, a record blocks.
_NEEDED = {"pages": "issue-empty", "records": "issue-empty", "blocks": "block-missing"}


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


def check_keys(tables: Tables, after: str) -> Iterator[Problem]:
    """Yield the rows that are out of order, have the key of another, or refer to no row.

    Args:
        tables: the rows of a shard.
        after: the id of the last issue of the shard before; empty for the first one.
    """
    yield from _check_issues(tables, after)
    yield from _check_records(tables)
    for name in _ORDERS:
        yield from _check_order(name, tables)
    for name, code in _NEEDED.items():
        yield from _check_needed(name, code, tables)
    for name, table in TABLES.items():
        for reference in table.references:
            yield from _check_reference(name, tables, reference)
    yield from _check_authors(tables)


def _check_issues(tables: Tables, after: str) -> Iterator[Problem]:
    """Yield the issues whose id does not come after that of the one before."""
    issues = _KeyedRows("issues", tables["issues"])
    last = after
    for row, issue in enumerate(map(str, issues.values("id"))):
        if issue <= last:
            code = "key-duplicate" if issue == last else "row-order"
            yield issues.problem(code, row, "id", repr(issue), f"an id after {last!r}")
        last = issue


def _check_records(tables: Tables) -> Iterator[Problem]:
    """Yield the records whose id is not their issue's, or is another record's too."""
    records = _KeyedRows("records", tables["records"])
    issues = records.values("issue_id")
    seen = set()
    for row, record in enumerate(records.values("id")):
        if str(record).partition("/")[0] != issues[row]:
            expected = f"an id that begins with '{issues[row]}/'"
            yield records.problem("record-issue", row, "id", repr(record), expected)
        if record in seen:
            found = f"{record!r} again"
            yield records.problem("key-duplicate", row, "id", found, "a key of its own")
        seen.add(record)


def _check_order(name: str, tables: Tables) -> Iterator[Problem]:
    """Yield the rows of a table that do not follow the one before them."""
    rows = _KeyedRows(name, tables[name])
    order = _ORDERS[name]
    parent = _parents(name, tables)
    place = _numbers(rows.rows.column(order.column))
    is_first = np.diff(parent, prepend=-2) != 0
    is_counted = order.column == "position"
    before = np.where(is_first, 0 if is_counted else -2, np.roll(place, 1))
    is_misplaced = place != before + 1 if is_counted else place <= before
    for row in np.flatnonzero(is_misplaced).tolist():
        found, last = int(place[row]), int(before[row])
        code = "position" if is_counted else "row-order"
        if found == last and not is_first[row]:
            code = "key-duplicate"
        expected = str(last + 1) if is_counted else f"more than {last}"
        yield rows.problem(code, row, order.column, str(found), expected)
    is_early = (np.diff(parent, prepend=-1) < 0) & (parent >= 0)
    for row in np.flatnonzero(is_early).tolist():
        found_owner = repr(rows.rows.column(order.owner)[row].as_py())
        expected = f"rows together, in the order of the table {order.parent}"
        yield rows.problem("row-order", row, order.owner, found_owner, expected)


def _check_needed(name: str, code: str, tables: Tables) -> Iterator[Problem]:
    """Yield the rows of which a table should have rows and has none."""
    parent = _KeyedRows(_ORDERS[name].parent, tables[_ORDERS[name].parent])
    places = np.arange(parent.rows.num_rows)
    for row in np.setdiff1d(places, _parents(name, tables)).tolist():
        yield parent.problem(code, row, "id", f"no row in {name}", "one or more")


def _parents(name: str, tables: Tables) -> Places:
    """Return the place of what each row is part of, an issue or a record; -1 where there is none."""
    order = _ORDERS[name]
    ids = tables[order.parent].column("id").combine_chunks()
    return _numbers(pc.index_in(tables[name].column(order.owner), value_set=ids))


def _numbers(values: pa.ChunkedArray[pa.Scalar[pa.DataType]]) -> Places:
    """Return integers; -1 for a null, which the layer of the values reports."""
    numbers: Places = pc.fill_null(values, -1).to_numpy().astype(np.int64)
    return numbers


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
    if len(parts) == 1:
        return parts[0]
    return pc.binary_join_element_wise(*parts, ",")


def _check_authors(tables: Tables) -> Iterator[Problem]:
    """Yield the records whose author is not what their contributors say."""
    people = _KeyedRows("contributors", tables["contributors"])
    roles, names = people.values("role"), people.values("name")
    names_of: dict[str, list[str]] = {}
    for row, record in enumerate(people.values("record_id")):
        if roles[row] in AUTHOR_ROLES:
            names_of.setdefault(record, []).append(str(names[row]))
    records = _KeyedRows("records", tables["records"])
    authors = records.values("author")
    for row, record in enumerate(records.values("id")):
        wanted = "; ".join(names_of.get(record, ())) or None
        if authors[row] != wanted:
            expected = shorten(wanted) if wanted else "null: no author or speaker contributed"
            yield records.problem("author-names", row, "author", shorten(authors[row]), expected)


def split_issues(tables: Tables) -> Iterator[tuple[str, Tables]]:
    """Yield each issue of a shard: its id, and its rows in every table."""
    ids = tables["issues"].column("id").to_pylist()
    wanted = np.arange(len(ids) + 1)
    owners = {"issues": wanted[:-1]}
    in_order = dict(tables)
    starts = {"issues": wanted}
    for name, order in _ORDERS.items():
        # A row that is part of none has the last of these, -1, as its issue.
        owner = np.append(owners[order.parent], -1)[_parents(name, tables)]
        owners[name] = owner
        if (np.diff(owner) < 0).any():
            places = np.argsort(owner, kind="stable")
            owner = owner[places]
            in_order[name] = tables[name].take(places)
        starts[name] = np.searchsorted(owner, wanted)
    for place, issue in enumerate(ids):
        rows = {}
        for name, table in in_order.items():
            start, end = starts[name][place : place + 2].tolist()
            rows[name] = table.slice(start, end - start)
        yield issue, rows

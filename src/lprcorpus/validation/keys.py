"""The layer *keys*: the rows of a shard are in order, and refer to rows that there are.

A shard has all rows of its issues, so that no row refers to another shard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.authorship import AUTHOR_ROLES
from lprcorpus.identifiers import issue_of
from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, Reference
from lprcorpus.tables import text_scalar
from lprcorpus.validation.constraints import row_key

# The rows of each table.
Tables = Mapping[str, pa.Table]

Places = npt.NDArray[np.int64]

_NONE = text_scalar("-1").cast(pa.int64())
_COMMA = text_scalar(",")


class _Order(NamedTuple):
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

# The tables of which each parent must have a row, with the code of one that has none.
_NEEDED = {"pages": "issue-empty", "records": "issue-empty", "blocks": "block-missing"}


def check_keys(tables: Tables, after: str) -> Iterator[Problem]:
    """Yield the rows that are out of order, have the key of another, or refer to no row.

    Args:
        tables: the rows of a shard.
        after: the id of the last issue of the shard before; empty for the first one.
    """
    last = after
    for row, issue in enumerate(tables["issues"]["id"].to_pylist()):
        if str(issue) <= last:
            yield _problem("row-order", tables, "issues", row, "id", f"an id after {last!r}")
        last = str(issue)
    yield from _check_records(tables)
    for name, order in _ORDERS.items():
        yield from _check_order(name, order, tables)
    for name, table in TABLES.items():
        for reference in table.references:
            yield from _check_reference(name, tables, reference)
    yield from _check_authors(tables)


def _problem(code: str, tables: Tables, name: str, row: int, column: str, expected: str) -> Problem:
    rows = tables[name]
    found = shorten(rows[column][row].as_py())
    return Problem(code, found, expected, table=name, key=row_key(name, rows, row), column=column)


def _check_records(tables: Tables) -> Iterator[Problem]:
    """Yield the records whose id is not their issue's, or is another record's too."""
    issues = tables["records"]["issue_id"].to_pylist()
    seen = set()
    for row, record in enumerate(tables["records"]["id"].to_pylist()):
        issue = issues[row]
        if issue_of(str(record)) != issue:
            expected = f"an id that begins with '{issue}/'"
            yield _problem("record-issue", tables, "records", row, "id", expected)
        if record in seen:
            yield _problem("key-duplicate", tables, "records", row, "id", "a key of its own")
        seen.add(record)


def _check_order(name: str, order: _Order, tables: Tables) -> Iterator[Problem]:
    """Yield the rows of a table that do not follow the one before them, and what lacks rows."""
    parent = _parents(name, tables)
    place = _numbers(tables[name][order.column])
    # Where the parent is another than in the row before, the count begins anew.
    step = np.diff(parent, prepend=-1)
    next_place = np.roll(place, 1) + 1
    if order.column == "position":
        code, least = "position", np.where(step != 0, 1, next_place)
        misplaced = np.flatnonzero(place != least)
        or_more = ""
    else:
        code, least = "row-order", np.where(step != 0, -1, next_place)
        misplaced = np.flatnonzero(place < least)
        or_more = " or more"
    for row in misplaced.tolist():
        yield _problem(code, tables, name, row, order.column, f"{least[row]}{or_more}")
    for row in np.flatnonzero((step < 0) & (parent >= 0)).tolist():
        expected = f"rows together, in the order of the table {order.parent}"
        yield _problem("row-order", tables, name, row, order.owner, expected)
    if name in _NEEDED:
        every = np.arange(tables[order.parent].num_rows)
        for row in np.setdiff1d(every, parent).tolist():
            expected = f"one that {name} are of"
            yield _problem(_NEEDED[name], tables, order.parent, row, "id", expected)


def _parents(name: str, tables: Tables) -> Places:
    """Return the place of the issue or record that each row is part of; -1 where there is none."""
    order = _ORDERS[name]
    ids = tables[order.parent]["id"].combine_chunks()
    return _numbers(pc.index_in(tables[name][order.owner], value_set=ids))


def _numbers(values: pa.ChunkedArray[pa.Scalar[pa.DataType]]) -> Places:
    """Return integers; -1 for a null, which the layer of the values reports."""
    filled = pc.fill_null(values.cast(pa.int64()).combine_chunks(), _NONE)
    numbers: Places = np.from_dlpack(filled).astype(np.int64)  # Arrow's to_numpy imports pandas
    return numbers


def _check_reference(name: str, tables: Tables, reference: Reference) -> Iterator[Problem]:
    """Yield the rows whose foreign key names no row."""
    values = _joined(tables[name], reference.fields)
    there = _joined(tables[reference.table], reference.target).combine_chunks()
    is_lost = pc.and_(values.is_valid(), pc.invert(pc.is_in(values, value_set=there)))
    for row in pc.indices_nonzero(is_lost).to_pylist():
        expected = f"one of table {reference.table}"
        yield _problem("foreign-key", tables, name, row, reference.fields[-1], expected)


def _joined(rows: pa.Table, columns: Sequence[str]) -> pa.ChunkedArray[pa.StringScalar]:
    """Return the values of some columns as one text for each row; null where one is null."""
    parts = [rows[column].cast(pa.string()) for column in columns]
    if len(parts) == 1:
        return parts[0]
    return pc.binary_join_element_wise(*parts, _COMMA)


def _check_authors(tables: Tables) -> Iterator[Problem]:
    """Yield the records whose author is not what their contributors say."""
    authors = defaultdict(list)
    for person in tables["contributors"].select(["record_id", "role", "name"]).to_pylist():
        if person["role"] in AUTHOR_ROLES:
            authors[person["record_id"]].append(str(person["name"]))
    for row, record in enumerate(tables["records"].select(["id", "author"]).to_pylist()):
        wanted = "; ".join(authors[record["id"]]) or None
        if record["author"] != wanted:
            expected = f"{shorten(wanted)}, its authors and speakers"
            yield _problem("author-names", tables, "records", row, "author", expected)


def split_issues(tables: Tables) -> Iterator[tuple[str, Tables]]:
    """Yield each issue of a shard: its id, and its rows in every table."""
    ids = tables["issues"]["id"].to_pylist()
    numbers = np.arange(len(ids) + 1)
    owners = {"issues": numbers[:-1]}  # the place of the issue that each row is part of
    in_order = dict(tables)
    starts = {"issues": numbers}
    for name, order in _ORDERS.items():
        # A row that is part of none has the last of these, -1, as its issue.
        owners_of_parents = np.append(owners[order.parent], -1)
        owner = owners_of_parents[_parents(name, tables)]
        owners[name] = owner
        if (np.diff(owner) < 0).any():
            places = np.argsort(owner, kind="stable")
            owner = owner[places]
            in_order[name] = tables[name].take(places)
        starts[name] = np.searchsorted(owner, numbers)
    for place, issue in enumerate(ids):
        rows = {}
        for name, table in in_order.items():
            start = int(starts[name][place])
            end = int(starts[name][place + 1])
            rows[name] = table.slice(start, end - start)
        yield issue, rows

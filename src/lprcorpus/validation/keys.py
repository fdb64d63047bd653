"""The layer *keys*: the rows of a shard are in order, and refer to rows that there are.

A shard has all rows of its issues, so that no row refers to another shard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.identifiers import issue_of
from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES
from lprcorpus.tables import issue_runs, text_scalar
from lprcorpus.validation.tablefiles import row_key

# The rows of each table.
Tables = Mapping[str, pa.Table]

_NONE = text_scalar("-1").cast(pa.int64())
_COMMA = text_scalar(",")

# What the rows of a table are part of, the column that names it, and the one that rises in it.
_ORDERS = {
    "pages": ("issues", "issue_id", "number"),
    "records": ("issues", "issue_id", "position"),
    "contributors": ("records", "record_id", "position"),
    "blocks": ("records", "record_id", "position"),
    "spans": ("issues", "issue_id", "raw_start"),
    "edits": ("issues", "issue_id", "raw_start"),
}


def split_issues(tables: Tables) -> Iterator[tuple[str, Tables]]:
    """Yield each issue of a shard: its id, and its rows in every table."""
    parts: dict[tuple[str, str], list[pa.Table]] = defaultdict(list)
    for name in _ORDERS:
        rows = tables[name]
        for issue, start, end in issue_runs(rows.column(TABLES[name].key[0])):
            parts[name, issue].append(rows.slice(start, end - start))
    for row, issue in enumerate(tables["issues"]["id"].to_pylist()):
        of_issue = {"issues": tables["issues"].slice(row, 1)}
        for name in _ORDERS:
            no_rows = tables[name].slice(0, 0)
            of_issue[name] = pa.concat_tables(parts[name, str(issue)] or [no_rows])
        yield str(issue), of_issue


def check_keys(tables: Tables, after: str) -> Iterator[Problem]:
    """Yield the rows of a shard that are out of order, have another's key, or refer to no row.

    Its first issue has to come after the last one of the shard before.
    """
    for row, issue in enumerate(tables["issues"]["id"].to_pylist()):
        if str(issue) <= after:
            yield _problem("row-order", tables, "issues", row, "id", f"an id after {after!r}")
        after = str(issue)
    seen = set()
    for row, record in enumerate(tables["records"].select(["id", "issue_id"]).to_pylist()):
        if issue_of(str(record["id"])) != record["issue_id"]:
            expected = f"an id that begins with '{record['issue_id']}/'"
            yield _problem("record-issue", tables, "records", row, "id", expected)
        if record["id"] in seen:
            yield _problem("key-duplicate", tables, "records", row, "id", "a key of its own")
        seen.add(record["id"])
    for name in _ORDERS:
        yield from _check_order(name, tables)
    for name, table in TABLES.items():
        for reference in table.references:
            values = _joined(tables[name], reference.fields)
            there = _joined(tables[reference.table], reference.target)
            is_lost = pc.and_(values.is_valid(), pc.invert(pc.is_in(values, value_set=there)))
            for row in pc.indices_nonzero(is_lost).to_pylist():
                expected = f"one of table {reference.table}"
                column = reference.fields[-1]
                yield _problem("foreign-key", tables, name, row, column, expected)


def _problem(code: str, tables: Tables, name: str, row: int, column: str, expected: str) -> Problem:
    rows = tables[name]
    found = shorten(rows[column][row].as_py())
    return Problem(code, found, expected, table=name, key=row_key(name, rows, row), column=column)


def _check_order(name: str, tables: Tables) -> Iterator[Problem]:
    """Yield the rows of a table that do not follow the one before them."""
    parent, owner, column = _ORDERS[name]
    ids = tables[parent]["id"].combine_chunks()
    # For each row the place of its parent; -1 where it has none, which is a foreign key's problem.
    parents = _numbers(pc.index_in(tables[name][owner], value_set=ids))
    places = _numbers(tables[name][column])
    following = np.roll(places, 1) + 1
    # Where the parent is another than in the row before, the count begins anew.
    step = np.diff(parents, prepend=-1)
    if column == "position":
        code, or_more = "position", ""
        expected = np.where(step == 0, following, 1)
        is_misplaced = places != expected
    else:
        code, or_more = "row-order", " or more"
        expected = following
        is_misplaced = (step == 0) & (places < expected)
    for row in np.flatnonzero(is_misplaced).tolist():
        yield _problem(code, tables, name, row, column, f"{expected[row]}{or_more}")
    for row in np.flatnonzero((step < 0) & (parents >= 0)).tolist():
        order = f"rows together, in the order of the table {parent}"
        yield _problem("row-order", tables, name, row, owner, order)


def _joined(rows: pa.Table, columns: Sequence[str]) -> pa.Array[pa.StringScalar]:
    """Return the values of some columns as one text for each row; null where one is null."""
    # In one array: on no chunk at all, as where a table has no rows, PyArrow 21 ends the process.
    parts = [rows[column].cast(pa.string()).combine_chunks() for column in columns]
    if len(parts) == 1:
        return parts[0]
    return pc.binary_join_element_wise(*parts, _COMMA)


def _numbers(values: pa.ChunkedArray[pa.Scalar[pa.DataType]]) -> npt.NDArray[np.int64]:
    """Return integers; -1 for a null, which the layer of the values reports."""
    filled = pc.fill_null(values.cast(pa.int64()).combine_chunks(), _NONE)
    # Not by Arrow's to_numpy, which imports pandas.
    numbers: npt.NDArray[np.int64] = np.from_dlpack(filled).astype(np.int64)
    return numbers

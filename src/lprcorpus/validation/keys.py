"""The layer *keys*: the rows of one issue are in order, and refer to rows that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa

from lprcorpus.authorship import AUTHOR_ROLES
from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, Reference
from lprcorpus.validation.constraints import row_key

__all__ = ["KEY_COLUMNS", "check_keys"]

# The column of each table that rises from row to row: in an issue or, where it is counted from 1,
# in a record.
_PLACES = {
    "pages": "number",
    "records": "position",
    "contributors": "position",
    "blocks": "position",
    "spans": "raw_start",
    "edits": "raw_start",
}

# The columns that :func:`check_keys` looks at.
KEY_COLUMNS: dict[str, tuple[str, ...]] = {
    "issues": ("id",),
    "pages": ("issue_id", "number"),
    "records": ("id", "issue_id", "position", "author"),
    "contributors": ("record_id", "position", "name", "role"),
    "blocks": ("record_id", "position"),
    "spans": ("issue_id", "raw_start", "page", "record_id"),
    "edits": ("issue_id", "raw_start"),
}

# The rows of one issue in each table.
Tables = Mapping[str, pa.Table]


def check_keys(issue: str, tables: Tables) -> Iterator[Problem]:
    """Yield the rows of an issue that are out of order, have another's key, or refer to no row."""
    for row in range(1, tables["issues"].num_rows):
        key, expected = f"{issue!r} again", "a key of its own"
        yield _problem("key-duplicate", "issues", tables, row, "id", key, expected)
    yield from _check_records(issue, tables)
    for name in _PLACES:
        yield from _check_order(name, tables)
    for name, table in TABLES.items():
        for reference in table.references:
            yield from _check_reference(name, tables, reference)
    if tables["issues"].num_rows:
        for name in ("pages", "records"):
            if not tables[name].num_rows:
                found = f"no row in {name}"
                yield _problem("issue-empty", "issues", tables, 0, "id", found, "one or more")
    yield from _check_authors(tables)


def _problem(
    code: str, name: str, tables: Tables, row: int, column: str, found: str, expected: str
) -> Problem:
    key = row_key(name, tables[name], row)
    return Problem(code, found, expected, table=name, key=key, column=column)


def _check_records(issue: str, tables: Tables) -> Iterator[Problem]:
    """Yield the records whose id is not their issue's, or another's too, or that have no block."""
    seen = set()
    with_blocks = set(tables["blocks"].column("record_id").to_pylist())
    for row, record in enumerate(tables["records"].column("id").to_pylist()):
        if str(record).partition("/")[0] != issue:
            expected = f"an id that begins with '{issue}/'"
            yield _problem("record-issue", "records", tables, row, "id", repr(record), expected)
        if record in seen:
            found = f"{record!r} again"
            yield _problem("key-duplicate", "records", tables, row, "id", found, "a key of its own")
        seen.add(record)
        if record not in with_blocks:
            yield _problem(
                "block-missing", "records", tables, row, "body", "no block", "one or more"
            )


def _check_order(name: str, tables: Tables) -> Iterator[Problem]:
    """Yield the rows of a table that do not follow the one before them."""
    column = _PLACES[name]
    is_counted = column == "position"
    places = tables[name].column(column).to_pylist()
    groups: list[object] = [None] * len(places)
    order: dict[object, int] = {}
    if "record_id" in TABLES[name].key:
        groups = tables[name].column("record_id").to_pylist()
        order = {record: n for n, record in enumerate(tables["records"].column("id").to_pylist())}
    last_group, last = None, 0 if is_counted else -1
    for row, (group, found) in enumerate(zip(groups, places, strict=True)):
        place = -1 if found is None else found  # the layer of the values reports a null
        if group != last_group:
            if order.get(group, 0) < order.get(last_group, -1):
                expected = "the rows of a record together, in the order of the records"
                yield _problem("row-order", name, tables, row, "record_id", repr(group), expected)
            last_group, last = group, 0
        if place == last and row:
            again = f"{place} again"
            yield _problem("key-duplicate", name, tables, row, column, again, "a key of its own")
        elif is_counted and place != last + 1:
            yield _problem("position", name, tables, row, column, str(place), str(last + 1))
        elif place < last:
            expected = f"more than {last}"
            yield _problem("row-order", name, tables, row, column, str(place), expected)
        last = place


def _check_reference(name: str, tables: Tables, reference: Reference) -> Iterator[Problem]:
    """Yield the rows whose foreign key names no row."""
    column = reference.fields[-1]  # all rows are of one issue, which alone can come before it
    there = {None, *tables[reference.table].column(reference.target[-1]).unique().to_pylist()}
    values = tables[name].column(column)
    if there.issuperset(values.unique().to_pylist()):
        return
    for row, value in enumerate(values.to_pylist()):
        if value not in there:
            expected = f"one of table {reference.table}"
            yield _problem("foreign-key", name, tables, row, column, shorten(value), expected)


def _check_authors(tables: Tables) -> Iterator[Problem]:
    """Yield the records whose author is not what their contributors say."""
    names: dict[str, list[str]] = {}
    for person in tables["contributors"].select(["record_id", "name", "role"]).to_pylist():
        if person["role"] in AUTHOR_ROLES:
            names.setdefault(person["record_id"], []).append(str(person["name"]))
    for row, record in enumerate(tables["records"].select(["id", "author"]).to_pylist()):
        authors = names.get(record["id"])
        wanted = "; ".join(authors) if authors else None
        if record["author"] != wanted:
            expected = shorten(wanted) if authors else "null: no author or speaker contributed"
            found = shorten(record["author"])
            yield _problem("author-names", "records", tables, row, "author", found, expected)

"""The layer *keys*: the order of a table's rows, their keys, their positions, and rows that refer to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, Reference
from lprcorpus.validation.constraints import row_key

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["REFERENCE_COLUMNS", "RowOrder", "check_references"]

_ORDER: dict[str, tuple[str, str | None]] = {
    "issues": ("id", None),
    "pages": ("issue_id", "number"),
    "records": ("issue_id", "position"),
    "contributors": ("record_id", "position"),
    "blocks": ("record_id", "position"),
    "spans": ("issue_id", "raw_start"),
    "edits": ("issue_id", "raw_start"),
}
"""What the rows of each table are sorted by: a column whose equal values stand together, and one that rises among them."""

_NONE = np.iinfo(np.int64).min
"""What a null counts as, where rows are compared: less than any number. The layer *values* reports the null."""


class RowOrder:
    """The order of a table's rows, checked some rows at a time.

    Rows sorted by a key whose values rise have no key twice: that needs no memory of the keys.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.group, self.place = _ORDER[name]
        self.counted = self.place == "position"
        self.last_group: str | None = None
        self.last_place = _NONE
        self.issue = ""
        self.seen: set[str] = set()
        self.ids: set[str] = set()
        self.ids_of: str | None = None

    @staticmethod
    def columns(name: str) -> set[str]:
        """Return the columns that are looked at."""
        return {column for column in (*TABLES[name].key, *_ORDER[name]) if column}

    def check(self, rows: pa.Table) -> Iterator[Problem]:
        """Yield a problem for each row that does not follow the one before it.

        Args:
            rows: the next rows, with the columns of the table's key and order.
        """
        if not rows.num_rows:
            return
        groups = rows.column(self.group).combine_chunks()
        changed = self._changes(groups)
        for index in np.flatnonzero(changed).tolist():
            yield from self._check_group(rows, index, groups[index].as_py())
        if self.place is None:
            found, expected = "the key of the row before", "a key of its own"
            for index in np.flatnonzero(~changed).tolist():
                yield self._problem("key-duplicate", rows, index, self.group, found, expected)
        else:
            places = pc.fill_null(rows.column(self.place), _NONE).to_numpy()
            yield from self._check_places(rows, self.place, places, changed)
            self.last_place = int(places[-1])
        self.last_group = groups[-1].as_py()
        if self.name == "records":
            yield from self._check_records(rows)

    def _changes(self, groups: pa.Array) -> NDArray[np.bool_]:
        """Return for each row whether its group is another than that of the row before."""
        changed = np.ones(len(groups), dtype=bool)
        changed[0] = groups[0].as_py() != self.last_group or self.last_group is None
        different = pc.fill_null(pc.not_equal(groups[1:], groups[:-1]), fill_value=True)
        changed[1:] = different.to_numpy(zero_copy_only=False)
        return changed

    def _check_group(self, rows: pa.Table, index: int, group: str | None) -> Iterator[Problem]:
        """Yield a problem where the rows of another issue or record begin and should not."""
        group = group or ""
        issue = group.partition("/")[0]
        again = issue == self.issue and "/" not in group and self.name != "issues"
        if issue < self.issue or again:
            expected = f"{self.issue!r} or later: rows are sorted by issue"
            yield self._problem("row-order", rows, index, self.group, repr(group), expected)
        elif issue == self.issue and group in self.seen:
            expected = "the rows of a record to stand together"
            yield self._problem("row-order", rows, index, self.group, f"{group!r} again", expected)
        if issue != self.issue:
            self.seen.clear()
            self.issue = issue
        if "/" in group:
            self.seen.add(group)

    def _check_places(
        self, rows: pa.Table, column: str, places: NDArray[np.int64], changed: NDArray[np.bool_]
    ) -> Iterator[Problem]:
        """Yield a problem for each row whose number does not follow that of the row before."""
        before = np.empty_like(places)
        before[0] = self.last_place
        before[1:] = places[:-1]
        if self.counted:
            before[changed] = 0
            wrong = places != before + 1
        else:
            before[changed] = _NONE
            wrong = places <= before
        for index in np.flatnonzero(wrong).tolist():
            found, last = int(places[index]), int(before[index])
            if found == last and not changed[index]:
                code, said, expected = "key-duplicate", f"{found} again", "a key of its own"
            elif self.counted:
                code, said, expected = "position", str(found), str(last + 1)
            else:
                code, said, expected = "row-order", str(found), f"more than {last}"
            yield self._problem(code, rows, index, column, said, expected)

    def _check_records(self, rows: pa.Table) -> Iterator[Problem]:
        """Yield a problem for each record whose id is not its issue's, or is another's too."""
        ids = rows.column("id").to_pylist()
        issues = rows.column("issue_id").to_pylist()
        for index, (record, issue) in enumerate(zip(ids, issues, strict=True)):
            if str(record).partition("/")[0] != issue:
                expected = f"an id that begins with '{issue}/'"
                yield self._problem("record-issue", rows, index, "id", repr(record), expected)
            if issue != self.ids_of:
                self.ids.clear()
                self.ids_of = issue
            if record in self.ids:
                found, expected = f"{record!r} again", "a key of its own"
                yield self._problem("key-duplicate", rows, index, "id", found, expected)
            self.ids.add(record)

    def _problem(self, code: str, rows: pa.Table, index: int, column: str, found: str, expected: str) -> Problem:
        key = row_key(self.name, rows, index)
        return Problem(code, found, expected, table=self.name, key=key, column=column)


_AUTHORS = ("author", "speaker")
"""The roles whose names a record gives as its author."""

REFERENCE_COLUMNS: dict[str, tuple[str, ...]] = {
    "issues": ("id",),
    "pages": ("issue_id", "number"),
    "records": ("id", "issue_id", "author"),
    "contributors": ("record_id", "position", "name", "role"),
    "blocks": ("record_id", "position"),
    "spans": ("issue_id", "raw_start", "page", "record_id"),
    "edits": ("issue_id", "raw_start"),
}
"""The columns that :func:`check_references` looks at."""


def check_references(tables: Mapping[str, pa.Table]) -> Iterator[Problem]:
    """Yield a problem for each row of an issue that refers to a row there is not, or disagrees with it.

    Args:
        tables: the rows of each table that belong to one issue; a table that could not be read is left out.
    """
    for name, rows in tables.items():
        for reference in TABLES[name].references:
            if reference.table in tables:
                yield from _dangling(name, rows, reference, tables[reference.table])
    if "issues" in tables:
        yield from _empty_issues(tables)
    if "records" in tables:
        records = tables["records"].column("id").to_pylist()
        for name in ("contributors", "blocks"):
            if name in tables:
                yield from _out_of_order(name, tables[name], records)
        if "contributors" in tables:
            yield from _authors(tables["records"], tables["contributors"])
        if "blocks" in tables:
            with_blocks = set(tables["blocks"].column("record_id").unique().to_pylist())
            for record in records:
                if record not in with_blocks:
                    yield _record_problem("block-missing", "no block", "one or more", record, "body")


def _record_problem(code: str, found: str, expected: str, record: str, column: str) -> Problem:
    return Problem(code, found, expected, table="records", key=record, column=column)


def _empty_issues(tables: Mapping[str, pa.Table]) -> Iterator[Problem]:
    """Yield a problem for each issue that has no page or no record."""
    for issue in tables["issues"].column("id").to_pylist():
        for name in ("pages", "records"):
            if name in tables and not tables[name].num_rows:
                yield Problem(
                    "issue-empty",
                    f"no row in {name}",
                    "one or more",
                    table="issues",
                    key=issue,
                    column="id",
                )


def _dangling(name: str, rows: pa.Table, reference: Reference, targets: pa.Table) -> Iterator[Problem]:
    """Yield a problem for each row whose foreign key names no row."""
    column = reference.fields[-1]  # all rows are of one issue, which alone can stand before it
    there = {None, *targets.column(reference.target[-1]).unique().to_pylist()}
    values = rows.column(column)
    for value in values.unique().to_pylist():
        if value in there:
            continue
        for index in pc.indices_nonzero(pc.equal(values, value)).to_pylist():
            yield Problem(
                "foreign-key",
                shorten(value),
                f"one of table {reference.table}",
                table=name,
                key=row_key(name, rows, index),
                column=column,
            )


def _out_of_order(name: str, rows: pa.Table, records: list[str]) -> Iterator[Problem]:
    """Yield a problem for each record whose rows stand before those of a record that comes earlier."""
    order = {record: place for place, record in enumerate(records)}
    last = -1
    for record in rows.column("record_id").unique().to_pylist():
        place = order.get(record, last)
        if place < last:
            yield Problem(
                "row-order",
                "a later place",
                "the order of the records",
                table=name,
                key=f"{record},1",
                column="record_id",
            )
        last = place


def _authors(records: pa.Table, contributors: pa.Table) -> Iterator[Problem]:
    """Yield a problem for each record whose author is not what its contributors say."""
    names: dict[str, list[str]] = {}
    for person in contributors.select(["record_id", "name", "role"]).to_pylist():
        if person["role"] in _AUTHORS:
            names.setdefault(person["record_id"], []).append(str(person["name"]))
    for record in records.select(["id", "author"]).to_pylist():
        expected = "; ".join(names[record["id"]]) if record["id"] in names else None
        if record["author"] != expected:
            said = shorten(expected)
            if expected is None:
                said = "null: no author or speaker contributed"
            found = shorten(record["author"])
            yield _record_problem("author-names", found, said, record["id"], "author")

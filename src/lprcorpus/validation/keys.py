"""Keys within a table and across tables: order, uniqueness, contiguous positions, and rows that refer to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.problems import Problem, shorten
from lprcorpus.schema import TABLES, Reference
from lprcorpus.validation.constraints import row_key

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
        places = _integers(rows.column(self.place)) if self.place else None
        changed = np.ones(len(groups), dtype=bool)
        changed[0] = groups[0].as_py() != self.last_group or self.last_group is None
        different = pc.fill_null(pc.not_equal(groups[1:], groups[:-1]), True)  # noqa: FBT003 (pyarrow's signature)
        changed[1:] = different.to_numpy(zero_copy_only=False)
        for index in np.flatnonzero(changed).tolist():
            yield from self.check_group(rows, index, groups[index].as_py())
        if places is None:
            for index in np.flatnonzero(~changed).tolist():
                yield self.problem("key-duplicate", rows, index, self.group, "the key of the row before", "a key of its own")
        else:
            yield from self.check_places(rows, places, changed)
            self.last_place = int(places[-1])
        self.last_group = groups[-1].as_py()
        if self.name == "records":
            yield from self.check_records(rows)

    def check_group(self, rows: pa.Table, index: int, group: str | None) -> Iterator[Problem]:
        """Yield a problem where the rows of another issue or record begin and should not."""
        group = group or ""
        issue = group.partition("/")[0]
        if issue < self.issue or (issue == self.issue and "/" not in group and self.name != "issues"):
            yield self.problem(
                "row-order", rows, index, self.group, repr(group), f"{self.issue!r} or later: rows are sorted by issue"
            )
        elif issue == self.issue and group in self.seen:
            expected = "the rows of a record to stand together"
            yield self.problem("row-order", rows, index, self.group, f"{group!r} again", expected)
        if issue != self.issue:
            self.seen.clear()
            self.issue = issue
        if "/" in group:
            self.seen.add(group)

    def check_places(self, rows: pa.Table, places: Any, changed: Any) -> Iterator[Problem]:
        """Yield a problem for each row whose number does not follow that of the row before."""
        assert self.place is not None
        before = np.empty_like(places)
        before[0] = self.last_place
        before[1:] = places[:-1]
        before[changed] = 0 if self.counted else _NONE
        bad = places != before + 1 if self.counted else places <= before
        for index in np.flatnonzero(bad).tolist():
            found, last = int(places[index]), int(before[index])
            if found == last and not changed[index]:
                yield self.problem("key-duplicate", rows, index, self.place, f"{found} again", "a key of its own")
            elif self.counted:
                yield self.problem("position", rows, index, self.place, str(found), str(last + 1))
            else:
                yield self.problem("row-order", rows, index, self.place, str(found), f"more than {last}")

    def check_records(self, rows: pa.Table) -> Iterator[Problem]:
        """Yield a problem for each record whose id is not its issue's, or is another's too."""
        for index, (record, issue) in enumerate(
            zip(rows.column("id").to_pylist(), rows.column("issue_id").to_pylist(), strict=True)
        ):
            if str(record).partition("/")[0] != issue:
                yield self.problem("record-issue", rows, index, "id", repr(record), f"an id that begins with '{issue}/'")
            if issue != self.ids_of:
                self.ids.clear()
                self.ids_of = issue
            if record in self.ids:
                yield self.problem("key-duplicate", rows, index, "id", f"{record!r} again", "a key of its own")
            self.ids.add(record)

    def problem(self, code: str, rows: pa.Table, index: int, column: str, found: str, expected: str) -> Problem:
        """Return a problem of a row."""
        return Problem(code, found, expected, self.name, row_key(self.name, rows, index), column)


def _integers(column: pa.ChunkedArray) -> Any:
    """Return a column of integers for numpy; a null, which the values' layer reports, counts as less than any number."""
    return pc.fill_null(column, _NONE).to_numpy()


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
    for issue in tables["issues"].column("id").to_pylist() if "issues" in tables else ():
        for name in ("pages", "records"):
            if name in tables and not tables[name].num_rows:
                yield Problem("issue-empty", f"no row in {name}", "one or more", "issues", issue, "id")
    if "records" in tables:
        order = {record: place for place, record in enumerate(tables["records"].column("id").to_pylist())}
        for name in ("contributors", "blocks"):
            if name in tables:
                yield from _out_of_order(name, tables[name], order)
        if "contributors" in tables:
            yield from _authors(tables["records"], tables["contributors"])
        if "blocks" in tables:
            with_blocks = set(tables["blocks"].column("record_id").unique().to_pylist())
            for record in order:
                if record not in with_blocks:
                    yield Problem("block-missing", "no block", "one or more", "records", record, "body")


def _dangling(name: str, rows: pa.Table, reference: Reference, targets: pa.Table) -> Iterator[Problem]:
    """Yield a problem for each row whose foreign key names no row."""
    column = reference.fields[-1]  # all rows are of one issue, which alone can stand before it
    there = set(targets.column(reference.target[-1]).unique().to_pylist()) | {None}
    lost = [value for value in rows.column(column).unique().to_pylist() if value not in there]
    for value in lost:
        for index in pc.indices_nonzero(pc.equal(rows.column(column), value)).to_pylist():
            yield Problem(
                "foreign-key", shorten(value), f"one of table {reference.table}", name, row_key(name, rows, index), column
            )


def _out_of_order(name: str, rows: pa.Table, order: Mapping[str, int]) -> Iterator[Problem]:
    """Yield a problem for each record whose rows stand before those of a record that comes earlier."""
    last = -1
    for record in rows.column("record_id").unique().to_pylist():
        place = order.get(record, last)
        if place < last:
            yield Problem("row-order", "a later place", "the order of the records", name, f"{record},1", "record_id")
        last = place


def _authors(records: pa.Table, contributors: pa.Table) -> Iterator[Problem]:
    """Yield a problem for each record whose author is not what its contributors say."""
    names: dict[str, list[str]] = {}
    for record, name, role in zip(
        *(contributors.column(part).to_pylist() for part in ("record_id", "name", "role")), strict=True
    ):
        if role in _AUTHORS:
            names.setdefault(record, []).append(str(name))
    for record, author in zip(records.column("id").to_pylist(), records.column("author").to_pylist(), strict=True):
        expected = "; ".join(names[record]) if record in names else None
        if author != expected:
            said = "null: no author or speaker contributed" if expected is None else shorten(expected)
            yield Problem("author-names", shorten(author), said, "records", record, "author")

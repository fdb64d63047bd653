"""Which rows are exported: those of the records asked for, shard by shard."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.errors import DataError, UnknownName
from lprcorpus.schema import TABLES, TYPES
from lprcorpus.typed_rows import grouped

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["RecordKey", "Selection", "select", "selected_table"]


@dataclass(frozen=True)
class RecordKey:
    """What decides about a record: columns of ``records``."""

    id: str
    issue_id: str
    type: str


@dataclass(frozen=True)
class _Identified:
    id: str


@dataclass(frozen=True)
class _SpanPlace:
    """Where a span of a record is: columns of ``spans``."""

    issue_id: str
    page: int
    raw_start: int
    raw_end: int


@dataclass(frozen=True)
class Selection:
    """What was asked for; an issue stands for all its records, and nothing for everything."""

    records: frozenset[str] = frozenset()
    issues: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()

    @property
    def is_everything(self) -> bool:
        """Whether nothing was asked for, which means all."""
        return not (self.records or self.issues or self.types)

    def includes(self, record: RecordKey) -> bool:
        """Return whether a record was asked for."""
        if self.types and record.type not in self.types:
            return False
        return (
            not (self.records or self.issues)
            or record.id in self.records
            or record.issue_id in self.issues
        )

    def records_of(self, shard: Shard) -> list[RecordKey]:
        """Return the records of a shard that were asked for.

        Raises:
            DataError: a row is not what its model allows.
        """
        return [record for record in shard.rows("records", RecordKey) if self.includes(record)]


def select(corpus: Corpus, ids: Collection[str] = (), types: Collection[str] = ()) -> Selection:
    """Return the selection that ids of records or of issues, and types of records, make.

    Raises:
        UnknownName: there is no such record, issue or type; the message gives those that come near.
        DataError: a row is not what its model allows.
    """
    for kind in types:
        if kind not in TYPES:
            raise UnknownName("type of record", kind, TYPES)
    wanted = frozenset(ids)
    issues = frozenset(name for name in wanted if "/" not in name)
    _check_known(corpus, "issue", "issues", issues)
    _check_known(corpus, "record", "records", wanted - issues)
    return Selection(wanted - issues, issues, frozenset(types))


def _check_known(corpus: Corpus, kind: str, table: str, ids: Collection[str]) -> None:
    """Raise UnknownName if an id is not in a table."""
    if not ids:
        return
    known = {row.id for row in corpus.rows(table, _Identified)}
    missing = set(ids) - known
    if missing:
        raise UnknownName(kind, min(missing), known)


def selected_table(shard: Shard, name: str, selection: Selection) -> pa.Table:
    """Return the rows of a table in a shard that belong to a selection, in Arrow.

    A row belongs to a record if it names the record. An issue does, if the record is in it; a page,
    if a span of the record is on it; an edit, if it was made in such a span. With an issue comes
    all that is in it, whether or not it is in a record.

    Raises:
        UnknownName: there is no such table.
        CorpusNotFound: the file of the table is missing, or is not Parquet.
        DataError: the table lacks a column, or a column is of another type.
    """
    table = _checked(shard, name)
    if selection.is_everything:
        return table
    import pyarrow as pa

    members = _Members(shard, selection)
    keys = table.select([column for column in _KEY_COLUMNS if column in table.column_names])
    mask = [members.contain(name, row) for row in keys.to_pylist()]
    return table.filter(pa.array(mask, pa.bool_()))


_KEY_COLUMNS = ("id", "issue_id", "record_id", "number", "raw_start")
"""The columns that decide which rows belong to a selection."""


def _checked(shard: Shard, name: str) -> pa.Table:
    """Return the rows of a table in a shard with the columns and types of its model."""
    import pyarrow as pa

    from lprcorpus.tables import arrow_schema

    table = shard.table(name)
    for column in TABLES[name].columns:
        if column.name not in table.column_names:
            raise DataError(
                f"{name}.{column.name}: found no such column; expected one; run lprcorpus validate"
            )
        if table.column(column.name).null_count and not column.nullable:
            raise DataError(
                f"{name}.{column.name}: found null; expected a {column.type}; run lprcorpus validate"
            )
    try:
        table = table.select(arrow_schema(name).names).cast(arrow_schema(name))
        table.validate(full=True)
    except pa.ArrowException as error:
        reason = str(error).partition("\n")[0]
        raise DataError(f"{name}: {reason}; run lprcorpus validate") from None
    return table


class _Members:
    """The rows of a shard that belong to a selection."""

    def __init__(self, shard: Shard, selection: Selection) -> None:
        self._shard = shard
        records = selection.records_of(shard)
        self._records = {record.id for record in records}
        self._issues = {record.issue_id for record in records}
        # What an issue has beside its records comes with it only where the issue was asked for, and
        # no type.
        self._whole_issues = frozenset() if selection.types else selection.issues

    def contain(self, table: str, row: Mapping[str, Any]) -> bool:
        """Return whether a row of a table, as far as its keys go, is among them."""
        if table == "records":
            return row["id"] in self._records
        if table == "issues":
            return row["id"] in self._issues
        if table in ("contributors", "blocks"):
            return row["record_id"] in self._records
        if row["issue_id"] in self._whole_issues:
            return True
        if table == "spans":
            return row["record_id"] in self._records
        if table == "pages":
            return (row["issue_id"], row["number"]) in self._pages
        spans = self._spans.get(row["issue_id"], [])
        before = bisect_right(spans, row["raw_start"], key=lambda span: span.raw_start)
        return before > 0 and row["raw_start"] < spans[before - 1].raw_end

    @cached_property
    def _pages(self) -> set[tuple[str, int]]:
        """The pages that the records are on."""
        return {(span.issue_id, span.page) for spans in self._spans.values() for span in spans}

    @cached_property
    def _spans(self) -> dict[str, list[_SpanPlace]]:
        """The spans of the records by issue, in order; no two overlap."""
        spans = self._shard.rows("spans", _SpanPlace, record_id=self._records)
        in_order = sorted(spans, key=lambda span: span.raw_start)
        return grouped(in_order, key=lambda span: span.issue_id)

"""Which rows are exported: those of the records asked for, shard by shard."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    page_start: int
    page_end: int


@dataclass(frozen=True)
class _Identified:
    """A record or an issue by its id."""

    id: str


@dataclass(frozen=True)
class _PagePlace:
    """Which page it is: columns of ``pages``."""

    issue_id: str
    number: int


@dataclass(frozen=True)
class _EditPlace:
    """Where an edit is in the raw text: columns of ``edits``."""

    issue_id: str
    raw_start: int


@dataclass(frozen=True)
class _SpanPlace:
    """Where a span of a record is in the raw text: columns of ``spans``."""

    issue_id: str
    raw_start: int
    raw_end: int


@dataclass(frozen=True)
class Selection:
    """What was asked for.

    Attributes:
        records: ids of records.
        issues: ids of issues, whose records are all meant.
        types: types of records; all if there is none.
    """

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
        return not (self.records or self.issues) or record.id in self.records or record.issue_id in self.issues

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
    """Return the rows of a table in a shard that belong to a selection, in Arrow, with the columns and types of the model.

    A row belongs to a record if it names the record. An issue does, if the record is in it; a page, if the record is on it;
    an edit, if it was made in the record's text. With an issue comes all that is in it, whether or not it is in a record.

    Raises:
        UnknownName: there is no such table.
        CorpusNotFound: the file of the table is missing, or is not Parquet.
        DataError: the table lacks a column, or a column is of another type.
    """
    table = _checked(shard, name)
    if selection.is_everything:
        return table
    mask = list(_belongs(shard, name, table, selection))
    import pyarrow as pa

    return table.filter(pa.array(mask, pa.bool_()))


def _checked(shard: Shard, name: str) -> pa.Table:
    """Return the rows of a table in a shard with the columns and types of its model."""
    import pyarrow as pa

    from lprcorpus.tables import arrow_schema

    table = shard.table(name)
    wanted = [column.name for column in TABLES[name].columns]
    for column in wanted:
        if column not in table.column_names:
            raise DataError(f"{name}.{column}: found no such column; expected one; run lprcorpus validate")
    try:
        table = table.select(wanted).cast(arrow_schema(name))
        table.validate(full=True)
    except pa.ArrowException as error:
        reason = str(error).partition("\n")[0]
        raise DataError(f"{name}: {reason}; run lprcorpus validate") from None
    return table


def _belongs(shard: Shard, name: str, table: pa.Table, selection: Selection) -> Iterator[bool]:
    """Yield for each row of a table whether it belongs to a selection."""
    records = selection.records_of(shard)
    ids = {record.id for record in records}
    if name == "records":
        yield from _has_one_of(table, "id", ids)
    elif name == "issues":
        yield from _has_one_of(table, "id", {record.issue_id for record in records})
    elif name in ("contributors", "blocks"):
        yield from _has_one_of(table, "record_id", ids)
    else:
        # What an issue holds beside its records comes with it only where the issue was asked for, and no type.
        whole = frozenset() if selection.types else selection.issues
        in_whole = _has_one_of(table, "issue_id", whole)
        for is_in_whole, is_of_record in zip(in_whole, _places_of_records(shard, name, table, records), strict=True):
            yield is_in_whole or is_of_record


def _places_of_records(shard: Shard, name: str, table: pa.Table, records: list[RecordKey]) -> Iterable[bool]:
    """Return for each span, page or edit whether it is of one of some records."""
    ids = {record.id for record in records}
    if name == "spans":
        return _has_one_of(table, "record_id", ids)
    if name == "pages":
        return _are_on_pages(shard.rows("pages", _PagePlace), records)
    return _are_in_spans(shard.rows("edits", _EditPlace), shard.rows("spans", _SpanPlace, record_id=ids))


def _has_one_of(table: pa.Table, column: str, values: Collection[str]) -> Iterable[bool]:
    """Return for each row whether it has one of some values in a column."""
    return [value in values for value in table.column(column).to_pylist()]


def _are_on_pages(pages: Iterable[_PagePlace], records: list[RecordKey]) -> Iterable[bool]:
    """Yield for each page whether a record is on it."""
    by_issue = grouped(records, key=lambda record: record.issue_id)
    for page in pages:
        neighbours = by_issue.get(page.issue_id, [])
        yield any(record.page_start <= page.number <= record.page_end for record in neighbours)


def _are_in_spans(edits: Iterable[_EditPlace], spans: Iterable[_SpanPlace]) -> Iterable[bool]:
    """Yield for each edit whether it was made in one of some spans; no two spans overlap."""
    in_order = sorted(spans, key=lambda span: span.raw_start)
    by_issue = grouped(in_order, key=lambda span: span.issue_id)
    for edit in edits:
        neighbours = by_issue.get(edit.issue_id, [])
        before = bisect_right(neighbours, edit.raw_start, key=lambda span: span.raw_start)
        yield before > 0 and edit.raw_start < neighbours[before - 1].raw_end

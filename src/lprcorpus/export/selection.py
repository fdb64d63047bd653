"""Which rows are exported: those of the records asked for, gathered file by file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lprcorpus.corpus import Corpus
from lprcorpus.errors import CorpusNotFound, UnknownName
from lprcorpus.schema import TABLES, TYPES

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Selection", "Shard", "select", "shards"]

Shard = Mapping[str, "pa.Table"]
"""The rows of some tables that stand in files of one number; an issue is in one file of each table, whole."""

_FINDERS = {
    "pages": ("records",),
    "edits": ("records", "spans"),
    "issues": ("records",),
}
"""The tables that tell which rows of a table belong to a record, where its own columns do not."""


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


def select(corpus: Corpus, ids: Collection[str] = (), types: Collection[str] = ()) -> Selection:
    """Return the selection that ids of records or of issues, and types of records, make.

    Raises:
        UnknownName: there is no such record, issue or type; the message gives those that come near.
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
    """Raise UnknownName if an id is not in a table, which is read in one pass."""
    if not ids:
        return
    import pyarrow as pa
    import pyarrow.compute as pc

    missing = set(ids)
    for part in corpus.parts(table, ["id"]):
        column = part.column("id")
        missing -= set(pc.filter(column, pc.is_in(column, value_set=pa.array(sorted(missing), pa.string()))).to_pylist())
        if not missing:
            return
    raise UnknownName(kind, min(missing), corpus.table(table, ["id"]).column("id").to_pylist())


def shards(corpus: Corpus, selection: Selection, tables: Collection[str], whole_issues: Collection[str] = ()) -> Iterator[Shard]:
    """Yield the rows of some tables that belong to a selection, one file of each table in memory at a time.

    A row belongs to a record if it says so; an issue, if the record is in it; a page, if the record stands on it; an edit, if
    it was made in the record's text. With an issue comes all that is in it, whether or not it is in a record.

    Raises:
        UnknownName: there is no such table.
        CorpusNotFound: a file of a table is missing, is not Parquet, or lacks a column.
    """
    names = dict.fromkeys([*tables, *whole_issues])
    if not selection.is_everything:
        names.update(dict.fromkeys(["records", *(finder for name in tables for finder in _FINDERS.get(name, ()))]))
    parts = {name: corpus.parts(name) for name in names}
    for found in zip(*parts.values(), strict=True):
        shard = {name: _checked(corpus, name, table) for name, table in zip(parts, found, strict=True)}
        if selection.is_everything:
            yield shard
        else:
            of_records = {name: _rows(name, shard, selection) for name in tables}
            issues = shard["records"].filter(_chosen(shard["records"], selection)).column("issue_id")
            yield of_records | {name: _among(shard[name], "issue_id", issues) for name in whole_issues}


def _checked(corpus: Corpus, name: str, table: pa.Table) -> pa.Table:
    """Return a table with the columns of its model, in their order."""
    wanted = [column.name for column in TABLES[name].columns]
    missing = [column for column in wanted if column not in table.column_names]
    if missing:
        raise CorpusNotFound(f"{corpus.folder}: the table {name} lacks the column {missing[0]!r}; expected a built corpus")
    return table.select(wanted)


def _among(table: pa.Table, column: str, values: pa.ChunkedArray | pa.Array) -> pa.Table:
    """Return the rows that have one of some values in a column."""
    return table.filter(_is_among(table, column, values))


def _is_among(table: pa.Table, column: str, values: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.is_in(table.column(column), value_set=values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values)


def _rows(name: str, shard: Shard, selection: Selection) -> pa.Table:
    """Return the rows of a table that belong to a selection."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = shard[name]
    records = shard["records"].filter(_chosen(shard["records"], selection))
    if name == "records":
        return records
    if name == "issues":
        return _among(table, "id", records.column("issue_id"))
    if name in ("contributors", "blocks"):
        return _among(table, "record_id", records.column("id"))
    if name == "spans":
        mask = _is_among(table, "record_id", records.column("id"))
    else:
        places = records if name == "pages" else _among(shard["spans"], "record_id", records.column("id"))
        mask = pa.array(_inside(name, table, places), pa.bool_())
    if selection.types:
        return table.filter(mask)
    return table.filter(pc.or_(mask, _is_among(table, "issue_id", pa.array(sorted(selection.issues), pa.string()))))


def _chosen(records: pa.Table, selection: Selection) -> pa.ChunkedArray:
    """Tell of each record whether it was asked for."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def among(column: str, values: Collection[str]) -> pa.ChunkedArray:
        return _is_among(records, column, pa.array(sorted(values), pa.string()))

    named = pc.or_(among("id", selection.records), among("issue_id", selection.issues))
    if not selection.types:
        return named
    typed = among("type", selection.types)
    return pc.and_(named, typed) if selection.records or selection.issues else typed


def _inside(name: str, table: pa.Table, places: pa.Table) -> Iterator[bool]:
    """Tell of each page whether a record stands on it, or of each edit whether it was made in a span of a record."""
    first, last, at = ("page_start", "page_end", "number") if name == "pages" else ("raw_start", "raw_end", "raw_start")
    starts: dict[str, list[int]] = {}
    ends: dict[str, list[int]] = {}
    for place in sorted(places.select(["issue_id", first, last]).to_pylist(), key=lambda place: place[first]):
        end = place[last] + (name == "pages")  # pages are counted to the last, characters to one past it
        mine = ends.setdefault(place["issue_id"], [])
        starts.setdefault(place["issue_id"], []).append(place[first])
        mine.append(max(end, mine[-1]) if mine else end)
    for row in table.select(["issue_id", at]).to_pylist():
        before = bisect_right(starts.get(row["issue_id"], ()), row[at])
        yield before > 0 and row[at] < ends[row["issue_id"]][before - 1]

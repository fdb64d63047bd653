"""An export as it was asked for: which rows, shard by shard, and where they go."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.errors import DataError, UnknownName
from lprcorpus.files import whole_file
from lprcorpus.identifiers import issue_of
from lprcorpus.schema import TABLES, TYPES
from lprcorpus.tables import ROW_GROUP, arrow_schema
from lprcorpus.typed_rows import table_rows

Progress = Callable[[int, int], None]
"""Called with the shards that are done and those in all."""


@dataclass(frozen=True)
class TextParts:
    """What is in a text file beside the text: title, headings, the editor's headnote."""

    title: bool = False
    headings: bool = True
    note: bool = False


@dataclass
class Exported:
    """What an export has written so far: how many rows or, in TEI and text, how many records."""

    rows: int = 0
    longest_cell: int = 0  # characters in the longest cell of CSV for spreadsheets
    has_raw_texts: bool = True  # without them, TEI does not have each page break at its character


@dataclass(frozen=True)
class _RecordKey:
    id: str
    issue_id: str
    type: str


@dataclass(frozen=True)
class _Place:
    """Where a span, a page or an edit is: the columns of all three."""

    issue_id: str
    raw_start: int
    raw_end: int


@dataclass(frozen=True)
class Selection:
    """What was asked for; an issue stands for all its records, and nothing for everything."""

    records: frozenset[str] = frozenset()
    issues: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()

    def record_ids(self, shard: Shard) -> set[str]:
        """Return the ids of the records of a shard that were asked for."""
        found = set()
        for record in shard.rows("records", _RecordKey):
            is_named = record.id in self.records or record.issue_id in self.issues
            if not self.records and not self.issues:
                is_named = True
            if is_named and (not self.types or record.type in self.types):
                found.add(record.id)
        return found


@dataclass(frozen=True)
class Job:
    """An export as it was asked for.

    Attributes:
        out: the file to write or, if ``is_folder``, the folder; or a stream.
        table: the table, where the format holds one; by default ``records``.
        nested: whether, in JSON Lines, each record contains its contributors and blocks.
        bom: whether CSV begins with a byte order mark, for Excel.
    """

    corpus: Corpus
    selection: Selection
    out: Path | BinaryIO
    is_folder: bool
    format: str
    table: str | None
    nested: bool
    bom: bool
    parts: TextParts
    progress: Progress | None
    done: Exported = field(default_factory=Exported)

    @property
    def path(self) -> Path | None:
        """The file or the folder to write; None for a stream."""
        return self.out if isinstance(self.out, Path) else None

    def opened(self) -> AbstractContextManager[BinaryIO]:
        """Return what gives the one file, which is there whole or not at all, or the stream."""
        if isinstance(self.out, Path):
            return whole_file(self.out)
        return nullcontext(self.out)

    def shards(self) -> Iterator[Shard]:
        """Yield the shards, and report how many are done."""
        number = len(self.corpus.files("records"))
        for done, shard in enumerate(self.corpus.shards(), start=1):
            yield shard
            if self.progress:
                self.progress(done, number)

    def rows(self, shard: Shard, name: str) -> Iterator[pa.Table]:
        """Yield the rows of a table in a shard that were asked for, a row group at a time.

        A row belongs to a record if it names the record. An issue does, if the record is in it; a
        page or an edit, if characters of it are the record's. With an issue comes all that is in
        it, whether or not it is in a record.
        """
        rows = _checked(shard.table(name), name)
        if self.selection != Selection():
            rows = rows.filter(_belong(rows, shard, name, self.selection))
        for start in range(0, rows.num_rows, ROW_GROUP):
            yield rows.slice(start, ROW_GROUP)


def select(corpus: Corpus, ids: Collection[str] = (), types: Collection[str] = ()) -> Selection:
    """Return the selection that ids of records or of issues, and types of records, make."""
    for kind in types:
        if kind not in TYPES:
            raise UnknownName("type of record", kind, TYPES)
    issues = frozenset(name for name in ids if "/" not in name)
    records = frozenset(ids) - issues
    for kind, wanted in (("issue", issues), ("record", records)):
        if wanted:
            known = corpus.table(f"{kind}s", ["id"]).column("id").to_pylist()
            for missing in sorted(wanted.difference(known)):
                raise UnknownName(kind, missing, map(str, known))
    return Selection(records, issues, frozenset(types))


def _checked(table: pa.Table, name: str) -> pa.Table:
    """Return the rows of a table with the columns and types of its model."""
    for column in TABLES[name].columns:
        found = None
        if column.name not in table.column_names:
            found = "no such column"
        elif table.column(column.name).null_count and not column.nullable:
            found = "null"
        if found:
            problem = f"{name}.{column.name}: found {found}; expected a {column.type}"
            raise DataError(f"{problem}; run lprcorpus validate")
    schema = arrow_schema(name)
    try:
        table = table.select(schema.names).cast(schema)
        table.validate(full=True)
    except pa.ArrowException as error:
        reason = str(error).partition("\n")[0]
        raise DataError(f"{name}: {reason}; run lprcorpus validate") from None
    return table


def _belong(rows: pa.Table, shard: Shard, name: str, selection: Selection) -> pa.Array:
    """Return for each row of a table whether it belongs to a selection."""
    ids = selection.record_ids(shard)
    # What an issue has beside its records comes with it only where the issue was asked for, and no
    # type.
    whole_issues = frozenset() if selection.types else selection.issues
    if name == "issues":
        return _are_in(rows, "id", whole_issues.union(map(issue_of, ids)))
    if name == "records":
        return _are_in(rows, "id", ids)
    if name in ("pages", "edits"):
        spans = shard.rows("spans", _Place, record_id=ids)
        belong = _share_characters(table_rows(rows, name, _Place), spans)
    else:
        belong = _are_in(rows, "record_id", ids)
    if "issue_id" in rows.column_names:
        belong = pc.or_(belong, _are_in(rows, "issue_id", whole_issues))
    return belong


def _are_in(rows: pa.Table, column: str, values: Collection[str]) -> pa.Array:
    return pc.is_in(rows.column(column), pa.array(sorted(values), pa.string()))


def _share_characters(rows: Iterable[_Place], spans: Iterable[_Place]) -> pa.Array:
    """Return for each row whether it shares raw text with a span; no two spans share any."""
    ordered = sorted((span.issue_id, span.raw_start, span.raw_end) for span in spans)
    shared = []
    for row in rows:
        # The last span that begins before the row ends.
        number = bisect_left(ordered, (row.issue_id, row.raw_end)) - 1
        issue_id, _, end = ordered[number] if number >= 0 else ("", 0, 0)
        shared.append(issue_id == row.issue_id and end > row.raw_start)
    return pa.array(shared, pa.bool_())

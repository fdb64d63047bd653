"""An export as it was asked for: which rows, shard by shard, and where they go."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, TypeVar

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.errors import UnknownName
from lprcorpus.files import whole_file
from lprcorpus.identifiers import issue_of
from lprcorpus.schema import TYPES, Block, Contributor, Edit, Issue, Page, Record, Row, Span
from lprcorpus.tables import ROW_GROUP
from lprcorpus.typed_rows import table_rows

Progress = Callable[[int, int], None]
"""Called with the shards that are done and those in all."""

_Model = TypeVar("_Model", bound=Row)


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
class _Named:
    id: str


@dataclass(frozen=True)
class _RecordKey:
    id: str
    issue_id: str
    type: str


@dataclass(frozen=True, order=True)
class _Place:
    issue_id: str
    raw_start: int
    raw_end: int


@dataclass(frozen=True)
class Selection:
    """What was asked for: records, issues with all their records, and of these only some types."""

    records: frozenset[str]
    issues: frozenset[str]
    types: frozenset[str]


class ShardRows:
    """The rows of a shard that were asked for.

    A row belongs to a record if it names the record. An issue does, if the record is in it; a page
    or an edit, if characters of it are the record's. With an issue comes all that is in it, whether
    or not it is in a record, except where types were asked for.
    """

    def __init__(self, shard: Shard, selection: Selection) -> None:
        self.shard = shard
        self._whole_issues = selection.issues
        if selection.types:
            self._whole_issues = frozenset()
        self.record_ids: set[str] = set()
        for record in shard.rows("records", _RecordKey):
            is_named = record.id in selection.records or record.issue_id in selection.issues
            if is_named and (not selection.types or record.type in selection.types):
                self.record_ids.add(record.id)
        self.issue_ids = self._whole_issues.union(map(issue_of, self.record_ids))

    def rows(self, name: str, model: type[_Model]) -> Iterator[_Model]:
        """Yield the rows of a table, a row group of them in memory as objects of its model."""
        table = self.shard.table(name)
        for start in range(0, table.num_rows, ROW_GROUP):
            for row in table_rows(table.slice(start, ROW_GROUP), name, model):
                if self._has(row):
                    yield row

    def _has(self, row: Row) -> bool:
        match row:
            case Issue():
                return row.id in self.issue_ids
            case Record():
                return row.id in self.record_ids
            case Contributor() | Block():
                return row.record_id in self.record_ids
            case Span():
                return row.issue_id in self._whole_issues or row.record_id in self.record_ids
            case Page() | Edit():
                return row.issue_id in self._whole_issues or self._shares_text(row)
        return False

    def _shares_text(self, row: Page | Edit) -> bool:
        """Return whether characters of a page or an edit are in a record that was asked for."""
        # The last span that begins before the row ends; no two spans share any text.
        number = bisect_left(self._places, _Place(row.issue_id, row.raw_end, 0))
        if number == 0:
            return False
        before = self._places[number - 1]
        return before.issue_id == row.issue_id and before.raw_end > row.raw_start

    @cached_property
    def _places(self) -> list[_Place]:
        """The spans of the records that were asked for."""
        return sorted(self.shard.rows("spans", _Place, record_id=self.record_ids))


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

    def shards(self) -> Iterator[ShardRows]:
        """Yield what was asked for shard by shard, and report how many shards are done."""
        number = len(self.corpus.files("records"))
        for done, shard in enumerate(self.corpus.shards(), start=1):
            yield ShardRows(shard, self.selection)
            if self.progress:
                self.progress(done, number)


def select(corpus: Corpus, ids: Collection[str] = (), types: Collection[str] = ()) -> Selection:
    """Return what ids of records or of issues, and types of records, ask for; without, all."""
    for kind in types:
        if kind not in TYPES:
            raise UnknownName("type of record", kind, TYPES)
    records = frozenset(name for name in ids if "/" in name)
    issues = frozenset(ids) - records
    for table, wanted in (("issues", issues), ("records", records)):
        found = {row.id for row in corpus.rows(table, _Named, id=wanted)}
        for missing in sorted(wanted - found):
            corpus.row(table, _Named, missing)  # raises UnknownName
    if not ids:
        issues = frozenset(row.id for row in corpus.rows("issues", _Named))
    return Selection(records, issues, frozenset(types))

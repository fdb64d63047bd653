"""Two editions of a corpus compared: tables, columns, records, and the blocks of records that changed.

The content digests of the tables decide first: a table of equal digests and columns is not read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.release.version_step import Step, required_step, version_step
from lprcorpus.schema import TABLES

__all__ = [
    "BlockChange",
    "ColumnChange",
    "EditionDifference",
    "RecordChange",
    "RowChanges",
    "ValueChange",
    "compare_editions",
]

_DERIVED = {"body", "body_sha256", "word_count"}
"""Columns of a record that follow from its blocks: what changed in them is said block by block."""


@dataclass(frozen=True)
class ColumnChange:
    """A column that one edition has and the other has not, or of which it says something else.

    Attributes:
        table: its table.
        column: its name.
        change: ``added``, ``removed``, ``type``, ``values`` (fewer may stand in it), ``more values`` or ``nullable``.
        before: what it was, or None.
        after: what it is, or None.
    """

    table: str
    column: str
    change: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class ValueChange:
    """A value of a record that is another in the new edition."""

    column: str
    before: str | int | None
    after: str | int | None


@dataclass(frozen=True)
class BlockChange:
    """A block of a record that was added, removed or changed.

    Attributes:
        position: its position in the new edition; that in the old one for a block that is gone.
        before: its words that are gone, in stretches; the whole text of a block that is gone.
        after: the words in their place; the whole text of a block that is new.
    """

    position: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class RecordChange:
    """A record that is in both editions, and differs."""

    id: str
    values: tuple[ValueChange, ...]
    blocks: tuple[BlockChange, ...]


@dataclass(frozen=True)
class RowChanges:
    """How many rows of a table were added, removed or changed; and which columns changed in how many."""

    table: str
    added: int
    removed: int
    changed: int
    columns: dict[str, int]


@dataclass
class EditionDifference:
    """What changed between two editions of a corpus.

    Attributes:
        old_version: the version of the old edition.
        new_version: the version of the new one.
        tables_added: tables that are new.
        tables_removed: tables that are gone.
        columns: columns that are new, gone or described otherwise.
        issues_added: ids of issues that are new.
        issues_removed: ids of issues that are gone.
        records_added: ids of records that are new.
        records_removed: ids of records that are gone.
        records_renamed: old and new ids of records whose text is the same.
        records_changed: the records that differ.
        rows: the tables whose rows differ.
    """

    old_version: str
    new_version: str
    tables_added: list[str] = field(default_factory=list)
    tables_removed: list[str] = field(default_factory=list)
    columns: list[ColumnChange] = field(default_factory=list)
    issues_added: list[str] = field(default_factory=list)
    issues_removed: list[str] = field(default_factory=list)
    records_added: list[str] = field(default_factory=list)
    records_removed: list[str] = field(default_factory=list)
    records_renamed: list[tuple[str, str]] = field(default_factory=list)
    records_changed: list[RecordChange] = field(default_factory=list)
    rows: list[RowChanges] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether the editions hold the same data; their versions may differ."""
        return self.required is Step.NONE

    @property
    def required(self) -> Step:
        """The least step that the version has to take."""
        return required_step(self)

    @property
    def taken(self) -> Step | None:
        """The step that the version takes; None where it goes back."""
        return version_step(self.old_version, self.new_version)

    @property
    def enough(self) -> bool:
        """Whether the version takes a step that is large enough."""
        return self.taken is not None and self.taken >= self.required


def compare_editions(old: Corpus, new: Corpus) -> EditionDifference:
    """Compare two editions of a corpus.

    Raises:
        UsageError: they are of two corpora.
        CorpusNotFound: a file is missing or is not Parquet.
    """
    if old.name != new.name:
        raise UsageError(f"{new.folder}: is the corpus {new.name!r}; expected an edition of {old.name!r}, as {old.folder} is")
    difference = EditionDifference(old.version, new.version)
    difference.tables_added = [name for name in new.tables if name not in old.tables]
    difference.tables_removed = [name for name in old.tables if name not in new.tables]
    changed_rows: dict[str, _ChangedRows] = {}
    for name in new.tables:
        if name not in old.tables:
            continue
        difference.columns += _column_changes(name, old.resource(name), new.resource(name))
        if not _same_content(old, new, name):
            rows = _changed_rows(name, old, new)
            changed_rows[name] = rows
            if rows.count:
                difference.rows.append(rows.summary())
    if "issues" in changed_rows:
        difference.issues_added = [key[0] for key in changed_rows["issues"].added]
        difference.issues_removed = [key[0] for key in changed_rows["issues"].removed]
    _compare_records(difference, old, new, changed_rows)
    return difference


def _same_content(old: Corpus, new: Corpus, table: str) -> bool:
    """Return whether a table has the same digest in both editions, and the same columns in the same order."""
    before, after = old.resource(table), new.resource(table)
    digest = before.get("contentDigest")
    return digest is not None and digest == after.get("contentDigest") and list(_fields(before)) == list(_fields(after))


def _fields(resource: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return what a descriptor says of the columns of a table, by their names."""
    return {column["name"]: column for column in resource["schema"]["fields"]}


def _column_changes(table: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[ColumnChange]:
    old_fields, new_fields = _fields(before), _fields(after)
    for name in old_fields:
        if name not in new_fields:
            yield ColumnChange(table, name, "removed")
    for name, column in new_fields.items():
        if name not in old_fields:
            yield ColumnChange(table, name, "added")
        else:
            yield from _redefined(table, old_fields[name], column)


def _redefined(table: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[ColumnChange]:
    """Yield what a column may hold now and might not before, or the other way round."""
    name = after["name"]
    if before["type"] != after["type"]:
        yield ColumnChange(table, name, "type", before["type"], after["type"])
    old_rules, new_rules = before.get("constraints", {}), after.get("constraints", {})
    gone = [value for value in old_rules.get("enum", ()) if value not in new_rules.get("enum", ())]
    added = [value for value in new_rules.get("enum", ()) if value not in old_rules.get("enum", ())]
    if gone:
        yield ColumnChange(table, name, "values", before=", ".join(gone))
    if added:
        yield ColumnChange(table, name, "more values", after=", ".join(added))
    if old_rules.get("required") and not new_rules.get("required"):
        yield ColumnChange(table, name, "nullable")


_Key = tuple[Any, ...]
_RowValues = dict[str, Any]


@dataclass
class _ChangedRows:
    """The rows of a table that are not in both editions alike, by their keys."""

    table: str
    added: dict[_Key, _RowValues]
    removed: dict[_Key, _RowValues]
    changed: dict[_Key, tuple[_RowValues, _RowValues]]

    @property
    def count(self) -> int:
        return len(self.added) + len(self.removed) + len(self.changed)

    def summary(self) -> RowChanges:
        columns: dict[str, int] = {}
        for before, after in self.changed.values():
            for name in _differing(before, after):
                columns[name] = columns.get(name, 0) + 1
        return RowChanges(self.table, len(self.added), len(self.removed), len(self.changed), columns)


def _differing(before: _RowValues, after: _RowValues) -> list[str]:
    """Return the columns of both rows in which they differ; a column that one lacks is said with the columns."""
    return [name for name, value in before.items() if name in after and after[name] != value]


def _changed_rows(table: str, old: Corpus, new: Corpus) -> _ChangedRows:
    """Return the rows that differ. Of the others only their hashes are in memory, 150 bytes a row."""
    shared = [name for name in _fields(old.resource(table)) if name in _fields(new.resource(table))]
    hashes: dict[_Key, bytes] = {}
    for key, row in _keyed_rows(table, old, shared):
        hashes[key] = _row_hash(row)
    added: dict[_Key, _RowValues] = {}
    fresh: dict[_Key, _RowValues] = {}
    for key, row in _keyed_rows(table, new, shared):
        known = hashes.pop(key, None)
        if known is None:
            added[key] = row
        elif known != _row_hash(row):
            fresh[key] = row
    removed: dict[_Key, _RowValues] = {}
    changed: dict[_Key, tuple[_RowValues, _RowValues]] = {}
    if hashes or fresh:
        for key, row in _keyed_rows(table, old, shared):
            if key in hashes:
                removed[key] = row
            elif key in fresh:
                changed[key] = (row, fresh[key])
    return _ChangedRows(table, added, removed, changed)


def _keyed_rows(table: str, corpus: Corpus, columns: list[str]) -> Iterator[tuple[_Key, _RowValues]]:
    """Yield the rows of a table with their keys, some at a time."""
    known = TABLES.get(table)
    stated = known.key if known else tuple(corpus.resource(table)["schema"].get("primaryKey", ()))
    key = [name for name in stated if name in columns]
    for part in corpus.parts(table, columns):
        for batch in part.to_batches(max_chunksize=1_000):
            for row in batch.to_pylist():
                yield tuple(row[name] for name in key or columns), row


def _row_hash(row: _RowValues) -> bytes:
    return hashlib.sha256(json.dumps(list(row.values())).encode()).digest()


def _compare_records(difference: EditionDifference, old: Corpus, new: Corpus, rows: Mapping[str, _ChangedRows]) -> None:
    """Say which records are new, gone, renamed or changed."""
    records = rows.get("records", _ChangedRows("records", {}, {}, {}))
    added = {str(key[0]): row for key, row in records.added.items()}
    removed = {str(key[0]): row for key, row in records.removed.items()}
    difference.records_renamed = list(_renamed(removed, added))
    for old_id, new_id in difference.records_renamed:
        del removed[old_id], added[new_id]
    difference.records_added = list(added)
    difference.records_removed = list(removed)
    values: dict[str, list[ValueChange]] = {}
    for key, (before, after) in records.changed.items():
        names = [name for name in _differing(before, after) if name not in _DERIVED]
        values[str(key[0])] = [ValueChange(name, before[name], after[name]) for name in names]
    with_blocks = _records_with_other_blocks(rows, set(added) | set(removed))
    with_blocks -= {name for pair in difference.records_renamed for name in pair}
    blocks = _block_changes(with_blocks, old, new)
    for record in sorted({*values, *blocks}):
        change = RecordChange(record, tuple(values.get(record, ())), tuple(blocks.get(record, ())))
        if change.values or change.blocks:
            difference.records_changed.append(change)


def _renamed(removed: Mapping[str, _RowValues], added: Mapping[str, _RowValues]) -> Iterator[tuple[str, str]]:
    """Yield the old and the new id of each record that is gone and whose text is there under a new id."""
    by_text: dict[object, list[str]] = {}
    for record, row in added.items():
        by_text.setdefault(_text_of(row), []).append(record)
    for record, row in removed.items():
        same = by_text.get(_text_of(row))
        if same:
            yield record, same.pop(0)


def _text_of(row: _RowValues) -> object:
    """Return what identifies the text of a record."""
    return row.get("body_sha256") or row.get("body") or row.get("title")


def _records_with_other_blocks(rows: Mapping[str, _ChangedRows], besides: set[str]) -> set[str]:
    """Return the records, but some, of which a block's text, kind or existence differs."""
    blocks = rows.get("blocks")
    if blocks is None:
        return set()
    found = {str(key[0]) for key in (*blocks.added, *blocks.removed)}
    for key, (before, after) in blocks.changed.items():
        if {"text", "kind"} & set(_differing(before, after)):
            found.add(str(key[0]))
    return found - besides


def _block_changes(records: set[str], old: Corpus, new: Corpus) -> dict[str, list[BlockChange]]:
    """Return the blocks of some records that differ, by the record."""
    if not records:
        return {}
    before, after = _blocks_of(records, old), _blocks_of(records, new)
    found: dict[str, list[BlockChange]] = {}
    for record in records:
        found[record] = list(_compare_blocks(before.get(record, []), after.get(record, [])))
    return found


def _blocks_of(records: set[str], corpus: Corpus) -> dict[str, list[str]]:
    """Return the texts of the blocks of some records, in order, by the record."""
    texts: dict[str, list[str]] = {}
    for _, row in _keyed_rows("blocks", corpus, ["record_id", "position", "text"]):
        if row["record_id"] in records:
            texts.setdefault(row["record_id"], []).append(row["text"])
    return texts


def _compare_blocks(before: list[str], after: list[str]) -> Iterator[BlockChange]:
    """Yield the blocks that differ; where as many were replaced as are new, each is compared with its successor."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        if i2 - i1 == j2 - j1:
            for old_place, new_place in zip(range(i1, i2), range(j1, j2), strict=True):
                yield _compare_words(new_place + 1, before[old_place], after[new_place])
            continue
        for place in range(i1, i2):
            yield BlockChange(place + 1, (before[place],), ())
        for place in range(j1, j2):
            yield BlockChange(place + 1, (), (after[place],))


def _compare_words(position: int, before: str, after: str) -> BlockChange:
    """Return the words of a block that differ."""
    old_words, new_words = before.split(), after.split()
    gone: list[str] = []
    new: list[str] = []
    matcher = SequenceMatcher(None, old_words, new_words, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            gone.append(" ".join(old_words[i1:i2]))
            new.append(" ".join(new_words[j1:j2]))
    return BlockChange(position, tuple(gone), tuple(new))

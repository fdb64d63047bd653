"""Two editions of a corpus compared: tables, columns, records, and their blocks.

The content digests of the tables decide first: a table of equal digests and columns is not read.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.release.version_step import Step, required_step, version_step

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
    """A column that one edition has and the other has not, or may hold other values in.

    ``change`` is ``added``, ``removed``, ``type``, ``values`` (fewer are allowed), ``more values``
    or ``nullable``.
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
    """A block that was added, removed or changed: its words that are gone, and those in their place.

    ``position`` is that in the new edition; that in the old one for a block that is gone.
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
    """How many rows of a table were added, removed or changed; and in how many each column."""

    table: str
    added: int
    removed: int
    changed: int
    columns: dict[str, int]


@dataclass
class EditionDifference:
    """What changed between two editions of a corpus; issues and records are named by their ids."""

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
    def required(self) -> Step:
        """The least step that the version has to take; none where the data is the same."""
        return required_step(self)

    @property
    def taken(self) -> Step | None:
        """The step that the version takes; None where it goes back."""
        return version_step(self.old_version, self.new_version)

    @property
    def enough(self) -> bool:
        """Whether the version takes a step that is large enough."""
        return self.taken is not None and self.taken >= self.required


_Key = tuple[Any, ...]
_RowValues = dict[str, Any]
_Resource = Mapping[str, Any]  # what a descriptor says of a table


@dataclass
class _TableDifference:
    """The rows of a table that are not in both editions alike, by their keys."""

    added: dict[_Key, _RowValues] = field(default_factory=dict)
    removed: dict[_Key, _RowValues] = field(default_factory=dict)
    changed: dict[_Key, tuple[_RowValues, _RowValues]] = field(default_factory=dict)

    def counts(self, table: str) -> RowChanges:
        columns: Counter[str] = Counter()
        for before, after in self.changed.values():
            columns.update(_differing(before, after))
        return RowChanges(
            table=table,
            added=len(self.added),
            removed=len(self.removed),
            changed=len(self.changed),
            columns=dict(columns),
        )


def compare_editions(old: Corpus, new: Corpus) -> EditionDifference:
    """Compare two editions of a corpus.

    Raises:
        UsageError: they are of two corpora.
        CorpusNotFound: a file is missing or is not Parquet.
    """
    if old.name != new.name:
        expected = f"expected an edition of {old.name!r}, as {old.folder} is"
        raise UsageError(f"{new.folder}: is the corpus {new.name!r}; {expected}")
    difference = EditionDifference(old.version, new.version)
    difference.tables_added = [name for name in new.tables if name not in old.tables]
    difference.tables_removed = [name for name in old.tables if name not in new.tables]
    # What is in both editions is compared; a table of equal content has no rows that differ.
    tables: dict[str, _TableDifference] = {}
    for name in set(new.tables) - set(difference.tables_added):
        tables[name] = _TableDifference()
        if not _same_content(old.resource(name), new.resource(name)):
            tables[name] = _compare_rows(name, old, new)
    for name in new.tables:
        if name not in tables:
            continue
        difference.columns += _column_changes(name, old.resource(name), new.resource(name))
        counts = tables[name].counts(name)
        if counts.added or counts.removed or counts.changed:
            difference.rows.append(counts)
    issues = tables.get("issues", _TableDifference())
    difference.issues_added = [key[0] for key in issues.added]
    difference.issues_removed = [key[0] for key in issues.removed]
    _compare_records(difference, tables, old, new)
    return difference


def _same_content(before: _Resource, after: _Resource) -> bool:
    digest = before.get("contentDigest")
    if digest is None or digest != after.get("contentDigest"):
        return False
    return list(_fields(before)) == list(_fields(after))


def _fields(resource: _Resource) -> dict[str, Mapping[str, Any]]:
    """Return what a descriptor says of the columns of a table, by their names."""
    return {column["name"]: column for column in resource["schema"]["fields"]}


def _column_changes(table: str, before: _Resource, after: _Resource) -> Iterator[ColumnChange]:
    old_fields, new_fields = _fields(before), _fields(after)
    for name in old_fields:
        if name not in new_fields:
            yield ColumnChange(table, name, "removed")
    for name, column in new_fields.items():
        if name in old_fields:
            yield from _redefined(table, old_fields[name], column)
        else:
            yield ColumnChange(table, name, "added")


def _redefined(table: str, before: _Resource, after: _Resource) -> Iterator[ColumnChange]:
    """Yield what a column may hold now and might not before, or the other way round."""
    name = after["name"]
    if before["type"] != after["type"]:
        yield ColumnChange(table, name, "type", before["type"], after["type"])
    old_rules, new_rules = before.get("constraints", {}), after.get("constraints", {})
    old_values, new_values = old_rules.get("enum", []), new_rules.get("enum", [])
    gone = [value for value in old_values if value not in new_values]
    more = [value for value in new_values if value not in old_values]
    if gone:
        yield ColumnChange(table, name, "values", before=", ".join(gone))
    if more:
        yield ColumnChange(table, name, "more values", after=", ".join(more))
    if old_rules.get("required") and not new_rules.get("required"):
        yield ColumnChange(table, name, "nullable")


def _compare_rows(table: str, old: Corpus, new: Corpus) -> _TableDifference:
    """Return the rows that differ. Of the others only their hashes are in memory, 150 bytes a row."""
    new_fields = _fields(new.resource(table))
    shared = [name for name in _fields(old.resource(table)) if name in new_fields]
    # Only columns that both editions have: one that is new or gone is said once, and not for each
    # row.
    hashes = {key: _row_hash(row) for key, row in _keyed_rows(table, old, shared)}
    found = _TableDifference()
    fresh: dict[_Key, _RowValues] = {}
    for key, row in _keyed_rows(table, new, shared):
        known = hashes.pop(key, None)
        if known is None:
            found.added[key] = row
        elif known != _row_hash(row):
            fresh[key] = row
    # What is left of the hashes is of rows that the new edition lacks.
    for key, row in _keyed_rows(table, old, shared):
        if key in hashes:
            found.removed[key] = row
        elif key in fresh:
            found.changed[key] = (row, fresh[key])
    return found


def _keyed_rows(
    table: str,
    corpus: Corpus,
    columns: list[str],
) -> Iterator[tuple[_Key, _RowValues]]:
    """Yield the rows of a table with their keys, some at a time."""
    stated = corpus.resource(table)["schema"].get("primaryKey", ())
    key = [name for name in stated if name in columns] or columns
    for part in corpus.parts(table, columns):
        for batch in part.to_batches(max_chunksize=1_000):
            for row in batch.to_pylist():
                yield tuple(row[name] for name in key), row


def _row_hash(row: _RowValues) -> bytes:
    return hashlib.sha256(json.dumps(list(row.values())).encode()).digest()


def _differing(before: _RowValues, after: _RowValues) -> list[str]:
    return [name for name, value in before.items() if after[name] != value]


def _compare_records(
    difference: EditionDifference,
    tables: Mapping[str, _TableDifference],
    old: Corpus,
    new: Corpus,
) -> None:
    """Add which records are new, gone, renamed or changed to a difference."""
    records = tables.get("records", _TableDifference())
    added = {str(key[0]): row for key, row in records.added.items()}
    removed = {str(key[0]): row for key, row in records.removed.items()}
    difference.records_renamed = list(_renamed(removed, added))
    renamed = {record for pair in difference.records_renamed for record in pair}
    difference.records_added = [record for record in added if record not in renamed]
    difference.records_removed = [record for record in removed if record not in renamed]
    values: dict[str, list[ValueChange]] = {}
    for key, (before, after) in records.changed.items():
        names = [name for name in _differing(before, after) if name not in _DERIVED]
        values[str(key[0])] = [ValueChange(name, before[name], after[name]) for name in names]
    # A record's text is its blocks: one that is new or gone has no text to compare.
    rewritten = _rewritten_records(tables.get("blocks", _TableDifference()))
    rewritten -= set(added) | set(removed)
    old_blocks, new_blocks = _blocks_of(rewritten, old), _blocks_of(rewritten, new)
    for record in sorted({*values, *rewritten}):
        blocks = _compare_blocks(old_blocks.get(record, []), new_blocks.get(record, []))
        change = RecordChange(record, tuple(values.get(record, ())), tuple(blocks))
        if change.values or change.blocks:
            difference.records_changed.append(change)


def _renamed(
    removed: Mapping[str, _RowValues],
    added: Mapping[str, _RowValues],
) -> Iterator[tuple[str, str]]:
    """Yield the old and the new id of each record whose text is there under a new one."""
    by_text: dict[object, list[str]] = {}
    for record, row in added.items():
        by_text.setdefault(row.get("body_sha256"), []).append(record)
    for record, row in removed.items():
        same = by_text.get(row.get("body_sha256"))
        if same:
            yield record, same.pop(0)


def _rewritten_records(blocks: _TableDifference) -> set[str]:
    """Return the records of which a block's text, or whether there is one, differs."""
    found = {str(key[0]) for key in (*blocks.added, *blocks.removed)}
    for key, (before, after) in blocks.changed.items():
        if "text" in _differing(before, after):
            found.add(str(key[0]))
    return found


def _blocks_of(records: set[str], corpus: Corpus) -> dict[str, list[str]]:
    """Return the texts of the blocks of some records, in order, by the record."""
    texts: dict[str, list[str]] = {}
    if records:
        for _, row in _keyed_rows("blocks", corpus, ["record_id", "position", "text"]):
            if row["record_id"] in records:
                texts.setdefault(row["record_id"], []).append(row["text"])
    return texts


def _compare_blocks(before: list[str], after: list[str]) -> Iterator[BlockChange]:
    """Yield the blocks that differ; where as many are new as are gone, they are compared in pairs."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "replace" and i2 - i1 == j2 - j1:
            for old_text, position in zip(before[i1:i2], range(j1, j2), strict=True):
                yield _compare_words(position + 1, old_text, after[position])
        elif tag != "equal":
            for place in range(i1, i2):
                yield BlockChange(place + 1, (before[place],), ())
            for place in range(j1, j2):
                yield BlockChange(place + 1, (), (after[place],))


def _compare_words(position: int, before: str, after: str) -> BlockChange:
    old_words, new_words = before.split(), after.split()
    gone: list[str] = []
    new: list[str] = []
    matcher = SequenceMatcher(None, old_words, new_words, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            gone.append(" ".join(old_words[i1:i2]))
            new.append(" ".join(new_words[j1:j2]))
    return BlockChange(position, tuple(gone), tuple(new))

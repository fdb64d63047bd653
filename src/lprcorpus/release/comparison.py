"""Two editions of a corpus compared: tables, columns, records, and their blocks.

The content digests of the tables decide first: a table of equal digests and columns is not read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, TypeVar

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.identifiers import issue_of
from lprcorpus.release.version_step import Step, version_step
from lprcorpus.tables import digests_by_issue
from lprcorpus.typed_rows import runs

Name = TypeVar("Name")

# Columns of a record that follow from its blocks: what changed in them is said block by block.
_DERIVED = {"body", "body_sha256", "word_count"}

_COLUMN_STEPS = {
    "removed": Step.MAJOR,
    "type": Step.MAJOR,
    "values": Step.MAJOR,
    "added": Step.MINOR,
    "more values": Step.MINOR,
    "nullable": Step.MINOR,
}


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
    """A block that was added, removed or changed: words that are gone, and those in their place.

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
        """The least step that the version has to take: CONTRIBUTING.md, *Versions*."""
        steps = [_COLUMN_STEPS[column.change] for column in self.columns]
        if self.tables_removed or self.issues_removed:
            steps.append(Step.MAJOR)
        if self.records_removed or self.records_renamed:
            steps.append(Step.MAJOR)
        if self.tables_added or self.issues_added or self.records_added:
            steps.append(Step.MINOR)
        if self.rows:
            steps.append(Step.PATCH)
        return max(steps, default=Step.NONE)

    @property
    def taken(self) -> Step | None:
        """The step that the version takes; None where it goes back."""
        return version_step(self.old_version, self.new_version)

    @property
    def enough(self) -> bool:
        """Whether the version takes a step that is large enough."""
        return self.taken is not None and self.taken >= self.required


_Row = Mapping[str, Any]
_Rows = dict[tuple[Any, ...], _Row]  # by their keys
_Field = Mapping[str, Any]  # what a descriptor says of a column


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
    difference.tables_added = _without(new.tables, old.tables)
    difference.tables_removed = _without(old.tables, new.tables)
    for name in new.tables:
        if name in difference.tables_added:
            continue
        difference.columns += _column_changes(name, _fields(name, old), _fields(name, new))
        before, after = _differing_rows(name, old, new)
        if before or after:
            difference.rows.append(_row_changes(name, before, after))
        if name == "issues":
            difference.issues_added = [key[0] for key in _without(after, before)]
            difference.issues_removed = [key[0] for key in _without(before, after)]
        if name == "records":
            _compare_records(difference, before, after)
    return difference


def _without(names: Iterable[Name], others: Container[Name]) -> list[Name]:
    """Return the names that are not among the others, in order."""
    return [name for name in names if name not in others]


def _fields(table: str, corpus: Corpus) -> dict[str, _Field]:
    """Return what a descriptor says of the columns of a table, by their names."""
    return {column["name"]: column for column in corpus.resource(table)["schema"]["fields"]}


def _column_changes(
    table: str, before: Mapping[str, _Field], after: Mapping[str, _Field]
) -> Iterator[ColumnChange]:
    """Yield the columns that are new or gone, and those that may hold other values than before."""
    for name in _without(before, after):
        yield ColumnChange(table, name, "removed")
    for name in _without(after, before):
        yield ColumnChange(table, name, "added")
    for name in before:
        if name not in after:
            continue
        old_type, new_type = before[name]["type"], after[name]["type"]
        if old_type != new_type:
            yield ColumnChange(table, name, "type", old_type, new_type)
        old_rules = before[name].get("constraints", {})
        new_rules = after[name].get("constraints", {})
        old_values = old_rules.get("enum", [])
        new_values = new_rules.get("enum", [])
        if gone := _without(old_values, new_values):
            yield ColumnChange(table, name, "values", before=", ".join(gone))
        if more := _without(new_values, old_values):
            yield ColumnChange(table, name, "more values", after=", ".join(more))
        if old_rules.get("required") and not new_rules.get("required"):
            yield ColumnChange(table, name, "nullable")


def _differing_rows(table: str, old: Corpus, new: Corpus) -> tuple[_Rows, _Rows]:
    """Return the rows that are not in both editions alike: as they were, and as they are."""
    old_columns = list(_fields(table, old))
    new_columns = list(_fields(table, new))
    digest = old.resource(table).get("contentDigest")
    is_same = digest is not None and digest == new.resource(table).get("contentDigest")
    if is_same and old_columns == new_columns:
        return {}, {}
    # A column that is new or gone is said once, and not for each row.
    shared = [name for name in old_columns if name in new_columns]
    old_table = _SharedTable(old, table, shared)
    new_table = _SharedTable(new, table, shared)
    old_digests = old_table.digests()
    new_digests = new_table.digests()
    issues = set()
    for issue in old_digests.keys() | new_digests.keys():
        if old_digests.get(issue) != new_digests.get(issue):
            issues.add(issue)
    before = old_table.rows(issues)
    after = new_table.rows(issues)
    for key in before.keys() & after.keys():
        if before[key] == after[key]:
            del before[key], after[key]
    return before, after


@dataclass(frozen=True)
class _SharedTable:
    """A table in one edition, with the columns that it has in the other too."""

    corpus: Corpus
    name: str
    columns: list[str]

    @property
    def key(self) -> list[str]:
        """The columns that name a row: those of the table's key, if there are any of them."""
        stated = self.corpus.resource(self.name)["schema"].get("primaryKey", ())
        return [name for name in stated if name in self.columns] or self.columns

    def digests(self) -> dict[str, list[str]]:
        """Return the digests of its rows by their issue.

        They find the issues that differ: as Python has them, all rows of 600 issues take 500 MB.
        """
        found: dict[str, list[str]] = defaultdict(list)
        for part in self.corpus.parts(self.name, self.columns):
            # Files may have their columns in another order.
            for issue, digest in digests_by_issue(part.select(self.columns), self.key[0]):
                found[issue].append(digest)
        return found

    def rows(self, issues: Container[str]) -> _Rows:
        """Return the rows of some issues by their keys."""
        found: _Rows = {}
        key = self.key
        for part in self.corpus.parts(self.name, self.columns):
            names = part.column(key[0]).to_pylist()
            for issue, rows in runs(part, map(issue_of, map(str, names))):
                if issue in issues:
                    for row in rows.to_pylist():
                        found[tuple(row[name] for name in key)] = row
        return found


def _row_changes(table: str, before: _Rows, after: _Rows) -> RowChanges:
    columns: Counter[str] = Counter()
    changed = 0
    for key in before:
        if key in after:
            changed += 1
            columns.update(_differing(before[key], after[key]))
    return RowChanges(
        table=table,
        added=len(after) - changed,
        removed=len(before) - changed,
        changed=changed,
        columns=dict(columns),
    )


def _differing(before: _Row, after: _Row) -> list[str]:
    return [name for name, value in before.items() if after[name] != value]


def _compare_records(difference: EditionDifference, before: _Rows, after: _Rows) -> None:
    """Add which records are new, gone, renamed or changed to a difference."""
    new_by_text: dict[object, list[str]] = defaultdict(list)
    for key, row in after.items():
        if key not in before:
            difference.records_added.append(row["id"])
            new_by_text[row.get("body_sha256")].append(row["id"])
    for key, row in before.items():
        same = new_by_text[row.get("body_sha256")]
        if key in after:
            change = _record_change(row, after[key])
            if change.values or change.blocks:
                difference.records_changed.append(change)
        elif same:  # its text is there under a new id
            difference.records_renamed.append((row["id"], same[0]))
            difference.records_added.remove(same.pop(0))
        else:
            difference.records_removed.append(row["id"])


def _record_change(before: _Row, after: _Row) -> RecordChange:
    values = []
    for name in _differing(before, after):
        if name not in _DERIVED:
            values.append(ValueChange(name, before[name], after[name]))
    # A body is its blocks, with an empty line between two.
    old_blocks = before.get("body", "").split("\n\n")
    new_blocks = after.get("body", "").split("\n\n")
    return RecordChange(
        id=after["id"],
        values=tuple(values),
        blocks=tuple(_compare_blocks(old_blocks, new_blocks)),
    )


def _compare_blocks(before: list[str], after: list[str]) -> Iterator[BlockChange]:
    """Yield the blocks that differ; if as many are new as are gone, they are compared in pairs."""
    for old, new in _changed(before, after):
        if len(old) == len(new):
            for old_place, new_place in zip(old, new, strict=True):
                yield _compare_words(new_place + 1, before[old_place], after[new_place])
        else:
            for place in old:
                yield BlockChange(place + 1, (before[place],), ())
            for place in new:
                yield BlockChange(place + 1, (), (after[place],))


def _compare_words(position: int, before: str, after: str) -> BlockChange:
    old_words = before.split()
    new_words = after.split()
    gone = []
    put = []
    for old, new in _changed(old_words, new_words):
        gone.append(" ".join(old_words[old.start : old.stop]))
        put.append(" ".join(new_words[new.start : new.stop]))
    return BlockChange(position, tuple(gone), tuple(put))


def _changed(before: list[str], after: list[str]) -> Iterator[tuple[range, range]]:
    """Yield the places of what differs: of what is gone, and of what is there instead."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield range(start, end), range(new_start, new_end)

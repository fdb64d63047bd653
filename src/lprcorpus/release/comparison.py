"""Two editions of a corpus compared: what changed, and the step of the version that it asks for.

The content digests of the tables decide first: a table of equal digests and columns is not read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.identifiers import issue_of
from lprcorpus.messages import count, shorten
from lprcorpus.release.version_step import Step, version_step
from lprcorpus.tables import digests_by_issue
from lprcorpus.typed_rows import grouped, runs
from lprcorpus.validation.differ import compare_values

# Columns of a record that follow from its blocks: what changed in them is said block by block.
_DERIVED = ("body", "body_sha256", "word_count")

# Blocks of a record that are named by their positions, at most.
_MOST_BLOCKS = 10


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    Attributes:
        step: the step of the version that it asks for: CONTRIBUTING.md, *Versions*.
        table: the table.
        subject: the column, or the id of the issue or the record; None for the table as a whole.
        words: what changed, in Markdown.
        details: what changed in the blocks of a record, a line each.
    """

    step: Step
    table: str
    subject: str | None
    words: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class EditionDifference:
    """What changed between two editions of a corpus."""

    old_version: str
    new_version: str
    changes: tuple[Change, ...]

    @property
    def required(self) -> Step:
        """The least step that the version has to take."""
        return max((change.step for change in self.changes), default=Step.NONE)

    @property
    def taken(self) -> Step | None:
        """The step that the version takes; None where it goes back."""
        return version_step(self.old_version, self.new_version)

    @property
    def enough(self) -> bool:
        """Whether the version takes a step that is large enough."""
        return self.taken is not None and self.taken >= self.required


_Row = Mapping[str, Any]
_Rows = dict[str, _Row]  # by their keys


def compare_editions(old: Corpus, new: Corpus) -> EditionDifference:
    """Compare two editions of a corpus.

    Raises:
        UsageError: they are of two corpora.
        CorpusNotFound: a file is missing or is not Parquet.
    """
    if old.name != new.name:
        expected = f"expected an edition of {old.name!r}, as {old.folder} is"
        raise UsageError(f"{new.folder}: is the corpus {new.name!r}; {expected}")
    return EditionDifference(old.version, new.version, tuple(_changes(old, new)))


def _changes(old: Corpus, new: Corpus) -> Iterator[Change]:
    for name in _without(new.tables, old.tables):
        yield Change(Step.MINOR, name, None, f"Table `{name}` is new.")
    for name in _without(old.tables, new.tables):
        yield Change(Step.MAJOR, name, None, f"Table `{name}` is gone.")
    for name in old.tables:
        if name not in new.tables:
            continue
        yield from _column_changes(name, old, new)
        before, after = _differing_rows(name, old, new)
        if name == "records":
            yield from _record_changes(before, after)
            continue
        if name == "issues":
            for key in _without(before, after):
                yield Change(Step.MAJOR, name, key, f"Issue `{key}` is gone.")
            for key in _without(after, before):
                yield Change(Step.MINOR, name, key, f"Issue `{key}` is new.")
        if before or after:
            yield Change(Step.PATCH, name, None, f"Table `{name}`: {_counted(before, after)}.")


def _without(names: Iterable[str], others: Container[str]) -> list[str]:
    """Return the names that are not among the others, in order."""
    return [name for name in names if name not in others]


def _column_changes(table: str, old: Corpus, new: Corpus) -> Iterator[Change]:
    """Yield the columns that are new or gone, and those that may hold other values than before."""
    for difference in compare_values(_columns(table, old), _columns(table, new)):
        column, *rest = difference.steps
        step, words = Step.MAJOR, "is gone"
        if rest == ["type"]:
            words = f"is of the type {difference.expected}, and was of the type {difference.found}"
        elif rest == ["nullable"]:
            if difference.expected == "False":  # whoever expects nulls is served as well
                continue
            step, words = Step.MINOR, "may be null"
        elif difference.found == "nothing":
            step, words = Step.MINOR, f"may also hold {rest[-1]}" if rest else "is new"
        elif rest:
            words = f"no longer contains {rest[-1]}"
        yield Change(step, table, column, f"Column `{table}.{column}` {words}.")


def _columns(table: str, corpus: Corpus) -> dict[str, dict[str, object]]:
    """Return what a descriptor says of the columns of a table, by their names."""
    columns: dict[str, dict[str, object]] = {}
    for stated in corpus.resource(table)["schema"]["fields"]:
        rules = stated.get("constraints", {})
        columns[stated["name"]] = {
            "type": stated["type"],
            "values": dict.fromkeys(rules.get("enum", []), "allowed"),
            "nullable": not rules.get("required"),
        }
    return columns


def _differing_rows(table: str, old: Corpus, new: Corpus) -> tuple[_Rows, _Rows]:
    """Return the rows that are not in both editions alike: as they were, and as they are."""
    old_columns, new_columns = list(_columns(table, old)), list(_columns(table, new))
    digest = old.resource(table).get("contentDigest")
    is_same = digest is not None and digest == new.resource(table).get("contentDigest")
    if is_same and old_columns == new_columns:
        return {}, {}
    # A column that is new or gone is said once, and not for each row.
    shared = [name for name in old_columns if name in new_columns]
    key = [name for name in old.resource(table)["schema"].get("primaryKey", ()) if name in shared]
    old_table = _SharedTable(old, table, shared, key or shared)
    new_table = _SharedTable(new, table, shared, key or shared)
    digests = old_table.digests(), new_table.digests()
    issues = set()
    for issue in digests[0].keys() | digests[1].keys():
        if digests[0].get(issue) != digests[1].get(issue):
            issues.add(issue)
    before, after = old_table.rows(issues), new_table.rows(issues)
    for name in before.keys() & after.keys():
        if before[name] == after[name]:
            del before[name], after[name]
    return before, after


@dataclass(frozen=True)
class _SharedTable:
    """A table in one edition, with the columns that it has in the other too."""

    corpus: Corpus
    name: str
    columns: list[str]
    key: list[str]

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
        for part in self.corpus.parts(self.name, self.columns):
            names = part.column(self.key[0]).to_pylist()
            for issue, rows in runs(part, map(issue_of, map(str, names))):
                if issue in issues:
                    for row in rows.to_pylist():
                        found[",".join(str(row[name]) for name in self.key)] = row
        return found


def _counted(before: _Rows, after: _Rows) -> str:
    """Return how many rows are new, gone or changed, and in which columns."""
    changed: set[str] = set()
    columns: Counter[str] = Counter()
    for key in before.keys() & after.keys():
        changed.add(key)
        columns.update(name for name, value in before[key].items() if after[key][name] != value)
    words = []
    if new := len(after) - len(changed):
        words.append(f"{count(new, 'row')} new")
    if gone := len(before) - len(changed):
        words.append(f"{count(gone, 'row')} gone")
    if changed:
        names = ", ".join(f"`{name}`" for name in columns)
        words.append(f"{count(len(changed), 'row')} changed in {names}")
    return "; ".join(words)


def _record_changes(before: _Rows, after: _Rows) -> Iterator[Change]:
    """Yield the records that are new, gone, renamed or changed."""
    gone = grouped(_without(before, after), lambda key: before[key].get("body_sha256"))
    for key, row in after.items():
        same_text = gone.get(row.get("body_sha256"))
        if key in before:
            yield _record_change(key, before[key], row)
        elif same_text:  # its text is there under a new id
            old = same_text.pop(0)
            yield Change(Step.MAJOR, "records", key, f"Record `{old}` is now `{key}`.")
        else:
            yield Change(Step.MINOR, "records", key, f"Record `{key}` is new.")
    for keys in gone.values():
        for key in keys:
            yield Change(Step.MAJOR, "records", key, f"Record `{key}` is gone.")


def _record_change(key: str, before: _Row, after: _Row) -> Change:
    words = []
    details = []
    positions: dict[int, None] = {}
    for difference in compare_values(before, after):
        if difference.steps[0] not in _DERIVED:
            place = difference.place
            words.append(f"`{place}` was {difference.found}, is {difference.expected}")
    for position, line in _block_lines(before.get("body", ""), after.get("body", "")):
        positions[position] = None
        details.append(f"block {position}{line}")
    if positions:
        named = ", ".join(map(str, [*positions][:_MOST_BLOCKS]))
        more = " …" if len(positions) > _MOST_BLOCKS else ""
        word = "block" if len(positions) == 1 else "blocks"
        words.append(f"its text changed in {word} {named}{more}")
    said = "; ".join(words) or "what is counted of its text changed"
    return Change(Step.PATCH, "records", key, f"Record `{key}`: {said}.", tuple(details))


def _block_lines(before: str, after: str) -> Iterator[tuple[int, str]]:
    """Yield what changed in each block of a body, with its position.

    It is that in the new edition; that in the old one for a block that is gone.
    """
    # A body is its blocks, with an empty line between two.
    old_blocks, new_blocks = before.split("\n\n"), after.split("\n\n")
    for old, new in _differing(old_blocks, new_blocks):
        if len(old) != len(new):
            for place in old:
                yield place + 1, f" is gone: {shorten(old_blocks[place])}"
            for place in new:
                yield place + 1, f" is new: {shorten(new_blocks[place])}"
            continue
        # As many are new as are gone: they are compared in pairs.
        for old_place, place in zip(old, new, strict=True):
            old_words, new_words = old_blocks[old_place].split(), new_blocks[place].split()
            if old_words == new_words:
                yield place + 1, ": only its white space changed"
            for gone, put in _differing(old_words, new_words):
                was = " ".join(old_words[gone.start : gone.stop])
                now = " ".join(new_words[put.start : put.stop])
                yield place + 1, f": {shorten(was)} is now {shorten(now)}"


def _differing(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[range, range]]:
    """Yield the places of what differs: of what is gone, and of what is there instead."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield range(start, end), range(new_start, new_end)

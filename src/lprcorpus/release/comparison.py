"""Two editions of a corpus compared: what changed, and the step of the version that it asks for.

The content digests of the tables decide first: a table of equal digests and columns is not read.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.messages import count, shorten
from lprcorpus.release.version_step import Step, version_step
from lprcorpus.tables import digests_by_issue, issue_runs
from lprcorpus.validation.differ import compare_values

# Columns of a record that follow from its blocks: what changed in them is said block by block.
_DERIVED = ("body", "body_sha256", "word_count")


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    Attributes:
        step: the step of the version that it asks for: CONTRIBUTING.md, *Versions*.
        words: what changed, in Markdown.
        table: the table.
        subject: the table, the column, or the id of the issue or the record; None for several rows.
        details: what changed in the blocks of a record, a line each.
    """

    step: Step
    words: str
    table: str
    subject: str | None = None
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

    @property
    def changelog(self) -> list[str]:
        """The lines under *Data* in the changelog, in Markdown."""
        lines = [f"- {change.words}" for change in self.changes]
        return lines or ["- No row of the corpus has changed."]

    @property
    def lines(self) -> list[str]:
        """A line for each change, and below each record what changed in its blocks."""
        lines = []
        for change in self.changes:
            lines.append(f"- {change.words}")
            lines += [f"    {detail}" for detail in change.details]
        return lines or self.changelog

    @property
    def verdict(self) -> str:
        """Which step the version has to take, and which it takes."""
        versions = f"version: {self.old_version} to {self.new_version}"
        if self.taken is None:
            return f"{versions} goes back; expected a later version"
        if self.required is Step.NONE:
            return f"{versions}; the data is the same and asks for no step"
        verdict = "is enough" if self.enough else "is too small"
        steps = f"found the step {self.taken.word!r}; the data asks for {self.required.word!r}"
        return f"{versions} {verdict}: {steps}"


_Row = Mapping[str, Any]
_Rows = dict[str, _Row]  # by their keys


def compare_editions(old: Corpus, new: Corpus) -> EditionDifference:
    """Compare two editions of a corpus; UsageError where they are of two corpora."""
    if old.name != new.name:
        expected = f"expected an edition of {old.name!r}, as {old.folder} is"
        raise UsageError(f"{new.folder}: is the corpus {new.name!r}; {expected}")
    return EditionDifference(old.version, new.version, tuple(_changes(old, new)))


def _changes(old: Corpus, new: Corpus) -> Iterator[Change]:
    yield from _new_and_gone("Table `", None, old.tables, new.tables)
    for table in old.tables:
        if table not in new.tables:
            continue
        before, after = _columns(table, old), _columns(table, new)
        yield from _new_and_gone(f"Column `{table}.", table, before, after)
        shared = [name for name in before if name in after]
        for name in shared:
            for step, words in _column_changes(before[name], after[name]):
                sentence = f"Column `{table}.{name}` {words}."
                yield Change(step=step, words=sentence, table=table, subject=name)
        is_same = list(before) == list(after) and _have_one_digest(table, old, new)
        if is_same or not shared:
            continue
        # A column that is new or gone is said once, and not for each row.
        old_rows, new_rows = _differing_rows(table, shared, old, new)
        if table == "records":
            yield from _record_changes(old_rows, new_rows)
        else:
            yield from _row_changes(table, old_rows, new_rows)


def _new_and_gone(
    opening: str, table: str | None, before: Collection[str], after: Collection[str]
) -> Iterator[Change]:
    """Yield which names are new and which are gone, given how a sentence on one begins."""
    for name in _without(after, before):
        words = f"{opening}{name}` is new."
        yield Change(step=Step.MINOR, words=words, table=table or name, subject=name)
    for name in _without(before, after):
        words = f"{opening}{name}` is gone."
        yield Change(step=Step.MAJOR, words=words, table=table or name, subject=name)


def _without(names: Iterable[str], others: Container[str]) -> list[str]:
    """Return the names that are not among the others, in order."""
    return [name for name in names if name not in others]


def _columns(table: str, corpus: Corpus) -> dict[str, _Row]:
    """Return what the descriptor says of each column of a table."""
    return {column["name"]: column for column in corpus.resource(table)["schema"]["fields"]}


def _column_changes(before: _Row, after: _Row) -> Iterator[tuple[Step, str]]:
    """Yield how a column may hold other values than before."""
    if after["type"] != before["type"]:
        words = f"is of the type {after['type']!r}, and was of the type {before['type']!r}"
        yield Step.MAJOR, words
    old_rules, new_rules = before.get("constraints", {}), after.get("constraints", {})
    if old_rules.get("required") and not new_rules.get("required"):
        yield Step.MINOR, "may be null"
    old_values, new_values = old_rules.get("enum", []), new_rules.get("enum", [])
    for value in _without(old_values, new_values):
        yield Step.MAJOR, f"no longer contains {value}"
    for value in _without(new_values, old_values):
        yield Step.MINOR, f"may also hold {value}"


def _have_one_digest(table: str, old: Corpus, new: Corpus) -> bool:
    digest = old.resource(table).get("contentDigest")
    return digest is not None and digest == new.resource(table).get("contentDigest")


def _differing_rows(
    table: str, columns: list[str], old: Corpus, new: Corpus
) -> tuple[_Rows, _Rows]:
    """Return the rows that are not in both editions alike: as they were, and as they are."""
    stated_key = old.resource(table)["schema"].get("primaryKey", ())
    key = [name for name in stated_key if name in columns] or columns
    # As Python has them, all rows of 600 issues take 500 MB: only issues that differ are read.
    old_digests = _digests(table, columns, key[0], old)
    new_digests = _digests(table, columns, key[0], new)
    issues = {issue for issue, _ in old_digests ^ new_digests}
    before = _rows(table, columns, key, old, issues)
    after = _rows(table, columns, key, new, issues)
    for name in before.keys() & after.keys():
        if before[name] == after[name]:
            del before[name], after[name]
    return before, after


def _digests(
    table: str, columns: list[str], issue_column: str, corpus: Corpus
) -> set[tuple[str, str]]:
    """Return the issues of a table with the digests of their rows."""
    found: set[tuple[str, str]] = set()
    for part in corpus.parts(table, columns):
        # Files may have their columns in another order.
        found.update(digests_by_issue(part.select(columns), issue_column))
    return found


def _rows(
    table: str, columns: list[str], key: list[str], corpus: Corpus, issues: Container[str]
) -> _Rows:
    """Return the rows of some issues by their keys."""
    found: _Rows = {}
    for part in corpus.parts(table, columns):
        for issue, start, end in issue_runs(part.column(key[0])):
            if issue in issues:
                for row in part.slice(start, end - start).to_pylist():
                    found[",".join(str(row[name]) for name in key)] = row
    return found


def _row_changes(table: str, before: _Rows, after: _Rows) -> Iterator[Change]:
    """Yield what changed in a table other than that of the records, in sum."""
    if table == "issues":
        yield from _new_and_gone("Issue `", table, before, after)
    new, gone = _without(after, before), _without(before, after)
    words = []
    if new:
        words.append(f"{count(len(new), 'row')} new")
    if gone:
        words.append(f"{count(len(gone), 'row')} gone")
    columns: dict[str, None] = {}
    for difference in compare_values(before, after):
        for column in difference.steps[1:2]:  # of a whole row there is none
            columns[column] = None
    if columns:
        changed = count(len(after) - len(new), "row")
        names = ", ".join(f"`{name}`" for name in columns)
        words.append(f"{changed} changed in {names}")
    if words:
        yield Change(Step.PATCH, f"Table `{table}`: {'; '.join(words)}.", table)


def _record_changes(before: _Rows, after: _Rows) -> Iterator[Change]:
    """Yield the records that are changed, renamed, new or gone."""
    changed = [key for key in after if key in before]
    for key in changed:
        yield _record_change(key, before.pop(key), after.pop(key))
    old_keys = {row.get("body_sha256"): key for key, row in before.items()}
    for key in list(after):
        # A record whose text is there under a new id is renamed.
        old = old_keys.pop(after[key].get("body_sha256"), None)
        if old is not None:
            words = f"Record `{old}` is now `{key}`."
            yield Change(step=Step.MAJOR, words=words, table="records", subject=key)
            del before[old], after[key]
    yield from _new_and_gone("Record `", "records", before, after)


def _record_change(key: str, before: _Row, after: _Row) -> Change:
    words = []
    for difference in compare_values(before, after):
        if difference.steps[0] not in _DERIVED:
            found, expected = difference.found, difference.expected
            words.append(f"`{difference.place}` was {found}, is {expected}")
    positions: dict[int, None] = {}  # each once: of a block, several words may have changed
    details = []
    for position, line in _block_lines(before.get("body", ""), after.get("body", "")):
        positions[position] = None
        details.append(f"block {position}{line}")
    if positions:
        word = "block" if len(positions) == 1 else "blocks"
        words.append(f"its text changed in {word} {', '.join(map(str, positions))}")
    said = "; ".join(words) or "what is counted of its text changed"
    return Change(
        step=Step.PATCH,
        words=f"Record `{key}`: {said}.",
        table="records",
        subject=key,
        details=tuple(details),
    )


def _block_lines(before: str, after: str) -> Iterator[tuple[int, str]]:
    """Yield what changed in each block of a body, with its position in the new edition."""
    # A body is its blocks, with an empty line between two.
    for start, old, new in _differing(before.split("\n\n"), after.split("\n\n")):
        if len(old) != len(new):
            for position, block in enumerate(old, start):
                yield position, f" is gone: {shorten(block)}"
            for position, block in enumerate(new, start):
                yield position, f" is new: {shorten(block)}"
            continue
        # As many are new as are gone: they are compared in pairs.
        for position, (was, now) in enumerate(zip(old, new, strict=True), start):
            changed = list(_differing(was.split(), now.split()))
            if not changed:
                yield position, ": only its white space changed"
            for _, gone, put in changed:
                yield position, f": {shorten(' '.join(gone))} is now {shorten(' '.join(put))}"


def _differing(before: list[str], after: list[str]) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield what is gone, and what is there instead, with the position in the new list."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield new_start + 1, before[start:end], after[new_start:new_end]

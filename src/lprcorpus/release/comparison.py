"""Two editions of a corpus compared: what changed, and the step of the version that it asks for.

The content digests of the tables decide first: a table of equal digests and columns is not read.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
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

# Lines for the changelog, at most.
_MOST_LINES = 50

# Columns of a record that follow from its blocks: what changed in them is said block by block.
_DERIVED = ("body", "body_sha256", "word_count")


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    Attributes:
        step: the step of the version that it asks for: CONTRIBUTING.md, *Versions*.
        words: what changed, in Markdown.
        table: the table.
        subject: the column, or the id of the issue or the record; None for the table as a whole.
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
        lines = [f"- {change.words}" for change in self.changes[:_MOST_LINES]]
        left = len(self.changes) - len(lines)
        if left:
            lines.append(f"- {count(left, 'more change')}: see `lprcorpus diff`.")
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
        verdict = "is too small"
        if self.enough:
            verdict = "is enough"
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
    for name in _without(new.tables, old.tables):
        yield Change(Step.MINOR, f"Table `{name}` is new.", table=name)
    for name in _without(old.tables, new.tables):
        yield Change(Step.MAJOR, f"Table `{name}` is gone.", table=name)
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
                yield Change(Step.MAJOR, f"Issue `{key}` is gone.", table=name, subject=key)
            for key in _without(after, before):
                yield Change(Step.MINOR, f"Issue `{key}` is new.", table=name, subject=key)
        if before or after:
            words = f"Table `{name}`: {_counted(before, after)}."
            yield Change(Step.PATCH, words, table=name)


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
        words = f"Column `{table}.{column}` {words}."
        yield Change(step, words, table=table, subject=column)


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
    old_columns = list(_columns(table, old))
    new_columns = list(_columns(table, new))
    digest = old.resource(table).get("contentDigest")
    is_same = digest is not None and digest == new.resource(table).get("contentDigest")
    if is_same and old_columns == new_columns:
        return {}, {}
    # A column that is new or gone is said once, and not for each row.
    columns = [name for name in old_columns if name in new_columns]
    stated_key = old.resource(table)["schema"].get("primaryKey", ())
    key = [name for name in stated_key if name in columns]
    shared = _SharedTable(table, columns, key or columns)
    differing = shared.digests(old) ^ shared.digests(new)
    issues = {issue for issue, _ in differing}
    before = shared.rows(old, issues)
    after = shared.rows(new, issues)
    for name in before.keys() & after.keys():
        if before[name] == after[name]:
            del before[name], after[name]
    return before, after


@dataclass(frozen=True)
class _SharedTable:
    """The columns of a table that two editions have, and those of them that name a row."""

    name: str
    columns: list[str]
    key: list[str]

    def digests(self, corpus: Corpus) -> set[tuple[str, str]]:
        """Return the issues with the digests of their rows.

        They find the issues that differ: as Python has them, all rows of 600 issues take 500 MB.
        """
        found: set[tuple[str, str]] = set()
        for part in corpus.parts(self.name, self.columns):
            # Files may have their columns in another order.
            found.update(digests_by_issue(part.select(self.columns), self.key[0]))
        return found

    def rows(self, corpus: Corpus, issues: Container[str]) -> _Rows:
        """Return the rows of some issues by their keys."""
        found: _Rows = {}
        for part in corpus.parts(self.name, self.columns):
            names = part.column(self.key[0]).to_pylist()
            of_issues = [issue_of(str(name)) for name in names]
            for issue, run in runs(part, of_issues):
                if issue not in issues:
                    continue
                for row in run.to_pylist():
                    key = ",".join(str(row[name]) for name in self.key)
                    found[key] = row
        return found


def _counted(before: _Rows, after: _Rows) -> str:
    """Return how many rows are new, gone or changed, and in which columns."""
    words = []
    new = _without(after, before)
    if new:
        words.append(f"{count(len(new), 'row')} new")
    gone = _without(before, after)
    if gone:
        words.append(f"{count(len(gone), 'row')} gone")
    changed = len(after) - len(new)
    if changed:
        columns = {}
        for difference in compare_values(before, after):
            if len(difference.steps) > 1:
                columns[difference.steps[1]] = True
        names = ", ".join(f"`{name}`" for name in columns)
        words.append(f"{count(changed, 'row')} changed in {names}")
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
            yield Change(
                Step.MAJOR, f"Record `{old}` is now `{key}`.", table="records", subject=key
            )
        else:
            yield Change(Step.MINOR, f"Record `{key}` is new.", table="records", subject=key)
    for keys in gone.values():
        for key in keys:
            yield Change(Step.MAJOR, f"Record `{key}` is gone.", table="records", subject=key)


def _record_change(key: str, before: _Row, after: _Row) -> Change:
    words = []
    for difference in compare_values(before, after):
        if difference.steps[0] not in _DERIVED:
            place = difference.place
            words.append(f"`{place}` was {difference.found}, is {difference.expected}")
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
        for position, pair in enumerate(zip(old, new, strict=True), start):
            changed = list(_differing(pair[0].split(), pair[1].split()))
            if not changed:
                yield position, ": only its white space changed"
            for _, gone, put in changed:
                was, now = shorten(" ".join(gone)), shorten(" ".join(put))
                yield position, f": {was} is now {now}"


def _differing(before: list[str], after: list[str]) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield what is gone, and what is there instead, with the position in the new list."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield new_start + 1, before[start:end], after[new_start:new_end]

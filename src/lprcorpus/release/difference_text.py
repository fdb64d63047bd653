"""A difference between two editions in words: the lines under *Data* in the changelog, and what a person reads."""

from __future__ import annotations

from collections.abc import Iterator

from lprcorpus.messages import count, shorten
from lprcorpus.release.comparison import BlockChange, ColumnChange, EditionDifference, RecordChange, RowChanges

__all__ = ["data_lines", "difference_lines", "step_line"]

_MOST_LINES = 50
"""Records that are named one by one, at most, in the lines for the changelog."""

_COLUMN_WORDS = {
    "added": "is new",
    "removed": "is gone",
    "type": "is of the type {after}, and was of the type {before}",
    "values": "no longer holds {before}",
    "more values": "may also hold {after}",
    "nullable": "may be null",
}


def data_lines(difference: EditionDifference) -> list[str]:
    """Return the lines under *Data* in the changelog, in Markdown; one that says so where nothing changed."""
    if difference.equal:
        return ["- No row of the corpus has changed."]
    lines = [f"- Table `{name}` is new." for name in difference.tables_added]
    lines += [f"- Table `{name}` is gone." for name in difference.tables_removed]
    lines += [f"- Column `{change.table}.{change.column}` {_column_words(change)}." for change in difference.columns]
    lines += [f"- Issue `{issue}` is new." for issue in difference.issues_added]
    lines += [f"- Issue `{issue}` is gone." for issue in difference.issues_removed]
    records = [f"- Record `{old}` is now `{new}`." for old, new in difference.records_renamed]
    records += [f"- Record `{record}` is gone." for record in difference.records_removed]
    records += [f"- Record `{record}` is new." for record in difference.records_added]
    records += [f"- Record `{change.id}`: {_record_words(change)}." for change in difference.records_changed]
    lines += records[:_MOST_LINES]
    if len(records) > _MOST_LINES:
        lines.append(f"- {count(len(records) - _MOST_LINES, 'more record')} changed: see `lprcorpus diff`.")
    lines += [f"- Table `{rows.table}`: {_row_words(rows)}." for rows in difference.rows if rows.table != "records"]
    return lines


def difference_lines(difference: EditionDifference) -> Iterator[str]:
    """Yield the difference for a person: the lines for the changelog, with the words of each block under its record."""
    changed = {f"- Record `{change.id}`:": change for change in difference.records_changed}
    for line in data_lines(difference):
        yield line
        head, colon, _ = line.partition(":")
        change = changed.get(head + colon)
        if change is not None:
            for block in change.blocks:
                yield from _block_lines(block)


def step_line(difference: EditionDifference) -> str:
    """Return which step the version has to take, and which it takes."""
    versions = f"{difference.old_version} to {difference.new_version}"
    taken = difference.taken
    if taken is None:
        return f"version: {versions} goes back; expected a later version"
    if difference.equal:
        return f"version: {versions}; the data is the same and asks for no step"
    verdict = "is enough" if difference.enough else "is too small"
    return f"version: {versions} {verdict}: found the step {taken.word!r}; the data asks for {difference.required.word!r}"


def _column_words(change: ColumnChange) -> str:
    return _COLUMN_WORDS[change.change].format(before=change.before, after=change.after)


def _record_words(change: RecordChange) -> str:
    """Return in which columns and blocks a record changed."""
    said = []
    for value in change.values:
        said.append(f"`{value.column}` was {_cell(value.before)}, is {_cell(value.after)}")
    if change.blocks:
        positions = ", ".join(str(block.position) for block in change.blocks[:10])
        more = " …" if len(change.blocks) > 10 else ""
        word = "block" if len(change.blocks) == 1 else "blocks"
        said.append(f"its text changed in {word} {positions}{more}")
    return "; ".join(said)


def _cell(value: object) -> str:
    return "null" if value is None else shorten(value, 80)


def _row_words(rows: RowChanges) -> str:
    """Return how many rows of a table are new, gone and changed, and in which columns."""
    said = []
    for number, word in ((rows.added, "new"), (rows.removed, "gone")):
        if number:
            said.append(f"{count(number, 'row')} {word}")
    if rows.changed:
        columns = ", ".join(f"`{name}`" for name in rows.columns)
        said.append(f"{count(rows.changed, 'row')} changed in {columns}")
    return "; ".join(said)


def _block_lines(block: BlockChange) -> Iterator[str]:
    if not block.after:
        yield f"    block {block.position} is gone: {shorten(block.before[0])}"
    elif not block.before:
        yield f"    block {block.position} is new: {shorten(block.after[0])}"
    for before, after in zip(block.before, block.after, strict=False):
        yield f"    block {block.position}: {shorten(before)} is now {shorten(after)}"

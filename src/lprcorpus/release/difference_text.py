"""A difference between two editions in words: for the changelog, and for a person."""

from __future__ import annotations

from collections.abc import Iterator

from lprcorpus.messages import count, shorten
from lprcorpus.release.comparison import BlockChange, EditionDifference, RecordChange, RowChanges
from lprcorpus.release.version_step import Step

# Records that are named one by one, at most, in the lines for the changelog.
_MOST_LINES = 50

# Blocks of a record that are named by their positions, at most.
_MOST_BLOCKS = 10

_COLUMN_WORDS = {
    "added": "is new",
    "removed": "is gone",
    "type": "is of the type {after}, and was of the type {before}",
    "values": "no longer contains {before}",
    "more values": "may also hold {after}",
    "nullable": "may be null",
}


def data_lines(difference: EditionDifference) -> list[str]:
    """Return the lines under *Data* in the changelog, in Markdown."""
    if difference.required is Step.NONE:
        return ["- No row of the corpus has changed."]
    lines = _listed("Table `{}` is new.", difference.tables_added)
    lines += _listed("Table `{}` is gone.", difference.tables_removed)
    for column in difference.columns:
        words = _COLUMN_WORDS[column.change].format(before=column.before, after=column.after)
        lines.append(f"- Column `{column.table}.{column.column}` {words}.")
    lines += _listed("Issue `{}` is new.", difference.issues_added)
    lines += _listed("Issue `{}` is gone.", difference.issues_removed)
    records = []
    for old, new in difference.records_renamed:
        records.append(f"- Record `{old}` is now `{new}`.")
    records += _listed("Record `{}` is gone.", difference.records_removed)
    records += _listed("Record `{}` is new.", difference.records_added)
    records += map(_record_line, difference.records_changed)
    lines += records[:_MOST_LINES]
    if len(records) > _MOST_LINES:
        more = count(len(records) - _MOST_LINES, "more record")
        lines.append(f"- {more} changed: see `lprcorpus diff`.")
    for rows in difference.rows:
        if rows.table != "records":
            lines.append(_row_line(rows))
    return lines


def _listed(words: str, names: list[str]) -> list[str]:
    return [f"- {words.format(name)}" for name in names]


def difference_lines(difference: EditionDifference) -> Iterator[str]:
    """Yield the lines for the changelog, and below each record the words of its blocks."""
    blocks = {_record_line(change): change.blocks for change in difference.records_changed}
    for line in data_lines(difference):
        yield line
        for block in blocks.get(line, ()):
            yield from _block_lines(block)


def step_line(difference: EditionDifference) -> str:
    """Return which step the version has to take, and which it takes."""
    versions = f"version: {difference.old_version} to {difference.new_version}"
    if difference.taken is None:
        return f"{versions} goes back; expected a later version"
    if difference.required is Step.NONE:
        return f"{versions}; the data is the same and asks for no step"
    verdict = "is enough" if difference.enough else "is too small"
    required = difference.required.word
    steps = f"found the step {difference.taken.word!r}; the data asks for {required!r}"
    return f"{versions} {verdict}: {steps}"


def _record_line(change: RecordChange) -> str:
    words = []
    for value in change.values:
        words.append(f"`{value.column}` was {shorten(value.before)}, is {shorten(value.after)}")
    if change.blocks:
        positions = ", ".join(str(block.position) for block in change.blocks[:_MOST_BLOCKS])
        if len(change.blocks) > _MOST_BLOCKS:
            positions += " …"
        word = "block" if len(change.blocks) == 1 else "blocks"
        words.append(f"its text changed in {word} {positions}")
    return f"- Record `{change.id}`: {'; '.join(words)}."


def _row_line(rows: RowChanges) -> str:
    words = []
    if rows.added:
        words.append(f"{count(rows.added, 'row')} new")
    if rows.removed:
        words.append(f"{count(rows.removed, 'row')} gone")
    if rows.changed:
        columns = ", ".join(f"`{name}`" for name in rows.columns)
        words.append(f"{count(rows.changed, 'row')} changed in {columns}")
    return f"- Table `{rows.table}`: {'; '.join(words)}."


def _block_lines(block: BlockChange) -> Iterator[str]:
    if not block.after:
        yield f"    block {block.position} is gone: {shorten(block.before[0])}"
    elif not block.before:
        yield f"    block {block.position} is new: {shorten(block.after[0])}"
    for before, after in zip(block.before, block.after, strict=False):
        yield f"    block {block.position}: {shorten(before)} is now {shorten(after)}"

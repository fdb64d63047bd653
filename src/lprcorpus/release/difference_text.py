"""A difference between two editions in words: for the changelog, and for a person."""

from __future__ import annotations

from collections.abc import Iterator

from lprcorpus.messages import count, shorten
from lprcorpus.release.comparison import BlockChange, EditionDifference, RecordChange, RowChanges
from lprcorpus.release.version_step import Step

_MOST_LINES = 50
"""Records that are named one by one, at most, in the lines for the changelog."""

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
    lines = [f"- Table `{name}` is new." for name in difference.tables_added]
    lines += [f"- Table `{name}` is gone." for name in difference.tables_removed]
    for column in difference.columns:
        words = _COLUMN_WORDS[column.change].format(before=column.before, after=column.after)
        lines.append(f"- Column `{column.table}.{column.column}` {words}.")
    lines += [f"- Issue `{issue}` is new." for issue in difference.issues_added]
    lines += [f"- Issue `{issue}` is gone." for issue in difference.issues_removed]
    records = [f"- Record `{old}` is now `{new}`." for old, new in difference.records_renamed]
    records += [f"- Record `{record}` is gone." for record in difference.records_removed]
    records += [f"- Record `{record}` is new." for record in difference.records_added]
    records += [_record_line(change) for change in difference.records_changed]
    lines += records[:_MOST_LINES]
    if len(records) > _MOST_LINES:
        more = count(len(records) - _MOST_LINES, "more record")
        lines.append(f"- {more} changed: see `lprcorpus diff`.")
    lines += [_row_line(rows) for rows in difference.rows if rows.table != "records"]
    return lines


def difference_lines(difference: EditionDifference) -> Iterator[str]:
    """Yield the lines for the changelog, and below each record the words of its blocks."""
    changes = {_record_line(change): change for change in difference.records_changed}
    for line in data_lines(difference):
        yield line
        if line in changes:
            for block in changes[line].blocks:
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
    said = []
    for value in change.values:
        said.append(f"`{value.column}` was {shorten(value.before)}, is {shorten(value.after)}")
    if change.blocks:
        positions = ", ".join(str(block.position) for block in change.blocks[:10])
        more = " …" if len(change.blocks) > 10 else ""
        word = "block" if len(change.blocks) == 1 else "blocks"
        said.append(f"its text changed in {word} {positions}{more}")
    return f"- Record `{change.id}`: {'; '.join(said)}."


def _row_line(rows: RowChanges) -> str:
    said = []
    for number, word in ((rows.added, "new"), (rows.removed, "gone")):
        if number:
            said.append(f"{count(number, 'row')} {word}")
    if rows.changed:
        columns = ", ".join(f"`{name}`" for name in rows.columns)
        said.append(f"{count(rows.changed, 'row')} changed in {columns}")
    return f"- Table `{rows.table}`: {'; '.join(said)}."


def _block_lines(block: BlockChange) -> Iterator[str]:
    if not block.after:
        yield f"    block {block.position} is gone: {shorten(block.before[0])}"
    elif not block.before:
        yield f"    block {block.position} is new: {shorten(block.after[0])}"
    for before, after in zip(block.before, block.after, strict=False):
        yield f"    block {block.position}: {shorten(before)} is now {shorten(after)}"

"""One cell changed to another value that its column admits, in each column of each table."""

from __future__ import annotations

import hashlib
import random
from typing import Any, get_args

from lprcorpus.schema import ROLES, RULES, TYPES, Kind

from .kit import CorpusCopy, Expected, expect, misprint, mutation

CELLS: dict[str, tuple[str, str]] = {
    "issues.id": ("foreign-key", "pages records spans edits"),
    "issues.periodical": ("rebuild-value", "issues"),
    "issues.volume": ("rebuild-value", "issues"),
    "issues.number": ("rebuild-value", "issues"),
    "issues.year": ("rebuild-value", "issues"),
    "issues.page_start": ("page-range", "issues"),
    "issues.page_end": ("page-range", "issues"),
    "issues.complete": ("rebuild-value", "issues"),
    "issues.raw_path": ("file-missing path-unsafe", "issues"),
    "issues.raw_sha256": ("raw-hash", "issues"),
    "issues.raw_chars": ("raw-length", "issues"),
    "pages.issue_id": ("row-order foreign-key key-duplicate", "pages"),
    "pages.number": (
        "row-order key-duplicate foreign-key page-range span-page",
        "pages spans issues",
    ),
    "pages.printed": ("page-printed", "pages"),
    "pages.raw_start": ("page-gap page-overlap", "pages"),
    "pages.raw_end": ("page-gap page-overlap page-empty", "pages"),
    "records.id": ("foreign-key key-duplicate", "records blocks spans contributors"),
    "records.issue_id": ("record-issue", "records"),
    "records.position": ("position", "records"),
    "records.title": ("title-text", "records"),
    "records.author": ("rebuild-value", "records"),
    "records.type": ("rebuild-value", "records"),
    "records.section": ("rebuild-value section-text", "records"),
    "records.note": ("note-text", "records"),
    "records.source_citation": ("source-text", "records"),
    "records.source_title": ("rebuild-value", "records"),
    "records.source_container": ("rebuild-value", "records"),
    "records.source_publisher": ("rebuild-value", "records"),
    "records.source_place": ("rebuild-value", "records"),
    "records.source_date": ("rebuild-value", "records"),
    "records.source_url": ("rebuild-value", "records"),
    "records.body": ("body-text", "records"),
    "records.page_start": ("record-page", "records"),
    "records.page_end": ("record-page", "records"),
    "records.language": ("rebuild-value", "records"),
    "records.rights": ("rebuild-value", "records"),
    "records.word_count": ("word-count", "records"),
    "records.body_sha256": ("body-hash", "records"),
    "contributors.record_id": ("row-order position foreign-key", "contributors"),
    "contributors.position": ("position", "contributors"),
    "contributors.name": ("rebuild-value", "contributors"),
    "contributors.family_name": ("rebuild-value", "contributors"),
    "contributors.given_name": ("rebuild-value", "contributors"),
    "contributors.role": ("rebuild-value", "contributors"),
    "blocks.record_id": ("row-order position foreign-key", "blocks"),
    "blocks.position": ("position", "blocks"),
    "blocks.text": ("block-text", "blocks"),
    "blocks.page_start": ("block-page", "blocks"),
    "blocks.page_end": ("block-page", "blocks"),
    "blocks.body_start": ("body-extent", "blocks"),
    "blocks.body_end": ("body-extent", "blocks"),
    "blocks.raw_start": ("block-extent", "blocks"),
    "blocks.raw_end": ("block-extent", "blocks"),
    "spans.issue_id": ("row-order foreign-key key-duplicate", "spans"),
    "spans.raw_start": ("span-gap span-overlap", "spans"),
    "spans.raw_end": ("span-gap span-overlap span-empty", "spans"),
    "spans.page": ("span-page", "spans"),
    "spans.record_id": (
        "span-record span-place span-block foreign-key block-text block-extent",
        "spans blocks",
    ),
    "spans.block": ("span-block span-record block-spans block-text block-extent", "spans blocks"),
    "edits.issue_id": ("row-order foreign-key key-duplicate edit-before", "edits"),
    "edits.raw_start": ("edit-before", "edits"),
    "edits.raw_end": ("edit-before", "edits"),
    "edits.before": ("edit-before", "edits"),
    "edits.after": (
        "edit-rule edit-idle block-text title-text note-text source-text",
        "edits blocks records",
    ),
    "blocks.kind": ("rebuild-value", "blocks"),
    "spans.role": (
        "rebuild-value span-role span-record span-block span-place section-text",
        "spans records blocks",
    ),
    "edits.reason": ("rebuild-value", "edits"),
    "edits.rule": ("edit-rule rebuild-value", "edits"),
}
"""The columns that are damaged by changing one cell, with the codes and the tables that have to be named."""

_ENUMS = {
    "records.type": TYPES,
    "blocks.kind": get_args(Kind),
    "spans.role": ROLES,
    "contributors.role": ("author", "speaker", "interviewee", "translator", "publisher"),
    "edits.rule": RULES,
}


def _other(value: Any, column: str, chance: random.Random) -> Any:
    """Return another value that the column's type and constraints admit."""
    if column in _ENUMS:
        return chance.choice([item for item in _ENUMS[column] if item != value])
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return (
            value + chance.choice([1, 2, 7, 1000])
            if value < 2 or chance.random() < 0.5
            else value - 1
        )
    if column.endswith("sha256"):
        return hashlib.sha256(str(chance.random()).encode()).hexdigest()
    if column.endswith("date"):
        return value.replace("20", "19", 1) if "20" in value else value.replace("19", "18", 1)
    if column == "records.language":
        return chance.choice(["fr", "ur", "en-GB"])
    return misprint(value, chance)


def _change_cell(corpus: CorpusCopy, chance: random.Random, column: str) -> Expected:
    table, _, name = column.partition(".")
    columns = corpus.table(table)
    rows = [row for row, value in enumerate(columns[name]) if value is not None]
    if not rows:  # no record has one: give it one
        rows = list(range(len(columns[name])))
    row = chance.choice(rows)
    old = corpus.key(table, row)
    value = columns[name][row]
    if name in ("issue_id", "record_id") and (
        others := [item for item in set(columns[name]) if item not in (None, value)]
    ):
        columns[name][row] = chance.choice(sorted(others)) if chance.random() < 0.5 else f"{value}x"
    else:
        columns[name][row] = "Somewhere" if value is None else _other(value, column, chance)
    codes, tables = CELLS[column]
    beside = [corpus.key(table, place) for place in (row, row + 1) if place < len(columns[name])]
    if tables != table:
        return expect(codes, tables)
    return expect(codes, tables, [old, *beside])


for _column in CELLS:
    mutation(f"cell: {_column}")(
        lambda corpus, chance, column=_column: _change_cell(corpus, chance, column)
    )

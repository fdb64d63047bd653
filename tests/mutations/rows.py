"""Whole rows dropped, doubled, exchanged and moved."""

from __future__ import annotations

import random

from lprcorpus.schema import TABLES

from .kit import CorpusCopy, Expected, expect, mutation

_LOST = {
    "issues": ("foreign-key", "pages records spans edits"),
    "pages": ("page-gap page-range foreign-key", "pages issues spans"),
    "records": ("foreign-key position", "records contributors blocks spans"),
    "contributors": ("rebuild-value position", "contributors"),
    "blocks": ("position span-block body-text", "blocks records spans"),
    "spans": ("span-gap", "spans"),
    "edits": ("block-text title-text note-text source-text", "blocks records"),
}


def _drop_row(corpus: CorpusCopy, chance: random.Random, table: str) -> Expected:
    columns = corpus.table(table)
    row = chance.randrange(len(next(iter(columns.values()))))
    # An edit that only takes newlines changes nothing: newlines are dropped in any case.
    while table == "edits" and columns["before"][row].replace("\n", "") == columns["after"][row]:
        row = chance.randrange(len(columns["after"]))
    for values in columns.values():
        del values[row]
    return expect(*_LOST[table])


def _double_row(corpus: CorpusCopy, chance: random.Random, table: str) -> Expected:
    columns = corpus.table(table)
    row = chance.randrange(len(next(iter(columns.values()))))
    for values in columns.values():
        values.insert(row, values[row])
    return expect("key-duplicate row-order position", table, [corpus.key(table, row)])


def _swap_rows(corpus: CorpusCopy, chance: random.Random, table: str) -> Expected:
    columns = corpus.table(table)
    row = chance.randrange(len(next(iter(columns.values()))) - 1)
    for values in columns.values():
        values[row], values[row + 1] = values[row + 1], values[row]
    near = range(row, min(row + 3, len(next(iter(columns.values())))))
    return expect("row-order position", table, [corpus.key(table, place) for place in near])


def _move_row(corpus: CorpusCopy, chance: random.Random, table: str) -> Expected:
    columns = corpus.table(table)
    row = chance.randrange(len(next(iter(columns.values()))) - 1)
    for values in columns.values():
        values.append(values.pop(row))
    return expect("row-order position", table)


for _table in TABLES:
    mutation(f"row dropped: {_table}")(
        lambda corpus, chance, table=_table: _drop_row(corpus, chance, table)
    )
    mutation(f"row doubled: {_table}")(
        lambda corpus, chance, table=_table: _double_row(corpus, chance, table)
    )
    mutation(f"rows swapped: {_table}")(
        lambda corpus, chance, table=_table: _swap_rows(corpus, chance, table)
    )
    mutation(f"row moved to the end: {_table}")(
        lambda corpus, chance, table=_table: _move_row(corpus, chance, table)
    )

"""Keys that name no row, or the same as another."""

from __future__ import annotations

import random

from lprcorpus.schema import TABLES

from .kit import CorpusCopy, Expected, expect, mutation


@mutation("key: dangling")
def _dangling(corpus: CorpusCopy, chance: random.Random) -> Expected:
    table, reference = chance.choice(
        [(table, reference) for table in TABLES.values() for reference in table.references]
    )
    column = reference.fields[-1]
    values = corpus.table(table.name)[column]
    row = chance.choice([row for row, value in enumerate(values) if value is not None])
    old = corpus.key(table.name, row)
    values[row] = 999_999 if isinstance(values[row], int) else f"{values[row]}-gone"
    keys = [old, corpus.key(table.name, row)]
    return expect("foreign-key record-issue row-order", table.name, keys)


@mutation("key: a record called like another")
def _same_id(corpus: CorpusCopy, chance: random.Random) -> Expected:
    records = corpus.table("records")
    row = chance.randrange(1, len(records["id"]))
    records["id"][row] = records["id"][row - 1]
    return expect("key-duplicate record-issue", "records", [corpus.key("records", row)])

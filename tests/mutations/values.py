"""Values that the models refuse."""

from __future__ import annotations

import random

from lprcorpus.schema import TABLES

from .kit import CorpusCopy, Expected, expect, mutation


@mutation("value: null where one is required")
def _null(corpus: CorpusCopy, chance: random.Random) -> Expected:
    places = [
        (table, column)
        for table in TABLES.values()
        for column in table.columns
        if not column.nullable and column.name not in table.key
    ]
    table, column = chance.choice(places)
    values = corpus.table(table.name)[column.name]
    row = chance.randrange(len(values))
    values[row] = None
    return expect("null", table.name, [corpus.key(table.name, row)])


@mutation("value: not one of those allowed")
def _enum(corpus: CorpusCopy, chance: random.Random) -> Expected:
    table, column = chance.choice(
        [(table, column) for table in TABLES.values() for column in table.columns if column.enum]
    )
    values = corpus.table(table.name)[column.name]
    row = chance.randrange(len(values))
    values[row] = chance.choice(["Author", "poems", "", "headings", "none"])
    return expect("enum", table.name, [corpus.key(table.name, row)])


@mutation("value: not of the required form")
def _pattern(corpus: CorpusCopy, chance: random.Random) -> Expected:
    places = [
        (table, column) for table in TABLES.values() for column in table.columns if column.pattern
    ]
    table, column = chance.choice(places)
    values = corpus.table(table.name)[column.name]
    row = chance.randrange(len(values))
    values[row] = chance.choice(["", " ", "No such form!", "ÄÖÜ", "a\n"])
    return expect("pattern", table.name)


@mutation("value: too small")
def _minimum(corpus: CorpusCopy, chance: random.Random) -> Expected:
    places = [
        (table, column)
        for table in TABLES.values()
        for column in table.columns
        if column.minimum is not None
    ]
    table, column = chance.choice(places)
    values = corpus.table(table.name)[column.name]
    row = chance.randrange(len(values))
    values[row] = chance.choice([-1, -7, -(2**40)])
    return expect("minimum", table.name, [corpus.key(table.name, row)])


@mutation("value: empty text")
def _empty(corpus: CorpusCopy, chance: random.Random) -> Expected:
    places = [
        (table, column)
        for table in TABLES.values()
        for column in table.columns
        if column.min_length
    ]
    table, column = chance.choice(places)
    values = corpus.table(table.name)[column.name]
    row = chance.randrange(len(values))
    values[row] = ""
    return expect("length", table.name, [corpus.key(table.name, row)])


@mutation("value: a day that is in no calendar")
def _no_day(corpus: CorpusCopy, chance: random.Random) -> Expected:
    dates = corpus.table("records")["source_date"]
    row = chance.randrange(len(dates))
    dates[row] = chance.choice(
        ["2014-02-30", "2014-13", "2014-05/2014-00", "2015/2014", "2014-04-31/2014-05-01"]
    )
    return expect("date", "records", [corpus.key("records", row)])

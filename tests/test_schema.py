"""The models: what each says of its columns holds, its examples included."""

from __future__ import annotations

import pytest

from lprcorpus.corpus import Corpus
from lprcorpus.schema import TABLES, Column

COLUMNS = [(name, column) for name, table in TABLES.items() for column in table.columns]
LONG = {("records", "body"), ("records", "note"), ("blocks", "text")}
"""Columns whose examples are the opening of a value."""


@pytest.mark.parametrize("name", TABLES)
def test_the_examples_of_a_table_make_a_row_that_its_model_accepts(name: str) -> None:
    model = TABLES[name].model
    example = {column.name: column.example for column in TABLES[name].columns}
    assert model.model_validate(example).model_dump() == example


@pytest.mark.parametrize(
    ("name", "column"), COLUMNS, ids=[f"{name}.{column.name}" for name, column in COLUMNS]
)
def test_the_example_of_a_column_stands_in_the_corpus(
    name: str, column: Column, corpus: Corpus
) -> None:
    values = corpus.table(name, [column.name]).column(0).to_pylist()
    if (name, column.name) in LONG:
        assert any(value is not None and value.startswith(column.example) for value in values)
    else:
        assert column.example in values


@pytest.mark.parametrize(
    ("name", "column"), COLUMNS, ids=[f"{name}.{column.name}" for name, column in COLUMNS]
)
def test_each_column_is_described_in_a_sentence(name: str, column: Column) -> None:
    assert column.description[:1].isupper()
    assert column.description.endswith(".")

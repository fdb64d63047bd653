"""Values that their column's model would refuse."""

from __future__ import annotations

from typing import Any

import pytest

from lprcorpus.schema import TABLES, Row
from lprcorpus.tables import to_arrow
from lprcorpus.validation.tablefiles import check_values

from .rowhelp import example_row, made


def problems(name: str, **changes: Any) -> list[tuple[str, str | None]]:
    table = to_arrow(name, made(name, changes))
    return [(problem.code, problem.column) for problem in check_values(name, table)]


@pytest.mark.parametrize("name", TABLES)
def test_the_examples_of_every_table_fit_both_the_model_and_the_check(name: str) -> None:
    model: type[Row] = TABLES[name].model
    assert model.model_validate(example_row(name))
    assert problems(name) == []


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("records", {"title": ""}, ("length", "title")),
        ("records", {"title": None}, ("null", "title")),
        ("records", {"type": "sonnet"}, ("enum", "type")),
        ("records", {"source_date": "May 1906"}, ("pattern", "source_date")),
        ("records", {"body_sha256": "0" * 63}, ("pattern", "body_sha256")),
        ("records", {"position": 0}, ("minimum", "position")),
        ("spans", {"raw_start": -1}, ("minimum", "raw_start")),
        ("spans", {"role": "footer"}, ("enum", "role")),
        ("edits", {"before": ""}, ("length", "before")),
        ("issues", {"raw_path": "../secret.txt"}, ("pattern", "raw_path")),
    ],
)
def test_a_value_that_the_model_refuses_is_named(
    name: str, changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert expected in problems(name, **changes)
    with pytest.raises(ValueError, match=next(iter(changes))):
        TABLES[name].model.model_validate({**example_row(name), **changes})


def test_what_may_be_null_may() -> None:
    nulls = {column.name: None for column in TABLES["records"].columns if column.nullable}
    assert nulls
    assert problems("records", **nulls) == []

"""Rows as columns and back, for the tests that look at a column or forge a value which no model would take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from lprcorpus.schema import TABLES, IssueRows, Row
from lprcorpus.tables import issue_digests, table_digest

__all__ = ["Columns", "columns_of", "content_digest", "example_row", "made", "rows_from"]

Columns = dict[str, dict[str, list[Any]]]
"""The rows of an issue: ``columns["records"]["title"]``."""


def columns_of(rows: IssueRows) -> Columns:
    """Return the rows of an issue column by column, in lists that may be changed."""
    return {
        name: {
            column.name: [getattr(row, column.name) for row in rows.table(name)]
            for column in table.columns
        }
        for name, table in TABLES.items()
    }


def rows_from(columns: Columns) -> IssueRows:
    """Return rows given column by column, without validating them: a forger does not ask the model."""
    made: dict[str, Any] = {}
    for name, table in TABLES.items():
        values = zip(*columns[name].values(), strict=True)
        made[name] = [
            table.model.model_construct(**dict(zip(columns[name], row, strict=True)))
            for row in values
        ]
    (issue,) = made.pop("issues")
    return IssueRows(issue=issue, **made)


def example_row(name: str) -> dict[str, Any]:
    """Return the example of every column of a table."""
    return {column.name: column.example for column in TABLES[name].columns}


def made(name: str, *rows: dict[str, Any]) -> Sequence[Row]:
    """Return rows of a table, each the example with some values changed, without validating them."""
    return [TABLES[name].model.model_construct(**{**example_row(name), **row}) for row in rows]


def content_digest(name: str, table: pa.Table) -> str:
    """Return the content digest of a whole table."""
    return table_digest(issue_digests(name, table))

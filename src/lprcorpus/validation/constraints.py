"""The layer *values*: what the models say of single values."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter, ValidationError

from lprcorpus.messages import expectation, shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, Column

# The codes of values that are not null, by the types of Pydantic's errors.
_CODES = {
    "greater_than_equal": "minimum",
    "literal_error": "enum",
    "string_pattern_mismatch": "pattern",
    "string_too_short": "length",
    "value_error": "date",
}


def check_values(table: str, rows: pa.Table) -> Iterator[Problem]:
    """Yield a problem for every value that the model of its column would refuse."""
    for column in TABLES[table].columns:
        values = rows.column(column.name)
        if _are_large_enough(column, values):
            continue
        # Most values recur: each is looked at once, and its rows only where it is wrong.
        distinct = values.unique().to_pylist()
        try:
            _adapter(table, column.name).validate_python(distinct)
        except ValidationError as error:
            wrong = {}
            for refused in error.errors(include_url=False):
                code = "null" if refused["input"] is None else _CODES[refused["type"]]
                wrong[refused["input"]] = code, expectation(refused).removeprefix("expected ")
            for row, value in enumerate(values.to_pylist()):
                if value in wrong:
                    code, expected = wrong[value]
                    key = row_key(table, rows, row)
                    yield Problem(code, shorten(value), expected, table, key, column.name)


def row_key(table: str, rows: pa.Table, row: int) -> str:
    """Return the primary key of a row, joined by ``,``."""
    return ",".join(str(rows.column(part)[row].as_py()) for part in TABLES[table].key)


def _are_large_enough(column: Column, values: pa.ChunkedArray[pa.Scalar[pa.DataType]]) -> bool:
    """Return whether Arrow sees that all values are large or long enough, which is all they have to be.

    So are the texts of a corpus and nearly all numbers: a tenth of the time without the proof.
    """
    if values.null_count and not column.nullable:
        return False
    if column.minimum is not None:
        least = pc.min_max(values)["min"].as_py()
        return least is None or bool(least >= column.minimum)
    if column.min_length is not None and column.pattern is None:
        least = pc.min_max(pc.utf8_length(values))["min"].as_py()
        return least is None or bool(least >= column.min_length)
    return False


@cache
def _adapter(table: str, column: str) -> TypeAdapter[list[Any]]:
    """Return what checks values of a column, as the model of the table says."""
    field = TABLES[table].model.model_fields[column]
    kind: Any = field.annotation
    return TypeAdapter(list[Annotated[kind, field]])

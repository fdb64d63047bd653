"""Rows of Arrow tables as objects of their models, which are validated as they are made."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from lprcorpus.errors import DataError
from lprcorpus.schema import Row

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["typed_rows"]

Model = TypeVar("Model", bound=Row)


def typed_rows(model: type[Model], table: pa.Table) -> list[Model]:
    """Return the rows of an Arrow table as objects of a model, in order.

    Columns that the model does not know are left out.

    Raises:
        DataError: a value is not what its column may hold, or a column is missing.
    """
    known = [name for name in model.model_fields if name in table.column_names]
    rows = table.select(known).to_pylist()
    try:
        return _reader(model).validate_python(rows)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        number, *path = problem["loc"]
        where = f"{model.__name__.lower()} {_name_of(rows[int(number)])}"
        column = ".".join(str(part) for part in path)
        found = repr(problem["input"])[:100] if problem["type"] != "missing" else "no such column"
        message = f"{where}: {column}: found {found}; {problem['msg']}; run lprcorpus validate"
        raise DataError(" ".join(message.split())) from None


@lru_cache
def _reader(model: type[Model]) -> TypeAdapter[list[Model]]:
    return TypeAdapter(list[model])  # type: ignore[valid-type]  # the model is a variable


def _name_of(row: dict[str, Any]) -> str:
    """Return what a row is called in a message: its id or the id of what it belongs to."""
    return repr(row.get("id") or row.get("record_id") or row.get("issue_id"))[:100]

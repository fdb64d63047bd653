"""The layer *rebuild*: an issue built again, and every row compared.

The build gives the same rows whenever it runs, so what differs was changed afterwards. Nothing else
says what the kind of a block, the role of a line or the reason of an edit should be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa
from pydantic import ValidationError

from lprcorpus.build.assembly import assemble
from lprcorpus.build.manifest import parse_manifest
from lprcorpus.errors import DataError
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, IssueRows
from lprcorpus.tables import to_arrow
from lprcorpus.validation.differ import compare_values

__all__ = ["Values", "build_again", "compare_rows", "is_same", "row_values"]

# Values of rows: by table, by primary key, by column.
Values = dict[str, dict[str, dict[str, object]]]


def build_again(issue: str, raw: str, manifest: bytes) -> IssueRows | Problem:
    """Return the rows that a build makes of an issue, or the reason why it makes none.

    Raises:
        MissingLibrary: a library that the build needs is not installed.
    """
    where = f"raw/{issue}.toml"
    try:
        return assemble(raw, parse_manifest(manifest, where), where).rows
    except (DataError, ValidationError) as error:
        reason = str(error).split("\n", 1)[0].removeprefix(f"{where}: ")
        expected = "a manifest and a raw text that build"
        return Problem("rebuild-failed", reason, expected, table="issues", key=issue, file=where)


def is_same(rows: IssueRows, tables: Mapping[str, pa.Table]) -> bool:
    """Return whether the rows of an issue are those of some tables."""
    return all(tables[name].equals(to_arrow(name, rows.table(name))) for name in TABLES)


def row_values(rows: IssueRows, columns: Mapping[str, Sequence[str]]) -> Values:
    """Return the values of all rows of an issue in some columns of some tables."""
    values: Values = {}
    for table, wanted in columns.items():
        values[table] = {}
        for row in rows.table(table):
            key = ",".join(str(getattr(row, column)) for column in TABLES[table].key)
            values[table][key] = {column: getattr(row, column) for column in wanted}
    return values


def compare_rows(found: Values, expected: Values, code: str, says: str) -> Iterator[Problem]:
    """Yield a problem for each value and each row that is not the one expected.

    Args:
        found: the values of all rows of an issue.
        expected: the values that they should have.
        code: the code of the problems.
        says: what expects it, for messages.
    """
    for difference in compare_values(found, expected):
        table, key, *column = difference.path
        wanted = f"{difference.expected}, {says}"
        problem = Problem(code, difference.found, wanted, table=table, key=key)
        yield replace(problem, column=column[0]) if column else problem

"""The layer *rebuild*: an issue built again, and every row compared.

The build gives the same rows whenever it runs, so what differs was changed afterwards. Nothing else
says what the kind of a block, the role of a line or the reason of an edit should be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa
from pydantic import ValidationError

from lprcorpus.build.assembly import assemble
from lprcorpus.build.manifest import parse_manifest
from lprcorpus.errors import DataError
from lprcorpus.messages import shorten
from lprcorpus.metadata import corpus_metadata
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, IssueRows
from lprcorpus.tables import to_arrow
from lprcorpus.validation.differ import excerpts

__all__ = ["Values", "build_again", "compare_rows", "is_same", "other_builder", "values_of"]

# Values of rows: by table, by primary key, by column.
Values = dict[str, dict[str, dict[str, object]]]


def other_builder(descriptor: Mapping[str, object]) -> str | None:
    """Return why this package would build other rows; None where it wrote the corpus."""
    metadata = corpus_metadata()
    ours = f"{metadata.name} {metadata.version}"
    theirs = f"{descriptor.get('name')} {descriptor.get('version')}"
    if theirs == ours:
        return None
    return f"not built again: the corpus is {shorten(theirs)}, this is {ours}"


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


def values_of(rows: IssueRows, tables: Iterable[str]) -> Values:
    """Return the values of all rows of an issue in some tables."""
    values: Values = {}
    for table in tables:
        values[table] = {}
        for row in rows.table(table):
            parts = [getattr(row, column) for column in TABLES[table].key]
            values[table][",".join(map(str, parts))] = dict(row)
    return values


def compare_rows(
    found: Values, expected: Values, codes: tuple[str, str], says: str
) -> Iterator[Problem]:
    """Yield a problem for each value that is not the one expected, and for each row that is not.

    Args:
        found: the values of all rows of an issue.
        expected: some tables with all their rows, and of these some columns.
        codes: the code of a row that should not be or is missing, and that of a value.
        says: what expects it, for messages.
    """
    for table, rows in expected.items():
        for key in found[table]:
            if key not in rows:
                yield Problem(codes[0], "a row", f"none, {says}", table=table, key=key)
        for key, values in rows.items():
            row = found[table].get(key)
            if row is None:
                yield Problem(codes[0], "no row", f"one, {says}", table=table, key=key)
                continue
            for column, value in values.items():
                if row[column] != value:
                    there, wanted = excerpts(row[column], value)
                    wanted = f"{wanted}, {says}"
                    yield Problem(codes[1], there, wanted, table=table, key=key, column=column)

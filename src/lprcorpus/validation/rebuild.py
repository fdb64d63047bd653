"""The layer *rebuild*: an issue built again from its raw text and its manifest, and every row compared.

The build gives the same rows whenever it runs, so what differs was changed afterwards. Nothing else says what the kind of a
block, the role of a line or the reason of an edit should be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa
from pydantic import ValidationError

from lprcorpus.build.assembly import assemble
from lprcorpus.build.manifest import parse_manifest
from lprcorpus.errors import DataError
from lprcorpus.messages import shorten
from lprcorpus.metadata import corpus_metadata
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES, IssueRows, Row
from lprcorpus.tables import to_arrow
from lprcorpus.validation.differ import excerpts

__all__ = ["build_again", "compare_rows", "is_same", "other_builder"]


def other_builder(descriptor: Mapping[str, object]) -> str | None:
    """Return why this package would build something else than a corpus is; None where it wrote the corpus, as that says."""
    metadata = corpus_metadata()
    ours = f"{metadata.name} {metadata.version}"
    theirs = f"{descriptor.get('name')} {descriptor.get('version')}"
    if theirs == ours:
        return None
    return f"not built again: the corpus is {shorten(theirs)}, this is {ours}"


def build_again(issue: str, raw: str, manifest: bytes) -> IssueRows | Problem:
    """Return the rows that a build makes of an issue, or the reason why it makes none.

    Args:
        issue: the issue's id.
        raw: its raw text.
        manifest: the content of its manifest.

    Raises:
        MissingLibrary: a library that the build needs is not installed.
    """
    where = f"raw/{issue}.toml"
    try:
        return assemble(raw, parse_manifest(manifest, where), where).rows
    except (DataError, ValidationError) as error:
        reason = str(error).split("\n", 1)[0].removeprefix(f"{where}: ")
        return Problem(
            "rebuild-failed",
            reason,
            "a manifest and a raw text that build",
            table="issues",
            key=issue,
            file=where,
        )


def is_same(rows: IssueRows, tables: Mapping[str, pa.Table]) -> bool:
    """Return whether the rows of an issue are those of some tables."""
    return all(tables[name].equals(to_arrow(name, rows.table(name))) for name in TABLES)


def compare_rows(found: IssueRows, built: IssueRows) -> Iterator[Problem]:
    """Yield a problem for each value that is not what a build makes, and for each row that it does not make.

    Args:
        found: the rows of an issue in the corpus.
        built: those that a build makes of it.
    """
    for name in TABLES:
        found_rows = _by_key(name, found)
        built_rows = _by_key(name, built)
        for key, row in found_rows.items():
            if key not in built_rows:
                yield Problem("rebuild-row", "a row", "none from a build", table=name, key=key)
                continue
            expected = dict(built_rows[key])
            for column, value in row:
                if value != expected[column]:
                    yield _value_problem(name, key, column, value, expected[column])
        for key in built_rows:
            if key not in found_rows:
                yield Problem("rebuild-row", "no row", "one, as a build makes", table=name, key=key)


def _by_key(name: str, rows: IssueRows) -> dict[str, Row]:
    """Return the rows of a table by their primary keys."""
    key = TABLES[name].key
    found = {}
    for row in rows.table(name):
        found[",".join(str(getattr(row, column)) for column in key)] = row
    return found


def _value_problem(table: str, key: str, column: str, found: object, expected: object) -> Problem:
    there, wanted = shorten(found), shorten(expected)
    if isinstance(found, str) and isinstance(expected, str):
        there, wanted = excerpts(found, expected)
    wanted += ", as a build makes it"
    return Problem("rebuild-value", there, wanted, table=table, key=key, column=column)

"""The layers *invariants* and *rebuild*: one issue after the other against its raw text.

The build gives the same rows whenever it runs, so what differs was changed afterwards. Nothing else
says what the kind of a block, the role of a line or the reason of an edit should be.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from lprcorpus.build.assembly import BuiltIssue
from lprcorpus.build.issue_files import InputFiles, build_issue
from lprcorpus.build.manifest import Manifest
from lprcorpus.errors import DataError, LprcorpusError, MissingLibrary
from lprcorpus.files import UndecodableError, decode_utf8
from lprcorpus.layout_file import layout_path, read_layout
from lprcorpus.problems import Problem
from lprcorpus.proof.invariants import prove
from lprcorpus.schema import TABLES, IssueRows
from lprcorpus.typed_rows import table_rows
from lprcorpus.validation.differ import compare_values
from lprcorpus.validation.folder import (
    LARGEST_METADATA,
    LARGEST_TEXT,
    NotReadable,
    read_file,
    regular_file,
)
from lprcorpus.validation.keys import Tables


class _SafeFiles(InputFiles):
    """The files that an issue is built from, none of them a link elsewhere or too large."""

    def read(self, name: str) -> bytes:
        limit = LARGEST_METADATA if name.endswith(".toml") else LARGEST_TEXT
        regular_file(self.folder, name, limit, f"raw/{name}")
        return super().read(name)


@dataclass
class IssueChecks:
    """The checks of one issue after the other, and what they went through."""

    folder: Path  # that of the raw texts
    no_rebuild: str | None = None  # why no issue is built again; None while they are
    characters: int = 0  # of raw text that rows were proved from
    rebuilt: int = 0  # issues
    unproved: int = 0  # issues that lack values that a proof needs
    known: set[str] = field(default_factory=set)  # the names of their raw texts and manifests

    def check(self, issue: str, tables: Tables) -> Iterator[Problem]:
        """Yield where the rows of an issue are not what its raw text and its manifest give."""
        raw_path = str(tables["issues"].column("raw_path")[0].as_py())
        name = raw_path.removeprefix("raw/")
        self.known |= {name, f"{issue}.toml"}
        try:
            raw = decode_utf8(read_file(self.folder, name, LARGEST_TEXT, raw_path))
        except NotReadable as error:
            yield replace(error.problem, table="issues", key=issue)
            return
        except UndecodableError as error:
            problem = Problem("raw-encoding", str(error), "text in UTF-8", line=error.line)
            yield replace(problem, table="issues", key=issue, file=raw_path)
            return
        built = None
        try:
            if self.no_rebuild is None:
                built = build_issue(_SafeFiles(self.folder), issue)
                self.rebuilt += 1
        except MissingLibrary as error:
            self.no_rebuild = f"not built again: {error}"
        except NotReadable as error:
            yield replace(error.problem, table="issues", key=issue)
        except DataError as error:
            yield from self._build_problems(issue, error)
        if built is not None and _is_same(built.rows, tables):
            # The build has proved its own rows.
            self.characters += len(raw)
        else:
            yield from self._check_rows(raw, raw_path, tables, built)
        if built is not None:
            yield from self._check_layout(layout_path(Path(name)).name, built.manifest, raw)

    def _build_problems(self, issue: str, error: DataError) -> Iterator[Problem]:
        where = f"raw/{issue}.toml"
        for line in str(error).replace(f"{self.folder}{os.sep}", "raw/").splitlines():
            yield Problem(
                code="rebuild-failed",
                found=line.removeprefix(f"{where}: ")[:200],
                expected="a manifest and a raw text that build",
                table="issues",
                key=issue,
                file=where,
            )

    def _check_rows(
        self, raw: str, raw_path: str, tables: Tables, built: BuiltIssue | None
    ) -> Iterator[Problem]:
        """Yield where rows do not follow from the raw text, or are not as they were built again."""
        if _lacks_values(tables):
            self.unproved += 1
            return
        self.characters += len(raw)
        rows = _as_models(tables)
        # What the proof says of a change is more than the bare difference.
        named = set()
        for problem in prove(raw, rows):
            named.add((problem.table, problem.key, problem.column))
            yield replace(problem, file=raw_path) if problem.line else problem
        if built is not None:
            for problem in _compare_rows(rows, built.rows):
                if (problem.table, problem.key, problem.column) not in named:
                    yield problem

    def _check_layout(self, name: str, manifest: Manifest, raw: str) -> Iterator[Problem]:
        """Yield where the layout of a raw text does not belong to it, or to its manifest."""
        problem = partial(Problem, "layout", file=f"raw/{name}")
        try:
            layout = read_layout(regular_file(self.folder, name, LARGEST_TEXT, f"raw/{name}"))
        except NotReadable as error:
            if error.problem.code != "file-missing":
                yield error.problem
            elif manifest.extraction is not None:
                yield problem("no such file", "the layout that [extraction] is about")
            return
        except LprcorpusError as error:
            yield problem(str(error).split(": ", 1)[-1], "the layout of a raw text")
            return
        if layout.extraction != manifest.extraction:
            expected = f"{manifest.extraction!r}, as the manifest says"
            yield problem(repr(layout.extraction), expected, column="extraction")
        lines = raw.split("\n")
        printed = {number for number, line in enumerate(lines, start=1) if line.strip()}
        for number in sorted(printed ^ {row.line for row in layout.lines}):
            found = "no row" if number in printed else "a row"
            yield problem(found, "a row for each raw line with print", column=f"line {number}")

    def finish(self) -> Iterator[Problem]:
        """Yield the raw texts and the manifests that are no issue's; hidden files are none."""
        codes = {".txt": "raw-unlisted", ".text": "raw-unlisted", ".toml": "manifest-unlisted"}
        expected = "a file that is called as its issue, or no such file"
        for path in sorted(self.folder.iterdir()):
            code = codes.get(path.suffix.lower())
            if code and path.name not in self.known and not path.name.startswith("."):
                yield Problem(code, "no issue of this name", expected, file=f"raw/{path.name}")


def _is_same(rows: IssueRows, tables: Tables) -> bool:
    """Return whether the rows of an issue are those of some tables."""
    for name, table in TABLES.items():
        for column in table.columns:
            # Not as tables of Arrow: to make these of the rows takes longer, and imports pandas.
            values = map(attrgetter(column.name), rows.table(name))
            if tables[name].column(column.name).to_pylist() != list(values):
                return False
    return True


def _lacks_values(tables: Tables) -> bool:
    """Return whether a value is null that must not be: such rows cannot be followed."""
    for table in TABLES.values():
        for column in table.columns:
            if not column.nullable and tables[table.name].column(column.name).null_count:
                return True
    return False


def _as_models(tables: Tables) -> IssueRows:
    """Return the rows of one issue as models, also of values that the layer *values* reports."""
    made: dict[str, Any] = {}
    for name, table in TABLES.items():
        try:
            made[name] = table_rows(tables[name], name, table.model)
        except DataError:
            made[name] = [table.model.model_construct(**row) for row in tables[name].to_pylist()]
    return IssueRows(issue=made.pop("issues")[0], **made)


def _compare_rows(found: IssueRows, expected: IssueRows) -> Iterator[Problem]:
    """Yield a problem for each value and each row that is not as a build makes it."""
    for name in TABLES:
        for difference in compare_values(_by_key(found, name), _by_key(expected, name)):
            key, *place = difference.steps
            yield Problem(
                code="rebuild-value",
                found=difference.found,
                expected=f"{difference.expected}, as a build makes it",
                table=name,
                key=key,
                column=place[0] if place else None,
            )


def _by_key(rows: IssueRows, table: str) -> dict[str, dict[str, object]]:
    """Return the rows of a table by their primary keys, the parts of one joined by ``,``."""
    by_key = {}
    for row in rows.table(table):
        values = dict(row)
        by_key[",".join(str(values[part]) for part in TABLES[table].key)] = values
    return by_key

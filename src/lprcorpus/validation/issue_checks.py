"""The layers *invariants* and *rebuild*: one issue after the other against its raw text.

The build gives the same rows whenever it runs, so what differs was changed afterwards. Nothing else
says what the kind of a block, the role of a line or the reason of an edit should be.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from lprcorpus.build.assembly import BuiltIssue
from lprcorpus.build.issue_files import InputFiles, build_issue
from lprcorpus.build.manifest import parse_toml
from lprcorpus.errors import DataError, LprcorpusError, ManifestError, MissingLibrary
from lprcorpus.files import UndecodableError, decode_utf8
from lprcorpus.layout_file import layout_path, read_layout
from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.proof.invariants import prove
from lprcorpus.schema import TABLES, IssueRows
from lprcorpus.typed_rows import table_rows
from lprcorpus.validation.differ import compare_rows, values_of
from lprcorpus.validation.folder import (
    LARGEST_METADATA,
    LARGEST_TEXT,
    NotReadable,
    read_file,
    regular_file,
)
from lprcorpus.validation.keys import Tables
from lprcorpus.validation.manifest_check import check_manifest


class _SafeFiles(InputFiles):
    """The files that an issue is built from, none of them a link elsewhere or too large."""

    def read(self, name: str) -> bytes:
        limit = LARGEST_METADATA if name.endswith(".toml") else LARGEST_TEXT
        regular_file(self.folder, name, limit)
        return super().read(name)


@dataclass
class IssueChecks:
    """The checks of one issue after the other, and what they went through.

    Attributes:
        folder: the folder of the raw texts.
        no_rebuild: why no issue is built again; None while they are.
        characters: how many characters of raw text rows were proved from.
        manifests: how many manifests were read.
        rebuilt: how many issues were built again.
        unproved: how many issues lack values that a proof needs.
        known: the names of the raw texts and the manifests of the issues.
    """

    folder: Path
    no_rebuild: str | None
    characters: int = 0
    manifests: int = 0
    rebuilt: int = 0
    unproved: int = 0
    known: set[str] = field(default_factory=set)

    def check(self, issue: str, tables: Tables) -> Iterator[Problem]:
        """Yield where the rows of an issue are not what its raw text and its manifest give."""
        raw_path = str(tables["issues"].column("raw_path")[0].as_py())
        text_name = raw_path.removeprefix("raw/")
        self.known |= {text_name, f"{issue}.toml"}
        if _lacks_values(tables):
            self.unproved += 1
            return
        built = self._build(issue)
        if isinstance(built, BuiltIssue) and _is_same(built.rows, tables):
            # The build has proved these rows, and made them as the manifest says.
            self.manifests += 1
            raw = built.paged.lines.text
            stated = built.manifest.extraction
            extraction: object = None if stated is None else stated.model_dump()
        else:
            try:
                raw = self._read_text(text_name, raw_path)
            except NotReadable as error:
                # Without its raw text, nothing that an issue says can be followed.
                yield replace(error.problem, table="issues", key=issue)
                return
            manifest: Mapping[str, object] = {}
            try:
                manifest = self._read_manifest(f"{issue}.toml")
            except NotReadable as error:
                yield replace(error.problem, table="issues", key=issue)
            extraction = manifest.get("extraction")
            yield from _check_rows(_as_models(tables), raw, manifest, built)
        self.characters += len(raw)
        yield from _check_layout(self.folder, layout_path(Path(text_name)).name, extraction, raw)

    def _build(self, issue: str) -> BuiltIssue | Problem | None:
        """Return what a build makes of an issue, and proves, or why it makes nothing.

        It is None where no build is asked for, or a library or a file that it needs is missing.
        """
        if self.no_rebuild is not None:
            return None
        try:
            built = build_issue(_SafeFiles(self.folder), issue)
        except NotReadable:
            return None  # as whoever reads the file next says
        except MissingLibrary as error:
            self.no_rebuild = f"not built again: {error}"
            return None
        except DataError as error:
            self.rebuilt += 1
            where = f"raw/{issue}.toml"
            reason = str(error).split("\n", 1)[0].replace(f"{self.folder}{os.sep}", "raw/")
            reason = reason.removeprefix(f"{where}: ")
            expected = "a manifest and a raw text that build"
            problem = Problem("rebuild-failed", reason, expected, table="issues", key=issue)
            return replace(problem, file=where)
        self.rebuilt += 1
        return built

    def _read_text(self, name: str, raw_path: str) -> str:
        """Return a raw text; NotReadable where it is none."""
        try:
            return decode_utf8(read_file(self.folder, name, LARGEST_TEXT, raw_path))
        except UndecodableError as error:
            expected = "text in UTF-8"
            problem = Problem("raw-encoding", str(error), expected, line=error.line)
            raise NotReadable(replace(problem, file=raw_path)) from None

    def _read_manifest(self, name: str) -> Mapping[str, object]:
        """Return the content of a manifest; NotReadable where it is no TOML."""
        where = f"raw/{name}"
        data = read_file(self.folder, name, shown=where)
        self.manifests += 1
        try:
            return parse_toml(data, where)
        except ManifestError as error:
            reason = str(error).removeprefix(f"{where}: ")[:200]
            raise NotReadable(Problem("manifest", reason, "TOML in UTF-8", file=where)) from None

    def finish(self) -> Iterator[Problem]:
        """Yield the raw texts and the manifests that are no issue's; hidden files are none."""
        codes = {".txt": "raw-unlisted", ".text": "raw-unlisted", ".toml": "manifest-unlisted"}
        expected = "a file that is called as its issue, or no such file"
        for path in sorted(self.folder.iterdir()):
            name = path.name
            code = codes.get(path.suffix.lower())
            if code and name not in self.known and not name.startswith("."):
                yield Problem(code, "no issue of this name", expected, file=f"raw/{name}")


def _lacks_values(tables: Tables) -> bool:
    """Return whether a value is null that must not be: such rows cannot be followed."""
    for table in TABLES.values():
        for column in table.columns:
            if not column.nullable and tables[table.name].column(column.name).null_count:
                return True
    return False


def _is_same(rows: IssueRows, tables: Tables) -> bool:
    """Return whether the rows of an issue are those of some tables."""
    for name, table in TABLES.items():
        for column in table.columns:
            # Not as tables of Arrow: to make these of the rows takes longer, and imports pandas.
            values = map(attrgetter(column.name), rows.table(name))
            if tables[name].column(column.name).to_pylist() != list(values):
                return False
    return True


def _check_rows(
    rows: IssueRows,
    raw: str,
    manifest: Mapping[str, object],
    built: BuiltIssue | Problem | None,
) -> Iterator[Problem]:
    """Yield where the rows of an issue do not follow from its raw text, manifest and build.

    The proof and the manifest say more of a change than the bare difference, so they come first.
    """
    problems = []
    for problem in prove(raw, rows):
        problems.append(replace(problem, file=rows.issue.raw_path) if problem.line else problem)
    if manifest:
        file = f"raw/{rows.issue.id}.toml"
        problems += [replace(one, file=file) for one in check_manifest(manifest, rows, raw)]
    if isinstance(built, Problem):
        problems.append(built)
    yield from problems
    if isinstance(built, BuiltIssue):
        # The value that another check has named already is not named again.
        named = {(problem.table, problem.key, problem.column) for problem in problems}
        expected = {}
        for name, table in TABLES.items():
            columns = [column.name for column in table.columns]
            expected[name] = values_of(built.rows, name, columns)
        for problem in compare_rows(rows, expected, "rebuild-value", "as a build makes it"):
            if (problem.table, problem.key, problem.column) not in named:
                yield problem


def _as_models(tables: Tables) -> IssueRows:
    """Return the rows of one issue as models.

    A value that its model would refuse is reported by the layer *values*, and hides nothing from
    the proof.
    """
    made: dict[str, Any] = {}
    for name, table in TABLES.items():
        try:
            made[name] = table_rows(tables[name], name, table.model)
        except DataError:
            made[name] = [table.model.model_construct(**row) for row in tables[name].to_pylist()]
    return IssueRows(issue=made.pop("issues")[0], **made)


def _check_layout(folder: Path, name: str, extraction: object, raw: str) -> Iterator[Problem]:
    """Yield where the layout of a raw text does not belong to it, or to its manifest."""
    problem = partial(Problem, "layout", file=f"raw/{name}")
    try:
        path = regular_file(folder, name, LARGEST_TEXT, f"raw/{name}")
        layout = read_layout(path)
    except NotReadable as error:
        if error.problem.code != "file-missing":
            yield error.problem
        elif extraction is not None:
            yield problem("no such file", "the layout that [extraction] is about")
        return
    except LprcorpusError as error:
        yield problem(str(error).split(": ", 1)[-1], "the layout of a raw text")
        return
    stated = layout.extraction.model_dump()
    if stated != extraction:
        expected = f"{shorten(extraction)}, as [extraction] of the manifest says"
        yield problem(shorten(stated), expected)
    numbers = [row.line for row in layout.lines]
    printed = [number for number, line in enumerate(raw.split("\n"), start=1) if line.strip()]
    if numbers != printed:
        first = min(set(numbers) ^ set(printed) or numbers)
        expected = f"a row for each raw line with print; line {first} is the first that differs"
        yield problem(f"{len(numbers)} rows", expected)

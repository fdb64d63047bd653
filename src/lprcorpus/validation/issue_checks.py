"""The layers *invariants* and *rebuild*: one issue after the other against its raw text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lprcorpus.errors import DataError, MissingLibrary
from lprcorpus.files import UndecodableError, decode_utf8
from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.proof.invariants import prove
from lprcorpus.schema import TABLES, IssueRows
from lprcorpus.typed_rows import table_rows
from lprcorpus.validation.documents import entry, parse_toml
from lprcorpus.validation.folder import NotReadable, RawTexts
from lprcorpus.validation.keys import Tables
from lprcorpus.validation.layout_check import check_layout
from lprcorpus.validation.manifest_check import check_manifest
from lprcorpus.validation.rebuild import build_again, compare_rows, is_same, values_of

__all__ = ["IssueChecks"]


@dataclass
class IssueChecks:
    """The checks of one issue after the other, and what they went through.

    Attributes:
        texts: the raw texts.
        no_rebuild: why no issue is built again; None while they are.
        characters: how many characters of raw text rows were proved from.
        manifests: how many manifests were read.
        rebuilt: how many issues were built again.
        unproved: how many issues lack values that a proof needs.
        ids: the ids of the issues.
        raw_paths: the paths of their raw texts.
    """

    texts: RawTexts
    no_rebuild: str | None
    characters: int = 0
    manifests: int = 0
    rebuilt: int = 0
    unproved: int = 0
    ids: set[str] = field(default_factory=set)
    raw_paths: set[object] = field(default_factory=set)

    def check(self, issue: str, tables: Tables) -> Iterator[Problem]:
        """Yield where the rows of an issue are not what its raw text and its manifest give."""
        raw_path = tables["issues"].column("raw_path")[0].as_py()
        self.ids.add(issue)
        self.raw_paths.add(raw_path)
        if _lacks_values(tables):
            self.unproved += 1
            return
        try:
            raw = self._read_text(raw_path)
            self.characters += len(raw)
        except NotReadable as error:
            yield replace(error.problem, table="issues", key=issue)
            return
        manifest: Mapping[str, object] = {}
        built: IssueRows | Problem | None = None
        try:
            data = self.texts.manifest(issue)
            self.manifests += 1
            manifest = parse_toml(data)
            built = self._build(issue, raw, data)
        except NotReadable as error:
            yield replace(error.problem, table="issues", key=issue)
        except ValueError as error:
            file = f"raw/{issue}.toml"
            found = str(error)[:200]
            yield Problem("manifest", found, "TOML in UTF-8", table="issues", key=issue, file=file)
        yield from check_layout(self.texts, issue, manifest.get("extraction"), raw)
        yield from _check_rows(tables, raw, manifest, built)

    def _read_text(self, raw_path: str) -> str:
        """Return a raw text.

        Raises:
            NotReadable: it is not there, or is no text in UTF-8.
        """
        try:
            return decode_utf8(self.texts.text(raw_path))
        except UndecodableError as error:
            found, expected = error.problem, "text in UTF-8"
            problem = Problem("raw-encoding", found, expected, line=error.line, file=raw_path)
            raise NotReadable(problem) from None

    def _build(self, issue: str, raw: str, manifest: bytes) -> IssueRows | Problem | None:
        """Build an issue again; None where it is not asked for, or a library is missing."""
        if self.no_rebuild is not None:
            return None
        try:
            built = build_again(issue, raw, manifest)
        except MissingLibrary as error:
            self.no_rebuild = f"not built again: {error}"
            return None
        self.rebuilt += 1
        return built

    def finish(self) -> Iterator[Problem]:
        """Yield the raw texts and the manifests that are no issue's."""
        for name in self.texts.names(".txt"):
            path = f"raw/{name}"
            if path not in self.raw_paths:
                expected = "an issue that is made from it, or no such file"
                yield Problem("raw-unlisted", "no issue", expected, file=path)
        for name in self.texts.names(".toml"):
            stem = name.removesuffix(".toml")
            if stem not in self.ids:
                found = f"the manifest of {self._stated_issue(stem)}"
                expected = "the manifest of an issue, called as the issue"
                yield Problem("manifest-unlisted", found, expected, file=f"raw/{name}")

    def _stated_issue(self, stem: str) -> str:
        """Return the issue that a manifest says it is of, for a message."""
        try:
            content = parse_toml(self.texts.manifest(stem))
        except (NotReadable, ValueError):
            return "no issue that can be read"
        return shorten(entry(content, "issue.id"))


def _lacks_values(tables: Tables) -> bool:
    """Return whether a value is null that must not be: such rows cannot be followed."""
    for table in TABLES.values():
        for column in table.columns:
            if not column.nullable and tables[table.name].column(column.name).null_count:
                return True
    return False


def _check_rows(
    tables: Tables,
    raw: str,
    manifest: Mapping[str, object],
    built: IssueRows | Problem | None,
) -> Iterator[Problem]:
    """Yield where the rows of an issue do not follow from its raw text, manifest and build."""
    if isinstance(built, IssueRows) and is_same(built, tables):
        yield from _prove(raw, built)  # what was built is what the manifest says
        return
    rows = _as_models(tables)
    problems = list(_prove(raw, rows))
    if manifest:
        file = f"raw/{rows.issue.id}.toml"
        problems += [replace(one, file=file) for one in check_manifest(manifest, rows, raw)]
    if isinstance(built, Problem):
        problems.append(built)
    yield from problems
    if isinstance(built, IssueRows):
        named = {(problem.table, problem.key, problem.column) for problem in problems}
        expected = values_of(built, TABLES)
        codes = ("rebuild-row", "rebuild-value")
        for problem in compare_rows(
            values_of(rows, TABLES), expected, codes, "as a build makes it"
        ):
            if (problem.table, problem.key, problem.column) not in named:
                yield problem


def _prove(raw: str, rows: IssueRows) -> Iterator[Problem]:
    for problem in prove(raw, rows):
        yield replace(problem, file=rows.issue.raw_path) if problem.line else problem


def _as_models(tables: Tables) -> IssueRows:
    """Return the rows of one issue as models.

    A value that its model would refuse is reported by the layer *values*, and hides nothing from
    the proof.
    """
    made: dict[str, Any] = {}
    try:
        for name, table in TABLES.items():
            made[name] = table_rows(tables[name], name, table.model)
    except DataError:
        for name, table in TABLES.items():
            rows = tables[name].to_pylist()
            made[name] = [table.model.model_construct(**row) for row in rows]
    return IssueRows(issue=made.pop("issues")[0], **made)

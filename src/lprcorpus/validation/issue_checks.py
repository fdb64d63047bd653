"""What is checked of one issue at a time: keys, proof, rebuild, manifest, references."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from lprcorpus.errors import DataError, MissingLibrary
from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.proof.invariants import prove
from lprcorpus.schema import TABLES, IssueRows
from lprcorpus.typed_rows import table_rows
from lprcorpus.validation.companions import check_layout
from lprcorpus.validation.documents import entry, parse_toml
from lprcorpus.validation.folder import NotReadable, RawTexts, decode
from lprcorpus.validation.issue_tables import IssueTables
from lprcorpus.validation.keys import check_keys
from lprcorpus.validation.manifest_check import check_manifest
from lprcorpus.validation.rebuild import build_again, compare_rows, is_same, values_of
from lprcorpus.validation.references_check import References

__all__ = ["IssueChecks"]


class IssueChecks:
    """The checks of one issue after the other, and what they went through.

    Attributes:
        issues: how many issues there were.
        characters: how many characters of raw text their rows were proved from.
        manifests: how many manifests were read.
        rebuilt: how many issues were built again.
        unproved: how many issues lack values that a proof needs.
        no_rebuild: why no issue is built again; None while they are.
    """

    def __init__(
        self,
        texts: RawTexts | None,
        references: References | None,
        no_rebuild: str | None,
        progress: Callable[[int], None],
    ) -> None:
        """Take what is there; no raw texts where nothing is to be proved."""
        self.texts = texts
        self.references = references
        self.no_rebuild = no_rebuild
        self.progress = progress
        self.issues = self.characters = self.manifests = self.rebuilt = self.unproved = 0
        self.ids: set[str] = set()
        self.raw_paths: set[str] = set()

    def check(self, issue: IssueTables) -> Iterator[Problem]:
        """Yield what is wrong with one issue."""
        yield from issue.late
        if issue.late:
            return
        self.issues += 1
        yield from check_keys(issue.id, issue.tables)
        if not issue.tables["issues"].num_rows:
            return
        if self.references is not None:
            yield from self.references.check(issue.tables)
        if self.texts is None:
            return
        self.ids.add(issue.id)
        self.raw_paths.add(str(issue.tables["issues"].column("raw_path")[0].as_py()))
        if issue.lacks_values():
            self.unproved += 1
        else:
            yield from self._check_text(issue, self.texts)

    def _check_text(self, issue: IssueTables, texts: RawTexts) -> Iterator[Problem]:
        """Yield where the rows of an issue do not follow from its raw text and its manifest."""
        raw_path = issue.tables["issues"].column("raw_path")[0].as_py()
        try:
            data = texts.read(raw_path)
            raw = decode(data, raw_path)
        except NotReadable as error:
            yield replace(error.problem, table="issues", key=issue.id)
            return
        self.progress(len(data))
        self.characters += len(raw)
        name = f"raw/{issue.id}.toml"
        content: Mapping[str, object] = {}
        built: IssueRows | Problem | None = None
        try:
            manifest = texts.manifest(issue.id)
            if manifest is None:
                found, expected = "no such file", "the manifest of the issue"
                yield Problem(
                    "manifest-missing", found, expected, table="issues", key=issue.id, file=name
                )
            else:
                self.manifests += 1
                content = parse_toml(manifest)
                built = self._build(issue.id, raw, manifest)
            yield from check_layout(texts, issue.id, content.get("extraction"), raw)
        except NotReadable as error:
            yield error.problem
        except ValueError as error:
            found, expected = str(error)[:200], "TOML in UTF-8"
            yield Problem("manifest", found, expected, table="issues", key=issue.id, file=name)
        yield from self._check_rows(issue, raw, raw_path, built, content)

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

    def _check_rows(
        self,
        issue: IssueTables,
        raw: str,
        raw_path: str,
        built: IssueRows | Problem | None,
        manifest: Mapping[str, object],
    ) -> Iterator[Problem]:
        """Yield where the rows are not what the raw text, the manifest and the build give."""
        is_built = isinstance(built, IssueRows) and is_same(built, issue.tables)
        rows = built if isinstance(built, IssueRows) and is_built else _as_models(issue)
        problems = []
        for problem in prove(raw, rows):
            problems.append(replace(problem, file=raw_path) if problem.line else problem)
        if manifest and not is_built:  # what was built is what the manifest says
            for problem in check_manifest(manifest, rows, raw):
                problems.append(replace(problem, file=f"raw/{issue.id}.toml"))
        if isinstance(built, Problem):
            problems.append(built)
        elif built is not None and not is_built:
            named = {(problem.table, problem.key, problem.column) for problem in problems}
            codes = ("rebuild-row", "rebuild-value")
            says = "as a build makes it"
            expected = values_of(built, TABLES)
            for problem in compare_rows(values_of(rows, TABLES), expected, codes, says):
                if (problem.table, problem.key, problem.column) not in named:
                    problems.append(problem)
        yield from problems

    def finish(self) -> Iterator[Problem]:
        """Yield the raw texts, the manifests and the references that are no issue's."""
        if self.references is not None:
            yield from self.references.finish()
        if self.texts is None:
            return
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
        assert self.texts is not None
        try:
            content = parse_toml(self.texts.manifest(stem) or b"")
        except (NotReadable, ValueError):
            return "no issue that can be read"
        return shorten(entry(content, "issue.id"))


def _as_models(issue: IssueTables) -> IssueRows:
    """Return the rows of one issue as models.

    A value that its model would refuse is reported by the layer *values*, and hides nothing from
    the proof.
    """
    made: dict[str, Any] = {}
    try:
        for name, table in TABLES.items():
            made[name] = table_rows(issue.tables[name], name, table.model)
    except DataError:
        for name, table in TABLES.items():
            rows = issue.tables[name].to_pylist()
            made[name] = [table.model.model_construct(**row) for row in rows]
    return IssueRows(issue=made.pop("issues")[0], **made)

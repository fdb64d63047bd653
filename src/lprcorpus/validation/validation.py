"""The validation of a corpus from outside: layer upon layer, all problems, in memory bounded by some rows and one issue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from lprcorpus.locations import data_folder
from lprcorpus.problems import Problem
from lprcorpus.proof.invariants import prove
from lprcorpus.schema import TABLES, IssueRows
from lprcorpus.tables import IssueDigests, from_arrow, table_digest
from lprcorpus.validation.agreement import METADATA_FILES, check_metadata
from lprcorpus.validation.codes import layer_of
from lprcorpus.validation.constraints import check_values
from lprcorpus.validation.contents import Content
from lprcorpus.validation.folder import Folder, NotReadable
from lprcorpus.validation.issue_rows import issues_of
from lprcorpus.validation.keys import REFERENCE_COLUMNS, RowOrder, check_references
from lprcorpus.validation.listing import Listing, Measure, check_files, measure, read_listing
from lprcorpus.validation.manifest_check import check_manifest, parse_toml
from lprcorpus.validation.rawtexts import RawTexts, decode
from lprcorpus.validation.references_check import BIBLIOGRAPHY_COLUMNS, Bibliography
from lprcorpus.validation.report import LAYERS, Layer, LayerName, Report
from lprcorpus.validation.tablefiles import OpenTable, open_table

__all__ = ["validate"]

MOST_PROBLEMS = 100_000
"""Problems that are listed, at most; the rest are counted. It bounds the memory of a hopeless case."""


def validate(
    folder: Path | str | None = None, *, proof: bool = True, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Check that a corpus is whole, is what it claims to be, and says what was printed.

    Nothing outside the folder is read, except the raw texts, the data card and the citation file that stand beside it, and
    nothing is fetched.

    Args:
        folder: the folder with its ``datapackage.json``; the one that came with the package by default.
        proof: whether to prove the rows from the raw texts, in ``raw/`` inside the folder or beside it.
        progress: called now and then with the bytes done and of all.

    Raises:
        CorpusNotFound: the folder is no corpus.
        UsageError: a file cannot be read.

    >>> validate().valid
    True
    """
    return _Validation(Path(folder) if folder is not None else data_folder(), progress).run(proof=proof)


class _Validation:
    """Holds what was found while one corpus is checked."""

    def __init__(self, path: Path, progress: Callable[[int, int], None] | None) -> None:
        self.folder = Folder(path)
        self.descriptor = self.folder.descriptor()
        self.progress = progress
        self.problems: dict[LayerName, list[Problem]] = {layer: [] for layer in LAYERS}
        self.counts: Counter[LayerName] = Counter()
        self.checked: dict[LayerName, str] = {}
        self.skipped: set[LayerName] = set()
        self.contents: dict[str, Content] = {}
        self.bibliographies: list[Bibliography] = []
        self.characters = self.manifests = 0
        self.done = self.total = 0

    def run(self, *, proof: bool) -> Report:
        listing = read_listing(self.folder, self.descriptor)
        sizes = {name: sum(file.path.stat().st_size for file in files) for name, files in listing.files.items()}
        others = sum(file.path.stat().st_size for file in listing.others)
        self.total = 2 * sum(sizes.values()) + others + (RawTexts(self.folder).size if proof else 0)
        self.note(listing.problems)
        measures = measure(listing, self.advance)
        self.note(check_files(self.folder, listing, measures))
        count = sum(map(len, listing.files.values())) + len(listing.others)
        self.checked["files"] = f"{count} files, {sum(sizes.values()) + others:,} bytes"
        tables = self.open_tables(listing)
        with ThreadPoolExecutor() as pool:  # Arrow and the hashes run outside Python's lock
            for name, (content, problems) in zip(tables, pool.map(scan, tables.values()), strict=True):
                self.contents[name] = content
                self.note(problems)
                self.advance(sizes[name])
        rows = sum(content.rows for content in self.contents.values())
        self.checked["values"] = f"{rows:,} rows, {sum(len(table.columns) for table in tables.values())} columns"
        self.relate({name: table for name, table in tables.items() if table.whole and self.contents[name].complete}, proof=proof)
        self.agree(listing, measures)
        return self.report()

    def note(self, problems: Iterable[Problem]) -> None:
        """Keep problems, each in the layer of its code."""
        for problem in problems:
            layer = layer_of(problem.code)
            self.counts[layer] += 1
            if self.counts.total() <= MOST_PROBLEMS:
                self.problems[layer].append(problem)

    def advance(self, size: int) -> None:
        self.done += size
        if self.progress:
            self.progress(min(self.done, self.total), self.total)

    def skip(self, layer: LayerName, why: str) -> None:
        self.skipped.add(layer)
        self.checked[layer] = why

    def open_tables(self, listing: Listing) -> dict[str, OpenTable]:
        """Read the footers of all files, and compare their schemas."""
        tables = {}
        for name, files in listing.files.items():
            table, problems = open_table(name, files, all_listed=name in listing.whole)
            self.note(problems)
            if table.files:
                tables[name] = table
        columns = sum(len(table.columns) for table in TABLES.values())
        self.checked["schema"] = f"{len(tables)} of {len(TABLES)} tables, {columns} columns"
        return tables

    def relate(self, tables: Mapping[str, OpenTable], *, proof: bool) -> None:
        """Put the rows together issue by issue: check what refers to what and, from the raw texts, the laws."""
        lacking = ", ".join(name for name in TABLES if name not in tables)
        texts = RawTexts(self.folder) if proof and not lacking else None
        if not proof:
            self.skip("laws", "not asked for")
        elif lacking:
            self.skip("laws", f"cannot be proved without {lacking}")
        elif texts and texts.problem:
            self.skip("laws", "cannot be proved without the raw texts")
            self.note([texts.problem])
            texts = None
        columns = {name: REFERENCE_COLUMNS[name] if texts is None else table.columns for name, table in tables.items()}
        if not lacking:
            self.open_bibliographies()
            columns = {name: tuple(dict.fromkeys([*of, *BIBLIOGRAPHY_COLUMNS.get(name, ())])) for name, of in columns.items()}
        issues = set()
        unproved = 0
        try:
            for issue, rows in issues_of({name: table.batches(columns[name]) for name, table in tables.items()}, columns):
                if issue in issues:
                    continue  # its rows are not sorted, which the order of the rows says
                issues.add(issue)
                self.note(check_references(rows))
                for bibliography in self.bibliographies:
                    self.note(bibliography.check(rows))
                if texts and rows["issues"].num_rows:
                    models = _models(rows)
                    if models is None:
                        unproved += 1
                    else:
                        self.prove(texts, rows, models)
        except NotReadable as error:  # it was readable a moment ago
            self.note([error.problem])
        count = f"{len(issues):,} issue{'s' if len(issues) != 1 else ''}"
        self.checked["keys"] = f"{count}; not with {lacking}, which cannot be read" if lacking else count
        if texts:
            less = f"; {unproved:,} issues lack values that a proof needs" if unproved else ""
            self.checked["laws"] = f"{self.characters:,} characters of raw text{less}"
        if unproved:
            self.skipped.add("laws")

    def open_bibliographies(self) -> None:
        """Open the files of references that there are."""
        for name in ("references.json", "references.bib"):
            if name in self.folder.names:
                try:
                    self.bibliographies.append(Bibliography(self.folder, name))
                except NotReadable as error:
                    self.note([error.problem])

    def prove(self, texts: RawTexts, rows: Mapping[str, pa.Table], models: IssueRows) -> None:
        """Prove the rows of one issue."""
        (issue,) = rows["issues"].slice(0, 1).to_pylist()
        try:
            manifest = texts.manifest(issue["id"]) if issue["id"] else None
            if manifest:
                self.manifests += 1
                self.note(check_manifest(parse_toml(manifest[1], manifest[0]), rows, manifest[0]))
        except NotReadable as error:
            self.note([error.problem])
        try:
            data = texts.read(issue["raw_path"])
            self.advance(len(data))
            raw = decode(data, issue["raw_path"])
        except NotReadable as error:
            self.note([replace(error.problem, table="issues", key=issue["id"])])
            return
        self.characters += len(raw)
        found = prove(raw, models).problems
        self.note(replace(problem, file=issue["raw_path"]) if problem.line else problem for problem in found)

    def agree(self, listing: Listing, measures: Mapping[str, Measure]) -> None:
        """Compare the metadata files with the tables and with each other."""
        for bibliography in self.bibliographies:
            self.note(bibliography.finish(self.descriptor.get("name")))
        self.note(check_metadata(self.folder, self.descriptor, listing, measures, self.contents))
        files = [name for name in METADATA_FILES if name in self.folder.names]
        manifests = [f"{self.manifests:,} manifest{'s' if self.manifests != 1 else ''}"] if self.manifests else []
        self.checked["metadata"] = ", ".join(files + manifests)

    def report(self) -> Report:
        layers = [
            Layer(
                name=name,
                status="failed" if self.counts[name] else "skipped" if name in self.skipped else "passed",
                problems=self.counts[name],
                checked=self.checked.get(name, ""),
            )
            for name in LAYERS
        ]
        problems = tuple(problem for layer in LAYERS for problem in self.problems[layer])
        version = self.descriptor.get("version")
        return Report(
            folder=str(self.folder.path),
            version=version if isinstance(version, str) else None,
            rows={name: content.rows for name, content in self.contents.items()},
            characters=self.characters,
            layers=tuple(layers),
            problems=problems,
            omitted=self.counts.total() - len(problems),
        )


def scan(table: OpenTable) -> tuple[Content, list[Problem]]:
    """Read a table once: check its values and the order of its rows, take its digest, and gather what it holds."""
    problems: list[Problem] = []
    content = Content()
    digests = IssueDigests(table.name) if table.whole else None
    order = RowOrder(table.name) if set(RowOrder.columns(table.name)) <= set(table.columns) else None
    try:
        for rows in table.batches():
            content.add(rows)
            problems += check_values(table.name, rows)
            problems += order.check(rows) if order else ()
            if digests:
                digests.add(rows)
    except NotReadable as error:
        problems.append(error.problem)
    else:
        content.complete = table.all_files
        content.digest = table_digest(digests.finish()) if digests else None
    return content, problems


def _models(rows: Mapping[str, pa.Table]) -> IssueRows | None:
    """Return the rows of one issue as models; None where a value is null that must not be: then they cannot be followed.

    A value that its model would refuse is reported by the values layer, and hides nothing from the proof.
    """
    if _lacks_values(rows):
        return None
    try:
        made: dict[str, Any] = {name: from_arrow(name, table) for name, table in rows.items()}
    except ValidationError:
        made = {name: [TABLES[name].model.model_construct(**row) for row in table.to_pylist()] for name, table in rows.items()}
    return IssueRows(issue=made.pop("issues")[0], **made)


def _lacks_values(rows: Mapping[str, pa.Table]) -> bool:
    """Tell whether a value is null that must not be."""
    return any(
        rows[table.name].column(column.name).null_count
        for table in TABLES.values()
        for column in table.columns
        if not column.nullable
    )

"""The validation of a corpus: all problems, in memory bounded by some rows and one issue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from lprcorpus.errors import DataError
from lprcorpus.locations import data_folder
from lprcorpus.messages import count
from lprcorpus.problems import Problem
from lprcorpus.publish.bibliography import CITED_COLUMNS, REFERENCES
from lprcorpus.publish.facts import DataFile, TableFacts, gather_facts
from lprcorpus.schema import TABLES
from lprcorpus.validation.codes import layer_of
from lprcorpus.validation.companions import foreign_files
from lprcorpus.validation.folder import Folder, NotReadable, RawTexts
from lprcorpus.validation.issue_checks import IssueChecks
from lprcorpus.validation.issue_tables import read_issues
from lprcorpus.validation.keys import KEY_COLUMNS
from lprcorpus.validation.listing import Listing, compare_files, measure, read_listing
from lprcorpus.validation.metadata_check import (
    Documents,
    check_metadata,
    license_text,
    whole_metadata,
)
from lprcorpus.validation.rebuild import other_builder
from lprcorpus.validation.references_check import References
from lprcorpus.validation.report import LAYERS, Layer, LayerName, Report, Status
from lprcorpus.validation.scanning import ScannedTable, scan_table
from lprcorpus.validation.tablefiles import TableRows, check_file

__all__ = ["validate"]

# Problems that are listed, at most; the rest are counted. It bounds the memory of a hopeless case.
MOST_PROBLEMS = 100_000

# The codes of a file whose rows cannot be read as those of its table.
_UNUSABLE = ("not-parquet", "file-too-large", "column-missing", "column-type", "column-unknown")


def validate(
    folder: Path | str | None = None,
    *,
    proof: bool = True,
    rebuild: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check that a corpus is whole, is what it claims to be, and says what was printed.

    Nothing outside the folder is read, except the raw texts, the manifests, the data card and the
    citation files beside it, and nothing is fetched.

    Args:
        folder: the folder with its ``datapackage.json``; the one that came with the package by
            default.
        proof: whether to prove the rows from the raw texts, in ``raw/`` inside the folder or beside
            it.
        rebuild: whether also to build each issue again and compare every row, where this version
            wrote
            the corpus.
        progress: called now and then with the bytes done and of all.

    Raises:
        CorpusNotFound: the folder is no corpus.
        UsageError: a file cannot be read.

    >>> validate().valid
    True
    """
    path = Path(folder) if folder is not None else data_folder()
    validation = _Validation(Folder(path), proof, proof and rebuild, progress)
    for check in _CHECKS:
        validation.note(check(validation))
    return validation.report()


@dataclass
class _Validation:
    """One corpus while it is checked: what was opened so far, and what was found."""

    folder: Folder
    proof: bool
    rebuild: bool
    progress: Callable[[int, int], None] | None
    descriptor: Mapping[str, object] = field(init=False)
    listing: Listing = field(init=False)
    measures: dict[str, DataFile] = field(default_factory=dict)
    tables: dict[str, TableRows] = field(default_factory=dict)
    scanned: dict[str, ScannedTable] = field(default_factory=dict)
    problems: dict[LayerName, list[Problem]] = field(default_factory=dict)
    counts: Counter[LayerName] = field(default_factory=Counter)
    checked: dict[LayerName, str] = field(default_factory=dict)
    skipped: set[LayerName] = field(default_factory=set)
    characters: int = 0
    manifests: int = 0
    done: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        self.descriptor = self.folder.descriptor()
        self.listing = read_listing(self.folder, self.descriptor)
        sizes = [path.stat().st_size for path in self.listing.files().values()]
        # The files are read for their hashes, and the tables again for their rows.
        self.total = 2 * sum(sizes)
        if self.proof:
            self.total += RawTexts(self.folder).size

    @property
    def wording(self) -> bool:
        """Whether this version wrote the corpus, and it has to say all that this version writes."""
        return other_builder(self.descriptor) is None

    @property
    def lacking(self) -> str:
        """The names of the tables that cannot be read as a whole."""
        whole = [name for name, scanned in self.scanned.items() if scanned.digest is not None]
        return ", ".join(name for name in TABLES if name not in whole)

    def note(self, problems: Iterable[Problem]) -> None:
        """Keep problems, each in the layer of its code."""
        for problem in problems:
            layer = layer_of(problem.code)
            self.counts[layer] += 1
            if self.counts.total() <= MOST_PROBLEMS:
                self.problems.setdefault(layer, []).append(problem)

    def advance(self, size: int) -> None:
        """Count bytes as done."""
        self.done += size
        if self.progress:
            self.progress(min(self.done, self.total), self.total)

    def skip(self, layer: LayerName, why: str) -> None:
        """Keep why a layer is not, or not wholly, checked."""
        self.skipped.add(layer)
        self.checked[layer] = why

    def report(self) -> Report:
        """Return what was gone through and found."""
        layers = []
        problems: list[Problem] = []
        for name in LAYERS:
            status: Status = "skipped" if name in self.skipped else "passed"
            if self.counts[name]:
                status = "failed"
            checked = self.checked.get(name, "")
            layers.append(
                Layer(name=name, status=status, problems=self.counts[name], checked=checked)
            )
            problems += self.problems.get(name, ())
        version = self.descriptor.get("version")
        return Report(
            folder=str(self.folder.path),
            version=version if isinstance(version, str) else None,
            rows={name: scanned.rows for name, scanned in self.scanned.items()},
            characters=self.characters,
            layers=tuple(layers),
            problems=tuple(problems),
            omitted=self.counts.total() - len(problems),
        )


def _check_files(validation: _Validation) -> Iterator[Problem]:
    """The files are those that the descriptor lists."""
    listing = validation.listing
    yield from listing.problems
    validation.measures = measure(listing, validation.advance)
    yield from compare_files(validation.folder, listing, validation.measures)
    size = sum(measured.bytes for measured in validation.measures.values())
    said = f"{count(len(validation.measures), 'file')}, {size:,} bytes"
    others = foreign_files(validation.folder.names, set(listing.described))
    if others:
        said += f"; also here, and no part of the corpus: {', '.join(others[:5])}"
    validation.checked["files"] = said


def _check_schema(validation: _Validation) -> Iterator[Problem]:
    """The files have the columns of their tables."""
    for name, files in validation.listing.tables.items():
        problems: list[Problem] = []
        for file, path in files.items():
            problems += check_file(name, file, path, wording=validation.wording)
        yield from problems
        if not any(problem.code in _UNUSABLE for problem in problems):
            validation.tables[name] = TableRows(name, files)
    columns = sum(len(table.columns) for table in TABLES.values())
    tables = f"{len(validation.tables)} of {len(TABLES)} tables"
    validation.checked["schema"] = f"{tables}, {columns} columns"


def _check_rows(validation: _Validation) -> Iterator[Problem]:
    """Each value keeps the constraints of its column."""
    tables = validation.tables
    with ThreadPoolExecutor() as pool:  # Arrow and the hashes run outside Python's lock
        for name, scanned in zip(tables, pool.map(scan_table, tables.values()), strict=True):
            validation.scanned[name] = scanned
            yield from scanned.problems
            validation.advance(sum(validation.measures[file].bytes for file in tables[name].files))
    rows = sum(scanned.rows for scanned in validation.scanned.values())
    columns = sum(len(TABLES[name].columns) for name in tables)
    validation.checked["values"] = f"{rows:,} rows, {columns} columns"


def _check_issues(validation: _Validation) -> Iterator[Problem]:
    """Rows refer to rows that there are, and follow from the raw texts."""
    lacking = validation.lacking
    if lacking:
        for layer in ("keys", "invariants", "rebuild"):
            validation.skip(layer, f"cannot be checked without {lacking}")
        return
    texts = RawTexts(validation.folder) if validation.proof else None
    if texts is not None and texts.problem is not None:
        yield texts.problem
        texts = None
    no_rebuild = other_builder(validation.descriptor)
    if not validation.rebuild or texts is None:
        no_rebuild = (
            "cannot be built again without the raw texts" if validation.rebuild else "not asked for"
        )
    metadata = whole_metadata(validation.descriptor)
    references = None
    if metadata is not None:
        references = References(validation.folder, metadata, wording=validation.wording)
    checks = IssueChecks(texts, references, no_rebuild, validation.advance)
    columns = _columns(everything=texts is not None)
    parts = {name: table.parts(columns[name]) for name, table in validation.tables.items()}
    try:
        for issue in read_issues(parts, columns):
            yield from checks.check(issue)
        yield from checks.finish()
    except NotReadable as error:  # it was readable a moment ago
        yield error.problem
    _tell_issues(validation, checks, proved=texts is not None)


def _columns(*, everything: bool) -> dict[str, Sequence[str]]:
    """Return the columns of each table that are looked at issue by issue."""
    columns: dict[str, Sequence[str]] = {}
    for name, table in TABLES.items():
        wanted = {*KEY_COLUMNS[name], *CITED_COLUMNS.get(name, ())}
        names = [column.name for column in table.columns]
        columns[name] = [column for column in names if everything or column in wanted]
    return columns


def _tell_issues(validation: _Validation, checks: IssueChecks, *, proved: bool) -> None:
    """Keep what was gone through issue by issue."""
    validation.characters = checks.characters
    validation.manifests = checks.manifests
    validation.checked["keys"] = count(checks.issues, "issue")
    said = f"{checks.characters:,} characters of raw text"
    if not proved:
        why = "cannot be proved without the raw texts" if validation.proof else "not asked for"
        validation.skip("invariants", why)
    elif checks.unproved:
        lacks = f"{count(checks.unproved, 'issue')} without values that a proof needs"
        validation.skip("invariants", f"{said}; {lacks}")
    else:
        validation.checked["invariants"] = said
    if checks.no_rebuild is not None:
        validation.skip("rebuild", checks.no_rebuild)
    else:
        validation.checked["rebuild"] = f"{count(checks.rebuilt, 'issue')} built again"


def _check_metadata(validation: _Validation) -> Iterator[Problem]:
    """The files beside the tables say what the tables say."""
    folder = validation.folder
    documents = Documents(folder)
    yield from documents.problems
    metadata = whole_metadata(validation.descriptor)
    if metadata is None:
        expected = "what is true of the whole, as this package writes it"
        yield Problem("descriptor", "another form", expected, file="datapackage.json")
    unfit = [name for name, scanned in validation.scanned.items() if scanned.unfit]
    lacking = validation.lacking or ", ".join(unfit)
    if metadata is not None and not lacking:
        try:
            facts = gather_facts(
                folder.root,
                metadata,
                _table_facts(validation),
                references=[
                    validation.measures[name] for name in REFERENCES if name in validation.measures
                ],
                card=documents.data_card(beside=validation.wording),
                license_text=license_text(),
            )
        except DataError:
            # A value is one that no model takes, as the layer of the values reports.
            lacking = "some tables"
        else:
            yield from check_metadata(folder, documents, facts, wording=validation.wording)
    files = [name for name in documents.contents if not name.startswith("figures/")]
    said = ", ".join([*files, *(name for name in REFERENCES if name in folder.names)])
    if validation.manifests:
        said += f", {count(validation.manifests, 'manifest')}"
    if not validation.wording:
        said += "; the facts, not the wording, which is another version's"
    validation.checked["metadata"] = said
    if lacking:
        why = f"not compared with {lacking}, of which not every value can be read"
        validation.skip("metadata", f"{said}; {why}")


def _table_facts(validation: _Validation) -> list[TableFacts]:
    """Return what the tables are, for those who render the files beside them."""
    found = []
    for name, table in validation.tables.items():
        files = tuple(validation.measures[file] for file in table.files)
        scanned = validation.scanned[name]
        found.append(TableFacts(name, files, scanned.rows, str(scanned.digest)))
    return found


# The checks, in order: each goes through more, and yields problems of one layer or several.
_CHECKS: tuple[Callable[[_Validation], Iterator[Problem]], ...] = (
    _check_files,
    _check_schema,
    _check_rows,
    _check_issues,
    _check_metadata,
)

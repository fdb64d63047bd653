"""The validation of a corpus from outside: layer upon layer, all problems, in memory bounded by some rows and one issue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
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
from lprcorpus.validation.keys import REFERENCE_COLUMNS
from lprcorpus.validation.listing import Listing, Measure, compare_files, measure, read_listing
from lprcorpus.validation.metadata_check import (
    Documents,
    check_metadata,
    data_card_of,
    license_text,
    read_documents,
    whole_metadata,
)
from lprcorpus.validation.rebuild import other_builder
from lprcorpus.validation.references_check import References
from lprcorpus.validation.report import LAYERS, Layer, LayerName, Report, Status
from lprcorpus.validation.scanning import Content, scan_table
from lprcorpus.validation.tablefiles import OpenTable, open_table

__all__ = ["validate"]

MOST_PROBLEMS = 100_000
"""Problems that are listed, at most; the rest are counted. It bounds the memory of a hopeless case."""


def validate(
    folder: Path | str | None = None,
    *,
    proof: bool = True,
    rebuild: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check that a corpus is whole, is what it claims to be, and says what was printed.

    Nothing outside the folder is read, except the raw texts, the manifests, the data card and the citation files beside it,
    and nothing is fetched.

    Args:
        folder: the folder with its ``datapackage.json``; the one that came with the package by default.
        proof: whether to prove the rows from the raw texts, in ``raw/`` inside the folder or beside it.
        rebuild: whether also to build each issue again and compare every row, where this version wrote the corpus.
        progress: called now and then with the bytes done and of all.

    Raises:
        CorpusNotFound: the folder is no corpus.
        UsageError: a file cannot be read.

    >>> validate().valid
    True
    """
    path = Path(folder) if folder is not None else data_folder()
    validation = _Validation(Folder(path), proof=proof, rebuild=proof and rebuild, progress=progress)
    for check in _CHECKS:
        validation.note(check(validation))
    return validation.report()


@dataclass
class _Validation:
    """One corpus while it is checked: what was opened so far, and what was found.

    Attributes:
        folder: its folder.
        proof: whether to prove the rows from the raw texts.
        rebuild: whether to build the issues again.
        progress: called now and then with the bytes done and of all.
        descriptor: the content of its ``datapackage.json``.
        listing: the files that the descriptor lists.
        measures: the size and hash of each of them.
        tables: the tables whose files can be read.
        contents: what the rows of each table are in sum.
        problems: what was found, by layer.
        counts: how many problems were found, by layer.
        checked: what each layer went through, for people.
        skipped: the layers that were not, or not wholly, checked.
    """

    folder: Folder
    proof: bool
    rebuild: bool
    progress: Callable[[int, int], None] | None
    descriptor: Mapping[str, object] = field(init=False)
    listing: Listing = field(init=False)
    measures: dict[str, Measure] = field(default_factory=dict)
    tables: dict[str, OpenTable] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
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
        sizes = [file.path.stat().st_size for file in self.listing.every_file()]
        # The files are read for their hashes, and the tables again for their rows.
        self.total = 2 * sum(sizes)
        if self.proof:
            self.total += RawTexts(self.folder).size

    @property
    def wording(self) -> bool:
        """Whether this version of the package wrote the corpus, so that it has to say all that this version writes."""
        return other_builder(self.descriptor) is None

    @property
    def whole_tables(self) -> dict[str, OpenTable]:
        """The tables of which every row and column can be read."""
        return {name: table for name, table in self.tables.items() if table.whole and self.contents[name].complete}

    @property
    def lacking(self) -> str:
        """The names of the tables that cannot be read as a whole."""
        return ", ".join(name for name in TABLES if name not in self.whole_tables)

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
        """Say why a layer is not checked."""
        self.skipped.add(layer)
        self.checked[layer] = why

    def report(self) -> Report:
        """Return what was gone through and found."""
        layers = []
        problems: list[Problem] = []
        for name in LAYERS:
            status: Status = "passed"
            if self.counts[name]:
                status = "failed"
            elif name in self.skipped:
                status = "skipped"
            checked = self.checked.get(name, "")
            layers.append(Layer(name=name, status=status, problems=self.counts[name], checked=checked))
            problems += self.problems.get(name, ())
        version = self.descriptor.get("version")
        return Report(
            folder=str(self.folder.path),
            version=version if isinstance(version, str) else None,
            rows={name: content.rows for name, content in self.contents.items()},
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
    for name, files in validation.listing.files.items():
        table, problems = open_table(
            name,
            files,
            all_listed=name in validation.listing.whole,
            wording=validation.wording,
        )
        yield from problems
        if table.files:
            validation.tables[name] = table
    columns = sum(len(table.columns) for table in TABLES.values())
    found = len(validation.tables)
    validation.checked["schema"] = f"{found} of {len(TABLES)} tables, {columns} columns"


def _check_rows(validation: _Validation) -> Iterator[Problem]:
    """Each value keeps the constraints of its column, and the rows of a table are in order."""
    tables = validation.tables
    with ThreadPoolExecutor() as pool:  # Arrow and the hashes run outside Python's lock
        scanned = pool.map(scan_table, tables.values())
        for (name, table), (content, problems) in zip(tables.items(), scanned, strict=True):
            validation.contents[name] = content
            yield from problems
            validation.advance(sum(file.path.stat().st_size for file in table.files))
    rows = sum(content.rows for content in validation.contents.values())
    columns = sum(len(table.columns) for table in tables.values())
    validation.checked["values"] = f"{rows:,} rows, {columns} columns"


def _check_issues(validation: _Validation) -> Iterator[Problem]:
    """Rows refer to rows that there are, and follow from the raw texts."""
    lacking = validation.lacking
    texts = _raw_texts(validation)
    if texts is not None and texts.problem is not None:
        validation.skip("invariants", "cannot be proved without the raw texts")
        yield texts.problem
        texts = None
    references = _open_references(validation)
    if references is not None:
        yield from references.problems
    checks = IssueChecks(
        texts,
        references,
        no_rebuild=_no_rebuild(validation, texts),
        progress=validation.advance,
    )
    columns = _columns_of_issues(validation, everything=texts is not None)
    parts = {name: table.parts(columns[name]) for name, table in validation.whole_tables.items()}
    try:
        for issue in read_issues(parts, columns):
            yield from checks.check(issue)
    except NotReadable as error:  # it was readable a moment ago
        yield error.problem
    if not lacking:
        yield from checks.finish()
        if references is not None:
            yield from references.finish()
    _say_issues(validation, checks)


def _raw_texts(validation: _Validation) -> RawTexts | None:
    """Return the raw texts, where rows are to be proved from them."""
    if not validation.proof:
        validation.skip("invariants", "not asked for")
    elif validation.lacking:
        validation.skip("invariants", f"cannot be proved without {validation.lacking}")
    else:
        return RawTexts(validation.folder)
    return None


def _no_rebuild(validation: _Validation, texts: RawTexts | None) -> str | None:
    """Return why no issue is to be built again; None where they are to be."""
    if not validation.rebuild:
        return "not asked for"
    if texts is None:
        return "cannot be built again without the raw texts and every table"
    return other_builder(validation.descriptor)


def _open_references(validation: _Validation) -> References | None:
    """Open the files of references; None where they cannot be made again."""
    metadata = whole_metadata(validation.descriptor)
    if metadata is None or validation.lacking:
        return None
    return References(validation.folder, metadata, wording=validation.wording)


def _columns_of_issues(validation: _Validation, *, everything: bool) -> dict[str, tuple[str, ...]]:
    """Return the columns of each table that are looked at issue by issue."""
    columns = {}
    for name, table in validation.whole_tables.items():
        wanted = {*REFERENCE_COLUMNS[name], *CITED_COLUMNS.get(name, ())}
        columns[name] = tuple(column for column in table.columns if everything or column in wanted)
    return columns


def _say_issues(validation: _Validation, checks: IssueChecks) -> None:
    """Say what was gone through issue by issue."""
    issues = count(checks.issues, "issue")
    without = ""
    if validation.lacking:
        without = f"; not with {validation.lacking}, which cannot be read"
    validation.checked["keys"] = f"{issues}{without}"
    validation.characters = checks.characters
    validation.manifests = checks.manifests
    if "invariants" not in validation.skipped:
        said = f"{checks.characters:,} characters of raw text"
        if checks.unproved:
            said += f"; {count(checks.unproved, 'issue')} without values that a proof needs"
            validation.skipped.add("invariants")
        validation.checked["invariants"] = said
    if checks.no_rebuild is not None:
        validation.skip("rebuild", checks.no_rebuild)
    else:
        validation.checked["rebuild"] = f"{count(checks.rebuilt, 'issue')} built again"


def _check_metadata(validation: _Validation) -> Iterator[Problem]:
    """The files beside the tables say what the tables say."""
    home = _home(validation.folder)
    documents = read_documents(validation.folder, home)
    yield from documents.problems
    metadata = whole_metadata(validation.descriptor)
    if metadata is None:
        expected = "what is true of the whole, as this package writes it"
        yield Problem("descriptor", "another form", expected, file="datapackage.json")
    unfit = [name for name, content in validation.contents.items() if content.unfit]
    if metadata is not None and not validation.lacking and not unfit:
        try:
            facts = gather_facts(
                validation.folder.root,
                metadata,
                _table_facts(validation),
                references=_reference_files(validation),
                card=data_card_of(home, documents.contents.get("README.md")),
                license_text=license_text(),
            )
        except DataError:
            # A value is one that no model takes, as the layer of the values reports.
            unfit = list(validation.contents)
        else:
            yield from check_metadata(validation.folder, documents, facts, wording=validation.wording)
    _say_metadata(validation, documents, ", ".join(unfit))


def _home(folder: Folder) -> Path | None:
    """Return the folder that a corpus shares with its raw texts and data card, as in a checkout; None where it is alone."""
    home = folder.root.parent
    return home if (home / "raw").is_dir() and (home / "datacard.md").is_file() else None


def _table_facts(validation: _Validation) -> list[TableFacts]:
    """Return what the tables are, for those who render the files beside them."""
    found = []
    for name, table in validation.tables.items():
        files = [_data_file(validation, file.name) for file in table.files]
        content = validation.contents[name]
        found.append(TableFacts(name, tuple(files), content.rows, str(content.digest)))
    return found


def _reference_files(validation: _Validation) -> list[DataFile]:
    return [_data_file(validation, name) for name in REFERENCES if name in validation.measures]


def _data_file(validation: _Validation, name: str) -> DataFile:
    measured = validation.measures[name]
    return DataFile(name, measured.bytes, measured.sha256)


def _say_metadata(validation: _Validation, documents: Documents, unfit: str) -> None:
    """Say which files beside the tables were compared."""
    files = [name for name in documents.contents if not name.startswith("figures/")]
    files += [name for name in REFERENCES if name in validation.folder.names]
    said = ", ".join(files)
    if validation.manifests:
        said += f", {count(validation.manifests, 'manifest')}"
    lacking = validation.lacking or unfit
    if lacking:
        said += f"; not compared with {lacking}, of which not every value can be read"
        validation.skipped.add("metadata")
    elif not validation.wording:
        said += "; the facts, not the wording, which is another version's"
    validation.checked["metadata"] = said


_CHECKS: tuple[Callable[[_Validation], Iterator[Problem]], ...] = (
    _check_files,
    _check_schema,
    _check_rows,
    _check_issues,
    _check_metadata,
)
"""The checks, in order: each goes through more, and yields problems of one layer or several."""

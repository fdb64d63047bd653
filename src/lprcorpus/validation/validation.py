"""The validation of a corpus: all problems, in the memory of one shard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lprcorpus.errors import DataError
from lprcorpus.locations import data_card, data_folder, license_file
from lprcorpus.messages import count
from lprcorpus.metadata import Metadata
from lprcorpus.problems import Problem
from lprcorpus.publish.bibliography import REFERENCES, reference_items
from lprcorpus.publish.facts import CorpusFacts, TableFacts, gather_facts
from lprcorpus.schema import TABLES
from lprcorpus.tables import table_digest
from lprcorpus.validation.codes import layer_of
from lprcorpus.validation.folder import NotReadable, RawTexts
from lprcorpus.validation.issue_checks import IssueChecks
from lprcorpus.validation.keys import Tables, check_keys, split_issues
from lprcorpus.validation.listing import (
    Listing,
    ShardFiles,
    check_files,
    foreign_files,
    read_listing,
)
from lprcorpus.validation.metadata_check import check_metadata, read_documents, whole_metadata
from lprcorpus.validation.rebuild import other_builder
from lprcorpus.validation.references_check import ReferenceFile
from lprcorpus.validation.report import LAYERS, Layer, LayerName, Report, Status
from lprcorpus.validation.tablefiles import CheckedFile, check_table_file

__all__ = ["validate"]

# Problems that are listed, at most; the rest are counted. It bounds the memory of a hopeless case.
MOST_PROBLEMS = 100_000


def validate(
    folder: Path | str | None = None,
    *,
    proof: bool = True,
    rebuild: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check that a corpus is whole, is what it claims to be, and says what was printed.

    Nothing outside the folder is read, except the raw texts, the manifests and the citation files
    beside it, and nothing is fetched.

    Args:
        folder: the folder with its ``datapackage.json``; the one that came with the package by
            default.
        proof: whether to prove the rows from the raw texts, in ``raw/`` inside the folder or beside
            it.
        rebuild: whether also to build each issue again and compare every row, where this version
            wrote the corpus.
        progress: called now and then with the bytes done and of all.

    Raises:
        CorpusNotFound: the folder is no corpus.
        UsageError: a file cannot be read.

    >>> validate().valid
    True
    """
    path = Path(folder) if folder is not None else data_folder()
    validation = _Validation(read_listing(path))
    validation.check_files()
    validation.start_issues(proof=proof, rebuild=rebuild)
    validation.check_shards(progress)
    validation.finish_issues()
    validation.check_metadata()
    return validation.report()


class _Validation:
    """One corpus while it is checked: what was gone through so far, and what was found."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.metadata = whole_metadata(listing.descriptor)
        self.other_version = other_builder(listing.descriptor)
        # Whether the files beside the tables have to say all that this version writes.
        self.wording = self.other_version is None
        self.references = []
        for name in REFERENCES:
            if self.metadata is not None and name in listing.others:
                file = ReferenceFile(name, listing.others[name], wording=self.wording)
                self.references.append(file)
        self.checks: IssueChecks | None = None
        self.issues = 0
        self.last_issue = ""
        self.rows = dict.fromkeys(listing.tables, 0)
        self.digests: dict[str, list[tuple[str, str]]] = {name: [] for name in TABLES}
        self.unread = TABLES.keys() - listing.tables.keys()
        self.unfit: set[str] = set()
        self.problems: dict[LayerName, list[Problem]] = {}
        self.counts: Counter[LayerName] = Counter()
        self.checked: dict[LayerName, str] = {}
        self.skipped: set[LayerName] = set()

    def note(self, problems: Iterable[Problem]) -> None:
        """Keep problems, each in the layer of its code."""
        for problem in problems:
            layer = layer_of(problem.code)
            self.counts[layer] += 1
            if self.counts.total() <= MOST_PROBLEMS:
                self.problems.setdefault(layer, []).append(problem)

    def skip(self, layer: LayerName, why: str) -> None:
        """Keep why a layer is not, or not wholly, checked."""
        self.skipped.add(layer)
        self.checked[layer] = why

    def check_files(self) -> None:
        """Check that the files are those that the descriptor lists."""
        self.note(check_files(self.listing))
        measures = self.listing.measures
        size = sum(measured.bytes for measured in measures.values())
        self.checked["files"] = f"{count(len(measures), 'file')}, {size:,} bytes"
        others = foreign_files(self.listing)
        if others:
            also = ", ".join(others[:5])
            self.checked["files"] += f"; also here, and no part of the corpus: {also}"

    def start_issues(self, *, proof: bool, rebuild: bool) -> None:
        """Open the raw texts, where issues are to be proved from them."""
        if not rebuild or not proof:
            self.skip("rebuild", "not asked for")
        elif self.other_version is not None:
            self.skip("rebuild", self.other_version)
        if not proof:
            self.skip("invariants", "not asked for")
            return
        try:
            texts = RawTexts(self.listing.root)
        except NotReadable as error:
            self.note([error.problem])
            self.skip("invariants", "cannot be proved without the raw texts")
            self.skip("rebuild", "cannot be built again without the raw texts")
        else:
            self.checks = IssueChecks(texts, self.checked.get("rebuild"))

    def check_shards(self, progress: Callable[[int, int], None] | None) -> None:
        """Check the rows, in the memory of one shard."""
        measures = self.listing.measures
        files = [file for table in self.listing.tables.values() for file in table]
        total = sum(measures[file].bytes for file in files)
        done = 0
        with ThreadPoolExecutor() as pool:  # Arrow and the hashes run outside Python's lock
            for shard in self.listing.shards:
                self._check_shard(shard, pool)
                done += sum(measures[file].bytes for file, _ in shard.values())
                if progress:
                    progress(done, total)
        columns = sum(len(table.columns) for table in TABLES.values())
        read = [name for name in TABLES if name not in self.unread]
        self.checked["schema"] = f"{len(read)} of {len(TABLES)} tables, {columns} columns"
        columns = sum(len(TABLES[name].columns) for name in read)
        self.checked["values"] = f"{sum(self.rows.values()):,} rows, {columns} columns"

    def _check_shard(self, shard: ShardFiles, pool: ThreadPoolExecutor) -> None:
        """Check each file of a shard alone, then the rows of all of them together."""
        tables = {}
        for name, file in zip(shard, pool.map(self._check_file, shard.items()), strict=True):
            self.note(file.problems)
            if not file.fits:
                self.unfit.add(name)
            if file.rows is None:
                self.unread.add(name)
                continue
            tables[name] = file.rows
            self.rows[name] += file.rows.num_rows
            self.digests[name] += file.digests
        if len(tables) < len(TABLES):
            return
        self.note(check_keys(tables, self.last_issue))
        self._check_references(tables)
        for issue, rows in split_issues(tables):
            self.issues += 1
            self.last_issue = issue
            if self.checks is not None:
                self.note(self.checks.check(issue, rows))

    def _check_file(self, item: tuple[str, tuple[str, Path]]) -> CheckedFile:
        name, (file, path) = item
        return check_table_file(name, file, path, wording=self.wording)

    def _check_references(self, tables: Tables) -> None:
        """Compare the references of a shard's records."""
        if not self.references or self.metadata is None:
            return
        try:
            items = reference_items(tables, self.metadata)
        except DataError:
            # A value is one that no model takes, as the layer of the values reports.
            self.references = []
            return
        for file in self.references:
            self.note(file.check(items))

    def finish_issues(self) -> None:
        """Note what is no issue's, and tell what was gone through issue by issue."""
        for file in self.references:
            self.note(file.finish())
        self.checked["keys"] = count(self.issues, "issue")
        if self.checks is not None:
            checks = self.checks
            said = f"{checks.characters:,} characters of raw text"
            self.checked["invariants"] = said
            if checks.unproved:
                lacks = f"{count(checks.unproved, 'issue')} without values that a proof needs"
                self.skip("invariants", f"{said}; {lacks}")
            self.checked["rebuild"] = f"{count(checks.rebuilt, 'issue')} built again"
            if checks.no_rebuild is not None:
                self.skip("rebuild", checks.no_rebuild)
        if self.unread:
            for layer in ("keys", "invariants", "rebuild"):
                self.skip(layer, f"cannot be checked without {self._in_order(self.unread)}")
        elif self.checks is not None:
            self.note(self.checks.finish())

    def check_metadata(self) -> None:
        """Check that the files beside the tables say what the tables say."""
        documents = read_documents(self.listing)
        self.note(documents.problems)
        lacking = self._in_order(self.unread or self.unfit)
        if self.metadata is None:
            expected = "what is true of the whole, as this package writes it"
            self.note([Problem("descriptor", "another form", expected, file="datapackage.json")])
        elif not lacking:
            try:
                facts = self._facts(self.metadata)
                found = list(check_metadata(self.listing, documents, facts, wording=self.wording))
                self.note(found)
            except DataError:
                # A value is one that no model takes, as the layer of the values reports.
                lacking = "some tables"
        files = [name for name in documents.contents if not name.startswith("figures/")]
        said = ", ".join([*files, *(name for name in REFERENCES if name in self.listing.names)])
        if self.checks is not None and self.checks.manifests:
            said += f", {count(self.checks.manifests, 'manifest')}"
        if not self.wording:
            said += "; the facts, not the wording, which is another version's"
        self.checked["metadata"] = said
        if lacking:
            why = f"not compared with {lacking}, of which not every value can be read"
            self.skip("metadata", f"{said}; {why}")

    def _facts(self, metadata: Metadata) -> CorpusFacts:
        """Return what the tables are, for those who render the files beside them."""
        measures = self.listing.measures
        tables = []
        for name, files in self.listing.tables.items():
            written = tuple(measures[file] for file in files)
            digest = table_digest(self.digests[name])
            tables.append(TableFacts(name, written, self.rows[name], digest))
        return gather_facts(
            self.listing.root,
            metadata,
            tables,
            references=[measures[name] for name in REFERENCES if name in measures],
            card=_text_of(data_card()),
            license_text=_text_of(license_file()),
        )

    def _in_order(self, tables: Collection[str]) -> str:
        """Return the names of some tables, in their order."""
        return ", ".join(name for name in TABLES if name in tables)

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
        version = self.listing.descriptor.get("version")
        return Report(
            folder=str(self.listing.folder),
            version=version if isinstance(version, str) else None,
            rows=self.rows,
            characters=self.checks.characters if self.checks else 0,
            layers=tuple(layers),
            problems=tuple(problems),
            omitted=self.counts.total() - len(problems),
        )


def _text_of(path: Path) -> str:
    """Return a text that came with the package; an empty one where it did not."""
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""

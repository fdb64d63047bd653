"""The validation of a corpus: all problems, in the memory of two shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lprcorpus.errors import DataError
from lprcorpus.locations import data_folder
from lprcorpus.messages import count, shorten
from lprcorpus.metadata import corpus_metadata, descriptor_metadata
from lprcorpus.problems import Problem
from lprcorpus.publish.bibliography import REFERENCES, reference_items
from lprcorpus.publish.facts import CorpusFacts, TableFacts, gather_facts
from lprcorpus.schema import TABLES
from lprcorpus.tables import table_digest
from lprcorpus.validation.codes import layer_of
from lprcorpus.validation.folder import (
    Listing,
    NotReadable,
    check_files,
    foreign_files,
    open_folder,
    open_raw_folder,
)
from lprcorpus.validation.issue_checks import IssueChecks
from lprcorpus.validation.keys import check_keys, split_issues
from lprcorpus.validation.metadata_check import check_metadata, metadata_files
from lprcorpus.validation.references_check import ReferenceFile
from lprcorpus.validation.report import LAYERS, Layer, LayerName, Report, Status
from lprcorpus.validation.tablefiles import CheckedFile, check_table_file

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
        progress: called after each shard with how many are done, and of how many.

    Raises:
        CorpusNotFound: the folder is no corpus.
        UsageError: a file cannot be read.

    >>> validate().valid
    True
    """
    validation = _Validation(open_folder(Path(folder) if folder else data_folder()))
    validation.check_files()
    validation.open_texts(proof=proof, rebuild=rebuild)
    validation.check_shards(progress)
    validation.check_metadata()
    return validation.report()


class _Validation:
    """One corpus while it is checked: what was gone through so far, and what was found."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        ours = corpus_metadata()
        stated = descriptor_metadata(listing.descriptor)
        self.stated_version = stated.version
        self.is_ours = (ours.name, ours.version) == (stated.name, stated.version)
        # Of a corpus of another version, what its descriptor says is rendered again.
        self.metadata = ours if self.is_ours or not stated.licenses else stated
        self.references: list[ReferenceFile] = []
        self.checks: IssueChecks | None = None
        self.last_issue = ""
        self.rows: Counter[str] = Counter()
        self.digests: dict[str, list[tuple[str, str]]] = {table: [] for table in TABLES}
        self.unread: set[str] = set()  # the tables of which not all rows can be read
        self.unfit: set[str] = set()  # those of which not all values can be rendered
        self.problems: list[Problem] = []
        self.counts: Counter[LayerName] = Counter()
        self.checked: dict[LayerName, str] = {}
        self.skipped: set[LayerName] = set()

    def note(self, problems: Iterable[Problem]) -> None:
        """Keep problems, and count them by the layers of their codes."""
        for problem in problems:
            # They are all counted, also those that are not listed any more.
            self.counts[layer_of(problem.code)] += 1
            if len(self.problems) < MOST_PROBLEMS:
                self.problems.append(problem)
            if problem.code in ("null", "enum"):
                self.unfit.add(str(problem.table))

    def skip(self, why: str, *layers: LayerName) -> None:
        """Keep why layers are not, or not wholly, checked."""
        self.skipped.update(layers)
        self.checked |= dict.fromkeys(layers, why)

    def check_files(self) -> None:
        """Check that the files are those that the descriptor lists."""
        listing = self.listing
        self.note(check_files(listing))
        size = sum(measured.bytes for measured in listing.measures.values())
        self.checked["files"] = f"{count(len(listing.measures), 'file')}, {size:,} bytes"
        others = foreign_files(listing)
        if others:
            said = f"; also here, and no part of the corpus: {', '.join(others[:5])}"
            self.checked["files"] += said

    def open_texts(self, *, proof: bool, rebuild: bool) -> None:
        """Open the raw texts, where the rows are to be proved from them."""
        why = "not asked for"
        if proof:
            try:
                self.checks = IssueChecks(open_raw_folder(self.listing.root))
            except NotReadable as error:
                self.note([error.problem])
                why = "cannot be checked without the raw texts"
        if self.checks is None:
            self.skip(why, "invariants", "rebuild")
        elif not rebuild:
            self.checks.no_rebuild = why
        elif not self.is_ours:
            theirs, ours = shorten(self.stated_version), corpus_metadata().version
            self.checks.no_rebuild = f"not built again: its version is {theirs}, this is {ours}"

    def check_shards(self, progress: Callable[[int, int], None] | None) -> None:
        """Check the rows of all tables."""
        for name in REFERENCES:
            if self.is_ours and name in self.listing.measures:
                sha256 = self.listing.measures[name].sha256
                self.references.append(ReferenceFile(name, self.listing.root / name, sha256))
        shards = self.listing.shards
        with ThreadPoolExecutor() as pool:  # Arrow and the hashes run outside Python's lock
            ahead = pool.map(self._check_file, shards[0].values())
            for number, shard in enumerate(shards, start=1):
                files = dict(zip(shard, ahead, strict=True))
                # The files of the next shard are read while the rows of this one are checked.
                for following in shards[number : number + 1]:
                    ahead = pool.map(self._check_file, following.values())
                self._check_shard(files)
                if progress:
                    progress(number, len(shards))
        for reference in self.references:
            self.note(reference.finish())
        self.checked["schema"] = count(len(self.rows), "table")
        self.checked["values"] = count(self.rows.total(), "row")
        self.checked["keys"] = count(self.rows["issues"], "issue")
        if self.unread:
            why = f"cannot be checked without {_in_order(self.unread)}"
            self.skip(why, "keys", "invariants", "rebuild")
        elif self.checks is not None:
            self._finish_issues(self.checks)

    def _check_file(self, name: str) -> CheckedFile:
        if name not in self.listing.measures:  # as the layer of the files says
            return CheckedFile()
        return check_table_file(name, self.listing.root / name, wording=self.is_ours)

    def _check_shard(self, files: Mapping[str, CheckedFile]) -> None:
        """Check the files of a shard together, each of which was read alone."""
        tables = {}
        for table, file in files.items():
            self.note(file.problems)
            if file.rows is None:
                self.unread.add(table)
                continue
            tables[table] = file.rows
            self.rows[table] += file.rows.num_rows
            self.digests[table] += file.digests
        if len(tables) < len(TABLES):
            self.references = []  # which entries are those of its records cannot be told
            return
        self.note(check_keys(tables, self.last_issue))
        try:
            items = reference_items(tables, self.metadata)
        except DataError:
            # A value is one that no model takes, as the layer of the values reports.
            self.references = []
        for reference in self.references:
            reference.add(items)
        for issue in tables["issues"]["id"].to_pylist()[-1:]:
            self.last_issue = str(issue)
        if self.checks is not None:
            for issue, rows in split_issues(tables):
                self.note(self.checks.check(issue, rows))

    def _finish_issues(self, checks: IssueChecks) -> None:
        """Say what the issues were checked for; the last checks are of the whole folder."""
        self.checked["invariants"] = f"{checks.characters:,} characters of raw text"
        self.checked["rebuild"] = f"{count(checks.rebuilt, 'issue')} built again"
        if checks.unproved:
            why = f"{count(checks.unproved, 'issue')} without values that a proof needs"
            self.skip(f"{self.checked['invariants']}; {why}", "invariants")
            self.skip(f"{self.checked['rebuild']}; {why}", "rebuild")
        if checks.no_rebuild is not None:
            self.skip(checks.no_rebuild, "rebuild")
        self.note(checks.finish())

    def check_metadata(self) -> None:
        """Check that the files beside the tables say what the tables say."""
        lacking = _in_order(self.unread | self.unfit)
        facts = None if lacking else self._facts()
        self.note(check_metadata(self.listing, facts, wording=self.is_ours))
        said = count(len(metadata_files(self.listing)) + len(self.references), "file")
        if not self.is_ours:
            said += "; the facts, not the wording, which is another version's"
        self.checked["metadata"] = said
        if lacking:
            why = f"not compared with {lacking}, of which not every value can be read"
            self.skip(f"{said}; {why}", "metadata")

    def _facts(self) -> CorpusFacts:
        """Return what the tables are, for those who render the files beside them."""
        measures = self.listing.measures
        tables = []
        for table in TABLES:
            files = tuple(measures[shard[table]] for shard in self.listing.shards)
            digest = table_digest(self.digests[table])
            tables.append(TableFacts(table, files, self.rows[table], digest))
        references = [measures[name] for name in REFERENCES if name in measures]
        return gather_facts(self.listing.root, self.metadata, tables, references)

    def report(self) -> Report:
        """Return what was gone through and found."""
        layers = []
        for name in LAYERS:
            status: Status = "passed"
            if self.counts[name]:
                status = "failed"
            elif name in self.skipped:
                status = "skipped"
            said = self.checked[name]
            layers.append(Layer(name=name, status=status, problems=self.counts[name], checked=said))
        # By layer; within one, they stay in the order of the data.
        order = list(LAYERS)
        problems = sorted(self.problems, key=lambda one: order.index(layer_of(one.code)))
        return Report(
            folder=str(self.listing.folder),
            version=self.stated_version or None,
            rows=self.rows,
            characters=self.checks.characters if self.checks else 0,
            layers=tuple(layers),
            problems=tuple(problems),
            omitted=self.counts.total() - len(problems),
        )


def _in_order(tables: Collection[str]) -> str:
    return ", ".join(name for name in TABLES if name in tables)

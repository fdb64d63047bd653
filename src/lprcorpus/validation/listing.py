"""The layer *files*: what ``datapackage.json`` lists, and whether each file is as listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lprcorpus.corpus import DESCRIPTOR
from lprcorpus.errors import CorpusNotFound, UsageError, system_reason
from lprcorpus.identifiers import stays_inside
from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.publish.bibliography import REFERENCES
from lprcorpus.publish.facts import DataFile, describe_file
from lprcorpus.publish.render import is_built_file
from lprcorpus.schema import TABLES
from lprcorpus.validation.documents import items_of, mapping, parse_json
from lprcorpus.validation.folder import NotReadable, read_file, regular_file

__all__ = [
    "CITATION_FILES",
    "Listing",
    "ShardFiles",
    "check_files",
    "foreign_files",
    "read_listing",
]

CITATION_FILES = ("CITATION.cff", ".zenodo.json", "ro-crate-metadata.json")

# What a release, or the tools of a desktop, put into the folder beside the files of a build.
_ALSO_HERE = {"raw", "CHANGELOG.md", "REUSE.toml", "LICENSES", "Thumbs.db", "desktop.ini"}

# The files of one number: by table, the path in the corpus and where it is.
ShardFiles = dict[str, tuple[str, Path]]


@dataclass
class Listing:
    """A folder that claims to contain a corpus, and the files that its descriptor lists.

    The one opener, :class:`lprcorpus.corpus.Corpus`, refuses a corpus that is broken. Here all that
    is broken is listed, and the rest can still be read.

    Attributes:
        folder: the folder as it was given.
        root: the same, resolved.
        names: what is in it.
        descriptor: the content of ``datapackage.json``.
        tables: where the files of each table are, in order, by their paths in the corpus.
        others: likewise the files of no table, such as the references.
        described: the resources that give a file's size and hash, by its path.
        measures: the size and hash of each file that is there, by its path.
        problems: what keeps a file from being read.
    """

    folder: Path
    root: Path
    names: list[str]
    descriptor: Mapping[str, object]
    tables: dict[str, dict[str, Path]] = field(default_factory=dict)
    others: dict[str, Path] = field(default_factory=dict)
    described: dict[str, Mapping[str, object]] = field(default_factory=dict)
    measures: dict[str, DataFile] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def shards(self) -> list[ShardFiles]:
        """The files of the tables by their number: a shard has all rows of its issues."""
        count = max(map(len, self.tables.values()), default=0)
        shards: list[ShardFiles] = [{} for _ in range(count)]
        for name, files in self.tables.items():
            for shard, file in zip(shards, files.items(), strict=False):
                shard[name] = file
        return shards


def read_listing(folder: Path) -> Listing:
    """Find the files of a corpus, and list what keeps one from being read.

    Raises:
        CorpusNotFound: it is no folder, or contains no descriptor of a data package.
    """
    expected = "expected the folder of a built corpus"
    try:
        root = folder.resolve(strict=True)
        names = sorted(entry.name for entry in root.iterdir())
    except (OSError, RuntimeError, ValueError) as error:
        reason = system_reason(error) if isinstance(error, OSError) else str(error)
        raise CorpusNotFound(f"{folder}: {reason}; {expected}") from None
    if DESCRIPTOR not in names:
        raise CorpusNotFound(f"{folder}: contains no {DESCRIPTOR}; {expected}")
    listing = Listing(folder, root, names, _read_descriptor(folder, root))
    paths = _list_resources(listing)
    for table in TABLES:
        if table in paths:
            _find_table(listing, table, paths[table])
        else:
            wanted = f"one of the name {table!r}"
            listing.problems.append(
                Problem("table-missing", "no resource", wanted, table=table, file=DESCRIPTOR)
            )
    _check_counts(listing)
    known = {path for files in listing.tables.values() for path in files}
    known |= {str(problem.file) for problem in listing.problems}
    # The references are described, or it is told that they are not.
    for path in [*listing.described, *(name for name in REFERENCES if name in names)]:
        if path in known or path in listing.others:
            continue
        try:
            listing.others[path] = _locate(listing, path)
        except NotReadable as error:
            listing.problems.append(error.problem)
    return listing


def _read_descriptor(folder: Path, root: Path) -> Mapping[str, object]:
    try:
        content = parse_json(read_file(root, DESCRIPTOR))
    except NotReadable as error:
        raise CorpusNotFound(f"{folder}: {error}") from None
    except ValueError as error:
        problem = Problem("not-json", str(error), "JSON in UTF-8", file=DESCRIPTOR)
        raise CorpusNotFound(f"{folder}: {problem}") from None
    if not isinstance(content, dict) or not isinstance(content.get("resources"), list):
        expected = "expected the descriptor of a built corpus"
        raise CorpusNotFound(f"{folder / DESCRIPTOR}: no data package; {expected}")
    return content


def _list_resources(listing: Listing) -> dict[str, object]:
    """Take in the resources of a descriptor; return the path of each table."""
    paths: dict[str, object] = {}
    for place, resource in enumerate(items_of(listing.descriptor["resources"])):
        content = mapping(resource)
        name, path = content.get("name"), content.get("path")
        is_table = content.get("type") == "table"
        if is_table and isinstance(name, str) and name in TABLES and name not in paths:
            paths[name] = path
            continue
        if not is_table and isinstance(path, str) and path not in listing.described:
            listing.described[path] = content
            continue
        found = shorten(name if is_table else path)
        expected = "the path of a file, each once"
        if is_table:
            expected = f"one resource for each of {', '.join(TABLES)}"
        column = f"resources.{place}"
        problem = Problem("resource", found, expected, column=column, file=DESCRIPTOR)
        listing.problems.append(problem)
    return paths


def _locate(listing: Listing, path: object) -> Path:
    """Return a file of the folder by its path as ``datapackage.json`` gives it.

    Raises:
        NotReadable: the path leaves the folder, or no regular file is there.
    """
    if not isinstance(path, str) or not stays_inside(path):
        expected = "a path inside the folder, such as 'records.parquet'"
        raise NotReadable(Problem("path-unsafe", shorten(path), expected, file=DESCRIPTOR))
    return regular_file(listing.root, path)


def _find_table(listing: Listing, table: str, stated: object) -> None:
    """Find the files of a table; where one is missing, none of them is read."""
    paths = stated if isinstance(stated, list) else [stated]
    files = {}
    problems = []
    for path in paths:
        try:
            files[str(path)] = _locate(listing, path)
        except NotReadable as error:
            problems.append(replace(error.problem, table=table))
    names = [f"{table}.parquet"]
    if len(paths) != 1 or "-of-" in str(paths[0]):
        names = [f"{table}-{n:05d}-of-{len(paths):05d}.parquet" for n in range(max(len(paths), 1))]
    if not problems and paths != names:
        expected = f"{table}.parquet, or {names[0]} and so on, each once"
        problems.append(Problem("shards", shorten(stated), expected, table=table, file=DESCRIPTOR))
    listing.problems += problems
    if not problems:
        listing.tables[table] = files


def _check_counts(listing: Listing) -> None:
    """Check that all tables have as many files: a shard has a file of each."""
    counts = {table: len(files) for table, files in listing.tables.items()}
    for table, count in counts.items():
        if count != max(counts.values()):
            expected = f"{max(counts.values())}, as another table has"
            found = f"{count} files"
            listing.problems.append(
                Problem("shards", found, expected, table=table, file=DESCRIPTOR)
            )


def check_files(listing: Listing) -> Iterator[Problem]:
    """Measure the files; yield those that are not as listed, and Parquet files that are not listed.

    Raises:
        UsageError: the system refuses to read one.
    """
    yield from listing.problems
    table_of: dict[str, str | None] = dict.fromkeys(listing.others)
    for table, files in listing.tables.items():
        table_of |= dict.fromkeys(files, table)
    for name, owner in table_of.items():
        try:
            measured = listing.measures[name] = describe_file(listing.root, name)
        except OSError as error:
            reason = system_reason(error)
            raise UsageError(f"{listing.root / name}: cannot be read: {reason}") from None
        described = listing.described.get(name)
        if described is None:
            expected = "one with its size and hash"
            yield Problem("file-undescribed", "no resource", expected, table=owner, file=name)
            continue
        if described.get("bytes") != measured.bytes:
            expected = f"{shorten(described.get('bytes'))}, as listed"
            found = f"{measured.bytes} bytes"
            yield Problem("size-mismatch", found, expected, table=owner, file=name)
        digest = f"sha256:{measured.sha256}"
        if described.get("hash") != digest:
            expected = f"{shorten(described.get('hash'))}, as listed"
            yield Problem("hash-mismatch", digest, expected, table=owner, file=name)
    named = {*table_of, *(problem.file for problem in listing.problems)}
    for name in listing.names:
        if name.endswith(".parquet") and name not in named:
            stem = name.removesuffix(".parquet").partition("-")[0]
            owner = stem if stem in TABLES else None
            expected = f"no Parquet file that {DESCRIPTOR} does not list: datasets would read it"
            yield Problem("file-unlisted", "the file", expected, table=owner, file=name)


def foreign_files(listing: Listing) -> list[str]:
    """Return what is in the folder that neither a build nor a release nor a tool puts there."""
    known = {*CITATION_FILES, *_ALSO_HERE, *(path.partition("/")[0] for path in listing.described)}
    return [
        name
        for name in listing.names
        if name not in known and not name.startswith(".") and not is_built_file(name)
    ]

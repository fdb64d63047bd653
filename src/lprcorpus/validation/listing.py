"""The layer *files*: where the rows of each table are, and whether each file is the one that ``datapackage.json`` lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES
from lprcorpus.validation.documents import items_of, mapping
from lprcorpus.validation.folder import DESCRIPTOR, Folder, NotReadable, hash_file

__all__ = ["ListedFile", "Listing", "Measure", "measure", "read_listing"]

_SHARD = re.compile(r"(?P<table>[a-z]+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.parquet")


@dataclass(frozen=True)
class ListedFile:
    """A file of a table: its path as it is listed, and where it is."""

    name: str
    path: Path


@dataclass(frozen=True)
class Measure:
    """What a file is: its size in bytes, and its SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


@dataclass
class Listing:
    """What a descriptor says of the tables and their files.

    Attributes:
        resources: the resource of each table, by the table's name.
        described: the resources that describe a single file, by its path.
        files: the files of each table that may be read, in order.
        others: the files that hold no table, such as the references.
        whole: the tables all of whose files may be read.
        problems: what is wrong with the list.
    """

    resources: dict[str, Mapping[str, object]] = field(default_factory=dict)
    described: dict[str, Mapping[str, object]] = field(default_factory=dict)
    files: dict[str, list[ListedFile]] = field(default_factory=dict)
    others: list[ListedFile] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def every_file(self) -> list[ListedFile]:
        """Return all files: those of the tables, and the others."""
        found: list[ListedFile] = []
        for files in self.files.values():
            found += files
        return found + self.others

    def add_resource(self, place: int, resource: object) -> None:
        """Take in one entry of ``resources``."""
        content = mapping(resource)
        name = content.get("name")
        path = content.get("path")
        where = f"resources.{place}"
        if not isinstance(name, str):
            expected = "an object with a name"
            self._add_problem("resource", resource, expected, column=where)
        elif content.get("type") == "table":
            if name not in TABLES or name in self.resources:
                expected = f"one resource for each of {', '.join(TABLES)}"
                self._add_problem("resource", name, expected, column=f"{where}.name")
            else:
                self.resources[name] = content
        elif not isinstance(path, str):
            self._add_problem("path-unsafe", path, "the path of a file", column=f"{where}.path")
        elif path in self.described:
            expected = "one resource for each file"
            self._add_problem("resource", path, expected, column=f"{where}.path")
        else:
            self.described[path] = content

    def _add_problem(self, code: str, found: object, expected: str, *, column: str) -> None:
        self.problems.append(Problem(code, shorten(found), expected, column=column, file=DESCRIPTOR))

    def find_table(self, folder: Folder, table: str) -> None:
        """Find the files of a table."""
        if table not in self.resources:
            expected = f"one of the name {table!r}"
            self.problems.append(Problem("table-missing", "no resource", expected, table=table, file=DESCRIPTOR))
            return
        stated = self.resources[table].get("path")
        paths = stated if isinstance(stated, list) else [stated]
        self.files[table] = []
        unreadable = []
        for path in paths:
            try:
                self.files[table].append(ListedFile(str(path), folder.locate(path)))
            except NotReadable as error:
                unreadable.append(replace(error.problem, table=table))
        if not unreadable and paths != _expected_names(table, paths):
            count = len(paths)
            expected = f"{table}.parquet, or {table}-00000-of-{count:05d}.parquet and so on, each once"
            unreadable.append(Problem("shards", shorten(stated), expected, table=table, file=DESCRIPTOR))
        self.problems += unreadable
        if self.files[table] and not unreadable:
            self.whole.add(table)

    def find_others(self, folder: Folder) -> None:
        """Find the files that hold no table."""
        of_tables = {file.name for file in self.every_file()}
        for path in self.described:
            if path in of_tables:
                continue
            try:
                self.others.append(ListedFile(path, folder.locate(path)))
            except NotReadable as error:
                # A table's file that is missing is named once, with its table.
                if error.problem.file not in {problem.file for problem in self.problems}:
                    self.problems.append(error.problem)


def _expected_names(table: str, paths: Sequence[object]) -> list[str]:
    """Return how the files of a table are called where there are as many as of some paths."""
    if len(paths) == 1 and "-of-" not in str(paths[0]):
        return [f"{table}.parquet"]
    count = max(len(paths), 1)
    return [f"{table}-{number:05d}-of-{count:05d}.parquet" for number in range(count)]


def read_listing(folder: Folder, descriptor: Mapping[str, object]) -> Listing:
    """Find the files of each table, and list what keeps one from being read."""
    listing = Listing()
    for place, resource in enumerate(items_of(descriptor["resources"])):
        listing.add_resource(place, resource)
    for name in TABLES:
        listing.find_table(folder, name)
    listing.find_others(folder)
    return listing


def measure(listing: Listing, progress: Callable[[int], None]) -> dict[str, Measure]:
    """Return the size and hash of each listed file, by its path.

    Args:
        listing: what the descriptor lists.
        progress: called with the bytes of each file that was read.
    """
    measures = {}
    for file in listing.every_file():
        size = file.path.stat().st_size
        measures[file.name] = Measure(size, hash_file(file.path))
        progress(size)
    return measures


def compare_files(folder: Folder, listing: Listing, measures: Mapping[str, Measure]) -> Iterator[Problem]:
    """Yield a problem for each file that is not the one the descriptor lists, and for each that it does not list."""
    table_of = {file.name: name for name, files in listing.files.items() for file in files}
    for file in listing.every_file():
        described = listing.described.get(file.name)
        table = table_of.get(file.name)
        if described is None:
            expected = "one with its size and hash"
            yield Problem("file-undescribed", "no resource", expected, table=table, file=file.name)
        else:
            yield from _compare_file(table, file.name, measures[file.name], described)
    counts = Counter(file.name for file in listing.every_file())
    for name, count in counts.items():
        if count > 1:
            found = f"{name!r} in {count} places"
            yield Problem("shards", found, "each file once", file=DESCRIPTOR)
    for name in folder.names:
        if name.endswith(".parquet") and name not in table_of:
            match = _SHARD.fullmatch(name)
            table = match["table"] if match else name.removesuffix(".parquet")
            expected = f"no Parquet file that {DESCRIPTOR} does not list: datasets would read it"
            known = table if table in TABLES else None
            yield Problem("file-unlisted", "the file", expected, table=known, file=name)


def _compare_file(table: str | None, name: str, measured: Measure, described: Mapping[str, object]) -> Iterator[Problem]:
    """Yield what a file's size and hash say against what is listed."""
    if described.get("bytes") != measured.bytes:
        found = f"{measured.bytes} bytes"
        listed = f"{shorten(described.get('bytes'))}, as listed"
        yield Problem("size-mismatch", found, listed, table=table, file=name)
    digest = f"sha256:{measured.sha256}"
    if described.get("hash") != digest:
        listed = f"{shorten(described.get('hash'))}, as listed"
        yield Problem("hash-mismatch", digest, listed, table=table, file=name)

"""The layer *files*: where the rows of each table are, and whether each file is as listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lprcorpus.errors import UsageError, system_reason
from lprcorpus.files import sha256_of
from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.publish.facts import DataFile
from lprcorpus.schema import TABLES
from lprcorpus.validation.documents import items_of, mapping
from lprcorpus.validation.folder import DESCRIPTOR, Folder, NotReadable

__all__ = ["Listing", "compare_files", "measure", "read_listing"]

_SHARD = re.compile(r"(?P<table>[a-z]+)-\d{5}-of-\d{5}\.parquet")


@dataclass
class Listing:
    """The files that a descriptor lists.

    Attributes:
        tables: for each table all of whose files may be read, where they are, by their paths.
        others: likewise the files that hold no table, such as the references.
        described: the resources that give a file's size and hash, by its path.
        problems: what keeps a file from being read.
    """

    tables: dict[str, dict[str, Path]] = field(default_factory=dict)
    others: dict[str, Path] = field(default_factory=dict)
    described: dict[str, Mapping[str, object]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def files(self) -> dict[str, Path]:
        """Return where all files are, by their paths."""
        found = dict(self.others)
        for files in self.tables.values():
            found |= files
        return found


def read_listing(folder: Folder, descriptor: Mapping[str, object]) -> Listing:
    """Find the files of each table, and list what keeps one from being read."""
    listing = Listing()
    paths: dict[str, object] = {}
    for place, resource in enumerate(items_of(descriptor["resources"])):
        content = mapping(resource)
        name, path = content.get("name"), content.get("path")
        column = f"resources.{place}"
        is_table = content.get("type") == "table"
        is_name = isinstance(name, str)  # a list cannot be looked up
        if is_table and is_name and name in TABLES and name not in paths:
            paths[str(name)] = path
        elif is_table or not is_name:
            expected = f"one resource for each of {', '.join(TABLES)}"
            listing.problems.append(
                Problem("resource", shorten(name), expected, column=column, file=DESCRIPTOR)
            )
        elif not isinstance(path, str) or path in listing.described:
            code = "resource" if isinstance(path, str) else "path-unsafe"
            expected = "the path of a file, each once"
            listing.problems.append(
                Problem(code, shorten(path), expected, column=column, file=DESCRIPTOR)
            )
        else:
            listing.described[path] = content
    for name in TABLES:
        if name in paths:
            _find_table(listing, folder, name, paths[name])
        else:
            expected = f"one of the name {name!r}"
            listing.problems.append(
                Problem("table-missing", "no resource", expected, table=name, file=DESCRIPTOR)
            )
    _find_others(listing, folder)
    return listing


def _find_table(listing: Listing, folder: Folder, table: str, stated: object) -> None:
    paths = stated if isinstance(stated, list) else [stated]
    files = {}
    problems = []
    for path in paths:
        try:
            files[str(path)] = folder.locate(path)
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


def _find_others(listing: Listing, folder: Folder) -> None:
    known = listing.files()
    named = {problem.file for problem in listing.problems}
    for path in listing.described:
        if path in known or path in named:
            continue
        try:
            listing.others[path] = folder.locate(path)
        except NotReadable as error:
            listing.problems.append(error.problem)


def measure(listing: Listing, progress: Callable[[int], None]) -> dict[str, DataFile]:
    """Return the size and hash of each file, by its path.

    Raises:
        UsageError: the system refuses to read one.
    """
    measures = {}
    for name, path in listing.files().items():
        try:
            measures[name] = DataFile(name, path.stat().st_size, sha256_of(path))
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {system_reason(error)}") from None
        progress(measures[name].bytes)
    return measures


def compare_files(
    folder: Folder, listing: Listing, measures: Mapping[str, DataFile]
) -> Iterator[Problem]:
    """Yield the files that are not as listed, and the Parquet files that are not listed."""
    table_of: dict[str, str | None] = {}
    for table, files in listing.tables.items():
        table_of |= dict.fromkeys(files, table)
    for name, measured in measures.items():
        described = listing.described.get(name)
        owner = table_of.get(name)
        if described is None:
            expected = "one with its size and hash"
            yield Problem("file-undescribed", "no resource", expected, table=owner, file=name)
            continue
        digest = f"sha256:{measured.sha256}"
        if described.get("bytes") != measured.bytes:
            expected = f"{shorten(described.get('bytes'))}, as listed"
            found = f"{measured.bytes} bytes"
            yield Problem("size-mismatch", found, expected, table=owner, file=name)
        if described.get("hash") != digest:
            expected = f"{shorten(described.get('hash'))}, as listed"
            yield Problem("hash-mismatch", digest, expected, table=owner, file=name)
    named = {*measures, *(problem.file for problem in listing.problems)}
    for name in folder.names:
        if name.endswith(".parquet") and name not in named:
            match = _SHARD.fullmatch(name)
            stem = match["table"] if match else name.removesuffix(".parquet")
            known = stem if stem in TABLES else None
            expected = f"no Parquet file that {DESCRIPTOR} does not list: datasets would read it"
            yield Problem("file-unlisted", "the file", expected, table=known, file=name)

"""The files that a descriptor lists: where the rows of each table stand, and whether each file is the one that was listed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lprcorpus.problems import Problem, shorten
from lprcorpus.schema import TABLES
from lprcorpus.validation.folder import DESCRIPTOR, Folder, NotReadable, hash_file

__all__ = ["ListedFile", "Listing", "Measure", "check_files", "measure", "read_listing"]

_SHARD = re.compile(r"(?P<table>[a-z]+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.parquet")


@dataclass(frozen=True)
class ListedFile:
    """A file of a table: its path as it is listed, and where it is."""

    name: str
    path: Path


@dataclass(frozen=True)
class Listing:
    """What a descriptor says of the tables and their files.

    Attributes:
        resources: the resource of each table, by the table's name.
        files: the files of each table that may be read, in order.
        others: the files that hold no table, such as the references.
        whole: the tables all of whose files may be read.
        described: the resources that describe a single file, by its path.
        problems: what is wrong with the list.
    """

    resources: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, tuple[ListedFile, ...]]
    others: tuple[ListedFile, ...]
    whole: frozenset[str]
    described: Mapping[str, Mapping[str, Any]]
    problems: tuple[Problem, ...]


def read_listing(folder: Folder, descriptor: Mapping[str, Any]) -> Listing:
    """Find the files of each table, and list what keeps one from being read."""
    problems: list[Problem] = []
    tables: dict[str, Mapping[str, Any]] = {}
    described: dict[str, Mapping[str, Any]] = {}
    for place, resource in enumerate(descriptor["resources"]):
        name = resource.get("name") if isinstance(resource, dict) else None
        if not isinstance(resource, dict) or not isinstance(name, str):
            problems.append(
                Problem("resource", shorten(resource), "an object with a name", column=f"resources.{place}", file=DESCRIPTOR)
            )
        elif resource.get("type") == "table":
            if name not in TABLES or name in tables:
                expected = f"one resource for each of {', '.join(TABLES)}"
                problems.append(Problem("resource", shorten(name), expected, column=f"resources.{place}.name", file=DESCRIPTOR))
            else:
                tables[name] = resource
        elif isinstance(resource.get("path"), str):
            described[resource["path"]] = resource
        else:
            found = shorten(resource.get("path"))
            problems.append(
                Problem("path-unsafe", found, "the path of a file", column=f"resources.{place}.path", file=DESCRIPTOR)
            )
    files: dict[str, tuple[ListedFile, ...]] = {}
    whole = set()
    for name in TABLES:
        if name not in tables:
            problems.append(Problem("table-missing", "no resource", f"one of the name {name!r}", table=name, file=DESCRIPTOR))
            continue
        found_files, lacking = _table_files(folder, name, tables[name].get("path"))
        files[name] = tuple(found_files)
        problems += lacking
        if found_files and not lacking:
            whole.add(name)
    of_tables = {file.name for listed in files.values() for file in listed}
    others = []
    for path in described:
        if path not in of_tables:
            try:
                others.append(ListedFile(path, folder.locate(path, said=DESCRIPTOR)))
            except NotReadable as error:
                problems.append(error.problem)
    return Listing(tables, files, tuple(others), frozenset(whole), described, tuple(dict.fromkeys(problems)))


def _table_files(folder: Folder, table: str, said: object) -> tuple[list[ListedFile], list[Problem]]:
    """Return the files of a table that may be read, and a problem for each that may not."""
    paths = said if isinstance(said, list) else [said]
    found, problems = [], []
    for path in paths:
        try:
            found.append(ListedFile(str(path), folder.locate(path, said=DESCRIPTOR)))
        except NotReadable as error:
            problem = error.problem
            problems.append(Problem(problem.code, problem.found, problem.expected, table=table, file=problem.file))
    expected = [f"{table}.parquet"]
    if len(paths) != 1 or "-of-" in str(paths[0]):
        expected = [f"{table}-{number:05d}-of-{len(paths):05d}.parquet" for number in range(len(paths))]
    if not problems and (not paths or paths != expected):
        wanted = f"{table}.parquet, or {table}-00000-of-{len(paths):05d}.parquet and so on, each once"
        problems.append(Problem("shards", shorten(said), wanted, table=table, file=DESCRIPTOR))
    return found, problems


@dataclass(frozen=True)
class Measure:
    """What a file is: its size in bytes, and its SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


def measure(listing: Listing, progress: Callable[[int], None]) -> dict[str, Measure]:
    """Return the size and hash of each listed file, by its path.

    Args:
        listing: what the descriptor lists.
        progress: called with the bytes of each file that was read.
    """
    measures = {}
    for files in (*listing.files.values(), listing.others):
        for file in files:
            size = file.path.stat().st_size
            measures[file.name] = Measure(size, hash_file(file.path))
            progress(size)
    return measures


def check_files(folder: Folder, listing: Listing, measures: Mapping[str, Measure]) -> Iterator[Problem]:
    """Yield a problem for each file that is not the one the descriptor lists, and for each that it does not list."""
    for table, files in listing.files.items():
        for file in files:
            described = listing.described.get(file.name)
            if described is None:
                yield Problem("file-undescribed", "no resource", "one with its size and hash", table=table, file=file.name)
            else:
                yield from _check_file(table, file.name, measures[file.name], described)
    for file in listing.others:
        yield from _check_file(None, file.name, measures[file.name], listing.described[file.name])
    known = Counter(file.name for files in listing.files.values() for file in files)
    for name, count in known.items():
        if count > 1:
            yield Problem("shards", f"{name!r} in {count} places", "each file once", file=DESCRIPTOR)
    for name in folder.names:
        if name.endswith(".parquet") and name not in known:
            match = _SHARD.fullmatch(name)
            table = match["table"] if match else name.removesuffix(".parquet")
            expected = f"no Parquet file that {DESCRIPTOR} does not list: datasets would read it"
            yield Problem("file-unlisted", "the file", expected, table=table if table in TABLES else None, file=name)


def _check_file(table: str | None, name: str, measure: Measure, described: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what a file's size and hash say against what is listed."""
    if described.get("bytes") != measure.bytes:
        listed = f"{shorten(described.get('bytes'))}, as listed"
        yield Problem("size-mismatch", f"{measure.bytes} bytes", listed, table=table, file=name)
    digest = f"sha256:{measure.sha256}"
    if described.get("hash") != digest:
        yield Problem("hash-mismatch", digest, f"{shorten(described.get('hash'))}, as listed", table=table, file=name)

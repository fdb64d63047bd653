"""Shards: issues cut into pieces of work, and one piece built into a folder of its own, whole or not at all.

A shard's folder contains its part of each table and of each file of references, and its manifest.
It gets its name when all of that is written, by one rename. It is used again only where its
manifest names the same issues and the same code, the issues' files are what they were, and its own
files have the hashes that the manifest gives. So a build that was stopped can be gone on with, and
a shard built twice, by a worker that was thought dead, does no harm.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyarrow as pa
from pydantic import TypeAdapter, ValidationError

from lprcorpus.build.build_report import IssueReport, report_issue
from lprcorpus.build.issue_files import InputFiles, IssueFiles, build_issue
from lprcorpus.errors import DataError, UsageError
from lprcorpus.metadata import corpus_metadata
from lprcorpus.publish.facts import DataFile, describe_file
from lprcorpus.publish.render import reference_parts
from lprcorpus.schema import TABLES
from lprcorpus.tables import ROW_GROUP, arrow_schema, issue_digests, to_arrow, writer

__all__ = [
    "SHARD_BYTES",
    "ShardDone",
    "ShardManifest",
    "ShardTask",
    "build_shard",
    "code_fingerprint",
    "cut_shards",
    "part_name",
    "read_shard",
]

SHARD_BYTES = 8 * 1024 * 1024
"""Raw text in a shard, at most, unless one issue is larger. It bounds the memory of a build."""

_MANIFEST = "shard.json"
_LIBRARIES = (
    "ftfy",
    "numpy",
    "pyarrow",
    "pydantic",
    "reportlab",
)  # which may change the bytes of a shard


@dataclass(frozen=True)
class ShardTask:
    """A piece of work: which issues to build, where their files are, and where their shard is to be.

    ``bytes`` is the size of the texts, ``code`` what :func:`code_fingerprint` returns where the
    work was cut.
    """

    raw: Path
    shards: Path
    number: int
    issues: tuple[str, ...]
    bytes: int
    code: str

    @property
    def folder(self) -> Path:
        """The folder of the shard once it is whole."""
        return self.shards / f"{self.number:05d}"


@dataclass(frozen=True)
class ShardDone:
    """A shard that is whole: the size of its texts, the issues that failed, and whether it was there already."""

    bytes: int
    failures: tuple[str, ...]
    kept: bool


@dataclass(frozen=True)
class ShardManifest:
    """What a shard was made from, and what it contains.

    ``inputs`` has the SHA-256 of each file that was read, by its name, or None where it could not
    be; ``rows`` and ``digests`` are by table; ``failures`` has a message for each issue that was
    not built.
    """

    code: str
    issues: tuple[str, ...]
    inputs: dict[str, str | None]
    files: tuple[DataFile, ...]
    rows: dict[str, int]
    digests: dict[str, tuple[tuple[str, str], ...]]
    reports: tuple[IssueReport, ...]
    failures: tuple[str, ...]


_MANIFESTS = TypeAdapter(ShardManifest)


@cache
def code_fingerprint() -> str:
    """Return a hash of what may change the bytes of a shard beside its issues: this package's code and its libraries."""
    # Not resolved: where a build tool makes the package of links, each may lead to a folder of its
    # own.
    package = Path(__file__).parents[1]
    digest = hashlib.sha256(f"python {sys.version_info.major}.{sys.version_info.minor}\n".encode())
    for library in _LIBRARIES:
        try:
            digest.update(f"{library} {version(library)}\n".encode())
        except PackageNotFoundError:
            digest.update(f"no {library}\n".encode())
    code = [path for path in package.rglob("*") if path.suffix in {".py", ".toml"}]
    for path in sorted(code):
        name = path.relative_to(package)
        if name.parts[0] != "data":
            digest.update(f"{name.as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def cut_shards(issues: Sequence[IssueFiles]) -> list[list[IssueFiles]]:
    """Cut issues into shards, in order: as many as fit into :data:`SHARD_BYTES` of raw text each.

    The rule looks at nothing but the issues, so that the files are the same however many workers
    write them.

    >>> size = SHARD_BYTES // 2
    >>> [len(shard) for shard in cut_shards([IssueFiles("a", size), IssueFiles("b", size), IssueFiles("c", size)])]
    [2, 1]
    """
    shards: list[list[IssueFiles]] = []
    size = 0  # of the last shard so far, in bytes
    for issue in issues:
        if not shards or size + issue.bytes > SHARD_BYTES:
            shards.append([])
            size = 0
        shards[-1].append(issue)
        size += issue.bytes
    return shards


def read_shard(folder: Path) -> ShardManifest | None:
    """Return the manifest of a shard; None where there is none that can be read."""
    try:
        return _MANIFESTS.validate_json((folder / _MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None


def part_name(name: str) -> str:
    """Return what a shard calls its part of a file of references."""
    return f"{name}.part"


def build_shard(task: ShardTask) -> ShardDone:
    """Build a shard, unless it is there already and can be used.

    This is what a worker runs, in this process, in another, or on another machine that sees the
    same folders.

    Raises:
        UsageError: the worker runs other code than the one that cut the work, or does not see its
            folders.
        OSError: the shard cannot be written.
    """
    _check_worker(task)
    reusable = _reusable(task)
    if reusable:
        return ShardDone(task.bytes, reusable.failures, kept=True)
    try:
        manifest = _build_whole(task)
    except OSError as error:  # pyarrow's names the place in its code where it was raised
        raise OSError(
            error.errno, os.strerror(error.errno) if error.errno else str(error)
        ) from None
    return ShardDone(task.bytes, manifest.failures, kept=False)


def _check_worker(task: ShardTask) -> None:
    if task.code != code_fingerprint():
        raise UsageError(
            "a worker runs another version of lprcorpus, Python or a library than this process; expected the same everywhere"
        )
    for folder in (task.raw, task.shards):
        if not folder.is_dir():
            raise UsageError(
                f"{folder}: is not there for a worker; expected a folder that all workers share"
            )


def _reusable(task: ShardTask) -> ShardManifest | None:
    """Return the manifest of a shard that is there already; None where it is not what this build would make."""
    manifest = read_shard(task.folder)
    if manifest is None or manifest.code != task.code or manifest.issues != task.issues:
        return None
    for file in manifest.files:
        try:
            if describe_file(task.folder, file.path) != file:
                return None
        except OSError:
            return None
    return manifest if InputFiles(task.raw).are_still(manifest.inputs.items()) else None


def _build_whole(task: ShardTask) -> ShardManifest:
    """Build a shard in a folder of its own, which then gets the shard's name."""
    unfinished = Path(tempfile.mkdtemp(prefix=f".{task.number:05d}-", dir=task.shards))
    try:
        with _without_collector():
            manifest = _write_shard(task, unfinished)
        # By json, and not Pydantic, which refuses the surrogates that stand for bytes in a name
        # that is not UTF-8.
        (unfinished / _MANIFEST).write_text(json.dumps(asdict(manifest)), "ascii")
        _give_name(unfinished, task)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return manifest


@contextmanager
def _without_collector() -> Iterator[None]:
    """Stop Python's collector of reference cycles for a while.

    Rows are in no cycles, and looking for some took 12 of the 49 ms of processor time of an issue.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _give_name(unfinished: Path, task: ShardTask) -> None:
    """Give a finished shard its name; where one that can be used has it already, leave that."""
    try:
        unfinished.rename(task.folder)
    except OSError:
        # Another worker has built the same shard, or an unusable one is there.
        if not task.folder.is_dir():
            raise
        if not _reusable(task):
            shutil.rmtree(task.folder, ignore_errors=True)
            unfinished.rename(task.folder)


def _write_shard(task: ShardTask, folder: Path) -> ShardManifest:
    """Build the issues of a shard and write its files; return its manifest."""
    inputs = InputFiles(task.raw)
    parts = {name: [arrow_schema(name).empty_table()] for name in TABLES}
    reports, failures = [], []
    for issue_id in task.issues:
        try:
            issue, proof = build_issue(inputs, issue_id)
        except DataError as error:
            failures.append(_printable(str(error)))
        except (UsageError, MemoryError, OSError):  # what would stop any issue
            raise
        except (
            Exception
        ) as error:  # a fault of this package in one issue does not stop the others either
            where = task.raw / f"{issue_id}.toml"
            fault = f"{where}: cannot be built, by a fault of lprcorpus: {type(error).__name__}: {error}"
            failures.append(_printable(fault))
        else:
            reports.append(report_issue(issue, proof))
            for name in TABLES:
                parts[name].append(to_arrow(name, issue.rows.table(name)))
    tables = {name: pa.concat_tables(parts[name]) for name in TABLES}
    names = [*_write_tables(tables, folder), *_write_references(tables, folder)]
    return ShardManifest(
        code=task.code,
        issues=task.issues,
        inputs=inputs.seen,
        files=tuple(describe_file(folder, name) for name in names),
        rows={name: table.num_rows for name, table in tables.items()},
        digests={name: tuple(issue_digests(name, table)) for name, table in tables.items()},
        reports=tuple(reports),
        failures=tuple(failures),
    )


def _printable(message: str) -> str:
    """Return a message without the surrogates that stand for bytes in a name of a file that is not UTF-8."""
    return message.encode("utf-8", "replace").decode("utf-8")


def _write_tables(tables: dict[str, pa.Table], folder: Path) -> Iterator[str]:
    """Write the tables of a shard; yield the name of each file."""
    for name, table in tables.items():
        file_name = f"{name}.parquet"
        # Opened as a path in bytes: PyArrow's writer takes no name that is not UTF-8.
        with pa.OSFile(os.fsencode(folder / file_name), "wb") as file, writer(name, file) as out:
            # An empty table is written too: its file has the schema.
            for start in range(0, max(table.num_rows, 1), ROW_GROUP):
                out.write_table(
                    table.slice(start, ROW_GROUP).combine_chunks(), row_group_size=ROW_GROUP
                )
        yield file_name


def _write_references(tables: dict[str, pa.Table], folder: Path) -> Iterator[str]:
    """Write the shard's part of each file of references; yield the name of each file."""
    for name, part in reference_parts(tables, corpus_metadata()).items():
        file_name = part_name(name)
        (folder / file_name).write_text(part, "utf-8", newline="\n")
        yield file_name

"""Shards: issues cut into pieces of work, and one piece built into a folder of its own, whole or not at all.

A shard's folder holds its part of each table, its part of each streamed file, and its journal, which says what it was made from
and what it holds. The folder gets its name when all of that is written, by one rename. Whoever finds a shard's folder
believes it only where its journal names the same issues and the same code, the issues' files are what they were, and its own
files have the hashes that the journal gives; so a build that was stopped can be gone on with, and a shard built twice, by a
worker that was thought dead, does no harm.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyarrow as pa
from pydantic import TypeAdapter, ValidationError

from lprcorpus.build.allocator import steady_memory
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
    "Journal",
    "ShardDone",
    "ShardTask",
    "build_shard",
    "code_fingerprint",
    "cut_shards",
    "part_name",
    "read_journal",
]

SHARD_BYTES = 8 * 1024 * 1024
"""Raw text in a shard, at most, unless one issue is larger. It bounds the memory of a build."""

_JOURNAL = "journal.json"
_LIBRARIES = ("ftfy", "latexcodec", "numpy", "pyarrow", "pydantic", "reportlab")


@dataclass(frozen=True)
class ShardTask:
    """A piece of work: which issues to build, where they are, and where their shard is to be.

    Attributes:
        raw: the folder of the raw texts.
        shards: the folder of the shards.
        number: which shard this is, from 0.
        issues: the ids of its issues.
        bytes: the size of their texts.
        code: what :func:`code_fingerprint` says where the work was cut.
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
class Journal:
    """What a shard was made from, and what it holds.

    Attributes:
        code: the code and the libraries that made it.
        issues: the ids of its issues.
        inputs: the SHA-256 of each file that was read, by its name; None where it could not be.
        files: its files.
        rows: how many rows it has in each table.
        digests: the digest of each issue's rows in each table.
        reports: the reports of the issues that were built.
        failures: a message for each issue that was not.
    """

    code: str
    issues: tuple[str, ...]
    inputs: dict[str, str | None]
    files: tuple[DataFile, ...]
    rows: dict[str, int]
    digests: dict[str, tuple[tuple[str, str], ...]]
    reports: tuple[IssueReport, ...]
    failures: tuple[str, ...]


_FORM = TypeAdapter(Journal)


@cache
def code_fingerprint() -> str:
    """Return a hash of what may change the bytes of a shard beside its issues: this package's code and the libraries it uses."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256(f"python {sys.version_info.major}.{sys.version_info.minor}\n".encode())
    for library in _LIBRARIES:
        try:
            digest.update(f"{library} {version(library)}\n".encode())
        except PackageNotFoundError:
            digest.update(f"no {library}\n".encode())
    for path in sorted(path for suffix in ("py", "toml") for path in package.rglob(f"*.{suffix}") if "data" not in path.parts):
        digest.update(f"{path.relative_to(package).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def cut_shards(issues: Sequence[IssueFiles]) -> list[list[IssueFiles]]:
    """Cut issues into shards, in order: as many as fit into :data:`SHARD_BYTES` of raw text each.

    The rule looks at nothing but the issues, so that the files are the same however many workers write them.

    >>> size = SHARD_BYTES // 2
    >>> [len(shard) for shard in cut_shards([IssueFiles("a", size), IssueFiles("b", size), IssueFiles("c", size)])]
    [2, 1]
    """
    shards: list[list[IssueFiles]] = []
    size = 0
    for issue in issues:
        if not shards or size + issue.bytes > SHARD_BYTES:
            shards.append([])
            size = 0
        shards[-1].append(issue)
        size += issue.bytes
    return shards


def read_journal(folder: Path) -> Journal | None:
    """Return the journal of a shard; None where there is none that can be read."""
    try:
        return _FORM.validate_json((folder / _JOURNAL).read_bytes())
    except (OSError, ValidationError):
        return None


def build_shard(task: ShardTask) -> ShardDone:
    """Build a shard, unless it is there already and holds.

    This is what a worker runs, in this process, in another, or on another machine that sees the same folders.

    Raises:
        UsageError: the worker runs other code than the one that cut the work, or does not see its folders.
        OSError: the shard cannot be written.
    """
    _check_worker(task)
    journal = _standing(task)
    if journal:
        return ShardDone(task.bytes, journal.failures, kept=True)
    try:
        scrap = Path(tempfile.mkdtemp(prefix=f".{task.number:05d}-", dir=task.shards))
        try:
            with steady_memory():
                journal = _write_shard(task, scrap)
            (scrap / _JOURNAL).write_bytes(_FORM.dump_json(journal))
            _name(scrap, task)
        finally:
            shutil.rmtree(scrap, ignore_errors=True)
    except OSError as error:  # pyarrow's says where in its code it was raised
        raise OSError(error.errno, os.strerror(error.errno) if error.errno else str(error)) from None
    return ShardDone(task.bytes, journal.failures, kept=False)


def _check_worker(task: ShardTask) -> None:
    if task.code != code_fingerprint():
        raise UsageError(
            "a worker runs another version of lprcorpus, Python or a library than this process; expected the same everywhere"
        )
    for folder in (task.raw, task.shards):
        if not folder.is_dir():
            raise UsageError(f"{folder}: is not there for a worker; expected a folder that all workers share")


def _standing(task: ShardTask) -> Journal | None:
    """Return the journal of a shard that is there already and can be believed."""
    journal = read_journal(task.folder)
    if journal is None or journal.code != task.code or journal.issues != task.issues:
        return None
    for file in journal.files:
        try:
            if describe_file(task.folder, file.path) != file:
                return None
        except OSError:
            return None
    return journal if InputFiles(task.raw).are_still(journal.inputs.items()) else None


def _name(scrap: Path, task: ShardTask) -> None:
    """Give a finished shard its name; where one that holds has it already, leave that."""
    try:
        scrap.rename(task.folder)
    except OSError:
        if not task.folder.is_dir():
            raise
        if not _standing(task):
            shutil.rmtree(task.folder, ignore_errors=True)
            scrap.rename(task.folder)


@dataclass(frozen=True)
class _Built:
    """The issues of a shard as they are built: the tables and the report of each, or a message why it failed."""

    tables: dict[str, dict[str, pa.Table]]
    reports: dict[str, IssueReport]
    failures: dict[str, str]

    def fail(self, issue_id: str, message: str) -> None:
        """Drop what was made of an issue."""
        self.tables.pop(issue_id, None)
        self.reports.pop(issue_id, None)
        self.failures[issue_id] = message


def _write_shard(task: ShardTask, folder: Path) -> Journal:
    inputs = InputFiles(task.raw)
    built = _Built({}, {}, {})
    for issue_id in task.issues:
        try:
            issue, proof = build_issue(inputs, issue_id)
            tables = {name: to_arrow(name, issue.rows.table(name)) for name in TABLES}
        except DataError as error:
            built.fail(issue_id, str(error))
        except (UsageError, MemoryError, OSError):  # what would stop any issue
            raise
        except Exception as error:  # a fault of this package's in one issue does not stop the others either
            where = task.raw / f"{issue_id}.toml"
            built.fail(issue_id, f"{where}: cannot be built, by a fault of lprcorpus: {type(error).__name__}: {error}")
        else:
            built.tables[issue_id] = tables
            built.reports[issue_id] = report_issue(issue, proof)
    tables = _whole_tables(built)
    files, digests = [], {}
    for name, table in tables.items():
        files.append(folder / f"{name}.parquet")
        _write_table(name, table, files[-1])
        digests[name] = tuple(issue_digests(name, table))
    for name, part in reference_parts(tables, corpus_metadata()).items():
        files.append(folder / part_name(name))
        files[-1].write_text(part, "utf-8", newline="\n")
    return Journal(
        code=task.code,
        issues=task.issues,
        inputs=inputs.seen,
        files=tuple(describe_file(folder, path.name) for path in files),
        rows={name: table.num_rows for name, table in tables.items()},
        digests=digests,
        reports=tuple(built.reports.values()),
        failures=tuple(built.failures[issue_id] for issue_id in task.issues if issue_id in built.failures),
    )


def _whole_tables(built: _Built) -> dict[str, pa.Table]:
    """Return the tables of a shard."""
    return {
        name: pa.concat_tables([arrow_schema(name).empty_table(), *(own[name] for own in built.tables.values())])
        for name in TABLES
    }


def _write_table(name: str, table: pa.Table, path: Path) -> None:
    with writer(name, path) as out:
        for start in range(0, max(table.num_rows, 1), ROW_GROUP):
            out.write_table(table.slice(start, ROW_GROUP).combine_chunks(), row_group_size=ROW_GROUP)


def part_name(name: str) -> str:
    """Return what a shard calls its part of a streamed file."""
    return f"{name.replace('/', '-')}.part"

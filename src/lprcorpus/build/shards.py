"""Shards: issues cut into pieces of work, and one piece built into a folder of its own.

A shard's folder gets its name when all of it is written, by one rename: so it is there whole or not
at all, and one that is built twice, by a worker that was thought dead, does no harm. A build that
was stopped is gone on with from those whose issues, code and files are what their manifests say.
"""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyarrow as pa
from pydantic import TypeAdapter, ValidationError

from lprcorpus.build.build_report import pack_reports, report_issue
from lprcorpus.build.issue_files import InputFiles, IssueFiles, build_issue
from lprcorpus.errors import DataError, OutputError, UsageError
from lprcorpus.metadata import corpus_metadata
from lprcorpus.publish.facts import DataFile, describe_file
from lprcorpus.publish.render import reference_parts
from lprcorpus.schema import TABLES
from lprcorpus.tables import ROW_GROUP, arrow_schema, issue_digests, to_arrow, writer

PART = ".part"
"""What a shard adds to the name of a file of references, for its part of that."""

REPORTS = "reports"
"""The file of a shard that has the reports on its issues."""

_MANIFEST = "shard.json"
_LIBRARIES = ("ftfy", "numpy", "pyarrow", "pydantic", "reportlab")  # may change a shard's bytes


@dataclass(frozen=True)
class ShardTask:
    """A piece of work: which issues to build, where their texts are and their shard is to be."""

    raw: Path
    shards: Path
    number: int
    issues: tuple[str, ...]
    bytes: int
    code: str  # the fingerprint where the work was cut

    @property
    def folder(self) -> Path:
        """The folder of the shard once it is whole."""
        return self.shards / f"{self.number:05d}"


@dataclass(frozen=True)
class ShardManifest:
    """What a shard was made from, and what it contains."""

    code: str
    issues: tuple[str, ...]
    inputs: dict[str, str | None]  # the SHA-256 of each file that was read; None: it could not be
    files: dict[str, DataFile]
    rows: dict[str, int]  # how many there are, by table
    digests: dict[str, tuple[tuple[str, str], ...]]  # each issue's id and digest, by table
    failures: tuple[str, ...]  # a message for each issue that was not built


@dataclass(frozen=True)
class BuiltShard:
    """A shard that is whole, and whether it was there already."""

    task: ShardTask
    manifest: ShardManifest
    kept: bool


_MANIFESTS = TypeAdapter(ShardManifest)


@cache
def code_fingerprint() -> str:
    """Return a hash of what may change a shard beside its issues: our code and libraries."""
    digest = hashlib.sha256(f"python {sys.version_info[:2]}".encode())
    for library in _LIBRARIES:
        with suppress(PackageNotFoundError):
            digest.update(f"{library} {version(library)}\n".encode())
    # Not resolved: a build tool may make the package of links that lead to a folder each.
    package = Path(__file__).parents[1]
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".toml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def cut_shards(issues: Sequence[IssueFiles], raw: Path, folder: Path, most: int) -> list[ShardTask]:
    """Cut issues into shards, in order: as many as fit into so many bytes of raw text each.

    Nothing but the issues counts: the files are the same however many workers write them.
    """
    shards: list[list[IssueFiles]] = []
    size = 0  # of the last shard so far, in bytes
    for issue in issues:
        if not shards or size + issue.bytes > most:
            shards.append([])
            size = 0
        shards[-1].append(issue)
        size += issue.bytes
    tasks = []
    code = code_fingerprint()
    for number, shard in enumerate(shards):
        ids = tuple(issue.id for issue in shard)
        size = sum(issue.bytes for issue in shard)
        tasks.append(ShardTask(raw, folder, number, ids, size, code))
    return tasks


def build_shard(task: ShardTask) -> BuiltShard:
    """Build a shard, unless it is there already and can be used; this is what a worker runs.

    Raises:
        UsageError: the worker runs other code than the one that cut the work, or does not see its
            folders.
        OSError: the shard cannot be written.
    """
    if task.code != code_fingerprint():
        found = "a worker runs another version of lprcorpus, Python or a library than this process"
        raise UsageError(f"{found}; expected the same everywhere")
    for folder in (task.raw, task.shards):
        if not folder.is_dir():
            expected = "expected a folder that all workers share"
            raise UsageError(f"{folder}: is not there for a worker; {expected}")
    manifest = _reusable(task)
    if manifest is not None:
        return BuiltShard(task, manifest, kept=True)
    shutil.rmtree(task.folder, ignore_errors=True)
    # Hidden until it is whole, so that what a killed worker left is told from a shard.
    unfinished = Path(tempfile.mkdtemp(prefix=f".{task.number:05d}-", dir=task.shards))
    try:
        manifest = _write_shard(task, unfinished)
        try:
            unfinished.rename(task.folder)
        except OSError:
            # Where it is there by now, another worker, thought dead, has made the same.
            if not task.folder.is_dir():
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return BuiltShard(task, manifest, kept=False)


def _reusable(task: ShardTask) -> ShardManifest | None:
    """Return the manifest of a shard that is there already, if it is what we would make."""
    try:
        manifest = _MANIFESTS.validate_json((task.folder / _MANIFEST).read_bytes())
        files = {name: describe_file(task.folder, name) for name in manifest.files}
    except (OSError, OutputError, ValidationError):
        return None
    if manifest.code != task.code or manifest.issues != task.issues or manifest.files != files:
        return None
    return manifest if InputFiles(task.raw).are_still(manifest.inputs) else None


def _write_shard(task: ShardTask, folder: Path) -> ShardManifest:
    """Build the issues of a shard and write its files; return its manifest."""
    inputs = InputFiles(task.raw)
    parts = {name: [arrow_schema(name).empty_table()] for name in TABLES}
    reports = []
    failures = []
    with _no_collection():
        for issue_id in task.issues:
            try:
                issue = build_issue(inputs, issue_id)
            except (UsageError, MemoryError, OSError):  # what would stop any issue
                raise
            except Exception as error:
                failures.append(_failure(error, task.raw / f"{issue_id}.toml"))
                continue
            reports.append(report_issue(issue))
            for name in TABLES:
                parts[name].append(to_arrow(name, issue.rows.table(name)))
    tables = {name: pa.concat_tables(parts[name]) for name in TABLES}
    for name, table in tables.items():
        # Opened as a path in bytes: PyArrow's writer takes no name that is not UTF-8.
        path = os.fsencode(folder / f"{name}.parquet")
        with pa.OSFile(path, "wb") as file, writer(name, file) as out:
            out.write_table(table.combine_chunks(), row_group_size=ROW_GROUP)
    for name, part in reference_parts(tables, corpus_metadata()).items():
        (folder / f"{name}{PART}").write_text(part, "utf-8", newline="\n")
    (folder / REPORTS).write_bytes(pack_reports(reports))
    names = [path.name for path in folder.iterdir()]
    manifest = ShardManifest(
        code=task.code,
        issues=task.issues,
        inputs=inputs.seen,
        files={name: describe_file(folder, name) for name in names},
        rows={name: table.num_rows for name, table in tables.items()},
        digests={name: tuple(issue_digests(name, table)) for name, table in tables.items()},
        failures=tuple(failures),
    )
    (folder / _MANIFEST).write_bytes(_MANIFESTS.dump_json(manifest))
    return manifest


@contextmanager
def _no_collection() -> Iterator[None]:
    """Collect no garbage: rows are in no cycles, and looking for some took 12 ms of 49 an issue."""
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_collecting:
            gc.enable()


def _failure(error: Exception, manifest: Path) -> str:
    """Return why an issue cannot be built; a fault of ours in one stops no other either."""
    failure = str(error)
    if not isinstance(error, DataError):
        fault = f"by a fault of lprcorpus: {type(error).__name__}: {error}"
        failure = f"{manifest}: cannot be built, {fault}"
    # Without the surrogates that stand for bytes in a file's name that is not UTF-8.
    return failure.encode("utf-8", "replace").decode()

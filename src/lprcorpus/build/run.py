"""The build: raw texts and manifests to a validated, proved, written corpus."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from lprcorpus.build.build_report import BuildReport, ReportLog
from lprcorpus.build.executors import run
from lprcorpus.build.issue_files import IssueFiles, find_issues
from lprcorpus.build.shards import (
    PART,
    ShardDone,
    ShardTask,
    build_shard,
    code_fingerprint,
    cut_shards,
    read_shard,
)
from lprcorpus.build.staging import StagingFolder, replaced_folder
from lprcorpus.errors import DataError, OutputError, WorkersLost
from lprcorpus.publish.bibliography import REFERENCES
from lprcorpus.publish.facts import DataFile, TableFacts
from lprcorpus.publish.render import is_built_file, join_references, write_metadata
from lprcorpus.schema import TABLES
from lprcorpus.tables import table_digest

Progress = Callable[[int, int], None]
"""Called with the bytes of raw text that are done, and of all that there is to do."""


def build(
    raw: Path,
    out: Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    resume: bool = False,
    strict: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Build a corpus: every issue of ``raw`` into the folder ``out``, replaced in one step.

    An issue that cannot be built stops no other: nothing of it is written, and the report says why.

    Args:
        raw: the folder with the raw texts and their manifests.
        out: the folder to write; if it exists, it must contain a built corpus or nothing.
        workers: the number of processes; with 1, the work is done in this one.
        scheduler: the address of a Dask scheduler, whose workers do the work instead; they must see
            ``raw`` and the folder that ``out`` is in.
        resume: whether what a stopped build finished is used where it is still right.
        strict: whether an issue that cannot be built stops the build.
        progress: told, at first and after each shard, the bytes of raw text done and to do.

    Raises:
        UsageError: ``raw`` contains no issue, ``out`` cannot be written, or the workers are gone.
        DataError: no issue, or with ``strict`` not every one, can be built; ``out`` stays as it is.
        KeyboardInterrupt: with a message that says whether the build can be gone on with.
    """
    found = find_issues(raw)
    if strict and found.unclaimed:
        raise DataError("\n".join(found.unclaimed))
    with _staged(out, resume=resume) as staging:
        # The workers of a cluster may run in another folder.
        tasks = _cut_tasks(found.issues, raw.absolute() if scheduler else raw, staging)
        results = run(build_shard, tasks, workers=workers, scheduler=scheduler)
        kept = _wait_for(results, tasks, strict=strict, progress=progress)
        report = _join_shards(tasks, out, staging, found.unclaimed)
        write_metadata(staging.fresh, report.tables)
    return replace(report, notes=(*found.notes, *staging.notes), kept=kept)


@contextmanager
def _staged(out: Path, *, resume: bool) -> Iterator[StagingFolder]:
    """Give the staging folder of a build; an error says whether that can be gone on with."""
    staging = None
    try:
        with replaced_folder(out, is_built_file, resume=resume) as staging:
            yield staging
    except (OutputError, WorkersLost) as error:
        raise type(error)(f"{error}{_resume_hint(staging)}") from None
    except KeyboardInterrupt:
        state = "is built" if staging and staging.is_done else "is as it was before"
        raise KeyboardInterrupt(f"{out} {state}{_resume_hint(staging)}") from None


def _resume_hint(staging: StagingFolder | None) -> str:
    """Return what a message adds where finished shards are there to be gone on from."""
    if staging is None or staging.is_done or not staging.shards.is_dir():
        return ""
    whole = len(list(staging.shards.iterdir()))
    if whole == 0:
        return ""
    return f"; finished shards are kept ({whole}): build with --resume to go on"


def _cut_tasks(issues: Sequence[IssueFiles], raw: Path, staging: StagingFolder) -> list[ShardTask]:
    tasks = []
    code = code_fingerprint()
    for number, some in enumerate(cut_shards(issues)):
        tasks.append(ShardTask(raw, staging.shards, number, tuple(some), code))
    staging.keeps_shards = len(tasks) > 1  # one alone is all of the work
    return tasks


def _wait_for(
    results: Generator[ShardDone, None, None],
    tasks: Sequence[ShardTask],
    *,
    strict: bool,
    progress: Progress | None,
) -> int:
    """Have all shards built; return how many were there already."""
    total = sum(task.bytes for task in tasks)
    done = kept = 0
    if progress:
        progress(done, total)
    with closing(results):
        for result in results:
            if strict and result.failures:
                raise DataError("\n".join(result.failures))
            if result.kept:
                kept += 1
                total -= result.bytes  # nothing to do, so that the rate is that of the work
            else:
                done += result.bytes
            if progress:
                progress(done, total)
    return kept


def _join_shards(
    tasks: Sequence[ShardTask], out: Path, staging: StagingFolder, unclaimed: Sequence[str]
) -> BuildReport:
    """Put the shards' files into the folder of the corpus, in the order of the shards.

    That is the order of the issues, so that the files are the same whoever was first.
    """
    log = ReportLog()
    failures = [*unclaimed]
    rows = Counter[str]()
    files: dict[str, list[DataFile]] = {name: [] for name in TABLES}
    digests: dict[str, list[tuple[str, str]]] = {name: [] for name in TABLES}
    for task in tasks:
        shard = read_shard(task.folder)
        if shard is None:
            raise OutputError(f"{task.folder}: is gone; expected a finished shard")
        log.extend(shard.reports)
        failures += shard.failures
        rows.update(shard.rows)
        described = {file.path: file for file in shard.files}
        for name in TABLES:
            part = f"{name}.parquet"
            path = part
            if len(tasks) > 1:  # as the Hugging Face Hub names shards
                path = f"{name}-{task.number:05d}-of-{len(tasks):05d}.parquet"
            _link(task.folder / part, staging.fresh / path)
            files[name].append(replace(described[part], path=path))
            digests[name] += shard.digests[name]
    if failures and not len(log):  # a corpus is not replaced by nothing
        staging.keeps_shards = False
        raise DataError("\n".join(failures))
    parts = {}
    for name in REFERENCES:
        parts[name] = [task.folder / f"{name}{PART}" for task in tasks]
    join_references(staging.fresh, parts)
    tables = []
    for name in TABLES:
        digest = table_digest(digests[name])
        tables.append(TableFacts(name, tuple(files[name]), rows[name], digest))
    return BuildReport(out=out, issues=log, failures=tuple(failures), tables=tuple(tables))


def _link(file: Path, to: Path) -> None:
    try:
        os.link(file, to)  # the shard keeps it, for a resumption
    except OSError:  # a file system without hard links
        file.rename(to)

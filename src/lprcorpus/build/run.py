"""The build: raw texts and manifests to a validated, proved, written corpus."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from lprcorpus.build.build_report import BuildReport, ReportLog
from lprcorpus.build.executors import run
from lprcorpus.build.issue_files import find_issues
from lprcorpus.build.shards import (
    PART,
    REPORTS,
    ShardDone,
    ShardManifest,
    ShardTask,
    build_shard,
    cut_shards,
    read_shard,
)
from lprcorpus.build.staging import replaced_folder
from lprcorpus.errors import DataError
from lprcorpus.publish.bibliography import REFERENCES
from lprcorpus.publish.facts import TableFacts
from lprcorpus.publish.render import is_built_file, join_references, write_metadata
from lprcorpus.schema import TABLES
from lprcorpus.tables import table_digest

SHARD_BYTES = 8 * 1024 * 1024
"""Raw text in a shard, at most, unless one issue is larger. It bounds the memory of a build."""

Progress = Callable[[int, int], None]
"""Called with the bytes of raw text that are done, and of all that there is to do."""


def build(
    raw: Path,
    out: Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    shard_bytes: int = SHARD_BYTES,
    resume: bool = False,
    strict: bool = False,
    progress: Progress = lambda *_: None,
) -> BuildReport:
    """Build a corpus: every issue of ``raw`` into the folder ``out``, replaced in one step.

    An issue that cannot be built stops no other, unless ``strict``; the report says why. The
    workers are processes, or those of a Dask scheduler at an address. With ``resume``, what a
    stopped build finished is used where it is still right.

    Raises:
        UsageError: ``raw`` contains no issue, ``out`` cannot be written, or the workers are gone.
        DataError: no issue, or with ``strict`` not every one, can be built; ``out`` stays as it is.
        KeyboardInterrupt: with a message that says whether the build can be gone on with.
    """
    found = find_issues(raw)
    if strict and found.unclaimed:
        raise DataError("\n".join(found.unclaimed))
    with replaced_folder(out, is_built_file, resume=resume) as staging:
        # The workers of a cluster may run in another folder.
        seen = raw.absolute() if scheduler else raw
        tasks = cut_shards(found.issues, seen, staging.shards, shard_bytes)
        staging.keeps_shards = len(tasks) > 1  # one alone is all of the work
        results = run(build_shard, tasks, workers=workers, scheduler=scheduler)
        kept = _wait_for(results, tasks, strict=strict, progress=progress)

        shards = [read_shard(task.folder) for task in tasks]
        failures = [*found.unclaimed]
        for shard in shards:
            failures += shard.failures
        built = sum(shard.rows["issues"] for shard in shards)
        if failures and not built:  # a corpus is not replaced by nothing
            staging.keeps_shards = False
            raise DataError("\n".join(failures))

        tables = [_join_table(name, tasks, shards, staging.fresh) for name in TABLES]
        parts = {}
        for name in REFERENCES:
            parts[name] = [task.folder / f"{name}{PART}" for task in tasks]
        join_references(staging.fresh, parts)
        log = ReportLog([(task.folder / REPORTS).read_bytes() for task in tasks], built)
        write_metadata(staging.fresh, tables)
    return BuildReport(
        out=out,
        issues=log,
        failures=tuple(failures),
        tables=tuple(tables),
        notes=(*found.notes, *staging.notes),
        kept=kept,
    )


def _wait_for(
    results: Generator[ShardDone, None, None],
    tasks: Sequence[ShardTask],
    *,
    strict: bool,
    progress: Progress,
) -> int:
    """Have all shards built; return how many were there already."""
    total = sum(task.bytes for task in tasks)
    done = kept = 0
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
            progress(done, total)
    return kept


def _join_table(
    name: str, tasks: Sequence[ShardTask], shards: Sequence[ShardManifest], folder: Path
) -> TableFacts:
    """Put the shards' files of a table into the folder of the corpus, in the order of the issues.

    So the files are the same whichever shard was first.
    """
    files = []
    digests: list[tuple[str, str]] = []
    rows = 0
    for task, shard in zip(tasks, shards, strict=True):
        part = f"{name}.parquet"
        path = part
        if len(tasks) > 1:  # as the Hugging Face Hub names shards
            path = f"{name}-{task.number:05d}-of-{len(tasks):05d}.parquet"
        _link(task.folder / part, folder / path)
        files.append(replace(shard.files[part], path=path))
        digests += shard.digests[name]
        rows += shard.rows[name]
    return TableFacts(name, tuple(files), rows, table_digest(digests))


def _link(file: Path, to: Path) -> None:
    try:
        os.link(file, to)  # the shard keeps it, for a resumption
    except OSError:  # a file system without hard links
        file.rename(to)

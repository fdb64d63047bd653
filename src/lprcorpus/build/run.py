"""The build: raw texts and manifests to a validated, proved, written corpus."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from lprcorpus.build.build_report import BuildReport, ReportLog
from lprcorpus.build.executors import build_shards
from lprcorpus.build.issue_files import find_issues
from lprcorpus.build.shards import (
    PART,
    REPORTS,
    BuiltShard,
    ShardTask,
    cut_shards,
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
        # The issues become shards. The workers of a cluster may run in another folder.
        seen = raw.absolute() if scheduler else raw
        tasks = cut_shards(found.issues, seen, staging.shards, shard_bytes)
        staging.keeps_shards = len(tasks) > 1  # one alone is all of the work
        results = build_shards(tasks, workers=workers, scheduler=scheduler)
        shards = _wait_for(results, tasks, strict=strict, progress=progress)

        # What failed; a corpus is not replaced by nothing.
        failures = [*found.unclaimed]
        for shard in shards:
            failures += shard.manifest.failures
        built = sum(shard.manifest.rows["issues"] for shard in shards)
        staging.keeps_shards = False  # their files are moved from here on
        if failures and not built:
            raise DataError("\n".join(failures))

        # The shards become the corpus, and what is in it is described.
        tables = [_join_table(name, shards, staging.fresh) for name in TABLES]
        parts = {}
        for name in REFERENCES:
            parts[name] = [shard.task.folder / f"{name}{PART}" for shard in shards]
        join_references(staging.fresh, parts)
        reports = [(shard.task.folder / REPORTS).read_bytes() for shard in shards]
        write_metadata(staging.fresh, tables)
    return BuildReport(
        out=out,
        issues=ReportLog(reports, built),
        failures=tuple(failures),
        tables=tuple(tables),
        notes=(*found.notes, *staging.notes),
        kept=sum(shard.kept for shard in shards),
    )


def _wait_for(
    results: Generator[BuiltShard, None, None],
    tasks: Sequence[ShardTask],
    *,
    strict: bool,
    progress: Progress,
) -> list[BuiltShard]:
    """Have all shards built; return them in the order of the issues."""
    total = sum(task.bytes for task in tasks)
    done = 0
    shards = []
    progress(done, total)
    with closing(results):
        for shard in results:
            if strict and shard.manifest.failures:
                raise DataError("\n".join(shard.manifest.failures))
            if shard.kept:
                total -= shard.task.bytes  # nothing to do, so that the rate is that of the work
            else:
                done += shard.task.bytes
            shards.append(shard)
            progress(done, total)
    # So the files are the same whichever shard was first.
    return sorted(shards, key=lambda shard: shard.task.number)


def _join_table(name: str, shards: Sequence[BuiltShard], folder: Path) -> TableFacts:
    """Move the shards' files of a table into the folder of the corpus."""
    files = []
    digests: list[tuple[str, str]] = []
    rows = 0
    for shard in shards:
        part = path = f"{name}.parquet"
        if len(shards) > 1:  # as the Hugging Face Hub names shards
            path = f"{name}-{shard.task.number:05d}-of-{len(shards):05d}.parquet"
        (shard.task.folder / part).rename(folder / path)
        files.append(replace(shard.manifest.files[part], path=path))
        digests += shard.manifest.digests[name]
        rows += shard.manifest.rows[name]
    return TableFacts(name, tuple(files), rows, table_digest(digests))

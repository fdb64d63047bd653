"""The build: raw texts and manifests to a validated, proved, written corpus.

The stages, in order: find the issues; cut them into shards; have each shard built, by one process or many; join the shards;
write the metadata files; put the new folder in the old one's place.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from lprcorpus.build.build_report import BuildReport, ReportLog
from lprcorpus.build.executors import executor, run
from lprcorpus.build.issue_files import IssueFiles, find_issues
from lprcorpus.build.shards import ShardTask, build_shard, code_fingerprint, cut_shards, part_name, read_journal
from lprcorpus.build.staging import Workplace, replaced_folder
from lprcorpus.errors import DataError, OutputError, WorkersLost
from lprcorpus.publish.bibliography import REFERENCES
from lprcorpus.publish.facts import DataFile, TableFacts
from lprcorpus.publish.render import is_built_file, join_references, write_metadata
from lprcorpus.schema import TABLES
from lprcorpus.tables import TableDigest

__all__ = ["build"]


def build(
    raw: Path,
    out: Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    resume: bool = False,
    strict: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> BuildReport:
    """Build a corpus: every issue of ``raw`` into the folder ``out``, which it replaces in one step.

    An issue that cannot be built stops no other: nothing of it is written, and the report says why. What is written does not
    depend on who does the work.

    Args:
        raw: the folder with the raw texts and their manifests.
        out: the folder to write; if it exists, it must hold a built corpus or nothing.
        workers: the number of processes; with 1, the work is done in this one.
        scheduler: the address of a Dask scheduler (``"tcp://host:8786"``), whose workers do the work instead; they must
            see ``raw`` and the folder that ``out`` stands in.
        resume: whether to go on with a build that was stopped; what it finished is used where it holds, and only there.
        strict: whether an issue that cannot be built stops the build.
        progress: called at first and after each shard with the bytes of raw text done and of all that there is to do.

    Raises:
        UsageError: ``raw`` cannot be read or holds no issue, ``out`` cannot be written, or those who do the work are gone.
        DataError: no issue can be built or, where ``strict``, not every one; ``out`` is as it was before.
    """
    found = find_issues(raw)
    if strict and found.unclaimed:
        raise DataError("\n".join(found.unclaimed))
    work = None
    try:
        with replaced_folder(out, is_built_file, resume=resume) as work:
            tasks = _cut(raw if scheduler is None else raw.absolute(), work.scratch, found.issues)
            with _tidy(work, keep=len(tasks) > 1):
                kept = _build_shards(tasks, workers, scheduler, strict=strict, progress=progress)
                log, failures, tables = _join(tasks, work.fresh)
                failures = [*found.unclaimed, *failures]
                if failures and not len(log):
                    work.forget()
                    raise DataError("\n".join(failures))
                write_metadata(work.fresh, tables)
    except (OutputError, WorkersLost) as error:
        whole = len(list(work.scratch.iterdir())) if work and work.scratch.is_dir() else 0
        if not whole:
            raise
        raise type(error)(f"{error}; finished shards are kept ({whole}): build with --resume to go on") from None
    return BuildReport(out, log, tuple(failures), tables, kept)


@contextmanager
def _tidy(work: Workplace, *, keep: bool) -> Iterator[None]:
    """Remove what killed workers, of this build or of one before it, left half-way; on an error, where not ``keep``, all."""

    def sweep() -> None:
        for left in work.scratch.glob(".*"):
            shutil.rmtree(left, ignore_errors=True)

    sweep()
    try:
        yield
    except BaseException:
        if not keep:
            work.forget()
        raise
    finally:
        sweep()


def _cut(raw: Path, scratch: Path, issues: Sequence[IssueFiles]) -> list[ShardTask]:
    code = code_fingerprint()
    return [
        ShardTask(raw, scratch, number, tuple(issue.id for issue in shard), sum(issue.bytes for issue in shard), code)
        for number, shard in enumerate(cut_shards(issues))
    ]


def _build_shards(
    tasks: Sequence[ShardTask],
    workers: int,
    scheduler: str | None,
    *,
    strict: bool,
    progress: Callable[[int, int], None] | None,
) -> int:
    """Have all shards built; return how many were there already."""
    total = sum(task.bytes for task in tasks)
    done = kept = 0
    if progress:
        progress(done, total)
    with executor(max(min(workers, len(tasks)), 1), scheduler) as engine, closing(run(build_shard, tasks, engine)) as results:
        for result in results:
            if strict and result.failures:
                raise DataError("\n".join(result.failures))
            if result.kept:
                kept += 1
                total -= result.bytes  # nothing to do about it, so that the rate is that of the work
            else:
                done += result.bytes
            if progress:
                progress(done, total)
    return kept


def _join(tasks: Sequence[ShardTask], folder: Path) -> tuple[ReportLog, list[str], tuple[TableFacts, ...]]:
    """Put the shards' files into the folder of the corpus; return the issues' reports, the failures and the tables."""
    log = ReportLog()
    failures: list[str] = []
    files: dict[str, list[DataFile]] = {name: [] for name in TABLES}
    rows = Counter[str]()
    digests = {name: TableDigest() for name in TABLES}
    for task in tasks:
        journal = read_journal(task.folder)
        if journal is None:
            raise OutputError(f"{task.folder}: is gone; expected a finished shard")
        log.extend(journal.reports)
        failures += journal.failures
        rows.update(journal.rows)
        suffix = f"-{task.number:05d}-of-{len(tasks):05d}" if len(tasks) > 1 else ""
        written = {file.path: file for file in journal.files}
        for name in TABLES:
            path = f"{name}{suffix}.parquet"
            _place(task.folder / f"{name}.parquet", folder / path)
            files[name].append(replace(written[f"{name}.parquet"], path=path))
            digests[name].update(journal.digests[name])
    join_references(folder, {name: [task.folder / part_name(name) for task in tasks] for name in REFERENCES})
    return log, failures, tuple(TableFacts(name, tuple(files[name]), rows[name], digests[name].hexdigest()) for name in TABLES)


def _place(file: Path, path: Path) -> None:
    """Give a file of a shard its place in the corpus; the shard keeps it too where the file system can do that."""
    try:
        os.link(file, path)
    except OSError:
        file.rename(path)

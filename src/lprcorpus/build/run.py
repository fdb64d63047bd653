"""The build: raw texts and manifests to a validated, proved, written corpus."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from lprcorpus.build.build_report import BuildReport, ReportLog
from lprcorpus.build.executors import run
from lprcorpus.build.issue_files import FoundIssues, find_issues
from lprcorpus.build.shards import (
    PART,
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
    What is written does not depend on who does the work.

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
        UsageError: ``raw`` cannot be read or contains no issue, ``out`` cannot be written, or those
            who do the work are gone.
        DataError: no issue can be built or, where ``strict``, not every one; ``out`` is as it was
            before.
        KeyboardInterrupt: with a message that says whether the build can be gone on with.
    """
    return _Build(raw, out, workers, scheduler, resume, strict, progress).run()


@dataclass(frozen=True)
class _Build:
    """A build as it was asked for, and its stages."""

    raw: Path
    out: Path
    workers: int
    scheduler: str | None
    resume: bool
    strict: bool
    progress: Progress | None

    def run(self) -> BuildReport:
        """Find the issues, build them shard by shard, and put the corpus in its place."""
        found = find_issues(self.raw)
        if self.strict and found.unclaimed:
            raise DataError("\n".join(found.unclaimed))
        staging = None
        try:
            with replaced_folder(self.out, is_built_file, resume=self.resume) as staging:
                report = self._fill(staging, found)
        except (OutputError, WorkersLost) as error:
            raise type(error)(f"{error}{_resume_hint(staging)}") from None
        except KeyboardInterrupt:
            state = "is built" if staging and staging.is_done else "is as it was before"
            raise KeyboardInterrupt(f"{self.out} {state}{_resume_hint(staging)}") from None
        return replace(report, notes=(*found.notes, *staging.notes))

    def _fill(self, staging: StagingFolder, found: FoundIssues) -> BuildReport:
        """Build the corpus in a staging folder."""
        tasks = []
        code = code_fingerprint()
        # The workers of a cluster may run in another folder.
        source = self.raw if self.scheduler is None else self.raw.absolute()
        for number, issues in enumerate(cut_shards(found.issues)):
            tasks.append(ShardTask(source, staging.shards, number, tuple(issues), code))
        staging.keeps_shards = len(tasks) > 1  # one alone is all of the work
        kept = self._build_shards(tasks)
        report = _join_shards(tasks, self.out, staging.fresh)
        failures = (*found.unclaimed, *report.failures)
        if failures and not len(report.issues):  # a corpus is not replaced by nothing
            staging.keeps_shards = False
            raise DataError("\n".join(failures))
        write_metadata(staging.fresh, report.tables)
        return replace(report, failures=failures, kept=kept)

    def _build_shards(self, tasks: Sequence[ShardTask]) -> int:
        """Have all shards built; return how many were there already."""
        total = sum(task.bytes for task in tasks)
        done = kept = 0
        self._tell(done, total)
        results = run(build_shard, tasks, workers=self.workers, scheduler=self.scheduler)
        with closing(results):
            for result in results:
                if self.strict and result.failures:
                    raise DataError("\n".join(result.failures))
                if result.kept:
                    kept += 1
                    total -= result.bytes  # nothing to do, so that the rate is that of the work
                else:
                    done += result.bytes
                self._tell(done, total)
        return kept

    def _tell(self, done: int, total: int) -> None:
        if self.progress:
            self.progress(done, total)


def _resume_hint(staging: StagingFolder | None) -> str:
    """Return what a message adds where finished shards are there to be gone on from."""
    if staging is None or staging.is_done or not staging.shards.is_dir():
        return ""
    whole = len(list(staging.shards.iterdir()))
    if whole == 0:
        return ""
    return f"; finished shards are kept ({whole}): build with --resume to go on"


def _join_shards(tasks: Sequence[ShardTask], out: Path, fresh: Path) -> BuildReport:
    """Put the shards' files into the folder of the corpus, in the order of the shards.

    That is the order of the issues, so that the files are the same whoever was first.
    """
    log = ReportLog()
    failures: list[str] = []
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
            _link(task.folder / part, fresh / path)
            files[name].append(replace(described[part], path=path))
            digests[name] += shard.digests[name]
    parts = {}
    for name in REFERENCES:
        parts[name] = [task.folder / f"{name}{PART}" for task in tasks]
    join_references(fresh, parts)
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

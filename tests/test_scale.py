"""Many issues: shards, workers that die, builds that are stopped and gone on with, and issues that fail among others."""

from __future__ import annotations

import contextlib
import errno
import functools
import itertools
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lprcorpus.build import shards
from lprcorpus.build.issue_files import InputFiles, IssueFiles, find_issues
from lprcorpus.build.run import Progress
from lprcorpus.build.run import build as build_any
from lprcorpus.build.shards import ShardTask, build_shard, cut_shards
from lprcorpus.errors import DataError, OutputError, UsageError

from .conftest import GENERATED as ISSUES
from .conftest import ROOT, SMALL_SHARD, hashes, load_generator, run

build = functools.partial(build_any, shard_bytes=SMALL_SHARD)
SMALL_SHARDS = ("--shard-bytes", str(SMALL_SHARD))


def stopped_after(count: int) -> Progress:
    """Have the disk be full once so many shards are built."""
    reported = itertools.count()  # at first, and after each shard

    def full(done: int, total: int) -> None:
        if next(reported) == count:
            raise OSError(errno.ENOSPC, "No space left on device")

    return full


@given(st.lists(st.integers(0, 100)), st.integers(1, 120))
def test_shards_are_the_issues_in_order_each_as_full_as_it_can_be(
    sizes: list[int], most: int
) -> None:
    issues = [IssueFiles(f"issue-{number:03d}", size) for number, size in enumerate(sizes)]
    tasks = cut_shards(issues, Path("raw"), Path("shards"), most)
    assert [issue for task in tasks for issue in task.issues] == [issue.id for issue in issues]
    size_of = dict(issues)
    for task, following in zip(tasks, [*tasks[1:], None], strict=False):  # no shard, no pair
        assert task.bytes == sum(size_of[issue] for issue in task.issues)
        assert len(task.issues) == 1 or task.bytes <= most
        assert following is None or task.bytes + size_of[following.issues[0]] > most


def test_the_shards_are_named_as_the_hub_names_them_and_hold_all_rows(
    expected: dict[str, str], raw: Path, tmp_path: Path
) -> None:
    report = build(raw, tmp_path / "out")
    assert hashes(tmp_path / "out") == expected
    assert sorted(name for name in expected if name.startswith("records")) == [
        "records-00000-of-00003.parquet",
        "records-00001-of-00003.parquet",
        "records-00002-of-00003.parquet",
    ]
    rows = {table.name: table.rows for table in report.tables}
    for name, count in rows.items():
        assert (
            sum(
                pq.ParquetFile(path).metadata.num_rows
                for path in (tmp_path / "out").glob(f"{name}-*.parquet")
            )
            == count
        )
    assert rows["issues"] == len(report.issues) == ISSUES
    assert [issue.id for issue in report.issues] == [
        f"generated-{number:06d}" for number in range(1, ISSUES + 1)
    ]


def test_two_processes_give_the_bytes_of_one(
    expected: dict[str, str], raw: Path, tmp_path: Path
) -> None:
    done: list[tuple[int, int]] = []
    build(raw, tmp_path / "out", workers=2, progress=lambda *pair: done.append(pair))
    assert hashes(tmp_path / "out") == expected
    total = sum(path.stat().st_size for path in raw.glob("*.txt"))
    assert [of for _, of in done] == [total] * 4
    assert [part for part, _ in done] == sorted(part for part, _ in done)
    assert (done[0][0], done[-1][0]) == (0, total)


def test_a_generated_issue_does_not_depend_on_how_many_are_made(
    generated: Path, tmp_path: Path
) -> None:
    load_generator().generate(tmp_path / "raw", 2, seed=1)
    assert hashes(tmp_path / "raw").items() <= hashes(generated).items()


# An issue that fails among others.


def spoil(raw: Path, number: int) -> str:
    """Break one generated issue; return the message that is to come."""
    text = raw / f"generated-{number:06d}.txt"
    text.write_bytes(text.read_bytes()[:2] + b"\0" + text.read_bytes()[3:])
    return f"{text}:1: a NUL character; expected text in UTF-8"


def test_an_issue_that_fails_is_named_and_the_others_are_written(raw: Path, tmp_path: Path) -> None:
    message = spoil(raw, 3)
    result = run("build", "--raw", raw, "--out", tmp_path / "out", "--workers", "1", *SMALL_SHARDS)
    assert result.stderr == (
        f"lprcorpus: {message}\nlprcorpus: 1 issue could not be built; {tmp_path / 'out'} contains the other {ISSUES - 1}\n"
    )
    assert result.exit_code == 1
    assert "generated-000003" not in result.stdout
    assert result.stdout.count("15 records") == ISSUES - 1


def test_nothing_of_an_issue_that_fails_is_written(raw: Path, tmp_path: Path) -> None:
    spoil(raw, 3)
    assert build_any(raw, tmp_path / "with").failures
    for path in raw.glob("generated-000003.*"):
        path.unlink()
    assert build_any(raw, tmp_path / "without").failures == ()
    assert hashes(tmp_path / "with") == hashes(tmp_path / "without")


def test_a_fault_of_ours_in_one_issue_stops_no_other(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_issue = shards.build_issue

    def faulty(files: InputFiles, issue_id: str) -> object:
        return [][0] if issue_id == "generated-000002" else build_issue(files, issue_id)

    monkeypatch.setattr(shards, "build_issue", faulty)
    report = build(raw, tmp_path / "out")
    manifest = raw / "generated-000002.toml"
    assert report.failures == (
        f"{manifest}: cannot be built, by a fault of lprcorpus: IndexError: list index out of range",
    )
    assert len(report.issues) == ISSUES - 1


def test_strict_makes_a_failure_fatal_and_leaves_the_old_corpus(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(raw, out)
    before = hashes(out)
    message = spoil(raw, 3)
    result = run("build", "--raw", raw, "--out", out, "--workers", "1", *SMALL_SHARDS, "--strict")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"lprcorpus: {message}\n")
    assert hashes(out) == before


def test_the_json_report_names_the_failures(raw: Path, tmp_path: Path) -> None:
    message = spoil(raw, 1)
    report = json.loads(
        run(
            "build",
            "--raw",
            raw,
            "--out",
            tmp_path / "out",
            "--workers",
            "1",
            *SMALL_SHARDS,
            "--json",
        ).stdout
    )
    assert report["failures"] == [message]
    assert [issue["id"] for issue in report["issues"]] == [
        f"generated-{number:06d}" for number in range(2, ISSUES + 1)
    ]


def test_texts_without_a_manifest_are_failures_too(raw: Path, tmp_path: Path) -> None:
    (raw / "generated-000004.toml").unlink()
    text = raw / "generated-000004.txt"
    message = (
        f"{text}: has no manifest; expected generated-000004.toml beside it: lprcorpus draft {text}"
    )
    assert build(raw, tmp_path / "out").failures == (message,)
    with pytest.raises(DataError) as caught:
        build(raw, tmp_path / "strict", strict=True)
    assert str(caught.value) == message
    assert not (tmp_path / "strict").exists()


def test_an_issue_whose_id_is_that_of_another_fails_alone(raw: Path, tmp_path: Path) -> None:
    other = raw / "generated-000004.toml"
    other.write_text(
        other.read_text("utf-8").replace('"generated-000004"', '"generated-000003"'), "utf-8"
    )
    report = build(raw, tmp_path / "out")
    assert report.failures == (
        f"{other}: issue.id: found 'generated-000003'; expected 'generated-000004', as the file is called",
    )
    assert len(report.issues) == ISSUES - 1


def test_where_every_issue_fails_the_old_corpus_stays(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(raw, out)
    before = hashes(out)
    messages = [spoil(raw, number) for number in range(1, ISSUES + 1)]
    with pytest.raises(DataError) as caught:
        build(raw, out)
    assert str(caught.value) == "\n".join(messages)
    assert hashes(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "raw"]


# A build that is stopped.


def test_a_full_disk_leaves_the_old_corpus_and_resume_goes_on(
    expected: dict[str, str], raw: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    build(raw, out)
    with pytest.raises(OutputError) as caught:
        build(raw, out, progress=stopped_after(2))
    assert str(caught.value) == (
        f"{out}: cannot be written: no space left on device; it is as it was before;"
        " finished shards are kept (2): build with --resume to go on"
    )
    assert hashes(out) == expected
    report = build(raw, out, resume=True)
    assert report.kept == 2
    assert hashes(out) == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "raw"]


def test_without_resume_a_build_begins_anew(
    expected: dict[str, str], raw: Path, tmp_path: Path
) -> None:
    with pytest.raises(OutputError):
        build(raw, tmp_path / "out", progress=stopped_after(2))
    assert build(raw, tmp_path / "out").kept == 0
    assert hashes(tmp_path / "out") == expected


def flip_a_byte(shard: Path) -> None:
    path = shard / "blocks.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut_a_file_short(shard: Path) -> None:
    path = shard / "records.parquet"
    path.write_bytes(path.read_bytes()[:-1])


def everyday(cases: Iterable[str], *chosen: str) -> list[object]:
    """Return cases of which those that are not chosen are slow."""
    return [
        case if case in chosen else pytest.param(case, marks=pytest.mark.slow) for case in cases
    ]


SPOILT_SHARDS: dict[str, Callable[[Path], object]] = {
    "a flipped bit": flip_a_byte,
    "a file cut short": cut_a_file_short,
    "a missing file": lambda shard: (shard / "edits.parquet").unlink(),
    "a missing manifest": lambda shard: (shard / "shard.json").unlink(),
    "a manifest that is none": lambda shard: (shard / "shard.json").write_text("{}"),
    "a shard under another number": lambda shard: (
        shard.rename(shard.with_name("9")),
        shard.with_name("00001").rename(shard),
    ),
}


@pytest.mark.parametrize("case", everyday(SPOILT_SHARDS, "a flipped bit", "a missing manifest"))
def test_resume_trusts_only_shards_whose_hashes_hold(
    case: str, expected: dict[str, str], raw: Path, tmp_path: Path
) -> None:
    with pytest.raises(OutputError):
        build(raw, tmp_path / "out", progress=stopped_after(2))
    SPOILT_SHARDS[case](tmp_path / ".out.unfinished" / "shards" / "00000")
    report = build(raw, tmp_path / "out", resume=True)
    assert report.kept == (0 if case == "a shard under another number" else 1)
    assert hashes(tmp_path / "out") == expected


def change_a_title(raw: Path) -> None:
    manifest = raw / "generated-000001.toml"
    manifest.write_text(
        manifest.read_text("utf-8").replace('role = "speaker"', 'role = "author"', 1), "utf-8"
    )


CHANGES: dict[str, tuple[Callable[[Path], object], int]] = {
    "a manifest": (change_a_title, 1),
    "a text": (lambda raw: spoil(raw, 1), 1),
    "an issue more at the end": (lambda raw: load_generator().generate(raw, ISSUES + 1, seed=1), 2),
    "an issue less": (lambda raw: [path.unlink() for path in raw.glob("generated-000001.*")], 0),
    "nothing": (lambda raw: None, 2),
}


@pytest.mark.parametrize("case", everyday(CHANGES, "a text", "nothing"))
def test_resume_trusts_only_shards_whose_issues_are_as_they_were(
    case: str, raw: Path, tmp_path: Path
) -> None:
    with pytest.raises(OutputError):
        build(raw, tmp_path / "out", progress=stopped_after(2))
    change, kept = CHANGES[case]
    change(raw)
    assert build(raw, tmp_path / "out", resume=True).kept == kept
    build(raw, tmp_path / "anew")
    assert hashes(tmp_path / "out") == hashes(tmp_path / "anew")


def test_resume_builds_an_issue_that_failed_again_when_it_is_put_right(
    expected: dict[str, str], raw: Path, generated: Path, tmp_path: Path
) -> None:
    spoil(raw, 5)
    with pytest.raises(DataError):
        build(raw, tmp_path / "out", strict=True)
    shutil.copy(generated / "generated-000005.txt", raw)
    assert build(raw, tmp_path / "out", strict=True, resume=True).kept == 2
    assert hashes(tmp_path / "out") == expected


def test_resume_trusts_no_shard_of_other_code(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OutputError):
        build(raw, tmp_path / "out", progress=stopped_after(2))
    monkeypatch.setattr(shards, "code_fingerprint", lambda: "other code")
    assert build(raw, tmp_path / "out", resume=True).kept == 0


def test_a_worker_with_other_code_or_without_the_folders_refuses(raw: Path, tmp_path: Path) -> None:
    ids = ("generated-000001",)
    task = ShardTask(raw, tmp_path / "gone", 0, ids, 1, shards.code_fingerprint())
    with pytest.raises(
        UsageError,
        match="gone: is not there for a worker; expected a folder that all workers share",
    ):
        build_shard(task)
    with pytest.raises(
        UsageError,
        match="a worker runs another version of lprcorpus, Python or a library than this process",
    ):
        build_shard(ShardTask(raw, tmp_path, 0, ids, 1, "other code"))


def test_workers_and_a_scheduler_exclude_each_other(raw: Path, tmp_path: Path) -> None:
    result = run(
        "build",
        "--raw",
        raw,
        "--out",
        tmp_path / "out",
        "--workers",
        "2",
        "--scheduler",
        "tcp://127.0.0.1:9",
    )
    assert result.exit_code == 2
    assert (
        "--workers is for this machine; the workers of --scheduler are its own. Give one of them"
        in result.stderr
    )
    assert not (tmp_path / "out").exists()


def test_issues_are_found_in_the_order_of_their_ids(tmp_path: Path) -> None:
    """The rows of a table, and with them its digest, go by this order; that of the file names would differ."""
    for stem in ("tiny-1-2", "tiny-1", "tiny"):
        (tmp_path / f"{stem}.toml").write_text("")
        (tmp_path / f"{stem}.txt").write_text(stem)
    (tmp_path / ".hidden.toml").write_text("")
    (tmp_path / "notes.md").write_text("")
    found = find_issues(tmp_path)
    assert found.issues == [
        IssueFiles("tiny", 4),
        IssueFiles("tiny-1", 6),
        IssueFiles("tiny-1-2", 8),
    ]
    assert found.unclaimed == []


def test_two_builds_at_once_do_not_meet(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    messages = []

    def build_too(done: int, total: int) -> None:
        with pytest.raises(OutputError) as caught:
            build(raw, out)
        messages.append(str(caught.value))

    build(raw, out, progress=build_too)
    assert messages == [f"{out}: another build is at work on it; expected one at a time"] * 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "raw"]


# Processes that die. A hold stops the worker that comes to an issue, at a place that the test
# knows.

PATIENCE = 120  # seconds


@contextlib.contextmanager
def blocked_at(raw: Path, number: int) -> Iterator[Callable[[], None]]:
    """Have whichever process of a build comes to an issue stop there; yield what lets it go on."""
    hold = raw / f".hold-generated-{number:06d}"
    hold.touch()

    def let_go() -> None:
        hold.unlink(missing_ok=True)

    try:
        yield let_go
    finally:
        let_go()


def holdable() -> dict[str, str]:
    """Return the environment of processes that heed a hold."""
    paths = [str(ROOT / "tests" / "holding"), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def held_at(raw: Path, number: int) -> int | None:
    """Return the process that came to an issue last, while it was blocked; None where none has."""
    try:
        return int((raw / f".held-generated-{number:06d}").read_text())
    except FileNotFoundError:
        return None


def start_build(raw: Path, out: Path, *arguments: str) -> subprocess.Popen[str]:
    """Build in a process of its own that cuts small shards."""
    command = [
        *(sys.executable, "-m", "lprcorpus", "build", "--raw", str(raw), "--out", str(out)),
        *SMALL_SHARDS,
        *arguments,
    ]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=holdable()
    )


def children(pid: int) -> list[int]:
    """Return the processes that a process started from our program (the pool's resource tracker is none)."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return [
        child for child in found if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def wait_until(is_so: Callable[[], object], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def finished(out: Path) -> set[str]:
    folder = out.with_name(f".{out.name}.unfinished") / "shards"
    return (
        {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        if folder.is_dir()
        else set()
    )


def wait_for_the_last(process: subprocess.Popen[str], raw: Path, out: Path) -> int:
    """Wait until a build has all shards but the last, which is blocked; return the process that is held there."""

    def is_held() -> bool:
        assert process.poll() is None, process.communicate()
        return finished(out) == {"00000", "00001"} and held_at(raw, ISSUES) is not None

    wait_until(is_held)
    held = held_at(raw, ISSUES)
    assert held is not None
    return held


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="finds processes in Linux's /proc"
)


@needs_proc
def test_a_killed_worker_stops_the_build_with_one_message_and_resume_goes_on(
    expected: dict[str, str], raw: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    build(raw, out)
    with blocked_at(raw, ISSUES):
        process = start_build(raw, out, "--workers", "2")
        wait_for_the_last(process, raw, out)
        for worker in children(process.pid):
            os.kill(worker, signal.SIGKILL)
        stdout, stderr = process.communicate(timeout=PATIENCE)
    assert (process.returncode, stdout) == (2, "")
    assert stderr == (
        "lprcorpus: a worker process died: it was killed, or the machine ran out of memory;"
        " finished shards are kept (2): build with --resume to go on\n"
    )
    assert hashes(out) == expected
    report = build(raw, out, resume=True)
    assert (report.kept, hashes(out)) == (2, expected)


@needs_proc
def test_a_killed_build_takes_its_workers_along_and_resume_goes_on(
    expected: dict[str, str], raw: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with blocked_at(raw, ISSUES):
        process = start_build(raw, out, "--workers", "2")
        held = wait_for_the_last(process, raw, out)
        workers = children(process.pid)
        assert held in workers
        process.kill()
        process.communicate(timeout=PATIENCE)
        wait_until(lambda: not any(map(is_alive, workers)))
    assert not out.exists()
    report = build(raw, out, resume=True)
    assert (report.kept, hashes(out)) == (2, expected)


@pytest.mark.slow
@needs_proc
def test_the_interrupt_key_stops_the_build_with_one_line(
    expected: dict[str, str], raw: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with blocked_at(raw, ISSUES) as let_go:
        process = start_build(raw, out, "--workers", "2")
        wait_for_the_last(process, raw, out)
        for pid in (process.pid, *children(process.pid)):  # as a terminal sends it
            os.kill(pid, signal.SIGINT)
        let_go()
        stdout, stderr = process.communicate(timeout=PATIENCE)
    assert (process.returncode, stdout) == (130, "")
    assert (
        stderr
        == f"lprcorpus: stopped; {out} is as it was before; finished shards are kept (3): build with --resume to go on\n"
    )
    assert build(raw, out, resume=True).kept == 3  # a shard that was begun is finished
    assert hashes(out) == expected


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_small_disk_that_is_full_gives_one_message(raw: Path, small_disk: Path) -> None:
    out = small_disk / "out"
    (out).mkdir()
    (out / "records.parquet").write_bytes(b"the earlier corpus")
    result = run("build", "--raw", raw, "--out", out, "--workers", "1", *SMALL_SHARDS)
    assert (result.exit_code, result.stdout) == (2, "")
    message = (
        f"lprcorpus: {out}: cannot be written: no space left on device; it is as it was before"
    )
    assert result.stderr in (
        f"{message}\n",
        f"{message}; finished shards are kept (1): build with --resume to go on\n",
    )
    assert [path.name for path in out.iterdir()] == ["records.parquet"]


@pytest.mark.slow
def test_a_worker_that_cannot_write_gives_one_message(raw: Path, tmp_path: Path) -> None:
    """A limit of the size of files stands for the full disk where none can be mounted."""
    out = tmp_path / "out"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        process = start_build(raw, out, "--workers", "2")
        stdout, stderr = process.communicate(timeout=PATIENCE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (process.returncode, stdout) == (2, "")
    assert (
        stderr == f"lprcorpus: {out}: cannot be written: file too large; it is as it was before\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["raw"]

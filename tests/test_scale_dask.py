"""A Dask cluster builds the shards: the same bytes, whichever worker dies; and one line when the scheduler is gone."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lprcorpus.errors import MissingLibrary, UsageError

from .conftest import GENERATED as ISSUES
from .conftest import hashes
from .test_scale import (
    PATIENCE,
    blocked_at,
    build,
    held_at,
    holdable,
    run,
    start_build,
    wait_for_the_last,
    wait_until,
)

pytest.importorskip("distributed", reason="the extra 'distributed' is not installed")
pytestmark = pytest.mark.slow


@dataclass
class Cluster:
    """A scheduler and its workers, each a process of its own."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(self) -> None:
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
        self.workers.append(start("worker", self.address, *options))


def start(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dask", *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=holdable()
    )


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A cluster of two workers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    made = Cluster(
        address, start("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    )
    wait_until(lambda: answers(port))
    for _ in range(2):
        made.start_worker()
    yield made
    for process in (*made.workers, made.scheduler):
        process.kill()
        process.wait()


def test_a_cluster_gives_the_bytes_of_one_process(
    cluster: Cluster, expected: dict[str, str], raw: Path, tmp_path: Path
) -> None:
    report = build(raw, tmp_path / "out", scheduler=cluster.address)
    assert report.failures == ()
    assert hashes(tmp_path / "out") == expected


def test_the_work_of_a_killed_worker_is_given_to_another(
    cluster: Cluster, expected: dict[str, str], raw: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with blocked_at(raw, ISSUES) as let_go:
        process = start_build(raw, out, "--scheduler", cluster.address)
        held = wait_for_the_last(process, raw, out)
        killed, other = sorted(cluster.workers, key=lambda worker: worker.pid != held)
        assert killed.pid == held
        killed.kill()
        wait_until(lambda: held_at(raw, ISSUES) == other.pid)
        let_go()
        stdout, stderr = process.communicate(timeout=PATIENCE)
    assert (process.returncode, stderr) == (0, "")
    assert "Wrote" in stdout
    assert hashes(out) == expected


def test_a_scheduler_that_goes_away_gives_one_message_and_resume_goes_on(
    cluster: Cluster, expected: dict[str, str], raw: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    build(raw, out)
    with blocked_at(raw, ISSUES):
        process = start_build(raw, out, "--scheduler", cluster.address)
        wait_for_the_last(process, raw, out)
        cluster.scheduler.kill()
        stdout, stderr = process.communicate(timeout=PATIENCE)
        for worker in cluster.workers:
            worker.kill()
            worker.wait()
    assert (process.returncode, stdout) == (2, "")
    assert stderr == (
        f"lprcorpus: {cluster.address}: the scheduler is gone; finished shards are kept (2): build with --resume to go on\n"
    )
    assert hashes(out) == expected
    report = build(raw, out, resume=True)
    assert (report.kept, hashes(out)) == (2, expected)


def test_a_scheduler_without_workers_is_named(cluster: Cluster, raw: Path, tmp_path: Path) -> None:
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    with pytest.raises(UsageError) as caught:
        build(raw, tmp_path / "out", scheduler=cluster.address)
    assert str(caught.value) == (
        f"{cluster.address}: the scheduler has no workers: dask worker {cluster.address} --nthreads 1"
    )


def test_where_no_scheduler_answers_that_is_said(raw: Path, tmp_path: Path) -> None:
    result = run(
        "build", "--raw", raw, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9"
    )
    assert result.exit_code == 2
    assert result.stderr.startswith("lprcorpus: tcp://127.0.0.1:9: no scheduler answers: ")
    assert result.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["raw"]


def test_an_address_that_is_none_is_a_usage_error(raw: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        build(raw, tmp_path / "out", scheduler="cluster")
    assert (
        str(caught.value)
        == "--scheduler: found 'cluster'; expected the address of a Dask scheduler such as tcp://host:8786"
    )


def test_without_the_library_the_extra_is_named(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingLibrary) as caught:
        build(raw, tmp_path / "out", scheduler="tcp://127.0.0.1:9")
    assert (
        str(caught.value)
        == "a Dask cluster needs distributed: pip install 'lprcorpus[distributed]'"
    )

"""Measure the whole build: raw text to written, proved Parquet, of 100 to 10,000 generated issues.

    python benchmarks/build.py [--issues 10000] [--folder FOLDER] [--only
    growth,workers,cluster,reading]

Prints, from one run: the time and the peak memory from 100 issues to all; two processes against
one; a Dask cluster one of whose two workers is killed half-way against a build that nobody
disturbs; and the memory of ``validate`` and ``load``. Each figure is taken in a process of its own;
its peak is that of the largest process that took part. Where other work is going on, the seconds of
processor time say more than those of the clock. The corpora are left in FOLDER, if it is given, for
the next run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from generate import generate

MEASURED = """
    import json, resource, sys, time
    from pathlib import Path
    def peak():
        return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    def processor():
        return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    if __name__ == "__main__":
        clock, used = time.perf_counter(), processor()
        {work}
        print(json.dumps({{"seconds": time.perf_counter() - clock, "processor": processor() - used, "peak": peak()}}))
"""
BUILD = "from lprcorpus.build.run import build; build(Path({raw!r}), Path({out!r}), {options})"
VALIDATE = "import lprcorpus; assert lprcorpus.validate({out!r}).valid"
LOAD = "import lprcorpus; assert sum(1 for row in lprcorpus.load(streaming=True, corpus=lprcorpus.Corpus({out!r}))) == {rows}"


def program(work: str, **values: object) -> list[str]:
    """Return a command that does some work and prints its seconds and its peak in MB."""
    code = textwrap.dedent(MEASURED).format(work=work.format(**values))
    with tempfile.NamedTemporaryFile("w", suffix=".py", delete=False) as file:
        file.write(code)
    return [sys.executable, file.name]


def measure(work: str, **values: object) -> dict[str, float]:
    command = program(work, **values)
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    finally:
        Path(command[1]).unlink()
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def measure_build(raw: Path, out: Path, options: str = "workers=1") -> dict[str, float]:
    shutil.rmtree(out, ignore_errors=True)
    return measure(BUILD, raw=str(raw), out=str(out), options=options)


def corpus(folder: Path, issues: int) -> Path:
    """Return the folder of a corpus of so many issues: in its ``raw``, links to the first of those that were generated."""
    raw = folder / str(issues) / "raw"
    if not raw.is_dir():
        raw.mkdir(parents=True)
        for number in range(1, issues + 1):
            for suffix in ("txt", "toml"):
                name = f"generated-{number:06d}.{suffix}"
                os.link(folder / "raw" / name, raw / name)
    return raw.parent


def megabytes(raw: Path) -> float:
    return sum(path.stat().st_size for path in raw.glob("*.txt")) / 1e6


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def growth(sizes: list[int], folder: Path) -> None:
    print("Growth: one process; what one issue more costs, beyond what a build of one takes")
    print(
        f"{'issues':>8} {'MB':>8} {'seconds':>8} {'processor':>9} {'MB/s a core':>11} {'ms an issue':>11} {'peak MB':>8}"
    )
    seen: list[tuple[float, float]] = []
    one = corpus(folder, 1)
    fixed = min(
        measure_build(one / "raw", one / "processed")["processor"] for _ in range(3)
    )  # imports, pictures, one issue
    for size in sizes:
        home = corpus(folder, size)
        runs = [
            measure_build(home / "raw", home / "processed") for _ in range(3 if size <= 100 else 1)
        ]
        best = min(runs, key=lambda run: run["processor"])
        amount = megabytes(home / "raw")
        each = (best["processor"] - fixed) / (size - 1) * 1000 if size > 1 else fixed * 1000
        seen.append((each, best["peak"]))
        print(
            f"{size:>8,} {amount:>8.1f} {best['seconds']:>8.1f} {best['processor']:>9.1f} {amount / best['processor']:>11.1f}"
            f" {each:>11.2f} {best['peak']:>8.0f}",
            flush=True,
        )
    (small, low), (large, high) = seen[0], seen[-1]
    print(
        f"largest against smallest: an issue costs {large / small - 1:+.0%}; the peak is {high / low - 1:+.0%}\n",
        flush=True,
    )


def workers(size: int, folder: Path) -> None:
    home = corpus(folder, size)
    print(f"Workers: {size:,} issues, {megabytes(home / 'raw'):.1f} MB")
    ratios = []
    for turn in range(3):
        one = measure_build(home / "raw", home / "processed")
        two = measure_build(home / "raw", home / "processed-two", "workers=2")
        ratios.append(one["seconds"] / two["seconds"])
        print(
            f"  run {turn + 1}: one process {one['seconds']:.1f} s ({one['processor']:.1f} of processor),"
            f" two {two['seconds']:.1f} s ({two['processor']:.1f}): {ratios[-1]:.2f} times as fast;"
            f" the largest process {two['peak']:.0f} MB",
            flush=True,
        )
    same = (
        "the same bytes"
        if hashes(home / "processed") == hashes(home / "processed-two")
        else "OTHER BYTES"
    )
    print(f"best {max(ratios):.2f}; {same}\n", flush=True)


@contextmanager
def cluster() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a Dask scheduler and two workers on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "dask"]
    processes = [
        subprocess.Popen(
            [*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
            **quiet,
        )
    ]
    for _ in range(2):
        processes.append(
            subprocess.Popen(
                [*dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"],
                **quiet,
            )
        )
    try:
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def killed_worker(size: int, folder: Path) -> None:
    home = corpus(folder, size)
    print(f"Cluster: {size:,} issues, two Dask workers, one killed half-way")
    measure_build(home / "raw", home / "processed")
    out = home / "processed-cluster"
    scratch = home / f".{out.name}.unfinished" / "shards"
    shutil.rmtree(out, ignore_errors=True)
    tables = len(list((home / "processed").glob("records*.parquet")))
    with cluster() as (address, processes):
        command = program(
            BUILD, raw=str(home / "raw"), out=str(out), options=f"scheduler={address!r}"
        )
        build = subprocess.Popen(command, stdout=subprocess.PIPE)
        done = 0
        while build.poll() is None and done < tables / 2:
            done = (
                len([path for path in scratch.glob("*") if not path.name.startswith(".")])
                if scratch.is_dir()
                else 0
            )
            time.sleep(0.05)
        processes[0].kill()
        status = build.wait()
        Path(command[1]).unlink()
    same = (
        "the same bytes as without"
        if status == 0 and hashes(out) == hashes(home / "processed")
        else "NOT THE SAME"
    )
    print(f"killed when {done} of {tables} shards were done; exit status {status}; {same}\n")


def reading(sizes: list[int], folder: Path) -> None:
    print("Reading: validate (whole), and load as a stream")
    print(f"{'issues':>8} {'validate s':>10} {'peak MB':>8} {'load s':>8} {'peak MB':>8}")
    for size in sizes:
        out = corpus(folder, size) / "processed"
        checked = measure(VALIDATE, out=str(out))
        loaded = measure(LOAD, out=str(out), rows=size * 15)
        print(
            f"{size:>8,} {checked['seconds']:>10.1f} {checked['peak']:>8.0f} {loaded['seconds']:>8.1f} {loaded['peak']:>8.0f}",
            flush=True,
        )
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--issues", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", default="growth,workers,cluster,reading")
    options = parser.parse_args()
    chosen = options.only.split(",")
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "raw" / f"generated-{options.issues:06d}.toml").is_file():
            generate(folder / "raw", options.issues)
        sizes = sorted({min(size, options.issues) for size in (100, 1_000, options.issues)})
        if "growth" in chosen:
            growth(sizes, folder)
        if "workers" in chosen:
            workers(min(3_000, options.issues), folder)
        if "cluster" in chosen:
            killed_worker(min(500, options.issues), folder)
        if "reading" in chosen:
            reading(
                [size for size in sizes if (corpus(folder, size) / "processed").is_dir()], folder
            )


if __name__ == "__main__":
    main()

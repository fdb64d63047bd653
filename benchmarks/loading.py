"""Measure how fast the corpus is loaded, next to what others take for the same, all in one run.

    python benchmarks/loading.py [--runs 15] [--records 1000000] [--keep DIR]

First the start: new processes up to the first row in hand, taken in turn, so that noise falls on
all alike; printed are the medians, the least times, and of the ratios the median of all rounds.
Then a large corpus: records of about a kilobyte, made of the real ones' words; ``lprcorpus.load()``
and ``load_dataset("parquet")``, each in a process of its own with an empty cache, up to the first
and the last row; with it what each leaves on the disk and takes in memory. Last, the size of the
wheel.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

import lprcorpus
from lprcorpus.tables import arrow_schema, writer

ROOT = Path(__file__).resolve().parents[1]
FILE = lprcorpus.path() / "records.parquet"
SHARDS = 8
GROUP = 5_000
FRAGMENT = 3  # words that are taken together
FRAGMENTS = 57  # in a body: about a kilobyte

START = {
    "python -c pass": "pass",
    "import lprcorpus": "import lprcorpus",
    "pyarrow.parquet.read_table": f"import pyarrow.parquet as pq; pq.read_table({str(FILE)!r}).slice(0, 1).to_pylist()[0]",
    "lprcorpus.table('records')": "import lprcorpus; lprcorpus.table('records').slice(0, 1).to_pylist()[0]",
    "lprcorpus.records()": "import lprcorpus; lprcorpus.records()[0]",
    "datasets.load_dataset": (
        f"import datasets; datasets.load_dataset('parquet', data_files={str(FILE)!r}, split='train')[0]"
    ),
    "lprcorpus.load()": "import lprcorpus; lprcorpus.load()[0]",
}
"""What is started, up to the first row in hand."""

RATIOS = [
    ("import lprcorpus", "python -c pass", "at most 1.5"),
    ("lprcorpus.table('records')", "pyarrow.parquet.read_table", "at most 0.5"),
    ("lprcorpus.records()", "pyarrow.parquet.read_table", "at most 0.75"),
    ("datasets.load_dataset", "lprcorpus.records()", "at least 3"),
]

LARGE = """
import json, re, sys, time
began = time.perf_counter()
import datasets, lprcorpus, pyarrow.parquet
imported = time.perf_counter()
{load}
first, last = dataset[0], dataset[len(dataset) - 1]
done = time.perf_counter()
print(json.dumps({{
    "call": done - imported,
    "with imports": done - began,
    "rows": len(dataset),
    "last": last["id"],
    "memory": int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024,
}}))
"""
LOADS = {
    "load_dataset('parquet')": "dataset = datasets.load_dataset('parquet', data_files=sys.argv[1] + '/*.parquet', split='train')",
    "lprcorpus.load()": "dataset = lprcorpus.load(corpus=lprcorpus.Corpus(sys.argv[1]))",
}


def environment(home: str) -> dict[str, str]:
    return {
        **os.environ,
        "HOME": home,
        "HF_HOME": home,
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    }


def measure_start(runs: int) -> None:
    times: dict[str, list[float]] = {name: [] for name in START}
    for _ in range(runs):
        for name, code in START.items():
            with tempfile.TemporaryDirectory() as home:
                start = time.perf_counter()
                subprocess.run(
                    [sys.executable, "-c", code],
                    check=True,
                    env=environment(home),
                    capture_output=True,
                )
                times[name].append(time.perf_counter() - start)
    print(f"A new process, to the first row in hand ({runs} times each, in turn)")
    for name, taken in times.items():
        print(
            f"  {name:28} {statistics.median(taken) * 1e3:6.0f} ms median {min(taken) * 1e3:6.0f} ms least"
        )
    for one, other, goal in RATIOS:
        rounds = statistics.median(
            mine / theirs for mine, theirs in zip(times[one], times[other], strict=True)
        )
        least = min(times[one]) / min(times[other])
        print(
            f"  {one} / {other}: {rounds:.2f}, the median of the rounds; {least:.2f} of the least times (goal: {goal})"
        )


def made_records(count: int) -> Iterator[list[dict[str, object]]]:
    """Yield records, a row group at a time: the real ones' rows in turn, with ids and bodies of their own."""
    real = [record.model_dump() for record in lprcorpus.records()]
    words = [word for record in real for word in str(record["body"]).split()]
    fragments = [
        " ".join(words[place : place + FRAGMENT]) for place in range(len(words) - FRAGMENT)
    ]
    chance = random.Random(0)
    for start in range(0, count, GROUP):
        group = []
        for number in range(start, min(start + GROUP, count)):
            issue = f"made-{number // len(real)}"
            body = " ".join(chance.choices(fragments, k=FRAGMENTS))
            own = {"id": f"{issue}/record-{number % len(real)}", "issue_id": issue, "body": body}
            digest = hashlib.sha256(body.encode()).hexdigest()
            group.append(
                {
                    **real[number % len(real)],
                    **own,
                    "word_count": FRAGMENT * FRAGMENTS,
                    "body_sha256": digest,
                }
            )
        yield group


def make_corpus(folder: Path, count: int) -> None:
    """Write a corpus that holds the table of records alone, in shards."""
    folder.mkdir(parents=True)
    groups = made_records(count)
    paths = [f"records-{shard:05d}-of-{SHARDS:05d}.parquet" for shard in range(SHARDS)]
    for path in paths:
        with writer("records", folder / path) as out:
            for _ in range(-(-count // (GROUP * SHARDS))):
                rows = next(groups, None)
                if rows:
                    out.write_table(pa.Table.from_pylist(rows, schema=arrow_schema("records")))
    descriptor = json.loads((lprcorpus.path() / "datapackage.json").read_bytes())
    (resource,) = (entry for entry in descriptor["resources"] if entry["name"] == "records")
    descriptor["resources"] = [
        {**resource, "path": paths, "rows": count, "contentDigest": f"made:{count}"}
    ]
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")


def bytes_below(folder: str | Path) -> int:
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def measure_large(folder: Path, count: int, runs: int) -> None:
    if not folder.exists():
        make_corpus(folder, count)
    decoded = sum(part.nbytes for part in lprcorpus.Corpus(folder).parts("records"))
    print(f"\n{count:,} records ({runs} times each, in turn):", end=" ")
    print(f"{bytes_below(folder) / 1e9:.2f} GB of Parquet, {decoded / 1e9:.2f} GB decoded")
    found: dict[str, list[dict[str, float]]] = {name: [] for name in LOADS}
    for _ in range(runs):
        for name, load in LOADS.items():
            with tempfile.TemporaryDirectory() as home:
                command = [sys.executable, "-c", LARGE.format(load=load), str(folder)]
                done = subprocess.run(
                    command, check=True, env=environment(home), capture_output=True, text=True
                )
                found[name].append({**json.loads(done.stdout), "disk": bytes_below(home)})
    ends = {(run["rows"], run["last"]) for taken in found.values() for run in taken}
    assert len(ends) == 1, ends
    middle = {
        name: {
            key: statistics.median(run[key] for run in taken)
            for key in ("call", "with imports", "memory", "disk")
        }
        for name, taken in found.items()
    }
    for name, taken in middle.items():
        print(
            f"  {name:28} {taken['call']:7.3f} s call {taken['with imports']:7.3f} s with imports"
            f" {taken['memory']:6.0f} MB memory {taken['disk'] / 1e9:6.2f} GB written to disk"
        )
    theirs, ours = middle.values()
    print(
        f"  the call is {theirs['call'] / ours['call']:.1f} times faster (goal: at least 5),",
        end=" ",
    )
    print(f"with the imports {theirs['with imports'] / ours['with imports']:.1f} times")


def measure_wheel() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        print(f"\nThe wheel: {bytes_below(folder) / 1e6:.3f} MB (goal: under 1)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument(
        "--keep", type=Path, help="Folder for the large corpus; made if it is not there, and kept."
    )
    options = parser.parse_args()
    measure_start(options.runs)
    with tempfile.TemporaryDirectory() as folder:
        measure_large(options.keep or Path(folder) / "large", options.records, min(options.runs, 3))
    measure_wheel()


if __name__ == "__main__":
    main()

"""Compare ``lprcorpus validate`` with ``frictionless validate`` on the same files, in one run.

    python benchmarks/validate.py [--records 100000] [--folder FOLDER] [--shards N]

Makes a corpus of that many records of about 5,000 characters each: issues rearranged from the real one (``generate.py``), without
its longest item, built as any corpus is. Then prints, side by side, the rows a second and the peak memory of ours without the
proof, ours with the proof, and Frictionless; each in a process of its own.

Frictionless validates only the first file of a table in shards. It is given each shard as a package of its own, one after the
other in one process, and its time is taken without its start; ours is that of the whole command. With ``--shards`` it is given
only that many, evenly spread; its rows a second are then those of these.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from generate import Words, make_issue, read_items

from lprcorpus.making.build import build
from lprcorpus.reading.corpus import Corpus

FRICTIONLESS = """
import json, sys, time
from frictionless import Package, system
rows = seconds = 0
errors = []
for path in sys.argv[1:]:
    package = Package.from_descriptor(path)
    start = time.perf_counter()
    report = package.validate()
    seconds += time.perf_counter() - start
    rows += sum(task.stats.get("rows") or 0 for task in report.tasks)
    errors += [str(error)[:200] for error in report.flatten(["message"])]
print(json.dumps({"rows": rows, "seconds": seconds, "errors": errors[:3]}))
"""


@dataclass(frozen=True)
class Run:
    """What a process did: rows, seconds, and peak memory in MiB."""

    rows: int
    seconds: float
    memory: float

    @property
    def speed(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def make_corpus(folder: Path, records: int) -> Path:
    """Generate and build a corpus of at least that many records; return the built folder."""
    content, items, text = read_items()
    longest = max(items, key=lambda item: sum(map(len, item.pages)))
    chosen = [item for item in items if item is not longest]
    words = Words(text)
    each = sum(len(item.entries) for item in chosen)
    raw = folder / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for number in range(1, -(-records // each) + 1):
        name, issue, manifest = make_issue(content, chosen, words, number, seed=0)
        (raw / f"{name}.txt").write_bytes(issue.encode("utf-8"))
        (raw / f"{name}.toml").write_bytes(manifest.encode("utf-8"))
    build(raw, folder / "processed")
    return folder / "processed"


def run(*command: str) -> tuple[str, float, float]:
    """Run a command; return what it printed, its seconds, and its peak memory in MiB."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read().decode()
    if process.returncode:
        sys.exit(f"{' '.join(command[:4])} …: exit status {process.returncode}\n{printed[:2000]}")
    return printed, seconds, usage.ru_maxrss / 1024


def run_ours(folder: Path, *options: str) -> Run:
    printed, seconds, memory = run(sys.executable, "-m", "lprcorpus", "validate", str(folder), "--json", *options)
    return Run(sum(json.loads(printed)["rows"].values()), seconds, memory)


def shard_packages(folder: Path, target: Path, most: int | None) -> list[Path]:
    """Write the shards of a corpus as packages of their own, their files linked; return their descriptors."""
    package = json.loads((folder / "datapackage.json").read_bytes())
    tables = [resource for resource in package["resources"] if resource.get("type") == "table"]
    paths = {table["name"]: [table["path"]] if isinstance(table["path"], str) else table["path"] for table in tables}
    count = len(paths["records"])
    chosen = range(count) if most is None else sorted({number * count // most for number in range(min(most, count))})
    descriptors = []
    for number in chosen:
        place = target / f"{number:05d}"
        place.mkdir()
        for listed in paths.values():
            os.link(folder / listed[number], place / listed[number])
        resources = [{**table, "path": paths[table["name"]][number]} for table in tables]
        for resource in resources:
            del resource["rows"]  # of all shards
        files = {listed[number] for listed in paths.values()}
        resources += [item for item in package["resources"] if item.get("type") != "table" and item["path"] in files]
        descriptor = place / "datapackage.json"
        descriptor.write_text(json.dumps({**package, "resources": resources}), "utf-8")
        descriptors.append(descriptor)
    return descriptors


def run_frictionless(folder: Path, most: int | None) -> Run:
    with tempfile.TemporaryDirectory(dir=folder.parent) as target:
        descriptors = shard_packages(folder, Path(target), most)
        printed, _, memory = run(sys.executable, "-c", FRICTIONLESS, *map(str, descriptors))
    result = json.loads(printed.splitlines()[-1])
    if result["errors"]:
        print(f"frictionless finds: {result['errors']}")
    return Run(result["rows"], result["seconds"], memory)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where to make the corpus, or where one made before is; it is kept")
    parser.add_argument("--shards", type=int, help="how many shards Frictionless is given; all by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = options.folder or Path(scratch)
        folder = home / "processed"
        if not folder.is_dir():
            start = time.perf_counter()
            make_corpus(home, options.records)
            print(f"corpus          made in {time.perf_counter() - start:.0f} s")
        corpus = Corpus(folder)
        bodies = corpus.table("records", ["word_count", "body_sha256"]).num_rows
        size = sum(path.stat().st_size for path in folder.glob("*.parquet"))
        text = sum(path.stat().st_size for path in (home / "raw").glob("*.txt"))
        shards = len(corpus.files("records"))
        print(f"corpus          {bodies:,} records, {shards} shards; {size / 1e6:.0f} MB of Parquet, {text / 1e6:.0f} MB of text")
        print(f"                {text / bodies:,.0f} bytes of raw text for each record")
        fast = run_ours(folder, "--no-proof")
        full = run_ours(folder)
        other = run_frictionless(folder, options.shards)
    print(f"{'':16}{'rows':>12}{'seconds':>10}{'rows/s':>12}{'peak MiB':>10}{'times':>8}")
    for name, result in (("without proof", fast), ("with proof", full), ("frictionless", other)):
        times = result.speed / other.speed
        print(f"{name:16}{result.rows:>12,}{result.seconds:>10.1f}{result.speed:>12,.0f}{result.memory:>10.0f}{times:>8.1f}")


if __name__ == "__main__":
    main()

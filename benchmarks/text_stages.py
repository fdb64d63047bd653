"""Measure the text stages: pages, blocks and spans of many issues; nothing is written.

    python benchmarks/text_stages.py [--megabytes 100]

Prints the speed of the stages and of ``str.splitlines`` on the same text in the same run: called for each issue, its result
dropped before the next, and called once for all issues together. Then the process's peak memory after a tenth of the issues
and after all.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

from lprcorpus.making.allocator import steady_memory
from lprcorpus.making.assembly import lay_out
from lprcorpus.making.manifest import parse_manifest

RAW = Path(__file__).resolve().parents[1] / "raw"


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=100)
    options = parser.parse_args()
    path = sorted(RAW.glob("*.toml"))[0]
    manifest = parse_manifest(path.read_bytes(), str(path))
    data = path.with_suffix(".txt").read_bytes()
    count = max(options.megabytes * 1_000_000 // len(data), 10)
    early = 0.0
    stages = lines = 0.0
    with steady_memory():  # as in a build
        for number in range(count):
            text = data.decode("utf-8")  # a string of its own for each issue
            start = time.perf_counter()
            split = text.splitlines()
            lines += time.perf_counter() - start
            del split
            start = time.perf_counter()
            lay_out(text, manifest, str(path))
            stages += time.perf_counter() - start
            if number == count // 10:
                early = peak_megabytes()
    size = count * len(data) / 1e6
    print(f"text            {count} issues, {size:.1f} MB, {len(data) / 1e3:.1f} kB each")
    late = peak_megabytes()
    whole = data.decode("utf-8") * count
    start = time.perf_counter()
    whole.splitlines()
    together = time.perf_counter() - start
    print(f"text stages     {size / stages:.1f} MB/s")
    print(f"str.splitlines  {size / lines:.1f} MB/s issue by issue, {size / together:.1f} MB/s on all at once")
    print(f"ratio           1/{stages / lines:.1f} issue by issue, 1/{stages / together:.1f} of all at once")
    print(f"peak memory     {early:.0f} MB after a tenth of the issues, {late:.0f} MB after all")


if __name__ == "__main__":
    main()

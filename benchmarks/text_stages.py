"""Measure the text stages: pages, blocks and spans of many issues; nothing is written.

    python benchmarks/text_stages.py [--megabytes 100]

The first issue is repeated, each time as a text and an issue of its own. Times are the process's
own, on one core, so that what else the machine does counts as little as it can. Prints the speed of
the stages, and of ``str.splitlines`` on the same text in the same run, in two ways: on all of the
text at once, as one string, which is what the goal of 1/20 speaks of; and called for each issue,
its result dropped before the next, where it is twice as fast because neither the text nor the lines
ever leave the processor's cache. Then the process's peak memory after a tenth of the issues and
after all.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

from lprcorpus.build.assembly import assemble
from lprcorpus.build.manifest import parse_manifest

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
    for number in range(count):
        text = data.decode("utf-8")  # a string of its own for each issue
        start = time.process_time()
        split = text.splitlines()
        lines += time.process_time() - start
        del split
        start = time.process_time()
        assemble(text, manifest, str(path))
        stages += time.process_time() - start
        if number == count // 10:
            early = peak_megabytes()
    size = count * len(data) / 1e6
    print(f"text            {count} issues, {size:.1f} MB, {len(data) / 1e3:.1f} kB each")
    late = peak_megabytes()
    whole = data.decode("utf-8") * count
    start = time.process_time()
    whole.splitlines()
    together = time.process_time() - start
    print(f"text stages     {size / stages:.1f} MB/s")
    print(
        f"str.splitlines  {size / together:.1f} MB/s on the whole text at once; {size / lines:.1f} MB/s issue by issue, in cache"
    )
    print(
        f"ratio           1/{stages / together:.1f} of the whole at once (goal: 1/20); 1/{stages / lines:.1f} of issue by issue"
    )
    print(f"peak memory     {early:.0f} MB after a tenth of the issues, {late:.0f} MB after all")


if __name__ == "__main__":
    main()

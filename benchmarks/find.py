"""Measure ``lprcorpus find``: from a cold start on the real corpus, and in a large corpus made from it.

    python benchmarks/find.py [--issues 667]

Prints how long the command takes as a new process, beside the bare interpreter in the same run. Then, for a generated corpus
(667 issues hold 10,000 records): how long its index file takes to make and how large it is, and how long a search takes in it,
beside reading through all bodies in the same run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from lprcorpus.build.run import build
from lprcorpus.corpus import Corpus
from lprcorpus.search.likeness import select
from lprcorpus.search.passages import find
from lprcorpus.search.textindex import open_index
from lprcorpus.search.words import words

GENERATE = Path(__file__).with_name("generate.py")


def seconds(call: Callable[[], object], times: int = 5) -> float:
    """Return the shortest of some runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


def process(arguments: Sequence[str]) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def cold_start() -> None:
    bare = seconds(process(["-c", "pass"]))
    pyarrow = seconds(process(["-c", "import pyarrow.parquet"]))
    for style in ("bibtex", "chicago"):
        taken = seconds(process(["-m", "lprcorpus", "find", "night whispers", "--style", style]))
        print(f"cold start      {taken * 1e3:.0f} ms with {style}")
    print(f"                {bare * 1e3:.0f} ms the interpreter alone, {pyarrow * 1e3:.0f} with pyarrow")


def at_scale(issues: int, folder: Path) -> None:
    process([str(GENERATE), str(folder / "raw"), "--issues", str(issues)])()
    build(folder / "raw", folder / "processed")
    corpus = Corpus(folder / "processed")
    start = time.perf_counter()
    index = open_index(corpus)
    made = time.perf_counter() - start
    texts = list(index.all())
    characters = sum(len(text.body) for text in texts)
    print(f"corpus          {len(texts):,} records, {characters / 1e6:.1f} million characters")
    sizes = sum(file.stat().st_size for file in (folder / "cache").iterdir())
    print(
        f"index file      made in {made:.1f} s, {characters / made / 1e6:.1f} million characters a second; {sizes / 1e6:.0f} MB"
    )
    scan = seconds(lambda: [words(text.body) for text in texts[:500]], 1) * len(texts) / 500
    middle = texts[len(texts) // 2]
    quotation = middle.body[middle.blocks[0].start : middle.blocks[0].end][:80].rsplit(" ", 1)[0]
    for query in (quotation, "night whispers", "socialism", "of the"):
        found = find(query, exact=True, limit=20, corpus=corpus)
        taken = seconds(lambda query=query: find(query, exact=True, limit=20, corpus=corpus))
        print(f"{query[:14]:15} {taken * 1e3:8.1f} ms, {len(found):2} passages at most 20; reading all 1:{scan / taken:,.0f}")
    block = middle.blocks[0]
    print(f"selector        {seconds(lambda: select(index, middle, block.start, block.end)) * 1e3:8.1f} ms")
    taken = seconds(process(["-m", "lprcorpus", "find", quotation, "--style", "bibtex", "--corpus", str(corpus.folder)]), 3)
    print(f"cold start      {taken * 1e3:8.0f} ms in this corpus")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--issues", type=int, default=667)
    options = parser.parse_args()
    cold_start()
    with TemporaryDirectory() as folder:
        os.environ["LPRCORPUS_CACHE"] = str(Path(folder, "cache"))
        at_scale(options.issues, Path(folder))


if __name__ == "__main__":
    main()

"""Measure ``lprcorpus find`` and ``resolve``: from a cold start, and in a large corpus made from the real one.

    python benchmarks/find.py [--issues 667] [--against SRC]

Prints how long ``find`` takes as a new process in the present corpus, beside the bare interpreter
and, with ``--against``, beside the package in another source folder, taking turns in the same run.
Then, for a generated corpus (667 issues hold 10,005 records): how long its index takes to make,
beside SQLite's FTS5 over the same bodies handed over whole; how long ``find`` takes in it as a new
process, and once it is open; how long selectors take to resolve; and that doubling a body doubles
the time.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from lprcorpus.build.run import build
from lprcorpus.corpus import Corpus
from lprcorpus.search.index import index_of
from lprcorpus.search.query import find
from lprcorpus.search.resolving import resolve
from lprcorpus.search.words import FoldedText, sentences

GENERATE = Path(__file__).with_name("generate.py")
FIND = ("-m", "lprcorpus", "find", "--style", "bibtex")


def seconds(call: Callable[[], object], times: int = 5) -> float:
    """Return the shortest of some runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


def process(arguments: Sequence[str], source: Path | None = None) -> Callable[[], object]:
    """Return a call that runs the interpreter, perhaps with the package from another folder."""
    environment = {**os.environ, "PYTHONPATH": str(source)} if source else None
    return lambda: subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, env=environment
    )


def turns(calls: Sequence[Callable[[], object]], times: int = 9) -> list[float]:
    """Return the medians of some calls that take turns, so that a busy machine is busy for all of them."""
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(times):
        for call, times_taken in zip(calls, taken, strict=True):
            times_taken.append(seconds(call, 1))
    return [statistics.median(times_taken) for times_taken in taken]


def cold_start(against: Path | None) -> float:
    calls = {
        "the interpreter alone": process(["-c", "pass"]),
        "with pyarrow": process(["-c", "import pyarrow.parquet"]),
        "find": process([*FIND, "night whispers"]),
    }
    if against:
        calls[f"find of {against}"] = process([*FIND, "night whispers"], against)
    medians = dict(zip(calls, turns(list(calls.values())), strict=True))
    for name, taken in medians.items():
        print(f"cold start      {taken * 1e3:8.0f} ms {name}")
    return medians["find"]


def index_making(corpus: Corpus, folder: Path) -> None:
    bodies = corpus.table("records", ["body"]).column("body").to_pylist()
    characters = sum(map(len, bodies))
    print(f"corpus          {len(bodies):,} records, {characters / 1e6:.1f} million characters")

    def plain() -> None:
        path = folder / "plain.sqlite"
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE VIRTUAL TABLE plain USING fts5(body)")
        connection.executemany("INSERT INTO plain VALUES (?)", ((body,) for body in bodies))
        connection.commit()
        connection.close()

    alone = seconds(plain, 1)
    made = seconds(lambda: index_of(corpus), 1)
    again = seconds(plain, 1)
    size = sum(file.stat().st_size for file in (folder / "cache").iterdir())
    print(
        f"FTS5 alone      {alone:8.1f} s before, {again:.1f} s after, over the same bodies handed over whole"
    )
    print(
        f"index file      {made:8.1f} s, {2 * made / (alone + again):.1f} times that; {size / 1e6:.0f} MB"
    )


def at_scale(issues: int, folder: Path, small: float) -> None:
    process([str(GENERATE), str(folder / "raw"), "--issues", str(issues)])()
    build(folder / "raw", folder / "processed")
    corpus = Corpus(folder / "processed")
    index_making(corpus, folder)
    ids = corpus.table("records", ["id"]).column("id").to_pylist()
    (start,) = find("the", record=ids[len(ids) // 2], limit=1, corpus=corpus)
    quotation = start.sentence[:80].rsplit(" ", 1)[0]
    for query in (quotation, "night whispers", "socialism", "of the"):
        found = find(query, exact=True, limit=20, corpus=corpus)
        taken = seconds(lambda query=query: find(query, exact=True, limit=20, corpus=corpus))
        print(f"{query[:14]:15} {taken * 1e3:8.1f} ms, {len(found):2} passages at most 20")
    selectors = [
        passage.selector
        for passage in find("of the", exact=True, limit=1_000, corpus=corpus)
        if passage.selector
    ]
    taken = seconds(lambda: [resolve(selector, corpus=corpus) for selector in selectors])
    print(
        f"resolve         {taken / len(selectors) * 1e3:8.2f} ms a selector, of {len(selectors):,}"
    )
    # Of the second, nearly each issue has the words, and few have them in a row or in one stanza.
    queries = (quotation, "night whispers")
    calls = [process([*FIND, query, "--corpus", str(corpus.folder)]) for query in queries]
    for query, large in zip(queries, turns(calls), strict=True):
        print(
            f"cold start      {large * 1e3:8.0f} ms in this corpus, {large / small:.2f} times that in the small one: {query[:14]}"
        )


def doubling() -> None:
    """Print the time of what is looked for in one long block, and in one twice as long."""
    line = "The night whispers the silence of its darkness, and the morning answers. "
    texts = {"a common word": line * 1_400, "full stops": "." * 100_000, "one word": "x" * 100_000}
    for name, text in texts.items():
        taken = []
        for body in (text, 2 * text):
            taken.append(
                seconds(lambda body=body: (sentences(body), list(FoldedText(body).find(["the"]))))
            )
        print(
            f"{name:15} {taken[0] * 1e3:8.1f} ms in 100,000 characters, {taken[1] / taken[0]:.1f} times that in twice as many"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--issues", type=int, default=667)
    parser.add_argument("--against", type=Path, help="the src/ of another checkout")
    options = parser.parse_args()
    small = cold_start(options.against)
    doubling()
    with TemporaryDirectory() as folder:
        os.environ["LPRCORPUS_CACHE"] = str(Path(folder, "cache"))
        at_scale(options.issues, Path(folder), small)


if __name__ == "__main__":
    main()

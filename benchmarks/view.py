"""Measure the reader page: writing it, its size, and how soon a browser paints it and can use it.

    python benchmarks/view.py [--corpus DIR | --issues 1000 [--folder FOLDER]] [--runs 5]

Prints the seconds that the page takes to write, the peak memory of the largest process, the files
and their size, and of some loads in Chromium the median milliseconds to the first paint with and
without script, to the end of loading with script, and of the first search. A ratio to an empty page
is given, since machines are noisy. With ``--issues``, a corpus of so many generated issues is built
first, and writing is compared with building; the corpus is left in FOLDER, if it is given, for the
next run.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from build import corpus, measure, measure_build
from generate import generate
from playwright.sync_api import Browser, sync_playwright

from lprcorpus.corpus import Corpus

WRITE = (
    "from lprcorpus.corpus import Corpus; from lprcorpus.view.write import write_view;"
    " write_view(Path({out!r}), Corpus(Path({folder!r})))"
)
FLAGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync"
TIMES = """() => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    const load = performance.getEntriesByType("navigation")[0];
    return paint && load.loadEventEnd ? [paint.startTime, load.loadEventEnd] : null;
}"""
SEARCH = """() => {
    const search = document.getElementById("search");
    const started = performance.now();
    search.value = "hourglass";
    search.dispatchEvent(new Event("input"));
    return performance.now() - started;
}"""


def medians(browser: Browser, path: Path, runs: int, *, script: bool) -> list[float]:
    """Return the medians of the times to the first paint, to the end of loading and, with script, of the first search."""
    times = []
    for _ in range(runs):
        context = browser.new_context(java_script_enabled=script)
        page = context.new_page()
        page.goto(path.as_uri())
        while (found := page.evaluate(TIMES)) is None:
            page.wait_for_timeout(10)
        if script and page.query_selector("#search"):
            found.append(page.evaluate(SEARCH))
        times.append(found)
        context.close()
    return [statistics.median(column) for column in zip(*times, strict=True)]


def built(folder: Path, issues: int) -> tuple[Path, float | None]:
    """Return the folder of a built corpus of so many generated issues, and the seconds that it took if it was built just now."""
    processed = folder / str(issues) / "processed"
    if processed.is_dir():
        return processed, None
    generate(folder / "raw", issues)
    corpus(folder, issues)
    return processed, measure_build(processed.parent / "raw", processed, "workers=2")["seconds"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--corpus", type=Path)
    what.add_argument("--issues", type=int)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with TemporaryDirectory() as folder, sync_playwright() as driver:
        home, building = Corpus(options.corpus).folder, None
        if options.issues:
            home, building = built(options.folder or Path(folder, "corpora"), options.issues)
        out, empty = Path(folder, "corpus.html"), Path(folder, "empty.html")
        written = measure(WRITE, out=str(out), folder=str(home))
        files = [out, *Path(folder, "corpus_files").glob("*.html")]
        sizes = {path: path.stat().st_size for path in files}
        records = Corpus(home).table("records", ["id"]).num_rows
        print(f"{records:,} records in {len(files):,} files of {sum(sizes.values()):,} bytes")
        against = (
            f" ({written['seconds'] / building:.1f} × building the corpus)" if building else ""
        )
        print(
            f"written in {written['seconds']:.1f} s{against}, {written['processor']:.1f} s of processor time,",
            end=" ",
        )
        print(f"peak {written['peak']:,.0f} MB")
        empty.write_text("<!DOCTYPE html><title>Empty</title><p>Empty</p>", "utf-8")
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS.split()
        )
        base = medians(browser, empty, options.runs, script=False)
        shown = {"the page to open": out}
        if len(files) > 1:
            shown["the largest page of an issue"] = max(files[1:], key=sizes.__getitem__)
        for name, path in shown.items():
            still = medians(browser, path, options.runs, script=False)
            moving = medians(browser, path, options.runs, script=True)
            print(f"{name} ({sizes[path]:,} bytes)")
            print(
                f"  first paint without script  {still[0]:7.0f} ms  ({still[0] / base[0]:.1f} × an empty page)"
            )
            print(f"  first paint with script     {moving[0]:7.0f} ms")
            print(
                f"  loaded, script run          {moving[1]:7.0f} ms  ({moving[1] / base[1]:.1f} × an empty page)"
            )
            print(f"  first search                {moving[2]:7.0f} ms")
        browser.close()


if __name__ == "__main__":
    main()

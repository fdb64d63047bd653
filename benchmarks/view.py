"""Measure the reader page: writing it, its size, and how soon a browser paints it and can use it.

    python benchmarks/view.py [--corpus DIR] [--runs 5]

Prints the seconds that the page takes to write, its size, and of some loads in Chromium the median milliseconds to the first
paint with and without script, to the end of loading with script, and of one search. A ratio to an empty page is given, since
machines are noisy.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from lprcorpus.reading.corpus import Corpus
from lprcorpus.reading.view.write import write_view

FLAGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync"
TIMES = """() => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    const load = performance.getEntriesByType("navigation")[0];
    return paint && load.loadEventEnd ? [paint.startTime, load.loadEventEnd] : null;
}"""
SEARCH = """() => {
    const search = document.getElementById("search");
    const started = performance.now();
    search.value = "silence";
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    corpus = Corpus(options.corpus)
    with TemporaryDirectory() as folder, sync_playwright() as driver:
        out, empty = Path(folder, "corpus.html"), Path(folder, "empty.html")
        started = time.perf_counter()
        report = write_view(out, corpus)
        seconds = time.perf_counter() - started
        print(f"written in {seconds:.1f} s: {len(report.files):,} files, {report.bytes:,} bytes, {report.records:,} records")
        largest = max(report.files, key=lambda path: path.stat().st_size)
        empty.write_text("<!DOCTYPE html><title>Empty</title><p>Empty</p>", "utf-8")
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        base = medians(browser, empty, options.runs, script=False)
        for name, path in {"the page to open": out, "the largest page": largest}.items():
            still = medians(browser, path, options.runs, script=False)
            moving = medians(browser, path, options.runs, script=True)
            print(f"{name} ({path.stat().st_size:,} bytes)")
            print(f"  first paint without script  {still[0]:7.0f} ms  ({still[0] / base[0]:.1f} × an empty page)")
            print(f"  first paint with script     {moving[0]:7.0f} ms")
            print(f"  loaded, script run          {moving[1]:7.0f} ms  ({moving[1] / base[1]:.1f} × an empty page)")
            print(f"  first search                {moving[2]:7.0f} ms")
        browser.close()


if __name__ == "__main__":
    main()

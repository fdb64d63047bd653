"""Measure lprcorpus extract against pdfminer alone, and its memory as pages grow.

    python benchmarks/extract.py [--pdf FILE ...] [--pages 1000] [--runs 3]

Prints the processor seconds of ``pdfminer.high_level.extract_text`` and of ``extract`` on the same
file, the best of some runs taken in turns, and their ratio (goal: at most 1.25); then the peak
memory of ``extract`` at a tenth of the pages and at all, each in a process of its own. Without
``--pdf``, the file is a made one: two columns, a running header, a note.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from build import measure
from pdfminer.high_level import extract_text
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from lprcorpus.extract.extraction import extract

OURS = "from lprcorpus.extract.extraction import extract; extract(Path({pdf!r}), Path({out!r}))"
FONT, SIZE, LEADING = "Times-Roman", 10, 12
MARGIN, COLUMN, GUTTER, ROWS = 56, 230, 22, 50
PROSE = (
    "The club met in the old library and talked about birds and their songs while rain fell on"
    " the roof of the hall. The night whispers the silence of the garden where members plant"
    " trees each spring and count what grew. "
)


def make_pdf(path: Path, pages: int) -> Path:
    """Write a PDF of so many pages, each with other words in the same places."""
    height = A4[1]
    words = PROSE.split()
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for number in range(1, pages + 1):
        turned = words[number % len(words) :] + words[: number % len(words)]
        lines = simpleSplit(" ".join(turned * 40), FONT, SIZE, COLUMN)
        canvas.setFont(FONT, SIZE)
        canvas.drawString(MARGIN, height - 40, f"The Garden Quarterly   {number}")
        for row in range(ROWS):
            y = height - 80 - row * LEADING
            canvas.drawString(MARGIN, y, lines[row])
            canvas.drawString(MARGIN + COLUMN + GUTTER, y, lines[ROWS + row])
        canvas.setFont(FONT, 7)
        canvas.drawString(MARGIN, 60, f"{number} Counted by the members in May.")
        canvas.showPage()
    canvas.save()
    return path


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(pdf: Path, folder: Path, runs: int) -> None:
    extract_text(pdf, maxpages=1)  # what it imports, and its tables of fonts
    alone = []
    ours = []
    for number in range(runs):
        out = folder / f"{pdf.stem}-{number}.txt"
        alone.append(seconds(lambda: extract_text(pdf)))
        ours.append(seconds(lambda out=out: extract(pdf, out)))  # type: ignore[misc]
    ratio = min(ours) / min(alone)
    print(f"{pdf.name:28} {min(alone):6.2f} s pdfminer, {min(ours):6.2f} s ours, ratio {ratio:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pdf", type=Path, nargs="*", default=[])
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        small = make_pdf(Path(folder) / "tenth.pdf", options.pages // 10)
        for pdf in options.pdf or [small]:
            compare(pdf, Path(folder), options.runs)
        large = make_pdf(Path(folder) / "all.pdf", options.pages)
        for pages, pdf in ((options.pages // 10, small), (options.pages, large)):
            peak = measure(OURS, pdf=str(pdf), out=f"{folder}/{pages}.txt")["peak"]
            print(f"peak memory at {pages:,} pages: {peak:.0f} MB")


if __name__ == "__main__":
    main()

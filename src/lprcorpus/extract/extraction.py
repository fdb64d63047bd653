"""The run: a PDF to ``raw/<issue>.txt`` and ``raw/<issue>.layout.parquet``, page by page."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lprcorpus.errors import PdfError, UsageError, system_reason
from lprcorpus.extract.page_text import PrintedLine, may_mix_columns, pages_on
from lprcorpus.extract.pdf_pages import UNMAPPED, PdfPage, pdf_pages, pdfminer_version
from lprcorpus.files import new_file, sha256_of
from lprcorpus.layout_file import Extraction, LayoutLine, layout_path, write_layout
from lprcorpus.metadata import corpus_metadata

EXTRACTOR = "lprcorpus"
_MOST_UNMAPPED = 0.05  # of the characters: above it, the text cannot be read

_PICTURE = "a picture without a text layer; run OCR first: ocrmypdf OLD.pdf NEW.pdf"
_RIGHT_TO_LEFT = "right-to-left text; its letters may be in the wrong order"
_TURNED = "turned text was read as if upright"
_UNMAPPED = "characters without Unicode mapping were written as U+FFFD"
_MIXED = "columns could not be told apart; lines may mix two of them"


@dataclass
class ExtractionReport:
    """What an extraction found; ``columns`` is the most that a page has, at least 1."""

    pages: int = 0
    lines: int = 0
    columns: int = 1
    warnings: list[str] = field(default_factory=list)


def extract(
    pdf: Path,
    out: Path,
    progress: Callable[[int], None] = lambda _done: None,
) -> ExtractionReport:
    """Write the text of a PDF, and its layout beside it.

    Args:
        pdf: the PDF.
        out: the raw text to write; neither it nor its layout may be there.
        progress: is called with the number of pages done.

    Raises:
        MissingLibrary: the library that reads PDF is not installed.
        UsageError: the PDF cannot be read.
        OutputError: there is a text already, or it cannot be written.
        PdfError: the PDF gives no text; nothing is written.
    """
    version = f"{corpus_metadata().version}+pdfminer.six.{pdfminer_version()}"
    try:
        extraction = Extraction(pdf_sha256=sha256_of(pdf), extractor=EXTRACTOR, version=version)
    except OSError as error:
        raise UsageError(f"{pdf}: cannot be read: {system_reason(error)}; expected a PDF") from None
    report = ExtractionReport()
    seen = _PagesSeen()
    expected = "a new file: a raw text is never replaced"
    with new_file(layout_path(out), expected) as layout, new_file(out, expected) as text:
        lines = _write_text(pdf_pages(pdf), text, report, seen, progress)
        write_layout(layout, lines, extraction)
        seen.check(pdf)
    for what, pages in seen.noticed.items():
        report.warnings.append(f"{pdf}: {_named(pages)}: {what}")
    return report


def _write_text(
    pages: Iterator[PdfPage],
    text: BinaryIO,
    report: ExtractionReport,
    seen: _PagesSeen,
    progress: Callable[[int], None],
) -> Iterator[LayoutLine]:
    """Write the text of pages, one at a time, and yield the layout of its lines."""
    number = 1  # of the raw line that comes next
    for sheet in pages:
        for lines in pages_on(sheet):
            seen.add(sheet, lines)
            if report.pages > 0:
                text.write(b"\f")
            for line in lines:
                if line.is_after_gap:
                    text.write(b"\n")
                    number += 1
                text.write(line.text.encode() + b"\n")
                yield line.layout(number, sheet)
                number += 1
                report.columns = max(report.columns, line.region.column)
            report.lines += len(lines)
            report.pages += 1
        progress(sheet.number)


class _PagesSeen:
    """What was noticed on the pages so far, to be said once for all of them."""

    def __init__(self) -> None:
        self.noticed: dict[str, list[int]] = defaultdict(list)
        self.characters = 0
        self.unmapped = 0  # those that the PDF names no Unicode character for
        self.right_to_left = 0  # letters of a script that runs to the left

    def add(self, sheet: PdfPage, lines: list[PrintedLine]) -> None:
        """Take in one more page."""
        characters = "".join(line.text.replace(" ", "") for line in lines)
        unmapped = characters.count(UNMAPPED)
        right_to_left = sum(map(_runs_left, characters))
        self.characters += len(characters)
        self.unmapped += unmapped
        self.right_to_left += right_to_left
        noticed = {
            _PICTURE: sheet.is_picture,
            _RIGHT_TO_LEFT: right_to_left > 0,
            _TURNED: sheet.is_turned,
            _UNMAPPED: unmapped > 0,
            _MIXED: may_mix_columns(lines),
        }
        for what, is_so in noticed.items():
            if is_so and sheet.number not in self.noticed[what]:
                self.noticed[what].append(sheet.number)

    def check(self, pdf: Path) -> None:
        """Raise PdfError if there is no text, or none that can be used."""
        if self.characters == 0:
            first = "run OCR first: ocrmypdf OLD.pdf NEW.pdf"
            raise PdfError(f"{pdf}: no text layer on any page; {first}")
        if self.unmapped > _MOST_UNMAPPED * self.characters:
            found = f"{self.unmapped:,} of {self.characters:,} characters"
            again = "run OCR instead: ocrmypdf --force-ocr OLD.pdf NEW.pdf"
            raise PdfError(
                f"{pdf}: {found} are of fonts without Unicode mapping; expected text: {again}"
            )
        if self.right_to_left > self.characters / 2:
            where = _named(self.noticed[_RIGHT_TO_LEFT])
            expected = "expected text that runs left to right"
            raise PdfError(f"{pdf}: {where}: right-to-left text; {expected}")


def _runs_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL")


def _named(pages: list[int]) -> str:
    """Return pages in words, runs of them by their ends.

    >>> _named([1, 2, 3, 7])
    'pages 1-3, 7'
    """
    runs: list[str] = []
    first = before = pages[0]
    for page in [*pages[1:], 0]:
        if page != before + 1:
            runs.append(str(first) if first == before else f"{first}-{before}")
            first = page
        before = page
    word = "page" if len(pages) == 1 else "pages"
    return f"{word} {', '.join(runs)}"

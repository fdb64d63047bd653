"""The run: a PDF to ``raw/<issue>.txt`` and ``raw/<issue>.layout.parquet``, page by page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lprcorpus.errors import OutputError, PdfError, UsageError, system_reason
from lprcorpus.extract.page_text import PrintedLine, page_text
from lprcorpus.extract.pdf_pages import PdfPage, pdf_pages, pdfminer_version
from lprcorpus.files import whole_file
from lprcorpus.layout_file import Extraction, LayoutLine, LayoutWriter, layout_path
from lprcorpus.metadata import corpus_metadata

__all__ = ["EXTRACTOR", "ExtractionReport", "extract"]

EXTRACTOR = "lprcorpus"
_MOST_UNMAPPED = 0.05  # of the characters: above it, the text cannot be read
_PICTURED = 0.3  # of a page: a picture so large may be the scan of a page
_OCR = "run OCR first: ocrmypdf OLD.pdf NEW.pdf"
_OCR_AGAIN = "run OCR instead: ocrmypdf --force-ocr OLD.pdf NEW.pdf"


@dataclass
class ExtractionReport:
    """What an extraction found.

    Attributes:
        pages: pages of the PDF.
        lines: raw lines with print on them.
        columns: the most columns that a page has, 1 for a page that is not in columns.
        warnings: what may be wrong, each with the pages.
    """

    pages: int = 0
    lines: int = 0
    columns: int = 1
    warnings: list[str] = field(default_factory=list)


def extract(pdf: Path, out: Path, progress: Callable[[int], None] = lambda _done: None) -> ExtractionReport:
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
    extraction = Extraction(_sha256(pdf), EXTRACTOR, version)
    report = ExtractionReport()
    seen = _PagesSeen(pdf)
    with (
        _new_file(layout_path(out)) as layout_stream,
        _new_file(out) as text,
        LayoutWriter(layout_stream, extraction) as layout,
    ):
        number = 1  # of the raw line that comes next
        for page in pdf_pages(pdf):
            content = page_text(page)
            seen.add(page, mixed=content.may_mix_columns)
            if page.number > 1:
                text.write(b"\f")
            for line in content.lines:
                if line.is_after_gap:
                    text.write(b"\n")
                    number += 1
                text.write(line.text.encode() + b"\n")
                layout.add([_layout_line(line, page.number, number)])
                number += 1
                report.columns = max(report.columns, line.column)
            report.pages += 1
            report.lines += len(content.lines)
            progress(report.pages)
        report.warnings += seen.warnings()
    return report


def _layout_line(line: PrintedLine, page: int, number: int) -> LayoutLine:
    return LayoutLine(
        line=number,
        page=page,
        column=line.column,
        x0=round(line.x0, 2),
        y0=round(line.y0, 2),
        x1=round(line.x1, 2),
        y1=round(line.y1, 2),
        font=line.font,
        size=round(line.size, 2),
        weight=line.weight,
    )


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to that is not there yet: a raw text is never written over.

    Raises:
        OutputError: it is there already, or it cannot be written.
    """
    if path.exists():
        raise OutputError(f"{path}: is there already; expected a new file: a raw text is never replaced")
    with whole_file(path) as stream:
        yield stream


def _sha256(pdf: Path) -> str:
    try:
        with pdf.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"{pdf}: cannot be read: {system_reason(error)}; expected a PDF") from None


class _PagesSeen:
    """What was noticed on the pages so far, to be said once for all of them."""

    def __init__(self, pdf: Path) -> None:
        self._pdf = pdf
        self._pages = 0
        self._characters = 0
        self._unmapped = 0
        self._leftward = 0
        self._pictures: list[int] = []
        self._right_to_left: list[int] = []
        self._turned: list[int] = []
        self._without_unicode: list[int] = []
        self._mixed: list[int] = []

    def add(self, page: PdfPage, *, mixed: bool) -> None:
        """Take in one more page."""
        self._pages += 1
        self._characters += page.characters
        self._unmapped += page.unmapped
        self._leftward += page.right_to_left
        noticed = [
            (self._pictures, page.characters == 0 and page.pictured > _PICTURED),
            (self._right_to_left, page.right_to_left > 0),
            (self._turned, page.turned),
            (self._without_unicode, page.unmapped > 0),
            (self._mixed, mixed),
        ]
        for pages, is_so in noticed:
            if is_so:
                pages.append(page.number)

    def warnings(self) -> list[str]:
        """Return what may be wrong with the text.

        Raises:
            PdfError: there is no text, or none that can be used.
        """
        if self._characters == 0:
            raise PdfError(f"{self._pdf}: no text layer on any page; {_OCR}")
        if self._unmapped > _MOST_UNMAPPED * self._characters:
            found = f"{self._unmapped:,} of {self._characters:,} characters are of fonts without Unicode mapping"
            raise PdfError(f"{self._pdf}: {found}; expected text: {_OCR_AGAIN}")
        if self._leftward > self._characters / 2:
            where = _named(self._right_to_left)
            raise PdfError(f"{self._pdf}: {where}: right-to-left text; expected text that runs left to right")
        said = [
            (self._pictures, f"a picture without a text layer; {_OCR}"),
            (self._right_to_left, "right-to-left text; its letters may be in the wrong order"),
            (self._turned, "turned text was read as if upright"),
            (self._without_unicode, "characters without Unicode mapping were written as U+FFFD"),
            (self._mixed, "columns could not be told apart; lines may mix two of them"),
        ]
        return [f"{self._pdf}: {_named(pages)}: {what}" for pages, what in said if pages]


def _named(pages: list[int]) -> str:
    """Return pages in words, runs of them by their ends.

    >>> _named([1, 2, 3, 7])
    'pages 1-3, 7'
    """
    runs: list[tuple[int, int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], page)
        else:
            runs.append((page, page))
    named = [str(first) if first == last else f"{first}-{last}" for first, last in runs]
    word = "page" if len(pages) == 1 else "pages"
    return f"{word} {', '.join(named)}"

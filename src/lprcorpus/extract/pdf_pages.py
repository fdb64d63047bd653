"""A PDF as its pages, each with its words: where they are, and how they are set."""

from __future__ import annotations

import gc
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from lprcorpus.errors import MissingLibrary, PdfError, UsageError, system_reason

if TYPE_CHECKING:
    from pdfminer.layout import LTChar, LTImage, LTItem, LTPage
    from pdfminer.pdfdocument import PDFDocument

__all__ = ["PdfPage", "PrintedWord", "font_weight", "pdf_pages", "pdfminer_version"]

# Shares of the size of the letters.
_WORD_GAP = 0.13  # from here on, a gap is a space; TeX squeezes its spaces to 0.2, kerning seldom opens 0.1
_SHIFT = 0.1  # letters whose baselines differ by less are on one line
_REPEATED = 0.3  # a letter that is printed again so near makes it bold and is no second letter

_BATCH = 100  # pages
_LEAST_SIZE = 1.0  # points: smaller letters are hidden ones
_FIRST_PRINTED = 0x20
_FIRST_RIGHT_TO_LEFT = 0x590  # Hebrew; before it, only letters that run to the right
_USUAL_WEIGHT = 400
_UNMAPPED = "\N{REPLACEMENT CHARACTER}"
_TEXT = {
    # What a soft hyphen becomes where a PDF has no other code for it; no file should hold U+FFFE.
    "\ufffe": "\N{SOFT HYPHEN}",
    "\N{NO-BREAK SPACE}": " ",
    "\t": " ",
    "\uf0b7": "\N{BULLET}",  # the bullet of the Symbol font, which has no Unicode mapping
}
_LIGATURES = range(0xFB00, 0xFB07)  # ff, fi, fl, ffi, ffl and two with st
# TeX prints an accent, then the letter below it.
_ACCENTS = {
    "`": "\u0300",
    "\N{ACUTE ACCENT}": "\u0301",
    "\N{MODIFIER LETTER CIRCUMFLEX ACCENT}": "\u0302",
    "\N{SMALL TILDE}": "\u0303",
    "\N{DIAERESIS}": "\u0308",
    "\N{CARON}": "\u030c",
    "\N{CEDILLA}": "\u0327",
}
_WEIGHTS = [
    (re.compile(r"black|heavy|ultra", re.IGNORECASE), 900),
    (re.compile(r"semi-?bold|demi", re.IGNORECASE), 600),
    (re.compile(r"bold|bd\b|cmbx|[-,]b\b", re.IGNORECASE), 700),  # cmbx: Computer Modern, bold extended
    (re.compile(r"light|thin", re.IGNORECASE), 300),
]


@dataclass(slots=True)
class PrintedWord:
    """A word as it is printed, upright; all measures are points from the left and the top of the page.

    Attributes:
        text: its letters.
        x0: its left edge.
        x1: its right edge.
        y1: its lower edge, that of its descenders.
        baseline: the line that its letters are on; a raised letter may be above it.
        size: the size of its letters.
        font: the name of their font, as the PDF has it.
        after_space: whether the PDF has a space before it, whatever its width.
        raised: whether it is smaller than its line and above the baseline, as the mark of a note is.
    """

    text: str
    x0: float
    x1: float
    y1: float
    baseline: float
    size: float
    font: str
    after_space: bool = False
    raised: bool = False

    @property
    def y0(self) -> float:
        """Its upper edge: letters reach eight tenths of their size above the baseline."""
        return self.baseline - 0.8 * self.size


@dataclass
class PdfPage:
    """One page of a PDF.

    Attributes:
        number: which page of the file it is, from 1.
        width: its width in points, as its text is read.
        height: its height in points.
        words: its words, in the order in which they were drawn.
        asides: the words that run in another direction than most, for each direction, each as if
            the page were turned for them.
        characters: how many characters it prints.
        unmapped: how many of these the PDF names no Unicode character for.
        right_to_left: how many of these are letters of a script that runs to the left.
        turned: whether its text runs up, down or upside down on the page as it is shown.
        pictured: the share of it that pictures cover.
    """

    number: int
    width: float
    height: float
    words: list[PrintedWord] = field(default_factory=list)
    asides: list[list[PrintedWord]] = field(default_factory=list)
    characters: int = 0
    unmapped: int = 0
    right_to_left: int = 0
    turned: bool = False
    pictured: float = 0.0


def pdfminer_version() -> str:
    """Return the version of the library that reads PDF.

    Raises:
        MissingLibrary: it is not installed.
    """
    try:
        from pdfminer import __version__
    except ImportError:
        raise MissingLibrary("pdfminer.six", "Reading PDF", "pdf") from None
    return __version__


def pdf_pages(path: Path) -> Iterator[PdfPage]:
    """Yield the pages of a PDF, one at a time.

    Raises:
        MissingLibrary: the library that reads PDF is not installed.
        UsageError: the file cannot be read.
        PdfError: it is no PDF, is damaged, or asks for a password.
    """
    pdfminer_version()
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    resources = PDFResourceManager()  # keeps the fonts
    device = PDFPageAggregator(resources, laparams=None)
    interpreter = PDFPageInterpreter(resources, device)
    number = 0
    reached = -1
    while number > reached:
        # A document keeps all that was read from it: 45 MB more for 300 pages with pictures. Opened
        # again, and the old one collected (it is made of cycles), it takes 8 MB more.
        gc.collect()
        reached = number
        with _opened(path) as document:
            pages = islice(PDFPage.create_pages(document), reached, reached + _BATCH)
            for number, page in enumerate(pages, reached + 1):
                interpreter.process_page(page)
                yield _read_page(number, device.get_result())
            if number < reached + _BATCH:
                _check_count(path, document, number)
                return


@contextmanager
def _opened(path: Path) -> Iterator[PDFDocument]:
    """Give the document in a file, and turn the library's errors into ours for as long as it is used."""
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
    from pdfminer.pdfparser import PDFParser
    from pdfminer.psexceptions import PSException

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # its warnings are about fonts and colours
    try:
        with path.open("rb") as file:
            if b"%PDF-" not in file.read(1024):
                raise PdfError(f"{path}: not a PDF: found no %PDF- at its beginning")
            yield PDFDocument(PDFParser(file))
    except PDFEncryptionError:
        raise PdfError(f"{path}: encrypted; expected a PDF that opens without a password: qpdf --decrypt") from None
    except (PSException, AssertionError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        # The library trusts what a file says; a damaged one shows as almost any error.
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise PdfError(f"{path}: damaged: {reason[:100]}; try to repair it: qpdf OLD.pdf NEW.pdf") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {system_reason(error)}; expected a PDF") from None


def _check_count(path: Path, document: PDFDocument, found: int) -> None:
    """Compare how many pages were found with how many the PDF says it has: a file that was cut off loses pages."""
    from pdfminer.pdftypes import dict_value, int_value

    stated = int_value(dict_value(document.catalog["Pages"]).get("Count"))
    if found < stated:
        problem = f"damaged: found {found} of the {stated} pages that it says it has"
        raise PdfError(f"{path}: {problem}; try to repair it: qpdf OLD.pdf NEW.pdf")


def _read_page(number: int, layout: LTPage) -> PdfPage:
    """Return a page with its words, turned so that most of its text is upright."""
    from pdfminer.layout import LTChar

    page = PdfPage(number, layout.width, layout.height)
    letters: dict[int, list[LTChar]] = {}
    for item in _items(layout):
        if isinstance(item, LTChar):
            letters.setdefault(_direction(item), []).append(item)
        else:
            share = item.width * item.height / (layout.width * layout.height)
            page.pictured = max(page.pictured, share)
    # Most letters first; where two directions have as many, the smaller turn.
    directions = sorted(letters, key=lambda direction: (-len(letters[direction]), direction))
    for direction in directions:
        words = _words(letters[direction], direction, page)
        if direction == directions[0]:
            page.words = words
        else:
            page.asides.append(words)
    if directions and directions[0] != 0:
        page.turned = True
    if directions and directions[0] in (90, 270):
        page.width, page.height = page.height, page.width
    return page


def _items(container: Iterable[LTItem]) -> Iterator[LTChar | LTImage]:
    """Yield the letters and pictures of a page, those inside drawings too."""
    from pdfminer.layout import LTChar, LTFigure, LTImage

    for item in container:
        if isinstance(item, (LTChar, LTImage)):
            yield item
        elif isinstance(item, LTFigure):
            yield from _items(item)


def _direction(letter: LTChar) -> int:
    """Return by how many degrees a letter is turned to the left: 0, 90, 180 or 270."""
    a, b = letter.matrix[:2]
    if abs(b) <= abs(a):
        return 0 if a >= 0 else 180
    return 90 if b > 0 else 270


def _words(letters: list[LTChar], direction: int, page: PdfPage) -> list[PrintedWord]:
    """Return the words that letters of one direction make, and count the letters.

    A word ends at a space, at a gap as wide as one, and where the next letter is on another line, of
    another size or of another font. A letter that is printed twice to look bold counts once.
    """
    words: list[PrintedWord] = []
    last_text, last_x0 = "", 0.0
    after_space = False
    for letter in letters:
        text = _text(letter.get_text(), page)
        if not text:
            last_text = ""
            after_space = True
            continue
        x0, x1, y1, baseline, size = _placed(letter, direction, page)
        if size < _LEAST_SIZE or x1 < 0 or x0 > max(page.width, page.height):
            continue  # hidden, or beside the page
        if last_text:
            word = words[-1]
            gap = x0 - word.x1
            if text == last_text and abs(x0 - last_x0) < _REPEATED * (x1 - x0):
                continue
            if (
                -size < gap < _WORD_GAP * size
                and abs(baseline - word.baseline) < _SHIFT * size
                and abs(size - word.size) < _SHIFT * size
                and letter.fontname == word.font
            ):
                word.text = _joined(word.text, text, gap)
                word.x1 = max(word.x1, x1)
                last_text, last_x0 = text, x0
                continue
        words.append(PrintedWord(text, x0, x1, y1, baseline, size, letter.fontname, after_space))
        last_text, last_x0 = text, x0
        after_space = False
    return words


def _placed(letter: LTChar, direction: int, page: PdfPage) -> tuple[float, float, float, float, float]:
    """Return a letter's left, right and lower edges, baseline and size, as if the page were turned for it."""
    across, up = letter.matrix[4:]
    width, height = page.width, page.height
    if direction == 0:
        return letter.x0, letter.x1, height - letter.y0, height - up, letter.height
    if direction == 90:
        return letter.y0, letter.y1, letter.x1, across, letter.width
    if direction == 180:
        return width - letter.x1, width - letter.x0, letter.y1, up, letter.height
    return height - letter.y1, height - letter.y0, width - letter.x0, width - across, letter.width


def _text(printed: str, page: PdfPage) -> str:
    """Return what to write for a letter, nothing for white space; and count what it is."""
    if printed in _TEXT:
        printed = _TEXT[printed]
    if not printed.strip():
        return ""
    page.characters += 1
    code = ord(printed[0])
    if code < _FIRST_RIGHT_TO_LEFT and len(printed) == 1:
        if code >= _FIRST_PRINTED:
            return printed
    elif code in _LIGATURES:
        return unicodedata.normalize("NFKC", printed)
    elif unicodedata.bidirectional(printed[0]) in ("R", "AL"):
        page.right_to_left += 1
        return printed
    if printed.startswith("(cid:") or not printed.isprintable():
        page.unmapped += 1
        return _UNMAPPED
    return printed


def _joined(word: str, text: str, gap: float) -> str:
    """Return a word with the next letter; an accent that is printed over that letter joins it.

    >>> _joined("Mu\N{DIAERESIS}", "u", -4.0)
    'Muü'
    """
    if gap < 0 and word[-1] in _ACCENTS:
        return word[:-1] + unicodedata.normalize("NFC", text + _ACCENTS[word[-1]])
    return word + text


@cache
def font_weight(font: str) -> int:
    """Return the weight that the name of a font states; 400, the usual one, where it states none.

    >>> font_weight("Times-Bold"), font_weight("Times-Roman")
    (700, 400)
    """
    for pattern, weight in _WEIGHTS:
        if pattern.search(font):
            return weight
    return _USUAL_WEIGHT

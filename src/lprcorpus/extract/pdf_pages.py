"""A PDF as its pages, each with its words: where they are, and how they are set."""

from __future__ import annotations

import gc
import logging
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from lprcorpus.errors import MissingLibrary, PdfError, UsageError, system_reason

if TYPE_CHECKING:
    from pdfminer.layout import LTChar, LTComponent, LTContainer
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfpage import PDFPage

# Shares of the size of the letters.
WORD_GAP = 0.13  # from here on, a gap is a space; TeX squeezes spaces to 0.2, kerning is below 0.1
_SHIFT = 0.1  # letters whose baselines differ by less are on one line
_REPEATED = 0.3  # a letter that is printed again so near makes it bold and is no second letter

_BATCH = 100  # pages
_LEAST_SIZE = 1.0  # points: smaller letters are hidden ones
_UNMAPPED = "\N{REPLACEMENT CHARACTER}"
# The library trusts what a file says; a damaged one shows as almost any error.
_OF_DAMAGED = (ArithmeticError, AssertionError, LookupError, RecursionError, TypeError, ValueError)
_REPAIR = "try to repair it: qpdf OLD.pdf NEW.pdf"
_TEXT = {
    # What some programs make of a soft hyphen; no file should contain U+FFFE.
    "\ufffe": "\N{SOFT HYPHEN}",
    "\N{NO-BREAK SPACE}": " ",
    "\uf0b7": "\N{BULLET}",  # the bullet of the Symbol font, which has no Unicode mapping
}
for _ligature in "ﬀﬁﬂﬃﬄﬅﬆ":
    _TEXT[_ligature] = unicodedata.normalize("NFKC", _ligature)
# TeX prints an accent, then the letter below it.
_ACCENTS = dict(zip("`´ˆ˜¨ˇ¸", "\u0300\u0301\u0302\u0303\u0308\u030c\u0327", strict=True))
_WEIGHTS = {
    900: re.compile(r"black|heavy|ultra", re.IGNORECASE),
    600: re.compile(r"semi-?bold|demi", re.IGNORECASE),
    700: re.compile(r"bold|bd\b|cmbx|[-,]b\b", re.IGNORECASE),  # cmbx: Computer Modern, bold
    300: re.compile(r"light|thin", re.IGNORECASE),
}


@dataclass(slots=True)
class PrintedWord:
    """A word as it is printed, upright; measures are points from the left and the top of the page.

    ``y1`` is the lower edge of its descenders: that of a raised letter may be above the baseline.
    """

    text: str
    x0: float
    x1: float
    y1: float
    baseline: float
    size: float
    font: str
    after_space: bool = False  # whether the PDF has a space before it, whatever its width
    raised: bool = False  # smaller than its line and above it, as the mark of a note is

    @property
    def y0(self) -> float:
        """Its upper edge: letters reach eight tenths of their size above the baseline."""
        return self.baseline - 0.8 * self.size


@dataclass(frozen=True)
class Rule:
    """A horizontal line, or the upper or lower edge of a box, measured as words are."""

    x0: float
    x1: float
    y: float


@dataclass
class UprightText:
    """The words of a page that run in one direction, as if the page were turned for them."""

    words: list[PrintedWord]
    rules: list[Rule]
    width: float  # of the page, turned so
    height: float


@dataclass
class PdfPage:
    """One page of a PDF, and what was noticed on it; the text of most words is the first."""

    number: int
    texts: list[UprightText] = field(default_factory=list)
    characters: int = 0
    unmapped: int = 0  # characters that the PDF names no Unicode character for
    right_to_left: int = 0  # letters of a script that runs to the left
    turned: bool = False  # whether most text does not run to the right
    pictured: float = 0.0  # share of the page that its largest picture covers


def pdfminer_version() -> str:
    """Return the version of the library that reads PDF; MissingLibrary is raised without it."""
    try:
        return version("pdfminer.six")
    except PackageNotFoundError:
        raise MissingLibrary("pdfminer.six", "Reading PDF", "pdf") from None


def pdf_pages(path: Path) -> Iterator[PdfPage]:
    """Yield the pages of a PDF, one at a time.

    Raises:
        UsageError: the file cannot be read.
        PdfError: it is no PDF, is damaged, or asks for a password.
    """
    from pdfminer.pdfpage import PDFPage

    reader = _PageReader()
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
                yield reader.read(number, page)
            if number < reached + _BATCH:
                _check_count(path, document, number)
                return


@contextmanager
def _opened(path: Path) -> Iterator[PDFDocument]:
    """Give the document in a file; while it is used, the library's errors become ours."""
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
    from pdfminer.pdfparser import PDFParser
    from pdfminer.psexceptions import PSException

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # warnings are about fonts and colours
    try:
        with path.open("rb") as file:
            if b"%PDF-" not in file.read(1024):
                raise PdfError(f"{path}: not a PDF: found no %PDF- at its beginning")
            yield PDFDocument(PDFParser(file))
    except PDFEncryptionError:
        expected = "expected a PDF that opens without a password: qpdf --decrypt"
        raise PdfError(f"{path}: encrypted; {expected}") from None
    except OSError as error:
        reason = system_reason(error)
        raise UsageError(f"{path}: cannot be read: {reason}; expected a PDF") from None
    except (PSException, *_OF_DAMAGED) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise PdfError(f"{path}: damaged: {reason[:100]}; {_REPAIR}") from None


def _check_count(path: Path, document: PDFDocument, found: int) -> None:
    """Refuse a PDF that has fewer pages than it says: it was cut off."""
    from pdfminer.pdftypes import dict_value, int_value

    stated = int_value(dict_value(document.catalog["Pages"]).get("Count"))
    if found < stated:
        problem = f"found {found} of the {stated} pages that it says it has"
        raise PdfError(f"{path}: damaged: {problem}; {_REPAIR}")


class _PageReader:
    """Reads pages; the fonts are kept from one to the next."""

    def __init__(self) -> None:
        from pdfminer.converter import PDFPageAggregator
        from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager

        resources = PDFResourceManager()
        # Without the library's own layout analysis: it reads across columns, and takes longer than
        # all of ours.
        self._device = PDFPageAggregator(resources, laparams=None)
        self._interpreter = PDFPageInterpreter(resources, self._device)

    def read(self, number: int, source: PDFPage) -> PdfPage:
        """Return a page with its words, for each direction in which some run."""
        page = PdfPage(number)
        letters = self._letters(source, page)
        printed = source.rotate
        directions = sorted(letters, key=lambda turn: (-len(letters[turn]), turn))
        for direction in directions:
            if direction != 0:  # the page is read again, turned so that this text is upright
                source.rotate = (printed + direction) % 360
                letters = self._letters(source, page)
            layout = self._device.get_result()
            words = _words(letters[0], layout.height, page)
            page.texts.append(UprightText(words, _rules(layout), layout.width, layout.height))
        page.turned = directions[:1] not in ([], [0])
        return page

    def _letters(self, source: PDFPage, page: PdfPage) -> dict[int, list[LTChar]]:
        """Return the letters of a page by their directions, in degrees to the left."""
        from pdfminer.layout import LTChar

        self._interpreter.process_page(source)
        layout = self._device.get_result()
        letters: dict[int, list[LTChar]] = defaultdict(list)
        for item in _items(layout):
            if isinstance(item, LTChar):
                letters[_direction(item)].append(item)
            else:
                share = item.width * item.height / (layout.width * layout.height)
                page.pictured = max(page.pictured, share)
        return letters


def _items(container: LTContainer[LTComponent]) -> Iterator[LTComponent]:
    """Yield letters and pictures, those inside drawings too."""
    from pdfminer.layout import LTChar, LTFigure, LTImage

    for item in container:
        if isinstance(item, (LTChar, LTImage)):
            yield item
        elif isinstance(item, LTFigure):
            yield from _items(item)


def _rules(layout: LTContainer[LTComponent]) -> list[Rule]:
    from pdfminer.layout import LTLine, LTRect

    rules = []
    for item in layout:
        if isinstance(item, (LTLine, LTRect)):
            for y in {item.y0, item.y1}:
                rules.append(Rule(item.x0, item.x1, layout.height - y))
    return rules


def _direction(letter: LTChar) -> int:
    a, b = letter.matrix[:2]
    if abs(b) <= abs(a):
        return 0 if a >= 0 else 180
    return 90 if b > 0 else 270


def _words(letters: list[LTChar], height: float, page: PdfPage) -> list[PrintedWord]:
    """Return the words of upright letters, and count the letters.

    A word ends at a space, at a gap as wide as one, and before a letter on another line, of another
    size or of another font. A letter that is printed twice to look bold counts once.
    """
    words: list[PrintedWord] = []
    before: LTChar | None = None  # the letter before, unless a space was between
    for letter in letters:
        text = _text(letter.get_text(), page)
        if not text or letter.height < _LEAST_SIZE:
            before = None
            continue
        word = PrintedWord(
            text=text,
            x0=letter.x0,
            x1=letter.x1,
            y1=height - letter.y0,
            baseline=height - letter.matrix[5],
            size=letter.height,
            font=letter.fontname,
            after_space=before is None,
        )
        if before is not None:
            is_near = abs(letter.x0 - before.x0) < _REPEATED * letter.width
            if is_near and letter.get_text() == before.get_text():
                continue
            last = words[-1]
            if _continues(last, word):
                last.text = _joined(last.text, text, overprinted=word.x0 < last.x1)
                last.x1 = max(last.x1, word.x1)
                before = letter
                continue
        words.append(word)
        before = letter
    return words


def _text(printed: str, page: PdfPage) -> str:
    """Return what to write for a letter, nothing for white space; and count what it is."""
    text = _TEXT.get(printed, printed)
    if not text.strip():
        return ""
    page.characters += 1
    if unicodedata.bidirectional(text[0]) in ("R", "AL"):
        page.right_to_left += 1
    if text.startswith("(cid:") or not (text.isprintable() or text == "\N{SOFT HYPHEN}"):
        page.unmapped += 1
        return _UNMAPPED
    return text


def _continues(word: PrintedWord, letter: PrintedWord) -> bool:
    """Return whether a letter is the next of a word."""
    size = letter.size
    return (
        -size < letter.x0 - word.x1 < WORD_GAP * size
        and abs(letter.baseline - word.baseline) < _SHIFT * size
        and abs(size - word.size) < _SHIFT * size
        and letter.font == word.font
    )


def _joined(word: str, letter: str, *, overprinted: bool) -> str:
    r"""Return a word with its next letter; an accent that is printed over that letter joins it.

    >>> _joined("Mu\N{DIAERESIS}", "u", overprinted=True)
    'Muü'
    """
    if overprinted and word[-1] in _ACCENTS:
        return word[:-1] + unicodedata.normalize("NFC", letter + _ACCENTS[word[-1]])
    return word + letter


@cache
def font_weight(font: str) -> int:
    """Return the weight that the name of a font states; 400, the usual one, where it states none.

    >>> font_weight("Times-Bold"), font_weight("Times-Roman")
    (700, 400)
    """
    return next((weight for weight, pattern in _WEIGHTS.items() if pattern.search(font)), 400)

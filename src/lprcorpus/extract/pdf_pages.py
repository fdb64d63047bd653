"""A PDF as its pages, each with its words: where they are, and how they are set.

Measures are in ems, from the left and the top of the page: 1.0 is the size of most of its letters.
"""

from __future__ import annotations

import gc
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import count, islice
from pathlib import Path
from statistics import mode
from typing import TYPE_CHECKING, TypeVar

from lprcorpus.errors import MissingLibrary, PdfError, UsageError, system_reason

if TYPE_CHECKING:
    from pdfminer.layout import LTChar, LTComponent, LTContainer, LTPage
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfpage import PDFPage

# Shares of the size of the letters.
WORD_GAP = 0.13  # from here on, a gap is a space; TeX squeezes spaces to 0.2, kerning is below 0.1
_SHIFT = 0.1  # letters whose baselines differ by less are on one line
_REPEATED = 0.3  # a letter that is printed again so near makes it bold and is no second letter

_PICTURED = 0.3  # of a page: a picture so large may be the scan of a page
Item = TypeVar("Item", bound="LTComponent")

_BATCH = 100  # pages
_LEAST_SIZE = 1.0  # points: smaller letters are hidden ones
_USUAL_SIZE = 10.0  # points, of a page without letters
UNMAPPED = "\N{REPLACEMENT CHARACTER}"
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
    """A word as it is printed, upright."""

    text: str
    x0: float
    x1: float
    y1: float  # the lower edge of its descenders: that of a raised letter may be above the baseline
    baseline: float
    size: float
    font: str
    after_space: bool  # whether the PDF has a space before it, whatever its width


@dataclass(frozen=True)
class Rule:
    """A horizontal line, or the upper or lower edge of a box."""

    x0: float
    x1: float
    baseline: float


@dataclass
class UprightText:
    """The words of a page that run in one direction, as if the page were turned for them."""

    words: list[PrintedWord]
    rules: list[Rule]
    width: float  # of the page, turned so
    height: float


@dataclass
class PdfPage:
    """One page of a PDF; the text of most letters is the first."""

    number: int
    em: float  # in points
    texts: list[UprightText]
    is_turned: bool  # whether most text does not run to the right
    is_picture: bool  # whether it has no text, and a picture that may be the scan of a page


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
    for first in count(0, _BATCH):
        # A document keeps all that was read from it: 45 MB more for 300 pages with pictures. Opened
        # again, and the old one collected (it is made of cycles), it takes 8 MB more.
        gc.collect()
        number = first
        with _opened(path) as document:
            pages = islice(PDFPage.create_pages(document), first, first + _BATCH)
            for number, page in enumerate(pages, first + 1):
                yield reader.read(number, page)
            if number < first + _BATCH:
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
        from pdfminer.layout import LTChar, LTImage

        layout = self._layout(source)
        turns = Counter(_direction(letter) for letter in _items(layout, LTChar))
        directions = [direction for direction, _ in turns.most_common()]
        texts: list[UprightText] = []
        em = _USUAL_SIZE
        printed = source.rotate
        for direction in directions:
            rotate = (printed + direction) % 360
            if source.rotate != rotate:  # read again, turned so that this text is upright
                source.rotate = rotate
                layout = self._layout(source)
            letters = [letter for letter in _items(layout, LTChar) if _direction(letter) == 0]
            if not texts:
                em = _em(letters)
            words = _words(letters, layout.height, em)
            size = layout.width / em, layout.height / em
            texts.append(UprightText(words, _rules(layout, em), *size))
        least = _PICTURED * layout.width * layout.height
        pictures = _items(layout, LTImage)
        return PdfPage(
            number=number,
            em=em,
            texts=texts,
            is_turned=directions[:1] not in ([], [0]),
            is_picture=not texts and any(item.width * item.height > least for item in pictures),
        )

    def _layout(self, source: PDFPage) -> LTPage:
        self._interpreter.process_page(source)
        return self._device.get_result()


def _items(container: LTContainer[LTComponent], kind: type[Item]) -> Iterator[Item]:
    """Yield the items of a kind, those inside drawings too."""
    from pdfminer.layout import LTFigure

    for item in container:
        if isinstance(item, kind):
            yield item
        elif isinstance(item, LTFigure):
            yield from _items(item, kind)


def _direction(letter: LTChar) -> int:
    """Return the direction in which a letter runs, in degrees to the left."""
    a, b = letter.matrix[:2]
    if abs(b) <= abs(a):
        return 0 if a >= 0 else 180
    return 90 if b > 0 else 270


def _em(letters: Iterable[LTChar]) -> float:
    """Return the size of most letters, in points."""
    sizes = [round(letter.height * 2) / 2 for letter in letters]
    return max(mode(sizes), _LEAST_SIZE)


def _rules(layout: LTPage, em: float) -> list[Rule]:
    from pdfminer.layout import LTLine, LTRect

    rules = []
    for item in layout:
        if isinstance(item, (LTLine, LTRect)):
            for y in {item.y0, item.y1}:
                rules.append(Rule(item.x0 / em, item.x1 / em, (layout.height - y) / em))
    return rules


def _words(letters: Iterable[LTChar], height: float, em: float) -> list[PrintedWord]:
    """Return the words of upright letters, given the height of their page in points.

    A word ends at a space, at a gap as wide as one, and before a letter on another line, of another
    size or of another font. A letter that is printed twice to look bold counts once.
    """
    words: list[PrintedWord] = []
    before: LTChar | None = None  # the letter before, unless a space was between
    for letter in letters:
        text = _text(letter.get_text())
        if not text or letter.height < _LEAST_SIZE:
            before = None
            continue
        word = PrintedWord(
            text=text,
            x0=letter.x0 / em,
            x1=letter.x1 / em,
            y1=(height - letter.y0) / em,
            baseline=(height - letter.matrix[5]) / em,
            size=round(letter.height, 2) / em,
            font=letter.fontname,
            after_space=before is None,
        )
        if before is not None:
            is_near = abs(letter.x0 - before.x0) < _REPEATED * letter.width
            if is_near and letter.get_text() == before.get_text():
                continue
        before = letter
        if word.after_space or not _continues(words[-1], word):
            words.append(word)
            continue
        last = words[-1]
        last.text = _joined(last.text, text, overprinted=word.x0 < last.x1)
        last.x1 = max(last.x1, word.x1)
    return words


def _text(printed: str) -> str:
    """Return what to write for a letter, nothing for white space."""
    text = _TEXT.get(printed, printed)
    if not text.strip():
        return ""
    if text.startswith("(cid:") or not (text.isprintable() or text == "\N{SOFT HYPHEN}"):
        return UNMAPPED
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

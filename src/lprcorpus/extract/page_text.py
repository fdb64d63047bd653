"""The lines of a page as text: in reading order, with empty lines between paragraphs and notes at the end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from lprcorpus.extract.fragments import Fragment, body_size, fragments
from lprcorpus.extract.pdf_pages import PdfPage, PrintedWord, font_weight
from lprcorpus.extract.reading_columns import Region, reading_order

__all__ = ["PageText", "PrintedLine", "page_text"]

# Shares of the size of the letters.
_WIDE_GAP = 2.0  # a gap that sets apart: the page numbers of a list of contents
_INDENT = 0.7  # a first line begins so much to the right of its column, or more
_INDENT_SPACE = 0.5  # one space of indentation stands for so much
_PARAGRAPH_GAP = 0.3  # so much more than between lines, between paragraphs
_OTHER_SIZE = 0.12  # the sizes that OCR finds differ by a tenth in one line
_NOTE_SIZE = 0.93  # of the page's usual size: notes are set smaller
_MOST_INDENT = 40  # spaces

_NOTE_MARK = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹*†‡§¶]|\d{1,3}[.)]?\s")
_SENTENCE_END = re.compile(r"[.!?:][\"'”’»)\]]*$")
_LEAST_MIXED = 6  # lines with a gap
_LONG = 8.0  # shorter stretches are cells of a table


@dataclass(frozen=True)
class PrintedLine:
    """A line of text and how it is set; measures in points from the left and the top of the page.

    Attributes:
        text: the line, with the spaces of its indentation.
        is_after_gap: whether an empty line goes before it.
        column: which column it is in, from the left; 0 where it is in none.
        font: the font of most of its letters, without the prefix of a subset.
        size: their size.
        weight: the weight of that font.
    """

    text: str
    is_after_gap: bool
    column: int
    x0: float
    y0: float
    x1: float
    y1: float
    font: str
    size: float
    weight: int


@dataclass(frozen=True)
class PageText:
    """The lines of a page, and whether some of them may mix two columns."""

    lines: list[PrintedLine]
    may_mix_columns: bool


@dataclass
class _Line:
    """A line within its region: the fragments on one baseline."""

    pieces: list[Fragment]
    region: Region
    left: float

    def __post_init__(self) -> None:
        self.x0 = self.pieces[0].x0
        self.x1 = max(piece.x1 for piece in self.pieces)
        main = max(self.pieces, key=lambda piece: piece.x1 - piece.x0)
        self.baseline, self.size = main.baseline, main.size
        self.words = [word for piece in self.pieces for word in piece.words]
        # A bullet may be larger than the words of its line.
        in_words = [word.size for word in self.words if word.text[0].isalnum()]
        self.largest = max(in_words, default=self.size)
        weights = {font_weight(word.font) for word in self.words}
        self.weight = weights.pop() if len(weights) == 1 else None  # None: mixed

    @property
    def text(self) -> str:
        """What it says, without its indentation; a wide gap is three spaces."""
        text = self.pieces[0].text
        for before, piece in zip(self.pieces, self.pieces[1:], strict=False):
            wide = piece.x0 - before.x1 > _WIDE_GAP * self.size
            text += ("   " if wide else " ") + piece.text
        return text

    @property
    def indent(self) -> int:
        """Its indentation, in spaces."""
        shift = (self.x0 - self.left) / self.size
        if shift < _INDENT:
            return 0
        return min(round(shift / _INDENT_SPACE), _MOST_INDENT)


def page_text(page: PdfPage) -> PageText:
    """Return the text of a page: its header, its columns one after the other, its notes, its footer."""
    lines: list[PrintedLine] = []
    mixed = False
    for words, height in [(page.words, page.height), *((aside, page.width) for aside in page.asides)]:
        usual = body_size(words)
        regions = reading_order(fragments(words, usual), usual, height)
        lines_of_regions = [_lines_of(region) for region in regions]
        mixed |= any(_may_mix_columns(region, usual) for region in lines_of_regions)
        in_order = _notes_last(lines_of_regions, usual)
        leading = _leading(in_order)
        before: _Line | None = None
        for line in in_order:
            apart = bool(lines) and (before is None or _is_apart(before, line, leading))
            lines.append(_printed(line, apart=apart))
            before = line
    return PageText(lines, mixed)


def _lines_of(region: Region) -> list[_Line]:
    """Return the lines of a region."""
    rows: list[list[Fragment]] = []
    for piece in region.fragments:
        if rows and piece.baseline - rows[-1][0].baseline < 0.25 * piece.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    left = min(piece.x0 for piece in region.fragments)
    lines = []
    for row in rows:
        row.sort(key=lambda piece: piece.x0)
        lines.append(_Line(row, region, left))
    return lines


def _notes_last(regions: Iterable[list[_Line]], usual: float) -> list[_Line]:
    """Return the lines of a page in reading order, the notes at the foot of its columns after all of its text."""
    text: list[_Line] = []
    notes: list[_Line] = []
    for lines in regions:
        is_margin = lines[0].region.is_margin
        first_note = len(lines) if is_margin else _first_note(lines, usual)
        if is_margin and text:  # the footer
            text += notes
            notes = []
        text += lines[:first_note]
        notes += lines[first_note:]
    return text + notes


def _first_note(lines: Sequence[_Line], usual: float) -> int:
    """Return where the notes at the foot of a column begin: small lines, of which the first begins with a mark."""
    first = len(lines)
    for position in range(len(lines) - 1, -1, -1):
        line = lines[position]
        if line.size > _NOTE_SIZE * usual:
            break
        if _NOTE_MARK.match(line.text):
            first = position
    return first if first > 0 else len(lines)


def _leading(lines: Iterable[_Line]) -> float:
    """Return the usual distance between the baselines of lines that follow each other, as a share of their size."""
    distances: Counter[float] = Counter()
    before: _Line | None = None
    for line in lines:
        if before is not None and before.region is line.region and before.size == line.size:
            distances[round((line.baseline - before.baseline) / line.size, 1)] += 1
        before = line
    if not distances:
        return 1.2
    return max(distances, key=lambda distance: (distances[distance], -distance))


def _is_apart(before: _Line, line: _Line, leading: float) -> bool:
    """Return whether a line does not go on with the paragraph of the line before it, as far as the setting shows it."""
    size = max(before.largest, line.largest)
    if abs(before.largest - line.largest) > _OTHER_SIZE * size:
        return True
    if before.region is line.region and line.baseline > before.baseline:
        if line.baseline - before.baseline > (leading + _PARAGRAPH_GAP) * size:
            return True
        return None not in (before.weight, line.weight) and before.weight != line.weight
    if before.region.column == 0 or line.region.column != before.region.column + 1:
        return True
    # From one column to the next a paragraph goes on, unless its last line is short or the next one is set in.
    right = max(piece.x1 for piece in before.region.fragments)
    is_short = before.x1 < right - 2 * size and _SENTENCE_END.search(before.text) is not None
    return is_short or line.indent > 0


def _printed(line: _Line, *, apart: bool) -> PrintedLine:
    main = _main_word(line)
    return PrintedLine(
        text=" " * line.indent + line.text,
        is_after_gap=apart,
        column=line.region.column,
        x0=line.x0,
        y0=min(piece.y0 for piece in line.pieces),
        x1=line.x1,
        y1=max(piece.y1 for piece in line.pieces),
        font=main.font.partition("+")[2] or main.font,
        size=main.size,
        weight=font_weight(main.font),
    )


def _main_word(line: _Line) -> PrintedWord:
    """Return a word in the font of most letters of a line."""
    letters: Counter[tuple[str, float]] = Counter()
    for word in line.words:
        letters[word.font, round(word.size, 1)] += len(word.text)
    return max(line.words, key=lambda word: letters[word.font, round(word.size, 1)])


def _may_mix_columns(lines: Sequence[_Line], usual: float) -> bool:
    """Return whether most lines of a region have a wide gap at about one place, as two columns would."""
    gaps: list[float] = []
    for line in lines:
        gaps += _middle_gap(line, usual)
    if len(gaps) < max(_LEAST_MIXED, 0.6 * len(lines)):
        return False
    middle = median(gaps)
    near = sum(abs(gap - middle) < 2 * usual for gap in gaps)
    return near > 0.6 * len(lines)


def _middle_gap(line: _Line, usual: float) -> list[float]:
    """Return where a line has its widest gap, if there is a long stretch of text on each side of it."""
    widest: tuple[float, float] | None = None
    for before, piece in zip(line.pieces, line.pieces[1:], strict=False):
        gap = (piece.x0 - before.x1, (before.x1 + piece.x0) / 2)
        shorter = min(before.x1 - line.x0, line.x1 - piece.x0)
        if shorter > _LONG * usual and (widest is None or gap > widest):
            widest = gap
    return [] if widest is None else [widest[1]]

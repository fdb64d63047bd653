"""The lines of a page as text: in reading order, with empty lines between paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from statistics import median

from lprcorpus.extract.fragments import SAME_LINE, Fragment, body_size, fragments
from lprcorpus.extract.pdf_pages import PdfPage, PrintedWord, UprightText, font_weight
from lprcorpus.extract.reading_columns import Region, reading_order
from lprcorpus.layout_file import LayoutLine

# Shares of the size of the letters.
_WIDE_GAP = 2.0  # a gap that sets apart: the page numbers of a list of contents
_INDENT = 0.7  # a first line begins so much to the right of its column, or more
_INDENT_SPACE = 0.5  # one space of indentation stands for so much
_MOST_INDENT = 40  # spaces
_PARAGRAPH_GAP = 0.3  # so much more than between lines, between paragraphs
_OTHER_SIZE = 0.12  # the sizes that OCR finds differ by a tenth in one line
_NOTE_SIZE = 0.93  # of the page's usual size: notes are set smaller
_LONG = 8.0  # shorter stretches are cells of a table
_LEAST_MIXED = 6  # lines with a gap
_MOSTLY = 0.6  # of the lines

_NOTE_MARK = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹*†‡§¶]|\d{1,3}[.)]?\s")
_SENTENCE_END = re.compile(r"[.!?:][\"'”’»)\]]*$")


class PrintedLine:
    """A line of a page: the fragments on one baseline of a region."""

    def __init__(self, pieces: list[Fragment], region: Region, indent_from: float) -> None:
        self.pieces = sorted(pieces, key=lambda piece: piece.x0)
        self.region = region
        self.is_after_gap = False  # whether an empty line goes before it
        self.x0 = self.pieces[0].x0
        self.x1 = max(piece.x1 for piece in pieces)
        self.baseline = max(pieces, key=lambda piece: piece.x1 - piece.x0).baseline
        letters: Counter[tuple[str, float]] = Counter()
        sizes = []
        self.weights = set()
        for piece in self.pieces:
            for word in piece.words:
                letters[word.font, round(word.size, 2)] += len(word.text)
                self.weights.add(font_weight(word.font))
                if word.text[0].isalnum():  # a bullet may be larger than the words of its line
                    sizes.append(word.size)
        self.font, self.size = max(letters, key=lambda setting: letters[setting])
        self.largest = max(sizes, default=self.size)
        self.indent = 0  # in spaces
        shift = (self.x0 - indent_from) / self.size
        if shift >= _INDENT:
            self.indent = min(round(shift / _INDENT_SPACE), _MOST_INDENT)

    @property
    def text(self) -> str:
        """What it says, with its indentation in spaces; a wide gap is three spaces."""
        text = " " * self.indent + self.pieces[0].text
        for before, piece in pairwise(self.pieces):
            is_wide = piece.x0 - before.x1 > _WIDE_GAP * self.size
            text += ("   " if is_wide else " ") + piece.text
        return text

    def layout(self, line: int, page: int) -> LayoutLine:
        """Return its row of the layout, given its raw line and its page."""
        return LayoutLine(
            line=line,
            page=page,
            column=self.region.column,
            x0=round(self.x0, 2),
            y0=round(min(piece.y0 for piece in self.pieces), 2),
            x1=round(self.x1, 2),
            y1=round(max(piece.y1 for piece in self.pieces), 2),
            font=self.font.partition("+")[2] or self.font,
            size=self.size,
            weight=font_weight(self.font),
        )


def pages_on(sheet: PdfPage) -> list[list[PrintedLine]]:
    """Return the lines of each page on a page of a PDF: two, where it is a spread."""
    spread = _spread(sheet.texts[0]) if sheet.texts else None
    if spread is None:
        return [_page_lines(sheet.texts)]
    left = _page_lines(spread[:1])
    right = _page_lines([*spread[1:], *sheet.texts[1:]])
    columns = max((line.region.column for line in left), default=0)
    for region in {id(line.region): line.region for line in right}.values():
        region.column += max(columns, 1)
    return [left, right]


def _spread(text: UprightText) -> list[UprightText] | None:
    """Return the two pages of a spread; None for a single page.

    A spread is wider than it is high, and has one page number after the other at its two edges.
    """
    if text.width <= text.height or not text.words:
        return None
    for edge in (min, max):
        baseline = edge(word.baseline for word in text.words)
        row = [word for word in text.words if abs(word.baseline - baseline) < 1]
        first = min(row, key=lambda word: word.x0).text
        last = max(row, key=lambda word: word.x1).text
        if first.isdecimal() and last.isdecimal() and int(last) == int(first) + 1:
            break
    else:
        return None
    middle = text.width / 2
    sides: list[list[PrintedWord]] = [[], []]
    for word in text.words:
        sides[word.x0 + word.x1 > 2 * middle].append(word)
    return [UprightText(words, text.rules, middle, text.height) for words in sides]


def _page_lines(texts: Iterable[UprightText]) -> list[PrintedLine]:
    """Return the lines of a page: its header, columns one by one, notes, footer."""
    lines: list[PrintedLine] = []
    for text in texts:
        usual = body_size(text.words)
        pieces = fragments(text.words, usual)
        notes: list[PrintedLine] = []  # those at the foot of columns are read after all text
        for region in reading_order(pieces, usual, text.height, text.rules):
            in_region = _lines_of(region)
            if region.is_margin:
                lines += notes  # before the header there are no notes
                notes = []
            else:
                first = _first_note(in_region, usual)
                notes += in_region[first:]
                in_region = in_region[:first]
            lines += in_region
        lines += notes
    leading = _leading(lines)
    for before, line in pairwise(lines):
        line.is_after_gap = _is_apart(before, line, leading)
    return lines


def _lines_of(region: Region) -> list[PrintedLine]:
    rows: list[list[Fragment]] = []
    for piece in region.fragments:
        if rows and piece.baseline - rows[-1][0].baseline < SAME_LINE * piece.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    left = min(piece.x0 for piece in region.fragments)
    return [PrintedLine(row, region, left) for row in rows]


def _first_note(lines: Sequence[PrintedLine], usual: float) -> int:
    """Return where the notes at the foot of a column begin: at a small line with a mark."""
    first = len(lines)
    for position in range(len(lines) - 1, 0, -1):
        if lines[position].size > _NOTE_SIZE * usual:
            break
        if _NOTE_MARK.match(lines[position].text.strip()):
            first = position
    return first


def _leading(lines: Iterable[PrintedLine]) -> float:
    """Return the usual distance between baselines, as a share of the size of the letters."""
    distances: Counter[float] = Counter()
    for before, line in pairwise(lines):
        if before.region is line.region and before.size == line.size:
            distances[round((line.baseline - before.baseline) / line.size, 1)] += 1
    return max(distances, key=lambda distance: (distances[distance], -distance), default=1.2)


def _is_apart(before: PrintedLine, line: PrintedLine, leading: float) -> bool:
    """Return whether the setting shows that a line begins something new."""
    size = max(before.largest, line.largest)
    if abs(before.largest - line.largest) > _OTHER_SIZE * size:
        return True
    # A line that is bold throughout is a heading; a bold word in a line is not.
    if len(before.weights) == len(line.weights) == 1 and before.weights != line.weights:
        return True
    distance = line.baseline - before.baseline
    is_near = 0 < distance <= (leading + _PARAGRAPH_GAP) * size
    if before.region is line.region and distance > 0:
        return not is_near
    # A heading over several columns may end in the first of them.
    if is_near and abs(line.x0 - before.x0) < 0.1 * size:
        return False
    if before.region.column == 0 or line.region.column != before.region.column + 1:
        return True
    # From one column to the next a paragraph goes on, unless its last line is short or the next set
    # in.
    right = max(piece.x1 for piece in before.region.fragments)
    is_short = before.x1 < right - 2 * size
    ends = is_short and _SENTENCE_END.search(before.text) is not None
    return ends or line.indent > 0


def may_mix_columns(lines: Iterable[PrintedLine]) -> bool:
    """Return whether most lines of a region have a wide gap at about one place, as columns have."""
    for _, group in groupby(lines, key=lambda line: id(line.region)):
        in_region = list(group)
        gaps: list[float] = []
        for line in in_region:
            gaps += _middle_gap(line)
        least = _MOSTLY * len(in_region)
        if len(gaps) < max(_LEAST_MIXED, least):
            continue
        middle = median(gaps)
        near = [gap for gap in gaps if abs(gap - middle) < 2 * in_region[0].size]
        if len(near) > least:
            return True
    return False


def _middle_gap(line: PrintedLine) -> list[float]:
    """Return where a line has its widest gap between two long stretches of text."""
    gaps: list[tuple[float, float]] = []
    for before, piece in pairwise(line.pieces):
        if min(before.x1 - line.x0, line.x1 - piece.x0) > _LONG * line.size:
            gaps.append((piece.x0 - before.x1, (before.x1 + piece.x0) / 2))
    return [max(gaps)[1]] if gaps else []

"""The lines of a page as text: in reading order, with empty lines between paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import mode

from lprcorpus.extract.fragments import Fragment, fragments, rows
from lprcorpus.extract.pdf_pages import PdfPage, PrintedWord, UprightText, font_weight
from lprcorpus.extract.reading_columns import Region, reading_order
from lprcorpus.layout_file import LayoutLine

# Shares of the size of the letters.
_WIDE_GAP = 2.0  # a gap that sets apart: the page numbers of a list of contents
_INDENT = 0.7  # a first line begins so much to the right of its column, or more
_INDENT_SPACE = 0.5  # one space of indentation stands for so much
_MOST_INDENT = 40  # spaces
_LEADING = 1.2  # between baselines, where no two lines show it
_PARAGRAPH_GAP = 0.3  # so much more than between lines, between paragraphs
_OTHER_SIZE = 0.12  # the sizes that OCR finds differ by a tenth in one line
_NOTE_SIZE = 0.93  # ems: notes are set smaller
_LONG = 8.0  # shorter stretches are cells of a table
_LEAST_MIXED = 6  # lines
_MOSTLY = 0.6  # of the lines

_NOTE_MARK = re.compile(r"\s*([⁰¹²³⁴⁵⁶⁷⁸⁹*†‡§¶]|\d{1,3}[.)]?\s)")
_SENTENCE_END = re.compile(r"[.!?:][\"'”’»)\]]*$")


class PrintedLine:
    """A line of a page: the fragments on one baseline of a region, from the left.

    Its text begins with its indentation in spaces; a wide gap is three spaces.
    """

    def __init__(self, pieces: list[Fragment], region: Region) -> None:
        self.pieces = pieces
        self.region = region
        self.is_after_gap = False  # whether an empty line goes before it
        self.x0 = pieces[0].x0
        self.x1 = pieces[-1].x1
        self.baseline = max(pieces, key=lambda piece: piece.x1 - piece.x0).baseline
        letters: Counter[tuple[str, float]] = Counter()
        for piece in pieces:
            for word in piece.words:
                letters[word.font, word.size] += len(word.text)
        self.font, self.size = max(letters, key=lambda setting: letters[setting])
        self.settings = {(font_weight(font), size) for font, size in letters}
        self.indent = 0  # in spaces
        shift = (self.x0 - region.x0) / self.size
        if shift >= _INDENT:
            self.indent = min(round(shift / _INDENT_SPACE), _MOST_INDENT)
        self.text = " " * self.indent + pieces[0].text
        for before, piece in pairwise(pieces):
            is_wide = piece.x0 - before.x1 > _WIDE_GAP * self.size
            self.text += ("   " if is_wide else " ") + piece.text

    def layout(self, line: int, sheet: PdfPage) -> LayoutLine:
        """Return its row of the layout, in points, given its raw line and its page."""
        em = sheet.em
        return LayoutLine(
            line=line,
            page=sheet.number,
            column=self.region.column,
            x0=round(self.x0 * em, 2),
            y0=round(min(piece.y0 for piece in self.pieces) * em, 2),
            x1=round(self.x1 * em, 2),
            y1=round(max(piece.y1 for piece in self.pieces) * em, 2),
            font=self.font.partition("+")[2] or self.font,
            size=round(self.size * em, 2),
            weight=font_weight(self.font),
        )


def pages_on(sheet: PdfPage) -> list[list[PrintedLine]]:
    """Return the lines of each page on a page of a PDF: two, where it is a spread."""
    if not sheet.texts:
        return [[]]
    upright, *turned = sheet.texts
    if not _is_spread(upright):
        return [_page_lines(sheet.texts)]
    left: list[PrintedWord] = []
    right: list[PrintedWord] = []
    for word in upright.words:
        (left if word.x0 + word.x1 < upright.width else right).append(word)
    left_lines = _page_lines([replace(upright, words=left)])
    columns = max((line.region.column for line in left_lines), default=0)
    return [left_lines, _page_lines([replace(upright, words=right), *turned], columns + 1)]


def _is_spread(text: UprightText) -> bool:
    """Return whether a sheet is two pages.

    It is wider than high, and has one page number after the other at its two edges.
    """
    if text.width <= text.height or not text.words:
        return False
    lines = rows(text.words)
    for line in (lines[0], lines[-1]):
        first, last = line[0].text, line[-1].text
        if first.isdecimal() and last.isdecimal() and int(last) == int(first) + 1:
            return True
    return False


def _page_lines(texts: Iterable[UprightText], first_column: int = 0) -> list[PrintedLine]:
    """Return the lines of a page: its header, columns one by one, notes, footer."""
    lines: list[PrintedLine] = []
    for text in texts:
        notes: list[PrintedLine] = []  # those at the foot of columns are read after all text
        for region in reading_order(fragments(text.words), text, first_column):
            in_region = [PrintedLine(row, region) for row in rows(region.fragments)]
            if region.is_margin:
                lines += notes  # before the header there are no notes
                notes = []
            else:
                first = _first_note(in_region)
                notes += in_region[first:]
                in_region = in_region[:first]
            lines += in_region
        lines += notes
    leading = _leading(lines)
    for before, line in pairwise(lines):
        line.is_after_gap = _is_apart(before, line, leading)
    return lines


def _first_note(lines: Sequence[PrintedLine]) -> int:
    """Return where the notes at the foot of a column begin: at a small line with a mark."""
    first = len(lines)
    for position in range(len(lines) - 1, 0, -1):
        if lines[position].size > _NOTE_SIZE:
            break
        if _NOTE_MARK.match(lines[position].text):
            first = position
    return first


def _leading(lines: Iterable[PrintedLine]) -> float:
    """Return the usual distance between baselines, as a share of the size of the letters."""
    distances = []
    for before, line in pairwise(lines):
        if before.region is line.region and before.size == line.size:
            distances.append(round((line.baseline - before.baseline) / line.size, 1))
    return mode(sorted(distances) or [_LEADING])


def _is_apart(before: PrintedLine, line: PrintedLine, leading: float) -> bool:
    """Return whether the setting shows that a line begins something new."""
    # A line that is bold throughout is a heading; a bold word in a line is not.
    if not _are_set_alike(before, line):
        return True
    size = max(before.size, line.size)
    distance = line.baseline - before.baseline
    is_near = 0 < distance <= (leading + _PARAGRAPH_GAP) * size
    if before.region is line.region:
        return not is_near
    # A heading over several columns may end in the first of them.
    if is_near and abs(line.x0 - before.x0) < 0.1 * size:
        return False
    if before.region.column == 0 or line.region.column != before.region.column + 1:
        return True
    # From one column to the next a paragraph goes on, unless its last line is short or the next set
    # in.
    is_short = before.x1 < before.region.x1 - 2 * size
    ends = is_short and _SENTENCE_END.search(before.text) is not None
    return ends or line.indent > 0


def _are_set_alike(before: PrintedLine, line: PrintedLine) -> bool:
    """Return whether two lines have words of one weight and of about one size."""
    for weight, size in before.settings:
        for other_weight, other_size in line.settings:
            if weight == other_weight and abs(size - other_size) <= _OTHER_SIZE * size:
                return True
    return False


def may_mix_columns(lines: Iterable[PrintedLine]) -> bool:
    """Return whether most lines of a region are several long stretches, as columns have."""
    for _, group in groupby(lines, key=lambda line: id(line.region)):
        in_region = list(group)
        mixed = 0
        for line in in_region:
            shortest = min(piece.x1 - piece.x0 for piece in line.pieces)
            mixed += len(line.pieces) > 1 and shortest > _LONG * line.size
        if mixed >= _LEAST_MIXED and mixed > _MOSTLY * len(in_region):
            return True
    return False

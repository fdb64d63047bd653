"""The reading order of a page: columns one after the other, what runs across them where it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from lprcorpus.extract.fragments import SAME_LINE, Fragment, rows
from lprcorpus.extract.pdf_pages import Rule, UprightText

# In ems.
_GUTTER = 0.5  # the least space between columns, common to all their lines
_GUTTERS = ((6, 1.2), (12, 0.8), (float("inf"), _GUTTER))  # the least space for up to so many lines
_OVERHANG = 0.3  # so far does a line begin left of its column: a hanging quotation mark
_HEADING = 1.15  # so large, or larger
_CLEAR = 0.3  # white space above and below a heading, in the next column
_PICTURE = 9.0  # so much more white space than in the heading's column is a picture's
_LOOSE = 1.5  # the widest space between words of a justified line
_NARROW = 3.0  # narrower than this is no column: numbers, bullets
_WIDE = 15.0  # a column of text beside a list of short lines is as wide, or wider
_LEAST_HEIGHT = 1.2  # so much are columns beside each other
_HEADER_GAP = 0.6  # below a running header; lines of text leave 0.1 to 0.5
_RULE_REACH = 3.0  # so far into both columns reaches a rule that ends them

_PROSE = 0.75  # of the widest line: as wide are most lines of text, not the cells of a table
_FULL = 0.85  # likewise, of the wider column beside a list of short lines
_TABLE = 0.8  # of the lines are beside lines of the other side, in a table
_VERSE_WORDS = 4  # in most lines, where verse is in columns
_LEAST_LINES = 3  # on each side of a gutter
_CAPTION_LINES = 2  # where they are not on the lines of the other side
_MARGIN = 0.15  # of the page's height: running headers and footers are so near to its edge

_WORD = re.compile(r"[^\W\d_]{3}")

Pieces = Sequence[Fragment]


@dataclass(frozen=True)
class Region:
    """A part of a page that is read from top to foot; ``column`` is 0 where it is in none."""

    fragments: Pieces
    column: int
    is_margin: bool = False  # whether it is a running header or footer

    @cached_property
    def x0(self) -> float:
        """Its left edge."""
        return min(piece.x0 for piece in self.fragments)

    @cached_property
    def x1(self) -> float:
        """Its right edge."""
        return max(piece.x1 for piece in self.fragments)


@dataclass(frozen=True)
class _Gutter:
    """A space between two columns, as high as both are beside it, with what is around it."""

    above: Pieces
    left: Pieces
    right: Pieces
    below: Pieces

    @property
    def height(self) -> float:
        start = max(self.left[0].y0, self.right[0].y0)
        return min(self.left[-1].y1, self.right[-1].y1) - start

    @property
    def width(self) -> float:
        end = max(piece.x1 for piece in self.left)
        return min(piece.x0 for piece in self.right) - end


def reading_order(pieces: Pieces, text: UprightText, first_column: int) -> list[Region]:
    """Return the regions of a page in reading order: its header, its columns, its footer.

    Args:
        pieces: the fragments of the page, from the top.
        text: the page that they are from.
        first_column: the number of what is in no column.
    """
    if not pieces:
        return []
    header = _header(pieces, text.height)
    footer = _footer(pieces[len(header) :], text.height)
    body = pieces[len(header) : len(pieces) - len(footer)]
    regions = [Region(header, first_column, is_margin=True)]
    regions += _regions(body, text.rules, first_column)
    regions.append(Region(footer, first_column, is_margin=True))
    return [region for region in regions if region.fragments]


def _header(pieces: Pieces, height: float) -> Pieces:
    """Return the first line of a page, if white space is below it and it heads no columns."""
    line = pieces[: len(rows(pieces)[0])]
    below = pieces[len(line) :]
    if not below or line[0].y1 > _MARGIN * height or _space(line, below) < _HEADER_GAP:
        return []
    # Each of several pieces side by side may begin where a column of text does.
    for piece in line:
        at_edge = [other for other in below if abs(other.x0 - piece.x0) < SAME_LINE]
        if len(line) == 1 or len(at_edge) < _LEAST_LINES:
            return line
    return []


def _footer(pieces: Pieces, height: float) -> Pieces:
    """Return the last line of a page, if white space is above it.

    It is not in large letters: such a line is a title that ends its column.
    """
    line = rows(pieces)[-1]
    above = pieces[: -len(line)]
    if not above or line[0].y0 < (1 - _MARGIN) * height or _space(above, line) < _HEADER_GAP:
        return []
    return [] if line[0].size > _HEADING else line


def _space(above: Pieces, below: Pieces) -> float:
    """Return how much white space is between two parts of a page."""
    return min(piece.y0 for piece in below) - max(piece.y1 for piece in above)


def _regions(pieces: Pieces, rules: Sequence[Rule], column: int) -> Iterator[Region]:
    """Yield regions: those above the tallest gutter, on each side of it, and below it."""
    if not pieces:
        return
    gutter = _tallest_gutter(pieces, rules)
    if gutter is None:
        yield Region(pieces, column)
        return
    yield from _regions(gutter.above, rules, column)
    reached = max(column, 1)
    for region in _regions(gutter.left, rules, reached):
        reached = max(reached, region.column)
        yield region
    yield from _regions(gutter.right, rules, reached + 1)
    yield from _regions(gutter.below, rules, column)


def _tallest_gutter(pieces: Pieces, rules: Sequence[Rule]) -> _Gutter | None:
    """Return the tallest space between columns, or None; a right column begins where lines do."""
    best = None
    best_height = _LEAST_HEIGHT
    for edge in sorted({round(piece.x0, 1) for piece in pieces}):
        for gutter in _gutters_at(edge, pieces, rules):
            height = gutter.height
            if height > best_height and _are_columns(gutter):
                best = gutter
                best_height = height
    return best


def _gutters_at(edge: float, pieces: Pieces, rules: Sequence[Rule]) -> Iterator[_Gutter]:
    """Yield the gutters left of an edge, one for each stretch in which nothing is across it."""
    right_start = edge - _OVERHANG
    left, right = _sides(pieces, right_start)
    across = [piece.baseline for piece in left if piece.x1 > edge - _GUTTER]
    across += _headings_beside_nothing(left, right)
    for rule in rules:
        if rule.x0 < edge - _RULE_REACH and rule.x1 > edge + _RULE_REACH:
            across.append(rule.baseline)
    baselines = [piece.baseline for piece in pieces]
    start = 0
    for baseline in [*sorted(across), float("inf")]:
        end = bisect_left(baselines, baseline - SAME_LINE, start)
        left, right = _sides(pieces[start:end], right_start)
        if left and right:
            yield _Gutter(pieces[:start], left, right, pieces[end:])
        # The whole line that lies across is part of no column.
        start = bisect_left(baselines, baseline + SAME_LINE, end)


def _sides(pieces: Pieces, right_start: float) -> tuple[Pieces, Pieces]:
    left = [piece for piece in pieces if piece.x0 < right_start]
    right = [piece for piece in pieces if piece.x0 >= right_start]
    return left, right


def _headings_beside_nothing(left: Pieces, right: Pieces) -> Iterator[float]:
    """Yield the baselines of headings over several columns that do not reach the next one.

    Beside such a heading the next column is empty, but not for so long as beside a picture.
    """
    for place, piece in enumerate(left):
        if piece.size < _HEADING:
            continue
        above = [other.y1 for other in right if other.baseline < piece.baseline]
        below = [other.y0 for other in right if other.baseline >= piece.baseline]
        if not above or (not below and left[-1].size < _HEADING):
            continue  # the next column has not begun; or it has ended, and this one has not
        left_end = max((other.y1 for other in left[:place]), default=0.0)
        right_end = max(above)
        right_start = min(below, default=piece.y1 + 1)
        ends = left_end - _PICTURE <= right_end < piece.y0 - _CLEAR
        goes_on = piece.y1 + _CLEAR < right_start <= piece.y1 + _PICTURE
        if ends and goes_on:
            yield piece.baseline


def _are_columns(gutter: _Gutter) -> bool:
    """Return whether both sides are columns of text, not cells of a table or a list's numbers."""
    left = _line_widths(gutter.left)
    right = _line_widths(gutter.right)
    if min(median(left), median(right)) < _NARROW:
        return False
    lines = min(len(left), len(right))
    shared = _shared_lines(gutter)
    if lines < (_LEAST_LINES if shared > lines / 2 else _CAPTION_LINES):
        return False
    # Word spaces of justified lines are below each other by chance, the fewer lines the more often.
    least = next(least for most, least in _GUTTERS if lines <= most)
    if gutter.width < least:
        return False
    if not (_has_words(gutter.left) and _has_words(gutter.right)):
        return False
    # The cells of a table are side by side. So may lines of columns be, but these fill their width.
    if shared < _TABLE * lines:
        return True
    if min(median(left) / max(left), median(right) / max(right)) > _PROSE:
        return True
    if min(_words_a_line(gutter.left), _words_a_line(gutter.right)) >= _VERSE_WORDS:
        return True
    wide = max(left, right, key=median)
    return median(wide) > max(_FULL * max(wide), _WIDE)


def _shared_lines(gutter: _Gutter) -> int:
    """Return how many lines of the two sides are exactly beside each other."""
    left = {round(piece.baseline, 1) for piece in gutter.left}
    right = {round(piece.baseline, 1) for piece in gutter.right}
    return len(left & right)


def _line_widths(pieces: Pieces) -> list[float]:
    """Return the width of each line of one side of a gutter; that may be of several columns."""
    widths: list[float] = []
    for row in rows(pieces):
        start = row[0].x0
        for before, piece in pairwise(row):
            if piece.x0 - before.x1 >= _LOOSE:
                widths.append(before.x1 - start)
                start = piece.x0
        widths.append(row[-1].x1 - start)
    return widths


def _words_a_line(pieces: Pieces) -> float:
    """Return how many words most lines have at least; a cell of a table has few."""
    return median(len(piece.words) for piece in pieces)


def _has_words(pieces: Pieces) -> bool:
    """Return whether most characters are in words of three letters; many tables have figures only."""
    # Without the dots to a page number.
    words = [word.text.strip(".") for piece in pieces for word in piece.words]
    long_words = filter(_WORD.search, words)
    return len("".join(words)) <= 2 * len("".join(long_words))

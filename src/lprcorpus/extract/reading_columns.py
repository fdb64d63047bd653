"""The reading order of a page: columns one after the other, what runs across them where it is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from lprcorpus.extract.fragments import Fragment

__all__ = ["Region", "reading_order"]

# In sizes of the page's usual letters.
_GUTTER = 0.5  # the least space between columns, common to all their lines
_GUTTERS = ((6, 1.2), (12, 0.8), (float("inf"), _GUTTER))  # the least space for up to so many lines
_ALIGNED = 0.2  # left edges that differ by less are one edge
_OVERHANG = 0.3  # so far does a line begin left of its column: a hanging quotation mark
_HEADING = 1.15  # so large, or larger
_CLEAR = 0.3  # white space above and below a heading, in the next column
_PICTURE = 9.0  # so much more white space than in the heading's column is a picture's
_LOOSE = 1.5  # the widest space between words of a justified line
_SAME_LINE = 0.25  # baselines that differ by less are one line
_SAME_ROW = 0.05  # lines of a table are exactly beside each other
_NARROW = 3.0  # narrower than this is no column: numbers, bullets
_WIDE = 15.0  # a column of text beside a list of short lines is as wide, or wider
_LEAST_HEIGHT = 1.2  # so much are columns beside each other
_HEADER_GAP = 0.6  # below a running header; lines of text leave 0.1 to 0.5

_PROSE = 0.75  # of the widest line: as wide are most lines of text, not the cells of a table
_FULL = 0.85  # likewise, of the wider column beside a list of short lines
_TABLE = 0.8  # of the lines are beside lines of the other side, in a table
_LEAST_LINES = 3  # on each side of a gutter
_CAPTION_LINES = 2  # where they are not on the lines of the other side
_MARGIN = 0.15  # of the page's height: running headers and footers are so near to its edge


@dataclass
class Region:
    """A part of a page that is read from top to foot; ``column`` is 0 where it is in none."""

    fragments: list[Fragment]
    column: int
    is_margin: bool = False  # whether it is a running header or footer


@dataclass
class _Gutter:
    """A space between two columns, as high as both are beside it, with what is around it."""

    above: Sequence[Fragment]
    left: list[Fragment]
    right: list[Fragment]
    below: Sequence[Fragment]
    height: float


def reading_order(pieces: list[Fragment], usual: float, height: float) -> list[Region]:
    """Return the regions of a page in reading order.

    Args:
        pieces: the fragments of the page, from the top.
        usual: the size of most of its letters.
        height: its height in points.
    """
    first = _header_end(pieces, usual, _MARGIN * height)
    last = _footer_start(pieces, usual, (1 - _MARGIN) * height)
    regions = [Region(pieces[:first], 0, is_margin=True)] if first else []
    regions += _regions(pieces[first:last], usual, 0)
    if last < len(pieces):
        regions.append(Region(pieces[last:], 0, is_margin=True))
    return regions


def _header_end(pieces: Sequence[Fragment], usual: float, limit: float) -> int:
    """Return where the header ends: at the first line, if below it is white space across the page."""
    for count in range(1, len(pieces)):
        reached = max(piece.y1 for piece in pieces[:count])
        if reached > limit or pieces[count - 1].baseline - pieces[0].baseline > usual:
            break
        if pieces[count].y0 - reached > _HEADER_GAP * usual:
            return count
    return 0


def _footer_start(pieces: Sequence[Fragment], usual: float, limit: float) -> int:
    """Return where the footer starts: at the last line, if above it is white space across the page."""
    for start in range(len(pieces) - 1, 0, -1):
        reached = min(piece.y0 for piece in pieces[start:])
        if reached < limit or pieces[-1].baseline - pieces[start].baseline > usual:
            break
        if reached - max(piece.y1 for piece in pieces[:start]) > _HEADER_GAP * usual:
            return start
    return len(pieces)


def _regions(pieces: Sequence[Fragment], usual: float, column: int) -> Iterator[Region]:
    """Yield regions: those above the tallest gutter, on each side of it, and below it."""
    if not pieces:
        return
    gutter = _tallest_gutter(pieces, usual)
    if gutter is None:
        yield Region(list(pieces), column)
        return
    yield from _regions(gutter.above, usual, column)
    reached = max(column, 1)
    for region in _regions(gutter.left, usual, reached):
        reached = max(reached, region.column)
        yield region
    yield from _regions(gutter.right, usual, reached + 1)
    yield from _regions(gutter.below, usual, column)


def _tallest_gutter(pieces: Sequence[Fragment], usual: float) -> _Gutter | None:
    """Return the tallest space between columns, or None."""
    best: _Gutter | None = None
    for edge in sorted({*_left_edges(pieces, usual), *_ends_of_gaps(pieces, usual)}):
        for gutter in _gutters_at(pieces, edge, usual):
            if (best is None or gutter.height > best.height) and _are_columns(gutter, usual):
                best = gutter
    return best


def _left_edges(pieces: Sequence[Fragment], usual: float) -> Iterator[float]:
    """Yield where several fragments begin: the left edges of columns."""
    group: list[float] = []
    for start in [*sorted(piece.x0 for piece in pieces), float("inf")]:
        if group and start - group[-1] > _ALIGNED * usual:
            if len(group) >= _CAPTION_LINES:
                yield group[0]
            group = []
        group.append(start)


def _ends_of_gaps(pieces: Sequence[Fragment], usual: float) -> Iterator[float]:
    """Yield where white spaces between fragments end: centred lines begin at no common edge."""
    bounds = [(piece.x0, True) for piece in pieces]
    bounds += [(piece.x1, False) for piece in pieces]
    begun: float | None = None
    for place, is_start in sorted(bounds):
        if not is_start:
            begun = place
        elif begun is not None:
            if place - begun > _GUTTER * usual:
                yield place
            begun = None


def _gutters_at(pieces: Sequence[Fragment], edge: float, usual: float) -> Iterator[_Gutter]:
    """Yield the gutters left of an edge: one for each stretch in which no line lies across it."""
    first_of_right = edge - _OVERHANG * usual
    baselines = [piece.baseline for piece in pieces]
    last_of_left = edge - _GUTTER * usual
    across = [
        piece.baseline for piece in pieces if piece.x0 < first_of_right and piece.x1 > last_of_left
    ]
    across += _headings_beside_nothing(pieces, first_of_right, usual)
    start = 0
    for baseline in [*sorted(across), float("inf")]:
        end = bisect_left(baselines, baseline - _SAME_LINE * usual, start)
        left = [piece for piece in pieces[start:end] if piece.x0 < first_of_right]
        right = [piece for piece in pieces[start:end] if piece.x0 >= first_of_right]
        if left and right:
            overlap = min(left[-1].y1, right[-1].y1) - max(left[0].y0, right[0].y0)
            yield _Gutter(pieces[:start], left, right, pieces[end:], overlap)
        # The whole line that lies across is part of no column.
        start = bisect_left(baselines, baseline + _SAME_LINE * usual, end)


def _headings_beside_nothing(
    pieces: Sequence[Fragment],
    first_of_right: float,
    usual: float,
) -> Iterator[float]:
    """Yield the baselines of headings over several columns that do not reach the next one.

    Beside such a heading the next column is empty, but not for so long as beside a picture.
    """
    left = [piece for piece in pieces if piece.x0 < first_of_right]
    headings = [piece for piece in left if piece.size >= _HEADING * usual]
    right = [piece for piece in pieces if piece.x0 >= first_of_right] if headings else []
    for piece in headings:
        left_end = max((other.y1 for other in left if other.baseline < piece.baseline), default=0.0)
        above = [other.y1 for other in right if other.baseline < piece.baseline]
        below = [other.y0 for other in right if other.baseline >= piece.baseline]
        if not above or (not below and left[-1].size < _HEADING * usual):
            continue  # the next column has not begun; or it has ended, and this one has not
        right_end = max(above)
        right_start = min(below, default=piece.y1 + usual)
        is_clear = right_end < piece.y0 - _CLEAR * usual and right_start > piece.y1 + _CLEAR * usual
        is_picture = max(left_end - right_end, right_start - piece.y1) > _PICTURE * usual
        if is_clear and not is_picture:
            yield piece.baseline


def _are_columns(gutter: _Gutter, usual: float) -> bool:
    """Return whether both sides of a gutter are columns of text, not a table's cells or a list's numbers."""
    left, right = _line_widths(gutter.left, usual), _line_widths(gutter.right, usual)
    lines = min(len(left), len(right))
    shared = _shared_lines(gutter, usual)
    if gutter.height < _LEAST_HEIGHT * usual or min(median(left), median(right)) < _NARROW * usual:
        return False
    if shared > lines / 2:
        # Word spaces of justified lines are below each other by chance; the fewer lines, the more
        # often.
        space = min(piece.x0 for piece in gutter.right) - max(piece.x1 for piece in gutter.left)
        least = next(least for most, least in _GUTTERS if lines <= most)
        if lines < _LEAST_LINES or space < least * usual:
            return False
    elif lines < _CAPTION_LINES:
        return False
    if not (_has_words(gutter.left) and _has_words(gutter.right)):
        return False
    # The cells of a table are side by side. So may lines of columns be, but these fill their width.
    if shared < _TABLE * lines:
        return True
    if min(median(side) / max(side) for side in (left, right)) > _PROSE:
        return True
    wide = max(left, right, key=median)
    return median(wide) > max(_FULL * max(wide), _WIDE * usual)


def _has_words(pieces: Sequence[Fragment]) -> bool:
    """Return whether most fragments have a word of three letters; a table's often have figures only."""
    with_words = 0
    for piece in pieces:
        with_words += any(len(word.text) > 2 and word.text.isalpha() for word in piece.words)
    return with_words * 2 >= len(pieces)


def _shared_lines(gutter: _Gutter, usual: float) -> int:
    """Return how many lines of the left side have a line of the right side beside them."""
    on_right = sorted(piece.baseline for piece in gutter.right)
    shared = set()
    for piece in gutter.left:
        place = bisect_left(on_right, piece.baseline - _SAME_ROW * usual)
        if place < len(on_right) and on_right[place] < piece.baseline + _SAME_ROW * usual:
            shared.add(round(piece.baseline))
    return len(shared)


def _line_widths(pieces: Sequence[Fragment], usual: float) -> list[float]:
    """Return the width of each line of one side of a gutter; that may be of several columns."""
    widths: list[float] = []
    before: Fragment | None = None
    for piece in sorted(pieces, key=lambda piece: (round(piece.baseline), piece.x0)):
        width = piece.x1 - piece.x0
        if before is not None and piece.baseline - before.baseline < _SAME_LINE * usual:
            gap = piece.x0 - before.x1
            if -usual < gap < _LOOSE * usual:
                width += widths.pop() + gap
        widths.append(width)
        before = piece
    return widths

"""The reading order of a page: columns one after the other, and what runs across them where it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from lprcorpus.extract.fragments import Fragment

__all__ = ["Region", "reading_order"]

# In sizes of the page's usual letters.
_GUTTER = 0.5  # the least space between columns, common to all their lines
_ALIGNED = 0.2  # left edges that differ by less are one edge
_OVERHANG = 0.3  # so far does a line begin left of its column: a hanging quotation mark
_HEADING = 1.15  # so large, or larger
_CLEAR = 0.3  # white space above and below a heading, in the next column
_PICTURE = 7.0  # so much more white space than in the heading's column is a picture's
_LINE = 0.5  # baselines that differ by less than half of it are one line
_NARROW = 4.0  # narrower than this is no column: numbers, bullets
_HEADER_GAP = 0.6  # below a running header; lines of text leave 0.1 to 0.5
_PROSE = 0.75  # of the widest line: as wide are most lines of running text, not the cells of a table
_LEAST_LINES = 3  # on each side of a gutter
_MARGIN = 0.15  # of the page's height: running headers and footers are so near to its edge


@dataclass
class Region:
    """A part of a page that is read from its top to its foot.

    Attributes:
        fragments: what is in it, from the top.
        column: which column of the page it is, from the left; 0 where it belongs to none.
        is_margin: whether it is a running header or footer.
    """

    fragments: list[Fragment]
    column: int
    is_margin: bool = False


@dataclass
class _Gutter:
    """A space between two columns, with the fragments around it."""

    above: list[Fragment]
    left: list[Fragment]
    right: list[Fragment]
    below: list[Fragment]
    height: float


def reading_order(pieces: list[Fragment], usual: float, height: float) -> list[Region]:
    """Return the regions of a page in reading order.

    Args:
        pieces: the fragments of the page, from the top.
        usual: the size of most of its letters.
        height: its height in points.
    """
    header = _header(pieces, usual, _MARGIN * height)
    rest = pieces[len(header) :]
    footer = _footer(rest, usual, (1 - _MARGIN) * height)
    body = rest[: len(rest) - len(footer)]
    regions = list(_regions(body, usual, 0))
    if header:
        regions.insert(0, Region(header, 0, is_margin=True))
    if footer:
        regions.append(Region(footer, 0, is_margin=True))
    return regions


def _header(pieces: Sequence[Fragment], usual: float, limit: float) -> list[Fragment]:
    """Return the fragments of the running header: the first line, if white space runs below it across the page."""
    for count in range(1, len(pieces)):
        reached = max(piece.y1 for piece in pieces[:count])
        if reached > limit or pieces[count - 1].baseline - pieces[0].baseline > usual:
            return []
        if pieces[count].y0 - reached > _HEADER_GAP * usual:
            return list(pieces[:count])
    return []


def _footer(pieces: Sequence[Fragment], usual: float, limit: float) -> list[Fragment]:
    """Return the fragments of the running footer: the last line, if white space runs above it across the page."""
    for count in range(1, len(pieces)):
        first = min(piece.y0 for piece in pieces[-count:])
        if first < limit or pieces[-1].baseline - pieces[-count].baseline > usual:
            return []
        if first - max(piece.y1 for piece in pieces[:-count]) > _HEADER_GAP * usual:
            return list(pieces[-count:])
    return []


def _regions(pieces: list[Fragment], usual: float, column: int) -> Iterator[Region]:
    """Yield the regions of a part of a page: what is above its tallest gutter, each side of that, and what is below."""
    if not pieces:
        return
    gutter = _tallest_gutter(pieces, usual)
    if gutter is None:
        yield Region(pieces, column)
        return
    yield from _regions(gutter.above, usual, column)
    reached = max(column, 1)
    for region in _regions(gutter.left, usual, reached):
        reached = max(reached, region.column)
        yield region
    yield from _regions(gutter.right, usual, reached + 1)
    yield from _regions(gutter.below, usual, column)


def _tallest_gutter(pieces: Sequence[Fragment], usual: float) -> _Gutter | None:
    """Return the tallest space between columns, or None. Columns begin where several lines begin."""
    best: _Gutter | None = None
    for edge in _left_edges(pieces, usual):
        for gutter in _gutters_at(pieces, edge, usual):
            if (best is None or gutter.height > best.height) and _are_columns(gutter, usual):
                best = gutter
    return best


def _left_edges(pieces: Sequence[Fragment], usual: float) -> list[float]:
    """Return where several fragments begin, the leftmost place aside."""
    edges: list[float] = []
    starts = sorted(piece.x0 for piece in pieces)
    first = 0
    for position, start in enumerate(starts):
        last = position + 1 == len(starts)
        if last or starts[position + 1] - start > _ALIGNED * usual:
            if position + 1 - first >= _LEAST_LINES:
                edges.append(starts[first])
            first = position + 1
    return edges[1:] if edges and edges[0] - starts[0] < usual else edges


def _gutters_at(pieces: Sequence[Fragment], edge: float, usual: float) -> Iterator[_Gutter]:
    """Yield the gutters left of an edge: one for each stretch in which no fragment lies across it."""
    start = 0
    across = [piece.baseline for piece in pieces if _lies_across(piece, edge, usual)]
    across += _headings_beside_nothing(pieces, edge, usual)
    for baseline in [*sorted(across), None]:
        end = len(pieces)
        following = end
        if baseline is not None:  # the whole line of that fragment is no part of a column
            end = _first_from(pieces, baseline - 0.5 * _LINE * usual, start)
            following = _first_from(pieces, baseline + 0.5 * _LINE * usual, end)
        left: list[Fragment] = []
        right: list[Fragment] = []
        for piece in pieces[start:end]:
            side = right if piece.x0 >= edge - _OVERHANG * usual else left
            side.append(piece)
        if left and right:
            overlap = min(left[-1].y1, right[-1].y1) - max(left[0].y0, right[0].y0)
            yield _Gutter(list(pieces[:start]), left, right, list(pieces[end:]), overlap)
        start = following


def _lies_across(piece: Fragment, edge: float, usual: float) -> bool:
    begins_before = piece.x0 < edge - _OVERHANG * usual
    return begins_before and piece.x1 > edge - _GUTTER * usual


def _headings_beside_nothing(pieces: Sequence[Fragment], edge: float, usual: float) -> Iterator[float]:
    """Yield the baselines of headings that begin a text in columns below them, though they do not reach its next column.

    Beside such a heading the next column is empty, but not for so long as beside a picture.
    """
    first_of_right = edge - _OVERHANG * usual
    for piece in pieces:
        if piece.size < _HEADING * usual or piece.x0 >= first_of_right:
            continue
        left_end = right_end = 0.0
        right_start = float("inf")
        for other in pieces:
            if other.x0 < first_of_right:
                if other.baseline < piece.baseline:
                    left_end = max(left_end, other.y1)
            elif other.baseline < piece.baseline:
                right_end = max(right_end, other.y1)
            else:
                right_start = min(right_start, other.y0)
        is_clear = right_end < piece.y0 - _CLEAR * usual and right_start > piece.y1 + _CLEAR * usual
        is_picture = max(left_end - right_end, right_start - piece.y1) > _PICTURE * usual
        if right_end and is_clear and not is_picture:
            yield piece.baseline


def _first_from(pieces: Sequence[Fragment], baseline: float, start: int) -> int:
    """Return the position of the first fragment, from a position on, whose baseline is at or below another."""
    while start < len(pieces) and pieces[start].baseline < baseline:
        start += 1
    return start


def _are_columns(gutter: _Gutter, usual: float) -> bool:
    """Return whether both sides of a gutter are columns of text, and not cells of a table or a list's numbers."""
    if gutter.height < _LEAST_LINES * usual:
        return False
    lines = [{round(piece.baseline) for piece in side} for side in (gutter.left, gutter.right)]
    if min(len(lines[0]), len(lines[1])) < _LEAST_LINES:
        return False
    widths = [_row_widths(side) for side in (gutter.left, gutter.right)]
    if min(median(side) for side in widths) < _NARROW * usual:
        return False
    # The lines of a table's cells are side by side; so may those of columns be, but these fill their width.
    shared = len(lines[0] & lines[1]) / min(len(lines[0]), len(lines[1]))
    return shared < 0.9 or all(median(side) > _PROSE * max(side) for side in widths)


def _row_widths(pieces: Sequence[Fragment]) -> list[float]:
    """Return the width of each line of a column, in points."""
    bounds: dict[int, tuple[float, float]] = {}
    for piece in pieces:
        x0, x1 = bounds.get(round(piece.baseline), (piece.x0, piece.x1))
        bounds[round(piece.baseline)] = (min(x0, piece.x0), max(x1, piece.x1))
    return [x1 - x0 for x0, x1 in bounds.values()]

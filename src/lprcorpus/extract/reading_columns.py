"""The reading order of a page: columns one after the other, and what runs across them where it is."""

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
_LINE = 0.5  # baselines that differ by less than half of it are one line
_NARROW = 3.0  # narrower than this is no column: numbers, bullets
_HEADER_GAP = 0.6  # below a running header; lines of text leave 0.1 to 0.5
_PROSE = 0.75  # of the widest line: as wide are most lines of running text, not the cells of a table
_FULL = 0.85  # likewise, of the wider column beside a list of short lines
_WIDE = 15.0
_TABLE = 0.8  # of the lines are beside lines of the other side, in a table
_SAME_LINE = 0.05  # lines of a table are exactly beside each other
_LEAST_LINES = 3  # on each side of a gutter
_LEAST_HEIGHT = 1.2  # so much are both sides beside each other
_CAPTION_LINES = 2  # where they are not on the lines of the other side
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
    for edge in sorted({*_left_edges(pieces, usual), *_ends_of_gaps(pieces, usual)}):
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
            if position + 1 - first >= _CAPTION_LINES:
                edges.append(starts[first])
            first = position + 1
    return edges[1:] if edges and edges[0] - starts[0] < usual else edges


def _ends_of_gaps(pieces: Sequence[Fragment], usual: float) -> Iterator[float]:
    """Yield where white spaces between fragments end: fewer lie over them than over what is beside them.

    The lines of a column that is centred begin at no common edge.
    """
    changes: list[tuple[float, int]] = []
    for piece in pieces:
        changes.append((piece.x0, 1))
        changes.append((piece.x1, -1))
    changes.sort()
    over = 0
    begun: float | None = None
    for place, change in changes:
        if change < 0:
            begun = place
        elif begun is not None:
            if place - begun > _GUTTER * usual:
                yield place
            begun = None
        over += change


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
    left = [piece for piece in pieces if piece.x0 < first_of_right]
    headings = [piece for piece in left if piece.size >= _HEADING * usual]
    if not headings:
        return
    right = [piece for piece in pieces if piece.x0 >= first_of_right]
    for piece in headings:
        left_end = max((other.y1 for other in left if other.baseline < piece.baseline), default=0.0)
        above = [other.y1 for other in right if other.baseline < piece.baseline]
        below = [other.y0 for other in right if other.baseline >= piece.baseline]
        if not below and left[-1].size < _HEADING * usual:
            continue  # the next column has ended, and this one has not
        right_end = max(above, default=0.0)
        right_start = min(below, default=piece.y1 + usual)
        is_clear = right_end < piece.y0 - _CLEAR * usual and right_start > piece.y1 + _CLEAR * usual
        is_picture = max(left_end - right_end, right_start - piece.y1) > _PICTURE * usual
        if above and is_clear and not is_picture:
            yield piece.baseline


def _first_from(pieces: Sequence[Fragment], baseline: float, start: int) -> int:
    """Return the position of the first fragment, from a position on, whose baseline is at or below another."""
    while start < len(pieces) and pieces[start].baseline < baseline:
        start += 1
    return start


def _are_columns(gutter: _Gutter, usual: float) -> bool:
    """Return whether both sides of a gutter are columns of text, and not cells of a table or a list's numbers."""
    left, right = _line_widths(gutter.left, usual), _line_widths(gutter.right, usual)
    lines = min(len(left), len(right))
    shared = _shared_lines(gutter, usual)
    if gutter.height < _LEAST_HEIGHT * usual or min(median(left), median(right)) < _NARROW * usual:
        return False
    if shared > lines / 2:
        # Word spaces of justified lines lie below each other now and then; the fewer lines, the more often.
        space = min(piece.x0 for piece in gutter.right) - max(piece.x1 for piece in gutter.left)
        least = next(least for most, least in _GUTTERS if lines <= most)
        if lines < _LEAST_LINES or space < least * usual:
            return False
    elif lines < _CAPTION_LINES:
        return False
    if not (_has_words(gutter.left) and _has_words(gutter.right)):
        return False
    # The cells of a table are side by side. So may the lines of columns be, but these fill their width.
    if shared < _TABLE * lines:
        return True
    if min(median(side) / max(side) for side in (left, right)) > _PROSE:
        return True
    wide = max(left, right, key=median)
    return median(wide) > max(_FULL * max(wide), _WIDE * usual)


def _has_words(pieces: Sequence[Fragment]) -> bool:
    """Return whether most fragments have a word of three letters: the columns of a table often have figures only."""
    with_words = 0
    for piece in pieces:
        with_words += any(len(word.text) > 2 and word.text.isalpha() for word in piece.words)
    return with_words * 2 >= len(pieces)


def _shared_lines(gutter: _Gutter, usual: float) -> int:
    """Return how many lines of the left side have a line of the right side beside them."""
    on_right = sorted(piece.baseline for piece in gutter.right)
    shared = set()
    for piece in gutter.left:
        place = bisect_left(on_right, piece.baseline - _SAME_LINE * usual)
        if place < len(on_right) and on_right[place] < piece.baseline + _SAME_LINE * usual:
            shared.add(round(piece.baseline))
    return len(shared)


def _line_widths(pieces: Sequence[Fragment], usual: float) -> list[float]:
    """Return the width of each line of one side of a gutter, in points; it may be of several columns."""
    lines: list[tuple[float, float, float]] = []  # baseline, left and right edge
    for piece in sorted(pieces, key=lambda piece: (round(piece.baseline), piece.x0)):
        if lines:
            baseline, x0, x1 = lines[-1]
            if piece.baseline - baseline < _LINE * usual and -usual < piece.x0 - x1 < _LOOSE * usual:
                lines[-1] = (baseline, x0, piece.x1)
                continue
        lines.append((piece.baseline, piece.x0, piece.x1))
    return [x1 - x0 for _, x0, x1 in lines]

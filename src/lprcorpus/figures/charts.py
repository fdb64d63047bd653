"""The figures of an issue or a corpus: which record is on which page, how full each page is, how long each record is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lprcorpus.figures.figure_data import FigureData
from lprcorpus.figures.svg import Drawing
from lprcorpus.schema import TYPES

__all__ = ["Figure", "figures"]

_OUTSIDE = "in no record"
_COLOURS = ("#3d6fa5", "#a8622a", "#4f8a43", "#8a5ba0", "#b4483f", "#2a8a86", "#8a7a20")
"""One for each type, in the schema's order: each has contrast 3 : 1 at least on white and on near-black."""

_COLOUR_OF = {**dict(zip(TYPES, _COLOURS, strict=True)), _OUTSIDE: "#8a8a8a"}

# Pixels. The labels of rows end left of the plot; what is written at a row's end has room right of it.
_LEFT, _PLOT, _RIGHT = 330, 560, 110
_WIDTH = _LEFT + _PLOT + _RIGHT
_ROW = 20


@dataclass(frozen=True)
class Figure:
    """A figure: its name, its title, what it shows in words, and its SVG."""

    name: str
    title: str
    description: str
    svg: str


def figures(data: FigureData, of: str, suffix: str = "") -> list[Figure]:
    """Return the figures; without rows or pages there is nothing to draw.

    Args:
        data: what to draw.
        of: what they are figures of, as their titles say it.
        suffix: what is put after their identifiers, where a page holds those of several issues.
    """
    if not data.rows or not data.pages:
        return []

    def figure(name: str, title: str, description: str, drawing: Drawing) -> Figure:
        svg = drawing.svg(f"{name}{suffix}", title=title, description=description)
        return Figure(name, title, description, svg)

    return [
        figure("page-map", f"Page map of {of}", _map_in_words(data), _page_map(data)),
        figure("page-fill", f"How full the pages of {of} are", _fill_in_words(data), _page_fill(data)),
        figure("record-sizes", f"Sizes of the records of {of}", _sizes_in_words(data), _record_sizes(data)),
    ]


def _page_map(data: FigureData) -> Drawing:
    """Draw rows by pages; a cell has the colour of the type that has most of the row's characters on the page."""
    top = 34
    drawing = Drawing(_WIDTH, top + len(data.rows) * _ROW + 10)
    column = _PLOT / len(data.pages)
    for page in _labelled(data.pages):
        drawing.words(_LEFT + (page - data.pages.start + 0.5) * column, top - 12, str(page), anchor="middle")
    _draw_labels(drawing, data, top)
    leading: dict[tuple[int, int], tuple[int, str]] = {}
    for (row, kind, page), size in data.characters.items():
        leading[row, page] = max(leading.get((row, page), (0, "")), (size, kind))
    for (row, page), (_, kind) in sorted(leading.items()):
        x = _LEFT + (page - data.pages.start) * column
        drawing.box(x, top + row * _ROW + 2, column * 0.92, _ROW - 4, fill=_COLOUR_OF[kind])
    for number, record in enumerate(data.rows):
        if record.type:
            y = top + (number + 0.5) * _ROW
            drawing.words(_LEFT + _PLOT + 8, y, _spaced(record.type), fill=_COLOUR_OF[record.type])
    if data.rows[0].type is None:
        _draw_legend(drawing, data, 0)
    return drawing


def _page_fill(data: FigureData) -> Drawing:
    """Draw the characters of each page as a column, by type; those that are in no record are on top."""
    top, left, height = 30, 76, 160
    drawing = Drawing(_WIDTH, top + height + 40)
    sizes: dict[int, Counter[str]] = defaultdict(Counter)
    for (_, kind, page), size in data.characters.items():
        sizes[page][kind] += size
    for page, size in data.outside.items():
        sizes[page][_OUTSIDE] += size
    most = max(counts.total() for counts in sizes.values())
    width = _WIDTH - left - 16
    step = _round_step(most)
    for value in range(0, most + 1, step):
        y = top + height - height * value / most
        drawing.rule(left, y, width)
        drawing.words(left - 8, y, f"{value:,}", anchor="end")
    column = width / len(data.pages)
    for page in _labelled(data.pages):
        drawing.words(left + (page - data.pages.start + 0.5) * column, top + height + 14, str(page), anchor="middle")
    for page, counts in sorted(sizes.items()):
        x = left + (page - data.pages.start) * column
        end: float = top + height
        for kind in (*TYPES, _OUTSIDE):
            tall = height * counts[kind] / most
            end -= tall
            if tall:
                drawing.box(x, end, column * 0.92, tall, fill=_COLOUR_OF[kind])
    _draw_legend(drawing, data, left)
    return drawing


def _record_sizes(data: FigureData) -> Drawing:
    """Draw the words of each row as a bar, by type."""
    top = 30
    drawing = Drawing(_WIDTH, top + len(data.rows) * _ROW + 10)
    _draw_labels(drawing, data, top)
    totals = _words_of_rows(data)
    most = max(1, *totals.values())
    ends: dict[int, float] = dict.fromkeys(range(len(data.rows)), _LEFT)
    for (row, kind), words in sorted(data.words.items()):
        length = _PLOT * words / most
        drawing.box(ends[row], top + row * _ROW + 3, length, _ROW - 6, fill=_COLOUR_OF[kind])
        ends[row] += length
    for row, end in ends.items():
        drawing.words(end + 6, top + (row + 0.5) * _ROW, f"{totals[row]:,}")
    _draw_legend(drawing, data, _LEFT)
    return drawing


def _draw_labels(drawing: Drawing, data: FigureData, top: int) -> None:
    for number, row in enumerate(data.rows):
        drawing.words(_LEFT - 8, top + (number + 0.5) * _ROW, row.label, anchor="end")


def _draw_legend(drawing: Drawing, data: FigureData, x: float) -> None:
    """Write the types there are above the plot, each behind a square of its colour."""
    present = {kind for _, kind, _ in data.characters}
    for kind in (*TYPES, _OUTSIDE):
        if kind in present or (kind == _OUTSIDE and data.outside):
            drawing.box(x, 6, 9, 9, fill=_COLOUR_OF[kind])
            drawing.words(x + 14, 11, _spaced(kind))
            x += 28 + 7 * len(kind)  # 7 pixels are more than most letters are wide in this size


def _labelled(pages: range) -> Sequence[int]:
    """Return the pages that are labelled: all where they are few, else every fifth, tenth and so on."""
    if len(pages) <= 40:
        return pages
    step = _round_step(len(pages), parts=20)
    return [page for page in pages if page % step == 0]


def _round_step(most: int, parts: int = 5) -> int:
    """Return a round number of which about so many parts make up the whole.

    >>> _round_step(4936), _round_step(7)
    (1000, 2)
    """
    power = 1
    while power * 5 * parts < most:
        power *= 10
    return next(factor * power for factor in (1, 2, 5) if factor * power * parts >= most)


def _spaced(kind: str) -> str:
    return kind.replace("_", " ")


def _words_of_rows(data: FigureData) -> Counter[int]:
    totals: Counter[int] = Counter()
    for (row, _), words in data.words.items():
        totals[row] += words
    return totals


def _map_in_words(data: FigureData) -> str:
    pages: dict[int, set[int]] = defaultdict(set)
    for row, _, page in data.characters:
        pages[row].add(page)
    kind = "a record" if data.rows[0].type else "an issue"
    rows = "; ".join(f"{_name(data, row)}: {_ranges(pages[row])}" for row in range(len(data.rows)))
    return f"Each row is {kind}, each column a page.{_limits(data)} {rows}."


def _fill_in_words(data: FigureData) -> str:
    totals: Counter[int] = Counter(data.outside)
    for (_, _, page), size in data.characters.items():
        totals[page] += size
    pages = ", ".join(f"{page}: {totals[page]:,}" for page in sorted(totals))
    outside = f"{sum(data.outside.values()):,} of {totals.total():,} are in no record"
    return f"Each column is a page, as high as it has characters; {outside}.{_limits(data)} Characters by page: {pages}."


def _sizes_in_words(data: FigureData) -> str:
    totals = _words_of_rows(data)
    rows = "; ".join(f"{_name(data, row)}: {totals[row]:,}" for row in range(len(data.rows)))
    return f"Each bar is as long as its text has words.{_limits(data)} {rows}."


def _name(data: FigureData, number: int) -> str:
    row = data.rows[number]
    return f"\u2068{row.title}\u2069 ({_spaced(row.type)})" if row.type else row.title


def _ranges(pages: set[int]) -> str:
    """Return page numbers in words, runs of them shortened."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    words = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)
    return f"page{'s' if len(pages) > 1 else ''} {words}" if runs else "no page"


def _limits(data: FigureData) -> str:
    return f" The first {data.shown:,} of {data.issues:,} issues are shown." if data.shown < data.issues else ""

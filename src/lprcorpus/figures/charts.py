"""The figures: which record is on which page, how full each page is, how long each record is."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from lprcorpus.figures.figure_data import FigureData, FigureRecord, FigureRow
from lprcorpus.figures.svg import Drawing
from lprcorpus.schema import TYPES

__all__ = ["Figure", "figures"]

_OUTSIDE = "in no record"
# One for each type, in the schema's order: contrast 3 : 1 at least on white and on near-black.
_COLOURS = ("#3d6fa5", "#a8622a", "#4f8a43", "#8a5ba0", "#b4483f", "#2a8a86", "#8a7a20")
_COLOUR_OF = {**dict(zip(TYPES, _COLOURS, strict=True)), _OUTSIDE: "#8a8a8a"}

_LABEL = 40  # characters of a title in a label, at most

# Pixels. Labels end left of the plot; what is written at a row's end has room right of it.
_LEFT, _PLOT, _RIGHT = 330, 560, 110
_WIDTH = _LEFT + _PLOT + _RIGHT
_TOP = 34
_ROW = 20
_COLUMN_HEIGHT = 160


@dataclass(frozen=True)
class Figure:
    """A figure: its name, its title, what it shows in words, and its SVG."""

    name: str
    title: str
    description: str
    svg: str


def figures(data: FigureData, of: str, suffix: str = "") -> list[Figure]:
    """Return the figures; without records there is nothing to draw.

    Args:
        data: what to draw.
        of: what they are figures of, as their titles say it.
        suffix: what is put after their identifiers, where a page holds those of several issues.
    """
    if not any(row.pages for row in data.rows):
        return []
    limits = ""
    if len(data.rows) < data.record_count:
        limits = f" The first {len(data.rows):,} of {data.record_count:,} records are shown."

    def figure(name: str, title: str, drawing: Drawing, words: str, values: str) -> Figure:
        description = f"{words}{limits} {values}."
        svg = drawing.svg(f"{name}{suffix}", title=title, description=description)
        return Figure(name, title, description, svg)

    return [
        figure("page-map", f"Page map of {of}", *_page_map(data)),
        figure("page-fill", f"How full the pages of {of} are", *_page_fill(data)),
        figure("record-sizes", f"Sizes of the records of {of}", *_record_sizes(data)),
    ]


def _page_map(data: FigureData) -> tuple[Drawing, str, str]:
    """Draw records by pages: a cell for each page that a record is on, in the colour of its type."""
    drawing = _with_labels(data)
    pages = _pages(data)
    column = _PLOT / len(pages)
    _number_pages(drawing, pages, x=_LEFT, y=_TOP - 12, column=column)
    for number, row in enumerate(data.rows):
        y = _TOP + number * _ROW
        colour = _COLOUR_OF[row.record.type]
        for page in sorted(row.pages):
            x = _LEFT + (page - pages.start) * column
            drawing.box(x, y + 2, column * 0.92, _ROW - 4, fill=colour)
        drawing.words(_LEFT + _PLOT + 8, y + _ROW / 2, _spaced(row.record.type), fill=colour)
    values = "; ".join(f"{_name(row.record)}: {_page_ranges(row)}" for row in data.rows)
    return drawing, "Each row is a record, each column a page.", values


def _page_fill(data: FigureData) -> tuple[Drawing, str, str]:
    """Draw the characters of each page as a column, by type; those in no record are on top."""
    drawing = Drawing(_WIDTH, _TOP + _COLUMN_HEIGHT + 40)
    pages = _pages(data)
    sizes: dict[int, Counter[str]] = defaultdict(Counter)
    for row in data.rows:
        for page, size in row.pages.items():
            sizes[page][row.record.type] += size
    for page, size in data.outside.items():
        sizes[page][_OUTSIDE] += size
    totals = {page: sizes[page].total() for page in sorted(sizes)}
    most = max(totals.values())

    left = 76
    width = _WIDTH - left - 16
    for value in range(0, most + 1, _round_step(most, 5)):
        y = _TOP + _COLUMN_HEIGHT * (1 - value / most)
        drawing.rule(left, y, width)
        drawing.words(left - 8, y, f"{value:,}", anchor="end")
    column = width / len(pages)
    _number_pages(drawing, pages, x=left, y=_TOP + _COLUMN_HEIGHT + 14, column=column)
    for page in totals:
        x = left + (page - pages.start) * column
        y = _TOP + _COLUMN_HEIGHT
        for kind, colour in _COLOUR_OF.items():
            height = _COLUMN_HEIGHT * sizes[page][kind] / most
            y -= height
            if height:
                drawing.box(x, y, column * 0.92, height, fill=colour)
    _draw_legend(drawing, set().union(*sizes.values()), x=left)

    outside = f"{data.outside.total():,} of {sum(totals.values()):,} are in no record"
    words = f"Each column is a page, as high as it has characters; {outside}."
    values = ", ".join(f"{page}: {total:,}" for page, total in totals.items())
    return drawing, words, f"Characters by page: {values}"


def _record_sizes(data: FigureData) -> tuple[Drawing, str, str]:
    """Draw the words of each record as a bar."""
    drawing = _with_labels(data)
    most = max(1, *(row.record.word_count for row in data.rows))
    for number, row in enumerate(data.rows):
        y = _TOP + number * _ROW
        length = _PLOT * row.record.word_count / most
        drawing.box(_LEFT, y + 3, length, _ROW - 6, fill=_COLOUR_OF[row.record.type])
        drawing.words(_LEFT + length + 6, y + _ROW / 2, f"{row.record.word_count:,}")
    _draw_legend(drawing, {row.record.type for row in data.rows}, x=_LEFT)
    values = "; ".join(f"{_name(row.record)}: {row.record.word_count:,}" for row in data.rows)
    return drawing, "Each bar is as long as its text has words.", values


def _pages(data: FigureData) -> range:
    """Return the pages that a figure has room for."""
    pages = set(data.outside).union(*(row.pages for row in data.rows))
    return range(min(pages), max(pages) + 1)


def _with_labels(data: FigureData) -> Drawing:
    """Return a drawing with the positions and titles of the records.

    A title is in an isolate (U+2068, U+2069), so that no mark of direction in it turns the label.
    """
    drawing = Drawing(_WIDTH, _TOP + len(data.rows) * _ROW + 10)
    several = len({row.record.issue_id for row in data.rows}) > 1
    for number, row in enumerate(data.rows):
        title = " ".join(row.record.title.split())
        if len(title) > _LABEL:
            title = f"{title[: _LABEL - 1].rstrip()}…"
        label = f"{row.record.position}. \u2068{title}\u2069"
        if several:
            label = f"{row.record.issue_id} {label}"
        drawing.words(_LEFT - 8, _TOP + (number + 0.5) * _ROW, label, anchor="end")
    return drawing


def _number_pages(drawing: Drawing, pages: range, *, x: float, y: float, column: float) -> None:
    """Write the numbers of the pages: all where they are few, else every fifth, tenth and so on."""
    step = 1 if len(pages) <= 40 else _round_step(len(pages), 20)
    for page in pages:
        if page % step == 0:
            drawing.words(x + (page - pages.start + 0.5) * column, y, str(page), anchor="middle")


def _draw_legend(drawing: Drawing, kinds: set[str], *, x: float) -> None:
    """Write types above the plot, each behind a square of its colour."""
    for kind, colour in _COLOUR_OF.items():
        if kind in kinds:
            drawing.box(x, 6, 9, 9, fill=colour)
            drawing.words(x + 14, 11, _spaced(kind))
            x += 28 + 7 * len(kind)  # 7 pixels are more than most letters are wide in this size


def _round_step(most: int, parts: int) -> int:
    """Return a round number of which at most so many make up the whole.

    >>> _round_step(4936, 5), _round_step(7, 5)
    (1000, 2)
    """
    power = 1
    while power * 5 * parts < most:
        power *= 10
    return next(factor * power for factor in (1, 2, 5) if factor * power * parts >= most)


def _spaced(kind: str) -> str:
    return kind.replace("_", " ")


def _name(record: FigureRecord) -> str:
    return f"\u2068{' '.join(record.title.split())}\u2069 ({_spaced(record.type)})"


def _page_ranges(row: FigureRow) -> str:
    """Return the pages of a record in words, runs of them shortened."""
    runs: list[list[int]] = []
    for page in sorted(row.pages):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    words = []
    for run in runs:
        words.append(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}")
    if not runs:
        return "no page"
    return f"page{'s' if len(row.pages) > 1 else ''} {', '.join(words)}"

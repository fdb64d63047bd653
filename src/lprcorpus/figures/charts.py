"""The figures: which record is on which page, how full each page is, how long each record is."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from lprcorpus.figures.figure_data import FigureData
from lprcorpus.figures.svg import Drawing
from lprcorpus.schema import TYPES, Record

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
        suffix: what is put after their identifiers, where a page contains those of several issues.
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


@dataclass(frozen=True)
class _PageAxis:
    """Pages side by side: their numbers, and where the first begins and the last ends."""

    pages: range
    left: float
    width: float

    @property
    def column(self) -> float:
        """The width of a page."""
        return self.width / len(self.pages)

    def x(self, page: int) -> float:
        """Return where a page begins."""
        return self.left + (page - self.pages.start) * self.column

    def draw_numbers(self, drawing: Drawing, y: float) -> None:
        """Write the numbers: all where they are few, else every second, third and so on."""
        step = 1 + len(self.pages) // 40
        for page in self.pages:
            if page % step == 0:
                middle = self.x(page) + self.column / 2
                drawing.words(middle, y, str(page), anchor="middle")


def _page_axis(data: FigureData, left: float, width: float) -> _PageAxis:
    pages = set(data.outside)
    for row in data.rows:
        pages.update(row.pages)
    return _PageAxis(range(min(pages), max(pages) + 1), left, width)


def _page_map(data: FigureData) -> tuple[Drawing, str, str]:
    """Draw records by pages: a cell for each page that a record is on, in the colour of its type."""
    drawing = _with_labels(data)
    axis = _page_axis(data, _LEFT, _PLOT)
    axis.draw_numbers(drawing, _TOP - 12)
    values = []
    for number, row in enumerate(data.rows):
        y = _TOP + number * _ROW
        kind = row.record.type
        for page in sorted(row.pages):
            width = axis.column * 0.92
            drawing.box(axis.x(page), y + 2, width, _ROW - 4, fill=_COLOUR_OF[kind])
        drawing.words(_LEFT + _PLOT + 8, y + _ROW / 2, _spaced(kind), fill=_COLOUR_OF[kind])
        first, last = row.record.page_start, row.record.page_end
        pages = f"page {first}" if first == last else f"pages {first} to {last}"
        values.append(f"{_name(row.record)}: {pages}")
    return drawing, "Each row is a record, each column a page.", "; ".join(values)


def _page_fill(data: FigureData) -> tuple[Drawing, str, str]:
    """Draw the characters of each page as a column, by type; those in no record are on top."""
    sizes = _sizes_of_pages(data)
    totals = {page: sizes[page].total() for page in sorted(sizes)}
    most = max(totals.values())
    drawing = Drawing(_WIDTH, _TOP + _COLUMN_HEIGHT + 40)
    axis = _page_axis(data, left=76, width=_WIDTH - 92)
    bottom: float = _TOP + _COLUMN_HEIGHT
    scale = _COLUMN_HEIGHT / most
    for value in (0, most):
        drawing.words(axis.left - 8, bottom - value * scale, f"{value:,}", anchor="end")
    axis.draw_numbers(drawing, bottom + 14)
    for page in totals:
        y = bottom
        for kind, colour in _COLOUR_OF.items():
            height = sizes[page][kind] * scale
            y -= height
            if height:
                drawing.box(axis.x(page), y, axis.column * 0.92, height, fill=colour)
    _draw_legend(drawing, set().union(*sizes.values()), x=axis.left)
    outside = f"{data.outside.total():,} of {sum(totals.values()):,} are in no record"
    words = f"Each column is a page, as high as it has characters; {outside}."
    values = ", ".join(f"{page}: {total:,}" for page, total in totals.items())
    return drawing, words, f"Characters by page: {values}"


def _sizes_of_pages(data: FigureData) -> dict[int, Counter[str]]:
    """Return the characters of each page, by type."""
    sizes: dict[int, Counter[str]] = defaultdict(Counter)
    for row in data.rows:
        for page, size in row.pages.items():
            sizes[page][row.record.type] += size
    for page, size in data.outside.items():
        sizes[page][_OUTSIDE] += size
    return sizes


def _record_sizes(data: FigureData) -> tuple[Drawing, str, str]:
    """Draw the words of each record as a bar."""
    drawing = _with_labels(data)
    most = max(row.record.word_count for row in data.rows)
    values = []
    for number, row in enumerate(data.rows):
        y = _TOP + number * _ROW
        words = row.record.word_count
        length = _PLOT * words / max(most, 1)
        drawing.box(_LEFT, y + 3, length, _ROW - 6, fill=_COLOUR_OF[row.record.type])
        drawing.words(_LEFT + length + 6, y + _ROW / 2, f"{words:,}")
        values.append(f"{_name(row.record)}: {words:,}")
    _draw_legend(drawing, {row.record.type for row in data.rows}, x=_LEFT)
    return drawing, "Each bar is as long as its text has words.", "; ".join(values)


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


def _draw_legend(drawing: Drawing, kinds: set[str], *, x: float) -> None:
    """Write types above the plot, each behind a square of its colour."""
    for kind, colour in _COLOUR_OF.items():
        if kind in kinds:
            drawing.box(x, 6, 9, 9, fill=colour)
            drawing.words(x + 14, 11, _spaced(kind))
            x += 28 + 7 * len(kind)  # 7 pixels are more than most letters are wide in this size


def _spaced(kind: str) -> str:
    return kind.replace("_", " ")


def _name(record: Record) -> str:
    return f"\u2068{' '.join(record.title.split())}\u2069 ({_spaced(record.type)})"

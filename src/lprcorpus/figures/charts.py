"""The figures: which record is on which page, how full each page is, how long each record is.

They are SVG, the same to the byte everywhere. No plotting library: the figures are bars and cells,
whose places are plain arithmetic. Styles are attributes, so that a page with a strict
Content-Security-Policy may hold a figure.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count

from lprcorpus.schema import TYPES, Record, Span

MOST_ROWS = 60
"""Records that a figure shows at most: the first ones."""

_OUTSIDE = "in no record"
# One for each type, in the schema's order: contrast 3 : 1 at least on white and on near-black.
_COLOURS = ("#3d6fa5", "#a8622a", "#4f8a43", "#8a5ba0", "#b4483f", "#2a8a86", "#8a7a20")
_COLOUR_OF = dict(zip(TYPES, _COLOURS, strict=True))
_COLOUR_OF[_OUTSIDE] = "#8a8a8a"

_LABEL = 40  # characters of a title in a label, at most
_MOST_NUMBERS = 40  # pages: of more, not every number is written

# Pixels. Labels end left of the plot; what is written at a row's end has room right of it.
_LEFT = 330
_PLOT = 560
_WIDTH = 1000
_TOP = 34
_ROW = 20
_COLUMN_HEIGHT = 160
_COLUMN_LEFT = 76  # columns need no labels, so they begin further left
_COLUMN_PLOT = 908
_LETTER = 7  # more than most letters are wide in this size

_GREY = "#757575"  # can be read on white and on near-black
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_BOX = '<rect x="{x:.5g}" y="{y:.5g}" width="{width:.5g}" height="{height:.5g}" fill="{fill}" />'
_WORDS = (
    '<text x="{x:.5g}" y="{y:.5g}" dy="0.35em" text-anchor="{anchor}" fill="{fill}"'
    ' font-size="12">{text}</text>'
)
_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"\
 height="{height}" role="img" font-family="system-ui, sans-serif"\
 aria-labelledby="{name}-title" aria-describedby="{name}-desc">
<title id="{name}-title">{title}</title>
<desc id="{name}-desc">{description}</desc>
{shapes}
</svg>
"""


@dataclass(frozen=True)
class Figure:
    """A figure: its name, its title, what it shows in words, and its SVG."""

    name: str
    title: str
    description: str
    svg: str


@dataclass(frozen=True)
class FigureData:
    """The records that are drawn, from the top, and how many there are in all.

    ``sizes`` has the characters of each record by page, and under None those that are in no record.
    """

    records: Sequence[Record]
    sizes: Mapping[str | None, Counter[int]]
    record_count: int

    @property
    def limits(self) -> str:
        """A sentence that says how many records are drawn, where that is not all."""
        shown = len(self.records)
        if shown == self.record_count:
            return ""
        return f" The first {shown:,} of {self.record_count:,} records are shown."


def figure_data(records: Sequence[Record], spans: Iterable[Span], record_count: int) -> FigureData:
    """Return what the figures of some records are drawn from.

    Args:
        records: the records in reading order; the first :data:`MOST_ROWS` are shown.
        spans: the spans of their issues, at least; others are passed over.
        record_count: how many records there are in all.
    """
    shown = records[:MOST_ROWS]
    issues = {record.issue_id for record in shown}
    sizes: dict[str | None, Counter[int]] = {None: Counter()}
    for record in shown:
        sizes[record.id] = Counter()
    for span in spans:
        if span.issue_id in issues and span.record_id in sizes:
            sizes[span.record_id][span.page] += span.raw_end - span.raw_start
    return FigureData(shown, sizes, record_count)


def figures(data: FigureData, of: str, suffix: str = "") -> list[Figure]:
    """Return the figures; without records there is nothing to draw.

    Args:
        data: what to draw.
        of: what they are figures of, as their titles say it.
        suffix: what is put after their identifiers, where a page contains those of several issues.
    """
    if not any(data.sizes[record.id] for record in data.records):
        return []
    found = []
    for name, (words, draw) in _FIGURES.items():
        title = words.format(of)
        drawing, description = draw(data)
        svg = _SVG.format(
            name=name + suffix,
            title=_xml_text(title),
            description=_xml_text(description),
            width=_WIDTH,
            height=drawing.height,
            shapes="\n".join(drawing.shapes),
        )
        found.append(Figure(name, title, description, svg))
    return found


class _Drawing:
    """A drawing, to which shapes are added; all lengths are in pixels, from the top left corner."""

    def __init__(self, height: int) -> None:
        self.height = height
        self.shapes: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """Add a filled rectangle."""
        shape = _BOX.format(x=x, y=y, width=width, height=height, fill=fill)
        self.shapes.append(shape)

    def words(
        self, x: float, y: float, text: str, *, anchor: str = "start", fill: str = _GREY
    ) -> None:
        """Add words whose start, middle or end is at ``x``; the middle of their line is at ``y``."""
        shape = _WORDS.format(x=x, y=y, anchor=anchor, fill=fill, text=_xml_text(text))
        self.shapes.append(shape)

    def legend(self, kinds: set[str], x: float) -> None:
        """Add types above the plot, each behind a square of its colour."""
        for kind, colour in _COLOUR_OF.items():
            if kind in kinds:
                self.box(x, 6, 9, 9, colour)
                self.words(x + 14, 11, _spaced(kind))
                x += 28 + _LETTER * len(kind)


def _xml_text(text: str) -> str:
    """Return text as XML; a character that XML does not allow is U+FFFD."""
    return escape(_NOT_XML.sub("\ufffd", text), quote=False)


class _PageAxis:
    """Pages side by side in a drawing, from a left edge on."""

    def __init__(self, drawing: _Drawing, data: FigureData, left: int, width: int) -> None:
        numbers = set().union(*data.sizes.values())
        self.drawing = drawing
        self.pages = range(min(numbers), max(numbers) + 1)
        self.left = left
        self.column = width / len(self.pages)

    def _x(self, page: int) -> float:
        """Return where a page begins."""
        return self.left + (page - self.pages.start) * self.column

    def box(self, page: int, y: float, height: float, fill: str) -> None:
        """Draw a rectangle on a page, with a little white right of it."""
        self.drawing.box(self._x(page), y, self.column * 0.92, height, fill)

    def numbers(self, y: float) -> None:
        """Write the numbers: all where they are few, else every second, third and so on."""
        step = 1 + len(self.pages) // _MOST_NUMBERS
        for page in self.pages:
            if page % step == 0:
                middle = self._x(page) + self.column / 2
                self.drawing.words(middle, y, str(page), anchor="middle")


def _page_map(data: FigureData) -> tuple[_Drawing, str]:
    """Draw records by pages: a cell for each page that a record is on, in the colour of its type."""
    drawing = _with_labels(data)
    axis = _PageAxis(drawing, data, _LEFT, _PLOT)
    axis.numbers(_TOP - 12)
    right = _LEFT + _PLOT + 8
    values = []
    for y, record in zip(count(_TOP, _ROW), data.records, strict=False):
        colour = _COLOUR_OF[record.type]
        for page in sorted(data.sizes[record.id]):
            axis.box(page, y + 2, _ROW - 4, colour)
        drawing.words(right, y + _ROW / 2, _spaced(record.type), fill=colour)
        pages = f"page {record.page_start}"
        if record.page_end != record.page_start:
            pages = f"pages {record.page_start} to {record.page_end}"
        values.append(f"{_name(record)}: {pages}")
    words = f"Each row is a record, each column a page.{data.limits}"
    return drawing, f"{words} {'; '.join(values)}."


def _page_fill(data: FigureData) -> tuple[_Drawing, str]:
    """Draw the characters of each page as a column, by type; those in no record are on top."""
    sizes = _sizes_of_pages(data)
    totals = {page: sizes[page].total() for page in sorted(sizes)}
    bottom: float = _TOP + _COLUMN_HEIGHT
    drawing = _Drawing(_TOP + _COLUMN_HEIGHT + 40)
    axis = _PageAxis(drawing, data, _COLUMN_LEFT, _COLUMN_PLOT)
    most = max(totals.values())
    drawing.words(axis.left - 8, bottom, "0", anchor="end")
    drawing.words(axis.left - 8, _TOP, f"{most:,}", anchor="end")
    axis.numbers(bottom + 14)
    scale = _COLUMN_HEIGHT / most
    kinds: set[str] = set()
    for page in totals:
        y = bottom
        for kind, colour in _COLOUR_OF.items():
            height = sizes[page][kind] * scale
            if height:
                y -= height
                axis.box(page, y, height, colour)
        kinds.update(sizes[page])
    drawing.legend(kinds, axis.left)
    outside = f"{data.sizes[None].total():,} of {sum(totals.values()):,} are in no record"
    words = f"Each column is a page, as high as it has characters; {outside}.{data.limits}"
    values = ", ".join(f"{page}: {total:,}" for page, total in totals.items())
    return drawing, f"{words} Characters by page: {values}."


def _sizes_of_pages(data: FigureData) -> dict[int, Counter[str]]:
    """Return the characters of each page, by type."""
    sizes: dict[int, Counter[str]] = defaultdict(Counter)
    for record in data.records:
        for page, size in data.sizes[record.id].items():
            sizes[page][record.type] += size
    for page, size in data.sizes[None].items():
        sizes[page][_OUTSIDE] += size
    return sizes


def _record_sizes(data: FigureData) -> tuple[_Drawing, str]:
    """Draw the words of each record as a bar."""
    drawing = _with_labels(data)
    most = max(record.word_count for record in data.records)
    kinds: set[str] = set()
    values = []
    for y, record in zip(count(_TOP, _ROW), data.records, strict=False):
        words = f"{record.word_count:,}"
        length = _PLOT * record.word_count / max(most, 1)
        drawing.box(_LEFT, y + 3, length, _ROW - 6, _COLOUR_OF[record.type])
        drawing.words(_LEFT + length + 6, y + _ROW / 2, words)
        values.append(f"{_name(record)}: {words}")
        kinds.add(record.type)
    drawing.legend(kinds, _LEFT)
    description = f"Each bar is as long as its text has words.{data.limits}"
    return drawing, f"{description} {'; '.join(values)}."


def _with_labels(data: FigureData) -> _Drawing:
    """Return a drawing with the positions and titles of the records.

    A title is in an isolate (U+2068, U+2069), so that no mark of direction in it turns the label.
    """
    drawing = _Drawing(_TOP + len(data.records) * _ROW + 10)
    several = len({record.issue_id for record in data.records}) > 1
    for y, record in zip(count(_TOP, _ROW), data.records, strict=False):
        title = " ".join(record.title.split())
        if len(title) > _LABEL:
            title = f"{title[: _LABEL - 1].rstrip()}…"
        label = f"{record.position}. \u2068{title}\u2069"
        if several:
            label = f"{record.issue_id} {label}"
        drawing.words(_LEFT - 8, y + _ROW / 2, label, anchor="end")
    return drawing


def _spaced(kind: str) -> str:
    return kind.replace("_", " ")


def _name(record: Record) -> str:
    return f"\u2068{' '.join(record.title.split())}\u2069 ({_spaced(record.type)})"


# The figures by their names: the title of each, and what draws it and says what it shows.
_FIGURES = {
    "page-map": ("Page map of {}", _page_map),
    "page-fill": ("How full the pages of {} are", _page_fill),
    "record-sizes": ("Sizes of the records of {}", _record_sizes),
}

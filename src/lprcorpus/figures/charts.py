"""The figures: which record is on which page, how full each page is, how long each record is.

They are SVG, the same to the byte everywhere. No plotting library: each is rows of bars, whose
places are plain arithmetic, with words left and right of them, so that nothing is said by colour
alone. Styles are attributes: a page with a strict Content-Security-Policy may hold a figure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from lprcorpus import messages
from lprcorpus.schema import TYPES, Record, Span

MOST_ROWS = 60
"""Rows of a figure at most: the first ones."""

# One for each type, in the schema's order: contrast 3 : 1 at least on white and on near-black.
_COLOURS = ("#3d6fa5", "#a8622a", "#4f8a43", "#8a5ba0", "#b4483f", "#2a8a86", "#8a7a20")
_COLOUR_OF = dict(zip(TYPES, _COLOURS, strict=True))
_IN_RECORDS, _OUTSIDE = "#3d6fa5", "#8a8a8a"

_LABEL = 36  # characters of a title in a label, at most

# Pixels: what is left of the bars, the bars, and what is right of them.
_LEFT, _PLOT, _RIGHT = 390, 400, 210
_ROW = 20  # the height of a row; that of a bar in it is 16

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BOX = '<rect x="{x:.5g}" y="{y}" width="{width:.5g}" height="16" fill="{fill}" />'
# The grey of the words can be read on white and on near-black.
_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"\
 height="{height}" font-family="system-ui, sans-serif" font-size="12" fill="#757575"\
 role="img" aria-labelledby="{name}-title" aria-describedby="{name}-desc">
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
    """The records that are drawn, from the top.

    ``sizes`` has the characters of each record by page, and under None those that are in no record.
    """

    records: Sequence[Record]
    sizes: Mapping[str | None, Counter[int]]


def figure_data(records: Sequence[Record], spans: Iterable[Span]) -> FigureData:
    """Return what is drawn of records in reading order, given the spans of their issues."""
    shown = records[:MOST_ROWS]
    sizes: dict[str | None, Counter[int]] = {None: Counter()}
    for record in shown:
        sizes[record.id] = Counter()
    for span in spans:
        if span.record_id in sizes:
            sizes[span.record_id][span.page] += span.raw_end - span.raw_start
    return FigureData(shown, sizes)


def figures(data: FigureData, of: str, suffix: str = "") -> list[Figure]:
    """Return the figures of something; without records there is nothing to draw.

    The suffix makes their identifiers unique on a page that contains those of several issues.
    """
    if not data.records:
        return []
    found = []
    for name, (title, meaning, rows_of) in _FIGURES.items():
        title = title.format(of)
        rows = rows_of(data)
        values = "; ".join(f"{row.label}: {row.value}" for row in rows)
        description = f"{meaning}, {MOST_ROWS} at most. {values}."
        svg = _svg(rows, name + suffix, title, description)
        found.append(Figure(name, title, description, svg))
    return found


class _Bar(NamedTuple):
    """A bar: where it starts and how long it is, in what its figure counts, and its colour."""

    start: float
    length: float
    fill: str


class _Row(NamedTuple):
    """A row of a figure: what is left of its bars, the bars, and what is right of them."""

    label: str
    bars: Sequence[_Bar]
    value: str


def _page_map(data: FigureData) -> list[_Row]:
    """Return a row for each record, with a cell for each page that it is on."""
    pages = sorted(set().union(*data.sizes.values()))
    rows = []
    for record in data.records:
        cells = []
        for page in sorted(data.sizes[record.id]):
            cells.append(_Bar(pages.index(page), 0.92, _COLOUR_OF[record.type]))
        pages_shown = messages.pages(record.page_start, record.page_end)
        rows.append(_Row(_label(record), cells, pages_shown))
    return rows


def _page_fill(data: FigureData) -> list[_Row]:
    """Return a row for each page: its characters in records, and those in none."""
    totals: Counter[int] = Counter()
    for sizes in data.sizes.values():
        totals.update(sizes)
    rows = []
    for page, total in sorted(totals.items())[:MOST_ROWS]:
        outside = data.sizes[None][page]
        inside = total - outside
        bars = [_Bar(0, inside, _IN_RECORDS), _Bar(inside, outside, _OUTSIDE)]
        size = f"{total:,}, {outside:,} in no record"
        rows.append(_Row(f"page {page}", bars, size))
    return rows


def _record_sizes(data: FigureData) -> list[_Row]:
    """Return a row for each record: its words."""
    rows = []
    for record in data.records:
        bar = _Bar(0, record.word_count, _COLOUR_OF[record.type])
        size = f"{record.word_count:,}"
        rows.append(_Row(_label(record), [bar], size))
    return rows


def _label(record: Record) -> str:
    """Return a record's position, title and type.

    The title is in an isolate (U+2068, U+2069), so that no mark of direction in it turns the label.
    """
    title = " ".join(record.title.split())
    if len(title) > _LABEL:
        title = f"{title[: _LABEL - 1].rstrip()}…"
    kind = record.type.replace("_", " ")
    return f"{record.position}. \u2068{title}\u2069 ({kind})"


# The figures by their names: the title of each, what it shows, and what makes its rows.
_FIGURES = {
    "page-map": ("Page map of {}", "Each row is a record, with a cell for each page", _page_map),
    "page-fill": ("How full the pages of {} are", "Each bar is a page's characters", _page_fill),
    "record-sizes": ("Sizes of the records of {}", "Each bar is a record's words", _record_sizes),
}
FIGURE_NAMES = tuple(_FIGURES)


def _svg(rows: Sequence[_Row], name: str, title: str, description: str) -> str:
    """Return an SVG of rows, with its title and its description."""
    ends = [bar.start + bar.length for row in rows for bar in row.bars]
    scale = _PLOT / max([*ends, 1])
    shapes = []
    for place, row in enumerate(rows):
        middle = place * _ROW + _ROW // 2
        x: float = _LEFT
        shapes.append(_words(x - 8, middle, "end", row.label))
        for bar in row.bars:
            width = bar.length * scale
            x = _LEFT + bar.start * scale
            shapes.append(_BOX.format(x=x, y=middle - 8, width=width, fill=bar.fill))
            x += width
        shapes.append(_words(x + 6, middle, "start", row.value))
    return _SVG.format(
        name=name,
        title=_xml_text(title),
        description=_xml_text(description),
        width=_LEFT + _PLOT + _RIGHT,
        height=len(rows) * _ROW,
        shapes="\n".join(shapes),
    )


def _words(x: float, y: int, anchor: str, text: str) -> str:
    place = f'x="{x:.5g}" y="{y}" dy="0.35em" text-anchor="{anchor}"'
    return f"<text {place}>{_xml_text(text)}</text>"


def _xml_text(text: str) -> str:
    """Return text as XML; a character that XML does not allow is U+FFFD."""
    return escape(_NOT_XML.sub("\ufffd", text), quote=False)

"""The pictures of an issue or a corpus: which record is on which page, how full each page is, how long each record is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lprcorpus.figures.chart_rows import PictureData
from lprcorpus.figures.svg import described_svg
from lprcorpus.schema import TYPES

__all__ = ["NAMES", "Picture", "pictures"]

NAMES = ("page-map", "page-fill", "record-sizes")
"""The names of the pictures."""

_COLOURS = ("#3d6fa5", "#a8622a", "#4f8a43", "#8a5ba0", "#b4483f", "#2a8a86", "#8a7a20")
"""One for each type, in the schema's order: each has contrast 3 : 1 at least on white and on near-black."""

_OUTSIDE = "in no record"
_GREY = "#8a8a8a"
_COLOUR_OF = {**dict(zip(TYPES, _COLOURS, strict=True)), _OUTSIDE: _GREY}
_WIDTH, _LEFT, _RIGHT, _ROW = 560, 330, 110, 20  # pixels


@dataclass(frozen=True)
class Picture:
    """A picture: its name, its title, what it shows in words, and its SVG."""

    name: str
    title: str
    description: str
    svg: str


def pictures(data: PictureData, of: str, suffix: str = "") -> list[Picture]:
    """Return the pictures, in the order of :data:`NAMES`.

    Args:
        data: what to draw; without rows there is nothing.
        of: what they are pictures of, as their titles say it.
        suffix: what is put after their identifiers, where a page holds those of several issues.

    Raises:
        MissingLibrary: the plotting library is not installed.
    """
    if not data.rows or not data.pages:
        return []
    labels = {_key(number): row.label for number, row in enumerate(data.rows)}
    charts = (
        (f"Page map of {of}", _map_in_words(data), _page_map(data)),
        (f"How full the pages of {of} are", _fill_in_words(data), _page_fill(data)),
        (f"Sizes of the records of {of}", _sizes_in_words(data), _record_sizes(data)),
    )
    return [
        Picture(name, title, words, described_svg(chart, f"{name}{suffix}", title=title, description=words, words=labels))
        for name, (title, words, chart) in zip(NAMES, charts, strict=True)
    ]


def _key(row: int) -> str:
    """Return what stands for the label of a row while it is drawn."""
    return f"r{row}"


def _page_map(data: PictureData) -> dict[str, Any]:
    """Draw rows by pages; a cell has the colour of the type that has most of the row's characters on the page."""
    leading: dict[tuple[int, int], tuple[int, str]] = {}
    for (row, kind, page), size in data.characters.items():
        leading[row, page] = max(leading.get((row, page), (0, "")), (size, kind))
    cells = [{"row": _key(row), "page": page, "type": kind} for (row, page), (_, kind) in sorted(leading.items())]
    names = [{"row": _key(number), "type": row.type, "said": _said(row.type)} for number, row in enumerate(data.rows) if row.type]
    place = {"x": _page_axis(data), "y": _row_axis(data)}
    layers = [
        {"data": {"values": cells}, "mark": {"type": "rect", "stroke": None}, "encoding": {**place, "color": _colour("type")}},
        {
            "data": {"values": names},
            "mark": {"type": "text", "align": "left"},
            "encoding": {"x": {"value": _WIDTH + 8}, "y": _row_axis(data), "text": {"field": "said"}, "color": _colour("type")},
        },
    ]
    legend = [] if names else _legend(data)
    return _chart(len(data.rows) * _ROW, [*layers, *legend], top=34)


def _page_fill(data: PictureData) -> dict[str, Any]:
    """Draw the characters of each page, by type."""
    sizes: Counter[tuple[int, str]] = Counter({(page, _OUTSIDE): size for page, size in data.outside.items()})
    for (_, kind, page), size in data.characters.items():
        sizes[page, kind] += size
    order = [*TYPES, _OUTSIDE]
    values = [
        {"page": page, "type": kind, "characters": size, "order": order.index(kind)}
        for (page, kind), size in sorted(sizes.items())
    ]
    bars = {
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "x": _page_axis(data, at_the_foot=True),
            "y": {
                "field": "characters",
                "type": "quantitative",
                "stack": True,
                "axis": {**_AXIS, "title": "characters", "titleX": -56, "grid": True, "gridOpacity": 0.25, "tickCount": 5},
            },
            "color": _colour("type"),
            "order": {"field": "order", "type": "quantitative"},
        },
    }
    return _chart(160, [bars, *_legend(data, outside=True)], top=30, bottom=40, left=76, right=16)


def _record_sizes(data: PictureData) -> dict[str, Any]:
    """Draw the words of each row."""
    values = [{"row": _key(row), "type": kind, "words": words} for (row, kind), words in sorted(data.words.items())]
    totals: Counter[int] = Counter()
    for (row, _), words in data.words.items():
        totals[row] += words
    ends = [{"row": _key(row), "words": words, "said": f"{words:,}"} for row, words in sorted(totals.items())]
    words_axis = {"field": "words", "type": "quantitative", "stack": True, "axis": None, "scale": {"domainMin": 0, "nice": False}}
    layers = [
        {
            "data": {"values": values},
            "mark": {"type": "bar", "height": {"band": 0.7}},
            "encoding": {"x": words_axis, "y": _row_axis(data), "color": _colour("type")},
        },
        {
            "data": {"values": ends},
            "mark": {"type": "text", "align": "left", "dx": 6},
            "encoding": {"x": {**words_axis, "stack": None}, "y": _row_axis(data), "text": {"field": "said"}},
        },
    ]
    return _chart(len(data.rows) * _ROW, [*layers, *_legend(data)], top=30)


_AXIS: Mapping[str, Any] = {
    "labelLimit": 0,
    "labelOverlap": False,
    "labelAngle": 0,
    "domain": False,
    "ticks": False,
    "grid": False,
}


def _row_axis(data: PictureData) -> dict[str, Any]:
    scale = {"domain": [_key(row) for row in range(len(data.rows))], "paddingInner": 0.2, "paddingOuter": 0.1}
    return {"field": "row", "type": "nominal", "scale": scale, "axis": {**_AXIS, "title": None, "labelPadding": 8}}


def _page_axis(data: PictureData, *, at_the_foot: bool = False) -> dict[str, Any]:
    pages = list(data.pages)
    every = max(1, round(len(pages) / 20))
    values = pages if len(pages) <= 40 else [page for page in pages if page % (every * 5 if every > 1 else 5) == 0]
    axis = {**_AXIS, "values": values, "orient": "bottom" if at_the_foot else "top", "title": None, "labelPadding": 6}
    return {"field": "page", "type": "ordinal", "scale": {"domain": pages, "paddingInner": 0.08}, "axis": axis}


def _colour(name: str) -> dict[str, Any]:
    scale = {"domain": list(_COLOUR_OF), "range": list(_COLOUR_OF.values())}
    return {"field": name, "type": "nominal", "scale": scale, "legend": None}


def _legend(data: PictureData, *, outside: bool = False) -> list[dict[str, Any]]:
    """Draw a legend of the types there are, where it is put by reckoning and not by the width of a font."""
    there = [kind for kind in TYPES if any(kind == found for _, found, _ in data.characters)]
    there += [_OUTSIDE] if outside and data.outside else []
    layers: list[dict[str, Any]] = []
    at = 0
    for kind in there:
        colour = {"value": _COLOUR_OF[kind]}
        encoding = {"x": {"value": at + 5}, "y": {"value": -16}, "color": colour}
        layers.append(
            {"data": {"values": [{}]}, "mark": {"type": "square", "size": 80, "filled": True, "opacity": 1}, "encoding": encoding}
        )
        text = {**encoding, "x": {"value": at + 14}, "text": {"value": _said(kind)}}
        layers.append({"data": {"values": [{}]}, "mark": {"type": "text", "align": "left"}, "encoding": text})
        at += 28 + 7 * len(_said(kind))
    return layers


def _chart(
    height: int, layers: Sequence[Mapping[str, Any]], *, top: int, bottom: int = 10, left: int = _LEFT, right: int = _RIGHT
) -> dict[str, Any]:
    return {
        "width": _WIDTH + _LEFT + _RIGHT - left - right,
        "height": height,
        "autosize": {"type": "none"},
        "padding": {"top": top, "bottom": bottom, "left": left, "right": right},
        "background": None,
        "config": {
            "view": {"stroke": None},
            "text": {"fontSize": 12, "color": "#757575"},
            "axis": {
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "labelColor": "#757575",
                "titleColor": "#757575",
            },
        },
        "layer": list(layers),
    }


def _said(kind: str | None) -> str:
    return (kind or "").replace("_", " ")


def _map_in_words(data: PictureData) -> str:
    pages: dict[int, set[int]] = defaultdict(set)
    for row, _, page in data.characters:
        pages[row].add(page)
    kind = "record" if data.rows[0].type else "issue"
    said = "; ".join(f"{_name(data, row)}: {_ranges(pages[row])}" for row in range(len(data.rows)))
    return f"Each row is a{'n' if kind == 'issue' else ''} {kind}, each column a page.{_limits(data)} {said}."


def _fill_in_words(data: PictureData) -> str:
    totals: Counter[int] = Counter(data.outside)
    for (_, _, page), size in data.characters.items():
        totals[page] += size
    said = ", ".join(f"{page}: {totals[page]:,}" for page in sorted(totals))
    return (
        f"Each column is a page, as high as it has characters; {sum(data.outside.values()):,} of {sum(totals.values()):,} are in"
        f" no record.{_limits(data)} Characters by page: {said}."
    )


def _sizes_in_words(data: PictureData) -> str:
    totals: Counter[int] = Counter()
    for (row, _), words in data.words.items():
        totals[row] += words
    said = "; ".join(f"{_name(data, row)}: {totals[row]:,}" for row in range(len(data.rows)))
    return f"Each bar is as long as its text has words.{_limits(data)} {said}."


def _name(data: PictureData, row: int) -> str:
    found = data.rows[row]
    return f"\u2068{found.title}\u2069 ({_said(found.type)})" if found.type else found.title


def _ranges(pages: set[int]) -> str:
    """Return page numbers in words, runs of them shortened."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    said = ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in runs)
    return f"page{'s' if len(pages) > 1 else ''} {said}" if runs else "no page"


def _limits(data: PictureData) -> str:
    return f" The first {data.shown:,} of {data.issues:,} issues are shown." if data.shown < data.issues else ""

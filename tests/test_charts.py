"""The figures: what they show and say in words, and that they are accessible and the same to the byte."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from lprcorpus.figures.charts import Figure, FigureData, figure_data, figures
from lprcorpus.schema import Record, Span

SVG = "{http://www.w3.org/2000/svg}"


def a_record(number: int, title: str, kind: str, words: int) -> Record:
    """Return a record, as far as figures look at it."""
    return Record.model_construct(
        id=f"a-1/{number}",
        issue_id="a-1",
        position=number,
        title=title,
        type=kind,
        word_count=words,
        page_start=number,
        page_end=2,
    )


def a_span(start: int, end: int, page: int, record: str | None) -> Span:
    """Return a span, as far as figures look at it."""
    return Span.model_construct(
        issue_id="a-1", raw_start=start, raw_end=end, page=page, record_id=record
    )


POEM = a_record(1, "<b>One</b> \u202e", "poem", 1200)
RELEASE = a_record(2, "Two\x01", "press_release", 7)
SPANS = [
    a_span(0, 10, 1, None),
    a_span(10, 70, 1, "a-1/1"),
    a_span(70, 90, 2, "a-1/1"),
    a_span(90, 95, 4, "a-1/2"),
]


@pytest.fixture
def data() -> FigureData:
    """An issue with a poem on two pages, a press release on one, and ten characters in neither."""
    return figure_data([POEM, RELEASE], SPANS)


def drawn(data: FigureData) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures(data, "the issue")}


def shapes(figure: Figure, tag: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(figure.svg).iter(SVG + tag))


def test_the_figures_say_in_words_what_they_show(data: FigureData) -> None:
    assert {name: figure.description for name, figure in drawn(data).items()} == {
        "page-map": "Each row is a record, with a cell for each page, 60 at most."
        " 1. \u2068<b>One</b> \u202e\u2069 (poem): pp. 1–2; 2. \u2068Two\x01\u2069 (press release): p. 2.",
        "page-fill": "Each bar is a page's characters, 60 at most."
        " page 1: 70, 10 in no record; page 2: 20, 0 in no record; page 4: 5, 0 in no record.",
        "record-sizes": "Each bar is a record's words, 60 at most."
        " 1. \u2068<b>One</b> \u202e\u2069 (poem): 1,200; 2. \u2068Two\x01\u2069 (press release): 7.",
    }


def test_a_figure_is_one_image_with_a_title_a_description_and_text_that_is_text(
    data: FigureData,
) -> None:
    for figure in drawn(data).values():
        root = ElementTree.fromstring(figure.svg)
        assert root.get("role") == "img"
        named = {element.get("id"): (element.tag, element.text) for element in root}
        assert named[root.get("aria-labelledby")] == (f"{SVG}title", figure.title)
        assert named[root.get("aria-describedby")] == (
            f"{SVG}desc",
            figure.description.replace("\x01", "\ufffd"),
        )
        words = [text.text for text in root.iter(f"{SVG}text")]
        shown = figure.description.partition(". ")[2].removesuffix(".")
        rows = [f"{label}: {value}" for label, value in zip(words[::2], words[1::2], strict=True)]
        assert "; ".join(rows) == shown.replace("\x01", "\ufffd")
        # A page with a strict Content-Security-Policy takes no style of its own, and nothing that
        # loads or runs.
        assert {name for element in root.iter() for name in element.attrib} & {
            "style",
            "href",
            "onload",
        } == set()
        assert {element.tag for element in root.iter()} <= {
            SVG + tag for tag in ("svg", "rect", "text", "title", "desc")
        }
        assert "\n\n" not in figure.svg


def test_the_page_map_has_a_cell_for_each_page_of_a_record(data: FigureData) -> None:
    cells = shapes(drawn(data)["page-map"], "rect")
    assert [(cell.get("x"), cell.get("y"), cell.get("fill")) for cell in cells] == [
        ("390", "2", "#b4483f"),
        ("526.99", "2", "#b4483f"),
        ("663.97", "22", "#8a7a20"),
    ]


def test_bars_are_as_long_as_what_they_stand_for(data: FigureData) -> None:
    found = drawn(data)
    bars = shapes(found["record-sizes"], "rect")
    assert [float(bar.get("width", "")) for bar in bars] == [400, 2.3333]
    pages = shapes(found["page-fill"], "rect")
    assert [(page.get("x"), page.get("width")) for page in pages] == [
        ("390", "342.86"),
        ("732.86", "57.143"),
        ("390", "114.29"),
        ("504.29", "0"),
        ("390", "28.571"),
        ("418.57", "0"),
    ]


def test_of_many_records_and_pages_the_first_are_shown() -> None:
    many = [a_record(number, "Title", "news", 2) for number in range(1, 62)]
    spans = [a_span(0, 5, page, "a-1/1") for page in range(3, 64)]
    found = drawn(figure_data(many, [*spans, a_span(5, 9, 5, "a-1/61")]))
    assert len(shapes(found["record-sizes"], "rect")) == 60
    assert len(shapes(found["page-map"], "rect")) == 61  # those of the first record
    last = shapes(found["page-fill"], "text")[-2:]
    assert [text.text for text in last] == ["page 62", "5, 0 in no record"]


def test_where_there_is_nothing_to_draw_there_is_no_figure() -> None:
    assert figures(figure_data([], []), "nothing") == []


def test_each_figure_has_identifiers_of_its_own_in_a_page_of_several(data: FigureData) -> None:
    ids = []
    for suffix in ("", "-b"):
        for figure in figures(data, "x", suffix):
            ids += [
                element.get("id")
                for element in ElementTree.fromstring(figure.svg).iter()
                if element.get("id")
            ]
    assert len(ids) == len(set(ids)) == 12


def test_the_card_shows_the_figures_that_are_files_beside_it(built: Path) -> None:
    card = (built / "README.md").read_text("utf-8")
    part = card.partition("<!-- generated: figures -->\n")[2].partition(
        "<!-- /generated: figures -->"
    )[0]
    assert part.split("\n\n") == [
        "![Page map of the Left Progressive Review Corpus](figures/page-map.svg)",
        "![How full the pages of the Left Progressive Review Corpus are](figures/page-fill.svg)",
        "![Sizes of the records of the Left Progressive Review Corpus](figures/record-sizes.svg)\n",
    ]
    for path in (built / "figures").iterdir():
        assert ElementTree.parse(path).getroot().tag == f"{SVG}svg"
    assert "<svg" not in card

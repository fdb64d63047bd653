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
    return figure_data([POEM, RELEASE], SPANS, 2)


def drawn(data: FigureData) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures(data, "the issue")}


def shapes(figure: Figure, tag: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(figure.svg).iter(SVG + tag))


def test_the_figures_say_in_words_what_they_show(data: FigureData) -> None:
    assert {name: figure.description for name, figure in drawn(data).items()} == {
        "page-map": "Each row is a record, each column a page. \u2068<b>One</b> \u202e\u2069 (poem): pages 1 to 2;"
        " \u2068Two\x01\u2069 (press release): page 2.",
        "page-fill": "Each column is a page, as high as it has characters; 10 of 95 are in no record. Characters by page:"
        " 1: 70, 2: 20, 4: 5.",
        "record-sizes": "Each bar is as long as its text has words. \u2068<b>One</b> \u202e\u2069 (poem): 1,200;"
        " \u2068Two\x01\u2069 (press release): 7.",
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
        assert any("poem" in (text.text or "") for text in root.iter(f"{SVG}text"))
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
        ("330", "36", "#b4483f"),
        ("470", "36", "#b4483f"),
        ("750", "56", "#8a7a20"),
    ]


def test_bars_are_as_long_as_what_they_stand_for(data: FigureData) -> None:
    found = drawn(data)
    bars = shapes(found["record-sizes"], "rect")[:2]
    assert [float(bar.get("width", "")) for bar in bars] == [560, 3.2667]
    columns = [
        column for column in shapes(found["page-fill"], "rect") if column.get("width") != "9"
    ]
    assert [column.get("height") for column in columns] == ["137.14", "22.857", "45.714", "11.429"]


def test_of_many_records_the_first_are_shown() -> None:
    many = [a_record(number, "Title", "news", 2) for number in range(1, 62)]
    spans = [a_span(0, 5, 3, "a-1/1"), a_span(5, 9, 5, "a-1/61")]
    found = drawn(figure_data(many, spans, 100))
    assert found["record-sizes"].description.startswith(
        "Each bar is as long as its text has words. The first 60 of 100 records are shown. \u2068Title\u2069 (news): 2; "
    )
    assert len(shapes(found["page-map"], "rect")) == 1


def test_where_there_is_nothing_to_draw_there_is_no_figure() -> None:
    assert figures(figure_data([], [], 0), "nothing") == []


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

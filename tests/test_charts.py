"""The pictures: what they say in words, and that they are accessible and the same to the byte."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from lprcorpus.figures.chart_rows import PictureData, picture_data

from lprcorpus.corpus import Corpus
from lprcorpus.figures import chart_rows as rows_module
from lprcorpus.figures.charts import NAMES, Picture, pictures

SVG = "{http://www.w3.org/2000/svg}"
ISSUES = [{"id": "a-1"}]
RECORDS: list[dict[str, Any]] = [
    {"id": "a-1/one", "issue_id": "a-1", "position": 1, "title": "<b>One</b> \u202e", "type": "poem", "word_count": 1200},
    {"id": "a-1/two", "issue_id": "a-1", "position": 2, "title": "Two", "type": "press_release", "word_count": 7},
]
SPANS: list[dict[str, Any]] = [
    {"issue_id": "a-1", "raw_start": 0, "raw_end": 10, "page": 1, "record_id": None},
    {"issue_id": "a-1", "raw_start": 10, "raw_end": 70, "page": 1, "record_id": "a-1/one"},
    {"issue_id": "a-1", "raw_start": 70, "raw_end": 90, "page": 2, "record_id": "a-1/one"},
    {"issue_id": "a-1", "raw_start": 90, "raw_end": 95, "page": 4, "record_id": "a-1/two"},
    {"issue_id": "b-9", "raw_start": 0, "raw_end": 95, "page": 9, "record_id": None},
]


def drawn(data: PictureData) -> dict[str, Picture]:
    return {picture.name: picture for picture in pictures(data, "the issue")}


def test_the_pictures_say_in_words_what_they_show() -> None:
    found = drawn(picture_data(ISSUES, RECORDS, SPANS))
    assert {name: picture.description for name, picture in found.items()} == {
        "page-map": "Each row is a record, each column a page. \u2068<b>One</b> \u202e\u2069 (poem): pages 1 to 2;"
        " \u2068Two\u2069 (press release): page 4.",
        "page-fill": "Each column is a page, as high as it has characters; 10 of 95 are in no record. Characters by page:"
        " 1: 70, 2: 20, 4: 5.",
        "record-sizes": "Each bar is as long as its text has words. \u2068<b>One</b> \u202e\u2069 (poem): 1,200; \u2068Two\u2069"
        " (press release): 7.",
    }
    assert tuple(found) == NAMES


def test_a_picture_is_one_image_with_a_title_a_description_and_text_that_is_text() -> None:
    for picture in drawn(picture_data(ISSUES, RECORDS, SPANS)).values():
        root = ElementTree.fromstring(picture.svg)
        assert root.get("role") == "img"
        named = {element.get("id"): (element.tag, element.text) for element in root}
        assert named[root.get("aria-labelledby")] == (f"{SVG}title", picture.title)
        assert named[root.get("aria-describedby")] == (f"{SVG}desc", picture.description)
        assert any("poem" in (text.text or "") for text in root.iter(f"{SVG}text"))
        # A page with a strict Content-Security-Policy takes no style of its own, and nothing that loads or runs.
        assert {name for element in root.iter() for name in element.attrib} & {"style", "href", "onload"} == set()
        assert {element.tag for element in root.iter()} <= {
            SVG + tag for tag in ("svg", "g", "path", "line", "text", "title", "desc")
        }


def test_a_cell_stands_for_each_page_of_a_record() -> None:
    root = ElementTree.fromstring(drawn(picture_data(ISSUES, RECORDS, SPANS))["page-map"].svg)
    fills = [path.get("fill") for path in root.iter(f"{SVG}path")]
    assert len(fills) == 3
    assert len(set(fills)) == 2


def test_the_pictures_are_the_same_to_the_byte_each_time() -> None:
    corpus = Corpus()
    tables = [corpus.table(name).to_pylist() for name in ("issues", "records", "spans")]
    assert pictures(picture_data(*tables), "the issue") == pictures(picture_data(*tables), "the issue")


def test_the_pictures_in_the_data_card_are_those_of_the_corpus() -> None:
    corpus = Corpus()
    data = picture_data(*(corpus.table(name).to_pylist() for name in ("issues", "records", "spans")))
    card = (corpus.folder / "README.md").read_text("utf-8")
    part = card.partition("<!-- generated: pictures -->")[2].partition("<!-- /generated: pictures -->")[0]
    assert part.count("<svg ") == 3
    for picture in pictures(data, f"the {corpus.descriptor['title']}"):
        assert picture.svg.strip() in part
    # An empty line would end the HTML in Markdown, and what follows would be taken for text.
    assert [folded for folded in part.split("<details>")[1:] if "\n\n" in folded.partition("</details>")[0]] == []


def test_many_records_are_shown_by_issue_and_of_many_issues_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "MOST_RECORDS", 1)
    monkeypatch.setattr(rows_module, "MOST_ISSUES", 1)
    other = {"id": "b-9/x", "issue_id": "b-9", "position": 1, "title": "X", "type": "news", "word_count": 1}
    found = drawn(picture_data([*ISSUES, {"id": "b-9"}], [*RECORDS, other], SPANS))
    assert found["page-map"].description == (
        "Each row is an issue, each column a page. The first 1 of 2 issues are shown. a-1: pages 1 to 2, 4."
    )
    assert found["record-sizes"].description == (
        "Each bar is as long as its text has words. The first 1 of 2 issues are shown. a-1: 1,207."
    )


def test_where_there_is_nothing_to_draw_there_is_no_picture() -> None:
    assert pictures(picture_data([], [], []), "nothing") == []


def test_each_picture_has_identifiers_of_its_own_in_a_page_of_several() -> None:
    data = picture_data(ISSUES, RECORDS, SPANS)
    ids = [
        element.get("id")
        for suffix in ("", "-b")
        for picture in pictures(data, "x", suffix)
        for element in ElementTree.fromstring(picture.svg).iter()
        if element.get("id")
    ]
    assert len(ids) == len(set(ids)) == 12

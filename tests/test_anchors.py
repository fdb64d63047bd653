"""A manifest's quotations found in the text."""

from __future__ import annotations

from typing import Any

import pytest

from lprcorpus.build.assembly import assemble, page_text
from lprcorpus.build.locating import LocatedRecord, find_records
from lprcorpus.errors import ManifestError

from .inventing import manifest_of

TEXT = (
    "SONGS\n\nTitle Number 0!\nBy Nobody\n\nNOTE: a song.\n\nThe night\nwhispers.\n\n"
    "Source: Songs\nof 1906.\n\nAdvertisement.\n"
)


def found(text: str, record: dict[str, Any]) -> LocatedRecord:
    manifest = manifest_of([record], pagination={"running_heads": []})
    (anchored,) = find_records(page_text(text, manifest), manifest, "made-1.toml")
    return anchored


def test_every_part_is_a_passage_of_whole_lines() -> None:
    record = {
        "section": "SONGS",
        "byline": "By Nobody",
        "note": {"from": "NOTE:", "to": "song."},
        "until": "of 1906.",
    }
    anchored = found(TEXT, {**record, "source": {"from": "Source: Songs", "to": "1906."}})
    parts = (anchored.section, anchored.title, anchored.byline, anchored.note, anchored.source)
    assert [TEXT[part.start : part.end] for part in parts if part] == [
        "SONGS",
        "Title Number 0!",
        "By Nobody",
        "NOTE: a song.",
        "Source: Songs\nof 1906.",
    ]
    assert (anchored.title.first, anchored.end_line) == (1, 8)


def test_white_space_in_a_quotation_matches_any_or_none() -> None:
    text = "Title\n\nNum\u00a0ber 0!\n\nLa la.\n"
    anchored = found(text, {})
    assert text[anchored.title.start : anchored.title.end] == "Title\n\nNum\u00a0ber 0!"


def test_words_within_a_line_are_no_title() -> None:
    anchored = found("See Title Number 0! below.\n\nTitle Number 0!\n\nLa la.\n", {})
    assert anchored.title.first == 1


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (
            {"title": "Titel Number 0!"},
            "title (item-0): looked for 'Titel Number 0!' on page 1 (raw lines 1 to 14); the nearest",
        ),
        (
            {"page": 3},
            "title (item-0): looked for 'Title Number 0!' on page 3, which the text does not have; expected a page from",
        ),
        (
            {"byline": "By Somebody"},
            "byline (item-0): looked for 'By Somebody' after the title; found 'By Nobody'",
        ),
        (
            {"note": {"from": "NOTE: a"}},
            "note (item-0): found 'NOTE: a' at raw line 6; expected whole lines",
        ),
        (
            {"source": {"from": "Sauce:"}},
            "source.from (item-0): looked for 'Sauce:' in raw lines 4 to 14; the nearest there is",
        ),
        (
            {"note": {"from": "NOTE:", "to": "dance."}},
            "note.to (item-0): looked for 'dance.' in raw lines ",
        ),
        (
            {"until": "The end."},
            "until (item-0): looked for 'The end.' in raw lines 4 to 14; the nearest there is",
        ),
        ({"section": "POEMS"}, "section (item-0): looked for 'POEMS' in raw lines 1 to 1; "),
    ],
)
def test_a_wrong_anchor_says_what_was_looked_for_where_and_what_is_there(
    record: dict[str, Any], message: str
) -> None:
    with pytest.raises(ManifestError) as caught:
        found(TEXT, record)
    assert str(caught.value).startswith(f"made-1.toml: records[0].{message}")


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (
            {"page": 1},
            "title (item-0): looked for 'Title Number 0!' on page 1 (raw lines 1 to 1); it is on page 2, at raw line 2",
        ),
        (
            {"page": 2, "note": {"from": "A song."}},
            "note.from (item-0): looked for 'A song.' in raw lines 4 to 4; it is on page 1, at raw line 1",
        ),
    ],
)
def test_what_is_elsewhere_in_the_text_is_said_to_be_there(
    record: dict[str, Any], message: str
) -> None:
    with pytest.raises(ManifestError) as caught:
        found("A song.\n\fTitle Number 0!\n\nLa la.\n", record)
    assert str(caught.value) == f"made-1.toml: records[0].{message}"


def test_all_wrong_anchors_are_named_at_once() -> None:
    manifest = manifest_of([{"title": "One"}, {"title": "Two"}])
    with pytest.raises(ManifestError) as caught:
        find_records(page_text(TEXT, manifest), manifest, "made-1.toml")
    assert [
        problem.partition(":")[2].partition(" (")[0].strip() for problem in caught.value.problems
    ] == [
        "records[0].title",
        "records[1].title",
    ]


def test_an_edit_in_a_page_footer_is_refused_for_it_would_be_lost() -> None:
    pages = "Title Number 0!\n\nThe night\n\nIt whsipers.\n\fThe silence\n\nIt whsipers.\n"
    edit = {"find": "whsipers", "replace": "whispers", "page": 2, "reason": "misprinted"}
    manifest = manifest_of(
        [{"edits": [edit]}], pagination={"running_heads": [], "running_feet": ["It whsipers."]}
    )
    with pytest.raises(ManifestError) as raised:
        assemble(pages, manifest, "made-1.toml")
    assert str(raised.value) == (
        "made-1.toml: records[0].edits[0].find (item-0): raw line 8: 'whsipers' is in a page"
        " header, footer or footnote; expected it in the record's text"
    )


def test_a_quotation_that_begins_in_a_header_is_refused() -> None:
    text = "Title Number 0!\n\nLa la.\n\fThe Night\n\nof 1906.\n\n\fThe Night\n\nDo do.\n"
    record = {"source": {"from": "The Night", "to": "1906."}}
    manifest = manifest_of([record], pagination={"running_heads": ["The Night"]})
    with pytest.raises(ManifestError) as caught:
        assemble(text, manifest, "made-1.toml")
    assert str(caught.value) == (
        "made-1.toml: records[0].source (item-0): found 'The Night\\n\\nof 1906.' at raw line 4;"
        " expected text of the record, and no header, footer or note of its page"
    )

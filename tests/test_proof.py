"""The proof sees whatever does not follow from the raw text."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from lprcorpus.build.assembly import assemble
from lprcorpus.build.manifest import Manifest
from lprcorpus.proof.invariants import prove

from .rowhelp import Columns as Rows
from .rowhelp import columns_of, rows_from


@pytest.fixture(scope="module")
def rows(raw_text: str, manifest: Manifest) -> Rows:
    return columns_of(assemble(raw_text, manifest, "raw/lpr-1-2.toml").rows)


def found(
    raw: str, rows: Rows, change: Callable[[Rows], None]
) -> list[tuple[str, str | None, str | None, str | None]]:
    changed = copy.deepcopy(rows)
    change(changed)
    return [
        (problem.code, problem.table, problem.key, problem.column)
        for problem in prove(raw, rows_from(changed))
    ]


def test_the_untouched_rows_prove(raw_text: str, rows: Rows) -> None:
    assert (len(rows["spans"]["page"]), len(rows["blocks"]["text"])) == (952, 336)
    assert prove(raw_text, rows_from(rows)) == []


def test_a_character_changed_in_a_block_is_named_with_its_row(raw_text: str, rows: Rows) -> None:
    place = rows["blocks"]["kind"].index("verse")
    key = f"{rows['blocks']['record_id'][place]},{rows['blocks']['position'][place]}"

    def change(tables: Rows) -> None:
        tables["blocks"]["text"][place] = tables["blocks"]["text"][place].replace("e", "a", 1)

    problems = found(raw_text, rows, change)
    assert ("block-text", "blocks", key, "text") in problems
    assert ("body-text", "records", key.partition(",")[0], "body") in problems


def test_a_character_changed_in_a_body_is_named(raw_text: str, rows: Rows) -> None:
    def change(tables: Rows) -> None:
        tables["records"]["body"][7] = tables["records"]["body"][7].replace("night", "might")

    record = rows["records"]["id"][7]
    assert {problem[:3] for problem in found(raw_text, rows, change)} == {
        ("body-text", "records", record),
        ("body-hash", "records", record),
    }


def test_a_change_of_the_raw_text_is_seen(raw_text: str, rows: Rows) -> None:
    changed = raw_text.replace("The night \n", "The might \n")
    assert len(changed) == len(raw_text)
    assert {problem.code for problem in prove(changed, rows_from(rows))} == {
        "raw-hash",
        "block-text",
    }


@pytest.mark.parametrize(
    ("table", "column", "value", "code"),
    [
        ("spans", "raw_end", +1, "span-overlap"),
        ("spans", "raw_end", -1, "span-gap"),
        ("spans", "page", +1, "span-page"),
        ("pages", "raw_start", +1, "page-gap"),
        ("pages", "number", +1, "span-page"),
        ("blocks", "body_start", +1, "body-extent"),
        ("blocks", "raw_end", +1, "block-extent"),
        ("blocks", "page_end", +1, "block-page"),
        ("blocks", "position", +1000, "block-spans"),
        ("records", "page_start", -1, "record-page"),
        ("records", "page_end", +1, "record-page"),
        ("records", "word_count", +1, "word-count"),
        ("issues", "raw_chars", -1, "raw-length"),
        ("issues", "page_end", +1, "page-range"),
        ("edits", "raw_start", +1, "edit-before"),
    ],
)
def test_a_number_off_by_one_is_seen(
    table: str, column: str, value: int, code: str, raw_text: str, rows: Rows
) -> None:
    def change(tables: Rows) -> None:
        place = len(tables[table][column]) // 2
        tables[table][column][place] += value

    assert code in {problem[0] for problem in found(raw_text, rows, change)}


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("before", "•  ", "edit-before"),
        ("after", "•    ", "edit-idle"),
        ("after", "- ", "block-text"),
    ],
)
def test_a_forged_edit_is_seen(
    column: str, value: str, code: str, raw_text: str, rows: Rows
) -> None:
    place = rows["edits"]["before"].index("•    ")

    def change(tables: Rows) -> None:
        tables["edits"][column][place] = value

    assert code in {problem[0] for problem in found(raw_text, rows, change)}


def test_a_dropped_edit_is_seen(raw_text: str, rows: Rows) -> None:
    def change(tables: Rows) -> None:
        for column in tables["edits"].values():
            del column[0]

    assert "block-text" in {problem[0] for problem in found(raw_text, rows, change)}


@pytest.mark.parametrize(
    ("old", "new"),
    [("body", "blank"), ("blank", "body"), ("page_mark", "link"), ("title", "byline")],
)
def test_a_role_that_does_not_fit_its_text_is_seen(
    old: str, new: str, raw_text: str, rows: Rows
) -> None:
    def change(tables: Rows) -> None:
        tables["spans"]["role"][tables["spans"]["role"].index(old)] = new

    assert found(raw_text, rows, change) != []


def test_titles_notes_and_sources_are_those_of_their_spans(raw_text: str, rows: Rows) -> None:
    for column, code in (
        ("title", "title-text"),
        ("note", "note-text"),
        ("source_citation", "source-text"),
    ):
        place = next(index for index, value in enumerate(rows["records"][column]) if value)

        def change(tables: Rows, column: str = column, place: int = place) -> None:
            tables["records"][column][place] += "."

        assert (code, "records", rows["records"]["id"][place], column) in found(
            raw_text, rows, change
        )


def test_a_page_called_printed_must_print_its_number(raw_text: str, rows: Rows) -> None:
    for place, code in ((0, "page-printed"), (14, "page-printed")):

        def change(tables: Rows, place: int = place) -> None:
            tables["pages"]["printed"][place] = not tables["pages"]["printed"][place]

        assert code in {problem[0] for problem in found(raw_text, rows, change)}


def test_two_swapped_records_are_seen(raw_text: str, rows: Rows) -> None:
    def change(tables: Rows) -> None:
        for column in tables["records"].values():
            column[3], column[4] = column[4], column[3]

    assert "record-order" in {problem[0] for problem in found(raw_text, rows, change)}


def test_a_problem_says_where_what_and_what_was_expected(raw_text: str, rows: Rows) -> None:
    changed = copy.deepcopy(rows)
    changed["records"]["word_count"][7] += 1
    (problem,) = prove(raw_text, rows_from(changed))
    assert str(problem) == (
        "records.word_count [lpr-1-2/hourglass-of-the-free] raw line 2044: found 136; expected 135 (word-count)"
    )


POEM = "lpr-1-2/hourglass-of-the-free"
LAST = "lpr-1-2/biography-published-in-urdu"


def settle(tables: Rows) -> None:
    """Make bodies, extents, hashes and counts follow from the blocks again, as a careful forger would."""
    blocks, records = tables["blocks"], tables["records"]
    for place, record in enumerate(records["id"]):
        own = [index for index, owner in enumerate(blocks["record_id"]) if owner == record]
        at = 0
        for number, index in enumerate(own, start=1):
            blocks["position"][index] = number
            blocks["body_start"][index], blocks["body_end"][index] = (
                at,
                at + len(blocks["text"][index]),
            )
            at += len(blocks["text"][index]) + 2
        body = "\n\n".join(blocks["text"][index] for index in own)
        records["body"][place] = body
        records["word_count"][place] = len(body.split())
        records["body_sha256"][place] = hashlib.sha256(body.encode("utf-8")).hexdigest()


def insert(rows: dict[str, list[Any]], **row: Any) -> None:
    """Put a row where its raw_start belongs."""
    place = sum(start < row["raw_start"] for start in rows["raw_start"])
    for name, column in rows.items():
        column.insert(place, row[name])


def blocks_of(tables: Rows, record: str) -> list[int]:
    return [index for index, owner in enumerate(tables["blocks"]["record_id"]) if owner == record]


def spans_of(tables: Rows, record: str, block: int) -> list[int]:
    spans = tables["spans"]
    return [
        index
        for index, (owner, number) in enumerate(
            zip(spans["record_id"], spans["block"], strict=True)
        )
        if (owner, number) == (record, block)
    ]


@pytest.mark.parametrize(
    "rule", ["bullet", "mojibake", "superscript", "line_break", "hyphenation", "invented"]
)
def test_an_edit_that_its_rule_does_not_explain_is_seen(
    rule: str, raw_text: str, rows: Rows
) -> None:
    """All else about the forgery is consistent: the text, the body, its hash."""

    def change(tables: Rows) -> None:
        block = blocks_of(tables, POEM)[0]
        start = raw_text.index("silence", tables["blocks"]["raw_start"][block])
        edit = {
            "issue_id": "lpr-1-2",
            "raw_start": start,
            "raw_end": start + 7,
            "before": "silence",
            "after": "violence",
        }
        insert(tables["edits"], **edit, rule=rule, reason="forged")
        tables["blocks"]["text"][block] = tables["blocks"]["text"][block].replace(
            "silence", "violence"
        )
        settle(tables)

    assert {problem[0] for problem in found(raw_text, rows, change)} == {"edit-rule"}


def test_an_edit_cannot_insert_what_nothing_stood_before(raw_text: str, rows: Rows) -> None:
    def change(tables: Rows) -> None:
        block = blocks_of(tables, LAST)[0]
        start = tables["blocks"]["raw_start"][block] + 4
        edit = {
            "issue_id": "lpr-1-2",
            "raw_start": start,
            "raw_end": start,
            "before": "",
            "after": "un",
        }
        insert(tables["edits"], **edit, rule="curated", reason="forged")
        text = tables["blocks"]["text"][block]
        tables["blocks"]["text"][block] = f"{text[:4]}un{text[4:]}"
        settle(tables)

    assert {problem[0] for problem in found(raw_text, rows, change)} == {"edit-rule"}


@pytest.mark.parametrize(
    "role", ["header", "section", "page_mark", "link", "blank", "byline", "body"]
)
def test_a_paragraph_put_aside_under_a_false_role_is_seen(
    role: str, raw_text: str, rows: Rows
) -> None:
    """The second of three paragraphs is taken out of its record, and everything else made to fit."""
    record = "lpr-1-2/61st-death-anniversary-celebrated-in-pakistan"

    def change(tables: Rows) -> None:
        spans, blocks = tables["spans"], tables["blocks"]
        for index in spans_of(tables, record, 2):
            spans["role"][index], spans["block"][index] = role, None
            spans["record_id"][index] = record if role == "byline" else None
        for index in spans_of(tables, record, 3):
            spans["block"][index] = 2
        place = blocks_of(tables, record)[1]
        for column in blocks.values():
            del column[place]
        settle(tables)

    codes = {problem[0] for problem in found(raw_text, rows, change)}
    assert codes & {"span-place", "span-role", "span-record", "section-text"}


def test_a_word_space_hidden_between_two_spans_is_seen(raw_text: str, rows: Rows) -> None:
    def change(tables: Rows) -> None:
        block = blocks_of(tables, LAST)[0]
        (place,) = spans_of(tables, LAST, 1)
        spans = tables["spans"]
        start, end = spans["raw_start"][place], spans["raw_end"][place]
        row = {name: column[place] for name, column in spans.items()}
        spans["raw_end"][place] = start + 3
        blank = {**row, "role": "blank", "record_id": None, "block": None}
        insert(spans, **{**blank, "raw_start": start + 3, "raw_end": start + 4})
        insert(spans, **{**row, "raw_start": start + 4, "raw_end": end})
        text = tables["blocks"]["text"][block]
        assert text[3] == " "
        tables["blocks"]["text"][block] = text[:3] + text[4:]
        settle(tables)

    assert {problem[0] for problem in found(raw_text, rows, change)} == {"span-gap"}


def test_two_lines_of_verse_made_one_are_seen(raw_text: str, rows: Rows) -> None:
    def change(tables: Rows) -> None:
        block, spans = blocks_of(tables, POEM)[0], tables["spans"]
        place = spans_of(tables, POEM, 1)[1]
        start = spans["raw_start"][place]
        assert raw_text[start] == "\n"
        row = {name: column[place] for name, column in spans.items()}
        spans["raw_start"][place] += 1
        insert(
            spans,
            **{**row, "raw_end": start + 1, "role": "blank", "record_id": None, "block": None},
        )
        tables["blocks"]["text"][block] = tables["blocks"]["text"][block].replace("\n", "", 1)
        settle(tables)

    assert {problem[0] for problem in found(raw_text, rows, change)} == {"verse-lines"}


def test_an_edit_that_joins_two_lines_of_verse_is_seen(raw_text: str, rows: Rows) -> None:
    """The rule of line breaks explains it, but verse keeps its lines."""

    def change(tables: Rows) -> None:
        block, spans = blocks_of(tables, POEM)[0], tables["spans"]
        start = spans["raw_start"][spans_of(tables, POEM, 1)[1]]
        assert raw_text[start] == "\n"
        edit = {"raw_start": start, "raw_end": start + 1, "before": "\n", "after": " "}
        insert(
            tables["edits"], issue_id="lpr-1-2", **edit, rule="line_break", reason="between words"
        )
        text = tables["blocks"]["text"][block]
        tables["blocks"]["text"][block] = text.replace("\n", " ", 1)
        settle(tables)

    assert {problem[0] for problem in found(raw_text, rows, change)} == {"verse-lines"}


def test_a_page_that_opens_where_no_mark_stands_is_seen(raw_text: str, rows: Rows) -> None:
    """Page 31 made to begin four lines later, with the spans and the pages of records and blocks made to fit."""

    def change(tables: Rows) -> None:
        pages, spans = tables["pages"], tables["spans"]
        place = pages["number"].index(31)
        later = raw_text.index("\n", raw_text.index("George Tumaob"))
        pages["raw_end"][place - 1] = pages["raw_start"][place] = later
        for index, (start, page) in enumerate(zip(spans["raw_start"], spans["page"], strict=True)):
            spans["page"][index] = 30 if page == 31 and start < later else page
        tables["records"]["page_start"][tables["records"]["id"].index(POEM)] = 30

    assert "page-mark" in {problem[0] for problem in found(raw_text, rows, change)}


def test_a_section_is_the_heading_that_is_printed(raw_text: str, rows: Rows) -> None:
    def change(tables: Rows) -> None:
        tables["records"]["section"][-1] = "OLDS"

    assert found(raw_text, rows, change) == [("section-text", "records", LAST, "section")]


def test_a_section_does_not_go_on_after_a_record_outside_it(raw_text: str, rows: Rows) -> None:
    def change(tables: Rows) -> None:
        tables["records"]["section"][-2] = None

    assert found(raw_text, rows, change) == [("section-text", "records", LAST, "section")]


def test_a_space_put_into_a_note_is_seen(raw_text: str, rows: Rows) -> None:
    place = rows["records"]["id"].index("lpr-1-2/stalin-miranda")

    def change(tables: Rows) -> None:
        tables["records"]["note"][place] = tables["records"]["note"][place].replace(
            "Excerpts", "Ex cerpts"
        )

    assert found(raw_text, rows, change) == [
        ("note-text", "records", rows["records"]["id"][place], "note")
    ]


@pytest.mark.parametrize("role", ["page_mark", "blank"])
def test_every_single_change_between_blank_and_page_mark_is_seen(
    role: str, raw_text: str, rows: Rows
) -> None:
    """But for the space that opens the text: nothing tells whether it is a mark."""
    other = {"page_mark": "blank", "blank": "page_mark"}[role]
    places = [
        place
        for place, found_role in enumerate(rows["spans"]["role"])
        if found_role == role and place
    ][::9]

    def change(tables: Rows, place: int) -> None:
        tables["spans"]["role"][place] = other

    unseen = [
        place
        for place in places
        if not found(raw_text, rows, lambda tables, place=place: change(tables, place))
    ]
    assert unseen == []

"""The proof sees whatever does not follow from the raw text."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from lprcorpus.checking.proof import prove
from lprcorpus.making.assembly import assemble
from lprcorpus.making.manifest import Manifest

Rows = dict[str, dict[str, list[Any]]]


@pytest.fixture(scope="module")
def rows(raw_text: str, manifest: Manifest) -> Rows:
    return assemble(raw_text, manifest, "raw/lpr-1-2.toml").rows


def found(raw: str, rows: Rows, change: Callable[[Rows], None]) -> list[tuple[str, str | None, str | None, str | None]]:
    changed = copy.deepcopy(rows)
    change(changed)
    return [(problem.code, problem.table, problem.key, problem.column) for problem in prove(raw, changed).problems]


def test_the_untouched_rows_prove(raw_text: str, rows: Rows) -> None:
    proof = prove(raw_text, rows)
    assert (proof.problems, proof.characters, proof.spans, proof.blocks) == ((), 120_613, 952, 336)


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
        ("body-extent", "blocks", f"{record},1"),
    }


def test_a_change_of_the_raw_text_is_seen(raw_text: str, rows: Rows) -> None:
    changed = raw_text.replace("The night \n", "The might \n")
    assert len(changed) == len(raw_text)
    assert {problem.code for problem in prove(changed, rows).problems} == {"raw-hash", "block-text"}


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
def test_a_number_off_by_one_is_seen(table: str, column: str, value: int, code: str, raw_text: str, rows: Rows) -> None:
    def change(tables: Rows) -> None:
        place = len(tables[table][column]) // 2
        tables[table][column][place] += value

    assert code in {problem[0] for problem in found(raw_text, rows, change)}


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("before", "•  ", "edit-before"), ("after", "•    ", "edit-idle"), ("after", "- ", "block-text")],
)
def test_a_forged_edit_is_seen(column: str, value: str, code: str, raw_text: str, rows: Rows) -> None:
    place = rows["edits"]["before"].index("•    ")

    def change(tables: Rows) -> None:
        tables["edits"][column][place] = value

    assert code in {problem[0] for problem in found(raw_text, rows, change)}


def test_a_dropped_edit_is_seen(raw_text: str, rows: Rows) -> None:
    def change(tables: Rows) -> None:
        for column in tables["edits"].values():
            del column[0]

    assert "block-text" in {problem[0] for problem in found(raw_text, rows, change)}


@pytest.mark.parametrize(("old", "new"), [("body", "blank"), ("blank", "body"), ("page_mark", "link"), ("title", "byline")])
def test_a_role_that_does_not_fit_its_text_is_seen(old: str, new: str, raw_text: str, rows: Rows) -> None:
    def change(tables: Rows) -> None:
        tables["spans"]["role"][tables["spans"]["role"].index(old)] = new

    assert found(raw_text, rows, change) != []


def test_titles_notes_and_sources_are_those_of_their_spans(raw_text: str, rows: Rows) -> None:
    for column, code in (("title", "title-text"), ("note", "note-text"), ("source_citation", "source-text")):
        place = next(index for index, value in enumerate(rows["records"][column]) if value)

        def change(tables: Rows, column: str = column, place: int = place) -> None:
            tables["records"][column][place] += "."

        assert (code, "records", rows["records"]["id"][place], column) in found(raw_text, rows, change)


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
    (problem,) = prove(raw_text, changed).problems
    assert str(problem) == (
        "records.word_count [lpr-1-2/hourglass-of-the-free] raw line 2044: found '136'; expected '135' (word-count)"
    )

"""Lines into the text of a passage."""

from __future__ import annotations

import pytest

from lprcorpus.text.joining import Composer, Composition
from lprcorpus.text.lines import split_lines
from lprcorpus.text.page_marks import Pagination
from lprcorpus.text.pages import find_pages
from lprcorpus.text.repairs import find_mojibake


def compose(
    text: str, *, verse: bool = False, bullet: bool = False, hyphens: str | None = None
) -> Composition:
    paged = find_pages(split_lines(text), Pagination(running_heads=()))
    composer = Composer(paged, find_mojibake(paged), hyphens)
    chosen = paged.text_lines
    return composer.verse(chosen) if verse else composer.prose(chosen, bullet=bullet)


def edits(composition: Composition) -> list[tuple[str, str, str]]:
    return [(edit.rule, edit.before, edit.after) for edit in composition.edits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The night \n\nwhispers \nit. ", "The night whispers it."),
        ("The night\nwhispers\nit.", "The night whispers it."),
        ("The night\r\nwhispers\r\nit.", "The night whispers it."),
        ("The well-\n\nknown night \nwhispers \nit ", "The well-known night whispers it"),
        ("The night--\nit whispers", "The night--it whispers"),
        ("The night --\nit whispers", "The night -- it whispers"),
        ("The night\n   whispers", "The night whispers"),
        ("The night\fwhispers", "The night whispers"),
        ("The night \fwhispers", "The night whispers"),
        ("The night--\fwhispers", "The night--whispers"),
        ("A foot-\fprint", "A footprint"),
        ("A foot- \fprint", "A footprint"),
        ("The New-\fYork night", "The New-York night"),
        ("The night\n\fwhispers", "The night whispers"),
        ("The night\f\nwhispers", "The night whispers"),
        ("The 61\nst\nnight of it", "The 61st night of it"),
        ("The night\rwhispers\rit.", "The night whispers it."),
        ("an after\u00ad\nnoon", "an afternoon"),
        ("an after\u00ac\nnoon", "an afternoon"),
        ("an after\ufffe\nnoon", "an afternoon"),
        ("an after\u2010\nnoon", "an afternoon"),
        ("a well\u2011\nknown night", "a well\u2011known night"),
        ("स्वतन्त्र\u00ad\nता", "स्वतन्त्रता"),
        ("the night ¾\u00ac\nwhispers", "the night ¾\u00ac whispers"),
        ("夜は静\nかに囁く。\r\n「星」", "夜は静かに囁く。「星」"),
        ("夜は静\fかに囁く。", "夜は静かに囁く。"),
        ("夜は静 \nかに囁く \n星", "夜は静かに囁く星"),
        ("夜は静か \nEsperanto", "夜は静か Esperanto"),
        ("ค่ำคืน\nกระซิบ", "ค่ำคืนกระซิบ"),
        ("밤이\n속삭인다", "밤이 속삭인다"),
        ("at http://night.example/a/\nb/c.html or", "at http://night.example/a/b/c.html or"),
        ("at http://night.example/a/ \nb/c.html or", "at http://night.example/a/b/c.html or"),
        ("at http://night.example/a-\nb.html or", "at http://night.example/a-b.html or"),
        ("at http://night.example/\nor later", "at http://night.example/ or later"),
    ],
)
def test_lines_are_joined_as_they_were_set(text: str, expected: str) -> None:
    assert compose(text).text == expected


@pytest.mark.parametrize(
    ("text", "hyphens", "expected"),
    [
        ("a foot-\nprint", None, "a footprint"),
        ("a foot-\nprint of foot and print", None, "a foot-print of foot and print"),
        (
            "footprints and a foot-\nprints of foot and prints",
            None,
            "footprints and a footprints of foot and prints",
        ),
        (
            "a well-known, well-\nknown song, wellknown",
            None,
            "a well-known, well-known song, wellknown",
        ),
        ("the New-\nYork night", None, "the New-York night"),
        ("a foot-\nprint", "hard", "a foot-print"),
        ("a well-known, well-\nknown song", "soft", "a well-known, wellknown song"),
    ],
    ids=[
        "nowhere else",
        "both halves are words",
        "whole elsewhere",
        "hyphened elsewhere",
        "a capital",
        "hard",
        "soft",
    ],
)
def test_a_hyphen_at_a_line_end_goes_by_what_the_text_shows(
    text: str, hyphens: str | None, expected: str
) -> None:
    assert compose(text, hyphens=hyphens).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a well\u2011\nknown night", "a well\u2011known night"),
        ("a well\u2011\r\nknown night", "a well\u2011known night"),
        ("a wellknown and a well\u2011\nknown night", "a wellknown and a well\u2011known night"),
        ("the night of \na well\u2011\nknown song ", "the night of a well\u2011known song"),
        ("pages 10\u2011\n12", "pages 10\u201112"),
    ],
    ids=["plain", "carriage return", "whole elsewhere", "final spaces", "figures"],
)
@pytest.mark.parametrize("hyphens", [None, "soft", "hard"])
def test_a_non_breaking_hyphen_at_a_line_end_is_always_part_of_its_word(
    text: str, expected: str, hyphens: str | None
) -> None:
    assert compose(text, hyphens=hyphens).text == expected


def test_the_edit_after_a_non_breaking_hyphen_says_that_it_is_a_hyphen() -> None:
    (edit,) = compose("a well\u2011\r\nknown night").edits
    assert (edit.rule, edit.reason) == ("line_break", "a line's end after a hyphen")


def test_a_soft_hyphen_before_a_final_space_divides_a_word_in_every_paragraph() -> None:
    text = "The night whispers \nof an after\u00ad \nnoon and \nits stars \n"
    assert compose(text).text == "The night whispers of an afternoon and its stars"


@pytest.mark.parametrize(
    ("hyphen", "expected"),
    [("second-\n", "second-in-command"), ("second- \n", "second- in-command")],
)
def test_a_hyphen_in_a_text_with_final_spaces_stays(hyphen: str, expected: str) -> None:
    text = f"The night \nwhispers to \nits {hyphen}in-command \nand \nits stars \n"
    assert compose(text).text == f"The night whispers to its {expected} and its stars"


def test_a_hyphen_and_a_final_space_divide_a_word_that_is_whole_elsewhere() -> None:
    text = "Footprints of \nthe foot- \nprints of \nthe foot \nand prints \n"
    assert compose(text).text == "Footprints of the footprints of the foot and prints"


def test_the_indentation_behind_a_hyphen_is_no_word_space() -> None:
    text = "The night \nand its well-\n  known \nstars \nand birds \n"
    assert compose(text).text == "The night and its well-known stars and birds"


def test_a_bullet_is_an_edit() -> None:
    composition = compose("•    The night \nwhispers \nit ", bullet=True)
    assert (composition.text, edits(composition)) == (
        "The night whispers it",
        [("bullet", "•    ", "")],
    )


def test_an_ordinals_letters_join_its_figure() -> None:
    """Raw lines 2195 to 2198."""
    composition = compose("The 61\n\nst\n night \nof it \nall \nagain \n")
    assert (composition.text, edits(composition)) == (
        "The 61st night of it all again",
        [("superscript", "\n\nst\n", "st")],
    )


def test_a_line_of_one_space_beside_an_ordinals_letters_says_nothing() -> None:
    assert (
        compose("The 61\n \nst\n night \nof it \nall \nagain \n").text
        == "The 61st night of it all again"
    )


def test_an_ordinals_letters_at_a_pages_end_join_no_figure() -> None:
    """The form feed is the page's mark, and is in no passage."""
    composition = compose("The 61\nst\n\fnight")
    assert "\f" not in "".join(edit.before for edit in composition.edits) + composition.text


def test_verse_with_carriage_returns_keeps_its_lines() -> None:
    assert compose("The night\r  whispers\rit", verse=True).text == "The night\n  whispers\nit"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_page_mark_in_a_line_is_left_out_with_no_space_lost(line_end: str) -> None:
    text = f"The night {{7}}whispers {{8}} the{line_end}silence{{9}}{line_end}of its darkness"
    paged = find_pages(split_lines(text), Pagination(running_heads=(), inline_marks=("{{page}}",)))
    chosen = paged.text_lines
    assert Composer(paged).prose(chosen).text == "The night whispers the silence of its darkness"


def test_verse_keeps_its_lines_and_their_indents_against_the_outermost() -> None:
    composition = compose("  The night  \n\n    whispers\n  it", verse=True)
    assert (composition.text, edits(composition)) == ("The night\n  whispers\nit", [])


def test_a_passage_within_a_paragraph_has_its_changes() -> None:
    text = "The night whispersÂ it\nto the â€¦ stars and\nbirds. It sails."
    paged = find_pages(split_lines(text), Pagination(running_heads=()))
    composer = Composer(paged, find_mojibake(paged))
    assert (
        composer.passage(text.index("whispers"), text.index(" It"))
        == "whispers it to the … stars and birds."
    )


def test_a_change_in_lines_that_are_set_aside_is_none_of_the_passage_around_them() -> None:
    paged = find_pages(split_lines("The night\nâ€¦\nwhispers"), Pagination(running_heads=()))
    composer = Composer(paged, find_mojibake(paged))
    around = [paged.text_lines[0], paged.text_lines[2]]
    assert composer.prose(around).text == "The night whispers"
    assert edits(composer.prose(paged.text_lines))[1] == ("mojibake", "â€¦", "…")

"""Running heads and feet: detected, quoted and found."""

from __future__ import annotations

import pytest

from lprcorpus.text.lines import split_lines
from lprcorpus.text.page_marks import Pagination, detect_pagination
from lprcorpus.text.pages import find_pages
from lprcorpus.text.running_headers import find_header

PAGE = "The night whispers the silence.\n" * 20


def heads(text: str) -> tuple[str, ...]:
    detected = detect_pagination(split_lines(text))
    return (detected.running_heads or ()) + detected.running_feet


def test_a_line_that_recurs_with_a_growing_number_is_a_head() -> None:
    text = "".join(f"{number}   THE NIGHT REVIEW\n{PAGE}" for number in (4, 5, 6))
    assert heads(text) == ("{page} THE NIGHT REVIEW",)


def test_the_number_may_stand_alone_on_the_next_line() -> None:
    """As in raw lines 1084 to 1086 of the first issue."""
    text = "".join(f"The Night Review\n\n{number}\n{PAGE}" for number in (19, 20, 22))
    assert heads(text) == ("The Night Review\n{page}",)


def test_a_head_that_was_set_a_little_differently_is_one_too() -> None:
    """ViewPort, February 1993, lines 64 and 394: one with another month and a row of dashes, one without a comma."""
    lines = [
        "Review June, 1990 ------- Page 1",
        *(f"Review May, 1990     Page {number}" for number in (2, 3, 4)),
    ]
    lines += ["Review May 1990      Page 5", "Review May, 1990     Page 6"]
    assert heads("".join(f"{line}\n{PAGE}" for line in lines)) == (
        "Review June, 1990 ------- Page {page}",
        "Review May, 1990 Page {page}",
        "Review May 1990 Page {page}",
    )


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"Chapter {number}\n{PAGE * 20}" for number in (1, 2, 3)),
        "".join(f"Question {number}?\nAn answer.\n" for number in (1, 2, 3)),
        "".join(f"Page {number}\n{PAGE}" for number in (3, 2, 1)),
        "".join(f"The night, again.\n{PAGE}" for _ in range(4)),
    ],
    ids=["chapters, pages apart", "questions, lines apart", "numbers that fall", "no number"],
)
def test_what_only_looks_like_a_head_is_none(text: str) -> None:
    assert heads(text) == ()


def test_between_form_feeds_a_bare_number_is_a_foot_if_it_goes_with_the_pages() -> None:
    assert heads(
        "\f".join(
            f"The night {word}.\n\n{number}\n"
            for word, number in zip("abc", (12, 13, 14), strict=True)
        )
    ) == ("{page}",)
    assert (
        heads(
            "\f".join(
                f"The night {word}.\n\n{number}\n"
                for word, number in zip("abc", (1906, 12, 61), strict=True)
            )
        )
        == ()
    )


def test_between_form_feeds_a_head_may_have_no_number() -> None:
    assert heads(
        "\f".join(f"The Night Review\n\nwhispers {word}\n" for word in ("a", "b", "c"))
    ) == ("The Night Review",)


def test_a_template_matches_any_length_of_spaces_and_dashes_but_whole_lines_only() -> None:
    text = "Review ---- 12\nReview   --------   13\nsee Review ---- 14\n"
    assert [header.number for header in find_header(split_lines(text), "Review -- {page}")] == [
        12,
        13,
    ]


def test_a_header_with_no_break_spaces_labels_its_page() -> None:
    text = "\f".join(
        f"THE\u00a0NIGHT  REVIEW\u00a0\u00a0{number}\n\n{PAGE}" for number in (4, 5, 6)
    )
    paged = find_pages(split_lines(text), Pagination())
    assert [(page.number, page.printed) for page in paged.pages] == [
        (4, True),
        (5, True),
        (6, True),
    ]


NAMES = ("Ada", "Bee", "Cara", "Dora", "Eve", "Fay")


def sheets(form: str, marks: tuple[str, ...]) -> str:
    """Return pages of different text, each with a mark of its own in a form."""
    pages = []
    for name, mark in zip(NAMES, marks, strict=False):
        text = f"The night of {name} whispers.\n" * 20
        pages.append(form.format(mark=mark, text=text))
    return "\f".join(pages)


def test_between_form_feeds_roman_numerals_are_set_aside() -> None:
    """They are no page numbers: those are counted, and a citation has figures."""
    numerals = ("i", "ii", "- iii -", "iv")
    text = sheets("{text}\n{mark}\n", numerals)
    assert heads(text) == numerals
    paged = find_pages(split_lines(text), Pagination())
    assert [page.number for page in paged.pages] == [1, 2, 3, 4]
    assert not paged.sets(text.index("- iii -"))
    assert heads(sheets("{text}\n{mark}\n", ("mix", "V", "dill", "c"))) == ()


def test_a_number_that_was_misread_leaves_its_header_a_header() -> None:
    """As the reading of a scan has them: S for 5, a Cyrillic letter for 3."""
    text = sheets("Night, 1888. {mark}\n{text}", ("1", "2", "З", "4", "S", "6"))
    assert heads(text) == ("Night, 1888. {page}", "Night, 1888. З", "Night, 1888. S")


def test_a_header_that_no_other_page_vouches_for_is_none() -> None:
    """Numbers behind other text are no headers: nothing can be one of them with a number misread."""
    text = "A\n\nB\n\nNight, 2\n\nC\fD\n\nNight, 3\n\nE\n\nF\n\nNight, 4\n"
    assert heads(text) == ()
    assert heads("A\n\ni\n\nB\n\nC\n\nD\fE\n\nF\n\nii\n") == ()


def test_a_rule_under_a_header_belongs_to_it() -> None:
    text = sheets("NIGHT REVIEW   {mark}\n----------\n{text}", ("1", "2", "3", "4"))
    assert heads(text) == ("NIGHT REVIEW {page}", "----------")


def test_figures_of_another_script_are_no_page_numbers() -> None:
    """A template's number has the figures 0 to 9: no build would find it."""
    assert heads(sheets("{text}\n{mark}\n", ("١", "٢", "٣", "٤"))) == ()


def test_a_number_misread_in_the_middle_of_a_header_is_text() -> None:
    """The proof knows it as a header in the first and in the last word only."""
    text = sheets("Page {mark} of 6\n{text}", ("1", "2", "S", "4", "5", "6"))
    assert heads(text) == ("Page {page} of 6",)

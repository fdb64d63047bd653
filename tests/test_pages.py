"""Pages: where they open, how they are numbered, what is set aside."""

from __future__ import annotations

from lprcorpus.text.lines import split_lines
from lprcorpus.text.page_marks import Pagination, detect_pagination
from lprcorpus.text.pages import NumberDoubt, find_pages


def pages(text: str, pagination: Pagination | None = None) -> list[tuple[int, bool, str]]:
    paged = find_pages(split_lines(text), pagination or Pagination())
    return [(page.number, page.printed, text[page.start : page.end]) for page in paged.pages]


def test_a_text_without_marks_is_one_page() -> None:
    assert pages("The night\n\nwhispers.\n", Pagination(first=7)) == [
        (7, False, "The night\n\nwhispers.\n")
    ]


def test_a_text_without_print_is_one_page() -> None:
    assert pages(" \n\f\n") == [(1, False, " \n\f\n")]


def test_a_form_feed_opens_a_page_unless_nothing_follows() -> None:
    assert pages("one\n\ftwo\n\f") == [(1, False, "one\n"), (2, False, "\ftwo\n\f")]


def test_a_form_feed_before_all_print_opens_the_first_page() -> None:
    assert pages("\n\fone\n\ftwo") == [(1, False, "\n\fone\n"), (2, False, "\ftwo")]


def test_an_indented_line_after_a_form_feed_opens_no_second_page() -> None:
    text = "one \n\f two \nthree \n"
    assert pages(text, Pagination(space_marks=True)) == [
        (1, False, "one \n"),
        (2, False, "\f two \nthree \n"),
    ]


def test_numbers_are_counted_on_and_back_from_the_printed_ones() -> None:
    text = "one\n\ftwo\n\nPage 12\n\fthree\n\nPage 13\n\ffour\n\nPage 14\n\ffive\n"
    assert [(number, printed) for number, printed, _ in pages(text)] == [
        (11, False),
        (12, True),
        (13, True),
        (14, True),
        (15, False),
    ]


def test_a_head_opens_the_page_that_it_numbers() -> None:
    text = "one\nReview 8\ntwo\nReview 9\nthree\n"
    assert pages(text, Pagination(running_heads=("Review {page}",))) == [
        (7, False, "one\n"),
        (8, True, "Review 8\ntwo\n"),
        (9, True, "Review 9\nthree\n"),
    ]


def test_a_number_that_contradicts_the_others_is_passed_over_and_reported() -> None:
    text = "".join(f"Review {number}\ntext\n" for number in (7, 8, 74, 10))
    paged = find_pages(split_lines(text), Pagination(running_heads=("Review {page}",)))
    assert [(page.number, page.printed) for page in paged.pages] == [
        (7, True),
        (8, True),
        (9, False),
        (10, True),
    ]
    assert paged.number_doubts() == [NumberDoubt(line=5, printed=74, counted=9)]


def test_pages_that_are_numbered_anew_are_counted_on() -> None:
    text = "\f".join(f"text\n\n{number}\n" for number in (1, 2, 3, 4, 5, 1, 2, 3))
    assert [(number, printed) for number, printed, _ in pages(text)] == [
        *((number, True) for number in (1, 2, 3, 4, 5)),
        *((number, False) for number in (6, 7, 8)),
    ]


def test_between_form_feeds_a_header_labels_its_page_and_opens_none() -> None:
    text = "\f".join(f"Review {number}\ntext\nReview {number + 40}\nmore\n" for number in (1, 2, 3))
    assert [(number, printed) for number, printed, _ in pages(text)] == [
        (1, True),
        (2, True),
        (3, True),
    ]


def test_a_number_behind_text_that_looks_like_a_header_labels_no_page() -> None:
    text = "text\n\f12\ntext\n\f- 12 -\n13\n\ntext\n"
    pagination = Pagination(running_heads=("{page}",), running_feet=("- {page} -",))
    assert pages(text, pagination) == [
        (11, False, "text\n"),
        (12, True, "\f12\ntext\n"),
        (13, False, "\f- 12 -\n13\n\ntext\n"),
    ]


def test_marks_inside_lines_are_page_marks() -> None:
    text = "The night {7}whispers\nthe silence [sic] {8}\nof its darkness. {9} It sails.\n"
    paged = find_pages(split_lines(text), Pagination(running_heads=(), inline_marks=("{{page}}",)))
    assert [(page.number, page.printed, text[page.start : page.end]) for page in paged.pages] == [
        (6, False, "The night "),
        (7, True, "{7}whispers\nthe silence [sic] "),
        (8, True, "{8}\nof its darkness. "),
        (9, True, "{9} It sails.\n"),
    ]


def test_marks_inside_lines_are_detected() -> None:
    text = "".join(
        f"The night whispers.\n[Pg {number}]\nThe silence.\n" for number in (177, 178, 179)
    )
    assert detect_pagination(split_lines(text)).inline_marks == ("[Pg {page}]",)


def test_one_indented_line_is_no_page() -> None:
    assert len(pages("The night \n whispers \nit \nof the silence \n")) == 1


def test_all_that_stands_before_the_page_before_page_one_is_page_0() -> None:
    text = "cover\n\fcontents\n\fReview 1\nthree\n"
    assert pages(text, Pagination(running_heads=("Review {page}",))) == [
        (0, False, "cover\n\fcontents\n"),
        (1, True, "\fReview 1\nthree\n"),
    ]


def test_a_foot_closes_the_page_that_it_numbers() -> None:
    text = "one\n- 8 -\ntwo\n- 9 -\n\nthree\n"
    assert pages(text, Pagination(running_heads=(), running_feet=("- {page} -",))) == [
        (8, True, "one\n- 8 -\n"),
        (9, True, "two\n- 9 -\n"),
        (10, False, "\nthree\n"),
    ]


def test_furniture_that_is_two_things_is_set_aside_once() -> None:
    """A space mark before a running head, and a link target at the foot of every page."""
    text = "one \n Review 2 \ntwo \nhttp://a.example/\n Review 3 \nthree \n"
    paged = find_pages(
        split_lines(text),
        Pagination(running_heads=("Review {page}", "http://a.example/"), space_marks=True),
    )
    assert [(piece.role, text[piece.start : piece.end]) for piece in paged.asides] == [
        ("header", " Review 2 \n"),
        ("header", "http://a.example/\n"),
        ("header", " Review 3 \n"),
    ]


def test_a_link_before_a_space_that_opens_no_page_of_its_own_is_text() -> None:
    """Pages before page 1 that bear no number are one page, 0, whose foot is elsewhere."""
    text = "one \nhttp://a.example/\n two \nmore \n three \n- 1 -\nfour \n"
    pagination = Pagination(running_heads=(), running_feet=("- {page} -",), space_marks=True)
    paged = find_pages(split_lines(text), pagination)
    assert [page.number for page in paged.pages] == [0, 1, 2]
    assert [piece.role for piece in paged.asides if piece.role == "link"] == []


def test_a_header_with_another_pages_number_that_is_on_no_other_page_is_text() -> None:
    text = "one\n\n- 1 -\n\nlink\nReview, 2\n\nthree\n"
    pagination = Pagination(running_heads=("Review, {page}",), running_feet=("- {page} -",))
    assert pages(text, pagination) == [
        (1, True, "one\n\n- 1 -\n"),
        (2, False, "\nlink\nReview, 2\n\nthree\n"),
    ]


def test_between_form_feeds_a_space_opens_no_page() -> None:
    text = "one \n two\nReview 3\n\ffour\nReview 4\n"
    pagination = Pagination(running_heads=("Review {page}",), space_marks=True)
    assert pages(text, pagination) == [
        (3, True, "one \n two\nReview 3\n"),
        (4, True, "\ffour\nReview 4\n"),
    ]


def test_indented_lines_that_are_closer_than_pages_open_none() -> None:
    """A list whose lines are indented by one space, each after a line that ends in one."""
    text = "The night \nwhispers \n it. \n" * 40
    assert len(pages(text)) == 1

"""Extents into the rows that partition a text."""

from __future__ import annotations

from lprcorpus.build.spans import Stretch, coverage, partition
from lprcorpus.text.lines import split_lines
from lprcorpus.text.pages import Paged, Pagination, find_pages


def page(text: str) -> Paged:
    return find_pages(split_lines(text), Pagination(running_heads=()))


def test_what_no_extent_claims_is_blank_or_text_in_no_record() -> None:
    text = "Price\n\nThe Song\n\nla la\n\nend\n"
    rows = partition([(7, 15, "title", "i/a", None), (17, 22, "body", "i/a", 1)], page(text), "i")
    assert [(text[start:end], role, record) for _, start, end, role, _, record, _ in rows] == [
        ("Price", "body", None),
        ("\n\n", "blank", None),
        ("The Song", "title", "i/a"),
        ("\n\n", "blank", None),
        ("la la", "body", "i/a"),
        ("\n\n", "blank", None),
        ("end", "body", None),
        ("\n", "blank", None),
    ]
    assert coverage(rows, page(text).lines) == (13 / 21, (Stretch(1, 5, "Price"), Stretch(7, 3, "end")))


def test_an_extent_is_cut_where_a_page_begins() -> None:
    text = "la\n\fla\n"
    rows = partition([(0, 3, "body", "i/a", 1), (4, 6, "body", "i/a", 1)], page(text), "i")
    assert [(start, end, role, number) for _, start, end, role, number, _, _ in rows] == [
        (0, 3, "body", 1),
        (3, 4, "page_mark", 2),
        (4, 6, "body", 2),
        (6, 7, "blank", 2),
    ]


def test_a_byte_order_mark_is_blank() -> None:
    rows = partition([(1, 3, "title", "i/a", None)], page("\ufeffla"), "i")
    assert [(start, end, role) for _, start, end, role, *_ in rows] == [(0, 1, "blank"), (1, 3, "title")]


def test_a_text_without_extents_is_covered_all_the_same() -> None:
    assert partition([], page(" \n"), "i") == [("i", 0, 2, "blank", 1, None, None)]
    assert coverage(partition([], page(" \n"), "i"), page(" \n").lines) == (1.0, ())

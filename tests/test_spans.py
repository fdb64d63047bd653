"""Extents into the rows that partition a text."""

from __future__ import annotations

from lprcorpus.build.assembly import assemble
from lprcorpus.build.build_report import UnclaimedText, claimed_share, unclaimed_text
from lprcorpus.build.row_maker import Extent, partition
from lprcorpus.proof.invariants import prove
from lprcorpus.schema import Span
from lprcorpus.text.lines import split_lines
from lprcorpus.text.page_marks import Pagination
from lprcorpus.text.pages import Paged, find_pages

from .inventing import manifest_of


def page(text: str) -> Paged:
    return find_pages(split_lines(text), Pagination(running_heads=()))


def test_what_no_extent_claims_is_blank_or_text_in_no_record() -> None:
    text = "Price\n\nThe Song\n\nla la\n\nend\n"
    rows = partition(
        [Extent(7, 15, "title", "i/a"), Extent(17, 22, "body", "i/a", 1)], page(text), "i"
    )
    assert [(text[span.raw_start : span.raw_end], span.role, span.record_id) for span in rows] == [
        ("Price", "body", None),
        ("\n\n", "blank", None),
        ("The Song", "title", "i/a"),
        ("\n\n", "blank", None),
        ("la la", "body", "i/a"),
        ("\n\n", "blank", None),
        ("end", "body", None),
        ("\n", "blank", None),
    ]
    unclaimed = unclaimed_text(rows, page(text).lines)
    assert unclaimed == (UnclaimedText(1, 5, "Price"), UnclaimedText(7, 3, "end"))
    assert claimed_share(rows, unclaimed) == 13 / 21


def test_an_extent_is_cut_where_a_page_begins() -> None:
    text = "la\n\fla\n"
    rows = partition(
        [Extent(0, 3, "body", "i/a", 1), Extent(4, 6, "body", "i/a", 1)], page(text), "i"
    )
    assert [(span.raw_start, span.raw_end, span.role, span.page) for span in rows] == [
        (0, 3, "body", 1),
        (3, 4, "page_mark", 2),
        (4, 6, "body", 2),
        (6, 7, "blank", 2),
    ]


def test_a_byte_order_mark_is_blank() -> None:
    rows = partition([Extent(1, 3, "title", "i/a")], page("\ufeffla"), "i")
    assert [(span.raw_start, span.raw_end, span.role) for span in rows] == [
        (0, 1, "blank"),
        (1, 3, "title"),
    ]


def test_a_text_without_extents_is_covered_all_the_same() -> None:
    paged = page(" \n")
    rows = partition([], paged, "i")
    expected = Span(
        issue_id="i", raw_start=0, raw_end=2, role="blank", page=1, record_id=None, block=None
    )
    assert rows == [expected]
    assert (claimed_share(rows, ()), unclaimed_text(rows, paged.lines)) == (1.0, ())


def test_nothing_is_changed_in_a_section_heading_of_two_lines() -> None:
    """Its words are in no row; an edit in it would be of no record, and the proof refuses it."""
    text = "NEWS OF\nTHE NIGHT\n\nTitle Number 0!\n\nThe night\nwhispers.\n"
    rows = assemble(text, manifest_of([{"section": "NEWS OF THE NIGHT"}]), "made-1.toml").rows
    assert [edit.before for edit in rows.edits] == ["\n"]
    assert [problem for problem in prove(text, rows) if problem.column != "raw_sha256"] == []

"""How a text was set, and where its paragraphs end."""

from __future__ import annotations

import pytest

from lprcorpus.text.lines import split_lines
from lprcorpus.text.page_marks import Pagination
from lprcorpus.text.pages import Paged, find_pages
from lprcorpus.text.paragraphs import Setting, detect_setting, split_paragraphs

FULL = "The night whispers the silence of its darkness as its breeze"
FIXED = [
    "iiiiiiiiii iiiiiiiii",
    "mmmmmmmmm mmmmmmmmmm",
    "wwwww wwwww wwwwwwww",
    "il il il il il il ii",
] * 10


def page(text: str) -> Paged:
    return find_pages(split_lines(text), Pagination(running_heads=()))


def ends(text: str, setting: Setting | None = None) -> list[str]:
    """Return the last words of each paragraph."""
    paged = page(text)
    runs = [paged.lines.printed]
    (paragraphs,) = split_paragraphs(paged, runs, setting or detect_setting(paged))
    return [paragraph[-1].text.split()[-1] for paragraph in paragraphs]


def test_blank_lines_that_are_spread_everywhere_say_nothing() -> None:
    assert (
        detect_setting(page(f"{FULL} \n\n{FULL} \n\n{FULL} \n\nof it. \n")).paragraphs == "line fit"
    )
    assert (
        detect_setting(page(f"{FULL}\n\n{FULL}\n\n{FULL}\n\nof it.\n")).paragraphs == "blank lines"
    )
    assert (
        detect_setting(page(f"{FULL} \n{FULL} \n{FULL} \n\nof it. \n")).paragraphs == "blank lines"
    )


def test_the_face_is_the_one_in_which_lines_are_full() -> None:
    assert detect_setting(page("\n".join(FIXED))).face == "Courier"
    assert detect_setting(page("\n".join(FIXED[:10]))).face == "Times-Roman"


def test_what_is_stated_is_not_detected() -> None:
    stated = Setting("Helvetica", "line fit")
    assert detect_setting(page("one\n"), stated.face, stated.paragraphs) == stated


@pytest.mark.parametrize(
    ("line", "ended"),
    [
        ("The night whispers the silence.", True),
        ("The night whispers the silence of its", True),
        ("The night whispers the silence of its darkness as its", False),
        ("The night whispers the silence of its darkness as its.", True),
        ("The night whispers the silence of its darkness as it breezes.", False),
    ],
    ids=[
        "short, a sentence",
        "short by much",
        "short by little",
        "short by little, a sentence",
        "full, a sentence",
    ],
)
def test_a_line_that_leaves_room_for_the_next_word_was_ended_on_purpose(
    line: str, *, ended: bool
) -> None:
    text = f"{FULL} \n\n{FULL} \n\n{line} \n\nand {FULL.lower()} \n\n{FULL} \n"
    assert (line.split()[-1] in ends(text, Setting("Times-Roman", "line fit"))) is ended


def test_a_paragraph_never_leaves_its_stretch() -> None:
    paged = page("one\ntwo\nthree\n")
    runs = [paged.lines.printed[:1], paged.lines.printed[1:]]
    paragraphs = split_paragraphs(paged, runs, Setting("Times-Roman", "blank lines"))
    assert paragraphs == [[runs[0]], [runs[1]]]


def test_over_a_page_break_blank_lines_say_nothing() -> None:
    text = f"{FULL}\n{FULL} of\n\n\f\n{FULL.lower()}\n{FULL} of it\nall.\n\n\fThe end.\n"
    assert ends(text) == ["all.", "end."]


SOLID = "\n".join([f"{FULL}\n{FULL}\nof its own breeze."] * 4)


def test_a_text_without_blank_lines_ends_paragraphs_with_short_lines() -> None:
    assert detect_setting(page(SOLID)).paragraphs == "solid"
    assert ends(SOLID) == ["breeze."] * 4


def test_a_text_without_blank_lines_begins_paragraphs_with_an_indent() -> None:
    text = "\n".join([f"   {FULL[3:]}\n{FULL}\n{FULL}."] * 4)
    assert detect_setting(page(text)).paragraphs == "solid"
    assert ends(text) == ["breeze."] * 4


def test_footnotes_in_a_smaller_size_are_set_aside_without_a_rule() -> None:
    notes = "1 The night, as it was printed,\nin May.\n2 And the day.\n"
    text = f"{FULL}\n{FULL} of\n{notes}\f{FULL.lower()}\n1 of all.\n"
    paged = find_pages(split_lines(text), Pagination(), small=frozenset({3, 4, 5}))
    assert [(piece.role, text[piece.start : piece.end]) for piece in paged.asides] == [
        ("footnote", notes),
        ("page_mark", "\f"),
    ]


@pytest.mark.parametrize(
    ("text", "small"),
    [
        ("The night.\nIn small print.\n", {2}),  # no mark
        ("1 The night.\n2 The day.\n", {1, 2}),  # nothing above it
        ("The night.\n1 The day.\nThe silence.\n", {2}),  # text under it
    ],
)
def test_small_print_that_is_no_footnote_stays_text(text: str, small: set[int]) -> None:
    paged = find_pages(split_lines(text), Pagination(), small=frozenset(small))
    assert paged.asides == ()


def test_footnotes_under_a_rule_are_set_aside_so_that_a_paragraph_goes_on() -> None:
    note = "_______________\n\n1. The night, as it was printed.\n"
    text = f"{FULL}\n{FULL} of\n\n{note}\f{FULL.lower()}\n{FULL} of it\nall.\n"
    paged = page(text)
    assert [(piece.role, text[piece.start : piece.end]) for piece in paged.asides] == [
        ("footnote", note),
        ("page_mark", "\f"),
    ]


def test_a_paragraph_may_be_one_long_line() -> None:
    """A word processor saves paragraphs so; titles and verse between them are short lines."""
    long_line = f"{'The night whispers the silence of its darkness to the stars. ' * 5}The end."
    verse = "The stars flicker,\nthe birds sing"
    text = "\n".join([f"The Night\n{long_line}", long_line, verse, long_line, "“Yes.”", "“No.”"])
    paged = page(text)
    assert detect_setting(paged).paragraphs == "long lines"
    assert ends(text) == ["Night", "end.", "end.", "sing", "end.", "“Yes.”", "“No.”"]


def test_a_text_may_be_double_spaced() -> None:
    """A blank line is between any two lines; more of them, or a short line, ends a paragraph."""
    paragraph = "\n\n".join(
        [FULL, *["and of the stars that flickered there over the birds and bees"] * 11, "at dawn."]
    )
    text = f"{paragraph}\n\n\n\n{paragraph}\n\n{FULL}\n"
    assert detect_setting(page(text)).paragraphs == "line fit"
    assert ends(text) == ["dawn.", "dawn.", FULL.split()[-1]]


def test_an_ideographic_space_opens_a_paragraph() -> None:
    assert ends("夜は静かに囁く。\n星は瞬く\n　鳥は歌う\n。　夜\n") == ["星は瞬く", "夜"]

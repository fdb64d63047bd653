"""The kinds of paragraphs."""

from __future__ import annotations

from itertools import islice

import pytest

from lprcorpus.text.blocks import bullet_length, classify, split_rows, stanzas
from lprcorpus.text.lines import split_lines
from lprcorpus.text.page_marks import Pagination
from lprcorpus.text.pages import find_pages


def kinds(record_type: str, *paragraphs: str) -> list[str]:
    """Return the kinds of paragraphs, each given as its lines."""
    paged = find_pages(
        split_lines("\n\n".join(paragraphs)), Pagination(running_heads=(), space_marks=False)
    )
    lines = iter(paged.lines.printed)
    runs = []
    for paragraph in paragraphs:
        count = len([line for line in paragraph.split("\n") if line.strip()])
        runs.append(list(islice(lines, count)))
    return classify(record_type, runs, paged)


def letters(*args: str) -> str:
    return "".join(kind[0] for kind in kinds(*args))


@pytest.mark.parametrize(
    ("text", "length"),
    [("• Stars", 2), ("*    Stars", 5), ("•Stars", 0), ("* * *", 0), ("- Stars", 0)],
)
def test_a_bullet_is_a_mark_and_its_space_before_words(text: str, length: int) -> None:
    assert bullet_length(text) == length


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Objectivity and Evidence", "heading"),
        ("Was the Silence Broken?", "heading"),
        ("3. The Song of Night Birds.", "heading"),
        ("Yezhov", "heading"),
        ("The stars flickered.", "paragraph"),
        ("(Stalin's Wars, 2007. At http://a.example/b)", "paragraph"),
        ("and so on", "paragraph"),
        ("* A star", "list_item"),
    ],
)
def test_a_heading_is_a_phrase_between_sentences(line: str, kind: str) -> None:
    assert (
        kinds("article", "The night whispers.", line, "The stars flickered with winks.")[1] == kind
    )


def test_a_last_line_is_no_heading_for_it_heads_nothing() -> None:
    assert kinds("article", "The night whispers.", "The End")[1] == "paragraph"


def test_numbered_items_are_a_list_after_a_colon_or_beside_each_other() -> None:
    """Raw lines 1017 to 1023."""
    assert (
        kinds(
            "article", "Two things:", "1. The stars did it.", "2. The birds did it.", "So it is."
        )[1:3]
        == ["list_item"] * 2
    )


def test_only_types_that_have_them_have_questions_verse_and_signatures() -> None:
    paragraphs = ("• Is it night?", "Yes.", "THE NIGHT SOCIETY")
    assert letters("interview", *paragraphs) == "qaa"
    assert letters("article", *paragraphs) == "lpp"
    assert letters("press_release", *paragraphs) == "lps"
    assert letters("poem", *paragraphs) == "vvv"


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (("A painter speaks.", "• Is it night?", "Yes.", "It is.", "• Why?", "Stars."), "pqaaqa"),
        (("Q: Is it night?", "A: Yes.", "It is.", "Q: Why?", "A: Stars."), "qaaqa"),
        (("Letters to a bird.", "Q: Is it night?", "A: Yes.", "It is.", "Q: Why?"), "pqaaq"),
        (("BIRD: Is it night?", "POET: Yes.", "BIRD: Why?", "POET: Stars."), "qaqa"),
        (("Is it night?", "Yes.", "It is.", "Why?", "Stars."), "qaaqa"),
        (("It is night.", "Stars."), "pp"),
    ],
    ids=["bullets", "letters", "letters after a preface", "names", "question marks", "none"],
)
def test_questions_are_told_by_what_opens_or_ends_them(
    paragraphs: tuple[str, ...], expected: str
) -> None:
    assert letters("interview", *paragraphs) == expected


def test_an_faq_is_told_by_the_empty_paragraphs_before_its_questions() -> None:
    """Raw lines 1964 to 1976: a question may be a statement."""
    text = "Can birds sing? \n\nYes. \n\n \n\nI had a friend who sang. \n\nGood. \n\n \n\nToo good? \n\nNo. \n"
    paged = find_pages(split_lines(text), Pagination(running_heads=(), space_marks=False))
    runs = [[line] for line in paged.lines.printed]
    assert classify("faq", runs, paged) == ["question", "answer"] * 3


def test_stanzas_are_parted_where_more_blank_lines_stand_than_usual() -> None:
    """Raw lines 2077 to 2083."""
    paged = find_pages(
        split_lines("a \n\nb \n\nc \n\n\n\nd \n\ne \n"),
        Pagination(running_heads=(), space_marks=False),
    )
    lines = paged.lines.printed
    assert stanzas(lines, paged) == [lines[:3], lines[3:]]


def test_a_stanza_goes_on_over_a_page_break() -> None:
    text = "a\nb\n\n\fc\nd\n\ne\n"
    paged = find_pages(split_lines(text), Pagination(running_heads=()))
    lines = paged.lines.printed
    assert stanzas(lines, paged) == [lines[:4], lines[4:]]


def test_verse_that_prose_quotes_keeps_its_lines() -> None:
    prose = "The night whispers the silence of its darkness\nas its breeze goes over the hills and the lakes."
    verse = "    The stars are out,\n    The moon is late,\n    The birds about"
    assert kinds("article", prose, verse, prose) == ["paragraph", "verse", "paragraph"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Year    Stars    Birds\n1886      12       40\n1887      14       42", 3),
        ("Stars\tthree shillings\nBirds\ttwo\nSongs\tone", 3),
        ("The night    whispers\nthe silence of its darkness\nto    the stars", 1),
        ("Year    Stars\n1886      12", 1),
        ("1. Stars,\nand birds\n2. Songs\n3. Silence", 3),
        ("- Stars\n- Birds", 2),
        ("In\n1914. The night\n1915. The stars", 1),
        ("3. The night\n9. The stars", 1),
        ("The night whispers it    and the stars flicker\n" * 3, 1),
    ],
    ids=[
        "columns",
        "tabs",
        "prose",
        "two lines",
        "numbers",
        "dashes",
        "years in prose",
        "numbers that do not go on",
        "two columns of prose",
    ],
)
def test_each_row_of_a_table_and_item_of_a_list_is_a_paragraph(text: str, count: int) -> None:
    lines = split_lines(text).printed
    rows = split_rows(lines)
    assert (len(rows), [line for row in rows for line in row]) == (count, lines)


def test_a_row_of_a_table_is_no_heading() -> None:
    assert kinds("article", "The night.", "Year    Stars", "1886    12")[1] == "paragraph"

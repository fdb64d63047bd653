"""A raw text as its printed lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lprcorpus.text.lines import Lines, cut_lines, split_lines


def numbers(lines: Lines) -> list[int]:
    return [line.number for line in lines.printed]


def printed(lines: Lines) -> list[str]:
    return [line.text for line in lines.printed]


def test_blank_lines_are_what_lies_between_printed_ones() -> None:
    lines = split_lines("The night \n\n \n  whispers\n")
    assert (printed(lines), numbers(lines)) == (
        ["The night", "whispers"],
        [1, 4],
    )


@pytest.mark.parametrize(
    ("text", "spaced"),
    [
        ("night \n", True),
        ("night\n", False),
        ("night\r\n", False),
        ("night \r\n", True),
        ("night", False),
        ("night\t", True),
    ],
)
def test_a_final_space_is_one_before_the_line_end_whatever_the_line_end(
    text: str, *, spaced: bool
) -> None:
    assert [line.has_final_space for line in split_lines(text).printed] == [spaced]


def test_a_form_feed_ends_a_line_but_counts_as_none() -> None:
    lines = split_lines("one\ftwo\nthree")
    assert (printed(lines), numbers(lines)) == (["one", "two", "three"], [1, 1, 2])


@pytest.mark.parametrize("text", ["one\ntwo", "one\r\ntwo", "one\rtwo"])
def test_a_line_ends_at_a_newline_or_a_carriage_return_or_both(text: str) -> None:
    lines = split_lines(text)
    assert (printed(lines), numbers(lines), lines.line_at(len(text) - 1)) == (
        ["one", "two"],
        [1, 2],
        2,
    )


def test_lines_are_cut_around_marks_inside_them() -> None:
    lines = cut_lines(split_lines("one {7}two\n"), [4, 7])
    assert (printed(lines), numbers(lines)) == (["one", "{7}", "two"], [1, 1, 1])


@pytest.mark.parametrize(
    "character", ["\v", "\x1c", "\x85", "\u2028", "\u2029", "\u00a0", "\u3000"]
)
def test_other_white_space_ends_no_line_and_is_trimmed_from_its_ends(character: str) -> None:
    assert printed(split_lines(f"{character}one{character}two{character}")) == [
        f"one{character}two"
    ]


def test_a_byte_order_mark_prints_nothing_where_it_opens_the_text_and_only_there() -> None:
    assert printed(split_lines("\ufeffone\n\ufefftwo")) == ["one", "\ufefftwo"]
    assert split_lines("\ufeff\n").printed == []


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\f\r"), max_size=200))
def test_lines_are_those_of_the_text_without_their_outer_white_space(text: str) -> None:
    stripped = [line.strip() for line in text.removeprefix("\ufeff").split("\n")]
    assert printed(split_lines(text)) == [line for line in stripped if line]


@given(st.text(st.sampled_from("ab \n\r\f\t\u00a0\U0001f319"), max_size=200))
def test_a_line_knows_where_it_is(text: str) -> None:
    for line in split_lines(text).printed:
        assert text[line.first : line.last] == line.text
        assert text[line.start : line.end] == text[line.start : line.first] + line.text + line.tail
        assert text[line.end : line.end + 1] in ("\n", "\r", "\f", "")


@given(st.text(st.sampled_from("ab \n\r\t\u00a0\U0001f319\ufeff\uffff"), max_size=60))
def test_the_squeezed_text_has_every_printed_character_with_its_offset(text: str) -> None:
    squeezed, offsets = split_lines(text).squeezed()
    assert squeezed == "".join(text.removeprefix("\ufeff").split())
    assert squeezed == "".join(text[offset] for offset in offsets)

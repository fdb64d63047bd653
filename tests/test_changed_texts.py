"""Texts as tools change them on their way: what is drafted of each is built, and is valid."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

import pytest

from .made_periodicals import MADE
from .test_whole_way import check_drafts

Change = Callable[[str], str]

TEXTS = [make().text for make in MADE.values()]


def replaced(pattern: str, by: str) -> Change:
    return lambda text: re.sub(pattern, by, text)


def paged(lines_on_page: int, header: str = "", footer: str = "") -> Change:
    """Return a change that puts a form feed between pages; ``#`` is a page's number."""

    def change(text: str) -> str:
        lines = text.replace("\f", "").split("\n")
        pages = []
        for number, start in enumerate(range(0, len(lines), lines_on_page), start=1):
            page = [header, *lines[start : start + lines_on_page], footer]
            pages.append("\n".join(page).replace("#", str(number)))
        return "\f".join(pages)

    return change


def in_turn(*ends: str) -> Change:
    """Return a change that gives lines different ends."""

    def change(text: str) -> str:
        lines = enumerate(text.split("\n"))
        return "".join(f"{line}{ends[number % len(ends)]}" for number, line in lines)

    return change


def wrapped(text: str) -> str:
    return "\n".join(textwrap.fill(line, 40) for line in text.split("\n"))


CHANGES: dict[str, Change] = {
    "a space at each line's end": replaced(r"\n", " \n"),
    "CRLF": replaced(r"\n", "\r\n"),
    "carriage returns": replaced(r"\n", "\r"),
    "line ends of all kinds": in_turn("\n", "\r\n", "\r"),
    "a byte order mark": lambda text: f"\ufeff{text}",
    "pages by form feeds": paged(50),
    "pages with headers": paged(44, header="THE NIGHT REVIEW   #\n"),
    "pages with numbers at the foot": paged(45, footer="\n#\n"),
    "form feeds in the middle of lines": replaced(r"(?s)(.{1800})", "\\1\f"),
    "no blank lines": replaced(r"\n\s*\n+", "\n"),
    "a space on each blank line": replaced(r"\n\n", "\n \n"),
    "double spacing": replaced(r"\n", "\n\n"),
    "paragraphs on one line": replaced(r"(?<!\n)\n(?!\n)", " "),
    "narrow lines": wrapped,
    "indented lines": replaced(r"(?m)^(?=\S)", "   "),
    "tabs": replaced(r"  +", "\t"),
    "no-break spaces": replaced(" ", "\u00a0"),
    "wide spaces at line ends": replaced(r"\n", "\u2003\n"),
    "soft hyphens in words": replaced(r"(?<=[a-z]{4})(?=[a-z]{4}\b)", "\u00ad"),
    "words divided by a hyphen": replaced(r"([a-z]{3})([a-z]{3,})\n", "\\1-\n\\2\n"),
    "words divided by a soft hyphen": replaced(r"([a-z]{3})([a-z]{3,})\n", "\\1\u00ad\n\\2\n"),
    "words divided by a not sign": replaced(r"([a-z]{3})([a-z]{3,})\n", "\\1\u00ac\n\\2\n"),
    "UTF-8 read as Windows-1252": lambda text: text.encode().decode("cp1252", "replace"),
    "capitals": str.upper,
    "quoted as in a letter": replaced(r"(?m)^", "> "),
    "the middle third": lambda text: text[len(text) // 3 : 2 * len(text) // 3],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_what_is_drafted_of_a_changed_text_is_built_and_is_valid(name: str, raw_text: str) -> None:
    check_drafts([CHANGES[name](text) for text in [raw_text, *TEXTS[::4]]])


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_text_that_is_changed_twice_is_drafted_built_and_valid(
    number: int, raw_text: str
) -> None:
    changes = list(CHANGES.values())
    first, second = changes[number], changes[(number * 7 + 3) % len(changes)]
    check_drafts([second(first(text)) for text in [raw_text, TEXTS[number % len(TEXTS)]]])

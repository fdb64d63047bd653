"""Selectors in files: Markdown, LaTeX, other text, JSON, JSON Lines, collections of annotations."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from lprcorpus.search.selectors import HEAD, is_selector

# How text is set in Markdown and LaTeX, and what it is then; no line end is taken away.
_TYPESETTING = (
    (re.compile(r"(?m)^[ \t]*(?:>[ \t]?)+"), ""),  # a quotation in Markdown, or in a letter
    (re.compile(r"(?m)^[ \t]*%+[ \t]?"), ""),  # a comment in LaTeX
    (re.compile(r"(?<!\\)~|\\[ ,]"), " "),
    (re.compile(r"\{?\\(?:ldots|dots|textellipsis)\b(?:\{\})?\}?"), "…"),
    (re.compile(r"\\textquotedblleft\b(?:\{\})?|``|,,"), "“"),
    (re.compile(r"\\textquotedblright\b(?:\{\})?|''"), "”"),
    (re.compile(r"\\enquote\{([^{}]*)\}"), r"“\1”"),
    (re.compile(r"\\([&%$#_{}*\[\]<>`.!~-])"), r"\1"),  # escapes of LaTeX and of Markdown
)
# How JSON begins; a link of Markdown and a group of LaTeX begin with a bracket too, but not so.
_JSON_BEGINS = re.compile(r"[{\[][\s{\[]*(?:\"|\Z)")


@dataclass(frozen=True)
class Collected:
    """What means to be a selector; or why JSON cannot be read."""

    place: int  # the line that it begins in, from 1; in JSON on several lines, its number
    content: Mapping[str, Any] | str
    problem: str = ""


def collect(text: str) -> list[Collected]:
    """Return the selectors of a file, in order; with what is half of one, or one of 0.1.0.

    >>> from lprcorpus.search.selectors import Selector
    >>> text = "See lprcorpus 0.2.0 lpr-1-2/hourglass-of-the-free p. 31 raw 1-9 ``night'' ce735a69."
    >>> [(found.place, Selector.read(found.content).quote) for found in collect(text)]
    [(1, 'night')]
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip()[:1] in ("{", "["):
        for read in (_from_json, _from_json_lines):
            with suppress(ValueError, RecursionError):
                return list(read(text))
        if _JSON_BEGINS.match(text.lstrip()):
            return [Collected(1, "", "begins as JSON, but is neither JSON nor JSON Lines")]
    return list(_from_text(text))


def _from_json_lines(text: str) -> Iterator[Collected]:
    """Yield the selectors in JSON Lines; ValueError or RecursionError if the first line is none."""
    is_first = True
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            for found in _from_json(line) if line.strip() else ():
                yield replace(found, place=number)
        except (ValueError, RecursionError) as error:
            if is_first:
                raise
            yield Collected(number, "", f"not JSON: {str(error).partition(':')[0]}")
        is_first = is_first and not line.strip()


def _from_json(text: str) -> Iterator[Collected]:
    """Yield the selectors in JSON, in order; ValueError or RecursionError if it is none."""
    found: list[Mapping[str, Any]] = []

    def collect_selector(content: dict[str, Any]) -> dict[str, Any]:
        if is_selector(content):
            found.append(content)
        return content

    json.loads(text, object_hook=collect_selector)
    for number, content in enumerate(found, start=1):
        yield Collected(number, content)


def _from_text(text: str) -> Iterator[Collected]:
    text = html.unescape(text)
    for pattern, plain in _TYPESETTING:
        text = pattern.sub(plain, text)
    starts = [match.start() for match in HEAD.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        yield Collected(text.count("\n", 0, start) + 1, text[start:end])

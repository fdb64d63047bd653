"""Selectors in files: Markdown, LaTeX, other text, JSON, JSON Lines, collections of annotations."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lprcorpus.search.selectors import HEAD, is_selector

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
"""How text is set in Markdown and LaTeX, and what it is then; no line end is taken away."""
_JSON_BEGINS = re.compile(r"[{\[][\s{\[]*(?:\"|\Z)")
"""How JSON begins; a link of Markdown and a group of LaTeX begin with a bracket too, but not so."""


@dataclass(frozen=True)
class Collected:
    """What means to be a selector.

    Attributes:
        place: where it begins: a line, from 1; in JSON on several lines, its number.
        content: a line, or what JSON says; empty where JSON cannot be read.
        problem: why JSON cannot be read.
    """

    place: int
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
    if text.lstrip()[:1] not in ("{", "["):
        return list(_from_text(text))
    try:
        contents = _selectors_in(json.loads(text))
    except (ValueError, RecursionError):
        return list(_from_lines(text))
    return [Collected(number, content) for number, content in enumerate(contents, start=1)]


def _from_lines(text: str) -> Iterator[Collected]:
    """Yield the selectors of JSON Lines; what is no JSON may be text that begins like it."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            contents = _selectors_in(json.loads(line))
        except (ValueError, RecursionError) as error:
            if number > 1:
                yield Collected(number, "", f"not JSON: {str(error).partition(':')[0]}")
                continue
            if _JSON_BEGINS.match(text.lstrip()):
                yield Collected(1, "", "begins as JSON, but is neither JSON nor JSON Lines")
            else:
                yield from _from_text(text)
            return
        for content in contents:
            yield Collected(number, content)


def _selectors_in(value: object) -> list[Mapping[str, Any]]:
    """Return the selectors in a value read from JSON, in order."""
    found = []
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if is_selector(value):
            found.append(value)
        elif isinstance(value, Mapping):
            waiting += reversed(list(value.values()))
        elif isinstance(value, list):
            waiting += reversed(value)
    return found


def _from_text(text: str) -> Iterator[Collected]:
    text = html.unescape(text)
    for pattern, plain in _TYPESETTING:
        text = pattern.sub(plain, text)
    starts = [match.start() for match in HEAD.finditer(text)]
    line = 1
    counted = 0
    for start, end in pairwise([*starts, len(text)]):
        line += text.count("\n", counted, start)
        counted = start
        yield Collected(line, text[start:end])

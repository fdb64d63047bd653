"""Running heads (and feet): how a manifest quotes them, how they are detected, and where they stand.

A template is a head as printed with ``{page}`` where the page number stands; white space and rows of dashes match any length of
the same. A head may run over lines; a page number that stands alone is the template ``{page}``.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import numpy as np

from lprcorpus.schema import Role
from lprcorpus.text.lines import Lines

__all__ = ["Furniture", "find_head", "find_running_heads", "head_furniture"]

_RULES = re.compile(r"([-_=\s])[-_=\s]+")
_DIGITS = re.compile(r"(?<!\d)\d{1,4}(?!\d)", re.ASCII)
_SPACES = r"[^\S\n\f]"
_LONGEST = 120  # characters in a line of a running head
_LEAST = 3  # occurrences that make a line a running head
_PAGE_LINES = (15, 150)  # printed lines on a page, usually: headings that are numbered stand closer or farther apart
_SHARE = 0.25  # of the pages, for a head without a number
_EDGE_LINES = 2  # lines at the top and at the foot of a page that may be running heads
_LIKENESS = 0.6  # of the letters of two heads, if one is a slip of the other


class Furniture(NamedTuple):
    """A stretch of the raw text that belongs to the page and not to any item: its characters and its role."""

    start: int
    end: int
    role: Role


class _Seen(NamedTuple):
    """An occurrence of a template: the printed line or the page it stands at, and its number."""

    place: int
    number: int | None


def find_running_heads(lines: Lines) -> tuple[str, ...]:
    """Detect the running heads of a text; return their templates.

    Where form feeds part the pages, they are what recurs at the top or at the foot of pages. Elsewhere they are lines that
    recur with nothing changed but a number, which grows from each to the next, a page apart.
    """
    return _at_page_edges(lines) if "\f" in lines.text.strip() else _recurring(lines)


def _at_page_edges(lines: Lines) -> tuple[str, ...]:
    """Detect heads and feet where form feeds part the pages."""
    feeds = np.array([match.start() for match in re.finditer("\f", lines.text)], dtype=np.int64)
    page = np.searchsorted(feeds, lines.first)
    turns = [0, *(np.flatnonzero(np.diff(page)) + 1).tolist(), len(lines)]
    shapes: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for start, end in pairwise(turns):
        for index in sorted({*range(start, min(start + _EDGE_LINES, end)), *range(max(end - _EDGE_LINES, start), end)}):
            text = lines.printed(index)
            if len(text) <= _LONGEST:
                shapes[_shape(text)].append((int(page[index]), text))
    found: dict[str, None] = {}
    for shape, seen in shapes.items():
        if len({place for place, _ in seen}) >= _LEAST:
            found |= dict.fromkeys(_edge_templates(shape, seen, pages=len(turns) - 1))
    return tuple(found)


def _edge_templates(shape: str, seen: Sequence[tuple[int, str]], *, pages: int) -> Iterator[str]:
    """Yield the templates of a line that recurs at the edges of pages: with a number that goes with the pages, or unchanged.

    One without a number must stand on a good share of the pages; a line of a poem may come again.
    """
    for which in range(shape.count("#")):
        numbers = [(place, list(_DIGITS.finditer(text))) for place, text in seen]
        offsets = [int(found[which].group()) - place for place, found in numbers if len(found) > which]
        if offsets and offsets.count(usual := max(set(offsets), key=offsets.count)) >= max(_LEAST, 0.8 * len(seen)):
            for place, text in seen:
                found = list(_DIGITS.finditer(text))
                if len(found) > which and int(found[which].group()) - place == usual:
                    yield _template(text, found[which])
            return
    texts = [text for _, text in seen]
    for text in set(texts):
        if texts.count(text) >= max(_LEAST, _SHARE * pages) and any(map(str.isalpha, text)):
            yield text


def _recurring(lines: Lines) -> tuple[str, ...]:
    """Detect heads in a text without form feeds."""
    shapes: dict[str, list[int]] = defaultdict(list)
    for index in range(len(lines)):
        text = lines.printed(index)
        if len(text) <= _LONGEST and any(map(str.isalpha, text)):
            shapes[_shape(text)].append(index)
    candidates: dict[str, list[_Seen]] = defaultdict(list)
    for indices in shapes.values():
        for index in indices if len(indices) >= _LEAST else ():
            for template, number in _candidates(lines, index):
                candidates[template].append(_Seen(index, number))
    found = {template: seen for template, seen in candidates.items() if _runs(seen)}
    return tuple(dict.fromkeys([*found, *(odd for template, seen in found.items() for odd in _slips(lines, template, seen))]))


def _candidates(lines: Lines, index: int) -> Iterator[tuple[str, int]]:
    """Yield what a line may be as a head: with the number that stands alone on the next line, or with its last or first."""
    text = lines.printed(index)
    following = lines.printed(index + 1) if index + 1 < len(lines) else ""
    if _DIGITS.fullmatch(following):
        yield f"{text}\n{{page}}", int(following)
    numbers = list(_DIGITS.finditer(text))
    for match in dict.fromkeys(numbers[-1:] + numbers[:1]):
        yield _template(text, match), int(match.group())


def _runs(seen: Sequence[_Seen]) -> bool:
    """Tell whether numbers grow from each occurrence to the next, about a page apart."""
    if len(seen) < _LEAST or not all((low.number or 0) < (high.number or 0) for low, high in pairwise(seen)):
        return False
    lengths = [(high.place - low.place) / ((high.number or 0) - (low.number or 0)) for low, high in pairwise(seen)]
    return _PAGE_LINES[0] <= median(lengths) <= _PAGE_LINES[1]


def _slips(lines: Lines, template: str, seen: Sequence[_Seen]) -> Iterator[str]:
    """Yield heads that were set a little differently: where a number is missing, the line that has it and is much like them."""
    if "\n" in template:
        return
    bounds = [_Seen(-1, (seen[0].number or 0) - 2), *seen]
    letters = _letters(template.replace("{page}", ""))
    for low, high in pairwise(bounds):
        missing = range((low.number or 0) + 1, high.number or 0)
        for index in range(low.place + 1, high.place) if missing else ():
            text = lines.printed(index)
            numbers = list(_DIGITS.finditer(text)) if len(text) <= _LONGEST else []
            for match in numbers[-1:] + numbers[:1]:
                like = difflib.SequenceMatcher(None, letters, _letters(text), autojunk=False)
                if int(match.group()) in missing and like.real_quick_ratio() >= _LIKENESS and like.ratio() >= _LIKENESS:
                    yield _template(text, match)
                    break


def _shape(text: str) -> str:
    return _DIGITS.sub("#", _RULES.sub(r"\1", text))


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).casefold()


def _template(text: str, number: re.Match[str]) -> str:
    return re.sub(r"\s+", " ", f"{text[: number.start()]}{{page}}{text[number.end() :]}")


@lru_cache(maxsize=256)
def _pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of a template: whole lines, ended by a newline or a form feed."""
    pieces = re.split(r"(\{page\}|\s+|[-_=]{2,})", template)
    return re.compile(
        rf"(?:(?<=\A\ufeff)|(?<![^\n\f])){_SPACES}*" + "".join(map(_piece, pieces)) + rf"{_SPACES}*(?:\n|(?=\f)|\Z)"
    )


def _piece(piece: str) -> str:
    if piece == "{page}":
        return r"(?P<page>[0-9]{1,6})"
    if piece.isspace():
        return r"[^\S\f]+" if "\n" in piece else f"{_SPACES}+"
    if len(piece) > 1 and not piece.strip("-_="):
        return re.escape(piece[0]) + "+"
    return re.escape(piece)


def find_head(text: str, template: str) -> Iterator[re.Match[str]]:
    """Yield where a running head stands, its page number as the group ``page``.

    It is looked for by its longest word, which is many times as fast as by its pattern.
    """
    pattern = _pattern(template)
    word = max(re.split(r"\{page\}|\s+|[-_=]{2,}", template), key=len)
    if len(word) < 3 or word not in template.partition("\n")[0]:
        yield from pattern.finditer(text)
        return
    at = text.find(word)
    while at >= 0:
        line = max(text.rfind("\n", 0, at), text.rfind("\f", 0, at)) + 1
        match = pattern.match(text, 1 if line == 0 and text[0] == "\ufeff" else line)
        if match:
            yield match
        at = text.find(word, max(at + 1, match.end() if match else 0))


def head_furniture(match: re.Match[str]) -> Iterator[Furniture]:
    """Part a running head into its words (``header``) and its number (``page_mark``), where that has a line of its own."""
    text, start, end = match.group(), match.start(), match.end()
    number = match.groupdict().get("page")
    if number is not None and text.strip() == number:
        yield Furniture(start, end, "page_mark")
        return
    if number is not None:
        line_start = match.string.rfind("\n", 0, match.start("page")) + 1
        if line_start > start and not match.string[line_start : match.start("page")].strip():
            yield Furniture(start, start + len(match.string[start:line_start].rstrip()) + 1, "header")
            yield Furniture(line_start, end, "page_mark")
            return
    yield Furniture(start, end, "header")

"""A raw text as its pages, with the furniture (running heads, page numbers, page marks, link targets) set aside.

Four kinds of page mark are known, and a text may have more than one:

* **form feeds**, as most extractors write them between pages;
* **running heads** with the page number, in or under them; a manifest quotes them with ``{page}`` for the number;
* **running feet**, likewise, which close a page;
* **space marks**: the furniture between two pages collapsed to the one space that opens the first line of the new page
  (raw lines 84 and 140 of the first issue taught this).

A number that is printed belongs to the page that its running head opens or its running foot closes; all others are counted on
from there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from lprcorpus.errors import RawTextError
from lprcorpus.making.lines import SPACE, Flags, Lines

__all__ = ["Furniture", "Page", "Paged", "Pagination", "find_pages", "find_running_heads", "writes_final_spaces"]

_URL = re.compile(r"https?://\S+")
_ORDINAL = re.compile(r"st|nd|rd|th")


@dataclass(frozen=True)
class Pagination:
    """What is known of an issue's page marks before its text is read.

    Attributes:
        first: the number of the first page of the text, where no printed number says otherwise.
        running_heads: the running heads as printed, with ``{page}`` where the page number stands; white space and rows
            of dashes match any length of the same. None: detect them.
        space_marks: whether a leading space may open a page. None: detect it.
        running_feet: the running feet, written like the heads.
    """

    first: int = 1
    running_heads: tuple[str, ...] | None = None
    space_marks: bool | None = None
    running_feet: tuple[str, ...] = ()


class Page(NamedTuple):
    """One page: its number, whether that is printed or counted, and its characters in the raw text."""

    number: int
    printed: bool
    start: int
    end: int


class Furniture(NamedTuple):
    """A stretch of the raw text that belongs to the page and not to any item: its characters and its role."""

    start: int
    end: int
    role: str


@dataclass(frozen=True, eq=False)
class Paged:
    """A text with its pages found.

    Attributes:
        lines: all printed lines.
        pages: the pages, which partition the text.
        furniture: what was set aside, in order.
        is_set: which of the printed lines are set text, not furniture.
        final_spaces: whether lines end in the space that parts their last word from the next line's first.
        marks: the kinds of page mark that were found, for the report.
        page_starts: where each page begins.
    """

    lines: Lines
    pages: tuple[Page, ...]
    furniture: tuple[Furniture, ...]
    is_set: Flags
    final_spaces: bool
    marks: tuple[str, ...]
    page_starts: list[int] = field(repr=False)

    def page_index(self, offset: int) -> int:
        """Return which page (counted from 0) holds the character at an offset."""
        return bisect_right(self.page_starts, offset) - 1

    def page_at(self, offset: int) -> Page:
        """Return the page that holds the character at an offset."""
        return self.pages[self.page_index(offset)]

    def page_numbered(self, number: int) -> Page | None:
        """Return the page of that number, or None."""
        return next((page for page in self.pages if page.number == number), None)


class _Opening(NamedTuple):
    """Where a page opens, and the number printed there, if one is."""

    start: int
    number: int | None = None


def writes_final_spaces(lines: Lines) -> bool:
    """Whether most printed lines end in a space: then that space, not the newline, parts the words."""
    return bool(len(lines)) and float(lines.final_space.mean()) > 0.5


def find_pages(lines: Lines, pagination: Pagination) -> Paged:
    """Find the pages of a text and set their furniture aside.

    Raises:
        RawTextError: a printed page number is lower than the number of the page before it.
    """
    final_spaces = writes_final_spaces(lines)
    space_marks = final_spaces if pagination.space_marks is None else pagination.space_marks
    heads = find_running_heads(lines) if pagination.running_heads is None else pagination.running_heads
    feeds = list(_form_feeds(lines.text))
    headed, furniture = _running_heads(lines, heads)
    spaced = _space_marks(lines) if space_marks else []
    openings = {start: _Opening(start) for start in [*feeds, *spaced]}
    for opening in headed:
        anchor = _feed_before(lines, opening.start) if feeds else None
        start = opening.start if anchor is None else anchor
        openings[start] = _Opening(start, opening.number)
    footed, feet = _running_heads(lines, pagination.running_feet)
    furniture += feet
    marked = sorted(openings.values(), key=lambda opening: opening.start)
    if footed:
        marked = _with_feet(lines, marked, footed, feet)
    pages = _number_pages(lines, marked, pagination.first)
    furniture += [Furniture(start, start + 1, "page_mark") for start in [*feeds, *spaced]]
    furniture += _link_targets(lines, spaced)
    counts = {"form feeds": len(feeds), "running heads": len(headed), "running feet": len(footed), "space marks": len(spaced)}
    marks = tuple(f"{name}: {count}" for name, count in counts.items() if count)
    furniture.sort(key=lambda piece: piece.start)
    return Paged(
        lines=lines,
        pages=pages,
        furniture=tuple(furniture),
        is_set=_set_lines(lines, furniture),
        final_spaces=final_spaces,
        marks=marks or ("none: one page",),
        page_starts=[page.start for page in pages],
    )


def find_running_heads(lines: Lines) -> tuple[str, ...]:
    """Detect running heads: lines that recur with nothing changed but a number, which grows from each to the next.

    Returned as a manifest writes them, with ``{page}`` for the number. A head whose number stands alone on the next
    printed line is returned as both lines.
    """
    candidates: dict[str, list[int]] = {}
    shapes = Counter[str]()
    texts = [lines.printed(index) for index in range(len(lines))]
    for text in texts:
        if len(text) <= 120 and any(character.isalpha() for character in text):
            shapes[re.sub(r"\d+", "#", re.sub(r"([-_=\s])[-_=\s]+", r"\1", text))] += 1
    frequent = {shape for shape, count in shapes.items() if count >= 3}
    if not frequent:
        return ()
    for index, text in enumerate(texts):
        if re.sub(r"\d+", "#", re.sub(r"([-_=\s])[-_=\s]+", r"\1", text)) not in frequent:
            continue
        numbers = list(re.finditer(r"\d+", text))
        following = texts[index + 1] if index + 1 < len(texts) else ""
        if following.isdecimal() and following.isascii() and len(following) <= 4:
            candidates.setdefault(f"{text}\n{{page}}", []).append(int(following))
        for match in numbers[-1:] + numbers[:-1][:1]:
            if len(match.group()) <= 4 and match.group().isascii():
                head = f"{text[: match.start()]}{{page}}{text[match.end() :]}"
                candidates.setdefault(re.sub(r"\s+", " ", head), []).append(int(match.group()))
    return tuple(
        head for head, numbers in candidates.items() if len(numbers) >= 3 and all(low < high for low, high in pairwise(numbers))
    )


@lru_cache(maxsize=256)
def _head_pattern(head: str) -> re.Pattern[str]:
    """Return the pattern of a running head as a manifest quotes it."""
    pieces = re.split(r"(\{page\}|\s+|[-_=]{2,})", head)
    # A form feed ends a line as a newline does, and is a page mark of its own.
    return re.compile(
        r"(?:^\ufeff?|(?<=\f))[^\S\n\f]*" + "".join(map(_head_piece, pieces)) + r"[^\S\n\f]*(?:$|(?=\f))\n?",
        re.MULTILINE,
    )


def _head_piece(piece: str) -> str:
    if piece == "{page}":
        return r"(?P<page>\d{1,6})"
    if piece.isspace():
        return r"\s+" if "\n" in piece else r"[^\S\n\f]+"
    if len(piece) > 1 and not piece.strip("-_="):
        return re.escape(piece[0]) + "+"
    return re.escape(piece)


def _running_heads(lines: Lines, heads: Sequence[str]) -> tuple[list[_Opening], list[Furniture]]:
    """Find the running heads; return where they open pages, and their furniture."""
    openings: list[_Opening] = []
    furniture: list[Furniture] = []
    for head in heads:
        for match in _find_head(lines.text, head):
            number = match.groupdict().get("page")
            openings.append(_Opening(match.start(), int(number) if number else None))
            furniture += _head_furniture(match)
    openings.sort(key=lambda opening: opening.start)
    return openings, furniture


def _with_feet(
    lines: Lines, openings: Sequence[_Opening], feet: Sequence[_Opening], furniture: Sequence[Furniture]
) -> list[_Opening]:
    """Return where pages open when some are closed by a running foot: after it, or at the form feed that follows it.

    A foot's number is that of the page it stands on.
    """
    opened = {opening.start: opening for opening in openings}
    if not any(lines.is_blank(0, start) for start in opened):
        opened[0] = _Opening(0)
    ends = sorted(piece.end for piece in furniture)
    starts = sorted(opened)
    for foot in feet:
        end = ends[bisect_right(ends, foot.start)]
        following = bisect_right(starts, foot.start)
        next_start = starts[following] if following < len(starts) else len(lines.text)
        if not lines.is_blank(end, next_start):
            opened.setdefault(end, _Opening(end))
    starts = sorted(opened)
    for foot in feet:
        start = starts[bisect_right(starts, foot.start) - 1]
        if opened[start].number is None:
            opened[start] = _Opening(start, foot.number)
    return [opened[start] for start in starts]


def _find_head(text: str, head: str) -> Iterator[re.Match[str]]:
    """Yield where a running head stands: looked for by its longest word, which is many times as fast as by its pattern."""
    pattern = _head_pattern(head)
    word = max(re.split(r"\{page\}|\s+|[-_=]{2,}", head), key=len)
    first_line = head.partition("\n")[0]
    if len(word) < 3 or word not in first_line:
        yield from pattern.finditer(text)
        return
    at = text.find(word)
    while at >= 0:
        match = pattern.match(text, max(text.rfind("\n", 0, at), text.rfind("\f", text.rfind("\n", 0, at) + 1, at)) + 1)
        if match:
            yield match
        at = text.find(word, max(at + 1, match.end() if match else 0))


def _head_furniture(match: re.Match[str]) -> Iterator[Furniture]:
    """Part a running head into its words (``header``) and its number (``page_mark``), where that has its own line."""
    text = match.group()
    if "page" in match.re.groupindex:
        line_start = match.string.rfind("\n", 0, match.start("page")) + 1
        if line_start > match.start() and not match.string[line_start : match.start("page")].strip():
            words_end = match.start() + len(match.string[match.start() : line_start].rstrip()) + 1
            yield Furniture(match.start(), words_end, "header")
            yield Furniture(line_start, match.end(), "page_mark")
            return
    yield Furniture(match.start(), match.start() + len(text), "header")


def _form_feeds(text: str) -> Iterator[int]:
    """Yield the form feeds that open a page: not one after the last printed character, which only ends the last."""
    end = len(text.rstrip())
    start = text.find("\f")
    while 0 <= start < end:
        yield start
        start = text.find("\f", start + 1)


def _feed_before(lines: Lines, offset: int) -> int | None:
    """Return the form feed that only blank text parts from an offset, or None."""
    feed = lines.text.rfind("\f", 0, offset + 1)
    return feed if feed >= 0 and lines.is_blank(feed, offset) else None


def _space_marks(lines: Lines) -> list[int]:
    """Return the offsets of the spaces that open a page.

    A page opens at a line that begins with a space, if it is the first, or if the line before it is not blank and ends in
    a space or is a bare URL. So a centred line after a blank one opens none (raw line 1598), nor does what follows a
    superscript (raw line 2198).
    """
    indented = np.flatnonzero((lines.first > lines.start) & (lines.codes[lines.start] == SPACE))
    marks = []
    for index in indented.tolist():
        if index == 0:
            opens = lines.number[0] == 1
        else:
            before = index - 1
            adjacent = lines.number[before] == lines.number[index] - 1
            opens = adjacent and (lines.final_space[before] or _URL.fullmatch(lines.printed(before)) is not None)
        if opens:
            marks.append(int(lines.start[index]))
    return marks


def _link_targets(lines: Lines, page_starts: Sequence[int]) -> list[Furniture]:
    """Return the link targets that an extractor wrote at the end of a page: bare URLs without the final space of set text.

    Raw lines 1805 to 1807 of the first issue taught this: they stand in the middle of a sentence.
    """
    found = []
    for start in page_starts:
        index = int(np.searchsorted(lines.start, start)) - 1
        while index >= 0 and not lines.final_space[index] and _URL.fullmatch(lines.printed(index)):
            end = min(int(lines.end[index]) + 1, start)
            found.append(Furniture(int(lines.start[index]), end, "link"))
            index -= 1
    return found


def _number_pages(lines: Lines, openings: Sequence[_Opening], first: int) -> tuple[Page, ...]:
    """Number the pages: printed numbers as they are, the others counted from the one before or back from the next."""
    if not openings or not lines.is_blank(0, openings[0].start):
        openings = [_Opening(0), *openings]
    numbers = [opening.number for opening in openings]
    printed = [index for index, number in enumerate(numbers) if number is not None]
    number = first
    if printed and (numbers[printed[0]] or 0) - printed[0] != first and first == 1:
        number = (numbers[printed[0]] or 0) - printed[0]
    if number < 0:  # more unnumbered pages in front than numbers for them: together they are page 0
        openings = [openings[0], *openings[1 - number :]]
        number = 0
    pages = []
    for index, opening in enumerate(openings):
        if opening.number is not None:
            if opening.number < number:
                line = lines.line_at(opening.start)
                raise RawTextError(
                    f"raw line {line}",
                    f"the page number {opening.number} is printed where page {number} or a later one was expected",
                )
            number = opening.number
        start = 0 if index == 0 else opening.start
        end = openings[index + 1].start if index + 1 < len(openings) else len(lines.text)
        pages.append(Page(number, opening.number is not None, start, end))
        number += 1
    return tuple(pages)


def _set_lines(lines: Lines, furniture: Sequence[Furniture]) -> Flags:
    """Return which printed lines are set text, not furniture."""
    is_set = np.ones(len(lines), dtype=np.bool_)
    bounds = np.array([(piece.start, piece.end) for piece in furniture], dtype=np.int64).reshape(-1, 2)
    for low, high in np.searchsorted(lines.first, bounds).tolist():
        is_set[low:high] = False
    return is_set

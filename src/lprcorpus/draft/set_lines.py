"""The lines of a text as a reader's eye takes them in: how far apart, how indented, how ruled off.

What is set aside on a page is left out. A line is known by its place among the others; ``number``
gives its raw line. Where an extractor has spread a blank line between any two, that one counts for
nothing: distances are in blank lines that mean something.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

import numpy as np

from lprcorpus.draft.wording import is_source
from lprcorpus.layout_file import LayoutLine
from lprcorpus.text.pages import Paged
from lprcorpus.text.paragraphs import Setting, detect_setting, paragraph_ends

__all__ = ["SetLines", "read_lines"]

_RULE = re.compile(r"[\W_]{3,}|[xXoO\W_]{5,}|[\W_]*\*[\W_]*")
_PICTURE = re.compile(
    r"\[+\s*(?:illustration|photo|picture|figure|image|cartoon|drawing|portrait|map|music)\b",
    re.IGNORECASE,
)
_CAPTION_LINES = 15  # of a picture's caption, at most
_SHORT_PAGE = 0.7  # of the usual number of lines: a page with fewer was left before it was full
_BOLD, _HEAVIER = 1, 200  # what bold letters are worth, in tenths of the size; and their weight
_SOURCE_LINES = 6  # of the statement of a source, at the end of a page


@dataclass(frozen=True, eq=False)
class SetLines:
    """The lines of one text that are not set aside, as parallel lists."""

    paged: Paged
    setting: Setting
    lines: list[int]  # the index of each among all printed lines
    number: list[int]  # its raw line
    text: list[str]  # what is printed on it, without the white space around it
    indent: list[int]  # the white space before it, in characters
    gap: list[int]  # the blank lines between it and the line before it
    page: list[int]  # the index of its page
    ends: list[bool]  # whether a paragraph ends with it
    rule: list[bool]  # whether it is a rule, an ornament or the place of a picture
    emphasis: list[int]  # how much larger, in tenths, or bolder than most text; 0 without a layout
    measure: int  # the width of a full line, in characters

    def __len__(self) -> int:
        return len(self.text)

    def page_number(self, place: int) -> int:
        """Return the number of a line's page."""
        return self.paged.pages[self.page[place]].number

    def joined(self, start: int, end: int) -> str:
        """Return some lines as one, with single spaces between."""
        return " ".join(self.text[start:end])

    def opens_page(self, place: int) -> bool:
        """Return whether a line is the first of its page; a text of one page has no such line."""
        if len(self.paged.pages) == 1:
            return False
        return place == 0 or self.page[place] != self.page[place - 1]

    def is_centred(self, place: int) -> bool:
        """Return whether a line is in the middle of the measure, clearly indented on both sides."""
        left = self.indent[place]
        right = self.measure - left - len(self.text[place])
        return left >= 4 and right >= 3 and abs(left - right) <= max(6, self.measure // 8)

    def is_underlined(self, place: int) -> bool:
        """Return whether a rule is right below a line."""
        below = place + 1
        return below < len(self) and self.rule[below] and self.gap[below] == 0

    def is_ruled_off(self, place: int) -> bool:
        """Return whether a rule, an ornament or a picture is right before a line."""
        return place > 0 and self.rule[place - 1]

    def lead(self, place: int) -> int:
        """Return the blank lines before a line, or before the rules right above it if more."""
        gap = self.gap[place]
        while place > 0 and self.rule[place - 1]:
            place -= 1
            gap = max(gap, self.gap[place])
        return gap

    def is_full(self, place: int) -> bool:
        """Return whether a line is as long as running text is."""
        return len(self.text[place]) > 0.6 * self.measure and not self.is_centred(place)

    def ended_page_before(self, place: int) -> bool:
        """Return whether the page before a line's was left before it was full, or ends in a source."""
        if place == 0 or self.page[place - 1] in self._short_pages:
            return True
        last = place - 1
        while last > 0 and last > place - _SOURCE_LINES and not self.ends[last - 1]:
            last -= 1
        return is_source(self.text[last]) or is_source(self.text[max(last - 1, 0)])

    @cached_property
    def _short_pages(self) -> frozenset[int]:
        counts: dict[int, int] = {}
        for page in self.page:
            counts[page] = counts.get(page, 0) + 1
        usual = median(counts.values()) if counts else 0
        return frozenset(page for page, count in counts.items() if count < usual * _SHORT_PAGE)


def read_lines(paged: Paged, layout: Sequence[LayoutLine] = ()) -> SetLines:
    """Return the lines of a text with how they are set, as the layout of its PDF says too."""
    lines = paged.lines
    chosen = np.flatnonzero(paged.is_set)
    setting = detect_setting(paged)
    ends = paragraph_ends(paged, chosen, np.zeros_like(chosen), setting)
    text = [lines.printed(index) for index in chosen.tolist()]
    widths = lines.last[chosen] - lines.start[chosen]
    pages = np.searchsorted(paged.page_starts, lines.first[chosen], side="right") - 1
    numbers = lines.number[chosen].tolist()
    emphasis = _emphasis(numbers, text, layout)
    for place, (one, other) in enumerate(pairwise(emphasis)):
        ends[place] |= one != other  # a title and its text are set otherwise
    return SetLines(
        paged=paged,
        setting=setting,
        lines=chosen.tolist(),
        number=numbers,
        text=text,
        indent=(lines.first[chosen] - lines.start[chosen]).tolist(),
        gap=_gaps(paged, chosen.tolist(), spread=setting.paragraphs == "line fit"),
        page=pages.tolist(),
        ends=ends.tolist(),
        rule=_rules(text),
        emphasis=emphasis,
        measure=int(np.percentile(widths, 90)) if len(widths) else 0,
    )


def _emphasis(numbers: list[int], text: list[str], layout: Sequence[LayoutLine]) -> list[int]:
    """Return how much larger or bolder each line is set than most characters are."""
    rows = {row.line: row for row in layout}
    if not rows:
        return [0] * len(text)
    characters: dict[tuple[float, int], int] = {}
    for number, line in zip(numbers, text, strict=True):
        row = rows.get(number)
        if row is not None:
            key = (round(row.size, 1), row.weight)
            characters[key] = characters.get(key, 0) + len(line)
    usual_size, usual_weight = max(characters, key=lambda key: (characters[key], key))
    emphasis = []
    for number in numbers:
        row = rows.get(number)
        larger = round(10 * (row.size / usual_size - 1)) if row and usual_size > 0 else 0
        bolder = _BOLD if row and row.weight >= usual_weight + _HEAVIER else 0
        emphasis.append(larger + bolder)
    return emphasis


def _gaps(paged: Paged, chosen: list[int], *, spread: bool) -> list[int]:
    """Return the blank lines before each line, without the lines that are set aside."""
    gaps = [0] * len(chosen)
    numbers = paged.lines.number.tolist()
    for place in range(1, len(chosen)):
        before, index = chosen[place - 1], chosen[place]
        aside = index - before - 1
        gap = max(numbers[index] - numbers[before] - 1 - aside, 0)
        gaps[place] = gap // 2 if spread else gap
    return gaps


def _rules(text: list[str]) -> list[bool]:
    """Return which lines are rules or ornaments, or are in the brackets that name a picture."""
    rule = [_RULE.fullmatch(line) is not None for line in text]
    for place, line in enumerate(text):
        if line[0] == "[" and _PICTURE.match(line):
            caption = range(place, min(place + _CAPTION_LINES, len(text)))
            last = next((at for at in caption if "]" in text[at]), place)
            rule[place : last + 1] = [True] * (last + 1 - place)
    return rule

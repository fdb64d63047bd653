"""The lines of a text as a reader's eye takes them in: how far apart, how indented, how ruled off.

What is set aside on a page is left out. Where an extractor has spread a blank line between any two,
that one counts for nothing: distances are in blank lines that mean something.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

import numpy as np

from lprcorpus.draft.wording import pattern
from lprcorpus.layout_file import LayoutLine, indented_lines
from lprcorpus.text.pages import Paged
from lprcorpus.text.paragraphs import Setting, detect_setting, split_paragraphs

WIDE = 3
"""Blank lines that a rule before a line is worth; a new page or large letters are worth one more."""
LARGE = 2
"""Tenths: a line in letters so much larger, or bolder too, is apart without blank lines."""

_RULE = re.compile(r"[\W_]{3,}|[xXoO\W_]{5,}|[\W_]*\*[\W_]*")
_CAPTION_LINES = 15  # of a picture's caption, at most
_FULL_LINE = 0.6  # of the measure: a line as long is one of running text
_FULL_PAGE = 0.7  # of the usual number of lines: a page with fewer was left before it was full
_BOLD, _HEAVIER = 1, 200  # what bold letters are worth, in tenths of the size; and their weight
_SOURCE_LINES = 6  # of the statement of a source, at the end of a page


@dataclass(slots=True)
class SetLine:
    """A line that is not set aside."""

    index: int  # among all printed lines
    number: int  # its raw line
    page: int  # the index of its page
    text: str  # what is printed on it, without the white space around it
    indent: int  # the white space before it, in characters
    gap: int  # the blank lines before it
    emphasis: int  # how much larger, in tenths, or bolder than most text; 0 without a layout
    ends: bool  # whether a paragraph ends with it
    is_rule: bool  # whether it is a rule, an ornament or the place of a picture
    is_centred: bool = False  # whether it is clearly indented on both sides
    is_full: bool = False  # whether it is as long as running text is
    lead: int = 0  # the blank lines before it, or before the rules right above it if more
    apart: int = 0  # likewise, or what a rule, a new page or large letters are worth
    after_rule: bool = False  # whether a rule, an ornament or a picture is right before it
    is_underlined: bool = False  # whether a rule is right below it
    opens_page: bool = False  # whether it is the first of its page


@dataclass(frozen=True, eq=False)
class SetText:
    """The lines of one text that are not set aside; a line is known by its place among them."""

    paged: Paged
    setting: Setting
    lines: list[SetLine]
    measure: int  # the width of a full line, in characters

    def page_number(self, place: int) -> int:
        """Return the number of a line's page."""
        return self.paged.pages[self.lines[place].page].number

    def joined(self, places: range) -> str:
        """Return some lines as one, with single spaces between."""
        return " ".join(self.lines[place].text for place in places)

    @cached_property
    def printed(self) -> range:
        """The lines that are of the print, without what an edition has before and behind it."""
        begin, end = 0, len(self.lines)
        for place, line in enumerate(self.lines):
            if begin == 0 and pattern("edition_begins").fullmatch(line.text):
                begin = place + 1
            elif place > begin and pattern("edition_ends").fullmatch(line.text):
                end = place
                break
        return range(begin, end)

    def paragraphs(self, places: range) -> Iterator[range]:
        """Yield the paragraphs among some lines, without the rules between them."""
        start = places.start
        for place in places:
            line = self.lines[place]
            if line.is_rule:
                start = place + 1
            elif line.ends:
                yield range(start, place + 1)
                start = place + 1
        if start < places.stop:
            yield range(start, places.stop)


def read_lines(paged: Paged, layout: Sequence[LayoutLine] = ()) -> SetText:
    """Return the lines of a text with how they are set, as the layout of its PDF says too."""
    setting = detect_setting(paged)
    (paragraphs,) = split_paragraphs(paged, [paged.text_lines], setting, indented_lines(layout))
    ends = {paragraph[-1].index for paragraph in paragraphs}
    texts = [line.text for line in paged.text_lines]
    emphases = _emphases([line.number for line in paged.text_lines], texts, layout)
    rules = _rules(texts)
    lines = []
    index, number = 0, 1
    for place, printed in enumerate(paged.text_lines):
        # The raw lines since the line before, without those that have print.
        gap = max(printed.number - number - (printed.index - index), 0)
        if setting.paragraphs == "line fit":
            gap //= 2
        index, number = printed.index, printed.number
        set_line = SetLine(
            index=index,
            number=number,
            page=paged.page_index(printed.first),
            text=printed.text,
            indent=printed.indent,
            gap=gap,
            emphasis=emphases[place],
            ends=index in ends,
            is_rule=rules[place],
        )
        lines.append(set_line)
    widths = [line.last - line.start for line in paged.text_lines]
    measure = int(np.percentile(widths, 90)) if widths else 0
    for line in lines:
        right = measure - line.indent - len(line.text)
        is_even = abs(line.indent - right) <= max(6, measure // 8)
        line.is_centred = line.indent >= 4 and right >= 3 and is_even
        line.is_full = len(line.text) > _FULL_LINE * measure and not line.is_centred
    _compare_with_neighbours(paged, lines)
    return SetText(paged, setting, lines, measure)


def _compare_with_neighbours(paged: Paged, lines: Sequence[SetLine]) -> None:
    """Say of each line what only the lines before and after it show."""
    if not lines:
        return
    counts = Counter(line.page for line in lines)
    full_page = _FULL_PAGE * median(counts.values())
    shows_pages = len(paged.pages) > 1 and not paged.pagination.inline_marks
    lines[0].opens_page = shows_pages
    lines[0].apart = WIDE + 1
    for place, (before, line) in enumerate(pairwise(lines), start=1):
        turns = line.page != before.page
        # A page's end, or what is set aside, parts lines.
        before.ends |= turns or line.index != before.index + 1
        is_one_title = line.emphasis == before.emphasis >= LARGE and line.gap == 0
        if is_one_title and not turns:  # however short its lines are
            before.ends = False
        line.opens_page = turns and shows_pages
        line.after_rule = before.is_rule
        before.is_underlined = line.is_rule and line.gap == 0
        line.lead = line.gap
        if before.is_rule:
            line.lead = max(line.gap, before.lead)
        line.apart = line.lead
        if line.emphasis >= LARGE:
            line.apart = WIDE + 1
        elif line.opens_page:
            # A page that is left before it is full, or after a source, ends an item.
            last = lines[max(place - _SOURCE_LINES, 0) : place]
            ends_in_source = any(pattern("source").fullmatch(line.text) for line in last)
            is_left = ends_in_source or counts[before.page] < full_page
            line.apart = WIDE + 1 if is_left else 1
        elif line.after_rule:
            line.apart = max(line.lead, WIDE)
        # A title and its text are set otherwise; the subject of a message is its title.
        before.ends |= before.is_rule or line.is_rule or line.emphasis != before.emphasis
        if pattern("subject").match(line.text):
            before.ends = line.ends = True
            line.apart = WIDE


def _emphases(
    numbers: Sequence[int], texts: Sequence[str], layout: Sequence[LayoutLine]
) -> list[int]:
    """Return how much larger or bolder each line is set than most characters are."""
    rows = {row.line: row for row in layout}
    characters: Counter[tuple[float, int]] = Counter()
    for number, text in zip(numbers, texts, strict=True):
        if number in rows:
            row = rows[number]
            characters[round(row.size, 1), row.weight] += len(text)
    emphases = [0] * len(texts)
    if not characters:
        return emphases
    usual_size, usual_weight = max(characters, key=lambda key: (characters[key], key))
    for place, number in enumerate(numbers):
        if number in rows and usual_size > 0:
            row = rows[number]
            emphases[place] = round(10 * (row.size / usual_size - 1))
            if row.weight >= usual_weight + _HEAVIER:
                emphases[place] += _BOLD
    return emphases


def _rules(texts: Sequence[str]) -> list[bool]:
    """Return which lines are rules or ornaments, or are in the brackets that name a picture."""
    rules = [_RULE.fullmatch(text) is not None for text in texts]
    for place, text in enumerate(texts):
        if text[0] == "[" and pattern("picture").match(text):
            caption = range(place, min(place + _CAPTION_LINES, len(texts)))
            last = next((at for at in caption if "]" in texts[at]), place)
            rules[place : last + 1] = [True] * (last + 1 - place)
    return rules

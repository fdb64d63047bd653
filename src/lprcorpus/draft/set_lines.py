"""The lines of a text as a reader's eye takes them in: how far apart, how large, how ruled off.

A rule, an ornament or a picture is no line here: it shows on the lines beside it. What an edition
has before and behind the print is left out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

from lprcorpus.draft.wording import pattern
from lprcorpus.layout_file import LayoutLine, indented_lines
from lprcorpus.text.lines import Line
from lprcorpus.text.pages import Paged
from lprcorpus.text.paragraphs import Setting, detect_setting, split_paragraphs

WIDE = 3
"""Blank lines that a rule before a line is worth; a new page or large letters are worth one more."""
LARGE = 2
"""Tenths: a line in letters so much larger, or bolder too, is apart without blank lines."""

_RULE = re.compile(r"[\W_]{3,}|[xXoO\W_]{5,}|[\W_]*\*[\W_]*")
_CAPTION_LINES = 15  # of a picture's caption, at most
_FULL_LINE = 0.8  # of the measure: a line as long is one of running text
_FULL_PAGE = 0.7  # of the usual number of lines: a page with fewer was left before it was full
_BOLD = 1  # what bold letters are worth, in tenths of the size
_HEAVIER = 200  # by so much bold letters are heavier
_SOURCE_LINES = 6  # of the statement of a source, at the end of a page


@dataclass(slots=True, kw_only=True)
class SetLine:
    """A printed line that is neither set aside nor a rule."""

    index: int  # among all printed lines
    number: int  # its raw line
    page: int  # the index of its page
    text: str  # what is printed on it, without the white space around it
    indent: int  # the white space before it, in characters
    gap: int  # the blank lines before it, or before the rules right above it if more
    emphasis: int  # how much larger, in tenths, or bolder than most text; 0 without a layout
    after_rule: bool  # whether a rule, an ornament or a picture is right before it
    ends: bool  # whether a paragraph ends with it
    is_centred: bool  # whether it is clearly indented on both sides
    is_full: bool  # whether it is as long as running text is
    is_underlined: bool = False  # whether a rule is right below it
    opens_page: bool = False  # whether it is the first of its page
    apart: int = WIDE + 1  # the blank lines before it, or what else sets it apart is worth


@dataclass(frozen=True)
class SetText:
    """The lines of one text; a line is known by its place among them."""

    paged: Paged
    setting: Setting
    lines: list[SetLine]
    measure: int  # the width of a full line, in characters
    is_cut: bool  # whether an edition has more behind the last line

    def page_number(self, place: int) -> int:
        """Return the number of a line's page."""
        return self.paged.pages[self.lines[place].page].number

    def joined(self, places: range) -> str:
        """Return some lines as one, with single spaces between, and the rules among them."""
        if not places:
            return ""
        indices = range(self.lines[places[0]].index, self.lines[places[-1]].index + 1)
        return " ".join(line.text for line in self.paged.text_at(indices))

    def paragraphs(self, places: range) -> Iterator[range]:
        """Yield the paragraphs among some lines."""
        start = places.start
        for place in places:
            if self.lines[place].ends or place == places[-1]:
                yield range(start, place + 1)
                start = place + 1


def read_lines(paged: Paged, layout: Sequence[LayoutLine] = ()) -> SetText:
    """Return the lines of a text with how they are set, as the layout of its PDF says too."""
    setting = detect_setting(paged)
    printed, is_cut = _without_edition(paged.text_lines)
    (paragraphs,) = split_paragraphs(paged, [printed], setting, indented_lines(layout))
    ends = {paragraph[-1].index for paragraph in paragraphs}
    emphases = _emphases(layout)
    rules = _rules(printed)
    widths = [line.last - line.start for line in printed]
    measure = int(np.percentile(widths, 90)) if widths else 0
    lines: list[SetLine] = []
    gap = 0
    after_rule = False
    for before, line in pairwise([*printed[:1], *printed]):
        # The raw lines since the line before, without those that have print.
        blank = max(line.number - before.number - (line.index - before.index), 0)
        if setting.paragraphs == "line fit":
            blank //= 2  # an extractor has spread a blank line between any two
        if lines and line.index > before.index + 1:
            lines[-1].ends = True  # what is set aside parts lines
        gap = max(gap, blank)
        if line.index in rules:
            if lines and not after_rule:
                lines[-1].ends = True
                lines[-1].is_underlined = blank == 0
            after_rule = True
            continue
        right = measure - line.indent - len(line.text)
        is_even = abs(line.indent - right) <= max(6, measure // 8)
        is_centred = line.indent >= 4 and right >= 3 and is_even
        set_line = SetLine(
            index=line.index,
            number=line.number,
            page=paged.page_index(line.first),
            text=line.text,
            indent=line.indent,
            gap=gap,
            emphasis=emphases.get(line.number, 0),
            after_rule=after_rule,
            ends=line.index in ends,
            is_centred=is_centred,
            is_full=len(line.text) > _FULL_LINE * measure and not is_centred,
        )
        lines.append(set_line)
        gap = 0
        after_rule = False
    _compare_with_neighbours(paged, lines)
    return SetText(paged, setting, lines, measure, is_cut)


def _without_edition(lines: Sequence[Line]) -> tuple[Sequence[Line], bool]:
    """Return the lines that are of the print, and whether an edition has more behind them."""
    begin = 0
    for place, line in enumerate(lines):
        if begin == 0 and pattern("edition_begins").fullmatch(line.text):
            begin = place + 1
        elif pattern("edition_ends").fullmatch(line.text):
            return lines[begin:place], True
    return lines[begin:], False


def _compare_with_neighbours(paged: Paged, lines: Sequence[SetLine]) -> None:
    """Say of each line what only the lines before it show."""
    counts = Counter(line.page for line in lines)
    full_page = _FULL_PAGE * median(counts.values() or [0])
    shows_pages = len(paged.pages) > 1 and not paged.pagination.inline_marks
    for line in lines[:1]:
        line.opens_page = shows_pages
    for place, (before, line) in enumerate(pairwise(lines), start=1):
        turns = line.page != before.page
        line.opens_page = turns and shows_pages
        is_together = line.gap == 0 and not turns and not line.after_rule
        if is_together and line.emphasis == before.emphasis >= LARGE:
            before.ends = False  # one title, however short its lines are
        elif turns or line.emphasis != before.emphasis:
            before.ends = True
        if pattern("subject").match(line.text):  # of a message: it is its title
            before.ends = True
            line.ends = True
            line.apart = WIDE
        elif line.emphasis >= LARGE:
            line.apart = WIDE + 1
        elif line.opens_page:
            # A page that is left before it is full, or after a source, ends an item.
            last = lines[max(place - _SOURCE_LINES, 0) : place]
            ends_in_source = any(pattern("source").fullmatch(line.text) for line in last)
            is_left = ends_in_source or counts[before.page] < full_page
            line.apart = WIDE + 1 if is_left else 1
        elif line.after_rule:
            line.apart = max(line.gap, WIDE)
        else:
            line.apart = line.gap


def _emphases(layout: Sequence[LayoutLine]) -> dict[int, int]:
    """Return how much larger or bolder each raw line is set than most of the print."""
    widths: dict[tuple[float, int], float] = defaultdict(float)
    for row in layout:
        widths[round(row.size, 1), row.weight] += row.x1 - row.x0
    usual = max(widths, key=lambda setting: (widths[setting], setting), default=(1.0, 0))
    usual_size, usual_weight = usual
    emphases = {}
    for row in layout:
        emphases[row.line] = round(10 * (row.size / (usual_size or 1) - 1))
        if row.weight >= usual_weight + _HEAVIER:
            emphases[row.line] += _BOLD
    return emphases


def _rules(lines: Sequence[Line]) -> set[int]:
    """Return the indices of the lines that are rules, ornaments, or the brackets of a picture."""
    rules = {line.index for line in lines if _RULE.fullmatch(line.text)}
    for place, line in enumerate(lines):
        if pattern("picture").match(line.text):
            caption = lines[place : place + _CAPTION_LINES]
            last = next((at for at, part in enumerate(caption) if "]" in part.text), 0)
            rules.update(part.index for part in caption[: last + 1])
    return rules

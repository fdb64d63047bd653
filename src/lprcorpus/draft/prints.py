"""The set lines of a text as a reader's eye takes them in: how far each stands from the one before, indented, ruled off.

Furniture is left out. A line is known by its place among the set lines; ``number`` gives its raw line. Where an extractor has
spread a blank line between any two, that one counts for nothing: distances are given in blank lines that mean something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lprcorpus.text.pages import Paged
from lprcorpus.text.paragraphs import Setting, detect_setting, paragraph_ends

__all__ = ["Prints", "see"]

_RULE = re.compile(r"[\W_]{3,}|[xXoO\W_]{5,}")
_PICTURE = re.compile(r"\[+\s*(?:illustration|photo|picture|figure|image|cartoon|drawing|portrait|map|music)\b", re.IGNORECASE)
_CAPTION_LINES = 15  # of a picture's caption, at most
_SHORT_PAGE = 0.7  # of the usual number of lines: a page with fewer was left before it was full


@dataclass(frozen=True, eq=False)
class Prints:
    """The set lines of one text, as parallel lists.

    Attributes:
        paged: the text and its pages.
        setting: how the text was set.
        lines: the index of each set line among the printed lines.
        number: its raw line.
        text: what is printed on it, without the white space around it.
        indent: the white space before it, in characters.
        gap: the blank lines between it and the set line before it, furniture and a spread's own blanks aside.
        page: the place of its page.
        ends: whether a paragraph ends with it.
        rule: whether it is a rule, an ornament or a picture's place: print without words.
        measure: the width of a full line, in characters.
    """

    paged: Paged
    setting: Setting
    lines: list[int]
    number: list[int]
    text: list[str]
    indent: list[int]
    gap: list[int]
    page: list[int]
    ends: list[bool]
    rule: list[bool]
    measure: int

    def __len__(self) -> int:
        return len(self.text)

    def opens_page(self, place: int) -> bool:
        """Whether a line is the first set line of its page; the first of a text of one page opens none."""
        return len(self.paged.pages) > 1 and (place == 0 or self.page[place] != self.page[place - 1])

    def is_centred(self, place: int) -> bool:
        """Whether a line stands in the middle of the measure, clearly indented on both sides."""
        left, width = self.indent[place], len(self.text[place])
        right = self.measure - left - width
        return left >= 4 and right >= 3 and abs(left - right) <= max(6, self.measure // 8)

    def is_underlined(self, place: int) -> bool:
        """Whether a rule stands right below a line."""
        return place + 1 < len(self) and self.rule[place + 1] and self.gap[place + 1] == 0

    def is_ruled_off(self, place: int) -> bool:
        """Whether the last thing printed before a line is a rule, an ornament or a picture."""
        return place > 0 and self.rule[place - 1]

    def lead(self, place: int) -> int:
        """Return the blank lines before a line, or before the rules and pictures right above it where those have more."""
        gap = self.gap[place]
        while place > 0 and self.rule[place - 1]:
            place -= 1
            gap = max(gap, self.gap[place])
        return gap

    @cached_property
    def short_pages(self) -> frozenset[int]:
        """The places of the pages that were left before they were full."""
        counts = np.bincount(np.array(self.page, dtype=np.int64)) if self.page else np.zeros(0, dtype=np.int64)
        usual = float(np.median(counts[counts > 0])) if len(counts) else 0.0
        return frozenset(np.flatnonzero(counts < usual * _SHORT_PAGE).tolist())


def see(paged: Paged) -> Prints:
    """Look at the set lines of a text."""
    lines = paged.lines
    chosen = np.flatnonzero(paged.is_set)
    setting = detect_setting(paged)
    ends = paragraph_ends(paged, chosen, np.zeros(len(chosen), dtype=np.int64), setting)
    blanks = np.maximum(np.diff(lines.number[chosen], prepend=lines.number[chosen[:1]] if len(chosen) else []) - 1, 0)
    blanks -= np.diff(np.searchsorted(np.flatnonzero(~paged.is_set), chosen), prepend=0)
    blanks = np.maximum(blanks, 0)
    if setting.paragraphs == "line fit":
        blanks //= 2
    text = [lines.printed(index) for index in chosen.tolist()]
    widths = lines.last[chosen] - lines.start[chosen]
    return Prints(
        paged=paged,
        setting=setting,
        lines=chosen.tolist(),
        number=lines.number[chosen].tolist(),
        text=text,
        indent=(lines.first[chosen] - lines.start[chosen]).tolist(),
        gap=blanks.tolist(),
        page=(np.searchsorted(np.array(paged.page_starts), lines.first[chosen], side="right") - 1).tolist(),
        ends=ends.tolist(),
        rule=_rules(text),
        measure=int(np.percentile(widths, 90)) if len(widths) else 0,
    )


def _rules(text: list[str]) -> list[bool]:
    """Return which lines are rules or ornaments, or lie within the brackets that stand for a picture."""
    rule = [_RULE.fullmatch(line) is not None for line in text]
    for place, line in enumerate(text):
        if line[0] == "[" and _PICTURE.match(line):
            last = next((at for at in range(place, min(place + _CAPTION_LINES, len(text))) if "]" in text[at]), place)
            rule[place : last + 1] = [True] * (last + 1 - place)
    return rule

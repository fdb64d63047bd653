"""Printed lines into paragraphs, by what a typesetter's layout says.

Three conventions are known. Which one a text follows is stated in its manifest or detected, by
what is regular in it:

* **blank lines**: a blank line is between paragraphs, and a line break is a space;
* **line fit**: the extractor has spread blank lines everywhere, so they say nothing. A line that
  leaves room for the next word was ended on purpose (:mod:`lprcorpus.text.line_fit`);
* **solid**: there are no blank lines between paragraphs; a paragraph's first line is indented, or
  its last one is short.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lprcorpus.text.line_fit import LineFit, detect_face, fit_lines
from lprcorpus.text.lines import FORM_FEED, SPACE, Flags, Offsets, members
from lprcorpus.text.pages import Paged

CONVENTIONS = ("line fit", "blank lines", "solid")
"""How a text's paragraphs may be told apart."""
HYPHENS = ("soft", "hard")
"""What the hyphens at line ends may be: dividing a word, or part of it."""
EMPTY_PARAGRAPH = 3
"""Blank lines that show an empty paragraph, where one between each two lines is the rule."""
BULLETS = "•‣◦▪●*"
"""The marks that open a list item or a question."""

_MUCH_ROOM = 0.12  # of the measure: a line this much too short was ended on purpose
_LEAST_INDENT, _MOST_INDENT = 2, 10  # characters that a paragraph's first line is indented by
_FEWEST_SOLID = 3  # ends without a blank line that make a text solid, if they are most of all
_MOST_CLOSERS = 3  # quotation marks and brackets after the end of a sentence

_IS_BULLET = members(BULLETS)
_IS_CLOSER = members("\"'”’»)]}*_")
_IS_STOP = members(".!?:…")


@dataclass(frozen=True)
class Setting:
    """How a text was set, stated or detected."""

    face: str  # the typeface that full lines are measured in
    paragraphs: str  # one of CONVENTIONS
    final_spaces: bool  # lines end in the space between their last word and the next line's first
    hyphens: str | None = None  # at line ends: one of HYPHENS; None: what the text shows of each


def detect_setting(
    paged: Paged, face: str | None = None, paragraphs: str | None = None, hyphens: str | None = None
) -> Setting:
    """Return how a text was set: what is stated, and otherwise what the text shows."""
    face = face or detect_face(paged)
    paragraphs = paragraphs or _detect_convention(paged, face)
    return Setting(face, paragraphs, paged.final_spaces, hyphens)


def _detect_convention(paged: Paged, face: str) -> str:
    """Return the convention that a text follows.

    Blank lines say nothing where they outnumber the pairs of lines that are together: no text has
    more paragraphs than lines within them. A text is solid where most of its paragraphs that are
    sure to end (a full line, then a short one that ends a sentence) end without a blank line.
    """
    gap = np.maximum(np.diff(paged.lines.number) - 1, 0)
    if paged.final_spaces and (gap == 1).sum() > (gap == 0).sum():
        return "line fit"
    chosen = np.flatnonzero(paged.is_set)
    if len(chosen) < _FEWEST_SOLID:
        return "blank lines"
    pairs = _LinePairs(paged, chosen)
    fit = fit_lines(paged.lines, chosen, np.zeros_like(chosen), face)
    after_full = np.append(False, fit.is_full[:-1])
    before_full = np.append(fit.is_full[1:], False)
    is_short_last = (fit.room > _MUCH_ROOM) & before_full
    sure = pairs.ends_sentence & after_full & (is_short_last | pairs.indents_next)
    solid = int((sure & (pairs.gap == 0)).sum())
    apart = int((sure & (pairs.gap > 0)).sum())
    return "solid" if solid >= _FEWEST_SOLID and solid > apart else "blank lines"


def paragraph_ends(paged: Paged, chosen: Offsets, region: Offsets, setting: Setting) -> Flags:
    """Return, for each chosen line, whether a paragraph ends with it.

    Args:
        paged: the text and its pages.
        chosen: indices of the printed lines to look at, ascending; none that is set aside.
        region: for each of these, which stretch it belongs to, ascending; a paragraph never leaves
            its stretch.
        setting: how the text was set.
    """
    ends = np.ones(len(chosen), dtype=np.bool_)
    if len(chosen) < 2:
        return ends
    lines = paged.lines
    pairs = _LinePairs(paged, chosen)
    if setting.paragraphs == "blank lines" and not pairs.turns.any():
        ended = pairs.gap > 0  # which needs no widths
    else:
        fit = fit_lines(lines, chosen, region, setting.face)
        ended = _ended_pairs(pairs, fit, setting)
    # A form feed that ends a line ends its page and its paragraph; a bullet always opens one.
    ended |= lines.codes[lines.end[chosen[:-1]]] == FORM_FEED
    first = lines.first[chosen[1:]]
    ended |= _IS_BULLET[lines.codes[first]] & (lines.codes[first + 1] == SPACE)
    ended &= np.diff(lines.number[chosen]) > 0  # a page mark inside a line ends nothing
    ends[:-1] = ended | (np.diff(region) != 0)
    return ends


class _LinePairs:
    """What is seen of each chosen line and the next one: one entry for each pair."""

    def __init__(self, paged: Paged, chosen: Offsets) -> None:
        self.lines = lines = paged.lines
        self.chosen = chosen
        page = np.searchsorted(paged.page_starts, lines.first[chosen], side="right")
        indent_step = np.diff(lines.first[chosen] - lines.start[chosen])
        self.turns: Flags = np.diff(page) > 0
        self.gap: Offsets = np.maximum(np.diff(lines.number[chosen]) - 1, 0)
        self.indents_next: Flags = (indent_step >= _LEAST_INDENT) & (indent_step <= _MOST_INDENT)
        self.ends_sentence = self._ends_sentence()

    def _ends_sentence(self) -> Flags:
        """Return whether the first line's last character, closing quotes aside, ends a sentence."""
        lines, before = self.lines, self.chosen[:-1]
        at = lines.last[before] - 1
        for _ in range(_MOST_CLOSERS):
            at -= _IS_CLOSER[lines.codes[at]] & (at > lines.first[before])
        ends: Flags = _IS_STOP[lines.codes[at]]
        return ends

    def opens_sentence(self) -> Flags:
        """Return whether the second line begins with no small letter."""
        initials = self.lines.codes[self.lines.first[self.chosen[1:]]].tolist()
        return np.array([not chr(code).islower() for code in initials], dtype=np.bool_)


def _ended_pairs(pairs: _LinePairs, fit: LineFit, setting: Setting) -> Flags:
    """Return which lines end a paragraph, by the room that they leave too."""
    has_room = fit.room > _MUCH_ROOM
    on_purpose = fit.fits & (pairs.ends_sentence | has_room)
    if setting.paragraphs == "line fit":
        ended = on_purpose | ((pairs.gap >= EMPTY_PARAGRAPH) & ~pairs.turns)
        # The line after a single newline is the last of its paragraph (raw lines 39 and 40).
        together = (pairs.gap == 0) & ~pairs.turns
        ended |= np.append(False, together[:-1])
        ended &= ~together
        if setting.final_spaces:
            ended &= pairs.lines.final_space[pairs.chosen[:-1]]
        return ended
    ended = pairs.gap > 0
    if setting.paragraphs == "solid":
        ended |= pairs.indents_next
        ended |= has_room & pairs.ends_sentence & pairs.opens_sentence()
    # Where the page turns, the blank lines belong to the header and the footer.
    return np.where(pairs.turns, on_purpose | pairs.indents_next, ended)

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
from lprcorpus.text.lines import FORM_FEED, SPACE, Flags, Lines, Offsets
from lprcorpus.text.pages import Paged

__all__ = [
    "BULLETS",
    "CONVENTIONS",
    "EMPTY_PARAGRAPH",
    "HYPHENS",
    "Setting",
    "detect_setting",
    "members",
    "paragraph_ends",
]

CONVENTIONS = ("line fit", "blank lines", "solid")
"""How a text's paragraphs may be told apart."""
HYPHENS = ("soft", "hard")
"""What the hyphens at line ends may be: dividing a word, or part of it."""
EMPTY_PARAGRAPH = 3
"""Blank lines that show an empty paragraph, where one between each two lines is the rule."""
BULLETS = "•‣◦▪●*"
"""The marks that open a list item or a question."""

_MUCH_ROOM = 0.12  # of the measure: a line this much too short was ended on purpose
_INDENT = (1, 10)  # characters that a paragraph's first line is indented by
_FEWEST_SOLID = 3  # ends without a blank line that make a text solid, if they are most of all


def members(characters: str) -> Flags:
    """Return a table of which code points up to U+FFFF are among some characters."""
    table = np.zeros(0x10000, dtype=np.bool_)
    table[[ord(character) for character in characters]] = True
    return table


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
    gap = paged.lines.gap
    spread = len(gap) > 0 and int((gap == 1).sum()) > int((gap == 0).sum())
    if spread and paged.final_spaces:
        return "line fit"
    chosen = np.flatnonzero(paged.is_set)
    if len(chosen) < _FEWEST_SOLID:
        return "blank lines"
    lines = paged.lines
    gap = np.maximum(np.diff(lines.number[chosen]) - 1, 0)
    fit = fit_lines(lines, chosen, np.zeros_like(chosen), face)
    after_full = np.append(False, fit.is_full[:-1])
    followed_by_full = np.append(fit.is_full[1:], False)
    indents = _indents_next(lines, chosen)
    short_last = (fit.room > _MUCH_ROOM) & after_full & followed_by_full
    sure = _ends_sentence(lines, chosen)[:-1] & (short_last | (indents & after_full))
    solid, apart = int((sure & (gap == 0)).sum()), int((sure & (gap > 0)).sum())
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
    gap = np.maximum(np.diff(lines.number[chosen]) - 1, 0)
    page = np.searchsorted(paged.page_starts, lines.first[chosen], side="right")
    turns = np.diff(page) > 0
    sentence = _ends_sentence(lines, chosen)[:-1]
    needs_fit = setting.paragraphs != "blank lines" or turns.any()
    fit = fit_lines(lines, chosen, region, setting.face) if needs_fit else None
    if fit is None:
        ended = gap > 0
    elif setting.paragraphs == "line fit":
        ended = _ended_by_fit(lines, chosen, fit, gap, turns, sentence, setting)
    else:
        ended = gap > 0
        if setting.paragraphs == "solid":
            ended |= _indents_next(lines, chosen)
            ended |= (fit.room > _MUCH_ROOM) & sentence & _opens_sentence(lines, chosen)[1:]
        # Where the page turns, the blank lines belong to the header and the footer.
        at_turn = (fit.fits & (sentence | (fit.room > _MUCH_ROOM))) | _indents_next(lines, chosen)
        ended = np.where(turns, at_turn, ended)
    # A form feed that ends a line ends its page and its paragraph; a bullet always opens one.
    ended |= lines.codes[lines.end[chosen[:-1]]] == FORM_FEED
    ended |= _opens_item(lines, chosen)[1:]
    ended &= np.diff(lines.number[chosen]) > 0  # a page mark inside a line ends nothing
    ends[:-1] = ended | (np.diff(region) != 0)
    return ends


def _ended_by_fit(
    lines: Lines,
    chosen: Offsets,
    fit: LineFit,
    gap: Offsets,
    turns: Flags,
    sentence: Flags,
    setting: Setting,
) -> Flags:
    """Return which lines end a paragraph where blank lines are spread everywhere."""
    ended = fit.fits & (sentence | (fit.room > _MUCH_ROOM))
    ended |= (gap >= EMPTY_PARAGRAPH) & ~turns
    # The line after a single newline is the last of its paragraph (raw lines 39 and 40).
    together = (gap == 0) & ~turns
    ended |= np.append(False, together[:-1])
    ended &= ~together
    if setting.final_spaces:
        ended &= lines.final_space[chosen[:-1]]
    return ended


def _ends_sentence(lines: Lines, chosen: Offsets) -> Flags:
    """Return whether each line's last character, closing quotes aside, ends a sentence."""
    at = lines.last[chosen] - 1
    for _ in range(3):
        at = at - (_IS_CLOSER[lines.codes[at]] & (at > lines.first[chosen]))
    ends: Flags = _IS_STOP[lines.codes[at]]
    return ends


def _opens_sentence(lines: Lines, chosen: Offsets) -> Flags:
    """Return whether each line begins as a sentence does: with no small letter."""
    initials = lines.codes[lines.first[chosen]].tolist()
    return np.array([not chr(code).islower() for code in initials], dtype=np.bool_)


def _opens_item(lines: Lines, chosen: Offsets) -> Flags:
    """Return whether each line opens with a bullet and a space."""
    first = lines.first[chosen]
    opens: Flags = _IS_BULLET[lines.codes[first]] & (lines.codes[first + 1] == SPACE)
    return opens


def _indents_next(lines: Lines, chosen: Offsets) -> Flags:
    """Return, for each line but the last, whether the next one is indented as a first line is."""
    indent = lines.first[chosen] - lines.start[chosen]
    deeper = np.diff(indent)
    indents: Flags = (deeper > _INDENT[0]) & (deeper <= _INDENT[1])
    return indents

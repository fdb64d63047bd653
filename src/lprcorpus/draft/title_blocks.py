"""The places where an item may begin: short lines set apart, with the byline under or over them.

What speaks for such a place is on it: how it is set, its byline, what a contents list says of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from lprcorpus.draft.bylines import byline_names, ends_in_by, names_in_title
from lprcorpus.draft.set_lines import LARGE, WIDE, SetLine, SetText
from lprcorpus.draft.wording import Case, case_of, is_name, may_be_title, pattern, words_of
from lprcorpus.text.pages import Paged

# How sure it is that an item begins, by what says so.
_LISTED, _BYLINED, _SET_ALIKE, _NO_SIGN = 0.95, 0.9, 0.75, 0.1
_MOST_LINES = 4  # of a title with its byline
_MOST_CHARACTERS = 160
_MOST_WORDS = 22
_FAR = 6  # lines below a title in which its byline is looked for
_NAME_LENGTH = 60  # characters of a name with a place after it
_NAMES_WORDS = 8  # of a byline whose names are below its "by"
_DECORATION = ' *=~_#|+<>·:-–—"“”'
_MARK = re.compile(
    r"(\d{1,3}|[ivxlc]{1,5}|[A-Z])[.):]\s+|[^\w\s\"“„'‘«‹(\[¿¡「『《〈（]+", re.IGNORECASE
)


class Style(NamedTuple):
    """How a title is set, its distance from what is before it aside."""

    mark: str = ""  # what opens it: a number ("1"), a sign, "subject", or nothing
    capitals: bool = False  # they show nothing where a mark, a rule or the letters show a title
    centred: bool = False
    underlined: bool = False  # a rule is right below it
    emphasis: int = 0  # how much larger or bolder it is set than most text


class Byline(NamedTuple):
    """Whom an item is by: the names, whether "by" or the like says so, and the lines of its own."""

    names: str = ""
    says_by: bool = False
    lines: range = range(0)


NO_BYLINE = Byline()


class ContentsEntry(NamedTuple):
    """What a contents list says of one item: title, author and page, as far as it gives them."""

    title: str
    author: str | None
    page: int | None
    place: int  # of its line


@dataclass(kw_only=True, eq=False)
class TitleBlock:
    """A possible beginning of an item; lines are places among the set lines."""

    place: int  # the first line of the title
    end: int  # one past its last line
    text: str  # the title
    case: Case  # how its words are written
    line: SetLine  # the first line itself
    style: Style
    shaped: bool  # whether its wording is a title's
    byline: Byline = NO_BYLINE
    entry: ContentsEntry | None = None
    section: TitleBlock | None = None  # the heading of the section that it is in

    @property
    def begin(self) -> int:
        """The first line of title and byline: an author may be named above."""
        return min(self.place, self.byline.lines.start) if self.byline.lines else self.place

    @property
    def body(self) -> int:
        """The first line after title and byline."""
        return max(self.end, self.byline.lines.stop)

    @property
    def confidence(self) -> float:
        """How sure it is that an item begins here, from 0 to 1."""
        if self.entry is not None:
            return _LISTED
        if self.byline.says_by:
            return _BYLINED
        return _SET_ALIKE if self.shaped else _NO_SIGN


def find_title_blocks(text: SetText) -> list[TitleBlock]:
    """Return all places where an item may begin, in order."""
    blocks = []
    for paragraph in text.paragraphs(range(len(text.lines))):
        length = _title_length(text.lines[paragraph.start : paragraph.stop])
        if length > 0:
            block = title_block(text, paragraph[:length])
            if words_of(block.text) and not byline_names(block.text):
                blocks.append(block)
    for byline_at, rivals in groupby(blocks, key=lambda block: block.byline.lines):
        if byline_at:
            _settle(text.lines, list(rivals))
    return blocks


def _settle(lines: Sequence[SetLine], rivals: Sequence[TitleBlock]) -> None:
    """Leave a byline to the title in the largest letters, or set furthest apart, above it.

    The others are subtitles, or what is above a title.
    """

    def rank(block: TitleBlock) -> tuple[bool, bool, int, int, int]:
        begin = block.end + block.style.underlined
        under = lines[begin : block.byline.lines.start + 1]
        is_ruled_off = any(line.after_rule for line in under)
        gap = block.line.gap  # none at the beginning, where the masthead is
        # Of two that are set apart alike, the first is the heading of a section, else the title.
        place = block.place if gap >= 2 else -block.place
        return not is_ruled_off, block.shaped, block.style.emphasis, gap, place

    own = max(rivals, key=rank)
    for block in rivals:
        if block is not own:
            block.byline = NO_BYLINE


def title_block(text: SetText, places: range) -> TitleBlock:
    """Return some lines as a title, with its byline."""
    line = text.lines[places[0]]
    last = text.lines[places[-1]]
    title = _printed_title(text.paged, line, last)
    subject = pattern("subject").match(title)
    mark = "subject" if subject else _mark(title)
    bare = title[subject.end() - 1 :] if subject else title.strip(_DECORATION)
    case = case_of(bare)
    is_masthead = places[0] == 0 and pattern("of_an_issue").search(title) is not None
    is_masthead |= pattern("contents").fullmatch(title) is not None
    is_shown = last.is_underlined or mark != "" or line.emphasis > 0
    # A sentence that nothing marks or sets apart is text.
    is_text = case is Case.SENTENCE and line.apart < 2 and not is_shown and not line.is_centred
    style = Style(
        mark=mark,
        capitals=case is Case.CAPITALS and not is_shown,
        centred=line.is_centred and not line.emphasis,
        underlined=last.is_underlined,
        emphasis=line.emphasis,
    )
    block = TitleBlock(
        place=places.start,
        end=places.stop,
        text=title,
        case=case,
        line=line,
        style=style,
        shaped=may_be_title(bare) and not is_masthead and not is_text,
    )
    if not is_masthead:
        block.byline = _find_byline(text, block, bare)
    return block


def _printed_title(paged: Paged, first: SetLine, last: SetLine) -> str:
    """Return the lines of a title as one, joined as the build will join them."""
    printed = paged.lines.printed
    raw = paged.lines.text[printed[first.index].first : printed[last.index].last]
    if paged.final_spaces:
        raw = raw.replace("\n", "")
    return " ".join(raw.split())


def _mark(title: str) -> str:
    """Return what opens a title: a sign, "1" for any number or letter, or nothing."""
    opening = _MARK.match(title)
    if opening is None:
        return ""
    return "1" if opening[1] else title[0]


def _title_length(lines: Sequence[SetLine]) -> int:
    """Return how many lines of a paragraph are a title; none where it is running text."""
    if len(lines[0].text) > _MOST_CHARACTERS:
        return 0
    if len(lines) == 1:
        return 1
    for place, line in enumerate(lines[1 : _MOST_LINES + 1], start=1):
        if byline_names(line.text) or ends_in_by(line.text):
            return place
    if len(lines) > _MOST_LINES or not _is_short(lines):
        return _capital_lines(lines)
    # The last line may be a name alone, below a whole title; not in the title's own large letters.
    is_whole = may_be_title(lines[0].text) and not pattern("ends_open").fullmatch(lines[-2].text)
    if is_whole and is_name(lines[-1].text) and lines[0].emphasis < LARGE:
        return len(lines) - 1
    return len(lines)


def _is_short(lines: Sequence[SetLine]) -> bool:
    """Return whether a paragraph has few words, and no line as long as running text.

    A long line may be centred, in capitals or in large letters.
    """
    for line in lines:
        is_shown = line.emphasis >= LARGE or case_of(line.text) is Case.CAPITALS
        if line.is_full and not is_shown:
            return False
    return sum(len(words_of(line.text)) for line in lines) <= _MOST_WORDS


def _capital_lines(lines: Sequence[SetLine]) -> int:
    """Return how many lines are a title in capitals that opens a paragraph: one, two or none."""
    first = lines[0]
    if first.is_full or len(words_of(first.text)) < 2 or not may_be_title(first.text):
        return 0
    for place, line in enumerate(lines[:3]):
        if case_of(line.text) is not Case.CAPITALS:
            return place
    return 0


def _find_byline(text: SetText, block: TitleBlock, title: str) -> Byline:
    """Find the byline below a title, or in it."""
    lines = text.lines
    for place in range(block.end, min(block.end + _FAR, len(lines))):
        line = lines[place]
        if line.page != block.line.page:
            break
        names = byline_names(line.text)
        if names:
            return Byline(names, says_by=True, lines=range(place, place + 1))
        if ends_in_by(line.text) and place + 1 < len(lines):
            names = lines[place + 1].text
            if 1 <= len(words_of(names)) <= _NAMES_WORDS:
                return Byline(names, says_by=True, lines=range(place, place + 2))
        # What is underlined or in large letters is a title itself.
        is_alone = line.ends and not line.is_underlined and line.apart < WIDE
        is_first = place == block.end and not line.after_rule
        if is_first and is_alone and _is_name_alone(line.text):
            return Byline(line.text, says_by=False, lines=range(place, place + 1))
        if line.is_full and line.emphasis < LARGE:
            break
    inline = names_in_title(title)
    return Byline(inline, says_by=True) if inline else NO_BYLINE


def _is_name_alone(printed: str) -> bool:
    """Return whether a line under a title is a name on its own, with at most a place after it."""
    if not may_be_title(printed.rstrip(".")):
        return False
    return is_name(printed) or (len(printed) < _NAME_LENGTH and is_name(printed.split(",")[0]))

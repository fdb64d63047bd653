"""Which of the places where an item may begin are items: those set as titles are, and listed ones.

The titles of one issue are set alike. Of the classes of title blocks by how they are set, the widest
that runs through the whole text is that of the titles. Bylines and the contents list confirm a
class; they do not choose it, since books advertised have bylines too.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from lprcorpus.draft.contents_list import Contents
from lprcorpus.draft.set_lines import LARGE, WIDE, SetText
from lprcorpus.draft.title_blocks import Byline, Style, TitleBlock
from lprcorpus.draft.wording import Case, is_name, pattern

_FILES = 3  # numbered files, at least
_RISING = 0.8  # of the numbers of numbered titles
_FEWEST = 3  # items that make a class
_MOST_APART = 4
_REACH = 0.5  # of the text: a class that runs through it reaches over as much
_ITEM_WORDS = 25  # fewer words than this between two titles make no item
_LISTED_WORDS = 5  # likewise, where a contents list names the item
_WORD_LENGTH = 6  # characters, the space with them
_LARGEST = 3  # tenths: a title so much larger than all after it is that of the whole
_FRONT_LINES = 60  # of an article, before its abstract
_ABOVE = 0.8  # of the items: so many have a name above the title
_DETAILED = 0.5  # of the entries: a list that gives the author of as many names all items
_CUES = 2  # prices and addresses: an advertisement has as many
_WORDS_TO_A_CUE = 60
_COUNT = re.compile(r"\d{1,3}")


@dataclass(frozen=True)
class TitleClass:
    """The title blocks of one style that are at least so far apart."""

    style: Style
    apart: int
    members: list[TitleBlock]

    def includes(self, block: TitleBlock) -> bool:
        """Return whether a title block is a member, or is like one and far apart."""
        style, ours = block.style, self.style
        if style == ours and block.line.apart >= self.apart:
            return True
        if block.case is Case.SENTENCE or style.mark != ours.mark:
            return False
        if style.emphasis < ours.emphasis or style.underlined < ours.underlined:
            return False
        wide = WIDE + 1 if block.line.after_rule else WIDE  # a rule alone may be an ornament
        return style.centred >= ours.centred and block.line.apart >= max(self.apart, wide)

    def listed(self) -> int:
        """Return how many members a contents list names."""
        return sum(block.entry is not None for block in self.members)

    def score(self, entries: int) -> float:
        """Return how likely the members are the titles, given how many a contents list names.

        The weights are by trial on many texts.
        """
        style, members = self.style, self.members
        # A byline that recurs is no author's: "illustrated by colour photography".
        names = {block.byline.names for block in members if block.byline.names}
        bylines = {block.byline.names for block in members if block.byline.says_by}
        score = 1.5 * self.apart
        score += 2.0 * style.underlined
        score += style.centred
        score += style.capitals
        score += 0.5 * (style.mark != "")
        score += 0.5 * style.emphasis
        score += 0.8 * math.log2(len(members))
        score += (2.0 * len(bylines) + len(names)) / len(members)
        score += 4.0 * self.listed() / max(entries, 1)
        return score


def choose_starts(
    text: SetText, blocks: Sequence[TitleBlock], contents: Contents
) -> list[TitleBlock]:
    """Return the title blocks where the items begin, in order."""
    starts = _only_article(text, blocks) or _numbered_files(text, blocks)
    if starts:
        return starts
    # What may begin an item is no byline, and not in the contents list.
    others = set(range(contents.start, contents.end))
    for block in blocks:
        others.update(block.byline.lines)
    usable = {block for block in blocks if block.shaped and block.place not in others}
    _drop_entries_of_text(blocks)
    chosen = _best_class(text, blocks, usable)
    if chosen is None:
        bylined = {block for block in usable if block.byline.says_by}
        accepted = bylined.union(block for block in blocks if block.entry)
    else:
        listed = [block for block in blocks if block.entry]
        if 2 * chosen.listed() < len(listed) <= len(chosen.members):
            for block in listed:
                block.entry = None  # it is no list of the titles
        alike = {block for block in usable if chosen.includes(block)}
        accepted = _beside_listed(blocks, alike, contents)
    starts = list(_in_sections(blocks, usable, accepted))
    return _below_names(blocks, list(_with_text(text, starts)))


def _only_article(text: SetText, blocks: Sequence[TitleBlock]) -> list[TitleBlock]:
    """Return the title of a text that is one article, or none.

    It has references, and one abstract or, in front, a title in letters larger than all others.
    """
    lines = text.lines
    if not any(pattern("references").fullmatch(line.text) for line in lines[len(lines) // 2 :]):
        return []
    abstracts = [place for place, line in enumerate(lines) if pattern("abstract").match(line.text)]
    end = abstracts[0] if len(abstracts) == 1 else _FRONT_LINES
    front = [block for block in blocks if block.place < end and block.shaped]
    front.sort(key=lambda block: -block.style.emphasis)
    if len(abstracts) != 1:
        later = [block.style.emphasis for block in blocks if block.place >= end]
        least = max(later, default=0) + _LARGEST
        front = [block for block in front if block.style.emphasis >= least]
    return front[:1]


def _numbered_files(text: SetText, blocks: Sequence[TitleBlock]) -> list[TitleBlock]:
    """Return the titles of an electronic periodical's files, below their numbers: "File 2 of 9".

    None where few are numbered, or not one after the other.
    """
    places: dict[int, int] = {}
    for place, line in enumerate(text.lines):
        mark = pattern("file_of").search(line.text)
        if mark and not line.is_full:
            places[int(mark["number"])] = place  # one in a list of the files comes before
    numbers = sorted(places, key=lambda number: places[number])
    if len(numbers) < _FILES or not _mostly_rise(numbers):
        return []
    titles = []
    below = iter(blocks)
    for number in numbers:
        for block in below:
            if block.place > places[number]:
                titles.append(block)
                break
    return titles


def _mostly_rise(numbers: Sequence[int]) -> bool:
    rising = sum(low < high for low, high in pairwise(numbers))
    return rising >= _RISING * (len(numbers) - 1)


def _drop_entries_of_text(blocks: Sequence[TitleBlock]) -> None:
    """Drop the contents entries of what is not set apart as most titles of the list are."""
    listed = [block for block in blocks if block.entry]
    distances = [block.line.apart for block in listed]
    for block in listed:
        if block.line.apart < median(distances) - 1 and not block.line.opens_page:
            block.entry = None


def _best_class(
    text: SetText, blocks: Sequence[TitleBlock], usable: Set[TitleBlock]
) -> TitleClass | None:
    """Return the class of the titles; None where none runs through the whole text."""
    by_style: dict[Style, list[TitleBlock]] = defaultdict(list)
    for block in blocks:
        if block in usable:
            by_style[block.style].append(block)
    classes = []
    for style, alike in by_style.items():
        # The title on the first page may be in larger letters.
        larger = [block for block in blocks if block.style.emphasis > style.emphasis > 0]
        for apart in range(_MOST_APART, 0, -1):
            members = [block for block in alike if block.line.apart >= apart]
            if len(members) < _FEWEST or _are_parts(members):
                continue
            places = [block.place for block in members + larger]
            if max(places) - min(places) >= _REACH * len(text.lines):
                classes.append(TitleClass(style, apart, members))
    entries = sum(block.entry is not None for block in blocks)
    return max(classes, key=lambda found: found.score(entries), default=None)


def _are_parts(members: Sequence[TitleBlock]) -> bool:
    """Return whether title blocks are the numbered parts of each item: they begin anew."""
    counts = [_COUNT.match(block.text) for block in members if block.style.mark == "1"]
    return not _mostly_rise([int(count.group()) for count in counts if count])


def _beside_listed(
    blocks: Sequence[TitleBlock], accepted: set[TitleBlock], contents: Contents
) -> set[TitleBlock]:
    """Return the titles that a contents list names, and which others of their class are items.

    What is behind all that it names, at the text's end, is advertisements: of books, with bylines;
    but not what is in the large letters of titles.
    Before that, titles with a byline are items. Of others, those before the list and these are the
    masthead; and a list with the author of most items names all of them.
    """
    kept = {block for block in blocks if block.entry}
    if not kept:
        return accepted
    authors = sum(entry.author is not None for entry in contents.entries.values())
    names_all = authors > _DETAILED * len(contents.entries)
    bylined = [block.place for block in accepted if block.byline.says_by]
    begin = min([contents.end, *bylined])
    end = max(block.place for block in kept)
    for block in accepted:
        is_before_end = block.place < end or block.style.emphasis >= LARGE
        is_told = block.byline.says_by or (block.place >= begin and not names_all)
        if is_before_end and is_told:
            kept.add(block)
    return kept


def _in_sections(
    blocks: Sequence[TitleBlock], usable: Set[TitleBlock], accepted: Set[TitleBlock]
) -> Iterator[TitleBlock]:
    """Yield the items, those of a section of news with its heading.

    The items of such a section have titles that are set lower, up to one that has a byline or is
    in capitals again.
    """
    section: TitleBlock | None = None
    for block, below in pairwise([*blocks, *blocks[-1:]]):
        if _heads_news(block) and below in usable and below.place == block.body:
            section = block
            continue
        opens_section = section is not None and block.place == section.body
        is_high = block.case is Case.CAPITALS and not opens_section
        is_low = opens_section or (block.line.apart >= 1 and not is_high)
        if block in accepted and (block.byline.says_by or is_high):
            section = None
        if block in accepted or (section and block in usable and is_low):
            block.section = section
            yield block


def _heads_news(block: TitleBlock) -> bool:
    """Return whether a title block may be the heading of a section of news, by what it says."""
    if block.byline.names or not block.shaped or block.case is not Case.CAPITALS:
        return False
    is_apart = block.line.apart >= 2 or block.line.opens_page
    return is_apart and pattern("news").search(block.text) is not None


def _with_text(text: SetText, starts: Sequence[TitleBlock]) -> Iterator[TitleBlock]:
    """Yield the starts without those that have too little text, that advertise, or on the cover.

    The cover is the pages before page 1; on them, only a name or the contents list makes an item.
    """
    places = [*(start.place for start in starts), len(text.lines)]
    for block, end in zip(starts, places[1:], strict=True):
        said = text.joined(range(block.body, end))
        words = len(said) // _WORD_LENGTH  # Chinese, Japanese and Thai have no spaces between
        if block.entry:
            is_item = words >= _LISTED_WORDS
        else:
            is_cover = text.page_number(block.place) == 0 and not block.byline.names
            is_advertised = _sells(said) and not block.byline.says_by
            is_item = words >= _ITEM_WORDS and not is_cover and not is_advertised
        if is_item:
            yield block


def _sells(said: str) -> bool:
    """Return whether a short text has so many prices, addresses and the like that it advertises."""
    cues = len(pattern("selling").findall(said))
    return cues >= _CUES and len(said.split()) < _WORDS_TO_A_CUE * cues


def _below_names(blocks: Sequence[TitleBlock], starts: list[TitleBlock]) -> list[TitleBlock]:
    """Return the starts with the author that is named above each title, where that is the custom.

    So it is where most titles have a name right above, the first of them too: what is above another
    may sign the item before. A name may have been taken for the title.
    """
    below = {upper: lower for upper, lower in pairwise(blocks) if _names_author(upper, lower)}
    above = {lower: upper for upper, lower in below.items()}
    titles = [below.get(start, start) for start in starts]
    named = [title in above for title in titles]
    if not any(named[:1]) or sum(named) < _ABOVE * len(titles):
        return starts
    for title in titles:
        name = above.get(title)
        if name and not title.byline.names:
            title.byline = Byline(name.text, lines=range(name.place, name.end))
    return titles


def _names_author(upper: TitleBlock, lower: TitleBlock) -> bool:
    """Return whether a title block is a name right above another one, by its letters no title."""
    if not lower.shaped or lower.place > upper.body or not is_name(upper.text):
        return False
    if is_name(lower.text) and upper.case is Case.CAPITALS and lower.case is not Case.CAPITALS:
        return False
    return upper.style.emphasis <= lower.style.emphasis

"""Which of the places where an item may begin are items: chosen by how they are set.

The titles of one issue are set alike. The title blocks are put into classes by how they are set,
and the widest class that runs through the whole text is taken. Bylines and the contents list
confirm a class; they do not choose it, since books advertised have bylines too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from lprcorpus.draft.contents_list import Contents, ContentsEntry
from lprcorpus.draft.set_lines import SetLines
from lprcorpus.draft.title_blocks import TitleBlock
from lprcorpus.draft.wording import NEWS, Case, is_name, words_of

__all__ = ["ItemStart", "choose_starts"]

_FEWEST = 3  # items that make a class
_WIDE = 3  # blank lines, or what a rule or a page's beginning is worth
_MOST_APART = 4
_MOST_EMPHASIS = 10  # tenths of the size of most text
_MOST_COUNTED = 32  # items: more make a class no more likely
_REACH = 0.5  # of the text: a class that runs through it reaches over as much
_VERSE_LINES = 4
_FOLLOWING, _FOLLOWING_A_BYLINE = 8, 14  # lines below a title in which its text begins
_ITEM_WORDS = 25  # fewer words than this between two titles make no item
_LISTED_WORDS = 5  # likewise, where a contents list names the item
_SECTION_WORDS = 5
_SECTION_BLOCKS = 100  # title blocks below its heading that show what a section contains
_LARGEST = 3  # tenths: a title so much larger than all after it is that of the whole
_FRONT_LINES = 60  # of an article, before its abstract
_ABSTRACT = re.compile(
    r"\W*(?:abstract|summary|zusammenfassung|résumé|resumen)\b\W*(?:$|[.:—–-])", re.IGNORECASE
)
_REFERENCES = re.compile(
    r"[\W\d]*(?:references|bibliography|works\s+cited|literatur|références|bibliographie)\W*",
    re.IGNORECASE,
)
_LIST_CHARACTERS = 150  # under a title: what is less is a line of a list
_COUNT = re.compile(r"\d{1,3}")
_TRUSTED = 4  # entries found: a contents list that names as many is one
_FOUND = 0.6  # of the entries with pages: with so many found, a list names all items
_EXTRA = 0.6  # items that a list does not name for each one that it names, at most
_MASTHEAD_LINES = 12  # from the first line of the text to the title of the first item
_ABOVE = 0.8  # of the items: so many have a name where the title is, and a title below it
_BYLINED = 0.5  # of the titles: with so many, a byline alone makes a title one of an item
_DECORATION = " .:*=-[]"
_CUES, _WORDS_TO_A_CUE = 2, 60
_ADVERTISEMENTS = re.compile(
    r"(?:advertis(?:ements?|ing|ers)|classifieds?(?:\s+ads?)?|subscription(?:s|\s+\w+)?|for\s+sale)",
    re.IGNORECASE,
)
_SELLING = re.compile(
    r"[$£€]\s?\d|\b\d+\s?(?:c\.|cts?\b|cents\b)|\b\d{3}[-/ ]\d{3}-\d{4}\b|\bP\.?\s?O\.?\s+Box\b"
    r"|\b(?:postpaid|post-?free|by\s+mail|by\s+express|prepaid|catalogues?|free\s+sample|discount"
    r"|order\s+(?:now|from|today)|warranted|send\s+(?:for|to|one|\w+\s+(?:cents|dollars))|retail"
    r"|per\s+(?:year|copy|annum|dozen|line)|agents?\s+wanted|sold\s+by|toll[- ]free|for\s+sale)\b"
    r"|\b\d+\s+(?:\w+\s+){1,2}(?:st\.|street|avenue|ave\.|broadway)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ItemStart:
    """A place where an item begins: its title, its contents entry, its section, how sure it is."""

    block: TitleBlock
    entry: ContentsEntry | None
    section: TitleBlock | None
    confidence: float


class _Style(NamedTuple):
    """How a title block is set, its distance from what is before it aside."""

    mark: str
    capitals: bool
    centred: bool
    underlined: bool
    emphasis: int


class _TitleClass(NamedTuple):
    """The title blocks of one style that are at least so far apart, and how well they fit."""

    score: float
    style: _Style
    apart: int
    members: tuple[int, ...]


def choose_starts(
    lines: SetLines, blocks: Sequence[TitleBlock], contents: Contents | None
) -> list[ItemStart]:
    """Return where the items begin, in order."""
    article = _only_article(lines, blocks)
    if article is not None:
        return [ItemStart(article, None, None, 0.8)]
    bylines = {block.byline[0] for block in blocks if block.byline}
    usable = []
    for index, block in enumerate(blocks):
        in_contents = contents is not None and contents.start <= block.place < contents.end
        is_byline = block.place in bylines
        if block.shaped and not in_contents and not is_byline and _is_followed(lines, block):
            usable.append(index)
    listed = _listed(blocks, contents) if contents else {}
    chosen = _best_class(lines, blocks, usable, listed)
    if chosen is not None and not _agree(chosen, listed):
        listed = {}
    accepted = dict.fromkeys(listed, 0.95)
    if chosen is not None:
        found = [index for index in _like_class(blocks, usable, chosen) if index not in listed]
        if contents is not None and listed:
            if _is_complete(contents):
                found = [index for index in found if blocks[index].says_by]
            elif _names_most(contents, listed, chosen):
                found = _beside_listed(blocks, found, listed)
        if contents is not None and listed:  # what is before the list is the masthead
            found = [index for index in found if blocks[index].place >= contents.end]
        for index in found:
            accepted[index] = 0.9 if blocks[index].says_by else 0.75
    if chosen is None or _bylined_share(blocks, chosen.members) >= _BYLINED:
        apart = min(chosen.apart, 2) if chosen else 2
        for index in usable:
            if blocks[index].says_by and blocks[index].apart >= apart:
                accepted.setdefault(index, 0.7)
    section_apart = chosen.apart if chosen else _WIDE
    level = 1 if lines.setting.paragraphs == "line fit" else 2
    starts = _with_sections(blocks, usable, accepted, listed, section_apart, level)
    starts = _without_masthead(lines, _without_empty(lines, starts))
    return _below_bylines(blocks, starts)


def _below_bylines(blocks: Sequence[TitleBlock], starts: list[ItemStart]) -> list[ItemStart]:
    """Return the starts with the title and not the author, where authors are named above titles."""
    by_place = {block.place: block for block in blocks}
    moved = []
    for start in starts:
        title = by_place.get(start.block.body)
        if (
            is_name(start.block.text)
            and title is not None
            and title.shaped
            and title.body > title.place
        ):
            block = replace(title, names=title.names or start.block.text)
            moved.append(replace(start, block=block))
    return moved if moved and len(moved) >= _ABOVE * len(starts) else starts


def _without_masthead(lines: SetLines, starts: list[ItemStart]) -> list[ItemStart]:
    """Return the starts without those of the cover, where nothing says that they are items.

    The cover is the first lines of the text, or the pages before page 1.
    """
    while len(starts) >= _FEWEST and starts[0].entry is None and starts[0].block.names is None:
        place, next_place = starts[0].block.place, starts[1].block.place
        is_short = place == 0 and next_place <= _MASTHEAD_LINES
        is_cover = lines.page_number(place) == 0 and lines.page_number(next_place) > 0
        if not is_short and not is_cover:
            break
        starts = starts[1:]
    return starts


def _is_complete(contents: Contents) -> bool:
    """Return whether a contents list gives pages and all that it names is found."""
    paged = [entry for entry in contents.entries.values() if entry.page is not None]
    return len(paged) >= _TRUSTED and len(paged) == len(contents.entries) and not contents.unmatched


def _names_most(contents: Contents, listed: dict[int, ContentsEntry], chosen: _TitleClass) -> bool:
    """Return whether a contents list names most items: it gives pages, or is as long as the class."""
    entries = len(listed) + len(contents.unmatched)
    paged = sum(entry.page is not None for entry in listed.values())
    if 2 * paged > len(listed) and len(listed) >= _FOUND * entries:
        return True
    return entries >= max(_TRUSTED, 0.5 * len(chosen.members))


def _listed(blocks: Sequence[TitleBlock], contents: Contents) -> dict[int, ContentsEntry]:
    """Return the entries of a contents list whose titles are set apart as most of them are."""
    usual = median(blocks[index].apart for index in contents.entries)
    listed = {}
    for index, entry in contents.entries.items():
        apart = blocks[index].apart >= usual - 1 or blocks[index].opens_page
        if apart and not _ADVERTISEMENTS.fullmatch(entry.title.strip(_DECORATION)):
            listed[index] = entry
    return listed


def _agree(chosen: _TitleClass, listed: dict[int, ContentsEntry]) -> bool:
    """Return whether the contents list names titles of the class, or more than that has."""
    named = sum(index in listed for index in chosen.members)
    return 2 * named >= len(listed) or len(listed) > len(chosen.members)


def _beside_listed(
    blocks: Sequence[TitleBlock], found: Sequence[int], listed: dict[int, ContentsEntry]
) -> list[int]:
    """Return what may be items though a contents list, which names most, does not name them.

    They are as far apart as most that it names, and not behind the last of these, where the
    advertisements are.
    """
    usual = sorted(blocks[index].apart for index in listed)[len(listed) // 2]
    kept = [index for index in found if blocks[index].apart >= usual and index < max(listed)]
    if len(kept) > _EXTRA * len(listed):
        kept = [index for index in kept if blocks[index].says_by]
    return kept


def _is_followed(lines: SetLines, block: TitleBlock) -> bool:
    """Return whether text follows a title before the next wide gap: prose, or lines of verse."""
    short = 0
    far = _FOLLOWING_A_BYLINE if block.says_by else _FOLLOWING
    for place in range(block.body, min(block.body + far, len(lines))):
        if lines.rule[place]:
            continue
        if short and lines.gap[place] >= max(2, block.apart) and not block.says_by:
            break
        if lines.is_full(place):
            return True
        short += 1
    return short >= _VERSE_LINES


def _only_article(lines: SetLines, blocks: Sequence[TitleBlock]) -> TitleBlock | None:
    """Return the title of a text that is one article.

    It has references, and one abstract or, in front, a title in letters larger than all others.
    """
    if not any(map(_REFERENCES.fullmatch, lines.text[len(lines) // 2 :])):
        return None
    abstracts = [place for place, text in enumerate(lines.text) if _ABSTRACT.match(text)]
    front_end = abstracts[0] if len(abstracts) == 1 else _FRONT_LINES
    front = [
        block for block in blocks if block.place < min(front_end, _FRONT_LINES) and block.shaped
    ]
    later = [block.emphasis for block in blocks if block.place >= front_end]
    title = max(front, key=lambda block: (block.emphasis, -block.place), default=None)
    if title is None or (len(abstracts) != 1 and title.emphasis < max(later, default=0) + _LARGEST):
        return None
    return title


def _bylined_share(blocks: Sequence[TitleBlock], members: Sequence[int]) -> float:
    return sum(blocks[index].says_by for index in members) / len(members)


def _style(block: TitleBlock) -> _Style:
    """Return a block's style; where a mark or a rule shows a title, its capitals show nothing."""
    shown = block.underlined or block.mark != "" or block.emphasis > 0
    capitals = block.case is Case.CAPITALS and not shown
    return _Style(
        block.mark, capitals, block.centred and not block.emphasis, block.underlined, block.emphasis
    )


def _best_class(
    lines: SetLines,
    blocks: Sequence[TitleBlock],
    usable: Sequence[int],
    listed: dict[int, ContentsEntry],
) -> _TitleClass | None:
    """Return the class of titles: the widest that runs through the whole text."""
    by_style: dict[_Style, list[int]] = {}
    for index in usable:
        if (
            blocks[index].case is not Case.SENTENCE
            or blocks[index].apart >= 2
            or _is_marked(blocks[index])
        ):
            by_style.setdefault(_style(blocks[index]), []).append(index)
    classes = []
    for style, members in by_style.items():
        for apart in range(_MOST_APART, 0, -1):
            kept = tuple(index for index in members if blocks[index].apart >= apart)
            score = _score(lines, blocks, kept, style, apart, listed)
            if score > 0:
                classes.append(_TitleClass(score, style, apart, kept))
    return max(classes, default=None)


def _is_marked(block: TitleBlock) -> bool:
    return block.underlined or block.centred or block.mark != "" or block.emphasis > 0


def _score(
    lines: SetLines,
    blocks: Sequence[TitleBlock],
    members: Sequence[int],
    style: _Style,
    apart: int,
    listed: dict[int, ContentsEntry],
) -> float:
    """Return how likely a class is that of the titles; 0 where it does not run through the text."""
    if len(members) < 2:
        return 0.0
    places = [blocks[index].place for index in members]
    reach = (places[-1] - places[0]) / len(lines)
    if len(members) < _FEWEST or reach < _REACH:
        return 0.0
    if _are_a_list(lines, places) or (style.mark == "1" and not _count_on(blocks, members)):
        return 0.0
    named = sum(index in listed for index in members)
    score = 1.5 * apart + 2.0 * style.underlined + 1.0 * style.centred + 1.0 * style.capitals
    score += 0.5 * min(style.emphasis, _MOST_EMPHASIS)
    score += (
        0.5 * (style.mark != "") + 1.0 * reach + 0.8 * math.log2(min(len(members), _MOST_COUNTED))
    )
    score += 2.0 * _bylined_share(blocks, members)
    score += 1.0 * sum(blocks[index].names is not None for index in members) / len(members)
    if listed:
        score += 4.0 * named / len(listed)
    return score


def _are_a_list(lines: SetLines, places: Sequence[int]) -> bool:
    """Return whether most titles have hardly any text before the next: they are lines of a list."""
    short = 0
    for low, high in pairwise([*places, len(lines)]):
        short += sum(map(len, lines.text[low + 1 : min(high, low + 20)])) < _LIST_CHARACTERS
    return short > 0.5 * len(places)


def _count_on(blocks: Sequence[TitleBlock], members: Sequence[int]) -> bool:
    """Return whether numbered titles go on counting, as those of the parts of each item do not."""
    numbers = []
    for index in members:
        match = _COUNT.match(blocks[index].text)
        if match:
            numbers.append(int(match.group()))
    rising = sum(low < high for low, high in pairwise(numbers))
    return rising >= 0.8 * (len(numbers) - 1)


def _like_class(
    blocks: Sequence[TitleBlock], usable: Sequence[int], chosen: _TitleClass
) -> list[int]:
    """Return the members of a class, and what is set apart as widely whatever its capitals."""
    members = set(chosen.members)
    found = []
    for index in usable:
        block = blocks[index]
        alike = (
            block.emphasis >= chosen.style.emphasis
            and block.mark == chosen.style.mark
            and block.underlined >= chosen.style.underlined
        )
        alike = alike and block.centred >= chosen.style.centred and block.case is not Case.SENTENCE
        wide = _WIDE + 1 if block.ruled_off else _WIDE  # a rule alone may be an ornament
        if index in members or (alike and block.apart >= max(chosen.apart, wide)):
            found.append(index)
    return found


def _with_sections(
    blocks: Sequence[TitleBlock],
    usable: Sequence[int],
    accepted: dict[int, float],
    listed: dict[int, ContentsEntry],
    section_apart: int,
    level: int,
) -> list[ItemStart]:
    """Return the items, those of a section with its heading.

    A section's heading is set apart as items are, and the title of its first item follows at once.
    Where more titles that are set lower come after it, it is a section if it says that it has news
    or if they have bylines; else the heading is an item's title, and these are headings in it.
    """
    can_begin = set(usable)
    starts: list[ItemStart] = []
    section: TitleBlock | None = None
    for index, block in enumerate(blocks):
        is_apart = block.apart >= section_apart or (block.opens_page and NEWS.search(block.text))
        may_head = index not in listed and (index in accepted or is_apart)
        if starts and may_head and _heads_section(blocks, index, accepted, can_begin):
            section = block
            continue
        if index in accepted:
            if (
                section is not None
                and block.place != section.body
                and _leaves(block, section, level)
            ):
                section = None
            starts.append(ItemStart(block, listed.get(index), section, accepted[index]))
        elif section is not None and index in can_begin and _is_in_section(block, section, level):
            starts.append(ItemStart(block, None, section, 0.7))
    return starts


def _is_in_section(block: TitleBlock, section: TitleBlock, level: int) -> bool:
    """Return whether a title that is set lower than items begins one all the same."""
    if (block.apart < level and not block.opens_page) or block.case is Case.CAPITALS:
        return block.place == section.body
    return block.place == section.body or block.says_by or NEWS.search(section.text) is not None


def _leaves(block: TitleBlock, section: TitleBlock, level: int) -> bool:
    """Return whether an item is in a section no more: it is set further apart, or has a byline."""
    if NEWS.search(section.text):
        return block.says_by or block.case is Case.CAPITALS
    return block.apart > level


def _heads_section(
    blocks: Sequence[TitleBlock], index: int, accepted: dict[int, float], can_begin: set[int]
) -> bool:
    """Return whether a title block is the heading of a section and not the title of an item."""
    block = blocks[index]
    if block.names is not None or not block.shaped or block.case is not Case.CAPITALS:
        return False
    if is_name(block.text) and not NEWS.search(block.text):
        return False
    if block.apart < 2 and not block.opens_page:
        return False
    if len(words_of(block.text)) > _SECTION_WORDS or index + 1 not in can_begin:
        return False
    below = blocks[index + 1]
    if below.place != block.body or below.apart < 1:
        return False
    lower = []
    for after in range(index + 2, min(index + _SECTION_BLOCKS, len(blocks))):
        if after in accepted:
            break
        if after in can_begin:
            lower.append(blocks[after])
    level = min(below.apart, 2)
    siblings = [other for other in lower if other.apart >= level and other.case is below.case]
    has_news = NEWS.search(block.text) is not None
    return not siblings or has_news or any(other.says_by for other in [below, *siblings])


def _without_empty(lines: SetLines, starts: Sequence[ItemStart]) -> list[ItemStart]:
    """Return the starts without those that have too little text, or that advertise."""
    kept: list[ItemStart] = []
    words = [
        0 if rule else len(text.split()) for text, rule in zip(lines.text, lines.rule, strict=True)
    ]
    pending = list(reversed(starts))
    while pending:
        start = pending.pop()
        end = pending[-1].block.place if pending else len(lines)
        count = sum(words[start.block.body : end])
        if count < (_LISTED_WORDS if start.entry else _ITEM_WORDS):
            if pending and start.entry and pending[-1].block.apart < start.block.apart:
                pending[-1] = start  # what follows is its subtitle
            continue
        if (
            start.entry is None
            and start.confidence <= 0.8
            and _advertises(lines, start, end, count)
        ):
            continue
        kept.append(start)
    return kept


def _advertises(lines: SetLines, start: ItemStart, end: int, words: int) -> bool:
    """Return whether the text under a title sells something: it is short, with prices and the like."""
    for above in (start.block, start.section):
        if above and _ADVERTISEMENTS.fullmatch(above.text.strip(_DECORATION)):
            return True
    texts = [start.block.text, *lines.text[start.block.body : end]]
    cues = sum(len(_SELLING.findall(text)) for text in texts)
    return cues >= _CUES and words < _WORDS_TO_A_CUE * cues

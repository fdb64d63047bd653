"""Which of the places where an item may begin are items: those set as titles are, and listed ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median, median_high

from lprcorpus.draft.contents_list import Contents, ContentsEntry
from lprcorpus.draft.sections import Sections
from lprcorpus.draft.set_lines import WIDE, SetText
from lprcorpus.draft.title_blocks import TitleBlock
from lprcorpus.draft.title_classes import TitleClass, best_class
from lprcorpus.draft.wording import is_name, pattern

__all__ = ["ItemStart", "choose_starts"]

_FEWEST = 3  # items, so that the first may be dropped as a cover
_VERSE_LINES = 4
_FOLLOWING, _FOLLOWING_A_BYLINE = 8, 14  # lines below a title in which its text begins
_ITEM_WORDS = 25  # fewer words than this between two titles make no item
_LISTED_WORDS = 5  # likewise, where a contents list names the item
_LARGEST = 3  # tenths: a title so much larger than all after it is that of the whole
_FRONT_LINES = 60  # of an article, before its abstract
_ABSTRACT = pattern("abstract")
_REFERENCES = pattern("references")
_TRUSTED = 4  # entries found: a contents list that names as many is one
_MASTHEAD_LINES = 12  # from the first line of the text to the title of the first item
_ABOVE = 0.8  # of the items: so many have a name where the title is, and a title below it
_BYLINED = 0.5  # of the titles: with so many, a byline alone makes a title one of an item
_DECORATION = " .:*=-[]"
_CUES, _WORDS_TO_A_CUE = 2, 60
_ADVERTISEMENTS = pattern("advertisements")
_SELLING = pattern("selling")


@dataclass(frozen=True)
class ItemStart:
    """A place where an item begins: its title, its contents entry, its section, how sure it is."""

    block: TitleBlock
    entry: ContentsEntry | None
    section: TitleBlock | None
    confidence: float


def choose_starts(
    text: SetText, blocks: Sequence[TitleBlock], contents: Contents | None
) -> list[ItemStart]:
    """Return where the items begin, in order."""
    article = _only_article(text, blocks)
    if article is not None:
        return [ItemStart(article, None, None, 0.8)]
    usable = _usable(text, blocks, contents)
    listed = _listed(contents) if contents else {}
    chosen = best_class(text, usable, listed)
    if chosen is not None and not _agree(chosen, listed):
        listed = {}
    accepted = dict.fromkeys(listed, 0.95)
    if chosen is not None:
        members = set(chosen.members)
        found = []
        for block in usable:
            if block not in listed and (block in members or chosen.is_like(block)):
                found.append(block)
        if contents is not None and listed:
            found = _beside_listed(found, listed, contents, chosen)
        for block in found:
            accepted[block] = 0.9 if block.says_by else 0.75
    if chosen is None or chosen.bylined_share >= _BYLINED:
        apart = min(chosen.apart, 2) if chosen else 2
        for block in usable:
            if block.says_by and block.apart >= apart:
                accepted.setdefault(block, 0.7)
    sections = Sections(text, blocks, usable, accepted, chosen.apart if chosen else WIDE)
    starts = []
    for block, section, confidence in sections.items(listed):
        starts.append(ItemStart(block, listed.get(block), section, confidence))
    starts = _without_cover(text, _without_empty(text, starts))
    return _below_names(blocks, starts)


def _only_article(text: SetText, blocks: Sequence[TitleBlock]) -> TitleBlock | None:
    """Return the title of a text that is one article.

    It has references, and one abstract or, in front, a title in letters larger than all others.
    """
    lines = text.lines
    if not any(_REFERENCES.fullmatch(line.text) for line in lines[len(lines) // 2 :]):
        return None
    abstracts = [place for place, line in enumerate(lines) if _ABSTRACT.match(line.text)]
    has_abstract = len(abstracts) == 1
    end = min(abstracts[0], _FRONT_LINES) if has_abstract else _FRONT_LINES
    front = [block for block in blocks if block.place < end and block.shaped]
    title = max(front, key=lambda block: block.style.emphasis, default=None)
    if title is None or has_abstract:
        return title
    later = max((block.style.emphasis for block in blocks if block.place >= end), default=0)
    return title if title.style.emphasis >= later + _LARGEST else None


def _usable(
    text: SetText, blocks: Sequence[TitleBlock], contents: Contents | None
) -> list[TitleBlock]:
    """Return the title blocks that may begin an item: shaped as titles, with text under them."""
    bylines = {block.byline.start for block in blocks if block.byline}
    listing = range(contents.start, contents.end) if contents else range(0)
    usable = []
    for block in blocks:
        is_other = block.place in listing or block.place in bylines
        if block.shaped and not is_other and _is_followed(text, block):
            usable.append(block)
    return usable


def _is_followed(text: SetText, block: TitleBlock) -> bool:
    """Return whether text follows a title before the next wide gap: prose, or lines of verse."""
    short = 0
    far = _FOLLOWING_A_BYLINE if block.says_by else _FOLLOWING
    for line in text.lines[block.body : block.body + far]:
        if line.is_rule:
            continue
        if short and line.gap >= max(2, block.apart) and not block.says_by:
            break
        if line.is_full:
            return True
        short += 1
    return short >= _VERSE_LINES


def _listed(contents: Contents) -> dict[TitleBlock, ContentsEntry]:
    """Return the entries of a contents list whose titles are set apart as most of them are."""
    usual = median(block.apart for block in contents.entries)
    listed = {}
    for block, entry in contents.entries.items():
        is_apart = block.apart >= usual - 1 or block.opens_page
        if is_apart and not _ADVERTISEMENTS.fullmatch(entry.title.strip(_DECORATION)):
            listed[block] = entry
    return listed


def _agree(chosen: TitleClass, listed: Collection[TitleBlock]) -> bool:
    """Return whether the contents list names titles of the class, or more than that has."""
    named = sum(block in listed for block in chosen.members)
    return 2 * named >= len(listed) or len(listed) > len(chosen.members)


def _beside_listed(
    found: Sequence[TitleBlock],
    listed: Mapping[TitleBlock, ContentsEntry],
    contents: Contents,
    chosen: TitleClass,
) -> list[TitleBlock]:
    """Return which titles of a class are items though the contents list does not name them.

    What is before the list is the masthead. Where the list gives the page of each and all are
    found, only a byline makes another title an item. Where it names most items, others are as far
    apart as most of these, and not behind the last of them, where the advertisements are.
    """
    found = [block for block in found if block.place >= contents.end]
    entries = len(listed) + len(contents.unmatched)
    paged = sum(entry.page is not None for entry in contents.entries.values())
    if paged == len(contents.entries) >= _TRUSTED and not contents.unmatched:
        return [block for block in found if block.says_by]
    if entries < max(_TRUSTED, 0.5 * len(chosen.members)):
        return found
    usual = median_high(block.apart for block in listed)
    last = max(block.place for block in listed)
    return [block for block in found if block.apart >= usual and block.place < last]


def _without_empty(text: SetText, starts: Sequence[ItemStart]) -> list[ItemStart]:
    """Return the starts without those that have too little text, or that advertise."""
    kept: list[ItemStart] = []
    pending = list(reversed(starts))
    while pending:
        start = pending.pop()
        end = pending[-1].block.place if pending else len(text.lines)
        lines = [line for line in text.lines[start.block.body : end] if not line.is_rule]
        words = sum(len(line.text.split()) for line in lines)
        if words < (_LISTED_WORDS if start.entry else _ITEM_WORDS):
            if pending and start.entry and pending[-1].block.apart < start.block.apart:
                pending[-1] = start  # what follows is its subtitle
            continue
        is_sure = start.entry is not None or start.confidence > 0.8
        if is_sure or not _advertises(start, [line.text for line in lines], words):
            kept.append(start)
    return kept


def _advertises(start: ItemStart, texts: Sequence[str], words: int) -> bool:
    """Return whether the text under a title sells something: it is short, with prices and the like."""
    for above in (start.block, start.section):
        if above and _ADVERTISEMENTS.fullmatch(above.text.strip(_DECORATION)):
            return True
    cues = sum(len(_SELLING.findall(printed)) for printed in [start.block.text, *texts])
    return cues >= _CUES and words < _WORDS_TO_A_CUE * cues


def _without_cover(text: SetText, starts: list[ItemStart]) -> list[ItemStart]:
    """Return the starts without those of the cover, where nothing says that they are items.

    The cover is the first lines of the text, or the pages before page 1.
    """
    while len(starts) >= _FEWEST and starts[0].entry is None and starts[0].block.names is None:
        place, next_place = starts[0].block.place, starts[1].block.place
        is_short = place == 0 and next_place <= _MASTHEAD_LINES
        is_cover = text.page_number(place) == 0 and text.page_number(next_place) > 0
        if not is_short and not is_cover:
            break
        starts = starts[1:]
    return starts


def _below_names(blocks: Sequence[TitleBlock], starts: list[ItemStart]) -> list[ItemStart]:
    """Return the starts with the title and not the author, where authors are named above titles."""
    by_place = {block.place: block for block in blocks}
    moved = []
    for start in starts:
        title = by_place.get(start.block.body)
        if title and title.shaped and is_name(start.block.text):
            block = replace(title, names=title.names or start.block.text)
            moved.append(replace(start, block=block))
    return moved if moved and len(moved) >= _ABOVE * len(starts) else starts

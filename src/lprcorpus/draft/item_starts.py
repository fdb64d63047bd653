"""Which of the places where an item may begin are items: those set as titles are, and listed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median, median_high

from lprcorpus.draft.contents_list import Contents, ContentsEntry
from lprcorpus.draft.set_lines import WIDE, SetText
from lprcorpus.draft.title_blocks import TitleBlock
from lprcorpus.draft.title_classes import TitleClass, best_class
from lprcorpus.draft.wording import Case, is_name, pattern, words_of

_FEWEST = 3  # items, so that the first may be dropped as a cover
_VERSE_LINES = 4
_FOLLOWING = 8  # lines below a title in which its text begins
_ITEM_WORDS = 25  # fewer words than this between two titles make no item
_LISTED_WORDS = 5  # likewise, where a contents list names the item
_SECTION_WORDS = 5
_SECTION_BLOCKS = 100  # title blocks below its heading that show what a section contains
_LARGEST = 3  # tenths: a title so much larger than all after it is that of the whole
_FRONT_LINES = 60  # of an article, before its abstract
_TRUSTED = 4  # entries found: a contents list that names as many is one
_ABOVE = 0.8  # of the items: so many have a name where the title is, and a title below it
_FOUND = 0.6  # of the entries with pages: with so many found, a list names all items
_EXTRA = 0.6  # items that a list does not name for each one that it names, at most
_MASTHEAD_LINES = 12  # from the first line of the text to the title of the first item
_BYLINED = 0.5  # of the titles: with so many, a byline alone makes a title one of an item
_DECORATION = " .:*=-[]"
_CUES, _WORDS_TO_A_CUE = 2, 60


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
    if chosen is not None:
        named = sum(block in listed for block in chosen.members)
        if 2 * named < len(listed) <= len(chosen.members):
            listed = {}  # it is no list of the titles
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
            if block.says_by and block.line.apart >= apart:
                accepted.setdefault(block, 0.7)
    sections = _Sections(text, blocks, set(usable), accepted, chosen.apart if chosen else WIDE)
    starts = _without_empty(text, sections.starts(listed))
    starts = _without_cover(text, starts)
    return _below_names(blocks, starts)


def _only_article(text: SetText, blocks: Sequence[TitleBlock]) -> TitleBlock | None:
    """Return the title of a text that is one article.

    It has references, and one abstract or, in front, a title in letters larger than all others.
    """
    lines = text.lines
    if not any(pattern("references").fullmatch(line.text) for line in lines[len(lines) // 2 :]):
        return None
    abstracts = [place for place, line in enumerate(lines) if pattern("abstract").match(line.text)]
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
    for line in text.lines[block.body : block.body + _FOLLOWING]:
        if line.is_rule:
            continue
        if short and line.gap >= max(2, block.line.apart) and not block.says_by:
            break
        if line.is_full:
            return True
        short += 1
    return short >= _VERSE_LINES


def _listed(contents: Contents) -> dict[TitleBlock, ContentsEntry]:
    """Return the entries of a contents list whose titles are set apart as most of them are."""
    usual = median(block.line.apart for block in contents.entries)
    listed = {}
    for block, entry in contents.entries.items():
        if block.line.apart >= usual - 1 or block.line.opens_page:
            listed[block] = entry
    return listed


def _beside_listed(
    found: Sequence[TitleBlock],
    listed: Mapping[TitleBlock, ContentsEntry],
    contents: Contents,
    chosen: TitleClass,
) -> list[TitleBlock]:
    """Return which titles of a class are items though the contents list does not name them.

    What is before the list is the masthead. Where the list gives the page of each and all are
    found, only a byline makes another title an item. Where it names most items, others are as far
    apart as most of these, and not behind the last of them, where the advertisements are; if that
    leaves too many, they are headings within the items.
    """
    found = [block for block in found if block.place >= contents.end]
    entries = len(listed) + len(contents.unmatched)
    paged = sum(entry.page is not None for entry in listed.values())
    if paged == len(contents.entries) >= _TRUSTED and not contents.unmatched:
        return [block for block in found if block.says_by]
    has_pages = 2 * paged > len(listed) and len(listed) >= _FOUND * entries
    if not has_pages and entries < max(_TRUSTED, 0.5 * len(chosen.members)):
        return found
    usual = median_high(block.line.apart for block in listed)
    last = max(block.place for block in listed)
    kept = [block for block in found if block.line.apart >= usual and block.place < last]
    if len(kept) <= _EXTRA * len(listed):
        return kept
    return [block for block in kept if block.says_by]


class _Sections:
    """Tells the headings of sections from the titles of items.

    A section's heading is set apart as items are, and the title of its first item follows at once.
    Where more titles that are set lower come after it, it is a section if it says that it has news
    or if they have bylines; else the heading is an item's title, and these are headings in it.
    """

    def __init__(
        self,
        text: SetText,
        blocks: Sequence[TitleBlock],
        usable: set[TitleBlock],
        accepted: Mapping[TitleBlock, float],
        apart: int,
    ) -> None:
        self._blocks = blocks
        self._usable = usable
        self._accepted = accepted
        self._apart = apart
        # Where blank lines are spread everywhere, one that is left means much.
        self._level = 1 if text.setting.paragraphs == "line fit" else 2

    def starts(self, listed: Mapping[TitleBlock, ContentsEntry]) -> list[ItemStart]:
        """Return the items, those of a section with its heading."""
        starts: list[ItemStart] = []
        section: TitleBlock | None = None
        for index, block in enumerate(self._blocks):
            if starts and block not in listed and self._heads(index):
                section = block
            elif block in self._accepted:
                if section and self._leaves(block, section):
                    section = None
                confidence = self._accepted[block]
                starts.append(ItemStart(block, listed.get(block), section, confidence))
            elif section and block in self._usable and self._is_in(block, section):
                starts.append(ItemStart(block, None, section, 0.7))
        return starts

    def _heads(self, index: int) -> bool:
        """Return whether a title block is the heading of a section and not the title of an item."""
        block = self._blocks[index]
        has_news = pattern("news").search(block.text) is not None
        if block.names is not None or not block.shaped or block.case is not Case.CAPITALS:
            return False
        if len(words_of(block.text)) > _SECTION_WORDS or (is_name(block.text) and not has_news):
            return False
        is_apart = block.line.apart >= self._apart or (block.line.opens_page and has_news)
        if not is_apart and block not in self._accepted:
            return False
        if block.line.apart < 2 and not block.line.opens_page:
            return False
        following = self._blocks[index + 1 : index + _SECTION_BLOCKS]
        if not following or following[0] not in self._usable:
            return False
        below = following[0]
        if below.place != block.body or below.line.apart < 1:
            return False
        siblings = []
        for other in following[1:]:
            if other in self._accepted:
                break
            is_as_far = other in self._usable and other.line.apart >= min(below.line.apart, 2)
            if is_as_far and other.case is below.case:
                siblings.append(other)
        return not siblings or has_news or any(other.says_by for other in [below, *siblings])

    def _is_in(self, block: TitleBlock, section: TitleBlock) -> bool:
        """Return whether a title that is set lower than items begins one all the same."""
        if block.place == section.body:
            return True
        if (
            block.line.apart < self._level and not block.line.opens_page
        ) or block.case is Case.CAPITALS:
            return False
        return block.says_by or pattern("news").search(section.text) is not None

    def _leaves(self, block: TitleBlock, section: TitleBlock) -> bool:
        """Return whether an item is in a section no more: it is set further apart, or has a byline."""
        if block.place == section.body:
            return False
        if pattern("news").search(section.text):
            return block.says_by or block.case is Case.CAPITALS
        return block.line.apart > self._level


def _without_empty(text: SetText, starts: Sequence[ItemStart]) -> list[ItemStart]:
    """Return the starts without those that have too little text, or that advertise."""
    kept: list[ItemStart] = []
    pending = list(reversed(starts))
    while pending:
        start = pending.pop()
        block = start.block
        end = pending[-1].block.place if pending else len(text.lines)
        lines = [line for line in text.lines[block.body : end] if not line.is_rule]
        words = sum(len(line.text.split()) for line in lines)
        if words < (_LISTED_WORDS if start.entry else _ITEM_WORDS):
            if pending and start.entry and pending[-1].block.line.apart < block.line.apart:
                pending[-1] = start  # what follows is its subtitle
            continue
        titles = [above.text.strip(_DECORATION) for above in (block, start.section) if above]
        sells = any(map(pattern("advertisements").fullmatch, titles))
        if start.entry is None and start.confidence <= 0.8:
            # A short text with prices, addresses and the like.
            texts = [block.text, *(line.text for line in lines)]
            cues = sum(len(pattern("selling").findall(printed)) for printed in texts)
            sells = sells or (cues >= _CUES and words < _WORDS_TO_A_CUE * cues)
        if not sells:
            kept.append(start)
    return kept


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

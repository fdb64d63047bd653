"""Which of the places where an item may begin are items: those set as titles are, and listed ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from lprcorpus.draft.contents_list import Contents, ContentsEntry
from lprcorpus.draft.set_lines import SetText
from lprcorpus.draft.title_blocks import Byline, TitleBlock, first_block
from lprcorpus.draft.title_classes import TitleClass, best_class
from lprcorpus.draft.wording import Case, is_name, key, pattern, words_of

_LISTED, _WITH_BYLINE, _IN_CLASS, _BYLINE_ONLY, _ARTICLE = 0.95, 0.9, 0.75, 0.7, 0.8
_NO_SIGN = 0.1
"""How sure it is that an item begins, by what says so."""

_FEWEST = 3  # items, so that the first may be dropped as a cover
_ITEM_WORDS = 25  # fewer words than this between two titles make no item
_LISTED_WORDS = 5  # likewise, where a contents list names the item
_SECTION_WORDS = 5
_LARGEST = 3  # tenths: a title so much larger than all after it is that of the whole
_FRONT_LINES = 60  # of an article, before its abstract
_ABOVE = 0.8  # of the items: so many have a name where the title is, and a title below it
_DETAILED = 0.5  # of the entries: a list that gives the author and page of as many names all items
_END = 0.7  # of the text: what is behind the last item named, and behind this, is advertisements
_MASTHEAD_LINES = 12  # from the first line of the text to the title of the first item
_BYLINED = 0.5  # of the titles: with so many, a byline alone makes a title one of an item
_CUES, _WORDS_TO_A_CUE = 2, 60  # prices and addresses: an advertisement has as many


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
        return [ItemStart(article, None, None, _ARTICLE)]
    usable = _usable(blocks, contents)
    listed: dict[TitleBlock, ContentsEntry] = {}
    if contents is not None:
        listed = _set_apart(contents.entries)
    chosen = best_class(text, usable, listed)
    if chosen is not None:
        named = sum(block in listed for block in chosen.members)
        if 2 * named < len(listed) <= len(chosen.members):
            listed = {}  # it is no list of the titles
    accepted = dict.fromkeys(listed, _LISTED)
    if chosen is not None:
        unlisted = _set_alike(usable, chosen, listed)
        if contents is not None and listed:
            unlisted = _beside_listed(text, unlisted, listed, contents)
        for block in unlisted:
            accepted[block] = _WITH_BYLINE if block.says_by else _IN_CLASS
    if chosen is None or chosen.bylined_share >= _BYLINED:
        apart = min(chosen.apart, 2) if chosen else 2
        for block in usable:
            if block.says_by and block.line.apart >= apart:
                accepted.setdefault(block, _BYLINE_ONLY)
    starts = list(_in_sections(text, blocks, set(usable), accepted, listed))
    starts = _without_empty(text, starts)
    starts = _without_cover(text, starts)
    return _below_names(blocks, starts)


def whole_text(text: SetText) -> ItemStart:
    """Return a start at the first words, for a text in which nothing looks like one."""
    return ItemStart(first_block(text), None, None, _NO_SIGN)


def _only_article(text: SetText, blocks: Sequence[TitleBlock]) -> TitleBlock | None:
    """Return the title of a text that is one article.

    It has references, and one abstract or, in front, a title in letters larger than all others.
    """
    lines = text.lines
    if not any(pattern("references").fullmatch(line.text) for line in lines[len(lines) // 2 :]):
        return None
    abstracts = [place for place, line in enumerate(lines) if pattern("abstract").match(line.text)]
    end = _FRONT_LINES
    if len(abstracts) == 1:
        end = min(end, abstracts[0])
    front = [block for block in blocks if block.place < end and block.shaped]
    title = max(front, key=lambda block: block.style.emphasis, default=None)
    if title is None or len(abstracts) == 1:
        return title
    later = max((block.style.emphasis for block in blocks if block.place >= end), default=0)
    return title if title.style.emphasis >= later + _LARGEST else None


def _usable(blocks: Sequence[TitleBlock], contents: Contents | None) -> list[TitleBlock]:
    """Return the title blocks that may begin an item: no byline, and not in the contents list."""
    others = {block.byline.lines.start for block in blocks if block.byline and block.byline.lines}
    if contents is not None:
        others.update(range(contents.start, contents.end))
    return [block for block in blocks if block.shaped and block.place not in others]


def _set_apart(
    entries: Mapping[TitleBlock, ContentsEntry],
) -> dict[TitleBlock, ContentsEntry]:
    """Return the entries of a contents list whose titles are set apart as most of them are."""
    usual = median(block.line.apart for block in entries)
    kept = {}
    for block, entry in entries.items():
        if block.line.apart >= usual - 1 or block.line.opens_page:
            kept[block] = entry
    return kept


def _set_alike(
    usable: Sequence[TitleBlock], chosen: TitleClass, listed: Mapping[TitleBlock, ContentsEntry]
) -> list[TitleBlock]:
    """Return the title blocks of a class, and those like it, that the contents list does not name."""
    members = set(chosen.members)
    found = []
    for block in usable:
        if block not in listed and (block in members or chosen.is_like(block)):
            found.append(block)
    return found


def _beside_listed(
    text: SetText,
    unlisted: Sequence[TitleBlock],
    listed: Mapping[TitleBlock, ContentsEntry],
    contents: Contents,
) -> list[TitleBlock]:
    """Return which titles of a class are items though the contents list does not name them.

    Those that have a byline are. Of others, those before the list and these are the masthead, those
    behind all that it names, at the text's end, advertisements, and those that recur headings
    within items. A list with the author and page of most items names all of them.
    """
    entries = contents.entries.values()
    detailed = sum(entry.author is not None and entry.page is not None for entry in entries)
    names_all = not contents.unmatched and detailed > _DETAILED * len(entries)
    bylined = [block.place for block in unlisted if block.says_by]
    begin = min([contents.end, *bylined])
    end = max(block.place for block in listed)
    if end < _END * len(text.lines):
        end = len(text.lines)
    told = Counter(key(block.text) for block in unlisted)
    kept = []
    for block in unlisted:
        is_between = begin <= block.place < end and told[key(block.text)] == 1
        if block.says_by or (is_between and not names_all):
            kept.append(block)
    return kept


def _in_sections(
    text: SetText,
    blocks: Sequence[TitleBlock],
    usable: set[TitleBlock],
    accepted: Mapping[TitleBlock, float],
    listed: Mapping[TitleBlock, ContentsEntry],
) -> Iterator[ItemStart]:
    """Yield the items, those of a section of news with its heading.

    The items of such a section have titles that are set lower, up to one that has a byline or is
    in capitals again.
    """
    # Where blank lines are spread everywhere, one that is left means much.
    level = 1 if text.setting.paragraphs == "line fit" else 2
    section: TitleBlock | None = None
    is_first = True
    for block, below in pairwise([*blocks, None]):
        if block is None:
            break
        is_heading = not is_first and block not in listed and _heads_news(block)
        if is_heading and below in usable and below is not None and below.place == block.body:
            section = block
            continue
        in_capitals = block.case is Case.CAPITALS
        opens_section = section is not None and block.place == section.body
        is_apart = block.line.apart >= level or block.line.opens_page
        if block in accepted:
            if not opens_section and (block.says_by or in_capitals):
                section = None
            yield ItemStart(block, listed.get(block), section, accepted[block])
            is_first = False
        elif section and block in usable and (opens_section or (is_apart and not in_capitals)):
            yield ItemStart(block, None, section, _BYLINE_ONLY)


def _heads_news(block: TitleBlock) -> bool:
    """Return whether a title block may be the heading of a section of news, by what it says."""
    if block.names is not None or not block.shaped or block.case is not Case.CAPITALS:
        return False
    if len(words_of(block.text)) > _SECTION_WORDS or not pattern("news").search(block.text):
        return False
    return block.line.apart >= 2 or block.line.opens_page


def _without_empty(text: SetText, starts: Sequence[ItemStart]) -> list[ItemStart]:
    """Return the starts without those that have too little text, or that advertise."""
    kept = []
    places = [*(start.block.place for start in starts), len(text.lines)]
    for start, end in zip(starts, places[1:], strict=True):
        lines = [line.text for line in text.lines[start.block.body : end] if not line.is_rule]
        words = sum(len(line.split()) for line in lines)
        if start.entry is not None:
            if words >= _LISTED_WORDS:
                kept.append(start)
        elif words >= _ITEM_WORDS and not (start.confidence < _WITH_BYLINE and _sells(lines)):
            kept.append(start)
    return kept


def _sells(lines: Sequence[str]) -> bool:
    """Return whether a short text has so many prices, addresses and the like that it advertises."""
    cues = sum(len(pattern("selling").findall(line)) for line in lines)
    words = sum(len(line.split()) for line in lines)
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
        name = start.block.text
        title = by_place.get(start.block.body)
        if title and title.shaped and is_name(name):
            byline = title.byline or Byline(name, says_by=False)
            moved.append(replace(start, block=replace(title, byline=byline)))
    return moved if moved and len(moved) >= _ABOVE * len(starts) else starts

"""Which of the places where an item may begin are items: chosen by the contents list or, without one, by how they are set.

Within one issue, titles are set alike. Those that are sure, because a byline follows or the contents list names them, show how;
others set so are items too. Where none is sure, the heads that stand out most are taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lprcorpus.draft.contents_list import Contents, ContentsEntry
from lprcorpus.draft.matching import match_contents
from lprcorpus.draft.prints import Prints
from lprcorpus.draft.title_blocks import Head
from lprcorpus.draft.wording import Case, is_name, is_source, key, words_of

__all__ = ["Start", "choose_starts"]

_TRUSTED = 0.6  # of a contents list's entries: with so many found, it says what the items are
_WIDE = 2  # blank lines that part what is not one item's
_VERSE_LINES = 4
_FEW, _NEARLY_ALL, _SECTION_WORDS = 2, 0.8, 5
_LISTED_WORDS, _SAFE = 5, 0.7
_CUES, _WORDS_TO_A_CUE = 2, 60
_ADVERTISEMENTS = re.compile(
    r"(?:advertis(?:ements?|ing|ers)|classifieds?(?:\s+ads?)?|subscription(?:s|\s+\w+)?|for\s+sale)", re.IGNORECASE
)
_SELLING = re.compile(
    r"[$£€]\s?\d|\b\d+\s?(?:c\.|cts?\b|cents\b)|\b\d{3}[-/ ]\d{3}-\d{4}\b|\bP\.?\s?O\.?\s+Box\b"
    r"|\b(?:postpaid|post-?free|by\s+mail|by\s+express|prepaid|catalogues?|free\s+sample|order\s+(?:now|from|today)|discount|warranted"
    r"|send\s+(?:for|to|one|\w+\s+(?:cents|dollars))|per\s+(?:year|copy|annum|dozen|line)|retail|agents?\s+wanted|sold\s+by"
    r"|toll[- ]free|for\s+sale)\b|\b\d+\s+(?:\w+\s+){1,2}(?:st\.|street|avenue|ave\.|broadway)",
    re.IGNORECASE,
)
_ITEM_WORDS = 25  # fewer words than this between two heads make no item


@dataclass(frozen=True)
class Start:
    """A place where an item begins: its head, what the contents list says of it, its section, and how sure that is."""

    head: Head
    entry: ContentsEntry | None
    section: Head | None
    confidence: float


def choose_starts(prints: Prints, heads: Sequence[Head], contents: Contents | None) -> list[Start]:
    """Return where the items begin, in order."""
    outside = [head for head in heads if contents is None or not contents.start <= head.place < contents.end]
    followed = [head for head in outside if head.shaped and _is_followed(prints, head)]
    if contents is not None:
        matched = match_contents(prints, contents, heads)
        if len(matched) >= 3 and len(matched) >= _TRUSTED * len(contents.entries):
            return _by_contents(prints, heads, followed, contents, matched)
    return _by_setting(prints, outside, followed)


def _is_followed(prints: Prints, head: Head) -> bool:
    """Tell whether text follows a head, before the next rule or wider gap: prose, or lines of verse."""
    short = 0
    for place in range(head.body, min(head.body + 8, len(prints))):
        if prints.rule[place]:
            continue
        if short and prints.gap[place] >= max(_WIDE, head.gap):
            break
        if len(prints.text[place]) > 0.6 * prints.measure and not prints.is_centred(place):
            return True
        short += 1
    return short >= _VERSE_LINES


def _by_contents(
    prints: Prints, heads: Sequence[Head], followed: Sequence[Head], contents: Contents, matched: dict[int, int]
) -> list[Start]:
    """Take what the contents list names, and what is set like it and has a byline."""
    entry_of = {head: contents.entries[entry] for entry, head in matched.items()}
    found = [Start(heads[index], entry_of[index], None, 0.95) for index in sorted(entry_of)]
    places = {start.head.place for start in found}
    first = min(places)
    for head in followed:
        if head.place in places or head.place < first or head.names is None or not head.says_by:
            continue
        if head.opens_page or head.gap >= 2 or head.ruled_off or head.underlined:
            found.append(Start(head, None, None, 0.7))
    found.sort(key=lambda start: start.head.place)
    return _with_bodies(prints, found)


def _by_setting(prints: Prints, heads: Sequence[Head], followed: Sequence[Head]) -> list[Start]:
    """Take the heads with bylines and those set like them or, where these are few, those that stand out most."""
    sure = [head for head in followed if _is_sure(head)]
    saying = [head for head in sure if head.says_by]
    sure = saying if len(saying) > _FEW else sure
    if not any(head.gap >= _WIDE and not head.opens_page for head in sure):  # titles here are not set apart by gaps
        sure = [head for head in followed if head in sure or (head.says_by and _is_right_above(head))]
    if len(sure) < _FEW:
        return _with_bodies(prints, _most_prominent(followed))
    return _with_bodies(prints, _like_sure(prints, heads, followed, sure))


def _is_sure(head: Head) -> bool:
    """Tell whether a head with a byline stands out enough to be an item's."""
    if head.names is None:
        return False
    if head.says_by:
        return _is_apart(head) or head.centred or head.case is Case.CAPITALS
    far = head.place == 0 or head.opens_page or head.underlined or head.ruled_off or head.gap > _WIDE
    return far or (head.gap == _WIDE and not is_name(head.text))


def _is_right_above(head: Head) -> bool:
    """Tell whether a head has its byline on the next line."""
    return head.byline is not None and head.byline[0] == head.end and head.gap >= 1


def _is_apart(head: Head) -> bool:
    """Tell whether a head is set apart from what stands before it."""
    return head.opens_page or head.gap >= _WIDE or head.ruled_off or head.underlined or head.place == 0


def _nearly_all(flags: Iterable[bool]) -> bool:
    values = list(flags)
    return sum(values) >= _NEARLY_ALL * len(values)


class _Style:
    """How the titles of one issue are set, learned from those that are sure."""

    def __init__(self, sure: Sequence[Head]) -> None:
        gaps = sorted(head.gap for head in sure if not head.opens_page)
        self.gap = gaps[(len(gaps) - 1) // 2] if gaps else 0
        counts = Counter(head.case for head in sure)
        self.cases = {case for case, count in counts.items() if count >= 0.2 * len(sure)}
        after = [head for head in sure if head.place > 0 and not head.opens_page]  # nothing stands before the others
        self.centred = _nearly_all(head.centred for head in sure)
        self.underlined = _nearly_all(head.underlined for head in sure)
        self.ruled_off = bool(after) and _nearly_all(head.ruled_off for head in after)
        self.opens_page = 2 * sum(head.opens_page for head in sure) >= len(sure)

    def allows(self, head: Head) -> bool:
        """Tell whether a head stands out at least as much, however its words are written."""
        return head.gap >= self.gap and (head.centred or not self.centred) and (head.underlined or not self.underlined)

    def fits(self, head: Head) -> bool:
        """Tell whether a head is set so."""
        if head.case not in self.cases or (self.centred and not head.centred) or (self.underlined and not head.underlined):
            return False
        if self.gap >= _WIDE:
            return head.gap >= self.gap
        return self.underlined or (self.ruled_off and head.ruled_off)


def _like_sure(prints: Prints, heads: Sequence[Head], followed: Sequence[Head], sure: Sequence[Head]) -> list[Start]:
    """Take the sure heads, those set like them, and those that stand in a section of several items."""
    style = _Style(sure)
    certain, possible = {head.place for head in sure}, {head.place for head in followed}
    found: list[Start] = []
    section: Head | None = None
    within: Case | None = None
    for index, head in enumerate(heads):
        if head.place in certain:
            section = None
            found.append(Start(head, None, None, 0.9 if head.says_by else 0.75))
        elif found and _heads_section(prints, heads, index, possible):
            section, within = head, None
            if style.fits(head):  # a department whose parts are set lower than items is an item itself
                found.append(Start(head, None, None, 0.6))
        elif head.place not in possible:
            continue
        elif section is not None and style.allows(head) and _in_section(prints, head, within):
            if found[-1].head is section:
                found.pop()
            within = head.case
            found.append(Start(head, None, section, 0.7))
        elif style.opens_page and head.opens_page:
            if _page_before_ended(prints, head):
                found.append(Start(head, None, section, 0.6))
        elif style.fits(head):
            section = None
            found.append(Start(head, None, None, 0.6))
    return found


def _heads_section(prints: Prints, heads: Sequence[Head], index: int, possible: set[int]) -> bool:
    """Tell whether a head is a section's: set apart, in capitals, with the head of an item right below."""
    head = heads[index]
    if head.names is not None or not head.shaped or head.case is not Case.CAPITALS or not _is_apart(head):
        return False
    if len(words_of(head.text)) > _SECTION_WORDS or index + 1 >= len(heads):
        return False
    below = heads[index + 1]
    return below.place == head.body and below.place in possible and below.gap >= 1 and _in_section(prints, below, None)


def _in_section(prints: Prints, head: Head, within: Case | None) -> bool:
    """Tell whether a head begins an item of a section, given how the section's last title was written."""
    if within is not None and (head.case is Case.CAPITALS) != (within is Case.CAPITALS):
        return False
    apart = head.opens_page or head.underlined or head.gap >= _WIDE
    return apart or (head.gap >= 1 and prints.setting.paragraphs == "line fit")


def _page_before_ended(prints: Prints, head: Head) -> bool:
    """Tell whether the page before a head's was left before it was full, or ends as an item does: with its source."""
    if head.place == 0 or prints.page[head.place - 1] in prints.short_pages:
        return True
    last = head.place - 1
    while last > 0 and last > head.place - 6 and not prints.ends[last - 1]:
        last -= 1
    before = max(last - 1, 0)
    return any(is_source(prints.text[place]) for place in (last, before))


def _prominence(head: Head) -> float:
    """Return how much a head stands out."""
    score = min(head.gap, 5) + 2.0 * head.underlined + 1.5 * head.ruled_off + 1.0 * head.centred + 1.5 * head.opens_page
    return score + {Case.CAPITALS: 1.5, Case.TITLE: 0.7, Case.SENTENCE: 0.0}[head.case] + 2.0 * (head.names is not None)


def _most_prominent(heads: Sequence[Head]) -> list[Start]:
    """Take the heads of the most prominent kind that has at least three, with a fair amount of text under each."""
    marked = sorted({_prominence(head) for head in heads if len(words_of(head.text)) <= 16}, reverse=True)
    for level in marked:
        kept = [head for head in heads if _prominence(head) >= level - 0.5]
        if len(kept) >= 3:
            return [Start(head, None, None, 0.5) for head in kept]
    return [Start(head, None, None, 0.4) for head in heads[:1]]


def _with_bodies(prints: Prints, starts: Sequence[Start]) -> list[Start]:
    """Drop what has too little text before the next start, and what advertises: neither is an item."""
    words = [len(text.split()) if not rule else 0 for text, rule in zip(prints.text, prints.rule, strict=True)]
    found = []
    for index, start in enumerate(starts):
        end = starts[index + 1].head.place if index + 1 < len(starts) else len(prints)
        count = sum(words[start.head.body : end])
        listed = start.entry is not None
        if count < (_LISTED_WORDS if listed else _ITEM_WORDS):
            continue
        if not listed and start.confidence <= _SAFE and _advertises(prints, start, end, count):
            continue
        found.append(start)
    seen: set[tuple[str, int]] = set()
    kept = []
    for start in found:
        mark = (key(start.head.text), start.head.place)
        if mark not in seen:
            kept.append(start)
        seen.add(mark)
    return kept


def _advertises(prints: Prints, start: Start, end: int, words: int) -> bool:
    """Tell whether the text under a head sells something: among advertisements, or short with prices, addresses and the like."""
    head = start.head
    if any(_ADVERTISEMENTS.fullmatch(above.text.strip(" .:*=-[]")) for above in (head, start.section) if above):
        return True
    texts = [head.text, *prints.text[head.body : end]]
    cues = sum(len(_SELLING.findall(text)) for text in texts)
    return cues >= _CUES and words < _WORDS_TO_A_CUE * cues

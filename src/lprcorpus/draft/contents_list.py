"""A contents list: an early run of lines many of which recur later, in order, as titles.

It may have a heading or none, dot leaders, columns, bullets or numbers, or be one run-in paragraph
(``A -- B -- C``). None of that is taken apart: a line names the title whose words it begins with.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lprcorpus.draft.bylines import byline_names, split_title
from lprcorpus.draft.set_lines import SetText
from lprcorpus.draft.title_blocks import TitleBlock
from lprcorpus.draft.wording import is_name, key, may_be_title, pattern

__all__ = ["Contents", "ContentsEntry", "find_contents"]

_HEADING = pattern("contents")
_NUMBER = re.compile(
    r"^[\W_]*(?:(?:\d{1,3}|[IVXLC]+)[\W_]+)?"
)  # a bullet or number before an entry
_LEADER = re.compile(r"\s{2,}|\t|\s?(?:[.…_·]\s?){3,}")
_SEPARATOR = re.compile(rf"{_LEADER.pattern}|\s+[-–—]{{1,2}}\s+|--|[;|·•]|\s\*\s|\d\s+")
_WORD = re.compile(r"[^\W_]+")
_SET_OFF = re.compile(  # what follows a title: nothing, a separator, an author, or a page
    rf"""[.!?"”’')]*(?:\W*$|{_LEADER.pattern}|\s*(?:[-–—]{{1,2}}\s|--|[;|·•/(])|,\s|\s+by\b"""
    r"""|[\W_]*\d{1,4}(?:-\d{1,4})?\W*$|[\s,]+\d{1,4}\s+[-–—;|])""",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"(?:^|[\s.…_,-])(?:p(?:age|p)?\.?\s*)?(?P<page>\d{1,4})(?:-\d{1,4})?\W*$", re.IGNORECASE
)
_DECORATION = " .…·_-–—~*,;:/|()[]\t"
_FEWEST = 3  # entries that are titles later
_EARLY = 0.35  # of the text: where a contents list begins
_MOST_EARLY = 1500  # lines
_FAR = 8  # lines between two entries that are titles later
_DENSITY = 0.3  # of the lines of a list are titles later
_SPREAD = 0.3  # of the text: what the items of a list reach over, or it is one item's own
_OVERLAP = 0.7  # of the letters of the shorter of an entry and its title
_MOST_PLACES = 20  # of a title; what recurs more often is none
_MOST_BETWEEN = 500  # title blocks among which the title of one entry is looked for
_SHORT = 5  # letters
_LONGEST, _MOST_WORDS = 400, 25  # characters of a line that may hold a whole list; words of a title
_LONG = 3  # words that may be the beginning of a longer title


@dataclass(frozen=True)
class ContentsEntry:
    """What a contents list says of one item: its title, author and page, as far as it gives them."""

    title: str
    author: str | None
    page: int | None
    place: int  # of its line


@dataclass(frozen=True)
class Contents:
    """A contents list.

    Attributes:
        start: its first line, the heading if it has one.
        end: one past its last line.
        entries: the entry of each title block (by its index) that the list names.
        unmatched: the entries with a page that are no title of the text.
    """

    start: int
    end: int
    entries: dict[int, ContentsEntry]
    unmatched: tuple[ContentsEntry, ...]


class _Named(NamedTuple):
    """A part of a line that names titles: its characters, and the title blocks that it may mean."""

    start: int
    end: int
    blocks: list[int]


class _Hit(NamedTuple):
    """An early line, or two together, that names later titles."""

    place: int
    last: int
    named: list[tuple[ContentsEntry, list[int]]]


def find_contents(text: SetText, blocks: Sequence[TitleBlock]) -> Contents | None:
    """Find the contents list of a text; None where no early lines recur as titles."""
    titles = _Titles(blocks)
    runs: list[list[_Hit]] = []
    reach = 0  # a run ends where the first title is that it names, and a heading begins another
    for place in range(min(int(_EARLY * len(text.lines)), _MOST_EARLY)):
        hit = _hit_at(text, place, titles)
        if _HEADING.fullmatch(text.lines[place].text):
            reach = 0
        if hit is None:
            continue
        if place >= reach or place - runs[-1][-1].last > _FAR:
            runs.append([])
            reach = len(text.lines)
        runs[-1].append(hit)
        reach = min([reach, *(blocks[found[-1]].place for _, found in hit.named)])
    best: Contents | None = None
    for run in runs:
        contents = _read_run(text, blocks, run)
        if contents and (best is None or len(contents.entries) > len(best.entries)):
            best = contents
    return best


class _Titles:
    """The title blocks of a text by what their titles say."""

    def __init__(self, blocks: Sequence[TitleBlock]) -> None:
        self._places = [block.place for block in blocks]
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._openings: dict[str, list[int]] = defaultdict(list)
        for index, block in enumerate(blocks):
            by = split_title(block.text)
            for title in dict.fromkeys([block.text, by[0] if by else block.text]):
                words = key(_NUMBER.sub("", title, count=1)).split()
                self._whole[" ".join(words)].append(index)
                if len(words) >= _LONG:
                    self._openings[" ".join(words[:_LONG])].append(index)

    def named_by(self, printed: str, after: int) -> list[_Named]:
        """Return the parts of a line that are titles later, or at least open as one does."""
        number = _NUMBER.match(printed)
        starts = [0, number.end() if number else 0]
        starts += [separator.end() for separator in _SEPARATOR.finditer(printed)]
        named: list[_Named] = []
        for start in starts:
            if not named or start >= named[-1].end:
                named += self._begun(printed, start, after)
        if named:
            return named
        for start in starts:
            words = list(_WORD.finditer(printed, start))[:_LONG]
            opening = " ".join(word.group() for word in words).casefold()
            found = self._after(self._openings.get(opening, []), after)
            if found:
                return [_Named(start, len(printed), found)]
        return []

    def _begun(self, printed: str, start: int, after: int) -> list[_Named]:
        """Return the longest title that a line begins with at an offset."""
        words = list(_WORD.finditer(printed, start))[:_MOST_WORDS]
        while words:
            wanted = " ".join(word.group() for word in words).casefold()
            end = words.pop().end()
            found = self._after(self._whole.get(wanted, []), after)
            if found and _SET_OFF.match(printed, end) and len(wanted) >= 3:
                return [_Named(start, end, found)] if not wanted.isdecimal() else []
        return []

    def _after(self, found: Sequence[int], place: int) -> list[int]:
        if len(found) > _MOST_PLACES:
            return []
        return [index for index in found if self._places[index] > place]


def _hit_at(text: SetText, place: int, titles: _Titles) -> _Hit | None:
    """Return what a line, alone or with the next one, names; None where it names no title."""
    for last in (place, place + 1):
        if last >= len(text.lines):
            return None
        line = text.lines[last]
        if line.is_rule or len(line.text) > _LONGEST:
            return None
        if last > place and (line.gap > 0 or _PAGE.search(text.lines[place].text)):
            return None  # the entry ends with its line
        printed = text.joined(place, last + 1)
        named = titles.named_by(printed, last)
        if named:
            ends = [part.start for part in named[1:]] + [len(printed)]
            entries = []
            for part, end in zip(named, ends, strict=True):
                entry = _entry(printed[part.start : part.end], printed[part.end : end], place)
                entries.append((entry, part.blocks))
            return _Hit(place, last, entries)
    return None


def _entry(title: str, rest: str, place: int) -> ContentsEntry:
    """Return an entry with the page and the author that are said after its title."""
    page = _PAGE.search(rest)
    by = rest[: page.start()] if page else rest
    author = by.strip(_DECORATION)
    is_author = is_name(author) and may_be_title(author)
    return ContentsEntry(
        title=title,
        author=byline_names(author) or (author if is_author else None),
        page=int(page["page"]) if page else None,
        place=place,
    )


def _read_run(text: SetText, blocks: Sequence[TitleBlock], run: Sequence[_Hit]) -> Contents | None:
    """Read a run of lines that name titles as a contents list; None where it is none."""
    end = run[-1].last + 1
    entries: dict[int, ContentsEntry] = {}
    reached = end - 1
    kept_end = run[0].place
    for hit in run:
        for entry, found in hit.named:
            free = [index for index in found if index not in entries and blocks[index].place >= end]
            in_order = [index for index in free if blocks[index].place > reached]
            if not free:
                continue
            chosen = max(in_order or free, key=lambda index: (min(blocks[index].apart, 2), -index))
            entries[chosen] = entry
            if in_order:
                reached = blocks[chosen].place
            kept_end = hit.last + 1
    # A first entry that names what is behind all others is the periodical's name, and no item.
    first = next(iter(entries), None)
    if len(entries) > _FEWEST and first == max(entries):
        del entries[first]
    start = min((entry.place for entry in entries.values()), default=0)
    if len(entries) < _FEWEST or len(entries) < _DENSITY * (kept_end - start):
        return None
    reach = blocks[max(entries)].place - blocks[min(entries)].place
    if reach < _SPREAD * (len(text.lines) - end):
        return None  # it is the list of one item's own parts
    unmatched = _match_rest(text, blocks, range(start, kept_end + 2), entries)
    kept_end = max(kept_end, *(entry.place + 1 for entry in entries.values()))
    if start > 0 and _HEADING.fullmatch(text.lines[start - 1].text):
        start -= 1
    return Contents(start, kept_end, entries, tuple(unmatched))


def _match_rest(
    text: SetText, blocks: Sequence[TitleBlock], places: range, entries: dict[int, ContentsEntry]
) -> list[ContentsEntry]:
    """Match the entries with a page that say a title otherwise; return those that match none.

    Such a title has most words of its entry, or the other way round, and is between the titles of
    the entries before and after it.
    """
    named = {entry.place: index for index, entry in entries.items()}
    unmatched = []
    low = -1
    for place in places:
        if place in named:
            low = max(low, named[place])
        if place in named or place >= len(text.lines) or text.lines[place].is_rule:
            continue
        printed = text.lines[place].text
        page = _PAGE.search(printed)
        title = _NUMBER.sub("", printed[: page.start()]) if page else ""
        if page is None or not key(title):
            continue
        shown = _LEADER.split(title)[0].strip(_DECORATION)
        entry = ContentsEntry(shown, None, int(page["page"]), place)
        high = min((index for at, index in named.items() if at > place), default=len(blocks))
        between = [index for index in range(low + 1, high) if blocks[index].place >= places.stop]
        if len(between) > _MOST_BETWEEN:
            between = []  # its neighbours do not say where it is
        best = max(between, key=lambda index: _overlap(title, blocks[index]), default=None)
        if best is None or _overlap(title, blocks[best]) <= _OVERLAP:
            unmatched.append(entry)
        else:
            entries[best] = entry
            low = best
    return unmatched


def _overlap(title: str, block: TitleBlock) -> float:
    """Return the share of letters that an entry and a title have in common, of the shorter one.

    A title that opens with the same long word is enough: it may have its subtitle with it.
    """
    listed, printed = key(title).split(), key(block.text).split()
    if not block.shaped or block.apart < 1 or not listed or not printed:
        return 0.0
    common = sum(map(len, set(listed) & set(printed)))
    shorter = min(sum(map(len, set(listed))), sum(map(len, set(printed))))
    overlap = common / max(shorter, _SHORT)
    if listed[0] == printed[0] and len(listed[0]) >= _SHORT:
        return max(overlap, _OVERLAP + 0.01)
    return overlap

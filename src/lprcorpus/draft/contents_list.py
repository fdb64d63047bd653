"""A contents list: an early run of lines many of which recur later, in order, as titles.

It may have a heading or none, dot leaders, columns, bullets or numbers, or be one run-in paragraph
(``A -- B -- C``). None of that is taken apart: a line names the title whose words it begins with.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lprcorpus.draft.bylines import byline_names
from lprcorpus.draft.set_lines import LARGE, SetText
from lprcorpus.draft.title_blocks import TitleBlock
from lprcorpus.draft.wording import is_name, key, pattern

_NUMBER = re.compile(r"^[\W_]*(?:(?:\d{1,3}|[IVXLC]+)[\W_]+)?")  # a bullet or number of an entry
_LEADER = re.compile(r"\s{2,}|\t|\s?(?:[.…_·]\s?){3,}")
_SEPARATOR = re.compile(rf"{_LEADER.pattern}|\s+[-–—]{{1,2}}\s+|--|[;|·•]|:\s|\s\*\s|\d\s+")
_FULL_STOP = re.compile(r"\.\s+")
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
_SPREAD = 0.3  # of the text: what the items of a list reach over, or it is one item's own
_OVERLAP = 0.5  # of the letters of the shorter of an entry and its title
_MOST_PLACES = 20  # of a title; what recurs more often is none
_MOST_BETWEEN = 500  # title blocks among which the title of one entry is looked for
_LONGEST, _MOST_WORDS = 400, 25  # characters of a line that may hold a whole list; words of a title
_OPENING = 3  # words that may be the beginning of a longer title
_LETTERS, _SHORT = (
    3,
    5,
)  # letters of a title, at least; of one that a few letters in common do not make


@dataclass(frozen=True)
class ContentsEntry:
    """What a contents list says of one item: its title, author and page, as far as it gives them."""

    title: str
    author: str | None
    page: int | None
    place: int  # of its line


@dataclass(frozen=True)
class Contents:
    """A contents list."""

    start: int  # its first line, the heading if it has one
    end: int  # one past its last line
    entries: dict[TitleBlock, ContentsEntry]  # by the title blocks that they name
    unmatched: list[ContentsEntry]  # those with a page that are no title of the text


# A part of an early line, and the later titles that it may name, in order.
_Hit = tuple[ContentsEntry, list[TitleBlock]]


def find_contents(text: SetText, blocks: Sequence[TitleBlock]) -> Contents | None:
    """Find the contents list of a text; None where no early lines recur as titles."""
    titles = _Titles(blocks)
    runs: list[list[_Hit]] = []
    # A run ends where the first title is that it names, and a heading begins another.
    reach = last = 0
    for place in range(min(int(_EARLY * len(text.lines)), _MOST_EARLY)):
        line = text.lines[place]
        if pattern("contents").fullmatch(line.text):
            reach = 0
        if line.is_rule or len(line.text) > _LONGEST:
            continue
        for entry, named in titles.named_by(line.text, place):
            if place >= reach or place - last > _FAR:
                runs.append([])
                reach = len(text.lines)
            runs[-1].append((entry, named))
            if named[-1].place > place:
                reach = min(reach, named[-1].place)
            last = place
    found = []
    for run in runs:
        contents = _read_run(text, blocks, run)
        if contents is not None:
            found.append(contents)
    return max(found, key=lambda contents: len(contents.entries), default=None)


class _Titles:
    """The title blocks of a text by the words of their titles, and by the first of these."""

    def __init__(self, blocks: Sequence[TitleBlock]) -> None:
        self._whole: dict[str, list[TitleBlock]] = defaultdict(list)
        self._openings: dict[str, list[TitleBlock]] = defaultdict(list)
        for block in blocks:
            words = key(_NUMBER.sub("", block.text, count=1)).split()
            self._whole[" ".join(words)].append(block)
            if len(words) >= _OPENING:
                self._openings[" ".join(words[:_OPENING])].append(block)

    def named_by(self, printed: str, place: int) -> list[_Hit]:
        """Return the parts of a line that are titles later, or open as one does, with what follows."""
        author_end = _author_end(printed)
        starts = sorted({0, author_end})
        for form in (_NUMBER, _SEPARATOR):
            starts += [match.end() for match in form.finditer(printed)]
        begun = []
        end = 0
        for start in starts:
            title_end, blocks = self._begun(printed, start, place)
            if blocks and start >= end:
                end = title_end
                begun.append((start, end, blocks))
        hits: list[_Hit] = []
        stop = len(printed)
        for start, end, blocks in reversed(begun):
            entry = _entry(printed[start:end], printed[end:stop], place)
            if start == author_end > 0 and entry.author is None:
                entry = replace(entry, author=printed[:start].strip(_DECORATION))
            hits.insert(0, (entry, blocks))
            stop = start
        return hits

    def _begun(self, printed: str, start: int, place: int) -> tuple[int, list[TitleBlock]]:
        """Return the end and the title blocks of the longest title that begins at an offset."""
        ends: list[tuple[str, int]] = []  # of longer and longer titles
        words = ""
        for word in islice(_WORD.finditer(printed, start), _MOST_WORDS):
            words = f"{words} {word.group().casefold()}".strip()
            ends.append((words, word.end()))
        for words, end in reversed(ends):
            blocks = _after(self._whole.get(words, []), place)
            is_title = len(words) >= _LETTERS and not words.isdecimal()
            if blocks and is_title and _SET_OFF.match(printed, end):
                return end, blocks
        if len(ends) < _OPENING:
            return start, []
        opening, _ = ends[_OPENING - 1]
        return len(printed), _after(self._openings.get(opening, []), place)


def _after(blocks: Sequence[TitleBlock], place: int) -> list[TitleBlock]:
    """Return the title blocks after a line; none where a title recurs too often to be one.

    Without any, those before it in large letters: a list may be at the foot of the first page.
    """
    if len(blocks) > _MOST_PLACES:
        return []
    after = [block for block in blocks if block.place > place]
    before = [block for block in blocks if block.place < place]
    return after or [block for block in before if block.style.emphasis >= LARGE]


def _author_end(printed: str) -> int:
    """Return where the title begins in a line that names its author first: "A. Poet. The Night"."""
    for stop in _FULL_STOP.finditer(printed):
        name = _NUMBER.sub("", printed[: stop.start()])
        if is_name(name) and "," not in name:
            return stop.end()
    return 0


def _entry(title: str, rest: str, place: int) -> ContentsEntry:
    """Return an entry with the page and the author that are said after its title."""
    page = _PAGE.search(rest)
    if page:
        rest = rest[: page.start()]
    names = rest.strip(_DECORATION)
    author = byline_names(names)
    if author is None and is_name(names):
        author = names
    return ContentsEntry(title, author, int(page["page"]) if page else None, place)


def _read_run(text: SetText, blocks: Sequence[TitleBlock], run: Sequence[_Hit]) -> Contents | None:
    """Read a run of lines that name titles as a contents list; None where it is none."""
    (first, _), (last, _) = run[0], run[-1]
    end = reached = last.place + 1
    entries: dict[TitleBlock, ContentsEntry] = {}
    for entry, named in run:
        elsewhere = [block for block in named if not first.place <= block.place < end]
        free = [block for block in elsewhere if block not in entries]
        in_order = [block for block in free if block.place >= reached]
        if free:
            # Among places that a title recurs at, one that is set apart is it.
            chosen = max(
                in_order or free, key=lambda block: (min(block.line.apart, 2), -block.place)
            )
            entries[chosen] = entry
            if in_order:
                reached = chosen.place + 1
    places = [block.place for block in entries]
    # A first entry that names what is behind all others is the periodical's name, and no item.
    if len(places) > _FEWEST and places[0] == max(places):
        del entries[next(iter(entries))]
        del places[0]
    if len(entries) < _FEWEST:
        return None
    if max(places) - min(places) < _SPREAD * (len(text.lines) - end):
        return None  # it is the list of one item's own parts
    start = min(entry.place for entry in entries.values())
    end = max(entry.place for entry in entries.values()) + 1
    unmatched = _match_rest(text, blocks, range(start, end + 2), entries)
    end = max(end, *(entry.place + 1 for entry in entries.values()))
    if start > 0 and pattern("contents").fullmatch(text.lines[start - 1].text):
        start -= 1
    return Contents(start, end, entries, unmatched)


def _match_rest(
    text: SetText,
    blocks: Sequence[TitleBlock],
    places: range,
    entries: dict[TitleBlock, ContentsEntry],
) -> list[ContentsEntry]:
    """Match the entries with a page that say a title otherwise; return those that match none.

    Such a title has many words of its entry, or the other way round, and is between the titles of
    the entries before and after it.
    """
    named = {entry.place: block.place for block, entry in entries.items()}
    unmatched = []
    low = places.stop - 1
    for place in places:
        low = max(low, named.get(place, 0))
        if place in named or place >= len(text.lines) or text.lines[place].is_rule:
            continue
        printed = text.lines[place].text
        page = _PAGE.search(printed)
        if page is None:
            continue
        title = _NUMBER.sub("", printed[: page.start()], count=1)
        title = _LEADER.split(title)[0].strip(_DECORATION)
        if not key(title):
            continue
        entry = ContentsEntry(title, None, int(page["page"]), place)
        high = min((at for line, at in named.items() if line > place), default=len(text.lines))
        between = [block for block in blocks if low < block.place < high]
        if len(between) > _MOST_BETWEEN:
            between = []  # its neighbours do not say where it is
        best = max(between, key=lambda block: _overlap(title, block), default=None)
        if best is None or _overlap(title, best) <= _OVERLAP:
            unmatched.append(entry)
        else:
            entries[best] = entry
            low = best.place
    return unmatched


def _overlap(title: str, block: TitleBlock) -> float:
    """Return the share of letters that an entry and a title have in common, of the shorter one."""
    listed, printed = set(key(title).split()), set(key(block.text).split())
    shorter = min(len("".join(listed)), len("".join(printed)))
    return len("".join(listed & printed)) / max(shorter, _SHORT)

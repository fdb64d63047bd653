"""A contents list: an early run of lines many of which recur later, in order, as titles.

It may have a heading or none, dot leaders, columns, bullets or numbers, or be one run-in paragraph
(``A -- B -- C``). None of that is taken apart: what has the words of a title names it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lprcorpus.draft.bylines import byline_names
from lprcorpus.draft.set_lines import LARGE, SetText
from lprcorpus.draft.title_blocks import ContentsEntry, TitleBlock
from lprcorpus.draft.wording import is_name, key, pattern

_WORD = re.compile(r"[^\W_]+")
_SEPARATOR = r"(?:\s{2,}|\t|\s[-–—]+\s|--|[;|·•:*…_]|\.\s?\.)"
_AT_BEGIN = re.compile(rf"{_SEPARATOR}[\W_]*$")  # what may be before a title
_AT_END = re.compile(rf"[\W_]*(?:$|(?:by|\d+)\b)|[\W_]*?(?:,\s|[(/]|{_SEPARATOR})")  # and behind it
_COUNTED = re.compile(r"^[\W_]*(?:(?:\d{1,3}|[IVXLC]+)[\W_]+)?")  # a bullet or a number
_PAGE = re.compile(
    r"(?:^|[\s.…_,-])(?:p(?:age|p)?\.?\s*)?(?P<page>\d{1,4})(?:-\d{1,4})?\W*$", re.IGNORECASE
)
_LEADER = re.compile(r"\s{2,}|\t|\s?(?:[.…_·]\s?){3,}")
_DECORATION = " .…·_-–—~*,;:/|()[]\t"
_FEWEST = 3  # entries that are titles later
_EARLY = 0.35  # of the text: where a contents list begins
_MOST_EARLY = 1500  # lines
_FAR = 8  # lines between two entries that are titles later
_SPREAD = 0.3  # of the text: what the items of a list reach over, or it is one item's own
_MOST_PLACES = 20  # of a title; what recurs more often is none
_LONGEST = 400  # characters of a line that may hold a whole list
_MOST_WORDS = 25  # of a title
_OPENING = 3  # words that may be the beginning of a longer title
_MORE = "..."  # behind them
_LETTERS = 3  # of a title, at least
_SHORT = 5  # letters: fewer in common do not make two titles one
_OVERLAP = 0.5  # of the letters of the shorter of an entry and its title
_MOST_BETWEEN = 500  # title blocks among which the title of one entry is looked for


@dataclass(frozen=True)
class Contents:
    """A contents list; one without entries is none."""

    start: int  # its first line, the heading if it has one
    end: int  # one past its last line
    entries: dict[TitleBlock, ContentsEntry]  # by the title blocks that they name
    unmatched: list[ContentsEntry]  # those with a page that are no title of the text


_NO_CONTENTS = Contents(0, 0, {}, [])
# A part of an early line, and the later titles that it may name, in order.
_Hit = tuple[ContentsEntry, list[TitleBlock]]


def find_contents(text: SetText, blocks: Sequence[TitleBlock]) -> Contents:
    """Find the contents list of a text, and give its entries to the title blocks that they name.

    It is empty where no early lines recur as titles.
    """
    titles = _by_words(blocks)
    runs: list[list[_Hit]] = []
    # A run ends where the first title is that it names, and a heading begins another.
    reach = last = 0
    for place in range(min(int(_EARLY * len(text.lines)), _MOST_EARLY)):
        printed = text.lines[place].text
        if pattern("contents").fullmatch(printed):
            reach = 0
        for entry, named in _read_line(titles, printed[:_LONGEST], place):
            if place >= reach or place - last > _FAR:
                runs.append([])
                reach = len(text.lines)
            runs[-1].append((entry, named))
            if named[-1].place > place:
                reach = min(reach, named[-1].place)
            last = place
    found = [_read_run(text, blocks, run) for run in runs]
    best = max(found, key=lambda contents: len(contents.entries), default=_NO_CONTENTS)
    for block, entry in best.entries.items():
        block.entry = entry
    return best


def _by_words(blocks: Sequence[TitleBlock]) -> dict[str, list[TitleBlock]]:
    """Return the title blocks by the words of their titles, and by the first of these."""
    titles: dict[str, list[TitleBlock]] = defaultdict(list)
    for block in blocks:
        words = key(_COUNTED.sub("", block.text, count=1)).split()
        titles[" ".join(words)].append(block)
        if len(words) > _OPENING:
            titles[" ".join([*words[:_OPENING], _MORE])].append(block)
    return titles


def _read_line(titles: Mapping[str, list[TitleBlock]], printed: str, place: int) -> Iterator[_Hit]:
    """Yield the parts of a line that are, or open as, titles later, with what is beside."""
    words = list(_WORD.finditer(printed))
    found: list[tuple[int, int, list[TitleBlock]]] = []
    end = 0
    for at, word in enumerate(words):
        if word.start() >= end and _may_begin(printed[: word.start()]):
            stop, blocks = _longest_title(titles, printed, words[at : at + _MOST_WORDS], place)
            if blocks:
                found.append((word.start(), stop, blocks))
                end = stop
    found.append((len(printed), 0, []))
    before = 0
    for (start, stop, blocks), (after, _, _) in pairwise(found):
        title = printed[start:stop]
        yield _entry(printed[before:start], title, printed[stop:after], place), blocks
        before = stop


def _may_begin(before: str) -> bool:
    """Return whether a title may begin behind a separator, a number, or the name of its author."""
    if _COUNTED.fullmatch(before) or _AT_BEGIN.search(before):
        return True
    return before.endswith(". ") and is_name(_COUNTED.sub("", before, count=1))


def _longest_title(
    titles: Mapping[str, list[TitleBlock]],
    printed: str,
    words: Sequence[re.Match[str]],
    place: int,
) -> tuple[int, list[TitleBlock]]:
    """Return the end and the title blocks of the longest title that some words begin with."""
    said = [word.group().casefold() for word in words]
    for count in range(len(words), 0, -1):
        title = " ".join(said[:count])
        end = words[count - 1].end()
        if title in titles and len(title) >= _LETTERS and _AT_END.match(printed, end):
            blocks = _elsewhere(titles[title], place)
            if blocks:
                return end, blocks
    opening = " ".join([*said[:_OPENING], _MORE])
    return len(printed), _elsewhere(titles.get(opening, []), place)


def _elsewhere(blocks: Sequence[TitleBlock], place: int) -> list[TitleBlock]:
    """Return the title blocks after a line; none where a title recurs too often to be one.

    Without any, those before it in large letters: a list may be at the foot of the first page.
    """
    if len(blocks) > _MOST_PLACES:
        return []
    after = [block for block in blocks if block.place > place]
    large = [block for block in blocks if block.style.emphasis >= LARGE and block.place < place]
    return after or large


def _entry(before: str, title: str, after: str, place: int) -> ContentsEntry:
    """Return an entry with the page and the author that are said beside its title."""
    number = None
    page = _PAGE.search(after)
    if page:
        number = int(page["page"])
        after = after[: page.start()]
    author = _author(after)
    if author is None and before.endswith(". "):
        author = _author(_COUNTED.sub("", before, count=1))
    return ContentsEntry(title, author, number, place)


def _author(said: str) -> str | None:
    names = said.strip(_DECORATION)
    return names if is_name(names) else byline_names(names)


def _read_run(text: SetText, blocks: Sequence[TitleBlock], run: Sequence[_Hit]) -> Contents:
    """Read a run of lines that name titles as a contents list, empty where it is none."""
    (first, _), (last, _) = run[0], run[-1]
    end = reached = last.place + 1
    entries: dict[TitleBlock, ContentsEntry] = {}
    for entry, named in run:
        elsewhere = [block for block in named if not first.place <= block.place < end]
        free = [block for block in elsewhere if block not in entries]
        in_order = [block for block in free if block.place >= reached]
        if free:
            # Among places that a title recurs at, one that is set apart is it.
            chosen = max(in_order or free, key=lambda block: min(block.line.apart, 2))
            entries[chosen] = entry
            reached = max(reached, chosen.place + 1)
    places = [block.place for block in entries]
    # A first entry that names what is behind all others is the periodical's name, and no item.
    if len(places) > _FEWEST and places[0] == max(places):
        del entries[next(iter(entries))]
        del places[0]
    # A list of what is near is one of an item's own parts.
    if len(places) < _FEWEST or max(places) - min(places) < _SPREAD * (len(text.lines) - end):
        return _NO_CONTENTS
    start = min(entry.place for entry in entries.values())
    end = max(entry.place for entry in entries.values()) + 1
    unmatched = _match_rest(text, blocks, range(start, end + 2), entries)
    end = max(entry.place for entry in entries.values()) + 1
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

    Such a title has most letters of its entry, or the other way round, and is between the titles
    of the entries before and after it.
    """
    named = {entry.place: block.place for block, entry in entries.items()}
    unmatched = []
    for place in places[: len(text.lines) - places.start]:
        printed = text.lines[place].text
        page = _PAGE.search(printed)
        if page is None or place in named:
            continue
        title = _LEADER.split(printed[: page.start()])[0].strip(_DECORATION)
        if not key(title):
            continue
        entry = ContentsEntry(title, None, int(page["page"]), place)
        low = max([places.stop - 1, *(named[line] for line in named if line < place)])
        high = min([len(text.lines), *(named[line] for line in named if line > place)])
        between = [block for block in blocks if low < block.place < high]
        # Among many its neighbours do not say where it is.
        best = max(between[:_MOST_BETWEEN], key=lambda block: _overlap(title, block), default=None)
        if best is None or _overlap(title, best) <= _OVERLAP:
            unmatched.append(entry)
        else:
            entries[best] = entry
            named[place] = best.place
    return unmatched


def _overlap(title: str, block: TitleBlock) -> float:
    """Return the share of letters that an entry and a title have in common, of the shorter one."""
    listed, printed = set(key(title).split()), set(key(block.text).split())
    shorter = min(len("".join(listed)), len("".join(printed)))
    return len("".join(listed & printed)) / max(shorter, _SHORT)

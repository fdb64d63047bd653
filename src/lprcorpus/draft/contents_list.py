"""A contents list: an early run of lines many of which recur later, in order, as titles.

It may have a heading or none, dot leaders, columns, bullets or numbers, or be one run-in paragraph
(``A -- B -- C``). None of that is taken apart: what has the words of a title names it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lprcorpus.draft.bylines import byline_names
from lprcorpus.draft.set_lines import LARGE, SetText
from lprcorpus.draft.title_blocks import TitleBlock
from lprcorpus.draft.wording import is_name, key, pattern

_WORD = re.compile(r"[^\W_]+")
_SEPARATOR = re.compile(r"\s{2,}|\t|\d\s|\s[-–—]+\s|--|[;|·•:*…_]|\.\s?\.")
_COUNTED = re.compile(r"^[\W_]*(?:(?:\d{1,3}|[IVXLC]+)[\W_]+)?")  # a bullet or a number
_PAGE = re.compile(
    r"(?:^|[\s.…_,-])(?:p(?:age|p)?\.?\s*)?(?P<page>\d{1,4})(?:-\d{1,4})?\W*$", re.IGNORECASE
)
_LEADER = re.compile(r"\s{2,}|\t|\s?(?:[.…_·]\s?){3,}")
_BESIDE = re.compile(rf",\s|[(/]|{_SEPARATOR.pattern}")
_DECORATION = " .…·_-–—~*,;:/|()[]\t"
_FEWEST = 3  # entries that are titles later
_EARLY = 0.35  # of the text: where a contents list begins
_MOST_EARLY = 1500  # lines
_FAR = 8  # lines between two entries that are titles later
_SPREAD = 0.3  # of the text: what the items of a list reach over, or it is one item's own
_MOST_PLACES = 20  # of a title; what recurs more often is none
_LONGEST, _MOST_WORDS = 400, 25  # characters of a line that may hold a whole list; words of a title
_OPENING = 3  # words that may be the beginning of a longer title
_LETTERS = 3  # of a title, at least
_SHORT = 5  # letters: fewer in common do not make two titles one
_OVERLAP = 0.5  # of the letters of the shorter of an entry and its title
_MOST_BETWEEN = 500  # title blocks among which the title of one entry is looked for


@dataclass(frozen=True)
class ContentsEntry:
    """What a contents list says of one item: title, author and page, as far as it gives them."""

    title: str
    author: str | None
    page: int | None
    place: int  # of its line


@dataclass(frozen=True)
class Contents:
    """A contents list; one without entries is none."""

    start: int  # its first line, the heading if it has one
    end: int  # one past its last line
    entries: dict[TitleBlock, ContentsEntry]  # by the title blocks that they name
    unmatched: list[ContentsEntry]  # those with a page that are no title of the text


# A part of an early line, and the later titles that it may name, in order.
_Hit = tuple[ContentsEntry, list[TitleBlock]]


def find_contents(text: SetText, blocks: Sequence[TitleBlock]) -> Contents:
    """Find the contents list of a text, empty where no early lines recur as titles."""
    titles = _Titles(blocks)
    runs: list[list[_Hit]] = []
    # A run ends where the first title is that it names, and a heading begins another.
    reach = last = 0
    for place in range(min(int(_EARLY * len(text.lines)), _MOST_EARLY)):
        printed = text.lines[place].text
        if pattern("contents").fullmatch(printed):
            reach = 0
        for entry, named in titles.named_by(printed[:_LONGEST], place):
            if place >= reach or place - last > _FAR:
                runs.append([])
                reach = len(text.lines)
            runs[-1].append((entry, named))
            if named[-1].place > place:
                reach = min(reach, named[-1].place)
            last = place
    found = [_read_run(text, blocks, run) for run in runs]
    return max(found, key=lambda contents: len(contents.entries), default=Contents(0, 0, {}, []))


class _Titles:
    """The title blocks of a text by the words of their titles, and by the first of these."""

    def __init__(self, blocks: Sequence[TitleBlock]) -> None:
        self._whole: dict[str, list[TitleBlock]] = defaultdict(list)
        self._openings: dict[str, list[TitleBlock]] = defaultdict(list)
        for block in blocks:
            words = key(_COUNTED.sub("", block.text, count=1)).split()
            self._whole[" ".join(words)].append(block)
            if len(words) > _OPENING:
                self._openings[" ".join(words[:_OPENING])].append(block)

    def named_by(self, printed: str, place: int) -> Iterator[_Hit]:
        """Yield the parts of a line that are, or open as, titles later, with what is beside."""
        words = list(_WORD.finditer(printed))
        found: list[tuple[int, int, list[TitleBlock]]] = []
        end = 0
        for at, word in enumerate(words):
            if word.start() < end or not _may_begin(printed, words, at):
                continue
            stop, blocks = self._longest(printed, words[at : at + _MOST_WORDS + 1], place)
            if blocks:
                found.append((word.start(), stop, blocks))
                end = stop
        found.append((len(printed), 0, []))
        before = 0
        for (start, stop, blocks), (after, _, _) in pairwise(found):
            title = printed[start:stop]
            yield _entry(printed[before:start], title, printed[stop:after], place), blocks
            before = stop

    def _longest(
        self, printed: str, words: Sequence[re.Match[str]], place: int
    ) -> tuple[int, list[TitleBlock]]:
        """Return the end and the title blocks of the longest title that some words begin with."""
        said = [word.group().casefold() for word in words]
        for count in range(len(words), 0, -1):
            title = " ".join(said[:count])
            is_title = len("".join(said[:count])) >= _LETTERS and not title.isdecimal()
            if is_title and (count == len(words) or _may_end(printed, words, count)):
                blocks = _after(self._whole.get(title, []), place)
                if blocks:
                    return words[count - 1].end(), blocks
        return len(printed), _after(self._openings.get(" ".join(said[:_OPENING]), []), place)


def _after(blocks: Sequence[TitleBlock], place: int) -> list[TitleBlock]:
    """Return the title blocks after a line; none where a title recurs too often to be one.

    Without any, those before it in large letters: a list may be at the foot of the first page.
    """
    if len(blocks) > _MOST_PLACES:
        return []
    after = [block for block in blocks if block.place > place]
    before = [block for block in blocks if block.place < place]
    return after or [block for block in before if block.style.emphasis >= LARGE]


def _may_begin(printed: str, words: Sequence[re.Match[str]], at: int) -> bool:
    """Return whether a title may begin with a word: after a separator, a number, or its author."""
    before = printed[: words[at].start()]
    if at == 0 or _COUNTED.fullmatch(before):
        return True
    between = before[words[at - 1].end() :]
    is_author = between == ". " and is_name(_COUNTED.sub("", before, count=1))
    return is_author or _SEPARATOR.search(between) is not None


def _may_end(printed: str, words: Sequence[re.Match[str]], at: int) -> bool:
    """Return whether a title may end before a word: a separator, a comma, an author or a page."""
    if at == len(words):
        return True
    between = printed[words[at - 1].end() : words[at].start()]
    is_beside = words[at].group() == "by" or words[at].group().isdecimal()
    return is_beside or _BESIDE.search(between) is not None


def _entry(before: str, title: str, after: str, place: int) -> ContentsEntry:
    """Return an entry with the page and the author that are said beside its title."""
    number = None
    page = _PAGE.search(after)
    if page:
        number = int(page["page"])
        after = after[: page.start()]
    names = after.strip(_DECORATION)
    author = byline_names(names)
    if author is None and not is_name(names) and before.endswith(". "):
        names = _COUNTED.sub("", before, count=1).strip(_DECORATION)
    if author is None and is_name(names):
        author = names
    return ContentsEntry(title, author, number, place)


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
    none = Contents(0, 0, {}, [])
    if len(entries) < _FEWEST:
        return none
    if max(places) - min(places) < _SPREAD * (len(text.lines) - end):
        return none  # it is the list of one item's own parts
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

    Such a title has most letters of its entry, or the other way round, and is between the titles
    of the entries before and after it.
    """
    named = {entry.place: block.place for block, entry in entries.items()}
    unmatched = []
    low = places.stop - 1
    for place in places[: len(text.lines) - places.start]:
        low = max(low, named.get(place, 0))
        printed = text.lines[place].text
        page = _PAGE.search(printed)
        if page is None or place in named:
            continue
        title = _LEADER.split(printed[: page.start()])[0].strip(_DECORATION)
        if not key(title):
            continue
        entry = ContentsEntry(title, None, int(page["page"]), place)
        high = min((at for line, at in named.items() if line > place), default=len(text.lines))
        between = [block for block in blocks if low < block.place < high]
        # Among many its neighbours do not say where it is.
        best = max(between[:_MOST_BETWEEN], key=lambda block: _overlap(title, block), default=None)
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

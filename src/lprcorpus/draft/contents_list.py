"""A contents list: an early run of lines many of which recur later, in order, as titles.

It may have a heading or none, dot leaders, columns, bullets or numbers, or be one run-in paragraph
(``A -- B -- C``). Each line is read in several ways; what recurs shows which way is right.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lprcorpus.draft.bylines import byline_names, split_title
from lprcorpus.draft.set_lines import SetLines
from lprcorpus.draft.title_blocks import TitleBlock
from lprcorpus.draft.wording import is_name, key

__all__ = ["Contents", "ContentsEntry", "find_contents"]

_HEADING = re.compile(
    r"[\W_]*(?:(?:table\s+of\s+)?contents(?:\s+of\s+\S.{0,40})?|list\s+of\s+(?:articles|contents)"
    r"|(?:what['’]?s\s+)?in(?:side)?\s+this\s+(?:issue|number|month|week)(?:\s+of\s.{1,40})?|inside"
    r"|this\s+(?:month|issue|week|number)|index|inhalt(?:sverzeichnis)?|table\s+des\s+matières"
    r"|sommaire|sumario|índice|indice|sommario|содержание|оглавление)[\W_]*(?:page|p\.|no\.)?[\W_]*",
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:\.\s?){4,}|(?:…\s?){2,}|_{4,}|-{5,}|(?:·\s?){3,}|\t+|\s{2,}")
_SEPARATOR = re.compile(r"\s+[-–—]{1,2}\s+|--|\s*[;|·•]\s*|\s+\*\s+")
_BULLET = re.compile(r"^(?:[-*•o>+~°]+|\[?\(?\d{1,3}[\])]|\d{1,3}[.:)]?|[IVXLC]+\.)\s+(?=\S)")
_PAGE = re.compile(
    r"[\s.…_,-]+(?:p(?:age|p)?\.?\s*)?(?P<page>\d{1,4})(?:-\d{1,4})?\.?$", re.IGNORECASE
)
_AUTHOR = re.compile(
    r"(?P<title>\S.*?)(?:\s*[-–—]{1,2}\s*|\s+/\s+|,\s+|\s+\()(?P<author>[^\W\d_].*?)\)?$"
)
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
_LONGEST = 400  # characters of a line that may hold a whole list
_LONG = 3  # words that may be the beginning of a longer title


@dataclass(frozen=True)
class ContentsEntry:
    """What a contents list says of one item: its title, author and page, as far as it gives them."""

    title: str
    author: str | None
    page: int | None
    place: int


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


@dataclass(frozen=True)
class _Hit:
    """An early line that names later titles: each entry with the title blocks that it may mean."""

    place: int
    last: int
    named: tuple[tuple[ContentsEntry, tuple[int, ...]], ...]


def find_contents(lines: SetLines, blocks: Sequence[TitleBlock]) -> Contents | None:
    """Find the contents list of a text; None where no early lines recur as titles."""
    titles = _Titles(blocks)
    last_early = min(int(_EARLY * len(lines)), _MOST_EARLY)
    best: Contents | None = None
    run: list[_Hit] = []
    for place in range(last_early + 1):
        hit = _hit_at(lines, place, titles) if place < last_early else None
        if hit is not None and (not run or hit.place - run[-1].last <= _FAR):
            run.append(hit)
        elif hit is not None or place == last_early:
            contents = _read_run(lines, blocks, run)
            if contents and (best is None or len(contents.entries) > len(best.entries)):
                best = contents
            run = [hit] if hit is not None else []
    return best


class _Titles:
    """The title blocks of a text by what their titles say."""

    def __init__(self, blocks: Sequence[TitleBlock]) -> None:
        self.blocks = blocks
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._openings: dict[str, list[int]] = defaultdict(list)
        for index, block in enumerate(blocks):
            by = split_title(block.text)
            for title in dict.fromkeys([block.text, by[0] if by else block.text]):
                words = key(_BULLET.sub("", title)).split()
                self._exact[" ".join(words)].append(index)
                if len(words) >= _LONG:
                    self._openings[" ".join(words[:_LONG])].append(index)

    def named(self, text: str, after: int) -> tuple[int, ...]:
        """Return the title blocks after a line that some text is the title of."""
        words = key(text).split()
        wanted = " ".join(words)
        if len(wanted) < 3 or not any(map(str.isalpha, wanted)):
            return ()
        found = self._exact.get(wanted, [])
        if not found and len(words) >= _LONG:
            found = self._openings.get(" ".join(words[:_LONG]), [])
        if len(found) > _MOST_PLACES:
            return ()
        return tuple(index for index in found if self.blocks[index].place > after)


def _hit_at(lines: SetLines, place: int, titles: _Titles) -> _Hit | None:
    """Return what a line, alone or with the next one, names; None where it names no title."""
    for last in (place, place + 1):
        if last >= len(lines) or lines.rule[last] or len(lines.text[last]) > _LONGEST:
            return None
        if last > place and (lines.gap[last] > 0 or _PAGE.search(lines.text[place])):
            return None  # the entry ends with its line
        named = []
        for entry in _readings(lines.joined(place, last + 1), place):
            found = titles.named(entry.title, last)
            if found:
                named.append((entry, found))
        if named:
            return _Hit(place, last, tuple(named))
    return None


def _readings(text: str, place: int) -> Iterator[ContentsEntry]:
    """Yield the entries that a line may hold: the whole, what leads to a page, columns, pieces."""
    bare = _BULLET.sub("", text)
    page = _PAGE.search(bare)
    number = int(page["page"]) if page else None
    rest = bare[: page.start()] if page else bare
    pieces = [piece.strip() for piece in _LEADER.split(rest) if piece.strip()]
    titles: dict[str, str | None] = {rest: None, bare: None}
    if len(pieces) >= 2:
        titles[pieces[0]] = byline_names(pieces[1]) or pieces[1]
    by = split_title(rest)
    if by:
        titles[by[0]] = by[1]
    dashed = _AUTHOR.fullmatch(rest)
    if dashed:
        titles.setdefault(dashed["title"], dashed["author"] if is_name(dashed["author"]) else None)
    for title, author in titles.items():
        yield ContentsEntry(title, author, number, place)
    for piece in pieces if len(pieces) >= 2 else _SEPARATOR.split(rest):
        inner = _PAGE.search(piece)
        title = _BULLET.sub("", piece[: inner.start()] if inner else piece)
        if title not in titles:
            yield ContentsEntry(title, None, int(inner["page"]) if inner else None, place)


def _read_run(
    lines: SetLines, blocks: Sequence[TitleBlock], run: Sequence[_Hit]
) -> Contents | None:
    """Read a run of lines that name titles as a contents list; None where it is none."""
    if not run:
        return None
    start, end = run[0].place, run[-1].last + 1
    entries: dict[int, ContentsEntry] = {}
    reached = end - 1
    kept_end = start
    for hit in run:
        for entry, found in hit.named:
            after = [
                index for index in found if blocks[index].place >= end and index not in entries
            ]
            if not after:
                continue
            in_order = [index for index in after if blocks[index].place > reached]
            chosen = max(in_order or after, key=lambda index: (min(blocks[index].apart, 2), -index))
            entries[chosen] = entry
            reached = max(reached, blocks[chosen].place) if in_order else reached
            kept_end = hit.last + 1
    _drop_masthead(blocks, entries)
    if len(entries) < _FEWEST or len(entries) < _DENSITY * (kept_end - start):
        return None
    places = [blocks[index].place for index in entries]
    if max(places) - min(places) < _SPREAD * (len(lines) - end):
        return None  # it is the list of one item's own parts
    if start > 0 and _HEADING.fullmatch(lines.text[start - 1]):
        start -= 1
    unmatched = _match_rest(lines, blocks, range(start, kept_end + 2), entries)
    kept_end = max(kept_end, *(entry.place + 1 for entry in entries.values()))
    return Contents(start, kept_end, entries, tuple(unmatched))


def _drop_masthead(blocks: Sequence[TitleBlock], entries: dict[int, ContentsEntry]) -> None:
    """Drop a first entry that names what is behind all others: the periodical's name, not an item."""
    if len(entries) > _FEWEST:
        first, *others = entries
        if blocks[first].place > max(blocks[index].place for index in others):
            del entries[first]


def _match_rest(
    lines: SetLines, blocks: Sequence[TitleBlock], places: range, entries: dict[int, ContentsEntry]
) -> list[ContentsEntry]:
    """Match the entries with a page that say a title otherwise; return those that match none.

    Such a title has most words of its entry, or the other way round, and is between the titles of
    the entries before and after it.
    """
    named = {entry.place: index for index, entry in entries.items()}
    unmatched = []
    for place in places:
        page = _PAGE.search(lines.text[place]) if place < len(lines) else None
        if page is None or place in named or lines.rule[place]:
            continue
        readings = list(_readings(lines.text[place], place))
        low = max((index for at, index in named.items() if at < place), default=-1)
        high = min((index for at, index in named.items() if at > place), default=len(blocks))
        between = [index for index in range(low + 1, high) if blocks[index].place >= places.stop]
        if len(between) > _MOST_BETWEEN:
            between = []  # its neighbours do not say where it is
        best = _OVERLAP
        matched: tuple[int, ContentsEntry] | None = None
        for index in between:
            for reading in readings:
                overlap = _overlap(reading.title, blocks[index])
                if overlap > best:
                    best, matched = overlap, (index, reading)
        if matched is None:
            shortest = min(readings[:3], key=lambda reading: len(reading.title))
            unmatched.append(shortest)
            continue
        entries[matched[0]] = matched[1]
        named[place] = matched[0]
    return unmatched


def _overlap(title: str, block: TitleBlock) -> float:
    """Return the share of letters that an entry and a title have in common, of the shorter one.

    A title that opens with the same long word is enough: it may have its subtitle with it.
    """
    if not block.shaped or block.apart < 1:
        return 0.0
    listed, printed = key(title).split(), key(block.text).split()
    if not listed or not printed:
        return 0.0
    common = sum(map(len, set(listed) & set(printed)))
    shorter = min(sum(map(len, set(listed))), sum(map(len, set(printed))))
    opens_alike = listed[0] == printed[0] and len(listed[0]) >= _SHORT
    return max(common / max(shorter, _SHORT), _OVERLAP + 0.01 if opens_alike else 0.0)

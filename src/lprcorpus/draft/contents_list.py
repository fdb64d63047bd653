"""A contents list, where the text has one: where it stands, and what it says of each item."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lprcorpus.draft.bylines import byline_names, split_title
from lprcorpus.draft.prints import Prints
from lprcorpus.draft.wording import is_name, key, words_of

__all__ = ["Contents", "ContentsEntry", "find_contents"]

_HEADING = re.compile(
    r"[\W_]*(?:(?:table\s+of\s+)?contents(?:\s+of\s+\S.{0,40})?|list\s+of\s+(?:articles|contents)|index(?:\s+of\s+articles)?"
    r"|(?:what['’]?s\s+)?in(?:side)?\s+this\s+(?:issue|number|month|week)(?:['’]s\s+issue)?|inside|this\s+(?:month|issue|week|number)"
    r"|in\s+this\s+issue\s+of\s.{1,40}|featur(?:es|ing)(?:\s+this\s+(?:month|week|issue))?|contents\s+page|.{0,60}\bthe\s+following\s+(?:stories|articles|items))[\W_]*(?:page|p\.|no\.)?[\W_]*",
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:\.\s?){4,}|(?:…\s?){2,}|_{4,}|-{5,}|(?:·\s?){3,}|\t+")
_COLUMNS = re.compile(r"\s{2,}")
_PAGE_LAST = re.compile(r"(?P<rest>.*[^\s.…_-])[\s.…_-]+(?:p(?:age|p)?\.?\s*)?(?P<page>\d{1,4})\.?")
_PAGE_FIRST = re.compile(
    r"(?:p(?:age|\.)\s*)?(?P<page>\d{1,4})(?:[.):]|\s+[-–—:]|\s)\s*(?P<rest>[^\W\d_\"“‘'«].*|[\"“‘'«].*)", re.IGNORECASE
)
_BULLET = re.compile(r"^(?:[-*•o>+~]|\[?\(?\d{1,2}[\])]|\d{1,2}\.)\s+(?=\S)")
_COUNT = re.compile(r"[\[(]?(\d{1,3})[\])]?[.):]?\s+\D")
_DASHED = re.compile(r"(?P<title>\S.*?)(?:\s+(?:[-–—]{1,2}|/|\.\.|:)\s+|[-–—]{2}\(?|\s\()(?P<author>[^\W\d_].*?)\)?")
_PAGE_WORD = re.compile(r"[\W_]*(?:page|pages|p\.|no\.)[\W_]*", re.IGNORECASE)
_FEWEST, _MOST, _FURTHEST, _LONGEST = 3, 400, 4, 160


@dataclass(frozen=True)
class ContentsEntry:
    """What a contents list says of one item: its title, its author and its page, as far as it gives them."""

    title: str
    author: str | None
    page: int | None
    place: int


@dataclass(frozen=True)
class Contents:
    """A contents list: the places of its first set line and one past its last, and its entries."""

    start: int
    end: int
    entries: tuple[ContentsEntry, ...]

    @property
    def gives_pages(self) -> bool:
        """Whether most of its entries have a page."""
        return 2 * sum(entry.page is not None for entry in self.entries) > len(self.entries)


def find_contents(prints: Prints) -> Contents | None:
    """Find the contents list: the one under a heading that says so or, without one, the first run of lines with leaders."""
    headed = [place for place, text in enumerate(prints.text) if len(text) <= 60 and _HEADING.fullmatch(text)]
    found = [_read(prints, place, place + 1) for place in headed[:50]]
    best = max((contents for contents in found if contents), key=lambda contents: len(contents.entries), default=None)
    if best and (best.gives_pages or len(best.entries) >= 2 * _FEWEST):
        return best
    led = _run_of_leaders(prints)
    if led is not None:
        run = _read(prints, led, led)
        if run and (best is None or len(run.entries) >= len(best.entries)):
            return run
    return best


def _run_of_leaders(prints: Prints) -> int | None:
    """Return the place of the first of three lines, near one another, that lead with dots to something."""
    led = [place for place, text in enumerate(prints.text) if not prints.rule[place] and _leads(text)]
    for first, third in zip(led, led[2:], strict=False):
        if third - first <= 6:
            return first
    return None


def _leads(text: str) -> bool:
    """Tell whether dots or the like lead from a title to something."""
    if len(text) > _LONGEST:
        return False
    pieces = _LEADER.split(text)
    return (
        len(pieces) >= 2 and any(character.isalpha() for character in pieces[0]) and bool(pieces[-1].strip()) and "\t" not in text
    )


def _read(prints: Prints, heading: int, start: int) -> Contents | None:
    """Read a contents list from a line on, as far as its lines look like entries."""
    entries: list[ContentsEntry] = []
    pending: list[str] = []
    pending_at = start
    paged = _paged_share(prints, start) >= 0.4 and not _is_counted(prints, start)
    end = place = start
    idle = 0
    numbered = False
    while place < len(prints) and len(entries) < _MOST:
        text = prints.text[place]
        apart = prints.gap[place] >= _FURTHEST and bool(entries)
        if apart and not (paged and _page_of(text)[1] is not None):
            break
        if prints.rule[place]:
            if len(entries) >= _FEWEST and place > start and not _goes_on(prints, place + 1, paged=paged):
                break
            place += 1
            continue
        if _PAGE_WORD.fullmatch(text):
            place += 1
            continue
        if len(text) > 110 or (not numbered and _is_prose(prints, place)):
            break
        if not paged and entries and numbered and not _BULLET.match(text):
            if prints.gap[place] > 0:
                break
            entries[-1] = replace(entries[-1], title=f"{entries[-1].title} {text}")
            end = place = place + 1
            continue
        rows = _rows(text) if not paged else [text]
        numbered = numbered or (not entries and _BULLET.match(text) is not None)
        complete = False
        for row in rows:
            entry = _entry(" ".join([*pending, row]) if pending else row, place if not pending else pending_at, paged=paged)
            if entry:
                entries.append(entry)
                complete = True
        if complete:
            pending, idle, end = [], 0, place + 1
        elif paged:
            pending = [] if prints.gap[place] > 0 else pending
            pending_at = place if not pending else pending_at
            pending = [*pending, text][-2:]
            idle += 1
            if idle > 6:
                break
        place += 1
    if len(entries) < _FEWEST or not _ascend([entry.page for entry in entries if entry.page is not None]):
        return None
    return Contents(heading, max(end, heading + 1), tuple(entries))


def _ascend(pages: Sequence[int]) -> bool:
    """Tell whether page numbers rise, but for a few: numbers of another kind do not."""
    return len(pages) < _FEWEST or sum(low <= high for low, high in pairwise(pages)) >= 0.7 * (len(pages) - 1)


def _paged_share(prints: Prints, start: int) -> float:
    """Return the share of the next lines with words that end or begin in a page number, or lead somewhere."""
    texts: list[str] = []
    for place in range(start, min(start + 30, len(prints))):
        if len(texts) >= _FEWEST and (prints.gap[place] >= _FURTHEST or _is_prose(prints, place)):
            break
        if not prints.rule[place] and not _PAGE_WORD.fullmatch(prints.text[place]):
            texts.append(prints.text[place])
    numbered = sum(_page_of(text)[1] is not None or _leads(text) for text in texts)
    return numbered / len(texts) if texts else 0.0


def _is_counted(prints: Prints, start: int) -> bool:
    """Tell whether the numbers that open the next lines only count them: 1, 2, 3."""
    found = [match for place in range(start, min(start + 12, len(prints))) if (match := _COUNT.match(prints.text[place]))]
    return [int(match[1]) for match in found[:_FEWEST]] == [1, 2, 3]


def _goes_on(prints: Prints, place: int, *, paged: bool) -> bool:
    """Tell whether, after a rule within a list, the list goes on."""
    return paged and any(_page_of(prints.text[after])[1] is not None for after in range(place, min(place + 3, len(prints))))


def _is_prose(prints: Prints, place: int) -> bool:
    """Tell whether a line is running text: long, and followed by another such line of its paragraph."""
    text = prints.text[place]
    if _page_of(text)[1] is not None or _leads(text):
        return False
    follows = place + 1 < len(prints) and not prints.ends[place] and not prints.rule[place + 1]
    return follows and len(text) > 0.8 * prints.measure and len(_COLUMNS.split(text)) < 3 and not _BULLET.match(text)


def _rows(text: str) -> list[str]:
    """Part a line that holds several bulleted entries side by side."""
    pieces = _COLUMNS.split(text)
    if len(pieces) > 1 and sum(bool(_BULLET.match(piece)) for piece in pieces) >= 2:
        return pieces
    return [text]


def _page_of(text: str) -> tuple[str, int | None]:
    """Part a line into what it says and the page number that ends or opens it."""
    if len(text) > _LONGEST:
        return text, None
    match = _PAGE_LAST.fullmatch(text)
    if match and (
        _COLUMNS.search(text) or _LEADER.search(text) or not re.search(r"\w$", match["rest"]) or text[match.end("rest")] in ".,"
    ):
        return match["rest"], int(match["page"])
    if match and len(words_of(match["rest"])) >= 1 and re.search(r"\s\d+\.?$", text):
        return match["rest"], int(match["page"])
    match = _PAGE_FIRST.fullmatch(text)
    if match:
        return match["rest"], int(match["page"])
    return text, None


def _entry(text: str, place: int, *, paged: bool) -> ContentsEntry | None:
    """Read one entry, or None where the line says too little."""
    bare = text if paged else _BULLET.sub("", text)
    rest, page = _page_of(bare) if paged or _leads(bare) else (bare, None)
    led = _leads(bare) or _leads(rest)
    if paged and page is None and not led:
        return None
    title, author = _title_and_author(_BULLET.sub("", rest))
    title = title.strip(" .,…_-*\"“”'`:")
    if not key(title) or not any(character.isalpha() for character in title) or len(words_of(title)) > 25:
        return None
    return ContentsEntry(title, author, page, place)


def _title_and_author(text: str) -> tuple[str, str | None]:
    """Part an entry, its page taken off, into title and author."""
    pieces = [piece.strip(" .…_") for piece in _LEADER.split(text) if piece.strip(" .…_")]
    if len(pieces) < 2:
        pieces = [piece.strip(" .…_") for piece in _COLUMNS.split(text) if piece.strip(" .…_")]
    if len(pieces) >= 2:
        return pieces[0], byline_names(pieces[1]) or pieces[1]
    parted = split_title(text)
    if parted:
        return parted
    match = _DASHED.fullmatch(text)
    if match and is_name(match["author"]):
        return match["title"], match["author"]
    return text, None


def order(entries: Sequence[ContentsEntry]) -> list[ContentsEntry]:
    """Return the entries in the order of their pages, as listed where they have none."""
    if all(entry.page is not None for entry in entries):
        return sorted(entries, key=lambda entry: entry.page or 0)
    return list(entries)

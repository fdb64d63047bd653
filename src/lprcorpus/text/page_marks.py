"""What marks the pages of a text, detected: headers and footers, bare numbers, marks in lines.

Where form feeds are, they are the pages, and a header only labels one. Elsewhere a header with a
number that grows from page to page opens one, or a footer closes it.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from lprcorpus.text.lines import Lines
from lprcorpus.text.page_numbers import Vote, believed_votes
from lprcorpus.text.running_headers import PAGE, header_shape

__all__ = ["Pagination", "detect_pagination", "form_feeds"]

_LONGEST = 120  # characters in a line of a header
_FEWEST = 3  # pages that a header or a number is on, where form feeds do not vouch for pages
TOP_LINES, FOOT_LINES = 3, 2  # lines at a page's edge that may be its header and footer
_FEWEST_USES = 2  # of a header without a number, where it changes with the item
_SHARE = 0.25  # of the pages: a header without a number is on as many
_NUMBERED_SHARE = 0.3  # of the pages: so many numbers that agree are page numbers
_PAGE_LINES = (15, 150)  # printed lines on a page; what is numbered otherwise has other distances
_UNEVEN = 2.5  # times the usual length of a page, or that part of it, at most
_EVEN_SHARE = 0.6  # of the pages: so many are of about the usual length
_REACH = 0.3  # of the text: page marks reach over as much
_BELIEVED_SHARE = 0.7  # of the numbers in marks of one form
_SIMILAR = 0.6  # of the letters of two headers, where one is a slip of the other
_ROUNDS = 3  # stretches of pages that are numbered anew

_BEFORE = r"(?:[-–—~*\[(|=.•]+\s*)?(?:(?:page|pg|p|s|seite|стр|с)\b\.?\s*)?"
_AFTER = r"(?:\s*(?:of|von|de|sur|из|/)\s*\d{1,4})?(?:\s*[-–—~*\])|=•]+)?"
_FIRST = re.compile(
    rf"{_BEFORE}(?P<page>\d{{1,4}}){_AFTER}(?=\s{{2,}}|\s+[^\W\d_]|\s*[|•·—–-]|$)", re.I
)
_LAST = re.compile(rf"(?:^|(?<=[\s|•·—–_=-])){_BEFORE}(?P<page>\d{{1,4}}){_AFTER}$", re.I)
_BARE = re.compile(rf"{_BEFORE}(?P<page>\d{{1,4}}){_AFTER}", re.I)
# A number after one of these words counts something other than pages.
_COUNTED = re.compile(
    r"\b(?:sec|section|chapter|part|act|scene|no|nr|number|vol|volume|band|heft|tome|issue|article|art|item"
    r"|question|letter|lesson|figure|fig|table|plate|room|том|номер|глава)\b\W*$",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s*$", re.IGNORECASE
)
_INLINE = re.compile(
    r"\{(?P<braced>\d{1,5})\}|\[{1,2}(?:pg|page|p|seite|s)\b\.?\s*[A-Z]?(?P<named>\d{1,5})\]{1,2}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Pagination:
    """What is known of an issue's page marks before its text is read.

    Attributes:
        first: the number of the first page, where no number is printed.
        running_heads: the headers, with ``{page}`` for the number. None: detect all but ``first``.
        space_marks: whether a leading space may open a page. None: detect it.
        running_feet: the footers, written like the headers; between form feeds, where a detected
            header may as well be a footer, there are none.
        inline_marks: page marks inside lines, written likewise: ``[Pg {page}]``.
    """

    first: int = 1
    running_heads: tuple[str, ...] | None = None
    space_marks: bool | None = None
    running_feet: tuple[str, ...] = ()
    inline_marks: tuple[str, ...] = ()


class _Numbered(NamedTuple):
    """A line that may carry a page number: which line, the number and the template it gives."""

    line: int
    number: int
    template: str


def detect_pagination(lines: Lines) -> Pagination:
    """Return the page marks that a text shows."""
    feeds = form_feeds(lines)
    if feeds:
        return Pagination(running_heads=_headers_at_edges(lines, feeds))
    inline = _inline_marks(lines)
    if inline:
        return Pagination(running_heads=(), inline_marks=(inline,))
    headers = _recurring_headers(lines) or _bare_numbers(lines)
    if not headers:
        return Pagination(running_heads=())
    templates = tuple(dict.fromkeys(header.template for header in headers))
    if _close_pages(lines, headers):
        return Pagination(running_heads=(), running_feet=templates)
    return Pagination(running_heads=templates)


def form_feeds(lines: Lines) -> list[int]:
    """Return the form feeds that open a page: not one after the last printed character."""
    end = len(lines.text.rstrip())
    return [match.start() for match in re.finditer("\f", lines.text) if match.start() < end]


def sheet_lines(lines: Lines, starts: Sequence[int]) -> list[range]:
    """Return the printed lines of each sheet, given where the sheets start."""
    bounds = [*lines.first.searchsorted(list(starts)).tolist(), len(lines)]
    return [range(low, high) for low, high in pairwise(bounds)]


# --- between form feeds -----------------------------------------------------------------------


def _headers_at_edges(lines: Lines, feeds: Sequence[int]) -> tuple[str, ...]:
    """Detect headers and footers where form feeds are the pages."""
    starts = list(feeds) if lines.is_blank(0, feeds[0]) else [0, *feeds]
    sheets = [_Edges(lines, sheet) for sheet in sheet_lines(lines, starts)]
    numbered = _numbered_lines(sheets)
    recurring = _recurring_lines(sheets)
    while True:
        uses = _uses(sheets, numbered, recurring)
        once = {text for text in recurring if uses[text] < _FEWEST_USES}
        if not once:
            return tuple(uses)
        recurring -= once


def _uses(sheets: Sequence[_Edges], numbered: dict[int, str], recurring: set[str]) -> Counter[str]:
    """Return how many sheets have each header: at the edge, or beyond other headers only."""
    uses: Counter[str] = Counter()
    for sheet in sheets:
        headers: dict[str, None] = {}
        for edge in (sheet.top, sheet.foot):
            for line in edge:
                text = sheet.texts[line]
                if line not in numbered and text not in recurring:
                    break
                headers[numbered.get(line, text)] = None
        uses.update(headers.keys())
    return uses


class _Edges:
    """The lines at the top and at the foot of a sheet, from the edge inwards."""

    def __init__(self, lines: Lines, sheet: range) -> None:
        self.top = list(sheet[:TOP_LINES])
        self.foot = list(sheet[-FOOT_LINES:][::-1])
        shown = dict.fromkeys([*self.top, *self.foot])
        self.texts = {line: " ".join(lines.printed(line)[: _LONGEST + 1].split()) for line in shown}
        self.numbers: list[_Numbered] = []
        for line in shown:
            if len(self.texts[line]) <= _LONGEST:
                self.numbers += _numbers_in(line, self.texts[line])


def _numbered_lines(sheets: Sequence[_Edges]) -> dict[int, str]:
    """Return the lines that print their page's number, with the template of each.

    The votes decide. A text that is numbered anew in its course has several chains of votes.
    """
    votes = []
    for index, sheet in enumerate(sheets):
        votes += [Vote(index, number.number) for number in sheet.numbers]
    found: dict[int, str] = {}
    needed = max(2, min(_FEWEST, _NUMBERED_SHARE * len(sheets)))
    for _ in range(_ROUNDS):
        believed = believed_votes(votes, change_cost=1)
        shifts = Counter(vote.shift for vote in believed)
        kept = {vote for vote in believed if shifts[vote.shift] >= needed}
        if not kept:
            break
        for vote in kept:
            for number in sheets[vote.sheet].numbers:
                if number.number == vote.number:
                    found.setdefault(number.line, number.template)
        taken = {vote.sheet for vote in kept}
        votes = [vote for vote in votes if vote.sheet not in taken]
    return found


def _recurring_lines(sheets: Sequence[_Edges]) -> set[str]:
    """Return the lines without a number of their own that recur at the edges of pages.

    A header is on a good share of the pages, or (where it changes with the item) on two pages that
    follow each other, as the outermost line of both.
    """
    on_sheets: Counter[str] = Counter()
    outermost: Counter[str] = Counter()
    before: set[str] = set()
    for sheet in sheets:
        on_sheets.update(set(sheet.texts.values()))
        outer = {sheet.texts[edge[0]] for edge in (sheet.top, sheet.foot) if edge}
        outermost.update(outer & before)
        before = outer
    recurring = {
        text for text, count in on_sheets.items() if count >= max(_FEWEST, _SHARE * len(sheets))
    }
    if sum(outermost.values()) >= max(_FEWEST, _SHARE * len(sheets)):
        recurring |= set(outermost)
    return {text for text in recurring if len(text) <= _LONGEST and any(map(str.isalpha, text))}


def _numbers_in(line: int, text: str) -> Iterator[_Numbered]:
    """Yield the numbers that may be a page's: at the start or at the end of a line."""
    ends = [_LAST.search(text), _FIRST.match(text)]
    seen = set()
    for match in ends:
        if match is None or match.start("page") in seen:
            continue
        before = text[: match.start("page")]
        if _COUNTED.search(before) or _MONTH.search(before):
            continue
        seen.add(match.start("page"))
        template = f"{before}{PAGE}{text[match.end('page') :]}"
        yield _Numbered(line, int(match["page"]), template)


# --- without form feeds -----------------------------------------------------------------------


def _recurring_headers(lines: Lines) -> list[_Numbered]:
    """Detect lines that recur with nothing changed but a number, which grows a page apart."""
    by_shape: dict[str, list[int]] = defaultdict(list)
    for index in range(len(lines)):
        if lines.lasts[index] - lines.firsts[index] <= _LONGEST:
            text = " ".join(lines.printed(index).split())
            if any(map(str.isalpha, text)):
                by_shape[header_shape(text)].append(index)
    candidates: dict[str, list[_Numbered]] = defaultdict(list)
    for indices in by_shape.values():
        for index in indices if len(indices) >= _FEWEST else ():
            for found in _numbered_candidates(lines, index):
                candidates[found.template].append(found)
    headers: list[_Numbered] = []
    for seen in candidates.values():
        believed = _growing(lines, seen)
        if believed:
            headers += believed
            headers += _slips(lines, believed)
    headers.sort()
    return headers


def _numbered_candidates(lines: Lines, index: int) -> Iterator[_Numbered]:
    """Yield what a line may be as a header: with a number in it, or alone on the next line."""
    text = " ".join(lines.printed(index).split())
    if index + 1 < len(lines):
        following = lines.printed(index + 1)
        if following.isascii() and following.isdigit() and len(following) <= 4:
            yield _Numbered(index, int(following), f"{text}\n{PAGE}")
    yield from _numbers_in(index, text)


def _growing(lines: Lines, seen: Sequence[_Numbered]) -> list[_Numbered]:
    """Return the occurrences whose numbers grow evenly, about a page apart; none if too few do."""
    votes = [Vote(place, header.number) for place, header in enumerate(seen)]
    believed = [seen[vote.sheet] for vote in believed_votes(votes, change_cost=0.25)]
    if len(believed) < _FEWEST or len(believed) < _BELIEVED_SHARE * len(seen):
        return []
    lengths = [
        (high.line - low.line) / (high.number - low.number) for low, high in pairwise(believed)
    ]
    low, high = _PAGE_LINES
    if not low <= median(lengths) <= high or not _are_even(lengths):
        return []
    if (believed[-1].line - believed[0].line) < _REACH * len(lines):
        return []
    return believed


def _are_even(lengths: Sequence[float]) -> bool:
    """Return whether pages are of about one length, as what is no page is not."""
    usual = median(lengths)
    even = [length for length in lengths if usual / _UNEVEN <= length <= usual * _UNEVEN]
    return len(even) >= _EVEN_SHARE * len(lengths)


def _slips(lines: Lines, seen: Sequence[_Numbered]) -> Iterator[_Numbered]:
    """Yield headers that were set a little otherwise: lines with a number that is missing."""
    template = seen[0].template
    if "\n" in template:
        return
    letters = _letters(template.replace(PAGE, ""))
    before = _Numbered(-1, seen[0].number - 2, template)
    for low, high in pairwise([before, *seen]):
        missing = range(low.number + 1, high.number)
        for index in range(low.line + 1, high.line) if missing else ():
            text = " ".join(lines.printed(index)[: _LONGEST + 1].split())
            if len(text) > _LONGEST:
                continue
            for found in _numbers_in(index, text):
                if found.number in missing and _are_similar(letters, _letters(text)):
                    yield found
                    break


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).casefold()


def _are_similar(one: str, other: str) -> bool:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= _SIMILAR and matcher.ratio() >= _SIMILAR


def _bare_numbers(lines: Lines) -> list[_Numbered]:
    """Detect lines with nothing but a number, where these go on by one from page to page."""
    by_template: dict[str, list[_Numbered]] = defaultdict(list)
    for index in (lines.last - lines.first <= 16).nonzero()[0].tolist():
        text = lines.printed(index)
        match = _BARE.fullmatch(text)
        if match:
            template = f"{text[: match.start('page')]}{PAGE}{text[match.end('page') :]}"
            by_template[template].append(_Numbered(index, int(match["page"]), template))
    for seen in sorted(by_template.values(), key=lambda seen: -len(seen)):
        believed = _growing(lines, seen)
        steps = [high.number - low.number for low, high in pairwise(believed)]
        if believed and steps.count(1) >= _BELIEVED_SHARE * len(steps):
            return believed
    return []


def _close_pages(lines: Lines, headers: Sequence[_Numbered]) -> bool:
    """Return whether marks close their pages: a page's text is before the first, none after the last."""
    pages = max(headers[-1].number - headers[0].number, 1)
    length = (headers[-1].line - headers[0].line) / pages
    ahead, behind = headers[0].line, len(lines) - 1 - headers[-1].line
    return ahead >= 0.4 * length and behind < 0.4 * length


def _inline_marks(lines: Lines) -> str | None:
    """Detect page marks inside lines: the template of those whose numbers go on by one."""
    by_template: dict[str, list[int]] = defaultdict(list)
    for match in _INLINE.finditer(lines.text):
        group = "braced" if match["braced"] else "named"
        mark, at = match.group(), match.start(group) - match.start()
        template = f"{mark[:at]}{PAGE}{mark[at + len(match[group]) :]}"
        by_template[template].append(int(match[group]))
    for template, numbers in sorted(by_template.items(), key=lambda item: -len(item[1])):
        steps = [high - low for low, high in pairwise(numbers)]
        if len(numbers) >= _FEWEST and steps.count(1) >= _BELIEVED_SHARE * len(steps):
            return template
    return None


def with_detected(pagination: Pagination, lines: Lines) -> Pagination:
    """Return a pagination with what it leaves open detected."""
    if pagination.running_heads is not None:
        return pagination
    detected = detect_pagination(lines)
    return replace(
        detected,
        first=pagination.first,
        space_marks=pagination.space_marks,
        running_feet=pagination.running_feet or detected.running_feet,
        inline_marks=pagination.inline_marks or detected.inline_marks,
    )

"""What marks the pages of a text, detected: headers and footers, bare numbers, marks in lines.

Each line that may be a header is a candidate. Between form feeds it is one at a page's edge, if it
recurs or its number is the page's; elsewhere, if its number grows from page to page.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from operator import attrgetter
from statistics import median

from lprcorpus.text.lines import Line, LineRun, Lines
from lprcorpus.text.page_numbers import believed_numbers, roman_number
from lprcorpus.text.running_headers import FOOT_LINES, PAGE, TOP_LINES, PageMark, at_edges

_LONGEST = 120  # characters in a line of a header
_FEWEST = 3  # pages that a header or a number is on, where form feeds do not vouch for pages

# Between form feeds.
_FEW_PAGES = 6  # so many, or fewer: two numbers that agree are page numbers
_SHARE = 0.25  # of the pages: a header without a number is on as many
_RULE, _RULED_SHARE = re.compile(r"[-–—_=*~.]{5,}"), 0.5  # a rule, on so many of the pages
_MISREAD = 4  # characters of a page number that was not read as one, at most

# Without form feeds: chapters, questions and lists are numbered too, but not a page apart.
_PAGE_LINES = (15, 150)  # printed lines on a page
_UNEVEN = 2.5  # times the usual length of a page, or that part of it, at most
_EVEN_SHARE = 0.6  # of the pages: so many are of about the usual length
_BELIEVED_SHARE = 0.7  # of the numbers in marks of one form
_SIMILAR = 0.6  # of two headers, where one is a slip of the other
_CLOSING = 0.4  # of a page: text before the first mark, or after the last, that makes one

_BEFORE = r"(?:[-–—~*\[(|=.•]+\s*)?(?:(?:page|pg|p|s|seite|стр|с)\b\.?\s*)?"
_AFTER = r"(?:\s*(?:of|von|de|sur|из|/)\s*[0-9]{1,4})?(?:\s*[-–—~*\])|=•]+)?"
_FIRST = re.compile(rf"{_BEFORE}(?P<page>[0-9]{{1,4}}){_AFTER}(?=\s+[^\W\d_]|\s*[|•·—–-]|$)", re.I)
_LAST = re.compile(rf"(?:^|(?<=[\s|•·—–_=-])){_BEFORE}(?P<page>[0-9]{{1,4}}){_AFTER}$", re.I)
# A number after one of these words counts something other than pages.
_COUNTED = re.compile(
    r"\b(?:sec|section|chapter|part|act|scene|no|nr|number|vol|volume|band|heft|tome|issue|article|art|item"
    r"|question|letter|lesson|figure|fig|table|plate|room|том|номер|глава)\b\W*$",
    re.IGNORECASE,
)
_ROMAN = re.compile(
    r"[-–—~*\[(|.]*\s*(?P<numeral>(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3}))\s*[-–—~*\])|.]*",
    re.IGNORECASE,
)
_NUMERAL = "numeral"
_FIGURE = re.compile(r"[0-9]")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_IN_LINE = re.compile(
    r"(?P<before>\{|\[{1,2}(?:pg|page|p|seite|s)\b\.?\s*[A-Z]?)(?P<page>[0-9]{1,5})(?P<after>\}|\]{1,2})",
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


def detect_pagination(lines: Lines, stated: Pagination | None = None) -> Pagination:
    """Return the page marks that a text shows, with what is stated of them in their place."""
    stated = stated or Pagination()
    starts = form_feeds(lines)
    if starts:
        headers = _headers_at_edges(lines, lines.parts(sheet_starts(lines, starts)))
        return replace(stated, running_heads=headers)
    inline = stated.inline_marks or _marks_in_lines(lines.text)
    if inline:
        return replace(stated, running_heads=(), inline_marks=inline)
    numbered = _numbered_headers(lines)
    templates = tuple(dict.fromkeys(header.template for header in numbered))
    if numbered and _close_pages(lines, numbered[0], numbered[-1]):
        return replace(stated, running_heads=(), running_feet=stated.running_feet or templates)
    return replace(stated, running_heads=templates)


def form_feeds(lines: Lines) -> list[int]:
    """Return the form feeds that open a sheet: those before the last printed character."""
    past_last = lines.printed[-1].last if lines.printed else 0
    return [match.start() for match in re.finditer("\f", lines.text[:past_last])]


def sheet_starts(lines: Lines, openings: Iterable[int]) -> list[int]:
    """Return where sheets start: at what opens them, and at 0 if anything is before that."""
    starts = sorted(openings)
    if not starts or not lines.is_blank(0, starts[0]):
        starts.insert(0, 0)
    return starts


def _header_text(line: Line) -> str:
    """Return a line with single spaces, or nothing if it is too long for a header."""
    text = " ".join(line.text.split())
    return text if len(text) <= _LONGEST else ""


def _letters(template: str) -> str:
    return _NO_LETTERS.sub("", template.replace(PAGE, "")).casefold()


def _as_header(line: Line, template: str, number: int = -1) -> PageMark:
    return PageMark(line.start, line.end, "running heads", template, number)


def _with_figures(line: Line) -> Iterator[PageMark]:
    """Yield a line as a header with each number that may be its page's: its last, its first."""
    text = _header_text(line)
    seen = -1
    for match in (_LAST.search(text), _FIRST.match(text)):
        if match is None or match.start("page") == seen:
            continue
        seen, end = match.span("page")
        if not _COUNTED.search(text[:seen]):
            yield _as_header(line, f"{text[:seen]}{PAGE}{text[end:]}", int(match["page"]))


def _with_numeral(line: Line) -> Iterator[PageMark]:
    """Yield a line as a Roman page number, which is quoted as it is: pages are known by figures."""
    text = _header_text(line)
    match = _ROMAN.fullmatch(text)
    if match:
        yield _as_header(line, text, roman_number(match["numeral"].casefold()))


# --- between form feeds -----------------------------------------------------------------------


def _headers_at_edges(lines: Lines, sheets: Sequence[LineRun]) -> tuple[str, ...]:
    """Detect headers and footers where form feeds are the pages: return their templates."""
    edges = []  # of each sheet the lines that may be headers, the outermost first and last
    for sheet in sheets:
        edges.append([*sheet[:TOP_LINES], *sheet[TOP_LINES:][-FOOT_LINES:]])
    headers = {header.start: header for header in _recurring(edges)}
    for read in (_with_figures, _with_numeral):
        headers.update((header.start, header) for header in _on_their_page(edges, read))
    while True:
        uses: Counter[str] = Counter()
        templates: list[str] = []
        for on_sheet in at_edges(lines, sheets, headers.values()):
            found = [header.template for header in on_sheet]
            templates += found
            uses.update(set(map(_common_form, found)))
        # A header without a figure needs another page that has it too, at an edge. Without it,
        # others may be no longer at the edge.
        lone = {form for form, count in uses.items() if count == 1 and PAGE not in form}
        if not lone:
            return tuple(dict.fromkeys([*templates, *_misread(edges, uses)]))
        for header in list(headers.values()):
            if _common_form(header.template) in lone:
                del headers[header.start]


def _common_form(template: str) -> str:
    """Return what pages have in common: a Roman numeral is another on each."""
    return _NUMERAL if _ROMAN.fullmatch(template) else template


def _outermost(edge: LineRun) -> set[str]:
    """Return what is on the first and on the last line of a sheet."""
    return {_header_text(line) for line in (*edge[:1], *edge[-1:])} - {""}


def _on_their_page(
    edges: Sequence[LineRun], read: Callable[[Line], Iterator[PageMark]]
) -> Iterator[PageMark]:
    """Yield the lines that print their page's number."""
    candidates = []
    for edge in edges:
        candidates.append(list(chain.from_iterable(map(read, edge))))
    believed = believed_numbers(candidates, between_feeds=True)
    agreeing = Counter(number - sheet for sheet, number in believed.items())
    needed = 2 if len(edges) <= _FEW_PAGES else _FEWEST
    for sheet, number in believed.items():
        if agreeing[number - sheet] >= needed:
            # Of two readings of a line that give this number, the first.
            right = [candidate for candidate in candidates[sheet] if candidate.number == number]
            yield from reversed(right)


def _recurring(edges: Sequence[LineRun]) -> Iterator[PageMark]:
    """Yield the lines that recur as they are at the edges of pages.

    A header is on a good share of the pages, or (where it changes with the item) on two pages that
    follow each other, as the outermost line of both.
    """
    on_sheets: Counter[str] = Counter()
    for edge in edges:
        on_sheets.update(set(map(_header_text, edge)))
    again: Counter[str] = Counter()
    for before, edge in pairwise(edges):
        again.update(_outermost(before) & _outermost(edge))
    needed = max(_FEWEST, _SHARE * len(edges))
    recurring = {text for text, count in on_sheets.items() if count >= needed}
    if again.total() >= needed:
        recurring |= set(again)
    for line in chain.from_iterable(edges):
        text = _header_text(line)
        # Without a letter, only a rule under or over a header may be a part of it.
        is_ruled = _RULE.fullmatch(text) and on_sheets[text] >= _RULED_SHARE * len(edges)
        if text in recurring and (is_ruled or _letters(text)):
            yield _as_header(line, text)


def _misread(edges: Sequence[LineRun], uses: Counter[str]) -> Iterator[str]:
    """Yield the outermost lines that are a header but for its number, as they are printed.

    The reading of a scan has S for 5, or O for 0, in the first or in the last word.
    """
    for edge in edges:
        for text in sorted(_outermost(edge)):
            first, _, behind = text.partition(" ")
            before, _, last = text.rpartition(" ")
            readings = ((first, f"{PAGE} {behind}"), (last, f"{before} {PAGE}"))
            for word, template in readings:
                is_short = len(word) <= _MISREAD and not word.isdecimal()
                if is_short and uses[template] > 1:
                    yield text


# --- without form feeds -----------------------------------------------------------------------


def _numbered_headers(lines: Lines) -> list[PageMark]:
    """Detect lines that recur with nothing changed but a number, which grows a page apart.

    Lines with nothing but a number are page numbers only where no line has words beside it, and
    they go on by one from page to page.
    """
    candidates = sorted(_candidates(lines.printed))
    alike: dict[str, list[PageMark]] = defaultdict(list)
    for candidate in candidates:
        alike[candidate.template].append(candidate)
    headers: set[PageMark] = set()
    bare: list[PageMark] = []
    for template, marks in alike.items():
        growing = _growing(lines, marks)
        if growing and _letters(template):
            headers.update(growing, _slips(candidates, growing))
        elif len(growing) > len(bare) and _go_on_by_one([mark.number for mark in growing]):
            bare = growing
    return sorted(headers) or bare


def _candidates(lines: Sequence[Line]) -> Iterator[PageMark]:
    """Yield what lines may be as headers: with a number in them, or alone on the next line."""
    for line in lines:
        if _FIGURE.search(line.text):
            yield from _with_figures(line)
    for line, following in pairwise(lines):
        number = following.text
        if len(number) <= 4 and number.isascii() and number.isdigit():
            text = _header_text(line)
            if _letters(text):
                yield _as_header(line, f"{text}\n{PAGE}", int(number))


def _growing(lines: Lines, alike: Sequence[PageMark]) -> list[PageMark]:
    """Return the candidates whose numbers grow evenly, about a page apart; none if too few do."""
    believed = believed_numbers([[mark] for mark in alike], between_feeds=False)
    if len(believed) < max(_FEWEST, _BELIEVED_SHARE * len(alike)):
        return []
    headers = [alike[place] for place in believed]
    lengths = []
    for before, header in pairwise(headers):
        lengths.append(_page_length(lines, before, header))
    shortest, longest = _PAGE_LINES
    if shortest <= median(lengths) <= longest and are_even(lengths, _UNEVEN):
        return headers
    return []


def _page_length(lines: Lines, first: PageMark, last: PageMark) -> float:
    """Return how many printed lines are on a page from one page mark to another."""
    printed = lines.index_from(last.start) - lines.index_from(first.start)
    return printed / (last.number - first.number)


def are_even(lengths: Sequence[float], factor: float) -> bool:
    """Return whether most lengths are the usual one, or differ from it by less than a factor."""
    usual = median(lengths)
    even = [length for length in lengths if usual / factor <= length <= usual * factor]
    return len(even) >= _EVEN_SHARE * len(lengths)


def _slips(candidates: Sequence[PageMark], headers: Sequence[PageMark]) -> Iterator[PageMark]:
    """Yield headers that were set a little otherwise: lines with a number that is missing.

    ViewPort, February 1993, has another month and a row of dashes in one (line 64), and no comma in
    another (line 394).
    """
    letters = _letters(headers[0].template)
    first = headers[0]._replace(start=-1, number=headers[0].number - 2)
    known = [first, *headers]
    for candidate in candidates:
        following = bisect_right(known, candidate.start, key=attrgetter("start"))
        if following == len(known):
            break
        is_missing = known[following - 1].number < candidate.number < known[following].number
        other = _letters(candidate.template)
        if is_missing and difflib.get_close_matches(letters, [other], cutoff=_SIMILAR):
            yield candidate


def _go_on_by_one(numbers: Sequence[int]) -> bool:
    """Return whether most of at least a few numbers follow the one before."""
    steps = [high - low for low, high in pairwise(numbers)]
    return len(numbers) >= _FEWEST and steps.count(1) >= _BELIEVED_SHARE * len(steps)


def _close_pages(lines: Lines, first: PageMark, last: PageMark) -> bool:
    """Return whether marks close their pages: text is before the first, none after the last."""
    least = _CLOSING * _page_length(lines, first, last)
    ahead = lines.index_from(first.start)
    behind = len(lines.printed) - 1 - lines.index_from(last.start)
    return ahead >= least > behind


def _marks_in_lines(text: str) -> tuple[str, ...]:
    """Detect page marks inside lines: the template of those whose numbers go on by one."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for match in _IN_LINE.finditer(text):
        numbers[f"{match['before']}{PAGE}{match['after']}"].append(int(match["page"]))
    return tuple(template for template in numbers if _go_on_by_one(numbers[template]))[:1]

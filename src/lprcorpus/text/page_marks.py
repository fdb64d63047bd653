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

from lprcorpus.text.lines import Line, Lines
from lprcorpus.text.page_numbers import believed_numbers, roman_number
from lprcorpus.text.running_headers import (
    FOOT_LINES,
    HEAD,
    PAGE,
    TOP_LINES,
    PageMark,
    at_edges,
)

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
_CHANGE_COST = 0.25  # see believed_numbers: a page whose header is lost changes the shift
_SIMILAR = 0.6  # of two headers, where one is a slip of the other
_CLOSING = 0.4  # of a page: text before the first mark, or after the last, that makes one

_BEFORE = r"(?:[-–—~*\[(|=.•]+\s*)?(?:(?:page|pg|p|s|seite|стр|с)\b\.?\s*)?"
_AFTER = r"(?:\s*(?:of|von|de|sur|из|/)\s*\d{1,4})?(?:\s*[-–—~*\])|=•]+)?"
_FIRST = re.compile(rf"{_BEFORE}(?P<page>\d{{1,4}}){_AFTER}(?=\s+[^\W\d_]|\s*[|•·—–-]|$)", re.I)
_LAST = re.compile(rf"(?:^|(?<=[\s|•·—–_=-])){_BEFORE}(?P<page>\d{{1,4}}){_AFTER}$", re.I)
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
_FIGURE, _NO_LETTERS = re.compile(r"\d"), re.compile(r"[\W\d_]+")
_IN_LINE = re.compile(
    r"(?P<before>\{|\[{1,2}(?:pg|page|p|seite|s)\b\.?\s*[A-Z]?)(?P<page>\d{1,5})(?P<after>\}|\]{1,2})",
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
    heads: list[str] = []
    feet: list[str] = []
    inline: list[str] = []
    feeds = form_feeds(lines)
    if feeds:
        heads = _headers_at_edges(lines, lines.parts(sheet_starts(lines, feeds)))
    else:
        inline = _marks_in_lines(lines.text)
        headers = [] if inline else _numbered_headers(lines)
        heads = list(dict.fromkeys(header.template for header in headers))
        if headers and _close_pages(lines, headers):
            heads, feet = [], heads
    return replace(
        stated,
        running_heads=tuple(heads),
        running_feet=stated.running_feet or tuple(feet),
        inline_marks=stated.inline_marks or tuple(inline),
    )


def form_feeds(lines: Lines) -> list[int]:
    """Return the form feeds that open a sheet: those before the last printed character."""
    past_last = lines.printed[-1].last if lines.printed else 0
    return [match.start() for match in re.finditer("\f", lines.text[:past_last])]


def sheet_starts(lines: Lines, openings: Iterable[int]) -> list[int]:
    """Return where sheets start: at what opens them, and at 0 if anything is before that."""
    starts = sorted(set(openings))
    if not starts or not lines.is_blank(0, starts[0]):
        starts.insert(0, 0)
    return starts


def _header_text(line: Line) -> str:
    """Return a line with single spaces, or nothing if it is too long for a header."""
    text = " ".join(line.text.split())
    return text if len(text) <= _LONGEST else ""


def _letters(template: str) -> str:
    return _NO_LETTERS.sub("", template.replace(PAGE, "")).casefold()


def _with_figures(line: Line) -> Iterator[PageMark]:
    """Yield a line as a header with each number that may be its page's: its last, its first."""
    if not _FIGURE.search(line.text):
        return
    text = _header_text(line)
    seen = -1
    for match in (_LAST.search(text), _FIRST.match(text)):
        if match is None or match.start("page") == seen:
            continue
        seen, end = match.span("page")
        if not _COUNTED.search(text[:seen]):
            template = f"{text[:seen]}{PAGE}{text[end:]}"
            yield PageMark(line.start, line.end, HEAD, template, int(match["page"]))


# --- between form feeds -----------------------------------------------------------------------


def _headers_at_edges(lines: Lines, sheets: Sequence[Sequence[Line]]) -> list[str]:
    """Detect headers and footers where form feeds are the pages: return their templates."""
    edges = [_edge_lines(sheet) for sheet in sheets]
    headers = _recurring(edges)
    headers |= _on_their_page(edges, _with_figures)
    headers |= _on_their_page(edges, _as_numeral)
    while True:
        uses: Counter[str] = Counter()
        templates: dict[str, None] = {}
        for at_edge in at_edges(lines, sheets, headers.values()):
            on_sheet = dict.fromkeys(header.template for header in at_edge)
            templates |= on_sheet
            uses.update(set(map(_common_form, on_sheet)))
        # A header without a figure needs another page that has it too, at an edge. Without it,
        # others may be no longer at the edge.
        lone = {form for form, count in uses.items() if count == 1 and PAGE not in form}
        if not lone:
            return [*templates, *_misread(edges, templates, uses)]
        for start, header in list(headers.items()):
            if _common_form(header.template) in lone:
                del headers[start]


def _edge_lines(sheet: Sequence[Line]) -> list[Line]:
    """Return the lines at the top and at the foot of a sheet, the outermost first and last."""
    foot = sheet[TOP_LINES:]
    return [*sheet[:TOP_LINES], *foot[-FOOT_LINES:]]


def _outermost(edge: Sequence[Line]) -> set[str]:
    return {_header_text(line) for line in (*edge[:1], *edge[-1:])} - {""}


def _common_form(template: str) -> str:
    """Return what pages have in common: a Roman numeral is another on each."""
    return _NUMERAL if _ROMAN.fullmatch(template) else template


def _as_numeral(line: Line) -> Iterator[PageMark]:
    """Yield a line as a Roman page number, which is quoted as it is: pages are known by figures."""
    text = _header_text(line)
    match = _ROMAN.fullmatch(text)
    if match:
        number = roman_number(match["numeral"].casefold())
        yield PageMark(line.start, line.end, HEAD, text, number)


def _on_their_page(
    edges: Sequence[Sequence[Line]], read: Callable[[Line], Iterable[PageMark]]
) -> dict[int, PageMark]:
    """Return the lines that print their page's number, by where they start."""
    candidates = []
    for edge in edges:
        candidates.append(list(chain.from_iterable(map(read, edge))))
    printed = [list(map(attrgetter("number"), on_sheet)) for on_sheet in candidates]
    believed = believed_numbers(printed, change_cost=1)
    agreeing = Counter(number - sheet for sheet, number in believed.items())
    needed = 2 if len(edges) <= _FEW_PAGES else _FEWEST
    headers: dict[int, PageMark] = {}
    for sheet, number in believed.items():
        if agreeing[number - sheet] < needed:
            continue
        for header in candidates[sheet]:
            if header.number == number:
                headers.setdefault(header.start, header)
    return headers


def _recurring(edges: Sequence[Sequence[Line]]) -> dict[int, PageMark]:
    """Return the lines that recur as they are at the edges of pages, by where they start.

    A header is on a good share of the pages, or (where it changes with the item) on two pages that
    follow each other, as the outermost line of both.
    """
    on_sheets: Counter[str] = Counter()
    for edge in edges:
        on_sheets.update(set(map(_header_text, edge)))
    outermost_again: Counter[str] = Counter()
    for before, edge in pairwise(edges):
        outermost_again.update(_outermost(before) & _outermost(edge))
    needed = max(_FEWEST, _SHARE * len(edges))
    recurring = {text for text, count in on_sheets.items() if count >= needed}
    if outermost_again.total() >= needed:
        recurring |= set(outermost_again)
    headers = {}
    for line in chain.from_iterable(edges):
        text = _header_text(line)
        # Without a letter, only a rule under or over a header may be a part of it.
        is_ruled = _RULE.fullmatch(text) and on_sheets[text] >= _RULED_SHARE * len(edges)
        if text in recurring and (is_ruled or _letters(text)):
            headers[line.start] = PageMark(line.start, line.end, HEAD, text)
    return headers


def _misread(
    edges: Sequence[Sequence[Line]], templates: Iterable[str], uses: Counter[str]
) -> list[str]:
    """Return the outermost lines that are a header but for its number, as they are printed.

    The reading of a scan has S for 5, or O for 0.
    """
    forms = []
    for template in templates:
        before, page, after = template.partition(PAGE)
        if page and uses[template] > 1 and _letters(template):
            number = rf"(?!\d+(?!\S))\S{{1,{_MISREAD}}}"
            forms.append(re.compile(f"{re.escape(before)}{number}{re.escape(after)}"))
    misread = []
    for edge in edges:
        for text in sorted(_outermost(edge)):
            if text not in templates and any(form.fullmatch(text) for form in forms):
                misread.append(text)
    return list(dict.fromkeys(misread))


# --- without form feeds -----------------------------------------------------------------------


def _numbered_headers(lines: Lines) -> list[PageMark]:
    """Detect lines that recur with nothing changed but a number, which grows a page apart.

    Lines with nothing but a number are page numbers only where no line has words beside it, and
    they go on by one from page to page.
    """
    candidates = sorted(_candidates(lines.printed))
    by_template: dict[str, list[PageMark]] = defaultdict(list)
    for candidate in candidates:
        by_template[candidate.template].append(candidate)
    headers: set[PageMark] = set()
    for template, alike in by_template.items():
        if _letters(template):
            growing = _growing(lines, alike)
            headers.update(growing, _slips(candidates, growing))
    if headers:
        return sorted(headers)
    for alike in sorted(by_template.values(), key=len, reverse=True):
        growing = _growing(lines, alike)
        if _go_on_by_one([header.number for header in growing]):
            return growing
    return []


def _candidates(lines: Sequence[Line]) -> Iterator[PageMark]:
    """Yield what lines may be as headers: with a number in them, or alone on the next line."""
    for line in lines:
        yield from _with_figures(line)
    for line, following in pairwise(lines):
        number = following.text
        if len(number) <= 4 and number.isascii() and number.isdigit():
            text = _header_text(line)
            if _letters(text):
                yield PageMark(line.start, following.end, HEAD, f"{text}\n{PAGE}", int(number))


def _growing(lines: Lines, alike: Sequence[PageMark]) -> list[PageMark]:
    """Return the candidates whose numbers grow evenly, about a page apart; none if too few do."""
    if len(alike) < _FEWEST:
        return []
    believed = believed_numbers([[mark.number] for mark in alike], _CHANGE_COST)
    if len(believed) < max(_FEWEST, _BELIEVED_SHARE * len(alike)):
        return []
    headers = [alike[place] for place in believed]
    lengths = []
    for before, header in pairwise(headers):
        pages = header.number - before.number
        lengths.append((lines.index_from(header.start) - lines.index_from(before.start)) / pages)
    shortest, longest = _PAGE_LINES
    is_page = shortest <= median(lengths) <= longest
    return headers if is_page and are_even(lengths, _UNEVEN) else []


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
    if not headers:
        return
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


def _close_pages(lines: Lines, headers: Sequence[PageMark]) -> bool:
    """Return whether marks close their pages: text is before the first, none after the last."""
    first, last = (lines.index_from(header.start) for header in (headers[0], headers[-1]))
    page_length = (last - first) / max(headers[-1].number - headers[0].number, 1)
    behind = len(lines.printed) - 1 - last
    return first >= _CLOSING * page_length and behind < _CLOSING * page_length


def _marks_in_lines(text: str) -> list[str]:
    """Detect page marks inside lines: the template of those whose numbers go on by one."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for match in _IN_LINE.finditer(text):
        numbers[f"{match['before']}{PAGE}{match['after']}"].append(int(match["page"]))
    for template in sorted(numbers, key=lambda template: -len(numbers[template])):
        if _go_on_by_one(numbers[template]):
            return [template]
    return []

"""What marks the pages of a text, detected: headers and footers, bare numbers, marks in lines.

Each line that may be a header is a candidate. Between form feeds it is one at a page's edge, if it
recurs or its number is the page's; elsewhere, if its number grows from page to page.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
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
# A page number of up to four characters that was not read as one, as the first and the last word.
_MISREAD_FIRST = re.compile(r"^(?!\d+ )\S{1,4}(?= )")
_MISREAD_LAST = re.compile(r"(?<= )(?!\d+$)\S{1,4}$")

# Without form feeds: chapters, questions and lists are numbered too, but not a page apart.
_SHORTEST_PAGE, _LONGEST_PAGE = 15, 150  # printed lines on most pages
_UNEVEN = 2.5  # times the usual length of a page, or that part of it, at most
_EVEN_SHARE = 0.6  # of the pages: so many are of about the usual length
_BELIEVED_SHARE = 0.7  # of the numbers in marks of one form
_SIMILAR = 0.6  # of two headers, where one is a slip of the other
_CLOSING = 0.4  # of a page: text before the first mark, or after the last, that makes one

# What may be beside a page number: - 12 -, Page 12, 12 of 40.
_BEFORE = r"(?:[-–—~*\[(|=.•]+\s*)?(?:(?:page|pg|p|s|seite|стр|с)\b\.?\s*)?"
_AFTER = r"(?:\s*(?:of|von|de|sur|из|/)\s*[0-9]{1,4})?(?:\s*[-–—~*\])|=•]+)?"
# A page number in the first word of a line, and in the last.
_FIRST = re.compile(rf"{_BEFORE}(?P<page>[0-9]{{1,4}}){_AFTER}(?=\s+[^\W\d_]|\s*[|•·—–-]|$)", re.I)
_LAST = re.compile(rf"(?:^|(?<=[\s|•·—–_=-])){_BEFORE}(?P<page>[0-9]{{1,4}}){_AFTER}$", re.I)
# A number after one of these words counts something other than pages.
_COUNTED_WORDS = """
    sec section chapter part act scene no nr number vol volume band heft tome issue article art item
    question letter lesson figure fig table plate room том номер глава
"""
_COUNTED = re.compile(rf"\b(?:{'|'.join(_COUNTED_WORDS.split())})\b\W*$", re.IGNORECASE)
_ROMAN = re.compile(
    r"[-–—~*\[(|.]*\s*"
    r"(?P<numeral>(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3}))"
    r"\s*[-–—~*\])|.]*",
    re.IGNORECASE,
)
_NUMERAL = "numeral"
_FIGURE = re.compile(r"[0-9]")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_IN_LINE = re.compile(
    r"(?P<before>\{|\[{1,2}(?:pg|page|p|seite|s)\b\.?\s*[A-Z]?)"
    r"(?P<page>[0-9]{1,5})"
    r"(?P<after>\}|\]{1,2})",
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
    feeds = lines.form_feeds()
    if feeds:
        bounds = [0, *feeds, len(lines.text)]
        sheets = [lines.between(start, end) for start, end in pairwise(bounds)]
        headers = _headers_at_edges(lines, sheets)
        return replace(stated, running_heads=headers)
    inline = stated.inline_marks or _marks_in_lines(lines.text)
    if inline:
        return replace(stated, running_heads=(), inline_marks=inline)
    numbered = _numbered_headers(lines)
    templates = tuple(dict.fromkeys(header.template for header in numbered))
    if numbered and _close_pages(lines, numbered[0], numbered[-1]):
        return replace(stated, running_heads=(), running_feet=stated.running_feet or templates)
    return replace(stated, running_heads=templates)


# --- lines as candidates ----------------------------------------------------------------------


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
    if not _FIGURE.search(line.text):
        return
    text = _header_text(line)
    for match in (_LAST.search(text), _FIRST.match(text)):
        if match is None:
            continue
        start, end = match.span("page")
        before = text[:start]
        if not _COUNTED.search(before):
            yield _as_header(line, before + PAGE + text[end:], int(match["page"]))


def _with_numeral(line: Line) -> Iterator[PageMark]:
    """Yield a line as a Roman page number, which is quoted as it is: pages are known by figures."""
    text = _header_text(line)
    match = _ROMAN.fullmatch(text)
    if match:
        yield _as_header(line, text, roman_number(match["numeral"].casefold()))


# --- between form feeds -----------------------------------------------------------------------


def _headers_at_edges(lines: Lines, sheets: Sequence[LineRun]) -> tuple[str, ...]:
    """Detect headers and footers where form feeds are the pages: return their templates."""
    edges = []  # of each sheet the lines that may be headers
    for sheet in sheets:
        rest = sheet[TOP_LINES:]
        edges.append([*sheet[:TOP_LINES], *rest[-FOOT_LINES:]])
    headers = _recurring(edges)
    headers.update(_on_their_page(edges, _with_figures))
    headers.update(_on_their_page(edges, _with_numeral))
    while True:
        templates: list[str] = []
        uses: Counter[str] = Counter()
        for sheet, edge in zip(sheets, edges, strict=True):
            on_sheet = [headers[line.start] for line in edge if line.start in headers]
            found = [header.template for header in at_edges(lines, sheet, on_sheet)]
            templates += found
            uses.update(set(map(_common_form, found)))
        # A header without a figure needs another page that has it too, at an edge. Without it,
        # others may be no longer at the edge.
        lone = {form for form, count in uses.items() if count == 1 and PAGE not in form}
        if not lone:
            return tuple(dict.fromkeys([*templates, *_misread(edges, uses)]))
        for start, header in list(headers.items()):
            if _common_form(header.template) in lone:
                del headers[start]


def _common_form(template: str) -> str:
    """Return what pages have in common: a Roman numeral is another on each."""
    return _NUMERAL if _ROMAN.fullmatch(template) else template


def _on_their_page(
    edges: Sequence[LineRun], read: Callable[[Line], Iterator[PageMark]]
) -> dict[int, PageMark]:
    """Return the lines that have their page's number as headers, by where they start."""
    readings: list[list[PageMark]] = []
    for edge in edges:
        readings.append(list(chain.from_iterable(map(read, edge))))
    believed = believed_numbers(readings, between_feeds=True)
    agreeing = Counter(number - sheet for sheet, number in believed.items())
    needed = 2 if len(edges) <= _FEW_PAGES else _FEWEST
    headers: dict[int, PageMark] = {}
    for sheet, number in believed.items():
        for reading in readings[sheet]:
            if reading.number == number and agreeing[number - sheet] >= needed:
                headers.setdefault(reading.start, reading)  # of two readings of a line, the first
    return headers


def _recurring(edges: Sequence[LineRun]) -> dict[int, PageMark]:
    """Return the lines that recur as they are at edges as headers, by where they start.

    A header is on a good share of the pages, or (where it changes with the item) on two pages that
    follow each other, as the outermost line of both.
    """
    uses: Counter[str] = Counter()
    again: Counter[str] = Counter()
    before: set[str] = set()
    for edge in edges:
        uses.update(set(map(_header_text, edge)))
        outermost = {_header_text(line) for line in _outermost(edge)} - {""}
        again.update(outermost & before)
        before = outermost
    needed = max(_FEWEST, _SHARE * len(edges))
    change_with_items = again.total() >= needed
    ruled = _RULED_SHARE * len(edges)
    headers = {}
    for line in chain.from_iterable(edges):
        text = _header_text(line)
        recurs = uses[text] >= needed or (change_with_items and text in again)
        # Without a letter, only a rule under or over a header may be a part of it.
        is_rule = uses[text] >= ruled and _RULE.fullmatch(text)
        if recurs and (is_rule or _letters(text)):
            headers[line.start] = _as_header(line, text)
    return headers


def _outermost(edge: LineRun) -> LineRun:
    return (*edge[:1], *edge[-1:])


def _misread(edges: Sequence[LineRun], uses: Counter[str]) -> Iterator[str]:
    """Yield the outermost lines that are a header but for its number, as they are printed.

    The reading of a scan has S for 5, or O for 0, in the first or in the last word.
    """
    for line in chain.from_iterable(map(_outermost, edges)):
        text = _header_text(line)
        for misread in (_MISREAD_FIRST, _MISREAD_LAST):
            if uses[misread.sub(PAGE, text)] > 1:
                yield text


# --- without form feeds -----------------------------------------------------------------------


def _numbered_headers(lines: Lines) -> list[PageMark]:
    """Detect lines that recur with nothing changed but a number, which grows a page apart.

    Lines with nothing but a number are page numbers only where no line has words beside it, and
    they go on by one from page to page.
    """
    candidates = sorted(set(_candidates(lines.printed)))
    alike: dict[str, list[PageMark]] = defaultdict(list)
    for candidate in candidates:
        alike[candidate.template].append(candidate)
    headers: set[PageMark] = set()
    bare: list[PageMark] = []
    for template, marks in alike.items():
        growing = _growing(lines, marks)
        if not growing:
            continue
        numbers = [mark.number for mark in growing]
        if _letters(template):
            headers.update(growing, _slips(candidates, growing))
        elif len(growing) > len(bare) and _go_on_by_one(numbers):
            bare = growing
    return sorted(headers) or bare


def _candidates(lines: Sequence[Line]) -> Iterator[PageMark]:
    """Yield what lines may be as headers: with a number in them, or alone on the next line."""
    for line in lines:
        yield from _with_figures(line)
    for line, following in pairwise(lines):
        number = following.text
        if len(number) <= 4 and number.isascii() and number.isdigit():
            text = _header_text(line)
            if _letters(text):
                yield _as_header(line, f"{text}\n{PAGE}", int(number))


def _growing(lines: Lines, alike: Sequence[PageMark]) -> list[PageMark]:
    """Return the candidates whose numbers grow evenly, about a page apart; none if too few do."""
    if len(alike) < _FEWEST:
        return []
    believed = believed_numbers([[mark] for mark in alike], between_feeds=False)
    if len(believed) < max(_FEWEST, _BELIEVED_SHARE * len(alike)):
        return []
    headers = [alike[place] for place in believed]
    lengths = []
    for before, header in pairwise(headers):
        lengths.append(_page_length(lines, before, header))
    return headers if are_page_lengths(lengths) else []


def _page_length(lines: Lines, first: PageMark, last: PageMark) -> float:
    """Return how many printed lines are on a page from one page mark to another."""
    printed = lines.index_from(last.start) - lines.index_from(first.start)
    return printed / (last.number - first.number)


def are_page_lengths(lengths: Sequence[float]) -> bool:
    """Return whether so many printed lines may be on each page: most pages are about as long."""
    usual = median(lengths)
    if not _SHORTEST_PAGE <= usual <= _LONGEST_PAGE:
        return False
    even = [length for length in lengths if usual / _UNEVEN <= length <= usual * _UNEVEN]
    return len(even) >= _EVEN_SHARE * len(lengths)


def _slips(candidates: Sequence[PageMark], headers: Sequence[PageMark]) -> Iterator[PageMark]:
    """Yield headers that were set a little otherwise: lines with a number that is missing.

    ViewPort, February 1993, has another month and a row of dashes in one (line 64), and no comma in
    another (line 394).
    """
    numbers = [header.number for header in headers]
    first, last = numbers[0], numbers[-1]
    missing = set(range(first - 1, last)) - set(numbers)
    letters = _letters(headers[0].template)
    for candidate in candidates:
        if candidate.number in missing:
            other = _letters(candidate.template)
            if difflib.get_close_matches(letters, [other], cutoff=_SIMILAR):
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
        template = match["before"] + PAGE + match["after"]
        numbers[template].append(int(match["page"]))
    for template, found in numbers.items():
        if _go_on_by_one(found):
            return (template,)
    return ()

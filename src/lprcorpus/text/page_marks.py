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

from lprcorpus.text.lines import Line, Lines
from lprcorpus.text.page_numbers import Vote, believed_votes, roman_number
from lprcorpus.text.running_headers import PAGE

TOP_LINES, FOOT_LINES = 3, 2  # lines at a page's edge that may be its header and footer
_LONGEST = 120  # characters in a line of a header
_FEWEST = 3  # pages that a header or a number is on, where form feeds do not vouch for pages

# Between form feeds.
_FEWEST_USES = 2  # of a header without a number, where it changes with the item
_SHARE = 0.25  # of the pages: a header without a number is on as many
_RULE, _RULED_SHARE = re.compile(r"[-–—_=*~.]{5,}"), 0.5  # a rule, on so many of the pages
_NUMBERED_SHARE = 0.3  # of the pages: so many numbers that agree are page numbers

# Without form feeds: chapters, questions and lists are numbered too, but not a page apart.
_PAGE_LINES = (15, 150)  # printed lines on a page
_UNEVEN = 2.5  # times the usual length of a page, or that part of it, at most
_EVEN_SHARE = 0.6  # of the pages: so many are of about the usual length
_REACH = 0.3  # of the text: page marks reach over as much
_BELIEVED_SHARE = 0.7  # of the numbers in marks of one form
_CHANGE_COST = 0.25  # see believed_votes: a page whose header is lost changes the difference
_SIMILAR = 0.6  # of the letters of two headers, where one is a slip of the other
_CLOSING = 0.4  # of a page: text before the first mark, or after the last, that makes one

_BEFORE = r"(?:[-–—~*\[(|=.•]+\s*)?(?:(?:page|pg|p|s|seite|стр|с)\b\.?\s*)?"
_AFTER = r"(?:\s*(?:of|von|de|sur|из|/)\s*\d{1,4})?(?:\s*[-–—~*\])|=•]+)?"
_FIRST = re.compile(
    rf"{_BEFORE}(?P<page>\d{{1,4}}){_AFTER}(?=\s{{2,}}|\s+[^\W\d_]|\s*[|•·—–-]|$)", re.I
)
_LAST = re.compile(rf"(?:^|(?<=[\s|•·—–_=-])){_BEFORE}(?P<page>\d{{1,4}}){_AFTER}$", re.I)
# A number after one of these words counts something other than pages.
_COUNTED = re.compile(
    r"\b(?:sec|section|chapter|part|act|scene|no|nr|number|vol|volume|band|heft|tome|issue|article|art|item"
    r"|question|letter|lesson|figure|fig|table|plate|room|том|номер|глава)\b\W*$",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s*$", re.IGNORECASE
)
_ROMAN = re.compile(
    r"[-–—~*\[(|.]*\s*(?P<numeral>(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3}))\s*[-–—~*\])|.]*",
    re.IGNORECASE,
)
_MISREAD = 4  # characters of a page number that was not read as one, at most
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
    """A line that may carry a page number: its index, the number and the template it gives."""

    line: int
    number: int
    template: str


def detect_pagination(lines: Lines, stated: Pagination | None = None) -> Pagination:
    """Return the page marks that a text shows, with what is stated of them in their place."""
    stated = stated or Pagination()
    heads: tuple[str, ...] = ()
    feet: tuple[str, ...] = ()
    inline: tuple[str, ...] = ()
    sheets = feed_sheets(lines)
    if sheets:
        heads = _headers_at_edges(list(sheets.values()))
    else:
        inline = _inline_mark(lines.text)
        headers = [] if inline else _numbered_headers(lines.printed)
        templates = tuple(dict.fromkeys(header.template for header in headers))
        if headers and _close_pages(lines, headers):
            feet = templates
        else:
            heads = templates
    return replace(
        stated,
        running_heads=heads,
        running_feet=stated.running_feet or feet,
        inline_marks=stated.inline_marks or inline,
    )


def feed_sheets(lines: Lines) -> dict[int, list[Line]]:
    """Return the printed lines of each sheet between form feeds, by its first character.

    A form feed opens a sheet, but not one after the last printed character. Without any, there are
    no sheets.
    """
    past_last = lines.printed[-1].last if lines.printed else 0
    starts = [match.start() for match in re.finditer("\f", lines.text[:past_last])]
    if starts and not lines.is_blank(0, starts[0]):
        starts.insert(0, 0)
    return dict(zip(starts, sheet_lines(lines, starts), strict=True))


def sheet_lines(lines: Lines, starts: Sequence[int]) -> list[list[Line]]:
    """Return the printed lines of each sheet, given where the sheets start."""
    bounds = [*map(lines.index_from, starts), len(lines.printed)]
    return [lines.printed[low:high] for low, high in pairwise(bounds)]


def _header_text(line: Line) -> str:
    """Return a line with single spaces, or nothing if it is too long for a header."""
    text = " ".join(line.text.split())
    return text if len(text) <= _LONGEST else ""


def _numbers_in(line: Line, text: str) -> Iterator[_Numbered]:
    """Yield the numbers that may be a page's: at the end or at the start of a line."""
    seen = -1
    for match in (_LAST.search(text), _FIRST.match(text)):
        if match is None or match.start("page") == seen:
            continue
        seen, end = match.span("page")
        before, after = text[:seen], text[end:]
        if _COUNTED.search(before) or _MONTH.search(before):
            continue
        number = int(match["page"])
        yield _Numbered(line.index, number, f"{before}{PAGE}{after}")


def _has_letter(text: str) -> bool:
    return any(map(str.isalpha, text))


# --- between form feeds -----------------------------------------------------------------------


class _Edges:
    """What is printed at the top and at the foot of a sheet, from the edge inwards."""

    def __init__(self, sheet: Sequence[Line]) -> None:
        top, foot = sheet[:TOP_LINES], sheet[-FOOT_LINES:][::-1]
        self.edges = ([line.index for line in top], [line.index for line in foot])
        self.texts: dict[int, str] = {}
        self.numbers: list[_Numbered] = []
        self.numerals: list[_Numbered] = []  # Roman ones, whose template is what is printed
        for line in dict.fromkeys([*top, *foot]):
            text = _header_text(line)
            self.texts[line.index] = text
            self.numbers += _numbers_in(line, text)
            numeral = _ROMAN.fullmatch(text)
            if numeral:
                number = roman_number(numeral["numeral"].casefold())
                self.numerals.append(_Numbered(line.index, number, text))

    def outermost(self) -> set[str]:
        """Return the first and the last line."""
        return {self.texts[edge[0]] for edge in self.edges if edge}


def _headers_at_edges(sheets: Sequence[Sequence[Line]]) -> tuple[str, ...]:
    """Detect headers and footers where form feeds are the pages."""
    edges = [_Edges(sheet) for sheet in sheets]
    numbered = _numbered_lines([sheet.numbers for sheet in edges])
    # Pages are known by figures; a Roman numeral is on its page, and no number of it.
    numbered |= _numbered_lines([sheet.numerals for sheet in edges])
    recurring = _recurring_texts(edges)
    while True:
        uses = _count_uses(edges, numbered, recurring)
        once = {text for text in recurring if uses[text] < _FEWEST_USES}
        # A numeral has no other page to vouch for it but those with another numeral.
        numerals = set(filter(_ROMAN.fullmatch, uses))
        if len(numerals) >= _FEWEST_USES:
            numerals = set()
        if not once and not numerals:
            return (*uses, *_misread_headers(edges, uses))
        recurring -= once  # and so are those that were seen only beyond it
        numbered = {line: text for line, text in numbered.items() if text not in numerals}


def _numbered_lines(sheets: Sequence[Sequence[_Numbered]]) -> dict[int, str]:
    """Return the lines that print their page's number, by the votes, with the template of each."""
    votes = []
    for place, sheet in enumerate(sheets):
        votes += [Vote(place, found.number) for found in sheet]
    believed = believed_votes(votes, change_cost=1)
    agreeing = Counter(vote.shift for vote in believed)
    needed = max(2, min(_FEWEST, _NUMBERED_SHARE * len(sheets)))
    templates: dict[int, str] = {}
    for vote in believed:
        if agreeing[vote.shift] < needed:
            continue
        for found in sheets[vote.sheet]:
            if found.number == vote.number:
                templates.setdefault(found.line, found.template)
    return templates


def _misread_headers(edges: Sequence[_Edges], uses: Counter[str]) -> dict[str, None]:
    """Return the outermost lines that are a header but for its number, as they are printed.

    The reading of a scan has S for 5, or O for 0.
    """
    forms = []
    for template, count in uses.items():
        before, page, after = template.partition(PAGE)
        if page and count >= _FEWEST_USES and _has_letter(before + after):
            number = rf"(?!\d+(?!\S))\S{{1,{_MISREAD}}}"
            forms.append(re.compile(f"{re.escape(before)}{number}{re.escape(after)}"))
    misread: dict[str, None] = {}
    for sheet in edges:
        for text in sorted(sheet.outermost()):
            if text not in uses and any(form.fullmatch(text) for form in forms):
                misread[text] = None
    return misread


def _recurring_texts(edges: Sequence[_Edges]) -> set[str]:
    """Return the lines without a number of their own that recur at the edges of pages.

    A header is on a good share of the pages, or (where it changes with the item) on two pages that
    follow each other, as the outermost line of both.
    """
    on_sheets: Counter[str] = Counter()
    outermost_again: Counter[str] = Counter()
    before: set[str] = set()
    for sheet in edges:
        on_sheets.update(set(sheet.texts.values()))
        outermost = sheet.outermost()
        outermost_again.update(outermost & before)
        before = outermost - {""}
    needed = max(_FEWEST, _SHARE * len(edges))
    recurring = {text for text, count in on_sheets.items() if count >= needed}
    if outermost_again.total() >= needed:
        recurring |= set(outermost_again)
    # Without a letter, only a rule under or over a header may be a part of it.
    rules = {text for text in recurring if _RULE.fullmatch(text)}
    rules = {text for text in rules if on_sheets[text] >= _RULED_SHARE * len(edges)}
    return rules | set(filter(_has_letter, recurring))


def _count_uses(
    edges: Sequence[_Edges], numbered: dict[int, str], recurring: set[str]
) -> Counter[str]:
    """Count the sheets that have each header: at the edge, or beyond other headers only."""
    uses: Counter[str] = Counter()
    for sheet in edges:
        headers: dict[str, None] = {}
        for edge in sheet.edges:
            for line in edge:
                text = sheet.texts[line]
                if line not in numbered and text not in recurring:
                    break
                headers[numbered.get(line, text)] = None
        uses.update(headers.keys())
    return uses


# --- without form feeds -----------------------------------------------------------------------


def _numbered_headers(lines: Sequence[Line]) -> list[_Numbered]:
    """Detect lines that recur with nothing changed but a number, which grows a page apart.

    Lines with nothing but a number are page numbers only where no line has words beside it, and
    they go on by one from page to page.
    """
    seen_of: dict[str, list[_Numbered]] = defaultdict(list)
    for line in lines:
        for found in _candidates(lines, line):
            seen_of[found.template].append(found)
    headers: set[_Numbered] = set()
    for template, seen in seen_of.items():
        if _letters_of(template):
            believed = _growing(seen, len(lines))
            headers.update(believed)
            headers.update(_slips(lines, believed))
    if headers:
        return sorted(headers)
    for seen in sorted(seen_of.values(), key=len, reverse=True):
        believed = _growing(seen, len(lines))
        if believed and _go_on_by_one([header.number for header in believed]):
            return believed
    return []


def _candidates(lines: Sequence[Line], line: Line) -> Iterator[_Numbered]:
    """Yield what a line may be as a header: with a number in it, or alone on the next line."""
    text = _header_text(line)
    if line.index + 1 < len(lines) and _has_letter(text):
        following = lines[line.index + 1].text
        if len(following) <= 4 and following.isascii() and following.isdigit():
            yield _Numbered(line.index, int(following), f"{text}\n{PAGE}")
    if any(map(str.isdecimal, text)):
        yield from _numbers_in(line, text)


def _growing(seen: Sequence[_Numbered], line_count: int) -> list[_Numbered]:
    """Return the occurrences whose numbers grow evenly, about a page apart; none if too few do."""
    if len(seen) < _FEWEST:
        return []
    votes = []
    for place, header in enumerate(seen):
        votes.append(Vote(place, header.number))
    believed = [seen[vote.sheet] for vote in believed_votes(votes, _CHANGE_COST)]
    if len(believed) < max(_FEWEST, _BELIEVED_SHARE * len(seen)):
        return []
    reach = believed[-1].line - believed[0].line
    lengths = []
    for before, header in pairwise(believed):
        pages = header.number - before.number
        lengths.append((header.line - before.line) / pages)
    shortest, longest = _PAGE_LINES
    if reach < _REACH * line_count or not shortest <= median(lengths) <= longest:
        return []
    return believed if are_even(lengths, _UNEVEN) else []


def are_even(lengths: Sequence[float], factor: float) -> bool:
    """Return whether most lengths are the usual one, or differ from it by less than a factor."""
    usual = median(lengths)
    even = [length for length in lengths if usual / factor <= length <= usual * factor]
    return len(even) >= _EVEN_SHARE * len(lengths)


def _slips(lines: Sequence[Line], believed: Sequence[_Numbered]) -> Iterator[_Numbered]:
    """Yield headers that were set a little otherwise: lines with a number that is missing.

    ViewPort, February 1993, has another month and a row of dashes in one (line 64), and no comma in
    another (line 394).
    """
    if not believed or "\n" in believed[0].template:
        return
    template = believed[0].template
    before = _Numbered(-1, believed[0].number - 2, template)
    for low, high in pairwise([before, *believed]):
        missing = range(low.number + 1, high.number)
        if not missing:
            continue
        for line in lines[low.line + 1 : high.line]:
            for found in _numbers_in(line, _header_text(line)):
                if found.number in missing and _are_similar(template, found.template):
                    yield found
                    break


def _are_similar(template: str, other: str) -> bool:
    """Return whether two templates have most of their letters in common."""
    matcher = difflib.SequenceMatcher(
        None, _letters_of(template), _letters_of(other), autojunk=False
    )
    return matcher.ratio() >= _SIMILAR


def _letters_of(template: str) -> str:
    return "".join(filter(str.isalpha, template.replace(PAGE, ""))).casefold()


def _go_on_by_one(numbers: Sequence[int]) -> bool:
    """Return whether most of at least a few numbers follow the one before."""
    steps = [high - low for low, high in pairwise(numbers)]
    return len(numbers) >= _FEWEST and steps.count(1) >= _BELIEVED_SHARE * len(steps)


def _close_pages(lines: Lines, headers: Sequence[_Numbered]) -> bool:
    """Return whether marks close their pages: text is before the first, none after the last."""
    first, last = headers[0], headers[-1]
    page_length = (last.line - first.line) / max(last.number - first.number, 1)
    behind = len(lines.printed) - 1 - last.line
    return first.line >= _CLOSING * page_length and behind < _CLOSING * page_length


def _inline_mark(text: str) -> tuple[str, ...]:
    """Detect page marks inside lines: the template of those whose numbers go on by one."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for match in _INLINE.finditer(text):
        mark = match.group()
        number = match["braced"] or match["named"]
        before, _, after = mark.rpartition(number)
        numbers[f"{before}{PAGE}{after}"].append(int(number))
    for template in sorted(numbers, key=lambda template: -len(numbers[template])):
        if _go_on_by_one(numbers[template]):
            return (template,)
    return ()

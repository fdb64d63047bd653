"""The places where an item may begin: short lines set apart, with the byline under or over them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lprcorpus.draft.bylines import byline_names, ends_in_by, split_title
from lprcorpus.draft.set_lines import SetLines
from lprcorpus.draft.wording import Case, case_of, is_name, may_be_title, words_of

__all__ = ["TitleBlock", "find_title_blocks"]

_MOST_LINES = 4  # of a title with its byline
_MOST_CHARACTERS = 160
_FAR = 6  # lines below a title in which its byline is looked for
_APART = 3  # blank lines between a title and its byline, at most
_LARGE = 2  # tenths: a title in letters so much larger, or bolder too, is apart without blank lines
_WIDE = 3  # blank lines: as far apart as a rule above, or a new page, sets a title
_NEARLY_FULL = 0.85  # of the measure: a line of running text
_ENDS_OPEN = re.compile(
    r".*\b(?:the|an?|of|and|or|for|in|to|with|by|from|on|at|de|&|--?|:)\W*", re.IGNORECASE
)
_SUBJECT = re.compile(r"subject:\s*\S", re.IGNORECASE)
_OF_AN_ISSUE = re.compile(r"\b(?:1[5-9]|20)\d\d\b|\b(?:vol|no|nr|issue)\b\.?\s*\d", re.IGNORECASE)
_DECORATION = ' *=~_#|+<>·:-–—"“”'
_MARK = re.compile(r"(\d{1,3}|[ivxlc]{1,5}|[A-Z])[.):]\s+|[^\w\s\"“'‘«(\[]+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class TitleBlock:
    """A possible beginning of an item; lines are places among the set lines."""

    place: int  # the first line of the title
    end: int  # one past its last line
    body: int  # the first line after title, rule and byline
    text: str  # the title
    case: Case  # how its words are written
    byline: tuple[int, int] | None = None  # its first line and one past its last
    names: str | None = None  # whom the byline, or the title itself after "by", names
    says_by: bool = False  # whether "by" or the like says that, not merely a name alone
    shaped: bool = False  # whether its wording is a title's
    mark: str = ""  # what opens it: a number ("1"), a sign, or nothing
    apart: int = 0  # the blank lines before it, or what a rule or a page's beginning is worth
    opens_page: bool = False
    ruled_off: bool = False  # a rule or a picture is right before it
    underlined: bool = False  # a rule is right below it
    centred: bool = False
    emphasis: int = 0  # how much larger or bolder it is set than most text


def find_title_blocks(lines: SetLines) -> list[TitleBlock]:
    """Return all places where an item may begin, in order."""
    found = []
    for start, end in _paragraphs(lines):
        block = _title_block(lines, start, end)
        if block is not None:
            found.append(block)
    rivals: list[int] = []  # title blocks in a row with one byline below them
    for index, block in enumerate(found):
        if rivals and (block.byline is None or found[rivals[-1]].byline != block.byline):
            _settle(lines, found, rivals)
            rivals = []
        if block.byline is not None:
            rivals.append(index)
    _settle(lines, found, rivals)
    return found


def _settle(lines: SetLines, blocks: list[TitleBlock], rivals: Sequence[int]) -> None:
    """Leave a byline to the title set furthest apart above it; the others are subtitles."""
    if len(rivals) < 2:
        return
    byline = blocks[rivals[0]].byline
    assert byline is not None

    def rank(index: int) -> tuple[bool, bool, int, bool, int]:
        block = blocks[index]
        under = range(block.end + block.underlined, byline[0])
        unparted = not any(lines.rule[place] for place in under)
        lead = lines.lead(block.place)  # none at the beginning, where the masthead is
        return unparted, block.shaped, lead, block.case is Case.CAPITALS, -index

    own = max(rivals, key=rank)
    for index in rivals:
        if index != own:
            block = blocks[index]
            blocks[index] = replace(block, byline=None, names=None, says_by=False, body=block.end)


def _paragraphs(lines: SetLines) -> Iterator[tuple[int, int]]:
    """Yield the paragraphs, without the rules among them."""
    start = 0
    for place in range(len(lines)):
        parted = lines.lines[place] != lines.lines[place - 1] + 1
        if place > start and (parted or lines.page[place] != lines.page[place - 1]):
            yield start, place  # a header or a page's end is between: no quotation runs over it
            start = place
        if lines.rule[place] or _SUBJECT.match(lines.text[place]):
            if start < place:
                yield start, place
            if not lines.rule[place]:  # the subject of a message is its title
                yield place, place + 1
            start = place + 1
        elif lines.ends[place]:
            yield start, place + 1
            start = place + 1
    if start < len(lines):
        yield start, len(lines)


def _title_block(lines: SetLines, start: int, end: int) -> TitleBlock | None:
    """Read a paragraph as a title, with its byline; None where it is running text."""
    if len(lines.text[start]) > _MOST_CHARACTERS:
        return None
    stop = _title_end(lines, start, end)
    if stop is None:
        return None
    title = _title_text(lines, start, stop)
    if byline_names(title) or not any(character.isalpha() for character in title):
        return None
    is_masthead = start == 0 and _OF_AN_ISSUE.search(title) is not None
    byline, names, says_by = (
        (None, None, False) if is_masthead else _find_byline(lines, start, stop, end)
    )
    subject = _SUBJECT.match(title)
    bare = title[subject.end() - 1 :] if subject else title.strip(_DECORATION)
    inline = split_title(bare)
    if names is None and inline:
        names, says_by = inline[1], True
    body = byline[1] if byline else stop
    while body < len(lines) and lines.rule[body]:
        body += 1
    return TitleBlock(
        place=start,
        end=stop,
        text=title,
        byline=byline,
        names=names,
        says_by=says_by,
        shaped=may_be_title(bare) and len(title) <= _MOST_CHARACTERS and not is_masthead,
        case=case_of(bare),
        mark="subject" if subject else _mark_of(title),
        apart=_WIDE if subject else _apart(lines, start),
        opens_page=_opens_page(lines, start),
        ruled_off=lines.is_ruled_off(start),
        underlined=lines.is_underlined(stop - 1),
        centred=lines.is_centred(start),
        emphasis=lines.emphasis[start],
        body=body,
    )


def _mark_of(title: str) -> str:
    match = _MARK.match(title)
    if match is None:
        return ""
    return "1" if match[1] else match.group()[0]


def _opens_page(lines: SetLines, place: int) -> bool:
    """Return whether a line is the first of a page that is shown as one, not by a mark in a line."""
    return lines.opens_page(place) and not lines.paged.pagination.inline_marks


def _apart(lines: SetLines, place: int) -> int:
    """Return how far a line is set apart from what is before it."""
    if place == 0 or lines.emphasis[place] >= _LARGE:
        return _WIDE + 1
    if _opens_page(lines, place):
        return _WIDE + 1 if lines.ended_page_before(place) else 1
    lead = lines.lead(place)
    return max(lead, _WIDE) if lines.is_ruled_off(place) else lead


def _title_end(lines: SetLines, start: int, end: int) -> int | None:
    """Return where the title ends in a paragraph; None where it has none."""
    if end - start == 1:
        return end
    for place in range(start + 1, min(end, start + _MOST_LINES + 1)):
        if byline_names(lines.text[place]) or ends_in_by(lines.text[place]):
            return place
    texts = lines.text[start : min(end, start + 3)]
    if end - start <= _MOST_LINES:
        texts = lines.text[start:end]
        words = sum(len(words_of(text)) for text in texts)
        if words <= 22 and _are_short(lines, start, end):
            named = (
                is_name(texts[-1])
                and not _ENDS_OPEN.fullmatch(texts[-2])
                and may_be_title(texts[0])
            )
            unlike = len(texts) == 2 or case_of(texts[-1]) is not case_of(texts[-2])
            return end - 1 if named and unlike else end
    first = texts[0]
    if case_of(first) is not Case.CAPITALS or len(words_of(first)) < 2 or not may_be_title(first):
        return None
    if len(first) >= _NEARLY_FULL * lines.measure:
        return None
    if case_of(texts[1]) is not Case.CAPITALS:
        return start + 1
    return start + 2 if len(texts) > 2 and case_of(texts[2]) is not Case.CAPITALS else None


def _are_short(lines: SetLines, start: int, end: int) -> bool:
    """Return whether no line of a paragraph is as long as running text, or it is centred or in capitals."""
    longest = _NEARLY_FULL * lines.measure
    for place in range(start, end):
        text = lines.text[place]
        if (
            len(text) > longest
            and not lines.is_centred(place)
            and case_of(text) is not Case.CAPITALS
        ):
            break
    else:
        return True
    broken_off = ~lines.paged.lines.final_space[lines.lines[start : end - 1]]
    return lines.paged.final_spaces and bool(broken_off.any())


def _title_text(lines: SetLines, start: int, end: int) -> str:
    """Return a title's lines as one, as the build will join them."""
    printed = lines.paged.lines
    raw = printed.text[printed.firsts[lines.lines[start]] : printed.lasts[lines.lines[end - 1]]]
    return " ".join((raw.replace("\n", "") if lines.paged.final_spaces else raw).split())


def _find_byline(
    lines: SetLines, start: int, stop: int, end: int
) -> tuple[tuple[int, int] | None, str | None, bool]:
    """Find the byline below a title: its lines, whom it names, and whether it says "by"."""
    for place in range(stop, min(stop + _FAR, len(lines))):
        if (place >= end and lines.gap[place] > _APART) or lines.page[place] != lines.page[start]:
            break
        text = lines.text[place]
        if lines.rule[place]:
            continue
        names = byline_names(text)
        if names:
            return (place, place + 1), names, True
        following = lines.text[place + 1] if place + 1 < len(lines) else ""
        if ends_in_by(text) and 1 <= len(words_of(following)) <= 8:
            return (place, place + 2), following, True
        if place == stop and _is_name_alone(lines, place, end):
            return (place, place + 1), text, False
        if lines.is_full(place) and len(text) > 0.8 * lines.measure:
            break
    return None, None, False


def _is_name_alone(lines: SetLines, place: int, end: int) -> bool:
    """Return whether a line under a title is a name on its own."""
    text = lines.text[place]
    if not lines.ends[place] or (place >= end and lines.gap[place] > 2) or text[-1] in ":;!?":
        return False
    if not may_be_title(text.rstrip(".")):
        return False
    if is_name(text) or is_name(text.split("(")[0]):
        return True
    return len(words_of(text)) >= 2 and is_name(text.split(",")[0]) and len(text) < 60

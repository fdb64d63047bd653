"""The places where an item may begin: short lines set apart, with the byline under them, and how they are set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lprcorpus.draft.bylines import byline_names, ends_in_by, split_title
from lprcorpus.draft.prints import Prints
from lprcorpus.draft.wording import Case, case_of, is_name, may_be_title, words_of

__all__ = ["Head", "find_heads"]

_MOST_LINES = 4  # of a title with its byline
_FAR = 6  # lines below a title in which its byline is looked for
_APART = 3  # blank lines between a title and its byline, at most
_ENDS_OPEN = re.compile(r".*\b(?:the|an?|of|and|or|for|in|to|with|by|from|on|at|de|&|--?|:)\W*", re.IGNORECASE)
_DECORATION = ' *=~_#|+<>·:-–—"“”'


@dataclass(frozen=True)
class Head:
    """A possible beginning of an item.

    Attributes:
        place: the first line of the title, among the set lines.
        end: one past its last line.
        text: the title.
        opening: its first line.
        byline: the lines of the byline, first and one past the last, or None.
        names: whom the byline, or the title itself after "by", names.
        says_by: whether that is said by "by" or the like, not merely a name alone.
        shaped: whether its wording is a title's.
        case: how its words are written.
        gap: the blank lines before it and the rules or pictures above it.
        opens_page: whether it is the first on its page.
        ruled_off: whether a rule or picture stands right before it.
        underlined: whether a rule stands right below it.
        centred: whether it stands in the middle of the measure.
        body: the first line after title, rule and byline.
    """

    place: int
    end: int
    text: str
    opening: str
    byline: tuple[int, int] | None
    names: str | None
    says_by: bool
    shaped: bool
    case: Case
    gap: int
    opens_page: bool
    ruled_off: bool
    underlined: bool
    centred: bool
    body: int


def find_heads(prints: Prints) -> list[Head]:
    """Return all places where an item may begin, in order."""
    found = [head for start, end in _blocks(prints) if (head := _head_of(prints, start, end))]
    rivals: list[int] = []
    for index, head in enumerate(found):
        if rivals and (head.byline is None or found[rivals[-1]].byline != head.byline):
            _settle(prints, found, rivals)
            rivals = []
        if head.byline is not None:
            rivals.append(index)
    _settle(prints, found, rivals)
    return found


def _settle(prints: Prints, heads: list[Head], rivals: Sequence[int]) -> None:
    """Leave a byline to one of the heads above it: the one set furthest apart, below any rule; the others are subtitles."""
    if len(rivals) < 2:
        return
    byline = heads[rivals[0]].byline
    assert byline is not None
    below = [index for index in rivals if not any(prints.rule[heads[index].end + heads[index].underlined : byline[0]])]
    own = max(
        below or rivals, key=lambda index: (heads[index].shaped, heads[index].gap, heads[index].case is Case.CAPITALS, -index)
    )
    for index in rivals:
        if index != own:
            heads[index] = _unsigned(heads[index])


def _unsigned(head: Head) -> Head:
    return replace(head, byline=None, names=None, says_by=False, body=head.end)


def _blocks(prints: Prints) -> Iterator[tuple[int, int]]:
    """Yield the paragraphs, without the rules among them."""
    start = 0
    for place in range(len(prints)):
        if place > start and (prints.lines[place] != prints.lines[place - 1] + 1 or prints.page[place] != prints.page[place - 1]):
            yield start, place  # furniture or a page's end lies between: nothing that is quoted runs over it
            start = place
        if prints.rule[place]:
            if start < place:
                yield start, place
            start = place + 1
        elif prints.ends[place]:
            yield start, place + 1
            start = place + 1
    if start < len(prints):
        yield start, len(prints)


def _head_of(prints: Prints, start: int, end: int) -> Head | None:
    """Read a paragraph as a title, with its byline; None where it is running text."""
    most = min(end, start + _MOST_LINES + 1)
    texts = prints.text[start:most]
    if len(texts[0]) > 160:
        return None
    by = next((place for place in range(1, len(texts)) if byline_names(texts[place]) or ends_in_by(texts[place])), None)
    stop = most if by is None else start + by
    if by is None and end - start > 1:
        found = _title_end(prints, start, end)
        if found is None:
            return None
        stop = found
    title = _joined(prints, start, stop)
    if byline_names(title) or not any(character.isalpha() for character in title):
        return None
    lines, names, says_by = _byline(prints, start, stop, end)
    inline = split_title(title.strip(_DECORATION))
    if names is None and inline:
        names, says_by = inline[1], True
    after = lines[1] if lines else stop
    while after < len(prints) and prints.rule[after]:
        after += 1
    bare = title.strip(_DECORATION)
    return Head(
        place=start,
        end=stop,
        text=title,
        opening=texts[0],
        byline=lines,
        names=names,
        says_by=says_by,
        shaped=may_be_title(bare) and len(title) <= 160,
        case=case_of(bare),
        gap=prints.lead(start),
        opens_page=prints.opens_page(start),
        ruled_off=prints.is_ruled_off(start),
        underlined=prints.is_underlined(stop - 1),
        centred=prints.is_centred(start),
        body=after,
    )


def _title_end(prints: Prints, start: int, end: int) -> int | None:
    """Return where the title ends in a paragraph of several lines without a byline that says "by"; None where it has none."""
    texts = prints.text[start:end] if end - start <= _MOST_LINES else prints.text[start : start + 3]
    first = texts[0]
    if end - start <= _MOST_LINES and sum(len(words_of(text)) for text in texts) <= 22 and _all_short(prints, start, end):
        if is_name(texts[-1]) and not _ENDS_OPEN.fullmatch(texts[-2]) and may_be_title(texts[0]) and _unlike(texts):
            return end - 1
        return end
    capitals = case_of(first) is Case.CAPITALS and len(words_of(first)) >= 2 and len(first) < 0.85 * prints.measure
    if capitals and may_be_title(first):
        if case_of(texts[1]) is not Case.CAPITALS:
            return start + 1
        if len(texts) > 2 and case_of(texts[2]) is not Case.CAPITALS:
            return start + 2
    return None


def _unlike(texts: list[str]) -> bool:
    """Tell whether the last line is set otherwise than the one before, or that one could not go on."""
    return len(texts) == 2 or case_of(texts[-1]) is not case_of(texts[-2])


def _all_short(prints: Prints, start: int, end: int) -> bool:
    return all(len(prints.text[place]) <= 0.85 * prints.measure or prints.is_centred(place) for place in range(start, end)) or (
        prints.paged.final_spaces and not all(prints.paged.lines.final_space[prints.lines[start : end - 1]])
    )


def _joined(prints: Prints, start: int, end: int) -> str:
    """Return a title's lines as one, as the composer will join them."""
    lines = prints.paged.lines
    raw = lines.text[lines.first[prints.lines[start]] : lines.last[prints.lines[end - 1]]]
    return " ".join((raw.replace("\n", "") if prints.paged.final_spaces else raw).split())


def _byline(prints: Prints, start: int, stop: int, end: int) -> tuple[tuple[int, int] | None, str | None, bool]:
    """Find the byline below a title: its lines, whom it names, and whether it says "by"."""
    place = stop
    for _ in range(_FAR):
        if place >= len(prints) or (place >= end and prints.gap[place] > _APART) or prints.page[place] != prints.page[start]:
            break
        text = prints.text[place]
        if prints.rule[place]:
            place += 1
            continue
        names = byline_names(text)
        if names:
            return (place, place + 1), names, True
        if ends_in_by(text) and place + 1 < len(prints) and len(words_of(prints.text[place + 1])) <= 8:
            return (place, place + 2), prints.text[place + 1], True
        if place == stop and _names_alone(prints, place, end):
            return (place, place + 1), text, False
        if len(text) > 0.8 * prints.measure and not prints.is_centred(place):
            break
        place += 1
    return None, None, False


def _names_alone(prints: Prints, place: int, end: int) -> bool:
    """Tell whether a line under a title is a name that stands alone."""
    text = prints.text[place]
    if not prints.ends[place] or (place >= end and prints.gap[place] > 2) or text[-1] in ":;!?":
        return False
    if not may_be_title(text.rstrip(".")):
        return False
    return (
        is_name(text)
        or (len(words_of(text)) >= 2 and is_name(text.split(",")[0]) and len(text) < 60)
        or is_name(text.split("(")[0])
    )

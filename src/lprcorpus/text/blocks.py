"""Paragraphs into blocks: what kind of thing each paragraph of a body is.

The kinds are read off the wording and the layout, within what the record's type allows: a poem is
verse, only an interview or an FAQ has questions and answers, only a press release is signed. Prose
may quote verse, which keeps its lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from lprcorpus.text.lines import FORM_FEED, Lines, members
from lprcorpus.text.pages import Paged
from lprcorpus.text.paragraphs import BULLETS, EMPTY_PARAGRAPH

__all__ = ["LineRun", "bullet_length", "classify", "stanzas"]

_BULLET = re.compile(rf"[{BULLETS}][^\S\n]+(?=[^\s{BULLETS}])")  # a row of marks is an ornament
_NUMBERED = re.compile(r"\(?(\d{1,3})[.)]\s+(?=\S)")
_SPEAKER = re.compile(r"(?:[QA]|Question|Answer|[A-Z][A-Z.' -]{1,30})\s?[:.]\s")
_QUESTION_MARKER = re.compile(r"(?:Q|Question)\s?[:.]\s")
_STOP = re.compile(r"[.!?:;,…][\"'”’»)\]}*_]*$")
_SENTENCE = re.compile(r"[.!?:;,…][\"'”’»)\]}*_]*$|[)\]\"”’]$")
_WORD = re.compile(r"(?<!\w)[^\W\d_][\w'’-]*")
_MINOR_WORDS = """
    a an and as at but by for from in into nor of off on onto or over per that the to upon via with
"""
_MINOR = frozenset(_MINOR_WORDS.split())
_MAY_OPEN_ITEM = members(f"{BULLETS}(0123456789")
_HEADING_WORDS = 16
_SIGNATURE_LINES = 2
_VERSE_INDENT = 2  # characters that quoted verse is indented by, against the prose around it
_VERSE_WIDTH = 0.85  # of the prose's lines: as wide as a line of verse may be
_CAPITALS = 0.7  # of the lines of verse begin with a capital


LineRun = Sequence[int]
"""Indices of printed lines that belong together, without those set aside."""


def bullet_length(text: str) -> int:
    """Return the characters of the mark that opens a list item or a question; 0 for none.

    >>> bullet_length("•    Warm welcome."), bullet_length("Thank you.")
    (5, 0)
    """
    match = _BULLET.match(text)
    return match.end() if match else 0


def classify(record_type: str, paragraphs: Sequence[LineRun], paged: Paged) -> list[str]:
    """Return the kind of each paragraph of a body (of each stanza, where it is a poem's)."""
    if record_type == "poem":
        return ["verse"] * len(paragraphs)
    if record_type in ("interview", "faq"):
        return _dialogue_kinds(record_type, paragraphs, paged)
    kinds = _prose_kinds(paragraphs, paged.lines)
    if not paged.final_spaces:
        _mark_quoted_verse(kinds, paragraphs, paged.lines)
    if record_type == "press_release":
        _mark_signature(kinds, paragraphs, paged.lines)
    return kinds


def stanzas(chosen: LineRun, paged: Paged) -> list[LineRun]:
    """Split the lines of a poem into stanzas: where there are more blank lines than usual.

    The gaps of raw lines 2077 to 2083 and 2125 to 2131 are five blank lines, where one is the rule.
    """
    if not chosen:
        return []
    lines = paged.lines
    numbers = lines.number[list(chosen)].tolist()
    pages = [paged.page_index(int(lines.first[index])) for index in chosen]
    steps = [high - low for low, high in pairwise(numbers)]
    usual = Counter(steps).most_common(1)[0][0] if steps else 1
    found: list[list[int]] = [[chosen[0]]]
    for place, index in enumerate(chosen[1:]):
        turned = pages[place] != pages[place + 1]
        after_feed = lines.codes[lines.end[chosen[place]]] == FORM_FEED  # which is no newline
        if (steps[place] > usual and not turned) or after_feed:
            found.append([])
        found[-1].append(index)
    return list(found)


def _prose_kinds(paragraphs: Sequence[LineRun], lines: Lines) -> list[str]:
    """Return which paragraphs are headings or list items.

    Only one that is a single line, or that opens with a bullet or a number, can be either.
    """
    kinds = ["paragraph"] * len(paragraphs)
    marks = lines.codes[lines.first[[run[0] for run in paragraphs]]]
    single = np.array([len(run) == 1 for run in paragraphs], dtype=np.bool_)
    for place in np.flatnonzero(single | _MAY_OPEN_ITEM[marks]).tolist():
        if bullet_length(lines.printed(paragraphs[place][0])):
            kinds[place] = "list_item"
        else:
            kinds[place] = _line_kind(place, paragraphs, lines)
    return kinds


def _line_kind(place: int, paragraphs: Sequence[LineRun], lines: Lines) -> str:
    """Return the kind of a paragraph that may be a heading or a numbered item."""
    text = lines.printed(paragraphs[place][0])
    before = lines.printed(paragraphs[place - 1][-1]) if place else ""
    after = lines.printed(paragraphs[place + 1][0]) if place + 1 < len(paragraphs) else ""
    number = _NUMBERED.match(text)
    single = len(paragraphs[place]) == 1
    if single and _is_heading(text, before, after, numbered=number is not None):
        return "heading"
    if number is None:
        return "paragraph"
    opening = lines.printed(paragraphs[place - 1][0]) if place else ""
    numbers_beside = set()
    for beside in (opening, after):
        match = _NUMBERED.match(beside)
        if match:
            numbers_beside.add(int(match[1]))
    follows_on = numbers_beside & {int(number[1]) - 1, int(number[1]) + 1}
    return "list_item" if follows_on or before.endswith(":") else "paragraph"


def _is_heading(text: str, before: str, after: str, *, numbered: bool) -> bool:
    """Return whether a line between sentences is a heading: a phrase, or set like a title."""
    if not after or _BULLET.match(after):
        return False
    bare = _NUMBERED.sub("", text, count=1)
    words = _WORD.findall(bare)
    if not words or len(words) > _HEADING_WORDS:
        return False
    if not (bare[0].isupper() or bare[0] in "\"'“‘"):
        return False
    if before.endswith((",", ";", ":")) or after[0].islower():
        return False
    if _is_title_case(words):
        return numbered or not _STOP.search(bare) or bare.endswith("?")
    if numbered or _STOP.search(bare) or _SENTENCE.search(bare):
        return False
    return not before or bool(_STOP.search(before))


def _is_title_case(words: Sequence[str]) -> bool:
    """Return whether all words but the small ones begin with a capital."""
    if not words[0][0].isupper():
        return False
    return all(word[0].isupper() or word.casefold() in _MINOR for word in words)


def _mark_quoted_verse(kinds: list[str], paragraphs: Sequence[LineRun], lines: Lines) -> None:
    """Mark the verse that prose quotes.

    Its lines are indented against the prose, all are short, and most begin with a capital. In
    indented prose all lines but the last one fill their measure.
    """
    indents = []
    widths = []
    for run in paragraphs:
        indents.append([int(lines.first[line] - lines.start[line]) for line in run])
        widths.append([int(lines.last[line] - lines.start[line]) for line in run])
    usual_indent = _commonest([indent for run in indents for indent in run[1:]])
    widest = max((width for run in widths for width in run), default=0)
    for place, run in enumerate(paragraphs):
        if len(run) < 2 or kinds[place] != "paragraph":
            continue
        if min(indents[place]) < usual_indent + _VERSE_INDENT:
            continue
        initials = [lines.text[lines.firsts[line]] for line in run]
        capitals = sum(not initial.islower() for initial in initials)
        if max(widths[place]) <= _VERSE_WIDTH * widest and capitals >= _CAPITALS * len(run):
            kinds[place] = "verse"


def _commonest(values: Sequence[int]) -> int:
    return Counter(values).most_common(1)[0][0] if values else 0


def _dialogue_kinds(record_type: str, paragraphs: Sequence[LineRun], paged: Paged) -> list[str]:
    """Return which paragraphs are questions and which answers.

    The marks that open them say it, else the gaps around them, else question marks.
    """
    lines = paged.lines
    openings = [lines.printed(run[0]) for run in paragraphs]
    if any(map(bullet_length, openings)):
        marked = [bullet_length(text) > 0 for text in openings]
        return _after_first(_questions_and_answers(marked))
    if any(map(_QUESTION_MARKER.match, openings)):
        return _after_first(_labelled(openings, openings[0]))
    labels = [match.group() for match in map(_SPEAKER.match, openings) if match]
    if len(set(labels)) >= 2 and len(labels) >= len(openings) / 2:
        first = next(text for text in openings if _SPEAKER.match(text))
        return _after_first(_labelled(openings, first))
    if record_type == "faq":
        opens = _group_openings(paragraphs, paged)
        if sum(opens) > 1 and not any(low and high for low, high in pairwise(opens)):
            return _questions_and_answers(opens)
    endings = [lines.printed(run[-1]).rstrip("\"'”’)]") for run in paragraphs]
    return _after_first(_questions_and_answers([text.endswith("?") for text in endings]))


def _questions_and_answers(asks: Sequence[bool]) -> list[str]:
    return ["question" if asked else "answer" for asked in asks]


def _labelled(openings: Sequence[str], first: str) -> list[str]:
    """Give each paragraph the kind of the label that opens it, or of the paragraph before."""
    asking = _QUESTION_MARKER.match(first) or _SPEAKER.match(first)
    kinds, kind = [], "paragraph"
    for text in openings:
        label = _SPEAKER.match(text)
        if label:
            asks = asking is not None and label.group() == asking.group()
            kind = "question" if asks else "answer"
        kinds.append(kind)
    return kinds


def _after_first(kinds: list[str]) -> list[str]:
    """Make what is before the first question plain paragraphs."""
    start = kinds.index("question") if "question" in kinds else len(kinds)
    return ["paragraph"] * start + kinds[start:]


def _group_openings(paragraphs: Sequence[LineRun], paged: Paged) -> list[bool]:
    """Return which paragraphs open a group: after an empty one (raw lines 1914 to 1992)."""
    number = paged.lines.number
    opens = [True]
    for before, run in pairwise(paragraphs):
        opens.append(int(number[run[0]] - number[before[-1]]) > EMPTY_PARAGRAPH)
    return opens


def _mark_signature(kinds: list[str], paragraphs: Sequence[LineRun], lines: Lines) -> None:
    """Mark the signature of a press release: the last paragraphs that end no sentence."""
    for place in reversed(range(1, len(kinds))):
        long = len(paragraphs[place]) > _SIGNATURE_LINES
        if long or lines.printed(paragraphs[place][-1])[-1] in ".!?:;":
            break
        kinds[place] = "signature"

"""Paragraphs into blocks: what kind of thing each paragraph of a body is.

The kinds are read off the wording and the layout, within what the record's type allows: only a poem has verse, only an
interview or an FAQ has questions and answers, only a press release is signed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from lprcorpus.text.lines import FORM_FEED, Lines
from lprcorpus.text.pages import Paged
from lprcorpus.text.paragraphs import BULLETS, EMPTY_PARAGRAPH, members

__all__ = ["LineRun", "bullet_length", "classify", "stanzas"]

_BULLET = re.compile(rf"[{BULLETS}][^\S\n]+(?=[^\s{BULLETS}])")  # a row of marks is an ornament
_NUMBERED = re.compile(r"\(?(\d{1,3})[.)]\s+(?=\S)")
_SPEAKER = re.compile(r"(?:[QA]|Question|Answer|[A-Z][A-Z.' -]{1,30})\s?[:.]\s")
_QUESTION_MARKER = re.compile(r"(?:Q|Question)\s?[:.]\s")
_STOP = re.compile(r"[.!?:;,…][\"'”’»)\]}*_]*$")
_SENTENCE = re.compile(r"[.!?:;,…][\"'”’»)\]}*_]*$|[)\]\"”’]$")
_WORD = re.compile(r"(?<!\w)[^\W\d_][\w'’-]*")
_MINOR = frozenset("a an and as at but by for from in into nor of off on onto or over per that the to upon via with".split())  # noqa: SIM905 (a list of words reads best as words)
_IS_ITEM_MARK = members(f"{BULLETS}(0123456789")
_HEADING_WORDS = 16
_SIGNATURE_LINES = 2


LineRun = Sequence[int]
"""Indices of printed lines that belong together, furniture left out."""


def bullet_length(text: str) -> int:
    """Return the length in characters of the mark that opens a list item or a question, with its space; 0 for none.

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
    if record_type == "press_release":
        _sign(kinds, paragraphs, paged.lines)
    return kinds


def stanzas(chosen: LineRun, paged: Paged) -> list[LineRun]:
    """Part the lines of a poem into stanzas: where more blank lines stand than usually part its lines.

    The gaps of raw lines 2077 to 2083 and 2125 to 2131 taught this: five blank lines, where one is the rule.
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
        glued = lines.codes[lines.end[chosen[place]]] == FORM_FEED  # no newline is left to part the two lines
        if (steps[place] > usual and not turned) or glued:
            found.append([])
        found[-1].append(index)
    return list(found)


def _prose_kinds(paragraphs: Sequence[LineRun], lines: Lines) -> list[str]:
    """Tell headings and list items from paragraphs.

    Only a paragraph that is one line, or that opens with a bullet or a number, can be anything else.
    """
    kinds = ["paragraph"] * len(paragraphs)
    marks = lines.codes[lines.first[[run[0] for run in paragraphs]]]
    single = np.array([len(run) == 1 for run in paragraphs], dtype=np.bool_)
    for place in np.flatnonzero(single | _IS_ITEM_MARK[marks]).tolist():
        run = paragraphs[place]
        bulleted = bullet_length(lines.printed(run[0])) > 0
        kinds[place] = "list_item" if bulleted else _line_kind(place, paragraphs, lines)
    return kinds


def _line_kind(place: int, paragraphs: Sequence[LineRun], lines: Lines) -> str:
    """Return the kind of a paragraph that may be a heading or a numbered item."""
    text = lines.printed(paragraphs[place][0])
    before = lines.printed(paragraphs[place - 1][-1]) if place else ""
    after = lines.printed(paragraphs[place + 1][0]) if place + 1 < len(paragraphs) else ""
    number = _NUMBERED.match(text)
    if len(paragraphs[place]) == 1 and _is_heading(text, before, after, numbered=number is not None):
        return "heading"
    if number:
        opening = _NUMBERED.match(lines.printed(paragraphs[place - 1][0])) if place else None
        beside = {int(match[1]) for match in (opening, _NUMBERED.match(after)) if match}
        if before.endswith(":") or beside & {int(number[1]) - 1, int(number[1]) + 1}:
            return "list_item"
    return "paragraph"


def _is_heading(text: str, before: str, after: str, *, numbered: bool) -> bool:
    """Tell whether a line between sentences is a heading: a phrase, or set like a title."""
    if not after or _BULLET.match(after):
        return False
    bare = _NUMBERED.sub("", text, count=1)
    words = _WORD.findall(bare)
    if not words or len(words) > _HEADING_WORDS or not (bare[0].isupper() or bare[0] in "\"'“‘"):
        return False
    if before.endswith((",", ";", ":")) or not (after[0].isupper() or not after[0].isalpha()):
        return False
    if _is_title_case(words):
        return numbered or not _STOP.search(bare) or bare.endswith("?")
    return not numbered and not _STOP.search(bare) and not _SENTENCE.search(bare) and (not before or bool(_STOP.search(before)))


def _is_title_case(words: Sequence[str]) -> bool:
    """Tell whether all words but the small ones begin with a capital, as in a title."""
    return all(word[0].isupper() or word.casefold() in _MINOR for word in words) and words[0][0].isupper()


def _dialogue_kinds(record_type: str, paragraphs: Sequence[LineRun], paged: Paged) -> list[str]:
    """Tell questions from answers: by the marks that open them, else by the gaps around them, else by question marks."""
    lines = paged.lines
    openings = [lines.printed(run[0]) for run in paragraphs]
    endings = [lines.printed(run[-1]) for run in paragraphs]
    if any(map(bullet_length, openings)):
        return _after_first(["question" if bullet_length(text) else "answer" for text in openings])
    if any(map(_QUESTION_MARKER.match, openings)):
        return _after_first(_labelled(openings, openings[0]))
    speakers = Counter(match.group() for text in openings if (match := _SPEAKER.match(text)))
    if len(speakers) >= 2 and sum(speakers.values()) >= len(openings) / 2:
        return _after_first(_labelled(openings, next(text for text in openings if _SPEAKER.match(text))))
    if record_type == "faq":
        opens = _group_openings(paragraphs, paged)
        if sum(opens) > 1 and not any(low and high for low, high in pairwise(opens)):
            return ["question" if first else "answer" for first in opens]
    return _after_first(["question" if text.rstrip("\"'”’)]").endswith("?") else "answer" for text in endings])


def _labelled(openings: Sequence[str], first: str) -> list[str]:
    """Give each paragraph the kind of the label that opens it, or of the paragraph before."""
    asking = match.group() if (match := _QUESTION_MARKER.match(first) or _SPEAKER.match(first)) else ""
    kinds, kind = [], "paragraph"
    for text in openings:
        if match := _SPEAKER.match(text):
            kind = "question" if match.group() == asking else "answer"
        kinds.append(kind)
    return kinds


def _after_first(kinds: list[str]) -> list[str]:
    """Make what stands before the first question plain paragraphs."""
    start = kinds.index("question") if "question" in kinds else len(kinds)
    return ["paragraph"] * start + kinds[start:]


def _group_openings(paragraphs: Sequence[LineRun], paged: Paged) -> list[bool]:
    """Tell which paragraphs open a group: those before which an empty paragraph stands (raw lines 1914 to 1992)."""
    number = paged.lines.number
    return [
        place == 0 or int(number[run[0]] - number[paragraphs[place - 1][-1]]) > EMPTY_PARAGRAPH
        for place, run in enumerate(paragraphs)
    ]


def _sign(kinds: list[str], paragraphs: Sequence[LineRun], lines: Lines) -> None:
    """Mark the signature of a press release: the last paragraphs, as far back as none ends a sentence."""
    for place in reversed(range(1, len(kinds))):
        if len(paragraphs[place]) > _SIGNATURE_LINES or lines.printed(paragraphs[place][-1])[-1] in ".!?:;":
            break
        kinds[place] = "signature"

"""Paragraphs into blocks: what kind of thing each paragraph of a body is.

The kinds are read off the wording and the layout, within what the record's type allows: only a poem has verse, only an
interview or an FAQ has questions and answers, only a press release is signed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lprcorpus.layout import BULLETS, EMPTY_PARAGRAPH
from lprcorpus.pages import Paged

__all__ = ["Paragraph", "bullet_length", "classify", "stanzas"]

_BULLET = re.compile(rf"[{BULLETS}][^\S\n]+(?=\S)")
_NUMBERED = re.compile(r"\(?(\d{1,3})[.)]\s+(?=\S)")
_SPEAKER = re.compile(r"(?:[QA]|Question|Answer|[A-Z][A-Z.' -]{1,30})\s?[:.]\s")
_QUESTION_MARKER = re.compile(r"(?:Q|Question)\s?[:.]\s")
_STOP = re.compile(r"[.!?:;,…][\"'”’»)\]}*_]*$")
_SENTENCE = re.compile(r"[.!?:;,…][\"'”’»)\]}*_]*$|[)\]\"”’]$")
_WORD = re.compile(r"(?<!\w)[^\W\d_][\w'’-]*")
_MINOR = frozenset("a an and as at but by for from in into nor of off on onto or over per that the to upon via with".split())
_HEADING_WORDS = 16


@dataclass(frozen=True)
class Paragraph:
    """A run of printed lines that belong together.

    Attributes:
        first: index of its first line among the printed lines.
        last: index of its last line among the printed lines.
        lines: the indices of all its lines, furniture left out.
        kind: what it is; ``paragraph`` until it is classified.
    """

    lines: Sequence[int]
    kind: str = "paragraph"

    @property
    def first(self) -> int:
        """The index of its first line among the printed lines."""
        return self.lines[0]

    @property
    def last(self) -> int:
        """The index of its last line among the printed lines."""
        return self.lines[-1]


def bullet_length(text: str) -> int:
    """Return the length in characters of the mark that opens a list item or a question, with its space; 0 for none.

    >>> bullet_length("•    Warm welcome."), bullet_length("Thank you.")
    (5, 0)
    """
    match = _BULLET.match(text)
    return match.end() if match else 0


def classify(record_type: str, paragraphs: Sequence[Paragraph], paged: Paged) -> list[Paragraph]:
    """Return the paragraphs of a body with their kinds."""
    if record_type == "poem":
        return [Paragraph(paragraph.lines, "verse") for paragraph in paragraphs]
    lines = paged.lines
    openings = [lines.printed(paragraph.first) for paragraph in paragraphs]
    endings = [lines.printed(paragraph.last) for paragraph in paragraphs]
    if record_type in ("interview", "faq"):
        kinds = _dialogue_kinds(record_type, paragraphs, openings, endings, paged)
    else:
        kinds = _prose_kinds(paragraphs, openings, endings)
        if record_type == "press_release":
            _sign(kinds, paragraphs, endings)
    return [Paragraph(paragraph.lines, kind) for paragraph, kind in zip(paragraphs, kinds, strict=True)]


def stanzas(chosen: Sequence[int], paged: Paged) -> list[Paragraph]:
    """Part the lines of a poem into stanzas: where more blank lines stand than usually part its lines.

    The gaps of raw lines 2077 to 2083 and 2125 to 2131 taught this: five blank lines, where one is the rule.
    """
    if not chosen:
        return []
    lines = paged.lines
    number, page = lines.number[list(chosen)].tolist(), [paged.page_index(int(lines.first[index])) for index in chosen]
    steps = [high - low for low, high in zip(number, number[1:], strict=False)]
    usual = Counter(steps).most_common(1)[0][0] if steps else 1
    found: list[list[int]] = [[chosen[0]]]
    for place, index in enumerate(chosen[1:]):
        turned = page[place] != page[place + 1]
        if (steps[place] > usual and not turned) or steps[place] == 0:
            found.append([])
        found[-1].append(index)
    return [Paragraph(tuple(stanza)) for stanza in found]


def _prose_kinds(paragraphs: Sequence[Paragraph], openings: Sequence[str], endings: Sequence[str]) -> list[str]:
    """Tell headings and list items from paragraphs."""
    kinds = ["paragraph"] * len(paragraphs)
    numbers = [int(match[1]) if (match := _NUMBERED.match(text)) else None for text in openings]
    for place, text in enumerate(openings):
        before = endings[place - 1] if place else ""
        after = openings[place + 1] if place + 1 < len(openings) else ""
        if bullet_length(text):
            kinds[place] = "list_item"
        elif _is_heading(text, before, after, single=len(paragraphs[place].lines) == 1, numbered=numbers[place] is not None):
            kinds[place] = "heading"
        elif numbers[place] is not None:
            beside = {numbers[place - 1] if place else None, numbers[place + 1] if place + 1 < len(numbers) else None}
            listed = before.endswith(":") or beside & {numbers[place] - 1, numbers[place] + 1}  # type: ignore[operator]
            kinds[place] = "list_item" if listed else "paragraph"
    return kinds


def _is_heading(text: str, before: str, after: str, *, single: bool, numbered: bool) -> bool:
    """Tell whether a paragraph is a heading: one line between sentences that is a phrase, or set like a title."""
    if not single or not after or _BULLET.match(after):
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


def _dialogue_kinds(
    record_type: str, paragraphs: Sequence[Paragraph], openings: Sequence[str], endings: Sequence[str], paged: Paged
) -> list[str]:
    """Tell questions from answers: by the marks that open them, else by the gaps around them, else by question marks."""
    if any(map(bullet_length, openings)):
        return _after_first(["question" if bullet_length(text) else "answer" for text in openings])
    if any(map(_QUESTION_MARKER.match, openings)):
        return _after_first(_labelled(openings, openings[0]))
    speakers = Counter(match.group() for text in openings if (match := _SPEAKER.match(text)))
    if len(speakers) >= 2 and sum(speakers.values()) >= len(openings) / 2:
        return _after_first(_labelled(openings, next(text for text in openings if _SPEAKER.match(text))))
    if record_type == "faq":
        opens = _group_openings(paragraphs, paged)
        if sum(opens) > 1 and not any(low and high for low, high in zip(opens, opens[1:], strict=False)):
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


def _group_openings(paragraphs: Sequence[Paragraph], paged: Paged) -> list[bool]:
    """Tell which paragraphs open a group: those before which an empty paragraph stands (raw lines 1914 to 1992)."""
    number = paged.lines.number
    return [
        place == 0 or int(number[paragraph.first] - number[paragraphs[place - 1].last]) > EMPTY_PARAGRAPH
        for place, paragraph in enumerate(paragraphs)
    ]


def _sign(kinds: list[str], paragraphs: Sequence[Paragraph], endings: Sequence[str]) -> None:
    """Mark the signature of a press release: the last paragraphs, as far back as none ends a sentence."""
    for place in reversed(range(1, len(kinds))):
        if len(paragraphs[place].lines) > 2 or re.search(r"[.!?:;]$", endings[place]):
            break
        kinds[place] = "signature"

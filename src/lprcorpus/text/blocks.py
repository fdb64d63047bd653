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

from lprcorpus.text.lines import Line, LineRun
from lprcorpus.text.pages import Paged
from lprcorpus.text.paragraphs import BULLETS, EMPTY_PARAGRAPH

_BULLET = re.compile(rf"[{BULLETS}][^\S\n\f]+(?=[^\s{BULLETS}])")  # a row of marks is an ornament
_NUMBER = re.compile(r"\(?(\d{1,3})[.)]\s+(?=\S)")
_DASH = re.compile(r"[-–—]\s+\S")
_SPEAKER = re.compile(r"([QA]|Question|Answer|[A-Z][A-Z.' -]{1,30})\s?[:.]\s")
_ASKING = ("Q", "Question")
_STOP = re.compile(r"[.!?:;,…][\"'”’»)\]}*_]*$")
_SENTENCE = re.compile(r"[.!?:;,…][\"'”’»)\]}*_]*$|[)\]\"”’]$")
_WORD = re.compile(r"(?<!\w)[^\W\d_][\w'’-]*")
_MINOR_WORDS = """
    a an and as at but by for from in into nor of off on onto or over per that the to upon via with
"""
_MINOR = frozenset(_MINOR_WORDS.split())
_CELL_GAP = re.compile(r"\t| {3,}")
_FEWEST_ROWS, _CELL_WORDS = 3, 2  # of a table; words in the shortest cell of a row, at most
_HEADING_WORDS = 16
_SIGNATURE_LINES = 2
_VERSE_INDENT = 2  # characters that quoted verse is indented by, against the prose around it
_VERSE_WIDTH = 0.85  # of the prose's lines: as wide as a line of verse may be
_CAPITALS = 0.7  # of the lines of verse begin with a capital


def bullet_length(text: str) -> int:
    """Return the characters of the mark that opens a list item or a question; 0 for none.

    >>> bullet_length("•    Warm welcome."), bullet_length("Thank you.")
    (5, 0)
    """
    match = _BULLET.match(text)
    return match.end() if match else 0


def stanzas(run: LineRun, paged: Paged) -> list[LineRun]:
    """Split the lines of a poem into stanzas: where there are more blank lines than usual.

    The gaps of raw lines 2077 to 2083 and 2125 to 2131 are five blank lines, where one is the rule.
    """
    usual = _commonest([line.number - before.number for before, line in pairwise(run)])
    found = [[line] for line in run[:1]]
    for before, line in pairwise(run):
        turns = line.first >= paged.page_at(before.first).end
        is_wide = line.number - before.number > usual and not turns
        # A form feed is no newline, which lines of verse are joined by.
        if is_wide or paged.lines.ends_in_form_feed(before):
            found.append([])
        found[-1].append(line)
    return list[LineRun](found)


def split_rows(paragraph: LineRun) -> list[LineRun]:
    """Return the rows of a table or the items of a list one by one; any other paragraph whole.

    In one running text, nobody could tell them apart.
    """
    if _is_table(paragraph):
        return [[line] for line in paragraph]
    items: list[list[Line]] = []
    numbers = []
    for line in paragraph:
        number = _item_number(line.text)
        if number is not None:
            numbers.append(number)
        if number is not None or _DASH.match(line.text):
            items.append([])
        elif not items:
            return [paragraph]
        items[-1].append(line)
    # Numbers that do not go on are years, or figures at the beginnings of lines.
    going_on = [numbers[0] + place for place in range(len(items))] if numbers else []
    return list[LineRun](items) if numbers == going_on else [paragraph]


def _is_table(paragraph: LineRun) -> bool:
    """Return whether each line has cells with wide gaps between, one of them a word or two."""
    if len(paragraph) < _FEWEST_ROWS:
        return False
    for line in paragraph:
        cells = _CELL_GAP.split(line.text)
        if len(cells) < 2 or min(len(cell.split()) for cell in cells) > _CELL_WORDS:
            return False
    return True


def _item_number(text: str) -> int | None:
    """Return the number that opens an item of a list."""
    match = _NUMBER.match(text)
    return int(match[1]) if match else None


def classify(record_type: str, paragraphs: Sequence[LineRun], paged: Paged) -> list[str]:
    """Return the kind of each paragraph of a body (of each stanza, where it is a poem's)."""
    if record_type == "poem":
        return ["verse"] * len(paragraphs)
    if record_type in ("interview", "faq"):
        return _dialogue_kinds(record_type, paragraphs)
    kinds = list(map(_prose_kind, paragraphs, [(), *paragraphs], [*paragraphs[1:], ()]))
    if not paged.final_spaces:
        _mark_quoted_verse(kinds, paragraphs, paged)
    if record_type == "press_release":
        _mark_signature(kinds, paragraphs)
    return kinds


def _prose_kind(run: LineRun, run_before: LineRun, run_after: LineRun) -> str:
    """Return whether a paragraph is a heading or a list item."""
    text = run[0].text
    if bullet_length(text):
        return "list_item"
    before = run_before[-1].text if run_before else ""
    after = run_after[0].text if run_after else ""
    if len(run) == 1 and _is_heading(text, before, after):
        return "heading"
    number = _item_number(text)
    if number is None:
        return "paragraph"
    beside = [_item_number(line.text) for line in (*run_before[:1], *run_after[:1])]
    is_in_list = number - 1 in beside or number + 1 in beside
    return "list_item" if is_in_list or before.endswith(":") else "paragraph"


def _is_heading(text: str, before: str, after: str) -> bool:
    """Return whether a line between sentences is a heading: a phrase, or set like a title."""
    number = _NUMBER.match(text)
    bare = text[number.end() :] if number else text
    words = _WORD.findall(bare)
    if not words or len(words) > _HEADING_WORDS:
        return False
    if not bare[0].isupper() and bare[0] not in "\"'“‘":
        return False
    # It is between sentences: in no sentence or list, nor a row of a table.
    if before.endswith((",", ";", ":")):
        return False
    if not after or after[0].islower() or bullet_length(after):
        return False
    if _CELL_GAP.search(text) and _CELL_GAP.search(after):
        return False
    is_title_case = all(word[0].isupper() or word.casefold() in _MINOR for word in words)
    if is_title_case and words[0][0].isupper():
        may_stop = number is not None or bare.endswith("?")
        return may_stop or not _STOP.search(bare)
    if number or _SENTENCE.search(bare):
        return False
    return before == "" or _STOP.search(before) is not None


def _mark_quoted_verse(kinds: list[str], paragraphs: Sequence[LineRun], paged: Paged) -> None:
    """Mark the verse that prose quotes: indented and short lines, most of them with a capital."""
    indents = [line.indent for run in paragraphs for line in run[1:]]
    least_indent = _commonest(indents) + _VERSE_INDENT
    widest = max(map(_width, paragraphs), default=0)
    for place, run in enumerate(paragraphs):
        if len(run) < 2 or kinds[place] != "paragraph":
            continue
        is_indented = min(line.indent for line in run) >= least_indent
        if not is_indented or _width(run) > _VERSE_WIDTH * widest:
            continue
        capitals = sum(not line.text[0].islower() for line in run)
        # A form feed is no newline, which lines of verse are joined by.
        has_feed = any(map(paged.lines.ends_in_form_feed, run[:-1]))
        if capitals >= _CAPITALS * len(run) and not has_feed:
            kinds[place] = "verse"


def _width(run: LineRun) -> int:
    return max(line.last - line.start for line in run)


def _commonest(values: Sequence[int]) -> int:
    return Counter(values).most_common(1)[0][0] if values else 0


def _dialogue_kinds(record_type: str, paragraphs: Sequence[LineRun]) -> list[str]:
    """Return which paragraphs are questions and which answers, from the first question on."""
    kinds = []
    other = "paragraph"
    for asks in _find_questions(record_type, paragraphs):
        if asks:
            other = "answer"
        kinds.append("question" if asks else other)
    return kinds


def _find_questions(record_type: str, paragraphs: Sequence[LineRun]) -> list[bool]:
    """Return which paragraphs are questions: by bullets, speakers, gaps, or question marks."""
    bullets = [bullet_length(run[0].text) > 0 for run in paragraphs]
    if any(bullets):
        return bullets
    labels = [_SPEAKER.match(run[0].text) for run in paragraphs]
    speakers = [label[1] if label else "" for label in labels]
    asking = _asking_speaker(speakers)
    if asking:
        asks = [False]
        for speaker in speakers:
            asks.append(speaker == asking if speaker else asks[-1])  # or the speaker goes on
        return asks[1:]
    if record_type == "faq":
        # Each opens a group, after an empty paragraph (raw lines 1914 to 1992).
        opens = [True]
        for before, run in pairwise(paragraphs):
            opens.append(run[0].number - before[-1].number > EMPTY_PARAGRAPH)
        if sum(opens) > 1 and (True, True) not in pairwise(opens):
            return opens
    endings = [run[-1].text.rstrip("\"'”’)]") for run in paragraphs]
    return [text.endswith("?") for text in endings]


def _asking_speaker(speakers: Sequence[str]) -> str:
    """Return who asks: Q, or the first of two speakers who have most to say; empty for nobody."""
    named = [speaker for speaker in speakers if speaker]
    for speaker in named:
        if speaker in _ASKING:
            return speaker
    is_dialogue = len(set(named)) >= 2 and 2 * len(named) >= len(speakers)
    return named[0] if is_dialogue else ""


def _mark_signature(kinds: list[str], paragraphs: Sequence[LineRun]) -> None:
    """Mark the signature of a press release: the last paragraphs that end no sentence."""
    for place in reversed(range(1, len(kinds))):
        run = paragraphs[place]
        if len(run) > _SIGNATURE_LINES or run[-1].text[-1] in ".!?:;":
            break
        kinds[place] = "signature"

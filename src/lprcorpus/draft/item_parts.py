"""The parts of an item beside its title and byline: its headnote, its source, and its type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from lprcorpus.build.manifest import Quote, SourceEntry
from lprcorpus.draft.set_lines import SetLines
from lprcorpus.draft.wording import MONTH, NEWS, is_source, read_date
from lprcorpus.schema import RecordType

__all__ = [
    "LineRange",
    "find_note",
    "find_source",
    "quote",
    "read_source",
    "source_sentence",
    "type_of",
]

_NOTE = re.compile(
    r"[\[(*_]*(?:introduction|editor['’]?s?\s+note|note|ed\.|foreword|preface)\s*[:.—–-]|excerpts?\b"
    r"|extracts?\b|the\s+following\b|following\s+is\b"
    r"|(?:this|the)\s+(?:article|paper|talk|speech|lecture|interview|essay|piece|text|poem)\s+"
    r"(?:was|is|appeared|first)\b"
    r"|an?\s+(?:article|paper|talk|speech|lecture|interview|essay)\s+(?:in|by|held|given|published)\b",
    re.IGNORECASE,
)
_NOTE_END = re.compile(r"[–—-]\s*(?:the\s+)?ed(?:itor|s|\.)?[.\])]*$", re.IGNORECASE)
_SHARES = re.compile(
    r".{0,80}\b(?:shares\s+(?:his|her|their)|(?:speaks|spoke|talks|talked)\s+(?:to|with)\s+(?:us|our)"
    r"|we\s+(?:spoke|talked|asked|met))\b",
    re.IGNORECASE,
)
_MOST_NOTE, _MOST_SOURCE, _SOURCE_REACH = 24, 4, 40  # lines
_QUOTED_WORDS = 8

_ADDRESS = re.compile(
    r"https?://\S+|\bwww\.[^\s)\]]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)+/\S+", re.IGNORECASE
)
_LABEL = re.compile(
    r"^[\W_]*(?:sources?|(?:re-?printed|reproduced|taken|excerpted|retrieved)\s+from|from)\s*[:—–]\s*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"«]([^”\"»]{2,200})[”\"»]")
_ISSUES = re.compile(
    r"^(?:\w+\s+)?issues?\s+of\s+(?:the\s+)?(?P<name>[^:,;]+)\s*[:,;]", re.IGNORECASE
)
_NUMBERED = re.compile(
    r"^(?P<name>[^,;:“\"]+?),?\s+(?:no|vol|issue|number|volume)\b\.?\s*\d", re.IGNORECASE
)
_DATED = re.compile(rf"^(?P<name>[^,;:“\"(]+),\s*(?:\d{{1,2}}\s+)?{MONTH}\b", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"^(?P<title>[^(]+?)\s*\([^)]*\b\d{4}\)\s*,\s*(?P<publisher>[^,.]+),\s*(?P<place>[A-Z][^,.]+)[.;,]?"
)
_SENTENCE = re.compile(r"(?<=[^\W\d_]{2}[.!?])\s+(?=[A-Z\"“])|(?<=\d[.!?])\s+(?=[A-Z\"“])")
_IN_PRINT = re.compile(
    r"\b(?:appeared|published|printed|reproduced|reprinted|posted|broadcast)\b", re.IGNORECASE
)

_QUESTION = re.compile(r"(?:[•*]\s+.*\?|(?:Q|Question)\s?[:.]\s.*|.{5,110}\?)")
_ANSWERED = re.compile(r"(?:Q|Question|A|Answer)\s?[:.]\s")
_SPOKEN = re.compile(r"\(\s*(?:\w+[\s,-]+){0,6}(?:applause|cheers|laughter)", re.IGNORECASE)
_SPEECH = re.compile(
    r"\b(?:speech|lecture|sermon|oration|keynote|address\s+(?:to|by|at|before|of|given|delivered)"
    r"|addressed\s+(?:a|the)\b|talk\s+(?:held|given|delivered|by|at))",
    re.IGNORECASE,
)
_PRESS = re.compile(
    r"\b(?:press\s+release|for\s+immediate\s+release|press\s+statement)\b", re.IGNORECASE
)
_INTERVIEW = re.compile(
    r"\b(?:interview|conversation\s+with|q\s?&\s?a\s+with|talks?\s+to)\b", re.IGNORECASE
)
_FAQ = re.compile(
    r"\b(?:faqs?|frequently\s+asked|questions\s+and\s+answers|q\s?&\s?a)\b", re.IGNORECASE
)
_DATELINE = re.compile(
    rf"(?:[A-Z][A-Z .]+,?\s*)?(?i:{MONTH})\s*\d{{0,2}},?\s*\d{{4}}\s*[:.–—-]"
    r"|[A-Z][A-Z .]{2,}\s*\([A-Z]+\)\s*[:–—-]"
)
_QUESTIONS = 3  # that an interview has at least
_SPOKEN_LINES = 200  # in which a speech shows that it is one
_VERSE_SHARE, _VERSE_LINES, _VERSE_WIDTH = 0.72, 4, 0.78


class LineRange(NamedTuple):
    """A part of an item, by its lines: the first, and one past the last."""

    start: int
    end: int


def _paragraphs(lines: SetLines, body: Sequence[int]) -> list[LineRange]:
    found, start = [], None
    for place in body:
        if lines.rule[place]:
            start = None
            continue
        start = place if start is None else start
        if lines.ends[place]:
            found.append(LineRange(start, place + 1))
            start = None
    return found


def find_note(lines: SetLines, body: range) -> LineRange | None:
    """Return an editor's headnote: the first paragraph, where it says that it is one."""
    paragraphs = _paragraphs(lines, range(body.start, min(body.stop, body.start + _MOST_NOTE)))
    if not paragraphs or paragraphs[0].end >= body.stop:
        return None
    start, end = paragraphs[0]
    for place in range(start, min(body.stop, start + 8)):
        if _NOTE_END.search(lines.text[place]) and not lines.rule[place]:
            return LineRange(start, place + 1) if place + 1 < body.stop else None
    if _NOTE.match(lines.text[start]):
        return LineRange(start, end)
    for paragraph in paragraphs[1:3]:
        if _SHARES.match(lines.text[paragraph.start]) and paragraph.end < body.stop:
            return LineRange(start, paragraph.end)
    return None


def find_source(lines: SetLines, body: range) -> LineRange | None:
    """Return the statement of an item's source: the last paragraph that opens as one does."""
    for place in reversed(range(max(body.start, body.stop - _SOURCE_REACH), body.stop)):
        if lines.rule[place] or not is_source(lines.text[place]):
            continue
        begins = place == body.start or lines.ends[place - 1] or lines.rule[place - 1]
        if not begins:
            continue
        end = place + 1
        while end < min(body.stop, place + _MOST_SOURCE) and not lines.rule[end]:
            if lines.ends[end - 1] and not _is_address(lines.text[end]):
                break
            end += 1
        return LineRange(place, end) if place > body.start else None
    return None


def _is_address(text: str) -> bool:
    return (
        " " not in text and re.match(r"https?://|www\.|[a-z0-9-]+(?:/|\.html?)", text) is not None
    )


def quote(
    lines: SetLines, part: LineRange, first_word: int = 0, past_word: int | None = None
) -> Quote:
    """Return the quotation that finds a part again: its first words, and its last if it is long.

    The last words are as many as it takes that they are nowhere earlier in the part.
    """
    words = lines.joined(*part).split()[first_word:past_word]
    if len(words) <= 2 * _QUOTED_WORDS:
        return _quote(words)
    whole = "".join(words)
    count = _QUOTED_WORDS
    while count < len(words) and whole.find("".join(words[-count:])) + len(
        "".join(words[-count:])
    ) < len(whole):
        count += 1
    if count >= len(words) - _QUOTED_WORDS:
        return _quote(words)
    return _quote(words[:_QUOTED_WORDS], words[-count:])


def _quote(first: Sequence[str], last: Sequence[str] = ()) -> Quote:
    return Quote.model_validate({"from": " ".join(first), "to": " ".join(last) or None})


def read_source(quoted: Quote, statement: str) -> SourceEntry:
    """Read a statement of source; a part that it does not clearly give is None.

    >>> said = "Source: Northstar Compass, May-June 2014 Issue."
    >>> entry = read_source(Quote.model_validate({"from": said}), said)
    >>> entry.container, entry.date
    ('Northstar Compass', '2014-05/2014-06')
    """
    address = _ADDRESS.search(statement)
    url = address.group().rstrip(".,;)”\"'") if address else None
    if url and not url.startswith(("http://", "https://")):
        url = f"http://{url}"
    date = read_date(_ADDRESS.sub(" ", statement))
    rest = _LABEL.sub("", statement[: address.start()] if address else statement).strip()
    published = _PUBLISHED.match(rest)
    title = container = publisher = place = None
    if published:
        title, publisher, place = (
            published[name].strip() for name in ("title", "publisher", "place")
        )
    else:
        in_quotes = _QUOTED.match(rest)
        named = _ISSUES.match(rest) or _NUMBERED.match(rest) or _DATED.match(rest)
        title = in_quotes[1] if in_quotes else None
        container = named["name"].strip() if named and not in_quotes else None
    return SourceEntry(
        **quoted.model_dump(by_alias=True),
        title=title or None,
        container=container or None,
        publisher=publisher or None,
        place=place or None,
        date=date,
        url=url,
    )


def source_sentence(note: str) -> str | None:
    """Return the sentence of a headnote that says when and where the text first appeared.

    >>> source_sentence("An article in The Night appeared on May 07, 2007. It is shortened.")
    'An article in The Night appeared on May 07, 2007.'
    """
    for sentence in _SENTENCE.split(note):
        if _IN_PRINT.search(sentence) and read_date(sentence):
            return sentence
    return None


def type_of(lines: SetLines, title: str, section: str | None, note: str, body: range) -> RecordType:
    """Return the type of an item, by its wording and the lengths of its lines."""
    places = [place for place in body if not lines.rule[place]]
    texts = [lines.text[place] for place in places]
    if _PRESS.search(title) or _PRESS.search(note):
        return "press_release"
    if _FAQ.search(title):
        return "faq"
    if _is_interview(title, note, texts):
        return "interview"
    if _is_verse(lines, places):
        return "poem"
    spoken = any(map(_SPOKEN.search, texts[:_SPOKEN_LINES]))
    if spoken or _SPEECH.search(title) or _SPEECH.search(note):
        return "speech"
    in_news = section is not None and NEWS.search(section) is not None
    if in_news or (texts and _DATELINE.match(texts[0])):
        return "news"
    return "article"


def _is_interview(title: str, note: str, texts: Sequence[str]) -> bool:
    asked = sum(_QUESTION.fullmatch(text) is not None for text in texts)
    if asked < _QUESTIONS:
        return False
    answered = sum(_ANSWERED.match(text) is not None for text in texts)
    said = _INTERVIEW.search(title) or _INTERVIEW.search(note)
    return said is not None or answered >= 2 * _QUESTIONS


def _is_verse(lines: SetLines, places: Sequence[int]) -> bool:
    """Return whether most lines are short of the measure and begin anew.

    Lines of prose do so only where a paragraph ends.
    """
    count = len(places)
    if count < _VERSE_LINES:
        return False
    short = sum(len(lines.text[place]) < _VERSE_WIDTH * lines.measure for place in places)
    if short < _VERSE_SHARE * count:
        return False
    ended = sum(lines.ends[place] for place in places)
    if lines.setting.paragraphs == "line fit":
        return ended < 0.9 * count or short == count
    upper = sum(lines.text[place].lstrip("\"'“‘(")[:1].isupper() for place in places)
    indented = sum(lines.indent[place] >= 2 for place in places)
    begins_anew = upper >= 0.6 * count and ended < 0.6 * count
    return begins_anew and (indented >= 0.5 * count or short >= 0.95 * count)

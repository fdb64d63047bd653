"""The parts of an item beside its title and byline: its headnote, its source, and its type."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lprcorpus.build.manifest import Quote, SourceEntry
from lprcorpus.draft.set_lines import SetLine, SetText
from lprcorpus.draft.wording import pattern, read_date
from lprcorpus.schema import RecordType
from lprcorpus.text.line_ends import mend_addresses

_MOST_NOTE = 24  # lines
_MOST_SOURCE = 4  # lines
_SOURCE_REACH = 40  # lines at an item's end in which its source is
_QUOTED_WORDS = 8
_ADDRESS = re.compile(
    r"https?://\S+|\bwww\.[^\s)\]]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)+/\S+", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{2}[.!?])\s+(?=[A-Z\"“])|(?<=\d[.!?])\s+(?=[A-Z\"“])")
_VERSE_WIDTH = 0.78  # of the measure: a line of verse is shorter
_VERSE_SHARE = 0.72  # of the lines of a poem are so short
_VERSE_LINES = 4  # of a poem, at least


def find_note(text: SetText, body: range) -> range:
    """Return the lines of an editor's headnote; none where the first paragraph does not say so."""
    paragraphs = list(text.paragraphs(body[:-1][:_MOST_NOTE]))  # a note has text below it
    if paragraphs and pattern("note").match(text.lines[body.start].text):
        return paragraphs[0]
    for paragraph in paragraphs[1:3]:
        if pattern("shares").match(text.lines[paragraph.start].text):
            return range(body.start, paragraph.stop)
    return body[:0]


def find_source(text: SetText, body: range) -> range:
    """Return the lines of an item's source, the last paragraph that opens as one does; or none."""
    for paragraph in reversed(list(text.paragraphs(body[1:][-_SOURCE_REACH:]))):
        if pattern("source").fullmatch(text.lines[paragraph.start].text):
            return paragraph[:_MOST_SOURCE]
    return body[len(body) :]


def quote(passage: str) -> Quote:
    """Return the quotation that finds a passage again.

    Its first words are enough, with its last if it is long: as many as it takes that they are
    nowhere earlier in it.
    """
    words = passage.split()
    whole = "".join(words)
    for count in range(_QUOTED_WORDS, len(words) - _QUOTED_WORDS):
        last = "".join(words[-count:])
        if whole.find(last) + len(last) == len(whole):
            first = " ".join(words[:_QUOTED_WORDS])
            return Quote.model_validate({"from": first, "to": " ".join(words[-count:])})
    return Quote.model_validate({"from": " ".join(words)})


def read_source(quoted: Quote, statement: str) -> SourceEntry:
    """Read a statement of source; a part that it does not clearly give is None.

    >>> said = "Source: Northstar Compass, May-June 2014 Issue."
    >>> entry = read_source(quote(said), said)
    >>> entry.container, entry.date
    ('Northstar Compass', '2014-05/2014-06')
    """
    statement = mend_addresses(statement)
    parts: dict[str, str | None] = quoted.model_dump(by_alias=True)
    parts["date"] = read_date(_ADDRESS.sub(" ", statement))
    before_url = statement
    address = _ADDRESS.search(statement)
    if address:
        before_url = statement[: address.start()]
        url = address.group().rstrip(".,;)”\"'")
        parts["url"] = url if url.startswith(("http://", "https://")) else f"http://{url}"
    said = pattern("source_label").sub("", before_url).strip()
    for name in ("published", "quoted", "in_issues_of", "in_a_number", "in_a_month"):
        match = pattern(name).match(said)
        if match:
            parts.update((part, value.strip() or None) for part, value in match.groupdict().items())
            break
    return SourceEntry.model_validate(parts)


def source_sentence(note: str) -> str | None:
    """Return the sentence of a headnote that says when and where the text first appeared.

    >>> source_sentence("An article in The Night appeared on May 07, 2007. It is shortened.")
    'An article in The Night appeared on May 07, 2007.'
    """
    for sentence in _SENTENCE_END.split(note):
        if pattern("in_print").search(sentence) and read_date(sentence):
            return sentence
    return None


def type_of(text: SetText, title: str, section: str | None, note: str, body: range) -> RecordType:
    """Return the type of an item, by its wording and the lengths of its lines."""
    said = f"{title}\n{note}"
    if pattern("press_release").search(said):
        return "press_release"
    if pattern("faq").search(title):
        return "faq"
    if pattern("interview").search(said):
        return "interview"
    if _is_verse(text, text.lines[body.start : body.stop]):
        return "poem"
    if pattern("speech").search(said):
        return "speech"
    return "news" if section is not None else "article"


def _is_verse(text: SetText, lines: Sequence[SetLine]) -> bool:
    """Return whether most lines are short of the measure and begin anew.

    Lines of prose do so only where a paragraph ends.
    """
    count = len(lines)
    short = sum(len(line.text) < _VERSE_WIDTH * text.measure for line in lines)
    if count < _VERSE_LINES or short < _VERSE_SHARE * count:
        return False
    ended = sum(line.ends for line in lines)
    if text.setting.paragraphs == "line fit":
        return ended < 0.9 * count or short == count
    upper = sum(line.text.lstrip("\"'“‘(")[:1].isupper() for line in lines)
    indented = sum(line.indent >= 2 for line in lines)
    begins_anew = upper >= 0.6 * count and ended < 0.6 * count
    return begins_anew and (indented >= 0.5 * count or short >= 0.95 * count)

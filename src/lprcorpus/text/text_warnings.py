"""What makes a text or its records doubtful, in words: said by ``draft`` and by ``build``.

Each warning is one line with the raw line that it is about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lprcorpus.text.lines import Lines
from lprcorpus.text.pages import Paged

_TAG = re.compile(
    r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>|<!doctype\b|&(?:nbsp|amp|quot|#\d+);", re.IGNORECASE
)
_DOCUMENT = re.compile(r"<\?xml\b|<!doctype\b|<html\b", re.IGNORECASE)  # how one begins
_TAG_LINES, _TAG_SHARE = 200, 0.2  # lines looked at; the share of them with a tag
_MARKDOWN = re.compile(r"#{2,6} [^\W\d_]")  # after one sign may be a comment or an entry
_FEWEST_TAGS = 3
_LONGEST_LOOK = 1000  # characters of a line that are looked at
_COLUMN_GAP = re.compile(r"(?<=\S)\s{3,}(?=\S)")
_FEWEST_COLUMN_LINES, _COLUMN_SHARE = 10, 0.3  # of all lines
_COLUMN_WORDS = 3  # on either side of the gap: a table's cells have fewer
_LONGEST_COLUMNS = 400  # characters in a line with two columns
_PAGES_FOR_AN_ITEM = 5
_LONG_RECORD = 5_000  # words
_UNCLAIMED = 500  # characters
_MOST_OF_A_KIND = 3


class RecordExtent(NamedTuple):
    """A record, or text in none: its name, the raw line that it begins on, and its size."""

    name: str
    line: int
    size: int


def html_line(lines: Lines) -> int | None:
    """Return the raw line of the first tag of a text that is HTML or XML; None for plain text."""
    looked_at = lines.printed[:_TAG_LINES]
    if looked_at and _DOCUMENT.match(looked_at[0].text):
        return looked_at[0].number
    tags = []  # the line of each: a page of HTML may be one long line
    for line in looked_at:
        tags += [line.number for _ in _TAG.finditer(line.text[:_LONGEST_LOOK])]
    if len(tags) < _FEWEST_TAGS or len(set(tags)) < _TAG_SHARE * len(looked_at):
        return None
    return tags[0]


def text_warnings(paged: Paged) -> Iterator[str]:
    """Yield what is doubtful about a text: HTML, columns side by side, page numbers."""
    line = html_line(paged.lines)
    if line is not None:
        yield f"raw line {line}: the text contains tags of HTML or XML; expected plain text"
    headings = [line.number for line in paged.lines.printed if _MARKDOWN.match(line.text)]
    if len(headings) >= _FEWEST_TAGS:
        yield (
            f"raw line {headings[0]}: this is Markdown; its marks stay in titles and texts, as in"
            " '## Title' and '[words](address)'; expected plain text"
        )
    yield from _mixed_columns(paged.lines)
    doubts = paged.number_doubts()
    for doubt in doubts[:_MOST_OF_A_KIND]:
        yield (
            f"raw line {doubt.line}: the page number {doubt.printed} is printed where page"
            f" {doubt.counted} is counted; it is not used"
        )
    more = doubts[_MOST_OF_A_KIND:]
    if more:
        later = f"{len(more):,} more page numbers contradict the count"
        yield f"raw line {more[0].line}: here and later, {later}"


def _mixed_columns(lines: Lines) -> Iterator[str]:
    """Yield a warning where many lines have words, a gap and words again, at one place."""
    columns = defaultdict(list)  # where a second one begins, and the raw lines that have it
    for line in lines.printed:
        if "   " not in line.text:
            continue
        text = lines.text[line.start : line.last][:_LONGEST_COLUMNS]
        for gap in _COLUMN_GAP.finditer(text):
            left = text[: gap.start()].split()
            right = text[gap.end() :].split()
            if min(len(left), len(right)) >= _COLUMN_WORDS:
                columns[gap.end()].append(line.number)
    if not columns:
        return
    column = max(columns, key=lambda column: len(columns[column]))
    numbers = columns[column]
    if len(numbers) >= max(_FEWEST_COLUMN_LINES, _COLUMN_SHARE * len(lines.printed)):
        yield (
            f"raw line {numbers[0]}: {len(numbers)} lines hold two columns side by side, the"
            f" second from character {column + 1} on; expected one column after the other, as"
            " lprcorpus extract writes them"
        )


def record_warnings(
    records: Sequence[RecordExtent], unclaimed: Sequence[RecordExtent], pages: int
) -> Iterator[str]:
    """Yield what is doubtful about records, by their words, and about text in none, by its size."""
    if records and len(records) * _PAGES_FOR_AN_ITEM < pages:
        yield (
            f"raw line {records[0].line}: {len(records)} records on {pages} pages are fewer than"
            f" one for each {_PAGES_FOR_AN_ITEM}: are titles missing?"
        )
    for record in records:
        if record.size > _LONG_RECORD:
            yield (
                f"raw line {record.line}: {record.name} has {record.size:,} words, more than"
                f" {_LONG_RECORD:,}: does it hold several items?"
            )
    for text in unclaimed:
        if text.size >= _UNCLAIMED:
            yield f"raw line {text.line}: {text.size:,} characters are in no record: {text.name!r}"

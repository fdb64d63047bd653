"""A manifest's quotations found in the text: where each record's title, byline, note and source stand.

Quotations match character by character, white space aside, so that a title may run over lines. What is found must begin and
end with a printed line.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lprcorpus.build.manifest import Manifest, Quote, RecordEntry
from lprcorpus.errors import ManifestError
from lprcorpus.text.lines import Lines
from lprcorpus.text.pages import Page, Paged

__all__ = ["Anchored", "Passage", "find_records"]


@dataclass(frozen=True)
class Passage:
    """A stretch of whole printed lines: its characters, and its first and last line among the printed ones."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True)
class Anchored:
    """One record found in the text.

    Attributes:
        entry: what the manifest says of it.
        title: its title.
        section: the section heading printed before it, if one is.
        byline: its byline, if it has one.
        note: its headnote, if it has one.
        source: its source line, if it has one of its own.
        citation: the characters of what the issue says of its source, wherever that stands.
        lines: the first of its lines and one past the last, among the printed ones.
    """

    entry: RecordEntry
    title: Passage
    section: Passage | None
    byline: Passage | None
    note: Passage | None
    source: Passage | None
    citation: tuple[int, int] | None
    lines: tuple[int, int]


class _MisplacedError(Exception):
    """A quotation that is not where the manifest says; the message names the key, what was looked for and what is there."""


def find_records(paged: Paged, manifest: Manifest, where: str) -> list[Anchored]:
    """Find every record of a manifest in its text.

    Raises:
        ManifestError: a quotation is not where it should be, stands there twice, or the records are out of order; with
            every such problem.
    """
    finder = _Finder(paged)
    problems: list[str] = []
    titles: list[Passage | None] = []
    for index, entry in enumerate(manifest.records):
        try:
            titles.append(finder.title(entry))
        except _MisplacedError as problem:
            titles.append(None)
            problems.append(f"records[{index}].title ({entry.id}): {problem}")
    problems += _check_order(manifest.records, titles, paged.lines)
    if problems:
        raise ManifestError(where, problems)
    found = []
    known = [title for title in titles if title is not None]
    sections: list[Passage | None] = []
    for index in range(len(known)):
        try:
            sections.append(finder.section(manifest.records, known, index))
        except _MisplacedError as problem:
            sections.append(None)
            problems.append(f"records[{index}].{problem}")
    for index, entry in enumerate(manifest.records):
        try:
            following = len(paged.lines)
            if index + 1 < len(known):
                heading = sections[index + 1]
                following = heading.first if heading else known[index + 1].first
            found.append(finder.record(entry, known[index], sections[index], following))
        except _MisplacedError as problem:
            problems.append(f"records[{index}].{problem}")
    if problems:
        raise ManifestError(where, problems)
    return found


def _check_order(records: Sequence[RecordEntry], titles: Sequence[Passage | None], lines: Lines) -> Iterator[str]:
    """Yield a message for each record that stands before the one listed above it."""
    last: tuple[int, RecordEntry] | None = None
    for index, (entry, title) in enumerate(zip(records, titles, strict=True)):
        if title is None:
            continue
        if last and title.start <= last[0]:
            here, there = lines.line_at(title.start), lines.line_at(last[0])
            yield (
                f"records[{index}] ({entry.id}): its title stands at raw line {here}, before that of"
                f" {last[1].id!r} at raw line {there}; expected the records in the order of the text"
            )
        last = (title.start, entry)


class _Finder:
    """Looks up quotations in a text, white space aside."""

    def __init__(self, paged: Paged) -> None:
        self.paged = paged
        self.lines = paged.lines
        self._firsts, self._lasts = self.lines.firsts, self.lines.lasts
        self._squeezed, self._offsets = self.lines.squeezed()

    def title(self, entry: RecordEntry) -> Passage:
        """Find a record's title on its page."""
        page = self.paged.page_numbered(entry.page)
        if page is None:
            pages = self.paged.pages
            raise _MisplacedError(
                f"looked for {entry.title!r} on page {entry.page}, which the text does not have;"
                f" expected a page from {pages[0].number} to {pages[-1].number}"
            )
        found = [passage for passage in self.passages(entry.title, page.start, page.end) if self._is_set(passage)]
        if entry.occurrence is not None and entry.occurrence <= len(found):
            return found[entry.occurrence - 1]
        if entry.occurrence is not None and found:
            raise _MisplacedError(
                f"{entry.title!r} stands {len(found)} times on page {page.number}; expected it {entry.occurrence} times or more,"
                " as its occurrence says"
            )
        if len(found) == 1:
            return found[0]
        if found:
            lines = " and ".join(str(int(self.lines.number[passage.first])) for passage in found)
            raise _MisplacedError(
                f"{entry.title!r} stands {len(found)} times on page {page.number}, at raw lines {lines}; expected once"
            )
        raise _MisplacedError(self._missing(entry.title, page))

    def section(self, records: Sequence[RecordEntry], titles: Sequence[Passage], index: int) -> Passage | None:
        """Find the section heading before a record's title; None where the record before stands in the same section."""
        entry = records[index]
        name = entry.section
        if name is None or (index and records[index - 1].section == name):
            return None
        before = titles[index - 1].last + 1 if index else 0
        low = int(self.lines.start[before]) if before < len(self.lines) else 0
        found = [passage for passage in self.passages(name, low, titles[index].start) if self._is_set(passage)]
        if not found:
            raise _MisplacedError(f"section ({entry.id}): {self._absent(name, low, titles[index].start)}")
        return found[-1]

    def record(self, entry: RecordEntry, title: Passage, section: Passage | None, following: int) -> Anchored:
        """Find the parts of a record, given where its title stands and the line that follows it."""
        end = self._end_of(following)
        byline = note = source = None
        citation = None
        after = title
        if entry.byline:
            byline = after = self._byline(entry, title, end)
        if entry.note:
            note = self._quoted("note", entry, entry.note, after.end, end)
        if entry.source:
            citation = self._extent("source", entry, entry.source, after.end, end)
            if note is None or not note.start <= citation[0] < citation[1] <= note.end:
                source = self._whole_lines("source", entry, citation)
        if entry.until:
            _, until = self._extent("until", entry, Quote.model_validate({"from": entry.until}), after.end, end)
            following = int(np.searchsorted(self.lines.first, until))
            parts = [part for part in (source, note, byline) if part is not None]
            following = max([following, *(part.last + 1 for part in parts)])
        return Anchored(entry, title, section, byline, note, source, citation, (title.first, following))

    def _end_of(self, following: int) -> int:
        return int(self.lines.start[following]) if following < len(self.lines) else len(self.lines.text)

    def _byline(self, entry: RecordEntry, title: Passage, end: int) -> Passage:
        """Find a byline: it must be the next thing printed after the title."""
        assert entry.byline is not None
        following = title.last + 1
        while following < len(self.lines) and not self.paged.is_set[following]:
            following += 1
        found = next(self.passages(entry.byline, title.end, end), None)
        if found is None or found.first != following:
            there = f"{self.lines.printed(following)!r}" if following < len(self.lines) else "the end of the text"
            raise _MisplacedError(f"byline ({entry.id}): looked for {entry.byline!r} after the title; found {there}")
        return found

    def _quoted(self, key: str, entry: RecordEntry, quote: Quote, low: int, high: int) -> Passage:
        return self._whole_lines(key, entry, self._extent(key, entry, quote, low, high))

    def _extent(self, key: str, entry: RecordEntry, quote: Quote, low: int, high: int) -> tuple[int, int]:
        """Find the characters of a quotation between two offsets: from its first words to its last."""
        start = next(self.extents(quote.first, low, high), None)
        if start is None:
            raise _MisplacedError(f"{key}.from ({entry.id}): {self._absent(quote.first, low, high)}")
        if quote.last is None:
            return start
        end = next(self.extents(quote.last, start[0], high), None)
        if end is None:
            raise _MisplacedError(f"{key}.to ({entry.id}): {self._absent(quote.last, start[0], high)}")
        return start[0], end[1]

    def _whole_lines(self, key: str, entry: RecordEntry, extent: tuple[int, int]) -> Passage:
        """Return a stretch as a passage of whole lines."""
        passage = self._aligned(extent)
        if passage is None:
            line = self.lines.line_at(extent[0])
            raise _MisplacedError(
                f"{key} ({entry.id}): {self.lines.text[extent[0] : extent[1]][:60]!r} at raw line {line} does not begin and"
                " end with a printed line; expected whole lines"
            )
        return passage

    def extents(self, quotation: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Yield the characters of each occurrence of a quotation between two offsets, white space aside."""
        wanted = "".join(quotation.split())
        at, past = (int(place) for place in np.searchsorted(self._offsets, [low, high]))
        while (at := self._squeezed.find(wanted, at, past)) >= 0:
            end = at + len(wanted)
            yield int(self._offsets[at]), int(self._offsets[end - 1]) + 1
            at = end

    def passages(self, quotation: str, low: int, high: int) -> Iterator[Passage]:
        """Yield each occurrence of a quotation that is made of whole printed lines."""
        for extent in self.extents(quotation, low, high):
            passage = self._aligned(extent)
            if passage:
                yield passage

    def _aligned(self, extent: tuple[int, int]) -> Passage | None:
        first, last = bisect_left(self._firsts, extent[0]), bisect_left(self._lasts, extent[1])
        if first < len(self._firsts) and self._firsts[first] == extent[0] and self._lasts[last] == extent[1]:
            return Passage(*extent, first, last)
        return None

    def _is_set(self, passage: Passage) -> bool:
        return bool(self.paged.is_set[passage.first] and self.paged.is_set[passage.last])

    def _missing(self, title: str, page: Page) -> str:
        """Say that a title is not on its page, and what comes nearest."""
        low, high = (int(place) for place in np.searchsorted(self.lines.first, [page.start, page.end]))
        message = f"looked for {title!r} on page {page.number} ({self._span(low, high)}); "
        elsewhere = [found for found in self.passages(title, 0, len(self.lines.text)) if self._is_set(found)]
        if elsewhere:
            where = elsewhere[0]
            return (
                f"{message}it stands on page {self.paged.page_at(where.start).number},"
                f" at raw line {int(self.lines.number[where.first])}"
            )
        return message + self._nearest(title, low, high)

    def _absent(self, quotation: str, low: int, high: int) -> str:
        first, past = (int(place) for place in np.searchsorted(self.lines.first, [low, high]))
        return f"looked for {quotation!r} in {self._span(first, past)}; {self._nearest(quotation, first, past)}"

    def _span(self, low: int, high: int) -> str:
        if low >= high:
            return "no printed line"
        return f"raw lines {int(self.lines.number[low])} to {int(self.lines.number[high - 1])}"

    def _nearest(self, quotation: str, low: int, high: int) -> str:
        """Name the printed line that comes nearest to a quotation."""
        best, ratio = None, 0.0
        for index in range(low, high):
            matcher = difflib.SequenceMatcher(None, quotation, self.lines.printed(index)[: len(quotation) + 20], autojunk=False)
            if matcher.real_quick_ratio() > ratio and (near := matcher.ratio()) > ratio:
                best, ratio = index, near
        if best is None:
            return "nothing there comes near it"
        return f"the nearest there is {self.lines.printed(best)[:100]!r} at raw line {int(self.lines.number[best])}"

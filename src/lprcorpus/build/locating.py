"""A manifest's quotations found in the text: where each title, byline, note and source is.

They match character by character, white space aside, so that a title may run over lines.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from lprcorpus.build.manifest import CuratedEdit, Manifest, Quote, RecordEntry
from lprcorpus.errors import ManifestError
from lprcorpus.messages import count, shorten
from lprcorpus.text.page_numbers import PageExtent
from lprcorpus.text.pages import Paged
from lprcorpus.text.repairs import TextEdit

_NEAR = 0.1  # difflib's ratio; of two lines of any text it is rarely lower


@dataclass(frozen=True)
class LocatedPassage:
    """A stretch of text: its characters, and its first and last printed line."""

    start: int
    end: int
    first: int
    last: int
    raw_line: int
    is_whole: bool  # it begins and ends with a printed line
    is_text: bool  # it begins and ends in no header, footer or note of a page

    @property
    def lines(self) -> range:
        """Its printed lines, as indices."""
        return range(self.first, self.last + 1)


@dataclass
class LocatedRecord:
    """One record found in the text."""

    entry: RecordEntry
    title: LocatedPassage
    end_line: int  # the first printed line after it
    section: LocatedPassage | None = None  # the heading printed before it
    byline: LocatedPassage | None = None
    note: LocatedPassage | None = None
    source: LocatedPassage | None = None  # a source line of its own
    citation: LocatedPassage | None = None  # what is said of its source, there or in the note
    edits: list[TextEdit] = field(default_factory=list)  # what the manifest changes in it


class _MisplacedError(Exception):
    """A quotation that is not where the manifest says: its key, and what was found instead."""


def find_records(paged: Paged, manifest: Manifest, where: str) -> list[LocatedRecord]:
    """Find every record of a manifest: all titles, and then the rest.

    Raises:
        ManifestError: a quotation is not where it should be, with every such problem.
    """
    finder = QuotationFinder(paged)
    located: list[LocatedRecord] = []
    problems: list[str] = []

    @contextmanager
    def checked(index: int) -> Iterator[None]:
        try:
            yield
        except _MisplacedError as error:
            key, problem = error.args
            problems.append(f"records[{index}]{key} ({manifest.records[index].id}): {problem}")

    for index, entry in enumerate(manifest.records):
        with checked(index):
            title = finder.title(entry)
            located.append(LocatedRecord(entry, title, len(paged.lines.printed)))
            if len(located) > 1:
                _check_order(located[-2], located[-1])
    if problems:
        raise ManifestError(where, problems)
    # From the last to the first: a record reaches to the next title, or to the heading before that.
    for index in reversed(range(len(located))):
        record = located[index]
        before = located[index - 1] if index else None
        with checked(index):
            finder.complete(record, before)
        if before is not None:
            before.end_line = (record.section or record.title).first
    if problems:
        raise ManifestError(where, reversed(problems))
    return located


def _check_order(before: LocatedRecord, record: LocatedRecord) -> None:
    if record.title.start <= before.title.start:
        found = f"its title is at raw line {record.title.raw_line}"
        other = f"that of {before.entry.id!r}, the record before it, at {before.title.raw_line}"
        expected = "expected the records in the order of the text"
        raise _MisplacedError("", f"{found}, {other}; {expected}")


class QuotationFinder:
    """Looks up quotations in a text, white space aside."""

    def __init__(self, paged: Paged) -> None:
        self.paged = paged
        self.lines = paged.lines
        self._squeezed, self._offsets = self.lines.squeezed()

    def title(self, entry: RecordEntry) -> LocatedPassage:
        """Find a record's title on its page."""
        page = self.paged.page_numbered(entry.page)
        if page is None:
            pages = self.paged.pages
            looked = f"looked for {shorten(entry.title)} on page {entry.page}"
            expected = f"expected a page from {pages[0].number} to {pages[-1].number}"
            raise _MisplacedError(".title", f"{looked}, which the text does not have; {expected}")
        titles = self.whole_lines(entry.title, page.start, page.end)
        if not titles:
            raise self._absent(".title", entry.title, page.start, page.end, page)
        wanted, expected = entry.occurrence, "once"
        if wanted is None and len(titles) == 1:
            return titles[0]
        if wanted is not None:
            if wanted <= len(titles):
                return titles[wanted - 1]
            expected = f"it {wanted} times or more, as its occurrence says"
        lines = " and ".join(str(title.raw_line) for title in titles)
        times = f"{count(len(titles), 'time')} on page {entry.page} (raw line {lines})"
        problem = f"found {shorten(entry.title)} {times}; expected {expected}"
        raise _MisplacedError(".title", problem)

    def _section(self, heading: str, low: int, high: int) -> LocatedPassage:
        headings = self.whole_lines(heading, low, high)
        if not headings:
            raise self._absent(".section", heading, low, high)
        return headings[-1]  # the last, for its words may be in the text before

    def complete(self, record: LocatedRecord, before: LocatedRecord | None) -> None:
        """Find the other passages of a record, before the line that is not its, and its edits."""
        entry = record.entry
        # One heading is that of all the records after it.
        if entry.section and (before is None or entry.section != before.entry.section):
            low = before.title.end if before is not None else 0
            record.section = self._section(entry.section, low, record.title.start)
        low, high = record.title.end, len(self.lines.text)
        if record.end_line < len(self.lines.printed):
            high = self.lines.printed[record.end_line].start
        if entry.byline:
            record.byline = self._byline(entry.byline, record.title, high)
            low = record.byline.end
        if entry.note:
            record.note = self._quoted(".note", entry.note, low, high)
            if not record.note.is_whole:
                raise self._refused(".note", record.note, "whole lines")
        if entry.source:
            record.citation = citation = self._quoted(".source", entry.source, low, high)
            note = record.note
            if note is None or not note.start <= citation.start < citation.end <= note.end:
                if not citation.is_whole:
                    raise self._refused(".source", citation, "whole lines")
                record.source = citation
        if entry.until:
            record.end_line = self._first(".until", entry.until, low, high).last + 1
            # What is quoted of the record is in it, even after its last words.
            for passage in (record.byline, record.note, record.source):
                if passage is not None:
                    record.end_line = max(record.end_line, passage.last + 1)

        for place, stated in enumerate(entry.edits):
            record.edits.append(self._edit(f".edits[{place}].find", stated, record))

    def _byline(self, byline: str, title: LocatedPassage, high: int) -> LocatedPassage:
        """Find a byline: the next thing printed after the title, page headers aside."""
        following = title.last + 1
        while following < len(self.lines.printed) and not self.paged.is_set[following]:
            following += 1
        passages = self.whole_lines(byline, title.end, high)
        if passages and passages[0].first == following:
            return passages[0]
        found = "the end of the text"
        if following < len(self.lines.printed):
            found = repr(self.lines.printed[following].text)
        looked = f"looked for {shorten(byline)} after the title"
        raise _MisplacedError(".byline", f"{looked}; found {found}")

    def _quoted(self, key: str, quote: Quote, low: int, high: int) -> LocatedPassage:
        """Find a quotation from its first words to its last."""
        passage = self._first(f"{key}.from", quote.first, low, high)
        if quote.last is not None:
            last = self._first(f"{key}.to", quote.last, passage.start, high)
            passage = self._passage(passage.start, last.end)
        if not passage.is_text:
            expected = "text of the record, and no header, footer or note of its page"
            raise self._refused(key, passage, expected)
        return passage

    def _first(self, key: str, words: str, low: int, high: int) -> LocatedPassage:
        for passage in self._passages(words, low, high):
            return passage
        raise self._absent(key, words, low, high)

    def whole_lines(self, quotation: str, low: int, high: int) -> list[LocatedPassage]:
        """Return the occurrences that are whole lines, and in no page header or footer."""
        passages = self._passages(quotation, low, high)
        return [passage for passage in passages if passage.is_whole and passage.is_text]

    def _passages(self, quotation: str, low: int, high: int) -> Iterator[LocatedPassage]:
        """Yield each occurrence of a quotation between two offsets."""
        # Compared without white space, so that line ends and spaced letters do not matter.
        wanted = "".join(quotation.split())
        at, past = np.searchsorted(self._offsets, [low, high]).tolist()
        while (at := self._squeezed.find(wanted, at, past)) >= 0:
            start = int(self._offsets[at])
            at += len(wanted)
            yield self._passage(start, int(self._offsets[at - 1]) + 1)

    def _passage(self, start: int, end: int) -> LocatedPassage:
        first = self.lines.printed[self.lines.index_of(start)]
        last = self.lines.printed[self.lines.index_of(end - 1)]
        is_set = self.paged.is_set
        return LocatedPassage(
            start=start,
            end=end,
            first=first.index,
            last=last.index,
            raw_line=first.number,
            is_whole=first.first == start and last.last == end,
            is_text=is_set[first.index] and is_set[last.index],
        )

    def _edit(self, key: str, stated: CuratedEdit, record: LocatedRecord) -> TextEdit:
        """Find what a person changes: exactly once on its page in the record."""
        text, words = self.lines.text, stated.find
        low = high = 0
        page = self.paged.page_numbered(stated.page)
        if page is not None:
            low = max(record.title.start, page.start)
            high = min(self.lines.printed[record.end_line - 1].end, page.end)
        times = text.count(words, low, max(low, high))
        if times != 1:
            found = f"found {shorten(words)} {count(times, 'time')} in the record"
            raise _MisplacedError(key, f"{found} on page {stated.page}; expected it once")
        start = text.find(words, low, high)
        end = start + len(words)
        if not self.paged.sets(start) or not self.paged.sets(end - 1):
            # It is in no record: nothing would be edited.
            found = f"raw line {self.lines.line_at(start)}: {shorten(words)} is in a page"
            expected = "expected it in the record's text"
            raise _MisplacedError(key, f"{found} header, footer or footnote; {expected}")
        return TextEdit(start, end, words, stated.replace, "curated", stated.reason)

    def _refused(self, key: str, passage: LocatedPassage, expected: str) -> _MisplacedError:
        excerpt = repr(self.lines.text[passage.start : passage.end][:60])
        found = f"found {excerpt} at raw line {passage.raw_line}"
        return _MisplacedError(key, f"{found}; expected {expected}")

    def _absent(
        self, key: str, quotation: str, low: int, high: int, page: PageExtent | None = None
    ) -> _MisplacedError:
        """Return an error on a quotation that is not there: where it is, or what is near it."""
        lines = self.lines.printed[self.lines.index_from(low) : self.lines.index_from(high)]
        place = "no printed line"
        if lines:
            place = f"raw lines {lines[0].number} to {lines[-1].number}"
        place = f"in {place}" if page is None else f"on page {page.number} ({place})"
        looked = f"looked for {shorten(quotation)} {place}"
        elsewhere = self.whole_lines(quotation, 0, len(self.lines.text))
        by_words = {line.text[: len(quotation) + 20]: line for line in reversed(lines)}
        hint = "nothing there comes near it"
        if elsewhere:
            number = self.paged.page_at(elsewhere[0].start).number
            hint = f"it is on page {number}, at raw line {elsewhere[0].raw_line}"
        elif near := difflib.get_close_matches(quotation, by_words, n=1, cutoff=_NEAR):
            line = by_words[near[0]]
            hint = f"the nearest there is {line.text[:100]!r} at raw line {line.number}"
        return _MisplacedError(key, f"{looked}; {hint}")

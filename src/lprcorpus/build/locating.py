"""A manifest's quotations found in the text: where each title, byline, note and source is.

Quotations match character by character, white space aside, so that a title may run over lines. What
is found must begin and end with a printed line.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from lprcorpus.build.manifest import Manifest, Quote, RecordEntry
from lprcorpus.errors import ManifestError
from lprcorpus.messages import count, shorten
from lprcorpus.text.lines import Line
from lprcorpus.text.pages import Paged, PageExtent

_NEAR = 0.1  # difflib's ratio; of two lines of any text it is rarely lower


@dataclass(frozen=True)
class LocatedPassage:
    """A stretch of text: its characters, its first and last printed line, its raw line."""

    start: int
    end: int
    first: int
    last: int
    raw_line: int


@dataclass(frozen=True)
class LocatedRecord:
    """One record found in the text; its lines are counted among the printed ones.

    Attributes:
        section: the heading printed before it.
        source: a source line of its own.
        citation: what the issue says of its source, in that line or in the note.
    """

    entry: RecordEntry
    title: LocatedPassage
    section: LocatedPassage | None
    byline: LocatedPassage | None
    note: LocatedPassage | None
    source: LocatedPassage | None
    citation: LocatedPassage | None
    end_line: int


class _MisplacedError(Exception):
    """A quotation that is not where the manifest says: its key, what was found and expected."""

    def __init__(self, key: str, found: str, expected: str) -> None:
        super().__init__(key, found, expected)
        self.key = key
        self.problem = f"{found}; {expected}"


def find_records(paged: Paged, manifest: Manifest, where: str) -> list[LocatedRecord]:
    """Find every record of a manifest: all titles, then the section headings, then the rest.

    Raises:
        ManifestError: a quotation is not where it should be, is there twice, or the records are out
            of order; with every such problem.
    """
    finder = QuotationFinder(paged)
    entries = manifest.records
    problems: list[str] = []

    # Titles first: each record reaches to the title of the next, or to the heading before that.
    titles = _find_titles(finder, entries, problems)
    if problems:
        raise ManifestError(where, problems)
    sections = _find_sections(finder, entries, titles, problems)

    located = []
    for index, entry in enumerate(entries):
        end_line = len(paged.lines.printed)
        if index + 1 < len(entries):
            following = sections[index + 1] or titles[index + 1]
            end_line = following.first
        with _gathered(problems, index, entry):
            record = finder.record(entry, titles[index], sections[index], end_line)
            located.append(record)
    if problems:
        raise ManifestError(where, problems)
    return located


def _find_titles(
    finder: QuotationFinder, entries: Sequence[RecordEntry], problems: list[str]
) -> list[LocatedPassage]:
    titles: list[LocatedPassage] = []
    found_of: list[RecordEntry] = []
    for index, entry in enumerate(entries):
        with _gathered(problems, index, entry):
            title = finder.title(entry)
            titles.append(title)
            found_of.append(entry)
            if len(titles) > 1 and title.start <= titles[-2].start:
                before = f"that of {found_of[-2].id!r} at raw line {titles[-2].raw_line}"
                found = f"its title is at raw line {title.raw_line}, before {before}"
                if title.start == titles[-2].start:
                    found = f"its title at raw line {title.raw_line} is that of {found_of[-2].id!r}"
                expected = "expected the records in the order of the text"
                raise _MisplacedError("", found, expected)
    return titles


def _find_sections(
    finder: QuotationFinder,
    entries: Sequence[RecordEntry],
    titles: Sequence[LocatedPassage],
    problems: list[str],
) -> list[LocatedPassage | None]:
    """Find the heading before each record; None where it has none, or one before it has it."""
    sections: list[LocatedPassage | None] = []
    last_section = None
    last_title = None
    for index, (entry, title) in enumerate(zip(entries, titles, strict=True)):
        heading = None
        if entry.section and entry.section != last_section:
            with _gathered(problems, index, entry):
                heading = finder.section(entry.section, last_title, title)
        sections.append(heading)
        last_section = entry.section
        last_title = title
    return sections


@contextmanager
def _gathered(problems: list[str], index: int, entry: RecordEntry) -> Iterator[None]:
    """Add a quotation of a record that is not found to the problems."""
    try:
        yield
    except _MisplacedError as error:
        key = f".{error.key}" if error.key else ""
        problems.append(f"records[{index}]{key} ({entry.id}): {error.problem}")


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
            raise _MisplacedError("title", f"{looked}, which the text does not have", expected)
        titles = self.whole_lines(entry.title, page.start, page.end)
        if not titles:
            raise self._title_elsewhere(entry, page)
        times = len(titles)
        found = f"found {shorten(entry.title)} {count(times, 'time')} on page {entry.page}"
        wanted = entry.occurrence
        if wanted is None:
            if times > 1:
                lines = " and ".join(str(title.raw_line) for title in titles)
                raise _MisplacedError("title", f"{found}, at raw lines {lines}", "expected once")
            return titles[0]
        if times < wanted:
            expected = f"expected it {wanted} times or more, as its occurrence says"
            raise _MisplacedError("title", found, expected)
        return titles[wanted - 1]

    def _title_elsewhere(self, entry: RecordEntry, page: PageExtent) -> _MisplacedError:
        """Return an error on a title that is not on its page, with where it is."""
        elsewhere = self.whole_lines(entry.title, 0, len(self.lines.text))
        if not elsewhere:
            return self._absent("title", entry.title, page.start, page.end, page)
        number = self.paged.page_at(elsewhere[0].start).number
        looked = f"looked for {shorten(entry.title)} on page {entry.page}"
        found = f"it is on page {number}, at raw line {elsewhere[0].raw_line}"
        return _MisplacedError("title", looked, found)

    def section(
        self, section: str, before: LocatedPassage | None, title: LocatedPassage
    ) -> LocatedPassage:
        """Find a section's heading between two titles: the last, for its words may be in the text."""
        low = 0
        if before is not None:
            low = self._line_start(before.last + 1)
        headings = self.whole_lines(section, low, title.start)
        if not headings:
            raise self._absent("section", section, low, title.start)
        return headings[-1]

    def record(
        self,
        entry: RecordEntry,
        title: LocatedPassage,
        section: LocatedPassage | None,
        end_line: int,
    ) -> LocatedRecord:
        """Find the other passages of a record, before the line that is not its."""
        low, high = title.end, self._line_start(end_line)
        byline = note = source = citation = None
        if entry.byline:
            byline = self._byline(entry.byline, title, high)
            low = byline.end
        if entry.note:
            note = self._whole("note", self._quoted("note", entry.note, low, high))
        if entry.source:
            citation = self._quoted("source", entry.source, low, high)
            is_in_note = note and note.start <= citation.start and citation.end <= note.end
            if not is_in_note:
                source = self._whole("source", citation)
        if entry.until:
            end_line = self._first("until", entry.until, low, high).last + 1
            # What is quoted of the record is in it, even after its last words.
            for passage in (byline, note, source):
                if passage is not None:
                    end_line = max(end_line, passage.last + 1)
        return LocatedRecord(
            entry=entry,
            title=title,
            section=section,
            byline=byline,
            note=note,
            source=source,
            citation=citation,
            end_line=end_line,
        )

    def _byline(self, byline: str, title: LocatedPassage, high: int) -> LocatedPassage:
        """Find a byline: the next thing printed after the title, page headers aside."""
        following = title.last + 1
        while following < len(self.lines.printed) and not self.paged.is_set[following]:
            following += 1
        passages = self.whole_lines(byline, title.end, high)
        if passages and passages[0].first == following:
            return passages[0]
        found = "found the end of the text"
        if following < len(self.lines.printed):
            found = f"found {self.lines.printed[following].text!r}"
        raise _MisplacedError("byline", f"looked for {shorten(byline)} after the title", found)

    def _quoted(self, key: str, quote: Quote, low: int, high: int) -> LocatedPassage:
        """Find a quotation from its first words to its last."""
        passage = self._first(f"{key}.from", quote.first, low, high)
        if quote.last is not None:
            last = self._first(f"{key}.to", quote.last, passage.start, high)
            passage = self._passage(passage.start, last.end)
        if not (self.paged.is_set[passage.first] and self.paged.is_set[passage.last]):
            expected = "expected text of the record, and no header, footer or note of its page"
            found = f"found {self._excerpt(passage)}, at raw line {passage.raw_line}"
            raise _MisplacedError(key, found, expected)
        return passage

    def _first(self, key: str, words: str, low: int, high: int) -> LocatedPassage:
        passage = next(self._passages(words, low, high), None)
        if passage is None:
            raise self._absent(key, words, low, high)
        return passage

    def _whole(self, key: str, passage: LocatedPassage) -> LocatedPassage:
        if not self._is_whole(passage):
            found = f"{self._excerpt(passage)} at raw line {passage.raw_line}"
            found += " does not begin and end with a printed line"
            raise _MisplacedError(key, found, "expected whole lines")
        return passage

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
        first, last = self.lines.index_of(start), self.lines.index_of(end - 1)
        return LocatedPassage(start, end, first, last, self.lines.printed[first].number)

    def whole_lines(self, quotation: str, low: int, high: int) -> list[LocatedPassage]:
        """Return the occurrences that are whole lines, and in no page header or footer."""
        is_set = self.paged.is_set
        found = []
        for passage in self._passages(quotation, low, high):
            if self._is_whole(passage) and is_set[passage.first] and is_set[passage.last]:
                found.append(passage)
        return found

    def _is_whole(self, passage: LocatedPassage) -> bool:
        begins = self.lines.printed[passage.first].first == passage.start
        return begins and self.lines.printed[passage.last].last == passage.end

    def _line_start(self, line: int) -> int:
        if line < len(self.lines.printed):
            return self.lines.printed[line].start
        return len(self.lines.text)

    def _excerpt(self, passage: LocatedPassage) -> str:
        return repr(self.lines.text[passage.start : passage.end][:60])

    def _absent(
        self, key: str, quotation: str, low: int, high: int, page: PageExtent | None = None
    ) -> _MisplacedError:
        """Return an error on a quotation that is not there, with the line that comes nearest."""
        lines = self.lines.printed[self.lines.index_from(low) : self.lines.index_from(high)]
        place = "no printed line"
        if lines:
            place = f"raw lines {lines[0].number} to {lines[-1].number}"
        place = f"in {place}" if page is None else f"on page {page.number} ({place})"
        by_words: dict[str, Line] = {}
        for line in lines:
            by_words.setdefault(line.text[: len(quotation) + 20], line)
        hint = "nothing there comes near it"
        for words in difflib.get_close_matches(quotation, by_words, n=1, cutoff=_NEAR):
            near = by_words[words]
            hint = f"the nearest there is {near.text[:100]!r} at raw line {near.number}"
        return _MisplacedError(key, f"looked for {shorten(quotation)} {place}", hint)

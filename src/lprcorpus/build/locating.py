"""A manifest's quotations found in the text: where each title, byline, note and source is.

Quotations match character by character, white space aside, so that a title may run over lines. What
is found must begin and end with a printed line.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from lprcorpus.build.manifest import Manifest, Quote, RecordEntry
from lprcorpus.errors import ManifestError
from lprcorpus.messages import count
from lprcorpus.text.pages import Paged, PageExtent

__all__ = ["LocatedPassage", "LocatedRecord", "find_records"]


@dataclass(frozen=True)
class LocatedPassage:
    """A stretch of whole printed lines: its characters, and its first and last line."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True)
class LocatedRecord:
    """One record found in the text; its lines are counted among the printed ones.

    Attributes:
        section: the heading printed before it.
        source: a source line of its own.
        citation: the characters of what the issue says of its source, there or in the note.
    """

    entry: RecordEntry
    title: LocatedPassage
    section: LocatedPassage | None
    byline: LocatedPassage | None
    note: LocatedPassage | None
    source: LocatedPassage | None
    citation: tuple[int, int] | None
    first_line: int
    end_line: int


class _MisplacedError(Exception):
    """A quotation that is not where the manifest says: its key, and what was found."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(key, problem)
        self.key = key
        self.problem = problem


def find_records(paged: Paged, manifest: Manifest, where: str) -> list[LocatedRecord]:
    """Find every record of a manifest: all titles, then the section headings, then the rest.

    Raises:
        ManifestError: a quotation is not where it should be, is there twice, or the records are out
            of order; with every such problem.
    """
    finder = _QuotationFinder(paged)
    entries = manifest.records
    problems: list[str] = []

    # Titles first: each record reaches to the title of the next, or to the heading before that.
    titles = _find_titles(finder, entries, problems)
    if problems:
        raise ManifestError(where, problems)

    sections: list[LocatedPassage | None] = [None] * len(entries)
    for index, entry in enumerate(entries):
        with _gathered(problems, index, entry):
            sections[index] = finder.section(entries, titles, index)

    ends = [section or title for section, title in zip(sections, titles, strict=True)]
    end_lines = [passage.first for passage in ends[1:]] + [len(paged.lines)]
    located = []
    for index, entry in enumerate(entries):
        with _gathered(problems, index, entry):
            record = finder.record(entry, titles[index], sections[index], end_lines[index])
            located.append(record)
    if problems:
        raise ManifestError(where, problems)
    return located


def _find_titles(
    finder: _QuotationFinder, entries: Sequence[RecordEntry], problems: list[str]
) -> list[LocatedPassage]:
    titles: list[LocatedPassage] = []
    last_id = ""
    for index, entry in enumerate(entries):
        with _gathered(problems, index, entry):
            titles.append(finder.title(entry))
            before_id, last_id = last_id, entry.id
            if len(titles) > 1 and titles[-1].start <= titles[-2].start:
                line = finder.line_number(titles[-1].first)
                before = finder.line_number(titles[-2].first)
                found = f"its title is at raw line {line}, before that of {before_id!r}"
                expected = "expected the records in the order of the text"
                raise _MisplacedError("", f"{found} at raw line {before}; {expected}")
    return titles


@contextmanager
def _gathered(problems: list[str], index: int, entry: RecordEntry) -> Iterator[None]:
    """Add a quotation of a record that is not found to the problems."""
    try:
        yield
    except _MisplacedError as error:
        key = f".{error.key}" if error.key else ""
        problems.append(f"records[{index}]{key} ({entry.id}): {error.problem}")


class _QuotationFinder:
    """Looks up quotations in a text, white space aside."""

    def __init__(self, paged: Paged) -> None:
        self.paged = paged
        self.lines = paged.lines
        self._squeezed, self._offsets = self.lines.squeezed()

    def title(self, entry: RecordEntry) -> LocatedPassage:
        """Find a record's title on its page."""
        page = self.paged.page_numbered(entry.page)
        if page is None:
            found = f"looked for {entry.title!r} on page {entry.page}, which the text does not have"
            first, last = self.paged.pages[0].number, self.paged.pages[-1].number
            raise _MisplacedError("title", f"{found}; expected a page from {first} to {last}")
        titles = self._passages(entry.title, page.start, page.end)
        if not titles:
            raise _MisplacedError("title", self._title_missing(entry.title, page))
        if entry.occurrence is None and len(titles) == 1:
            return titles[0]
        if entry.occurrence is not None and entry.occurrence <= len(titles):
            return titles[entry.occurrence - 1]
        times = count(len(titles), "time")
        found = f"found {entry.title!r} {times} on page {entry.page}"
        if entry.occurrence is not None:
            expected = f"expected it {entry.occurrence} times or more, as its occurrence says"
            raise _MisplacedError("title", f"{found}; {expected}")
        lines = " and ".join(str(self.line_number(title.first)) for title in titles)
        raise _MisplacedError("title", f"{found}, at raw lines {lines}; expected once")

    def _title_missing(self, title: str, page: PageExtent) -> str:
        """Return a message on a title that is not on its page, with where it is."""
        elsewhere = self._passages(title, 0, len(self.lines.text))
        if not elsewhere:
            return self._absent(title, page.start, page.end, f"on page {page.number} ({{}})")
        number = self.paged.page_at(elsewhere[0].start).number
        line = self.line_number(elsewhere[0].first)
        looked = f"looked for {title!r} on page {page.number}"
        return f"{looked}; it is on page {number}, at raw line {line}"

    def section(
        self, entries: Sequence[RecordEntry], titles: Sequence[LocatedPassage], index: int
    ) -> LocatedPassage | None:
        """Find the heading before a record's title; None where the record before has the same."""
        section = entries[index].section
        if section is None or (index > 0 and entries[index - 1].section == section):
            return None
        low = self._line_start(titles[index - 1].last + 1) if index > 0 else 0
        high = titles[index].start
        headings = self._passages(section, low, high)
        if not headings:
            raise _MisplacedError("section", self._absent(section, low, high))
        # The last: it is right before the title, and its words may be in the text before.
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
            note = self._whole_lines("note", self._quoted("note", entry.note, low, high))
        if entry.source:
            citation = self._quoted("source", entry.source, low, high)
            if note is None or citation[0] < note.start or citation[1] > note.end:
                source = self._whole_lines("source", citation)
        if entry.until:
            _, until = self._words("until", entry.until, low, high)
            end_line = int(np.searchsorted(self.lines.first, until))
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
            first_line=title.first,
            end_line=end_line,
        )

    def _byline(self, byline: str, title: LocatedPassage, high: int) -> LocatedPassage:
        """Find a byline: the next thing printed after the title, page headers aside."""
        following = title.last + 1
        while following < len(self.lines) and not self.paged.is_set[following]:
            following += 1
        passages = self._passages(byline, title.end, high)
        if passages and passages[0].first == following:
            return passages[0]
        found = "the end of the text"
        if following < len(self.lines):
            found = repr(self.lines.printed(following))
        raise _MisplacedError("byline", f"looked for {byline!r} after the title; found {found}")

    def _quoted(self, key: str, quote: Quote, low: int, high: int) -> tuple[int, int]:
        """Find the characters of a quotation: from its first words to its last."""
        start, end = self._words(f"{key}.from", quote.first, low, high)
        if quote.last is not None:
            _, end = self._words(f"{key}.to", quote.last, start, high)
        first = bisect_right(self.lines.firsts, start) - 1
        last = bisect_right(self.lines.firsts, end - 1)
        if not self.paged.is_set[first:last].any():
            found = (
                f"found {self.lines.text[start:end][:60]!r}, at raw line {self.line_number(first)}"
            )
            expected = "expected text of the record, and no header, footer or note of its page"
            raise _MisplacedError(key, f"{found}; {expected}")
        return start, end

    def _words(self, key: str, words: str, low: int, high: int) -> tuple[int, int]:
        extent = next(self._extents(words, low, high), None)
        if extent is None:
            raise _MisplacedError(key, self._absent(words, low, high))
        return extent

    def _whole_lines(self, key: str, extent: tuple[int, int]) -> LocatedPassage:
        passage = self._aligned(extent)
        if passage is None:
            start, end = extent
            found = f"{self.lines.text[start:end][:60]!r} at raw line {self.lines.line_at(start)}"
            problem = "does not begin and end with a printed line; expected whole lines"
            raise _MisplacedError(key, f"{found} {problem}")
        return passage

    def _extents(self, quotation: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Yield the characters of each occurrence of a quotation between two offsets."""
        # Compared without white space, so that line ends and spaced letters do not matter.
        wanted = "".join(quotation.split())
        at, past = (int(place) for place in np.searchsorted(self._offsets, [low, high]))
        while (at := self._squeezed.find(wanted, at, past)) >= 0:
            end = at + len(wanted)
            yield int(self._offsets[at]), int(self._offsets[end - 1]) + 1
            at = end

    def _passages(self, quotation: str, low: int, high: int) -> list[LocatedPassage]:
        """Return the occurrences that are whole lines, and in no page header or footer."""
        is_set = self.paged.is_set
        passages = []
        for extent in self._extents(quotation, low, high):
            passage = self._aligned(extent)
            if passage and is_set[passage.first] and is_set[passage.last]:
                passages.append(passage)
        return passages

    def _aligned(self, extent: tuple[int, int]) -> LocatedPassage | None:
        """Return some characters as a passage; None where they are not whole printed lines."""
        start, end = extent
        first = bisect_left(self.lines.firsts, start)
        if first == len(self.lines) or self.lines.firsts[first] != start:
            return None
        last = bisect_left(self.lines.lasts, end)
        if self.lines.lasts[last] != end:
            return None
        return LocatedPassage(start, end, first, last)

    def _line_start(self, line: int) -> int:
        return int(self.lines.start[line]) if line < len(self.lines) else len(self.lines.text)

    def line_number(self, line: int) -> int:
        """Return the raw line of a printed line."""
        return int(self.lines.number[line])

    def _absent(self, quotation: str, low: int, high: int, place: str = "in {}") -> str:
        """Return a message on a quotation that is not there, with what comes nearest."""
        first, past = (int(line) for line in np.searchsorted(self.lines.first, [low, high]))
        lines = "no printed line"
        if first < past:
            lines = f"raw lines {self.line_number(first)} to {self.line_number(past - 1)}"
        looked = f"looked for {quotation!r} {place.format(lines)}"
        return f"{looked}; {self._nearest(quotation, first, past)}"

    def _nearest(self, quotation: str, low: int, high: int) -> str:
        """Return a message on the printed line that comes nearest to a quotation."""
        nearest, best = -1, 0.0
        for line in range(low, high):
            printed = self.lines.printed(line)[: len(quotation) + 20]
            matcher = difflib.SequenceMatcher(None, quotation, printed, autojunk=False)
            # The quick ratio is never lower than the ratio, which takes long.
            if matcher.real_quick_ratio() > best and matcher.ratio() > best:
                nearest, best = line, matcher.ratio()
        if nearest < 0:
            return "nothing there comes near it"
        printed = self.lines.printed(nearest)[:100]
        return f"the nearest there is {printed!r} at raw line {self.line_number(nearest)}"

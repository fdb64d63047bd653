"""A manifest's quotations found in the text: where each record's title, byline, note and source are.

Quotations match character by character, white space aside, so that a title may run over lines. What
is found must begin and end with a printed line.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from lprcorpus.build.manifest import Manifest, Quote, RecordEntry
from lprcorpus.errors import ManifestError
from lprcorpus.messages import count
from lprcorpus.text.lines import Lines
from lprcorpus.text.pages import Paged, PageExtent

__all__ = ["LocatedPassage", "LocatedRecord", "find_records"]

Found = TypeVar("Found")


@dataclass(frozen=True)
class LocatedPassage:
    """A stretch of whole printed lines: its characters, and its first and last line among the printed ones."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True)
class LocatedRecord:
    """One record found in the text; its lines are counted among the printed ones.

    ``section`` is the heading printed before it, ``source`` a source line of its own, ``citation``
    the characters of what the issue says of its source, in that line or in the note.
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
    """A quotation that is not where the manifest says: its key, its record, and what was looked for and found."""

    def __init__(self, key: str, entry: RecordEntry, problem: str) -> None:
        super().__init__(f"{key} ({entry.id}): {problem}")


def find_records(paged: Paged, manifest: Manifest, where: str) -> list[LocatedRecord]:
    """Find every record of a manifest in its text: all titles, then the section headings between them, then the rest.

    Raises:
        ManifestError: a quotation is not where it should be, is there twice, or the records are out
            of order; with every such problem.
    """
    finder = _QuotationFinder(paged)
    records = manifest.records
    problems: list[str] = []

    # Titles first: each record reaches to the title of the next, or to the heading before that.
    titles = _attempt(lambda index: finder.title(records[index]), records, problems)
    problems += _check_order(records, titles, paged.lines)
    if problems:
        raise ManifestError(where, problems)
    known_titles = [title for title in titles if title is not None]

    sections = _attempt(
        lambda index: finder.section(records, known_titles, index), records, problems
    )

    def rest_of(index: int) -> LocatedRecord:
        end_line = _next_line(index, sections, known_titles, len(paged.lines))
        return finder.record(records[index], known_titles[index], sections[index], end_line)

    located = _attempt(rest_of, records, problems)
    if problems:
        raise ManifestError(where, problems)
    return [record for record in located if record is not None]


def _attempt(
    find: Callable[[int], Found], records: Sequence[RecordEntry], problems: list[str]
) -> list[Found | None]:
    """Return what is found for each record, or None; what is not found is added to the problems."""
    found: list[Found | None] = []
    for index in range(len(records)):
        try:
            found.append(find(index))
        except _MisplacedError as error:
            found.append(None)
            problems.append(f"records[{index}].{error}")
    return found


def _next_line(
    index: int,
    sections: Sequence[LocatedPassage | None],
    titles: Sequence[LocatedPassage],
    line_count: int,
) -> int:
    if index + 1 == len(titles):
        return line_count
    heading = sections[index + 1]
    return heading.first if heading else titles[index + 1].first


def _check_order(
    records: Sequence[RecordEntry], titles: Sequence[LocatedPassage | None], lines: Lines
) -> Iterator[str]:
    """Yield a message for each record that is before the one listed above it."""
    last_start, last_id = -1, ""
    for index, (entry, title) in enumerate(zip(records, titles, strict=True)):
        if title is None:
            continue
        if title.start <= last_start:
            yield (
                f"records[{index}] ({entry.id}): its title is at raw line {lines.line_at(title.start)}, before that of"
                f" {last_id!r} at raw line {lines.line_at(last_start)}; expected the records in the order of the text"
            )
        last_start, last_id = title.start, entry.id


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
            numbers = f"{self.paged.pages[0].number} to {self.paged.pages[-1].number}"
            problem = (
                f"looked for {entry.title!r} on page {entry.page}, which the text does not have;"
            )
            raise _MisplacedError("title", entry, f"{problem} expected a page from {numbers}")
        found = self._set_passages(entry.title, page.start, page.end)
        if not found:
            raise _MisplacedError("title", entry, self._title_missing(entry.title, page))
        if entry.occurrence is None and len(found) == 1:
            return found[0]
        if entry.occurrence is not None and entry.occurrence <= len(found):
            return found[entry.occurrence - 1]
        raise _MisplacedError("title", entry, self._title_repeated(entry, found))

    def section(
        self, records: Sequence[RecordEntry], titles: Sequence[LocatedPassage], index: int
    ) -> LocatedPassage | None:
        """Find the section heading before a record's title; None where the record before is in the same section."""
        entry = records[index]
        if entry.section is None or (index and records[index - 1].section == entry.section):
            return None
        low = self._line_start(titles[index - 1].last + 1) if index else 0
        found = self._set_passages(entry.section, low, titles[index].start)
        if not found:
            raise _MisplacedError(
                "section", entry, self._absent(entry.section, low, titles[index].start)
            )
        # The last one: the heading is right before the title, and its words may be in the text
        # before.
        return found[-1]

    def record(
        self,
        entry: RecordEntry,
        title: LocatedPassage,
        section: LocatedPassage | None,
        end_line: int,
    ) -> LocatedRecord:
        """Find the other passages of a record, given its title, its section heading, and the line that follows it."""
        high = self._line_start(end_line)
        byline = note = source = citation = None
        low = title.end
        if entry.byline:
            byline = self._byline(entry.byline, entry, title, high)
            low = byline.end
        if entry.note:
            note = self._whole_lines(
                "note", entry, self._quoted("note", entry, entry.note, low, high)
            )
        if entry.source:
            citation = self._quoted("source", entry, entry.source, low, high)
            if note is None or not _is_within(citation, note):
                source = self._whole_lines("source", entry, citation)
        if entry.until:
            _, until = self._words("until", entry, entry.until, low, high)
            passages = [passage for passage in (byline, note, source) if passage is not None]
            # What the manifest quotes of the record is in it, even where that is after its last
            # words.
            end_line = int(np.searchsorted(self.lines.first, until))
            end_line = max([end_line, *(passage.last + 1 for passage in passages)])
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

    def _line_start(self, line: int) -> int:
        return int(self.lines.start[line]) if line < len(self.lines) else len(self.lines.text)

    def _byline(
        self, byline: str, entry: RecordEntry, title: LocatedPassage, high: int
    ) -> LocatedPassage:
        """Find a byline: it must be the next thing printed after the title, page headers aside."""
        following = title.last + 1
        while following < len(self.lines) and not self.paged.is_set[following]:
            following += 1
        found = next(self._passages(byline, title.end, high), None)
        if found is None or found.first != following:
            there = "the end of the text"
            if following < len(self.lines):
                there = repr(self.lines.printed(following))
            raise _MisplacedError(
                "byline", entry, f"looked for {byline!r} after the title; found {there}"
            )
        return found

    def _quoted(
        self, key: str, entry: RecordEntry, quote: Quote, low: int, high: int
    ) -> tuple[int, int]:
        """Find the characters of a quotation between two offsets: from its first words to its last."""
        start, end = self._words(f"{key}.from", entry, quote.first, low, high)
        if quote.last is not None:
            _, end = self._words(f"{key}.to", entry, quote.last, start, high)
        first = bisect_right(self.lines.firsts, start) - 1
        last = bisect_right(self.lines.firsts, end - 1)
        if not self.paged.is_set[first:last].any():
            found = f"{self.lines.text[start:end][:60]!r}, at raw line {self._line_number(first)}"
            expected = "text of the record, and no header, footer or note of its page"
            raise _MisplacedError(key, entry, f"found {found}; expected {expected}")
        return start, end

    def _words(
        self, key: str, entry: RecordEntry, words: str, low: int, high: int
    ) -> tuple[int, int]:
        found = next(self._extents(words, low, high), None)
        if found is None:
            raise _MisplacedError(key, entry, self._absent(words, low, high))
        return found

    def _whole_lines(self, key: str, entry: RecordEntry, extent: tuple[int, int]) -> LocatedPassage:
        passage = self._aligned(extent)
        if passage is None:
            quoted = self.lines.text[extent[0] : extent[1]][:60]
            problem = f"{quoted!r} at raw line {self.lines.line_at(extent[0])} does not begin and end with a printed line;"
            raise _MisplacedError(key, entry, f"{problem} expected whole lines")
        return passage

    def _extents(self, quotation: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Yield the characters of each occurrence of a quotation between two offsets, white space aside."""
        # Compared without white space, so that line ends and spaced letters do not matter.
        wanted = "".join(quotation.split())
        at, past = (int(place) for place in np.searchsorted(self._offsets, [low, high]))
        while (at := self._squeezed.find(wanted, at, past)) >= 0:
            end = at + len(wanted)
            yield int(self._offsets[at]), int(self._offsets[end - 1]) + 1
            at = end

    def _passages(self, quotation: str, low: int, high: int) -> Iterator[LocatedPassage]:
        """Yield each occurrence of a quotation that is made of whole printed lines."""
        for extent in self._extents(quotation, low, high):
            passage = self._aligned(extent)
            if passage is not None:
                yield passage

    def _set_passages(self, quotation: str, low: int, high: int) -> list[LocatedPassage]:
        """Return each occurrence of a quotation that is made of whole printed lines and is in no page header or footer."""
        is_set = self.paged.is_set
        return [
            found
            for found in self._passages(quotation, low, high)
            if is_set[found.first] and is_set[found.last]
        ]

    def _aligned(self, extent: tuple[int, int]) -> LocatedPassage | None:
        """Return some characters as a passage; None where they do not begin and end with a printed line."""
        start, end = extent
        first = bisect_left(self.lines.firsts, start)
        last = bisect_left(self.lines.lasts, end)
        if (
            first < len(self.lines)
            and self.lines.firsts[first] == start
            and self.lines.lasts[last] == end
        ):
            return LocatedPassage(start, end, first, last)
        return None

    def _title_missing(self, title: str, page: PageExtent) -> str:
        """Return a message on a title that is not on its page: where it is instead, or what comes nearest."""
        elsewhere = self._set_passages(title, 0, len(self.lines.text))
        if not elsewhere:
            return self._absent(title, page.start, page.end, f"on page {page.number} ({{}})")
        found = elsewhere[0]
        number = self.paged.page_at(found.start).number
        line = self._line_number(found.first)
        return f"looked for {title!r} on page {page.number}; it is on page {number}, at raw line {line}"

    def _title_repeated(self, entry: RecordEntry, found: Sequence[LocatedPassage]) -> str:
        """Return a message on a title that is on its page more often, or less often, than the manifest says."""
        message = f"found {entry.title!r} {count(len(found), 'time')} on page {entry.page}"
        if entry.occurrence is not None:
            return (
                f"{message}; expected it {entry.occurrence} times or more, as its occurrence says"
            )
        lines = " and ".join(str(self._line_number(passage.first)) for passage in found)
        return f"{message}, at raw lines {lines}; expected once"

    def _absent(self, quotation: str, low: int, high: int, place: str = "in {}") -> str:
        """Return a message on a quotation that is not between two offsets, with what comes nearest."""
        first, past = (int(line) for line in np.searchsorted(self.lines.first, [low, high]))
        lines = "no printed line"
        if first < past:
            lines = f"raw lines {self._line_number(first)} to {self._line_number(past - 1)}"
        return f"looked for {quotation!r} {place.format(lines)}; {self._nearest(quotation, first, past)}"

    def _line_number(self, line: int) -> int:
        return int(self.lines.number[line])

    def _nearest(self, quotation: str, low: int, high: int) -> str:
        """Name the printed line that comes nearest to a quotation."""
        nearest, best = None, 0.0
        for line in range(low, high):
            printed = self.lines.printed(line)[: len(quotation) + 20]
            matcher = difflib.SequenceMatcher(None, quotation, printed, autojunk=False)
            # The quick ratio is never lower than the ratio, which takes long.
            if matcher.real_quick_ratio() > best and matcher.ratio() > best:
                nearest, best = line, matcher.ratio()
        if nearest is None:
            return "nothing there comes near it"
        return f"the nearest there is {self.lines.printed(nearest)[:100]!r} at raw line {self._line_number(nearest)}"


def _is_within(extent: tuple[int, int], passage: LocatedPassage) -> bool:
    return passage.start <= extent[0] < extent[1] <= passage.end

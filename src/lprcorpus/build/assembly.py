"""One issue made into rows: its text and its manifest go in, the rows of every table come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lprcorpus.build.locating import LocatedRecord, find_records
from lprcorpus.build.manifest import Manifest
from lprcorpus.build.row_maker import RecordLines, RowMaker
from lprcorpus.build.spans import UnclaimedText, claimed_share, unclaimed_text
from lprcorpus.errors import ManifestError
from lprcorpus.messages import count
from lprcorpus.schema import IssueRows
from lprcorpus.text.blocks import stanzas
from lprcorpus.text.joining import Composer
from lprcorpus.text.lines import split_lines
from lprcorpus.text.pages import Paged, Pagination, find_pages
from lprcorpus.text.paragraphs import Setting, detect_setting, paragraph_ends
from lprcorpus.text.repairs import TextEdit, find_mojibake
from lprcorpus.text.running_headers import find_header
from lprcorpus.text.text_warnings import RecordExtent, record_warnings, text_warnings

__all__ = ["BuiltIssue", "assemble", "assemble_rows", "page_text"]


@dataclass(frozen=True)
class BuiltIssue:
    """One issue made into rows, and what was seen on the way.

    Attributes:
        rows: its rows in every table.
        setting: how its text was set.
        marks: the kinds of page mark found.
        claimed: the share of its text that is in records, page headers and blanks aside.
        unclaimed: the text that is in no record.
        warnings: what is doubtful, each with its raw line.
    """

    rows: IssueRows
    setting: Setting
    marks: tuple[str, ...]
    claimed: float
    unclaimed: tuple[UnclaimedText, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _AssembledRows:
    """The rows of one issue, and what they were made of."""

    rows: IssueRows
    setting: Setting
    located: Sequence[LocatedRecord]
    paged: Paged


def assemble(text: str, manifest: Manifest, where: str) -> BuiltIssue:
    """Make one issue's text and manifest into the rows of all tables.

    Args:
        text: the raw text.
        manifest: what a person says of it.
        where: the manifest's file, for messages.

    Raises:
        RawTextError: the text cannot be read as one.
        ManifestError: the manifest does not fit the text.
    """
    made = _assemble(text, manifest, where)
    rows, paged = made.rows, made.paged
    return BuiltIssue(
        rows=rows,
        setting=made.setting,
        marks=paged.marks,
        claimed=claimed_share(rows.spans),
        unclaimed=unclaimed_text(rows.spans, paged.lines),
        warnings=(*text_warnings(paged), *_record_warnings(rows, made.located, paged)),
    )


def assemble_rows(text: str, manifest: Manifest, where: str) -> IssueRows:
    """Make the rows alone, without looking for what is doubtful; as :func:`assemble`."""
    return _assemble(text, manifest, where).rows


def _assemble(text: str, manifest: Manifest, where: str) -> _AssembledRows:
    paged = page_text(text, manifest)
    _check_running_headers(text, manifest, where)
    setting = _text_setting(paged, manifest)
    located = find_records(paged, manifest, where)
    paragraphs = _split_paragraphs(paged, located, setting)
    _check_bodies(located, paragraphs, where)
    edits = [*_find_curated(paged, located, where), *find_mojibake(paged)]
    rows = _make_rows(manifest, located, paragraphs, Composer(paged, edits, setting.hyphens), paged)
    return _AssembledRows(rows=rows, setting=setting, located=located, paged=paged)


def _record_warnings(
    rows: IssueRows, located: Sequence[LocatedRecord], paged: Paged
) -> Iterator[str]:
    extents = []
    for record, place in zip(rows.records, located, strict=True):
        line = int(paged.lines.number[place.title.first])
        extents.append(RecordExtent(record.id.partition("/")[2], line, record.word_count))
    yield from record_warnings(extents, [], len(paged.pages))


def page_text(text: str, manifest: Manifest) -> Paged:
    """Find the pages of a text as its manifest describes them.

    Raises:
        RawTextError: the text is none, or its page numbers contradict each other.
    """
    stated = manifest.pagination
    headers = None if stated.running_heads is None else tuple(stated.running_heads)
    pagination = Pagination(
        first=stated.first,
        running_heads=headers,
        space_marks=stated.space_marks,
        running_feet=tuple(stated.running_feet),
        inline_marks=tuple(stated.inline_marks),
    )
    return find_pages(split_lines(text), pagination)


def _text_setting(paged: Paged, manifest: Manifest) -> Setting:
    stated = manifest.setting
    return detect_setting(paged, stated.face, stated.paragraphs, stated.hyphens)


def _check_running_headers(text: str, manifest: Manifest, where: str) -> None:
    """Refuse a running header or footer that is nowhere: a misquoted one would leave its pages without a mark."""
    pagination = manifest.pagination
    problems = []
    for key, stated in (
        ("running_heads", pagination.running_heads),
        ("running_feet", pagination.running_feet),
    ):
        for index, header in enumerate(stated or []):
            if next(find_header(text, header), None) is None:
                problem = f"{header!r} is nowhere on lines of its own; expected it as printed"
                problems.append(f"pagination.{key}[{index}]: {problem}")
    if problems:
        raise ManifestError(where, problems)


def _check_bodies(
    located: Sequence[LocatedRecord], paragraphs: Sequence[RecordLines], where: str
) -> None:
    for index, (record, lines) in enumerate(zip(located, paragraphs, strict=True)):
        if not lines.body:
            problem = "nothing is between its title and the next; expected a body"
            raise ManifestError(where, [f"records[{index}] ({record.entry.id}): {problem}"])


def _split_paragraphs(
    paged: Paged, located: Sequence[LocatedRecord], setting: Setting
) -> list[RecordLines]:
    """Return the lines of each record's note and of its body, in paragraphs.

    All are found in one pass over the text: that is much faster than a pass for each record. Each
    note and each body is a region of its own, so that no paragraph goes on from one into another.
    """
    regions = _line_regions(paged, located)
    # Sorted by region, for a note may be within its body, or after it.
    chosen = np.flatnonzero(regions >= 0)
    chosen = chosen[np.argsort(regions[chosen], kind="stable")]
    ends = np.flatnonzero(paragraph_ends(paged, chosen, regions[chosen], setting)) + 1

    found = [RecordLines() for _ in located]
    lines = chosen.tolist()
    start = 0
    for end in ends.tolist():
        index, is_body = divmod(int(regions[lines[start]]), 2)
        paragraphs = found[index].body if is_body else found[index].note
        paragraphs.append(lines[start:end])
        start = end
    for record, own in zip(located, found, strict=True):
        if record.entry.type == "poem":
            own.body = stanzas([line for paragraph in own.body for line in paragraph], paged)
    return found


def _line_regions(
    paged: Paged, located: Sequence[LocatedRecord]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the region of each printed line: twice its record's index for a note, and one more for a body; else -1."""
    regions = np.full(len(paged.lines), -1, dtype=np.int64)
    for index, record in enumerate(located):
        # The whole record is its body, but for the passages that are located in it.
        regions[record.first_line : record.end_line] = 2 * index + 1
        for passage in (record.title, record.byline, record.source):
            if passage is not None:
                regions[passage.first : passage.last + 1] = -1
        if record.note is not None:
            regions[record.note.first : record.note.last + 1] = 2 * index
    # Page headers and footers are between the lines of a paragraph, and not of it.
    regions[~paged.is_set] = -1
    return regions


def _find_curated(paged: Paged, located: Sequence[LocatedRecord], where: str) -> list[TextEdit]:
    """Return the edits that a manifest asks for, found in the text.

    Raises:
        ManifestError: what an edit looks for is not exactly once on its page within the record.
    """
    found, problems = [], []
    text = paged.lines.text
    for index, record in enumerate(located):
        record_end = int(paged.lines.end[record.end_line - 1])
        for place, edit in enumerate(record.entry.edits):
            page = paged.page_numbered(edit.page)
            low = max(record.title.start, page.start) if page else 0
            high = min(record_end, page.end) if page else 0
            times = text.count(edit.find, low, high) if low < high else 0
            start = text.find(edit.find, low, high)
            end = start + len(edit.find)
            if times == 1 and paged.sets(start) and paged.sets(end - 1):
                found.append(TextEdit(start, end, edit.find, edit.replace, "curated", edit.reason))
                continue
            problem = f"found {edit.find!r} {count(times, 'time')} in the record on page {edit.page}; expected it once"
            if times == 1:
                # A header, footer or footnote of the page is in no record: nothing would be edited.
                line = paged.lines.line_at(start)
                where_it_is = (
                    f"raw line {line}: {edit.find!r} is in a page header, footer or footnote"
                )
                problem = f"{where_it_is}; expected it in the record's text"
            problems.append(f"records[{index}].edits[{place}].find ({record.entry.id}): {problem}")
    if problems:
        raise ManifestError(where, problems)
    return found


def _make_rows(
    manifest: Manifest,
    located: Sequence[LocatedRecord],
    paragraphs: Sequence[RecordLines],
    composer: Composer,
    paged: Paged,
) -> IssueRows:
    maker = RowMaker(manifest, paged, composer)
    for record, lines in zip(located, paragraphs, strict=True):
        maker.add_record(record, lines)
    return maker.issue_rows()

"""A draft of an issue's manifest, made from nothing but its text: pages, items and their parts.

What is not sure is marked, for a person to check.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lprcorpus.build.locating import find_records
from lprcorpus.build.manifest import IssueEntry, Manifest, PaginationEntry
from lprcorpus.draft.contents_list import Contents, find_contents
from lprcorpus.draft.item_reader import DraftedRecord, ItemReader, slug
from lprcorpus.draft.item_starts import choose_starts
from lprcorpus.draft.masthead import read_masthead
from lprcorpus.draft.set_lines import SetText, read_lines
from lprcorpus.draft.title_blocks import NO_BYLINE, TitleBlock, find_title_blocks, title_block
from lprcorpus.errors import ManifestError, RawTextError
from lprcorpus.layout_file import Layout, small_lines
from lprcorpus.messages import count
from lprcorpus.text.lines import split_lines
from lprcorpus.text.page_marks import Pagination
from lprcorpus.text.pages import Paged, find_pages
from lprcorpus.text.text_warnings import RecordExtent, html_line, record_warnings, text_warnings

_ISSUE_WORDS = 20  # of a file's name, in an issue's id
_MOST_REMARKS = 50  # of a kind
_CHECKS = 5  # rounds in which what a build would not find is taken out
_OTHER_LINE_ENDS = re.compile("[\v\x1c-\x1e\x85\u2028\u2029]")  # which are not read as such
_FEWEST_LINES = 3
_PROBLEM = re.compile(r"records\[(\d+)\]")


@dataclass(frozen=True)
class Draft:
    """A whole draft."""

    manifest: Manifest  # what is proposed; a build accepts it as it is
    paged: Paged
    records: tuple[DraftedRecord, ...]
    remarks: tuple[str, ...]  # what a person should know of the whole
    warnings: tuple[str, ...]  # what is doubtful, each with its raw line


def draft(
    text: str,
    name: str,
    progress: Callable[[int, int], None] = lambda *_: None,
    layout: Layout | None = None,
) -> Draft:
    """Draft the manifest of an issue from its text.

    Args:
        text: the raw text.
        name: the name of its file.
        progress: is told how many of how many stages are done.
        layout: how the lines are set in the PDF that the text is from, where it is from one.

    Raises:
        RawTextError: the text is none, is HTML, or has too few lines to hold an item.
    """
    set_text = _read_text(text, name, layout)
    paged = set_text.paged
    progress(1, 4)
    blocks = find_title_blocks(set_text)
    contents = find_contents(set_text, blocks)
    progress(2, 4)
    chosen = choose_starts(set_text, blocks, contents)
    starts = chosen or [_whole_text(set_text)]
    issue_id = slug(Path(name).stem, _ISSUE_WORDS) or "issue"
    sha256 = hashlib.sha256(text.encode("utf-8")).hexdigest()
    issue = read_masthead(set_text, starts, issue_id, sha256)
    records = list(ItemReader(set_text, starts, issue.language).records())
    progress(3, 4)
    manifest, records = _findable(_manifest(issue, paged, layout), paged, records, name)
    remarks = list(_contents_remarks(set_text, contents, chosen))
    if issue_id != Path(name).stem:
        remarks.append(
            f"CHECK: the name {Path(name).name!r} makes no id; call the text {issue_id}.txt and"
            f" this manifest {issue_id}.toml."
        )
    if not chosen:
        remarks.append(
            "CHECK: nothing in the text looks like the beginning of an item;"
            " all of it is drafted as one."
        )
    warnings = [*text_warnings(paged), *_record_warnings(set_text, records)]
    progress(4, 4)
    return Draft(manifest, paged, tuple(records), tuple(remarks), tuple(warnings))


def _read_text(text: str, name: str, layout: Layout | None) -> SetText:
    split = split_lines(text)
    tagged = html_line(split)
    if tagged is not None:
        raise RawTextError(
            name, f"raw line {tagged}: this is HTML or XML; expected plain text, without tags"
        )
    rows = layout.lines if layout is not None else []
    set_text = read_lines(find_pages(split, Pagination(), small_lines(rows)), rows)
    if len(set_text.lines) < 2:
        expected = "expected a title and a text under it"
        for sign, times in Counter(_OTHER_LINE_ENDS.findall(text)).most_common(1):
            if times >= _FEWEST_LINES:
                expected = f"its lines seem to end in U+{ord(sign):04X}; expected newlines"
        printed = count(len(set_text.paged.text_lines), "printed line")
        raise RawTextError(name, f"contains {printed}; {expected}")
    return set_text


def _whole_text(text: SetText) -> TitleBlock:
    """Return the first words of a text as the title of all of it."""
    return replace(title_block(text, range(1)), shaped=False, byline=NO_BYLINE)


def _contents_remarks(
    text: SetText, contents: Contents, starts: Sequence[TitleBlock]
) -> Iterator[str]:
    """Yield how the contents list and the body agree."""
    if not contents.entries:
        yield "The text has no contents list that could be read."
        return
    entries = len(contents.entries) + len(contents.unmatched)
    unlisted = [start for start in starts if start.entry is None]
    found = len(starts) - len(unlisted)
    line = text.lines[contents.start].number
    yield f"Contents list at raw line {line}: {entries} entries, {found} of them found in the body."
    for entry in contents.unmatched[:_MOST_REMARKS]:
        title = entry.title[:100]
        yield f"CHECK: listed in the contents, not found in the body: {title}, page {entry.page}"
    for start in unlisted[:_MOST_REMARKS]:
        yield f"Not in the contents list: {start.text[:100]} (raw line {start.line.number})"


def _manifest(issue: IssueEntry, paged: Paged, layout: Layout | None) -> Manifest:
    """Return the manifest without its records."""
    stated = paged.pagination
    pagination = PaginationEntry(
        first=paged.pages[0].number,
        running_heads=list(stated.running_heads or ()),
        running_feet=list(stated.running_feet),
        inline_marks=list(stated.inline_marks),
        space_marks="space marks" in " ".join(paged.marks),
    )
    extraction = layout.extraction if layout is not None else None
    return Manifest.model_construct(issue=issue, extraction=extraction, pagination=pagination)


def _findable(
    manifest: Manifest, paged: Paged, records: list[DraftedRecord], name: str
) -> tuple[Manifest, list[DraftedRecord]]:
    """Return the manifest with its records, without what a build would not find in the text."""
    for _ in range(_CHECKS):
        entries = [record.entry for record in records]
        manifest = manifest.model_copy(update={"records": entries})
        try:
            find_records(paged, manifest, name)
        except ManifestError as error:
            unfound = {int(index) for index in _PROBLEM.findall("\n".join(error.problems))}
        else:
            return manifest, records
        for index in sorted(unfound, reverse=True):
            bare = records[index].without_quotations()
            if bare.entry == records[index].entry and len(records) > 1:
                del records[index]
            else:
                records[index] = bare
    raise RawTextError(
        name, "no item could be drafted that a build finds again; write the manifest by hand"
    )


def _record_warnings(text: SetText, records: Sequence[DraftedRecord]) -> Iterator[str]:
    extents = [RecordExtent(record.entry.id, record.line, record.words) for record in records]
    before = [line for line in text.lines if line.number < records[0].line]
    unclaimed = []
    if before:
        size = sum(len(line.text) for line in before)
        unclaimed.append(RecordExtent(before[0].text[:60], before[0].number, size))
    yield from record_warnings(extents, unclaimed, len(text.paged.pages))

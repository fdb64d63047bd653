"""A draft of an issue's manifest, made from nothing but its text: pages, items and their parts.

The stages, in order: find the pages; look at the lines; find the places where an item may begin;
read the contents list, where there is one; choose where items begin; read the parts of each; read
the masthead; make sure that a build finds all of it again. What is not sure is marked, for a
person to check.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lprcorpus.build.locating import find_records
from lprcorpus.build.manifest import ExtractionEntry, IssueEntry, Manifest, PaginationEntry
from lprcorpus.draft.contents_list import Contents, find_contents
from lprcorpus.draft.item_reader import DraftedRecord, ItemReader, slug
from lprcorpus.draft.item_starts import ItemStart, choose_starts
from lprcorpus.draft.masthead import Masthead, read_masthead
from lprcorpus.draft.set_lines import SetText, read_lines
from lprcorpus.draft.title_blocks import Style, TitleBlock, find_title_blocks
from lprcorpus.draft.wording import case_of
from lprcorpus.errors import ManifestError, RawTextError
from lprcorpus.layout_file import Extraction, LayoutLine, small_lines
from lprcorpus.messages import count
from lprcorpus.text.lines import split_lines
from lprcorpus.text.page_marks import Pagination
from lprcorpus.text.pages import Paged, find_pages
from lprcorpus.text.text_warnings import (
    RecordExtent,
    html_line,
    record_warnings,
    text_warnings,
)

Progress = Callable[[int, int], None]
_RIGHTS = "Rights not yet known; this corpus grants none."
_ISSUE_WORDS = 20  # of a file's name, in an issue's id
_MOST_REMARKS = 50  # of a kind
_CHECKS = 5  # rounds in which what a build would not find is taken out
_PROBLEM = re.compile(r"records\[(\d+)\]")


@dataclass(frozen=True)
class Layout:
    """What the layout file beside a text says: how its lines are set, and which PDF they are from."""

    lines: Sequence[LayoutLine]
    extraction: Extraction


@dataclass(frozen=True)
class Draft:
    """A whole draft."""

    manifest: Manifest  # what is proposed; a build accepts it as it is
    masthead: Masthead  # what the text says of its issue
    paged: Paged
    records: tuple[DraftedRecord, ...]
    remarks: tuple[str, ...]  # what a person should know of the whole
    warnings: tuple[str, ...]  # what is doubtful, each with its raw line


def draft(
    text: str, name: str, progress: Progress | None = None, layout: Layout | None = None
) -> Draft:
    """Draft the manifest of an issue from its text.

    Args:
        text: the raw text.
        name: the name of its file.
        progress: is told how many of how many characters are done, from stage to stage.
        layout: how the lines are set in the PDF that the text is from, where it is from one.

    Raises:
        RawTextError: the text is none, is HTML, or has too few lines to hold an item.
    """
    report = progress or _report_nothing
    size = len(text)
    set_text = _read_text(text, name, layout.lines if layout else ())
    report(size // 4, size)
    blocks = find_title_blocks(set_text)
    contents = find_contents(set_text, blocks)
    report(size // 2, size)
    starts = choose_starts(set_text, blocks, contents)
    remarks = list(_remarks(set_text, contents, starts))
    if not starts:
        starts = [_whole_text(set_text)]
        remarks.append(
            "CHECK: nothing in the text looks like the beginning of an item;"
            " all of it is drafted as one."
        )
    masthead = read_masthead(set_text, starts[0].block.place)
    records = list(ItemReader(set_text, starts).records())
    report(3 * size // 4, size)
    paged = set_text.paged
    manifest = _manifest(text, name, masthead, paged, layout.extraction if layout else None)
    manifest, records = _checked(manifest, paged, records, name)
    issue_id = manifest.issue.id
    if issue_id != Path(name).stem:
        remarks.append(
            f"CHECK: the name {Path(name).name!r} makes no id; call the text {issue_id}.txt and"
            f" this manifest {issue_id}.toml."
        )
    warnings = [*text_warnings(paged), *_record_warnings(set_text, records)]
    report(size, size)
    return Draft(manifest, masthead, paged, tuple(records), tuple(remarks), tuple(warnings))


def _report_nothing(done: int, total: int) -> None:
    """Report no progress."""


def _read_text(text: str, name: str, layout: Sequence[LayoutLine]) -> SetText:
    split = split_lines(text)
    tagged = html_line(split)
    if tagged is not None:
        raise RawTextError(
            name, f"raw line {tagged}: this is HTML; expected plain text, without tags"
        )
    set_text = read_lines(find_pages(split, Pagination(), small_lines(layout)), layout)
    if sum(not line.is_rule for line in set_text.lines) < 2:
        printed = count(len(set_text.lines), "printed line")
        raise RawTextError(name, f"contains {printed}; expected a title and a text under it")
    return set_text


def _whole_text(text: SetText) -> ItemStart:
    """Return a start at the first words, for a text in which nothing looks like one."""
    place = next(place for place, line in enumerate(text.lines) if not line.is_rule)
    line = text.lines[place]
    block = TitleBlock(
        place=place,
        end=place + 1,
        body=place + 1,
        text=line.text,
        case=case_of(line.text),
        line=line,
        style=Style(),
    )
    return ItemStart(block, None, None, 0.1)


def _remarks(
    text: SetText, contents: Contents | None, starts: Sequence[ItemStart]
) -> Iterator[str]:
    """Yield how the contents list and the body agree."""
    if contents is None:
        yield "The text has no contents list that could be read."
        return
    entries = len(contents.entries) + len(contents.unmatched)
    found = sum(start.entry is not None for start in starts)
    line = text.lines[contents.start].number
    yield f"Contents list at raw line {line}: {entries} entries, {found} of them found in the body."
    for entry in contents.unmatched[:_MOST_REMARKS]:
        title = entry.title[:100]
        yield f"CHECK: listed in the contents, not found in the body: {title}, page {entry.page}"
    for start in starts[:_MOST_REMARKS]:
        if start.entry is None:
            line = text.lines[start.block.place].number
            yield f"Not in the contents list: {start.block.text[:100]} (raw line {line})"


def _manifest(
    text: str, name: str, masthead: Masthead, paged: Paged, extraction: Extraction | None
) -> Manifest:
    """Return the manifest without its records."""
    issue = IssueEntry(
        id=slug(Path(name).stem, _ISSUE_WORDS) or "issue",
        periodical=masthead.periodical or "Untitled",
        volume=masthead.volume,
        number=masthead.number,
        year=masthead.year,
        complete=False,
        language=masthead.language or "und",
        rights=_RIGHTS,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
    )
    stated = paged.pagination
    pagination = PaginationEntry(
        first=paged.pages[0].number,
        running_heads=list(stated.running_heads or ()),
        running_feet=list(stated.running_feet),
        inline_marks=list(stated.inline_marks),
        space_marks="space marks" in " ".join(paged.marks),
    )
    source = ExtractionEntry(**asdict(extraction)) if extraction else None
    return Manifest.model_construct(issue=issue, extraction=source, pagination=pagination)


def _checked(
    manifest: Manifest, paged: Paged, records: list[DraftedRecord], name: str
) -> tuple[Manifest, list[DraftedRecord]]:
    """Return the manifest with its records, without what a build would not find again in the text."""
    for _ in range(_CHECKS):
        entries = [record.entry for record in records]
        manifest = manifest.model_copy(update={"records": entries})
        try:
            find_records(paged, manifest, name)
        except ManifestError as error:
            named = {int(match[1]) for match in map(_PROBLEM.search, error.problems) if match}
            kept = []
            for index, record in enumerate(records):
                bare = record.without_quotations()
                if index not in named:
                    kept.append(record)
                elif bare.entry != record.entry or len(records) == 1:
                    kept.append(bare)
            records = kept
        else:
            return manifest, records
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

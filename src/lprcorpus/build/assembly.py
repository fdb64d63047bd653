"""One issue made into rows: its text and its manifest go in, the rows of every table come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from lprcorpus.build.locating import LocatedRecord, find_records
from lprcorpus.build.manifest import Manifest
from lprcorpus.build.row_maker import RowMaker
from lprcorpus.errors import ManifestError
from lprcorpus.layout_file import LayoutLine, indented_lines, small_lines
from lprcorpus.messages import shorten
from lprcorpus.schema import IssueRows
from lprcorpus.text.blocks import split_rows, stanzas
from lprcorpus.text.joining import Composer
from lprcorpus.text.lines import LineRun, Lines, split_lines
from lprcorpus.text.page_marks import Pagination
from lprcorpus.text.pages import Paged, find_pages
from lprcorpus.text.paragraphs import Setting, detect_setting, split_paragraphs
from lprcorpus.text.repairs import find_mojibake
from lprcorpus.text.running_headers import find_header


@dataclass(frozen=True)
class BuiltIssue:
    """The rows of one issue, and what they were made of."""

    rows: IssueRows
    manifest: Manifest
    paged: Paged
    setting: Setting
    located: Sequence[LocatedRecord]


def assemble(
    text: str, manifest: Manifest, where: str, layout: Sequence[LayoutLine] = ()
) -> BuiltIssue:
    """Make one issue's text and manifest into the rows of all tables.

    ``where`` is the manifest's file, for messages; a text from a PDF has a layout.

    Raises:
        RawTextError: the text cannot be read as one.
        ManifestError: the manifest does not fit the text.
    """
    # What the text is, by itself: its pages, and how it was set.
    paged = page_text(text, manifest, layout)
    _check_running_headers(paged.lines, manifest, where)
    stated = manifest.setting
    setting = detect_setting(paged, stated.face, stated.paragraphs)
    # Where the manifest's records are in it, and which lines each is made of.
    located = find_records(paged, manifest, where)
    split = _split_paragraphs(paged, located, setting, indented_lines(layout))
    # What is to be changed, and then the rows.
    edits = []
    for record in located:
        edits += record.edits
    edits += find_mojibake(paged)
    maker = RowMaker(manifest, paged, Composer(paged, edits, stated.hyphens))
    for index, (record, (note, body)) in enumerate(zip(located, split, strict=True)):
        if not body:
            problem = "nothing is between its title and the next; expected a body"
            raise ManifestError(where, [f"records[{index}] ({record.entry.id}): {problem}"])
        maker.add_record(record, note, body)
    return BuiltIssue(maker.rows(), manifest, paged, setting, located)


def page_text(text: str, manifest: Manifest, layout: Sequence[LayoutLine] = ()) -> Paged:
    """Find the pages of a text as its manifest, and its layout if there is one, describe them."""
    stated = manifest.pagination
    headers = stated.running_heads
    pagination = Pagination(
        first=stated.first,
        running_heads=None if headers is None else tuple(headers),
        space_marks=stated.space_marks,
        running_feet=tuple(stated.running_feet),
        inline_marks=tuple(stated.inline_marks),
    )
    return find_pages(split_lines(text), pagination, small_lines(layout))


def _check_running_headers(lines: Lines, manifest: Manifest, where: str) -> None:
    """Refuse a misquoted header or footer, which would leave its pages without a mark."""
    problems = []
    for key in ("running_heads", "running_feet"):
        stated = getattr(manifest.pagination, key) or []
        for index, header in enumerate(stated):
            if next(find_header(lines, header), None) is None:
                found = f"{shorten(header)} is nowhere on lines of its own"
                problems.append(f"pagination.{key}[{index}]: {found}; expected it as printed")
    if problems:
        raise ManifestError(where, problems)


def _split_paragraphs(
    paged: Paged,
    located: Sequence[LocatedRecord],
    setting: Setting,
    indented: frozenset[int],
) -> list[tuple[list[LineRun], list[LineRun]]]:
    """Return the lines of each record's note and of its body, in paragraphs."""
    passages = []
    for record in located:
        note: Sequence[int] = record.note.lines if record.note else ()
        # The whole record is its body, but for the passages that are located in it.
        other = {*note}
        for passage in (record.title, record.byline, record.source):
            if passage is not None:
                other.update(passage.lines)
        body = [index for index in range(record.title.first, record.end_line) if index not in other]
        passages += [paged.text_at(note), paged.text_at(body)]
    # All in one call, which is much faster than one for each record.
    paragraphs = split_paragraphs(paged, passages, setting, indented)
    notes, bodies = paragraphs[::2], paragraphs[1::2]
    for index, record in enumerate(located):
        if record.entry.type == "poem":
            bodies[index] = stanzas(passages[2 * index + 1], paged)
        else:
            bodies[index] = list(chain.from_iterable(map(split_rows, bodies[index])))
    return list(zip(notes, bodies, strict=True))

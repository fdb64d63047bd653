"""Blocks and a manifest made into the rows of one issue: records, contributors, blocks, spans and edits.

Every character of the raw text gets its role here, and with it its page and its record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lprcorpus.anchors import Anchored, Passage, find_records
from lprcorpus.blocks import Paragraph, classify, stanzas
from lprcorpus.compose import Composer, Composition, Correction, find_mojibake
from lprcorpus.errors import ManifestError
from lprcorpus.layout import Setting, detect_setting, paragraph_ends
from lprcorpus.lines import split_lines
from lprcorpus.manifest import Manifest, RecordEntry
from lprcorpus.pages import Paged, Pagination, find_pages
from lprcorpus.schema import TABLES

__all__ = ["IssueRows", "Rows", "Stretch", "assemble", "page_text"]

Rows = dict[str, dict[str, list[Any]]]
"""The rows of the tables, column by column: ``rows["records"]["title"]``."""

_BULLETED = frozenset({"list_item", "question"})
_PARTS = ("section", "title", "byline", "note", "source")


@dataclass(frozen=True)
class Stretch:
    """Text that is in no record: its raw line, its length in characters, and its first words."""

    line: int
    characters: int
    opening: str


@dataclass(frozen=True)
class IssueRows:
    """One issue made into rows, and what was seen on the way.

    Attributes:
        id: the issue's id.
        rows: its rows in every table.
        setting: how its text was set.
        marks: the kinds of page mark found.
        claimed: the share of its printed characters, furniture aside, that are in records.
        unclaimed: what is not.
    """

    id: str
    rows: Rows
    setting: Setting
    marks: tuple[str, ...]
    claimed: float
    unclaimed: tuple[Stretch, ...]


@dataclass
class _Draft:
    """The rows of an issue while they are collected: tuples in the order of the columns."""

    issue_id: str
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in TABLES})
    extents: list[tuple[int, int, str, str | None, int | None]] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)

    def place(self, composition: Composition, role: str, record: str | None, block: int | None = None) -> None:
        """Give the characters of a passage their role."""
        self.extents += [(start, end, role, record, block) for start, end in composition.spans]
        self.corrections += composition.corrections


def page_text(text: str, manifest: Manifest) -> Paged:
    """Find the pages of a text as its manifest describes them.

    Raises:
        RawTextError: the text is none, or its page numbers contradict each other.
    """
    entry = manifest.pagination
    heads = None if entry.running_heads is None else tuple(entry.running_heads)
    return find_pages(split_lines(text), Pagination(entry.first, heads, entry.space_marks))


def assemble(text: str, manifest: Manifest, where: str) -> IssueRows:
    """Make one issue's text and manifest into the rows of all tables.

    Args:
        text: the raw text.
        manifest: what a person says of it.
        where: the manifest's file, for messages.

    Raises:
        RawTextError: the text cannot be read as one.
        ManifestError: the manifest does not fit the text.
    """
    paged = page_text(text, manifest)
    setting = detect_setting(paged, manifest.setting.face, manifest.setting.paragraphs)
    anchored = find_records(paged, manifest, where)
    composer = Composer(paged, [*_curated(paged, anchored, where), *find_mojibake(text)])
    draft = _Draft(manifest.issue.id)
    bodies = _bodies(paged, anchored, setting)
    for position, (record, body) in enumerate(zip(anchored, bodies, strict=True), start=1):
        if not body:
            message = (
                f"records[{position - 1}] ({record.entry.id}): nothing stands between its title and the next; expected a body"
            )
            raise ManifestError(where, [message])
        _add_record(draft, manifest, record, body, position, paged, composer, setting)
    _add_issue(draft, manifest, paged)
    claimed, unclaimed = _add_spans(draft, paged)
    issue = draft.issue_id
    draft.rows["edits"] = [
        (issue, change.start, change.end, change.before, change.after, change.rule, change.reason)
        for change in sorted(draft.corrections, key=lambda change: change.start)
    ]
    return IssueRows(issue, _columnar(draft.rows), setting, paged.marks, claimed, unclaimed)


def _columnar(rows: dict[str, list[tuple[Any, ...]]]) -> Rows:
    return {
        name: {
            column.name: list(values)
            for column, values in zip(table.columns, zip(*rows[name], strict=True) if rows[name] else [()] * 99, strict=False)
        }
        for name, table in TABLES.items()
    }


def _add_issue(draft: _Draft, manifest: Manifest, paged: Paged) -> None:
    entry, pages, text = manifest.issue, paged.pages, paged.lines.text
    path = f"raw/{entry.text or f'{entry.id}.txt'}"
    draft.rows["issues"].append(
        (entry.id, entry.periodical, entry.volume, entry.number, entry.year, pages[0].number, pages[-1].number)
        + (entry.complete, path, entry.sha256, len(text))
    )
    draft.rows["pages"] = [(entry.id, page.number, page.printed, page.start, page.end) for page in pages]


def _bodies(paged: Paged, anchored: Sequence[Anchored], setting: Setting) -> list[list[Paragraph]]:
    """Return each record's body as classified paragraphs (or stanzas)."""
    region = np.full(len(paged.lines), -1, dtype=np.int64)
    for index, record in enumerate(anchored):
        region[record.lines[0] : record.lines[1]] = index
        for part in (record.title, record.byline, record.note, record.source):
            if part is not None:
                region[part.first : part.last + 1] = -1
    region[~paged.is_set] = -1
    chosen = np.flatnonzero(region >= 0)
    region = region[chosen]
    ends = paragraph_ends(paged, chosen, region, setting)
    found: list[list[Paragraph]] = []
    places = np.searchsorted(region, np.arange(len(anchored) + 1)).tolist()
    for record, low, high in zip(anchored, places, places[1:], strict=False):
        own = chosen[low:high].tolist()
        if record.entry.type == "poem":
            paragraphs = stanzas(own, paged)
        else:
            cuts = (np.flatnonzero(ends[low:high]) + 1).tolist()
            paragraphs = [Paragraph(own[start:stop]) for start, stop in zip([0, *cuts], cuts, strict=False)]
        found.append(classify(record.entry.type, paragraphs, paged))
    return found


def _add_record(
    draft: _Draft,
    manifest: Manifest,
    record: Anchored,
    body: Sequence[Paragraph],
    position: int,
    paged: Paged,
    composer: Composer,
    setting: Setting,
) -> None:
    """Add the rows of one record, and place its parts."""
    entry, issue = record.entry, manifest.issue
    record_id = f"{issue.id}/{entry.id}"
    texts = {part: _place_part(draft, record, part, record_id, paged, composer, setting) for part in _PARTS}
    text, last_page = _add_blocks(draft, record_id, body, paged, composer)
    if record.source:
        last_page = max(last_page, paged.page_at(record.source.end - 1).number)
    citation = texts["source"]
    if record.citation and not record.source:  # the headnote says where the text is from
        citation = _squeeze(composer.raw[record.citation[0] : record.citation[1]], composer.final_spaces)
    source = entry.source
    draft.rows["records"].append(
        (record_id, issue.id, position, texts["title"], entry.author, entry.type, entry.section, texts["note"], citation)
        + ((source.title, source.container, source.publisher) if source else (None, None, None))
        + ((source.place, source.date, source.url) if source else (None, None, None))
        + (text, paged.page_at(record.title.start).number, last_page)
        + (entry.language or issue.language, entry.rights or issue.rights)
        + (len(text.split()), hashlib.sha256(text.encode()).hexdigest())
    )
    draft.rows["contributors"] += [
        (record_id, place, person.name, person.family, person.given, person.role)
        for place, person in enumerate(entry.contributors, start=1)
    ]


def _squeeze(raw: str, final_spaces: bool) -> str:
    """Return a quotation from running text as one line."""
    return " ".join((raw.replace("\n", "") if final_spaces else raw).split())


def _place_part(
    draft: _Draft, record: Anchored, part: str, record_id: str, paged: Paged, composer: Composer, setting: Setting
) -> str | None:
    """Compose a part of a record other than its body, give it its role, and return its text."""
    passage: Passage | None = getattr(record, part)
    if passage is None:
        return None
    chosen = [index for index in range(passage.first, passage.last + 1) if paged.is_set[index]]
    runs = [chosen]
    if part == "note":
        lines = np.array(chosen)
        ends = paragraph_ends(paged, lines, np.zeros(len(lines), dtype=np.int64), setting)
        runs = [run.tolist() for run in np.split(lines, np.flatnonzero(ends)[:-1] + 1)]
    compositions = [composer.prose(run) for run in runs]
    for composition in compositions:
        draft.place(composition, part, record_id if part != "section" else None)
    return "\n\n".join(composition.text for composition in compositions)


def _add_blocks(draft: _Draft, record_id: str, body: Sequence[Paragraph], paged: Paged, composer: Composer) -> tuple[str, int]:
    """Add the blocks of a record; return its body and the page of its last character."""
    texts: list[str] = []
    length = 0
    last_page = 0
    for position, paragraph in enumerate(body, start=1):
        if paragraph.kind == "verse":
            composition = composer.verse(paragraph.lines)
        else:
            composition = composer.prose(paragraph.lines, bullet=paragraph.kind in _BULLETED)
        draft.place(composition, "body", record_id, position)
        start, end = composition.spans[0][0], composition.spans[-1][1]
        text = composition.text
        last_page = paged.page_at(end - 1).number
        begin = length + 2 * bool(texts)
        length = begin + len(text)
        row = (record_id, position, paragraph.kind, text, paged.page_at(start).number, last_page, begin, length, start, end)
        draft.rows["blocks"].append(row)
        texts.append(text)
    return "\n\n".join(texts), last_page


def _curated(paged: Paged, anchored: Sequence[Anchored], where: str) -> list[Correction]:
    """Return the edits that the manifest asks for, found in the text.

    Raises:
        ManifestError: what an edit looks for does not stand exactly once on its page within the record.
    """
    found, problems = [], []
    lines = paged.lines
    for index, record in enumerate(anchored):
        start = record.title.start
        end = int(lines.end[record.lines[1] - 1])
        for place, edit in enumerate(record.entry.edits):
            page = paged.page_numbered(edit.page)
            low, high = (max(start, page.start), min(end, page.end)) if page else (0, 0)
            count = lines.text.count(edit.find, low, high) if low < high else 0
            if count != 1:
                key = f"records[{index}].edits[{place}].find ({record.entry.id})"
                problems.append(f"{key}: {edit.find!r} stands {count} times in the record on page {edit.page}; expected once")
                continue
            at = lines.text.index(edit.find, low, high)
            found.append(Correction(at, at + len(edit.find), edit.find, edit.replace, "curated", edit.reason))
    if problems:
        raise ManifestError(where, problems)
    return found


def _add_spans(draft: _Draft, paged: Paged) -> tuple[float, tuple[Stretch, ...]]:
    """Add the spans: what has a role, the furniture, and the blank or unclaimed text between; cut at page starts.

    Returns the share of the set text that is in records, and the stretches that are not.
    """
    furniture = [(piece.start, piece.end, piece.role, None, None) for piece in paged.furniture]
    claimed = sum(end - start for start, end, *_ in draft.extents)
    stretches = []
    rows = draft.rows["spans"]
    page_starts, numbers = paged.page_starts, [page.number for page in paged.pages]
    page, turn = 0, 1
    bounds = [*page_starts[1:], len(paged.lines.text) + 1]
    for start, end, role, record, block in _without_gaps(sorted(draft.extents + furniture), paged):  # type: ignore[type-var]
        if role == "body" and record is None:
            line = paged.lines.line_at(start)
            stretches.append(Stretch(line, end - start, " ".join(paged.lines.text[start : start + 80].split())[:60]))
        while bounds[page] <= start:
            page, turn = page + 1, turn + 1
        while bounds[page] < end:
            rows.append((draft.issue_id, start, bounds[page], role, numbers[page], record, block))
            start = bounds[page]
            page += 1
        rows.append((draft.issue_id, start, end, role, numbers[page], record, block))
    unclaimed = sum(stretch.characters for stretch in stretches)
    share = claimed / (claimed + unclaimed) if claimed + unclaimed else 1.0
    return share, tuple(stretches)


def _without_gaps(
    extents: Sequence[tuple[int, int, str, str | None, int | None]], paged: Paged
) -> Iterator[tuple[int, int, str, str | None, int | None]]:
    """Yield the extents with what lies between them: blank, or text in no record."""
    at = 0
    lines = paged.lines
    end_of_text = (len(lines.text), len(lines.text), "", None, None)
    for extent in [*extents, end_of_text]:
        if at < extent[0]:
            if lines.is_blank(at, extent[0]):
                yield at, extent[0], "blank", None, None
            else:
                piece = lines.text[at : extent[0]]
                start = at + len(piece) - len(piece.lstrip())
                end = at + len(piece.rstrip())
                yield from ((low, high, "blank", None, None) for low, high in ((at, start),) if low < high)
                yield start, end, "body", None, None
                yield from ((low, high, "blank", None, None) for low, high in ((end, extent[0]),) if low < high)
        if extent[2]:
            yield extent
        at = extent[1]

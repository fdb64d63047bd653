"""Blocks and a manifest made into the rows of one issue: every table, every character of the raw text with its role."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import numpy as np

from lprcorpus.build.curated import find_curated
from lprcorpus.build.locating import Anchored, Passage, find_records
from lprcorpus.build.manifest import Manifest
from lprcorpus.build.spans import Extent, Stretch, coverage, partition
from lprcorpus.errors import ManifestError
from lprcorpus.schema import TABLES, IssueRows
from lprcorpus.text.blocks import LineRun, classify, stanzas
from lprcorpus.text.joining import Composer, Composition
from lprcorpus.text.lines import count_words, split_lines
from lprcorpus.text.pages import Paged, Pagination, find_pages
from lprcorpus.text.paragraphs import Setting, detect_setting, paragraph_ends
from lprcorpus.text.repairs import TextEdit, find_mojibake
from lprcorpus.text.running_headers import find_header

__all__ = ["BuiltIssue", "Layout", "assemble", "lay_out", "page_text"]

_BETWEEN = "\n\n"  # what parts the blocks of a body (law 3) and the paragraphs of a note
_BULLETED = frozenset({"list_item", "question"})
_MARKED = _BULLETED | {"verse"}  # kinds whose text is not just their lines


@dataclass(frozen=True)
class BuiltIssue:
    """One issue made into rows, and what was seen on the way.

    Attributes:
        id: the issue's id.
        rows: its rows in every table.
        setting: how its text was set.
        marks: the kinds of page mark found.
        claimed: the share of its set text that is in records.
        unclaimed: what is not.
    """

    id: str
    rows: IssueRows
    setting: Setting
    marks: tuple[str, ...]
    claimed: float
    unclaimed: tuple[Stretch, ...]


@dataclass
class Layout:
    """One text laid out: its records' parts composed, and every character given its role.

    Attributes:
        paged: the text and its pages.
        setting: how it was set.
        anchored: the records found in it.
        blocks: the rows of ``blocks``.
        bodies: each record's body, and the page of its last character.
        notes: each record's headnote, or None.
        parts: each record's title and source line as composed.
        extents: what has a role.
        corrections: every change made.
        spans: the rows of ``spans``.
    """

    paged: Paged
    setting: Setting
    anchored: list[Anchored]
    blocks: list[tuple[Any, ...]] = field(default_factory=list)
    bodies: list[tuple[str, int]] = field(default_factory=list)
    notes: list[str | None] = field(default_factory=list)
    parts: list[dict[str, str | None]] = field(default_factory=list)
    extents: list[Extent] = field(default_factory=list)
    corrections: list[TextEdit] = field(default_factory=list)
    spans: list[tuple[Any, ...]] = field(default_factory=list)

    def place(self, composition: Composition, role: str, record: str | None) -> str:
        """Give the characters of a passage their role; return its text."""
        self.extents += [(start, end, role, record, None) for start, end in composition.spans]
        self.corrections += composition.edits
        return composition.text


def page_text(text: str, manifest: Manifest) -> Paged:
    """Find the pages of a text as its manifest describes them.

    Raises:
        RawTextError: the text is none, or its page numbers contradict each other.
    """
    entry = manifest.pagination
    heads = None if entry.running_heads is None else tuple(entry.running_heads)
    pagination = Pagination(
        first=entry.first,
        running_heads=heads,
        space_marks=entry.space_marks,
        running_feet=tuple(entry.running_feet),
        inline_marks=tuple(entry.inline_marks),
    )
    return find_pages(split_lines(text), pagination)


def lay_out(text: str, manifest: Manifest, where: str) -> Layout:
    """Go through the text stages: lines, pages, records' extents, paragraphs, blocks, spans.

    Args:
        text: the raw text.
        manifest: what a person says of it.
        where: the manifest's file, for messages.

    Raises:
        RawTextError: the text cannot be read as one.
        ManifestError: the manifest does not fit the text.
    """
    paged = page_text(text, manifest)
    _check_heads(text, manifest, where)
    stated = manifest.setting
    setting = detect_setting(paged, stated.face, stated.paragraphs, stated.hyphens)
    layout = Layout(paged, setting, find_records(paged, manifest, where))
    corrections = [*find_curated(paged, layout.anchored, where), *find_mojibake(paged)]
    composer = Composer(paged, corrections, setting.hyphens)
    notes, bodies = _paragraphs(layout)
    for index, record in enumerate(layout.anchored):
        if not bodies[index]:
            message = f"records[{index}] ({record.entry.id}): nothing stands between its title and the next; expected a body"
            raise ManifestError(where, [message])
    ids = [f"{manifest.issue.id}/{record.entry.id}" for record in layout.anchored]
    for record_id, record, paragraphs in zip(ids, layout.anchored, notes, strict=True):
        layout.parts.append(_place_parts(layout, record, record_id, composer))
        note = [layout.place(composer.prose(lines), "note", record_id) for lines in paragraphs]
        layout.notes.append(_BETWEEN.join(note) or None)
    _place_bodies(layout, ids, bodies, composer)
    layout.spans += partition(layout.extents, paged, manifest.issue.id)
    return layout


def _check_heads(text: str, manifest: Manifest, where: str) -> None:
    """Refuse a running head or foot that stands nowhere: a misquoted one would leave its pages unmarked."""
    stated = {"running_heads": manifest.pagination.running_heads or [], "running_feet": manifest.pagination.running_feet}
    absent = [
        f"pagination.{key}[{index}]: {head!r} stands nowhere on lines of its own; expected it as printed"
        for key, heads in stated.items()
        for index, head in enumerate(heads)
        if next(find_header(text, head), None) is None
    ]
    if absent:
        raise ManifestError(where, absent)


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
    layout = lay_out(text, manifest, where)
    issue = manifest.issue.id
    words = count_words([body for body, _ in layout.bodies])
    claimed, unclaimed = coverage(layout.spans, layout.paged.lines)
    rows = {
        "issues": [_issue_row(manifest, layout.paged)],
        "pages": [(issue, page.number, page.printed, page.start, page.end) for page in layout.paged.pages],
        "records": [_record_row(manifest, layout, index, count) for index, count in enumerate(words)],
        "contributors": [
            (f"{issue}/{record.entry.id}", place, person.name, person.family, person.given, person.role)
            for record in layout.anchored
            for place, person in enumerate(record.entry.contributors, start=1)
        ],
        "blocks": layout.blocks,
        "spans": layout.spans,
        "edits": [
            (issue, change.start, change.end, change.before, change.after, change.rule, change.reason)
            for change in sorted(layout.corrections, key=lambda change: change.start)
        ],
    }
    return BuiltIssue(issue, _as_models(rows), layout.setting, layout.paged.marks, claimed, unclaimed)


def _as_models(rows: dict[str, list[tuple[Any, ...]]]) -> IssueRows:
    made: dict[str, list[Any]] = {}
    for name, table in TABLES.items():
        columns = [column.name for column in table.columns]
        made[name] = [table.model(**dict(zip(columns, row, strict=True))) for row in rows[name]]
    (issue,) = made.pop("issues")
    return IssueRows(issue=issue, **made)


def _issue_row(manifest: Manifest, paged: Paged) -> tuple[Any, ...]:
    entry, pages, text = manifest.issue, paged.pages, paged.lines.text
    bibliography = (entry.id, entry.periodical, entry.volume, entry.number, entry.year)
    extent = (pages[0].number, pages[-1].number, entry.complete)
    return (*bibliography, *extent, f"raw/{entry.text or f'{entry.id}.txt'}", entry.sha256, len(text))


def _record_row(manifest: Manifest, layout: Layout, index: int, words: int) -> tuple[Any, ...]:
    issue, record, paged = manifest.issue, layout.anchored[index], layout.paged
    entry = record.entry
    (body, last_page), parts = layout.bodies[index], layout.parts[index]
    citation = parts["source"]
    if record.source:
        last_page = max(last_page, paged.page_at(record.source.end - 1).number)
    elif record.citation:  # the headnote says where the text is from
        citation = parts["citation"]
    source = entry.source
    return (
        *(f"{issue.id}/{entry.id}", issue.id, index + 1, parts["title"], entry.author, entry.type, entry.section),
        *(layout.notes[index], citation),
        *((source.title, source.container, source.publisher) if source else (None, None, None)),
        *((source.place, source.date, source.url) if source else (None, None, None)),
        *(body, paged.page_at(record.title.start).number, last_page),
        *(entry.language or issue.language, entry.rights or issue.rights),
        *(words, hashlib.sha256(body.encode()).hexdigest()),
    )


def _paragraphs(layout: Layout) -> tuple[list[list[LineRun]], list[list[LineRun]]]:
    """Return the paragraphs of each record's headnote, and those of its body (its stanzas, where it is a poem).

    All are found in one pass over the text, each note and each body a stretch of its own.
    """
    paged, anchored = layout.paged, layout.anchored
    stretch = np.full(len(paged.lines), -1, dtype=np.int64)
    for index, record in enumerate(anchored):
        stretch[record.lines[0] : record.lines[1]] = 2 * index + 1
        for part in (record.title, record.byline, record.source):
            if part is not None:
                stretch[part.first : part.last + 1] = -1
        if record.note is not None:
            stretch[record.note.first : record.note.last + 1] = 2 * index
    stretch[~paged.is_set] = -1
    chosen = np.flatnonzero(stretch >= 0)
    order = np.argsort(stretch[chosen], kind="stable")  # a note may stand within or after its body
    chosen = chosen[order]
    stretch = stretch[chosen]
    ends = (np.flatnonzero(paragraph_ends(paged, chosen, stretch, layout.setting)) + 1).tolist()
    runs: tuple[list[list[LineRun]], list[list[LineRun]]] = ([[] for _ in anchored], [[] for _ in anchored])
    indices, places = chosen.tolist(), stretch.tolist()
    start = 0
    for stop in ends:
        index, is_body = divmod(places[start], 2)
        runs[is_body][index].append(indices[start:stop])
        start = stop
    notes, bodies = runs
    for index, record in enumerate(anchored):
        if record.entry.type == "poem":
            bodies[index] = stanzas([line for run in bodies[index] for line in run], paged)
    return notes, bodies


def _place_parts(layout: Layout, record: Anchored, record_id: str, composer: Composer) -> dict[str, str | None]:
    """Compose the parts of a record other than its note and body, give them their roles, and return their texts."""

    def place(role: str, passage: Passage | None) -> str | None:
        if passage is None:
            return None
        lines = [index for index in range(passage.first, passage.last + 1) if layout.paged.is_set[index]]
        return layout.place(composer.prose(lines), role, record_id if role != "section" else None)

    place("section", record.section)
    place("byline", record.byline)
    parts = {"title": place("title", record.title), "source": place("source", record.source)}
    if record.citation and record.source is None:
        parts["citation"] = " ".join(composer.passage(*record.citation).split())
    return parts


def _place_bodies(layout: Layout, ids: Sequence[str], bodies: Sequence[Sequence[LineRun]], composer: Composer) -> None:
    """Compose the blocks of all records, and add their rows, their bodies and the pages of their last characters."""
    paged, raw, extents = layout.paged, layout.paged.lines.text, layout.extents
    runs = [lines for body in bodies for lines in body]
    firsts, lasts = np.array([lines[0] for lines in runs]), np.array([lines[-1] for lines in runs])
    raw_starts, raw_ends = paged.lines.first[firsts], paged.lines.last[lasts]
    starts, ends = raw_starts.tolist(), raw_ends.tolist()
    kinds = [
        kind for record, body in zip(layout.anchored, bodies, strict=True) for kind in classify(record.entry.type, body, paged)
    ]
    owners = [record_id for record_id, body in zip(ids, bodies, strict=True) for _ in body]
    positions = [position for body in bodies for position in range(1, len(body) + 1)]
    # Most blocks are one stretch of the raw text without a change; the others are composed one by one.
    texts = [raw[start:end].replace("\n", "") for start, end in zip(starts, ends, strict=True)]
    plain = composer.are_plain(firsts, lasts, np.array([len(lines) for lines in runs])).tolist()
    for place, lines in enumerate(runs):
        kind = kinds[place]
        if plain[place] and kind not in _MARKED:
            extents.append((starts[place], ends[place], "body", owners[place], positions[place]))
            continue
        composition = composer.verse(lines) if kind == "verse" else composer.prose(lines, bullet=kind in _BULLETED)
        texts[place] = composition.text
        extents += [(low, high, "body", owners[place], positions[place]) for low, high in composition.spans]
        layout.corrections += composition.edits
    numbers, page_starts = np.array([page.number for page in paged.pages]), np.array(paged.page_starts)
    first_pages = numbers[np.searchsorted(page_starts, raw_starts, side="right") - 1].tolist()
    last_pages = numbers[np.searchsorted(page_starts, raw_ends - 1, side="right") - 1].tolist()
    body_starts: list[int] = []
    body_ends: list[int] = []
    place = 0
    for body in bodies:
        own = texts[place : place + len(body)]
        reached = list(accumulate(len(text) + len(_BETWEEN) for text in own))
        body_starts += [0, *reached[:-1]]
        body_ends += [end - len(_BETWEEN) for end in reached]
        place += len(body)
        layout.bodies.append((_BETWEEN.join(own), last_pages[place - 1]))
    columns = (owners, positions, kinds, texts, first_pages, last_pages, body_starts, body_ends, starts, ends)
    layout.blocks += zip(*columns, strict=True)

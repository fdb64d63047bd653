"""What the reader page shows: issues and records, with blocks, raw lines and citations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from lprcorpus.citation import styles
from lprcorpus.citation.citing import DATA_STYLES
from lprcorpus.citation.csl import Work, combine, record_item
from lprcorpus.derivation import Derivation, derive
from lprcorpus.errors import DataError, MissingLibrary
from lprcorpus.figures.charts import Figure, figure_data, figures
from lprcorpus.metadata import Metadata
from lprcorpus.schema import ROLES, Block, Contributor, Edit, Issue, IssueRows, Page, Record, Span
from lprcorpus.search.words import squeeze
from lprcorpus.typed_rows import grouped
from lprcorpus.view.notice import Notice
from lprcorpus.view.source_lines import SourceLine, lines_of_records, source_lines

# The styles of a citation that the page offers; the first three need the extra ``cite``.
_STYLES = ("chicago", "apa", "mla", "bibtex", "csl-json", "ris")

# Types of records that may note what happened in the hall.
_SPOKEN = ("speech", "interview")
# A sentence in parentheses between sentences, or alone: so a transcript sets a direction off.
_IN_PARENTHESES = re.compile(
    r"(?:^|(?<=[.!?…\"”’»)]\s))\((?=[^\W\d_a-z])[^()]*[.!?…][\"”’»]?\s*\)(?=\s|$)"
)
# Words for what is heard or seen in a hall or on a stage.
_HALL = re.compile(
    r"\b(?:applau(?:se|ds?)|applaudissements|aplausos|applausi|аплодисменты|beifall"
    r"|cheer(?:s|ing)?|ovations?|laughter|laughs?|rires?|heiterkeit|smiles|rises?|stands?|cries"
    r"|shouts?|voices?|hear, hear|interruptions?|commotion|stir|movement|animation|silence|pauses?"
    r"|music|sings?|singing|exit|exeunt|enters?|weeps?|whistles?|hisses|boos)\b",
    re.IGNORECASE,
)


class ShownPage(NamedTuple):
    """The beginning of a page, whose number is printed in the text or else counted."""

    page: int
    printed: bool
    first: bool  # whether this is the first mark of the page in the record


class TextPiece(NamedTuple):
    """Characters of a block, perhaps a stage direction, and the page that begins before them."""

    text: str
    direction: bool
    page: ShownPage | None


@dataclass(frozen=True)
class BlockView:
    """A block as it is set. The texts of its pieces, joined, are its text."""

    position: int
    kind: str
    pieces: Sequence[TextPiece]
    raw: str  # where its characters are in the raw text, for the selector that the page makes

    @property
    def is_direction(self) -> bool:
        """Whether all of the block is a stage direction."""
        return all(piece.direction for piece in self.pieces)


@dataclass(frozen=True)
class RecordView:
    """A record as it is shown."""

    record: Record
    contributors: Sequence[Contributor]
    blocks: Sequence[BlockView]
    # The raw lines of its source view, and the roles in them.
    lines: Sequence[SourceLine]
    roles: Sequence[str]
    citations: Mapping[str, str]  # by their style
    # What the data card says that it claims of each event; None if it needs no notice.
    claims: Sequence[tuple[str, str]] | None


@dataclass(frozen=True)
class IssueView:
    """An issue as it is shown."""

    issue: Issue
    pages: Sequence[Page]
    records: Sequence[RecordView]
    figures: Sequence[Figure]


def view_issues(
    issues: Iterable[tuple[IssueRows, str]], about: Metadata, notice: Notice, *, formatted: bool
) -> list[IssueView]:
    """Return issues, given with their raw texts, as they are shown.

    Citations that are formatted text take pandoc a moment: it is asked once for all records.

    Raises:
        DataError: a block does not follow from the raw text.
    """
    issues = list(issues)
    works: list[Work] = []
    for rows, _ in issues:
        works += combine([rows.issue], rows.records, rows.contributors)
    citations = record_citations(works, about, formatted=formatted)
    return [_view_issue(rows, raw, citations, notice) for rows, raw in issues]


def _view_issue(
    rows: IssueRows,
    raw: str,
    citations: Mapping[str, Mapping[str, str]],
    notice: Notice,
) -> IssueView:
    lines = lines_of_records(source_lines(raw, rows.spans, rows.edits))
    printed = {page.number: page.printed for page in rows.pages}
    blocks = grouped(rows.blocks, key=lambda block: block.record_id)
    contributors = grouped(rows.contributors, key=lambda person: person.record_id)
    body = [span for span in rows.spans if span.role == "body"]
    spans = grouped(body, key=lambda span: span.record_id)
    records = []
    for record in rows.records:
        shown = lines.get(record.id, [])
        roles: set[str] = set()
        for line in shown:
            roles.update(segment.span.role for segment in line.segments)
        views = block_views(
            record, blocks.get(record.id, []), spans.get(record.id, []), rows.edits, raw, printed
        )
        view = RecordView(
            record=record,
            contributors=contributors.get(record.id, []),
            blocks=views,
            lines=shown,
            roles=[role for role in ROLES if role in roles],
            citations=citations[record.id],
            claims=notice.claims.get(record.id),
        )
        records.append(view)
    data = figure_data(rows.records, rows.spans)
    drawn = figures(data, rows.issue.full_title, suffix=f"-{rows.issue.id}")
    return IssueView(rows.issue, rows.pages, records, drawn)


def block_views(
    record: Record,
    blocks: Iterable[Block],
    spans: Iterable[Span],
    edits: Sequence[Edit],
    raw: str,
    printed: Mapping[int, bool],
) -> list[BlockView]:
    """Return the blocks of a record as they are set, from the spans of its body.

    The edits and the raw text are those of the issue, and ``printed`` says of the number of each
    page whether it is printed.

    Raises:
        DataError: a block does not follow from the raw text.
    """
    spans_of = grouped(spans, key=lambda span: span.block)
    views = []
    raw_end = 0
    page: int | None = None
    seen: set[int] = set()
    for block in blocks:
        inside = spans_of.get(block.position, ())
        derivation = derive(inside, edits, raw, verse=block.kind == "verse")
        if derivation.text != block.text:
            where = f"blocks.text [{record.id},{block.position}]"
            raise DataError(f"{where}: does not follow from the raw text; run lprcorpus validate")
        marks: dict[int, ShownPage] = {}
        for piece in derivation.pieces:
            if piece.page != page and piece.start < piece.end:
                page = piece.page
                marks[piece.start] = ShownPage(page, printed.get(page, False), page not in seen)
                seen.add(page)
        directions: list[tuple[int, int]] = []
        if record.type in _SPOKEN and block.kind == "paragraph":
            directions = stage_directions(block.text)
        pieces = list(_pieces(block.text, marks, directions))
        offsets = " ".join(_raw_offsets(derivation, raw, raw_end))
        views.append(BlockView(block.position, block.kind, pieces, offsets))
        if derivation.pieces:
            raw_end = derivation.pieces[-1].raw_end
    return views


def _pieces(
    text: str, marks: Mapping[int, ShownPage], directions: Sequence[tuple[int, int]]
) -> Iterator[TextPiece]:
    """Yield a text, cut where pages begin, and where stage directions begin and end."""
    cuts = {0, len(text), *marks}.union(*directions)
    for start, end in pairwise(sorted(cuts)):
        is_direction = any(first <= start and end <= last for first, last in directions)
        yield TextPiece(text[start:end], is_direction, marks.get(start))


def stage_directions(text: str) -> list[tuple[int, int]]:
    """Return the extents of the stage directions in a block, in characters, end exclusive.

    A sentence in parentheses without a word of the hall is the speaker's own remark.

    >>> stage_directions("Long live peace! (Prolonged applause.)")
    [(17, 38)]
    >>> stage_directions("Did it invade? (The answer: No, it did not.)")
    []
    """
    extents = []
    for match in _IN_PARENTHESES.finditer(text):
        if _HALL.search(match.group()):
            extents.append(match.span())
    return extents


def _raw_offsets(derivation: Derivation, raw: str, raw_end: int) -> Iterator[str]:
    """Yield where the characters of a block are in the raw text, as the page's script reads it.

    For each piece: the offset of its first character in the block, a colon, and the offset of its
    first raw character. What an edit put there has both ends of its raw characters, with ``~``
    between them where it changed white space alone, else a hyphen. A piece that goes on where the
    one before it ends is left out. ``!`` comes before a piece where more than white space lies
    between it and the one before; the block before this one ends at ``raw_end``.
    """
    shift: int | None = None
    for piece in derivation.pieces:
        apart = "!" if raw[raw_end : piece.raw_start].strip() else ""
        raw_end = piece.raw_end
        if piece.edit is not None:
            printed = raw[piece.raw_start : piece.raw_end]
            sign = "~" if squeeze(printed) == squeeze(piece.edit.after) else "-"
            yield f"{apart}{piece.start}:{piece.raw_start}{sign}{piece.raw_end}"
            shift = None
        elif piece.raw_start - piece.start != shift:
            yield f"{apart}{piece.start}:{piece.raw_start}"
            shift = piece.raw_start - piece.start


def record_citations(
    works: Sequence[Work], about: Metadata, *, formatted: bool
) -> dict[str, dict[str, str]]:
    """Return the citations of records, by the record's id and the style.

    Those that are formatted text are left out where the libraries are not installed.
    """
    items = [record_item(work, about) for work in works]
    citations: dict[str, dict[str, str]] = {work.record.id: {} for work in works}
    for style in _STYLES:
        texts: list[str] = []
        if style in DATA_STYLES:
            texts = [DATA_STYLES[style]([item]) for item in items]
        elif formatted:
            with suppress(MissingLibrary):
                texts = styles.references(items, style)
        for work, text in zip(works, texts, strict=False):
            citations[work.record.id][style] = text
    return citations

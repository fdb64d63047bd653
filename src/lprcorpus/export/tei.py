"""TEI P5: one record is a ``TEI``; several are a ``teiCorpus``.

The way back is by rule: a record's body is the text of its blocks, joined by an empty line. The
blocks are the elements with an ``@n`` that are no ``pb`` and no ``g``; an ``lg`` is its lines,
joined by a line end; ``g`` is the character that its ``@n`` names; what is in ``sic`` or ``orig``
is not part of it.

Elements are put together as text, and laid out with Python's own library. In lxml, each ``xml:id``
that was ever set stays in memory: of 10,000 issues these were 270 MB.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from html import escape
from importlib.resources import files
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import BinaryIO
from xml.etree.ElementTree import Element, fromstring, tostring

from lprcorpus.authorship import AUTHOR_ROLES
from lprcorpus.citation.csl import CitedIssue, source_of
from lprcorpus.derivation import Piece, derive
from lprcorpus.errors import CorpusNotFound, MissingLibrary, UsageError
from lprcorpus.export.job import Job, ShardRows
from lprcorpus.export.text_files import text_name
from lprcorpus.files import whole_file
from lprcorpus.identifiers import issue_of
from lprcorpus.issue_reading import read_issues
from lprcorpus.metadata import Metadata
from lprcorpus.schema import RULES, TYPES, Block, Contributor, Edit, Issue, Record, Span
from lprcorpus.typed_rows import grouped

try:
    import jinja2
    from markupsafe import Markup
except ImportError:
    raise MissingLibrary("jinja2", "TEI", "tei") from None

_XMLNS = 'xmlns="http://www.tei-c.org/ns/1.0"'

# What is before the document; by the second line, editors know its schema.
_PROLOGUE = (
    b"<?xml version='1.0' encoding='UTF-8'?>\n"
    b'<?xml-model href="https://www.tei-c.org/release/xml/tei/custom/schema/relaxng/tei_all.rng"'
    b' type="application/xml" schematypens="http://relaxng.org/ns/structure/1.0"?>\n'
)

# A character that XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets), or that a parser
# takes for another: a carriage return.
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Elements that hold text; no white space may be put into them.
_WITH_TEXT = frozenset({"ab", "bibl", "byline", "choice", "desc", "head", "item"})
_WITH_TEXT |= {"l", "licence", "p", "signed", "title", "trailer"}

_BREAKS = r"(?:<pb [^>]*>)*"
_VERSE_LINE = re.compile(f"^({_BREAKS})(.*)$", re.MULTILINE)

# Roles of what is no text of the issue.
_NO_TEXT = frozenset({"header", "page_mark", "link", "blank"})

# Rules whose edits correct what is wrong; those of the others regularise what is right.
_SLIPS = frozenset({"mojibake", "curated"})

# What is around blocks of a kind that follow each other.
_GROUPS = {
    "question": ("<sp>", "</sp>"),
    "answer": ("<sp>", "</sp>"),
    "list_item": ("<list>", "</list>"),
}

# The element of a kind of block, and its ``@type``. A ``signed`` can only close a division.
_ELEMENTS = {
    "paragraph": "p",
    "heading": "head",
    "question": 'ab type="question"',
    "answer": 'ab type="answer"',
    "list_item": "item",
    "verse": 'lg type="stanza"',
    "signature": 'ab type="signature"',
    "closing signature": "signed",
}

_RAW_START = attrgetter("raw_start")


def export_tei(job: Job) -> None:
    """Write records as TEI: all into one document, or into a folder a document for each issue."""
    records = _counted_records(job)
    about = job.corpus.about
    if job.path and job.is_folder:
        for issue, members in groupby(records, key=lambda text: text.issue):
            with whole_file(job.path / f"{issue.id}.xml") as stream:
                write_document(stream, members, about, [issue.periodical])
        return
    periodicals = {issue.periodical for issue in job.corpus.rows("issues", CitedIssue)}
    with job.opened() as stream:
        write_document(stream, records, about, sorted(periodicals))


def _counted_records(job: Job) -> Iterator[EncodedRecord]:
    for shard in job.shards():
        for text in read_records(shard):
            job.done.rows += 1
            job.done.has_raw_texts &= text.raw is not None
            yield text
    if job.done.rows == 0:
        found = "no record is both among those named and of the types named"
        raise UsageError(f"{found}; expected one at least, for TEI")


def read_records(shard: ShardRows) -> Iterator[EncodedRecord]:
    """Yield the records of a shard that were asked for, in reading order."""
    for rows in read_issues(shard.shard, set(map(issue_of, shard.record_ids))):
        raw = None
        with suppress(CorpusNotFound):
            raw = shard.shard.corpus.raw_text(rows.issue)
        contributors = grouped(rows.contributors, key=lambda person: person.record_id)
        blocks = grouped(rows.blocks, key=lambda block: block.record_id)
        spans = grouped(rows.spans, key=lambda span: span.record_id)
        # For each page, the record whose text is first on it; None where that is in no record.
        first_texts: dict[int, str | None] = {}
        for span in rows.spans:
            if span.role not in _NO_TEXT:
                first_texts.setdefault(span.page, span.record_id)
        pages = {}
        for page in rows.pages:
            pages[page.number] = "printed" if page.printed else "counted"
        for record in rows.records:
            if record.id in shard.record_ids:
                own_spans = spans.get(record.id, [])
                yield EncodedRecord(
                    record=record,
                    issue=rows.issue,
                    contributors=contributors.get(record.id, []),
                    blocks=blocks.get(record.id, []),
                    spans=own_spans,
                    edits=_edits_in(own_spans, rows.edits),
                    pages=pages,
                    is_continued=first_texts.get(record.page_start, record.id) != record.id,
                    raw=raw,
                )


def _edits_in(spans: Iterable[Span], edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits that begin in some spans; both are in order."""
    found: list[Edit] = []
    for span in spans:
        first = bisect_left(edits, span.raw_start, key=_RAW_START)
        last = bisect_left(edits, span.raw_end, key=_RAW_START)
        found += edits[first:last]
    return found


def write_document(
    stream: BinaryIO, records: Iterable[EncodedRecord], about: Metadata, periodicals: Iterable[str]
) -> None:
    """Write records, one at least, as one document.

    No more than two are in memory. The periodicals are the titles of those that they are in.
    """
    records = iter(records)
    first = list(islice(records, 2))  # enough to know which kind of document it is
    stream.write(_PROLOGUE)
    if len(first) == 1:
        # Alone, a text says itself what a corpus would say of it.
        xml = _rendered(0, about=about, text=first[0], is_whole=True)
        stream.write(xml.replace("<TEI", f"<TEI {_XMLNS}", 1).encode())
        return
    stream.write(f"<teiCorpus {_XMLNS}>\n".encode())
    header = _rendered(1, about=about, periodicals=periodicals, is_whole=True)
    stream.write(header.encode())
    for text in chain(first, records):
        stream.write(_rendered(1, about=about, text=text).encode())
    stream.write(b"</teiCorpus>\n")


def _rendered(level: int, **content: object) -> str:
    """Return what the template makes of a record or of the whole, indented by a level."""
    element = fromstring(_template().render(content))  # noqa: S314 (our own XML)
    _indent(element, level)
    return f"{'  ' * level}{tostring(element, encoding='unicode')}\n"


@dataclass
class EncodedRecord:
    """A record with all rows that belong to it, in order, written from its beginning to its end.

    Attributes:
        edits: those that begin in it.
        pages: by the number of a page of its issue, whether that is "printed" or "counted".
        is_continued: whether other text of the issue is above it on its first page.
        raw: the raw text of its issue, or None in a copy without it.
    """

    record: Record
    issue: Issue
    contributors: Sequence[Contributor]
    blocks: Sequence[Block]
    spans: Sequence[Span]
    edits: Sequence[Edit]
    pages: Mapping[int, str]
    is_continued: bool
    raw: str | None

    def __post_init__(self) -> None:
        self._page = self.record.page_start - 1  # the page that is open
        self.xml_id = text_name(self.record.id)
        self.by_role = grouped(self.spans, key=lambda span: span.role)
        self._block_spans = grouped(self.by_role.get("body", []), key=lambda span: span.block)

    @property
    def byline(self) -> str:
        """The byline as it is printed, on one line; without the raw text, whom it names."""
        raw = self.raw or ""
        lines = [raw[span.raw_start : span.raw_end] for span in self.by_role.get("byline", [])]
        return " ".join("".join(lines).split()) or self.record.author or ""

    def turn_to(self, page: int, attribute: str = "") -> str:
        """Return the breaks of the pages from the open one to another, which is open then."""
        breaks = ""
        # A page without text of the record has its break too, where the next one begins.
        for number in range(self._page + 1, page + 1):
            if number in self.pages:
                breaks += f'<pb n="{number}" type="{self.pages[number]}"{attribute}/>'
        self._page = max(self._page, page)
        return breaks

    def body(self) -> str:
        """Return the blocks; a heading opens a section, which has all up to the next one."""
        xml = section_end = ""
        groups = [list(group) for _, group in groupby(self.blocks, lambda block: block.kind)]
        for group, following in zip(groups, [*groups[1:], []], strict=True):
            name: str = group[0].kind
            ends_section = section_end and following and following[0].kind == "heading"
            if name == "signature" and (ends_section or not following):
                name = "closing signature"
            opening, closing = _GROUPS.get(name, ("", ""))
            for block in group:
                if name == "heading":
                    opening = section_end + '<div type="section">'
                    section_end = "</div>"
                xml += self._block(block, _ELEMENTS[name], opening)
                opening = ""
            xml += closing
        return xml + section_end

    def _block(self, block: Block, tag: str, opening: str) -> str:
        """Return a block behind what it opens; of verse, each line is in an ``l``."""
        xml = before = ""
        for piece in self._pieces(block):
            text = block.text[piece.start : piece.end]
            if piece.page != self._page:
                attribute = ""
                if before[-1:].isalnum() and text[:1].isalnum():
                    attribute = ' break="no"'  # the page ends inside a word
                xml += self.turn_to(piece.page, attribute)
            # An edit is shown where it is whole, and no line ends within it.
            if isinstance(piece.edit, Edit) and text == piece.edit.after.replace("\n", ""):
                xml += _choice(piece.edit)
            else:
                xml += _escaped(text)
            before = text or before
        # A page break is before the block or the line that it precedes, not in it.
        content = re.sub(rf"\A{_BREAKS}", "", xml)
        breaks = xml.removesuffix(content)
        if block.kind == "verse":
            content = _VERSE_LINE.sub(r"\1<l>\2</l>", content)
        start = f'<{tag} n="{block.position}" xml:id="{self.xml_id}.{block.position}">'
        xml = f"{breaks}{opening}{start}{content}</{tag.split()[0]}>"
        # Where in the block its pages end may not be known, so their breaks come after it.
        return xml + self.turn_to(block.page_end, ' cert="low"')

    def _pieces(self, block: Block) -> Sequence[Piece]:
        """Return the pieces of a block, in order; the whole, if the raw text does not give them."""
        if self.raw is not None:
            spans = self._block_spans.get(block.position, [])
            text, pieces = derive(spans, self.edits, self.raw, verse=block.kind == "verse")
            if text == block.text:
                return pieces
        return [Piece(0, len(block.text), 0, 0, block.page_start, None)]


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, finalize=_finalized, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"author_roles": AUTHOR_ROLES, "types": TYPES, "rules": RULES}
    environment.globals["source_of"] = source_of
    environment.filters["plain"] = partial(_NOT_XML.sub, "")
    environment.filters["prose"] = lambda text: Markup(" ".join(text.split()))  # noqa: S704 (ours)
    environment.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    return environment.from_string((files(__package__) / "tei.xml").read_text("utf-8"))


def _finalized(value: object) -> Markup:
    return value if isinstance(value, Markup) else Markup(_escaped(str(value)))  # noqa: S704


def _indent(element: Element, level: int) -> None:
    """Put each element on a line of its own, except within those that hold text."""
    if not len(element) or element.tag in _WITH_TEXT:
        return
    element.text = "\n" + "  " * (level + 1)
    for child in element:
        _indent(child, level + 1)
        child.tail = "\n" + "  " * (level + 1)
    element[-1].tail = "\n" + "  " * level


def _escaped(text: str) -> str:
    r"""Return text as it is written in XML, so that a parser reads back the very characters.

    >>> _escaped("Night\x0c & Day")
    'Night<g n="U+000C"/> &amp; Day'
    """
    return _NOT_XML.sub(lambda char: f'<g n="U+{ord(char[0]):04X}"/>', escape(text))


def _choice(edit: Edit) -> str:
    """Return an edit as a ``choice`` of what is in the raw text and what takes its place."""
    old, new = "orig", "reg"
    if edit.rule in _SLIPS:
        old, new = "sic", "corr"
    before = _escaped(edit.before).replace("\n", "&#10;")  # which ends no line of verse
    after = _escaped(edit.after.replace("\n", ""))
    readings = f"<{old}>{before}</{old}><{new}>{after}</{new}>"
    return f'<choice ana="#{edit.rule}">{readings}</choice>'

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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from itertools import chain, groupby, islice
from typing import BinaryIO
from xml.etree.ElementTree import Element, fromstring, tostring

from lprcorpus.authorship import AUTHOR_ROLES
from lprcorpus.citation.csl import CitedIssue
from lprcorpus.corpus import Corpus, Shard
from lprcorpus.derivation import Piece, derive
from lprcorpus.errors import CorpusNotFound, MissingLibrary, UsageError
from lprcorpus.export.job import Job, Selection
from lprcorpus.export.text_files import text_name
from lprcorpus.files import whole_file
from lprcorpus.identifiers import issue_of
from lprcorpus.issue_reading import read_issues
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

# Roles of what is no text of the issue.
_NO_TEXT = frozenset({"header", "page_mark", "link", "blank"})

# Rules whose edits correct what is wrong; those of the others regularise what is right.
_SLIPS = frozenset({"mojibake", "curated"})

# Kinds of blocks that are in an element of their own, with those of their kind that follow.
_GROUPS = {"question": "sp", "answer": "sp", "list_item": "list"}

# The element of a kind of block, and its ``@type``. A ``signed`` can only close a division.
_ELEMENTS: dict[str, tuple[str, str | None]] = {
    "paragraph": ("p", None),
    "heading": ("head", None),
    "question": ("ab", "question"),
    "answer": ("ab", "answer"),
    "list_item": ("item", None),
    "verse": ("lg", "stanza"),
    "signature": ("ab", "signature"),
    "closing signature": ("signed", None),
}


@dataclass(frozen=True)
class RecordRows:
    """A record, and all rows that belong to it, in order.

    Attributes:
        edits: those that begin in it.
        pages: whether the number of a page of its issue is printed, by the number.
        is_continued: whether other text of the issue is above it on its first page.
        raw: the raw text of its issue, or None in a copy without it.
    """

    record: Record
    issue: Issue
    contributors: Sequence[Contributor]
    blocks: Sequence[Block]
    spans: Sequence[Span]
    edits: Sequence[Edit]
    pages: Mapping[int, bool]
    is_continued: bool
    raw: str | None


def export_tei(job: Job) -> None:
    """Write records as TEI: all into one document, or into a folder a document for each issue."""
    records = _counted_records(job)
    first = next(records, None)
    if first is None:
        found = "no record is both among those named and of the types named"
        raise UsageError(f"{found}; expected one at least, for TEI")
    job.done.has_raw_texts = first.raw is not None
    all_records = chain([first], records)
    if job.path and job.is_folder:
        for issue, group in groupby(all_records, key=lambda rows: rows.issue):
            file = whole_file(job.path / f"{issue.id}.xml")
            write_document(file, group, job.corpus, {issue.periodical})
    else:
        periodicals = {issue.periodical for issue in job.corpus.rows("issues", CitedIssue)}
        write_document(job.opened(), all_records, job.corpus, periodicals)


def _counted_records(job: Job) -> Iterator[RecordRows]:
    for shard in job.shards():
        for rows in read_records(job.corpus, shard, job.selection):
            job.done.rows += 1
            yield rows


def read_records(corpus: Corpus, shard: Shard, selection: Selection) -> Iterator[RecordRows]:
    """Yield the records of a shard that were asked for, in reading order."""
    ids = selection.record_ids(shard)
    for rows in read_issues(shard, set(map(issue_of, ids))):
        raw = None
        with suppress(CorpusNotFound):
            raw = corpus.raw_text(rows.issue)
        contributors = grouped(rows.contributors, key=lambda person: person.record_id)
        blocks = grouped(rows.blocks, key=lambda block: block.record_id)
        spans = grouped(rows.spans, key=lambda span: span.record_id)
        # For each page, the record whose text is first on it; None where that is in no record.
        first_texts: dict[int, str | None] = {}
        for span in rows.spans:
            if span.role not in _NO_TEXT:
                first_texts.setdefault(span.page, span.record_id)
        for record in rows.records:
            if record.id not in ids:
                continue
            yield RecordRows(
                record=record,
                issue=rows.issue,
                contributors=contributors.get(record.id, []),
                blocks=blocks.get(record.id, []),
                spans=spans.get(record.id, []),
                edits=rows.edits,
                pages={page.number: page.printed for page in rows.pages},
                is_continued=first_texts.get(record.page_start, record.id) != record.id,
                raw=raw,
            )


def write_document(
    out: AbstractContextManager[BinaryIO],
    records: Iterable[RecordRows],
    corpus: Corpus,
    periodicals: Iterable[str],
) -> None:
    """Write records, one at least, as one document.

    No more than two are in memory. The periodicals are the titles of those that they are in.
    """
    records = iter(records)
    # Two are enough to know which kind of document it is.
    first = list(islice(records, 2))
    with out as stream:
        stream.write(_PROLOGUE)
        if len(first) == 1:
            text = _to_xml(_tei(first[0], corpus, is_alone=True), level=0)
            stream.write(text.replace("<TEI", f"<TEI {_XMLNS}", 1).encode())
            return
        stream.write(f"<teiCorpus {_XMLNS}>\n".encode())
        header = _template().render(
            about=corpus.about, periodicals=sorted(periodicals), is_whole=True
        )
        stream.write(_to_xml(header, level=1).encode())
        for rows in chain(first, records):
            stream.write(_to_xml(_tei(rows, corpus), level=1).encode())
        stream.write(b"</teiCorpus>\n")


def _tei(rows: RecordRows, corpus: Corpus, *, is_alone: bool = False) -> str:
    """Return a record as a ``TEI``; alone, it says itself what a corpus would say of it."""
    edits = []
    # Those of its issue that were made in it.
    for edit in rows.edits:
        if any(span.raw_start <= edit.raw_start < span.raw_end for span in rows.spans):
            edits.append(edit)
    roles = grouped(rows.spans, key=lambda span: span.role)
    # As it is printed, on one line; in a copy without the raw text, whom it names.
    raw = rows.raw or ""
    byline = "".join(raw[span.raw_start : span.raw_end] for span in roles.get("byline", []))
    return _template().render(
        about=corpus.about,
        rows=rows,
        xml_id=text_name(rows.record.id),
        edits=edits,
        roles=roles,
        byline=" ".join(byline.split()) or rows.record.author,
        text=_Text(rows, roles.get("body", [])),
        has_source=any(value for name, value in rows.record if name.startswith("source_")),
        is_whole=is_alone,
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, finalize=_finalized, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"author_roles": AUTHOR_ROLES, "types": TYPES, "rules": RULES}
    environment.filters["plain"] = lambda text: _NOT_XML.sub("", text)
    environment.filters["prose"] = lambda text: Markup(" ".join(text.split()))  # noqa: S704 (ours)
    environment.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    return environment.from_string((files(__package__) / "tei.xml").read_text("utf-8"))


def _finalized(value: object) -> Markup:
    return value if isinstance(value, Markup) else Markup(_escaped(str(value)))  # noqa: S704


def _to_xml(text: str, level: int) -> str:
    """Return an element laid out in lines, indented by a level."""
    element = fromstring(text)  # noqa: S314 (our own XML)
    _indent(element, level)
    return f"{'  ' * level}{tostring(element, encoding='unicode')}\n"


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


def _element(name: str, xml: str = "", attributes: Mapping[str, str | None] | None = None) -> str:
    """Return an element that contains some XML; attributes that are None are left out."""
    start = name
    for key, value in (attributes or {}).items():
        if value is not None:
            start += f' {key}="{escape(value)}"'
    return f"<{start}>{xml}</{name}>"


class _Text:
    """The text of a record as it grows: which page is open."""

    def __init__(self, rows: RecordRows, spans: Iterable[Span]) -> None:
        self._rows = rows
        self._page = rows.record.page_start - 1
        self._edits = {edit.raw_start: edit for edit in rows.edits}
        self._spans = grouped(spans, key=lambda span: span.block)

    def turn_to(self, page: int, **attributes: str | None) -> str:
        """Return the breaks of the pages from the open one to another, which is open then."""
        breaks = ""
        # A page without text of the record has its break too, where the next one begins.
        for number in range(self._page + 1, page + 1):
            if number in self._rows.pages:
                evidence = "counted"
                if self._rows.pages[number]:
                    evidence = "printed"
                breaks += _element("pb", "", {"n": str(number), "type": evidence, **attributes})
        self._page = max(self._page, page)
        return breaks

    def blocks(self) -> str:
        """Return all blocks; a heading opens a section, which has all up to the next one."""
        sections = [""]
        groups = [list(group) for _, group in groupby(self._rows.blocks, lambda block: block.kind)]
        for group, after in zip(groups, [*groups[1:], None], strict=True):
            name: str = group[0].kind
            is_before_section = after and after[0].kind == "heading" and len(sections) > 1
            if name == "signature" and (after is None or is_before_section):
                name = "closing signature"
            element, type_ = _ELEMENTS[name]
            members = ""
            for block in group:
                pieces = self._pieces(block)
                breaks = self.turn_to(pieces[0].page)
                xml = self._block(block, pieces, element, type_)
                if name == "heading":
                    sections[-1] += breaks
                    sections.append(xml)
                elif block is group[0]:
                    sections[-1] += breaks
                    members = xml
                else:
                    members += breaks + xml
            if name in _GROUPS:
                members = _element(_GROUPS[name], members)
            sections[-1] += members
        divisions = [_element("div", section, {"type": "section"}) for section in sections[1:]]
        return sections[0] + "".join(divisions)

    def _block(self, block: Block, pieces: Iterable[Piece], name: str, type_: str | None) -> str:
        identifier = f"{text_name(self._rows.record.id)}.{block.position}"
        attributes = {"type": type_, "n": str(block.position), "xml:id": identifier}
        xml = _element(name, self._content(block, pieces), attributes)
        # Where in the block its pages end may not be known, so their breaks come after it.
        return xml + self.turn_to(block.page_end, cert="low")

    def _pieces(self, block: Block) -> Sequence[Piece]:
        """Return the pieces of a block, in order; the whole, if the raw text does not give them."""
        rows = self._rows
        if rows.raw is not None:
            spans = self._spans.get(block.position, [])
            derivation = derive(spans, rows.edits, rows.raw, verse=block.kind == "verse")
            if derivation.text == block.text and derivation.pieces:
                return derivation.pieces
        return [Piece(0, len(block.text), 0, 0, block.page_start, None)]

    def _content(self, block: Block, pieces: Iterable[Piece]) -> str:
        """Return a block's text with its page breaks and edits; of verse, each line in an ``l``."""
        is_verse = block.kind == "verse"
        xml = line = before = ""
        for piece in pieces:
            text = block.text[piece.start : piece.end]
            if piece.page != self._page:
                attributes = {}
                if before[-1:].isalnum() and text[:1].isalnum():
                    attributes["break"] = "no"  # the page ends inside a word
                breaks = self.turn_to(piece.page, **attributes)
                if is_verse and not line:
                    xml += breaks  # between the lines, not in the one that it precedes
                else:
                    line += breaks
            edit = self._edits[piece.raw_start] if piece.edit else None
            if edit is not None and _is_shown(text, edit, is_verse=is_verse):
                line += _choice(edit)
            else:
                ended: list[str] = []
                rest = text
                if is_verse:
                    *ended, rest = text.split("\n")
                for part in ended:
                    xml += _element("l", line + _escaped(part))
                    line = ""
                line += _escaped(rest)
            before = text or before
        if not is_verse:
            return line
        return xml + _element("l", line)


def _is_shown(text: str, edit: Edit, *, is_verse: bool) -> bool:
    """Return whether an edit can be shown: it was not cut, and no line ends within it."""
    after = edit.after
    if not is_verse:
        after = after.replace("\n", "")
    return text == after and "\n" not in after


def _choice(edit: Edit) -> str:
    """Return an edit as a ``choice`` of what is in the raw text and what takes its place."""
    old, new = "orig", "reg"
    if edit.rule in _SLIPS:
        old, new = "sic", "corr"
    before = _element(old, _escaped(edit.before))
    after = _element(new, _escaped(edit.after.replace("\n", "")))
    return _element("choice", before + after, {"ana": f"#{edit.rule}"})

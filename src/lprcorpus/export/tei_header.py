"""The headers of TEI: what the corpus is and how it was made, and for each text who made it and where it stood."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from lprcorpus.citation.csl import Edition
from lprcorpus.export.tei_text import RecordRows
from lprcorpus.export.xmltext import XML_ID, Element, add
from lprcorpus.schema import RULES, TYPES

__all__ = ["add_corpus_header", "add_text_header"]

Row = Mapping[str, Any]

_AUTHORS = frozenset({"author", "speaker"})
"""Roles that make a contributor an author of the text; each stands in ``@role``."""

_EDITORIAL = {
    "correction": "Mojibake, and what the manifest of an issue corrects with a reason, stands corrected: choice holds the reading"
    " of the raw text in sic and the correction in corr. Slips of the pen and lost or extra spaces of the printed source stay as"
    " they are. Edits are listed, with their reasons, in the header of the text that they were made in.",
    "normalization": "What layout alone put into the text, such as the mark that opens a list item, is regularised: choice holds"
    " the reading of the raw text in orig and the regularised one, which may be empty, in reg. @ana names the rule.",
    "hyphenation": "Hyphens stand as in the raw text, except where an edit says otherwise.",
    "segmentation": "Paragraphs, headings, list items, stanzas, questions, answers and signatures were derived from the layout"
    " of the raw text. Each is an element with an @n, its number in the text, and an xml:id. A heading opens a div of its own:"
    " the text gives no levels.",
    "interpretation": "A body is the text of its elements with an @n that are no pb and no g, parted by an empty line; an lg"
    " is its lines, parted by a line end; g is the character that its @n names, which XML cannot hold; what stands in sic or orig"
    " is not part of it. So read, it is the body of the corpus, character for character.",
}
"""What ``editorialDecl`` says, in the order in which TEI has its parts."""

_REFERENCES = (
    "pb stands before the first character of a page, with the page's number in @n. @type tells whether the number is printed in"
    " the text or counted from one that is; then it is an inference. The first pb of a text is the page that its title stands on;"
    ' @subtype="continued" says that other text of the issue stands above it on that page. @break="no" says that the page ends'
    ' inside a word. A pb with @cert="low" stands after the block in which the page ends, because it is not known where in it.'
)


def add_corpus_header(corpus: Element, edition: Edition, descriptor: Row, periodicals: Collection[str]) -> None:
    """Add the header of the whole corpus.

    Args:
        corpus: the element it is added to.
        edition: the edition of the corpus.
        descriptor: the content of its ``datapackage.json``.
        periodicals: the titles of the periodicals that the texts stand in.
    """
    header = add(corpus, "teiHeader")
    file = add(header, "fileDesc")
    titles = add(file, "titleStmt")
    add(titles, "title", edition.title)
    for name in edition.creators:
        part = add(titles, "respStmt")
        add(part, "resp", "compiled and encoded by")
        add(part, "name", name)
    add(add(file, "editionStmt"), "edition", f"Version {edition.version}", n=edition.version)
    _add_publication(file, edition, descriptor)
    sources = add(add(file, "sourceDesc"), "listBibl")
    for title in periodicals:
        add(add(sources, "bibl"), "title", title, level="j")
    _add_encoding(header, str(descriptor.get("description", "")))
    profile = add(header, "profileDesc")
    keywords = [str(word) for word in descriptor.get("keywords", ())]
    if keywords:
        terms = add(add(profile, "textClass"), "keywords")
        for word in keywords:
            add(terms, "term", word)


def _add_publication(file: Element, edition: Edition, descriptor: Row) -> None:
    publication = add(file, "publicationStmt")
    _add_publisher(publication, edition)
    if edition.released:
        add(publication, "date", edition.released, when=edition.released)
    add(publication, "idno", edition.name, type="name")
    if edition.url:
        add(publication, "idno", edition.url, type="URL")
    availability = add(publication, "availability", status="restricted")
    for license in descriptor.get("licenses", ()):  # noqa: A001  the descriptor's key
        add(availability, "licence", f"{license.get('title') or license.get('name')}", target=license.get("path"))


def _add_publisher(publication: Element, edition: Edition) -> None:
    for name in edition.creators or (edition.title,):
        add(publication, "publisher", name)


def _add_encoding(header: Element, description: str) -> None:
    encoding = add(header, "encodingDesc")
    if description:
        add(add(encoding, "projectDesc"), "p", description)
    editorial = add(encoding, "editorialDecl")
    for name, text in _EDITORIAL.items():
        add(add(editorial, name), "p", text)
    add(add(encoding, "refsDecl"), "p", _REFERENCES)
    classes = add(encoding, "classDecl")
    for name, label, members in (("types", "Types of texts", TYPES), ("rules", "Rules of edits", RULES)):
        taxonomy = add(classes, "taxonomy")
        taxonomy.set(XML_ID, name)
        add(taxonomy, "desc", label)
        for member in members:
            category = add(taxonomy, "category")
            category.set(XML_ID, member)
            add(category, "catDesc", member.replace("_", " "))


def add_text_header(text: Element, rows: RecordRows, edition: Edition) -> None:
    """Add the header of the text of one record."""
    record = rows.record
    header = add(text, "teiHeader")
    file = add(header, "fileDesc")
    titles = add(file, "titleStmt")
    add(titles, "title", record["title"], level="a")
    _add_people(titles, rows.contributors)
    words = f"{record['word_count']:,} words"
    add(add(file, "extent"), "measure", words, unit="word", quantity=str(record["word_count"]))
    publication = add(file, "publicationStmt")
    _add_publisher(publication, edition)
    add(publication, "idno", record["id"], type=edition.name)
    add(add(publication, "availability", status="restricted"), "p", record["rights"])
    _add_source(add(file, "sourceDesc"), rows)
    made = [edit for edit in rows.edits if any(_holds(span, edit) for span in rows.spans)]
    if made:
        _add_edits(add(header, "encodingDesc"), made)
    profile = add(header, "profileDesc")
    add(add(profile, "langUsage"), "language", record["language"], ident=record["language"])
    add(add(profile, "textClass"), "catRef", scheme="#types", target=f"#{record['type']}")


def _holds(span: Row, edit: Row) -> bool:
    return bool(span["raw_start"] <= edit["raw_start"] < span["raw_end"])


def _add_people(parent: Element, contributors: Sequence[Row]) -> None:
    """Add the contributors: authors and speakers as authors, the others with what they did."""
    for person in contributors:
        if person["role"] in _AUTHORS:
            _add_name(add(parent, "author", role=person["role"]), person)
    for person in contributors:
        if person["role"] not in _AUTHORS:
            part = add(parent, "respStmt")
            add(part, "resp", person["role"])
            _add_name(part, person)


def _add_name(parent: Element, person: Row) -> None:
    if not person["family_name"]:
        add(parent, "orgName", person["name"])
        return
    name = add(parent, "persName")
    for tag, part in (("forename", person["given_name"]), ("surname", person["family_name"])):
        if part:
            add(name, tag, part)


def _add_source(description: Element, rows: RecordRows) -> None:
    """Add where the text stood, and in it where it first appeared as far as the issue tells."""
    record, issue = rows.record, rows.issue
    source = add(description, "biblStruct", type=record["type"])
    analytic = add(source, "analytic")
    _add_people(analytic, rows.contributors)
    add(analytic, "title", record["title"], level="a")
    monograph = add(source, "monogr")
    add(monograph, "title", issue["periodical"], level="j")
    imprint = add(monograph, "imprint")
    for unit, number in (("volume", issue["volume"]), ("issue", issue["number"])):
        if number is not None:
            add(imprint, "biblScope", str(number), unit=unit)
    if record["section"]:
        add(imprint, "biblScope", record["section"], unit="section")
    first, last = str(record["page_start"]), str(record["page_end"])
    add(imprint, "biblScope", first if first == last else f"{first}–{last}", unit="page", from_=first, to=last)
    year = f"{issue['year']:04d}"
    add(imprint, "date", year, when=year)
    _add_original(source, record)


def _add_original(source: Element, record: Row) -> None:
    title, container, url = record["source_title"], record["source_container"], record["source_url"]
    dated = record["source_date"]
    parts = (title, container, record["source_publisher"], record["source_place"], dated, url, record["source_citation"])
    if not any(parts):
        return
    original = add(add(source, "relatedItem", type="original"), "biblStruct")
    if title and container:
        add(add(original, "analytic"), "title", title, level="a")
    monograph = add(original, "monogr")
    if container or title:
        add(monograph, "title", container or title)
    if url:
        add(monograph, "idno", url, type="URL")
    imprint = add(monograph, "imprint")
    for tag, value in (("pubPlace", record["source_place"]), ("publisher", record["source_publisher"])):
        if value:
            add(imprint, tag, value)
    if dated:
        start, _, end = dated.partition("/")
        add(imprint, "date", dated, **({"from_": start, "to": end} if end else {"when": start}))
    if not len(imprint):
        add(imprint, "date", "not given")
    if record["source_citation"]:
        add(original, "note", record["source_citation"], type="as_stated")


def _add_edits(encoding: Element, edits: Sequence[Row]) -> None:
    correction = add(add(encoding, "editorialDecl"), "correction")
    items = add(add(correction, "p", "Edits, by their characters in the raw text:"), "list")
    for edit in edits:
        place = f"{edit['raw_start']}–{edit['raw_end']}"
        before, after = (json.dumps(edit[name], ensure_ascii=False) for name in ("before", "after"))
        change = f"{before} became {after}" if edit["after"] else f"{before} was removed"
        add(items, "item", f"{place}: {change} ({edit['rule']}): {edit['reason']}", ana=f"#{edit['rule']}")

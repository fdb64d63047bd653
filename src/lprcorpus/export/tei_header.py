"""The headers of TEI: of the corpus, and of each text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib.resources import files

from lprcorpus.authorship import AUTHOR_ROLES
from lprcorpus.corpus import Corpus
from lprcorpus.export.tei_rows import RecordRows
from lprcorpus.export.xmltext import TEI, XML_ID, Element, add, add_known, etree, root
from lprcorpus.metadata import Metadata
from lprcorpus.schema import RULES, TYPES, Contributor, Edit, Issue, Record

__all__ = ["add_corpus_header", "add_text_header"]


def add_corpus_header(parent: Element, corpus: Corpus, periodicals: Iterable[str]) -> None:
    """Add the header of the whole corpus, which names the periodicals that its texts are in."""
    about = corpus.about
    header = add(parent, "teiHeader")
    file = add(header, "fileDesc")
    titles = add(file, "titleStmt")
    add(titles, "title", about.title)
    _add_edition(file, titles, about)
    publication = _add_publication(file, about)
    add_known(publication, "date", about.released, when=about.released)
    add(publication, "idno", about.name, type="name")
    add_known(publication, "idno", about.homepage, type="URL")
    _add_licences(add(publication, "availability", status="restricted"), corpus)
    sources = add(file, "sourceDesc/listBibl")
    for title in sorted(periodicals):
        add(sources, "bibl/title", title, level="j")
    _add_encoding(header, about, [])
    profile = add(header, "profileDesc")
    keywords = corpus.descriptor.get("keywords")
    if keywords:
        terms = add(profile, "textClass/keywords")
        for word in keywords:
            add(terms, "term", str(word))


def add_text_header(parent: Element, rows: RecordRows, corpus: Corpus, *, alone: bool) -> None:
    """Add the header of a record's text; if ``alone``, it says what that of the corpus would."""
    about = corpus.about
    record = rows.record
    header = add(parent, "teiHeader")
    file = add(header, "fileDesc")
    titles = add(file, "titleStmt")
    add(titles, "title", record.title, level="a")
    _add_people(titles, rows.contributors)
    if alone:
        _add_edition(file, titles, about)
    words = f"{record.word_count:,} words"
    add(file, "extent/measure", words, unit="word", quantity=str(record.word_count))
    publication = _add_publication(file, about)
    add(publication, "idno", record.id, type=about.name)
    availability = add(publication, "availability", status="restricted")
    if alone:
        _add_licences(availability, corpus)
    # TEI allows no paragraph beside licences, so there the rights are in one.
    add(availability, "licence/p" if alone else "p", record.rights)
    _add_source(file, rows)
    edits = _edits_in(rows)
    if alone:
        _add_encoding(header, about, edits)
    elif edits:
        _add_edits(add(header, "encodingDesc/editorialDecl"), edits)
    profile = add(header, "profileDesc")
    add(profile, "langUsage/language", record.language, ident=record.language)
    add(profile, "textClass/catRef", scheme="#types", target=f"#{record.type}")


def _edits_in(rows: RecordRows) -> list[Edit]:
    """Return the edits that were made in a record, of those of its issue."""
    return [
        edit
        for edit in rows.edits
        if any(span.raw_start <= edit.raw_start < span.raw_end for span in rows.spans)
    ]


def _add_edition(file: Element, titles: Element, about: Metadata) -> None:
    for name in about.creators:
        part = add(titles, "respStmt")
        add(part, "resp", "compiled and encoded by")
        add(part, "name", name)
    edition = f"{about.title}, version {about.version}"
    add(file, "editionStmt/edition", edition, n=about.version)


def _add_publication(file: Element, about: Metadata) -> Element:
    publication = add(file, "publicationStmt")
    # TEI wants one publisher at least.
    for name in about.creators or (about.title,):
        add(publication, "publisher", name)
    return publication


def _add_licences(availability: Element, corpus: Corpus) -> None:
    for terms in corpus.descriptor.get("licenses") or []:
        if isinstance(terms, dict):
            add(availability, "licence", str(terms.get("title")), target=terms.get("path"))


def _add_encoding(header: Element, about: Metadata, edits: Sequence[Edit]) -> None:
    """Add how the texts were encoded, and the edits of one text if they are given."""
    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True)
    encoding = etree.fromstring((files(__package__) / "encoding.xml").read_bytes(), parser)
    # Where its lines end only lays the file out.
    for paragraph in encoding.iter(f"{{{TEI}}}p"):
        paragraph.text = " ".join(paragraph.text.split())
    header.append(encoding)
    if about.description:
        project = root("projectDesc")
        add(project, "p", about.description)
        encoding.insert(0, project)
    if edits:
        _add_edits(encoding.find(f"{{{TEI}}}editorialDecl"), edits)
    classes = encoding.find(f"{{{TEI}}}classDecl")
    _add_taxonomy(classes, "types", "Types of texts", TYPES)
    _add_taxonomy(classes, "rules", "Rules of edits", RULES)


def _add_taxonomy(classes: Element, name: str, label: str, members: Iterable[str]) -> None:
    taxonomy = add(classes, "taxonomy")
    taxonomy.set(XML_ID, name)
    add(taxonomy, "desc", label)
    for member in members:
        category = add(taxonomy, "category")
        category.set(XML_ID, member)
        add(category, "catDesc", member.replace("_", " "))


def _add_people(parent: Element, contributors: Sequence[Contributor]) -> None:
    """Add the contributors: authors and speakers as authors, the others with what they did."""
    for person in contributors:
        if person.role in AUTHOR_ROLES:
            _add_name(add(parent, "author", role=person.role), person)
    for person in contributors:
        if person.role not in AUTHOR_ROLES:
            part = add(parent, "respStmt")
            add(part, "resp", person.role)
            _add_name(part, person)


def _add_name(parent: Element, person: Contributor) -> None:
    if person.family_name is None:
        add(parent, "orgName", person.name)
        return
    name = add(parent, "persName")
    if person.given_name is not None:
        add(name, "forename", person.given_name)
    add(name, "surname", person.family_name)


def _add_source(file: Element, rows: RecordRows) -> None:
    """Add where the text was printed, and where it first appeared as far as the issue says."""
    record, issue = rows.record, rows.issue
    source = add(file, "sourceDesc/biblStruct", type=record.type)
    analytic = add(source, "analytic")
    _add_people(analytic, rows.contributors)
    add(analytic, "title", record.title, level="a")
    monograph = add(source, "monogr")
    add(monograph, "title", issue.periodical, level="j")
    _add_imprint(add(monograph, "imprint"), record, issue)
    _add_original(source, record)


def _add_imprint(imprint: Element, record: Record, issue: Issue) -> None:
    for unit, number in (("volume", issue.volume), ("issue", issue.number)):
        if number is not None:
            add(imprint, "biblScope", str(number), unit=unit)
    if record.section is not None:
        add(imprint, "biblScope", record.section, unit="section")
    first, last = str(record.page_start), str(record.page_end)
    pages = first if first == last else f"{first}–{last}"
    add(imprint, "biblScope", pages, unit="page", from_=first, to=last)
    if issue.year is None:
        add(imprint, "date", "not given")
    else:
        year = f"{issue.year:04}"
        add(imprint, "date", year, when=year)


def _add_original(source: Element, record: Record) -> None:
    """Add where the text first appeared; nothing where the issue does not say it."""
    stated = [value for name, value in record if name.startswith("source_")]
    if not any(stated):
        return
    original = add(source, "relatedItem/biblStruct")
    original.getparent().set("type", "original")
    title = record.source_container or record.source_title
    if record.source_title and record.source_container:
        add(original, "analytic/title", record.source_title, level="a")
    monograph = add(original, "monogr")
    add_known(monograph, "title", title)
    add_known(monograph, "idno", record.source_url, type="URL")
    imprint = add(monograph, "imprint")
    add_known(imprint, "pubPlace", record.source_place)
    add_known(imprint, "publisher", record.source_publisher)
    start, _, end = (record.source_date or "").partition("/")
    if end:
        add(imprint, "date", record.source_date, from_=start, to=end)
    elif start:
        add(imprint, "date", start, when=start)
    # TEI wants something in an imprint.
    elif not len(imprint):
        add(imprint, "date", "not given")
    add_known(original, "note", record.source_citation, type="as_stated")


def _add_edits(editorial: Element, edits: Sequence[Edit]) -> None:
    """Add the list of the edits that were made in a text."""
    paragraph = add(editorial, "correction/p", "Edits, by their characters in the raw text:")
    items = add(paragraph, "list")
    for edit in edits:
        before, after = (json.dumps(text, ensure_ascii=False) for text in (edit.before, edit.after))
        change = f"{before} became {after}" if edit.after else f"{before} was removed"
        where = f"{edit.raw_start}–{edit.raw_end}"
        add(items, "item", f"{where}: {change} ({edit.rule}): {edit.reason}", ana=f"#{edit.rule}")

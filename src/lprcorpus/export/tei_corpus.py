"""TEI P5 as it is written: one record is a ``TEI``; several are a ``teiCorpus``."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from itertools import chain, groupby, islice
from typing import BinaryIO
from xml.etree.ElementTree import Element

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.export.job import Exported, Job
from lprcorpus.export.tei_header import corpus_header, text_header
from lprcorpus.export.tei_text import RecordRows, add_division, read_records
from lprcorpus.export.text_files import text_name
from lprcorpus.export.xmltext import TEI, XML_ID, XML_LANG, add, to_xml
from lprcorpus.files import whole_file

# What is before the document; by the second line, editors know its schema.
_PROLOGUE = (
    b"<?xml version='1.0' encoding='UTF-8'?>\n"
    b'<?xml-model href="https://www.tei-c.org/release/xml/tei/custom/schema/relaxng/tei_all.rng"'
    b' type="application/xml" schematypens="http://relaxng.org/ns/structure/1.0"?>\n'
)


def export_tei(job: Job) -> Exported:
    """Write records as TEI: all into one document, or into a folder a document for each issue.

    Raises:
        UsageError: there is no record to write, and a document needs one.
    """
    shards = (read_records(job.corpus, shard, job.selection) for shard in job.shards())
    records = chain.from_iterable(shards)
    first = next(records, None)
    if first is None:
        found = "no record is both among those named and of the types named"
        raise UsageError(f"{found}; expected one at least, for TEI")
    records = chain([first], records)
    written = 0
    if job.is_folder:
        folder = job.folder()
        for issue, group in groupby(records, key=lambda rows: rows.issue):
            file = whole_file(folder / f"{issue.id}.xml")
            written += write_document(file, group, job.corpus, {issue.periodical})
    else:
        periodicals: set[str] = set()
        for part in job.corpus.parts("issues", ["periodical"]):
            periodicals.update(part.column("periodical").to_pylist())
        written = write_document(job.opened(), records, job.corpus, periodicals)
    return Exported(written, has_raw_texts=first.raw is not None)


def write_document(
    out: AbstractContextManager[BinaryIO],
    records: Iterable[RecordRows],
    corpus: Corpus,
    periodicals: Iterable[str],
) -> int:
    """Write records, one at least, as one document, and return how many they were.

    No more than two are in memory. The periodicals are the titles of those that they are in.
    """
    records = iter(records)
    # Two are enough to know which kind of document it is.
    first = list(islice(records, 2))
    with out as stream:
        stream.write(_PROLOGUE)
        if len(first) == 1:
            stream.write(to_xml(tei_text(first[0], corpus, alone=True)))
            return 1
        stream.write(f'<teiCorpus xmlns="{TEI}">\n'.encode())
        stream.write(to_xml(corpus_header(corpus, periodicals), level=1))
        written = 0
        for rows in chain(first, records):
            stream.write(to_xml(tei_text(rows, corpus), level=1))
            written += 1
        stream.write(b"</teiCorpus>\n")
    return written


def tei_text(rows: RecordRows, corpus: Corpus, *, alone: bool = False) -> Element:
    """Return a record as a ``TEI``; if ``alone``, it says itself what a corpus would say of it."""
    text = Element("TEI")
    if alone:
        text.set("xmlns", TEI)
    text.set(XML_ID, text_name(rows.record.id))
    text.append(text_header(rows, corpus, alone=alone))
    inner = add(text, "text")
    inner.set(XML_LANG, rows.record.language)
    add_division(add(inner, "body"), rows)
    return text

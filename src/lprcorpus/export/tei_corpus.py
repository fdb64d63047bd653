"""TEI P5 as it is written: a ``teiCorpus`` with a ``TEI`` for each record, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from lprcorpus.citation.works import edition
from lprcorpus.corpus import Corpus
from lprcorpus.errors import CorpusNotFound
from lprcorpus.export.selection import Shard
from lprcorpus.export.tei_header import add_corpus_header, add_text_header
from lprcorpus.export.tei_text import RecordRows, add_division
from lprcorpus.export.xmltext import TEI, XML_ID, XML_LANG, Element, add, etree, indent, root, xml_id

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["OF_ISSUES", "OF_RECORDS", "record_rows", "tei", "tei_corpus"]

OF_RECORDS = ("records", "issues", "contributors", "blocks")
"""The tables of which a text needs the rows that belong to its record."""

OF_ISSUES = ("pages", "spans", "edits")
"""The tables of which a text needs all rows of its issue."""

_FURNITURE = frozenset({"header", "page_mark", "link", "blank"})
"""Roles of what is no text of the issue."""

_PROLOGUE = (
    b"<?xml version='1.0' encoding='UTF-8'?>\n"
    b'<?xml-model href="https://www.tei-c.org/release/xml/tei/custom/schema/relaxng/tei_all.rng"'
    b' type="application/xml" schematypens="http://relaxng.org/ns/structure/1.0"?>\n'
)
"""What stands before the document; the second line tells editors its schema (https://www.w3.org/TR/xml-model/)."""


@contextmanager
def tei_corpus(stream: BinaryIO, corpus: Corpus, periodicals: Collection[str]) -> Iterator[Callable[[RecordRows], None]]:
    """Write a ``teiCorpus``: its header at once, and each text when it is given.

    Args:
        stream: where to write.
        corpus: the corpus that the texts are of.
        periodicals: the titles of the periodicals that the texts stand in.

    Yields:
        a function that writes the text of a record.
    """
    here = edition(corpus)
    stream.write(_PROLOGUE)
    with etree.xmlfile(stream, encoding="utf-8") as file, file.element(f"{{{TEI}}}teiCorpus", nsmap={None: TEI}):
        outer = root("teiCorpus")
        add_corpus_header(outer, here, corpus.descriptor, periodicals)
        indent(outer)
        outer[0].tail = None
        file.write("\n  ", outer[0], "\n")

        def write(rows: RecordRows) -> None:
            text = tei(rows, here)
            indent(text, level=1)
            file.write("  ", text, "\n")

        yield write


def tei(rows: RecordRows, here: Any) -> Element:
    """Return a record as a ``TEI``, with its header."""
    text = root("TEI")
    text.set(XML_ID, xml_id(rows.record["id"]))
    add_text_header(text, rows, here)
    inner = add(text, "text")
    inner.set(XML_LANG, rows.record["language"])
    add_division(add(inner, "body"), rows)
    return text


def record_rows(corpus: Corpus, shard: Shard) -> Iterator[RecordRows]:
    """Yield the records of a shard, in the order of their issues' ids and of their reading, each with all that belongs to it.

    Args:
        corpus: the corpus, which may have the raw texts.
        shard: the tables :data:`OF_RECORDS` of the records wanted, and :data:`OF_ISSUES` of their issues.
    """
    issues = {issue["id"]: issue for issue in shard["issues"].to_pylist()}
    contributors, blocks = (_grouped(shard[name], "record_id") for name in ("contributors", "blocks"))
    pages, spans, edits = (_grouped(shard[name], "issue_id") for name in OF_ISSUES)
    current: str | None = None
    records = sorted(shard["records"].to_pylist(), key=lambda record: (record["issue_id"], record["position"]))
    for record in records:
        issue, identifier = record["issue_id"], record["id"]
        if issue != current:
            current = issue
            raw = _raw_text(corpus, issues[issue])
            by_record = _by(spans.get(issue, ()), "record_id")
            printed = {page["number"]: page["printed"] for page in pages.get(issue, ())}
            first = _first_texts(spans.get(issue, ()))
        yield RecordRows(
            record=record,
            issue=issues[issue],
            contributors=contributors.get(identifier, []),
            blocks=blocks.get(identifier, []),
            spans=by_record.get(identifier, []),
            edits=edits.get(issue, []),
            pages=printed,
            is_continued=first.get(record["page_start"], identifier) != identifier,
            raw=raw,
        )


def _grouped(table: pa.Table, column: str) -> dict[Any, list[dict[str, Any]]]:
    return _by(table.to_pylist(), column)


def _by(rows: Iterable[dict[str, Any]], column: str) -> dict[Any, list[dict[str, Any]]]:
    """Return rows by what they have in a column, in order."""
    found: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


def _raw_text(corpus: Corpus, issue: Mapping[str, Any]) -> str | None:
    try:
        return corpus.raw_text(issue["raw_path"])
    except CorpusNotFound:
        return None


def _first_texts(spans: Iterable[Mapping[str, Any]]) -> dict[int, str | None]:
    """Return, for each page, the record whose text is the first on it; None where it is in no record."""
    found: dict[int, str | None] = {}
    for span in spans:
        if span["role"] not in _FURNITURE:
            found.setdefault(span["page"], span["record_id"])
    return found

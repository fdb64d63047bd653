"""The bibliographies that travel with the data, ``references.bib`` and ``references.json``: every record, ready to be cited."""

from __future__ import annotations

import json

from lprcorpus.citation.bibtex import bibtex
from lprcorpus.citation.csl import CitedContributor, CitedIssue, CitedRecord, Edition, Item, combine, record_item
from lprcorpus.metadata import corpus_metadata
from lprcorpus.publish.written_corpus import ShardTables, StreamedFile
from lprcorpus.typed_rows import table_rows

__all__ = ["BIBTEX", "CSL_JSON"]


def _items(tables: ShardTables) -> list[Item]:
    """Return the records of a shard as items of CSL-JSON."""
    works = combine(
        table_rows(tables["issues"], "issues", CitedIssue),
        table_rows(tables["records"], "records", CitedRecord),
        table_rows(tables["contributors"], "contributors", CitedContributor),
    )
    edition = Edition.of(corpus_metadata())
    return [record_item(work, edition) for work in works]


def _as_bibtex(tables: ShardTables) -> str:
    return "\n\n".join(map(bibtex, _items(tables)))


def _as_csl_json(tables: ShardTables) -> str:
    return ",\n".join(json.dumps(item, ensure_ascii=False) for item in _items(tables))


BIBTEX = StreamedFile(_as_bibtex, separator="\n\n", closing="\n")
"""``references.bib``: BibTeX, for LaTeX."""

CSL_JSON = StreamedFile(_as_csl_json, opening="[\n", separator=",\n", closing="\n]\n")
"""``references.json``: CSL-JSON, an item on each line, for pandoc, Zotero and the like."""

"""Croissant metadata, ``croissant.json``: the tables as record sets for machine-learning libraries.

The format is Croissant 1.1 (http://mlcommons.org/croissant/1.1): JSON-LD over schema.org. A table
in one file is a file object; one in shards is a file set, its shards file objects beside it, so
that each has its size and hash. Foreign keys are left to ``datapackage.json``: Croissant's library
takes a field that references another for a wish to join, and gives each span the whole record that
it is in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from lprcorpus.citation.bibtex import bibtex
from lprcorpus.citation.csl import dataset_item, present
from lprcorpus.metadata import to_json
from lprcorpus.publish.datapackage import corpus_sources
from lprcorpus.publish.facts import CorpusFacts, TableFacts
from lprcorpus.schema import TABLES, Table

CONFORMS_TO = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]

# The registered name of Parquet, application/vnd.apache.parquet, Croissant's library does not load.
MEDIA_TYPE = "application/x-parquet"

_TYPES = {"string": "sc:Text", "integer": "sc:Integer", "boolean": "sc:Boolean"}


def croissant(facts: CorpusFacts) -> str:
    """Return the Croissant description of a corpus."""
    # The context is that of the specification's appendix 1, with ``prov``, which it recommends, and
    # four terms of mlcroissant's, which warns without. The appendix has ``http`` for schema.org;
    # mlcroissant 1.1.1 accepts a dataset only with ``https``. A key that the context lacks is taken
    # for schema.org's, and a reader of JSON-LD drops its meaning.
    context = (files(__package__) / "croissant_context.json").read_text("utf-8")
    metadata = facts.metadata
    organizations = [{"@type": "sc:Organization", "name": name} for name in metadata.creators]
    content: dict[str, Any] = {
        "@context": json.loads(context),
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": metadata.title,
        "alternateName": metadata.name,
        "description": metadata.description,
        "version": metadata.version,
        "datePublished": metadata.released,
        # An address is required: that of the card leads there wherever the corpus is put.
        "url": metadata.homepage or "README.md",
        "license": [_work(terms.title, url=terms.url) for terms in metadata.licenses],
        "creator": organizations,
        "publisher": organizations,
        "keywords": list(metadata.keywords),
        "inLanguage": _one_or_all(facts.languages),
        "isLiveDataset": False,
        "citeAs": bibtex(dataset_item(metadata)),
        "prov:wasDerivedFrom": _sources(facts),
    }
    for key in sorted(set(re.findall("<!-- croissant: (\\w+) -->", facts.card))):
        text = marked_text(facts.card, key)
        if key == "usageInfo":
            content[key] = _work("Terms of use", text=text)
        else:  # a key of the vocabulary for responsible AI
            content[f"rai:{key}"] = text
    content["distribution"] = []
    for table in facts.tables:
        content["distribution"] += _distribution(table)
    content["recordSet"] = [_record_set(TABLES[table.name], table) for table in facts.tables]
    return to_json(present(content))


def _work(name: str, **entries: object) -> dict[str, object]:
    return {"@type": "sc:CreativeWork", "name": name, **entries}


def _sources(facts: CorpusFacts) -> list[dict[str, object]]:
    works = []
    for source in corpus_sources(facts):
        work = _work(source["title"])
        if "hash" in source:  # the raw text of one issue
            work["@id"] = source["path"]
            work["sha256"] = source["hash"].removeprefix("sha256:")
        works.append(work)
    return works


def marked_text(card: str, name: str) -> str | list[str]:
    """Return what the data card says between the marks of a name, as plain text.

    The marks are ``<!-- croissant: NAME -->`` and ``<!-- /croissant: NAME -->``, each on a line.
    Several paragraphs or list items are a list.
    """
    opening, closing = f"<!-- croissant: {name} -->\n", f"<!-- /croissant: {name} -->"
    marked = re.findall(f"{opening}(.*?){closing}", card, re.DOTALL)
    texts = []
    # The marks themselves, and those of the notice, are comments; bold and code are for people.
    for paragraph in re.split(r"\n\s*\n|\n(?=- )", "\n\n".join(marked)):
        text = re.sub(r"<!--.*?-->|\*\*|`|^\s*- ", "", paragraph, flags=re.DOTALL)
        if text.strip():
            texts.append(" ".join(text.split()))
    return _one_or_all(texts)


def _one_or_all(values: Sequence[str]) -> str | list[str]:
    """Return one value as it is, and others as a list, as JSON-LD has them."""
    return values[0] if len(values) == 1 else list(values)


def _distribution(table: TableFacts) -> list[dict[str, Any]]:
    objects: list[dict[str, Any]] = []
    for file in table.files:
        entry = {
            "@type": "cr:FileObject",
            "@id": file.path,
            "name": file.path,
            "contentUrl": file.path,
            "contentSize": f"{file.bytes} B",
            "encodingFormat": MEDIA_TYPE,
            "sha256": file.sha256,
        }
        objects.append(entry)
    if len(objects) > 1:
        file_set = {
            "@type": "cr:FileSet",
            "@id": f"{table.name}-shards",
            "name": f"The shards of {table.name}",
            "encodingFormat": MEDIA_TYPE,
            "includes": table.pattern,
        }
        objects.append(file_set)
    return objects


def _record_set(table: Table, facts: TableFacts) -> dict[str, Any]:
    source: dict[str, Any] = {"fileObject": {"@id": facts.files[0].path}}
    if len(facts.files) > 1:
        source = {"fileSet": {"@id": f"{table.name}-shards"}}
    fields = []
    for column in table.columns:
        field = {
            "@type": "cr:Field",
            "@id": f"{table.name}/{column.name}",
            "name": column.name,
            "description": column.description,
            "dataType": _TYPES[column.type],
            "source": {**source, "extract": {"column": column.name}},
        }
        fields.append(field)
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "key": [{"@id": f"{table.name}/{column}"} for column in table.key],
        "field": fields,
    }

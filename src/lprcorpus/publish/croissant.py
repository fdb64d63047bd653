"""Croissant metadata (``croissant.json``): the tables as record sets that machine-learning libraries load.

The format is Croissant 1.1 (http://mlcommons.org/croissant/1.1): JSON-LD over schema.org. A table in one file is a file object;
one in shards is a file set, its shards file objects beside it, so that each has its size and hash. Foreign keys are left to
``datapackage.json``: Croissant's library takes a field that references another for a wish to join, and gives each span of a
text the whole record that it stands in.
"""

from __future__ import annotations

from typing import Any

from lprcorpus.citation.bibtex import bibtex
from lprcorpus.citation.csl import Edition, dataset_item
from lprcorpus.publish.datapackage import to_json
from lprcorpus.publish.facts import CorpusFacts, DataFile, TableFacts
from lprcorpus.schema import TABLES, Column, Table

__all__ = ["croissant"]

CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
MEDIA_TYPE = "application/x-parquet"
"""What Croissant calls Parquet. The registered name, ``application/vnd.apache.parquet``, its library does not load."""

_TYPES = {"string": "sc:Text", "integer": "sc:Integer", "boolean": "sc:Boolean"}

_CROISSANT_TERMS = (
    "arrayShape",
    "citeAs",
    "column",
    "containedIn",
    "equivalentProperty",
    "extract",
    "field",
    "fileObject",
    "fileProperty",
    "fileSet",
    "format",
    "includes",
    "isArray",
    "isLiveDataset",
    "jsonPath",
    "key",
    "md5",
    "parentField",
    "path",
    "recordSet",
    "references",
    "regex",
    "repeated",
    "replace",
    "samplingRate",
    "separator",
    "source",
    "subField",
    "transform",
)
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _CROISSANT_TERMS},
}
"""The JSON-LD context that the specification recommends (its appendix 1)."""


def croissant(facts: CorpusFacts) -> str:
    """Return the Croissant description of a corpus."""
    metadata = facts.metadata
    (terms,) = metadata.licenses[:1]
    distribution = []
    for table in facts.tables:
        distribution += _distribution(table)
    content = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": metadata.title,
        "alternateName": metadata.name,
        "description": metadata.description,
        "conformsTo": CONFORMS_TO,
        "version": metadata.version,
        "datePublished": metadata.released,
        **({"url": metadata.homepage} if metadata.homepage else {}),
        "license": {"@type": "sc:CreativeWork", "name": terms.title, "url": terms.url},
        "creator": [{"@type": "sc:Organization", "name": name} for name in metadata.creators],
        "keywords": list(metadata.keywords),
        "inLanguage": facts.languages[0] if len(facts.languages) == 1 else list(facts.languages),
        "isLiveDataset": False,
        "citeAs": bibtex(dataset_item(Edition.of(metadata))),
        "distribution": distribution,
        "recordSet": [_record_set(TABLES[table.name], table) for table in facts.tables],
    }
    return to_json(content)


def _distribution(table: TableFacts) -> list[dict[str, Any]]:
    objects = [_file_object(file) for file in table.files]
    return objects if len(objects) == 1 else [*objects, _file_set(table)]


def _file_object(file: DataFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": MEDIA_TYPE,
        "sha256": file.sha256,
    }


def _file_set(table: TableFacts) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": _source(table)["fileSet"]["@id"],
        "name": f"The shards of {table.name}",
        "encodingFormat": MEDIA_TYPE,
        "includes": f"{table.name}-*.parquet",
    }


def _source(table: TableFacts) -> dict[str, Any]:
    """Return what a table's fields are read from."""
    if len(table.files) == 1:
        return {"fileObject": {"@id": table.files[0].path}}
    return {"fileSet": {"@id": f"{table.name}-shards"}}


def _record_set(table: Table, files: TableFacts) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "key": [{"@id": f"{table.name}/{column}"} for column in table.key],
        "field": [_field(table, column, files) for column in table.columns],
    }


def _field(table: Table, column: Column, files: TableFacts) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": _TYPES[column.type],
        "source": {**_source(files), "extract": {"column": column.name}},
    }

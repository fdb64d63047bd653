"""The descriptor of a built corpus, ``datapackage.json``.

It derives from the models, from what is true of the whole corpus, and from what the build counted; nothing is said here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lprcorpus.citation.deposits import ISSUE_COLUMNS, Periodical, periodicals
from lprcorpus.metadata import Metadata
from lprcorpus.publish.written_corpus import DataFile, TableFiles, WrittenCorpus
from lprcorpus.schema import TABLES, Column, Table

__all__ = [
    "IssueSource",
    "corpus_periodicals",
    "data_package",
    "issue_sources",
    "table_schema",
    "to_json",
]

MOST_SOURCES = 1_000
"""Issues that the descriptor names one by one, at most: it is read whole by all who open the corpus."""

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA_TYPE = "application/vnd.apache.parquet"
_DOCUMENT_TYPES = {"bib": "application/x-bibtex", "json": "application/vnd.citationstyles.csl+json"}


@dataclass(frozen=True)
class IssueSource:
    """A source of the package: a title, the path of the raw text (or of the folder of many) and the text's SHA-256."""

    title: str
    path: str
    sha256: str | None = None


def to_json(value: object) -> str:
    """Return a value as the JSON that this package writes: indented, in UTF-8, with a final newline."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def table_schema(table: Table) -> dict[str, Any]:
    """Return the Table Schema (Data Package v2) of a table."""
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "fieldsMatch": "equal",
        "primaryKey": list(table.key),
    }
    if table.references:
        schema["foreignKeys"] = [
            {"fields": list(key.fields), "reference": {"resource": key.table, "fields": list(key.target)}}
            for key in table.references
        ]
    return schema


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {
        "required": None if column.nullable else True,
        "enum": None if column.enum is None else list(column.enum),
        "pattern": column.pattern,
        "minimum": column.minimum,
        "minLength": column.min_length,
    }
    constraints = {name: value for name, value in constraints.items() if value is not None}
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "description": column.description,
        "example": column.example,
    }
    if column.type == "string" and not column.nullable and not (column.min_length or column.pattern or column.enum):
        field["missingValues"] = []  # an empty string is a value here, not the lack of one
    if column.type == "integer" and column.nullable:
        field["missingValues"] = ["", "nan"]  # what Frictionless, which reads Parquet through pandas, makes of a null
    return {**field, "constraints": constraints} if constraints else field


def issue_sources(corpus: WrittenCorpus) -> list[IssueSource]:
    """Return the sources of a corpus: its issues or, where they are more than :data:`MOST_SOURCES`, its periodicals.

    The table ``issues`` names the text of every issue, and its hash, in either case.
    """
    if next(table.rows for table in corpus.tables if table.name == "issues") > MOST_SOURCES:
        return [
            IssueSource(f"{one.title} ({' to '.join(map(str, sorted(set(one.years))))}), issues: {one.issues}", "raw")
            for one in corpus_periodicals(corpus)
        ]
    names = ("periodical", "volume", "number", "year", "complete", "raw_path", "raw_sha256")
    return [
        IssueSource(_issue_title(*bibliography), path, sha256)
        for part in corpus.parts("issues", names)
        for *bibliography, path, sha256 in zip(*(part.column(name).to_pylist() for name in names), strict=True)
    ]


def corpus_periodicals(corpus: WrittenCorpus) -> list[Periodical]:
    """Return the periodicals that the issues of a corpus are of."""
    return periodicals(row for part in corpus.parts("issues", ISSUE_COLUMNS) for row in part.to_pylist())


def _issue_title(periodical: str, volume: int | None, number: int | None, year: int, complete: bool) -> str:  # noqa: FBT001 (a row)
    parts = [periodical]
    parts += [f"Volume {volume}"] if volume is not None else []
    parts += [f"Issue {number}"] if number is not None else []
    return f"{', '.join(parts)} ({year}){'' if complete else ', excerpt'}"


def data_package(
    metadata: Metadata,
    sources: Sequence[IssueSource],
    tables: Sequence[TableFiles],
    *,
    deposit: Mapping[str, Any],
    documents: Sequence[DataFile] = (),
) -> dict[str, Any]:
    """Return the package's descriptor (Data Package v2).

    Each table stands twice: as a table, which is validated row by row, and as a file, whose size and hash are checked.
    Frictionless checks either only so, and takes a file for a table again where its format says ``parquet``.

    Args:
        metadata: what is true of the whole corpus.
        sources: what it was made from.
        tables: its tables.
        deposit: DataCite's metadata of it.
        documents: the files beside the tables that it ships.
    """
    terms = metadata.license
    return {
        "$schema": PROFILE,
        "name": metadata.name,
        "title": metadata.title,
        "description": metadata.description,
        "version": metadata.version,
        "homepage": metadata.homepage,
        "keywords": list(metadata.keywords),
        "licenses": [{"name": terms.name, "title": terms.title, "path": terms.url}],
        "contributors": [{"title": name, "roles": ["creator"]} for name in metadata.creators],
        "datacite": deposit,
        "sources": [_source(source) for source in sources],
        "resources": [_table_resource(table) for table in tables]
        + [_file_resource(file, MEDIA_TYPE) for table in tables for file in table.files]
        + [_file_resource(file, _DOCUMENT_TYPES[file.path.rpartition(".")[2]]) for file in documents],
    }


def _source(source: IssueSource) -> dict[str, str]:
    entry = {"title": source.title, "path": source.path}
    return {**entry, "hash": f"sha256:{source.sha256}"} if source.sha256 else entry


def _table_resource(files: TableFiles) -> dict[str, Any]:
    table = TABLES[files.name]
    paths = [file.path for file in files.files]
    return {
        "name": files.name,
        "type": "table",
        "title": files.name.capitalize(),
        "description": table.description,
        "path": paths[0] if len(paths) == 1 else paths,
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "rows": files.rows,
        "contentDigest": f"sha256:{files.digest}",
        "schema": table_schema(table),
    }


def _file_resource(file: DataFile, media_type: str) -> dict[str, Any]:
    return {
        "name": f"{file.path.removesuffix('.parquet').replace('.', '-')}-file",
        "title": f"The file {file.path}",
        "path": file.path,
        "format": "bin",
        "mediatype": media_type,
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }

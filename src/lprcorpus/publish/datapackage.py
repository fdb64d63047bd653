"""The descriptor of a corpus, ``datapackage.json`` (Data Package 2.0): the models, the metadata and the counted facts."""

from __future__ import annotations

import json
from typing import Any

from lprcorpus.metadata import Metadata
from lprcorpus.publish.bibliography import REFERENCES
from lprcorpus.publish.deposits import datacite
from lprcorpus.publish.facts import CorpusFacts, DataFile, IssueFacts, Periodical, TableFacts
from lprcorpus.schema import TABLES, Column, Table

__all__ = ["data_package", "table_schema", "to_json"]

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA_TYPE = "application/vnd.apache.parquet"


def to_json(value: object) -> str:
    """Return a value as the JSON that this package writes: indented, in UTF-8, with a final newline."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def data_package(facts: CorpusFacts) -> str:
    """Return the descriptor of a corpus.

    Each table is listed twice: as a table, which is validated row by row, and as a file, whose size and hash are checked.
    Frictionless checks either only so, and takes a file for a table again where its format is ``parquet``.
    """
    metadata = facts.metadata
    resources = [_table_resource(table) for table in facts.tables]
    for table in facts.tables:
        resources += [_file_resource(file, MEDIA_TYPE) for file in table.files]
    resources += [_file_resource(file, REFERENCES[file.path].media_type) for file in facts.references]
    descriptor = {
        "$schema": PROFILE,
        "name": metadata.name,
        "title": metadata.title,
        "description": metadata.description,
        "version": metadata.version,
        **_homepage(metadata),
        "keywords": list(metadata.keywords),
        "licenses": [{"name": terms.name, "title": terms.title, "path": terms.url} for terms in metadata.licenses],
        "contributors": [{"title": name, "roles": ["creator"]} for name in metadata.creators],
        "languages": list(facts.languages),  # our own entry: the specification has none for them
        "datacite": datacite(facts),
        "sources": _sources(facts),
        "resources": resources,
    }
    return to_json(descriptor)


def _homepage(metadata: Metadata) -> dict[str, str]:
    return {"homepage": metadata.homepage} if metadata.homepage else {}


def _sources(facts: CorpusFacts) -> list[dict[str, str]]:
    """Return the issues or, where the facts do not name all of them, the periodicals.

    The table ``issues`` names the text of every issue, and its hash, in either case.
    """
    if len(facts.issues) == facts.table("issues").rows:
        return [_issue_source(issue) for issue in facts.issues]
    return [_periodical_source(periodical) for periodical in facts.periodicals]


def _issue_source(issue: IssueFacts) -> dict[str, str]:
    parts = [issue.periodical]
    if issue.volume is not None:
        parts.append(f"Volume {issue.volume}")
    if issue.number is not None:
        parts.append(f"Issue {issue.number}")
    title = ", ".join(parts)
    if issue.year is not None:
        title += f" ({issue.year})"
    if not issue.complete:
        title += ", excerpt"
    return {"title": title, "path": issue.raw_path, "hash": f"sha256:{issue.raw_sha256}"}


def _periodical_source(periodical: Periodical) -> dict[str, str]:
    years = ""
    if periodical.years:
        years = " (" + " to ".join(map(str, sorted(set(periodical.years)))) + ")"
    return {"title": f"{periodical.title}{years}, issues: {periodical.issues}", "path": "raw"}


def _table_resource(facts: TableFacts) -> dict[str, Any]:
    table = TABLES[facts.name]
    paths = [file.path for file in facts.files]
    return {
        "name": facts.name,
        "type": "table",
        "title": facts.name.capitalize(),
        "description": table.description,
        "path": paths[0] if len(paths) == 1 else paths,
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "rows": facts.rows,
        "contentDigest": f"sha256:{facts.digest}",
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


def table_schema(table: Table) -> dict[str, Any]:
    """Return the Table Schema of a table."""
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "fieldsMatch": "equal",
        "primaryKey": list(table.key),
    }
    keys = []
    for key in table.references:
        keys.append({"fields": list(key.fields), "reference": {"resource": key.table, "fields": list(key.target)}})
    if keys:
        schema["foreignKeys"] = keys
    return schema


def _field(column: Column) -> dict[str, Any]:
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
    constraints = {
        "required": None if column.nullable else True,
        "enum": list(column.enum) if column.enum else None,
        "pattern": column.pattern,
        "minimum": column.minimum,
        "minLength": column.min_length,
    }
    constraints = {name: value for name, value in constraints.items() if value is not None}
    if constraints:
        field["constraints"] = constraints
    return field

"""The descriptor of a corpus, ``datapackage.json``, by Data Package 2.0."""

from __future__ import annotations

import json
from typing import Any

from lprcorpus.publish.bibliography import REFERENCES
from lprcorpus.publish.deposits import datacite
from lprcorpus.publish.facts import CorpusFacts, DataFile, Periodical, TableFacts
from lprcorpus.schema import TABLES, Column, Issue, Table

__all__ = ["corpus_sources", "data_package", "table_schema", "to_json"]

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA_TYPE = "application/vnd.apache.parquet"


def to_json(value: object) -> str:
    """Return a value as the JSON that this package writes: indented, with a final newline."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def data_package(facts: CorpusFacts) -> str:
    """Return the descriptor of a corpus.

    Each table is listed twice: as a table, which is validated row by row, and as a file, whose size
    and hash are checked. Frictionless checks either only so, and takes a file for a table again
    where its format is ``parquet``.
    """
    metadata = facts.metadata
    resources = [_table_resource(table) for table in facts.tables]
    for table in facts.tables:
        resources += [_file_resource(file, MEDIA_TYPE) for file in table.files]
    for file in facts.references:
        resources.append(_file_resource(file, REFERENCES[file.path].media_type))
    licenses = []
    for terms in metadata.licenses:
        licenses.append({"name": terms.name, "title": terms.title, "path": terms.url})
    descriptor = {
        "$schema": PROFILE,
        "name": metadata.name,
        "title": metadata.title,
        "description": metadata.description,
        "version": metadata.version,
        "homepage": metadata.homepage,
        "keywords": list(metadata.keywords),
        "licenses": licenses,
        "contributors": [{"title": name, "roles": ["creator"]} for name in metadata.creators],
        "languages": list(facts.languages),  # our own entry: the specification has none for them
        "datacite": datacite(facts),
        "sources": corpus_sources(facts),
        "resources": resources,
    }
    return to_json({name: value for name, value in descriptor.items() if value is not None})


def corpus_sources(facts: CorpusFacts) -> list[dict[str, str]]:
    """Return the issues or, where the facts do not name all of them, the periodicals.

    The table ``issues`` names the text of every issue, and its hash, in either case.
    """
    if len(facts.issues) == facts.rows("issues"):
        return [_issue_source(issue) for issue in facts.issues]
    return [_periodical_source(periodical) for periodical in facts.periodicals]


def _issue_source(issue: Issue) -> dict[str, str]:
    title = issue.full_title
    if not issue.complete:
        title += ", excerpt"
    return {"title": title, "path": issue.raw_path, "hash": f"sha256:{issue.raw_sha256}"}


def _periodical_source(periodical: Periodical) -> dict[str, str]:
    title = periodical.title
    if periodical.years:
        title += f" ({' to '.join(map(str, periodical.years))})"
    return {"title": f"{title}, issues: {periodical.issues}", "path": "raw"}


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
        # A word, as the specification has it; its JSON Schema wants a list (datapackage #965).
        "fieldsMatch": "equal",
        "primaryKey": list(table.key),
    }
    # Frictionless checks these only where a table is one file (frictionless-py #1761).
    for key in table.references:
        target = {"resource": key.table, "fields": list(key.target)}
        foreign_key = {"fields": list(key.fields), "reference": target}
        schema.setdefault("foreignKeys", []).append(foreign_key)
    return schema


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "description": column.description,
        "example": _as_text(column.example),
    }
    constrained = column.min_length or column.pattern or column.enum
    if column.type == "string" and not column.nullable and not constrained:
        field["missingValues"] = []  # an empty string is a value here, not the lack of one
    if column.type == "integer" and column.nullable:
        # Frictionless reads Parquet through pandas, which makes "nan" of a null.
        field["missingValues"] = ["", "nan"]
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


def _as_text(value: object) -> str:
    """Return a value as the text that Table Schema reads as that value.

    >>> _as_text(5), _as_text(False)
    ('5', 'false')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)

"""The descriptor of a corpus, ``datapackage.json``, by Data Package 2.0."""

from __future__ import annotations

from typing import Any

from lprcorpus.citation.csl import present
from lprcorpus.metadata import to_json
from lprcorpus.publish.bibliography import REFERENCES
from lprcorpus.publish.facts import CorpusFacts, DataFile, Periodical, TableFacts
from lprcorpus.schema import TABLES, Column, Table

PARQUET = "application/vnd.apache.parquet"
"""The media type of the tables."""

MOST_ISSUES = 1_000
"""Issues that the descriptor lists one by one as its sources, at most."""

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def data_package(facts: CorpusFacts) -> str:
    """Return the descriptor of a corpus.

    Each table is listed twice: as a table, which is validated row by row, and as a file, whose size
    and hash are checked. Frictionless checks either only so, and takes a file for a table again
    where its format is ``parquet``.
    """
    metadata = facts.metadata
    resources = [_table_resource(table) for table in facts.tables]
    for table in facts.tables:
        resources += [_file_resource(file, PARQUET) for file in table.files]
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
        "datacite": _datacite(facts),
        "sources": corpus_sources(facts),
        "resources": resources,
    }
    return to_json(present(descriptor))


def _datacite(facts: CorpusFacts) -> dict[str, Any]:
    """Return the metadata of DataCite 4.5; without a DOI, which only a repository can give."""
    metadata = facts.metadata
    # DataCite takes one; of several, none is that of the whole.
    language = facts.languages[0] if len(facts.languages) == 1 else None
    rights = []
    for terms in metadata.licenses:
        entry = {"rights": terms.title, "rightsUri": terms.url}
        if not terms.is_ours:
            entry |= {"rightsIdentifier": terms.name, "rightsIdentifierScheme": "SPDX"}
        rights.append(entry)
    content = {
        "url": metadata.homepage,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Text corpus"},
        "creators": [{"name": name, "nameType": "Organizational"} for name in metadata.creators],
        "titles": [{"title": metadata.title}],
        "publisher": {"name": "; ".join(metadata.creators)},
        "publicationYear": metadata.released[:4],
        "dates": [{"date": metadata.released, "dateType": "Issued"}],
        "version": metadata.version,
        "language": language,
        "subjects": [{"subject": keyword} for keyword in metadata.keywords],
        "descriptions": [{"description": metadata.description, "descriptionType": "Abstract"}],
        "rightsList": rights,
        "formats": [PARQUET],
        "relatedItems": [_related_item(periodical) for periodical in facts.periodicals],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    return present(content)


_DATACITE_NAMES = {"year": "publicationYear", "start": "firstPage", "end": "lastPage"}


def _related_item(periodical: Periodical) -> dict[str, Any]:
    item: dict[str, Any] = {
        "relatedItemType": "Journal",
        "relationType": "IsDerivedFrom",
        "titles": [{"title": periodical.title}],
    }
    for name, number in periodical.numbers.items():
        item[_DATACITE_NAMES.get(name, name)] = str(number)
    return item


def corpus_sources(facts: CorpusFacts) -> list[dict[str, str]]:
    """Return the issues or, where they are very many, the periodicals."""
    sources = []
    if len(facts.issues) <= MOST_ISSUES:
        for issue in facts.issues:
            title = issue.full_title
            if not issue.complete:
                title += ", excerpt"
            digest = f"sha256:{issue.raw_sha256}"
            sources.append({"title": title, "path": issue.raw_path, "hash": digest})
        return sources
    for periodical in facts.periodicals:
        title = periodical.title
        if periodical.years:
            title += f" ({' to '.join(map(str, periodical.years))})"
        sources.append({"title": f"{title}, issues: {len(periodical.issues)}", "path": "raw"})
    return sources


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
        "mediatype": PARQUET,
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
    # Frictionless checks these only where a table is one file (frictionless-py #1761).
    foreign_keys = []
    for key in table.references:
        target = {"resource": key.table, "fields": list(key.target)}
        foreign_keys.append({"fields": list(key.fields), "reference": target})
    schema = {
        "fields": [_field(column) for column in table.columns],
        # A word, as the specification has it; its JSON Schema wants a list (datapackage #965).
        "fieldsMatch": "equal",
        "primaryKey": list(table.key),
        "foreignKeys": foreign_keys,
    }
    return present(schema)


def _field(column: Column) -> dict[str, Any]:
    example = str(column.example)  # a string, whatever the type
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "description": column.description,
        "example": example.lower() if column.type == "boolean" else example,
    }
    constrained = column.min_length or column.pattern or column.enum
    if column.type == "string" and not column.nullable and not constrained:
        field["missingValues"] = []  # an empty string is a value here, not the lack of one
    if column.type == "integer" and column.nullable:
        # Frictionless reads Parquet through pandas, which makes "nan" of a null.
        field["missingValues"] = ["", "nan"]
    constraints = {
        "required": None if column.nullable else True,
        "enum": list(column.enum or ()),
        "pattern": column.pattern,
        "minimum": column.minimum,
        "minLength": column.min_length,
    }
    constraints = present(constraints)
    if constraints:
        field["constraints"] = constraints
    return field

"""What ``datapackage.json`` says of the tables, against the models and the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lprcorpus.problems import Problem, shorten
from lprcorpus.schema import TABLES, Column, Table
from lprcorpus.validation.contents import Content
from lprcorpus.validation.folder import DESCRIPTOR
from lprcorpus.validation.listing import Listing
from lprcorpus.validation.sources import check_sources

__all__ = ["check_descriptor"]

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_MEDIA_TYPE = "application/vnd.apache.parquet"
_DOCUMENT_TYPES = {"references.bib": "application/x-bibtex", "references.json": "application/vnd.citationstyles.csl+json"}
"""The files beside the tables that are listed too, and what each is."""


def check_descriptor(descriptor: Mapping[str, Any], listing: Listing, contents: Mapping[str, Content]) -> Iterator[Problem]:
    """Yield where the descriptor does not describe the tables: their digests, row counts, columns, keys and sources.

    Args:
        descriptor: its content.
        listing: the resources of the tables.
        contents: what each table holds.
    """
    for name, expected in (("$schema", _PROFILE), ("name", "a name"), ("title", "a title"), ("version", "a version")):
        found = descriptor.get(name)
        if not isinstance(found, str) or not found or (name == "$schema" and found != expected):
            yield Problem("descriptor", shorten(found), shorten(expected), column=name, file=DESCRIPTOR)
    for name, resource in listing.resources.items():
        content = contents.get(name)
        if content and content.digest is not None:
            digest = f"sha256:{content.digest}"
            if resource.get("contentDigest") != digest:
                expected = f"{shorten(resource.get('contentDigest'))}, as listed"
                yield Problem("digest-mismatch", digest, expected, name, file=DESCRIPTOR)
        if content and content.complete and resource.get("rows") != content.rows:
            yield Problem(
                "rows-mismatch", shorten(resource.get("rows")), f"{content.rows}, as the table has", name, file=DESCRIPTOR
            )
        for entry, said, wanted in _differences(TABLES[name], resource):
            yield Problem("descriptor", shorten(said), shorten(wanted), name, None, entry, file=DESCRIPTOR)
    for path, resource in listing.described.items():
        for entry_name, expected in (("format", "bin"), ("mediatype", _DOCUMENT_TYPES.get(path, _MEDIA_TYPE))):
            if resource.get(entry_name) != expected:
                where = f"{resource.get('name')}.{entry_name}"
                found = shorten(resource.get(entry_name))
                yield Problem("descriptor", found, f"{expected!r} for {path}", None, None, where, file=DESCRIPTOR)
    issues = contents.get("issues")
    if issues and issues.complete:
        yield from check_sources(descriptor, issues)


def _differences(table: Table, resource: Mapping[str, Any]) -> Iterator[tuple[str, object, object]]:
    """Yield the entries of a resource that are not what its table's model says: the entry, what it says, and what it should."""
    schema = _mapping(resource.get("schema"))
    keys = [
        {"fields": list(key.fields), "reference": {"resource": key.table, "fields": list(key.target)}} for key in table.references
    ]
    wanted: dict[str, tuple[object, object]] = {
        "title": (resource.get("title"), table.name.capitalize()),
        "description": (resource.get("description"), table.description),
        "format": (resource.get("format"), "parquet"),
        "mediatype": (resource.get("mediatype"), _MEDIA_TYPE),
        "schema.fieldsMatch": (schema.get("fieldsMatch"), "equal"),
        "schema.primaryKey": (schema.get("primaryKey"), list(table.key)),
        "schema.foreignKeys": (schema.get("foreignKeys", []), keys),
    }
    yield from ((entry, found, expected) for entry, (found, expected) in wanted.items() if found != expected)
    fields = schema.get("fields")
    fields = [_mapping(field) for field in fields] if isinstance(fields, list) else []
    names = [field.get("name") for field in fields]
    columns = [column.name for column in table.columns]
    if names != columns:
        yield "schema.fields", names, columns
    for column in table.columns:
        if names.count(column.name) == 1:
            for entry, found, expected in _column_differences(column, fields[names.index(column.name)]):
                yield f"schema.fields.{column.name}.{entry}", found, expected


def _column_differences(column: Column, field: Mapping[str, Any]) -> Iterator[tuple[str, object, object]]:
    constraints = _mapping(field.get("constraints", {}))
    wanted: dict[str, tuple[object, object]] = {
        "type": (field.get("type"), column.type),
        "description": (field.get("description"), column.description),
        "example": (field.get("example"), column.example),
        "constraints.required": (constraints.get("required", False), not column.nullable),
        "constraints.enum": (constraints.get("enum"), None if column.enum is None else list(column.enum)),
        "constraints.pattern": (constraints.get("pattern"), column.pattern),
        "constraints.minimum": (constraints.get("minimum"), column.minimum),
        "constraints.minLength": (constraints.get("minLength"), column.min_length),
    }
    yield from ((entry, found, expected) for entry, (found, expected) in wanted.items() if found != expected)
    known = {"required", "enum", "pattern", "minimum", "minLength"}
    for name in sorted(set(constraints) - known):
        yield f"constraints.{name}", constraints[name], None
    missing = field.get("missingValues", [""])
    if not isinstance(missing, list) or not set(map(str, missing)) <= {"", "nan"}:
        yield "missingValues", missing, [""]


def _mapping(value: object) -> Mapping[str, Any]:
    """Return an object of JSON, or an empty one in the place of anything else."""
    return value if isinstance(value, dict) else {}

"""``croissant.json``: what it says of the files, the tables and their columns, against those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lprcorpus.problems import Problem, shorten
from lprcorpus.schema import TABLES, Column
from lprcorpus.validation.documents import entry, strings
from lprcorpus.validation.listing import Measure
from lprcorpus.validation.statements import Statement, citation_statements, statements

__all__ = ["CROISSANT", "check_croissant", "croissant_statements"]

CROISSANT = "croissant.json"

_CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
_FORMAT = "application/x-parquet"
_TYPES = {"string": ("sc:Text",), "integer": ("sc:Integer", "cr:Int64"), "boolean": ("sc:Boolean",)}


def croissant_statements(content: object) -> Iterator[Statement]:
    """Yield what the file says of the whole."""
    paths = {
        "name": "alternateName",
        "title": "name",
        "version": "version",
        "released": "datePublished",
        "description": "description",
        "homepage": "url",
        "keywords": "keywords",
        "languages": "inLanguage",
        "licence title": "license.name",
        "licence address": "license.url",
        "creators": "creator",
    }
    yield from statements(CROISSANT, content, paths)
    if entry(content, "citeAs") is not None:
        yield from citation_statements(CROISSANT, "citeAs", entry(content, "citeAs"))


def check_croissant(content: object, files: Mapping[str, Sequence[str]], measures: Mapping[str, Measure]) -> Iterator[Problem]:
    """Yield where the file does not describe the tables.

    Args:
        content: what the file holds.
        files: the paths of each table's files.
        measures: the size and hash of each file.
    """
    if entry(content, "@type") not in ("sc:Dataset", "Dataset"):
        yield _problem(None, "@type", entry(content, "@type"), "sc:Dataset")
    if _CONFORMS_TO not in strings(entry(content, "conformsTo")):
        yield _problem(None, "conformsTo", entry(content, "conformsTo"), _CONFORMS_TO)
    nodes = _named(entry(content, "distribution"), "contentUrl")
    table_of = {file: name for name, listed in files.items() for file in listed}
    for url in sorted(set(nodes) - set(table_of) - {"None"}):
        yield _problem(None, "distribution", url, "a file of a table")
    for file, name in table_of.items():
        yield from _check_file(name, file, nodes.get(file), measures[file])
    sets = _named(entry(content, "recordSet"), "@id")
    if set(sets) != set(TABLES):
        yield _problem(None, "recordSet", sorted(sets), sorted(TABLES))
    for name in TABLES:
        if name in sets:
            yield from _check_record_set(name, sets[name], files.get(name, ()), entry(content, "distribution"))


def _check_file(table: str, file: str, node: Mapping[str, Any] | None, measure: Measure) -> Iterator[Problem]:
    """Yield where a file object is not the file it describes."""
    if node is None:
        yield _problem(table, "distribution", "no file object", f"one of {file}")
        return
    wanted = {
        "contentSize": (node.get("contentSize"), f"{measure.bytes} B"),
        "sha256": (node.get("sha256"), measure.sha256),
        "encodingFormat": (node.get("encodingFormat"), _FORMAT),
        "@type": (node.get("@type"), "cr:FileObject"),
    }
    for name, (found, expected) in wanted.items():
        if found != expected:
            yield _problem(table, f"distribution.{file}.{name}", found, expected)


def _check_record_set(name: str, records: Mapping[str, Any], files: Sequence[str], distribution: object) -> Iterator[Problem]:
    """Yield where a record set does not describe its table."""
    table = TABLES[name]
    wanted: dict[str, tuple[object, object]] = {
        "name": (records.get("name"), name),
        "description": (records.get("description"), table.description),
        "key": (_ids(records.get("key")), [f"{name}/{column}" for column in table.key]),
    }
    for part, (found, expected) in wanted.items():
        if found != expected:
            yield _problem(name, f"recordSet.{name}.{part}", found, expected)
    fields = _named(records.get("field"), "@id")
    columns = [f"{name}/{column.name}" for column in table.columns]
    if list(fields) != columns:
        yield _problem(name, f"recordSet.{name}.field", list(fields), columns)
    for column in table.columns:
        field = fields.get(f"{name}/{column.name}")
        if field is not None:
            yield from _check_field(name, column, field, files, distribution)


def _check_field(
    table: str, column: Column, field: Mapping[str, Any], files: Sequence[str], distribution: object
) -> Iterator[Problem]:
    where = f"recordSet.{table}.field.{column.name}"
    if field.get("name") != column.name:
        yield _problem(table, f"{where}.name", field.get("name"), column.name)
    if field.get("description") != column.description:
        yield _problem(table, f"{where}.description", field.get("description"), column.description)
    if field.get("dataType") not in _TYPES[column.type]:
        yield _problem(table, f"{where}.dataType", field.get("dataType"), _TYPES[column.type][0])
    if entry(field, "source.extract.column") != column.name:
        yield _problem(table, f"{where}.source.extract", entry(field, "source.extract"), column.name)
    source = entry(field, "source.fileObject.@id") or entry(field, "source.fileSet.@id")
    node = _named(distribution, "@id").get(str(source), {})
    reaches = [node.get("contentUrl")] == list(files) if len(files) == 1 else node.get("includes") == f"{table}-*.parquet"
    if not reaches:
        yield _problem(table, f"{where}.source", source, f"what leads to the files of {table}")


def _ids(nodes: object) -> list[object]:
    return [entry(node, "@id") for node in nodes] if isinstance(nodes, list) else [entry(nodes, "@id")]


def _named(nodes: object, name: str) -> dict[str, Mapping[str, Any]]:
    """Return nodes by one of their entries."""
    return {str(node.get(name)): node for node in nodes if isinstance(node, dict)} if isinstance(nodes, list) else {}


def _problem(table: str | None, where: str, found: object, expected: object) -> Problem:
    return Problem("croissant", shorten(found), shorten(expected), table, None, where, file=CROISSANT)

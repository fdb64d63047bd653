"""The manifests, which say what a raw text cannot, against the rows: what a person decided is still what the tables say.

A manifest stands beside its raw text, as ``raw/<issue>.toml``. It is read here on its own, without the code that builds from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import tomli

from lprcorpus.problems import Problem, shorten
from lprcorpus.validation.documents import entry
from lprcorpus.validation.folder import NotReadable

__all__ = ["check_manifest", "parse_toml"]

_ISSUE = ("periodical", "volume", "number", "year", "complete")
_SOURCE = ("title", "container", "publisher", "place", "date", "url")
_PERSON = {"name": "name", "family_name": "family", "given_name": "given", "role": "role"}


def parse_toml(data: bytes, name: str) -> dict[str, Any]:
    """Return the content of a manifest.

    Raises:
        NotReadable: it is not TOML in UTF-8.
    """
    try:
        return tomli.loads(data.decode("utf-8"))
    except RecursionError:
        raise NotReadable(Problem("manifest", "TOML that is nested too deeply", "the manifest", file=name)) from None
    except ValueError as error:
        raise NotReadable(Problem("manifest", str(error), "TOML in UTF-8", file=name)) from None


def check_manifest(manifest: Mapping[str, Any], rows: Mapping[str, pa.Table], name: str) -> Iterator[Problem]:
    """Yield where the rows of an issue are not what its manifest says.

    Args:
        manifest: its content.
        rows: the rows of the issue in each table.
        name: the manifest's path, for messages.
    """
    small = {table: rows[table].to_pylist() for table in ("issues", "records", "contributors", "edits")}
    differences = [*_differences(manifest, small)]
    if entry(manifest, "pagination.space_marks"):
        differences += _unmarked_pages(rows["pages"], rows["spans"])
    for table, key, column, value, expected in differences:
        yield Problem("manifest", shorten(value), f"{shorten(expected)}, as the manifest says", table, key, column, file=name)


_Difference = tuple[str, str, str, object, object]
_Rows = Sequence[Mapping[str, Any]]


def _differences(manifest: Mapping[str, Any], rows: Mapping[str, _Rows]) -> Iterator[_Difference]:
    """Yield what differs: table, key, column, what the row says, and what the manifest says."""
    said = _mapping(manifest.get("issue"))
    (issue,) = rows["issues"][:1]
    for column in _ISSUE:
        if issue[column] != said.get(column):
            yield "issues", issue["id"], column, issue[column], said.get(column)
    if issue["raw_sha256"] != said.get("sha256"):
        yield "issues", issue["id"], "raw_sha256", issue["raw_sha256"], said.get("sha256")
    path = f"raw/{said.get('text', str(said.get('id')) + '.txt')}"
    if issue["raw_path"] != path:
        yield "issues", issue["id"], "raw_path", issue["raw_path"], path
    listed = manifest.get("records")
    records = {f"{said.get('id')}/{_mapping(item).get('id')}": _mapping(item) for item in _list(listed)}
    found = [row["id"] for row in rows["records"]]
    for key in (key for key in records if key not in found):
        yield "records", key, "id", None, key
    for row in rows["records"]:
        if row["id"] in records:
            yield from _record(row, records[row["id"]], said)
            people = [person for person in rows["contributors"] if person["record_id"] == row["id"]]
            yield from _contributors(row["id"], people, records[row["id"]].get("contributors", []))
        else:
            yield "records", row["id"], "id", row["id"], None
    if found != list(records) and sorted(map(str, found)) == sorted(records):
        key = next(key for key, right in zip(found, records, strict=True) if key != right)
        yield "records", key, "position", found.index(key) + 1, list(records).index(key) + 1
    yield from _edits(rows["edits"], records.values())


def _unmarked_pages(pages: pa.Table, spans: pa.Table) -> Iterator[_Difference]:
    """Yield the pages that no mark opens, where the manifest says that at least a space does."""
    is_mark = pc.is_in(spans.column("role"), value_set=pa.array(["page_mark", "header"]))
    marked = set(spans.column("page").filter(is_mark).to_pylist())
    for page in pages.to_pylist():
        if page["number"] not in marked:
            yield "spans", f"{page['issue_id']},{page['raw_start']}", "role", None, "page_mark"


def _record(row: Mapping[str, Any], said: Mapping[str, Any], issue: Mapping[str, Any]) -> Iterator[_Difference]:
    source = _mapping(said.get("source"))
    wanted = {
        "type": said.get("type"),
        "section": said.get("section"),
        "language": said.get("language", issue.get("language")),
        "rights": said.get("rights", issue.get("rights")),
        **{f"source_{part}": source.get(part) for part in _SOURCE},
    }
    yield from (("records", row["id"], column, row[column], value) for column, value in wanted.items() if row[column] != value)


def _contributors(record: str, people: _Rows, said: object) -> Iterator[_Difference]:
    named = [_mapping(person) for person in _list(said)]
    for person, wanted in zip(people, named, strict=False):
        key = f"{record},{person['position']}"
        for column, name in _PERSON.items():
            if person[column] != wanted.get(name):
                yield "contributors", key, column, person[column], wanted.get(name)
    if len(people) != len(named):
        yield "contributors", f"{record},{min(len(people), len(named)) + 1}", "position", len(people), len(named)


def _edits(edits: _Rows, records: Iterable[Mapping[str, Any]]) -> Iterator[_Difference]:
    """Yield the curated edits that the manifest does not ask for, and those that it asks for in vain."""
    asked = Counter(
        (str(_mapping(edit).get("replace")), str(_mapping(edit).get("reason")))
        for record in records
        for edit in _list(record.get("edits"))
    )
    curated = [edit for edit in edits if edit["rule"] == "curated"]
    for edit in curated:
        asked[edit["after"], edit["reason"]] -= 1
        if asked[edit["after"], edit["reason"]] < 0:
            yield "edits", f"{edit['issue_id']},{edit['raw_start']}", "reason", edit["reason"], None
    for (after, reason), count in asked.items():
        if count > 0:
            yield "edits", str(entry(edits, "0.issue_id")), "reason", None, f"{reason}: {after}"


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}

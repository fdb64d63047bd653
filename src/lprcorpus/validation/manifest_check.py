"""The manifests against the rows: what a person decided is still what the tables say.

This is what remains where an issue is not built again, or does not come out the same. A manifest is
read here without the code that builds from it, so that one of another version can be compared too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import IssueRows
from lprcorpus.validation.documents import entry, items_of, mapping
from lprcorpus.validation.rebuild import Values, compare_rows, values_of

__all__ = ["check_manifest"]

_SAYS = "as the manifest says"
_ISSUE = ("periodical", "volume", "number", "year", "complete")
_SOURCE = ("title", "container", "publisher", "place", "date", "url")
_PERSON = {"name": "name", "family_name": "family", "given_name": "given", "role": "role"}

# A table of a manifest.
Entry = Mapping[str, object]

# What is neither a letter nor a digit. By a pattern: asking each character took a third of the
# time of a validation with the proof.
_NO_LETTERS = re.compile(r"[\W_]+")


def check_manifest(manifest: Entry, rows: IssueRows, raw: str) -> Iterator[Problem]:
    """Yield where the rows of an issue are not what its manifest says."""
    expected = _expected_values(manifest)
    codes = ("manifest", "manifest")
    yield from compare_rows(values_of(rows, expected), expected, codes, _SAYS)
    printed: dict[tuple[str | None, str], str] = defaultdict(str)
    for span in rows.spans:
        printed[span.record_id, span.role] += raw[span.raw_start : span.raw_end]
    for record in rows.records:
        # A source that a headnote gives has no spans of its own.
        if not printed[record.id, "source"]:
            printed[record.id, "source"] = record.source_citation or ""
    for key, stated in _records(manifest).items():
        roles = ("title", "byline", "note", "body", "source")
        texts = {role: printed[key, role] for role in roles}
        yield from _check_quotations(key, stated, texts)
    yield from _check_edits(manifest, rows)


def _records(manifest: Entry) -> dict[str, Entry]:
    """Return what a manifest says of each record, by the record's id."""
    issue = entry(manifest, "issue.id")
    stated = [mapping(item) for item in items_of(manifest.get("records"))]
    return {f"{issue}/{one.get('id')}": one for one in stated}


def _expected_values(manifest: Entry) -> Values:
    """Return the values that a manifest gives."""
    about = mapping(manifest.get("issue"))
    issue = {column: about.get(column) for column in _ISSUE}
    issue["raw_sha256"] = about.get("sha256")
    issue["raw_path"] = f"raw/{about.get('text', str(about.get('id')) + '.txt')}"
    values: Values = {"issues": {str(about.get("id")): issue}, "records": {}, "contributors": {}}
    for position, (record, stated) in enumerate(_records(manifest).items(), start=1):
        row: dict[str, object] = {
            "position": position,
            "type": stated.get("type"),
            "section": stated.get("section"),
            "page_start": stated.get("page"),
            "language": stated.get("language", about.get("language")),
            "rights": stated.get("rights", about.get("rights")),
        }
        for name in _SOURCE:
            row[f"source_{name}"] = entry(stated, f"source.{name}")
        values["records"][record] = row
        for place, person in enumerate(items_of(stated.get("contributors")), start=1):
            names = {column: mapping(person).get(name) for column, name in _PERSON.items()}
            values["contributors"][f"{record},{place}"] = names
    return values


def _check_quotations(record: str, stated: Entry, printed: Mapping[str, str]) -> Iterator[Problem]:
    """Yield the quotations of a record that are not the print of its spans.

    Args:
        record: the record's id.
        stated: what the manifest says of it.
        printed: the print of its spans, by their role.
    """
    quotations = {
        "title": ("title", {"from": stated.get("title", "")}),
        "author": ("byline", {"from": stated.get("byline", "")}),
        "note": ("note", mapping(stated.get("note"))),
        "source_citation": ("source", mapping(stated.get("source"))),
    }
    for column, (role, quotation) in quotations.items():
        if not _is_quoted(printed[role], quotation):
            yield _problem("records", record, column, printed[role].strip(), stated.get(role))
    until = _letters(stated.get("until", ""))
    whole = "".join(printed[role] for role in ("body", "source", "note", "byline"))
    if until not in _letters(whole):
        yield _problem("records", record, "body", whole.strip()[-60:], stated.get("until"))


def _is_quoted(text: str, quotation: Entry) -> bool:
    """Return whether a text is a quotation: all of it, or from its first words to its last."""
    letters = _letters(text)
    first = _letters(quotation.get("from", ""))
    if "to" in quotation:
        return letters.startswith(first) and letters.endswith(_letters(quotation["to"]))
    return letters == first


def _letters(text: object) -> str:
    """Return the letters and digits of a text, which a quotation and print share."""
    return _NO_LETTERS.sub("", str(text).casefold())


def _check_edits(manifest: Entry, rows: IssueRows) -> Iterator[Problem]:
    """Yield the curated edits that nobody asked for, and those that were asked for in vain."""
    asked = []
    for stated in _records(manifest).values():
        for item in items_of(stated.get("edits")):
            edit = mapping(item)
            asked.append([edit.get(name) for name in ("find", "replace", "page", "reason")])
    for row in rows.edits:
        if row.rule != "curated":
            continue
        page = None
        for one in rows.pages:
            if one.raw_start <= row.raw_start < one.raw_end:
                page = one.number
        made: list[object] = [row.before, row.after, page, row.reason]
        if made in asked:
            asked.remove(made)
        else:
            key = f"{row.issue_id},{row.raw_start}"
            yield _problem("edits", key, "reason", made, "no such edit")
    for wanted in asked:
        yield _problem("edits", rows.issue.id, "reason", "no such edit", wanted)


def _problem(table: str, key: str, column: str, found: object, expected: object) -> Problem:
    said = f"{shorten(expected)}, {_SAYS}"
    return Problem("manifest", shorten(found), said, table=table, key=key, column=column)

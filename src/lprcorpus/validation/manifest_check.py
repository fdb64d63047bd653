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
from lprcorpus.validation.differ import Values, compare_rows
from lprcorpus.validation.documents import entry, items_of

# The columns that a manifest gives, each with where it does so.
_ISSUE = {
    "periodical": "periodical",
    "volume": "volume",
    "number": "number",
    "year": "year",
    "complete": "complete",
    "raw_sha256": "sha256",
}
_RECORD = {
    "type": "type",
    "section": "section",
    "page_start": "page",
    "source_title": "source.title",
    "source_container": "source.container",
    "source_publisher": "source.publisher",
    "source_place": "source.place",
    "source_date": "source.date",
    "source_url": "source.url",
}
_PERSON = {"name": "name", "family_name": "family", "given_name": "given", "role": "role"}

# Where a manifest quotes what is printed in the spans of a role.
_QUOTATIONS = {"title": "title", "byline": "author", "note": "note", "source": "source_citation"}

# The roles of the spans that the last words of a record may be in.
_ENDING = ("body", "source", "note", "byline")

_SAYS = "as the manifest says"

# What is neither a letter nor a digit. By a pattern: asking each character took a third of the
# time of a validation with the proof.
_NO_LETTERS = re.compile(r"[\W_]+")


def check_manifest(manifest: object, rows: IssueRows, raw: str) -> Iterator[Problem]:
    """Yield where the rows of an issue are not what its manifest says."""
    yield from compare_rows(rows, _expected_values(manifest), "manifest", _SAYS)
    printed = _printed_texts(rows, raw)
    for record, stated in _records(manifest).items():
        for role, column in _QUOTATIONS.items():
            text = printed[record, role]
            quotation = entry(stated, role)
            if not _is_quoted(text, quotation):
                yield _problem("records", record, column, text.strip(), quotation)
        until = entry(stated, "until")
        if until is not None:
            text = "".join(printed[record, role] for role in _ENDING)
            if _letters(until) not in _letters(text):
                yield _problem("records", record, "body", text.strip()[-60:], until)
    yield from _check_edits(manifest, rows)


def _printed_texts(rows: IssueRows, raw: str) -> dict[tuple[str | None, str], str]:
    """Return what is printed of each record in each role."""
    printed: dict[tuple[str | None, str], str] = defaultdict(str)
    for span in rows.spans:
        printed[span.record_id, span.role] += raw[span.raw_start : span.raw_end]
    for row in rows.records:
        # A source that a headnote gives has no spans of its own.
        printed[row.id, "source"] = printed[row.id, "source"] or row.source_citation or ""
    return printed


def _problem(table: str, key: str, column: str, found: object, expected: object) -> Problem:
    wanted = f"{shorten(expected)}, {_SAYS}"
    return Problem("manifest", shorten(found), wanted, table=table, key=key, column=column)


def _records(manifest: object) -> dict[str, object]:
    """Return what a manifest says of each record, by the record's id."""
    issue = entry(manifest, "issue.id")
    return {f"{issue}/{entry(one, 'id')}": one for one in items_of(entry(manifest, "records"))}


def _expected_values(manifest: object) -> Values:
    """Return the values that a manifest gives."""
    about = entry(manifest, "issue")
    issue = str(entry(about, "id"))
    text = entry(about, "text") or f"{issue}.txt"
    records: dict[str, dict[str, object]] = {}
    contributors: dict[str, dict[str, object]] = {}
    for position, (record, stated) in enumerate(_records(manifest).items(), start=1):
        records[record] = _values_at(_RECORD, stated) | {
            "position": position,
            "language": entry(stated, "language") or entry(about, "language"),
            "rights": entry(stated, "rights") or entry(about, "rights"),
        }
        for place, person in enumerate(items_of(entry(stated, "contributors")), start=1):
            contributors[f"{record},{place}"] = _values_at(_PERSON, person)
    return {
        "issues": {issue: _values_at(_ISSUE, about) | {"raw_path": f"raw/{text}"}},
        "records": records,
        "contributors": contributors,
    }


def _values_at(paths: Mapping[str, str], content: object) -> dict[str, object]:
    """Return what is at some paths of a manifest, each under the column that it is in."""
    return {column: entry(content, path) for column, path in paths.items()}


def _is_quoted(text: str, quotation: object) -> bool:
    """Return whether a text is a quotation: all of it, or from its first words to its last."""
    letters = _letters(text)
    if isinstance(quotation, str):
        return letters == _letters(quotation)
    first = _letters(entry(quotation, "from") or "")
    last = entry(quotation, "to")
    if last is None:
        return letters == first
    return letters.startswith(first) and letters.endswith(_letters(last))


def _letters(text: object) -> str:
    """Return the letters and digits of a text, which a quotation and print share."""
    return _NO_LETTERS.sub("", str(text).casefold())


def _check_edits(manifest: object, rows: IssueRows) -> Iterator[Problem]:
    """Yield the curated edits that nobody asked for, and those that were asked for in vain."""
    asked = []
    for stated in _records(manifest).values():
        for edit in items_of(entry(stated, "edits")):
            asked.append([entry(edit, name) for name in ("find", "replace", "page", "reason")])
    for row in rows.edits:
        if row.rule == "curated":
            page = _page_at(row.raw_start, rows)
            made: list[object] = [row.before, row.after, page, row.reason]
            if made in asked:
                asked.remove(made)
            else:
                key = f"{row.issue_id},{row.raw_start}"
                yield _problem("edits", key, "reason", made, "no such edit")
    for wanted in asked:
        yield _problem("edits", rows.issue.id, "reason", "no such edit", wanted)


def _page_at(place: int, rows: IssueRows) -> int | None:
    for page in rows.pages:
        if page.raw_start <= place < page.raw_end:
            return page.number
    return None

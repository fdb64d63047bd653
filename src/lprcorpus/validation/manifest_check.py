"""The manifests against the rows: what a person decided is still what the tables say.

A manifest is read here without the code that builds from it, so that one of another version can be
compared too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
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

# What is printed of a record in a role.
Printed = dict[tuple[str | None, str], str]

# What is neither a letter nor a digit. By a pattern: asking each character took a third of the
# time of a validation with the proof.
_NO_LETTERS = re.compile(r"[\W_]+")


def check_manifest(manifest: Entry, rows: IssueRows, raw: str) -> Iterator[Problem]:
    """Yield where the rows of an issue are not what its manifest says."""
    expected = _expected_values(manifest)
    yield from compare_rows(values_of(rows, expected), expected, ("manifest", "manifest"), _SAYS)
    pieces: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    for span in rows.spans:
        pieces[span.record_id, span.role].append(raw[span.raw_start : span.raw_end])
    printed: Printed = {place: "".join(texts) for place, texts in pieces.items()}
    for record, stated in _records(manifest).items():
        citation = next((row.source_citation for row in rows.records if row.id == record), None)
        yield from _check_quotations(record, stated, printed, citation or "")
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


def _check_quotations(
    record: str, stated: Entry, printed: Printed, citation: str
) -> Iterator[Problem]:
    """Yield the quotations of a record that are not the print of its spans.

    Args:
        record: the record's id.
        stated: what the manifest says of it.
        printed: what is printed.
        citation: its source; one that a headnote gives has no spans of its own.
    """
    source = printed.get((record, "source"), citation)
    quotations: dict[str, tuple[str, object]] = {
        "title": (printed.get((record, "title"), ""), {"from": stated.get("title")}),
        "note": (printed.get((record, "note"), ""), stated.get("note")),
        "source_citation": (source, stated.get("source")),
    }
    for column, (text, quote) in quotations.items():
        if (text or quote) and not _is_quoted(text, mapping(quote)):
            yield _problem("records", record, column, text.strip(), quote)
    byline = printed.get((record, "byline"), "")
    if _letters(byline) != _letters(str(stated.get("byline", ""))):
        yield _problem("records", record, "author", byline.strip(), stated.get("byline"))
    if "until" not in stated:
        return
    whole = "".join(
        printed.get((record, role), "") for role in ("body", "source", "note", "byline")
    )
    if _letters(str(stated["until"])) not in _letters(whole):
        yield _problem("records", record, "body", whole.strip()[-60:], stated.get("until"))


def _is_quoted(text: str, quote: Entry) -> bool:
    """Return whether a text is a quotation: all of it, or from its first words to its last."""
    letters = _letters(text)
    first = _letters(str(quote.get("from", "")))
    if "to" in quote:
        return letters.startswith(first) and letters.endswith(_letters(str(quote["to"])))
    return letters == first


def _letters(text: str) -> str:
    """Return the letters and digits of a text, which a quotation and print share."""
    return _NO_LETTERS.sub("", text.casefold())


def _check_edits(manifest: Entry, rows: IssueRows) -> Iterator[Problem]:
    """Yield the curated edits that nobody asked for, and those that were asked for in vain."""
    asked: Counter[str] = Counter()
    for stated in _records(manifest).values():
        for item in items_of(stated.get("edits")):
            edit = mapping(item)
            asked[repr([edit.get(name) for name in ("find", "replace", "page", "reason")])] += 1
    for row in rows.edits:
        if row.rule != "curated":
            continue
        pages = [page for page in rows.pages if page.raw_start <= row.raw_start < page.raw_end]
        page = pages[0].number if pages else None
        made = repr([row.before, row.after, page, row.reason])
        asked[made] -= 1
        if asked[made] < 0:
            key = f"{row.issue_id},{row.raw_start}"
            yield _problem("edits", key, "reason", row.reason, None)
    for wanted, times in asked.items():
        if times > 0:
            yield _problem("edits", rows.issue.id, "reason", None, wanted)


def _problem(table: str, key: str, column: str, found: object, expected: object) -> Problem:
    said = f"{shorten(expected)}, {_SAYS}"
    return Problem("manifest", shorten(found), said, table=table, key=key, column=column)

"""The manifests against the rows: what a person decided is still what the tables say.

A manifest is read here without the code that builds from it, so that one of another version can be compared too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.schema import Contributor, IssueRows, Record, Span
from lprcorpus.validation.documents import entry, items_of, mapping

__all__ = ["check_manifest"]

_ISSUE = ("periodical", "volume", "number", "year", "complete")
_SOURCE = ("title", "container", "publisher", "place", "date", "url")
_PERSON = {"name": "name", "family_name": "family", "given_name": "given", "role": "role"}

Entry = Mapping[str, object]
"""A table of a manifest."""


def check_manifest(manifest: Entry, rows: IssueRows, raw: str) -> Iterator[Problem]:
    """Yield where the rows of an issue are not what its manifest says.

    Args:
        manifest: its content.
        rows: the rows of the issue.
        raw: its raw text.
    """
    check = _ManifestCheck(manifest, rows, raw)
    yield from check.issue()
    yield from check.records()
    yield from check.edits()
    if entry(manifest, "pagination.space_marks"):
        yield from check.unmarked_pages()


@dataclass
class _ManifestCheck:
    """A manifest and the rows of its issue, while they are compared."""

    manifest: Entry
    rows: IssueRows
    raw: str
    spans: dict[tuple[str, str], list[Span]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for span in self.rows.spans:
            if span.record_id is not None:
                self.spans.setdefault((span.record_id, span.role), []).append(span)

    @property
    def about(self) -> Entry:
        """What the manifest says of the issue as a whole."""
        return mapping(self.manifest.get("issue"))

    def mismatch(self, table: str, key: str, column: str, found: object, expected: object) -> Problem:
        return Problem(
            "manifest",
            shorten(found),
            f"{shorten(expected)}, as the manifest says",
            table=table,
            key=key,
            column=column,
            file=f"raw/{self.rows.issue.id}.toml",
        )

    def issue(self) -> Iterator[Problem]:
        """Yield what differs in the row of the issue."""
        issue = self.rows.issue
        wanted = {column: self.about.get(column) for column in _ISSUE}
        wanted["raw_sha256"] = self.about.get("sha256")
        text = self.about.get("text", f"{self.about.get('id')}.txt")
        wanted["raw_path"] = f"raw/{text}"
        for column, expected in wanted.items():
            found = getattr(issue, column)
            if found != expected:
                yield self.mismatch("issues", issue.id, column, found, expected)

    def records(self) -> Iterator[Problem]:
        """Yield what differs in the records, their order and their contributors."""
        stated: dict[str, Entry] = {}
        for item in items_of(self.manifest.get("records")):
            content = mapping(item)
            stated[f"{self.about.get('id')}/{content.get('id')}"] = content
        people: dict[str, list[Contributor]] = {}
        for person in self.rows.contributors:
            people.setdefault(person.record_id, []).append(person)
        found = [record.id for record in self.rows.records]
        for key in stated:
            if key not in found:
                yield self.mismatch("records", key, "id", None, key)
        for record in self.rows.records:
            if record.id not in stated:
                yield self.mismatch("records", record.id, "id", record.id, None)
                continue
            yield from self.record(record, stated[record.id])
            yield from self.quotations(record, stated[record.id])
            named = items_of(stated[record.id].get("contributors"))
            yield from self.contributors(record.id, people.get(record.id, []), named)
        if found != list(stated) and set(found) == set(stated):
            for place, key in enumerate(stated):
                if found[place] != key:
                    yield self.mismatch("records", key, "position", found.index(key) + 1, place + 1)
                    break

    def record(self, record: Record, stated: Entry) -> Iterator[Problem]:
        """Yield what differs in the values of one record."""
        source = mapping(stated.get("source"))
        wanted = {
            "type": stated.get("type"),
            "section": stated.get("section"),
            "page_start": stated.get("page"),
            "language": stated.get("language", self.about.get("language")),
            "rights": stated.get("rights", self.about.get("rights")),
        }
        for part in _SOURCE:
            wanted[f"source_{part}"] = source.get(part)
        for column, expected in wanted.items():
            found = getattr(record, column)
            if found != expected:
                yield self.mismatch("records", record.id, column, found, expected)

    def quotations(self, record: Record, stated: Entry) -> Iterator[Problem]:
        """Yield the quotations of a record that are not the print of its spans."""
        title = self.printed(record.id, "title")
        if not _is_quoted(title, stated.get("title"), None):
            yield self.mismatch("records", record.id, "title", record.title, stated.get("title"))
        byline = self.printed(record.id, "byline")
        if (byline or "byline" in stated) and not _is_quoted(byline, stated.get("byline"), None):
            key = self.first_span(record, "byline")
            yield self.mismatch("spans", key, "role", byline, stated.get("byline"))
        note = mapping(stated.get("note"))
        text = self.printed(record.id, "note")
        if (text or note) and not _is_quoted(text, note.get("from"), note.get("to")):
            yield self.mismatch("records", record.id, "note", record.note, _quotation(note))
        source = mapping(stated.get("source"))
        # A source that a headnote gives has no spans of its own.
        text = self.printed(record.id, "source") or record.source_citation or ""
        if (text or source) and not _is_quoted(text, source.get("from"), source.get("to")):
            expected = _quotation(source)
            yield self.mismatch("records", record.id, "source_citation", text, expected)
        until = stated.get("until")
        whole = "".join(self.printed(record.id, role) for role in ("body", "source", "note", "byline"))
        if isinstance(until, str) and _letters(until) not in _letters(whole):
            key = self.first_span(record, "body")
            yield self.mismatch("spans", key, "record_id", whole[-60:], until)

    def printed(self, record: str, role: str) -> str:
        """Return the print of a record's spans of a role."""
        spans = self.spans.get((record, role), ())
        return "".join(self.raw[span.raw_start : span.raw_end] for span in spans)

    def first_span(self, record: Record, role: str) -> str:
        """Return the key of a record's first span of a role, or of any role."""
        every = [span for span in self.rows.spans if span.record_id == record.id]
        spans = self.spans.get((record.id, role)) or every
        start = spans[0].raw_start if spans else 0
        return f"{record.issue_id},{start}"

    def contributors(self, record: str, people: Sequence[Contributor], named: Sequence[object]) -> Iterator[Problem]:
        """Yield what differs in the contributors of a record."""
        for person, stated in zip(people, named, strict=False):
            key = f"{record},{person.position}"
            for column, name in _PERSON.items():
                found, expected = getattr(person, column), mapping(stated).get(name)
                if found != expected:
                    yield self.mismatch("contributors", key, column, found, expected)
        if len(people) != len(named):
            key = f"{record},{min(len(people), len(named)) + 1}"
            yield self.mismatch("contributors", key, "position", len(people), len(named))

    def edits(self) -> Iterator[Problem]:
        """Yield the curated edits that the manifest does not ask for, and those that it asks for in vain."""
        asked: Counter[tuple[object, ...]] = Counter()
        for item in items_of(self.manifest.get("records")):
            for edit in items_of(mapping(item).get("edits")):
                said = mapping(edit)
                asked[_hashable(said.get(name) for name in ("find", "replace", "page", "reason"))] += 1
        for edit in self.rows.edits:
            if edit.rule != "curated":
                continue
            made = (edit.before, edit.after, self.page_at(edit.raw_start), edit.reason)
            asked[made] -= 1
            if asked[made] < 0:
                key = f"{edit.issue_id},{edit.raw_start}"
                yield self.mismatch("edits", key, "reason", edit.reason, None)
        for wanted, count in asked.items():
            if count > 0:
                yield self.mismatch("edits", self.rows.issue.id, "reason", None, wanted)

    def page_at(self, offset: int) -> int | None:
        """Return the number of the page that a character is on; None where there is none."""
        for page in self.rows.pages:
            if page.raw_start <= offset < page.raw_end:
                return page.number
        return None

    def unmarked_pages(self) -> Iterator[Problem]:
        """Yield the pages that no mark opens, where the manifest says that at least a space does."""
        marked = {span.page for span in self.rows.spans if span.role in ("page_mark", "header")}
        for page in self.rows.pages:
            if page.number not in marked:
                key = f"{page.issue_id},{page.raw_start}"
                yield self.mismatch("spans", key, "role", None, "page_mark")


def _hashable(values: Iterator[object]) -> tuple[object, ...]:
    """Return values as a tuple; a list or table, which no edit has in their place, as it is written."""
    return tuple(repr(value) if isinstance(value, (list, dict)) else value for value in values)


def _letters(text: str) -> str:
    """Return the letters and digits of a text: what a quotation and print share however either is set."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _is_quoted(text: str, first: object, last: object) -> bool:
    """Return whether a text is a quotation: the whole of it, or from its first words to its last."""
    if not isinstance(first, str):
        return False
    letters = _letters(text)
    if isinstance(last, str):
        return letters.startswith(_letters(first)) and letters.endswith(_letters(last))
    return letters == _letters(first)


def _quotation(quote: Entry) -> str | None:
    """Return a quotation as a message shows it."""
    parts = [str(quote[name]) for name in ("from", "to") if name in quote]
    return " … ".join(parts) or None

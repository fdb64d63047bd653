"""A draft written down: as a manifest for a person to check, or as JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from lprcorpus.build.manifest import ContributorEntry, Quote
from lprcorpus.draft.drafting import Draft
from lprcorpus.draft.item_reader import DraftedRecord
from lprcorpus.messages import count

__all__ = ["as_json", "as_manifest"]

_SURE = 0.85  # below this, the manifest says how sure the draft is


def as_json(draft: Draft) -> dict[str, list[dict[str, object]]]:
    """Return a draft as the values of its JSON form."""
    lines = draft.paged.lines
    pages: list[dict[str, object]] = []
    for page in draft.paged.pages:
        pages.append({"number": page.number, "line": lines.line_at(page.start)})
    records: list[dict[str, object]] = []
    for record in draft.records:
        entry = record.entry
        values = {
            "line": record.line,
            "title": entry.title,
            "author": entry.author,
            "type": entry.type,
            "section": entry.section,
            "page_start": entry.page,
            "page_end": record.page_end,
            "confidence": record.confidence,
        }
        records.append(values)
    return {"pages": pages, "records": records}


def as_manifest(draft: Draft) -> str:
    """Return a draft as a manifest that a build accepts; comments say what to check."""
    tables = [_issue(draft), _pagination(draft), *map(_record, draft.records)]
    return "\n\n".join("\n".join(table) for table in tables) + "\n"


def _quoted(value: str) -> str:
    """Return a string as TOML writes it: as JSON does, but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, values))}]"


def _comment(text: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in text)
    return f"# {shown}"


def _issue(draft: Draft) -> Iterator[str]:
    issue, masthead = draft.manifest.issue, draft.masthead
    yield (
        "# Drafted from the text by lprcorpus draft. Check every entry against the print, above all where a comment says CHECK."
    )
    yield from map(_comment, draft.remarks)
    for warning in draft.warnings:
        yield _comment(f"CHECK: {warning}")
    yield ""
    yield "[issue]"
    yield f"id = {_quoted(issue.id)}"
    unsaid = "" if masthead.periodical else " # CHECK: the text does not say"
    yield f"periodical = {_quoted(issue.periodical)}{unsaid}"
    if issue.volume is not None:
        yield f"volume = {issue.volume}"
    if issue.number is not None:
        yield f"number = {issue.number}"
    yield f"year = {issue.year}" if issue.year else "# year: CHECK: the text does not say"
    yield "complete = false # CHECK: no text says whether all of it survives"
    unknown = "" if masthead.language else " # CHECK: not recognised"
    yield f"language = {_quoted(issue.language)}{unknown}"
    yield f"rights = {_quoted(issue.rights)} # CHECK: no text says it"
    yield f"sha256 = {_quoted(issue.sha256)}"


def _pagination(draft: Draft) -> Iterator[str]:
    if draft.manifest.extraction:
        yield "[extraction]"
        for key, value in draft.manifest.extraction.model_dump().items():
            yield f"{key} = {_quoted(value)}"
        yield ""
    pagination = draft.manifest.pagination
    yield "[pagination]"
    yield f"first = {pagination.first}"
    yield f"running_heads = {_list(pagination.running_heads or [])}"
    if pagination.running_feet:
        yield f"running_feet = {_list(pagination.running_feet)}"
    if pagination.inline_marks:
        yield f"inline_marks = {_list(pagination.inline_marks)}"
    yield f"space_marks = {str(pagination.space_marks).lower()}"
    pages = draft.paged.pages
    printed = sum(page.printed for page in pages)
    marks = ", ".join(draft.paged.marks)
    yield _comment(f"{count(len(pages), 'page')}, {printed} with a printed number; marks: {marks}")


def _record(record: DraftedRecord) -> Iterator[str]:
    entry = record.entry
    yield _comment(f"raw line {record.line}")
    if record.confidence < _SURE:
        yield f"# CHECK: is this the beginning of an item? confidence {record.confidence:.2f}"
    for doubt in record.doubts:
        yield _comment(f"CHECK: {doubt}")
    yield "[[records]]"
    for key in ("id", "title", "occurrence", "page", "type", "section", "byline"):
        value = getattr(entry, key)
        if value is not None:
            yield f"{key} = {value if isinstance(value, int) else _quoted(value)}"
    if entry.note:
        yield f"note = {{ {', '.join(_extent(entry.note))} }}"
    if entry.contributors:
        yield f"contributors = [{', '.join(map(_contributor, entry.contributors))}]"
    if entry.source:
        yield "\n[records.source]"
        yield from _extent(entry.source)
        for key in ("title", "container", "publisher", "place", "date", "url"):
            value = getattr(entry.source, key)
            if value:
                yield f"{key} = {_quoted(value)}"


def _extent(quote: Quote) -> Iterator[str]:
    yield f"from = {_quoted(quote.first)}"
    if quote.last:
        yield f"to = {_quoted(quote.last)}"


def _contributor(entry: ContributorEntry) -> str:
    values = entry.model_dump(exclude_none=True)
    return f"{{ {', '.join(f'{key} = {_quoted(value)}' for key, value in values.items())} }}"

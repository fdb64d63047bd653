"""A draft written down: as a manifest for a person to check, or as JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from lprcorpus.draft.drafting import Draft
from lprcorpus.draft.item_reader import DraftedRecord
from lprcorpus.draft.masthead import NO_RIGHTS, UNKNOWN_LANGUAGE, UNTITLED
from lprcorpus.messages import count

_SURE = 0.85  # below this, the manifest says how sure the draft is
# What is to be checked of an issue, by what the manifest has.
_DOUBTS = {
    ("periodical", UNTITLED): "the text does not say",
    ("complete", False): "no text says whether all of it survives",
    ("language", UNKNOWN_LANGUAGE): "not recognised",
    ("rights", NO_RIGHTS): "no text says it",
}


def as_json(draft: Draft) -> dict[str, list[dict[str, object]]]:
    """Return a draft as the values of its JSON form."""
    values: dict[str, list[dict[str, object]]] = {"pages": [], "records": []}
    for page in draft.paged.pages:
        line = draft.paged.lines.line_at(page.start)
        values["pages"].append({"number": page.number, "line": line})
    for record in draft.records:
        entry = record.entry
        values["records"].append(
            {
                "line": record.line,
                "title": entry.title,
                "author": entry.author,
                "type": entry.type,
                "section": entry.section,
                "page_start": entry.page,
                "page_end": record.page_end,
                "confidence": record.confidence,
            }
        )
    return values


def as_manifest(draft: Draft) -> str:
    """Return a draft as a manifest that a build accepts; comments say what to check."""
    tables = [_issue(draft), _pagination(draft), *map(_record, draft.records)]
    return "\n\n".join("\n".join(table) for table in tables) + "\n"


def _issue(draft: Draft) -> Iterator[str]:
    yield (
        "# Drafted from the text by lprcorpus draft. Check every entry against the print,"
        " above all where a comment says CHECK."
    )
    yield from map(_comment, draft.remarks)
    for warning in draft.warnings:
        yield _comment(f"CHECK: {warning}")
    yield ""
    yield "[issue]"
    issue = draft.manifest.issue
    for key, value in issue.model_dump(exclude_none=True).items():
        doubt = _DOUBTS.get((key, value))
        yield f"{key} = {_toml(value)}" + (f" # CHECK: {doubt}" if doubt else "")
    if issue.year is None:
        yield "# year: CHECK: the text does not say"


def _pagination(draft: Draft) -> Iterator[str]:
    manifest = draft.manifest
    if manifest.extraction:
        yield "[extraction]"
        yield from _pairs(manifest.extraction.model_dump())
        yield ""
    yield "[pagination]"
    for key, value in manifest.pagination.model_dump(exclude_none=True).items():
        if value or key in {"first", "running_heads", "space_marks"}:
            yield f"{key} = {_toml(value)}"
    pages = draft.paged.pages
    printed = sum(page.printed for page in pages)
    marks = ", ".join(draft.paged.marks)
    yield _comment(f"{count(len(pages), 'page')}, {printed} with a printed number; marks: {marks}")


def _record(record: DraftedRecord) -> Iterator[str]:
    yield _comment(f"raw line {record.line}")
    if record.confidence < _SURE:
        yield f"# CHECK: is this the beginning of an item? confidence {record.confidence:.2f}"
    for doubt in record.doubts:
        yield _comment(f"CHECK: {doubt}")
    yield "[[records]]"
    values = record.entry.model_dump(by_alias=True, exclude_defaults=True, exclude_none=True)
    source = values.pop("source", None)
    yield from _pairs(values)
    if source:
        yield ""
        yield "[records.source]"
        yield from _pairs(source)


def _pairs(values: Mapping[str, object]) -> Iterator[str]:
    for key, value in values.items():
        yield f"{key} = {_toml(value)}"


def _toml(value: object) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, dict):
        return f"{{ {', '.join(_pairs(value))} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    # Numbers and strings are as in JSON, but for the delete character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in text)
    return f"# {shown}"

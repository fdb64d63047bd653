"""A draft written down: as a manifest for a person to check, or as JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lprcorpus.draft.proposal import Contributor, Proposal, RecordProposal, SourceProposal

__all__ = ["as_json", "as_manifest"]

_SURE = 0.85  # below this, the manifest says how sure the draft is
_RIGHTS = "Rights not yet known; this corpus grants none."


def as_json(proposal: Proposal) -> dict[str, Any]:
    """Return a draft as the values of its JSON form."""
    return {
        "pages": [{"number": number, "line": line} for number, line in proposal.pages],
        "records": [
            {
                "line": record.line,
                "title": record.title,
                "author": record.author,
                "type": record.type,
                "section": record.section,
                "page_start": record.page,
                "page_end": record.page_end,
                "confidence": record.confidence,
            }
            for record in proposal.records
        ],
    }


def as_manifest(proposal: Proposal) -> str:
    """Return a draft as a manifest that a build accepts as it is; what a person has to check is said in comments."""
    blocks = ["\n".join(_issue(proposal)), "\n".join(_pagination(proposal))]
    blocks += ["\n".join(_record(record)) for record in proposal.records]
    return "\n\n".join(blocks) + "\n"


def _quote(value: str) -> str:
    """Return a string as TOML writes it: as JSON does, but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return "# " + "".join(character if character.isprintable() else " " for character in text)


def _issue(proposal: Proposal) -> Iterator[str]:
    issue = proposal.issue
    yield "# Drafted from the text by lprcorpus draft. Check every entry against the print, above all where a comment says CHECK."
    yield from (_comment(remark) for remark in proposal.remarks)
    yield ""
    yield "[issue]"
    yield f"id = {_quote(issue.id)}"
    if issue.text:
        yield f"text = {_quote(issue.text)}"
    yield f"periodical = {_quote(issue.periodical or 'Untitled')}" + (
        "" if issue.periodical else " # CHECK: the text does not say"
    )
    if issue.volume is not None:
        yield f"volume = {issue.volume}"
    if issue.number is not None:
        yield f"number = {issue.number}"
    yield f"year = {issue.year}" if issue.year else "# year: CHECK: the text does not say"
    yield "complete = false # CHECK: no text says whether all of it survives"
    yield f"language = {_quote(issue.language or 'und')}" + ("" if issue.language else " # CHECK: not recognised")
    yield f"rights = {_quote(_RIGHTS)} # CHECK: no text says it"
    yield f"sha256 = {_quote(issue.sha256)}"


def _pagination(proposal: Proposal) -> Iterator[str]:
    yield "[pagination]"
    yield f"first = {proposal.first}"
    yield f"running_heads = [{', '.join(map(_quote, proposal.running_heads))}]"
    if proposal.running_feet:
        yield f"running_feet = [{', '.join(map(_quote, proposal.running_feet))}]"
    if proposal.inline_marks:
        yield f"inline_marks = [{', '.join(map(_quote, proposal.inline_marks))}]"
    yield f"space_marks = {str(proposal.space_marks).lower()}"
    pages = len(proposal.pages)
    said = f"{pages} {'page' if pages == 1 else 'pages'}, {proposal.pages_printed} with a printed number"
    yield _comment(f"{said}; marks: {', '.join(proposal.marks)}")


def _record(record: RecordProposal) -> Iterator[str]:
    yield _comment(f"raw line {record.line}")
    if record.confidence < _SURE:
        yield _comment(f"CHECK: is this the beginning of an item? confidence {record.confidence:.2f}")
    yield from (_comment(f"CHECK: {doubt}") for doubt in record.doubts)
    yield "[[records]]"
    yield f"id = {_quote(record.id)}"
    yield f"title = {_quote(record.title)}"
    if record.occurrence is not None:
        yield f"occurrence = {record.occurrence}"
    yield f"page = {record.page}"
    yield f"type = {_quote(record.type)}"
    if record.section:
        yield f"section = {_quote(record.section)}"
    if record.byline:
        yield f"byline = {_quote(record.byline)}"
    if record.note:
        yield f"note = {{ {_extent(*record.note)} }}"
    if record.until:
        yield f"until = {_quote(record.until)}"
    if record.contributors:
        yield f"contributors = [{', '.join(map(_contributor, record.contributors))}]"
    if record.source:
        yield ""
        yield "[records.source]"
        yield from _source(record.source)


def _extent(first: str, last: str | None) -> str:
    return f"from = {_quote(first)}" + (f", to = {_quote(last)}" if last else "")


def _inline(**values: str | None) -> str:
    return "{ " + ", ".join(f"{name} = {_quote(value)}" for name, value in values.items() if value) + " }"


def _contributor(contributor: Contributor) -> str:
    person = contributor.person
    return _inline(name=person.name, family=person.family, given=person.given, role=contributor.role)


def _source(source: SourceProposal) -> Iterator[str]:
    yield f"from = {_quote(source.first)}"
    if source.last:
        yield f"to = {_quote(source.last)}"
    for name in ("title", "container", "publisher", "place", "date", "url"):
        value = getattr(source.parts, name)
        if value:
            yield f"{name} = {_quote(value)}"

"""Golden cases: one oddity of a source each, with the raw lines that taught it, and everything that is made of it.

``golden/<case>.toml`` holds the text, line by line so that the space at a line's end is seen, and
what its manifest says; ``golden/<case>.txt`` what comes out: pages, records, blocks, edits, and
every span with its characters.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import tomli

from lprcorpus.build.assembly import BuiltIssue, assemble
from lprcorpus.build.manifest import Manifest
from lprcorpus.proof.invariants import prove

from .conftest import ROOT, Golden

CASES = sorted((ROOT / "tests" / "golden").glob("*.toml"))


def read_case(path: Path) -> tuple[str, Manifest]:
    case: dict[str, Any] = tomli.loads(path.read_text("utf-8"))
    assert case.pop("taught")
    text = "\n".join(case.pop("lines"))
    issue = {
        "id": "case",
        "periodical": "Case",
        "year": 1900,
        "complete": True,
        "language": "en",
        "rights": "None reserved.",
    }
    sha256 = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return text, Manifest.model_validate({"issue": {**issue, "sha256": sha256}, **case})


def table(issue: BuiltIssue, name: str, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(row, column) for column in columns) for row in issue.rows.table(name)]


def render(text: str, issue: BuiltIssue) -> str:
    """Write out all that was made of a text, a line for each thing."""
    lines = [
        f"detected: {'; '.join(issue.paged.marks)}; paragraphs by {issue.setting.paragraphs}; {issue.setting.face}"
    ]
    for number, printed, start, end in table(
        issue, "pages", "number", "printed", "raw_start", "raw_end"
    ):
        lines.append(f"page {number} ({'printed' if printed else 'counted'}) {start} to {end}")
    columns = ("id", "title", "page_start", "page_end", "section", "note", "source_citation")
    for record, title, first, last, section, note, citation in table(issue, "records", *columns):
        lines.append(f"record {record.partition('/')[2]}: {title!r}, pages {first} to {last}")
        parts = (("section", section), ("note", note), ("source", citation))
        lines += [f"  {name}: {value!r}" for name, value in parts if value is not None]
        for owner, position, kind, content in table(
            issue, "blocks", "record_id", "position", "kind", "text"
        ):
            if owner == record:
                lines.append(f"  {position} {kind}: {content!r}")
    for rule, before, after in table(issue, "edits", "rule", "before", "after"):
        lines.append(f"edit {rule}: {before!r} made {after!r}")
    for start, end, role, page, record, block in table(
        issue, "spans", "raw_start", "raw_end", "role", "page", "record_id", "block"
    ):
        owner = " ".join(str(part) for part in ((record or "").partition("/")[2], block) if part)
        lines.append(f"span p. {page} {role}{f' ({owner})' if owner else ''}: {text[start:end]!r}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_each_oddity_of_a_source_comes_out_as_recorded(path: Path, golden: Golden) -> None:
    text, manifest = read_case(path)
    issue = assemble(text, manifest, path.name)
    assert [str(problem) for problem in prove(text, issue.rows)] == []
    golden(f"{path.stem}.txt", render(text, issue))

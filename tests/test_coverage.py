"""A missed article is seen: the build says what share of each issue's text is in records, and lists every stretch that is not."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import MakeIssue, run

FRONT = "Printed for the members.\n\n"
FIRST_TEXT = "First Title\nThe night whispers the silence.\n\n"
MISSED = "Second Title\nThe song of the night birds.\n\n"
LAST = "Third Title\nThank you for the interview.\n"
FIRST: dict[str, object] = {
    "id": "first",
    "title": "First Title",
    "page": 1,
    "type": "article",
    "until": "the silence.",
}
THIRD: dict[str, object] = {"id": "third", "title": "Third Title", "page": 1, "type": "article"}


def report_of(folder: Path, out: Path) -> list[dict[str, object]]:
    result = run("build", "--raw", str(folder), "--out", str(out), "--json")
    assert result.exit_code == 0
    issues: list[dict[str, object]] = json.loads(result.stdout)["issues"]
    return issues


def test_every_stretch_outside_the_records_is_listed_with_its_line_and_first_words(
    make_issue: MakeIssue, tmp_path: Path
) -> None:
    (issue,) = report_of(
        make_issue(FRONT + FIRST_TEXT + MISSED + LAST, FIRST, THIRD), tmp_path / "out"
    )
    missed = len(FRONT.strip()) + len(MISSED.strip())
    kept = len("First TitleThe night whispers the silence.") + len(
        "Third TitleThank you for the interview."
    )
    assert issue["unclaimed"] == [
        {"line": 1, "characters": 24, "opening": "Printed for the members."},
        {
            "line": 6,
            "characters": len(MISSED.strip()),
            "opening": "Second Title The song of the night birds.",
        },
    ]
    assert issue["claimed"] == kept / (kept + missed)


def test_a_stretch_runs_on_over_a_page_break(make_issue: MakeIssue, tmp_path: Path) -> None:
    text = FIRST_TEXT + "A missed article begins\n\fand ends on another page.\n\n" + LAST
    (issue,) = report_of(make_issue(text, FIRST, {**THIRD, "page": 2}), tmp_path / "out")
    assert issue["unclaimed"] == [
        {
            "line": 4,
            "characters": 48,
            "opening": "A missed article begins and ends on another page.",
        }
    ]


def test_an_issue_with_all_its_text_in_records_lists_nothing(
    make_issue: MakeIssue, tmp_path: Path
) -> None:
    (issue,) = report_of(
        make_issue(FIRST_TEXT + LAST, {**FIRST, "until": "the silence."}, THIRD), tmp_path / "out"
    )
    assert (issue["claimed"], issue["unclaimed"]) == (1.0, [])


def test_many_issues_are_each_reported_with_their_share(
    make_issue: MakeIssue, tmp_path: Path
) -> None:
    for number in range(1, 5):
        text = (FRONT if number == 2 else "") + FIRST_TEXT + LAST
        folder = make_issue(text, FIRST, THIRD, issue_id=f"tiny-{number}")
    result = run("build", "--raw", str(folder), "--out", str(tmp_path / "out"))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()[:5]
    assert [line.split("; ")[1] if line.startswith("tiny") else line for line in lines] == [
        "100.0% of the text is in records",
        "77.1% of the text is in records",
        "  not in a record: raw line 1, 24 characters: 'Printed for the members.'",
        "100.0% of the text is in records",
        "100.0% of the text is in records",
    ]

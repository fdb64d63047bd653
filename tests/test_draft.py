"""The draft of a manifest: what it finds in the real issue and in made ones, what it writes, and what it does with bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lprcorpus.build.assembly import BuiltIssue, assemble
from lprcorpus.build.manifest import Manifest, parse_manifest
from lprcorpus.draft.drafting import Draft, draft
from lprcorpus.draft.manifest_writer import as_json, as_manifest
from lprcorpus.draft.wording import read_date
from lprcorpus.errors import LprcorpusError, ManifestError
from lprcorpus.layout_file import Extraction, Layout, LayoutLine

from .conftest import ROOT, run
from .made_periodicals import MADE, MadePeriodical, body
from .rowhelp import columns_of
from .test_invariants import ANY_TEXT, LAID_OUT, check_invariants


def build_of(drafted: Draft, text: str) -> BuiltIssue:
    """Build what a draft says, as a person would who takes it as it is."""
    where = f"{drafted.manifest.issue.id}.toml"
    return assemble(text, parse_manifest(as_manifest(drafted).encode(), where), where)


# ── The real issue
# ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_fifteen_items_of_the_real_issue_are_found_and_no_other(raw_text: str) -> None:
    found = [record.line for record in draft(raw_text, "lpr-1-2.txt").records]
    assert found == [
        1,
        140,
        710,
        1525,
        1563,
        1908,
        1995,
        2044,
        2195,
        2218,
        2265,
        2313,
        2342,
        2366,
        2388,
    ]


def test_the_build_from_the_draft_differs_only_in_what_no_text_could_tell(
    raw_text: str, manifest: Manifest
) -> None:
    """The slugs are chosen by a person, the rights are found out by one, and that a site is called Facebook is known by one."""
    checked = columns_of(assemble(raw_text, manifest, "lpr-1-2.toml").rows)
    drafted = columns_of(build_of(draft(raw_text, "lpr-1-2.txt"), raw_text).rows)
    assert len(drafted["records"]["id"]) == 15
    chosen = dict(zip(drafted["records"]["id"], checked["records"]["id"], strict=True))
    for table, column in (
        ("records", "id"),
        ("contributors", "record_id"),
        ("blocks", "record_id"),
        ("spans", "record_id"),
    ):
        drafted[table][column] = [chosen.get(value, value) for value in drafted[table][column]]
    differing = {
        (table, column, row)
        for table, columns in checked.items()
        for column, values in columns.items()
        for row, value in enumerate(values)
        if drafted[table][column][row] != value
    }
    rights = {("records", "rights", row) for row in range(15)}
    assert differing == rights | {("records", "source_container", 5)}
    assert [len(columns[next(iter(columns))]) for columns in drafted.values()] == [
        len(columns[next(iter(columns))]) for columns in checked.values()
    ]


def test_the_draft_names_the_pages_and_running_heads_of_the_real_issue(raw_text: str) -> None:
    drafted = draft(raw_text, "lpr-1-2.txt")
    pagination = drafted.manifest.pagination
    assert pagination.running_heads == ["Left Progressive Review Volume 1, Issue 2 (2014)\n{page}"]
    assert pagination.space_marks is True
    assert [page.number for page in drafted.paged.pages if page.printed] == [19, 22, 29]
    pages = as_json(drafted)["pages"]
    assert [page["number"] for page in pages] == list(range(5, 35))
    assert [page["line"] for page in pages[:3]] == [1, 84, 140]


# ── Made periodicals
# ─────────────────────────────────────────────────────────────────────────────────────────────────────────

CHANGES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "CRLF line ends": lambda text: text.replace("\n", "\r\n"),
    "a byte-order mark": lambda text: "\ufeff" + text,
}


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("change", CHANGES)
def test_the_items_of_a_made_periodical_are_found(name: str, change: str) -> None:
    made: MadePeriodical = MADE[name]()
    text = CHANGES[change](made.text)
    drafted = draft(text, "made-1.txt")
    found = [
        (record.line, record.entry.title, record.entry.author, record.entry.page)
        for record in drafted.records
    ]
    assert found == [(*item, page) for item, page in zip(made.items, made.pages, strict=True)]
    issue = build_of(drafted, text)
    check_invariants(text, issue)
    assert [record.author for record in issue.rows.records] == [
        author for _, _, author in made.items
    ]


def test_the_masthead_is_read() -> None:
    text = MADE["contents with dot leaders, running heads"]().text
    issue = draft(text, "made-1.txt").manifest.issue
    assert (issue.periodical, issue.volume, issue.number, issue.year, issue.language) == (
        "The Quiet Quarterly",
        3,
        2,
        1987,
        "en",
    )


def test_running_feet_close_their_pages() -> None:
    made = MADE["contents with pages first"]()
    drafted = draft(made.text, "made-1.txt")
    assert drafted.manifest.pagination.running_feet == ["Saltmarsh Magazine - Page {page}"]
    pages = build_of(drafted, made.text).rows.pages
    assert [(page.number, page.printed) for page in pages] == [
        (number, True) for number in range(2, 8)
    ]


def test_types_are_told_by_wording_and_layout() -> None:
    kinds = [
        record.entry.type
        for record in draft(MADE["interview and letters"]().text, "made-1.txt").records
    ]
    assert kinds == ["article", "interview", "poem", "article"]
    records = draft(MADE["wide gaps, capitals, Roman chapters"]().text, "made-1.txt").records
    assert [record.entry.type for record in records] == ["article", "article", "poem", "article"]


def test_the_items_of_a_department_bear_its_name() -> None:
    records = draft(MADE["department with items"]().text, "made-1.txt").records
    assert [record.entry.section for record in records] == [
        None,
        None,
        *["REPORTS FROM THE BRANCHES"] * 3,
    ]


def test_a_contents_list_is_checked_against_the_body() -> None:
    made = MADE["contents with dot leaders, running heads"]()
    text = made.text.replace(
        "\nLetters from the Lighthouse\nby Piet Verhoeven\n",
        "\nAnother Title Altogether\nby Piet Verhoeven\n",
    )
    remarks = draft(text, "made-1.txt").remarks
    assert remarks == (
        "Contents list at raw line 5: 4 entries, 3 of them found in the body.",
        "CHECK: listed in the contents, not found in the body: Letters from the Lighthouse, page 3",
        "Not in the contents list: Another Title Altogether (raw line 55)",
    )


def test_titles_that_open_alike_are_each_found_by_its_own_entry() -> None:
    titles = [
        f"{opening} {ending}"
        for opening in ("Letters from Members", "The Library Roof", "A Walk by the River")
        for ending in ("and More", "Again")
    ]
    listed = [f"{title}   {page}" for page, title in enumerate(titles, start=2)]
    lines = ["The Garden Quarterly", "", "Volume 3, Number 1, Spring 1994", "", "Contents", ""]
    lines += listed
    for number, title in enumerate(titles):
        lines += ["", "", "", title, "", "By Ann Writer", "", *body(3, number)]
    drafted = draft("\n".join([*lines, ""]), "made-1.txt")
    assert [record.entry.title for record in drafted.records] == titles
    assert drafted.remarks == (
        "Contents list at raw line 5: 6 entries, 6 of them found in the body.",
    )


def test_titles_that_a_contents_list_leaves_out_are_items_if_they_are_set_alike() -> None:
    titles = ("The Roof", "A Thank You", "The Swans", "Lost and Found", "The Tides", "Old Trees")
    lines = ["The Harbour Paper", "", "Inside", ""]
    lines += [f"{title} ..... {page}" for page, title in enumerate(titles[::2], start=1)]
    for number, title in enumerate(titles[:-1]):
        lines += ["", "", "", title.upper(), "", *body(2, number), "", "More of It", "", *body(1)]
    # What is behind all that the list names is advertised, be it a book with a byline.
    lines += ["", "", "", titles[-1].upper(), "", "By Ann Writer", "", *body(1)]
    drafted = draft("\n".join([*lines, ""]), "made-1.txt")
    assert [record.entry.title for record in drafted.records] == [
        title.upper() for title in titles[:-1]
    ]


def test_a_line_in_large_letters_under_a_heading_is_a_title_and_no_byline() -> None:
    titles = ("From the Chair", "New Apiary Site Found", "Wasps Again", "A Kind Word")
    lines: list[str] = []
    sizes = {}
    for number, title in enumerate(titles):
        if title == "New Apiary Site Found":
            lines += ["OTHER NEWS", ""]
        sizes[len(lines) + 1] = 14.0
        lines += [title, "", *body(2, number), ""]
    drafted = drafted_as_set(lines, sizes)
    assert [record.entry.title for record in drafted.records] == list(titles)


def test_a_title_in_large_letters_has_all_its_lines_and_may_be_larger_than_others() -> None:
    """One line may look like a name, and another be as long as the lines of the text."""
    wide = "Along the Dyke to the Sea, and a Long Way Back by the Marsh and the Mill to Some"
    titles = (
        ["Slate and Where It", "Comes From"],
        [wide, "Station"],
        ["Wasps"],
        ["Gates"],
        ["Tides"],
    )
    lines: list[str] = []
    sizes = {}
    for number, title in enumerate(titles):
        for line in title:
            sizes[len(lines) + 1] = 13.0 if number > 1 else 17.0
            lines.append(line)
        lines += ["", "TOM TREVITHICK", "", *body(2, number), ""]
    drafted = drafted_as_set(lines, sizes)
    assert [record.entry.title for record in drafted.records] == list(map(" ".join, titles))


def test_a_line_above_a_title_in_large_letters_does_not_take_its_byline() -> None:
    lines: list[str] = []
    sizes = {}
    for number, title in enumerate(["Girls Win", "The Ice", "Thanks"]):
        lines += ["SPORTS", ""]
        sizes[len(lines) + 1] = 14.0
        lines += [title, "", "By Ada Penhallow", "", *body(2, number), ""]
    records = drafted_as_set(lines, sizes).records
    assert [record.entry.author for record in records] == ["Ada Penhallow"] * 3


def test_a_contents_list_may_follow_the_first_items_and_name_authors_first() -> None:
    items = {"The Mills": "A. P. Hale", "Migration": "Una Pell", "Walls": "Tom Trevithick"}
    lines: list[str] = []
    sizes = {}
    for number, title in enumerate(items):
        sizes[len(lines) + 1] = 14.0
        lines += [title, "", *body(2 + 2 * number, number), ""]
        if number == 0:
            lines += ["Contents", ""]
            for listed, author in items.items():
                lines.append(f"{author}. {listed}   {number + 1}")
            lines.append("")
    drafted = drafted_as_set(lines, sizes)
    assert drafted.remarks == (
        "Contents list at raw line 17: 3 entries, 3 of them found in the body.",
    )
    assert {record.entry.title: record.entry.author for record in drafted.records} == items


def drafted_as_set(lines: list[str], sizes: dict[int, float]) -> Draft:
    """Draft lines with the sizes of some of them, by number; the others are set in 10 points."""
    rows = []
    for number, line in enumerate(lines, start=1):
        if line:
            rows.append(layout_line(number, sizes.get(number, 10.0)))
    layout = Layout(rows, Extraction(pdf_sha256="0" * 64, extractor="made", version="1"))
    return draft("\n".join([*lines, ""]), "made-1.txt", layout=layout)


def layout_line(number: int, size: float) -> LayoutLine:
    """Return how a line is set that has so large letters."""
    return LayoutLine(
        line=number,
        page=1,
        column=1,
        x0=72.0,
        y0=12.0 * number,
        x1=500.0,
        y1=12.0 * number + size,
        font="Times-Roman",
        size=size,
        weight=400,
    )


def test_an_author_named_above_each_title_is_the_author_of_what_is_below() -> None:
    items = {"The Mills": "Ada Penhallow", "Migration": "Tom Trevithick", "Stone Walls": "Una Pell"}
    lines: list[str] = []
    for number, (title, author) in enumerate(items.items()):
        lines += ["", "", "", f"{author:^60}", "", f"{title.upper():^60}", "", *body(2, number)]
    records = draft("\n".join(lines), "made-1.txt").records
    assert [record.entry.title for record in records] == [title.upper() for title in items]
    assert [record.entry.author for record in records] == list(items.values())


def test_letters_that_are_each_signed_have_no_author_and_initials_sign_an_item() -> None:
    lines = ["LETTERS", ""]
    for number, name in enumerate(["Ada Penhallow", "Tom Trevithick", "Una Pell"]):
        lines += [*body(1, number), "", f"{name:>60}", ""]
    for number, title in enumerate(["THE WIND", "THE RIVER"]):
        lines += ["", "", title, "", *body(2, number), "", f"{'C. S.':>60}", ""]
    records = draft("\n".join(lines), "made-1.txt").records
    assert [(record.entry.title, record.entry.author) for record in records] == [
        ("LETTERS", None),
        ("THE WIND", "C. S."),
        ("THE RIVER", "C. S."),
    ]


def test_the_numbered_files_of_an_electronic_periodical_are_its_items() -> None:
    titles = ("[ Index ]", "|* How Lamps Burn *|", "Notes of 1987")
    lines: list[str] = []
    for number, title in enumerate(titles, start=1):
        lines += ["==Lamp Inc.==", "", f"Volume Two, Issue 9, Phile #{number} of 3", ""]
        lines += [title, "", *body(2, number), "", "", "", "MORE OF IT", "", *body(2), ""]
    drafted = draft("\n".join(lines), "made-1.txt")
    assert [record.entry.title for record in drafted.records] == list(titles)


def test_a_title_that_stands_twice_on_its_page_is_told_apart() -> None:
    lines = [
        "Night Song",
        "",
        "",
        "",
        "",
        "",
        "First Things",
        "by Ann Bee",
        "",
        *body(3),
        "",
        "",
        "",
        "Night Song",
        "by Ann Bee",
        "",
    ]
    text = "\n".join([*lines, *body(3, 3)]) + "\n"
    drafted = draft(text, "made-1.txt")
    assert [(record.entry.title, record.entry.occurrence) for record in drafted.records] == [
        ("First Things", None),
        ("Night Song", 2),
    ]
    assert [record.title for record in build_of(drafted, text).rows.records] == [
        "First Things",
        "Night Song",
    ]


def test_an_occurrence_that_is_not_there_is_refused(manifest: Manifest, raw_text: str) -> None:
    first = manifest.records[0].model_copy(update={"occurrence": 2})
    with pytest.raises(ManifestError) as caught:
        assemble(raw_text, manifest.model_copy(update={"records": [first]}), "lpr-1-2.toml")
    assert str(caught.value) == (
        "lpr-1-2.toml: records[0].title (speech-at-nineteenth-party-congress): found 'Speech at Nineteenth Party Congress'"
        " 1 time on page 5 (raw line 1); expected it 2 times or more, as its occurrence says"
    )


def test_numbers_that_grow_otherwise_than_the_lines_are_no_page_numbers() -> None:
    lines: list[str] = []
    for number, sentences in ((3, 1), (4, 12), (90, 1), (91, 2), (400, 1)):
        lines += [f"Message {number} of the day", "", *body(sentences, number), ""]
    assert draft("\n".join(lines), "made-1.txt").manifest.pagination.running_heads == []


# ── The command
# ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_manifest_goes_to_standard_output_and_says_what_to_check() -> None:
    result = run("draft", ROOT / "raw" / "lpr-1-2.txt")
    long = [line for line in result.stderr.splitlines() if "words, more than 5,000" in line]
    assert (result.exit_code, len(long), len(result.stderr.splitlines())) == (0, 2, 2)
    assert result.stdout.startswith("# Drafted from the text by lprcorpus draft. Check every entry")
    assert (
        'rights = "Rights not yet known; this corpus grants none." # CHECK: no text says it\n'
        in result.stdout
    )
    assert len(parse_manifest(result.stdout.encode(), "raw/lpr-1-2.toml").records) == 15


def test_the_json_form_is_for_programs() -> None:
    result = run("draft", ROOT / "raw" / "lpr-1-2.txt", "--json")
    values = json.loads(result.stdout)
    assert list(values) == ["pages", "records"]
    assert (values["pages"][0], len(values["pages"])) == ({"number": 5, "line": 1}, 30)
    poem = values["records"][7]
    confidence = poem.pop("confidence")
    assert 0 < confidence <= 1
    assert poem == {
        "line": 2044,
        "title": "Hourglass of the Free",
        "author": "George Tumaob Calaor",
        "type": "poem",
        "section": None,
        "page_start": 31,
        "page_end": 31,
    }


def test_a_drafted_manifest_builds_as_it_is(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    text = raw / "made-1.txt"
    text.write_text(MADE["two items on a page"]().text, "utf-8")
    drafted = run("draft", text, "--out", raw / "made-1.toml")
    assert (drafted.exit_code, drafted.stdout) == (0, "")
    assert drafted.stderr == f"Wrote {raw / 'made-1.toml'}: 5 records on 3 pages to check\n"
    built = run("build", "--raw", raw, "--out", tmp_path / "out", "--json")
    assert built.exit_code == 0
    assert [record["title"] for record in json.loads(built.stdout)["issues"][0]["records"]][:1] == [
        "Council Approves New Playground"
    ]


def test_a_manifest_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    checked = tmp_path / "made-1.toml"
    checked.write_text("# checked by hand\n", "utf-8")
    result = run("draft", ROOT / "raw" / "lpr-1-2.txt", "--out", checked)
    message = (
        f"{checked}: is there already; expected a new file, so that no checked manifest is lost"
    )
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, f"lprcorpus: {message}")
    assert checked.read_text("utf-8") == "# checked by hand\n"


BAD: dict[str, tuple[bytes | None, int, str]] = {
    "no file": (
        None,
        2,
        "{path}: cannot be read: no such file or directory",
    ),
    "an empty file": (b"", 1, "{path}: is empty; expected the raw text of an issue"),
    "not UTF-8": (
        b"The night\nis \xff dark",
        1,
        "{path}:2: byte 0xff is not UTF-8 (in Windows-1252 it is 'ÿ'); expected text in UTF-8",
    ),
    "binary": (
        b"\x7fELF\x02\x01\x01\0\0\0",
        1,
        "{path}:1: a NUL character; expected text in UTF-8",
    ),
    "one line": (
        b"Only a title\n",
        1,
        "{path}: contains 1 printed line; expected a title and a text under it",
    ),
    "a PDF": (
        b"%PDF-1.7",
        2,
        "{path}: is a PDF; expected its text: lprcorpus extract ISSUE.pdf --out raw/ID.txt",
    ),
    "RTF": (b"{\\rtf1\\ansi The night}", 1, "{path}: this is RTF; expected text in UTF-8"),
    "a ZIP archive": (
        b"PK\x03\x04",
        1,
        "{path}: this is a ZIP archive, as .docx, .odt and .epub are; expected text in UTF-8",
    ),
    "other line ends": (
        "The night\u2028whispers\u2028to\u2028the stars".encode(),
        1,
        "{path}: contains 1 printed line; its lines seem to end in U+2028; expected newlines",
    ),
    "XML": (
        b'<?xml version="1.0"?>\n<TEI><p>The night\nwhispers.</p></TEI>\n',
        1,
        "{path}: raw line 1: this is HTML or XML; expected plain text, without tags",
    ),
    "HTML": (
        b"<html>\n<h1>The night</h1>\n<p>whispers</p>\n",
        1,
        "{path}: raw line 1: this is HTML or XML; expected plain text, without tags",
    ),
    "HTML in one line": (
        b"<!DOCTYPE html><html><body><h1>The night</h1><p>whispers</p></body></html>\n",
        1,
        "{path}: raw line 1: this is HTML or XML; expected plain text, without tags",
    ),
    "blank": (
        b" \n\n \n",
        1,
        "{path}: contains 0 printed lines; expected a title and a text under it",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_clear_line(case: str, tmp_path: Path) -> None:
    data, status, message = BAD[case]
    path = tmp_path / "made-1.txt"
    if data is not None:
        path.write_bytes(data)
    result = run("draft", path)
    assert (result.exit_code, result.stdout, result.stderr) == (
        status,
        "",
        f"lprcorpus: {message.format(path=path, stem=path.with_suffix(''))}\n",
    )


def test_a_text_without_structure_is_drafted_as_one_item_to_check(tmp_path: Path) -> None:
    text = "\n".join(body(6)).replace("\n\n", "\n") + "\n"
    drafted = draft(text, "made-1.txt")
    assert len(drafted.records) == 1
    assert drafted.records[0].confidence <= 0.1
    assert drafted.remarks[-1].startswith(
        "CHECK: nothing in the text looks like the beginning of an item"
    )
    build_of(drafted, text)


def test_a_name_that_makes_no_id_is_pointed_out() -> None:
    drafted = draft(MADE["spread lines"]().text, "My Issue.txt")
    assert drafted.manifest.issue.id == "my-issue"
    assert (
        "CHECK: the name 'My Issue.txt' makes no id; call the text my-issue.txt and this manifest my-issue.toml."
        in drafted.remarks
    )


def test_the_text_may_come_from_standard_input() -> None:
    text = (ROOT / "raw" / "lpr-1-2.txt").read_bytes()
    result = run("draft", "-", "--json", text=text)
    assert (result.exit_code, len(json.loads(result.stdout)["records"])) == (0, 15)


@pytest.mark.parametrize("options", [[], ["--quiet"]], ids=["loud", "quiet"])
def test_what_is_doubtful_is_said_with_its_raw_line(options: list[str], tmp_path: Path) -> None:
    path = tmp_path / "made-1.txt"
    row = "The night whispers the silence         of its darkness as the breeze\n"
    path.write_text("TITLE\n\n" + row * 20, "utf-8")
    result = run("draft", path, *options)
    assert result.stderr == (
        f"{path}: raw line 3: 20 lines hold two columns side by side, the second from character 40 on;"
        " expected one column after the other, as lprcorpus extract writes them\n"
    )


def test_the_draft_is_the_same_whatever_the_hash_seed(tmp_path: Path) -> None:
    path = tmp_path / "made-1.txt"
    path.write_text(MADE["contents with dot leaders, running heads"]().text, "utf-8")
    outputs = set()
    for seed in ("0", "1", "2"):
        command = [sys.executable, "-m", "lprcorpus", "draft", str(path)]
        outputs.add(subprocess.check_output(command, env={**os.environ, "PYTHONHASHSEED": seed}))
    assert len(outputs) == 1


@pytest.mark.parametrize("date", ["June 31, 1914", "February 29, 1915", "31 April 1921"])
def test_a_date_that_is_not_in_the_calendar_is_given_to_the_month(date: str) -> None:
    month = {"June": "1914-06", "February": "1915-02", "April": "1921-04"}
    assert read_date(f"Source: The Gull, {date}.") in month.values()


def test_a_quotation_is_as_long_as_it_takes_to_find_its_end() -> None:
    lines = [
        "THE BOATS",
        "",
        *body(2),
        "",
        "Source: Boston Gull, May 2, 1913, reprinted by kind permission of its editor in",
    ]
    text = "\n".join([*lines, "Boston", "", "", "", "THE LAMPS", "", *body(3, 2), ""])
    rows = build_of(draft(text, "made-1.txt"), text).rows
    assert rows.records[0].source_citation == (
        "Source: Boston Gull, May 2, 1913, reprinted by kind permission of its editor in Boston"
    )


def test_titles_in_any_script_give_ids() -> None:
    paragraphs = "\n\n".join(
        ["Дождя не было, и комитет собрался на холме решить всё, что было нужно." * 2] * 3
    )
    titles = ("НАЧАЛО ПУТИ", "ДРУГАЯ ДОРОГА", "КОНЕЦ ПУТИ")
    text = "ХОЛМ\n\n\n\n" + "\n\n\n\n".join(f"{title}\n\n{paragraphs}" for title in titles)
    drafted = draft(text, "made-1.txt")
    assert [record.entry.id for record in drafted.records] == [
        "nachalo-puti",
        "drugaya-doroga",
        "konets-puti",
    ]
    assert drafted.manifest.issue.language == "ru"


def test_the_help_shows_an_example() -> None:
    result = run("draft", "--help")
    assert result.exit_code == 0
    assert "Example: lprcorpus draft raw/lpr-1-3.txt --out raw/lpr-1-3.toml" in result.stdout


def test_the_command_runs_as_a_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lprcorpus", "draft", str(tmp_path / "none.txt")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


# ── Laws
# ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

HEADINGS = st.sampled_from(
    [
        *(
            "THE NIGHT",
            "The Night Song",
            "by A. Poet",
            "A. Poet",
            "CONTENTS",
            "The Night ..... A. Poet ... 3",
            "1. The Night",
            "=====",
        ),
        *(
            "* * *",
            "[Illustration: A",
            "Source: The Night, May 2014",
            "\f12",
            "Page 3",
            "Head 1",
            "Head 2",
            "Head 3",
            "Head 4",
        ),
        *(
            "    Centred Title",
            "INTRODUCTION: x",
            "Interview with Ann Bee",
            "Press Release",
            "1",
            "2",
            "3",
            "4",
            "- 5 -",
        ),
    ]
)
ISSUE_LIKE = st.lists(
    st.one_of(HEADINGS.map(lambda line: f"\n{line}\n"), LAID_OUT), max_size=25
).map("".join)


def check_draft(text: str) -> None:
    """Draft a text: our own errors only; and what is drafted is built, and the invariants hold."""
    try:
        drafted = draft(text, "made-1.txt")
    except LprcorpusError as error:
        assert "\n" not in str(error)
        return
    values = as_json(drafted)
    assert json.loads(json.dumps(values)) == values
    check_invariants(text, build_of(drafted, text))


@given(text=ISSUE_LIKE)
@example(text="\n\f12\n\nThe Night\n\nby A. Poet\n")
# Verse in prose, whose lines only a form feed parts.
@example(text="\nTHE NIGHT\n\nTHE NIGHT\n\nTHE NIGHT\n\nTHE NIGHT\nst\n\n\u2003 The\f\u2003 The\n")
def test_any_issue_like_text_is_drafted_or_refused(text: str) -> None:
    check_draft(text)


@given(text=ANY_TEXT)
# A repair may be made at a line's end before a form feed: a paragraph ends there.
@example(text="НОЧЬ № 2, 1917\n\nJÁ\n\n\f2\n\n1. - list\n\nEÿ£\x1d<Ó\f3\n\n2. Ë<\n\f4\n")
def test_any_text_is_drafted_or_refused(text: str) -> None:
    check_draft(text)


@pytest.mark.parametrize(
    "text",
    [
        "a\n" * 5_000,
        "TITLE\n\n" * 3_000,
        "Title .... 3\n" * 5_000,
        ("a" + " " * 300 + "b\n") * 500,
        "x " * 200_000 + "\ny\n",
    ],
    ids=[
        "short lines",
        "titles only",
        "leaders only",
        "wide lines",
        "a line of 400,000 characters",
    ],
)
def test_odd_texts_of_some_length_are_drafted_or_refused(text: str) -> None:
    check_draft(text)


# ── What issues are headed, and whom they name
# ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def three_items(head: str, titles: list[str], bylines: list[str], after: str = "") -> str:
    """Return an issue of three items."""
    items = []
    for start, (title, byline) in enumerate(zip(titles, bylines, strict=True)):
        items.append("\n".join([title, "", byline, "", *body(3, start)]))
    return "\n\n\n\n".join([head, *items]) + after + "\n"


TITLES = ["The Keeper of the Light", "A Winter on the Bridge", "Gardens by the Sea"]
HEAD = "THE SEA WALL\nVolume 2, Number 7\nJuly 1988"


@pytest.mark.parametrize(
    ("byline", "people"),
    [
        ("By Ada Poet, Tom Singer and Ann Bee", ["Poet, Ada", "Singer, Tom", "Bee, Ann"]),
        ("By Ada Poet, New York, and Tom Singer, Leeds", ["Poet, Ada", "Singer, Tom"]),
        ("By Tom Singer, Jr.", ["Singer Jr., Tom"]),
        ("By Ahmad ibn Rushd", ["ibn Rushd, Ahmad"]),
        ("par Jean d'Ormes", ["d'Ormes, Jean"]),
        ("por José Ortega y Gasset", ["Ortega y Gasset, José"]),
        ("por Ana Poeta y José Cantor", ["Poeta, Ana", "Cantor, José"]),
        ("By Ada Poet. Translated from the French by Tom Singer", ["Poet, Ada", "translator"]),
        ("Translated by Tom Singer", ["translator"]),
        ("By Ada Poet et al.", ["Poet, Ada"]),
        ("By Mr. and Mrs. Tom Singer", ["Singer, Tom"]),
        ("By ‘A Walker’", ["A Walker"]),
        ("By Ada POET - Staff Writer", ["Poet, Ada"]),
        ("POET, Ada", ["Poet, Ada"]),
        ("लेखक: रमेश शर्मा", ["रमेश शर्मा"]),
        ("作者：欧阳修文", ["欧阳修文"]),
    ],
)
def test_a_byline_gives_each_person_once(byline: str, people: list[str]) -> None:
    text = three_items(HEAD, TITLES, [byline, "By Ann Bee", "By Ann Bee"])
    first = draft(text, "made-1.txt").records[0].entry
    found = []
    for person in first.contributors:
        if person.role == "translator":
            assert person.name == "Tom Singer"
            found.append("translator")
        else:
            found.append(f"{person.family}, {person.given}" if person.family else person.name)
    assert (first.byline, found) == (byline, people)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("EL FARO\nAño IV, Núm. 12, diciembre de 1975", ("EL FARO", 4, 12, 1975)),
        ("FENER\nCilt 2, Sayı 7, 1999", ("FENER", 2, 7, 1999)),
        ("灯塔\n第三卷 第二期 1984年", ("灯塔", None, None, 1984)),
        ("THE SEA WALL\nFounded 1845. Vol. 77, No. 3, 1922", ("THE SEA WALL", 77, 3, 1922)),
        ("THE SEA WALL 12 (3), 2003", ("THE SEA WALL", None, None, 2003)),
        ("THE SEA WALL\nv. 5 n. 2 2001", ("THE SEA WALL", 5, 2, 2001)),
        ("THE SEA WALL\nWhole No. 1,234. Vol. 4, No. 5. July 1888", ("THE SEA WALL", 4, 5, 1888)),
    ],
)
def test_the_front_of_an_issue_says_its_bibliography(
    head: str, expected: tuple[str, int | None, int | None, int | None]
) -> None:
    text = three_items(head, TITLES, ["By Ann Bee"] * 3)
    issue = draft(text, "made-1.txt").manifest.issue
    assert (issue.periodical, issue.volume, issue.number, issue.year) == expected


@pytest.mark.parametrize(
    "listed",
    ["{title} ........ 1", "{title}", "Ann Bee: {title}, 1"],
    ids=["leaders", "no pages", "authors first"],
)
def test_the_heading_of_a_contents_list_takes_no_byline(listed: str) -> None:
    contents = "\n".join(listed.format(title=title) for title in TITLES)
    text = three_items(f"{HEAD}\n\n\n\nCONTENTS\n\n{contents}", TITLES, ["By Ada Poet"] * 3)
    drafted = draft(text, "made-1.txt")
    found = [(record.entry.title, record.entry.author) for record in drafted.records]
    assert found == [(title, "Ada Poet") for title in TITLES]


def test_items_without_spaces_between_words_are_found() -> None:
    prose = "港口在灯笼点亮时很安静。\n我们沿着海墙走着，\n数着船只。" * 8
    titles = ["冬天的桥", "灯塔来信", "我们的花园"]
    items = [f"{title}\n\n作者：王小明\n\n{prose}" for title in titles]
    text = "\n\n\n\n".join(["灯塔", *items]) + "\n"
    for set_otherwise in (text, text.replace("\n", "\r\n"), text.replace("\n", " \n")):
        drafted = draft(set_otherwise, "made-1.txt")
        assert [record.entry.title for record in drafted.records] == titles
        built = build_of(drafted, set_otherwise)
        assert (
            built.rows.records[0].body == "港口在灯笼点亮时很安静。我们沿着海墙走着，数着船只。" * 8
        )
        check_invariants(set_otherwise, built)


def test_an_address_that_a_line_breaks_is_one_address() -> None:
    source = "\n\nSource: http://night.example/a/\nstars-1988.html"
    text = three_items(HEAD, TITLES, ["By Ann Bee"] * 3, after=source)
    found = draft(text, "made-1.txt").records[-1].entry.source
    assert found is not None
    assert (found.url, found.date) == ("http://night.example/a/stars-1988.html", None)


def test_the_marks_of_markdown_are_a_warning() -> None:
    titles = [f"## {title}" for title in TITLES]
    drafted = draft(three_items(HEAD, titles, ["By Ann Bee"] * 3), "made-1.txt")
    assert drafted.warnings == (
        "raw line 7: this is Markdown; its marks stay in titles and texts, as in '## Title' and"
        " '[words](address)'; expected plain text",
    )


def test_what_an_edition_has_around_the_print_is_in_no_item() -> None:
    before = (
        "The Project Gutenberg eBook of The Sea Wall\n\nRelease Date: March 4, 2011\n\n"
        "*** START OF THE PROJECT GUTENBERG EBOOK THE SEA WALL ***\n\n\n\n\n"
    )
    licence = "\n\n\n\nTHE FULL LICENSE\n\n" + "\n".join(body(3)) + "\n"
    behind = "\n\n\n\n*** END OF THE PROJECT GUTENBERG EBOOK THE SEA WALL ***" + licence
    text = before + three_items(HEAD, TITLES, ["By Ann Bee"] * 3) + behind
    drafted = draft(text, "made-1.txt")
    issue = drafted.manifest.issue
    assert (issue.periodical, issue.year) == ("THE SEA WALL", 1988)
    assert [record.entry.title for record in drafted.records] == TITLES
    records = build_of(drafted, text).rows.records
    assert [record.body.split()[-1] for record in records] == [
        part[-1].split()[-1] for part in (body(3, 0), body(3, 1), body(3, 2))
    ]


def test_the_subject_of_an_item_is_no_name_of_the_periodical() -> None:
    """Headers that change with the item have its title; the masthead names the periodical."""
    pages = []
    for number, title in enumerate(TITLES):
        item = "\n".join([title, "", "By Ann Bee", "", *body(4, number)])
        for page in range(1, 3):
            pages.append(f"{title}   {3 * number + page + 1}\n\n" + "\n".join(body(8, page)))
        pages.insert(-2, f"{HEAD}\n\n\n\n{item}" if number == 0 else item)
    drafted = draft("\n\f".join(pages) + "\n", "made-1.txt")
    assert drafted.manifest.issue.periodical == "THE SEA WALL"


def test_an_item_in_another_language_says_so() -> None:
    french = "Le port était calme quand les lanternes se sont allumées dans la nuit. " * 12
    text = three_items(
        HEAD, TITLES, ["By Ann Bee"] * 3, after=f"\n\n\n\nLe port\n\nBy Ann Bee\n\n{french}"
    )
    languages = [record.entry.language for record in draft(text, "made-1.txt").records]
    assert languages == [None, None, None, "fr"]


def test_a_message_is_by_its_sender() -> None:
    titles = [f"Subject: {title}" for title in TITLES]
    text = three_items(HEAD, titles, ["From: Ann Bee <bee@night.example>"] * 3)
    found = [record.entry.author for record in draft(text, "made-1.txt").records]
    assert found == ["Ann Bee"] * 3


def test_a_byline_belongs_to_the_title_and_not_to_the_heading_of_its_section() -> None:
    titles = [f"ARTICLES\n\n\n\n{TITLES[0]}", *TITLES[1:]]
    records = draft(three_items(HEAD, titles, ["By Ann Bee"] * 3), "made-1.txt").records
    assert [record.entry.author for record in records] == ["Ann Bee"] * 3


def test_a_title_with_by_in_it_is_parted_from_its_byline() -> None:
    titles = [f"{title}, by Ann Bee" for title in TITLES]
    records = draft(three_items(HEAD, titles, [""] * 3), "made-1.txt").records
    assert [record.entry.author for record in records] == ["Ann Bee"] * 3

"""What a person says of an issue, read and checked."""

from __future__ import annotations

import pytest

from lprcorpus.build.manifest import parse_manifest
from lprcorpus.errors import ManifestError

GOOD = """
[issue]
id = "tiny-1"
periodical = "Tiny"
year = 1900
complete = true
language = "en"
rights = "None reserved."
sha256 = "%s"

[[records]]
id = "song"
title = "The Song"
page = 1
type = "poem"
contributors = [{ name = "A Bird", role = "author" }, { name = "B", role = "translator" }, { name = "C", role = "speaker" }]
""" % ("0" * 64)


def problems(text: str, where: str = "raw/tiny-1.toml") -> list[str]:
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text.encode("utf-8"), where)
    return [problem.removeprefix(f"{where}: ") for problem in caught.value.problems]


def test_a_good_manifest_is_read_with_its_defaults() -> None:
    manifest = parse_manifest(GOOD.encode("utf-8"), "raw/tiny-1.toml")
    (record,) = manifest.records
    assert (record.author, record.edits, manifest.pagination.first) == ("A Bird; C", [], 1)
    assert (manifest.pagination.running_heads, manifest.setting.face) == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("year = 1900", 'year = "1900"', ["issue.year: found '1900'; expected a whole number"]),
        ("complete = true\n", "", ["issue.complete: missing; expected this key"]),
        ("year = 1900", "year = 0", ["issue.year: found 0; expected 1 or more"]),
        (
            "page = 1",
            "pgae = 1",
            [
                "records[0].page (song): missing; expected this key",
                "records[0].pgae (song): unknown key; did you mean page?",
            ],
        ),
        (
            'role = "author"',
            'role = "singer"',
            [
                "records[0].contributors[0].role (song): found 'singer'; expected 'author', 'speaker',"
                " 'interviewee', 'interviewer', 'translator', 'editor' or 'publisher'"
            ],
        ),
        (
            'id = "tiny-1"',
            'id = "tiny-2"',
            ["issue.id: found 'tiny-2'; expected 'tiny-1', as the file is called"],
        ),
        (
            'language = "en"',
            'language = "en"\ntext = "../secret.txt"',
            [
                "issue.text: unknown key; expected one of id, periodical, volume, number, year,"
                " complete, language, rights, sha256"
            ],
        ),
        (
            "[[records]]",
            '[setting]\nface = "Garamond"\n\n[[records]]',
            [
                "setting.face: found 'Garamond'; expected one of Times-Roman, Times-Bold, Helvetica, Helvetica-Bold, Courier"
            ],
        ),
        (
            "[[records]]",
            '[pagination]\nrunning_feet = [""]\n\n[[records]]',
            ["pagination.running_feet[0]: found ''; expected at least 1 character"],
        ),
        (
            "[[records]]",
            '[pagination]\nrunning_heads = ["{page} of {page}"]\n\n[[records]]',
            ["pagination.running_heads[0]: found '{page} of {page}'; expected {page} once at most"],
        ),
        (
            "[[records]]",
            '[pagination]\ninline_marks = ["[p]"]\n\n[[records]]',
            [
                "pagination.inline_marks[0]: found '[p]';"
                " expected a mark with {page} in place of the page number"
            ],
        ),
        (
            "complete = true",
            'complete = "yes"',
            ["issue.complete: found 'yes'; expected true or false"],
        ),
        (
            "year = 1900",
            "year = 1900\nissn = 7",
            [
                "issue.issn: unknown key; expected one of id, periodical, volume, number, year,"
                " complete, language, rights, sha256"
            ],
        ),
        (
            'language = "en"',
            'language = "english"',
            [
                "issue.language: found 'english';"
                " expected a language tag such as en, de-AT or zh-Hant"
            ],
        ),
        (
            "page = 1",
            'page = 1\nnote = "By a friend"',
            ["records[0].note (song): found 'By a friend'; expected a table"],
        ),
        (
            "page = 1",
            'page = 1\nsource = { from = "x", date = 1913-05-02, url = "night.example" }',
            [
                "records[0].source.date (song): found 1913-05-02;"
                " expected a string, in quotation marks",
                "records[0].source.url (song): found 'night.example';"
                " expected a web address that begins with http:// or https://, without spaces",
            ],
        ),
        (
            "page = 1",
            'page = 1\nsource = { from = "x", date = "1913-02-30" }',
            ["records[0].source.date (song): found '1913-02-30'; expected a date of the calendar"],
        ),
    ],
)
def test_every_problem_names_its_key_what_was_found_and_what_was_expected(
    old: str, new: str, expected: list[str]
) -> None:
    assert old in GOOD
    assert problems(GOOD.replace(old, new, 1)) == expected


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    assert problems("[issue\n") == [
        "not TOML: Expected ']' at the end of a table declaration (at line 1, column 7)"
    ]
    with pytest.raises(ManifestError) as caught:
        parse_manifest(b'[issue]\nid = "\xff"\n', "tiny-1.toml")
    assert (
        str(caught.value)
        == "tiny-1.toml: line 2: byte 0xff is not UTF-8 (in Windows-1252 it is 'ÿ'); expected TOML in UTF-8"
    )

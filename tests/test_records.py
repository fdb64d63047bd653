"""The fifteen records, field by field against a table made by hand from the source."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lprcorpus.build.assembly import assemble
from lprcorpus.build.manifest import Manifest, parse_manifest
from lprcorpus.corpus import Corpus
from lprcorpus.errors import ManifestError

from .conftest import MakeIssue

RIGHTS = "Rights held by the author, the translator or the publisher; this corpus grants none."

# id, title, author, type, section, first page, last page
BY_HAND = [
    (
        "speech-at-nineteenth-party-congress",
        "Speech at Nineteenth Party Congress",
        "J. V. Stalin",
        "speech",
        None,
        5,
        6,
    ),
    ("stalin-miranda", "Stalin", "Pablo Miranda", "speech", None, 7, 13),
    (
        "continuing-revolution-in-stalin-era-soviet-history",
        "Grover Furr: The Continuing Revolution in Stalin-Era Soviet History",
        "Grover Furr",
        "speech",
        None,
        14,
        24,
    ),
    (
        "mothers-memoir-reveals-sensitive-stalin",
        "Mother's memoir reveals sensitive Stalin",
        "The Telegraph",
        "article",
        None,
        25,
        25,
    ),
    (
        "interview-of-jacob-jugashvili",
        "Interview of Jacob Jugashvili, the Grandson of Stalin",
        None,
        "interview",
        None,
        26,
        28,
    ),
    ("socialism-and-islam-faqs", "Socialism and Islam- FAQs", "Taimur Rahman", "faq", None, 29, 29),
    ("stalin-neruda", "Stalin", "Pablo Neruda", "poem", None, 30, 30),
    (
        "hourglass-of-the-free",
        "Hourglass of the Free",
        "George Tumaob Calaor",
        "poem",
        None,
        31,
        31,
    ),
    (
        "61st-death-anniversary-celebrated-in-pakistan",
        "Stalin’s 61st Death Anniversary celebrated in Pakistan",
        None,
        "news",
        "NEWS",
        32,
        32,
    ),
    (
        "founding-congress-of-stalin-society-of-north-america",
        "Founding Congress of Stalin Society of North America held in the USA",
        None,
        "news",
        "NEWS",
        32,
        32,
    ),
    (
        "international-stalin-society-formed",
        "International Stalin Society formed – Press Release",
        "International Stalin Society",
        "press_release",
        "NEWS",
        33,
        33,
    ),
    (
        "statue-of-lenin-in-poland",
        "Stalinists condemn installation of obscene statue of Lenin in Poland",
        "International Stalin Society",
        "press_release",
        "NEWS",
        33,
        33,
    ),
    (
        "stalin-society-of-georgia-joins",
        "Stalin Society of Georgia joins International Stalin Society",
        None,
        "news",
        "NEWS",
        34,
        34,
    ),
    (
        "two-chapters-in-hyderabad-and-jacobabad",
        "Stalin Society of Pakistan launched its Two Chapters in Hyderabad and Jacobabad.",
        None,
        "news",
        "NEWS",
        34,
        34,
    ),
    (
        "biography-published-in-urdu",
        "Stalin’s Biography Published in Urdu",
        None,
        "news",
        "NEWS",
        34,
        34,
    ),
]

# title, container, publisher, place, date, address: what the issue says of the source
SOURCES = {
    "speech-at-nineteenth-party-congress": (
        "Source: Speech at Nineteenth Party Congress (October 14, 1952), Foreign Languages Publishing House, Moscow."
        " Retrieved from http://www.marx2mao.com/Stalin/SNPC52.html",
        (
            "Speech at Nineteenth Party Congress",
            None,
            "Foreign Languages Publishing House",
            "Moscow",
            "1952-10-14",
        ),
        "http://www.marx2mao.com/Stalin/SNPC52.html",
    ),
    "stalin-miranda": (
        "Source: Unity & Struggle No. 24, October 2012",
        (None, "Unity & Struggle", None, None, "2012-10"),
        None,
    ),
    "continuing-revolution-in-stalin-era-soviet-history": (
        "Source: Two Issues of the LALKAR: July/August 2014 and September/October 2014",
        (None, "LALKAR", None, None, "2014-07/2014-10"),
        None,
    ),
    "mothers-memoir-reveals-sensitive-stalin": (
        "An article in The Telegraph (www.telegraph.co.uk) appeared on May 07, 2007.",
        (None, "The Telegraph", "The Telegraph", None, "2007-05-07"),
        "http://www.telegraph.co.uk",
    ),
    "interview-of-jacob-jugashvili": (
        "Source: “Power is unfair” (2013) at http://malayalanatu.com/index.php/component/k2/item/327-power-is-unfair",
        ("Power is unfair", None, None, None, "2013"),
        "http://malayalanatu.com/index.php/component/k2/item/327-power-is-unfair",
    ),
    "socialism-and-islam-faqs": (
        "Source: A ‘Note’ posted by Taimur Rahman at his facebook profile on January 25, 2014.",
        (None, "Facebook", None, None, "2014-01-25"),
        None,
    ),
    "stalin-neruda": (
        "Source: archive.frontpagemag.com/readArticle.aspx?ARTID=12173",
        (None, None, None, None, None),
        "http://archive.frontpagemag.com/readArticle.aspx?ARTID=12173",
    ),
    "founding-congress-of-stalin-society-of-north-america": (
        "Source: Northstar Compass, May-June 2014 Issue.",
        (None, "Northstar Compass", None, None, "2014-05/2014-06"),
        None,
    ),
}

# record, name, family name, given name, role
CONTRIBUTORS = [
    ("speech-at-nineteenth-party-congress", "J. V. Stalin", "Stalin", "J. V.", "speaker"),
    ("stalin-miranda", "Pablo Miranda", "Miranda", "Pablo", "speaker"),
    (
        "continuing-revolution-in-stalin-era-soviet-history",
        "Grover Furr",
        "Furr",
        "Grover",
        "speaker",
    ),
    ("mothers-memoir-reveals-sensitive-stalin", "The Telegraph", None, None, "author"),
    ("mothers-memoir-reveals-sensitive-stalin", "The Telegraph", None, None, "publisher"),
    ("interview-of-jacob-jugashvili", "Jacob Jugashvili", "Jugashvili", "Jacob", "interviewee"),
    ("socialism-and-islam-faqs", "Taimur Rahman", "Rahman", "Taimur", "author"),
    ("stalin-neruda", "Pablo Neruda", "Neruda", "Pablo", "author"),
    ("hourglass-of-the-free", "George Tumaob Calaor", "Calaor", "George Tumaob", "author"),
    ("international-stalin-society-formed", "International Stalin Society", None, None, "author"),
    ("statue-of-lenin-in-poland", "International Stalin Society", None, None, "author"),
]

# opening and closing words of each headnote
NOTES = {
    "stalin-miranda": ("Excerpts from a talk", "Communist Party of Labour."),
    "continuing-revolution-in-stalin-era-soviet-history": (
        "INTRODUCTION: At the invitation",
        "almost his entire presentation.",
    ),
    "mothers-memoir-reveals-sensitive-stalin": (
        "An article in The Telegraph",
        "for our readers – Editor.",
    ),
    "interview-of-jacob-jugashvili": (
        "Jacob Jugashvili, artist-activist",
        "shares his views with us here.",
    ),
    "statue-of-lenin-in-poland": ("Following is the Press Release", "June, 2014. – Editor."),
}

KINDS = {
    "interview-of-jacob-jugashvili": {"question": 13, "answer": 17},
    "socialism-and-islam-faqs": {"question": 8, "answer": 8},
    "continuing-revolution-in-stalin-era-soviet-history": {
        "heading": 19,
        "list_item": 19,
        "paragraph": 120,
    },
    "hourglass-of-the-free": {"verse": 3},
    "stalin-neruda": {"verse": 1},
    "international-stalin-society-formed": {"paragraph": 3, "signature": 8},
    "statue-of-lenin-in-poland": {"heading": 1, "paragraph": 2, "signature": 2},
}


@pytest.fixture(scope="module")
def records(built: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = Corpus(built).table("records").to_pylist()
    return rows


@pytest.fixture(scope="module")
def blocks(built: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = Corpus(built).table("blocks").to_pylist()
    return rows


def test_titles_authors_types_sections_and_pages_are_those_of_the_hand_made_table(
    records: list[dict[str, object]],
) -> None:
    fields = ("id", "title", "author", "type", "section", "page_start", "page_end")
    assert [tuple(record[field] for field in fields) for record in records] == [
        (f"lpr-1-2/{slug}", *fields) for slug, *fields in BY_HAND
    ]


def test_positions_issues_languages_and_rights_are_those_of_the_issue(
    records: list[dict[str, object]],
) -> None:
    fields = ("position", "issue_id", "language", "rights")
    assert [tuple(record[field] for field in fields) for record in records] == [
        (position, "lpr-1-2", "en", RIGHTS) for position in range(1, 16)
    ]


def test_sources_are_verbatim_and_parsed(records: list[dict[str, object]]) -> None:
    parts = ("source_title", "source_container", "source_publisher", "source_place", "source_date")
    found = {
        str(record["id"]).partition("/")[2]: (
            record["source_citation"],
            tuple(record[part] for part in parts),
            record["source_url"],
        )
        for record in records
    }
    nothing = (None, (None,) * 5, None)
    assert found == {slug: SOURCES.get(slug, nothing) for slug, *_ in BY_HAND}


def test_contributors_are_people_and_bodies_with_their_roles(built: Path) -> None:
    rows = Corpus(built).table("contributors").to_pylist()
    fields = ("name", "family_name", "given_name", "role")
    assert [(row["record_id"], *(row[field] for field in fields)) for row in rows] == [
        (f"lpr-1-2/{slug}", *fields) for slug, *fields in CONTRIBUTORS
    ]


def test_headnotes_stand_in_the_note_and_not_in_the_body(records: list[dict[str, object]]) -> None:
    for record in records:
        note, body = record["note"], str(record["body"])
        expected = NOTES.get(str(record["id"]).partition("/")[2])
        if expected is None:
            assert note is None
        else:
            assert isinstance(note, str)
            assert (note[: len(expected[0])], note[-len(expected[1]) :]) == expected
            assert note[:40] not in body


def test_the_body_begins_and_ends_with_the_text_itself(records: list[dict[str, object]]) -> None:
    ends = {
        str(record["id"]).partition("/")[2]: (str(record["body"])[:24], str(record["body"])[-24:])
        for record in records
    }
    assert ends["hourglass-of-the-free"] == (
        "The night\nwhispers\nthe s",
        "eople…\nclassless\nand free!"[-24:],
    )
    assert ends["interview-of-jacob-jugashvili"] == (
        "Warm welcome. Thank you ",
        "and friends.\n\nThank You.",
    )


@pytest.mark.parametrize(
    "pattern",
    [
        r"Left Progressive Review Volume",
        r"(?m)^Source:",
        r"(?m)^\d{1,2}$",
        r"\n\n\n",
        r"(?m)^[^\S\n]|[^\S\n]$",
        r"â€|Â",
        r"(?m)^•",
        r"_II\.htm\b",
    ],
    ids=[
        "running head",
        "source line",
        "page number",
        "empty block",
        "outer space",
        "mojibake",
        "bullet",
        "link target",
    ],
)
def test_no_furniture_stands_in_a_body(pattern: str, records: list[dict[str, object]]) -> None:
    assert [record["id"] for record in records if re.search(pattern, str(record["body"]))] == []


def test_no_title_byline_or_source_opens_or_closes_a_body(records: list[dict[str, object]]) -> None:
    for record in records:
        body = str(record["body"])
        parts = [record["title"], record["author"], record["source_citation"]]
        assert not any(
            body.startswith(str(part)) or body.endswith(str(part)) for part in parts if part
        )


def test_blocks_have_the_kinds_that_the_page_shows(blocks: list[dict[str, object]]) -> None:
    for slug, expected in KINDS.items():
        kinds = [str(block["kind"]) for block in blocks if block["record_id"] == f"lpr-1-2/{slug}"]
        assert {kind: kinds.count(kind) for kind in set(kinds)} == expected


def test_interview_and_faq_alternate_as_the_page_does(blocks: list[dict[str, object]]) -> None:
    def letters(slug: str) -> str:
        return "".join(
            str(block["kind"])[0] for block in blocks if block["record_id"] == f"lpr-1-2/{slug}"
        )

    assert letters("socialism-and-islam-faqs") == "qa" * 8
    assert letters("interview-of-jacob-jugashvili") == "qaqaqaaqaaqaqaqaaqaqaaqaqaqaqa"


def test_a_sentence_over_a_page_break_with_link_targets_is_whole(
    blocks: list[dict[str, object]],
) -> None:
    crossing = [block for block in blocks if (block["page_start"], block["page_end"]) == (27, 28)]
    assert len(crossing) == 1
    assert "We, citizens, who submit to the power, will judge" in str(crossing[0]["text"])


def test_every_hyphen_at_a_line_end_is_kept(blocks: list[dict[str, object]]) -> None:
    body = "\n".join(str(block["text"]) for block in blocks)
    for word in [
        "bourgeois-democratic",
        "counter-revolution",
        "Marxism-Leninism",
        "second-in-command",
        "research-based",
    ]:
        assert word in body
        assert word.replace("-", "") not in body.replace("counterrevolution.", "")


def test_curly_quotes_are_as_printed(raw_text: str, manifest: Manifest) -> None:
    issue = assemble(raw_text, manifest, "raw/lpr-1-2.toml")
    texts = [
        (record.title, record.note, record.source_citation, record.body)
        for record in issue.rows.records
    ]
    made = "".join(text for of_record in texts for text in of_record if text)
    assert sum(map(made.count, "‘’“”")) == sum(map(raw_text.count, "‘’“”"))


def test_a_record_without_a_body_is_refused(make_issue: MakeIssue) -> None:
    folder = make_issue(
        "A Title\nBy Nobody\n",
        {"id": "a", "title": "A Title", "page": 1, "type": "article", "byline": "By Nobody"},
    )
    manifest = parse_manifest((folder / "tiny-1.toml").read_bytes(), "tiny-1.toml")
    with pytest.raises(ManifestError) as caught:
        assemble("A Title\nBy Nobody\n", manifest, "tiny-1.toml")
    assert (
        str(caught.value)
        == "tiny-1.toml: records[0] (a): nothing is between its title and the next; expected a body"
    )

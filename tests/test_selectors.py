"""Selectors: every block's leads back to it, in both forms, and what is none is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import lprcorpus
from lprcorpus.cli import main
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.search.answers import Resolution
from lprcorpus.search.likeness import places_like, select
from lprcorpus.search.passages import Citations, find
from lprcorpus.search.resolution import resolve, resolve_in
from lprcorpus.search.selectors import Counts, Selector, passage_hash
from lprcorpus.search.textindex import TextIndex, index_of

from . import editions
from .editions import EditedBlock, Records

HOURGLASS = "lpr-1-2/hourglass-of-the-free"


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=text)


@pytest.fixture(scope="module")
def index() -> TextIndex:
    return index_of(Corpus())


@pytest.fixture
def selector() -> Selector:
    return find("the night whispers the silence")[0].selector


def test_every_block_cited_and_resolved_is_where_it_was(index: TextIndex) -> None:
    citations = Citations(Corpus(), "bibtex")
    blocks = 0
    for text in index.all():
        for block in text.blocks:
            made = select(index, text, block.start, block.end)
            assert made.exact == text.body[block.start : block.end]
            for form in (made.to_json(), made.to_line()):
                answer = resolve_in(index, Selector.parse(form), citations)
                assert (answer.status, answer.passage and answer.passage.block) == ("same", block.position), form
            blocks += 1
    assert blocks == Corpus().table("blocks").num_rows


def test_the_json_is_a_target_of_the_web_annotation_model(selector: Selector) -> None:
    content = json.loads(selector.to_json())
    assert content == {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "SpecificResource",
        "source": HOURGLASS,
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": "The night\nwhispers\nthe silence",
                "prefix": "",
                "suffix": content["selector"][0]["suffix"],
            },
            {"type": "TextPositionSelector", "start": 0, "end": 30},
        ],
        "corpus": "lprcorpus",
        "version": Corpus().version,
        "page": 31,
        "page_end": 31,
        "sha256": passage_hash("The night whispers the silence"),
        "context": {"before": 32, "after": 32},
        "same": {"number": 1, "record": 1, "corpus": 1},
        "alike": {"record": 1, "corpus": 1},
    }
    assert len("".join(content["selector"][0]["suffix"].split())) == 32
    assert Selector.parse(selector.to_json()) == selector


def test_the_line_is_short_and_says_where_the_passage_is(selector: Selector) -> None:
    line = str(selector)
    digest = passage_hash("The night whispers the silence")[:12]
    assert line.startswith(
        f"lprcorpus {Corpus().version} {HOURGLASS} p. 31 0-30 “The night whispers the silence” {digest}-{selector.before}-"
    )
    assert "\n" not in line
    longest = max((select_block(block) for block in range(1, 158, 13)), key=len)
    assert len(longest) < 260


def select_block(position: int) -> str:
    text = index_of(Corpus()).get("lpr-1-2/continuing-revolution-in-stalin-era-soviet-history")
    assert text
    block = text.blocks[position - 1]
    return str(select(index_of(Corpus()), text, block.start, block.end))


@pytest.mark.parametrize(
    "change",
    [
        lambda line: f"  {line}.\n",
        lambda line: line.replace("-", "–"),
        lambda line: line.replace("“", '"').replace("”", '"'),
        lambda line: line.replace(" ", "\n "),
        lambda line: line.replace("p. 31", "p. 31,").replace("0-30", "0-30,"),
    ],
    ids=["a full stop", "dashes", "straight quotes", "broken lines", "commas"],
)
def test_a_line_survives_a_typesetter(change: Callable[[str], str], selector: Selector) -> None:
    line = change(str(selector))
    if "–" in line:  # the record's id has hyphens that a typesetter must leave alone
        line = line.replace("–", "-", line.index(" p. ")).replace(HOURGLASS.replace("-", "–"), HOURGLASS)
    assert resolve(line).status == "same"


def test_a_selector_is_taken_as_itself_as_json_and_as_a_mapping(selector: Selector) -> None:
    for form in (selector, selector.to_json(), selector.to_dict(), str(selector)):
        assert lprcorpus.resolve(form).status == "same"


def changed(selector: Selector, **changes: object) -> str:
    """Return a selector as JSON, with something in it changed; None takes a key away."""
    content: dict[str, Any] = selector.to_dict()
    for name, value in changes.items():
        part = content["selector"][0] if name in content["selector"][0] else content
        if value is None:
            del part[name]
        else:
            part[name] = value
    return json.dumps(content)


BAD: dict[str, tuple[Callable[[Selector], str], str]] = {
    "nothing": (lambda _: "", "no selector: found ''; expected JSON or a line as lprcorpus find prints them"),
    "prose": (
        lambda _: "the passage on page 31 about the night, which is well known to all who have read it",
        "no selector: found 'the passage on page 31 about the night, which is well known…'; expected JSON or a line as lprcorpus"
        " find prints them",
    ),
    "half of JSON": (lambda _: '{"type":', "the selector is not JSON: Expecting value: line 1 column 9 (char 8)"),
    "a list": (lambda _: "[]", "the selector is JSON with a wrong value: "),
    "other JSON": (
        lambda _: '{"a": 1}',
        "the selector is JSON without 'selector'; expected one as lprcorpus find --json prints them",
    ),
    "JSON without a page": (
        lambda selector: changed(selector, page=None),
        "the selector is JSON without 'page'; expected one as lprcorpus find --json prints them",
    ),
    "a page that is none": (
        lambda selector: changed(selector, page="31"),
        "the selector is JSON with a wrong value: page is '31', no count; expected one as lprcorpus find --json prints them",
    ),
    "a count that is none": (
        lambda selector: changed(selector, same={"number": 1, "record": "one", "corpus": 1}),
        "the selector is JSON with a wrong value: record is 'one', no count; expected one as lprcorpus find --json prints them",
    ),
    "counts that contradict each other": (
        lambda selector: changed(selector, same={"number": 3, "record": 2, "corpus": 2}),
        "the selector is JSON with a wrong value: it is number 3 of 2 passages of its record that are the same; expected one"
        " as lprcorpus find --json prints them",
    ),
    "counts of a line that contradict each other": (
        lambda selector: f"{selector}+1/3/2",
        "the selector contradicts itself: 3 passages of its record are the same, 2 of the corpus",
    ),
    "a text that was changed": (
        lambda selector: changed(selector, exact="The morning whispers"),
        "the selector's sha256 is not that of its exact text: one of the two was changed",
    ),
    "a quotation that was changed": (
        lambda selector: str(selector).replace("night", "morning"),
        "the selector's hash is not that of its quotation: one of the two was changed",
    ),
    "another corpus": (
        lambda selector: changed(selector, corpus="other-corpus"),
        "the selector is of the corpus 'other-corpus'; expected one of 'lprcorpus'",
    ),
    "a line of another corpus": (
        lambda selector: str(selector).replace("lprcorpus", "other-corpus", 1),
        "the selector is of the corpus 'other-corpus'; expected one of 'lprcorpus'",
    ),
    "a million characters": (
        lambda _: "x" * 1_000_001,
        "a selector of 1,000,001 characters; expected JSON or a line as lprcorpus find prints them",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_selector_is_said(case: str, selector: Selector) -> None:
    spoil, message = BAD[case]
    text = spoil(selector)
    with pytest.raises(UsageError) as caught:
        resolve(text)
    assert str(caught.value).startswith(message)
    result = run("resolve", "-", "--style", "bibtex", text=text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"lprcorpus: {message}")
    assert result.stderr.count("\n") == 1


def test_a_short_line_does_not_hold_what_json_does(index: TextIndex) -> None:
    text = index.get(HOURGLASS)
    assert text
    short = Selector.parse(str(select(index, text, 0, text.blocks[0].end)))
    assert short.exact is None
    with pytest.raises(UsageError, match="a short line does not hold the whole passage; expected the selector as JSON"):
        short.to_json()


def test_the_command_answers_people_and_programs(selector: Selector) -> None:
    result = run("resolve", str(selector), "--style", "bibtex")
    assert result.stdout.startswith(f"same: it is where it was: {HOURGLASS}, p. 31, block 1\n\n{HOURGLASS}, p. 31, block 1\n")
    assert run("resolve", *str(selector).split(), "--style", "bibtex").stdout == result.stdout
    assert run("resolve", "-", "--style", "bibtex", text=selector.to_json() + "\n").stdout == result.stdout
    answer = json.loads(run("resolve", selector.to_json(), "--json", "--style", "bibtex").stdout)
    assert answer["status"] == "same"
    assert answer["passage"] == find("the night whispers the silence")[0].to_dict()


# An edition made to order: a song with a refrain, and what later editions do to it.

SONG = [
    "The night whispers the silence of its stars.",
    "So sing, my heart.",
    "The morning answers with a thousand birds.",
    "So sing, my heart.",
]


def edition(*songs: list[str], first_page: int = 1) -> TextIndex:
    records: Records = {
        f"made-1/song-{number}": [EditedBlock(text, "paragraph", ((0, first_page),)) for text in song]
        for number, song in enumerate(songs, 1)
    }
    return editions.index_of_records(records, "1.0.0")


def answer(old: TextIndex, new: TextIndex, words: str, *, number: int = 0, line: bool = False) -> Resolution:
    """Resolve the selector of some words (the place of that number) of one edition in another."""
    place = sorted(places_like(old, words), key=lambda place: (place.text.id, place.start))[number]
    made = select(old, place.text, place.start, place.end)
    return resolve_in(new, Selector.parse(made.to_line() if line else made.to_json()), Citations(Corpus(), "bibtex"))


MESSAGES = [
    ("an edition like it", edition(SONG), "same", "it is where it was: made-1/song-1, p. 1, block 1"),
    ("a new page number", edition(SONG, first_page=7), "moved", "the same text has moved from p. 1 to p. 7"),
    (
        "a paragraph before it",
        edition(["A prelude to the song.", *SONG]),
        "moved",
        "the same text has moved from characters 0-44 of the body to 24-68",
    ),
    (
        "another record",
        edition(["Nothing of the kind."], SONG),
        "moved",
        "the same text has moved from made-1/song-1 to made-1/song-2",
    ),
    (
        "a word corrected",
        edition([SONG[0].replace("stars", "moons"), *SONG[1:]]),
        "changed",
        "its text has changed: “stars.” is now “moons.”",
    ),
    (
        "a word left out",
        edition([SONG[0].replace("whispers ", ""), *SONG[1:]]),
        "changed",
        "its text has changed: “whispers” is left out",
    ),
    ("a word more", edition([SONG[0].replace("its", "its old"), *SONG[1:]]), "changed", "its text has changed: “old” is new"),
    ("its paragraph cut out", edition(SONG[1:]), "gone", "it is no longer in its record, and nothing reads like it"),
    (
        "its record removed",
        editions.index_of_records({"made-1/other": [EditedBlock("Nothing of the kind.", "paragraph", ((0, 1),))]}, "1.0.0"),
        "gone",
        "the record made-1/song-1 is no longer there, and nothing reads like it",
    ),
]


@pytest.mark.parametrize(("name", "new", "status", "message"), MESSAGES, ids=[case[0] for case in MESSAGES])
def test_the_answer_says_where_to_how_or_why(name: str, new: TextIndex, status: str, message: str) -> None:
    found = answer(edition(SONG), new, SONG[0])
    assert (found.status, found.message) == (status, message)
    assert (found.passage is None) == (status == "gone")


def test_a_short_line_of_a_changed_passage_says_that_it_cannot_tell_how() -> None:
    text = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen."
    found = answer(edition([SONG[0], text, SONG[2]]), edition([SONG[0], text.replace("seven", "8"), SONG[2]]), text, line=True)
    assert (found.status, found.changes) == ("changed", ())
    assert (
        found.message
        == "its text has changed: the short line does not hold the whole passage, so that how it changed cannot be told"
    )
    assert found.passage
    assert found.passage.exact == text.replace("seven", "8")


def test_a_passage_may_begin_and_end_inside_a_word(index: TextIndex) -> None:
    text = index.get(HOURGLASS)
    assert text
    for start, end in ((1, 3), (5, 12), (5, 139)):
        made = select(index, text, start, end)
        for form in (made.to_json(), made.to_line()):
            found = resolve_in(index, Selector.parse(form), Citations(Corpus(), "bibtex"))
            assert (found.status, found.passage and (found.passage.start, found.passage.end)) == ("same", (start, end)), form


def test_the_line_says_how_many_passages_read_like_it_and_how_much_around_it_tells_them_apart() -> None:
    verses = "\n".join(f"The {number} verse is like all the other verses of it." for number in range(1, 8))
    near = "So sing, my old heart, of dawn."
    old = edition(
        [f"{verses}\nIn March.", "So sing, my heart, of dawn.", near], [f"{verses}\nIn May.", "So sing, my heart, of dawn."]
    )
    place = places_like(old, "So sing, my heart, of dawn.")[0]
    made = select(old, place.text, place.start, place.end)
    assert (made.before_size, made.after_size, made.counts) == (32, 32, Counts(1, 1, 2, 2, 3))
    assert str(made).endswith(f"{made.after}+1/1/2~2/3")
    assert [Selector.parse(form).counts for form in (made.to_json(), made.to_line())] == [made.counts, made.counts]
    verse = old.get("made-1/song-1")
    assert verse
    start = verse.body.index("The 5 verse")
    long = select(old, verse, start, start + len("The 5 verse is like all"))
    assert (long.before_size, long.after_size) == (0, 105)  # both songs begin so; they part after "In Ma"
    assert f"{long.after}/0/105+1/1/2" in str(long)
    assert Selector.parse(str(long)).before_size == 0


@pytest.mark.parametrize("line", [False, True], ids=["JSON", "line"])
@pytest.mark.parametrize("number", [0, 1])
def test_of_two_refrains_each_selector_keeps_to_its_own(number: int, line: bool) -> None:
    old = edition(SONG)
    assert answer(old, old, SONG[1], number=number, line=line).status == "same"
    one_left = edition(SONG[:1] + SONG[2:] if number == 0 else SONG[:3])
    found = answer(old, one_left, SONG[1], number=number, line=line)
    assert found.status == "gone"
    assert [candidate.exact for candidate in found.candidates] == ["So sing, my heart."]
    assert found.message == (
        "what stood around it is no longer there, and without that it cannot be told from others; one passage reads like it"
    )
    later = edition(["A prelude to the song.", *SONG])
    moved = answer(old, later, SONG[1], number=number, line=line)
    assert (moved.status, moved.passage and moved.passage.block) == ("moved", (3, 5)[number])


def test_a_passage_that_reads_almost_like_another_is_not_taken_for_it() -> None:
    near = SONG[0].replace("stars", "moons")
    old = edition([SONG[0], *SONG[2:]], [SONG[1], near, "An end."])
    found = answer(old, edition(["A new song.", *SONG[2:]], [SONG[1], near, "An end."]), SONG[0])
    assert (found.status, found.passage) == ("gone", None)
    assert [candidate.exact for candidate in found.candidates] == [near]


def test_a_corpus_without_its_raw_texts_gives_a_crossing_block_all_its_pages(built: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    for path in built.iterdir():
        if path.is_file():
            (alone / path.name).write_bytes(path.read_bytes())
    (passage,) = find("horror stories", limit=1, corpus=Corpus(alone))
    assert (passage.page, passage.page_end) == (24, 24)

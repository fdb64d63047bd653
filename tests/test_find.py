"""Finding passages: words in a row or in any order, whatever their case, accents, lines and pages, each on its page."""

from __future__ import annotations

import json
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from lprcorpus.build.run import build
from lprcorpus.cli import main
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UnknownName, UsageError
from lprcorpus.search import textindex
from lprcorpus.search.passages import Passage, find
from lprcorpus.search.selectors import Selector
from lprcorpus.search.textindex import TextIndex, index_of
from lprcorpus.search.texts import Text
from lprcorpus.search.words import fold, sentences, words

from .conftest import MakeIssue

HOURGLASS = "lpr-1-2/hourglass-of-the-free"
LECTURE = "lpr-1-2/continuing-revolution-in-stalin-era-soviet-history"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def places(passages: list[Passage]) -> list[tuple[str, int, int, str]]:
    return [(passage.record, passage.page, passage.block, passage.exact) for passage in passages]


def test_a_passage_has_all_that_is_needed_to_quote_it() -> None:
    (passage,) = find("the night whispers the silence")
    assert {name: value for name, value in passage.to_dict().items() if name not in ("citation", "selector", "line")} == {
        "record": HOURGLASS,
        "page": 31,
        "page_end": 31,
        "block": 1,
        "block_end": 1,
        "kind": "verse",
        "start": 0,
        "end": 30,
        "exact": "The night\nwhispers\nthe silence",
        "sentence": "The night\nwhispers\nthe silence",
        "match": "exact",
    }
    assert "author = {Calaor, George Tumaob}" in passage.citation
    assert "Cited: p. 31." in passage.citation
    assert passage.selector == Selector.parse(json.dumps(passage.to_dict()["selector"]))


def test_case_accents_punctuation_and_line_ends_do_not_count() -> None:
    expected = places(find("night whispers"))
    assert expected == [(HOURGLASS, 31, 1, "night\nwhispers")]
    for query in ("NIGHT WHISPERS", "níght   whìspers", "“night, whispers!”", "night\n\nwhispers", "ｎight whispers"):
        assert places(find(query)) == expected, query


def test_words_are_whole_words() -> None:
    assert find("night whisper") == []


def test_a_quotation_over_a_page_break_is_on_both_pages() -> None:
    index = index_of(Corpus())
    text = index.get(LECTURE)
    assert text
    crossing = next(at.start for at in text.pages if text.block_at(at.start).start < at.start)
    start, end = text.body.rindex(" ", 0, crossing - 20) + 1, text.body.index(" ", crossing + 20)
    (passage,) = find(text.body[start:end], exact=True)
    assert (passage.start, passage.end) == (start, end)
    assert passage.page_end == passage.page + 1


def test_words_in_a_row_come_first_then_sentences_that_hold_all_of_them() -> None:
    found = find("whispers night")
    assert [(passage.match, passage.exact) for passage in found] == [("words", "night\nwhispers")]
    assert find("whispers night", exact=True) == []
    kinds = [passage.match for passage in find("Stalin Society")]
    assert kinds == sorted(kinds)
    assert set(kinds) == {"exact", "words"}


def test_a_sentence_is_not_given_twice_for_the_same_words() -> None:
    assert [passage.match for passage in find("horror stories")] == ["exact", "exact"]


def test_the_outer_punctuation_of_a_query_is_quoted_too_where_the_text_has_it() -> None:
    assert {passage.exact for passage in find("Thank You.", exact=True, record="lpr-1-2/interview-of-jacob-jugashvili")} == {
        "Thank you",
        "Thank You",
        "Thank You.",
    }


def test_a_search_can_keep_to_a_record_and_to_a_number() -> None:
    everywhere = find("Stalin")
    assert {passage.record for passage in find("Stalin", record=LECTURE)} == {LECTURE}
    assert places(find("Stalin", limit=7)) == places(everywhere[:7])
    with pytest.raises(
        UnknownName, match=r"no record is called 'lpr-1-2/hourglas'; did you mean lpr-1-2/hourglass-of-the-free\?"
    ):
        find("night", record="lpr-1-2/hourglas")


def test_every_sentence_of_every_body_is_found_on_its_page() -> None:
    sought = 0
    for text in index_of(Corpus()).all():
        for block in text.blocks:
            for start, end in text.sentences_of(block):
                sentence = text.body[start:end]
                if not words(sentence):
                    continue
                sought += 1
                first, last = words(sentence)[0].start, words(sentence)[-1].end
                hits = [hit for hit in find(sentence, exact=True) if hit.record == text.id and hit.start <= start + first]
                hit = next(hit for hit in hits if hit.end >= start + last)
                assert (hit.page, hit.page_end) == text.pages_of(start + first, start + last)
                assert hit.block == block.position
    assert sought > 990


def test_the_pages_of_passages_are_those_of_the_spans() -> None:
    """A page that a passage is said to stand on holds its words in the raw text, page furniture aside."""
    corpus = Corpus()
    raw = {row["id"]: corpus.raw_text(row["raw_path"]) for row in corpus.table("issues").to_pylist()}
    pages = {
        page["number"]: words(raw[page["issue_id"]][page["raw_start"] : page["raw_end"]])
        for page in corpus.table("pages").to_pylist()
    }
    folded = {number: " ".join(word.folded for word in found) for number, found in pages.items()}
    for query in ("the night whispers the silence", "Yezhov", "horror stories", "Stalin Society of Pakistan", "Hyderabad"):
        for passage in find(query, exact=True):
            if passage.page == passage.page_end:
                assert " ".join(word.folded for word in words(passage.exact)) in folded[passage.page], (query, passage)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "found nothing to look for; expected at least one letter or digit"),
        (" \n\t", "found nothing to look for; expected at least one letter or digit"),
        ("?!… — “”", "found only '?!… — “”' to look for; expected at least one letter or digit"),
        ("x" * 1_000_001, "a search for 1,000,001 characters; expected at most 1,000,000"),
    ],
    ids=["nothing", "white space", "punctuation", "a million characters"],
)
def test_what_cannot_be_looked_for_is_said(query: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(query)
    assert str(caught.value) == message
    if len(query) < 100_000:
        result = run("find", query)
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"lprcorpus: {message}\n")


def test_a_hundred_thousand_characters_are_looked_for_like_any_other() -> None:
    query = "whispers of nothing " * 5_000
    assert len(query) == 100_000
    assert find(query) == []
    result = run("find", query)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no passage holds whispers of nothing whispers of nothing whispers of nothing…\n"


def test_a_whole_body_is_found_as_one_passage() -> None:
    text = index_of(Corpus()).get(LECTURE)
    assert text
    (passage,) = find(text.body, exact=True)
    assert (passage.record, passage.page, passage.page_end) == (LECTURE, 14, 24)
    assert passage.end - passage.start > 0.999 * len(text.body)


def test_a_word_that_stands_nowhere_is_said_with_those_that_come_near() -> None:
    result = run("find", "night", "whispres")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no passage holds night whispres; 'whispres' stands nowhere, but whispers do\n"


def test_the_command_shows_passages_for_people_and_for_programs() -> None:
    result = run("find", "night whispers", "--style", "bibtex")
    lines = result.stdout.splitlines()
    assert lines[:4] == [f"{HOURGLASS}, p. 31, block 1", "    The night", "    whispers", f"  cite      @article{{{HOURGLASS},"]
    selector = find("night whispers")[0].selector.to_line()
    assert lines[-2:] == [f"  selector  {selector}", ""]
    (passage,) = json.loads(run("find", "night whispers", "--style", "bibtex", "--json").stdout)
    assert passage == find("night whispers")[0].to_dict()
    assert run("find", "nosuchword", "--json", "--style", "bibtex").stdout == "[]\n"


def test_the_command_says_when_there_are_more() -> None:
    result = run("find", "Stalin", "--limit", "2", "--style", "bibtex")
    assert result.stdout.count("  selector  ") == 2
    assert result.stderr == "the first 2 passages; there are more: --limit 20\n"


def test_formatted_citations_come_with_their_references() -> None:
    pytest.importorskip("pypandoc", reason="formatted text needs the extra cite")
    text = run("find", "night whispers", "--style", "apa").stdout
    assert "  cite      (Calaor, 2014, p. 31)\n" in text
    assert text.endswith(f"Left Progressive Review Corpus (version {Corpus().version}), {HOURGLASS}.\n")
    notes = run("find", "horror stories").stdout
    assert notes.count("  cite      Grover Furr, “Grover Furr: The Continuing Revolution in Stalin-Era Soviet History,”") == 2
    assert "References" not in notes


def test_without_pandoc_the_citations_are_in_bibtex_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lprcorpus.cli.find.can_format", lambda: False)
    result = run("find", "night whispers")
    assert result.stdout == run("find", "night whispers", "--style", "bibtex").stdout
    assert result.stderr == "lprcorpus: citations are in BibTeX; for Chicago, APA and others: pip install 'lprcorpus[cite]'\n"


def test_an_index_file_is_made_once_and_gives_the_same_passages(
    make_issue: MakeIssue, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("corpus")
    text = "The Night Song\n\nThe night whispers the silence.\n"
    build(make_issue(text, {"id": "night-song", "title": "The Night Song", "page": 1, "type": "article"}), folder / "processed")
    monkeypatch.setenv("LPRCORPUS_CACHE", str(folder / "cache"))
    small = places(find("night whispers", corpus=Corpus(folder / "processed")))
    assert not (folder / "cache").exists()
    monkeypatch.setattr(textindex, "IN_MEMORY_BYTES", 0)
    monkeypatch.setattr(textindex, "_OPEN", {})
    assert places(find("night whispers", corpus=Corpus(folder / "processed"))) == small
    (file,) = (folder / "cache").iterdir()
    before = file.stat().st_mtime_ns
    monkeypatch.setattr(textindex, "_OPEN", {})
    assert places(find("night whispers", corpus=Corpus(folder / "processed"))) == small
    assert file.stat().st_mtime_ns == before
    file.write_bytes(file.read_bytes()[:5_000])
    monkeypatch.setattr(textindex, "_OPEN", {})
    assert places(find("night whispers", corpus=Corpus(folder / "processed"))) == small, "a spoilt file is made anew"


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("LPRCORPUS_CACHE", str(blocked))
    monkeypatch.setattr(textindex, "IN_MEMORY_BYTES", 0)
    monkeypatch.setattr(textindex, "_OPEN", {})
    result = run("find", "night")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"lprcorpus: {blocked}/lprcorpus-")
    assert result.stderr.endswith("; name another folder with LPRCORPUS_CACHE\n")


def index_of_bodies(*bodies: str) -> TextIndex:
    return TextIndex.of((Text(f"made-1/text-{number}", body, (), ()) for number, body in enumerate(bodies)), "made", "1.0.0")


LETTERS = st.text(st.characters(codec="utf-8", categories=("L", "M", "N", "P", "Zs")), max_size=40)


@given(st.lists(LETTERS, min_size=1, max_size=4), st.data())
def test_the_index_never_leaves_out_a_text_that_holds_the_words(bodies: list[str], data: st.DataObject) -> None:
    folded = [[word.folded for word in words(body)] for body in bodies]
    chosen = data.draw(st.sampled_from(bodies))
    phrase = [word.folded for word in words(chosen)][:3]
    if not phrase:
        return
    index = index_of_bodies(*bodies)

    def holds(body: list[str]) -> bool:
        return any(body[at : at + len(phrase)] == phrase for at in range(len(body)))

    held = {f"made-1/text-{number}" for number, body in enumerate(folded) if holds(body)}
    assert held <= {text.id for text in index.holding([phrase])}
    assert held <= {text.id for text in index.holding([[word] for word in phrase], all_words=True)}


@given(st.text())
def test_folding_is_done_once_for_all(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


@given(st.text())
def test_sentences_are_in_order_and_hold_every_word(text: str) -> None:
    extents = sentences(text)
    assert extents == sorted(extents)
    assert all(one[1] <= other[0] for one, other in pairwise(extents))
    assert sum(len(words(text[start:end])) for start, end in extents) == len(words(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Smith came. He left.", ["Dr. Smith came.", "He left."]),
        ("J. V. Stalin spoke. “So be it.” They sang.", ["J. V. Stalin spoke.", "“So be it.”", "They sang."]),
        ("It cost 3.5 roubles, i.e. nothing. Then?", ["It cost 3.5 roubles, i.e. nothing.", "Then?"]),
        ("He waited… and waited! “Why?” she asked.", ["He waited… and waited!", "“Why?” she asked."]),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected

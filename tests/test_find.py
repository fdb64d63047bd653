"""Finding passages: words in a row or in any order, whatever their case, accents, lines and pages, each on its page."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lprcorpus.build.run import build
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UnknownName, UsageError
from lprcorpus.search.index import index_of
from lprcorpus.search.passages import Passage, RecordText
from lprcorpus.search.query import find
from lprcorpus.search.selectors import squeeze
from lprcorpus.search.words import FoldedText, fold, sentences, words

from .conftest import MakeIssue, run

HOURGLASS = "lpr-1-2/hourglass-of-the-free"
LECTURE = "lpr-1-2/continuing-revolution-in-stalin-era-soviet-history"


def places(passages: list[Passage]) -> list[tuple[str, int, int | None, str]]:
    return [(passage.record, passage.page, passage.block, passage.exact) for passage in passages]


def text_of(corpus: Corpus, record: str) -> RecordText:
    text = index_of(corpus).text(record)
    assert text
    return text


def test_a_passage_has_all_that_is_needed_to_quote_it(corpus: Corpus) -> None:
    (passage,) = find("the night whispers the silence", context=10, corpus=corpus)
    line = f"lprcorpus {corpus.version} {HOURGLASS} p. 31 raw 111081-111115 “The night whispers the silence” ce735a69"
    assert {name: value for name, value in passage.to_dict().items() if name != "selector"} == {
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
        "before": "",
        "after": "\nof its\nda",
        "raw_start": 111081,
        "raw_end": 111115,
        "line": line,
    }


def test_case_accents_punctuation_and_line_ends_do_not_count(corpus: Corpus) -> None:
    expected = places(find("night whispers", corpus=corpus))
    assert expected == [(HOURGLASS, 31, 1, "night\nwhispers")]
    for query in (
        "NIGHT WHISPERS",
        "níght   whìspers",
        "“night, whispers!”",
        "night\n\nwhispers",
        "ｎight whispers",
        "ni\u00adght whi\u200bspers\ufeff",
        '"night" whispers*',
        "^night + {whispers} : -",
    ):
        assert places(find(query, corpus=corpus)) == expected, query


def test_words_are_whole_words(corpus: Corpus) -> None:
    assert find("night whisper", corpus=corpus) == []


def test_a_quotation_over_a_page_break_is_on_both_pages(corpus: Corpus) -> None:
    text = text_of(corpus, LECTURE)
    block = next(block for block in text.blocks if block.page_end > block.page_start)
    (passage,) = find(text.text[block.body_start : block.body_end], exact=True, corpus=corpus)
    assert (passage.page, passage.page_end) == (block.page_start, block.page_end)


def test_words_in_a_row_come_first_then_sentences_that_hold_all_of_them(corpus: Corpus) -> None:
    found = find("whispers night", corpus=corpus)
    assert [(passage.match, passage.exact) for passage in found] == [("words", "night\nwhispers")]
    assert find("whispers night", exact=True, corpus=corpus) == []
    kinds = [passage.match for passage in find("Stalin Society", corpus=corpus)]
    assert kinds == sorted(kinds)
    assert set(kinds) == {"exact", "words"}


def test_a_sentence_is_not_given_twice_for_the_same_words(corpus: Corpus) -> None:
    assert [passage.match for passage in find("horror stories", corpus=corpus)] == [
        "exact",
        "exact",
    ]


def test_the_outer_punctuation_of_a_query_is_quoted_too_where_the_text_has_it(
    corpus: Corpus,
) -> None:
    found = find(
        "Thank You.", exact=True, record="lpr-1-2/interview-of-jacob-jugashvili", corpus=corpus
    )
    assert {passage.exact for passage in found} == {"Thank you", "Thank You", "Thank You."}


def test_a_search_can_keep_to_a_record_and_to_a_number(corpus: Corpus) -> None:
    everywhere = find("Stalin", corpus=corpus)
    assert {passage.record for passage in find("Stalin", record=LECTURE, corpus=corpus)} == {
        LECTURE
    }
    assert places(find("Stalin", limit=7, corpus=corpus)) == places(everywhere[:7])
    with pytest.raises(UnknownName) as caught:
        find("night", record="lpr-1-2/hourglas", corpus=corpus)
    assert (
        str(caught.value)
        == "no record is called 'lpr-1-2/hourglas'; did you mean lpr-1-2/hourglass-of-the-free?"
    )


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow), 9])
def test_every_sentence_is_found_on_its_page_with_the_raw_characters_that_it_comes_from(
    step: int, corpus: Corpus, raw_text: str
) -> None:
    """White space aside, these are the sentence, unless they hold an edit, or the end of a page with its header."""
    edits = corpus.table("edits").to_pylist()
    pages = corpus.table("pages").to_pylist()
    index = index_of(corpus)
    exactly = sought = 0
    for (record,) in index.query("SELECT id FROM records"):
        text = text_of(corpus, record)
        extents = dict.fromkeys(map(text.sentence_at, range(len(text.text))))
        for start, end in list(extents)[::step]:
            block = next(block for block in text.blocks if start < block.body_end)
            sentence = text.text[start:end]
            if not words(sentence):
                continue
            sought += 1
            hits = [
                hit
                for hit in find(sentence, exact=True, record=record, corpus=corpus)
                if hit.start <= start + 3
            ]
            hit = max(hits, key=lambda hit: hit.start)
            assert hit.block == block.position
            assert hit.raw_start is not None
            assert hit.raw_end is not None
            page = [
                page["number"]
                for page in pages
                if page["raw_start"] <= hit.raw_start < page["raw_end"]
            ]
            page_end = [
                page["number"]
                for page in pages
                if page["raw_start"] < hit.raw_end <= page["raw_end"]
            ]
            assert ([hit.page], [hit.page_end]) == (page, page_end)
            is_edited = any(
                hit.raw_start < edit["raw_end"] and edit["raw_start"] < hit.raw_end
                for edit in edits
            )
            if not is_edited and hit.page == hit.page_end:
                exactly += 1
                assert squeeze(raw_text[hit.raw_start : hit.raw_end]) == squeeze(hit.exact)
    assert exactly > 0.97 * sought > 900 / step


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "found nothing to look for; expected at least one letter or digit"),
        (" \n\t", "found nothing to look for; expected at least one letter or digit"),
        ("?!… — “”", "found only '?!… — “”' to look for; expected at least one letter or digit"),
        ("\u200b\u0301", "found only '\\u200b́' to look for; expected at least one letter or digit"),
    ],
    ids=["nothing", "white space", "punctuation", "marks on nothing"],
)
def test_what_cannot_be_looked_for_is_said(query: str, message: str, corpus: Corpus) -> None:
    with pytest.raises(UsageError) as caught:
        find(query, corpus=corpus)
    assert str(caught.value) == message
    result = run("find", "--corpus", corpus.folder, query)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"lprcorpus: {message}\n")


def test_a_hundred_thousand_characters_are_looked_for_like_any_other(corpus: Corpus) -> None:
    query = "whispers of nothing " * 5_000
    assert len(query) == 100_000
    assert find(query, corpus=corpus) == []
    result = run("find", "--corpus", corpus.folder, query)
    assert (result.exit_code, result.stdout) == (0, "")
    assert (
        result.stderr
        == "no passage contains 'whispers of nothing whispers of nothing whispers of nothin…\n"
    )


def test_a_whole_body_is_found_as_one_passage(corpus: Corpus) -> None:
    text = text_of(corpus, LECTURE).text
    (passage,) = find(text, exact=True, corpus=corpus)
    assert (passage.record, passage.page, passage.page_end) == (LECTURE, 14, 24)
    assert passage.end - passage.start > 0.999 * len(text)


def test_that_nothing_was_found_is_said(corpus: Corpus) -> None:
    result = run("find", "--corpus", corpus.folder, "night", "whispres")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no passage contains 'night whispres'\n"


def test_the_command_shows_passages_for_people_and_for_programs(corpus: Corpus) -> None:
    result = run("find", "--corpus", corpus.folder, "night whispers", "--style", "bibtex")
    lines = result.stdout.split("\n")
    assert lines[:4] == [
        f"{HOURGLASS}, p. 31, block 1",
        "    The night",
        "    whispers",
        f"  cite      @article{{{HOURGLASS},",
    ]
    (passage,) = find("night whispers", corpus=corpus)
    assert lines[-3:] == [f"  selector  {passage.selector}", "", ""]
    (content,) = json.loads(
        run(
            "find", "--corpus", corpus.folder, "night whispers", "--style", "bibtex", "--json"
        ).stdout
    )
    assert content.pop("citation").startswith(f"@article{{{HOURGLASS},")
    assert content == passage.to_dict()
    assert (
        run("find", "--corpus", corpus.folder, "nosuchword", "--json", "--style", "bibtex").stdout
        == "[]\n"
    )


@pytest.mark.parametrize(
    ("limit", "message"), [(2, "the first 2 passages; there are more: --limit 20\n"), (5, "")]
)
def test_the_command_says_when_there_are_more(limit: int, message: str) -> None:
    query = ["find", "thank you", "--exact", "--limit", limit, "--style", "bibtex"]
    result = run(*map(str, query))
    assert result.stdout.count("  selector  ") == limit
    assert result.stderr == message


def test_formatted_citations_come_with_their_references(corpus: Corpus) -> None:
    pytest.importorskip("pypandoc", reason="formatted text needs the extra cite")
    text = run("find", "--corpus", corpus.folder, "night whispers", "--style", "apa").stdout
    assert "  cite      (Calaor, 2014, p. 31)\n" in text
    assert text.endswith(
        f"Left Progressive Review Corpus (version {corpus.version}), {HOURGLASS}.\n"
    )
    notes = run("find", "--corpus", corpus.folder, "horror stories").stdout
    assert (
        notes.count(
            "  cite      Grover Furr, “Grover Furr: The Continuing Revolution in Stalin-Era Soviet History,”"
        )
        == 2
    )
    assert "References" not in notes


def test_without_pandoc_the_citations_are_in_bibtex_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, corpus: Corpus
) -> None:
    monkeypatch.setattr("lprcorpus.cli.find.can_format", lambda: False)
    result = run("find", "--corpus", corpus.folder, "night whispers")
    assert (
        result.stdout
        == run("find", "--corpus", corpus.folder, "night whispers", "--style", "bibtex").stdout
    )
    assert (
        result.stderr
        == "lprcorpus: citations are in BibTeX; for Chicago, APA and others: pip install 'lprcorpus[cite]'\n"
    )


class TestConcordance:
    """``find --kwic``: each passage on a line, between what is around it."""

    def test_the_keywords_are_below_each_other(self, corpus: Corpus) -> None:
        lines = run("find", "--corpus", corpus.folder, "horror stories", "--kwic").stdout.split(
            "\n"
        )
        assert [line.index("horror stories") for line in lines if line] == [42, 42]
        assert all(line.endswith(f"  {LECTURE}, p. 24") for line in lines if line)

    def test_it_is_sorted_by_what_is_on_one_side(self, corpus: Corpus) -> None:
        for side, part in (
            ("left", lambda line: words(line["left"])[::-1]),
            ("right", lambda line: words(line["right"])),
        ):
            result = run(
                "find",
                "--corpus",
                corpus.folder,
                "society",
                "--kwic",
                "--sort",
                side,
                "--json",
                "--limit",
                "500",
            )
            lines = json.loads(result.stdout)
            assert lines == sorted(lines, key=part), side
            assert len(lines) > 10

    def test_it_can_be_had_as_csv(self, corpus: Corpus) -> None:
        first, *rest = run(
            "find", "--corpus", corpus.folder, "night whispers", "--kwic", "--csv"
        ).stdout.split("\n")
        assert first == "left,keyword,right,record,page"
        assert rest[0].startswith("The,night whispers,the silence of its darkness as ")
        assert rest[0].endswith(f",{HOURGLASS},31")

    def test_no_cell_of_its_csv_can_run_as_a_formula(
        self, make_issue: MakeIssue, tmp_path: Path
    ) -> None:
        text = "The Sum\n\n=1+1 night whispers @silence(1)\n"
        raw = make_issue(text, {"id": "sum", "title": "The Sum", "page": 1, "type": "article"})
        assert run("build", "--raw", raw, "--out", tmp_path / "built").exit_code == 0
        found = ("find", "--corpus", tmp_path / "built", "night whispers", "--kwic")
        (line,) = csv.DictReader(io.StringIO(run(*found, "--csv").stdout))
        assert (line["left"], line["right"]) == ("'=1+1", "'@silence(1)")
        (line,) = json.loads(run(*found, "--json").stdout)
        assert (line["left"], line["right"]) == ("=1+1", "@silence(1)")

    @pytest.mark.parametrize("option", [["--csv"], ["--sort", "left"]])
    def test_an_option_of_a_concordance_asks_for_one(
        self, option: list[str], corpus: Corpus
    ) -> None:
        found = ("find", "--corpus", corpus.folder, "night", *option)
        assert run(*found).stdout == run(*found, "--kwic").stdout != ""

    def test_options_that_do_not_go_together_are_refused(self, corpus: Corpus) -> None:
        assert (
            run("find", "--corpus", corpus.folder, "night", "--kwic", "--csv", "--json").exit_code
            == 2
        )


SCRIPTS = {
    "Hindi": (
        "पुराने बाज़ार का कातिब आज सुबह जल्दी आया।",
        ["कातिब", "बाज़ार का"],
        ["किताब", "कतिब", "बाज"],
    ),
    "Bengali": ("নদীর ধারে নৌকা দাঁড়িয়ে ছিল।", ["নৌকা", "নদীর ধারে"], ["নদী", "নৌক"]),
    "Tamil": ("ஆற்றின் கரையில் படகு நின்றது.", ["படகு"], ["படக", "ஆற்ற"]),
    "Thai": ("แม่น้ำไหลช้าในตอนเช้า", ["แม่น้ำ", "ตอนเช้า"], ["นำ"]),
    "Arabic": ("ذَهَبَ الوَلَدُ إلى المَدْرَسَةِ في الصباح.", ["ذهب", "المدرسة", "ذَهَبَ"], ["ذاهب"]),
    "Hebrew": ("הַיֶּלֶד הָלַךְ לַגַּן בַּבֹּקֶר.", ["הילד", "הָלַךְ"], ["הילדה"]),
    "Chinese": ("夜晚低声诉说着寂静。", ["低声", "寂静"], ["静寂"]),
    "Japanese": ("よるはしずかです。がっこうへいく。", ["しずか", "がっこう"], ["かっこう"]),
    "Korean": ("밤은 고요를 속삭인다.", ["고요를"], ["고요"]),
    "Turkish": (
        "İstanbul'da gece sessizliği fısıldar.",
        ["istanbul", "ISTANBUL", "fisildar"],
        ["stanbul"],
    ),
    "Polish": ("Noc w Łodzi szepcze ciszę.", ["Lodzi", "ŁODZI", "cisze"], ["Łódź"]),
    "German": ("Die Straße flüstert.", ["STRASSE", "strasse"], ["Stras"]),
    "Greek": ("Ο θάνατος ψιθυρίζει.", ["θανατοσ", "ΘΆΝΑΤΟΣ"], ["θανατο"]),
    "ligatures": (
        "The ﬁre oﬃce, Ænigma and ½ an hour.",
        ["fire office", "aenigma", "1 2 an"],
        ["fi"],
    ),
    "apostrophes": (
        "O’Brien’s night, OʼBrien's song.",
        ["O'Brien's", "O`Brien’s", "o brien s song"],
        ["obriens"],
    ),
    "decomposed": (
        unicodedata.normalize("NFD", "Café naïve, première nuit."),
        ["café", "naive", "PREMIÈRE"],
        ["caf"],
    ),
    "invisible": (
        "The si\u00adlence whis\u200bpers \u200eof it\ufeff.",
        ["silence whispers of it"],
        ["si lence"],
    ),
    "right to left marks": ("\u202bسلام\u202c dunya", ["سلام"], []),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_a_reader_expects_to_match_matches_and_another_word_does_not(
    script: str, make_issue: MakeIssue
) -> None:
    text, expected, others = SCRIPTS[script]
    folder = make_issue(
        f"A Title\n\n{text}\n", {"id": "a-title", "title": "A Title", "page": 1, "type": "article"}
    )
    build(folder, folder.parent / "processed")
    with Corpus(folder.parent / "processed") as corpus:
        for query in expected:
            found = find(query, exact=True, corpus=corpus)
            assert found, query
            assert all(words(passage.exact) == words(query) for passage in found)
        for query in others:
            assert find(query, exact=True, corpus=corpus) == [], query


def test_a_passage_is_never_cut_inside_what_a_reader_sees_as_one_character(
    make_issue: MakeIssue,
) -> None:
    text = "नदी के किनारे नाव खड़ी थी।"
    folder = make_issue(
        f"A Title\n\n{text}\n", {"id": "a-title", "title": "A Title", "page": 1, "type": "article"}
    )
    build(folder, folder.parent / "processed")
    with Corpus(folder.parent / "processed") as corpus:
        assert [passage.exact for passage in find("थी नाव", corpus=corpus)] == ["नाव खड़ी थी"]


@given(st.text())
@example("0\U0001f210")  # an ideograph in a square
def test_folding_is_done_once_for_all(text: str) -> None:
    assert fold(fold(text)).split() == words(text)


@given(st.text(st.characters(categories=("L", "N", "P", "Zs"))))
@example("\u304c0")  # a kana with a voicing mark
def test_composed_and_decomposed_text_is_folded_alike(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert words(unicodedata.normalize("NFD", composed)) == words(composed)


@given(
    st.lists(
        st.text(st.characters(categories=("L", "M", "N", "P", "Zs", "Cf")), max_size=12),
        min_size=1,
        max_size=8,
    )
)
def test_every_word_is_found_where_it_is(pieces: list[str]) -> None:
    text = FoldedText(" ".join(pieces))
    for piece in pieces:
        if words(piece) and unicodedata.category(piece[0])[0] != "M":
            extents = list(text.find(words(piece)))
            assert extents or any(unicodedata.category(char)[0] == "M" for char in text.text)
            assert all(words(text.text[start:end]) == words(piece) for start, end, _ in extents)


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
        (
            "J. V. Stalin spoke. “So be it.” They sang.",
            ["J. V. Stalin spoke.", "“So be it.”", "They sang."],
        ),
        (
            "It cost 3.5 roubles, i.e. nothing. Then?",
            ["It cost 3.5 roubles, i.e. nothing.", "Then?"],
        ),
        (
            "He waited… and waited! “Why?” she asked.",
            ["He waited… and waited!", "“Why?” she asked."],
        ),
        ("नाव खड़ी थी। लड़का गया।", ["नाव खड़ी थी।", "लड़का गया।"]),
        ("夜晚低语。寂静！", ["夜晚低语。", "寂静！"]),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_a_corpus_without_its_raw_texts_gives_a_block_over_pages_all_its_pages(
    built: Path, tmp_path: Path
) -> None:
    """And no raw characters, and no selector: where a line ended within a block is not in the tables."""
    for path in built.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with Corpus(tmp_path) as alone:
        text = text_of(alone, LECTURE)
        block = next(block for block in text.blocks if block.page_end > block.page_start)
        passage = find(
            text.text[block.body_start :][:40],
            exact=True,
            record=LECTURE,
            limit=1,
            corpus=alone,
        )[0]
        assert (passage.page, passage.page_end) == (block.page_start, block.page_end)
        assert (passage.raw_start, passage.raw_end, passage.selector) == (None, None, None)
        result = run("find", "night whispers", "--style", "bibtex", "--corpus", tmp_path)
        assert result.stdout.endswith("  selector  none: the raw text is not there\n\n")


def test_a_quotation_that_begins_with_a_mark_has_it_whatever_the_space_before_it(
    corpus: Corpus,
) -> None:
    """As a passage does that begins at the end of a sentence."""
    (passage,) = find(". They cannot be proved", exact=True, corpus=corpus)
    assert squeeze(passage.exact) == ".Theycannotbeproved"

"""Selectors: what names a passage, how it is read back, and what is answered of it in this edition and in another."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from lprcorpus.build.run import build
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.search.index import index_of
from lprcorpus.search.passages import ROLES_OF_TEXT
from lprcorpus.search.query import find
from lprcorpus.search.resolving import resolve
from lprcorpus.search.selectors import Selector

from .conftest import MakeIssue, run

HOURGLASS = "lpr-1-2/hourglass-of-the-free"
LECTURE = "lpr-1-2/continuing-revolution-in-stalin-era-soviet-history"
LINE = "lprcorpus 0.2.0 lpr-1-2/hourglass-of-the-free p. 31 raw 111085-111101 “night whispers” ce735a69"


@pytest.fixture(scope="module")
def selector(corpus: Corpus) -> Selector:
    (passage,) = find("night whispers", corpus=corpus)
    assert passage.selector
    return passage.selector


class TestForms:
    """A selector is JSON or one line, and is read back from either."""

    def test_the_line_can_be_checked_with_a_text_editor(
        self, selector: Selector, raw_text: str, corpus: Corpus
    ) -> None:
        assert str(selector) == LINE.replace("0.2.0", corpus.version)
        assert raw_text[111085:111101].split() == ["night", "whispers"]
        assert selector.sha256.startswith("ce735a69")

    def test_the_json_is_a_target_of_the_web_annotation_model(
        self, selector: Selector, corpus: Corpus
    ) -> None:
        assert selector.to_dict() == {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "type": "SpecificResource",
            "source": HOURGLASS,
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": "night\nwhispers",
                    "prefix": "The ",
                    "suffix": "\nthe silence\nof its\ndarkness\nas ",
                },
                {"type": "TextPositionSelector", "start": 4, "end": 18},
            ],
            "corpus": "lprcorpus",
            "version": corpus.version,
            "page": 31,
            "page_end": 31,
            "raw": {
                "issue": "lpr-1-2",
                "sha256": "ce735a69ae30dd47c86ce17e3050cbfdb5eb6ad15eb218a46bebba45e1b542b6",
                "start": 111085,
                "end": 111101,
            },
        }

    def test_a_selector_is_taken_as_itself_as_json_as_a_mapping_and_as_a_line(
        self, selector: Selector
    ) -> None:
        for form in (
            selector,
            selector.to_dict(),
            selector.to_json(),
            f"\ufeff{selector.to_json()}\n",
        ):
            assert Selector.read(form) == selector
        line = Selector.read(str(selector))
        assert line == replace(
            selector, sha256="ce735a69", exact=None, prefix="", suffix="", start=None, end=None
        )
        with pytest.raises(
            UsageError,
            match="a selector in one line may not have the whole passage; expected the selector as",
        ):
            line.to_dict()

    def test_of_a_long_passage_the_line_has_the_first_and_the_last_words(
        self, corpus: Corpus, raw_text: str
    ) -> None:
        text = index_of(corpus).text(LECTURE)
        assert text
        block = max(text.blocks, key=lambda block: block.body_end - block.body_start)
        made = text.passage(block.body_start, block.body_end).selector
        assert made
        first, last = made.quote.split(" … ")
        exact = " ".join((made.exact or "").split())
        assert exact.startswith(first)
        assert exact.endswith(last)
        assert len(first.split()) >= 5 <= len(last.split())
        assert len(str(made)) < len(exact)
        # What is left out reads in the raw text as it does in the passage.
        left_out = exact[len(first) : -len(last)]
        assert "".join(left_out.split()) in "".join(raw_text[made.raw_start : made.raw_end].split())

    def test_a_passage_with_an_ellipsis_of_its_own_leaves_nothing_out(
        self, make_issue: MakeIssue
    ) -> None:
        """So an edit that puts one there is not taken for words left out."""
        text = "The Song\n\nShe waited so long that the night whispered, and of its silence ….\n"
        entry = {"id": "song", "title": "The Song", "page": 1, "type": "article"}
        change = {"find": "so long", "replace": "…", "page": 1, "reason": "a slip of the pen"}
        folder = make_issue(text, {**entry, "edits": [change]})
        build(folder, folder.parent / "processed")
        with Corpus(folder.parent / "processed") as old:
            (passage,) = find("waited that the night whispered and of", exact=True, corpus=old)
            line = str(passage.selector)
            assert "“waited…that the night whispered, and of”" in line
            assert resolve(line, corpus=old).status == "same"
        make_issue(text, entry)
        build(folder, folder.parent / "processed")
        with Corpus(folder.parent / "processed") as new:
            assert resolve(line, corpus=new).status == "changed"

    @pytest.mark.parametrize(
        ("find_text", "replace_with", "status"),
        [
            ("and travellers.", "and travellers", "same"),
            ("and travellers.", "or travellers.", "changed"),
            ("the long way", "a long way", "changed"),
        ],
    )
    def test_a_shortened_line_is_right_as_long_as_all_of_its_passage_reads_as_it_did(
        self, find_text: str, replace_with: str, status: str, make_issue: MakeIssue
    ) -> None:
        """A later edit may begin in the passage, and change only what is behind it."""
        sentence = "She went the long way past gates and walls with the painters and travellers."
        text = f"The Song\n\n{sentence} Then she came home.\n"
        entry = {"id": "song", "title": "The Song", "page": 1, "type": "article"}
        folder = make_issue(text, entry)
        build(folder, folder.parent / "processed")
        with Corpus(folder.parent / "processed") as old:
            record = index_of(old).text("tiny-1/song")
            assert record
            line = str(record.passage(0, sentence.index("ellers")).selector)
        assert "“She went the long way … with the painters and trav”" in line
        change = {"find": find_text, "replace": replace_with, "page": 1, "reason": "a slip"}
        make_issue(text, {**entry, "edits": [change]})
        build(folder, folder.parent / "processed")
        with Corpus(folder.parent / "processed") as new:
            assert resolve(line, corpus=new).status == status

    TYPESETTERS: ClassVar[dict[str, Callable[[str], str]]] = {
        "straight quotation marks": lambda line: line.replace("“", '"').replace("”", '"'),
        "German ones": lambda line: line.replace("“", "„").replace("”", "“"),
        "French ones": lambda line: line.replace("“", "« ").replace("”", " »"),
        "a line break": lambda line: line.replace(" p. ", "\np. ").replace("night ", "night\n    "),
        "en dashes": lambda line: line.replace("111085-111101", "111085–111101"),
        "non-breaking spaces": lambda line: line.replace(" ", "\u00a0"),
        "a ligature and a soft hyphen": lambda line: line.replace("whispers", "whis\u00adpers"),
        "a full stop": lambda line: f"{line}.",
        "commas": lambda line: line.replace(" p. 31", ", p. 31,"),
        "a byte order mark": lambda line: f"\ufeff{line}\r\n",
    }

    @pytest.mark.parametrize("change", TYPESETTERS)
    def test_a_line_survives_a_typesetter(
        self, change: str, selector: Selector, corpus: Corpus
    ) -> None:
        assert resolve(self.TYPESETTERS[change](str(selector)), corpus=corpus).status == "same"


def changed(selector: Selector, path: str, value: object) -> str:
    """Return a selector as JSON, with one value changed; None takes its key away."""
    content: Any = selector.to_dict()
    *steps, last = path.split("/")
    part = content
    for step in steps:
        part = part[int(step) if step.isdigit() else step]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return json.dumps(content)


FORM = "expected JSON or a line as lprcorpus find prints them"
AS_PRINTED = "expected one as lprcorpus find --json prints them"
OLD = "a selector of 0.1.0, which names no raw characters; find the passage again for one that does"
OLD_LINE = "lprcorpus 0.1.0 lpr-1-2/hourglass-of-the-free p. 31 4-18 “night whispers” 1606c49692e8-b344d8-4fa36b"
OLD_JSON = {
    "type": "SpecificResource",
    "source": HOURGLASS,
    "selector": [{"type": "TextQuoteSelector", "exact": "night", "prefix": "", "suffix": ""}],
    "corpus": "lprcorpus",
    "version": "0.1.0",
    "sha256": "0" * 64,
}

BAD: dict[str, tuple[Callable[[Selector], str], str]] = {
    "nothing": (lambda _: "", f"no selector: found ''; {FORM}"),
    "prose": (
        lambda _: "the passage on p. 31",
        f"no selector: found 'the passage on p. 31'; {FORM}",
    ),
    "half a line": (
        lambda made: str(made)[:60],
        f"half a selector: found 'lprcorpus 0.2.0 lpr-1-2/hourglass-of-the-free p. 31 raw 1110'; {FORM}",
    ),
    "a line whose hash is cut": (
        lambda made: str(made)[:-3],
        f"half a selector: found 'lprcorpus 0.2.0 lpr-1-2/hourglass-of-the-free p. 31 raw 1110…; {FORM}",
    ),
    "a line of 0.1.0": (lambda _: OLD_LINE, OLD),
    "JSON of 0.1.0": (lambda _: json.dumps(OLD_JSON), OLD),
    "half of JSON": (
        lambda _: '{"type":',
        "the selector is not JSON: Expecting value",
    ),
    "a list": (lambda _: "[]", f"the selector is JSON without exact; {AS_PRINTED}"),
    "no quotation": (
        lambda made: changed(made, "selector/0/type", "CssSelector"),
        f"the selector is JSON without exact; {AS_PRINTED}",
    ),
    "no page": (
        lambda made: changed(made, "page", None),
        f"the selector is JSON without page; {AS_PRINTED}",
    ),
    "no raw characters": (
        lambda made: changed(made, "raw/start", None),
        f"the selector is JSON without raw.start; {AS_PRINTED}",
    ),
    "a page in words": (
        lambda made: changed(made, "page", "31"),
        "the selector's page is '31'; expected a count",
    ),
    "a page that is true": (
        lambda made: changed(made, "page", True),
        "the selector's page is True; expected a count",
    ),
    "a number of 5,000 digits": (
        lambda made: made.to_json().replace("111085", "1" * 5_000),
        "the selector is not JSON: Exceeds the limit (4300",
    ),
    "a range that runs backwards": (
        lambda made: str(made).replace("111085-111101", "111101-111085"),
        "the selector has no raw characters: found 111101-111085",
    ),
    "a hash that is none": (
        lambda made: changed(made, "raw/sha256", "xyz"),
        "the selector has the sha256 'xyz'; expected 8 hexadecimal digits or more",
    ),
    "another corpus": (
        lambda made: str(made).replace("lprcorpus", "other-corpus", 1),
        "the selector is of the corpus 'other-corpus'; expected one of 'lprcorpus'",
    ),
    "a range beyond the text": (
        lambda made: str(made).replace("111101", "999999"),
        "the selector's raw range is 111085-999999; raw/lpr-1-2.txt has 120,613 characters",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_selector_is_said_in_one_line(
    case: str, selector: Selector, corpus: Corpus
) -> None:
    spoil, message = BAD[case]
    with pytest.raises(UsageError) as caught:
        resolve(spoil(selector), corpus=corpus)
    assert str(caught.value).startswith(message)
    if not case.startswith("a number"):
        assert str(caught.value) == message
    result = (
        run("resolve", "--corpus", corpus.folder, "-", "--style", "bibtex", text=spoil(selector))
        if len(message) < 200
        else None
    )
    assert result is None or "Traceback" not in result.output


class TestThisEdition:
    """In the edition that a selector was made in, its passage is the same."""

    @pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow), 5])
    def test_every_block_cited_is_the_same(self, step: int, corpus: Corpus) -> None:
        index = index_of(corpus)
        count = 0
        for (record,) in index.query("SELECT id FROM records"):
            for role in ROLES_OF_TEXT:
                text = index.text(record, role)
                for block in text.blocks[::step] if text else ():
                    assert text
                    passage = text.passage(block.body_start, block.body_end)
                    assert passage.selector
                    for form in (passage.selector.to_json(), str(passage.selector)):
                        found = resolve(form, corpus=corpus)
                        assert (found.status, found.passages, found.found_by) == (
                            "same",
                            (passage,),
                            "raw range",
                        ), form
                    count += 1
        assert count > 360 / step

    @pytest.mark.parametrize(
        ("start", "end"),
        [(5, 12), (4, 5), (0, 1), (150, 175), (11, 21)],
        ids=["inside a word", "one letter", "the first", "two blocks", "over a line"],
    )
    def test_a_passage_may_be_any_stretch(self, start: int, end: int, corpus: Corpus) -> None:
        text = index_of(corpus).text(HOURGLASS)
        assert text
        passage = text.passage(start, end)
        assert passage.selector
        for form in (passage.selector.to_json(), str(passage.selector)):
            found = resolve(form, corpus=corpus)
            assert (found.status, found.passage) == ("same", passage), form

    def test_a_passage_that_begins_inside_what_an_edit_put_there_is_the_same(
        self, corpus: Corpus
    ) -> None:
        """The raw range then has all of the edit: here the letters of "61st", which stood on a line of their own."""
        index = index_of(corpus)
        text = index.text("lpr-1-2/61st-death-anniversary-celebrated-in-pakistan", "title")
        assert text
        start = text.text.index("61st") + 3
        passage = text.passage(start, start + 8)
        assert passage.exact == "t Death"
        assert passage.selector
        for form in (passage.selector.to_json(), str(passage.selector)):
            found = resolve(form, corpus=corpus)
            assert (found.status, found.passage) == ("same", passage)

    def test_a_range_and_a_quotation_that_do_not_agree_are_said_to_differ(
        self, corpus: Corpus
    ) -> None:
        found = resolve(LINE.replace("111085-111101", "111081-111090"), corpus=corpus)
        message = "it reads “The night”, not “night whispers”"
        assert (found.status, found.message) == ("changed", message)

    def test_characters_that_are_no_text_are_gone(self, corpus: Corpus, raw_text: str) -> None:
        start = raw_text.index("Left Progressive Review Volume 1, Issue 2 (2014)")
        line = f"lprcorpus 0.2.0 {LECTURE} p. 19 raw {start}-{start + 23} “Left Progressive Review” ce735a69"
        found = resolve(line, corpus=corpus)
        message = (
            "its raw characters are in no record now; their role is header:"
            " “Left Progressive Review”"
        )
        assert (found.status, found.message, found.passages) == ("gone", message, ())


class TestManyAtOnce:
    """``resolve --check`` reads selectors out of files, and says what became of each."""

    DOCUMENTS: ClassVar[dict[str, str]] = {
        "paper.md": "The poem says so.[^1]\n\n[^1]: `{line}`\n\n> As in\n> {wrapped}\n",
        "paper.tex": "Thus\\footnote{{{tex}}} it is.\n% {line}\n",
        "notes.txt": "{line}\n\n{wrapped}.\n",
        "one.json": "{json}",
        "many.jsonl": "{json}\n{json}\n",
        "annotations.json": '{{"type": "AnnotationPage", "items": [{{"type": "Annotation", "target": {json}}}, '
        '{{"type": "Annotation", "target": "https://example.org/"}}]}}',
    }

    @pytest.fixture
    def paper(self, selector: Selector, tmp_path: Path) -> Callable[[str], Path]:
        line = str(selector)
        wrapped = line.replace("raw ", "raw\n> ").replace("night ", "night\n> ")
        tex = (
            line.replace("p. ", "p.~")
            .replace("“", "``")
            .replace("”", "''")
            .replace("-111101", "--111101")
        )

        def write(name: str) -> Path:
            text = self.DOCUMENTS[name]
            plain = wrapped if name.endswith(".md") else wrapped.replace("> ", "  ")
            path = tmp_path / name
            path.write_text(
                text.format(line=line, wrapped=plain, tex=tex, json=selector.to_json()), "utf-8"
            )
            return path

        return write

    @pytest.mark.parametrize(
        ("name", "places"),
        [
            ("paper.md", [3, 6]),
            ("paper.tex", [1, 2]),
            ("notes.txt", [1, 3]),
            ("one.json", [1]),
            ("many.jsonl", [1, 2]),
            ("annotations.json", [1]),
        ],
    )
    def test_each_kind_of_file_is_read(
        self, name: str, places: list[int], paper: Callable[[str], Path], corpus: Corpus
    ) -> None:
        path = paper(name)
        result = run("resolve", "--corpus", corpus.folder, "--check", path)
        message = f"same: it is where it was: {HOURGLASS}, p. 31"
        assert result.stdout == "".join(f"{path}:{place}: {message}\n" for place in places)
        assert result.exit_code == 0

    def test_what_find_prints_can_be_checked(self, corpus: Corpus) -> None:
        printed = run(
            "find", "--corpus", corpus.folder, "horror stories", "--json", "--style", "bibtex"
        ).stdout
        result = run("resolve", "--corpus", corpus.folder, "-", text=printed)
        same = f"same: it is where it was: {LECTURE}, p. 24\n"
        assert result.stdout == f"standard input:1: {same}standard input:2: {same}"
        assert (
            run("resolve", "--corpus", corpus.folder, "--check", "-", text=printed).stdout
            == result.stdout
        )

    def test_what_is_wrong_is_said_by_file_and_line_and_by_the_exit_status(
        self, tmp_path: Path, selector: Selector, corpus: Corpus
    ) -> None:
        path = tmp_path / "paper.md"
        lines = [str(selector), str(selector).replace("night", "day"), str(selector)[:60], OLD_LINE]
        path.write_text("\n\n".join(lines), "utf-8")
        result = run("resolve", "--corpus", corpus.folder, "--check", path)
        contradiction = "it reads “night whispers”, not “day whispers”"
        assert result.exit_code == 1
        assert result.stdout.split("\n")[:-1] == [
            f"{path}:1: same: it is where it was: {HOURGLASS}, p. 31",
            f"{path}:3: changed: {contradiction}",
            f"{path}:5: invalid: half a selector: found {lines[2].strip()!r}; {FORM}",
            f"{path}:7: invalid: {OLD}",
        ]
        assert result.stderr == "4 selectors, 3 of them not right\n"
        annotations = run(
            "resolve", "--corpus", corpus.folder, "--check", "--format", "github", path
        )
        assert annotations.exit_code == 1
        assert annotations.stdout.split("\n")[0] == (
            f"::error file={path},line=3::changed: {contradiction}"
        )
        answers = json.loads(
            run("resolve", "--corpus", corpus.folder, "--check", "--json", path).stdout
        )
        assert [(answer["place"], answer["status"]) for answer in answers] == [
            (1, "same"),
            (3, "changed"),
            (5, "invalid"),
            (7, "invalid"),
        ]

    def test_a_file_with_none_is_fine_and_one_that_cannot_be_read_is_not(
        self, tmp_path: Path, corpus: Corpus
    ) -> None:
        path = tmp_path / "paper.md"
        path.write_text("# Nothing to see\n\n[a link](https://example.org)\n", "utf-8")
        result = run("resolve", "--corpus", corpus.folder, "--check", path)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"{path}: no selector\n")
        path.write_bytes("night".encode("utf-16"))
        result = run("resolve", "--corpus", corpus.folder, "--check", path)
        assert (result.exit_code, result.stderr) == (
            2,
            f"lprcorpus: {path}: is not UTF-8 (byte 0); expected text\n",
        )
        result = run("resolve", "--corpus", corpus.folder, "--check", tmp_path / "none.md")
        assert (result.exit_code, result.stderr) == (
            2,
            f"lprcorpus: {tmp_path / 'none.md'}: cannot be read: no such file or directory\n",
        )

    @pytest.mark.parametrize("length", [1, 2, 400, -3])
    def test_json_that_is_cut_off_is_not_taken_for_a_text_without_selectors(
        self, length: int, tmp_path: Path, selector: Selector, corpus: Corpus
    ) -> None:
        path = tmp_path / "passages.json"
        printed = json.dumps([{"selector": json.loads(selector.to_json())}], indent=2)
        path.write_text(printed[:length], "utf-8")
        result = run("resolve", "--corpus", corpus.folder, "--check", path)
        assert (result.exit_code, result.stdout, result.stderr) == (
            1,
            f"{path}:1: invalid: begins as JSON, but is neither JSON nor JSON Lines\n",
            "1 selector, 1 of them not right\n",
        )

    @pytest.mark.parametrize("text", ["[[a wiki link]]\n", "{\\small x}\n", "[^1]: a note\n"])
    def test_a_bracket_at_the_beginning_makes_no_json(
        self, text: str, tmp_path: Path, corpus: Corpus
    ) -> None:
        path = tmp_path / "paper.md"
        path.write_text(text, "utf-8")
        result = run("resolve", "--corpus", corpus.folder, "--check", path)
        assert (result.exit_code, result.stderr) == (0, f"{path}: no selector\n")

    @pytest.mark.parametrize("number", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
    def test_many_in_one_file_are_checked(
        self, number: int, tmp_path: Path, selector: Selector, corpus: Corpus
    ) -> None:
        path = tmp_path / "paper.txt"
        path.write_text(f"{selector}\n" * number, "utf-8")
        result = run("resolve", "--corpus", corpus.folder, "--check", path)
        assert result.stdout.count(" same: ") == number
        assert result.stderr == f"{number:,} selectors, 0 of them not right\n"


def test_the_command_answers_people_and_programs(selector: Selector, corpus: Corpus) -> None:
    result = run("resolve", "--corpus", corpus.folder, str(selector), "--style", "bibtex")
    assert result.stdout.startswith(
        f"same: it is where it was: {HOURGLASS}, p. 31\n\n{HOURGLASS}, p. 31, block 1\n"
    )
    assert (
        run(
            "resolve", "--corpus", corpus.folder, *str(selector).split(), "--style", "bibtex"
        ).stdout
        == result.stdout
    )
    assert (
        run(
            "resolve",
            "--corpus",
            corpus.folder,
            "-",
            "--style",
            "bibtex",
            text=selector.to_json() + "\n",
        ).stdout
        == result.stdout
    )
    answer = json.loads(
        run(
            "resolve", "--corpus", corpus.folder, selector.to_json(), "--json", "--style", "bibtex"
        ).stdout
    )
    (passage,) = find("night whispers", corpus=corpus)
    assert answer["status"] == "same"
    assert answer["found_by"] == "raw range"
    assert answer["passages"] == [passage.to_dict()]
    wrong = run(
        "resolve",
        "--corpus",
        corpus.folder,
        str(selector).replace("night", "day"),
        "--style",
        "bibtex",
    )
    assert wrong.exit_code == 1
    assert wrong.stdout.startswith("changed: ")

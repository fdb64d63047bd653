"""A PDF to text: the reading order, the layout beside it, and clear answers where a PDF gives none."""

from __future__ import annotations

import doctest
import hashlib
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import tomli
from click.testing import Result
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from lprcorpus.build.assembly import assemble
from lprcorpus.layout_file import Extraction, LayoutLine, layout_path, read_layout

from .conftest import ROOT, run
from .inventing import manifest_of
from .made_pdfs import (
    HEIGHT,
    LEADING,
    MARGIN,
    NOTES,
    TITLES,
    WIDTH,
    Draw,
    coded_pdf,
    column,
    garden_quarterly,
    justified,
    pdf_of,
    prose,
    scanned,
    two_columns,
    wrapped,
)


def run_extract(pdf: Path, out: Path) -> Result:
    return run("extract", pdf, "--out", out)


@pytest.fixture
def text_of(tmp_path: Path) -> Callable[..., str]:
    """Draw pages, extract them, and return the text."""

    def text(*pages: Draw, **options: object) -> str:
        pdf = pdf_of(tmp_path / "made.pdf", *pages, **options)
        result = run_extract(pdf, tmp_path / "made.txt")
        assert result.exit_code == 0, result.stderr
        return (tmp_path / "made.txt").read_bytes().decode()

    return text


@pytest.fixture
def refusal_of(tmp_path: Path) -> Callable[[Path], tuple[int, str]]:
    """Extract a PDF that gives no text, and return the status and the message; nothing may be written."""

    def refusal(pdf: Path) -> tuple[int, str]:
        result = run_extract(pdf, tmp_path / "raw" / "made.txt")
        assert result.stdout == ""
        assert not (tmp_path / "raw").exists() or list((tmp_path / "raw").iterdir()) == []
        return result.exit_code, result.stderr.replace(str(pdf), "PDF")

    return refusal


def in_order(text: str, *words: str) -> bool:
    """Return whether words occur in a text in this order, each once."""
    places = [text.index(word) for word in words]
    return places == sorted(places) and all(text.count(word) == 1 for word in words)


class TestReadingOrder:
    """What a person would read first comes first."""

    @pytest.mark.parametrize("gutter", [8.0, 12.0, 18.0, 40.0])
    def test_two_columns_follow_each_other_below_their_title(
        self, text_of: Callable[..., str], gutter: float
    ) -> None:
        text = text_of(lambda canvas: two_columns(canvas, gutter=gutter))
        assert text.startswith("The Birds of the Garden\n\n")
        assert in_order(
            text, "Birds of the Garden", "by Ann", "C1P1", "C1P2", "C1P3", "C2P1", "C2P2", "C2P3"
        )

    def test_three_columns_follow_each_other(self, text_of: Callable[..., str]) -> None:
        def draw(canvas: Canvas) -> None:
            width = (WIDTH - 2 * MARGIN - 24) / 3
            for place in range(3):
                lines = wrapped(f"C{place} {prose(120, place)} E{place}", width)
                justified(canvas, lines, MARGIN + place * (width + 12), 100, width)

        assert in_order(text_of(draw), "C0", "E0", "C1", "E1", "C2", "E2")

    def test_columns_that_are_not_on_one_grid_do_not_mix(self, text_of: Callable[..., str]) -> None:
        def draw(canvas: Canvas) -> None:
            for place in range(2):
                lines = wrapped(f"C{place} {prose(150, place)} E{place}", 230)
                column(
                    canvas, lines, MARGIN + place * 250, 100 + place * 5, leading=LEADING + place
                )

        assert in_order(text_of(draw), "C0", "E0", "C1", "E1")

    def test_an_article_below_another_is_read_after_it(self, text_of: Callable[..., str]) -> None:
        """Its title begins at the left and does not reach the second column."""

        def draw(canvas: Canvas) -> None:
            y = 100.0
            for article in "AB":
                column(canvas, [f"Title {article}"], MARGIN, y, "Helvetica-Bold", 16)
                for place in range(2):
                    lines = wrapped(f"{article}{place} {prose(100, place)}", 230)
                    column(canvas, lines, MARGIN + place * 250, y + 30)
                y += 280

        assert in_order(text_of(draw), "Title A", "A0", "A1", "Title B", "B0", "B1")

    def test_a_rule_across_columns_ends_them(self, text_of: Callable[..., str]) -> None:
        """The articles below it have titles of their own in each column, and none that is over both."""

        def draw(canvas: Canvas) -> None:
            for place in range(2):
                x = MARGIN + place * 250
                column(canvas, wrapped(f"A{place} {prose(150, place)}", 230), x, 100)
                column(canvas, [f"Title {place}"], x, 420, "Helvetica-Bold", 14)
                column(canvas, wrapped(f"B{place} {prose(150, place)}", 230), x, 440)
            canvas.line(MARGIN, HEIGHT - 400, WIDTH - MARGIN, HEIGHT - 400)

        assert in_order(text_of(draw), "A0", "A1", "Title 0", "B0", "Title 1", "B1")

    def test_contents_in_two_columns_with_spaced_dots_do_not_mix(
        self, text_of: Callable[..., str]
    ) -> None:
        def draw(canvas: Canvas) -> None:
            for line in range(12):
                for place in range(2):
                    x = MARGIN + place * 250
                    column(
                        canvas,
                        [f"C{place}L{line:02} Birds of the garden " + ". " * 20],
                        x,
                        100 + line * 13,
                    )
                    column(canvas, [str(line)], x + 225, 100 + line * 13)

        text = text_of(draw)
        assert in_order(text, "C0L00", "C0L11", "C1L00", "C1L11")
        assert "Birds of the garden .................... 3\n" in text

    def test_a_box_of_short_lines_at_the_side_is_read_by_itself(
        self, text_of: Callable[..., str]
    ) -> None:
        def draw(canvas: Canvas) -> None:
            officers = [
                "Officers",
                "Ann Writer,",
                "chair",
                "Ben Walker,",
                "treasurer",
                "Cora Reader",
            ]
            column(canvas, officers, MARGIN, 110, "Helvetica", 9, 15)
            column(canvas, wrapped(f"Begin {prose(180)} End", 320), MARGIN + 150, 100)

        assert in_order(text_of(draw), "Officers", "treasurer", "Cora", "Begin", "End")

    def test_a_box_at_the_side_may_be_on_the_lines_of_the_text(
        self, text_of: Callable[..., str]
    ) -> None:
        def draw(canvas: Canvas) -> None:
            officers = [
                "Officers",
                "Ann Writer",
                "chair",
                "Ben Walker, of the hall",
                "treasurer",
                "Cora Reader",
                "Dan Gardener",
            ]
            column(canvas, officers, MARGIN, 100)
            column(canvas, wrapped(f"Begin {prose(180)} End", 320), MARGIN + 150, 100)

        assert in_order(text_of(draw), "Officers", "treasurer", "Cora", "Begin", "End")

    def test_a_column_of_centred_lines_is_read_by_itself(self, text_of: Callable[..., str]) -> None:
        def draw(canvas: Canvas) -> None:
            for line, name in enumerate(
                ["Officers", "Ann Writer", "chair of the club", "Ben", "treasurer", "Cora Reader"]
            ):
                canvas.setFont("Helvetica", 9)
                canvas.drawCentredString(120, HEIGHT - 105 - line * 15, name)
            for line, words in enumerate(wrapped(f"Begin {prose(90)} End", 300)):
                canvas.setFont("Times-Roman", 10)
                canvas.drawCentredString(380, HEIGHT - 100 - line * LEADING, words)

        assert in_order(text_of(draw), "Officers", "chair", "treasurer", "Cora", "Begin", "End")

    def test_a_caption_of_two_lines_does_not_cut_the_text_beside_it(
        self, text_of: Callable[..., str]
    ) -> None:
        def draw(canvas: Canvas) -> None:
            column(canvas, wrapped(f"Begin {prose(180)} End", 320), MARGIN, 100)
            column(
                canvas,
                ["Caption of a picture", "that is above"],
                MARGIN + 335,
                203,
                "Helvetica",
                8,
                9,
            )

        assert in_order(text_of(draw), "Begin", "End", "Caption", "above")

    def test_the_rows_of_a_table_stay_lines(self, text_of: Callable[..., str]) -> None:
        def draw(canvas: Canvas) -> None:
            for line, (month, rain) in enumerate(
                [("January", 31), ("May", 12), ("September", 40), ("October", 55)]
            ):
                column(canvas, [month], MARGIN, 100 + line * LEADING)
                column(canvas, [f"{rain} mm of rain"], MARGIN + 120, 100 + line * LEADING)

        rows = [
            "January   31 mm of rain",
            "May   12 mm of rain",
            "September   40 mm of rain",
            "October   55 mm of rain",
        ]
        assert text_of(draw).splitlines() == rows

    def test_a_title_that_ends_its_column_is_no_footer(self, text_of: Callable[..., str]) -> None:
        def draw(canvas: Canvas) -> None:
            for place in range(2):
                lines = wrapped(f"C{place} {prose(400, place)} E{place}", 220)[: 50 - 20 * place]
                column(canvas, lines, MARGIN + place * 250, 80)
            column(canvas, ["New Roof"], MARGIN, 80 + 51.5 * LEADING, "Helvetica-Bold", 15)

        assert in_order(text_of(draw), "C0", "New Roof", "C1")

    def test_a_spread_is_two_pages(self, text_of: Callable[..., str]) -> None:
        """It is wider than high, and the numbers at its edges follow each other."""

        def draw(canvas: Canvas) -> None:
            canvas.setPageSize((HEIGHT, WIDTH))
            canvas.setFont("Times-Roman", 10)
            for side in range(2):
                x = 40 + side * HEIGHT / 2
                lines = wrapped(f"S{side} {prose(90, side)} E{side}", 340)
                for place, words in enumerate([*lines, "", "", "The Quarterly"]):
                    canvas.drawString(x + 20 * side, WIDTH - 60 - place * LEADING, words)
            y = WIDTH - 60 - (len(lines) + 2) * LEADING
            canvas.drawString(20, y, "12")
            canvas.drawRightString(HEIGHT - 20, y, "13")

        left, right = text_of(draw).split("\f")
        assert in_order(left, "S0", "E0", "12")
        assert in_order(right, "S1", "E1", "13")

    def test_verse_in_columns_is_read_column_by_column(self, text_of: Callable[..., str]) -> None:
        left = ["The rain is on the roof", "and birds are on it", "the members all are in"]
        right = ["A lamp is in the hall", "and no one counts", "what grew in silence there"]

        def draw(canvas: Canvas) -> None:
            column(canvas, left, MARGIN, 100)
            column(canvas, right, MARGIN + 200, 100)

        assert text_of(draw).splitlines() == [*left, *right]

    def test_headings_side_by_side_at_the_top_are_those_of_their_columns(
        self, text_of: Callable[..., str]
    ) -> None:
        def draw(canvas: Canvas) -> None:
            for place, heading in enumerate(["Sunday Walks", "Library Hours"]):
                x = MARGIN + place * 250
                column(canvas, [heading], x, 60, "Helvetica-Bold")
                column(canvas, wrapped(f"C{place} {prose(90, place)} E{place}", 220), x, 84)

        text = text_of(draw)
        assert in_order(text, "Sunday Walks\n\nC0", "E0", "Library Hours\n\nC1", "E1")

    def test_a_heading_over_columns_may_end_in_the_first_of_them(
        self, text_of: Callable[..., str]
    ) -> None:
        def draw(canvas: Canvas) -> None:
            heading = ["From the Old Library in the Rain to the Hall,", "and Back"]
            column(canvas, heading, MARGIN, 100, "Helvetica-Bold", 17, 19)
            for place in range(2):
                lines = wrapped(f"C{place} {prose(90, place)} E{place}", 220)
                column(canvas, lines, MARGIN + place * 250, 145)

        assert "Rain to the Hall,\nand Back\n\nC0" in text_of(draw)

    def test_a_list_of_contents_keeps_its_page_numbers_on_their_lines(self, tmp_path: Path) -> None:
        garden_quarterly(tmp_path / "garden.pdf")
        run_extract(tmp_path / "garden.pdf", tmp_path / "garden.txt")
        cover = (tmp_path / "garden.txt").read_text("utf-8").split("\f")[0]
        assert "\nLetters from Members and More   2\nLetters from Members Again   2\n" in cover

    def test_headers_are_first_and_notes_last_before_the_footer(self, tmp_path: Path) -> None:
        garden_quarterly(tmp_path / "garden.pdf")
        run_extract(tmp_path / "garden.pdf", tmp_path / "garden.txt")
        pages = (tmp_path / "garden.txt").read_text("utf-8").split("\f")
        assert len(pages) == 6
        for number, page in enumerate(pages[1:], 2):
            lines = page.strip().split("\n")
            assert lines[0] == "The Garden Quarterly   Spring 1994"
            assert lines[-3:] == [f"1 {NOTES[number % 5]}", "", str(number)]


class TestLines:
    """What a line says."""

    def test_paragraphs_are_parted_by_an_empty_line_where_they_are_set_apart(
        self, text_of: Callable[..., str]
    ) -> None:
        def draw(canvas: Canvas) -> None:
            y = column(canvas, wrapped(prose(30), 300), MARGIN, 100)
            column(canvas, wrapped(prose(30), 300), MARGIN, y + LEADING / 2)

        paragraph = "\n".join(wrapped(prose(30), 300))
        assert text_of(draw) == f"{paragraph}\n\n{paragraph}\n"

    @pytest.mark.parametrize(("font", "size"), [("Times-Roman", 14), ("Times-Bold", 10)])
    def test_a_heading_is_parted_by_empty_lines_though_its_leading_is_that_of_the_text(
        self, text_of: Callable[..., str], font: str, size: float
    ) -> None:
        def draw(canvas: Canvas) -> None:
            y = column(canvas, wrapped(prose(30), 300), MARGIN, 100)
            y = column(canvas, ["The Old Trees"], MARGIN, y, font, size)
            column(canvas, wrapped(prose(30), 300), MARGIN, y)

        paragraph = "\n".join(wrapped(prose(30), 300))
        assert text_of(draw) == f"{paragraph}\n\nThe Old Trees\n\n{paragraph}\n"

    def test_a_line_that_is_set_in_begins_with_spaces(self, text_of: Callable[..., str]) -> None:
        def draw(canvas: Canvas) -> None:
            y = column(canvas, ["The first line", "and the second."], MARGIN, 100)
            y = column(canvas, ["A new paragraph"], MARGIN + 15, y)
            column(canvas, ["goes on here."], MARGIN, y)

        assert (
            text_of(draw) == "The first line\nand the second.\n   A new paragraph\ngoes on here.\n"
        )

    def test_a_large_first_letter_joins_its_word(self, text_of: Callable[..., str]) -> None:
        def draw(canvas: Canvas) -> None:
            column(canvas, ["T"], MARGIN, 122, "Times-Roman", 36)
            column(
                canvas,
                ["he night whispers", "the silence of", "the garden"],
                MARGIN + 24,
                100,
                leading=11,
            )
            column(canvas, ["where members plant trees"], MARGIN, 133)

        assert (
            text_of(draw)
            == "The night whispers\nthe silence of\nthe garden\nwhere members plant trees\n"
        )

    def test_raised_figures_are_written_raised_and_other_raised_letters_as_they_are(
        self, text_of: Callable[..., str]
    ) -> None:
        def draw(canvas: Canvas) -> None:
            text = canvas.beginText(MARGIN, HEIGHT - 100)
            for words, size, rise in [
                ("On the 5", 10, 0),
                ("th", 6, 4),
                (" it rained", 10, 0),
                ("12", 6, 4),
                (" long.", 10, 0),
            ]:
                text.setFont("Times-Roman", size)
                text.setRise(rise)
                text.textOut(words)
            canvas.drawText(text)
            column(canvas, ["Below it"], MARGIN, 112)

        assert text_of(draw) == "On the 5th it rained¹² long.\nBelow it\n"

    def test_letters_that_are_spaced_make_words(self, text_of: Callable[..., str]) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.setFont("Helvetica", 12)
            canvas.drawString(MARGIN, HEIGHT - 100, "NEWS OF THE CLUB", charSpace=5)

        assert text_of(draw) == "NEWS OF THE CLUB\n"

    def test_single_letters_far_from_each_other_are_no_spaced_word(
        self, text_of: Callable[..., str]
    ) -> None:
        """The foot of a page with its number, and a row of a table."""

        def draw(canvas: Canvas) -> None:
            column(canvas, ["On Keeping a Diary"], MARGIN, 100)
            column(canvas, ["– 5 –"], 300, 100)
            for place, cell in enumerate(["Harbour", "0", "Valley", "0"]):
                column(canvas, [cell], MARGIN + place * 60, 112)

        lines = text_of(draw).splitlines()
        assert lines == ["On Keeping a Diary   – 5 –", "Harbour   0   Valley   0"]

    def test_letters_of_some_words_may_be_spaced_more_than_others(
        self, text_of: Callable[..., str]
    ) -> None:
        def draw(canvas: Canvas) -> None:
            text = canvas.beginText(MARGIN, HEIGHT - 100)
            text.setFont("Helvetica", 12)
            for words, space in [("Gearing ", 0), ("up for a new", 2.5), (" season", 0)]:
                text.setCharSpace(space)
                text.textOut(words)
            canvas.drawText(text)

        assert text_of(draw) == "Gearing up for a new season\n"

    def test_a_space_of_the_pdf_is_one_however_narrow(self, text_of: Callable[..., str]) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.setFont("Times-Roman", 10)
            canvas.drawString(MARGIN, HEIGHT - 100, "The night whispers the silence", wordSpace=-2)

        assert text_of(draw) == "The night whispers the silence\n"

    def test_words_that_are_printed_twice_to_look_bold_are_written_once(
        self, text_of: Callable[..., str]
    ) -> None:
        def draw(canvas: Canvas) -> None:
            column(canvas, ["The night"], MARGIN, 100)
            column(canvas, ["The night"], MARGIN + 0.4, 100)

        assert text_of(draw) == "The night\n"

    def test_ligatures_are_letters_and_a_hyphen_at_a_line_end_stays(
        self, text_of: Callable[..., str]
    ) -> None:
        pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
        text = text_of(lambda canvas: column(canvas, ["the ﬁrst gar-", "den"], MARGIN, 100, "Vera"))
        assert text == "the first gar-\nden\n"

    def test_no_text_holds_u_fffe(self, tmp_path: Path) -> None:
        meanings = {code: code for code in range(0x20, 0x7F)} | {0x7F: 0xFFFE}
        run_extract(
            coded_pdf(tmp_path / "made.pdf", "gar\x7f".encode("utf-16-be"), meanings),
            tmp_path / "made.txt",
        )
        assert (tmp_path / "made.txt").read_text("utf-8") == "gar\N{SOFT HYPHEN}\n"

    def test_some_characters_without_unicode_are_marked(self, tmp_path: Path) -> None:
        meanings = {code: code for code in range(0x20, 0x7A)}
        pdf = coded_pdf(
            tmp_path / "made.pdf", "The night whispers the silencez".encode("utf-16-be"), meanings
        )
        result = run_extract(pdf, tmp_path / "made.txt")
        assert (tmp_path / "made.txt").read_text(
            "utf-8"
        ) == "The night whispers the silence\N{REPLACEMENT CHARACTER}\n"
        warning = "page 1: characters without Unicode mapping were written as U+FFFD"
        assert result.stderr.splitlines()[0] == f"lprcorpus: {pdf}: {warning}"


class TestPages:
    """Pages are parted by form feeds, those without text too."""

    def test_a_blank_page_keeps_its_form_feed(self, text_of: Callable[..., str]) -> None:
        def wide_and_blank(canvas: Canvas) -> None:
            canvas.setPageSize((HEIGHT, WIDTH))
            column(canvas, ["   "], 90, 90)

        text = text_of(
            lambda canvas: column(canvas, ["One"], 90, 90),
            lambda _: None,
            wide_and_blank,
            lambda canvas: column(canvas, ["Two"], 90, 90),
        )
        assert text == "One\n\f\f\fTwo\n"

    @pytest.mark.parametrize("turn", [90, 180, 270])
    def test_text_that_runs_in_another_direction_is_read_upright(
        self, turn: int, tmp_path: Path
    ) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.translate(WIDTH / 2, HEIGHT / 2)
            canvas.rotate(turn)
            canvas.translate(-200, -HEIGHT + 200)
            column(canvas, ["The night whispers", "the silence"], MARGIN, 100)

        result = run_extract(pdf_of(tmp_path / "made.pdf", draw), tmp_path / "made.txt")
        assert (tmp_path / "made.txt").read_text() == "The night whispers\nthe silence\n"
        assert (
            result.stderr.splitlines()[0]
            == f"lprcorpus: {tmp_path}/made.pdf: page 1: turned text was read as if upright"
        )

    def test_text_that_runs_in_two_directions_is_read_once_each(
        self, text_of: Callable[..., str]
    ) -> None:
        def draw(canvas: Canvas) -> None:
            column(canvas, ["A line that runs to the right"], MARGIN, 60)
            canvas.translate(WIDTH / 2, HEIGHT / 2)
            canvas.rotate(90)
            canvas.translate(-200, -HEIGHT + 200)
            column(canvas, wrapped(f"Begin {prose(60)} End", 300), MARGIN, 100)

        assert in_order(text_of(draw), "Begin", "End", "A line that runs to the right")

    def test_a_page_that_is_a_picture_is_named(self, tmp_path: Path) -> None:
        pdf = pdf_of(tmp_path / "made.pdf", two_columns, scanned, scanned)
        result = run_extract(pdf, tmp_path / "made.txt")
        assert result.exit_code == 0
        warning = f"{pdf}: pages 2-3: a picture without a text layer; run OCR first: ocrmypdf OLD.pdf NEW.pdf"
        assert result.stderr.splitlines()[0] == f"lprcorpus: {warning}"

    def test_columns_that_cannot_be_told_apart_are_named(self, tmp_path: Path) -> None:
        def draw(canvas: Canvas) -> None:
            for line in range(20):
                shift = 30 * (line % 2)  # no white space runs between the columns
                column(
                    canvas,
                    ["words in the first of two columns"],
                    MARGIN + shift,
                    100 + line * LEADING,
                )
                column(
                    canvas,
                    ["and in the second one of them"],
                    MARGIN + 160 + shift,
                    100 + line * LEADING,
                )

        result = run_extract(pdf_of(tmp_path / "made.pdf", draw), tmp_path / "made.txt")
        warning = "page 1: columns could not be told apart; lines may mix two of them"
        assert result.stderr.splitlines()[0] == f"lprcorpus: {tmp_path}/made.pdf: {warning}"


class TestRefusals:
    """One line, a status, and nothing written."""

    def test_no_text_layer(
        self, tmp_path: Path, refusal_of: Callable[[Path], tuple[int, str]]
    ) -> None:
        message = "PDF: no text layer on any page; run OCR first: ocrmypdf OLD.pdf NEW.pdf"
        assert refusal_of(pdf_of(tmp_path / "made.pdf", scanned, scanned)) == (
            1,
            f"lprcorpus: {message}\n",
        )

    def test_a_password(
        self, tmp_path: Path, refusal_of: Callable[[Path], tuple[int, str]]
    ) -> None:
        pdf = pdf_of(
            tmp_path / "made.pdf", two_columns, encrypt=StandardEncryption("secret", canPrint=1)
        )
        message = "PDF: encrypted; expected a PDF that opens without a password: qpdf --decrypt"
        assert refusal_of(pdf) == (1, f"lprcorpus: {message}\n")

    def test_what_is_no_pdf(
        self, tmp_path: Path, refusal_of: Callable[[Path], tuple[int, str]]
    ) -> None:
        (tmp_path / "made.pdf").write_text("<html>")
        message = "PDF: not a PDF: found no %PDF- at its beginning"
        assert refusal_of(tmp_path / "made.pdf") == (1, f"lprcorpus: {message}\n")

    @pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
    def test_a_pdf_that_is_cut_off(
        self, kept: float, tmp_path: Path, refusal_of: Callable[[Path], tuple[int, str]]
    ) -> None:
        pdf = pdf_of(tmp_path / "made.pdf", *[two_columns] * 10)
        pdf.write_bytes(pdf.read_bytes()[: int(kept * pdf.stat().st_size)])
        status, message = refusal_of(pdf)
        assert status == 1
        assert message.startswith("lprcorpus: PDF: damaged: ")
        assert message.endswith("; try to repair it: qpdf OLD.pdf NEW.pdf\n")
        assert message.count("\n") == 1

    def test_a_file_that_is_not_there(
        self, tmp_path: Path, refusal_of: Callable[[Path], tuple[int, str]]
    ) -> None:
        message = "PDF: cannot be read: no such file or directory; expected a PDF"
        assert refusal_of(tmp_path / "made.pdf") == (2, f"lprcorpus: {message}\n")

    def test_fonts_without_unicode(
        self, tmp_path: Path, refusal_of: Callable[[Path], tuple[int, str]]
    ) -> None:
        pdf = coded_pdf(tmp_path / "made.pdf", bytes(range(1, 15)), {})
        again = "run OCR instead: ocrmypdf --force-ocr OLD.pdf NEW.pdf"
        message = (
            f"PDF: 7 of 7 characters are of fonts without Unicode mapping; expected text: {again}"
        )
        assert refusal_of(pdf) == (1, f"lprcorpus: {message}\n")

    def test_text_that_runs_to_the_left(
        self, tmp_path: Path, refusal_of: Callable[[Path], tuple[int, str]]
    ) -> None:
        letters = {code: 0x5D0 + code for code in range(1, 9)}
        pdf = coded_pdf(tmp_path / "made.pdf", bytes([0, 1, 0, 2, 0, 3, 0, 4]), letters)
        message = "PDF: page 1: right-to-left text; expected text that runs left to right"
        assert refusal_of(pdf) == (1, f"lprcorpus: {message}\n")

    @pytest.mark.parametrize("taken", ["made.txt", "made.layout.parquet"])
    def test_a_raw_text_is_never_written_over(self, taken: str, tmp_path: Path) -> None:
        pdf = pdf_of(tmp_path / "made.pdf", two_columns)
        (tmp_path / taken).write_text("checked")
        result = run_extract(pdf, tmp_path / "made.txt")
        message = f"{tmp_path / taken}: is there already; expected a new file: a raw text is never replaced"
        assert (result.exit_code, result.stderr) == (2, f"lprcorpus: {message}\n")
        assert (tmp_path / taken).read_text() == "checked"
        assert len(list(tmp_path.iterdir())) == 2


class TestLayout:
    """The sidecar."""

    def test_it_has_a_row_for_each_printed_line_and_names_its_pdf(self, tmp_path: Path) -> None:
        pdf = garden_quarterly(tmp_path / "garden.pdf")
        run_extract(pdf, tmp_path / "garden.txt")
        lines = (tmp_path / "garden.txt").read_text("utf-8").split("\n")
        layout = read_layout(layout_path(tmp_path / "garden.txt"))
        rows, extraction = layout.lines, layout.extraction
        printed = [number for number, line in enumerate(lines, 1) if line.strip()]
        assert [row.line for row in rows] == printed
        assert rows[0] == LayoutLine(
            line=1,
            page=1,
            column=0,
            x0=143.42,
            y0=96.0,
            x1=451.85,
            y1=126.0,
            font="Helvetica-Bold",
            size=30.0,
            weight=700,
        )
        assert extraction.pdf_sha256 == hashlib.sha256(pdf.read_bytes()).hexdigest()
        assert extraction.extractor == "lprcorpus"
        assert "+pdfminer.six." in extraction.version

    def test_two_runs_give_the_same_bytes(self, tmp_path: Path) -> None:
        pdf = garden_quarterly(tmp_path / "garden.pdf")
        for name in ("one", "two"):
            run_extract(pdf, tmp_path / f"{name}.txt")
        assert (tmp_path / "one.txt").read_bytes() == (tmp_path / "two.txt").read_bytes()
        one, two = (layout_path(tmp_path / f"{name}.txt").read_bytes() for name in ("one", "two"))
        assert one == two

    def test_a_parquet_file_that_is_no_layout_is_refused(self, built: Path) -> None:
        with pytest.raises(
            Exception,
            match=r"does not say what it was extracted from; expected what extract wrote$",
        ):
            read_layout(built / "records.parquet")


class TestParagraphs:
    """What a build takes from the layout."""

    @pytest.fixture
    def openings_of(self, tmp_path: Path) -> Callable[..., list[str]]:
        """Draw a page, extract it, and return the first word of each paragraph that a build finds."""

        def openings(draw: Draw, *, indents: bool, layout: bool) -> list[str]:
            out = tmp_path / "made.txt"
            run_extract(pdf_of(tmp_path / "made.pdf", draw), out)
            text = out.read_text("utf-8")
            if not indents:  # as an extractor gives them that writes no spaces at a line's start
                text = "\n".join(line.strip() for line in text.split("\n"))
            records = [{"id": f"item-{number}", "title": f"Item {number}"} for number in range(2)]
            rows = read_layout(layout_path(out)).lines if layout else ()
            blocks = assemble(text, manifest_of(records), "made-1.toml", rows).rows.blocks
            return [block.text.split()[0] for block in blocks]

        return openings

    @pytest.mark.parametrize("indents", [True, False])
    def test_a_first_line_that_is_indented_begins_a_paragraph(
        self, openings_of: Callable[..., list[str]], *, indents: bool
    ) -> None:
        """Two ends of paragraphs without a blank line are too few to make a text solid."""

        def draw(canvas: Canvas) -> None:
            y = 60.0
            for item in range(2):
                y = column(canvas, [f"Item {item}"], MARGIN, y + 8, "Times-Bold", 14) + 8
                for paragraph in range(2):
                    words = f"P{paragraph} {prose(61, item + paragraph)}"
                    first, *following = wrapped(words, 300)
                    y = column(canvas, [first], MARGIN + 15, y)
                    y = column(canvas, following, MARGIN, y)

        assert openings_of(draw, indents=indents, layout=True) == ["P0", "P1"] * 2
        assert openings_of(draw, indents=False, layout=False) == ["P0"] * 2

    def test_an_entry_of_a_list_whose_second_line_is_indented_is_one_paragraph(
        self, openings_of: Callable[..., list[str]]
    ) -> None:
        def draw(canvas: Canvas) -> None:
            y = 60.0
            for item in range(2):
                y = column(canvas, [f"Item {item}"], MARGIN, y + 8, "Times-Bold", 14) + 8
                first, *following = wrapped(f"P{item} {prose(9)[:-1]} {prose(40)}", 300)
                y = column(canvas, [first], MARGIN, y)
                y = column(canvas, following, MARGIN + 15, y)

        assert openings_of(draw, indents=True, layout=True) == ["P0", "P1"]


def test_the_walk_through_of_the_documentation_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    garden_quarterly(tmp_path / "garden-3-1.pdf")
    (tmp_path / "raw").mkdir()
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "from-a-pdf.md").read_text("utf-8")
    examples = re.findall(r"^\$ lprcorpus (.*)\n((?:(?!\$ |```).*\n)*)", page, re.MULTILINE)
    assert [command.split()[0] for command, _ in examples] == [
        "extract",
        "draft",
        "build",
        "validate",
    ]
    for command, expected in examples:
        result = run(*shlex.split(command))
        assert result.exit_code == 0, result.output
        checker = doctest.OutputChecker()
        assert checker.check_output(
            expected, result.output, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        ), result.output
    manifest = tomli.loads((tmp_path / "raw" / "garden-3-1.toml").read_text("utf-8"))
    layout = read_layout(tmp_path / "raw" / "garden-3-1.layout.parquet")
    assert Extraction(**manifest["extraction"]) == layout.extraction
    titles = []
    for number in range(2, 7):
        titles += [f"{TITLES[number % 5]} and More", f"{TITLES[number % 5]} Again"]
    assert [record["title"] for record in manifest["records"]] == titles
    spans = pq.read_table("processed/spans.parquet").to_pylist()
    notes = [span for span in spans if span["role"] == "footnote"]
    assert [note["page"] for note in notes] == [2, 3, 4, 5, 6]
    assert run("pack", "--corpus", "processed", "--out", "release").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "release" / "raw").iterdir()) == [
        "garden-3-1.layout.parquet",
        "garden-3-1.toml",
        "garden-3-1.txt",
    ]

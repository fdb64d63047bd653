"""Invented PDFs, made with reportlab when a test needs them: nothing of them is committed."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
MARGIN = 56.0
BODY = 10.0
LEADING = 12.5

WORDS = (  # noqa: SIM905 (a text reads better than a list of words)
    "the club met in the old library and talked about birds and their songs while rain fell on the roof of the hall"
    " and the night whispers the silence of the garden where members plant trees each spring and count what grew"
).split()

Draw = Callable[[Canvas], None]


def prose(count: int, seed: int = 0) -> str:
    """Return so many words of harmless prose, in sentences of nine words; other words for another seed."""
    sentences = []
    for start in range(0, count, 9):
        words = [
            WORDS[(seed * 7 + start * 3 + place * (seed % 5 + 1)) % len(WORDS)]
            for place in range(9)
        ]
        sentences.append(" ".join(words).capitalize() + ".")
    return " ".join(sentences)


def wrapped(text: str, width: float, font: str = "Times-Roman", size: float = BODY) -> list[str]:
    """Return a text in lines no wider than so many points."""
    lines: list[str] = []
    for word in text.split():
        if lines and stringWidth(f"{lines[-1]} {word}", font, size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def column(
    canvas: Canvas,
    lines: list[str],
    x: float,
    y: float,
    font: str = "Times-Roman",
    size: float = BODY,
    leading: float = LEADING,
) -> float:
    """Draw lines below each other, the first with its baseline ``y`` points below the top; return the next baseline."""
    canvas.setFont(font, size)
    for line in lines:
        canvas.drawString(x, HEIGHT - y, line)
        y += leading
    return y


def justified(canvas: Canvas, lines: list[str], x: float, y: float, width: float) -> float:
    """Draw lines as wide as a column, the last as it is."""
    canvas.setFont("Times-Roman", BODY)
    for line in lines[:-1]:
        text = canvas.beginText(x, HEIGHT - y)
        spaces = max(line.count(" "), 1)
        text.setWordSpace((width - stringWidth(line, "Times-Roman", BODY)) / spaces)
        text.textOut(line)
        text.setWordSpace(0)
        canvas.drawText(text)
        y += LEADING
    return column(canvas, lines[-1:], x, y)


def pdf_of(path: Path, *pages: Draw, **options: object) -> Path:
    """Write a PDF with one page for each function that draws one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    canvas = Canvas(str(path), pagesize=A4, invariant=1, **options)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def two_columns(
    canvas: Canvas, title: str = "The Birds of the Garden", seed: int = 0, gutter: float = 18.0
) -> None:
    """Draw a page with a title and an author over two justified columns."""
    width = (WIDTH - 2 * MARGIN - gutter) / 2
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 90, title)
    canvas.setFont("Times-Italic", 11)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 112, "by Ann Writer")
    for place in range(2):
        x = MARGIN + place * (width + gutter)
        y = 150.0
        for paragraph in range(3):
            words = f"C{place + 1}P{paragraph + 1} {prose(90, seed + place * 3 + paragraph)}"
            y = justified(canvas, wrapped(words, width), x, y, width) + LEADING


def picture() -> io.BytesIO:
    """Return a small grey picture, as a scanner would give a page."""
    from PIL import Image

    data = io.BytesIO()
    Image.new("L", (60, 80), 200).save(data, "PNG")
    data.seek(0)
    return data


def scanned(canvas: Canvas) -> None:
    """Draw a page that is a picture."""
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(picture()), 0, 0, WIDTH, HEIGHT)


def coded_pdf(path: Path, codes: bytes, meanings: dict[int, int]) -> Path:
    """Write a PDF of one line of two-byte codes in a font that names the Unicode characters of some of them."""
    named = "".join(f"<{code:04x}> <{meaning:04x}>\n" for code, meaning in meanings.items())
    cmap = f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(meanings)} beginbfchar\n{named}endbfchar"
    shown = f"BT /F 12 Tf 56 700 Td <{codes.hex()}> Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding /Identity-H /DescendantFonts [6 0 R]"
        + (" /ToUnicode 7 0 R >>" if meanings else " >>"),
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Made /DW 600"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    content = "%PDF-1.4\n"
    places = []
    for number, written in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{written}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF\n"
    path.write_bytes((content + start + end).encode("ascii"))
    return path


def newsletter(canvas: Canvas, number: int) -> None:
    """Draw a page of a journal: running header, two articles in two columns, one of which has a note, page number."""
    gutter = 20.0
    width = (WIDTH - 2 * MARGIN - gutter) / 2
    canvas.setFont("Times-Italic", 9)
    canvas.drawString(MARGIN, HEIGHT - 40, "The Garden Quarterly")
    canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 40, "Spring 1994")
    y = 80.0
    for part in range(2):
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(
            MARGIN, HEIGHT - y, f"{TITLES[number % 5]} {'Again' if part else 'and More'}"
        )
        canvas.setFont("Times-Italic", 10)
        canvas.drawString(MARGIN, HEIGHT - y - 16, f"By {AUTHORS[(number + part) % 4]}")
        start = y + 40
        for place in range(2):
            x = MARGIN + place * (width + gutter)
            lines = wrapped(prose(110, number * 4 + part * 2 + place), width)[:16]
            y = justified(canvas, lines, x, start, width)
        y += 30
    canvas.setFont("Times-Roman", 7)
    canvas.drawString(MARGIN, 100, f"1 {NOTES[number % 5]}")
    canvas.setFont("Times-Roman", 9)
    canvas.drawCentredString(WIDTH / 2, 40, str(number))


TITLES = (
    "Old Trees",
    "A Walk by the River",
    "Letters from Members",
    "The Library Roof",
    "Songs at Night",
)
NOTES = (
    "The members counted them in May.",
    "The walk is two hours long.",
    "Letters are answered in the next issue.",
    "It was mended in the autumn.",
    "Recorded at the east gate.",
)
AUTHORS = ("Ann Writer", "Ben Walker", "Cora Reader", "Dan Gardener")


def garden_quarterly(path: Path) -> Path:
    """Write the issue that CONTRIBUTING.md walks through: a cover with its contents, and five pages of articles."""

    def cover(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 30)
        canvas.drawCentredString(WIDTH / 2, HEIGHT - 120, "The Garden Quarterly")
        canvas.setFont("Times-Roman", 12)
        canvas.drawCentredString(WIDTH / 2, HEIGHT - 150, "Volume 3, Number 1, Spring 1994")
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(MARGIN, HEIGHT - 220, "Contents")
        canvas.setFont("Times-Roman", 11)
        for line, (title, page) in enumerate(listed):
            y = HEIGHT - 250 - line * 18
            canvas.drawString(MARGIN, y, title)
            canvas.drawRightString(WIDTH - MARGIN, y, str(page))

    listed = []
    for number in range(2, 7):
        for ending in ("and More", "Again"):
            listed.append((f"{TITLES[number % 5]} {ending}", number))
    pages: list[Draw] = [cover]
    for number in range(2, 7):
        pages.append(lambda canvas, number=number: newsletter(canvas, number))  # type: ignore[misc]
    return pdf_of(path, *pages)


if (
    __name__ == "__main__"
):  # for the walk-through in CONTRIBUTING.md: python -m tests.made_pdfs FILE.pdf
    import sys

    garden_quarterly(Path(sys.argv[1]))

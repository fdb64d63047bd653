"""The pictures of a built corpus, as the part of the data card that shows them."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from lprcorpus.charts.pictures import Picture, pictures
from lprcorpus.charts.rows import MOST_ISSUES, Row, picture_data
from lprcorpus.making.written import WrittenCorpus

__all__ = ["pictures_part"]

_RECORD_COLUMNS = ("id", "issue_id", "position", "title", "type", "word_count")
_SPAN_COLUMNS = ("issue_id", "raw_start", "raw_end", "page", "record_id")


def pictures_part(corpus: WrittenCorpus) -> str:
    """Return the part of the data card that shows the pictures: each as SVG, folded away under its title.

    The card stands in many places and refers to no file beside it, so that the pictures are in it. GitHub and the Hugging Face
    Hub take ``<svg>`` out of Markdown and leave the words in it; folded away, these disturb no one, and they begin with a
    description of the picture.
    """
    issues = [row for part in corpus.parts("issues", ("id",)) for row in part.to_pylist()]
    records = [row for part in corpus.parts("records", _RECORD_COLUMNS) for row in part.to_pylist()]
    data = picture_data(issues, records, _spans(corpus, {issue["id"] for issue in issues[:MOST_ISSUES]}))
    return "\n".join(map(_folded, pictures(data, f"the {corpus.metadata.title}")))


def _folded(picture: Picture) -> str:
    """Return a picture under its title, without an empty line: one would end the HTML."""
    svg = "\n".join(line for line in picture.svg.splitlines() if line.strip())
    return f"<details>\n<summary>Picture: {escape(picture.title)}</summary>\n{svg}\n</details>\n"


def _spans(corpus: WrittenCorpus, shown: set[str]) -> Iterator[Row]:
    """Yield the spans of the shards up to the last issue that is shown."""
    for part in corpus.parts("spans", _SPAN_COLUMNS):
        rows = part.to_pylist()
        if rows and rows[0]["issue_id"] not in shown:
            return
        yield from rows

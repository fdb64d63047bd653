"""The pictures of a built corpus, as the part of the data card that shows them."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import islice, takewhile

from lprcorpus.figures.chart_rows import MOST_ISSUES, Row, picture_data
from lprcorpus.figures.charts import Picture, pictures
from lprcorpus.publish.written_corpus import WrittenCorpus

__all__ = ["pictures_part"]

_RECORD_COLUMNS = ("id", "issue_id", "position", "title", "type", "word_count")
_SPAN_COLUMNS = ("issue_id", "raw_start", "raw_end", "page", "record_id")


def pictures_part(corpus: WrittenCorpus) -> str:
    """Return the part of the data card that shows the pictures: each as SVG, folded away under its title.

    The card stands in many places and refers to no file beside it, so that the pictures are in it. GitHub and the Hugging Face
    Hub take ``<svg>`` out of Markdown and leave the words in it; folded away, these disturb no one, and they begin with a
    description of the picture.
    """
    issues = list(islice(_rows(corpus, "issues", ("id", "periodical")), MOST_ISSUES))
    shown = {issue["id"] for issue in issues}

    def of_shown(name: str, columns: tuple[str, ...]) -> Iterator[Row]:
        """Yield the rows of the issues that are shown, which are the first; what follows is not read."""
        return takewhile(lambda row: row["issue_id"] in shown, _rows(corpus, name, columns))

    in_all = next(table.rows for table in corpus.tables if table.name == "issues")
    data = picture_data(issues, list(of_shown("records", _RECORD_COLUMNS)), of_shown("spans", _SPAN_COLUMNS), in_all)
    return "\n".join(map(_folded, pictures(data, f"the {corpus.metadata.title}")))


def _folded(picture: Picture) -> str:
    """Return a picture under its title, without an empty line: one would end the HTML."""
    svg = "\n".join(line for line in picture.svg.splitlines() if line.strip())
    return f"<details>\n<summary>Picture: {escape(picture.title)}</summary>\n{svg}\n</details>\n"


def _rows(corpus: WrittenCorpus, name: str, columns: tuple[str, ...]) -> Iterator[Row]:
    for part in corpus.parts(name, columns):
        yield from part.to_pylist()

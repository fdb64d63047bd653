"""The pictures of a built corpus: SVG files beside its tables, and the part of the data card that shows them.

Markdown viewers take ``<svg>`` out of a page and leave the words in it, so that the card refers to the files as images, with
what they show in words; the reader page has them in itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lprcorpus.charts.pictures import NAMES, Picture, pictures
from lprcorpus.charts.rows import MOST_ISSUES, Row, picture_data
from lprcorpus.making.written import WholeFile, WrittenCorpus

__all__ = ["FOLDER", "picture_files", "pictures_part"]

FOLDER = "charts"
"""The folder of the pictures in a built corpus."""

_RECORD_COLUMNS = ("id", "issue_id", "position", "title", "type", "word_count")
_SPAN_COLUMNS = ("issue_id", "raw_start", "raw_end", "page", "record_id")


def picture_files() -> dict[str, WholeFile]:
    """Return the files of the pictures, by their names in a built corpus."""
    return {f"{FOLDER}/{name}.svg": _file(number) for number, name in enumerate(NAMES)}


def _file(number: int) -> WholeFile:
    return lambda corpus: _drawn(corpus)[number].svg


def pictures_part(corpus: WrittenCorpus, folder: str = FOLDER) -> str:
    """Return the part of the data card that shows the pictures, in Markdown.

    Args:
        corpus: the corpus.
        folder: the path of the pictures from where the card is.
    """
    return "\n\n".join(_shown(picture, folder) for picture in _drawn(corpus))


def _shown(picture: Picture, folder: str) -> str:
    words = " ".join(f"{picture.title}. {picture.description}".split())
    for special in "\\[]`*_<>":
        words = words.replace(special, f"\\{special}")
    return f"![{words}]({folder}/{picture.name}.svg)"


@lru_cache(maxsize=1)
def _drawn(corpus: WrittenCorpus) -> tuple[Picture, ...]:
    """Return the pictures of a corpus; once for its files and for its card."""
    issues = [row for part in corpus.parts("issues", ("id", "periodical")) for row in part.to_pylist()]
    records = [row for part in corpus.parts("records", _RECORD_COLUMNS) for row in part.to_pylist()]
    shown = {issue["id"] for issue in issues[:MOST_ISSUES]}

    def spans() -> Iterator[Row]:
        """Yield the spans of the shards up to the last issue that is shown."""
        for part in corpus.parts("spans", _SPAN_COLUMNS):
            rows = part.to_pylist()
            if rows and rows[0]["issue_id"] not in shown:
                return
            yield from rows

    of = f"the {corpus.metadata.title}"
    return tuple(pictures(picture_data(issues, records, spans()), of))

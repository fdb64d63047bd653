"""The reader page of a corpus, written: one file or, for a large corpus, an index and a file for each issue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from lprcorpus.charts.pictures import Picture, pictures
from lprcorpus.charts.rows import picture_data
from lprcorpus.errors import OutputError, UsageError
from lprcorpus.reading.corpus import Corpus
from lprcorpus.reading.texts import texts_of
from lprcorpus.reading.view.article import BlockView, block_runs, block_views
from lprcorpus.reading.view.citations import CitationForm, record_citations
from lprcorpus.reading.view.issues import IssueRows, read_issues
from lprcorpus.reading.view.notice import Notice, read_notice
from lprcorpus.reading.view.page import render_page
from lprcorpus.reading.view.source import SourceLine, source_lines, source_ranges
from lprcorpus.schema import ROLES

__all__ = ["ONE_FILE_CHARS", "ViewReport", "write_view"]

Row = Mapping[str, Any]

ONE_FILE_CHARS = 400_000
"""Raw text, in characters, up to which a corpus is one file: about four mebibytes of page. A larger one gets a file per issue."""


@dataclass(frozen=True)
class ViewReport:
    """What was written: the file to open, all files, their bytes in all, and how many records they show."""

    out: Path
    files: tuple[Path, ...]
    bytes: int
    issues: int
    records: int


@dataclass(frozen=True)
class _RecordView:
    """A record as the templates take it."""

    record: Row
    people: Sequence[Row]
    runs: Sequence[tuple[str, list[BlockView]]]
    lines: Sequence[SourceLine]
    roles: Sequence[str]
    citations: Sequence[CitationForm]
    claims: Sequence[tuple[str, str]] | None


@dataclass(frozen=True)
class _IssueView:
    """An issue as the templates take it."""

    id: str
    title: str
    row: Row
    records: Sequence[_RecordView]
    pictures: Sequence[Picture]
    printed: int
    counted: int


@dataclass(frozen=True)
class _Listed:
    """An issue as the index of a large corpus takes it: its title, its file, and its records' rows without their texts."""

    id: str
    title: str
    address: str
    records: Sequence[Row]


def write_view(out: Path, corpus: Corpus | None = None, *, progress: Callable[[int, int], None] | None = None) -> ViewReport:
    """Write the reader page of a corpus.

    A corpus of up to :data:`ONE_FILE_CHARS` characters of raw text is one file. Of a larger one, ``out`` is the index, and the
    folder beside it that is called like it, with ``_files`` for ``.html``, holds a page for each issue.

    Args:
        out: the file to write; it is replaced if it is there.
        corpus: the corpus; the one that came with the package by default.
        progress: called after each issue with the characters of raw text done and of all.

    Raises:
        CorpusNotFound: a table or a raw text is missing or cannot be read.
        MissingLibrary: the libraries of the extra ``view`` are not installed.
        OutputError: the file cannot be written.
    """
    corpus = corpus or Corpus()
    if out.is_dir():
        raise OutputError(f"{out}: is a folder; expected a file to write, such as {out / 'corpus.html'}")
    sizes = corpus.table("issues", ["raw_chars"]).column("raw_chars").to_pylist()
    if not sizes:
        raise UsageError(f"{corpus.folder}: the corpus holds no issue; expected one at least")
    notice = read_notice(corpus.folder)
    large = sum(sizes) > ONE_FILE_CHARS
    citations = record_citations(corpus, formatted=not large)
    done = 0

    def issues() -> Iterator[IssueRows]:
        nonlocal done
        for rows in read_issues(corpus):
            yield rows
            done += rows.issue["raw_chars"]
            if progress:
                progress(done, sum(sizes))

    if large:
        return _write_many(out, corpus, issues(), citations, notice)
    views = [_issue_view(rows, citations, notice) for rows in issues()]
    heading = views[0].title if len(views) == 1 else _site(corpus)["title"]
    page = _page("corpus.html", corpus, notice, views, heading=heading, home=None)
    _write(out, page)
    return ViewReport(out, (out,), len(page.encode()), len(views), sum(len(view.records) for view in views))


def _write_many(
    out: Path, corpus: Corpus, issues: Iterator[IssueRows], citations: Mapping[str, tuple[CitationForm, ...]], notice: Notice
) -> ViewReport:
    folder = out.with_name(f"{out.stem}_files")
    listed, files, size = [], [], 0
    for rows in issues:
        view = _issue_view(rows, citations, notice)
        path = folder / f"{view.id}.html"
        page = _page("corpus.html", corpus, notice, [view], heading=view.title, home=f"../{out.name}")
        _write(path, page)
        files.append(path)
        size += len(page.encode())
        listed.append(_Listed(view.id, view.title, f"{folder.name}/{path.name}", [_listed_row(row) for row in rows.records]))
    site = _site(corpus)
    counts = _counts([row for issue in listed for row in issue.records])
    index = render_page(
        "index.html", site=site, language="en", heading=site["title"], home=None, card=notice, issues=listed, **counts
    )
    _write(out, index)
    return ViewReport(out, (out, *files), size + len(index.encode()), len(listed), sum(len(issue.records) for issue in listed))


def _listed_row(record: Row) -> Row:
    return {name: record[name] for name in ("id", "title", "author", "type", "page_start", "page_end")}


def _page(template: str, corpus: Corpus, notice: Notice, views: Sequence[_IssueView], *, heading: str, home: str | None) -> str:
    counts = _counts([view.record for issue in views for view in issue.records])
    return render_page(
        template, site=_site(corpus), language="en", heading=heading, home=home, card=notice, issues=views, **counts
    )


def _site(corpus: Corpus) -> dict[str, str]:
    descriptor = corpus.descriptor
    title = str(descriptor.get("title") or corpus.folder.resolve().name)
    return {
        "name": str(descriptor.get("name", title)),
        "title": title,
        "version": corpus.version,
        "description": str(descriptor.get("description", "")),
        "language": "en",  # of the page's own words
    }


def _counts(records: Sequence[Row]) -> dict[str, list[tuple[str, int]]]:
    types = Counter(record["type"] for record in records)
    authors = Counter(record["author"] or "" for record in records)
    return {
        "types": sorted(types.items()),
        "authors": sorted(authors.items(), key=lambda item: (not item[0], item[0].casefold())),
    }


def _issue_view(rows: IssueRows, citations: Mapping[str, tuple[CitationForm, ...]], notice: Notice) -> _IssueView:
    lines = source_lines(rows)
    ranges = source_ranges(lines, [record["id"] for record in rows.records])
    printed = {page["number"]: page["printed"] for page in rows.pages}
    tables = {"records": rows.records, "blocks": rows.blocks, "spans": rows.spans, "edits": rows.edits}
    texts = {text.id: text for text in texts_of(tables, {rows.issue["id"]: rows.raw})}
    people = {key: list(group) for key, group in groupby(rows.contributors, key=lambda row: row["record_id"])}
    records = []
    for record in rows.records:
        first, last = ranges.get(record["id"], (0, 0))
        mine = lines[first:last]
        there = {segment.role for line in mine for segment in line.segments}
        records.append(
            _RecordView(
                record=record,
                people=people.get(record["id"], ()),
                runs=block_runs(block_views(record, texts[record["id"]], printed)),
                lines=mine,
                roles=[role for role in ROLES if role in there],
                citations=citations[record["id"]],
                claims=notice.of(record["id"]),
            )
        )
    data = picture_data([rows.issue], rows.records, rows.spans)
    drawn = pictures(data, rows.title, suffix=f"-{rows.issue['id']}")
    return _IssueView(
        rows.issue["id"], rows.title, rows.issue, records, drawn, sum(printed.values()), len(printed) - sum(printed.values())
    )


def _write(path: Path, page: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page.encode("utf-8"))
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from None

"""The reader page of a corpus, written: one file or, for a large corpus, an index and a file for each issue."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import Any

from lprcorpus.citation.csl import CitedContributor, CitedIssue, CitedRecord, Edition, combine
from lprcorpus.citation.works import edition, works
from lprcorpus.corpus import Corpus
from lprcorpus.errors import OutputError, UsageError
from lprcorpus.files import whole_file
from lprcorpus.typed_rows import Shape, column_names
from lprcorpus.view.notice import Notice, read_notice
from lprcorpus.view.page import render_page, require_templates
from lprcorpus.view.page_citations import record_citations
from lprcorpus.view.page_contents import ListedIssue, Volume, volumes
from lprcorpus.view.page_issues import IssueRows, read_issues
from lprcorpus.view.views import IssueView, issue_view

__all__ = ["ONE_FILE_CHARS", "ViewReport", "write_view"]

Row = Mapping[str, Any]

ONE_FILE_CHARS = 400_000
"""Raw text, in characters, up to which a corpus is one file, of some 3 MB. A larger corpus gets a file for each issue."""


@dataclass(frozen=True)
class ViewReport:
    """What was written: the file to open, all files, their bytes in all, and how many issues and records they show."""

    out: Path
    files: tuple[Path, ...]
    bytes: int
    issues: int
    records: int


@dataclass(frozen=True)
class _Site:
    """What each page says of the corpus."""

    name: str
    title: str
    version: str
    description: str
    language: str = "en"  # of the pages' own words


def write_view(out: Path, corpus: Corpus | None = None, *, progress: Callable[[int, int], None] | None = None) -> ViewReport:
    """Write the reader page of a corpus.

    A corpus of up to :data:`ONE_FILE_CHARS` characters of raw text is one file. Of a larger one, ``out`` is the index, and the
    folder beside it that is called like it, with ``_files`` for ``.html``, holds a page for each issue. Citations as formatted
    text are given in one file only, and only where the extra ``cite`` is installed.

    Args:
        out: the file to write; it is replaced if it is there.
        corpus: the corpus; the one that came with the package by default.
        progress: called after each issue with the characters of raw text done and of all.

    Raises:
        CorpusNotFound: a table or a raw text is missing or cannot be read.
        MissingLibrary: the libraries of the extra ``view`` are not installed.
        OutputError: a file cannot be written.
        UsageError: the corpus holds no issue.
    """
    corpus = corpus or Corpus()
    if out.is_dir():
        raise OutputError(f"{out}: is a folder; expected a file to write, such as {out / 'corpus.html'}")
    sizes = corpus.table("issues", ["raw_chars"]).column("raw_chars").to_pylist()
    if not sizes:
        raise UsageError(f"{corpus.folder}: the corpus holds no issue; expected one at least")
    require_templates()  # before the work
    advance = progress or _unwatched
    if sum(sizes) > ONE_FILE_CHARS:
        return _write_many(out, corpus, sum(sizes), advance)
    citations, notice = record_citations(works(corpus), edition(corpus), formatted=True), read_notice(corpus.folder)
    views = [issue_view(rows, citations, notice) for rows in read_issues(corpus)]
    site = _site(corpus)
    size = _write(out, _page("corpus.html", site, notice, views, _rows(views), heading=site.title))
    advance(sum(sizes), sum(sizes))
    return ViewReport(out, (out,), size, len(views), sum(len(view.records) for view in views))


def _unwatched(done: int, total: int) -> None:
    """Show no progress."""
    del done, total


def _write_many(out: Path, corpus: Corpus, total: int, advance: Callable[[int, int], None]) -> ViewReport:
    """Write a file for each issue, several at a time, and the index."""
    site, notice, folder = _site(corpus), read_notice(corpus.folder), out.with_name(f"{out.stem}_files")
    write = partial(_write_issue, folder, out.name, site, notice, edition(corpus))
    listed, done = [], 0
    for issue, characters in _in_parallel(corpus, write):
        listed.append(issue)
        done += characters
        advance(done, total)
    size = _write(out, _page("index.html", site, notice, volumes(listed), [row for issue in listed for row in issue.records]))
    files = (out, *(out.parent / issue.address for issue in listed))
    return ViewReport(
        out, files, size + sum(issue.bytes for issue in listed), len(listed), sum(len(issue.records) for issue in listed)
    )


def _in_parallel(corpus: Corpus, write: Callable[[IssueRows], ListedIssue]) -> Iterator[tuple[ListedIssue, int]]:
    """Yield each issue as it is listed, in order, and its characters; no more issues are in memory than are worked on."""
    workers = cpu_count() or 1
    waiting: deque[tuple[Future[ListedIssue], int]] = deque()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for rows in read_issues(corpus):
            waiting.append((pool.submit(write, rows), rows.issue["raw_chars"]))
            if len(waiting) > 2 * workers:
                future, characters = waiting.popleft()
                yield future.result(), characters
        for future, characters in waiting:
            yield future.result(), characters


def _shaped(shape: type[Shape], row: Mapping[str, Any]) -> Shape:
    """Return a row as an object of a class that names some of its columns."""
    return shape(**{name: row[name] for name in column_names(shape)})


def _write_issue(folder: Path, index: str, site: _Site, notice: Notice, of: Edition, rows: IssueRows) -> ListedIssue:
    """Write the page of one issue, and return the issue as it is listed."""
    issue = _shaped(CitedIssue, rows.issue)
    records = [_shaped(CitedRecord, row) for row in rows.records]
    contributors = [_shaped(CitedContributor, row) for row in rows.contributors]
    citations = record_citations(combine([issue], records, contributors), of, formatted=False)
    view = issue_view(rows, citations, notice)
    path = folder / f"{view.id}.html"
    size = _write(
        path, _page("corpus.html", site, notice, [view], _rows([view]), heading=view.title, home=f"../{index}#{view.id}")
    )
    names = ("id", "title", "author", "type", "page_start", "page_end")
    listed = [{name: record[name] for name in names} for record in rows.records]
    return ListedIssue(rows.issue, view.title, f"{folder.name}/{path.name}", listed, size)


def _rows(views: Sequence[IssueView]) -> list[Row]:
    return [view.record for issue in views for view in issue.records]


def _page(
    template: str,
    site: _Site,
    notice: Notice,
    content: Sequence[IssueView] | Sequence[Volume],
    records: Sequence[Row],
    *,
    heading: str | None = None,
    home: str | None = None,
) -> str:
    types = Counter(record["type"] for record in records)
    authors = Counter(record["author"] or "" for record in records)
    return render_page(
        template,
        site=site,
        heading=heading or site.title,
        home=home,
        card=notice,
        content=content,
        types=sorted(types.items()),
        authors=sorted(authors.items(), key=lambda item: (not item[0], item[0].casefold(), item[0])),
    )


def _site(corpus: Corpus) -> _Site:
    descriptor = corpus.descriptor
    title = str(descriptor.get("title") or corpus.folder.resolve().name)
    return _Site(str(descriptor.get("name") or title), title, corpus.version, str(descriptor.get("description") or ""))


def _write(path: Path, page: str) -> int:
    """Write a page, whole or not at all; return its size in bytes."""
    data = page.encode("utf-8")
    if path.parent.exists() and not path.parent.is_dir():
        raise OutputError(f"{path}: cannot be written: {path.parent} is no folder")
    with whole_file(path) as file:
        file.write(data)
    return len(data)

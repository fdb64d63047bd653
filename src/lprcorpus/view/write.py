"""The reader page of a corpus, written: one file or, for a large corpus, an index and a file for each issue."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import Protocol

from lprcorpus.citation.csl import Edition
from lprcorpus.citation.works import edition, works
from lprcorpus.corpus import Corpus
from lprcorpus.errors import OutputError, UsageError
from lprcorpus.files import whole_file
from lprcorpus.metadata import Metadata
from lprcorpus.view.issue_source import IssueSource, read_issues, some_columns
from lprcorpus.view.issue_view import IssueView, view_issue
from lprcorpus.view.notice import Notice, read_notice
from lprcorpus.view.page import render_page, require_templates
from lprcorpus.view.page_citations import record_citations, works_of
from lprcorpus.view.volumes import ListedIssue, ListedRecord, Volume, volumes

__all__ = ["ONE_FILE_CHARS", "ViewReport", "write_view"]

ONE_FILE_CHARS = 400_000
"""Raw text, in characters, up to which a corpus is one file, of some 3 MB. A larger corpus gets a file for each issue."""

_PAGE_LANGUAGE = "en"  # of the pages' own words


@dataclass(frozen=True)
class ViewReport:
    """What was written: the file to open, all files, their bytes in all, and how many issues and records they show."""

    out: Path
    files: tuple[Path, ...]
    bytes: int
    issues: int
    records: int


class _Listed(Protocol):
    """A record, as far as the filters list it."""

    @property
    def type(self) -> str: ...

    @property
    def author(self) -> str | None: ...


@dataclass(frozen=True)
class _Site:
    """What is the same on each page: the corpus, its edition, and the notice of its data card."""

    about: Metadata
    edition: Edition
    notice: Notice
    index: str

    def render(
        self,
        template: str,
        content: Sequence[IssueView] | Sequence[Volume],
        records: Iterable[_Listed],
        *,
        heading: str,
        home: str | None = None,
    ) -> str:
        """Return a page.

        Args:
            template: the name of the template.
            content: the issues it shows, or the volumes it lists.
            records: the records it shows or lists.
            heading: its heading.
            home: the address of the index, for a page of one issue.
        """
        records = list(records)
        types = Counter(record.type for record in records)
        authors = Counter(record.author or "" for record in records)
        return render_page(
            template,
            site=self.about,
            language=_PAGE_LANGUAGE,
            heading=heading,
            home=home,
            card=self.notice,
            content=content,
            types=sorted(types.items()),
            authors=sorted(authors.items(), key=_author_sort_key),
        )


def _author_sort_key(item: tuple[str, int]) -> tuple[bool, str, str]:
    """Sort authors by name; records that name none come last."""
    name, _ = item
    return not name, name.casefold(), name


def write_view(
    out: Path, corpus: Corpus | None = None, *, progress: Callable[[int, int], None] | None = None
) -> ViewReport:
    """Write the reader page of a corpus.

    A corpus of up to :data:`ONE_FILE_CHARS` characters of raw text is one file. Of a larger one,
    ``out`` is the index, and the folder beside it, called like it with ``_files`` for ``.html``,
    contains a page for each issue. Citations as formatted text are given in one file only, and only
    where the extra ``cite`` is installed.

    Args:
        out: the file to write; it is replaced if it is there.
        corpus: the corpus; the one that came with the package by default.
        progress: called after each issue with the characters of raw text done and of all.

    Raises:
        CorpusNotFound: a table or a raw text is missing or cannot be read.
        DataError: a row is not what its model says, or does not follow from the raw text.
        MissingLibrary: the libraries of the extra ``view`` are not installed.
        OutputError: a file cannot be written.
        UsageError: the corpus has no issue.
    """
    corpus = corpus or Corpus()
    if out.is_dir():
        raise OutputError(
            f"{out}: is a folder; expected a file to write, such as {out / 'corpus.html'}"
        )
    sizes = corpus.table("issues", ["raw_chars"]).column("raw_chars").to_pylist()
    if not sizes:
        raise UsageError(f"{corpus.folder}: the corpus has no issue; expected one at least")
    require_templates()  # before the work
    site = _Site(corpus.about, edition(corpus), read_notice(corpus.folder), out.name)
    if sum(sizes) <= ONE_FILE_CHARS:
        report = _write_one(out, corpus, site)
        if progress:
            progress(sum(sizes), sum(sizes))
        return report
    return _write_many(out, corpus, site, sum(sizes), progress)


def _write_one(out: Path, corpus: Corpus, site: _Site) -> ViewReport:
    """Write one file that shows every issue."""
    citations = record_citations(works(corpus), site.edition, formatted=True)
    views = [view_issue(source, citations, site.notice) for source in read_issues(corpus)]
    records = [view.record for issue in views for view in issue.records]
    size = _write(out, site.render("corpus.html", views, records, heading=site.about.title))
    return ViewReport(out, (out,), size, issues=len(views), records=len(records))


def _write_many(
    out: Path,
    corpus: Corpus,
    site: _Site,
    characters: int,
    progress: Callable[[int, int], None] | None,
) -> ViewReport:
    """Write a file for each issue, several at a time, and the index."""
    folder = out.with_name(f"{out.stem}_files")
    listed = []
    done = 0
    for issue, size in _in_parallel(corpus, partial(_write_issue, folder, site)):
        listed.append(issue)
        done += size
        if progress:
            progress(done, characters)
    records = [record for issue in listed for record in issue.records]
    index = site.render("index.html", volumes(listed), records, heading=site.about.title)
    total = _write(out, index) + sum(issue.bytes for issue in listed)
    files = (out, *(out.parent / issue.address for issue in listed))
    return ViewReport(out, files, total, issues=len(listed), records=len(records))


def _in_parallel(
    corpus: Corpus, write: Callable[[IssueSource], ListedIssue]
) -> Iterator[tuple[ListedIssue, int]]:
    """Yield each issue as it is listed, in order, and its characters; no more issues are in memory than are worked on."""
    workers = cpu_count() or 1
    waiting: deque[tuple[Future[ListedIssue], int]] = deque()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for source in read_issues(corpus):
            waiting.append((pool.submit(write, source), len(source.raw)))
            if len(waiting) > 2 * workers:
                future, size = waiting.popleft()
                yield future.result(), size
        for future, size in waiting:
            yield future.result(), size


def _write_issue(folder: Path, site: _Site, source: IssueSource) -> ListedIssue:
    """Write the page of one issue, and return the issue as it is listed."""
    rows = source.rows
    citations = record_citations(works_of(source.rows), site.edition, formatted=False)
    view = view_issue(source, citations, site.notice)
    path = folder / f"{view.id}.html"
    page = site.render(
        "corpus.html", [view], rows.records, heading=view.title, home=f"../{site.index}#{view.id}"
    )
    size = _write(path, page)
    records = [some_columns(record, ListedRecord) for record in rows.records]
    return ListedIssue(rows.issue, view.title, f"{folder.name}/{path.name}", records, size)


def _write(path: Path, page: str) -> int:
    """Write a page, whole or not at all; return its size in bytes."""
    data = page.encode("utf-8")
    if path.parent.exists() and not path.parent.is_dir():
        raise OutputError(f"{path}: cannot be written: {path.parent} is no folder")
    with whole_file(path) as file:
        file.write(data)
    return len(data)

"""The reader page, written: one file or, for a large corpus, an index and a file per issue."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lprcorpus.citation.csl import combine
from lprcorpus.corpus import Corpus
from lprcorpus.errors import OutputError, UsageError
from lprcorpus.files import whole_file
from lprcorpus.issue_reading import read_issues
from lprcorpus.metadata import Metadata
from lprcorpus.processes import processors, worker_pool
from lprcorpus.schema import Issue, IssueRows, Record
from lprcorpus.typed_rows import grouped
from lprcorpus.view.issue_view import IssueView, view_issue
from lprcorpus.view.notice import Notice, read_notice
from lprcorpus.view.page import environment, render_page
from lprcorpus.view.page_citations import record_citations
from lprcorpus.view.volumes import ListedIssue, ListedRecord, Volume, volumes

ONE_FILE_CHARS = 400_000
"""Raw text, in characters, up to which a corpus is one file, of some 3 MB."""

Progress = Callable[[int, int], None]
"""Called with the characters of raw text done and those of all."""


@dataclass(frozen=True)
class ViewReport:
    """What was written: the file to open, all files, their bytes in all, and what they show."""

    out: Path
    files: tuple[Path, ...]
    bytes: int
    issues: int
    records: int


@dataclass(frozen=True)
class _Site:
    """What is the same on each page: the corpus, the notice of its data card, and the index."""

    about: Metadata
    notice: Notice
    index: str

    def write(
        self,
        path: Path,
        template: str,
        content: Sequence[IssueView] | Sequence[Volume],
        records: Sequence[Record | ListedRecord],
        heading: str,
        home: str | None = None,
    ) -> int:
        """Write a page that shows or lists records; return its size in bytes.

        The page of one issue has the address of the index as its ``home``.
        """
        types = Counter(record.type for record in records)
        authors = Counter(record.author or "" for record in records)
        page = render_page(
            template,
            site=self.about,
            heading=heading,
            home=home,
            card=self.notice,
            content=content,
            types=sorted(types.items()),
            authors=sorted(authors.items(), key=_author_sort_key),
        )
        with whole_file(path) as file:
            return file.write(page.encode("utf-8"))


def _author_sort_key(item: tuple[str, int]) -> tuple[bool, str, str]:
    """Sort authors by name; records that name none come last."""
    name, _ = item
    return not name, name.casefold(), name


def write_view(
    out: Path, corpus: Corpus | None = None, *, progress: Progress | None = None
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
        expected = f"expected a file to write, such as {out / 'corpus.html'}"
        raise OutputError(f"{out}: is a folder; {expected}")
    corpus.check_output(out)
    sizes = corpus.table("issues", ["raw_chars"]).column("raw_chars").to_pylist()
    if not sizes:
        raise UsageError(f"{corpus.folder}: the corpus has no issue; expected one at least")
    environment()  # before the work: it raises where a library is missing
    site = _Site(corpus.about, read_notice(corpus.folder), out.name)
    if sum(sizes) > ONE_FILE_CHARS:
        return _write_many(out, corpus, site, sum(sizes), progress)
    report = _write_one(out, corpus, site)
    if progress:
        progress(sum(sizes), sum(sizes))
    return report


def _issues(corpus: Corpus) -> Iterator[tuple[IssueRows, str]]:
    """Yield the issues of a corpus with their raw texts; one shard is in memory at a time."""
    for shard in corpus.shards():
        for rows in read_issues(shard):
            yield rows, corpus.raw_text(rows.issue)


def _write_one(out: Path, corpus: Corpus, site: _Site) -> ViewReport:
    issues = list(_issues(corpus))
    works = []
    for rows, _ in issues:
        works += combine([rows.issue], rows.records, rows.contributors)
    citations = record_citations(works, site.about, formatted=True)
    views = [view_issue(rows, raw, citations, site.notice) for rows, raw in issues]
    records = [record for rows, _ in issues for record in rows.records]
    size = site.write(out, "corpus.html", views, records, site.about.title)
    return ViewReport(out, (out,), size, issues=len(views), records=len(records))


def _write_many(
    out: Path, corpus: Corpus, site: _Site, characters: int, progress: Progress | None
) -> ViewReport:
    folder = out.with_name(f"{out.stem}_files")
    in_order = sorted(corpus.rows("records", ListedRecord), key=lambda record: record.position)
    records = grouped(in_order, key=lambda record: record.issue_id)
    files = [out]
    listed = []
    done, size = 0, 0
    for issue, written in _in_parallel(corpus, partial(_write_issue, folder, site)):
        files.append(folder / f"{issue.id}.html")
        address = f"{folder.name}/{issue.id}.html"
        listed.append(ListedIssue(issue, records.get(issue.id, []), address))
        size += written
        done += issue.raw_chars
        if progress:
            progress(done, characters)
    size += site.write(out, "index.html", volumes(listed), in_order, site.about.title)
    return ViewReport(out, tuple(files), size, issues=len(listed), records=len(in_order))


def _in_parallel(
    corpus: Corpus, write: Callable[[IssueRows, str], tuple[Issue, int]]
) -> Iterator[tuple[Issue, int]]:
    """Yield each issue as it is written, in order; few more are in memory than are worked on."""
    workers = processors()
    waiting: deque[Future[tuple[Issue, int]]] = deque()
    with worker_pool(workers) as pool:
        for rows, raw in _issues(corpus):
            waiting.append(pool.submit(write, rows, raw))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        for future in waiting:
            yield future.result()


def _write_issue(folder: Path, site: _Site, rows: IssueRows, raw: str) -> tuple[Issue, int]:
    """Write the page of one issue, and return the issue and the page's size in bytes."""
    issue = rows.issue
    works = combine([issue], rows.records, rows.contributors)
    citations = record_citations(works, site.about, formatted=False)
    view = view_issue(rows, raw, citations, site.notice)
    path = folder / f"{issue.id}.html"
    home = f"../{site.index}#{issue.id}"
    return issue, site.write(path, "corpus.html", [view], rows.records, issue.full_title, home)

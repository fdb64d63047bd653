"""The reader page, written: one file or, for a large corpus, an index and a file per issue."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from lprcorpus.corpus import Corpus
from lprcorpus.errors import OutputError, UsageError
from lprcorpus.files import whole_file
from lprcorpus.issue_reading import read_issues
from lprcorpus.metadata import Metadata
from lprcorpus.processes import processors, worker_pool
from lprcorpus.schema import Issue, IssueRows, Record
from lprcorpus.typed_rows import grouped
from lprcorpus.view.content import view_issues
from lprcorpus.view.notice import Notice, read_notice
from lprcorpus.view.page import environment, render_page

# Raw text, in characters, up to which a corpus is one file, of some 3 MB.
ONE_FILE_CHARS = 400_000

# Called with the characters of raw text done and those of all.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ViewReport:
    """What was written: the file to open, all files, their bytes in all, and what they show."""

    out: Path
    files: tuple[Path, ...]
    bytes: int
    issues: int
    records: int


@dataclass(frozen=True)
class ListedRecord:
    """A record as the index lists it: some of its columns."""

    id: str
    issue_id: str
    position: int
    title: str
    author: str | None
    type: str
    page_start: int
    page_end: int


class Volume(NamedTuple):
    """The issues of a volume, or of a year of a periodical that has none, in order."""

    id: str
    periodical: str
    name: str
    issues: Sequence[Issue]


@dataclass(frozen=True)
class _Site:
    """What each page has: the corpus, the card's notice, and the file to open first."""

    about: Metadata
    notice: Notice
    out: Path

    def path_of(self, issue: Issue) -> Path:
        """Return the page of an issue of many."""
        return self.out.with_name(f"{self.out.stem}_files") / f"{issue.id}.html"

    def write_issue(self, rows: IssueRows, raw: str) -> int:
        """Write the page of an issue of many; return its size in bytes."""
        issue = rows.issue
        views = view_issues([(rows, raw)], self.about, self.notice, formatted=False)
        path, home = self.path_of(issue), f"../{self.out.name}#{issue.id}"
        return self.write(path, rows.records, issue.full_title, home=home, issues=views)

    def write(
        self,
        path: Path,
        records: Sequence[Record | ListedRecord],
        heading: str,
        template: str = "corpus.html",
        **content: object,
    ) -> int:
        """Write a page that shows or lists records; return its size in bytes."""
        page = render_page(
            template,
            site=self.about,
            heading=heading,
            card=self.notice,
            types=Counter(record.type for record in records),
            authors=Counter(record.author or "" for record in records),
            **content,
        )
        with whole_file(path) as file:
            return file.write(page.encode("utf-8"))


def write_view(
    out: Path, corpus: Corpus | None = None, *, progress: Progress | None = None
) -> ViewReport:
    """Write the reader page of a corpus: one file, or an index and a folder of files beside it.

    Citations as formatted text are given in one file only, and only where the extra ``cite`` is
    installed.

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
    about, notice = corpus.about, read_notice(corpus.folder)
    sizes = corpus.table("issues", ["raw_chars"]).column("raw_chars").to_pylist()
    if not sizes:
        raise UsageError(f"{corpus.folder}: the corpus has no issue; expected one at least")
    environment()  # before the work: it raises where a library is missing
    site = _Site(about, notice, out)
    records = sorted(corpus.rows("records", ListedRecord), key=lambda record: record.position)
    if sum(sizes) <= ONE_FILE_CHARS:
        views = view_issues(_issues(corpus), about, notice, formatted=True)
        written = site.write(out, records, about.title, home="", issues=views)
        return ViewReport(out, (out,), written, len(sizes), len(records))
    issues = []
    done, written = 0, 0
    for issue, size in _in_parallel(corpus, site.write_issue):
        issues.append(issue)
        written += size
        done += issue.raw_chars
        if progress:
            progress(done, sum(sizes))
    written += site.write(
        out,
        records,
        about.title,
        template="index.html",
        home="",
        volumes=volumes(issues),
        records_of=grouped(records, key=lambda record: record.issue_id),
        folder=f"{out.stem}_files",
    )
    files = (out, *map(site.path_of, issues))
    return ViewReport(out, files, written, len(issues), len(records))


def _issues(corpus: Corpus) -> Iterator[tuple[IssueRows, str]]:
    """Yield the issues of a corpus with their raw texts; one shard is in memory at a time."""
    for shard in corpus.shards():
        for rows in read_issues(shard):
            yield rows, corpus.raw_text(rows.issue)


def _in_parallel(
    corpus: Corpus, write: Callable[[IssueRows, str], int]
) -> Iterator[tuple[Issue, int]]:
    """Yield each issue as it is written, in order, with what was returned.

    Few more are in memory than are worked on.
    """
    workers = processors()
    waiting: deque[tuple[Issue, Future[int]]] = deque()
    with worker_pool(workers) as pool:
        for rows, raw in _issues(corpus):
            waiting.append((rows.issue, pool.submit(write, rows, raw)))
            if len(waiting) > 2 * workers:
                issue, size = waiting.popleft()
                yield issue, size.result()
        for issue, size in waiting:
            yield issue, size.result()


def volumes(issues: Iterable[Issue]) -> list[Volume]:
    """Return issues by volume: periodicals by name, volumes and issues by number, else by year."""
    found: list[Volume] = []
    in_order = sorted(issues, key=lambda issue: (*_place(issue), issue.number or 0, issue.id))
    for (periodical, has_volume, order), group in groupby(in_order, key=_place):
        name = str(order or "Without a year")
        if has_volume:
            name = f"Volume {order}"
        found.append(Volume(f"volume-{len(found) + 1}", periodical, name, list(group)))
    return found


def _place(issue: Issue) -> tuple[str, bool, int]:
    """Return the periodical of an issue, whether it is in a volume, and that or else its year."""
    if issue.volume is None:
        return issue.periodical, False, issue.year or 0
    return issue.periodical, True, issue.volume

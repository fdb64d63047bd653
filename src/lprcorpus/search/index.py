"""An index of a corpus: the bodies and their words in SQLite, the rows they come from in Arrow.

It belongs to a :class:`~lprcorpus.corpus.Corpus` and is closed with it. The words of a small corpus
are indexed in memory; those of a large one in a file in the user's cache folder, named by what the
corpus's files hold. FTS5 only finds the records that may hold some words: where they are is looked
for in :mod:`lprcorpus.search.words`, so that nothing depends on how SQLite divides text.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar, cast

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.errors import CorpusNotFound, DataError, OutputError, UsageError
from lprcorpus.files import whole_file
from lprcorpus.search.words import fold
from lprcorpus.typed_rows import column_names, table_rows

if TYPE_CHECKING:
    import pyarrow as pa

# Bytes of the files of ``records`` up to which a corpus is indexed in memory each time: that takes
# milliseconds.
IN_MEMORY_BYTES = 2 * 1024 * 1024
# Version of the index files: a new one leaves the old files behind.
_FORMAT = b"4"
# Words of a phrase that FTS5 is asked for; the rest are compared afterwards.
_MOST_WORDS = 24
# Records that are fetched at a time, so that a search with a limit need not wait for all.
_BATCH = 100
# Tables of shards that are kept in memory, up to 5 MB each.
_KEPT_TABLES = 24

# The tokenizer "ascii" takes whatever is not ASCII for a letter: words are what fold() puts spaces
# between.
_WORDS = "CREATE VIRTUAL TABLE folded USING fts5(words, content='', tokenize='ascii')"
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE issues (id PRIMARY KEY, raw_path, raw_sha256, shard);
CREATE TABLE records (id PRIMARY KEY, body);
"""
_HOLDING = """
SELECT records.rowid, id FROM folded JOIN records ON records.rowid = folded.rowid
WHERE folded MATCH ? AND folded.rowid > ? ORDER BY folded.rowid LIMIT ?
"""

Progress = Callable[[int], None]
Shape = TypeVar("Shape")


@dataclass(frozen=True)
class IndexedRecord:
    """What a search needs of a record."""

    id: str
    body: str


@dataclass(frozen=True)
class IndexedBlock:
    """What a search needs of a block."""

    record_id: str
    position: int
    kind: str
    page_start: int
    page_end: int
    body_start: int
    body_end: int


@dataclass(frozen=True)
class IndexedSpan:
    """A span."""

    issue_id: str
    raw_start: int
    raw_end: int
    role: str
    page: int
    record_id: str | None
    block: int | None


@dataclass(frozen=True)
class IndexedEdit:
    """What a search needs of an edit."""

    issue_id: str
    raw_start: int
    raw_end: int
    before: str
    after: str
    rule: str


@dataclass(frozen=True)
class IssueRow:
    """What a search needs of the row of an issue."""

    id: str
    raw_path: str
    raw_sha256: str


class IndexedIssue:
    """An issue: its row, and its other rows and its raw text, read when they are first asked for."""

    def __init__(self, index: TextIndex, row: IssueRow, shard: Shard) -> None:
        self.id = row.id
        self.raw_path = row.raw_path
        self.raw_sha256 = row.raw_sha256
        self._index = index
        self._shard = shard

    @cached_property
    def raw(self) -> str | None:
        """Its raw text; None if that is not there, or is another: then no passage has a selector."""
        try:
            return self._index.corpus.raw_text(self)
        except (CorpusNotFound, DataError):
            return None

    @cached_property
    def blocks(self) -> list[IndexedBlock]:
        """Its blocks."""
        return self._index.rows(self._shard, "blocks", IndexedBlock, self.id)

    @cached_property
    def spans(self) -> list[IndexedSpan]:
        """Its spans."""
        return self._index.rows(self._shard, "spans", IndexedSpan, self.id)

    @cached_property
    def edits(self) -> list[IndexedEdit]:
        """Its edits."""
        return self._index.rows(self._shard, "edits", IndexedEdit, self.id)


class TextIndex:
    """The index of a corpus. Threads may share it; a process that was forked opens it again."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._connection: sqlite3.Connection | None = None
        self._is_closed = False
        self._process = 0
        self._lock = threading.Lock()
        self._tables = lru_cache(_KEPT_TABLES)(_table_by_issue)

    @contextmanager
    def opened(self, progress: Progress | None = None) -> Iterator[sqlite3.Connection]:
        """Give the database, opened or made if need be, to one thread at a time."""
        if self._process != os.getpid():
            # After a fork, a thread that is not there any more may hold the lock, and SQLite
            # forbids the connection.
            self._lock, self._connection, self._process = threading.Lock(), None, os.getpid()
        with self._lock:
            if self._is_closed:
                raise UsageError(f"{self.corpus.folder}: the corpus is closed; open it again")
            if self._connection is None:
                self._connection = _open(self.corpus, progress)
            yield self._connection

    def close(self) -> None:
        """Close the database."""
        self._is_closed = True
        if self._process == os.getpid():
            with self._lock:
                if self._connection is not None:
                    self._connection.close()

    def _query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self.opened() as connection:
            return connection.execute(statement, values).fetchall()

    def body(self, record_id: str) -> str | None:
        """Return the body of a record, or None if there is no such record."""
        found = self._query("SELECT body FROM records WHERE id = ?", record_id)
        return str(found[0][0]) if found else None

    def record_ids(self) -> list[str]:
        """Return the ids of all records, in the order of the table."""
        return [row[0] for row in self._query("SELECT id FROM records ORDER BY rowid")]

    def issue_ids(self, raw_sha256: str) -> list[str]:
        """Return the ids of the issues whose raw text has a hash that begins with some digits."""
        statement = "SELECT id FROM issues WHERE raw_sha256 >= ?1 AND raw_sha256 < ?1 || 'g'"
        return [row[0] for row in self._query(statement, raw_sha256)]

    def holding(self, phrases: Sequence[Sequence[str]]) -> Iterator[str]:
        """Yield the ids of the records that may hold all of some phrases, in the table's order.

        A record that contains the folded words is never left out; one that does not may be yielded.
        """
        quoted = []
        for phrase in phrases:
            words = " ".join(phrase[:_MOST_WORDS])
            quoted.append(f'"{words}"')
        match = " AND ".join(quoted)
        last = 0
        while found := self._query(_HOLDING, match, last, _BATCH):
            yield from (row[1] for row in found)
            last = found[-1][0]

    def issue(self, issue_id: str) -> IndexedIssue | None:
        """Return an issue, or None if there is no such issue."""
        found = self._query("SELECT * FROM issues WHERE id = ?", issue_id)
        if not found:
            return None
        *columns, number = found[0]
        return IndexedIssue(self, IssueRow(*columns), Shard(self.corpus, number))

    def rows(self, shard: Shard, name: str, shape: type[Shape], issue_id: str) -> list[Shape]:
        """Return the rows of a table of a shard that belong to an issue."""
        table, extents = self._tables(shard, name, cast("Any", shape))
        start, end = extents.get(issue_id, (0, 0))
        rows = table.slice(start, end - start)
        return table_rows(rows, name, shape)


def _table_by_issue(
    shard: Shard, name: str, shape: type[Any]
) -> tuple[pa.Table, dict[str, tuple[int, int]]]:
    """Return a table of a shard, and for each issue its first row and one past its last.

    In SQLite, row by row, they take several times as long as the bodies (benchmarks/find.py).
    """
    columns = column_names(shape)
    table = shard.table(name, columns)
    table_rows(table.slice(0, 0), name, shape)  # raises if a column is missing
    extents: dict[str, tuple[int, int]] = {}
    start = 0
    # The first column has the id of the issue, or of a record, which begins with it.
    for row_id, run in groupby(table.column(columns[0]).to_pylist()):
        issue_id = str(row_id).partition("/")[0]
        first, end = extents.get(issue_id, (start, start))
        if end != start:
            raise DataError(f"{name}: found {issue_id} in two places; run lprcorpus validate")
        start += sum(1 for _ in run)
        extents[issue_id] = first, start
    return table, extents


def index_of(corpus: Corpus, progress: Progress | None = None) -> TextIndex:
    """Return the index of a corpus: the same one while the corpus is open.

    Args:
        corpus: the corpus.
        progress: called after each shard that is indexed, with the number of records so far.

    Raises:
        DataError: a table is not what its schema says.
        UsageError: a table cannot be read, the corpus is closed, or this Python's SQLite has no
            full-text search.
    """
    index = corpus.keep(TextIndex)
    with index.opened(progress):
        return index


def _open(corpus: Corpus, progress: Progress | None) -> sqlite3.Connection:
    sizes = (path.stat().st_size for path in corpus.files("records") if path.exists())
    if sum(sizes) <= IN_MEMORY_BYTES:
        return _filled(":memory:", corpus, progress)
    try:
        path = _cache_folder() / f"{_digest(corpus)}.sqlite"
        return _reopened(path) or _made(path, corpus, progress)
    except (OSError, OutputError, RuntimeError) as error:
        # A search that takes longer is better than none. SQLite keeps a database without a name in
        # a file that it removes.
        advice = "it is made again each time; name a folder with LPRCORPUS_CACHE"
        warnings.warn(f"the index cannot be kept: {error}; {advice}", stacklevel=2)
        return _filled("", corpus, progress)


def _cache_folder() -> Path:
    """Return the folder for index files; RuntimeError if the user has no home."""
    if named := os.environ.get("LPRCORPUS_CACHE"):
        return Path(named)
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME")
    return Path(base or Path.home() / ".cache", "lprcorpus")


def _digest(corpus: Corpus) -> str:
    """Return a hash of the tables that an index file is made from."""
    digest = hashlib.sha256(_FORMAT)
    for path in [*corpus.files("issues"), *corpus.files("records")]:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def _reopened(path: Path) -> sqlite3.Connection | None:
    """Open an index file; None if there is none, or one that a full disk or a program spoilt."""
    if not path.exists():
        return None
    connection = _read_only(path)
    try:
        # SQLite compares the size of the file with what its first page says.
        connection.execute("SELECT rowid FROM folded LIMIT 1").fetchall()
    except sqlite3.Error:
        connection.close()
        return None
    return connection


def _read_only(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def _made(path: Path, corpus: Corpus, progress: Progress | None) -> sqlite3.Connection:
    """Make an index file: elsewhere first, so that two processes may do so at once."""
    with TemporaryDirectory() as folder, whole_file(path, durable=False) as stream:
        fresh = Path(folder, "index.sqlite")
        _filled(str(fresh), corpus, progress).close()
        with fresh.open("rb") as made:
            shutil.copyfileobj(made, stream)
    return _read_only(path)


def _filled(database: str, corpus: Corpus, progress: Progress | None) -> sqlite3.Connection:
    """Return a database filled from a corpus; OSError if it cannot be written."""
    connection = sqlite3.connect(database, check_same_thread=False)
    try:
        _fill(connection, corpus, progress)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.IntegrityError):
            raise DataError(f"{corpus.folder}: {error}; run lprcorpus validate") from None
        if isinstance(error, sqlite3.Error):
            raise OSError(f"{database}: {error}") from None
        raise
    return connection


def _fill(connection: sqlite3.Connection, corpus: Corpus, progress: Progress | None) -> None:
    connection.executescript(_TABLES)
    try:
        connection.execute(_WORDS)
    except sqlite3.OperationalError:
        found = f"the SQLite {sqlite3.sqlite_version} of this Python has none"
        expected = "expected one as python.org's Python brings it"
        raise UsageError(f"a search needs SQLite with FTS5; {found}; {expected}") from None
    done = 0
    for shard in corpus.shards():
        for issue in shard.rows("issues", IssueRow):
            row = issue.id, issue.raw_path, issue.raw_sha256, shard.number
            connection.execute("INSERT INTO issues VALUES (?, ?, ?, ?)", row)
        for record in shard.rows("records", IndexedRecord):
            done += 1
            words = done, fold(record.body)
            connection.execute("INSERT INTO records VALUES (?, ?)", (record.id, record.body))
            connection.execute("INSERT INTO folded (rowid, words) VALUES (?, ?)", words)
        if progress:
            progress(done)
    connection.commit()

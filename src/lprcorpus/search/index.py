"""An index of a corpus, in SQLite: the rows that a search needs, and the words of the bodies in FTS5.

It belongs to a :class:`~lprcorpus.corpus.Corpus` and is closed with it. A small corpus is indexed in memory; a large one in a
file in the user's cache folder, named by what the corpus's files hold. FTS5 only finds the records that may hold some words:
where they are is looked for in :mod:`lprcorpus.search.words`, so that nothing depends on how SQLite divides text.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from lprcorpus.corpus import Corpus
from lprcorpus.errors import DataError, UsageError
from lprcorpus.search.words import fold

__all__ = ["IndexedBlock", "IndexedEdit", "IndexedIssue", "IndexedRecord", "IndexedSpan", "TextIndex", "index_of"]

# Bytes of the files of ``records`` up to which a corpus is indexed in memory each time: that takes milliseconds.
IN_MEMORY_BYTES = 2 * 1024 * 1024
# Version of the index files: a new one leaves the old files behind.
_FORMAT = b"2"
# Words of a phrase that FTS5 is asked for; the rest are compared afterwards.
_MOST_WORDS = 24
# Records that are fetched at a time, so that a search with a limit need not wait for all.
_BATCH = 100
_DAY = 24 * 60 * 60

Progress = Callable[[int], None]
Shape = TypeVar("Shape")


@dataclass(frozen=True)
class IndexedIssue:
    """What a search needs of an issue."""

    id: str
    raw_path: str
    raw_sha256: str
    raw_chars: int


@dataclass(frozen=True)
class IndexedRecord:
    """What a search needs of a record."""

    id: str
    issue_id: str
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


# The table of each, and its key.
_TABLES: dict[type[Any], tuple[str, str]] = {
    IndexedIssue: ("issues", "id"),
    IndexedRecord: ("records", "id"),
    IndexedBlock: ("blocks", "record_id, position"),
    IndexedSpan: ("spans", "issue_id, raw_start"),
    IndexedEdit: ("edits", "issue_id, raw_start"),
}


class TextIndex:
    """The index of a corpus. Threads may share it; a process that was forked opens it again."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._connection: sqlite3.Connection | None = None
        self._is_closed = False
        self._process = 0
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type[TextIndex], tuple[Corpus]]:
        return type(self), (self.corpus,)

    @contextmanager
    def opened(self, progress: Progress | None = None) -> Iterator[sqlite3.Connection]:
        """Give the database, opened or made if need be, to one thread at a time."""
        if self._process != os.getpid():
            # After a fork, a thread that is not there any more may hold the lock, and SQLite forbids the connection.
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

    def rows(self, shape: type[Shape], condition: str, *values: object) -> list[Shape]:
        """Return the rows of a kind that meet a condition in SQL, in the order of their key."""
        table, key = _TABLES[shape]
        # The condition is never a user's text: that is in the values.
        statement = f"SELECT * FROM {table} WHERE {condition} ORDER BY {key}"  # noqa: S608
        return [shape(*row) for row in self._query(statement, *values)]

    def record_ids(self, issue_id: str | None = None) -> list[str]:
        """Return the ids of the records of an issue, or of all, in the order of the table."""
        found = self._query("SELECT id FROM records WHERE ?1 IS NULL OR issue_id = ?1 ORDER BY rowid", issue_id)
        return [row[0] for row in found]

    def holding(self, phrases: Sequence[Sequence[str]]) -> Iterator[str]:
        """Yield the ids of the records whose bodies may hold all of some phrases of folded words, in the table's order.

        A record that holds them is never left out; one that does not may be yielded.
        """
        match = " AND ".join(f'"{" ".join(phrase[:_MOST_WORDS])}"' for phrase in phrases)
        statement = (
            "SELECT records.rowid, id FROM folded JOIN records ON records.rowid = folded.rowid"
            " WHERE folded MATCH ? AND folded.rowid > ? ORDER BY folded.rowid LIMIT ?"
        )
        last = 0
        while found := self._query(statement, match, last, _BATCH):
            yield from (row[1] for row in found)
            last = found[-1][0]

    def vocabulary(self) -> list[str]:
        """Return the folded words of all bodies, sorted."""
        self._query("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, folded, row)")
        return [row[0] for row in self._query("SELECT term FROM temp.vocabulary ORDER BY term")]


def index_of(corpus: Corpus | None = None, progress: Progress | None = None) -> TextIndex:
    """Return the index of a corpus, or of the packaged one: the same one for as long as the corpus is open.

    Args:
        corpus: the corpus.
        progress: called after every 1,000 records that are indexed, with their number so far.

    Raises:
        DataError: a table is not what its schema says.
        UsageError: a table cannot be read, the corpus is closed, or this Python's SQLite has no full-text search.
    """
    index = (corpus or Corpus.packaged()).keep(TextIndex)
    with index.opened(progress):
        return index


def _open(corpus: Corpus, progress: Progress | None) -> sqlite3.Connection:
    sizes = (path.stat().st_size for path in corpus.files("records") if path.exists())
    if sum(sizes) <= IN_MEMORY_BYTES:
        return _filled(":memory:", corpus, progress)
    try:
        path = _cache_folder() / f"{_digest(corpus)}.sqlite"
        return _reopened(path) or _made(path, corpus, progress)
    except (OSError, RuntimeError) as error:
        # A search that takes longer is better than none. SQLite keeps a database without a name in a file that it removes.
        advice = "it is made again each time; name a folder with LPRCORPUS_CACHE"
        warnings.warn(f"the index cannot be kept: {error}; {advice}", stacklevel=2)
        return _filled("", corpus, progress)


def _cache_folder() -> Path:
    """Return the folder for index files; RuntimeError if the user has no home."""
    if named := os.environ.get("LPRCORPUS_CACHE"):
        return Path(named)
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base, "lprcorpus")


def _digest(corpus: Corpus) -> str:
    digest = hashlib.sha256(_FORMAT)
    for table, _ in _TABLES.values():
        for path in corpus.files(table):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def _reopened(path: Path) -> sqlite3.Connection | None:
    """Open an index file; None if there is none, or one that a full disk or another program spoilt."""
    if not path.exists():
        return None
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    try:
        # SQLite compares the size of the file with what its first page says.
        connection.execute("SELECT rowid FROM folded LIMIT 1").fetchall()
    except sqlite3.Error:
        connection.close()
        return None
    return connection


def _made(path: Path, corpus: Corpus, progress: Progress | None) -> sqlite3.Connection:
    """Make an index file, under a name of its own first, so that two processes may do so at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for abandoned in path.parent.glob("*.unfinished"):
        if time.time() - abandoned.stat().st_mtime > _DAY:
            abandoned.unlink(missing_ok=True)
    fresh = path.with_name(f"{os.urandom(8).hex()}.unfinished")
    try:
        _filled(str(fresh), corpus, progress).close()
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    connection = _reopened(path)
    if connection is None:
        raise OSError(f"{path}: was written and cannot be read")
    return connection


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
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
    for shape, (table, key) in _TABLES.items():
        columns = ", ".join(field.name for field in fields(shape))
        connection.execute(f"CREATE TABLE {table} ({columns}, PRIMARY KEY ({key}))")
    connection.execute("CREATE INDEX record_spans ON spans (record_id, role)")
    try:
        # The tokenizer "ascii" takes whatever is not ASCII for a letter: words are what fold() puts spaces between.
        connection.execute("CREATE VIRTUAL TABLE folded USING fts5(words, content='', tokenize='ascii')")
    except sqlite3.OperationalError:
        found = f"the SQLite {sqlite3.sqlite_version} of this Python has none"
        raise UsageError(f"a search needs SQLite with FTS5; {found}; expected one as python.org's Python brings it") from None
    done = 0
    for shard in corpus.shards():
        for shape, (table, _) in _TABLES.items():
            names = [field.name for field in fields(shape)]
            places = ", ".join("?" * len(names))
            rows = map(attrgetter(*names), shard.rows(table, shape))
            connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
        for number, body in connection.execute("SELECT rowid, body FROM records WHERE rowid > ?", (done,)):
            connection.execute("INSERT INTO folded (rowid, words) VALUES (?, ?)", (number, fold(body)))
            done = number
            if progress and done % 1000 == 0:
                progress(done)
    connection.commit()

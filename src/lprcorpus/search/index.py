"""An index of a corpus, in SQLite: its rows by what a search asks for, and its bodies by their words, in FTS5.

An index belongs to a :class:`~lprcorpus.corpus.Corpus` and is closed with it. A small corpus is indexed in memory, which takes
milliseconds. A large one gets a file in the user's cache folder, named by what the corpus's files hold: another edition gets
another file. FTS5 only finds the records that may hold some words; where in them the words are is looked for in
:mod:`lprcorpus.search.words`, so that nothing depends on how SQLite divides text.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from tempfile import mkstemp
from typing import Any, TypeVar

from lprcorpus.corpus import Corpus
from lprcorpus.errors import DataError, UsageError
from lprcorpus.search.words import fold

__all__ = [
    "IndexedBlock",
    "IndexedEdit",
    "IndexedIssue",
    "IndexedRecord",
    "IndexedSpan",
    "TextIndex",
    "index_of",
]

IN_MEMORY_BYTES = 2 * 1024 * 1024
"""Size of the files of ``records`` up to which a corpus is indexed in memory each time."""

_FORMAT = 2
"""Version of the index files: a new one leaves the old files behind."""

_MOST_WORDS = 24
"""Words of a phrase that FTS5 is asked for; the rest are compared afterwards."""

_BATCH = 100
"""Records whose numbers are fetched at a time, so that a search with a limit need not wait for all."""

_ABANDONED = 24 * 60 * 60
"""Seconds after which an unfinished index file is one that its process left behind."""


@dataclass(frozen=True)
class IndexedIssue:
    """What a search needs of a row of ``issues``."""

    id: str
    raw_path: str
    raw_sha256: str
    raw_chars: int


@dataclass(frozen=True)
class IndexedRecord:
    """What a search needs of a row of ``records``."""

    id: str
    issue_id: str
    title: str
    note: str | None
    source_citation: str | None
    body: str


@dataclass(frozen=True)
class IndexedBlock:
    """What a search needs of a row of ``blocks``."""

    record_id: str
    position: int
    kind: str
    page_start: int
    page_end: int
    body_start: int
    body_end: int


@dataclass(frozen=True)
class IndexedSpan:
    """What a search needs of a row of ``spans``."""

    issue_id: str
    raw_start: int
    raw_end: int
    role: str
    page: int
    record_id: str | None
    block: int | None


@dataclass(frozen=True)
class IndexedEdit:
    """What a search needs of a row of ``edits``."""

    issue_id: str
    raw_start: int
    raw_end: int
    before: str
    after: str
    rule: str


_SHAPES: dict[str, type[Any]] = {
    "issues": IndexedIssue,
    "records": IndexedRecord,
    "blocks": IndexedBlock,
    "spans": IndexedSpan,
    "edits": IndexedEdit,
}

_KEYS = {
    "issues": "id",
    "records": "id",
    "blocks": "record_id, position",
    "spans": "issue_id, raw_start",
    "edits": "issue_id, raw_start",
}

Shape = TypeVar("Shape")
Progress = Callable[[int], None]


class TextIndex:
    """The index of a corpus. Threads may share it, a process that was forked or that it is sent to opens it again."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._progress: Progress | None = None
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type[TextIndex], tuple[Corpus]]:
        return type(self), (self._corpus,)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def open(self, progress: Progress | None = None) -> TextIndex:
        """Open the database or make it, unless that was done; return the index.

        Args:
            progress: called after every 1,000 records indexed into a new file, with their number so far.

        Raises:
            CorpusNotFound: a table of the corpus cannot be read.
            DataError: a table is not what its schema says.
            UsageError: this Python's SQLite has no full-text search.
        """
        if self._process != os.getpid():
            # After a fork, the lock may be held by a thread that is not there any more, and SQLite forbids the connection.
            self._lock, self._connection = threading.Lock(), None
            self._process = os.getpid()
        with self._lock:
            if self._connection is None:
                self._connection = _open(self._corpus, progress)
        return self

    def _query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        self.open()
        with self._lock:
            assert self._connection is not None, "an index is closed only with its corpus"
            return self._connection.execute(statement, values).fetchall()

    def _rows(self, table: str, shape: type[Shape], condition: str, *values: object) -> list[Shape]:
        columns = ", ".join(field.name for field in fields(_SHAPES[table]))
        return [shape(*row) for row in self._query(f"SELECT {columns} FROM {table} WHERE {condition}", *values)]  # noqa: S608

    def issue(self, issue_id: str) -> IndexedIssue | None:
        """Return an issue, or None if there is no such issue."""
        return next(iter(self._rows("issues", IndexedIssue, "id = ?", issue_id)), None)

    def issues_with(self, raw_sha256: str) -> list[IndexedIssue]:
        """Return the issues whose raw text has a SHA-256 that begins with some digits."""
        return self._rows("issues", IndexedIssue, "raw_sha256 >= ?1 AND raw_sha256 < ?1 || 'g'", raw_sha256)

    def record(self, record_id: str) -> IndexedRecord | None:
        """Return a record, or None if there is no such record."""
        return next(iter(self._rows("records", IndexedRecord, "id = ?", record_id)), None)

    def record_ids(self, issue_id: str | None = None) -> list[str]:
        """Return the ids of the records of an issue, or of all, in the order of the table."""
        rows = self._query("SELECT id FROM records WHERE ?1 IS NULL OR issue_id = ?1 ORDER BY rowid", issue_id)
        return [row[0] for row in rows]

    def blocks(self, record_id: str) -> list[IndexedBlock]:
        """Return the blocks of a record, in order."""
        return self._rows("blocks", IndexedBlock, "record_id = ? ORDER BY position", record_id)

    def spans(self, issue_id: str, raw_start: int, raw_end: int) -> list[IndexedSpan]:
        """Return the spans of an issue that hold some raw characters, in order."""
        condition = "issue_id = ? AND raw_end > ? AND raw_start < ? ORDER BY raw_start"
        return self._rows("spans", IndexedSpan, condition, issue_id, raw_start, raw_end)

    def record_spans(self, record_id: str, role: str) -> list[IndexedSpan]:
        """Return the spans of a record that have one role, in order."""
        return self._rows("spans", IndexedSpan, "record_id = ? AND role = ? ORDER BY raw_start", record_id, role)

    def edits(self, issue_id: str, raw_start: int, raw_end: int) -> list[IndexedEdit]:
        """Return the edits of an issue that changed some raw characters, in order."""
        condition = "issue_id = ? AND raw_end > ? AND raw_start < ? ORDER BY raw_start"
        return self._rows("edits", IndexedEdit, condition, issue_id, raw_start, raw_end)

    def holding(self, phrases: Sequence[Sequence[str]]) -> Iterator[str]:
        """Yield the ids of the records whose bodies may hold all of some phrases of folded words, in the order of the table.

        A record that holds them is never left out; one that does not may be yielded.
        """
        match = " AND ".join(f'"{" ".join(phrase[:_MOST_WORDS])}"' for phrase in phrases)
        statement = (
            "SELECT records.rowid, id FROM folded JOIN records ON records.rowid = folded.rowid"
            f" WHERE folded MATCH ? AND folded.rowid > ? ORDER BY folded.rowid LIMIT {_BATCH}"
        )
        last = 0
        while rows := self._query(statement, match, last):
            yield from (row[1] for row in rows)
            last = rows[-1][0]

    def vocabulary(self) -> list[str]:
        """Return the folded words of all bodies, sorted."""
        self._query("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, folded, row)")
        return [row[0] for row in self._query("SELECT term FROM temp.vocabulary ORDER BY term")]


def index_of(corpus: Corpus | None = None, progress: Progress | None = None) -> TextIndex:
    """Return the index of a corpus, opened; the same one for as long as the corpus is open.

    Args:
        corpus: the corpus; the one that came with the package by default.
        progress: called after every 1,000 records indexed into a new file, with their number so far.

    Raises:
        CorpusNotFound: a table of the corpus cannot be read.
        DataError: a table is not what its schema says.
        UsageError: this Python's SQLite has no full-text search, or the corpus is closed.
    """
    corpus = corpus or Corpus.packaged()
    return corpus.keep(TextIndex).open(progress)


def _open(corpus: Corpus, progress: Progress | None) -> sqlite3.Connection:
    sizes = (path.stat().st_size for path in corpus.files("records") if path.exists())
    if sum(sizes) <= IN_MEMORY_BYTES:
        return _filled(":memory:", corpus, progress)
    try:
        path = _cache_folder() / f"{_key(corpus)}.sqlite"
        return _reopened(path) or _made(path, corpus, progress)
    except (OSError, RuntimeError) as error:
        # A search that takes longer is better than none. SQLite keeps a database without a name in a file that it removes.
        advice = "it is made again each time; name a folder with LPRCORPUS_CACHE"
        warnings.warn(f"the index cannot be kept: {error}; {advice}", stacklevel=2)
        return _filled("", corpus, progress)


def _cache_folder() -> Path:
    """Return the folder for index files: ``$LPRCORPUS_CACHE``, or ``lprcorpus`` in the user's cache folder.

    Raises:
        RuntimeError: the user has no home.
    """
    if named := os.environ.get("LPRCORPUS_CACHE"):
        return Path(named)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "lprcorpus"


def _key(corpus: Corpus) -> str:
    """Return a digest of the files that an index is made of, and of its form."""
    digest = hashlib.sha256(f"{_FORMAT}".encode())
    for name in _SHAPES:
        for path in corpus.files(name):
            with path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
            digest.update(name.encode())
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
    """Make an index file: under a name of its own first, so that two processes may do so at once.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for abandoned in path.parent.glob("*.unfinished"):
        with suppress(OSError):
            if time.time() - abandoned.stat().st_mtime > _ABANDONED:
                abandoned.unlink()
    handle, name = mkstemp(suffix=".unfinished", dir=path.parent)
    os.close(handle)
    try:
        with closing(_filled(name, corpus, progress)):
            pass
        os.replace(name, path)
    finally:
        with suppress(OSError):
            Path(name).unlink()
    connection = _reopened(path)
    if connection is None:
        raise OSError(f"{path}: was written and cannot be read")
    return connection


def _filled(database: str, corpus: Corpus, progress: Progress | None) -> sqlite3.Connection:
    """Return a database filled from a corpus.

    Raises:
        OSError: it cannot be written.
        DataError: a table of the corpus is not what its schema says.
        UsageError: this SQLite has no full-text search.
    """
    connection = sqlite3.connect(database, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        _create_tables(connection)
        done = 0
        for shard in corpus.shards():
            for name, shape in _SHAPES.items():
                _insert(connection, name, shape, shard.rows(name, shape))
            bodies = connection.execute("SELECT rowid, body FROM records WHERE rowid > ?", (done,))
            for number, body in bodies:
                connection.execute("INSERT INTO folded (rowid, words) VALUES (?, ?)", (number, fold(body)))
                done = number
                if progress and number % 1000 == 0:
                    progress(number)
        connection.commit()
    except sqlite3.IntegrityError as error:
        connection.close()
        raise DataError(f"{corpus.folder}: {error}; run lprcorpus validate") from None
    except sqlite3.Error as error:
        connection.close()
        raise OSError(f"{database}: {error}") from None
    except BaseException:
        connection.close()
        raise
    return connection


def _create_tables(connection: sqlite3.Connection) -> None:
    for name, shape in _SHAPES.items():
        columns = ", ".join(f"{field.name} {_sql_type(str(field.type))}" for field in fields(shape))
        connection.execute(f"CREATE TABLE {name} ({columns}, PRIMARY KEY ({_KEYS[name]}))")
    connection.execute("CREATE INDEX span_records ON spans (record_id, role)")
    try:
        # The tokenizer "ascii" takes whatever is not ASCII for a letter: words are what fold() puts spaces between.
        connection.execute("CREATE VIRTUAL TABLE folded USING fts5(words, content='', tokenize='ascii')")
    except sqlite3.OperationalError as error:
        if "fts5" not in str(error):
            raise
        found = f"the SQLite {sqlite3.sqlite_version} of this Python has none"
        raise UsageError(f"a search needs SQLite with FTS5; {found}; expected one as python.org's Python brings it") from None


def _sql_type(annotation: str) -> str:
    """Return the type of a column, from the annotation of a field."""
    kind = "INTEGER" if annotation.startswith("int") else "TEXT"
    return kind if annotation.endswith("None") else f"{kind} NOT NULL"


def _insert(connection: sqlite3.Connection, table: str, shape: type[Any], rows: Iterable[Any]) -> None:
    names = [field.name for field in fields(shape)]
    places = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", map(attrgetter(*names), rows))  # noqa: S608

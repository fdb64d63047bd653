"""An index of a corpus: its bodies and their words in SQLite.

It belongs to a :class:`~lprcorpus.corpus.Corpus` and is closed with it. The words of a small corpus
are indexed in memory; those of a large one in a file in the user's cache folder, named by the
corpus's files as they are now. FTS5 only finds the records that may hold some words: where they are
is looked for in :mod:`lprcorpus.search.words`, so that nothing depends on how SQLite divides text.
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
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.errors import DataError, OutputError, UsageError
from lprcorpus.files import whole_file
from lprcorpus.search.passages import ROLES_OF_TEXT, IndexedIssue, RecordText
from lprcorpus.search.words import fold

# Bytes of the files of ``records`` up to which a corpus is indexed in memory each time: that takes
# milliseconds.
IN_MEMORY_BYTES = 2 * 1024 * 1024
# Version of the index files: a new one leaves the old files behind.
_FORMAT = b"6"
# Words of a phrase that FTS5 is asked for; the rest are compared afterwards.
_MOST_WORDS = 24
# Records that are fetched at a time, so that a search with a limit need not wait for all.
_BATCH = 100
# Texts, and issues, that are kept in memory, at most.
_KEPT_TEXTS, _KEPT_ISSUES = 128, 32

# The tokenizer "ascii" takes whatever is not ASCII for a letter: words are what fold() puts spaces
# between. Of a record, "words" has a line for each paragraph of the body.
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE issues (id PRIMARY KEY, raw_path, raw_sha256, shard);
CREATE TABLE records (id PRIMARY KEY, body, words);
CREATE VIRTUAL TABLE folded USING fts5(words, content='', tokenize='ascii');
"""
_HOLDING = """
SELECT records.rowid, id, records.words FROM folded JOIN records ON records.rowid = folded.rowid
WHERE folded MATCH ?1 AND folded.rowid > ?2 AND (?3 IS NULL OR id = ?3)
ORDER BY folded.rowid LIMIT ?4
"""
_OF_RAW_TEXT = """
SELECT id FROM issues WHERE raw_sha256 >= ?1 AND raw_sha256 < ?1 || 'g' ORDER BY id != ?2 LIMIT 1
"""
# "0" is the character after "/".
_OF_ISSUE = "SELECT id FROM records WHERE id > ?1 || '/' AND id < ?1 || '0' ORDER BY rowid"

Progress = Callable[[int], None]


@dataclass(frozen=True)
class IndexedRecord:
    """What a search needs of a record."""

    id: str
    body: str


@dataclass(frozen=True)
class IssueRow:
    """What a search needs of the row of an issue."""

    id: str
    raw_path: str
    raw_sha256: str


class TextIndex:
    """The index of a corpus. Threads may share it; a process that was forked opens it again."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.text = lru_cache(_KEPT_TEXTS)(self._text)
        self.issue = lru_cache(_KEPT_ISSUES)(self._issue)
        self._connection: sqlite3.Connection | None = None
        self._is_closed = False
        self._process = 0
        self._lock = threading.Lock()

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

    def record_ids(self) -> list[str]:
        """Return the ids of all records, in the order of the table."""
        return [row[0] for row in self._query("SELECT id FROM records ORDER BY rowid")]

    def issue_of(self, raw_sha256: str, issue_id: str) -> IndexedIssue | None:
        """Return the issue whose raw text has a hash that begins so; of several, the one named."""
        found = self._query(_OF_RAW_TEXT, raw_sha256, issue_id)
        return self.issue(found[0][0]) if found else None

    def holding(
        self, phrases: Sequence[Sequence[str]], record_id: str | None = None
    ) -> Iterator[tuple[str, str]]:
        """Yield the ids of the records, or of one, that may hold all of some phrases.

        With each id come its words, a line for each paragraph. A record that contains the folded
        words is never left out; one that does not may be yielded.
        """
        quoted = []
        for phrase in phrases:
            words = " ".join(phrase[:_MOST_WORDS])
            quoted.append(f'"{words}"')
        match = " AND ".join(quoted)
        last = 0
        while found := self._query(_HOLDING, match, last, record_id, _BATCH):
            last = found[-1][0]
            yield from (row[1:] for row in found)

    def _issue(self, issue_id: str) -> IndexedIssue | None:
        """Return an issue, or None if there is no such issue."""
        found = self._query("SELECT * FROM issues WHERE id = ?", issue_id)
        if not found:
            return None
        id_, raw_path, raw_sha256, shard = found[0]
        record_ids = [row[0] for row in self._query(_OF_ISSUE, issue_id)]
        return IndexedIssue(id_, raw_path, raw_sha256, Shard(self.corpus, shard), record_ids)

    def texts(self, issue_id: str) -> list[RecordText]:
        """Return all texts of the records of an issue."""
        issue = self.issue(issue_id)
        texts = []
        for record_id in issue.record_ids if issue else ():
            for role in ROLES_OF_TEXT:
                text = self.text(record_id, role)
                if text is not None:
                    texts.append(text)
        return texts

    def _text(self, record_id: str, role: str = "body") -> RecordText | None:
        """Return a text of a record; None if there is no such record, or none in that role."""
        issue = self.issue(record_id.partition("/")[0])
        found = self._query("SELECT body FROM records WHERE id = ?", record_id)
        if not found or issue is None:
            return None
        text = RecordText(issue, record_id, role, body=found[0][0])
        return text if text.text and text.blocks else None


def index_of(corpus: Corpus, progress: Progress | None = None) -> TextIndex:
    """Return the index of a corpus, made if need be: the same one while the corpus is open.

    Raises:
        DataError: a table is not what its schema says.
        UsageError: a table cannot be read, the corpus is closed, or this Python's SQLite has no
            full-text search.
    """
    index = corpus.keep(TextIndex)
    with index.opened(progress):
        return index


def _open(corpus: Corpus, progress: Progress | None) -> sqlite3.Connection:
    size = sum(file.state.size for file in corpus.table_files("records") if file.state)
    if size <= IN_MEMORY_BYTES:
        return _filled(":memory:", corpus, progress)
    try:
        path = _cache_folder() / f"{_digest(corpus)}.sqlite"
        connection = _reopened(path)
        if connection is None:
            _make(path, corpus, progress)
            connection = _reopened(path)
        if connection is not None:
            return connection
        problem = f"{path}: cannot be read again"
    except (OSError, OutputError, RuntimeError) as error:
        problem = str(error)
    # A search that takes longer is better than none.
    advice = "it is made again each time; name a folder with LPRCORPUS_CACHE"
    warnings.warn(f"the index cannot be kept: {problem}; {advice}", stacklevel=2)
    return _filled(":memory:", corpus, progress)


def _cache_folder() -> Path:
    """Return the folder for index files; RuntimeError if the user has no home."""
    if named := os.environ.get("LPRCORPUS_CACHE"):
        return Path(named)
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME")
    return Path(base or Path.home() / ".cache", "lprcorpus")


def _digest(corpus: Corpus) -> str:
    """Return a name for the very files that an index is made from: other files have another."""
    digest = hashlib.sha256(_FORMAT)
    for name in ("issues", "records"):
        for file in corpus.table_files(name):
            digest.update(repr(file).encode())
    return digest.hexdigest()[:32]


def _reopened(path: Path) -> sqlite3.Connection | None:
    """Open an index file; None if there is none, or one that a full disk or a program spoilt."""
    if not path.exists():
        return None
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    try:
        # SQLite compares the size of the file with what its first page says.
        connection.execute("SELECT rowid FROM folded LIMIT 1").fetchall()
    except sqlite3.Error:
        connection.close()
        return None
    return connection


def _make(path: Path, corpus: Corpus, progress: Progress | None) -> None:
    """Make an index file: elsewhere first, so that two processes may do so at once."""
    with TemporaryDirectory() as folder, whole_file(path, durable=False) as stream:
        fresh = Path(folder, "index.sqlite")
        _filled(str(fresh), corpus, progress).close()
        with fresh.open("rb") as made:
            shutil.copyfileobj(made, stream)


def _filled(database: str, corpus: Corpus, progress: Progress | None) -> sqlite3.Connection:
    """Return a database filled from a corpus."""
    connection = sqlite3.connect(database, check_same_thread=False)
    try:
        _fill(connection, corpus, progress)
    except sqlite3.IntegrityError as error:
        connection.close()
        raise DataError(f"{corpus.folder}: {error}; run lprcorpus validate") from None
    except sqlite3.Error as error:
        connection.close()
        raise OutputError(f"the index cannot be made: {error}") from None
    return connection


def _fill(connection: sqlite3.Connection, corpus: Corpus, progress: Progress | None) -> None:
    connection.executescript(_TABLES)
    done = 0
    for shard in corpus.shards():
        for issue in shard.rows("issues", IssueRow):
            row = issue.id, issue.raw_path, issue.raw_sha256, shard.number
            connection.execute("INSERT INTO issues VALUES (?, ?, ?, ?)", row)
        for record in shard.rows("records", IndexedRecord):
            done += 1
            words = "\n".join(map(fold, record.body.split("\n\n")))
            columns = record.id, record.body, words
            connection.execute("INSERT INTO records VALUES (?, ?, ?)", columns)
            connection.execute("INSERT INTO folded (rowid, words) VALUES (?, ?)", (done, words))
        if progress:
            progress(done)
    connection.commit()

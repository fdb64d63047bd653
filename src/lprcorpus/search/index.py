"""An index of a corpus: its bodies and their words in SQLite.

It belongs to a :class:`~lprcorpus.corpus.Corpus` and is closed with it. That of a small corpus is
in memory; that of a large one in a file in the user's cache folder, named by the corpus's files as
they are now. FTS5 only finds the records that may hold some words: where they are is looked for in
:mod:`lprcorpus.search.words`, so that nothing depends on how SQLite divides text.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.errors import DataError, OutputError
from lprcorpus.files import whole_file
from lprcorpus.identifiers import issue_of
from lprcorpus.search.passages import IndexedIssue, IssueRow, RecordText
from lprcorpus.search.words import fold

# Bytes of the files of ``records`` up to which a corpus is indexed in memory each time: that takes
# milliseconds.
IN_MEMORY_BYTES = 2 * 1024 * 1024
# Version of the index files: a new one leaves the old files behind.
_FORMAT = b"8"
# Words of a phrase that FTS5 is asked for; the rest are compared afterwards.
_MOST_WORDS = 24
# Records that are fetched at a time, so that a search with a limit need not wait for all.
_BATCH = 100
# Issues and texts that are kept in memory, at most.
_KEPT_ISSUES, _KEPT_TEXTS = 32, 512

# The tokenizer "ascii" takes whatever is not ASCII for a letter: words are what fold() puts spaces
# between. Of a record, "words" has a line for each paragraph of the body.
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE records (id PRIMARY KEY, body, words, shard);
CREATE VIRTUAL TABLE folded USING fts5(words, content='', tokenize='ascii');
"""
_HOLDING = """
SELECT records.rowid, id, records.words FROM folded JOIN records ON records.rowid = folded.rowid
WHERE folded MATCH ?1 AND folded.rowid > ?2 AND (?3 IS NULL OR id = ?3)
ORDER BY folded.rowid LIMIT ?4
"""
# "0" is the character after "/".
_OF_ISSUE = """
SELECT id, body, shard FROM records WHERE id > ?1 || '/' AND id < ?1 || '0' ORDER BY rowid
"""

Progress = Callable[[int], None]


@dataclass(frozen=True)
class IndexedRecord:
    """A record, as far as a search needs it."""

    id: str
    body: str


class TextIndex:
    """The index of a corpus. Threads may share it; a process that was forked has its own."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.issue = lru_cache(_KEPT_ISSUES)(self._issue)
        self.text = lru_cache(_KEPT_TEXTS)(self._text)
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def query(
        self, statement: str, *values: object, progress: Progress | None = None
    ) -> list[tuple[Any, ...]]:
        """Return what the database answers; it is opened, or made, at the first question."""
        with self._lock:
            if self._connection is None:
                self._connection = _open(self.corpus, progress)
            return self._connection.execute(statement, values).fetchall()

    def close(self) -> None:
        """Close the database. That of a closed corpus is not opened again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def record_ids(self) -> list[str]:
        """Return the ids of all records, in the order of the table."""
        return [row[0] for row in self.query("SELECT id FROM records ORDER BY rowid")]

    def holding(
        self, phrases: Iterable[list[str]], record_id: str | None = None
    ) -> Iterator[tuple[str, str]]:
        """Yield the ids of the records, or of one, that may hold all of some phrases.

        With each id come its words, a line for each paragraph. A record that contains the folded
        words is never left out; one that does not may be yielded.
        """
        wanted = " AND ".join(f'"{" ".join(phrase[:_MOST_WORDS])}"' for phrase in phrases)
        last = 0
        while found := self.query(_HOLDING, wanted, last, record_id, _BATCH):
            last = found[-1][0]
            yield from (row[1:] for row in found)

    def _issue(self, issue_id: str) -> IndexedIssue | None:
        found = self.query(_OF_ISSUE, issue_id)
        if not found:
            return None
        shard = Shard(self.corpus, found[0][-1])
        bodies = {record_id: body for record_id, body, _ in found}
        row = next(shard.rows("issues", IssueRow, id={issue_id}), None)
        return IndexedIssue(shard, row, bodies) if row else None

    def _text(self, record_id: str, role: str = "body") -> RecordText | None:
        issue = self.issue(issue_of(record_id))
        if issue is None or (record_id, role) not in issue.spans_of:
            return None
        text = RecordText(issue, record_id, role)
        return text if text.text and text.blocks else None


def index_of(corpus: Corpus, progress: Progress | None = None) -> TextIndex:
    """Return the index of a corpus, made if need be: the same one while the corpus is open.

    Raises:
        DataError: a table is not what its schema says, or SQLite has no full-text search.
        UsageError: a table cannot be read, or the corpus is closed.
    """
    index = corpus.keep(TextIndex)
    index.query("SELECT 1", progress=progress)
    return index


def _open(corpus: Corpus, progress: Progress | None) -> sqlite3.Connection:
    size = sum(file.state.size for file in corpus.table_files("records") if file.state)
    if size > IN_MEMORY_BYTES:
        try:
            return _kept(corpus, progress)
        except (OSError, OutputError, RuntimeError, sqlite3.Error) as error:
            # A search that takes longer is better than none.
            advice = "it is made again each time; name a folder with LPRCORPUS_CACHE"
            warnings.warn(f"the index cannot be kept: {error}; {advice}", stacklevel=2)
    try:
        return _made(":memory:", corpus, progress)
    except sqlite3.Error as error:
        raise DataError(f"{corpus.folder}: {error}; run lprcorpus validate") from None


def _kept(corpus: Corpus, progress: Progress | None) -> sqlite3.Connection:
    """Return the database of a file; its name says which files it was made from."""
    digest = hashlib.sha256(_FORMAT)
    for file in corpus.table_files("records"):
        digest.update(repr(file).encode())
    path = _cache_folder().absolute() / f"{digest.hexdigest()[:32]}.sqlite"
    uri = f"{path.as_uri()}?mode=ro&immutable=1"
    try:
        with closing(_connect(uri)) as connection:
            # SQLite compares the size of the file with what its first page says: one that a full
            # disk or a program spoilt is made anew.
            connection.execute("SELECT rowid FROM folded LIMIT 1").fetchall()
    except sqlite3.Error:
        # Elsewhere first, so that two processes may make it at once.
        with TemporaryDirectory() as folder, whole_file(path, durable=False) as stream:
            fresh = Path(folder, "index.sqlite")
            _made(str(fresh), corpus, progress).close()
            with fresh.open("rb") as made:
                shutil.copyfileobj(made, stream)
    return _connect(uri)


def _cache_folder() -> Path:
    """Return the folder for index files; RuntimeError if the user has no home."""
    if named := os.environ.get("LPRCORPUS_CACHE"):
        return Path(named)
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME")
    return Path(base or Path.home() / ".cache", "lprcorpus")


def _connect(database: str) -> sqlite3.Connection:
    return sqlite3.connect(database, uri=True, check_same_thread=False)


def _made(database: str, corpus: Corpus, progress: Progress | None) -> sqlite3.Connection:
    """Return a new database with the texts of a corpus."""
    connection = _connect(database)
    connection.executescript(_TABLES)
    done = 0
    for shard in corpus.shards():
        for record in shard.rows("records", IndexedRecord):
            done += 1
            words = "\n".join(map(fold, record.body.split("\n\n")))
            columns = record.id, record.body, words, shard.number
            connection.execute("INSERT INTO records VALUES (?, ?, ?, ?)", columns)
            connection.execute("INSERT INTO folded (rowid, words) VALUES (?, ?)", (done, words))
        if progress:
            progress(done)
    connection.commit()
    return connection

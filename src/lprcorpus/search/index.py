"""An index of a corpus: its bodies and their words in SQLite.

It belongs to a :class:`~lprcorpus.corpus.Corpus` and is closed with it. That of a small corpus is
in memory; that of a large one in a file in the user's cache folder, named by the corpus's files as
they are now. FTS5 has a row for each paragraph of a body. It only finds the records that may hold
some words: where they are is looked for in :mod:`lprcorpus.search.words`, so that nothing depends
on how SQLite divides text.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
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
_FORMAT = b"10"
# Words of what follows a paragraph that its row has, too: each part of a phrase, of as many words,
# is in the row of the paragraph that it begins in.
_PART = 8
# Parts of a phrase that FTS5 is asked for; the rest are compared afterwards.
_MOST_PARTS = 3
# A paragraph has the number of its record times this, and its own position.
_MOST_PARAGRAPHS = 1_000_000
# Records that are fetched at a time, so that a search with a limit need not wait for all.
_BATCH = 100
# Issues and texts that are kept in memory, at most.
_KEPT_ISSUES, _KEPT_TEXTS = 32, 512

# The tokenizer "ascii" takes whatever is not ASCII for a letter: words are what fold() puts spaces
# between. With more memory, 16 MiB, the rows of 10,005 records are written in 1.6 s, not in 3.2 s.
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE records (number INTEGER PRIMARY KEY, id UNIQUE, body, shard);
CREATE VIRTUAL TABLE paragraphs USING fts5(words, content='', tokenize='ascii');
INSERT INTO paragraphs (paragraphs, rank) VALUES ('hashsize', 16777216);
"""
_HOLDING = """
SELECT DISTINCT number, id FROM paragraphs JOIN records ON number = paragraphs.rowid / ?4
WHERE paragraphs MATCH ?1 AND paragraphs.rowid >= ?2 * ?4 AND (?3 IS NULL OR id = ?3)
ORDER BY paragraphs.rowid LIMIT ?5
"""
_RECORDS_WITH = "SELECT DISTINCT rowid / ?2 FROM paragraphs WHERE paragraphs MATCH ?1"
# "0" is the character after "/".
_OF_ISSUE = """
SELECT id, body, shard FROM records WHERE id > ?1 || '/' AND id < ?1 || '0' ORDER BY number
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

    def with_phrase(self, phrase: Sequence[str], record_id: str | None) -> Iterator[RecordText]:
        """Yield the bodies, or that of one record, that may have words in a row.

        None that has them is left out.
        """
        parts = [phrase[start : start + _PART] for start in range(0, len(phrase), _PART)]
        first, *others = [f'"{" ".join(part)}"' for part in parts[:_MOST_PARTS]]
        having_others = []
        for other in others:
            rows = self.query(_RECORDS_WITH, other, _MOST_PARAGRAPHS)
            having_others.append({number for (number,) in rows})
        yield from self._with(first, record_id, having_others)

    def with_words(self, wanted: Sequence[str], record_id: str | None) -> Iterator[RecordText]:
        """Yield the bodies, or that of one record, with a paragraph that may have all words."""
        return self._with(" AND ".join(f'"{word}"' for word in wanted), record_id)

    def _with(
        self, match: str, record_id: str | None, among: Sequence[set[int]] = ()
    ) -> Iterator[RecordText]:
        after = 0
        while found := self.query(_HOLDING, match, after, record_id, _MOST_PARAGRAPHS, _BATCH):
            after = found[-1][0] + 1
            for number, record in found:
                if all(number in numbers for numbers in among) and (text := self.text(record)):
                    yield text

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
        if issue is None or record_id not in issue.bodies:
            return None
        if role != "body" and (record_id, role) not in issue.spans_of:
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
            connection.execute("SELECT rowid FROM paragraphs LIMIT 1").fetchall()
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
            columns = done, record.id, record.body, shard.number
            connection.execute("INSERT INTO records VALUES (?, ?, ?, ?)", columns)
            rows = enumerate(_paragraphs(record.body), start=done * _MOST_PARAGRAPHS)
            connection.executemany("INSERT INTO paragraphs (rowid, words) VALUES (?, ?)", rows)
        if progress:
            progress(done)
    connection.commit()
    return connection


def _paragraphs(body: str) -> Iterator[str]:
    """Return the words of each paragraph, and some of what follows it."""
    rows = []
    following: list[str] = []
    for folded in map(fold, reversed(body.split("\n\n"))):
        rows.append(" ".join([folded, *following]))
        following = [*folded.split(None, _PART)[:_PART], *following][:_PART]
    return reversed(rows)

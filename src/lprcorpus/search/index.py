"""An index of a corpus, in SQLite: the rows that a search needs, and the words of the bodies in FTS5.

It belongs to a :class:`~lprcorpus.corpus.Corpus` and is closed with it. A small corpus is indexed
in memory; a large one in a file in the user's cache folder, named by what the corpus's files hold.
FTS5 only finds the records that may hold some words: where they are is looked for in
:mod:`lprcorpus.search.words`, so that nothing depends on how SQLite divides text.
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
from dataclasses import astuple, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from lprcorpus.corpus import Corpus, Shard
from lprcorpus.errors import DataError, UsageError
from lprcorpus.search.words import fold
from lprcorpus.typed_rows import column_names, grouped, table_rows

__all__ = [
    "IndexedBlock",
    "IndexedEdit",
    "IndexedIssue",
    "IndexedRecord",
    "IndexedSpan",
    "TextIndex",
    "index_of",
]

# Bytes of the files of ``records`` up to which a corpus is indexed in memory each time: that takes
# milliseconds.
IN_MEMORY_BYTES = 2 * 1024 * 1024
# Version of the index files: a new one leaves the old files behind.
_FORMAT = b"3"
# Words of a phrase that FTS5 is asked for; the rest are compared afterwards.
_MOST_WORDS = 24
# Records that are fetched at a time, so that a search with a limit need not wait for all.
_BATCH = 100
_DAY = 24 * 60 * 60

Progress = Callable[[int], None]
Shape = TypeVar("Shape")


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


@dataclass(frozen=True)
class IssueRow:
    """What a search needs of the row of an issue."""

    id: str
    raw_path: str
    raw_sha256: str
    raw_chars: int


@dataclass(frozen=True)
class IndexedIssue(IssueRow):
    """An issue with its other rows: blocks by record, spans by record and role, and all spans and edits in order."""

    blocks: dict[str, list[IndexedBlock]]
    texts: dict[tuple[str | None, str], list[IndexedSpan]]
    spans: list[IndexedSpan]
    edits: list[IndexedEdit]


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

    def record(self, record_id: str) -> IndexedRecord | None:
        """Return a record, or None if there is no such record."""
        found = self._query("SELECT id, issue_id, body FROM records WHERE id = ?", record_id)
        return IndexedRecord(*found[0]) if found else None

    def issues(self, raw_sha256: str) -> list[str]:
        """Return the ids of the issues whose raw text has a SHA-256 that begins with some digits."""
        found = self._query(
            "SELECT id FROM issues WHERE raw_sha256 >= ?1 AND raw_sha256 < ?1 || 'g'", raw_sha256
        )
        return [row[0] for row in found]

    def issue(self, issue_id: str) -> IndexedIssue | None:
        """Return an issue, or None if there is no such issue."""
        found = self._query("SELECT * FROM issues WHERE id = ?", issue_id)
        if not found:
            return None
        _, raw_path, raw_sha256, raw_chars, packed_blocks, packed_spans, packed_edits = found[0]
        spans = _unpacked(packed_spans, "spans", IndexedSpan)
        blocks = _unpacked(packed_blocks, "blocks", IndexedBlock)
        return IndexedIssue(
            id=issue_id,
            raw_path=raw_path,
            raw_sha256=raw_sha256,
            raw_chars=raw_chars,
            blocks=grouped(blocks, key=lambda block: block.record_id),
            texts=grouped(spans, key=lambda span: (span.record_id, span.role)),
            spans=spans,
            edits=_unpacked(packed_edits, "edits", IndexedEdit),
        )

    def record_ids(self, issue_id: str | None = None) -> list[str]:
        """Return the ids of the records of an issue, or of all, in the order of the table."""
        found = self._query(
            "SELECT id FROM records WHERE ?1 IS NULL OR issue_id = ?1 ORDER BY rowid", issue_id
        )
        return [row[0] for row in found]

    def holding(self, phrases: Sequence[Sequence[str]]) -> Iterator[str]:
        """Yield the ids of the records whose bodies may hold all of some phrases of folded words, in the table's order.

        A record that contains them is never left out; one that does not may be yielded.
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
        self._query(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, folded, row)"
        )
        return [row[0] for row in self._query("SELECT term FROM temp.vocabulary ORDER BY term")]


def index_of(corpus: Corpus | None = None, progress: Progress | None = None) -> TextIndex:
    """Return the index of a corpus, or of the packaged one: the same one for as long as the corpus is open.

    Args:
        corpus: the corpus.
        progress: called after every 1,000 records that are indexed, with their number so far.

    Raises:
        DataError: a table is not what its schema says.
        UsageError: a table cannot be read, the corpus is closed, or this Python's SQLite has no
            full-text search.
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
        # A search that takes longer is better than none. SQLite keeps a database without a name in
        # a file that it removes.
        advice = "it is made again each time; name a folder with LPRCORPUS_CACHE"
        warnings.warn(f"the index cannot be kept: {error}; {advice}", stacklevel=2)
        return _filled("", corpus, progress)


def _cache_folder() -> Path:
    """Return the folder for index files; RuntimeError if the user has no home."""
    if named := os.environ.get("LPRCORPUS_CACHE"):
        return Path(named)
    base = (
        os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    )
    return Path(base, "lprcorpus")


def _digest(corpus: Corpus) -> str:
    digest = hashlib.sha256(_FORMAT)
    for table in ("issues", "records", "blocks", "spans", "edits"):
        for path in corpus.files(table):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def _reopened(path: Path) -> sqlite3.Connection | None:
    """Open an index file; None if there is none, or one that a full disk or another program spoilt."""
    if not path.exists():
        return None
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )
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
    connection.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
        "CREATE TABLE issues (id PRIMARY KEY, raw_path, raw_sha256, raw_chars, blocks, spans, edits);"
        "CREATE TABLE records (id PRIMARY KEY, issue_id, body);"
    )
    try:
        # The tokenizer "ascii" takes whatever is not ASCII for a letter: words are what fold() puts
        # spaces between.
        connection.execute(
            "CREATE VIRTUAL TABLE folded USING fts5(words, content='', tokenize='ascii')"
        )
    except sqlite3.OperationalError:
        found = f"the SQLite {sqlite3.sqlite_version} of this Python has none"
        raise UsageError(
            f"a search needs SQLite with FTS5; {found}; expected one as python.org's Python brings it"
        ) from None
    done = 0
    for shard in corpus.shards():
        blocks = _packed(shard, "blocks", IndexedBlock)
        spans = _packed(shard, "spans", IndexedSpan)
        edits = _packed(shard, "edits", IndexedEdit)
        for issue in shard.rows("issues", IssueRow):
            rows = [packed.get(issue.id) for packed in (blocks, spans, edits)]
            connection.execute(
                "INSERT INTO issues VALUES (?, ?, ?, ?, ?, ?, ?)", (*astuple(issue), *rows)
            )
        for record in shard.rows("records", IndexedRecord):
            done += 1
            connection.execute(
                "INSERT INTO records VALUES (?, ?, ?)", (record.id, record.issue_id, record.body)
            )
            connection.execute(
                "INSERT INTO folded (rowid, words) VALUES (?, ?)", (done, fold(record.body))
            )
            if progress and done % 1000 == 0:
                progress(done)
    connection.commit()


def _packed(shard: Shard, name: str, shape: type[Any]) -> dict[str, bytes]:
    """Return the rows of a table by the id of their issue, each issue's as a stream of Arrow.

    Row by row, SQLite takes several times as long for them as FTS5 for the bodies
    (benchmarks/find.py).
    """
    import pyarrow as pa

    rows = shard.table(name, column_names(shape))
    for column in column_names(shape):
        if column not in rows.column_names:
            raise DataError(
                f"{name}.{column}: found no such column; expected one; run lprcorpus validate"
            )
    # The first column is the issue's id, or a record's, which begins with it.
    ids = [str(value).partition("/")[0] for value in rows.column(0).to_pylist()]
    slices: dict[str, list[pa.Table]] = {}
    start = 0
    for issue_id, run in groupby(ids):
        size = len(list(run))
        slices.setdefault(issue_id, []).append(rows.slice(start, size))
        start += size
    packed = {}
    for issue_id, parts in slices.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema) as writer:
            writer.write_table(pa.concat_tables(parts))
        packed[issue_id] = sink.getvalue().to_pybytes()
    return packed


def _unpacked(packed: bytes | None, name: str, shape: type[Shape]) -> list[Shape]:
    import pyarrow as pa

    if packed is None:
        return []
    return list(table_rows(pa.ipc.open_stream(packed).read_all(), name, shape))

"""An index of the bodies, in SQLite: full text by its FTS5, so that a large corpus is searched without reading it.

A small corpus is indexed in memory, which takes milliseconds. A large one gets a file in the user's cache, outside the corpus,
named by what the corpus says: a new edition gets a new file. FTS5 finds the records; the words are then compared here, with
:mod:`lprcorpus.search.words`, so that nothing depends on how SQLite divides text.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import astuple
from functools import lru_cache
from itertools import chain
from pathlib import Path

from lprcorpus.corpus import Corpus
from lprcorpus.errors import OutputError, UsageError
from lprcorpus.search.texts import BlockExtent, PageExtent, Text, read_texts
from lprcorpus.search.words import words

__all__ = ["TextIndex", "cache_folder", "index_of", "open_index"]

IN_MEMORY_BYTES = 2 * 1024 * 1024
"""Size of the files of ``records`` up to which a corpus is indexed in memory each time."""

FORMAT = 1
"""Version of the index files: a new one leaves the old files behind."""

_MOST_WORDS = 24
"""Words of a phrase that FTS5 is asked for; the rest are compared afterwards."""

_TABLES = """
CREATE TABLE texts (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL, places TEXT NOT NULL);
CREATE VIRTUAL TABLE folded USING fts5(words, content='', tokenize='unicode61 remove_diacritics 0');
"""


class TextIndex:
    """The texts of one edition of a corpus: by id, and by the words they hold."""

    def __init__(self, connection: sqlite3.Connection, name: str, version: str) -> None:
        """Hold an index.

        Args:
            connection: the database, filled.
            name: the corpus's identifier.
            version: the version of its data.
        """
        self.name = name
        self.version = version
        self._connection = connection

    @classmethod
    def of(cls, texts: Iterable[Text], name: str, version: str) -> TextIndex:
        """Return an index in memory."""
        connection = sqlite3.connect(":memory:")
        _fill(connection, texts)
        return cls(connection, name, version)

    def get(self, record: str) -> Text | None:
        """Return the text of a record, or None if there is no such record."""
        row = self._connection.execute("SELECT id, body, places FROM texts WHERE id = ?", (record,)).fetchone()
        return _text(*row) if row else None

    def ids(self) -> list[str]:
        """Return the ids of all records."""
        return [row[0] for row in self._connection.execute("SELECT id FROM texts ORDER BY number")]

    def holding(self, phrases: Sequence[Sequence[str]], *, all_words: bool = False) -> Iterator[Text]:
        """Yield the texts that may hold one of some phrases of folded words, or all words of the phrases, in order.

        A text that holds them is never left out; one that does not may be yielded.
        """
        quoted = [[f'"{word}"' for word in phrase[:_MOST_WORDS] if _is_indexed(word)] for phrase in phrases]
        kept = [parts for parts in quoted if parts]
        if len(kept) < len(quoted):  # a phrase of which FTS5 keeps no word
            rows = self._connection.execute("SELECT id, body, places FROM texts ORDER BY number")
        else:
            match = " AND ".join(chain.from_iterable(kept)) if all_words else " OR ".join(" + ".join(parts) for parts in kept)
            rows = self._connection.execute(
                "SELECT id, body, places FROM folded JOIN texts ON number = folded.rowid WHERE words MATCH ? ORDER BY number",
                (match,),
            )
        for row in rows:
            yield _text(*row)

    def is_common(self, phrase: Sequence[str], many: int) -> bool:
        """Tell whether so many texts, or more, hold a phrase of folded words."""
        quoted = [f'"{word}"' for word in phrase[:_MOST_WORDS] if _is_indexed(word)]
        if not quoted:
            return True
        query = "SELECT count(*) FROM (SELECT rowid FROM folded WHERE words MATCH ? LIMIT ?)"
        return bool(self._connection.execute(query, (" + ".join(quoted), many)).fetchone()[0] >= many)

    def vocabulary(self) -> list[str]:
        """Return the folded words of all texts, sorted."""
        self._connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, folded, row)")
        return [row[0] for row in self._connection.execute("SELECT term FROM temp.vocabulary ORDER BY term")]

    def all(self) -> Iterator[Text]:
        """Yield all texts."""
        for row in self._connection.execute("SELECT id, body, places FROM texts ORDER BY number"):
            yield _text(*row)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


def open_index(corpus: Corpus, progress: Callable[[int], None] | None = None) -> TextIndex:
    """Return the index of a corpus: in memory for a small one, else from its file, which is made where it is missing.

    Args:
        corpus: the corpus.
        progress: called after every 1,000 texts indexed into a new file, with their number so far.

    Raises:
        CorpusNotFound: a table of the corpus cannot be read.
        OutputError: the index file cannot be written.
        UsageError: this Python's SQLite has no full-text search.
    """
    name = str(corpus.descriptor.get("name", corpus.folder.name))
    if sum(path.stat().st_size for path in corpus.files("records") if path.exists()) <= IN_MEMORY_BYTES:
        return TextIndex.of(read_texts(corpus), name, corpus.version)
    path = cache_folder() / f"{name}-{_digest(corpus)}.sqlite"
    if not _is_whole(path):
        _write(path, read_texts(corpus), progress)
    return TextIndex(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True), name, corpus.version)


def _is_whole(path: Path) -> bool:
    """Tell whether an index file is there and can be read; one that a full disk or another program spoilt is made anew."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("SELECT number FROM texts LIMIT 1").fetchall()
            connection.execute("SELECT rowid FROM folded LIMIT 1").fetchall()
    except sqlite3.Error:
        return False
    return True


_OPEN: dict[tuple[Path, str], TextIndex] = {}
"""The indexes that this process has opened, by the corpus's folder and what it says."""


def index_of(corpus: Corpus, progress: Callable[[int], None] | None = None) -> TextIndex:
    """Return the index of a corpus as :func:`open_index` does, the same one for as long as the corpus says the same."""
    key = corpus.folder.absolute(), _digest(corpus)
    if key not in _OPEN:
        _OPEN[key] = open_index(corpus, progress)
    return _OPEN[key]


def cache_folder() -> Path:
    """Return the folder for index files: ``$LPRCORPUS_CACHE``, or ``lprcorpus`` in the user's cache folder."""
    named = os.environ.get("LPRCORPUS_CACHE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "lprcorpus"


def _digest(corpus: Corpus) -> str:
    """Return a digest of what the tables that an index is made from say, and of the form of the index."""
    wanted = ("issues", "records", "blocks", "spans", "edits")
    said = {
        resource["name"]: resource.get("contentDigest", resource["path"])
        for resource in corpus.descriptor["resources"]
        if resource["name"] in wanted
    }
    return hashlib.sha256(json.dumps([FORMAT, said], sort_keys=True).encode()).hexdigest()[:20]


def _write(path: Path, texts: Iterable[Text], progress: Callable[[int], None] | None) -> None:
    """Write an index file: under another name first, so that a half-made one is never read."""
    unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(unfinished)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            _fill(connection, texts, progress)
        unfinished.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise OutputError(f"{path}: the index cannot be written: {error}; name another folder with LPRCORPUS_CACHE") from None
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection, texts: Iterable[Text], progress: Callable[[int], None] | None = None) -> None:
    try:
        connection.executescript(_TABLES)
    except sqlite3.OperationalError as error:
        if "fts5" not in str(error):
            raise
        found = f"the SQLite {sqlite3.sqlite_version} of this Python has none"
        raise UsageError(f"a search needs SQLite with FTS5; {found}; expected one as python.org's Python brings it") from None
    for number, text in enumerate(texts, start=1):
        places = json.dumps([[astuple(block) for block in text.blocks], [astuple(extent) for extent in text.pages]])
        connection.execute("INSERT INTO texts VALUES (?, ?, ?, ?)", (number, text.id, text.body, places))
        connection.execute("INSERT INTO folded (rowid, words) VALUES (?, ?)", (number, _folded(text.body)))
        if progress and number % 1000 == 0:
            progress(number)
    connection.commit()


@lru_cache(maxsize=64)
def _folded(body: str) -> str:
    return " ".join(word.folded for word in words(body))


@lru_cache(maxsize=256)
def _text(record: str, body: str, places: str) -> Text:
    blocks, pages = json.loads(places)
    return Text(record, body, tuple(BlockExtent(*block) for block in blocks), tuple(PageExtent(*extent) for extent in pages))


@lru_cache(maxsize=1 << 12)
def _is_indexed(word: str) -> bool:
    """Tell whether FTS5 keeps a word: it drops what its Unicode tables do not know as letters or digits."""
    if word.isascii():
        return True
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(w, tokenize='unicode61 remove_diacritics 0')")
        connection.execute("INSERT INTO t VALUES (?)", (word,))
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab('t', 'row')")
        return bool(connection.execute("SELECT count(*) FROM v").fetchone()[0])

"""A built corpus, opened for reading.

Whoever opens a corpus gets one edition of it. Its names and paths are checked as it is opened, and
the state of each file is kept: a file that another build has replaced since is refused, so that
rows of two editions never mix.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from lprcorpus.errors import (
    CorpusChanged,
    CorpusNotFound,
    DataError,
    OutputError,
    UnknownName,
    UnsafeCorpus,
    UsageError,
    system_reason,
)
from lprcorpus.files import read_regular
from lprcorpus.identifiers import (
    CORPUS_NAME,
    ISSUE_ID,
    RAW_PATH,
    is_identifier,
    leads_inside,
    stays_inside,
)
from lprcorpus.locations import data_folder, raw_folder
from lprcorpus.messages import count, shorten
from lprcorpus.table_files import TableFile, state_of
from lprcorpus.typed_rows import read_rows

if TYPE_CHECKING:
    import pyarrow as pa

    from lprcorpus.metadata import Metadata

# The file that describes a corpus.
DESCRIPTOR = "datapackage.json"

# The major version of the data that this code reads.
MAJOR = 0

_VERSION = re.compile(r"([0-9]{1,9})(\..*)?")

Shape = TypeVar("Shape")
Kept = TypeVar("Kept")


class _HasRawText(Protocol):
    """An issue, as far as its raw text goes: any class with these two columns of ``issues``."""

    @property
    def raw_path(self) -> str: ...

    @property
    def raw_sha256(self) -> str: ...


class Corpus:
    """A folder that contains a built corpus.

    It can be used in a ``with`` statement and by several threads at once. Sent to another process,
    it reads the same edition there.

    >>> from lprcorpus.schema import Record
    >>> with Corpus() as corpus:
    ...     corpus.row("records", Record, "lpr-1-2/hourglass-of-the-free").title
    'Hourglass of the Free'

    Attributes:
        folder: the folder with its ``datapackage.json``.
        descriptor: the content of ``datapackage.json``.
    """

    def __init__(self, folder: Path | str | None = None) -> None:
        """Open a corpus.

        Args:
            folder: the folder with its ``datapackage.json``; by default the one that came with the
                package.

        Raises:
            CorpusNotFound: the folder is no corpus, or of a version that this code does not know.
            CorpusChanged: another build takes its place just now.
            UnsafeCorpus: its name, the identifier of an issue or a path leads out of the folder.
        """
        self.folder = data_folder() if folder is None else Path(folder)
        self._is_closed = False
        self._kept: dict[tuple[object, int], Any] = {}  # by the class and the process
        self._resources: dict[str, dict[str, Any]] = {}
        self._files: dict[str, tuple[TableFile, ...]] = {}
        path = self.folder / DESCRIPTOR
        state = state_of(path)
        self.descriptor = read_descriptor(path)
        self._check_version(path)
        self._check_name(path)
        for number, resource in enumerate(self.descriptor["resources"]):
            place = f"{path}: resources[{number}]"
            # The links of the packaged corpus are the installer's: Bazel and Nix make a package
            # of links.
            self._check_paths(place, resource, follow_links=folder is None)
            if isinstance(resource, dict) and resource.get("type") == "table":
                self._add_table(place, resource)
        if state_of(path) != state:
            raise CorpusChanged(f"{self.folder}: has changed while it was opened; open it again")
        self._check_issues()

    def _check_version(self, path: Path) -> None:
        match = _VERSION.fullmatch(self.version)
        if match is None:
            found = shorten(self.version)
            raise CorpusNotFound(f"{path}: found version {found}; expected one such as '0.1.0'")
        if int(match[1]) > MAJOR:
            problem = f"the corpus has version {self.version}, which is newer than this code reads"
            raise CorpusNotFound(f"{path}: {problem} ({MAJOR}.x): pip install --upgrade lprcorpus")

    def _check_name(self, path: Path) -> None:
        name = self.descriptor.get("name", "lprcorpus")
        if not is_identifier(name, CORPUS_NAME):
            raise _unsafe(f"{path}: name", name, "a name such as 'lprcorpus'")

    def _check_paths(self, place: str, resource: object, *, follow_links: bool) -> None:
        root = self.folder.resolve()
        for inner in _paths(resource):
            if not stays_inside(inner):
                expected = "a path inside the folder, such as 'records.parquet'"
                raise _unsafe(f"{place}.path", inner, expected)
            if not follow_links and not leads_inside(root / inner, root):
                expected = "a file inside the folder, and no link that leaves it"
                raise _unsafe(f"{place}.path", inner, expected)

    def _add_table(self, place: str, resource: dict[str, Any]) -> None:
        """Keep what the descriptor says of a table, and the state of its files."""
        name = resource.get("name")
        paths = _paths(resource)
        if not isinstance(name, str) or not paths:
            problem = "a table without a name or without files; expected both"
            raise CorpusNotFound(f"{place}: {problem}")
        self._resources[name] = resource
        self._files[name] = tuple(TableFile.at(self.folder / inner) for inner in paths)

    def _check_issues(self) -> None:
        """Check the identifiers of the issues, which become names of files."""
        patterns = {"id": ISSUE_ID, "raw_path": RAW_PATH}
        for table_file in self._files.get("issues", ()):
            if table_file.state is None:
                continue
            with table_file.open() as file:
                present = [name for name in patterns if name in file.schema_arrow.names]
                columns = file.read(columns=present).to_pydict()
            for name, values in columns.items():
                for value in values:
                    if not is_identifier(value, patterns[name]):
                        place = f"{table_file.path}: issues.{name}"
                        raise _unsafe(place, value, "an identifier such as 'lpr-1-2'")

    def keep(self, kind: Callable[[Corpus], Kept]) -> Kept:
        """Return what a class makes of this corpus, once in each process; it closes with it."""
        self._check_open()
        key = kind, os.getpid()
        # Where two threads come at once, both get the same one.
        kept: Kept = self._kept.get(key) or self._kept.setdefault(key, kind(self))
        return kept

    def __getstate__(self) -> dict[str, Any]:
        # What is kept with a corpus stays in its process.
        return {**self.__dict__, "_kept": {}}

    def __enter__(self) -> Corpus:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the corpus, and what is kept with it: no table can be read from it any more."""
        self._is_closed = True
        for (_, process), kept in self._kept.items():
            if process == os.getpid():
                kept.close()

    def _check_open(self) -> None:
        if self._is_closed:
            raise UsageError(f"{self.folder}: the corpus is closed; open it again")

    @property
    def version(self) -> str:
        """The version of the data."""
        return str(self.descriptor.get("version", ""))

    @property
    def name(self) -> str:
        """The name of the corpus, which names of files may be made of."""
        return str(self.descriptor.get("name", "lprcorpus"))

    @property
    def about(self) -> Metadata:
        """What the descriptor says of the whole; what it does not say as it should is left out."""
        # Imported here, for it imports a parser of TOML, which most who open a corpus do without.
        from lprcorpus.metadata import descriptor_metadata

        return descriptor_metadata(self.descriptor)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables."""
        return tuple(self._resources)

    def resource(self, name: str) -> dict[str, Any]:
        """Return what the descriptor says of a table; UnknownName where there is no such table."""
        if name not in self._resources:
            raise UnknownName("table", name, self._resources)
        return self._resources[name]

    def table_files(self, name: str) -> tuple[TableFile, ...]:
        """Return the files of a table, to be opened one by one.

        Raises:
            UnknownName: there is no such table.
            UsageError: the corpus is closed.
        """
        self.resource(name)
        self._check_open()
        return self._files[name]

    def files(self, name: str) -> tuple[Path, ...]:
        """Return the paths of a table's files."""
        return tuple(file.path for file in self.table_files(name))

    def count(self, name: str) -> int:
        """Return the number of rows of a table, as its files say."""
        total = 0
        for table_file in self.table_files(name):
            with table_file.open() as file:
                total += file.metadata.num_rows
        return total

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns, in Arrow.

        Raises:
            UnknownName: there is no such table.
            CorpusNotFound: a file of it is missing or is not Parquet.
            CorpusChanged: a file of it was replaced since the corpus was opened.
        """
        import pyarrow as pa

        return pa.concat_tables(self.parts(name, columns))

    def parts(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield a table as :meth:`table` gives it, one file at a time."""
        for number in range(len(self.table_files(name))):
            yield Shard(self, number).table(name, columns)

    def rows(self, name: str, shape: type[Shape], **among: Collection[str]) -> Iterator[Shape]:
        """Yield rows of a table as objects of a class: one file in memory at a time.

        Args:
            name: the table.
            shape: a model of the schema, or a dataclass whose fields are the columns to read.
            **among: values by the name of a column: only the rows that have one of these values.

        Raises:
            UnknownName: there is no such table.
            CorpusNotFound: a file of it is missing or is not Parquet.
            CorpusChanged: a file of it was replaced since the corpus was opened.
            DataError: a row is not what the class says.

        >>> from lprcorpus.schema import Block
        >>> poem = {"lpr-1-2/hourglass-of-the-free"}
        >>> [block.kind for block in Corpus().rows("blocks", Block, record_id=poem)]
        ['verse', 'verse', 'verse']
        """
        for number in range(len(self.table_files(name))):
            yield from Shard(self, number).rows(name, shape, **among)

    def row(self, name: str, shape: type[Shape], key: str) -> Shape:
        """Return the row of a table whose ``id`` is a key; it raises what :meth:`rows` does.

        Raises:
            UnknownName: there is no such row; the message gives the ids that come near.
        """
        for row in self.rows(name, shape, id={key}):
            return row
        known = self.table(name, ["id"]).column("id").to_pylist()
        raise UnknownName(name.removesuffix("s"), key, map(str, known))

    def shards(self) -> Iterator[Shard]:
        """Yield the corpus shard by shard.

        Raises:
            DataError: the tables have different numbers of files.
        """
        number = max(map(len, self._files.values()), default=0)
        for name, files in self._files.items():
            if len(files) != number:
                expected = f"expected {number}, as another table has"
                raise DataError(
                    f"{self.folder}: {name}: found {count(len(files), 'file')}; {expected}"
                )
        for shard in range(number):
            yield Shard(self, shard)

    @property
    def raw_folder(self) -> Path:
        """The folder of the raw texts, which a copy of the corpus may lack."""
        return raw_folder(self.folder)

    def check_output(self, path: Path) -> None:
        """Check that nothing is written over a file of this corpus, or over one of its raw texts.

        Raises:
            OutputError: it would be.
        """
        real = path.resolve()
        for folder in (self.folder, self.raw_folder):
            if real.is_file() and real.is_relative_to(folder.resolve()):
                problem = "belongs to the corpus that is read"
                raise OutputError(f"{path}: {problem}; expected another place to write to")

    def raw_text(self, issue: _HasRawText) -> str:
        """Return the raw text of an issue: the very text that the corpus was built from.

        Raises:
            CorpusNotFound: the raw text is not there, or cannot be read.
            DataError: the file is another text.
        """
        import hashlib

        path = self.raw_folder / Path(issue.raw_path).name
        try:
            data = read_regular(path)
        except OSError as error:
            reason = system_reason(error)
            raise CorpusNotFound(f"{path}: the raw text cannot be read: {reason}") from None
        # Not by its path: a link that leads to another file shows in the hash.
        if hashlib.sha256(data).hexdigest() != issue.raw_sha256:
            problem = "is not the text that the corpus was built from"
            raise DataError(f"{path}: {problem}; build it again, or bring the text back")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise CorpusNotFound(f"{path}: the raw text cannot be read: {error}") from None


@contextmanager
def opened(corpus: Corpus | None) -> Iterator[Corpus]:
    """Give a corpus as it was opened; where there is none, the packaged one, closed at the end."""
    if corpus is not None:
        yield corpus
        return
    with Corpus() as packaged:
        yield packaged


@dataclass(frozen=True)
class Shard:
    """The files of one number: all rows of some issues, in all tables."""

    corpus: Corpus
    number: int

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the shard's rows of a table in Arrow, as :meth:`Corpus.table` does."""
        with self.corpus.table_files(name)[self.number].open() as file:
            return file.read(columns=None if columns is None else list(columns))

    def rows(self, name: str, shape: type[Shape], **among: Collection[str]) -> Iterator[Shape]:
        """Yield the shard's rows of a table as objects of a class, as :meth:`Corpus.rows` does."""
        with self.corpus.table_files(name)[self.number].open() as file:
            yield from read_rows(file, name, shape, among)


def read_descriptor(path: Path) -> dict[str, Any]:
    """Return the content of a descriptor.

    Raises:
        CorpusNotFound: it is not there, or is not the descriptor of a data package.
    """
    try:
        content = json.loads(read_regular(path))
    except OSError as error:
        reason = system_reason(error)
        raise CorpusNotFound(f"{path}: {reason}; expected the folder of a built corpus") from None
    except (ValueError, RecursionError) as error:
        reason = str(error).partition(";")[0]  # of a number too long, not what Python advises
        problem = f"not JSON: {reason}; expected the descriptor of a built corpus"
        raise CorpusNotFound(f"{path}: {problem}") from None
    if not isinstance(content, dict) or not isinstance(content.get("resources"), list):
        raise CorpusNotFound(f"{path}: no data package; expected the descriptor of a built corpus")
    return content


def _paths(resource: object) -> list[str]:
    """Return the paths of a resource, one or a list; none where they are anything else."""
    path = resource.get("path") if isinstance(resource, dict) else None
    paths = path if isinstance(path, list) else [path]
    found = [entry for entry in paths if isinstance(entry, str)]
    return found if len(found) == len(paths) else []


def _unsafe(place: str, found: object, expected: str) -> UnsafeCorpus:
    problem = f"found {shorten(found)}; expected {expected}; run lprcorpus validate"
    return UnsafeCorpus(f"{place}: {problem}")

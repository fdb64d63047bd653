"""The layer *files*: the files of a corpus that may be broken or hostile.

The one opener, :class:`lprcorpus.corpus.Corpus`, follows the descriptor and refuses a broken
corpus. A validation cannot trust the descriptor: it looks for the files that a build writes, and
later compares the descriptor with one that is made of them. Nothing outside the folder is read, and
no file before its size is known.
"""

from __future__ import annotations

import math
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from lprcorpus.corpus import DESCRIPTOR, read_descriptor
from lprcorpus.errors import CorpusNotFound, UsageError, system_reason
from lprcorpus.files import is_left_by_tools
from lprcorpus.identifiers import CORPUS_NAME, is_identifier, leads_inside, stays_inside
from lprcorpus.locations import raw_folder
from lprcorpus.messages import shorten
from lprcorpus.problems import Problem
from lprcorpus.publish.bibliography import REFERENCES
from lprcorpus.publish.facts import DataFile, describe_file
from lprcorpus.publish.render import is_built_file
from lprcorpus.schema import TABLES
from lprcorpus.validation.documents import entry, items_of

# Bytes of a metadata file or a manifest, at most. A descriptor has some 400 bytes for each issue.
LARGEST_METADATA = 32 * 1024 * 1024

# Bytes of the raw text of one issue, or of its layout, at most. It bounds the memory.
LARGEST_TEXT = 256 * 1024 * 1024

CITATION_FILES = ("CITATION.cff", ".zenodo.json", "ro-crate-metadata.json")

# What a release puts into the folder beside the files of a build.
_ALSO_HERE = {*CITATION_FILES, "raw", "CHANGELOG.md", "REUSE.toml", "LICENSES"}


class NotReadable(Exception):
    """A file that cannot or must not be read, as a problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def regular_file(folder: Path, name: str, limit: float = math.inf, shown: str = "") -> Path:
    """Return where a path leads: to a regular file in its folder, or in the Hub's store of it.

    NotReadable: there is none, it leads elsewhere, or it has more bytes than the limit. Its problem
    calls the file as it is ``shown``, or by the path.
    """
    problem = partial(Problem, file=shown or name)
    path = folder / name
    try:
        real = path.resolve(strict=True)
        state = real.stat()
    except (OSError, RuntimeError, ValueError):
        raise NotReadable(problem("file-missing", "no such file", "the file")) from None
    if not leads_inside(path, folder):
        found = f"a symbolic link that leaves {folder.name}/"
        raise NotReadable(problem("path-unsafe", found, "a file inside the folder"))
    if not stat.S_ISREG(state.st_mode):
        found = "something that is no regular file"
        raise NotReadable(problem("file-missing", found, "the file"))
    # Before anything is read: the file may have been made to fill the memory.
    if state.st_size > limit:
        found, expected = f"{state.st_size:,} bytes", f"{limit:,} at most"
        raise NotReadable(problem("file-too-large", found, expected))
    return real


def read_file(folder: Path, name: str, limit: float = LARGEST_METADATA, shown: str = "") -> bytes:
    """Return the content of a file; errors as in :func:`regular_file`."""
    path = regular_file(folder, name, limit, shown)
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {system_reason(error)}") from None


def open_raw_folder(root: Path) -> Path:
    """Return the folder of the raw texts and manifests: in that of the corpus, or beside it.

    NotReadable: there is none, or it leads away from the corpus.
    """
    path = raw_folder(root)
    # It may be a link, but only to a folder in that of the corpus or in the one around it.
    if path.is_dir() and leads_inside(path, root.parent):
        return path.resolve()
    found = "no such folder"
    if path.is_symlink():
        found = f"a symbolic link that leaves {path.parent.name}/"
    way_out = "--no-proof checks all the rest without them"
    expected = f"the raw texts, in the corpus or beside it; {way_out}"
    raise NotReadable(Problem("file-missing", found, expected, file="raw/"))


@dataclass
class Listing:
    """A folder that claims to contain a corpus, with what is in it."""

    folder: Path  # as it was given
    root: Path  # the same, resolved
    names: list[str]
    descriptor: Mapping[str, object]
    # The files of the tables and the references that are there, by their names.
    measures: dict[str, DataFile] = field(default_factory=dict)

    @property
    def shards(self) -> list[dict[str, str]]:
        """The names of the files of each shard, by table: all rows of some issues."""
        # The tables of a large corpus are in several files each, named as the Hub has it.
        pattern = re.compile(r"issues-\d{5}-of-\d{5}\.parquet")
        total = sum(1 for name in self.names if pattern.fullmatch(name))
        endings = [f"-{number:05d}-of-{total:05d}" for number in range(total)]
        if "issues.parquet" in self.names or not endings:
            endings = [""]
        shards = []
        for ending in endings:
            shards.append({table: f"{table}{ending}.parquet" for table in TABLES})
        return shards


def open_folder(folder: Path) -> Listing:
    """Open a folder, and read its descriptor; CorpusNotFound where it has none."""
    try:
        root = folder.resolve(strict=True)
        names = sorted(entry.name for entry in root.iterdir())
        if DESCRIPTOR in names:
            regular_file(root, DESCRIPTOR, LARGEST_METADATA)
    except NotReadable as error:
        raise CorpusNotFound(f"{folder}: {error}") from None
    except (OSError, RuntimeError, ValueError) as error:
        reason = system_reason(error) if isinstance(error, OSError) else str(error)
        expected = "expected the folder of a built corpus"
        raise CorpusNotFound(f"{folder}: {reason}; {expected}") from None
    return Listing(folder, root, names, read_descriptor(folder / DESCRIPTOR))


def table_of(name: str) -> str | None:
    """Return the table that a file, or a resource, is called after; None where it is none."""
    stem = re.split(r"\W", name)[0]
    return stem if stem in TABLES else None


def check_files(listing: Listing) -> Iterator[Problem]:
    """Find and measure the files; yield those that are not there, not as listed, or not a build's.

    UsageError: the system refuses to read one.
    """
    yield from _check_paths(listing.descriptor)
    listed = {}
    for resource in items_of(listing.descriptor["resources"]):
        if entry(resource, "type") != "table":
            listed[str(entry(resource, "path"))] = resource
    # The files that a build would write, whatever the descriptor lists.
    names = [name for name in REFERENCES if name in listing.names]
    for shard in listing.shards:
        names += shard.values()
    for name in names:
        try:
            regular_file(listing.root, name)
            listing.measures[name] = describe_file(listing.root, name)
        except NotReadable as error:
            yield replace(error.problem, table=table_of(name))
        except OSError as error:
            reason = system_reason(error)
            raise UsageError(f"{listing.root / name}: cannot be read: {reason}") from None
        else:
            yield from _compare(listing.measures[name], listed.get(name))
    for name in listing.names:
        if name.endswith(".parquet") and name not in names and not is_left_by_tools(name):
            expected = "no Parquet file beside those of the tables: datasets would read it"
            yield Problem("file-unlisted", "the file", expected, table_of(name), file=name)


def _check_paths(descriptor: Mapping[str, object]) -> Iterator[Problem]:
    """Yield names and paths that could lead out of the folder. None is followed."""
    name = descriptor.get("name", "lprcorpus")
    if not is_identifier(name, CORPUS_NAME):
        expected = "a name such as 'lprcorpus': files are called after it"
        yield Problem("path-unsafe", shorten(name), expected, column="name", file=DESCRIPTOR)
    for resource in items_of(descriptor["resources"]):
        stated = entry(resource, "path")
        for path in stated if isinstance(stated, list) else [stated]:
            if not stays_inside(path):
                table = table_of(str(entry(resource, "name")))
                expected = "a path inside the folder, such as 'records.parquet'"
                yield Problem("path-unsafe", shorten(path), expected, table, file=DESCRIPTOR)


def _compare(measured: DataFile, stated: object) -> Iterator[Problem]:
    """Yield where a file is not as the descriptor states it."""
    problem = partial(Problem, table=table_of(measured.path), file=measured.path)
    size, digest = entry(stated, "bytes"), entry(stated, "hash")
    if size != measured.bytes:
        yield problem("size-mismatch", f"{measured.bytes} bytes", f"{shorten(size)}, as listed")
    found = f"sha256:{measured.sha256}"
    if digest != found:
        yield problem("hash-mismatch", found, f"{shorten(digest)}, as listed")


def foreign_files(listing: Listing) -> list[str]:
    """Return what is in the folder that neither a build nor a release nor a tool puts there."""
    foreign = []
    for name in listing.names:
        if name not in _ALSO_HERE and not is_built_file(name) and not is_left_by_tools(name):
            foreign.append(name)
    return foreign

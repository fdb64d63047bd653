"""A release: everything of a corpus in one folder or archive, which needs nothing beside it."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from lprcorpus.corpus import DESCRIPTOR, Corpus
from lprcorpus.errors import DataError, OutputError, UsageError, system_reason
from lprcorpus.files import whole_file
from lprcorpus.layout_file import layout_path
from lprcorpus.locations import changelog
from lprcorpus.publish.render import FIGURES, is_built_file
from lprcorpus.publish.repository import deposit_files
from lprcorpus.release.research_crate import CRATE, research_crate
from lprcorpus.validation.validation import validate

__all__ = ["PackedRelease", "opened_edition", "pack"]

_STORED = {".parquet"}
"""Files that are compressed already: an archive takes them as they are."""

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest time that an archive can give a file: a release has no clock in it."""


@dataclass(frozen=True)
class _ReleaseFile:
    """A file of a release: its path there, and where it is or what is in it."""

    name: str
    source: Path | bytes

    def write(self, target: Path) -> None:
        """Write the file."""
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(self.source, Path):
            shutil.copyfile(self.source, target)
        else:
            target.write_bytes(self.source)

    def add_to(self, archive: zipfile.ZipFile) -> None:
        """Add the file to an archive, the same bytes whenever and wherever that is done."""
        entry = zipfile.ZipInfo(self.name, _FIRST_DAY)
        entry.create_system = 3  # Unix; else it is that of the machine
        entry.external_attr = 0o644 << 16
        stored = Path(self.name).suffix in _STORED
        entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        with archive.open(entry, "w", force_zip64=True) as stream:
            if isinstance(self.source, Path):
                with self.source.open("rb") as source:
                    shutil.copyfileobj(source, stream)
            else:
                stream.write(self.source)


@dataclass(frozen=True)
class PackedRelease:
    """What was packed.

    Attributes:
        out: where it is.
        version: the version of the corpus.
        files: its files, by their paths in the release.
    """

    out: Path
    version: str
    files: tuple[str, ...]


def pack(
    out: Path,
    folder: Path | str | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> PackedRelease:
    """Pack a corpus as a release: the tables, the raw texts, and all that describes them.

    Args:
        out: an archive to write if its name ends in ``.zip``; else a folder, which may be there if it is empty.
        folder: the folder of the corpus; the one that came with the package by default.
        progress: called now and then with the bytes validated and of all.

    Raises:
        CorpusNotFound: the folder is no corpus.
        DataError: the corpus is not valid; the message lists every problem.
        OutputError: the release cannot be written, or something is there already.
        MissingLibrary: the library that describes a release is not installed.
    """
    with Corpus(folder) as corpus:
        _refuse_taken(out)
        report = validate(corpus.folder, progress=progress)
        if not report.valid:
            problems = "\n".join(str(problem) for problem in report.problems)
            raise DataError(f"{corpus.folder}: not valid, so nothing was packed:\n{problems}")
        files = sorted(_release_files(corpus), key=lambda file: file.name)
        named = [file.name for file in files]
        crate = research_crate(corpus, named)
        files.append(_ReleaseFile(CRATE, crate))
        if out.suffix == ".zip":
            _write_archive(out, files)
        else:
            _write_folder(out, files)
        return PackedRelease(out, corpus.version, (*named, CRATE))


def _refuse_taken(out: Path) -> None:
    if out.suffix != ".zip" and out.is_dir() and not any(out.iterdir()):
        return
    if out.exists() or out.is_symlink():
        what = "a folder that is not empty" if out.is_dir() else "is there already"
        raise OutputError(f"{out}: {what}; expected a new folder, an empty one, or a new FILE.zip")


def _release_files(corpus: Corpus) -> Iterator[_ReleaseFile]:
    """Yield the files of a release, all but the one that describes it."""
    for path in corpus.folder.iterdir():
        if path.is_file() and is_built_file(path.name):
            yield _ReleaseFile(path.name, path)
    for path in (corpus.folder / FIGURES).iterdir():
        yield _ReleaseFile(f"{FIGURES}/{path.name}", path)
    for raw_path in corpus.table("issues", ["raw_path"]).column("raw_path").to_pylist():
        text = corpus.raw_folder / Path(raw_path).name
        for path in (text, text.with_suffix(".toml"), layout_path(text)):
            if path.is_file():  # a text that was typed has no layout
                yield _ReleaseFile(f"raw/{path.name}", path)
    for name, content in deposit_files(corpus.folder).items():
        yield _ReleaseFile(name, content.encode())
    try:
        yield _ReleaseFile("CHANGELOG.md", changelog().read_bytes())
    except OSError as error:
        raise UsageError(f"{changelog()}: cannot be read: {system_reason(error)}; expected the changelog") from None


def _write_archive(out: Path, files: list[_ReleaseFile]) -> None:
    with whole_file(out) as stream, zipfile.ZipFile(stream, "w", compresslevel=9) as archive:
        for file in files:
            file.add_to(archive)


def _write_folder(out: Path, files: list[_ReleaseFile]) -> None:
    """Write a folder that is there whole or not at all: beside its place first, then moved there."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{out.name}.", suffix=".part", dir=out.parent) as staging:
            whole = Path(staging) / out.name
            for file in files:
                file.write(whole / file.name)
            if out.exists():
                out.rmdir()  # it is empty
            whole.rename(out)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {system_reason(error)}") from None


@contextmanager
def opened_edition(path: Path) -> Iterator[Corpus]:
    """Open an edition: a folder with a corpus, a checkout with one in ``processed``, or a release in an archive.

    Raises:
        CorpusNotFound: it is none of these.
    """
    if path.is_file() and zipfile.is_zipfile(path):
        with TemporaryDirectory(prefix="lprcorpus-") as folder:
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder)
            with Corpus(Path(folder)) as corpus:
                yield corpus
        return
    inside = path / "processed"
    is_checkout = not (path / DESCRIPTOR).exists() and (inside / DESCRIPTOR).exists()
    with Corpus(inside if is_checkout else path) as corpus:
        yield corpus

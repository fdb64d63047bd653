"""A release: everything of a corpus in one folder or archive, which needs nothing beside it."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from lprcorpus.corpus import DESCRIPTOR, Corpus
from lprcorpus.errors import (
    CorpusNotFound,
    DataError,
    MissingLibrary,
    OutputError,
    system_reason,
)
from lprcorpus.files import is_left_by_tools, whole_file
from lprcorpus.layout_file import layout_path
from lprcorpus.locations import packaged_file
from lprcorpus.metadata import descriptor_metadata, to_json
from lprcorpus.publish.datapackage import PARQUET
from lprcorpus.publish.render import FIGURES, is_built_file
from lprcorpus.publish.repository import crate_properties, deposit_files
from lprcorpus.validation.validation import validate

# The earliest time that an archive can give a file: a release has no clock in it.
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)

_CRATE = "ro-crate-metadata.json"
# The version of RO-Crate: stated, because the library's own default moves with its releases.
_VERSION = "1.3"

_MEDIA_TYPES = {
    ".bib": "application/x-bibtex",
    ".cff": "application/yaml",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": PARQUET,
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
}


def pack(
    out: Path,
    folder: Path | str | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Pack a corpus as a release: the tables, the raw texts, and all that describes them.

    It is an archive if its name ends in ``.zip``; else a folder, new or empty. The files of the
    release are returned, by their paths in it.

    Raises:
        DataError: the corpus is not valid; the message lists every problem.
        OutputError: the release cannot be written, or something is there already.
    """
    with Corpus(folder) as corpus:
        _refuse_taken(out)
        report = validate(corpus.folder, progress=progress)
        if not report.valid:
            problems = "\n".join(map(str, report.problems))
            raise DataError(f"{corpus.folder}: not valid, so nothing was packed:\n{problems}")
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            # Beside its place first, so that a release is there whole or not at all.
            with TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as staging:
                return _write_release(corpus, Path(staging) / "release", out)
        except OSError as error:
            raise OutputError(f"{out}: cannot be written: {system_reason(error)}") from None


def _refuse_taken(out: Path) -> None:
    is_taken = out.exists() or out.is_symlink()
    if out.is_dir() and out.suffix != ".zip":
        is_taken = not all(is_left_by_tools(path.name) for path in out.iterdir())
    if is_taken:
        what = "a folder that is not empty" if out.is_dir() else "is there already"
        expected = "expected a new folder, an empty one, or a new FILE.zip"
        raise OutputError(f"{out}: {what}; {expected}")


def _write_release(corpus: Corpus, staged: Path, out: Path) -> list[str]:
    """Put a release together in a new folder, then in its place; return its files."""
    names = set()
    for name, source in _sources(corpus):
        target = staged / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        names.add(name)
    for name, content in deposit_files(corpus.folder).items():
        (staged / name).write_bytes(content.encode())
        names.add(name)
    (staged / _CRATE).write_bytes(_research_crate(corpus.descriptor, sorted(names)))
    in_order = sorted({*names, _CRATE})
    if out.suffix == ".zip":
        _archive(staged, in_order, out)
        return in_order
    out.mkdir(exist_ok=True)
    for path in staged.iterdir():
        path.rename(out / path.name)
    return in_order


def _sources(corpus: Corpus) -> Iterator[tuple[str, Path]]:
    """Yield the files that are copied into a release, each with its path there."""
    yield "CHANGELOG.md", packaged_file("CHANGELOG.md")
    for path in (*corpus.folder.glob("*"), *corpus.folder.glob(f"{FIGURES}/*")):
        name = path.relative_to(corpus.folder).as_posix()
        if path.is_file() and is_built_file(name):
            yield name, path
    for raw_path in corpus.table("issues", ["raw_path"]).column("raw_path").to_pylist():
        text = corpus.raw_folder / Path(raw_path).name
        for path in (text, text.with_suffix(".toml"), layout_path(text)):
            if path.is_file():  # a text that was typed has no layout
                yield f"raw/{path.name}", path


def _research_crate(descriptor: Mapping[str, Any], names: Sequence[str]) -> bytes:
    """Return the description of a release, given its ``datapackage.json`` and its other files."""
    try:
        from rocrate.model.contextentity import ContextEntity
        from rocrate.rocrate import ROCrate
    except ImportError:
        raise MissingLibrary("rocrate", "Packing a release", "release") from None
    metadata = descriptor_metadata(descriptor)
    crate = ROCrate(version=_VERSION)
    root = crate.root_dataset
    for key, value in crate_properties(metadata).items():
        root[key] = value
    for terms in metadata.licenses:
        properties = {"@type": "CreativeWork", "name": terms.title, "identifier": terms.name}
        root.append_to("license", crate.add(ContextEntity(crate, terms.url, properties)))
    for number, name in enumerate(metadata.creators, 1):
        properties = {"@type": "Organization", "name": name}
        creator = crate.add(ContextEntity(crate, f"#creator-{number}", properties))
        root.append_to("creator", creator)
        root.append_to("publisher", creator)
    for name in names:
        path = PurePosixPath(name)
        media_type = _MEDIA_TYPES.get(path.suffix, "text/plain")
        properties = {"name": path.name, "encodingFormat": media_type}
        crate.add_file(dest_path=name, properties=properties)
    return to_json(crate.metadata.generate()).encode()


def _archive(folder: Path, names: list[str], out: Path) -> None:
    """Write an archive of files, the same bytes whenever and wherever that is done."""
    with whole_file(out) as stream, zipfile.ZipFile(stream, "w", compresslevel=9) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.create_system = 3  # Unix; else it is that of the machine
            entry.external_attr = 0o644 << 16
            is_compressed = name.endswith(".parquet")  # already, by itself
            entry.compress_type = zipfile.ZIP_STORED if is_compressed else zipfile.ZIP_DEFLATED
            path = folder / name
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as part:
                shutil.copyfileobj(source, part)


@contextmanager
def opened_edition(path: Path) -> Iterator[Corpus]:
    """Open an edition: a folder with a corpus, a checkout with one in ``processed``, or an archive.

    CorpusNotFound: it is none of these, or the archive is damaged.
    """
    with TemporaryDirectory(prefix="lprcorpus-") as unpacked:
        folder = path
        if path.is_file() and zipfile.is_zipfile(path):
            folder = Path(unpacked)
            try:
                # extractall keeps names that lead elsewhere inside the folder.
                with zipfile.ZipFile(path) as archive:
                    archive.extractall(folder)
            except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
                raise CorpusNotFound(f"{path}: cannot be unpacked: {error}") from None
        elif not (path / DESCRIPTOR).exists() and (path / "processed" / DESCRIPTOR).exists():
            folder = path / "processed"
        with Corpus(folder) as corpus:
            yield corpus

"""Where the package's own data is: in an installed wheel, in a checkout, or in a zip archive.

That of an archive is unpacked for as long as the process runs, for PyArrow takes paths.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lprcorpus.errors import CorpusNotFound

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_PACKAGE = Path(__file__).absolute().parent


@cache
def _home() -> Path:
    """Return the folder that contains ``processed/``, ``raw/`` and ``datacard.md``."""
    # First where the package seems to be: Bazel and Nix make a package of links, and its data
    # need not be beside what the links lead to. Then where it is.
    real = Path(__file__).resolve().parent
    for package in (_PACKAGE, real):
        if (package / "data").is_dir():
            return package / "data"
    return real.parents[1] if real.is_dir() else _unpacked()


def _unpacked() -> Path:
    """Unpack the data of a package in an archive; the folder is removed when the process ends.

    Raises:
        CorpusNotFound: the archive contains no data, or there is nowhere to unpack it to.
    """
    import atexit
    from importlib.resources import files
    from tempfile import TemporaryDirectory

    data = files("lprcorpus") / "data"
    if not data.is_dir():
        problem = "not in the archive; expected the data of the corpus"
        raise CorpusNotFound(f"{_PACKAGE / 'data'}: {problem}")
    try:
        folder = TemporaryDirectory(prefix="lprcorpus-")
        atexit.register(folder.cleanup)
        _copy(data, Path(folder.name))
    except OSError as error:
        problem = f"cannot be unpacked: {error}; expected a folder for temporary files"
        raise CorpusNotFound(f"{_PACKAGE / 'data'}: {problem}") from None
    return Path(folder.name)


def _copy(source: Traversable, target: Path) -> None:
    for entry in source.iterdir():
        if entry.is_dir():
            (target / entry.name).mkdir()
            _copy(entry, target / entry.name)
        else:
            (target / entry.name).write_bytes(entry.read_bytes())


def data_folder() -> Path:
    """Return the folder of the corpus that came with the package."""
    return _home() / "processed"


def raw_folder(processed: Path) -> Path:
    """Return the folder of a corpus's raw texts: inside it or, as in a checkout, beside it."""
    inside = processed / "raw"
    if inside.is_dir():
        return inside
    # The parent of "." and of ".." is not in the path itself.
    if processed.name in ("", ".."):
        processed = processed.resolve()
    return processed.parent / "raw"


def packaged_file(name: str) -> Path:
    """Return ``datacard.md``, ``LICENSE`` or ``CHANGELOG.md``, which every copy carries."""
    return _home() / name

"""Where the package's own data lies: inside an installed wheel, or beside ``src/`` in a checkout."""

from __future__ import annotations

from pathlib import Path

__all__ = ["data_card", "data_folder", "raw_folder"]

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]


def _home() -> Path:
    """Return the folder that holds ``processed/``, ``raw/`` and ``datacard.md``."""
    installed = _PACKAGE / "data"
    return installed if installed.is_dir() else _CHECKOUT


def data_folder() -> Path:
    """Return the folder of the corpus that came with the package."""
    return _home() / "processed"


def raw_folder(processed: Path) -> Path:
    """Return the folder of the raw texts that belong to a corpus: inside it or, as in a checkout, beside it."""
    inside = processed / "raw"
    return inside if inside.is_dir() else processed.parent / "raw"


def data_card() -> Path:
    """Return the data card, the prose that every copy of the corpus carries."""
    return _home() / "datacard.md"

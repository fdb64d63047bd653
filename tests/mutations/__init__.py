"""Ways to damage a corpus, each with what a validation has to say of it."""

from __future__ import annotations

# Each of these modules registers its mutations.
from . import cells, files, forgeries, keys, layout, metadata, rows, texts, values  # noqa: F401
from .kit import MUTATIONS, CorpusCopy, Expected

__all__ = ["MUTATIONS", "CorpusCopy", "Expected"]

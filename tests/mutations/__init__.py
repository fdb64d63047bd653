"""Ways to damage a corpus, each with what a validation has to say of it."""

from __future__ import annotations

from . import cells, files, keys, layout, metadata, rows, texts, values
from .kit import MUTATIONS, CorpusCopy, Expected

__all__ = ["MUTATIONS", "CorpusCopy", "Expected", "cells", "files", "keys", "layout", "metadata", "rows", "texts", "values"]

"""The files at a checkout's top that describe the corpus: ``CITATION.cff`` and ``.zenodo.json``.

They are made from ``corpus.toml`` and the built table ``issues``, which has them from the manifests. A build does not write
them, for it may run anywhere; after a change of either, and after ``lprcorpus build``, they are renewed in the checkout by::

    python -m lprcorpus.publish.repository
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow.parquet as pq
import yaml

from lprcorpus.citation.deposits import ISSUE_COLUMNS, citation_file, periodicals, zenodo
from lprcorpus.metadata import corpus_metadata
from lprcorpus.publish.datapackage import to_json

__all__ = ["repository_files", "write_repository_files"]

_HEAD = "# Made from src/lprcorpus/corpus.toml and the manifests in raw/; renew it: python -m lprcorpus.publish.repository\n"


def repository_files(processed: Path) -> dict[str, str]:
    """Return the files by name.

    Args:
        processed: the folder of the built corpus.
    """
    paths = sorted([*processed.glob("issues.parquet"), *processed.glob("issues-*.parquet")])
    rows = (row for path in paths for row in pq.ParquetFile(str(path)).read(columns=list(ISSUE_COLUMNS)).to_pylist())
    metadata, sources = corpus_metadata(), periodicals(rows)
    cff = yaml.safe_dump(citation_file(metadata, sources), sort_keys=False, allow_unicode=True, width=120)
    return {"CITATION.cff": _HEAD + cff, ".zenodo.json": to_json(zenodo(metadata, sources))}


def write_repository_files(top: Path) -> None:
    """Write the files at the top of a checkout, from the corpus that is built in it."""
    for name, content in repository_files(top / "processed").items():
        (top / name).write_text(content, "utf-8", newline="\n")


if __name__ == "__main__":
    write_repository_files(Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd())

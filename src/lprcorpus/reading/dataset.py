"""The corpus as a Hugging Face dataset."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, overload

from lprcorpus.reading.citation import cite
from lprcorpus.reading.corpus import Corpus, open_parquet

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset, DatasetInfo, IterableDataset

__all__ = ["load"]

SPLIT = "train"
"""The name of the one split, as in the dataset card: loading libraries expect it, and it recommends nothing."""

BATCH = 1_000
"""Rows that a stream reads at a time."""


@overload
def load(name: str = ..., *, streaming: Literal[False] = ..., corpus: Corpus | None = ...) -> Dataset: ...
@overload
def load(name: str = ..., *, streaming: Literal[True], corpus: Corpus | None = ...) -> IterableDataset: ...
@overload
def load(name: str = ..., *, streaming: bool, corpus: Corpus | None = ...) -> Dataset | IterableDataset: ...


def load(name: str = "records", *, streaming: bool = False, corpus: Corpus | None = None) -> Dataset | IterableDataset:
    """Return a table of the corpus as a dataset of the ``datasets`` library; nothing is downloaded or copied.

    Args:
        name: ``"issues"``, ``"pages"``, ``"records"``, ``"contributors"``, ``"blocks"``, ``"spans"`` or ``"edits"``.
        streaming: return an ``IterableDataset``, which reads row by row, in place of a ``Dataset``.
        corpus: where to look; the corpus that came with the package by default.

    Raises:
        UnknownName: there is no such table; the message gives those that come near.
        CorpusNotFound: a file of it is missing or is not Parquet.

    >>> load()[7]["title"]
    'Hourglass of the Free'
    >>> next(iter(load("blocks", streaming=True)))["kind"]
    'paragraph'
    """
    corpus = corpus or Corpus()
    paths = [str(path) for path in corpus.files(name)]
    import datasets

    info = _info(corpus, name)
    if streaming:
        from datasets.iterable_dataset import ArrowExamplesIterable

        # Not IterableDataset.from_generator: that writes into the user's cache folder.
        return datasets.IterableDataset(ArrowExamplesIterable(_batches, {"paths": paths}), info, datasets.Split(SPLIT))
    from lprcorpus.reading.parquettable import ParquetTable

    lazy = ParquetTable.open(paths)
    table = lazy if lazy.num_groups > 1 else corpus.table(name)
    # Without a fingerprint, datasets would hash the whole table.
    return datasets.Dataset(table, info, datasets.Split(SPLIT), fingerprint=_fingerprint(corpus, name))


def _batches(paths: list[str]) -> Iterator[tuple[tuple[int, int], pa.Table]]:
    """Yield the rows of Parquet files batch by batch, each with the place of its file and its own place in it.

    Not through ``datasets``'s own Parquet stream: one that is left before its end hangs the interpreter's exit
    (https://github.com/apache/arrow/issues/45214).
    """
    import pyarrow as pa

    for number, path in enumerate(paths):
        with open_parquet(path) as file:
            for place, batch in enumerate(file.iter_batches(batch_size=BATCH)):
                yield (number, place), pa.Table.from_batches([batch])


def _info(corpus: Corpus, name: str) -> DatasetInfo:
    import datasets

    from lprcorpus.tables import features

    descriptor = corpus.descriptor
    return datasets.DatasetInfo(
        description=descriptor.get("description", ""),
        citation=cite(style="bibtex", corpus=corpus),
        homepage=descriptor.get("homepage", ""),
        license=corpus.license,
        features=datasets.Features.from_dict(features(name)),
        dataset_name=descriptor.get("name"),
        config_name=name,
        version=corpus.version,
    )


def _fingerprint(corpus: Corpus, name: str) -> str:
    """Return what ``datasets`` tells tables apart by: made of what the table holds, by the digest in the descriptor."""
    resource = corpus.resource(name)
    return hashlib.sha256(f"{name} {resource.get('contentDigest')}".encode()).hexdigest()[:16]

"""The corpus as a Hugging Face dataset."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, overload

from lprcorpus.citation.citing import cite
from lprcorpus.corpus import Corpus, open_parquet

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

    A large table stays in its Parquet files until rows of it are asked for, and is read whole into memory only where an
    operation needs all of it, or many rows are asked for out of turn. ``Dataset.save_to_disk`` makes a copy that memory maps.

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
    with open_parquet(paths[0]) as file:
        schema, groups = file.schema_arrow, file.num_row_groups
    import datasets

    info, split = _info(corpus, name, schema), datasets.Split(SPLIT)
    if streaming:
        from datasets.iterable_dataset import ArrowExamplesIterable

        # Not IterableDataset.from_generator: that writes into the user's cache folder.
        return datasets.IterableDataset(ArrowExamplesIterable(_batches, {"paths": paths}), info, split)
    if len(paths) == 1 and groups <= 1:  # decoded in one go in any case
        table = corpus.table(name)
    else:
        from lprcorpus.loading.parquettable import ParquetTable

        table = ParquetTable.open(paths)
    # Without a fingerprint, datasets would hash the whole table.
    return datasets.Dataset(table, info, split, fingerprint=_fingerprint(corpus, name))


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


def _info(corpus: Corpus, name: str, schema: pa.Schema) -> DatasetInfo:
    import datasets

    descriptor = corpus.descriptor
    return datasets.DatasetInfo(
        description=descriptor.get("description", ""),
        citation=cite(style="bibtex", corpus=corpus),
        homepage=descriptor.get("homepage", ""),
        license=corpus.license,
        features=datasets.Features.from_arrow_schema(schema),  # not from the models: importing them takes as long as all else
        dataset_name=descriptor.get("name"),
        config_name=name,
        version=corpus.version,
    )


def _fingerprint(corpus: Corpus, name: str) -> str:
    """Return what ``datasets`` tells tables apart by: made of what the table holds, by the digest in the descriptor."""
    resource = corpus.resource(name)
    return hashlib.sha256(f"{name} {resource.get('contentDigest')}".encode()).hexdigest()[:16]

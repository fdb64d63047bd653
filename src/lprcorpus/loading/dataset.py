"""The corpus as a Hugging Face dataset."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, overload

from lprcorpus.citation.citing import cite
from lprcorpus.corpus import Corpus
from lprcorpus.table_files import TableFile

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset, DatasetInfo, IterableDataset

# The name of the one split, as in the dataset card: libraries expect it.
SPLIT = "train"

# Rows that a stream reads at a time.
BATCH = 1_000


@overload
def load(
    name: str = ..., *, streaming: Literal[False] = ..., corpus: Corpus | None = ...
) -> Dataset: ...
@overload
def load(
    name: str = ..., *, streaming: Literal[True], corpus: Corpus | None = ...
) -> IterableDataset: ...
@overload
def load(
    name: str = ..., *, streaming: bool, corpus: Corpus | None = ...
) -> Dataset | IterableDataset: ...


def load(
    name: str = "records",
    *,
    streaming: bool = False,
    corpus: Corpus | None = None,
) -> Dataset | IterableDataset:
    """Return a table of the corpus as a dataset of the ``datasets`` library; nothing is copied.

    A large table stays in its Parquet files until rows of it are asked for. It is read whole into
    memory only where an operation needs all of it, or where many rows are asked for out of turn.
    ``Dataset.save_to_disk`` makes a copy that is memory-mapped.

    Args:
        name: ``"issues"``, ``"pages"``, ``"records"``, ``"contributors"``, ``"blocks"``,
            ``"spans"`` or ``"edits"``.
        streaming: return an ``IterableDataset``, which reads row by row, in place of a ``Dataset``.
        corpus: where to look; the corpus that came with the package by default.

    Raises:
        UnknownName: there is no such table; the message gives those that come near.
        CorpusNotFound: a file of it is missing or is not Parquet.
        CorpusChanged: a file was replaced after the corpus was opened; also when rows are read
            later.

    >>> load()[7]["title"]
    'Hourglass of the Free'
    >>> next(iter(load("blocks", streaming=True)))["kind"]
    'paragraph'
    """
    corpus = corpus or Corpus()
    files = corpus.table_files(name)
    with files[0].open() as file:
        schema = file.schema_arrow
        row_groups = file.num_row_groups
    import datasets

    info = _info(corpus, name, schema)
    split = datasets.Split(SPLIT)
    if streaming:
        from datasets.iterable_dataset import ArrowExamplesIterable

        # Not IterableDataset.from_generator: that writes into the user's cache folder.
        examples = ArrowExamplesIterable(_batches, {"files": files})
        return datasets.IterableDataset(examples, info, split)
    if len(files) == 1 and row_groups <= 1:
        # It would be decoded in one go in any case.
        table = corpus.table(name)
    else:
        from lprcorpus.loading.parquettable import ParquetTable

        table = ParquetTable.open(files)
    # Without a fingerprint, datasets would hash the whole table.
    return datasets.Dataset(table, info, split, fingerprint=_fingerprint(corpus, name))


def _batches(files: Sequence[TableFile]) -> Iterator[tuple[tuple[int, int], pa.Table]]:
    """Yield the rows of Parquet files batch by batch, each with its file's number and its own.

    Not through the Parquet stream of ``datasets``: one that is left before its end hangs the
    interpreter's exit (https://github.com/apache/arrow/issues/45214).
    """
    import pyarrow as pa

    for file_number, table_file in enumerate(files):
        with table_file.open() as file:
            for batch_number, batch in enumerate(file.iter_batches(batch_size=BATCH)):
                yield (file_number, batch_number), pa.Table.from_batches([batch])


def _info(corpus: Corpus, name: str, schema: pa.Schema) -> DatasetInfo:
    import datasets

    about = corpus.about
    return datasets.DatasetInfo(
        description=about.description,
        citation=cite(style="bibtex", corpus=corpus),
        homepage=about.homepage,
        license=about.license_title,
        # Not from the models: importing them takes as long as all the rest.
        features=datasets.Features.from_arrow_schema(schema),
        dataset_name=about.name,
        config_name=name,
        version=about.version,
    )


def _fingerprint(corpus: Corpus, name: str) -> str:
    """Return what ``datasets`` caches results by: a hash of what the table contains."""
    digest = corpus.resource(name).get("contentDigest")
    return hashlib.sha256(f"{name} {digest}".encode()).hexdigest()[:16]

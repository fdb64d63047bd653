"""The corpus as a Hugging Face dataset."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, overload

from lprcorpus.reading.citation import cite
from lprcorpus.reading.corpus import Corpus, open_parquet

if TYPE_CHECKING:
    from datasets import Dataset, DatasetInfo, IterableDataset

__all__ = ["load"]

SPLIT = "train"
"""The name of the one split, as in the dataset card: loading libraries expect it, and it recommends nothing."""


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
        stream = datasets.IterableDataset.from_generator(
            _stream, features=info.features, gen_kwargs={"paths": paths}, split=datasets.Split(SPLIT)
        )
        stream.info.update(info)
        return stream
    # Without a fingerprint, datasets would hash the whole table.
    return datasets.Dataset(corpus.table(name), info=info, split=datasets.Split(SPLIT), fingerprint=_fingerprint(corpus, name))


def _stream(paths: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of Parquet files.

    Not through ``datasets``'s own Parquet stream: one that is left before its end hangs the interpreter's exit
    (https://github.com/apache/arrow/issues/45214).
    """
    for path in paths:
        with open_parquet(path) as file:
            for batch in file.iter_batches(batch_size=1_000):
                yield from batch.to_pylist()


def _info(corpus: Corpus, name: str) -> DatasetInfo:
    import datasets

    from lprcorpus.tables import features

    descriptor = corpus.descriptor
    return datasets.DatasetInfo(
        description=descriptor.get("description", ""),
        citation=cite(style="bibtex", corpus=corpus),
        homepage=descriptor.get("homepage", ""),
        license="; ".join(terms["title"] for terms in descriptor.get("licenses", ())),
        features=datasets.Features.from_dict(features(name)),
        dataset_name=descriptor.get("name"),
        config_name=name,
        version=corpus.version,
    )


def _fingerprint(corpus: Corpus, name: str) -> str:
    """Return what ``datasets`` tells tables apart by: made of what the table holds, by the digest in the descriptor."""
    resource = corpus.resource(name)
    return hashlib.sha256(f"{name} {resource.get('contentDigest')}".encode()).hexdigest()[:16]

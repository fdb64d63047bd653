"""What is cited, read from a corpus: its edition, and its records."""

from __future__ import annotations

from collections.abc import Collection

from lprcorpus.citation.csl import CitedContributor, CitedIssue, CitedRecord, Edition, Work, combine
from lprcorpus.corpus import Corpus
from lprcorpus.errors import UnknownName

__all__ = ["edition", "works"]


def edition(corpus: Corpus) -> Edition:
    """Return the edition that a corpus is, from its descriptor."""
    return Edition.of(corpus.about)


def works(corpus: Corpus, ids: Collection[str] | None = None) -> list[Work]:
    """Return all records, or those asked for, with issues and contributors, in reading order.

    Raises:
        UnknownName: an id is no record's.
        DataError: a row is not what its model allows.
    """
    if ids is None:
        return combine(
            corpus.rows("issues", CitedIssue),
            corpus.rows("records", CitedRecord),
            corpus.rows("contributors", CitedContributor),
        )
    # Of a large corpus only the row groups that hold these records are read.
    wanted = set(ids)
    records = list(corpus.rows("records", CitedRecord, id=wanted))
    unknown = wanted - {record.id for record in records}
    if unknown:
        known = corpus.table("records", ["id"]).column("id").to_pylist()
        raise UnknownName("record", min(unknown), [str(record) for record in known])
    issues = corpus.rows("issues", CitedIssue, id={record.issue_id for record in records})
    return combine(issues, records, corpus.rows("contributors", CitedContributor, record_id=wanted))

"""The files at a checkout's top that describe the corpus.

They are ``CITATION.cff``, ``.zenodo.json`` and the data card with its generated parts, all made
from what a build has written. A build does not write them, for it may run anywhere; after
``lprcorpus build`` they are renewed in the checkout by::

    python -m lprcorpus.publish.repository
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from lprcorpus.corpus import Corpus
from lprcorpus.metadata import Metadata, descriptor_metadata
from lprcorpus.publish.datapackage import to_json
from lprcorpus.publish.deposits import citation_file, zenodo
from lprcorpus.publish.facts import Periodical, corpus_periodicals
from lprcorpus.schema import Issue

_HEAD = "# Made by python -m lprcorpus.publish.repository; do not edit.\n"


def deposit_files(folder: Path) -> dict[str, str]:
    """Return ``CITATION.cff`` and ``.zenodo.json`` for the corpus in a folder."""
    with Corpus(folder) as corpus:
        metadata = descriptor_metadata(corpus.descriptor)
        periodicals = corpus_periodicals(corpus.rows("issues", Issue))
    return deposit_texts(metadata, periodicals)


def deposit_texts(metadata: Metadata, periodicals: Sequence[Periodical]) -> dict[str, str]:
    """Return ``CITATION.cff`` and ``.zenodo.json`` for a corpus with some periodicals."""
    citation = citation_file(metadata, periodicals)
    cff = yaml.safe_dump(citation, sort_keys=False, allow_unicode=True, width=120)
    return {
        "CITATION.cff": _HEAD + cff,
        ".zenodo.json": to_json(zenodo(metadata, periodicals)),
    }


def repository_files(processed: Path) -> dict[str, str]:
    """Return the files at the top of a checkout by name, from the corpus that is built in it."""
    _, _, card = (processed / "README.md").read_text("utf-8").partition("\n---\n\n")
    # The figures are beside the dataset card, and one folder below the data card.
    card = re.sub(r"^(!\[.*\]\()figures/", r"\1processed/figures/", card, flags=re.MULTILINE)
    return {**deposit_files(processed), "datacard.md": card}


def write_repository_files(top: Path) -> None:
    """Write the files at the top of a checkout, from the corpus that is built in it."""
    for name, content in repository_files(top / "processed").items():
        (top / name).write_text(content, "utf-8", newline="\n")


if __name__ == "__main__":
    write_repository_files(Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd())

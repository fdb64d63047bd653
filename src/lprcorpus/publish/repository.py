"""The files at a checkout's top that describe the corpus.

They are ``CITATION.cff``, ``.zenodo.json`` and the data card with its generated parts, all made
from what a build has written. A build does not write them, for it may run anywhere; after
``lprcorpus build`` they are renewed in the checkout by::

    python -m lprcorpus.publish.repository

They follow the Citation File Format 1.2.0 (https://doi.org/10.5281/zenodo.5171937) and the fields
of a deposit at Zenodo (https://developers.zenodo.org/#representation).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import yaml

from lprcorpus.citation.csl import present
from lprcorpus.corpus import Corpus
from lprcorpus.metadata import Metadata, descriptor_metadata, to_json
from lprcorpus.publish.facts import Periodical, corpus_periodicals
from lprcorpus.schema import Issue

_MESSAGE = (
    "Cite the corpus by these metadata; cite a text in it by its own author:"
    " lprcorpus cite ID --page N."
)

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


def citation_file(metadata: Metadata, periodicals: Sequence[Periodical]) -> dict[str, Any]:
    """Return the content of ``CITATION.cff``.

    Several licences are alternatives in this format, and ours hold together; so the one of SPDX's
    list is not named, which covers a part only, and the other is, by its address.
    """
    names = [terms.name for terms in metadata.licenses]
    ours = [terms.url for terms in metadata.licenses if terms.is_ours]
    content = {
        "cff-version": "1.2.0",
        "message": _MESSAGE,
        "type": "dataset",
        "title": metadata.title,
        "authors": [{"name": name} for name in metadata.creators],
        "version": metadata.version,
        "date-released": metadata.released,
        "abstract": metadata.description,
        "keywords": list(metadata.keywords),
        "license": [] if ours else names[:1],
        "license-url": next(iter(ours), None),
        "url": metadata.homepage,
        "references": [_reference(periodical) for periodical in periodicals],
    }
    return present(content)


def _reference(periodical: Periodical) -> dict[str, Any]:
    return {
        "type": "serial",
        "title": periodical.title,
        "authors": [{"name": periodical.title}],  # the format asks for one
        **periodical.numbers,
        "scope": "The periodical whose text the corpus contains",
        "notes": periodical.line,
    }


def zenodo(metadata: Metadata, periodicals: Sequence[Periodical]) -> dict[str, Any]:
    """Return the content of ``.zenodo.json``."""
    return {
        "title": metadata.title,
        "upload_type": "dataset",
        "description": f"<p>{escape(metadata.description, quote=False)}</p>",
        "creators": [{"name": name} for name in metadata.creators],
        "version": metadata.version,
        "publication_date": metadata.released,
        "keywords": list(metadata.keywords),
        "access_right": "open",
        # Zenodo takes one licence, and has none for an archive under several: "Other (Not Open)".
        "license": {"id": "other-closed"},
        "notes": f"{metadata.license_expression}: {metadata.license_title}.",
        "references": [periodical.line for periodical in periodicals],
    }


def crate_properties(metadata: Metadata) -> dict[str, Any]:
    """Return what ``ro-crate-metadata.json`` says of a release as a whole."""
    properties = {
        "name": metadata.title,
        "description": metadata.description,
        "datePublished": metadata.released,
        "keywords": list(metadata.keywords),
        "version": metadata.version,
        "identifier": metadata.name,
        "url": metadata.homepage,
    }
    return present(properties)


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

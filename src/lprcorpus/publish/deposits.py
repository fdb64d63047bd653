"""The corpus described for those who keep and cite data: DataCite, ``CITATION.cff``, ``.zenodo.json``.

They follow DataCite's Metadata Schema 4.5 as JSON
(https://datacite-metadata-schema.readthedocs.io/en/4.5/), the Citation File Format 1.2.0
(https://doi.org/10.5281/zenodo.5171937) and the fields of a deposit at Zenodo
(https://developers.zenodo.org/#representation).
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from lprcorpus.citation.csl import page_range
from lprcorpus.messages import numbered
from lprcorpus.metadata import License, Metadata
from lprcorpus.publish.facts import CorpusFacts, Periodical

__all__ = ["citation_file", "datacite", "periodical_line", "zenodo"]

_FORMAT = "application/vnd.apache.parquet"
_MESSAGE = "Cite the corpus by these metadata; cite a text in it by its own author: lprcorpus cite ID --page N."


def periodical_line(periodical: Periodical) -> str:
    """Return what of a periodical is in the corpus, in a line."""
    line = numbered(periodical.title, periodical.volume, periodical.number)
    if periodical.issues > 1:
        line += f", {periodical.issues:,} issues"
    if periodical.years:
        line += f" ({'–'.join(map(str, periodical.years))})"
    if periodical.pages:
        first, last = periodical.pages
        line += f", pp. {page_range(first, last).replace('-', '–')}"
    if not periodical.complete:
        line += " (excerpt)" if periodical.issues == 1 else " (in part excerpts)"
    return line


def datacite(facts: CorpusFacts) -> dict[str, Any]:
    """Return DataCite's metadata of the corpus; without a DOI, which only a repository can give."""
    metadata = facts.metadata
    content = {
        "url": metadata.homepage,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Text corpus"},
        "creators": [{"name": name, "nameType": "Organizational"} for name in metadata.creators],
        "titles": [{"title": metadata.title}],
        "publisher": {"name": "; ".join(metadata.creators)},
        "publicationYear": metadata.released[:4],
        "dates": [{"date": metadata.released, "dateType": "Issued"}],
        "version": metadata.version,
        # DataCite takes one language; of several, none is that of the whole.
        "language": facts.languages[0] if len(facts.languages) == 1 else None,
        "subjects": [{"subject": keyword} for keyword in metadata.keywords],
        "descriptions": [{"description": metadata.description, "descriptionType": "Abstract"}],
        "rightsList": [_rights(terms) for terms in metadata.licenses],
        "formats": [_FORMAT],
        "relatedItems": [_related_item(periodical) for periodical in facts.periodicals],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    return _present(content)


def _present(content: dict[str, Any]) -> dict[str, Any]:
    """Return the entries that have a value."""
    return {name: value for name, value in content.items() if value is not None}


def _first(values: Sequence[int]) -> int | None:
    return values[0] if values else None


def _rights(terms: License) -> dict[str, str]:
    rights = {"rights": terms.title, "rightsUri": terms.url}
    if not _is_ours(terms):
        rights["rightsIdentifier"] = terms.name
        rights["rightsIdentifierScheme"] = "SPDX"
    return rights


def _is_ours(terms: License) -> bool:
    """Return whether terms are our own, and not of the list of SPDX."""
    return terms.name.startswith("LicenseRef-")


def _related_item(periodical: Periodical) -> dict[str, Any]:
    content = {
        "publicationYear": _first(periodical.years),
        "volume": periodical.volume,
        "issue": periodical.number,
        "firstPage": _first(periodical.pages),
        "lastPage": _first(periodical.pages[1:]),
    }
    return {
        "relatedItemType": "Journal",
        "relationType": "IsDerivedFrom",
        "titles": [{"title": periodical.title}],
        **{name: str(value) for name, value in _present(content).items()},
    }


def citation_file(metadata: Metadata, periodicals: Sequence[Periodical]) -> dict[str, Any]:
    """Return the content of ``CITATION.cff``.

    Several licences are alternatives in this format, and ours hold together; so the one of SPDX's
    list is not named, which covers a part only, and the other is, by its address.
    """
    ours = [terms for terms in metadata.licenses if _is_ours(terms)]
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
        "license": None if ours else metadata.licenses[0].name,
        "license-url": ours[0].url if ours else None,
        "url": metadata.homepage,
        "references": [_reference(periodical) for periodical in periodicals],
    }
    return _present(content)


def _reference(periodical: Periodical) -> dict[str, Any]:
    """Return a periodical as a reference."""
    content = {
        "type": "serial",
        "title": periodical.title,
        "authors": [{"name": periodical.title}],  # the format asks for one
        "year": _first(periodical.years),
        "volume": periodical.volume,
        "issue": periodical.number,
        "start": _first(periodical.pages),
        "end": _first(periodical.pages[1:]),
        "scope": "The periodical whose text the corpus contains",
        "notes": periodical_line(periodical),
    }
    return _present(content)


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
        "references": [periodical_line(periodical) for periodical in periodicals],
    }

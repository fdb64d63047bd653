"""The corpus described for those who keep and cite data: DataCite's metadata, ``CITATION.cff`` and ``.zenodo.json``.

They follow DataCite's Metadata Schema 4.5 as JSON (https://datacite-metadata-schema.readthedocs.io/en/4.5/), the Citation File
Format 1.2.0 (https://doi.org/10.5281/zenodo.5171937) and the fields of a deposit at Zenodo
(https://developers.zenodo.org/#representation).
"""

from __future__ import annotations

from html import escape
from typing import Any

from lprcorpus.citation.csl import page_range
from lprcorpus.metadata import Metadata
from lprcorpus.publish.facts import CorpusFacts, Periodical

__all__ = ["citation_file", "datacite", "periodical_line", "zenodo"]

_FORMAT = "application/vnd.apache.parquet"


def periodical_line(periodical: Periodical) -> str:
    """Return what of a periodical is in the corpus, in a line."""
    parts = [periodical.title]
    if periodical.volume is not None:
        parts.append(f"Volume {periodical.volume}")
    if periodical.number is not None:
        parts.append(f"Issue {periodical.number}")
    if periodical.issues > 1:
        parts.append(f"{periodical.issues:,} issues")
    line = ", ".join(parts)
    if periodical.years:
        line += " (" + "–".join(map(str, sorted(set(periodical.years)))) + ")"
    if periodical.pages:
        line += f", pp. {page_range(*periodical.pages).replace('-', '–')}"
    if not periodical.complete:
        line += " (excerpt)" if periodical.issues == 1 else " (in part excerpts)"
    return line


def datacite(facts: CorpusFacts) -> dict[str, Any]:
    """Return DataCite's metadata of the corpus; without a DOI, which only a repository can give."""
    metadata = facts.metadata
    content = {
        **_address(metadata),
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Text corpus"},
        "creators": [{"name": name, "nameType": "Organizational"} for name in metadata.creators],
        "titles": [{"title": metadata.title}],
        "publisher": {"name": "; ".join(metadata.creators)},
        "publicationYear": metadata.released[:4],
        "dates": [{"date": metadata.released, "dateType": "Issued"}],
        "version": metadata.version,
        "subjects": [{"subject": keyword} for keyword in metadata.keywords],
        "descriptions": [{"description": metadata.description, "descriptionType": "Abstract"}],
        "rightsList": [_rights(terms.name, terms.title, terms.url) for terms in metadata.licenses],
        "formats": [_FORMAT],
        "relatedItems": [_related(periodical) for periodical in facts.periodicals],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    if len(facts.languages) == 1:  # DataCite takes one language, and of several none is that of the whole
        content["language"] = facts.languages[0]
    return content


def _address(metadata: Metadata) -> dict[str, str]:
    return {"url": metadata.homepage} if metadata.homepage else {}


def _rights(name: str, title: str, url: str) -> dict[str, str]:
    rights = {"rights": title, "rightsUri": url}
    if not name.startswith("LicenseRef-"):  # a name of our own, which SPDX does not list
        rights |= {"rightsIdentifier": name, "rightsIdentifierScheme": "SPDX"}
    return rights


def _related(periodical: Periodical) -> dict[str, Any]:
    item: dict[str, Any] = {
        "relatedItemType": "Journal",
        "relationType": "IsDerivedFrom",
        "titles": [{"title": periodical.title}],
    }
    if periodical.years:
        item["publicationYear"] = str(periodical.years[0])
    if periodical.volume is not None:
        item["volume"] = str(periodical.volume)
    if periodical.number is not None:
        item["issue"] = str(periodical.number)
    if periodical.pages:
        first, last = periodical.pages
        item |= {"firstPage": str(first), "lastPage": str(last)}
    return item


def citation_file(metadata: Metadata, periodicals: tuple[Periodical, ...]) -> dict[str, Any]:
    """Return the content of ``CITATION.cff``."""
    return {
        "cff-version": "1.2.0",
        "message": "Cite the corpus by these metadata; cite a text in it by its own author: lprcorpus cite ID --page N.",
        "type": "dataset",
        "title": metadata.title,
        "authors": [{"name": name} for name in metadata.creators],
        "version": metadata.version,
        "date-released": metadata.released,
        "abstract": metadata.description,
        "keywords": list(metadata.keywords),
        "license": metadata.licenses[0].name,
        **_address(metadata),
        "references": [_reference(periodical) for periodical in periodicals],
    }


def _reference(periodical: Periodical) -> dict[str, Any]:
    """Return a periodical as a reference; its own title stands for the author that the format asks for."""
    reference: dict[str, Any] = {
        "type": "serial",
        "title": periodical.title,
        "authors": [{"name": periodical.title}],
    }
    if periodical.years:
        reference["year"] = periodical.years[0]
    if periodical.volume is not None:
        reference["volume"] = periodical.volume
    if periodical.number is not None:
        reference["issue"] = periodical.number
    if periodical.pages:
        reference["start"], reference["end"] = periodical.pages
    reference["scope"] = "The periodical whose text the corpus holds"
    reference["notes"] = periodical_line(periodical)
    return reference


def zenodo(metadata: Metadata, periodicals: tuple[Periodical, ...]) -> dict[str, Any]:
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
        "license": {"id": metadata.licenses[0].name},
        "notes": f"{metadata.license_title}.",
        "references": [periodical_line(periodical) for periodical in periodicals],
    }

"""The corpus for those who keep and cite data: DataCite, ``CITATION.cff``, ``.zenodo.json``.

They follow DataCite's Metadata Schema 4.5 as JSON
(https://datacite-metadata-schema.readthedocs.io/en/4.5/), the Citation File Format 1.2.0
(https://doi.org/10.5281/zenodo.5171937) and the fields of a deposit at Zenodo
(https://developers.zenodo.org/#representation).
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from lprcorpus.citation.csl import page_range, present
from lprcorpus.messages import numbered
from lprcorpus.metadata import License, Metadata
from lprcorpus.publish.facts import CorpusFacts, Periodical

PARQUET = "application/vnd.apache.parquet"
"""The media type of the tables."""

_MESSAGE = (
    "Cite the corpus by these metadata; cite a text in it by its own author:"
    " lprcorpus cite ID --page N."
)


def periodical_line(periodical: Periodical) -> str:
    """Return what of a periodical is in the corpus, in a line."""
    line = numbered(periodical.title, periodical.volume, periodical.number)
    if periodical.issues > 1:
        line += f", {periodical.issues:,} issues"
    if periodical.years:
        line += f" ({'–'.join(map(str, periodical.years))})"
    if periodical.pages:
        line += f", pp. {page_range(*periodical.pages).replace('-', '–')}"
    if not periodical.complete:
        line += " (excerpt)" if periodical.issues == 1 else " (in part excerpts)"
    return line


def datacite(facts: CorpusFacts) -> dict[str, Any]:
    """Return DataCite's metadata of the corpus; without a DOI, which only a repository can give."""
    metadata = facts.metadata
    language = None  # DataCite takes one; of several, none is that of the whole
    if len(facts.languages) == 1:
        language = facts.languages[0]
    content = {
        "url": metadata.homepage,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Text corpus"},
        "creators": [{"name": name, "nameType": "Organizational"} for name in metadata.creators],
        "titles": [{"title": metadata.title}],
        "publisher": {"name": "; ".join(metadata.creators)},
        "publicationYear": metadata.released[:4],
        "dates": [{"date": metadata.released, "dateType": "Issued"}],
        "version": metadata.version,
        "language": language,
        "subjects": [{"subject": keyword} for keyword in metadata.keywords],
        "descriptions": [{"description": metadata.description, "descriptionType": "Abstract"}],
        "rightsList": [_rights(terms) for terms in metadata.licenses],
        "formats": [PARQUET],
        "relatedItems": [_related_item(periodical) for periodical in facts.periodicals],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    return present(content)


def _rights(terms: License) -> dict[str, str]:
    rights = {"rights": terms.title, "rightsUri": terms.url}
    if not _is_ours(terms):
        rights["rightsIdentifier"] = terms.name
        rights["rightsIdentifierScheme"] = "SPDX"
    return rights


def _is_ours(terms: License) -> bool:
    return terms.name.startswith("LicenseRef-")  # not of the list of SPDX


def _related_item(periodical: Periodical) -> dict[str, Any]:
    item: dict[str, Any] = {
        "relatedItemType": "Journal",
        "relationType": "IsDerivedFrom",
        "titles": [{"title": periodical.title}],
    }
    for name, number in _numbers(periodical).items():
        item[_DATACITE_NAMES.get(name, name)] = str(number)
    return item


_DATACITE_NAMES = {"year": "publicationYear", "start": "firstPage", "end": "lastPage"}


def _numbers(periodical: Periodical) -> dict[str, int]:
    """Return what is known of a periodical in numbers, by the names of the Citation File Format."""
    (year,) = periodical.years[:1] or (None,)
    start, end = periodical.pages or (None, None)
    numbers = {
        "year": year,
        "volume": periodical.volume,
        "issue": periodical.number,
        "start": start,
        "end": end,
    }
    return present(numbers)


def citation_file(metadata: Metadata, periodicals: Sequence[Periodical]) -> dict[str, Any]:
    """Return the content of ``CITATION.cff``.

    Several licences are alternatives in this format, and ours hold together; so the one of SPDX's
    list is not named, which covers a part only, and the other is, by its address.
    """
    names = [terms.name for terms in metadata.licenses]
    ours = [terms.url for terms in metadata.licenses if _is_ours(terms)]
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
        **_numbers(periodical),
        "scope": "The periodical whose text the corpus contains",
        "notes": periodical_line(periodical),
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
        "references": [periodical_line(periodical) for periodical in periodicals],
    }

"""The corpus described for those who keep and cite data: DataCite's metadata, ``CITATION.cff`` and ``.zenodo.json``.

All three are made from what is true of the whole corpus and from its issues, and from nothing else. They follow DataCite's
Metadata Schema 4.5 as JSON (https://datacite-metadata-schema.readthedocs.io/en/4.5/), the Citation File Format 1.2.0
(https://doi.org/10.5281/zenodo.5171937) and the fields of a deposit at Zenodo (https://developers.zenodo.org/#representation).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from lprcorpus.citation.csl import page_range
from lprcorpus.metadata import Metadata

__all__ = ["ISSUE_COLUMNS", "Periodical", "citation_file", "datacite", "periodicals", "zenodo"]

Row = Mapping[str, Any]

ISSUE_COLUMNS = ("periodical", "volume", "number", "year", "page_start", "page_end", "complete")
"""The columns of ``issues`` that a periodical is described by."""

_FORMAT = "application/vnd.apache.parquet"


@dataclass(frozen=True)
class Periodical:
    """A periodical, as far as the corpus holds it.

    Attributes:
        title: its title.
        issues: how many issues of it the corpus holds.
        years: the years of the first and the last of them.
        volume: the volume; None where there is none, or more than one issue.
        number: the number of the issue; None likewise.
        pages: the first and the last page; None where there is more than one issue.
        complete: whether all of its issues survive whole.
    """

    title: str
    issues: int
    years: tuple[int, int]
    volume: int | None
    number: int | None
    pages: tuple[int, int] | None
    complete: bool

    @property
    def facts(self) -> str:
        """What of it is in the corpus, in a line."""
        parts = [f"Volume {self.volume}"] if self.volume is not None else []
        parts += [f"Issue {self.number}"] if self.number is not None else []
        parts += [f"{self.issues:,} issues"] if self.issues > 1 else []
        first, last = self.years
        years = str(first) if first == last else f"{first}–{last}"
        pages = f", pp. {page_range(*self.pages).replace('-', '–')}" if self.pages else ""
        excerpt = "" if self.complete else " (excerpt)" if self.issues == 1 else " (in part excerpts)"
        return f"{', '.join([self.title, *parts])} ({years}){pages}{excerpt}"


def periodicals(issues: Iterable[Row]) -> list[Periodical]:
    """Return the periodicals that issues are of, sorted by title.

    Args:
        issues: rows of ``issues`` with at least :data:`ISSUE_COLUMNS`.
    """
    found: dict[str, Periodical] = {}
    for issue in issues:
        one = Periodical(
            title=issue["periodical"],
            issues=1,
            years=(issue["year"], issue["year"]),
            volume=issue["volume"],
            number=issue["number"],
            pages=(issue["page_start"], issue["page_end"]),
            complete=issue["complete"],
        )
        before = found.get(one.title)
        found[one.title] = _both(before, one) if before else one
    return sorted(found.values(), key=lambda periodical: periodical.title)


def _both(one: Periodical, other: Periodical) -> Periodical:
    years = min(one.years[0], other.years[0]), max(one.years[1], other.years[1])
    return Periodical(one.title, one.issues + other.issues, years, None, None, None, one.complete and other.complete)


def datacite(metadata: Metadata, sources: Iterable[Periodical]) -> dict[str, Any]:
    """Return DataCite's metadata of the corpus; without a DOI, which only a repository can give."""
    address = {"url": metadata.public_url} if metadata.public_url else {}
    return {
        **address,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Text corpus"},
        "creators": [{"name": name, "nameType": "Organizational"} for name in metadata.creators],
        "titles": [{"title": metadata.title}],
        "publisher": {"name": "; ".join(metadata.creators)},
        "publicationYear": metadata.released[:4],
        "dates": [{"date": metadata.released, "dateType": "Issued"}],
        "version": metadata.version,
        "language": metadata.language,
        "subjects": [{"subject": keyword} for keyword in metadata.keywords],
        "descriptions": [{"description": metadata.description, "descriptionType": "Abstract"}],
        "rightsList": [
            {
                "rights": metadata.license.title,
                "rightsUri": metadata.license.url,
                "rightsIdentifier": metadata.license.name,
                "rightsIdentifierScheme": "SPDX",
            }
        ],
        "formats": [_FORMAT],
        "relatedItems": [_related(periodical) for periodical in sources],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }


def _related(periodical: Periodical) -> dict[str, Any]:
    pages = dict(zip(("firstPage", "lastPage"), map(str, periodical.pages or ()), strict=False))
    numbers = {"volume": periodical.volume, "issue": periodical.number}
    return {
        "relatedItemType": "Journal",
        "relationType": "IsDerivedFrom",
        "titles": [{"title": periodical.title}],
        "publicationYear": str(periodical.years[0]),
        **{name: str(value) for name, value in numbers.items() if value is not None},
        **pages,
    }


def citation_file(metadata: Metadata, sources: Iterable[Periodical]) -> dict[str, Any]:
    """Return the content of ``CITATION.cff``."""
    address = {"url": metadata.public_url} if metadata.public_url else {}
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
        "license": metadata.license.name,
        **address,
        "references": [_reference(periodical) for periodical in sources],
    }


def _reference(periodical: Periodical) -> dict[str, Any]:
    """Return a periodical as a reference; its own title stands for the author that the format asks for."""
    numbers = {"volume": periodical.volume, "issue": periodical.number}
    pages = dict(zip(("start", "end"), periodical.pages or (), strict=False))
    return {
        "type": "serial",
        "title": periodical.title,
        "authors": [{"name": periodical.title}],
        "year": periodical.years[0],
        **{name: value for name, value in numbers.items() if value is not None},
        **pages,
        "scope": "The periodical whose text the corpus holds",
        "notes": periodical.facts,
    }


def zenodo(metadata: Metadata, sources: Iterable[Periodical]) -> dict[str, Any]:
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
        "license": {"id": metadata.license.name},
        "notes": f"{metadata.license.title}.",
        "references": [periodical.facts for periodical in sources],
    }

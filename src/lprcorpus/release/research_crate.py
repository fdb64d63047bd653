"""``ro-crate-metadata.json``: a release as a research object, for the archives that read RO-Crate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from lprcorpus.corpus import Corpus
from lprcorpus.errors import MissingLibrary
from lprcorpus.metadata import Metadata, descriptor_metadata
from lprcorpus.publish.datapackage import to_json

if TYPE_CHECKING:
    from rocrate.rocrate import ROCrate

__all__ = ["CRATE", "research_crate"]

CRATE = "ro-crate-metadata.json"
"""The file that describes a release."""

_VERSION = "1.3"
"""The version of RO-Crate: stated, because the library's own default moves with its releases."""

_MEDIA_TYPES = {
    ".bib": "application/x-bibtex",
    ".cff": "application/yaml",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".txt": "text/plain",
}


def research_crate(corpus: Corpus, names: Sequence[str]) -> bytes:
    """Return the description of a release.

    Args:
        corpus: the corpus that is packed.
        names: the paths of the other files of the release.

    Raises:
        MissingLibrary: the library that writes it is not installed.
    """
    try:
        from rocrate.rocrate import ROCrate
    except ImportError:
        raise MissingLibrary("rocrate", "Packing a release", "release") from None
    crate = ROCrate(version=_VERSION)
    _describe_whole(crate, descriptor_metadata(corpus.descriptor))
    descriptions = {}
    for table in corpus.tables:
        for path in corpus.files(table):
            descriptions[path.name] = str(corpus.resource(table)["description"])
    for name in names:
        properties: dict[str, Any] = {"name": PurePosixPath(name).name}
        media_type = _MEDIA_TYPES.get(PurePosixPath(name).suffix)
        if media_type:
            properties["encodingFormat"] = media_type
        if name in descriptions:
            properties["description"] = descriptions[name]
        crate.add_file(dest_path=name, properties=properties)
    return to_json(crate.metadata.generate()).encode()


def _describe_whole(crate: ROCrate, metadata: Metadata) -> None:
    from rocrate.model.contextentity import ContextEntity

    crate.name = metadata.title
    crate.description = metadata.description
    crate.datePublished = metadata.released  # else the library writes the day of the packing
    crate.keywords = list(metadata.keywords)
    root = crate.root_dataset
    root["version"] = metadata.version
    root["identifier"] = metadata.name
    if metadata.homepage:
        root["url"] = metadata.homepage
    licenses = []
    for terms in metadata.licenses:
        properties = {"@type": "CreativeWork", "name": terms.title, "identifier": terms.name}
        licenses.append(crate.add(ContextEntity(crate, terms.url, properties)))
    root["license"] = licenses
    creators = []
    for number, name in enumerate(metadata.creators, 1):
        properties = {"@type": "Organization", "name": name}
        creators.append(crate.add(ContextEntity(crate, f"#creator-{number}", properties)))
    root["creator"] = creators
    root["publisher"] = creators

"""``ro-crate-metadata.json``: a release as a research object, for archives that read RO-Crate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from lprcorpus.errors import MissingLibrary
from lprcorpus.metadata import descriptor_metadata
from lprcorpus.publish.datapackage import to_json

__all__ = ["CRATE", "research_crate"]

CRATE = "ro-crate-metadata.json"
"""The file that describes a release."""

# The version of RO-Crate: stated, because the library's own default moves with its releases.
_VERSION = "1.3"

_MEDIA_TYPES = {
    ".bib": "application/x-bibtex",
    ".cff": "application/yaml",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
}


def research_crate(descriptor: Mapping[str, Any], names: Sequence[str]) -> bytes:
    """Return the description of a release.

    Args:
        descriptor: the content of its ``datapackage.json``.
        names: the paths of its other files.

    Raises:
        MissingLibrary: the library that writes it is not installed.
    """
    try:
        from rocrate.model.contextentity import ContextEntity
        from rocrate.rocrate import ROCrate
    except ImportError:
        raise MissingLibrary("rocrate", "Packing a release", "release") from None
    metadata = descriptor_metadata(descriptor)
    crate = ROCrate(version=_VERSION)
    root = crate.root_dataset
    root["name"] = metadata.title
    root["description"] = metadata.description
    root["datePublished"] = metadata.released  # else the library writes the day of the packing
    root["keywords"] = list(metadata.keywords)
    root["version"] = metadata.version
    root["identifier"] = metadata.name
    if metadata.homepage:
        root["url"] = metadata.homepage
    for terms in metadata.licenses:
        properties = {"@type": "CreativeWork", "name": terms.title, "identifier": terms.name}
        root.append_to("license", crate.add(ContextEntity(crate, terms.url, properties)))
    for number, name in enumerate(metadata.creators, 1):
        properties = {"@type": "Organization", "name": name}
        creator = crate.add(ContextEntity(crate, f"#creator-{number}", properties))
        root.append_to("creator", creator)
        root.append_to("publisher", creator)
    for path in names:
        media_type = _MEDIA_TYPES.get(PurePosixPath(path).suffix, "text/plain")
        properties = {"name": PurePosixPath(path).name, "encodingFormat": media_type}
        crate.add_file(dest_path=path, properties=properties)
    return to_json(crate.metadata.generate()).encode()

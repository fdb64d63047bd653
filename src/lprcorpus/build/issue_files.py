"""The issues of a folder: their files found, and one issue read, assembled and proved.

An issue is two files, its manifest (``<issue>.toml``) and its text (``<issue>.txt``, unless the manifest names another).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from lprcorpus.build.assembly import BuiltIssue, assemble
from lprcorpus.build.manifest import Manifest, parse_manifest
from lprcorpus.errors import DataError, ManifestError, ProofError, RawTextError, UsageError, system_reason
from lprcorpus.proof.invariants import Proof, prove
from lprcorpus.text.decoding import decode_text

__all__ = ["FoundIssues", "InputFiles", "IssueFiles", "build_issue", "find_issues"]


class IssueFiles(NamedTuple):
    """An issue that a folder holds: its id, and the size of its text in bytes."""

    id: str
    bytes: int


@dataclass(frozen=True)
class FoundIssues:
    """What a folder holds: its issues, sorted by id, and a message for each text that no manifest claims."""

    issues: Sequence[IssueFiles]
    unclaimed: tuple[str, ...]


class InputFiles:
    """The files of a folder, each read as it is asked for; what was read is remembered by its hash.

    Attributes:
        folder: the folder.
        seen: the SHA-256 of each file that was asked for, by its name; None where it could not be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: dict[str, str | None] = {}

    def read(self, name: str) -> bytes:
        """Return the content of a file.

        Raises:
            RawTextError: it is missing or cannot be read.
        """
        self.seen[name] = None
        path = self.folder / name
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe or a device might never come to its end
            raise RawTextError(str(path), "is no regular file; expected one")
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise RawTextError(str(path), "is missing; expected the file") from None
        except OSError as error:
            raise RawTextError(str(path), f"cannot be read: {system_reason(error)}") from None
        self.seen[name] = hashlib.sha256(data).hexdigest()
        return data

    def are_still(self, seen: Iterable[tuple[str, str | None]]) -> bool:
        """Tell whether files are what they were when they were read."""
        for name, digest in seen:
            with suppress(RawTextError):
                self.read(name)
            if self.seen[name] != digest:
                return False
        return True


def find_issues(raw: Path) -> FoundIssues:
    """Find the issues of a folder.

    Raises:
        UsageError: the folder cannot be read, or holds neither manifests nor texts.
    """
    manifests, texts = set(), {}
    try:
        with os.scandir(raw) as entries:
            for entry in entries:
                stem, suffix = os.path.splitext(entry.name)  # noqa: PTH122 (a path object for each file costs too much)
                if entry.name.startswith("."):
                    continue
                if suffix == ".toml":
                    manifests.add(stem)
                elif suffix == ".txt":
                    texts[stem] = entry.stat().st_size
    except OSError as error:
        reason = system_reason(error)
        raise UsageError(f"{raw}: cannot be read: {reason}; expected the folder of the raw texts") from None
    if not manifests and not texts:
        raise UsageError(f"{raw}: holds no manifest; expected raw texts (.txt) with their manifests (.toml)")
    unclaimed = texts.keys() - manifests
    sizes = {stem: texts.get(stem, 0) for stem in manifests}
    if unclaimed:
        for stem in manifests - texts.keys():  # the manifest may name a text that is called otherwise
            other = _stated_text(raw, stem)
            if other in texts:
                sizes[stem] = texts[other]
                unclaimed.discard(other)
    return FoundIssues(
        [IssueFiles(stem, sizes[stem]) for stem in sorted(manifests)],
        tuple(_unclaimed(raw, stem) for stem in sorted(unclaimed)),
    )


def _stated_text(raw: Path, stem: str) -> str | None:
    """Return the name, without suffix, of the text that a manifest names; None where it names none or cannot be read."""
    try:
        manifest = parse_manifest(InputFiles(raw).read(f"{stem}.toml"), str(raw / f"{stem}.toml"))
    except DataError:
        return None
    return manifest.issue.text.removesuffix(".txt") if manifest.issue.text else None


def _unclaimed(raw: Path, stem: str) -> str:
    text = raw / f"{stem}.txt"
    return f"{text}: has no manifest; expected {stem}.toml beside it: lprcorpus draft {text}"


def build_issue(files: InputFiles, issue_id: str) -> tuple[BuiltIssue, Proof]:
    """Read, assemble and prove one issue.

    Raises:
        DataError: its manifest or text is wrong, or its rows do not follow from its text.
    """
    where = files.folder / f"{issue_id}.toml"
    manifest = parse_manifest(files.read(where.name), str(where))
    path = files.folder / (manifest.issue.text or f"{issue_id}.txt")
    text = decode_text(files.read(path.name), path)
    _check_hash(manifest, where, path, files.seen[path.name])
    try:
        rows = assemble(text, manifest, str(where))
    except RawTextError as error:
        raise RawTextError(str(path), str(error)) from None
    except ValidationError as error:
        raise ManifestError(str(where), [f"{problem['loc']}: {problem['msg']}" for problem in error.errors()]) from None
    proof = prove(text, rows.rows)
    if proof.problems:
        raise ProofError(f"{path}: {problem}" for problem in proof.problems)
    return rows, proof


def _check_hash(manifest: Manifest, where: Path, path: Path, found: str | None) -> None:
    expected = manifest.issue.sha256
    if found != expected:
        raise RawTextError(str(path), f"its SHA-256 is {found}; expected {expected}, as issue.sha256 of {where} says")

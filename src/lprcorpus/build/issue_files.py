"""The issues of a folder: their files found, and one issue read, assembled and proved.

An issue is two files, its manifest (``<issue>.toml``) and its text (``<issue>.txt``, unless the
manifest names another).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from lprcorpus.build.assembly import BuiltIssue, assemble
from lprcorpus.build.manifest import parse_manifest
from lprcorpus.errors import (
    DataError,
    ManifestError,
    ProofError,
    RawTextError,
    UsageError,
    system_reason,
)
from lprcorpus.files import UndecodableError, decode_utf8
from lprcorpus.messages import expectation, shorten
from lprcorpus.proof.invariants import Proof, prove

__all__ = ["FoundIssues", "InputFiles", "IssueFiles", "build_issue", "decode_text", "find_issues"]

_DOCUMENTS = {
    ".doc",
    ".docx",
    ".epub",
    ".htm",
    ".html",
    ".odt",
    ".rtf",
}  # named, lest a person think that they were read


class IssueFiles(NamedTuple):
    """An issue that a folder contains: its id, and the size of its text in bytes."""

    id: str
    bytes: int


@dataclass(frozen=True)
class FoundIssues:
    """The issues of a folder, sorted by id; a message for each text that no manifest claims, and notes on other files."""

    issues: Sequence[IssueFiles]
    unclaimed: tuple[str, ...]
    notes: tuple[str, ...] = ()


class InputFiles:
    """The files of a folder, each read as it is asked for.

    ``seen`` has the SHA-256 of each, by its name; None where it could not be read.
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
        if path.exists() and not (
            path.is_file() or path.is_dir()
        ):  # a pipe or a device might never come to its end
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
        """Return whether files are what they were when they were read."""
        for name, digest in seen:
            with suppress(RawTextError):
                self.read(name)
            if self.seen[name] != digest:
                return False
        return True


def find_issues(raw: Path) -> FoundIssues:
    """Find the issues of a folder. Hidden files are passed over, and so are those of other kinds, such as ``README.md``.

    Raises:
        UsageError: the folder cannot be read, or contains neither manifests nor texts.
    """
    sizes = _file_sizes(raw)
    # An issue is known by its manifest; a text alone has not been described yet.
    manifests = {name.removesuffix(".toml") for name in sizes if name.endswith(".toml")}
    texts = {name.removesuffix(".txt") for name in sizes if name.endswith(".txt")}
    others = [name for name in sizes if not name.endswith((".toml", ".txt"))]
    misnamed = [name for name in others if name.lower().endswith((".txt", ".text"))]
    if not manifests and not texts and not misnamed:
        raise UsageError(
            f"{raw}: contains no manifest; expected raw texts (.txt) with their manifests (.toml)"
        )

    text_of = {issue: issue for issue in manifests}
    if texts - manifests:
        # A manifest without a text of its name may name another.
        text_of |= {issue: _stated_text(raw, issue) or issue for issue in manifests - texts}
    unclaimed = [_no_manifest(raw, text) for text in sorted(texts - set(text_of.values()))]
    unclaimed += [
        f"{raw / name}: is called .{name.rpartition('.')[2]}; expected .txt"
        for name in sorted(misnamed)
    ]
    return FoundIssues(
        issues=[
            IssueFiles(issue, sizes.get(f"{text_of[issue]}.txt", 0)) for issue in sorted(manifests)
        ],
        unclaimed=tuple(unclaimed),
        notes=tuple(_notes(raw, sorted(others), texts)),
    )


def _file_sizes(raw: Path) -> dict[str, int]:
    """Return the size in bytes of each file of a folder, by its name, hidden files aside."""
    try:
        with os.scandir(raw) as entries:
            return {entry.name: _size(entry) for entry in entries if not entry.name.startswith(".")}
    except OSError as error:
        reason = system_reason(error)
        raise UsageError(
            f"{raw}: cannot be read: {reason}; expected the folder of the raw texts"
        ) from None


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except OSError:  # a link that leads nowhere: whoever reads it says so
        return 0


def _stated_text(raw: Path, issue: str) -> str | None:
    """Return the name, without suffix, of the text that a manifest names; None where it names none or cannot be read."""
    name = f"{issue}.toml"
    try:
        manifest = parse_manifest(InputFiles(raw).read(name), str(raw / name))
    except DataError:
        return None
    return manifest.issue.text.removesuffix(".txt") if manifest.issue.text else None


def _no_manifest(raw: Path, text: str) -> str:
    path = raw / f"{text}.txt"
    return f"{path}: has no manifest; expected {text}.toml beside it: lprcorpus draft {path}"


def _notes(raw: Path, names: Iterable[str], texts: set[str]) -> Iterator[str]:
    """Yield a message for each file that a person may take for an issue, and that has no text of its name beside it."""
    for name in names:
        stem, suffix = os.path.splitext(name)  # noqa: PTH122 (a name, not a path)
        if stem in texts:
            continue
        path = raw / name
        if suffix.lower() == ".pdf":
            yield f"{path}: is a PDF, and was not read: lprcorpus extract {path} --out {raw / stem}.txt"
        elif suffix.lower() in _DOCUMENTS:
            yield f"{path}: is no raw text, and was not read; expected a text in UTF-8 (.txt)"


def build_issue(files: InputFiles, issue_id: str) -> tuple[BuiltIssue, Proof]:
    """Read, assemble and prove one issue.

    Raises:
        DataError: its manifest or text is wrong, or its rows do not follow from its text.
    """
    where = files.folder / f"{issue_id}.toml"
    manifest = parse_manifest(files.read(where.name), str(where))
    path = files.folder / (manifest.issue.text or f"{issue_id}.txt")
    text = decode_text(files.read(path.name), path)
    found, expected = files.seen[path.name], manifest.issue.sha256
    if found != expected:
        problem = f"its SHA-256 is {found}; expected {expected}, as issue.sha256 of {where} says"
        raise RawTextError(str(path), problem)
    try:
        issue = assemble(text, manifest, str(where))
    except RawTextError as error:
        raise RawTextError(str(path), str(error)) from None
    except ValidationError as error:
        raise ManifestError(str(where), _refused_values(error)) from None
    proof = prove(text, issue.rows)
    if proof.problems:
        raise ProofError(f"{path}: {problem}" for problem in proof.problems)
    return issue, proof


def _refused_values(error: ValidationError) -> Iterator[str]:
    """Yield a message for each value that a row was to have and its model refuses."""
    for problem in error.errors(include_url=False):
        column = ".".join(str(step) for step in problem["loc"])
        yield f"the {error.title.lower()}'s {column}: found {shorten(problem['input'])}; {expectation(problem)}"


def decode_text(data: bytes, path: Path) -> str:
    """Return the text of a raw file.

    Raises:
        RawTextError: it is empty, not in UTF-8, or contains a NUL.
    """
    if not data:
        raise RawTextError(str(path), "is empty; expected the raw text of an issue")
    try:
        return decode_utf8(data)
    except UndecodableError as error:
        where = f"{path}:{error.line}" if error.line else str(path)
        raise RawTextError(where, f"{error}; expected text in UTF-8") from None

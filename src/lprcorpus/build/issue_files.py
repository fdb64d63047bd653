"""The issues of a folder: their files found, and one issue read, assembled and proved."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from lprcorpus.build.assembly import BuiltIssue, assemble
from lprcorpus.build.manifest import parse_manifest
from lprcorpus.errors import (
    CorpusNotFound,
    DataError,
    ManifestError,
    ProofError,
    RawTextError,
    UsageError,
    system_reason,
)
from lprcorpus.files import UndecodableError, decode_utf8, is_left_by_tools, read_regular
from lprcorpus.layout_file import LayoutLine, layout_path, read_layout
from lprcorpus.messages import expectation, shorten
from lprcorpus.proof.invariants import prove

# Bytes of a name that are not UTF-8, as Python keeps them.
_UNDECODED = re.compile("[\udc80-\udcff]")


class IssueFiles(NamedTuple):
    """An issue that a folder contains: its id, and the size of its text in bytes."""

    id: str
    bytes: int


class FoundIssues(NamedTuple):
    """What a folder contains: its issues by their ids, and messages on other files."""

    issues: list[IssueFiles]
    unclaimed: list[str]  # texts that no manifest claims
    notes: list[str]  # what may be taken for a text


class InputFiles:
    """The files of a folder: the SHA-256 of each that was read, None where it could not be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: dict[str, str | None] = {}

    def read(self, name: str) -> bytes:
        """Return the content of a file; a RawTextError says why it cannot be read."""
        self.seen[name] = None
        path = self.folder / name
        try:
            data = read_regular(path)
        except FileNotFoundError:
            raise RawTextError(str(path), "is missing; expected the file") from None
        except OSError as error:
            raise RawTextError(str(path), f"cannot be read: {system_reason(error)}") from None
        self.seen[name] = hashlib.sha256(data).hexdigest()
        return data

    def are_still(self, seen: Mapping[str, str | None]) -> bool:
        """Return whether files are what they were when they were read."""
        for name in seen:
            with suppress(RawTextError):
                self.read(name)
        return self.seen == seen


def find_issues(raw: Path) -> FoundIssues:
    """Find the issues of a folder; files of other kinds, such as ``README.md``, are passed over.

    Raises:
        UsageError: the folder cannot be read, or contains neither manifests nor texts.
    """
    sizes = _file_sizes(raw)
    issues, unclaimed, notes = [], [], []
    for name in sorted(sizes):
        path = raw / name
        kind = path.suffix.lower()
        if _UNDECODED.search(name):
            if kind in (".txt", ".text", ".toml"):
                unclaimed.append(f"{path}: its name is not UTF-8; expected one in ASCII")
        elif path.suffix == ".toml":
            issues.append(IssueFiles(path.stem, sizes.get(f"{path.stem}.txt", 0)))
        elif path.suffix == ".txt" and f"{path.stem}.toml" not in sizes:
            expected = f"expected {path.stem}.toml beside it: lprcorpus draft {path}"
            unclaimed.append(f"{path}: has no manifest; {expected}")
        elif kind in (".txt", ".text") and path.suffix != ".txt":
            unclaimed.append(f"{path}: is called {path.suffix}; expected .txt")
        elif kind == ".pdf" and f"{path.stem}.txt" not in sizes:
            command = f"lprcorpus extract {path} --out {path.with_suffix('.txt')}"
            notes.append(f"{path}: is a PDF, and was not read: {command}")
    # An issue is known by its manifest; a text alone has not been described yet.
    if not issues and not unclaimed:
        expected = "expected raw texts (.txt) with their manifests (.toml)"
        raise UsageError(f"{raw}: contains no manifest; {expected}")
    return FoundIssues(sorted(issues), unclaimed, notes)


def _file_sizes(raw: Path) -> dict[str, int]:
    """Return the size in bytes of each file of a folder, by its name; not of what tools left."""
    sizes = {}
    try:
        for path in raw.iterdir():
            if not is_left_by_tools(path.name):
                sizes[path.name] = 0
                with suppress(OSError):  # a link that leads nowhere: whoever reads it says so
                    sizes[path.name] = path.stat().st_size
    except OSError as error:
        expected = "expected the folder of the raw texts"
        reason = f"cannot be read: {system_reason(error)}"
        raise UsageError(f"{raw}: {reason}; {expected}") from None
    return sizes


def build_issue(files: InputFiles, issue_id: str) -> BuiltIssue:
    """Read, assemble and prove one issue.

    Raises:
        DataError: its manifest or text is wrong, or its rows do not follow from its text.
    """
    where = files.folder / f"{issue_id}.toml"
    manifest = parse_manifest(files.read(where.name), str(where))
    path = where.with_suffix(".txt")
    text = decode_text(files.read(path.name), path)
    found, expected = files.seen[path.name], manifest.issue.sha256
    if found != expected:
        problem = f"its SHA-256 is {found}; expected {expected}, as issue.sha256 of {where} says"
        raise RawTextError(str(path), problem)
    layout: Sequence[LayoutLine] = ()
    layout_file = layout_path(path)
    if manifest.extraction is not None:
        files.seen[layout_file.name] = None
        if layout_file.exists():
            files.read(layout_file.name)
            try:
                layout = read_layout(layout_file).lines
            except CorpusNotFound as error:  # a fault of this issue, which stops no other
                raise DataError(str(error)) from None
    try:
        issue = assemble(text, manifest, str(where), layout)
    except RawTextError as error:
        raise RawTextError(str(path), str(error)) from None
    except ValidationError as error:
        raise ManifestError(str(where), _refused_values(error)) from None
    problems = prove(text, issue.rows)
    if problems:
        raise ProofError(f"{path}: {problem}" for problem in problems)
    return issue


def _refused_values(error: ValidationError) -> Iterator[str]:
    """Yield a message for each value that a row was to have and its model refuses."""
    for problem in error.errors(include_url=False):
        column = ".".join(str(step) for step in problem["loc"])
        found = f"found {shorten(problem['input'])}; {expectation(problem)}"
        yield f"the {error.title.lower()}'s {column}: {found}"


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

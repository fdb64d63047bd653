"""The build: raw texts and manifests to a validated, proved, written corpus.

The stages, in order: find the issues; cut them into shards; for each shard read, assemble, prove and check every issue and
write the shard's Parquet files; then write the metadata files and put the new folder in the old one's place.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from lprcorpus.checking.constraints import check_values
from lprcorpus.checking.proof import Proof, prove
from lprcorpus.errors import DataError, ManifestError, OutputError, ProofError, RawTextError, UsageError
from lprcorpus.locations import data_card
from lprcorpus.making.assembly import IssueRows, assemble
from lprcorpus.making.manifest import Manifest, parse_manifest
from lprcorpus.making.package import DataFile, IssueSource, TableFiles, data_package, dataset_card, to_json
from lprcorpus.making.replace import replaced_folder
from lprcorpus.making.spans import Stretch
from lprcorpus.metadata import Metadata, corpus_metadata
from lprcorpus.schema import TABLES
from lprcorpus.tables import ROW_GROUP, issue_digests, table_digest, to_arrow, writer

__all__ = ["BuildReport", "IssueReport", "RecordReport", "build", "is_built_file"]

SHARD_BYTES = 8 * 1024 * 1024
"""Raw text in a shard, at most, unless one issue is larger. It bounds the memory of a build."""

_BUILT = re.compile(
    r"(issues|pages|records|contributors|blocks|spans|edits)(-\d{5}-of-\d{5})?\.parquet"
    r"|datapackage\.json|croissant\.json|README\.md|references\.(bib|json)"
)


@dataclass(frozen=True)
class RecordReport:
    """One record as the build's report shows it."""

    id: str
    title: str
    type: str
    author: str | None
    page_start: int
    page_end: int
    blocks: int
    words: int


@dataclass(frozen=True)
class IssueReport:
    """What the build did with one issue: what it found, what it made, and what its proof went through."""

    id: str
    records: tuple[RecordReport, ...]
    pages: int
    pages_printed: int
    marks: tuple[str, ...]
    paragraphs: str
    face: str
    final_spaces: bool
    characters: int
    spans: int
    blocks: int
    edits: Mapping[str, int]
    claimed: float
    unclaimed: tuple[Stretch, ...]


@dataclass(frozen=True)
class BuildReport:
    """What a build did: each issue, the tables it wrote, and where."""

    out: Path
    issues: tuple[IssueReport, ...]
    tables: tuple[TableFiles, ...]


@dataclass(frozen=True)
class IssueFiles:
    """An issue's two files."""

    manifest: Path
    raw: Path
    bytes: int


@dataclass(frozen=True)
class _ShardResult:
    """A written shard: its file, its row count and its issues' digests in each table, and its issues' reports."""

    files: Mapping[str, DataFile]
    rows: Mapping[str, int]
    digests: Mapping[str, tuple[tuple[str, str], ...]]
    sources: tuple[IssueSource, ...]
    reports: tuple[IssueReport, ...]


def is_built_file(name: str) -> bool:
    """Tell by its name whether a file of an output folder is one that a build writes.

    >>> is_built_file("records.parquet"), is_built_file("notes.txt")
    (True, False)
    """
    return _BUILT.fullmatch(name) is not None


def build(raw: Path, out: Path, *, progress: Callable[[int, int], None] | None = None) -> BuildReport:
    """Build a corpus: every issue of ``raw`` into the folder ``out``, which it replaces in one step.

    Args:
        raw: the folder with the raw texts and their manifests.
        out: the folder to write; if it exists, it must hold a built corpus or nothing.
        progress: called after each shard with the bytes of raw text done and of all.

    Raises:
        UsageError: ``raw`` cannot be read or holds no manifest, or ``out`` cannot be written.
        DataError: an issue cannot be built; ``out`` is as it was before.
    """
    issues = find_issues(raw)
    shards = cut_shards(issues)
    total = sum(issue.bytes for issue in issues)
    with replaced_folder(out, is_built_file) as folder:
        results = []
        done = 0
        for number, shard in enumerate(shards):
            results.append(build_shard(shard, folder, number, len(shards)))
            done += sum(issue.bytes for issue in shard)
            if progress:
                progress(done, total)
        tables = _merge(results)
        write_metadata(folder, corpus_metadata(), [source for result in results for source in result.sources], tables)
    return BuildReport(out, tuple(report for result in results for report in result.reports), tables)


def find_issues(raw: Path) -> list[IssueFiles]:
    """Return the issues of a folder, sorted by id.

    Raises:
        UsageError: the folder cannot be read or holds no manifest.
        DataError: a text has no manifest, or a manifest no text.
    """
    try:
        names = sorted(path.name for path in raw.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise UsageError(
            f"{raw}: cannot be read: {(error.strerror or str(error)).lower()}; expected the folder of the raw texts"
        ) from None
    manifests = [name for name in names if name.endswith(".toml")]
    texts = {name for name in names if name.endswith(".txt")}
    orphans = [name for name in sorted(texts) if f"{name.removesuffix('.txt')}.toml" not in manifests]
    if not manifests and not orphans:
        raise UsageError(f"{raw}: holds no manifest; expected raw texts (.txt) with their manifests (.toml)")
    found = []
    for name in manifests:
        path = raw / name.replace(".toml", ".txt")
        found.append(IssueFiles(raw / name, path, path.stat().st_size if path.is_file() else 0))
    claimed = set(orphans)
    if claimed:
        first = sorted(claimed)[0]
        raise ManifestError(
            str(raw / first),
            [f"has no manifest; expected {first.removesuffix('.txt')}.toml beside it: lprcorpus draft {raw / first}"],
        )
    return found


def cut_shards(issues: Sequence[IssueFiles]) -> list[list[IssueFiles]]:
    """Cut issues into shards, in order: as many as fit into :data:`SHARD_BYTES` of raw text each.

    The rule looks at nothing but the issues, so that the files are the same however many workers write them.
    """
    shards: list[list[IssueFiles]] = []
    size = 0
    for issue in issues:
        if not shards or size + issue.bytes > SHARD_BYTES:
            shards.append([])
            size = 0
        shards[-1].append(issue)
        size += issue.bytes
    return shards


def build_issue(issue: IssueFiles) -> tuple[IssueRows, Proof, Manifest]:
    """Read, assemble and prove one issue.

    Raises:
        DataError: its manifest or text is wrong, or its rows do not follow from its text.
    """
    manifest = parse_manifest(_read(issue.manifest), str(issue.manifest))
    path = issue.manifest.parent / (manifest.issue.text or issue.raw.name)
    text = read_raw_text(path, manifest.issue.sha256, str(issue.manifest))
    try:
        rows = assemble(text, manifest, str(issue.manifest))
    except RawTextError as error:
        raise RawTextError(str(path), str(error)) from None
    proof = prove(text, rows.rows)
    if proof.problems:
        raise ProofError(f"{path}: {problem}" for problem in proof.problems)
    return rows, proof, manifest


def read_raw_text(path: Path, sha256: str | None = None, manifest: str = "") -> str:
    """Read a raw text and check that it is the one its manifest was made for, where it has one.

    Raises:
        RawTextError: it is missing, empty, unreadable, not UTF-8, or another text.
    """
    data = _read(path)
    if not data:
        raise RawTextError(str(path), "is empty; expected the raw text of an issue")
    found = hashlib.sha256(data).hexdigest()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RawTextError(f"{path}:{line}", f"byte 0x{data[error.start]:02x} is not UTF-8; expected text in UTF-8") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise RawTextError(f"{path}:{line}", "a NUL character; expected text")
    if sha256 is not None and found != sha256:
        raise RawTextError(str(path), f"its SHA-256 is {found}; expected {sha256}, as issue.sha256 of {manifest} says")
    return text


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise RawTextError(str(path), "is missing; expected the file") from None
    except OSError as error:
        raise RawTextError(str(path), f"cannot be read: {(error.strerror or str(error)).lower()}") from None


def build_shard(issues: Sequence[IssueFiles], folder: Path, number: int, count: int) -> _ShardResult:
    """Build some issues and write their rows as one file per table.

    Raises:
        DataError: with the problems of all the issues that cannot be built.
        OutputError: a file cannot be written.
    """
    built, failures = [], []
    for issue in issues:
        try:
            built.append(build_issue(issue))
        except DataError as error:
            failures.append(error)
    if failures:
        raise failures[0] if len(failures) == 1 else DataError("\n".join(map(str, failures)))
    files, rows, digests = {}, {}, {}
    for name in TABLES:
        table = pa.concat_tables([to_arrow(name, issue.rows[name]) for issue, _, _ in built]).combine_chunks()
        problems = list(check_values(name, table))
        if problems:
            raise ProofError(map(str, problems))
        stem = name if count == 1 else f"{name}-{number:05d}-of-{count:05d}"
        files[name] = _write_table(name, table, folder / f"{stem}.parquet")
        rows[name] = table.num_rows
        digests[name] = tuple(issue_digests(name, table))
    sources = tuple(
        IssueSource(_issue_title(manifest), f"raw/{manifest.issue.text or manifest.issue.id + '.txt'}", manifest.issue.sha256)
        for _, _, manifest in built
    )
    return _ShardResult(files, rows, digests, sources, tuple(_report(issue, proof) for issue, proof, _ in built))


def _write_table(name: str, table: pa.Table, path: Path) -> DataFile:
    with writer(name, path) as out:
        for start in range(0, max(table.num_rows, 1), ROW_GROUP):
            out.write_table(table.slice(start, ROW_GROUP).combine_chunks(), row_group_size=ROW_GROUP)
    data = path.read_bytes()
    return DataFile(path.name, len(data), hashlib.sha256(data).hexdigest())


def _issue_title(manifest: Manifest) -> str:
    issue = manifest.issue
    parts = [issue.periodical]
    parts += [f"Volume {issue.volume}"] if issue.volume is not None else []
    parts += [f"Issue {issue.number}"] if issue.number is not None else []
    return f"{', '.join(parts)} ({issue.year}){'' if issue.complete else ', excerpt'}"


def _merge(results: Sequence[_ShardResult]) -> tuple[TableFiles, ...]:
    return tuple(
        TableFiles(
            name,
            tuple(result.files[name] for result in results),
            sum(result.rows[name] for result in results),
            table_digest(digest for result in results for digest in result.digests[name]),
        )
        for name in TABLES
    )


def write_metadata(folder: Path, metadata: Metadata, sources: Sequence[IssueSource], tables: Sequence[TableFiles]) -> None:
    """Write the metadata files of a corpus whose tables are written."""
    card = data_card()
    try:
        prose = card.read_text("utf-8")
    except OSError as error:
        raise OutputError(f"{card}: cannot be read: {(error.strerror or str(error)).lower()}; expected the data card") from None
    contents: dict[str, str] = {
        "datapackage.json": to_json(data_package(metadata, sources, tables)),
        "README.md": dataset_card(metadata, tables, prose),
    }
    for name, content in contents.items():
        (folder / name).write_text(content, "utf-8", newline="\n")


def _report(issue: IssueRows, proof: Proof) -> IssueReport:
    records, pages = issue.rows["records"], issue.rows["pages"]
    blocks: Mapping[Any, int] = Counter(issue.rows["blocks"]["record_id"])
    names = ("id", "title", "type", "author", "page_start", "page_end", "word_count")
    return IssueReport(
        id=issue.id,
        records=tuple(
            RecordReport(record, title, kind, author, start, end, blocks[record], words)
            for record, title, kind, author, start, end, words in zip(*(records[name] for name in names), strict=True)
        ),
        pages=len(pages["number"]),
        pages_printed=sum(pages["printed"]),
        marks=issue.marks,
        paragraphs=issue.setting.paragraphs,
        face=issue.setting.face,
        final_spaces=issue.setting.final_spaces,
        characters=proof.characters,
        spans=proof.spans,
        blocks=proof.blocks,
        edits=proof.edits,
        claimed=issue.claimed,
        unclaimed=issue.unclaimed,
    )

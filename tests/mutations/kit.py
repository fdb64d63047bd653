"""What the mutations share: a copy of a corpus that is damaged, and what a validation has to find.

A :class:`CorpusCopy` is a copy of a small corpus: the real issue and a second one made to order. A
mutation changes its tables, its raw texts or its files from a seed, and returns what has to be
found: the table, the rows and the codes. Whatever a builder could have written so by mistake is
then made to agree: sizes, hashes, row counts and content digests.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lprcorpus.problems import Problem
from lprcorpus.schema import TABLES
from lprcorpus.tables import arrow_schema

from ..rowhelp import content_digest

Columns = dict[str, list[Any]]


@dataclass(frozen=True)
class Expected:
    """What a validation has to find: a problem of one of the codes, in one of the tables or files, at one of the rows."""

    codes: frozenset[str]
    tables: frozenset[str | None]
    keys: frozenset[str | None] | None = None
    files: frozenset[str | None] | None = None

    @property
    def by_rebuild(self) -> bool:
        """Whether only a rebuild finds it, which alone reads the manifests."""
        of_manifest = any(str(name).endswith(".toml") for name in self.files or ())
        return of_manifest or any(code.startswith("rebuild-") for code in self.codes)

    def found_in(self, problems: Sequence[Problem]) -> bool:
        return any(
            problem.code in self.codes
            and problem.table in self.tables
            and (self.keys is None or problem.key in self.keys)
            and (self.files is None or problem.file in self.files)
            for problem in problems
        )


def expect(
    codes: str,
    tables: str | None = None,
    keys: Sequence[str | None] | None = None,
    files: Sequence[str | None] | None = None,
) -> Expected:
    named = frozenset(None if name == "-" else name for name in (tables or "-").split())
    return Expected(
        frozenset(codes.split()),
        named,
        None if keys is None else frozenset(keys),
        None if files is None else frozenset(files),
    )


@dataclass
class CorpusCopy:
    """A copy of a corpus, to be damaged."""

    home: Path
    loaded: dict[str, Columns] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.home / "processed"

    def table(self, name: str) -> Columns:
        """Return the columns of a table; what is changed in them is written by :meth:`repair`."""
        if name not in self.loaded:
            self.loaded[name] = pq.ParquetFile(self.folder / f"{name}.parquet").read().to_pydict()
        return self.loaded[name]

    def key(self, name: str, row: int) -> str:
        return ",".join(str(self.table(name)[part][row]) for part in TABLES[name].key)

    def raw(self, issue: str) -> Path:
        return self.home / "raw" / f"{issue}.txt"

    def json(self, name: str, change: Callable[[Any], object]) -> None:
        """Change a JSON file of the corpus."""
        path = self.folder / name
        content = json.loads(path.read_bytes())
        change(content)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2), "utf-8")

    def text(self, name: str, old: str, new: str) -> None:
        """Change the first place of a text file of the corpus that says something."""
        path = self.home / name
        content = path.read_text("utf-8")
        assert old in content, (name, old)
        path.write_text(content.replace(old, new, 1), "utf-8")

    def repair(self) -> None:
        """Write the changed tables, and make every hash, size, count and digest agree with what is there now."""
        for name, columns in self.loaded.items():
            pq.write_table(
                pa.Table.from_pydict(columns, schema=arrow_schema(name)),
                self.folder / f"{name}.parquet",
            )
        self.repair_metadata()

    def repair_metadata(self) -> None:
        package = json.loads((self.folder / "datapackage.json").read_bytes())
        tables = {
            resource["name"]: resource
            for resource in package["resources"]
            if resource.get("type") == "table"
        }
        card = (self.folder / "README.md").read_text("utf-8")
        renewed: dict[str, str] = {}
        for resource in package["resources"]:
            path = self.folder / resource["path"]
            if not path.is_file() or resource.get("type") == "table":
                continue
            name = resource["name"].removesuffix("-file")
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            renewed[resource["hash"].removeprefix("sha256:")] = digest
            renewed[f'"{resource["bytes"]} B"'] = f'"{len(data)} B"'
            card = card.replace(
                f"download_size: {resource['bytes']}\n", f"download_size: {len(data)}\n"
            )
            resource.update(bytes=len(data), hash=f"sha256:{digest}")
            try:
                table = pq.ParquetFile(path).read()
                tables[name]["contentDigest"] = (
                    f"sha256:{content_digest(name, table.select(arrow_schema(name).names).cast(arrow_schema(name)))}"
                )
            except (pa.ArrowException, OSError, KeyError):
                continue
            info = rf"(- config_name: {name}\n(?:(?!- config_name).*\n)*?    num_examples: )\d+"
            card = re.sub(info, rf"\g<1>{table.num_rows}", card)
            card = _with_size(card, name, path)
            tables[name]["rows"] = table.num_rows
        (self.folder / "README.md").write_text(card, "utf-8")
        (self.folder / "datapackage.json").write_text(
            json.dumps(package, ensure_ascii=False, indent=2), "utf-8"
        )
        croissant = self.folder / "croissant.json"
        if croissant.is_file():
            text = croissant.read_text("utf-8")
            for old, new in renewed.items():
                text = text.replace(old, new)
            croissant.write_text(text, "utf-8")

    def repair_raw(self, issue: str) -> None:
        """Make everything that names a raw text's hash name the new one."""
        data = self.raw(issue).read_bytes()
        issues = self.table("issues")
        row = issues["id"].index(issue)
        old, new = issues["raw_sha256"][row], hashlib.sha256(data).hexdigest()
        issues["raw_sha256"][row], issues["raw_chars"][row] = new, len(data.decode("utf-8"))
        for name in (f"raw/{issue}.toml", "processed/datapackage.json"):
            self.text(name, old, new)


def _with_size(card: str, name: str, path: Path) -> str:
    """Return a card with the size of a table before compression, as its file says now."""
    footer = pq.ParquetFile(path).metadata
    groups = map(footer.row_group, range(footer.num_row_groups))
    size = sum(group.total_byte_size for group in groups)
    for key in ("num_bytes", "dataset_size"):
        info = rf"(- config_name: {name}\n(?:(?!- config_name).*\n)*? +(?:- )?{key}: )\d+"
        card = re.sub(info, rf"\g<1>{size}", card)
    return card


Mutation = Callable[[CorpusCopy, random.Random], Expected]

MUTATIONS: dict[str, Mutation] = {}
"""The kinds of damage by name."""


def mutation(name: str) -> Callable[[Mutation], Mutation]:
    def register(function: Mutation) -> Mutation:
        assert name not in MUTATIONS
        MUTATIONS[name] = function
        return function

    return register


def misprint(text: str, chance: random.Random) -> str:
    """Return a text with one letter changed; where it has none, with one added."""
    letters = [
        place
        for place, char in enumerate(text)
        if char.isascii() and char.isalpha() and char.islower()
    ]
    if not letters:
        return text + "x"
    place = chance.choice(letters)
    return text[:place] + ("e" if text[place] != "e" else "a") + text[place + 1 :]

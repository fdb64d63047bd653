"""Ways to damage a corpus, each with what a validation has to say of it; the hashes are repaired so that they give nothing away.

A :class:`Corpus` is a copy of a small corpus: the real issue and a second one made to order. A mutation changes its tables, its
raw texts or its files from a seed, and returns what has to be found: the table, the rows and the codes. Whatever a builder
could have written so by mistake is then made to agree: sizes, hashes, row counts and content digests, in all metadata files.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lprcorpus.metadata import corpus_metadata
from lprcorpus.problems import Problem
from lprcorpus.schema import KINDS, ROLES, RULES, TABLES, TYPES
from lprcorpus.tables import arrow_schema, content_digest

Columns = dict[str, list[Any]]


@dataclass(frozen=True)
class Expected:
    """What a validation has to find: a problem of one of the codes, in one of the tables or files, at one of the rows."""

    codes: frozenset[str]
    tables: frozenset[str | None]
    keys: frozenset[str | None] | None = None
    files: frozenset[str | None] | None = None

    def found_in(self, problems: Sequence[Problem]) -> bool:
        return any(
            problem.code in self.codes
            and problem.table in self.tables
            and (self.keys is None or problem.key in self.keys)
            and (self.files is None or problem.file in self.files)
            for problem in problems
        )


def expect(
    codes: str, tables: str | None = None, keys: Sequence[str | None] | None = None, files: Sequence[str | None] | None = None
) -> Expected:
    named: frozenset[str | None] = frozenset(tables.split()) if tables else frozenset([None])
    return Expected(
        frozenset(codes.split()),
        named,
        None if keys is None else frozenset(keys),
        None if files is None else frozenset(files),
    )


@dataclass
class Corpus:
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
            pq.write_table(pa.Table.from_pydict(columns, schema=arrow_schema(name)), self.folder / f"{name}.parquet")
        self.repair_metadata()

    def repair_metadata(self) -> None:
        package = json.loads((self.folder / "datapackage.json").read_bytes())
        tables = {resource["name"]: resource for resource in package["resources"] if resource.get("type") == "table"}
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
            card = card.replace(f"download_size: {resource['bytes']}\n", f"download_size: {len(data)}\n")
            resource.update(bytes=len(data), hash=f"sha256:{digest}")
            try:
                table = pq.ParquetFile(path).read()
                tables[name]["contentDigest"] = f"sha256:{content_digest(name, table.select(arrow_schema(name).names))}"
            except (pa.ArrowException, OSError, KeyError):
                continue
            info = rf"(- config_name: {name}\n(?:(?!- config_name).*\n)*?    num_examples: )\d+"
            card = re.sub(info, rf"\g<1>{table.num_rows}", card)
            tables[name]["rows"] = table.num_rows
        (self.folder / "README.md").write_text(card, "utf-8")
        (self.folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=2), "utf-8")
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


Mutation = Callable[[Corpus, random.Random], Expected]

MUTATIONS: dict[str, Mutation] = {}
"""The kinds of damage by name."""

UNSEEN = {
    "blocks.kind, but for verse": "what kind of paragraph a block is, is a reading of the layout; the raw text does not say it",
    "edits.reason, but for curated edits": "a remark in our own words, which nothing else repeats",
    "spans.role header or link, to body outside a record": "both are text in no record; only the layout sets them apart",
    "edits that only take newlines, dropped": "newlines are dropped in any case, so that the text is the same without them",
    "a page made to begin between its running head and its number": "only the layout says that the two stand together",
    "a boundary of spans moved over white space": "the space around a passage belongs to it or to the blank beside it alike",
}
"""What no check could see, and why; the mutations leave it alone."""


def mutation(name: str) -> Callable[[Mutation], Mutation]:
    def register(function: Mutation) -> Mutation:
        assert name not in MUTATIONS
        MUTATIONS[name] = function
        return function

    return register


# Each column of each table ---------------------------------------------------------------------------------------------------

_CELLS: dict[str, tuple[str, str]] = {
    "issues.id": ("issue-empty", "issues"),
    "issues.periodical": ("source", "issues"),
    "issues.volume": ("source", "issues"),
    "issues.number": ("source", "issues"),
    "issues.year": ("source", "issues"),
    "issues.page_start": ("page-range", "issues"),
    "issues.page_end": ("page-range", "issues"),
    "issues.complete": ("source", "issues"),
    "issues.raw_path": ("raw-missing path-unsafe", "issues"),
    "issues.raw_sha256": ("raw-hash", "issues"),
    "issues.raw_chars": ("raw-length", "issues"),
    "pages.issue_id": ("row-order foreign-key key-duplicate", "pages"),
    "pages.number": ("row-order key-duplicate foreign-key page-range span-page", "pages spans issues"),
    "pages.printed": ("page-printed", "pages"),
    "pages.raw_start": ("page-gap page-overlap", "pages"),
    "pages.raw_end": ("page-gap page-overlap page-empty", "pages"),
    "records.id": ("block-missing key-duplicate", "records"),
    "records.issue_id": ("record-issue", "records"),
    "records.position": ("position key-duplicate", "records"),
    "records.title": ("title-text", "records"),
    "records.author": ("author-names", "records"),
    "records.type": ("manifest", "records"),
    "records.section": ("manifest", "records"),
    "records.note": ("note-text", "records"),
    "records.source_citation": ("source-text", "records"),
    "records.source_title": ("manifest", "records"),
    "records.source_container": ("manifest", "records"),
    "records.source_publisher": ("manifest", "records"),
    "records.source_place": ("manifest", "records"),
    "records.source_date": ("manifest", "records"),
    "records.source_url": ("manifest", "records"),
    "records.body": ("body-text", "records"),
    "records.page_start": ("record-page", "records"),
    "records.page_end": ("record-page", "records"),
    "records.language": ("manifest", "records"),
    "records.rights": ("manifest", "records"),
    "records.word_count": ("word-count", "records"),
    "records.body_sha256": ("body-hash", "records"),
    "contributors.record_id": ("row-order position foreign-key key-duplicate", "contributors"),
    "contributors.position": ("position key-duplicate", "contributors"),
    "contributors.name": ("manifest", "contributors"),
    "contributors.family_name": ("manifest", "contributors"),
    "contributors.given_name": ("manifest", "contributors"),
    "contributors.role": ("manifest", "contributors"),
    "blocks.record_id": ("row-order position foreign-key key-duplicate", "blocks"),
    "blocks.position": ("position key-duplicate", "blocks"),
    "blocks.text": ("block-text", "blocks"),
    "blocks.page_start": ("block-page", "blocks"),
    "blocks.page_end": ("block-page", "blocks"),
    "blocks.body_start": ("body-extent", "blocks"),
    "blocks.body_end": ("body-extent", "blocks"),
    "blocks.raw_start": ("block-extent", "blocks"),
    "blocks.raw_end": ("block-extent", "blocks"),
    "spans.issue_id": ("row-order foreign-key key-duplicate", "spans"),
    "spans.raw_start": ("span-gap span-overlap", "spans"),
    "spans.raw_end": ("span-gap span-overlap span-empty", "spans"),
    "spans.page": ("span-page", "spans"),
    "spans.record_id": ("span-record span-place span-block foreign-key", "spans"),
    "spans.block": ("span-block span-record block-spans block-text block-extent", "spans blocks"),
    "edits.issue_id": ("row-order foreign-key key-duplicate edit-before", "edits"),
    "edits.raw_start": ("edit-before", "edits"),
    "edits.raw_end": ("edit-before", "edits"),
    "edits.before": ("edit-before", "edits"),
    "edits.after": ("edit-rule edit-idle block-text title-text note-text source-text", "edits blocks records"),
    "edits.rule": ("edit-rule manifest", "edits"),
}
"""The columns that are damaged by changing one cell, with the codes and the tables that have to be named."""

_ENUMS = {
    "records.type": TYPES,
    "contributors.role": ("author", "speaker", "interviewee", "translator", "publisher"),
    "edits.rule": RULES,
}


def _other(value: Any, column: str, chance: random.Random) -> Any:
    """Return another value that the column's type and constraints admit."""
    if column in _ENUMS:
        return chance.choice([item for item in _ENUMS[column] if item != value])
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + chance.choice([1, 2, 7, 1000]) if value < 2 or chance.random() < 0.5 else value - 1
    if column.endswith("sha256"):
        return hashlib.sha256(str(chance.random()).encode()).hexdigest()
    if column.endswith("date"):
        return value.replace("20", "19", 1) if "20" in value else value.replace("19", "18", 1)
    if column == "records.language":
        return chance.choice(["fr", "ur", "en-GB"])
    return _misprint(value, chance)


def _misprint(text: str, chance: random.Random) -> str:
    """Return a text with one letter changed; where it has none, with one added."""
    letters = [place for place, char in enumerate(text) if char.isascii() and char.isalpha() and char.islower()]
    if not letters:
        return text + "x"
    place = chance.choice(letters)
    return text[:place] + ("e" if text[place] != "e" else "a") + text[place + 1 :]


def _change_cell(corpus: Corpus, chance: random.Random, column: str) -> Expected:
    table, _, name = column.partition(".")
    columns = corpus.table(table)
    rows = [row for row, value in enumerate(columns[name]) if value is not None]
    if not rows:  # no record has one: give it one
        rows = list(range(len(columns[name])))
    row = chance.choice(rows)
    old = corpus.key(table, row)
    value = columns[name][row]
    if name in ("issue_id", "record_id") and (others := [item for item in set(columns[name]) if item not in (None, value)]):
        columns[name][row] = chance.choice(sorted(others)) if chance.random() < 0.5 else f"{value}x"
    else:
        columns[name][row] = "Somewhere" if value is None else _other(value, column, chance)
    codes, tables = _CELLS[column]
    beside = [corpus.key(table, place) for place in (row, row + 1) if place < len(columns[name])]
    if tables != table:
        return expect(codes, tables)
    return expect(codes, tables, [old, *beside])


for _column in _CELLS:
    mutation(f"cell: {_column}")(lambda corpus, chance, column=_column: _change_cell(corpus, chance, column))


# Whole rows ------------------------------------------------------------------------------------------------------------------

_LOST = {
    "issues": ("foreign-key", "pages records spans edits"),
    "pages": ("page-gap page-range foreign-key", "pages issues spans"),
    "records": ("foreign-key position", "records contributors blocks spans"),
    "contributors": ("manifest position", "contributors"),
    "blocks": ("position span-block body-text block-missing", "blocks records spans"),
    "spans": ("span-gap", "spans"),
    "edits": ("block-text title-text note-text source-text", "blocks records"),
}


def _drop_row(corpus: Corpus, chance: random.Random, table: str) -> Expected:
    columns = corpus.table(table)
    row = chance.randrange(len(next(iter(columns.values()))))
    while table == "edits" and columns["before"][row].replace("\n", "") == columns["after"][row]:  # see UNSEEN
        row = chance.randrange(len(columns["after"]))
    for values in columns.values():
        del values[row]
    return expect(*_LOST[table])


def _double_row(corpus: Corpus, chance: random.Random, table: str) -> Expected:
    columns = corpus.table(table)
    row = chance.randrange(len(next(iter(columns.values()))))
    for values in columns.values():
        values.insert(row, values[row])
    return expect("key-duplicate", table, [corpus.key(table, row)])


def _swap_rows(corpus: Corpus, chance: random.Random, table: str) -> Expected:
    columns = corpus.table(table)
    row = chance.randrange(len(next(iter(columns.values()))) - 1)
    for values in columns.values():
        values[row], values[row + 1] = values[row + 1], values[row]
    near = range(row, min(row + 3, len(next(iter(columns.values())))))
    return expect("row-order position", table, [corpus.key(table, place) for place in near])


def _move_row(corpus: Corpus, chance: random.Random, table: str) -> Expected:
    columns = corpus.table(table)
    row = chance.randrange(len(next(iter(columns.values()))) - 1)
    for values in columns.values():
        values.append(values.pop(row))
    return expect("row-order position", table)


for _table in TABLES:
    mutation(f"row dropped: {_table}")(lambda corpus, chance, table=_table: _drop_row(corpus, chance, table))
    mutation(f"row doubled: {_table}")(lambda corpus, chance, table=_table: _double_row(corpus, chance, table))
    mutation(f"rows swapped: {_table}")(lambda corpus, chance, table=_table: _swap_rows(corpus, chance, table))
    mutation(f"row moved to the end: {_table}")(lambda corpus, chance, table=_table: _move_row(corpus, chance, table))


# Values that the models refuse -------------------------------------------------------------------------------------------------


@mutation("value: null where one is required")
def _null(corpus: Corpus, chance: random.Random) -> Expected:
    places = [
        (table, column)
        for table in TABLES.values()
        for column in table.columns
        if not column.nullable and column.name not in table.key
    ]
    table, column = chance.choice(places)
    values = corpus.table(table.name)[column.name]
    row = chance.randrange(len(values))
    values[row] = None
    return expect("null", table.name, [corpus.key(table.name, row)])


@mutation("value: not one of those allowed")
def _enum(corpus: Corpus, chance: random.Random) -> Expected:
    table, column = chance.choice([(table, column) for table in TABLES.values() for column in table.columns if column.enum])
    values = corpus.table(table.name)[column.name]
    row = chance.randrange(len(values))
    values[row] = chance.choice(["Author", "poems", "", "headings", "none"])
    return expect("enum", table.name, [corpus.key(table.name, row)])


@mutation("value: not of the required form")
def _pattern(corpus: Corpus, chance: random.Random) -> Expected:
    places = [(table, column) for table in TABLES.values() for column in table.columns if column.pattern]
    table, column = chance.choice(places)
    values = corpus.table(table.name)[column.name]
    row = chance.randrange(len(values))
    values[row] = chance.choice(["", " ", "No such form!", "ÄÖÜ", "a\n"])
    return expect("pattern", table.name)


@mutation("value: too small")
def _minimum(corpus: Corpus, chance: random.Random) -> Expected:
    places = [(table, column) for table in TABLES.values() for column in table.columns if column.minimum is not None]
    table, column = chance.choice(places)
    values = corpus.table(table.name)[column.name]
    row = chance.randrange(len(values))
    values[row] = chance.choice([-1, -7, -(2**40)])
    return expect("minimum", table.name, [corpus.key(table.name, row)])


@mutation("value: empty text")
def _empty(corpus: Corpus, chance: random.Random) -> Expected:
    places = [(table, column) for table in TABLES.values() for column in table.columns if column.min_length]
    table, column = chance.choice(places)
    values = corpus.table(table.name)[column.name]
    row = chance.randrange(len(values))
    values[row] = ""
    return expect("length", table.name, [corpus.key(table.name, row)])


@mutation("value: a day that is in no calendar")
def _no_day(corpus: Corpus, chance: random.Random) -> Expected:
    dates = corpus.table("records")["source_date"]
    row = chance.randrange(len(dates))
    dates[row] = chance.choice(["2014-02-30", "2014-13", "2014-05/2014-00", "2015/2014", "2014-04-31/2014-05-01"])
    return expect("date", "records", [corpus.key("records", row)])


# The text ----------------------------------------------------------------------------------------------------------------------


def _renew_record(corpus: Corpus, row: int) -> None:
    """Make a record's counts and hash agree with its body."""
    records = corpus.table("records")
    body = records["body"][row]
    records["body_sha256"][row] = hashlib.sha256(body.encode()).hexdigest()
    records["word_count"][row] = len(body.split())


@mutation("text: a character of a body, its hash renewed")
def _body(corpus: Corpus, chance: random.Random) -> Expected:
    records = corpus.table("records")
    row = chance.randrange(len(records["id"]))
    records["body"][row] = _misprint(records["body"][row], chance)
    _renew_record(corpus, row)
    return expect("body-text", "records", [corpus.key("records", row)])


@mutation("text: a character of a block and of its body alike, the hash renewed")
def _block_and_body(corpus: Corpus, chance: random.Random) -> Expected:
    records, blocks = corpus.table("records"), corpus.table("blocks")
    block = chance.randrange(len(blocks["text"]))
    row = records["id"].index(blocks["record_id"][block])
    old = blocks["text"][block]
    new = _misprint(old, chance)
    blocks["text"][block] = new
    start, end = blocks["body_start"][block], blocks["body_end"][block]
    records["body"][row] = records["body"][row][:start] + new + records["body"][row][end:]
    shift = len(new) - len(old)
    if shift:
        for other in range(len(blocks["text"])):
            if blocks["record_id"][other] == records["id"][row] and blocks["position"][other] > blocks["position"][block]:
                blocks["body_start"][other] += shift
                blocks["body_end"][other] += shift
        blocks["body_end"][block] += shift
    _renew_record(corpus, row)
    return expect("block-text", "blocks", [corpus.key("blocks", block)])


@mutation("text: two blocks of a record exchanged")
def _blocks_exchanged(corpus: Corpus, chance: random.Random) -> Expected:
    blocks = corpus.table("blocks")
    pairs = [
        place
        for place in range(len(blocks["text"]) - 1)
        if blocks["record_id"][place] == blocks["record_id"][place + 1] and blocks["text"][place] != blocks["text"][place + 1]
    ]
    place = chance.choice(pairs)
    for name in ("text", "kind"):
        blocks[name][place], blocks[name][place + 1] = blocks[name][place + 1], blocks[name][place]
    return expect("block-text", "blocks", [corpus.key("blocks", place), corpus.key("blocks", place + 1)])


@mutation("text: the lines of a stanza run together")
def _verse(corpus: Corpus, chance: random.Random) -> Expected:
    blocks = corpus.table("blocks")
    place = chance.choice([row for row, kind in enumerate(blocks["kind"]) if kind == "verse" and "\n" in blocks["text"][row]])
    if chance.random() < 0.5:
        blocks["kind"][place] = chance.choice([kind for kind in KINDS if kind != "verse"])
    else:
        blocks["text"][place] = blocks["text"][place].replace("\n", " ", 1)
    return expect("block-text", "blocks", [corpus.key("blocks", place)])


def _print_places(corpus: Corpus, roles: Sequence[str]) -> list[tuple[int, str, int]]:
    """Return the characters of the raw texts that are letters in spans of some roles: span, issue, offset."""
    spans = corpus.table("spans")
    texts = {issue: corpus.raw(issue).read_bytes().decode("utf-8") for issue in corpus.table("issues")["id"]}
    return [
        (row, issue, at)
        for row, (issue, start, end, role) in enumerate(
            zip(spans["issue_id"], spans["raw_start"], spans["raw_end"], spans["role"], strict=True)
        )
        if role in roles
        for at in range(start, end)
        if texts[issue][at].islower() and texts[issue][at].isascii()
    ]


def _change_raw(corpus: Corpus, chance: random.Random, roles: Sequence[str], codes: str, tables: str) -> Expected:
    _, issue, at = chance.choice(_print_places(corpus, roles))
    path = corpus.raw(issue)
    text = path.read_bytes().decode("utf-8")
    new = "e" if text[at] != "e" else "a"
    path.write_bytes((text[:at] + new + text[at + 1 :]).encode("utf-8"))
    corpus.repair_raw(issue)
    return expect(codes, tables)


@mutation("raw text: a character of a body")
def _raw_body(corpus: Corpus, chance: random.Random) -> Expected:
    return _change_raw(corpus, chance, ["body"], "block-text edit-before", "blocks edits")


@mutation("raw text: a character of a title")
def _raw_title(corpus: Corpus, chance: random.Random) -> Expected:
    return _change_raw(corpus, chance, ["title"], "title-text edit-before", "records edits")


@mutation("raw text: a character of a note or source")
def _raw_note(corpus: Corpus, chance: random.Random) -> Expected:
    return _change_raw(corpus, chance, ["note", "source"], "note-text source-text", "records")


@mutation("raw text: a character of a section")
def _raw_section(corpus: Corpus, chance: random.Random) -> Expected:
    spans = corpus.table("spans")
    row = chance.choice([row for row, role in enumerate(spans["role"]) if role == "section"])
    issue, at = spans["issue_id"][row], spans["raw_start"][row]
    text = corpus.raw(issue).read_bytes().decode("utf-8")
    corpus.raw(issue).write_bytes((text[:at] + "Q" + text[at + 1 :]).encode("utf-8"))
    corpus.repair_raw(issue)
    return expect("section-text", "records")


@mutation("raw text: a character, its hash not renewed")
def _raw_hash(corpus: Corpus, chance: random.Random) -> Expected:
    _, issue, at = chance.choice(_print_places(corpus, ["body", "byline", "title"]))
    text = corpus.raw(issue).read_bytes().decode("utf-8")
    corpus.raw(issue).write_bytes((text[:at] + "#" + text[at + 1 :]).encode("utf-8"))
    return expect("raw-hash", "issues", [issue])


@mutation("raw text: a character too many or too few")
def _raw_length(corpus: Corpus, chance: random.Random) -> Expected:
    _, issue, at = chance.choice(_print_places(corpus, ["body"]))
    text = corpus.raw(issue).read_bytes().decode("utf-8")
    text = text[:at] + text[at + 1 :] if chance.random() < 0.5 else f"{text[:at]}x{text[at:]}"
    corpus.raw(issue).write_bytes(text.encode("utf-8"))
    corpus.repair_raw(issue)
    return expect("span-gap span-overlap", "spans")


@mutation("raw text: gone")
def _raw_gone(corpus: Corpus, chance: random.Random) -> Expected:
    issue = chance.choice(corpus.table("issues")["id"])
    corpus.raw(issue).unlink()
    return expect("raw-missing", "issues", [issue], [f"raw/{issue}.txt"])


@mutation("raw text: not UTF-8")
def _raw_encoding(corpus: Corpus, chance: random.Random) -> Expected:
    issue = chance.choice(corpus.table("issues")["id"])
    data = corpus.raw(issue).read_bytes()
    at = chance.randrange(len(data))
    corpus.raw(issue).write_bytes(data[:at] + b"\xff" + data[at:])
    return expect("raw-encoding", "issues", [issue])


# Spans, pages, edits -----------------------------------------------------------------------------------------------------------


@mutation("span: its role changed")
def _role(corpus: Corpus, chance: random.Random) -> Expected:
    spans = corpus.table("spans")
    row = chance.randrange(len(spans["role"]))
    old = spans["role"][row]
    issue = spans["issue_id"][row]
    spans["role"][row] = chance.choice([role for role in ROLES if role != old])
    if spans["role"][row] == "body" and old in ("header", "link"):  # see UNSEEN
        spans["role"][row] = "blank"
    codes = "span-role span-record span-block span-place section-text manifest"
    codes += " title-text note-text source-text block-spans block-text block-extent"
    expected = expect(codes, "spans records blocks")
    return Expected(expected.codes, expected.tables, frozenset(_keys_near(corpus, row, issue)))


def _keys_near(corpus: Corpus, row: int, issue: str) -> Iterator[str]:
    """Yield the keys of a span's row, its record, its block and its page."""
    spans = corpus.table("spans")
    yield corpus.key("spans", row)
    record, block = spans["record_id"][row], spans["block"][row]
    if record:
        yield record
        yield f"{record},{block}"
    same = [place for place, page in enumerate(spans["page"]) if page == spans["page"][row] and spans["issue_id"][place] == issue]
    yield corpus.key("spans", same[0])
    for place in same:  # a mark in the middle of its page can be told of any of the marks
        if spans["role"][place] in ("page_mark", "header"):
            yield corpus.key("spans", place)
    pages = corpus.table("pages")
    yield from (
        f"{issue},{start}"
        for number, start in zip(pages["number"], pages["raw_start"], strict=True)
        if number == spans["page"][row]
    )
    for place, other in enumerate(corpus.table("records")["id"]):
        if corpus.table("records")["issue_id"][place] == issue and corpus.table("records")["section"][place]:
            yield other


@mutation("span: shifted by a character")
def _shift(corpus: Corpus, chance: random.Random) -> Expected:
    spans = corpus.table("spans")
    texts = {issue: corpus.raw(issue).read_bytes().decode("utf-8") for issue in corpus.table("issues")["id"]}
    inner = [
        row
        for row in range(len(spans["role"]) - 1)
        if spans["issue_id"][row] == spans["issue_id"][row + 1]
        and spans["role"][row] == "blank"
        and spans["role"][row + 1] in ("title", "body", "note", "source")
        and spans["raw_end"][row + 1] - spans["raw_start"][row + 1] > 2
        and not texts[spans["issue_id"][row]][spans["raw_start"][row + 1]].isspace()
    ]
    row = chance.choice(inner)
    spans["raw_end"][row] += 1
    spans["raw_start"][row + 1] += 1
    issue, record, block = spans["issue_id"][row], spans["record_id"][row + 1], spans["block"][row + 1]
    keys = [corpus.key("spans", row), record, f"{record},{block}"]
    assert issue
    return expect("span-role block-text title-text note-text source-text block-extent", "spans blocks records", keys)


@mutation("span: two of them exchanged")
def _spans_exchanged(corpus: Corpus, chance: random.Random) -> Expected:
    spans = corpus.table("spans")
    bodies = [row for row, role in enumerate(spans["role"]) if role == "body" and spans["block"][row]]
    one, other = sorted(chance.sample(bodies, 2))
    if (spans["record_id"][one], spans["block"][one]) == (spans["record_id"][other], spans["block"][other]):
        spans["block"][one] += 1000
    for name in ("record_id", "block"):
        spans[name][one], spans[name][other] = spans[name][other], spans[name][one]
    return expect("block-text block-spans block-order block-extent span-block span-place", "spans blocks")


@mutation("page: its beginning moved")
def _page_moved(corpus: Corpus, chance: random.Random) -> Expected:
    pages = corpus.table("pages")
    row = chance.choice([row for row in range(1, len(pages["number"])) if pages["issue_id"][row] == pages["issue_id"][row - 1]])
    by = chance.choice([-200, -20, -2, 2, 20, 200])
    pages["raw_start"][row] += by
    pages["raw_end"][row - 1] += by
    return expect("span-page page-empty", "spans pages")


@mutation("page: its beginning moved, and the spans, blocks and records with it")
def _page_moved_all(corpus: Corpus, chance: random.Random) -> Expected:
    pages, spans, blocks = corpus.table("pages"), corpus.table("spans"), corpus.table("blocks")
    issue = "lpr-1-2"
    counted = [row for row, printed in enumerate(pages["printed"]) if row and not printed]  # see UNSEEN
    row = chance.choice([row for row in counted if pages["issue_id"][row - 1] == pages["issue_id"][row] == issue])
    start, number = pages["raw_start"][row], pages["number"][row]
    at = spans["raw_start"].index(start)
    while spans["issue_id"][at] != issue or spans["raw_start"][at] != start:
        at += 1
    later = at + chance.choice([2, 4])  # the page begins after its own mark and the first text
    pages["raw_start"][row] = pages["raw_end"][row - 1] = spans["raw_start"][later]
    for place in range(at, later):
        spans["page"][place] = number - 1
    for place in range(len(blocks["text"])):
        if blocks["raw_start"][place] in spans["raw_start"][at:later] and blocks["record_id"][place].startswith(issue):
            blocks["page_start"][place] = number - 1
            blocks["page_end"][place] = min(blocks["page_end"][place], number)
    return expect("span-place page-mark record-page block-page page-printed", "spans records blocks pages")


@mutation("page: all of them renumbered")
def _renumbered(corpus: Corpus, chance: random.Random) -> Expected:
    by = chance.choice([1, 2, 10])
    for table, names in {
        "pages": ["number"],
        "spans": ["page"],
        "blocks": ["page_start", "page_end"],
        "records": ["page_start", "page_end"],
        "issues": ["page_start", "page_end"],
    }.items():
        for name in names:
            corpus.table(table)[name] = [value + by for value in corpus.table(table)[name]]
    return expect("page-printed", "pages", [f"lpr-1-2,{number + by}" for number in (19, 22, 29)])


@mutation("edit: forged, and the block with it")
def _forged_edit(corpus: Corpus, chance: random.Random) -> Expected:
    row, issue, at = chance.choice(_print_places(corpus, ["body"]))
    spans, edits, blocks = corpus.table("spans"), corpus.table("edits"), corpus.table("blocks")
    record, block = spans["record_id"][row], spans["block"][row]
    text = corpus.raw(issue).read_bytes().decode("utf-8")
    starts = [(one, start) for one, start in zip(edits["issue_id"], edits["raw_start"], strict=True)]
    place = next((n for n, key in enumerate(starts) if key > (issue, at)), len(starts))
    values = {
        "issue_id": issue,
        "raw_start": at,
        "raw_end": at + 1,
        "before": text[at],
        "after": "X",
        "rule": "curated",
        "reason": "as it should be",
    }
    for name, value in values.items():
        edits[name].insert(place, value)
    keys = [f"{issue},{at}"]
    if record is not None:
        where = next(
            n for n, key in enumerate(zip(blocks["record_id"], blocks["position"], strict=True)) if key == (record, block)
        )
        inside = at - blocks["raw_start"][where]
        old = blocks["text"][where]
        blocks["text"][where] = old[:inside] + "X" + old[inside + 1 :]
    return expect("manifest edit-overlap edit-before", "edits", keys)


@mutation("edit: changes nothing")
def _idle_edit(corpus: Corpus, chance: random.Random) -> Expected:
    edits = corpus.table("edits")
    row = chance.randrange(len(edits["before"]))
    edits["after"][row] = edits["before"][row]
    return expect("edit-idle", "edits", [corpus.key("edits", row)])


@mutation("edit: the reason of a curated one")
def _reason(corpus: Corpus, chance: random.Random) -> Expected:
    edits = corpus.table("edits")
    row = chance.choice([row for row, rule in enumerate(edits["rule"]) if rule == "curated"])
    edits["reason"][row] = _misprint(edits["reason"][row], chance)
    return expect("manifest", "edits", [corpus.key("edits", row)])


# Keys --------------------------------------------------------------------------------------------------------------------------


@mutation("key: dangling")
def _dangling(corpus: Corpus, chance: random.Random) -> Expected:
    table, reference = chance.choice([(table, reference) for table in TABLES.values() for reference in table.references])
    column = reference.fields[-1]
    values = corpus.table(table.name)[column]
    row = chance.choice([row for row, value in enumerate(values) if value is not None])
    old = corpus.key(table.name, row)
    values[row] = 999_999 if isinstance(values[row], int) else f"{values[row]}-gone"
    keys = [old, corpus.key(table.name, row)]
    return expect("foreign-key record-issue row-order", table.name, keys)


@mutation("key: a record called like another")
def _same_id(corpus: Corpus, chance: random.Random) -> Expected:
    records = corpus.table("records")
    row = chance.randrange(1, len(records["id"]))
    records["id"][row] = records["id"][row - 1]
    return expect("key-duplicate record-issue", "records", [corpus.key("records", row)])


# Files -------------------------------------------------------------------------------------------------------------------------


def _damage_file(corpus: Corpus, chance: random.Random, change: Callable[[bytes, random.Random], bytes]) -> Expected:
    name = chance.choice(list(TABLES))
    path = corpus.folder / f"{name}.parquet"
    path.write_bytes(change(path.read_bytes(), chance))
    corpus.repair_metadata()
    return expect("not-parquet", name, files=[path.name])


@mutation("file: cut")
def _cut(corpus: Corpus, chance: random.Random) -> Expected:
    return _damage_file(corpus, chance, lambda data, chance: data[: chance.randrange(1, len(data))])


@mutation("file: emptied")
def _emptied(corpus: Corpus, chance: random.Random) -> Expected:
    return _damage_file(corpus, chance, lambda data, chance: b"")


@mutation("file: something else")
def _something_else(corpus: Corpus, chance: random.Random) -> Expected:
    others = [b"id,title\n1,2\n", b"PAR1", b"\0" * 4096, b"{}", b"PAR1" + b"\xff" * 100 + b"PAR1"]
    return _damage_file(corpus, chance, lambda data, chance: chance.choice(others))


@mutation("file: a bit flipped, the hash not renewed")
def _bit(corpus: Corpus, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    path = corpus.folder / f"{name}.parquet"
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return expect("hash-mismatch", name, files=[path.name])


@mutation("file: gone")
def _gone(corpus: Corpus, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    (corpus.folder / f"{name}.parquet").unlink()
    return expect("file-missing", name, files=[f"{name}.parquet"])


@mutation("file: replaced by another table's")
def _replaced(corpus: Corpus, chance: random.Random) -> Expected:
    one, other = chance.sample(list(TABLES), 2)
    shutil.copy(corpus.folder / f"{other}.parquet", corpus.folder / f"{one}.parquet")
    corpus.repair_metadata()
    return expect("column-missing", one, files=[f"{one}.parquet"])


@mutation("file: one that is not listed")
def _unlisted(corpus: Corpus, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    stray = f"{name}-00000-of-00001.parquet"
    shutil.copy(corpus.folder / f"{name}.parquet", corpus.folder / stray)
    return expect("file-unlisted", name, files=[stray])


def _change_schema(
    corpus: Corpus, chance: random.Random, codes: str, change: Callable[[pa.Table, str, random.Random], pa.Table]
) -> Expected:
    name = chance.choice(list(TABLES))
    path = corpus.folder / f"{name}.parquet"
    table = pq.ParquetFile(path).read()
    pq.write_table(change(table, chance.choice(table.column_names), chance), path)
    corpus.repair_metadata()
    return expect(codes, name, files=[path.name])


@mutation("schema: a column dropped")
def _column_dropped(corpus: Corpus, chance: random.Random) -> Expected:
    return _change_schema(corpus, chance, "column-missing", lambda table, column, chance: table.drop_columns([column]))


@mutation("schema: a column added")
def _column_added(corpus: Corpus, chance: random.Random) -> Expected:
    return _change_schema(
        corpus,
        chance,
        "column-unknown",
        lambda table, column, chance: table.append_column("extra", pa.array([None] * len(table), pa.string())),
    )


@mutation("schema: a column renamed")
def _column_renamed(corpus: Corpus, chance: random.Random) -> Expected:
    return _change_schema(
        corpus,
        chance,
        "column-missing",
        lambda table, column, chance: table.rename_columns(
            [f"{name}_" if name == column else name for name in table.column_names]
        ),
    )


@mutation("schema: a column of another type")
def _column_type(corpus: Corpus, chance: random.Random) -> Expected:
    def change(table: pa.Table, column: str, chance: random.Random) -> pa.Table:
        place = table.column_names.index(column)
        values = table.column(column)
        other = pa.large_string() if pa.types.is_string(values.type) else pa.string() if chance.random() < 0.5 else pa.int32()
        return table.set_column(place, table.schema.field(column).with_type(other), values.cast(other))

    return _change_schema(corpus, chance, "column-type", change)


@mutation("schema: the columns in another order")
def _column_order(corpus: Corpus, chance: random.Random) -> Expected:
    return _change_schema(corpus, chance, "column-order", lambda table, column, chance: table.select(table.column_names[::-1]))


@mutation("schema: a column's description lost")
def _description(corpus: Corpus, chance: random.Random) -> Expected:
    def change(table: pa.Table, column: str, chance: random.Random) -> pa.Table:
        place = table.column_names.index(column)
        return table.set_column(place, table.schema.field(column).remove_metadata(), table.column(column))

    return _change_schema(corpus, chance, "column-description", change)


@mutation("schema: the Hugging Face features lost")
def _features(corpus: Corpus, chance: random.Random) -> Expected:
    return _change_schema(corpus, chance, "features", lambda table, column, chance: table.replace_schema_metadata({}))


# Metadata ----------------------------------------------------------------------------------------------------------------------


def _change_resource(corpus: Corpus, chance: random.Random, entry: str, value: object, *, of_file: bool = False) -> str:
    name = chance.choice(list(TABLES))

    def change(package: Any) -> None:
        (resource,) = [item for item in package["resources"] if item["name"] == (f"{name}-file" if of_file else name)]
        resource[entry] = value

    corpus.json("datapackage.json", change)
    return name


@mutation("datapackage.json: a digest")
def _package_digest(corpus: Corpus, chance: random.Random) -> Expected:
    table = _change_resource(corpus, chance, "contentDigest", f"sha256:{'0' * 64}")
    return expect("digest-mismatch", table, files=["datapackage.json"])


@mutation("datapackage.json: a number of rows")
def _package_rows(corpus: Corpus, chance: random.Random) -> Expected:
    table = _change_resource(corpus, chance, "rows", chance.choice([0, 7, "15", None, 10**30]))
    return expect("rows-mismatch", table, files=["datapackage.json"])


@mutation("datapackage.json: a file's size")
def _package_bytes(corpus: Corpus, chance: random.Random) -> Expected:
    table = _change_resource(corpus, chance, "bytes", chance.choice([0, 1, "63302", -1]), of_file=True)
    return expect("size-mismatch", table, files=[f"{table}.parquet"])


@mutation("datapackage.json: a file's hash")
def _package_hash(corpus: Corpus, chance: random.Random) -> Expected:
    table = _change_resource(corpus, chance, "hash", chance.choice(["", None, f"sha256:{'f' * 64}"]), of_file=True)
    return expect("hash-mismatch", table, files=[f"{table}.parquet"])


@mutation("datapackage.json: a path that leaves the folder")
def _package_path(corpus: Corpus, chance: random.Random) -> Expected:
    outside = ["../raw/lpr-1-2.txt", "/etc/hostname", "https://lprcorpus.example/records.parquet", "C:\\x.parquet", "", 7, None]
    table = _change_resource(corpus, chance, "path", chance.choice(outside))
    return expect("path-unsafe", table, files=["datapackage.json"])


@mutation("datapackage.json: a table's primary key")
def _package_key(corpus: Corpus, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    corpus.json("datapackage.json", lambda package: _resource(package, name)["schema"].update(primaryKey=["title"]))
    return expect("descriptor", name, files=["datapackage.json"])


def _resource(package: Any, name: str) -> Any:
    return next(item for item in package["resources"] if item["name"] == name)


@mutation("datapackage.json: what it says of a column")
def _package_column(corpus: Corpus, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))

    def change(package: Any) -> None:
        found = chance.choice(_resource(package, name)["schema"]["fields"])
        found.update(
            chance.choice(
                [{"type": "number"}, {"description": "Something."}, {"constraints": {"unique": True}}, {"name": "other"}]
            )
        )

    corpus.json("datapackage.json", change)
    return expect("descriptor", name, files=["datapackage.json"])


@mutation("datapackage.json: a table not listed")
def _package_table(corpus: Corpus, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    corpus.json("datapackage.json", lambda package: package["resources"].remove(_resource(package, name)))
    return expect("table-missing", name, files=["datapackage.json"])


@mutation("datapackage.json: a source")
def _package_source(corpus: Corpus, chance: random.Random) -> Expected:
    change = chance.choice([{"hash": f"sha256:{'0' * 64}"}, {"title": "Another"}, {"path": "raw/other.txt"}])
    corpus.json("datapackage.json", lambda package: package["sources"][0].update(change))
    return Expected(frozenset(["source"]), frozenset(["issues", None]), None, frozenset(["datapackage.json"]))


@mutation("datapackage.json: the version")
def _package_version(corpus: Corpus, chance: random.Random) -> Expected:
    corpus.json("datapackage.json", lambda package: package.update(version=chance.choice(["0.0.9", "0.1.0.dev1"])))
    return expect("version-mismatch", None)


@mutation("datapackage.json: what it says of the whole")
def _package_whole(corpus: Corpus, chance: random.Random) -> Expected:
    change = chance.choice(
        [
            {"title": "Another Corpus"},
            {"description": "Another."},
            {"keywords": ["cats"]},
            {"homepage": "https://other.example/"},
            {"licenses": [{"name": "CC0-1.0", "title": "Public domain", "path": "https://other.example/licence"}]},
            {"contributors": [{"title": "Somebody", "roles": ["creator"]}]},
        ]
    )
    corpus.json("datapackage.json", lambda package: package.update(change))
    return expect("metadata-mismatch", None, files=["datapackage.json"])


@mutation("dataset card: its YAML")
def _card_yaml(corpus: Corpus, chance: random.Random) -> Expected:
    old, new = chance.choice(
        [
            ("num_examples: ", "num_examples: 9"),
            ("download_size: ", "download_size: 9"),
            ("path: blocks.parquet", "path: records.parquet"),
            ("path: records.parquet", "path: '*.parquet'"),
            ("config_name: pages", "config_name: leaves"),
            ("split: train", "split: test"),
            ("default: true", "default: false"),
            ("dtype: int64", "dtype: int32"),
            ("name: body_sha256", "name: body_md5"),
            ("- n<1K", "- 1M<n<10M"),
        ]
    )
    corpus.text("processed/README.md", old, new)
    expected = expect("card rows-mismatch", " ".join(TABLES), files=["README.md"])
    return Expected(expected.codes, expected.tables | {None}, None, expected.files)


@mutation("dataset card: what it says of the whole")
def _card_whole(corpus: Corpus, chance: random.Random) -> Expected:
    old, new = chance.choice(
        [
            ("pretty_name: Left", "pretty_name: Right"),
            ("license_link: https://", "license_link: https://other.example/"),
            ("- periodicals\n", "- cats\n"),
            ("language:\n- en", "language:\n- en\n- fr"),
        ]
    )
    corpus.text("processed/README.md", old, new)
    return expect("metadata-mismatch", None, files=["README.md"])


@mutation("dataset card: its prose")
def _card_prose(corpus: Corpus, chance: random.Random) -> Expected:
    path = corpus.folder / "README.md"
    head, mark, prose = path.read_text("utf-8").rpartition("\n---\n")
    path.write_text(f"{head}{mark}{prose.replace('the', 'teh', 1)}", "utf-8")
    return expect("card", None, files=["README.md"])


@mutation("dataset card: gone or no card")
def _card_gone(corpus: Corpus, chance: random.Random) -> Expected:
    path = corpus.folder / "README.md"
    if chance.random() < 0.5:
        path.unlink()
    else:
        path.write_text(
            chance.choice(["", "# A corpus\n", "---\n[\n---\n", "---\na: &a [1]\nb: *a\n---\n", "---\n- 1\n---\n"]), "utf-8"
        )
    return expect("metadata-missing card", None, files=["README.md"])


@mutation("croissant.json: what it says of the whole")
def _croissant_whole(corpus: Corpus, chance: random.Random) -> Expected:
    change = chance.choice(
        [
            {"name": "Another Corpus"},
            {"description": "Another."},
            {"keywords": ["cats"]},
            {"url": "https://other.example/"},
            {"datePublished": "1999-12-31"},
            {"creator": [{"@type": "sc:Person", "name": "Somebody"}]},
            {"citeAs": "Anonymous, undated"},
        ]
    )
    corpus.json("croissant.json", lambda content: content.update(change))
    return expect("metadata-mismatch", None, files=["croissant.json"])


@mutation("croissant.json: the version")
def _croissant_version(corpus: Corpus, chance: random.Random) -> Expected:
    corpus.json("croissant.json", lambda content: content.update(version="9.9.9"))
    return expect("version-mismatch", None, files=["croissant.json"])


@mutation("croissant.json: a file")
def _croissant_file(corpus: Corpus, chance: random.Random) -> Expected:
    place = chance.randrange(len(TABLES))
    change = chance.choice(
        [{"sha256": "0" * 64}, {"contentSize": "1 B"}, {"encodingFormat": "text/csv"}, {"contentUrl": "../x.parquet"}]
    )
    corpus.json("croissant.json", lambda content: content["distribution"][place].update(change))
    return expect("croissant", list(TABLES)[place], files=["croissant.json"])


@mutation("croissant.json: a field")
def _croissant_field(corpus: Corpus, chance: random.Random) -> Expected:
    place = chance.randrange(len(TABLES))
    change = chance.choice([{"dataType": "sc:Float"}, {"description": "Something."}, {"@id": "other/name"}, {"source": {}}])

    def damage(content: Any) -> None:
        chance.choice(content["recordSet"][place]["field"]).update(change)

    corpus.json("croissant.json", damage)
    return expect("croissant", list(TABLES)[place], files=["croissant.json"])


@mutation("croissant.json: gone or not JSON")
def _croissant_gone(corpus: Corpus, chance: random.Random) -> Expected:
    path = corpus.folder / "croissant.json"
    if chance.random() < 0.5:
        path.unlink()
    else:
        path.write_text(chance.choice(["", "{", "[" * 100_000, "nothing"]), "utf-8")
    return expect("metadata-missing not-json", None, files=["croissant.json"])


@mutation("references: an entry")
def _references_entry(corpus: Corpus, chance: random.Random) -> Expected:
    name = chance.choice(["references.json", "references.bib"])
    old, new = chance.choice(
        [
            ("Hourglass of", "Hour of"),
            ("lpr-1-2/hourglass-of-the-free", "lpr-1-2/hourglass"),
            ("Calaor", "Caloar"),
            ('"31"', '"13"') if name.endswith("json") else ("{31}", "{13}"),
        ]
    )
    corpus.text(f"processed/{name}", old, new)
    return expect("references", "records", ["lpr-1-2/hourglass-of-the-free"], [name])


@mutation("references: damaged")
def _references_damaged(corpus: Corpus, chance: random.Random) -> Expected:
    name = chance.choice(["references.json", "references.bib"])
    path = corpus.folder / name
    text = path.read_text("utf-8")
    path.write_text(text[: chance.randrange(20, len(text) - 5)], "utf-8")
    expected = expect("references", "records", files=[name])
    return Expected(expected.codes, expected.tables | {None}, None, expected.files)


@mutation("citation file: what it says of the whole")
def _citation_file(corpus: Corpus, chance: random.Random) -> Expected:
    name = chance.choice(["CITATION.cff", ".zenodo.json"])
    path = corpus.home / name
    text = path.read_text("utf-8")
    now = corpus_metadata()
    old, new = chance.choice(
        [
            ("Progressive Review Corpus", "Regressive Review Corpus"),
            (now.version, f"{now.version}1"),
            (now.released, "2025-11-24"),
        ]
    )
    path.write_text(text.replace(old, new), "utf-8")
    return expect("metadata-mismatch version-mismatch", None, files=[name])


@mutation("manifest: what it says of a record")
def _manifest(corpus: Corpus, chance: random.Random) -> Expected:
    old, new = chance.choice(
        [
            ('type = "speech"', 'type = "article"'),
            ('section = "NEWS"', 'section = "OLDS"'),
            ('role = "speaker"', 'role = "author"'),
            ('publisher = "Foreign', 'publisher = "Native'),
            ('rights = "Rights', 'rights = "No rights'),
            ('language = "en"', 'language = "fr"'),
            ("number = 2", "number = 3"),
        ]
    )
    corpus.text("raw/lpr-1-2.toml", old, new)
    return expect("manifest", "issues records contributors", files=["raw/lpr-1-2.toml"])

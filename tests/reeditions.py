"""Editions of the first issue, made the honest way: its manifest is edited, and the issue is built again."""

from __future__ import annotations

import copy
import hashlib
import random
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lprcorpus.build.assembly import assemble
from lprcorpus.build.manifest import parse_manifest
from lprcorpus.corpus import Corpus
from lprcorpus.errors import DataError
from lprcorpus.schema import TABLES, IssueRows
from lprcorpus.tables import to_arrow

from .conftest import FIRST, ROOT, toml_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Tables = dict[str, Any]
Edit = Callable[[Tables, IssueRows, str, random.Random], None]
"""An edit of a manifest, given the rows that it makes and the raw text."""

ROLES = ("body", "title", "byline", "note", "source")


@dataclass(frozen=True)
class Edition:
    """An edition: its manifest, its rows and the raw text they come from."""

    tables: Tables
    rows: IssueRows
    raw: str

    def write(self, folder: Path, descriptor: Path) -> Corpus:
        """Write the edition as a corpus, under the descriptor of another, and open it."""
        data = folder / "processed"
        data.mkdir(parents=True, exist_ok=True)
        (folder / "raw").mkdir(exist_ok=True)
        (folder / "raw" / f"{FIRST}.txt").write_bytes(self.raw.encode("utf-8"))
        shutil.copy(descriptor, data)
        for name in TABLES:
            pq.write_table(
                to_arrow(name, self.rows.table(name)), data / f"{name}.parquet", compression="none"
            )
        return Corpus(data)


def built(tables: Tables, raw: str) -> Edition:
    """Build an edition.

    Raises:
        DataError: the manifest is wrong, or does not fit the text.
    """
    tables["issue"]["sha256"] = hashlib.sha256(raw.encode("utf-8")).hexdigest()
    name = f"raw/{FIRST}.toml"
    manifest = parse_manifest(toml_of(tables).encode("utf-8"), name)
    return Edition(tables, assemble(raw, manifest, name).rows, raw)


def first_edition() -> Edition:
    """Return the edition that the repository's manifest makes."""
    tables = tomllib.loads((ROOT / "raw" / f"{FIRST}.toml").read_text("utf-8"))
    return built(tables, (ROOT / "raw" / f"{FIRST}.txt").read_bytes().decode("utf-8"))


def edited(edition: Edition, edit: Edit, dice: random.Random) -> Edition:
    """Return an edition with one edit more; another try of the same edit where the build refuses one."""
    for _ in range(50):
        tables = copy.deepcopy(edition.tables)
        try:
            edit(tables, edition.rows, edition.raw, dice)
            return built(tables, edition.raw)
        except (DataError, IndexError):
            continue
    return edition


def split(tables: Tables, rows: IssueRows, raw: str, dice: random.Random) -> None:
    """Divide a record: a line of its body becomes the title of a new one."""
    block = dice.choice(
        [
            block
            for block in rows.blocks[1:]
            if len(block.text) < 100 and block.page_start == block.page_end
        ]
    )
    entries = tables["records"]
    place = next(
        n for n, entry in enumerate(entries) if block.record_id.endswith(f"/{entry['id']}")
    )
    title = raw[block.raw_start : block.raw_end].strip()
    entry = {
        "id": f"part-{block.raw_start}",
        "title": title,
        "page": block.page_start,
        "type": entries[place]["type"],
    }
    if "source" in entries[place] and dice.random() < 0.5:
        entry["source"] = entries[place].pop("source")
    entries.insert(place + 1, entry)


def merge(tables: Tables, rows: IssueRows, raw: str, dice: random.Random) -> None:
    """Take a record's entry out: its text goes on the one before it; that of the first is in none."""
    entries = tables["records"]
    place = dice.randrange(len(entries))
    del entries[place]
    for key in ("source", "until") if place else ():
        entries[place - 1].pop(key, None)


def cut_off(tables: Tables, rows: IssueRows, raw: str, dice: random.Random) -> None:
    """End a record early: what follows is in none."""
    block = dice.choice(rows.blocks)
    entry = next(
        entry for entry in tables["records"] if block.record_id.endswith(f"/{entry['id']}")
    )
    entry["until"] = " ".join(block.text.split()[-6:])


def rename(tables: Tables, rows: IssueRows, raw: str, dice: random.Random) -> None:
    """Give a record another id; and one that had another's is another now."""
    one, other = dice.sample(tables["records"], 2)
    one["id"], other["id"] = (
        (other["id"], one["id"]) if dice.random() < 0.5 else (f"{one['id']}-2", other["id"])
    )


def retype(tables: Tables, rows: IssueRows, raw: str, dice: random.Random) -> None:
    """Give a record another type: verse becomes prose, or prose verse."""
    dice.choice(tables["records"])["type"] = dice.choice(
        ["poem", "article", "interview", "faq", "speech"]
    )


def repage(tables: Tables, rows: IssueRows, raw: str, dice: random.Random) -> None:
    """Number the pages otherwise; the printed headers and numbers are text then, and open no pages."""
    if tables["pagination"]["first"] != rows.pages[0].number or not any(
        page.printed for page in rows.pages
    ):
        raise IndexError("the pages are numbered otherwise already")
    lost = [page.number for page in rows.pages if page.printed]
    first = dice.choice([1, 6, 105])
    tables["pagination"] = {"first": first, "space_marks": True, "running_heads": []}
    for entry in tables["records"]:
        for place in [entry, *entry.get("edits", ())]:
            merged = sum(number <= place["page"] for number in lost)
            place["page"] += first - rows.pages[0].number - merged


def curate(tables: Tables, rows: IssueRows, raw: str, dice: random.Random) -> None:
    """Edit a few printed words, by hand: a slip corrected, words put in or left out, a mark changed."""
    for _ in range(dice.randint(1, 4)):
        span = dice.choice([span for span in rows.spans if span.role == "body" and span.record_id])
        line = raw[span.raw_start : span.raw_end]
        words = line.split()
        if not words:
            raise IndexError(line)
        start = dice.randrange(len(words))
        found = " ".join(words[start : start + dice.choice([1, 1, 2, 4])])
        replaced = dice.choice(
            [
                found.swapcase(),
                f"{found} indeed",
                found[::-1],
                found.replace("e", "ea"),
                "…",
                f"“{found}”",
                found.rstrip(".,;"),
            ]
        )
        if found not in line or replaced == found:
            raise IndexError(found)
        entry = next(
            entry
            for entry in tables["records"]
            if (span.record_id or "").endswith(f"/{entry['id']}")
        )
        change = {
            "find": found,
            "replace": replaced,
            "page": span.page,
            "reason": "a slip of the pen",
        }
        entry.setdefault("edits", []).append(change)


def strip(tables: Tables, rows: IssueRows, raw: str, dice: random.Random) -> None:
    """Take the headnote, the byline or the source out of an entry: it is body then."""
    entry = dice.choice(
        [entry for entry in tables["records"] if {"note", "byline", "source"} & entry.keys()]
    )
    del entry[dice.choice(sorted({"note", "byline", "source"} & entry.keys()))]


EDITS: tuple[Edit, ...] = (split, merge, cut_off, rename, retype, repage, curate, strip)


@dataclass(frozen=True)
class Printed:
    """A character of an edition's records that is no white space, worked out from its spans and edits alone.

    Attributes:
        char: the character.
        start: the first raw character that it comes from.
        end: one past the last.
        record: its record.
        role: the role of its span.
        page: its page.
    """

    char: str
    start: int
    end: int
    record: str
    role: str
    page: int


def printed(edition: Edition) -> list[Printed]:
    """Return all characters of an edition's records, in the order of the raw text."""
    found = []
    for span in edition.rows.spans:
        if span.record_id is None or span.role not in ROLES:
            continue
        place = span.raw_start
        stretches = []
        for edit in (
            edit for edit in edition.rows.edits if span.raw_start <= edit.raw_start < span.raw_end
        ):
            stretches += [(at, at + 1, edition.raw[at]) for at in range(place, edit.raw_start)]
            stretches.append((edit.raw_start, edit.raw_end, edit.after))
            place = edit.raw_end
        stretches += [(at, at + 1, edition.raw[at]) for at in range(place, span.raw_end)]
        for start, end, text in stretches:
            found += [
                Printed(char, start, end, span.record_id, span.role, span.page)
                for char in text
                if not char.isspace()
            ]
    return found


@dataclass(frozen=True)
class Again:
    """An edition from another raw text, and where in it each character of the first edition's records is.

    Attributes:
        edition: the edition.
        places: for each character of the first edition, the number of its place in this one; None
            where it is not there.
    """

    edition: Edition
    places: list[int | None]


def extracted_again(
    edition: Edition, dice: random.Random, *, repairs: float = 0.0, without_page: int | None = None
) -> Again:
    """Return an edition of a text with other line ends, perhaps with characters repaired, perhaps without a page.

    The text is set anew from what the records say, each in lines of another width, a form feed
    before each page.
    """
    width = dice.randint(50, 110)
    letters = printed(edition)
    raw = ""
    places: list[int | None] = []
    page = edition.rows.pages[0].number
    count = taken = 0
    for record_id, role, text in _texts(edition):
        line = "\n"
        for word in text.split():
            old = letters[taken : taken + len(word)]
            assert "".join(letter.char for letter in old) == word, (record_id, role)
            taken += len(word)
            if old[0].page == without_page:
                places += [None] * len(word)
                continue
            new_word = word if role != "body" else _repaired(word, repairs, dice)
            if old[0].page > page:
                raw += f"{line}\n" + "\f" * (
                    old[0].page - page - (page < (without_page or 0) < old[0].page)
                )
                page, line = old[0].page, ""
            elif len(line) + len(word) > width and role == "body":
                raw += f"{line}\n"
                line = ""
            line += f"{new_word} "
            places += range(count, count + len(word))
            count += len(word)
        raw += f"{line}\n"
    tables = copy.deepcopy(edition.tables)
    tables["pagination"] = {"first": tables["pagination"]["first"]}
    tables["setting"] = {"paragraphs": "blank lines"}
    for entry in tables["records"]:
        entry["page"] -= entry["page"] > (without_page or 1_000)
        entry.pop("section", None)
    return Again(built(tables, raw), places)


def _texts(edition: Edition) -> list[tuple[str, str, str]]:
    """Return the texts of an edition's records in the order of the raw text: the record, the role, and the text."""
    found: list[tuple[str, str, str]] = []
    last = None
    for span in edition.rows.spans:
        if span.record_id is None or span.role not in ROLES:
            continue
        key = span.record_id, span.role, span.block
        text = "".join(letter for letter in _derived(edition, span))
        if key == last:
            found[-1] = (*found[-1][:2], found[-1][2] + text)
        else:
            found.append((span.record_id, span.role, text))
        last = key
    return found


def _derived(edition: Edition, span: Any) -> str:
    text, place = "", span.raw_start
    for edit in (
        edit for edit in edition.rows.edits if span.raw_start <= edit.raw_start < span.raw_end
    ):
        text += edition.raw[place : edit.raw_start] + edit.after
        place = edit.raw_end
    return (text + edition.raw[place : span.raw_end]).replace("\n", "" if span.block else " ")


def _repaired(word: str, share: float, dice: random.Random) -> str:
    """Return a word, perhaps with one character repaired."""
    if dice.random() >= share * len(word):
        return word
    place = dice.randrange(len(word))
    return word[:place] + dice.choice("aeionrst’") + word[place + 1 :]

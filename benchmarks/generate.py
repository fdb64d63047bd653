"""Generate a test corpus: issues made by rearranging the real one, each a raw text with its manifest.

    python benchmarks/generate.py FOLDER --issues 1000 [--seed 0]

An issue has the real one's items in another order, under titles, page numbers and ids of its own,
and its common words changed places with others of their length, so that no two issues say the same
and none says what the real one does. The same seed gives the same bytes; an issue does not depend
on how many are made.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lprcorpus.build.assembly import page_text
from lprcorpus.build.locating import LocatedRecord, find_records
from lprcorpus.build.manifest import Manifest, parse_manifest
from lprcorpus.text.pages import Paged

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RAW = Path(__file__).resolve().parents[1] / "raw"
HEAD = "Left Progressive Review Volume {volume}, Issue {number} ({year})"
WORD = re.compile(r"(?<!\S)([(“‘]*)([a-z]{4,})([.,;:?!)”’]*)(?!\S)")
TITLE = "\ue000"  # a private character, which the text has none of: where a title ends


@dataclass(frozen=True)
class Item:
    """One or more records that stay together: their entries in the manifest, and their pages' texts, marks taken out."""

    entries: tuple[dict[str, Any], ...]
    first_pages: tuple[int, ...]
    pages: tuple[str, ...]
    printed: tuple[bool, ...]


class Words:
    """A text as pieces, every other one a common word that another of its length can stand for."""

    def __init__(self, text: str) -> None:
        self.known: dict[int, list[str]] = defaultdict(list)
        for word in sorted({match[2] for match in WORD.finditer(text)}):
            self.known[len(word)].append(word)

    def exchange(self, chance: random.Random) -> dict[str, str]:
        """Return which word stands for which."""
        return {
            old: new
            for words in self.known.values()
            for old, new in zip(words, chance.sample(words, len(words)), strict=True)
        }


def replace_words(text: str, exchange: dict[str, str]) -> str:
    return WORD.sub(lambda match: f"{match[1]}{exchange.get(match[2], match[2])}{match[3]}", text)


def read_items() -> tuple[dict[str, Any], list[Item], str]:
    """Return the real issue's manifest, its items and its text."""
    path = sorted(RAW.glob("*.toml"))[0]
    content = tomllib.loads(path.read_text("utf-8"))
    manifest = parse_manifest(path.read_bytes(), str(path))
    text = path.with_suffix(".txt").read_bytes().decode("utf-8")
    paged = page_text(text, manifest)
    return content, list(_items(content, manifest, paged, text)), text


def _items(content: dict[str, Any], manifest: Manifest, paged: Paged, text: str) -> Iterator[Item]:
    found = find_records(paged, manifest, "raw")
    groups: list[list[int]] = []
    for index, record in enumerate(found):
        if (
            record.entry.section
            and index
            and found[index - 1].entry.section == record.entry.section
        ):
            groups[-1].append(index)
        else:
            groups.append([index])
    starts = [paged.page_at(_opening(found[group[0]])).start for group in groups] + [len(text)]
    for group, start, end in zip(groups, starts, starts[1:], strict=False):
        pages = [page for page in paged.pages if start <= page.start < end]
        marked = text
        for index in reversed(group):
            place = found[index].title.end
            marked = marked[:place] + TITLE + marked[place:]
        pieces, moved = [], 0
        for page in pages:
            titles = sum(page.start <= found[index].title.end <= page.end for index in group)
            pieces.append(marked[page.start + moved : page.end + moved + titles])
            moved += titles
        bodies = [
            _without_mark(piece, printed=page.printed)
            for piece, page in zip(pieces, pages, strict=True)
        ]
        entries = tuple(content["records"][index] for index in group)
        first_pages = tuple(entry["page"] - pages[0].number for entry in entries)
        yield Item(entries, first_pages, tuple(bodies), tuple(page.printed for page in pages))


def _opening(record: LocatedRecord) -> int:
    return record.section.start if record.section else record.title.start


def _without_mark(page: str, *, printed: bool) -> str:
    """Return a page without the space or the running head that opens it."""
    if not printed:
        return page.removeprefix(" ")
    return re.sub(r"\A[^\n]*\n\s*\d+ *\n\s*", "", page)


def make_issue(
    content: dict[str, Any], items: Sequence[Item], words: Words, number: int, seed: int
) -> tuple[str, str, str]:
    """Return an issue's id, its text and its manifest."""
    chance = random.Random(f"{seed}/{number}")
    exchange = words.exchange(chance)
    order = chance.sample(items, len(items))
    first = chance.randrange(1, 400)
    issue = {"volume": number // 12 + 1, "number": number % 12 + 1, "year": 1900 + number % 120}
    head = HEAD.format(**issue)
    issue_id = f"generated-{number:06d}"
    pieces: list[str] = []
    records = []
    page = first
    for item in order:
        numbers = [f" {number}.{len(records) + place}" for place in range(1, len(item.entries) + 1)]
        for entry, offset, stamp in zip(item.entries, item.first_pages, numbers, strict=True):
            title = replace_words(entry["title"], exchange) + stamp
            slug = f"{entry['id']}-{len(records) + 1}"
            records.append(
                {**_quotations(entry, exchange), "id": slug, "title": title, "page": page + offset}
            )
        stamps = iter(numbers)
        for place, (body, printed) in enumerate(zip(item.pages, item.printed, strict=True)):
            mark = f"{head} \n\n{page} \n \n\n" if printed or place == 0 else " "
            text = replace_words(body, exchange)
            while TITLE in text:
                text = text.replace(TITLE, next(stamps), 1)
            pieces.append(mark + text)
            page += 1
        if not pieces[-1].endswith("\n"):
            pieces.append("\n")
    text = "".join(pieces)
    entry = {
        **content["issue"],
        **issue,
        "id": issue_id,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    pagination = {"first": first, "running_heads": [f"{head}\n{{page}}"], "space_marks": True}
    return issue_id, text, to_toml({"issue": entry, "pagination": pagination, "records": records})


def _quotations(value: Any, exchange: dict[str, str]) -> Any:
    """Return a manifest's entry with the words of its quotations changed as in the text; its own words stay."""
    quoted = {"byline", "from", "to"}
    if isinstance(value, dict):
        return {
            key: replace_words(item, exchange)
            if key in quoted and isinstance(item, str)
            else _quotations(item, exchange)
            for key, item in value.items()
        }
    return value


def to_toml(tables: dict[str, Any]) -> str:
    """Write a manifest: the inner tables inline, strings as JSON writes them."""
    lines = []
    for name, table in tables.items():
        for entry in table if isinstance(table, list) else [table]:
            lines.append(f"[[{name}]]" if isinstance(table, list) else f"[{name}]")
            lines += [f"{key} = {_toml_value(value)}" for key, value in entry.items()]
    return "\n".join(lines) + "\n"


def _toml_value(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{key} = {_toml_value(item)}" for key, item in value.items()) + " }"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def generate(folder: Path, issues: int, seed: int = 0) -> int:
    """Write a corpus of that many issues; return the bytes of raw text."""
    folder.mkdir(parents=True, exist_ok=True)
    content, items, text = read_items()
    words = Words(text)
    size = 0
    for number in range(1, issues + 1):
        issue_id, raw, manifest = make_issue(content, items, words, number, seed)
        data = raw.encode("utf-8")
        size += len(data)
        (folder / f"{issue_id}.txt").write_bytes(data)
        (folder / f"{issue_id}.toml").write_bytes(manifest.encode("utf-8"))
    return size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--issues", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    size = generate(options.folder, options.issues, options.seed)
    print(f"{options.folder}: {options.issues} issues, {size / 1e6:.1f} MB of raw text")


if __name__ == "__main__":
    main()

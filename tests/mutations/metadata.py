"""The files beside the tables, the citation files and the manifests changed."""

from __future__ import annotations

import random
from typing import Any

from lprcorpus.metadata import corpus_metadata
from lprcorpus.schema import TABLES

from .kit import CorpusCopy, Expected, expect, mutation


def _change_resource(corpus: CorpusCopy, chance: random.Random, entry: str, value: object, *, of_file: bool = False) -> str:
    name = chance.choice(list(TABLES))

    def change(package: Any) -> None:
        (resource,) = [item for item in package["resources"] if item["name"] == (f"{name}-file" if of_file else name)]
        resource[entry] = value

    corpus.json("datapackage.json", change)
    return name


@mutation("datapackage.json: a digest")
def _package_digest(corpus: CorpusCopy, chance: random.Random) -> Expected:
    table = _change_resource(corpus, chance, "contentDigest", f"sha256:{'0' * 64}")
    return expect("digest-mismatch", table, files=["datapackage.json"])


@mutation("datapackage.json: a number of rows")
def _package_rows(corpus: CorpusCopy, chance: random.Random) -> Expected:
    table = _change_resource(corpus, chance, "rows", chance.choice([0, 7, "15", None, 10**30]))
    return expect("rows-mismatch", table, files=["datapackage.json"])


@mutation("datapackage.json: a file's size")
def _package_bytes(corpus: CorpusCopy, chance: random.Random) -> Expected:
    table = _change_resource(corpus, chance, "bytes", chance.choice([0, 1, "63302", -1]), of_file=True)
    return expect("size-mismatch", table, files=[f"{table}.parquet"])


@mutation("datapackage.json: a file's hash")
def _package_hash(corpus: CorpusCopy, chance: random.Random) -> Expected:
    table = _change_resource(corpus, chance, "hash", chance.choice(["", None, f"sha256:{'f' * 64}"]), of_file=True)
    return expect("hash-mismatch", table, files=[f"{table}.parquet"])


@mutation("datapackage.json: a path that leaves the folder")
def _package_path(corpus: CorpusCopy, chance: random.Random) -> Expected:
    outside = ["../raw/lpr-1-2.txt", "/etc/hostname", "https://lprcorpus.example/records.parquet", "C:\\x.parquet", "", 7, None]
    table = _change_resource(corpus, chance, "path", chance.choice(outside))
    return expect("path-unsafe", table, files=["datapackage.json"])


@mutation("datapackage.json: a table's primary key")
def _package_key(corpus: CorpusCopy, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    corpus.json("datapackage.json", lambda package: _resource(package, name)["schema"].update(primaryKey=["title"]))
    return expect("descriptor", name, files=["datapackage.json"])


def _resource(package: Any, name: str) -> Any:
    return next(item for item in package["resources"] if item["name"] == name)


@mutation("datapackage.json: what it says of a column")
def _package_column(corpus: CorpusCopy, chance: random.Random) -> Expected:
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
def _package_table(corpus: CorpusCopy, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    corpus.json("datapackage.json", lambda package: package["resources"].remove(_resource(package, name)))
    return expect("table-missing", name, files=["datapackage.json"])


@mutation("datapackage.json: a source")
def _package_source(corpus: CorpusCopy, chance: random.Random) -> Expected:
    change = chance.choice([{"hash": f"sha256:{'0' * 64}"}, {"title": "Another"}, {"path": "raw/other.txt"}])
    corpus.json("datapackage.json", lambda package: package["sources"][0].update(change))
    return Expected(frozenset(["source"]), frozenset(["issues", None]), None, frozenset(["datapackage.json"]))


@mutation("datapackage.json: the version")
def _package_version(corpus: CorpusCopy, chance: random.Random) -> Expected:
    corpus.json("datapackage.json", lambda package: package.update(version=chance.choice(["0.0.9", "0.1.0.dev1"])))
    return expect("version-mismatch", None)


@mutation("datapackage.json: what it says of the whole")
def _package_whole(corpus: CorpusCopy, chance: random.Random) -> Expected:
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
def _card_yaml(corpus: CorpusCopy, chance: random.Random) -> Expected:
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
def _card_whole(corpus: CorpusCopy, chance: random.Random) -> Expected:
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
def _card_prose(corpus: CorpusCopy, chance: random.Random) -> Expected:
    path = corpus.folder / "README.md"
    head, mark, prose = path.read_text("utf-8").rpartition("\n---\n")
    path.write_text(f"{head}{mark}{prose.replace('the', 'teh', 1)}", "utf-8")
    return expect("card", None, files=["README.md"])


@mutation("dataset card: gone or no card")
def _card_gone(corpus: CorpusCopy, chance: random.Random) -> Expected:
    path = corpus.folder / "README.md"
    if chance.random() < 0.5:
        path.unlink()
    else:
        path.write_text(
            chance.choice(["", "# A corpus\n", "---\n[\n---\n", "---\na: &a [1]\nb: *a\n---\n", "---\n- 1\n---\n"]), "utf-8"
        )
    return expect("metadata-missing card", None, files=["README.md"])


@mutation("croissant.json: what it says of the whole")
def _croissant_whole(corpus: CorpusCopy, chance: random.Random) -> Expected:
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
def _croissant_version(corpus: CorpusCopy, chance: random.Random) -> Expected:
    corpus.json("croissant.json", lambda content: content.update(version="9.9.9"))
    return expect("version-mismatch", None, files=["croissant.json"])


@mutation("croissant.json: a file")
def _croissant_file(corpus: CorpusCopy, chance: random.Random) -> Expected:
    place = chance.randrange(len(TABLES))
    change = chance.choice(
        [{"sha256": "0" * 64}, {"contentSize": "1 B"}, {"encodingFormat": "text/csv"}, {"contentUrl": "../x.parquet"}]
    )
    corpus.json("croissant.json", lambda content: content["distribution"][place].update(change))
    return expect("croissant", list(TABLES)[place], files=["croissant.json"])


@mutation("croissant.json: a field")
def _croissant_field(corpus: CorpusCopy, chance: random.Random) -> Expected:
    place = chance.randrange(len(TABLES))
    change = chance.choice([{"dataType": "sc:Float"}, {"description": "Something."}, {"@id": "other/name"}, {"source": {}}])

    def damage(content: Any) -> None:
        chance.choice(content["recordSet"][place]["field"]).update(change)

    corpus.json("croissant.json", damage)
    return expect("croissant", list(TABLES)[place], files=["croissant.json"])


@mutation("croissant.json: gone or not JSON")
def _croissant_gone(corpus: CorpusCopy, chance: random.Random) -> Expected:
    path = corpus.folder / "croissant.json"
    if chance.random() < 0.5:
        path.unlink()
    else:
        path.write_text(chance.choice(["", "{", "[" * 100_000, "nothing"]), "utf-8")
    return expect("metadata-missing not-json", None, files=["croissant.json"])


@mutation("references: an entry")
def _references_entry(corpus: CorpusCopy, chance: random.Random) -> Expected:
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
def _references_damaged(corpus: CorpusCopy, chance: random.Random) -> Expected:
    name = chance.choice(["references.json", "references.bib"])
    path = corpus.folder / name
    text = path.read_text("utf-8")
    path.write_text(text[: chance.randrange(20, len(text) - 5)], "utf-8")
    expected = expect("references", "records", files=[name])
    return Expected(expected.codes, expected.tables | {None}, None, expected.files)


@mutation("citation file: what it says of the whole")
def _citation_file(corpus: CorpusCopy, chance: random.Random) -> Expected:
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
def _manifest(corpus: CorpusCopy, chance: random.Random) -> Expected:
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

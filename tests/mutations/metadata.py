"""The files beside the tables, the citation files and the manifests changed."""

from __future__ import annotations

import json
import random
import shutil
from typing import Any

from lprcorpus.metadata import corpus_metadata
from lprcorpus.schema import TABLES

from .kit import CorpusCopy, Expected, expect, mutation


def _change_resource(
    corpus: CorpusCopy, chance: random.Random, entry: str, value: object, *, of_file: bool = False
) -> str:
    name = chance.choice(list(TABLES))

    def change(package: Any) -> None:
        (resource,) = [
            item
            for item in package["resources"]
            if item["name"] == (f"{name}-file" if of_file else name)
        ]
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
    table = _change_resource(
        corpus, chance, "bytes", chance.choice([0, 1, "63302", -1]), of_file=True
    )
    return expect("size-mismatch", table, files=[f"{table}.parquet"])


@mutation("datapackage.json: a file's hash")
def _package_hash(corpus: CorpusCopy, chance: random.Random) -> Expected:
    table = _change_resource(
        corpus, chance, "hash", chance.choice(["", None, f"sha256:{'f' * 64}"]), of_file=True
    )
    return expect("hash-mismatch", table, files=[f"{table}.parquet"])


@mutation("datapackage.json: a path that leaves the folder")
def _package_path(corpus: CorpusCopy, chance: random.Random) -> Expected:
    outside = [
        "../raw/lpr-1-2.txt",
        "/etc/hostname",
        "https://lprcorpus.example/records.parquet",
        "C:\\x.parquet",
        "",
        7,
        None,
    ]
    table = _change_resource(corpus, chance, "path", chance.choice(outside))
    return expect("path-unsafe", table, files=["datapackage.json"])


@mutation("datapackage.json: a name that leads out of a folder")
def _package_name(corpus: CorpusCopy, chance: random.Random) -> Expected:
    name = chance.choice(["../../x", "/etc/x", "a/b", "", "x\n", 7, None])
    corpus.json("datapackage.json", lambda package: package.update(name=name))
    return expect("path-unsafe", None, files=["datapackage.json"])


@mutation("datapackage.json: a table's primary key")
def _package_key(corpus: CorpusCopy, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    corpus.json(
        "datapackage.json",
        lambda package: _resource(package, name)["schema"].update(primaryKey=["title"]),
    )
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
                [
                    {"type": "number"},
                    {"description": "Something."},
                    {"constraints": {"unique": True}},
                    {"name": "other"},
                ]
            )
        )

    corpus.json("datapackage.json", change)
    return expect("descriptor", name, files=["datapackage.json"])


@mutation("datapackage.json: a table not listed")
def _package_table(corpus: CorpusCopy, chance: random.Random) -> Expected:
    name = chance.choice(list(TABLES))
    corpus.json(
        "datapackage.json", lambda package: package["resources"].remove(_resource(package, name))
    )
    return expect("descriptor", name, files=["datapackage.json"])


@mutation("datapackage.json: a source")
def _package_source(corpus: CorpusCopy, chance: random.Random) -> Expected:
    change = chance.choice(
        [{"hash": f"sha256:{'0' * 64}"}, {"title": "Another"}, {"path": "raw/other.txt"}]
    )
    corpus.json("datapackage.json", lambda package: package["sources"][0].update(change))
    return Expected(
        frozenset(["descriptor"]), frozenset([None]), None, frozenset(["datapackage.json"])
    )


@mutation("datapackage.json: the version")
def _package_version(corpus: CorpusCopy, chance: random.Random) -> Expected:
    corpus.json(
        "datapackage.json",
        lambda package: package.update(version=chance.choice(["0.0.9", "0.1.0.dev1"])),
    )
    return expect("version-mismatch", None)


@mutation("datapackage.json: what it says of the whole")
def _package_whole(corpus: CorpusCopy, chance: random.Random) -> Expected:
    change = chance.choice(
        [
            {"title": "Another Corpus"},
            {"description": "Another."},
            {"keywords": ["cats"]},
            {"homepage": "https://other.example/"},
            {
                "licenses": [
                    {
                        "name": "CC0-1.0",
                        "title": "Public domain",
                        "path": "https://other.example/licence",
                    }
                ]
            },
            {"contributors": [{"title": "Somebody", "roles": ["creator"]}]},
        ]
    )
    corpus.json("datapackage.json", lambda package: package.update(change))
    return expect("descriptor", None, files=["datapackage.json"])


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
            ("license_link: LICENSE", "license_link: https://other.example/"),
            ("- periodicals\n", "- cats\n"),
            ("language:\n- en", "language:\n- en\n- fr"),
        ]
    )
    corpus.text("processed/README.md", old, new)
    return expect("card", None, files=["README.md"])


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
            chance.choice(
                [
                    "",
                    "# A corpus\n",
                    "---\n[\n---\n",
                    "---\na: &a [1]\nb: *a\n---\n",
                    "---\n- 1\n---\n",
                ]
            ),
            "utf-8",
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
    return expect("croissant", None, files=["croissant.json"])


@mutation("croissant.json: the version")
def _croissant_version(corpus: CorpusCopy, chance: random.Random) -> Expected:
    corpus.json("croissant.json", lambda content: content.update(version="9.9.9"))
    return expect("version-mismatch", None, files=["croissant.json"])


@mutation("croissant.json: a file")
def _croissant_file(corpus: CorpusCopy, chance: random.Random) -> Expected:
    place = chance.randrange(len(TABLES))
    change = chance.choice(
        [
            {"sha256": "0" * 64},
            {"contentSize": "1 B"},
            {"encodingFormat": "text/csv"},
            {"contentUrl": "../x.parquet"},
        ]
    )
    corpus.json("croissant.json", lambda content: content["distribution"][place].update(change))
    return expect("croissant", list(TABLES)[place], files=["croissant.json"])


@mutation("croissant.json: a field")
def _croissant_field(corpus: CorpusCopy, chance: random.Random) -> Expected:
    place = chance.randrange(len(TABLES))
    change = chance.choice(
        [
            {"dataType": "sc:Float"},
            {"description": "Something."},
            {"@id": "other/name"},
            {"source": {}},
        ]
    )

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
    return expect("metadata-missing croissant", None, files=["croissant.json"])


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
    if chance.random() < 0.3:  # not every reader knows a byte order mark
        path.write_text(f"\ufeff{text}", "utf-8")
        return expect("citation-file", None, files=[name])
    now = corpus_metadata()
    old, new = chance.choice(
        [
            ("Progressive Review Corpus", "Regressive Review Corpus"),
            (now.version, f"{now.version}1"),
            (now.released, "2025-11-24"),
        ]
    )
    path.write_text(text.replace(old, new), "utf-8")
    return expect("citation-file version-mismatch", None, files=[name])


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
    return expect("rebuild-value rebuild-failed", "issues records contributors")


# Forms in which two readers read two things
# ------------------------------------------------------------------------------------


@mutation("JSON: two readers read two things")
def _json_forms(corpus: CorpusCopy, chance: random.Random) -> Expected:
    path = corpus.folder / "croissant.json"
    text = path.read_text("utf-8")
    forms = [
        b"\xef\xbb\xbf" + text.encode(),
        text.encode("utf-16"),
        text.replace("{", '{"version": "0.0.0",', 1).encode(),
        text.replace('"isLiveDataset": false', '"isLiveDataset": NaN').encode(),
        text.replace('"isLiveDataset": false', f'"isLiveDataset": {"9" * 5000}').encode(),
    ]
    path.write_bytes(chance.choice(forms))
    return expect("croissant", None, files=["croissant.json"])


@mutation("dataset card: a key that is there twice, or that nobody wrote")
def _card_keys(corpus: CorpusCopy, chance: random.Random) -> Expected:
    added = chance.choice(
        [
            "license: mit\n",
            "pretty_name: Another\n",
            "viewer: false\n",
            f"rows: {'9' * 5000}\n",
            "x: &a [1]\n",
            "<<: {license: mit}\n",
        ]
    )
    corpus.text("processed/README.md", "---\n", f"---\n{added}")
    return expect("card", None, files=["README.md"])


@mutation("dataset card: its table of the records")
def _card_records(corpus: CorpusCopy, chance: random.Random) -> Expected:
    old, new = chance.choice(
        [
            ("| Hourglass of the Free |", "| Hourglass of the Few |"),
            ("| George Tumaob Calaor |", "| Somebody |"),
            ("| Hourglass of the Free |", "| <script>alert(1)</script> |"),
            ("| poem |", "| news |"),
        ]
    )
    corpus.text("processed/README.md", old, new)
    return expect("card", None, files=["README.md"])


@mutation("datapackage.json: what nobody looks at")
def _package_corners(corpus: CorpusCopy, chance: random.Random) -> Expected:
    def change(package: Any) -> None:
        table = _resource(package, "blocks")
        chance.choice(
            [
                lambda: package["licenses"].append({"name": "CC0-1.0", "title": "Public domain"}),
                lambda: package["datacite"].update(publicationYear="1999"),
                lambda: package["datacite"]["creators"][0].update(name="Somebody"),
                lambda: package.update(profile="data-package"),
                lambda: table.update(hash=f"sha256:{'0' * 64}"),
                lambda: table["schema"].update(missingValues=["-"]),
                lambda: table.update(encoding="latin-1"),
            ]
        )()

    corpus.json("datapackage.json", change)
    return expect("descriptor", "blocks -", files=["datapackage.json"])


@mutation("croissant.json: what nobody looks at")
def _croissant_corners(corpus: CorpusCopy, chance: random.Random) -> Expected:
    def change(content: Any) -> None:
        files = content["distribution"]
        field = content["recordSet"][2]["field"][3]
        chance.choice(
            [
                lambda: content["@context"].update(sc="https://other.example/"),
                lambda: files.append(
                    {
                        "@type": "cr:FileObject",
                        "@id": "x",
                        "name": "x",
                        "contentUrl": "https://a.example/x",
                    }
                ),
                lambda: files[0].update(md5="0" * 32),
                lambda: field["source"].update(transform={"regex": ".*"}),
                lambda: field.update(repeated=True),
                lambda: content.update(isLiveDataset=True),
            ]
        )()

    corpus.json("croissant.json", change)
    return expect("croissant", "issues records -", files=["croissant.json"])


@mutation("references: any field of an entry")
def _references_field(corpus: CorpusCopy, chance: random.Random) -> Expected:
    path = corpus.folder / "references.json"
    items = json.loads(path.read_bytes())
    item = chance.choice(items)
    name = chance.choice(sorted(set(item) - {"id"}))
    item[name] = "other" if isinstance(item[name], str) else []
    path.write_text(
        "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in items) + "\n]\n", "utf-8"
    )
    return expect("references", "records", [item["id"]], ["references.json"])


@mutation("references: a line of BibTeX")
def _references_line(corpus: CorpusCopy, chance: random.Random) -> Expected:
    path = corpus.folder / "references.bib"
    lines = path.read_text("utf-8").split("\n")
    place = chance.choice([place for place, line in enumerate(lines) if line.startswith("  ")])
    lines[place] = (
        lines[place].replace("{", "{x", 1)
        if chance.random() < 0.5
        else f"{lines[place]}\n  abstract = {{x}},"
    )
    path.write_text("\n".join(lines), "utf-8")
    return expect("references", "records", files=["references.bib"])


@mutation("generated file: a figure or the licence")
def _generated(corpus: CorpusCopy, chance: random.Random) -> Expected:
    added = ["figures/other.svg", "figures/other.html"]
    name = chance.choice(["LICENSE", "figures/page-map.svg", *added])
    path = corpus.folder / name
    if chance.random() < 0.3 and path.exists():
        path.unlink()
        return expect("metadata-missing", None, files=[name])
    text = path.read_text("utf-8") if path.exists() else "<svg/>"
    path.write_text(text.replace("e", "a", 1), "utf-8")
    return expect("generated-file", None, files=[name])


# Manifests
# ----------------------------------------------------------------------------------------------------------------------


@mutation("manifest: gone, or called otherwise")
def _manifest_gone(corpus: CorpusCopy, chance: random.Random) -> Expected:
    path = corpus.home / "raw" / "lpr-1-2.toml"
    if chance.random() < 0.5:
        path.unlink()
    else:
        path.rename(path.with_name("lpr-1-3.toml"))
    return expect("file-missing", "issues", ["lpr-1-2"], ["raw/lpr-1-2.toml"])


@mutation("manifest: one that is no issue's")
def _manifest_unlisted(corpus: CorpusCopy, chance: random.Random) -> Expected:
    shutil.copy(corpus.home / "raw" / "song-1.toml", corpus.home / "raw" / "song-2.toml")
    return expect("manifest-unlisted", None, files=["raw/song-2.toml"])


@mutation("raw text: one that is no issue's")
def _raw_unlisted(corpus: CorpusCopy, chance: random.Random) -> Expected:
    name = chance.choice(["song-2.txt", "song-2.TXT", "song-2.text"])
    shutil.copy(corpus.home / "raw" / "song-1.txt", corpus.home / "raw" / name)
    return expect("raw-unlisted", None, files=[f"raw/{name}"])


@mutation("manifest: not TOML")
def _manifest_form(corpus: CorpusCopy, chance: random.Random) -> Expected:
    path = corpus.home / "raw" / "lpr-1-2.toml"
    text = path.read_bytes()
    path.write_bytes(
        chance.choice(
            [
                text[: len(text) // 2],
                b"x = " + b"9" * 5000 + b"\n" + text,
                b"\xff" + text,
                b"a = [" * 9999,
            ]
        )
    )
    return expect("rebuild-failed", "issues", ["lpr-1-2"], ["raw/lpr-1-2.toml"])


@mutation("manifest: a quotation")
def _manifest_quotation(corpus: CorpusCopy, chance: random.Random) -> Expected:
    old, new = chance.choice(
        [
            ('title = "Hourglass of the Free"', 'title = "Hour of the Free"'),
            ('byline = "by A. Poet"', 'byline = "by A. Writer"'),
            ('find = "nihgt"', 'find = "nigth"'),
            ('replace = "night"', 'replace = "nigh"'),
            ("page = 31", "page = 30"),
        ]
    )
    names = [
        name
        for name in ("lpr-1-2", "song-1")
        if old in (corpus.home / "raw" / f"{name}.toml").read_text("utf-8")
    ]
    corpus.text(f"raw/{names[0]}.toml", old, new)
    codes = "rebuild-value rebuild-failed"
    return expect(codes, "issues records spans edits")

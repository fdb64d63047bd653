"""The architecture as CONTRIBUTING.md draws it: what each package may import, and that each module is in one."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

import lprcorpus

from .conftest import run_python

SOURCE = Path(lprcorpus.__file__).parent
CORE = {
    *(
        "authorship",
        "corpus",
        "derivation",
        "errors",
        "files",
        "identifiers",
        "issue_reading",
        "layout_file",
        "locations",
        "messages",
        "metadata",
    ),
    *("problems", "processes", "schema", "table_files", "tables", "typed_rows"),
}
MAY_IMPORT = {
    "core": {"core"},
    "text": {"core", "text"},
    "proof": {"core", "proof"},
    "citation": {"core", "citation"},
    "figures": {"core", "figures"},
    "publish": {"core", "citation", "figures", "publish"},
    "build": {"core", "text", "proof", "publish", "build"},
    "draft": {"core", "text", "build", "draft"},
    "extract": {"core", "extract"},
    "validation": {"core", "proof", "publish", "build", "validation"},
    "search": {"core", "search"},
    "loading": {"core", "citation", "loading"},
    "export": {"core", "citation", "export"},
    "view": {"core", "citation", "figures", "search", "view"},
    "release": {"core", "citation", "publish", "validation", "release"},
    "cli": {
        *(
            "core",
            "build",
            "citation",
            "draft",
            "export",
            "extract",
            "loading",
            "publish",
            "release",
            "search",
        ),
        *("validation", "view", "cli"),
    },
    "entry points": {"citation", "cli", "loading", "search", "validation", "core"},
}
MODULES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))


def package_of(module: str) -> str:
    """Return the package that a dotted module name (without ``lprcorpus.``) is in."""
    first = module.partition(".")[0]
    if first in CORE:
        return "core"
    return "entry points" if first in ("", "__init__", "__main__") else first


def imports_of(path: Path) -> set[str]:
    """Return the modules of this package that a file imports, for types included."""
    found = set()
    for node in ast.walk(ast.parse((SOURCE / path).read_text("utf-8"))):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.split(".")[0] == "lprcorpus"
        ):
            inner = node.module.partition(".")[2]
            found |= (
                {inner}
                if inner and inner not in MAY_IMPORT
                else {f"{inner}.{alias.name}".strip(".") for alias in node.names}
            )
        elif isinstance(node, ast.Import):
            found |= {
                alias.name.partition(".")[2]
                for alias in node.names
                if alias.name.split(".")[0] == "lprcorpus"
            }
    return found


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_each_module_is_in_a_package_and_imports_only_what_that_may(path: Path) -> None:
    package = package_of(".".join(path.with_suffix("").parts))
    assert package in MAY_IMPORT, f"{path} is in no package of the picture in CONTRIBUTING.md"
    assert {
        name for name in imports_of(path) if package_of(name) not in MAY_IMPORT[package]
    } == set()


def test_the_proof_imports_nothing_that_made_what_it_proves() -> None:
    code = "import sys, lprcorpus.proof.invariants; print([name for name in sys.modules if name.startswith('lprcorpus.build')])"
    assert run_python("-c", code).stdout == "[]\n"


def test_the_package_itself_imports_nothing() -> None:
    code = "import sys; before = set(sys.modules); import lprcorpus; print(sorted(set(sys.modules) - before))"
    assert run_python("-c", code).stdout == "['lprcorpus']\n"


@pytest.mark.parametrize("name", lprcorpus.__all__)
def test_each_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(lprcorpus, name).__doc__
    assert name in dir(lprcorpus)


def test_no_module_bears_a_public_name_that_it_would_hide() -> None:
    """Importing ``lprcorpus.name`` sets that attribute of the package, so no module directly inside it may be called so."""
    assert {path.stem for path in MODULES if len(path.parts) == 1} & set(lprcorpus.__all__) == set()


def test_each_module_and_each_class_has_a_name_of_its_own() -> None:
    names = [path.stem for path in MODULES if path.stem != "__init__"]
    for path in MODULES:
        for node in ast.walk(ast.parse((SOURCE / path).read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                names.append(node.name)
    assert [name for name, times in Counter(names).items() if times > 1] == []

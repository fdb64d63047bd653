"""The house as it is drawn in CONTRIBUTING.md: what each wing may import, and that each module stands in one."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import lprcorpus

SOURCE = Path(lprcorpus.__file__).parent
GROUND = {"errors", "locations", "metadata", "problems", "schema", "tables"}
MAY_IMPORT = {
    "ground": {"ground"},
    "checking": {"ground", "checking"},
    "citing": {"ground", "citing"},
    "charts": {"ground", "charts"},
    "making": {"ground", "checking", "citing", "charts", "making"},
    "reading": {"ground", "citing", "charts", "reading"},
    "cli": {"ground", "checking", "citing", "charts", "making", "reading", "cli"},
    "door": {"checking", "citing", "reading", "cli"},
}
MODULES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))


def wing_of(module: str) -> str:
    """Return the wing that a dotted module name (without the package's) stands in."""
    first = module.partition(".")[0]
    if first in GROUND:
        return "ground"
    return "door" if first in ("", "__init__", "__main__") else first


def imports_of(path: Path) -> set[str]:
    """Return the modules of this package that a file imports, for types included."""
    found = set()
    for node in ast.walk(ast.parse((SOURCE / path).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "lprcorpus":
            inner = node.module.partition(".")[2]
            found |= (
                {inner} if inner and inner not in MAY_IMPORT else {f"{inner}.{alias.name}".strip(".") for alias in node.names}
            )
        elif isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[2] for alias in node.names if alias.name.split(".")[0] == "lprcorpus"}
    return found


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_each_module_stands_in_a_wing_and_imports_only_what_that_may(path: Path) -> None:
    wing = wing_of(".".join(path.with_suffix("").parts))
    assert wing in MAY_IMPORT, f"{path} stands in no wing: place it, or name it after what it holds"
    assert {name for name in imports_of(path) if wing_of(name) not in MAY_IMPORT[wing]} == set()


def test_the_proof_imports_none_of_the_rooms_that_made_what_it_proves() -> None:
    code = "import sys, lprcorpus.checking.proof; print([name for name in sys.modules if name.startswith('lprcorpus.making')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_package_itself_imports_nothing() -> None:
    code = "import sys; before = set(sys.modules); import lprcorpus; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['lprcorpus']\n"


@pytest.mark.parametrize("name", lprcorpus.__all__)
def test_each_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(lprcorpus, name).__doc__
    assert name in dir(lprcorpus)


def test_no_module_bears_a_public_name_that_it_would_hide() -> None:
    """Importing ``lprcorpus.name`` sets that attribute of the package, so no module directly inside it may be called so."""
    assert {path.stem for path in MODULES if len(path.parts) == 1} & set(lprcorpus.__all__) == set()

"""The rule behind it all: whatever ``draft`` writes, ``build`` takes; whatever ``build`` writes, ``validate`` accepts.

Over issues that Hypothesis invents: any Unicode, any language, any year, any layout. A text may be
refused, with one line of the package's own; nothing else may go wrong. Each example is a corpus of
a few issues, for a build and a validation cost the same for one as for five.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

import lprcorpus
from lprcorpus.build.issue_files import decode_text
from lprcorpus.build.run import build
from lprcorpus.draft.drafting import draft
from lprcorpus.draft.manifest_writer import as_manifest
from lprcorpus.errors import DataError, LprcorpusError

from .conftest import toml_of
from .inventing import ANY_TEXT, LAID_OUT, invented_issues

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
PHASES = [
    Phase.explicit,
    Phase.generate,
]  # to make an example smaller takes minutes; a failing one is small enough to be read

# Names and titles of any kind: what LaTeX, JSON, YAML, HTML, BibTeX and citation styles each have
# their own thoughts about.
_ODD_NAMES = [
    "A. & B. Poet_{x}", "100% $night$ #1 ~ ^ \\ {", "Workers and Walkers Press", "Ann Writer, Jr.", "von der Nacht, Otto",
    "Đorđe Ñandú Þórr ș ț ı ß", "Анна Ночь", "ليلى النور", "रात की आवाज़", "夜の静けさ", "e\u0301t\u00e9 \u00abnuit\u00bb",
    "it's † “quoted” … —", "null", "true", "2014-05-01", "- list: item", "<script>alert(1)</script>", "a|b|c", '"""', "'",
    "# head", "---", "@misc{x,", "a\u2028b\u2029c\u0085d", "tab\there", "a\u000bb\u001cc", "\u200bzero\u200d",
    "\u202eright", "\ufeffbom", "\U0001f319", "=1+1",
]  # fmt: skip
_NAMES = st.sampled_from(_ODD_NAMES) | st.text(
    st.characters(codec="utf-8"), min_size=1, max_size=30
).filter(str.strip)
_LANGUAGES = st.sampled_from(
    ["en", "de", "ru", "und", "pt-BR", "zh-Hans", "sr-Latn-RS", "mis", "grc"]
)
_YEARS = st.none() | st.integers(1, 9999)
_DATES = st.sampled_from(
    [
        "1906",
        "2014-05",
        "2014-05-31",
        "1999/2001",
        "0001",
        "0476-12-31",
        "2014-05/2014-06",
        "9999-12",
    ]
)


@dataclass(frozen=True)
class InventedFiles:
    """An issue as it is in ``raw/``: its text and its manifest."""

    text: str
    manifest: str


def _optional(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.none().map(lambda _: {}) | values.map(
        lambda value: {} if value is None else {name: value}
    )


@st.composite
def described_issues(draw: st.DrawFn, issue_id: str) -> InventedFiles:
    """Draw an issue in a house style, with metadata of any kind."""
    invented = draw(invented_issues())
    content = invented.manifest.model_dump(by_alias=True, exclude_none=True)
    content["issue"] |= {
        "id": issue_id,
        "periodical": draw(_NAMES),
        "language": draw(_LANGUAGES),
        "rights": draw(_NAMES),
    }
    content["issue"] |= draw(_optional("volume", st.integers(1, 1_000_000))) | draw(
        _optional("number", st.integers(1, 50))
    )
    content["issue"] |= {
        "complete": draw(st.booleans()),
        "sha256": hashlib.sha256(invented.text.encode()).hexdigest(),
    }
    content["issue"].pop("year")
    content["issue"] |= draw(_optional("year", _YEARS))
    for record in content["records"]:
        roles = st.sampled_from(
            ["author", "speaker", "interviewee", "interviewer", "translator", "editor", "publisher"]
        )
        person = st.fixed_dictionaries(
            {"name": _NAMES, "role": roles}, optional={"family": _NAMES, "given": _NAMES}
        )
        record["contributors"] = draw(st.lists(person, max_size=3))
        record |= draw(_optional("language", _LANGUAGES)) | draw(_optional("rights", _NAMES))
        if "source" in record:
            for name in ("title", "container", "publisher", "place"):
                record["source"] |= draw(_optional(name, _NAMES))
            record["source"] |= draw(_optional("date", _DATES)) | draw(
                _optional("url", st.just("http://a.example/b?c=%20&d#e_f"))
            )
    return InventedFiles(invented.text, toml_of(content))


@st.composite
def printed_issues(draw: st.DrawFn) -> str:
    """Draw the text of an issue that a draft is to be made of: a masthead, and items under titles of any kind."""
    masthead = draw(
        st.sampled_from(
            [
                "",
                "The Night Review\nVolume 3, Number 2\nMay 1906\n\n",
                "DIE NACHT\nJahrgang 1\n\n",
                "НОЧЬ № 2, 1917\n\n",
            ]
        )
    )
    text = masthead
    for number in range(draw(st.integers(1, 4))):
        title = " ".join(draw(_NAMES).split()) or "Night"
        if draw(st.booleans()):
            title = title.upper()
        text += f"\n\n\n{number}. {title}\n" if draw(st.booleans()) else f"\n\n\n{title}\n"
        if draw(st.booleans()):
            text += f"by {' '.join(draw(_NAMES).split())}\n"
        text += "\n" + draw(LAID_OUT | ANY_TEXT)
        if draw(st.booleans()):
            text += f"\f{number + 2}\n"
    return text


def check_whole_way(issues: dict[str, InventedFiles]) -> None:
    """Build some issues and validate the corpus: a refusal is the package's own, in one line; the rest is valid."""
    with tempfile.TemporaryDirectory() as folder:
        raw, out = Path(folder) / "raw", Path(folder) / "processed"
        raw.mkdir()
        for issue_id, files in issues.items():
            (raw / f"{issue_id}.txt").write_bytes(files.text.encode())
            (raw / f"{issue_id}.toml").write_bytes(files.manifest.encode())
        try:
            report = build(raw, out)
        except DataError as error:
            assert "by a fault of lprcorpus" not in str(error)
            return
        assert [
            failure for failure in report.failures if "by a fault of lprcorpus" in failure
        ] == []
        built = {issue.id for issue in report.issues}
        for path in raw.iterdir():
            if path.stem not in built:
                path.unlink()
        found = lprcorpus.validate(out)
        assert lprcorpus.validate(out, rebuild=False).problems == ()
        assert [str(problem) for problem in found.problems] == []
        assert [layer.name for layer in found.layers if layer.status == "skipped"] == []


def drafted(text: str, issue_id: str) -> InventedFiles | None:
    """Return a text with the manifest that is drafted from it; None where it is refused, with one line."""
    try:
        read = decode_text(text.encode("utf-8", "surrogatepass"), Path(f"{issue_id}.txt"))
        return InventedFiles(read, as_manifest(draft(read, f"{issue_id}.txt")))
    except LprcorpusError as error:
        assert "\n" not in str(error)
        return None


def check_drafts(texts: list[str]) -> None:
    issues = {
        f"made-{number}": drafted(text, f"made-{number}") for number, text in enumerate(texts)
    }
    kept = {issue_id: files for issue_id, files in issues.items() if files is not None}
    if not kept:
        return
    with tempfile.TemporaryDirectory() as folder:
        for issue_id, files in kept.items():
            (Path(folder) / f"{issue_id}.txt").write_bytes(files.text.encode())
            (Path(folder) / f"{issue_id}.toml").write_bytes(files.manifest.encode())
        report = build(Path(folder), Path(folder) / "processed")
        assert report.failures == ()
    check_whole_way(kept)


DESCRIBED = st.tuples(*(described_issues(f"made-{number}") for number in range(3)))
PRINTED = st.lists(printed_issues() | LAID_OUT | ANY_TEXT, min_size=1, max_size=4)


@given(issues=DESCRIBED)
@settings(max_examples=8, derandomize=True, phases=PHASES, suppress_health_check=SLOW)
def test_what_is_built_is_valid(issues: tuple[InventedFiles, ...]) -> None:
    check_whole_way({f"made-{number}": files for number, files in enumerate(issues)})


@given(texts=PRINTED)
@settings(max_examples=8, derandomize=True, phases=PHASES, suppress_health_check=SLOW)
@example(texts=["Title\n\nThe \n http://a.example/c\n The\n"])
# A header that is on pages before page 1 only.
@example(
    texts=[
        "NIGHT\n\nIt is.\n\nth\n\fth\n\nSo it is.\n\fth\n\nThe night.\n"
        "\f1\n\nAnd so.\n\f2\n\nThe day.\n\f3\n\nThe end.\n"
    ]
)
def test_what_is_drafted_is_built_and_is_valid(texts: list[str]) -> None:
    check_drafts(texts)


# A corpus has three issues or about as many, so that these are some thousand issues. With
# WHOLE_WAY_EXAMPLES=20000 others are looked for, at random.
_EXAMPLES = int(os.environ.get("WHOLE_WAY_EXAMPLES", "300"))
_IS_SEARCH = "WHOLE_WAY_EXAMPLES" in os.environ
MANY = settings(
    max_examples=_EXAMPLES,
    derandomize=not _IS_SEARCH,
    phases=PHASES,
    suppress_health_check=SLOW,
)


@pytest.mark.slow
@given(issues=DESCRIBED)
@MANY
def test_what_is_built_is_valid_in_many_corpora(issues: tuple[InventedFiles, ...]) -> None:
    check_whole_way({f"made-{number}": files for number, files in enumerate(issues)})


@pytest.mark.slow
@given(texts=PRINTED)
@MANY
def test_what_is_drafted_is_built_and_is_valid_in_many_corpora(texts: list[str]) -> None:
    check_drafts(texts)

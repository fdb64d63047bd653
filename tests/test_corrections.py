"""Repairs of text in a wrong encoding."""

from __future__ import annotations

import sys
from dataclasses import replace

import ftfy.bad_codecs  # noqa: F401 (brings the codec)
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lprcorpus.build.assembly import assemble
from lprcorpus.errors import MissingLibrary
from lprcorpus.proof.edit_rules import is_repair
from lprcorpus.proof.invariants import prove
from lprcorpus.text.lines import split_lines
from lprcorpus.text.page_marks import Pagination
from lprcorpus.text.pages import find_pages
from lprcorpus.text.repairs import find_mojibake

from .inventing import manifest_of

PLAIN = Pagination(running_heads=(), space_marks=False)


def repairs(text: str) -> list[tuple[str, str]]:
    return [
        (change.before, change.after)
        for change in find_mojibake(find_pages(split_lines(text), PLAIN))
    ]


def spoil(text: str, times: int = 1) -> str:
    for _ in range(times):
        text = text.encode("utf-8").decode("sloppy-windows-1252")
    return text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the silence â€¦ whispers", [("â€¦", "…")]),
        ("TrotskyÂ and", [("Â", "")]),
        ("nightÂ", []),
        ("donâ€™t “stop” the naÃ¯ve ‘song’", [("â€™", "’"), ("Ã¯", "ï")]),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", [("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "привет")]),
        (f"a {spoil('…', 2)} b", [(spoil("…", 2), "…")]),
        ("“curly quotes”, dashes – and … that are right", []),
        ("été à la naïve Ångström", []),
    ],
)
def test_what_was_decoded_wrongly_is_repaired_and_nothing_else(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert repairs(text) == expected


@given(st.text(st.sampled_from("aé …’“”ïÂÃâ€¦ßж\u00a0"), max_size=30))
@example("â€ ")  # the last byte is the space at the line's end
def test_every_repair_is_the_same_bytes_read_otherwise(text: str) -> None:
    for before, after in repairs(text):
        with_space = f"{before} "
        assert (
            is_repair(before, after)
            or is_repair(with_space, after)
            or is_repair(with_space, f"{after} ")
        )


@given(st.text(st.sampled_from("éèïü…’“”–ж"), min_size=1, max_size=6))
def test_a_word_spoilt_as_a_whole_is_made_whole(word: str) -> None:
    """ftfy judges; where it leaves a word alone, nothing is changed at all. A word that looks spoilt itself is none."""
    assume(repairs(word) == [])
    spoilt = spoil(word)
    text = spoilt
    for change in reversed(find_mojibake(find_pages(split_lines(spoilt), PLAIN))):
        text = text[: change.start] + change.after + text[change.end :]
    assert text in (word, spoilt)


def test_without_its_library_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ftfy", None)
    with pytest.raises(MissingLibrary) as caught:
        repairs("â€¦")
    assert (
        str(caught.value)
        == "repairing text in a wrong encoding needs ftfy: pip install 'lprcorpus[build]'"
    )


def test_without_its_library_a_text_that_needs_none_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ftfy", None)
    assert repairs("été, “quoted” …") == []


@pytest.mark.parametrize(("after", "codes"), [("", []), (" ", ["edit-rule"]), ("x", ["edit-rule"])])
def test_the_space_behind_a_spoilt_no_break_space_is_not_given_twice(
    after: str, codes: list[str]
) -> None:
    text = "Title Number 0!\nThe night \u00c2 it whispers.\n"
    rows = assemble(text, manifest_of([{"type": "article"}]), "made-1.toml").rows
    (edit,) = rows.edits
    assert (edit.before, edit.after) == ("\u00c2", "")
    forged = replace(rows, edits=[edit.model_copy(update={"after": after})])
    of_rules = [problem.code for problem in prove(text, forged) if problem.code == "edit-rule"]
    assert of_rules == codes

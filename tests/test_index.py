"""The index of a corpus: threads, processes, its file in the cache, and what a machine may lack."""

from __future__ import annotations

import copy
import dataclasses
import multiprocessing
import os
import pickle
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lprcorpus.build.run import build
from lprcorpus.corpus import Corpus
from lprcorpus.errors import DataError, UsageError
from lprcorpus.search import index
from lprcorpus.search.query import find
from lprcorpus.search.resolving import resolve

from .conftest import MakeIssue, run

LINE = "lprcorpus 0.2.0 lpr-1-2/hourglass-of-the-free p. 31 raw 111085-111101 “night whispers” ce735a69"


def raw_ranges(corpus: Corpus) -> list[tuple[int | None, int | None]]:
    return [
        (passage.raw_start, passage.raw_end) for passage in find("night whispers", corpus=corpus)
    ]


def ranges_in(folder: Path) -> list[tuple[int | None, int | None]]:
    with Corpus(folder) as corpus:
        return raw_ranges(corpus)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for index files, and a corpus of any size large enough for one."""
    monkeypatch.setenv("LPRCORPUS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(index, "IN_MEMORY_BYTES", 0)
    return tmp_path / "cache"


class TestSharing:
    """An index works from any thread and in any process."""

    def test_threads_share_an_index(self, corpus: Corpus) -> None:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: raw_ranges(corpus), range(16)))
        assert found == [[(111085, 111101)]] * 16

    def test_two_threads_may_be_the_first_to_ask(self, built: Path, cache: Path) -> None:
        with Corpus(built) as corpus, ThreadPoolExecutor(4) as pool:
            assert (
                list(pool.map(lambda _: raw_ranges(corpus), range(8))) == [[(111085, 111101)]] * 8
            )
        assert [path.suffix for path in cache.iterdir()] == [".sqlite"]

    def test_two_processes_may_make_the_same_file_at_once(self, built: Path, cache: Path) -> None:
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
            assert list(pool.map(ranges_in, [built] * 4)) == [[(111085, 111101)]] * 4
        assert [path.suffix for path in cache.iterdir()] == [".sqlite"]

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks no processes")
    def test_a_forked_process_opens_the_index_again_whatever_its_parent_was_doing(
        self, corpus: Corpus
    ) -> None:
        raw_ranges(corpus)
        kept = corpus.keep(index.TextIndex)
        with (
            kept._lock,
            ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool,
        ):
            assert pool.submit(raw_ranges, corpus).result(timeout=60) == [(111085, 111101)]

    def test_what_a_search_returns_is_plain_data(self, corpus: Corpus) -> None:
        (passage,) = find("night whispers", corpus=corpus)
        answer = resolve(LINE, corpus=corpus)
        for result in (passage, answer):
            assert pickle.loads(pickle.dumps(result)) == result
            assert copy.deepcopy(result) == result
            assert dataclasses.asdict(result)

    def test_a_corpus_with_an_index_goes_to_another_process(self, corpus: Corpus) -> None:
        raw_ranges(corpus)
        assert raw_ranges(pickle.loads(pickle.dumps(corpus))) == [(111085, 111101)]

    def test_an_index_is_closed_with_its_corpus(self, built: Path) -> None:
        corpus = Corpus(built)
        raw_ranges(corpus)
        corpus.close()
        with pytest.raises(UsageError, match="the corpus is closed; open it again"):
            raw_ranges(corpus)

    def test_the_packaged_corpus_is_opened_again_when_a_build_has_replaced_it(
        self, make_issue: MakeIssue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        entry = {"id": "song", "title": "The Song", "page": 1, "type": "article"}
        folder = make_issue("The Song\n\nThe night whispers.\n", entry).parent
        build(folder / "raw", folder / "processed")
        monkeypatch.setattr("lprcorpus.corpus.data_folder", lambda: folder / "processed")
        assert len(find("whispers")) == 1
        make_issue("The Song\n\nThe morning answers.\n", entry)
        build(folder / "raw", folder / "processed")
        assert (find("whispers"), len(find("answers"))) == ([], 1)


class TestFile:
    """A large corpus has its index in a file of the user's cache."""

    def test_it_is_made_once_and_gives_the_same_passages(
        self, built: Path, corpus: Corpus, cache: Path
    ) -> None:
        assert ranges_in(built) == raw_ranges(corpus)
        (file,) = cache.iterdir()
        before = file.stat().st_mtime_ns
        assert ranges_in(built) == raw_ranges(corpus)
        assert file.stat().st_mtime_ns == before

    @pytest.mark.parametrize("size", [0, 100, 5_000, 20_000])
    def test_a_spoilt_one_is_made_anew(self, size: int, built: Path, cache: Path) -> None:
        ranges_in(built)
        (file,) = cache.iterdir()
        file.write_bytes(file.read_bytes()[:size])
        assert ranges_in(built) == [(111085, 111101)]

    def test_another_edition_in_the_same_place_has_another(
        self, make_issue: MakeIssue, cache: Path
    ) -> None:
        """It is named by the files of the tables: the descriptor of two editions is the same here."""
        entry = {"id": "song", "title": "The Song", "page": 1, "type": "article"}
        folder = make_issue("The Song\n\nThe night whispers.\n", entry).parent
        build(folder / "raw", folder / "processed")
        descriptor = (folder / "processed" / "datapackage.json").read_bytes()
        assert len(ranges_in(folder / "processed")) == 1
        make_issue("The Song\n\nThe night answers.\n", entry)
        build(folder / "raw", folder / "processed")
        (folder / "processed" / "datapackage.json").write_bytes(descriptor)
        assert ranges_in(folder / "processed") == []
        assert len(list(cache.iterdir())) == 2

    def test_raw_texts_that_come_later_are_used(
        self, built: Path, tmp_path: Path, cache: Path
    ) -> None:
        for path in built.iterdir():
            if path.is_file():
                (tmp_path / path.name).write_bytes(path.read_bytes())
        assert ranges_in(tmp_path) == [(None, None)]
        (tmp_path / "raw").mkdir()
        (tmp_path / "raw" / "lpr-1-2.txt").write_bytes(
            (built.parent / "raw" / "lpr-1-2.txt").read_bytes()
        )
        assert ranges_in(tmp_path) == [(111085, 111101)]

    def test_another_text_in_the_place_of_the_raw_text_is_not_used(
        self, built: Path, tmp_path: Path
    ) -> None:
        for path in built.iterdir():
            if path.is_file():
                (tmp_path / path.name).write_bytes(path.read_bytes())
        (tmp_path / "raw").mkdir()
        (tmp_path / "raw" / "lpr-1-2.txt").write_bytes(
            (built.parent / "raw" / "lpr-1-2.txt").read_bytes().upper()
        )
        assert ranges_in(tmp_path) == [(None, None)]

    def test_without_a_place_for_it_a_search_still_works_and_says_so(
        self, built: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cache.write_text("in the way")
        result = run("find", "night whispers", "--style", "bibtex", "--corpus", built)
        assert result.exit_code == 0
        assert result.stderr.startswith(f"lprcorpus: the index cannot be kept: {cache}")
        assert result.stderr.endswith(
            "; it is made again each time; name a folder with LPRCORPUS_CACHE\n"
        )
        assert result.stderr.count("\n") == 1

        def no_home() -> Path:
            raise RuntimeError("Could not determine home directory.")

        monkeypatch.delenv("LPRCORPUS_CACHE")
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        monkeypatch.setattr(Path, "home", no_home)
        with pytest.warns(
            UserWarning, match="the index cannot be kept: Could not determine home directory"
        ):
            assert ranges_in(built) == [(111085, 111101)]


def test_tables_that_are_no_corpus_are_refused_in_one_line(built: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    for path in built.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    records = pq.read_table(tmp_path / "records.parquet")
    pq.write_table(records.take([0, 0]), tmp_path / "records.parquet")
    with Corpus(tmp_path) as corpus, pytest.raises(DataError) as caught:
        find("night", corpus=corpus)
    assert (
        str(caught.value)
        == f"{tmp_path}: UNIQUE constraint failed: records.id; run lprcorpus validate"
    )
    pq.write_table(records, tmp_path / "records.parquet")
    blocks = pq.read_table(tmp_path / "blocks.parquet")
    pq.write_table(blocks.drop_columns(["kind"]), tmp_path / "blocks.parquet")
    with Corpus(tmp_path) as corpus, pytest.raises(DataError) as caught:
        find("night", corpus=corpus)
    assert (
        str(caught.value)
        == "blocks.kind: found no such column; expected one; run lprcorpus validate"
    )


LETTERS = st.text(st.characters(codec="utf-8", categories=("L", "M", "N", "P", "Zs")), max_size=40)


@given(bodies=st.lists(LETTERS, min_size=1, max_size=4), data=st.data())
def test_a_record_that_holds_the_words_is_never_left_out(
    bodies: list[str], data: st.DataObject
) -> None:
    """FTS5 divides a folded body where words are divided here."""
    import sqlite3

    from lprcorpus.search.words import fold, words

    phrase = words(data.draw(st.sampled_from(bodies)))[:3]
    if not phrase:
        return
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE folded USING fts5(words, content='', tokenize='ascii')"
    )
    connection.executemany(
        "INSERT INTO folded (words) VALUES (?)", [(fold(body),) for body in bodies]
    )
    query = '"' + " ".join(phrase) + '"'
    found = [
        row[0]
        for row in connection.execute("SELECT rowid FROM folded WHERE folded MATCH ?", (query,))
    ]
    held = [f" {' '.join(phrase)} " in f" {' '.join(words(body))} " for body in bodies]
    assert found == [number for number, holds in enumerate(held, start=1) if holds]


def test_a_thread_can_ask_while_another_closes(built: Path) -> None:
    """It gets its passages, or is told that the corpus is closed; nothing else."""
    corpus = Corpus(built)
    raw_ranges(corpus)
    problems: list[str] = []

    def ask() -> None:
        for _ in range(50):
            try:
                raw_ranges(corpus)
            except Exception as error:
                problems.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    corpus.close()
    for thread in threads:
        thread.join()
    assert set(problems) <= {f"UsageError: {built}: the corpus is closed; open it again"}

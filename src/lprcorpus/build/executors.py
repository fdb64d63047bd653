"""Who does the work: a thread, a pool of processes or a Dask cluster, all behind ``concurrent.futures.Executor``.

Where a worker dies, Dask gives its piece to another; a pool of processes breaks, which stops the
work with one message.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import re
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    as_completed,
)
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from lprcorpus.errors import MissingLibrary, UsageError, WorkersLost

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from distributed import Client

__all__ = ["executor", "processors", "run"]

Piece = TypeVar("Piece")
Result = TypeVar("Result")

_ADDRESS = re.compile(r"[a-z]+://\S+:\d+")
_RETRIES = 5  # how often Dask gives a piece to another worker when one has died over it
_PATIENCE = 10.0  # seconds to wait for a scheduler and its first worker
_LOOK, _DESERTED = (
    1.0,
    30.0,
)  # seconds from one look at the workers to the next, and how long there may be none


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def executor(workers: int, scheduler: str | None = None) -> Iterator[Executor]:
    """Start what does the work, and stop it at the end.

    Args:
        workers: the number of processes; with 1, the work is done in this one.
        scheduler: the address of a Dask scheduler (``"tcp://host:8786"``), whose workers do it
            instead.

    Raises:
        MissingLibrary: a scheduler is given and ``distributed`` is not installed.
        UsageError: there is no scheduler at the address.
        WorkersLost: within the block, when the workers or the scheduler are gone.
    """
    if scheduler is not None:
        with _dask(scheduler) as cluster:
            yield cluster
    elif workers == 1:
        with ThreadPoolExecutor(1) as thread:
            yield thread
    else:
        context = multiprocessing.get_context(
            "spawn"
        )  # a fork would copy this process's threads half-way
        with ProcessPoolExecutor(workers, context, initializer=_start_worker) as pool:
            try:
                yield pool
            except BrokenExecutor:
                raise WorkersLost(
                    "a worker process died: it was killed, or the machine ran out of memory"
                ) from None


def run(
    do: Callable[[Piece], Result], pieces: Sequence[Piece], workers: Executor
) -> Generator[Result, None, None]:
    """Have all pieces of work done; yield each result as it comes. A caller that stops early takes the others back."""
    futures = [workers.submit(do, piece) for piece in pieces]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _start_worker() -> None:
    """Prepare a worker process: the interrupt key is for its parent, and without the parent it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    """Connect to a Dask cluster."""
    try:
        import distributed
    except ImportError:
        raise MissingLibrary("distributed", "a Dask cluster", "distributed") from None
    with _quiet("distributed"), _connect(address) as client, _watch(client) as is_deserted:
        try:
            yield client.get_executor(retries=_RETRIES, pure=False)
        except (
            CancelledError
        ):  # what Dask makes of all that it was asked for, when it closes or loses the scheduler
            lost = "its workers are gone" if is_deserted() else "the scheduler is gone"
            raise WorkersLost(f"{address}: {lost}") from None
        except distributed.KilledWorker as error:
            raise WorkersLost(
                f"{address}: workers died again and again over one piece of work: {error}"
            ) from None


@contextmanager
def _quiet(library: str) -> Iterator[None]:
    """Keep a library from logging: what is lost is said once, by us."""
    handlers = logging.getLogger(library).handlers  # which the loggers of its modules share
    levels = [handler.level for handler in handlers]
    for handler in handlers:
        handler.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for handler, level in zip(handlers, levels, strict=False):
            handler.setLevel(level)


@contextmanager
def _connect(address: str) -> Iterator[Client]:
    from distributed import Client

    if not _ADDRESS.fullmatch(address):
        raise UsageError(
            f"--scheduler: found {address!r}; expected the address of a Dask scheduler such as tcp://host:8786"
        )
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise UsageError(
            f"{address}: no scheduler answers: {reason}; expected one, as dask scheduler starts it"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise UsageError(
                f"{address}: the scheduler has no workers: dask worker {address} --nthreads 1"
            ) from None
        yield client


@contextmanager
def _watch(client: Client) -> Iterator[Callable[[], bool]]:
    """Close a client whose cluster has no workers for a while, which Dask would wait for without end; give whether it did."""
    over, deserted = threading.Event(), threading.Event()

    def watch() -> None:
        alone = 0.0
        while not over.wait(_LOOK):
            alone = 0.0 if client.scheduler_info()["workers"] else alone + _LOOK
            if alone > _DESERTED:
                deserted.set()
                client.close()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield deserted.is_set
    finally:
        over.set()
        watcher.join()

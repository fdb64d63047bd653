"""A pool of worker processes, which the interrupt key and a death of one leave no traceback of."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from lprcorpus.errors import WorkersLost

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

Given = ParamSpec("Given")
Result = TypeVar("Result")


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def worker_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of processes.

    Raises:
        WorkersLost: one of them died.
    """
    # A fork would copy this process's threads half-way.
    context = multiprocessing.get_context("spawn")
    try:
        with _signals_held():
            pool = _Pool(workers, context, initializer=_start_worker)
        with pool:
            yield pool
    except BrokenExecutor:
        lost = "a worker process died: it was killed, or the machine ran out of memory"
        raise WorkersLost(lost) from None


class _Pool(ProcessPoolExecutor):
    def submit(
        self, fn: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs
    ) -> Future[Result]:
        # It may start a process, which is not to be interrupted before it is prepared for that.
        with _signals_held():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Hold back what a terminal sends to all processes; what is started meanwhile never sees it.

    That is the interrupt key, and the end of the terminal itself.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker() -> None:
    """Prepare a worker process."""
    # A terminal sends the interrupt key to all processes; what to do about it, the parent says.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A worker whose parent was killed would wait for work without end.
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)

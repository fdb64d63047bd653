"""Who does the work: this process, a pool of processes or a Dask cluster.

Where a worker dies, Dask gives its shard to another; a pool of processes breaks, which stops the
build with one message.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, as_completed
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lprcorpus.build.shards import BuiltShard, ShardTask, build_shard
from lprcorpus.errors import MissingLibrary, UsageError, WorkersLost
from lprcorpus.processes import worker_pool

if TYPE_CHECKING:
    from distributed import Client

_ADDRESS = re.compile(r"[a-z]+://\S+:\d+")
_RETRIES = 5  # how often Dask gives a shard to another worker when one has died over it
_PATIENCE = 10.0  # seconds to wait for a scheduler and its first worker


def build_shards(
    tasks: Sequence[ShardTask], *, workers: int = 1, scheduler: str | None = None
) -> Generator[BuiltShard, None, None]:
    """Have all shards built; yield each as it comes.

    Raises:
        UsageError: there is no scheduler at the address, or ``distributed`` is not installed.
        WorkersLost: the workers or the scheduler are gone.
    """
    if scheduler is not None:
        yield from _run_on_cluster(tasks, scheduler)
    elif workers == 1 or len(tasks) <= 1:
        yield from map(build_shard, tasks)
    else:
        with worker_pool(min(workers, len(tasks))) as pool:
            yield from _results(tasks, pool)


def _results(tasks: Sequence[ShardTask], executor: Executor) -> Iterator[BuiltShard]:
    futures = [executor.submit(build_shard, task) for task in tasks]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        # What has not begun is not begun any more, whatever stopped us: an error, the interrupt
        # key, or a caller that has seen enough. What has begun is finished.
        for future in futures:
            future.cancel()


def _run_on_cluster(tasks: Sequence[ShardTask], address: str) -> Iterator[BuiltShard]:
    try:
        import distributed
    except ImportError:
        raise MissingLibrary("distributed", "a Dask cluster", "distributed") from None
    # What is lost is said once, by us; the loggers of the library share these handlers.
    for handler in logging.getLogger("distributed").handlers:
        handler.setLevel(logging.CRITICAL + 1)
    with _connect(address) as client:
        # Not pure: Dask must not give back the result that another build has had.
        executor = client.get_executor(retries=_RETRIES, pure=False)
        try:
            yield from _results(tasks, executor)
        except CancelledError:  # Dask cancels all that it was asked for when it loses the scheduler
            raise WorkersLost(f"{address}: the scheduler is gone") from None
        except distributed.KilledWorker as error:
            lost = f"workers died again and again over one piece of work: {error}"
            raise WorkersLost(f"{address}: {lost}") from None


@contextmanager
def _connect(address: str) -> Iterator[Client]:
    from distributed import Client

    if not _ADDRESS.fullmatch(address):
        expected = "expected the address of a Dask scheduler such as tcp://host:8786"
        raise UsageError(f"--scheduler: found {address!r}; {expected}")
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        expected = "expected one, as dask scheduler starts it"
        raise UsageError(f"{address}: no scheduler answers: {reason}; {expected}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            hint = f"dask worker {address} --nthreads 1"
            raise UsageError(f"{address}: the scheduler has no workers: {hint}") from None
        yield client

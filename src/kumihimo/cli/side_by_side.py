"""Work on many files at once: as many processes as there are cores, each taking the next file when it is done."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from kumihimo.errors import KumihimoError

T = TypeVar("T")


def side_by_side(work: Callable[[int], T], count: int, done: Callable[[int], None]) -> Iterator[tuple[int, T]]:
    """Do pieces of work in processes of their own, where there are cores for more than one.

    Parameters
    ----------
    work
        Number of a piece, from 0 -> result. It is not told what the other pieces gave; what it imports is loaded
        once where it is loaded before.
    count
        Number of pieces.
    done
        Called with the number of pieces done so far.

    Yields
    ------
    tuple[int, T]
        Number and result, in no order. A piece that ends in an error of a user's, or whose process dies, is left out:
        who asked does it again, and gets the error where it can be told.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    # Processes that do not begin with what is loaded already would load it all again.
    if min(cores, count) < 2 or "fork" not in get_all_start_methods():
        return
    context = get_context("fork")
    taken = context.Value("i", 0)
    readers: list[Connection[Any, Any]] = []
    processes = []
    try:
        for _ in range(min(cores, count)):
            reader, writer = context.Pipe(duplex=False)
            process = context.Process(target=_take, args=(work, count, taken, writer), daemon=True)
            process.start()
            writer.close()
            readers.append(reader)
            processes.append(process)
        made = 0
        while readers:
            for ready in wait(readers):
                assert isinstance(ready, Connection)
                try:
                    found = ready.recv()
                except EOFError:
                    readers.remove(ready)
                    continue
                made += 1
                done(made)
                yield found
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _take(work: Callable[[int], Any], count: int, taken: Any, writer: Connection[Any, Any]) -> None:
    # Ctrl-C reaches all processes; the first of them ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        with taken.get_lock():
            index = taken.value
            taken.value += 1
        if index >= count:
            return
        try:
            found = work(index)
        except (KumihimoError, OSError):
            continue
        try:
            writer.send((index, found))
        except BrokenPipeError:
            # Nobody waits any more.
            return

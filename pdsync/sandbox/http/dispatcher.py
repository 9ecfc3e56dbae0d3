"""Dispatcher: who carries a request out: the thread that read it, or one of a pool.

Handing a request to another thread and back costs more than most requests do, and the lock of the store lets only one
go on at a time anyway. The pool is for what waits: as soon as there are faults, of which latency is one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any


class Dispatcher:
    """Takes the place of ``pool``, a dispatcher of waitress. ``may_wait`` says whether requests go to the pool, which gets its
    ``threads`` when the first of them does: most sandboxes never need them."""

    def __init__(self, pool: Any, may_wait: Callable[[], bool], threads: int) -> None:
        self._pool, self._may_wait, self._threads = pool, may_wait, threads
        self._is_started = False
        self._tasks: deque[Any] = deque()

    def add_task(self, task: Any) -> None:
        """Called with the channel's lock held, so nothing is carried out yet."""
        if self._may_wait():
            if not self._is_started:
                self._is_started = True
                self._pool.set_thread_count(self._threads)
            self._pool.add_task(task)
        else:
            self._tasks.append(task)

    def run(self) -> None:
        """Carries out what came in, in the thread of the caller, which is the one that reads and writes sockets."""
        while self._tasks:
            self._tasks.popleft().service()

    def set_thread_count(self, count: int) -> None:
        self._pool.set_thread_count(count)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        self._tasks.clear()
        return bool(self._pool.shutdown(cancel_pending, timeout))

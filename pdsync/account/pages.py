"""The threads that read pages. How many of their requests are under way at a time, the client decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any


class StoppedError(Exception):
    """A page was not requested, because something went wrong before. That error is raised."""


class Pages(ThreadPoolExecutor):
    """Reads until something goes wrong. After that no page is asked for, so that an error or Ctrl-C ends a large reading soon."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads, thread_name_prefix="pdsync-page")
        self._stopped = Event()

    def submit(self, task: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        """As in the standard library. The future raises StoppedError where an error came first."""
        return super().submit(self._run, task, *args, **options)

    @contextmanager
    def until_error(self) -> Iterator[None]:
        """Any exception that leaves the context stops the reading."""
        try:
            yield
        except BaseException:
            self._stopped.set()
            raise

    def _run(self, task: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if self._stopped.is_set():
            raise StoppedError
        return task(*args, **options)

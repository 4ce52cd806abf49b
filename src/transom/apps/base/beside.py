"""Two parts of long work at once, where the database takes two writers.

While one part waits for the database, the other one reckons. SQLite has one writer, who would only be waited for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, Generic, TypeVar, cast

from django.db import connection

T = TypeVar("T")
END: Final = object()


class Shared(Generic[T]):
    """Parts that several take from, each part once."""

    def __init__(self, parts: Iterable[T]) -> None:
        self._parts = iter(parts)
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        with self._lock:
            return next(self._parts)


@contextmanager
def beside(steps: Iterable[object]) -> Iterator[None]:
    """Goes through `steps` while the block runs, on a connection of its own; before it, where there is one writer, or
    where a transaction is open, of which another connection knows nothing.

    Both are done on leaving. Where one of them fails, its error is raised; the steps then end after the one begun.
    """
    if not _can_be_two():
        for _ in steps:
            pass
        yield
        return
    work = _Work(steps)
    work.start()
    try:
        yield
    except BaseException:
        work.stopped.set()
        raise
    finally:
        work.join()
    if work.error is not None:
        raise work.error


def ahead(parts: Iterable[T]) -> Iterator[T]:
    """The same parts, the next one made while one is worked on, on a connection of its own, where `beside` would."""
    if not _can_be_two():
        yield from parts
        return
    making = iter(parts)
    with ThreadPoolExecutor(1, "ahead") as maker:
        coming = maker.submit(next, making, END)
        try:
            while (part := coming.result()) is not END:
                coming = maker.submit(next, making, END)
                yield cast("T", part)
        finally:
            maker.submit(lambda: connection.close()).result()  # noqa: PLW0108  its own, looked up there


def _can_be_two() -> bool:
    return connection.vendor == "postgresql" and not connection.in_atomic_block


class _Work(threading.Thread):
    """Goes through the steps; `error` is what ended it early."""

    def __init__(self, steps: Iterable[object]) -> None:
        super().__init__(name="beside", daemon=True)
        self._steps = steps
        self.stopped = threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            for _ in self._steps:
                if self.stopped.is_set():
                    return
        except BaseException as error:  # noqa: BLE001  raised again where the block ends
            self.error = error
        finally:
            connection.close()

"""Python's collector of garbage during long work.

A round of fetching, or a comparison of everybody with everybody, makes hundreds of thousands of objects that live
until they are stored. By default the collector looks through everything the process ever loaded again and again
meanwhile, for a fifth to a third of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 200_000


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """What is there already is left alone, and new objects are looked through less often."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()

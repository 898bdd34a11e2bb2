"""Stopping an analysis that nobody waits for any more: asked between its steps and before each run of the network."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")
_asked: ContextVar[threading.Event | None] = ContextVar("asked", default=None)


class Stopped(Exception):
    """The analysis was told to stop."""


@contextmanager
def stoppable(asked: threading.Event) -> Iterator[None]:
    """Within, `heed` and what `heeding` makes in this thread heed `asked`. Raises Stopped if it is set already."""
    if asked.is_set():
        raise Stopped
    token = _asked.set(asked)
    try:
        yield
    finally:
        _asked.reset(token)


def heed() -> None:
    """Raises Stopped once the analysis that this thread is at was told to stop."""
    asked = _asked.get()
    if asked is not None and asked.is_set():
        raise Stopped


def heeding(function: Callable[[Given], Result]) -> Callable[[Given], Result]:
    """`function`, which raises Stopped instead once the analysis that this thread is at was told to stop. It may be
    called in any thread."""
    asked = _asked.get()

    def heedful(given: Given) -> Result:
        if asked is not None and asked.is_set():
            raise Stopped
        return function(given)

    return heedful

"""Documents that an input holds, before they are read, and what can be wrong with the input as a whole."""

from collections.abc import Callable
from typing import Final

from serving.problems import Problem
from serving.record import Record

Unread = Callable[[], Record]
"""A document found in an input: its place is known, and reading it is put off until it is called."""

LONGEST: Final = 16 * 2**20
"""Bytes of the longest line or text file that is taken, and characters of a CSV field; more is never held in memory."""


class UsageError(ValueError):
    """What was asked for cannot be done; the message names the file and says why."""


class DamagedError(ValueError):
    """The input breaks off or is damaged beyond one document; the message names it and says why."""


def too_large() -> Problem:
    """The document takes more than `LONGEST` bytes where it stands."""
    return Problem("document-too-large", "Document too large", 413, f"The document takes more than {LONGEST} bytes.")

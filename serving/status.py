"""Exit statuses of `python -m serving`."""

from typing import Final

ALL: Final = 0
FAILURE: Final = 1
USAGE: Final = 2
SOME: Final = 3
INTERRUPTED: Final = 130

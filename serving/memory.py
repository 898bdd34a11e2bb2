"""What the C library does with memory that has been given back."""

import ctypes
import sys

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1
"""glibc's numbers for what `mallopt` sets."""
_ARENAS = 2
_LARGE = 8 * 2**20
"""More than a run of the network needs at a time, unless it reads a very long citation."""
_KEPT = 32 * 2**20


def bound() -> bool:
    """Keep what the process holds from growing with the largest texts that it has read: large blocks go back to the
    system as soon as they are free, and threads share the heap. By default glibc takes ever larger blocks from the
    heap, and gives each thread one of its own. Whether it was done; other C libraries are left as they are."""
    if sys.platform != "linux":
        return False
    try:
        settle = ctypes.CDLL(None).mallopt
    except AttributeError:
        return False
    # What one run gives back the next will need: it is not to be fetched from the system each time.
    return all(settle(*told) for told in ((_ARENA_MAX, _ARENAS), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _KEPT)))

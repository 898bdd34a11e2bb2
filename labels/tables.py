"""Plain text tables for people."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest


def aligned(rows: Iterable[Sequence[str]]) -> str:
    """The rows as lines with the first column to the left and the others to the right; an empty row is a blank line."""
    held = list(rows)
    widths = [max(map(len, column)) for column in zip_longest(*held, fillvalue="")]
    lines = (
        "  ".join(cell.rjust(widths[i]) if i else cell.ljust(widths[i]) for i, cell in enumerate(row)) for row in held
    )
    return "\n".join(line.rstrip() for line in lines)

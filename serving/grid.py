"""A table for a terminal, whose cells hold lines of either direction."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from serving.terminal import Terminal, cells, isolate, wrapped

Cell = Sequence[str]
"""The lines of a cell, as `serving.terminal` makes them; they are wrapped as the column needs."""
_GAP = "  "


def grid(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int], terminal: Terminal
) -> Iterator[str]:
    """The lines of a table with columns of `widths` columns of the terminal; `head` is plain text. All rows have as
    many cells as there are widths."""
    rule = terminal.paint("─" * (sum(widths) + len(_GAP) * (len(widths) - 1)), "dim")
    yield from _row([[terminal.paint(isolate(title), "bold")] if title else [] for title in head], widths)
    for row in rows:
        yield rule
        yield from _row(row, widths)


def _row(row: Sequence[Cell], widths: Sequence[int]) -> Iterator[str]:
    columns = [
        [piece for line in cell for piece in wrapped(line, width)] for cell, width in zip(row, widths, strict=True)
    ]
    for pieces in zip_longest(*columns, fillvalue=""):
        yield _GAP.join(_padded(piece, width) for piece, width in zip(pieces, widths, strict=True)).rstrip()


def _padded(line: str, width: int) -> str:
    """The line in an isolate of its own: what it holds must not move what stands in other columns."""
    return (f"\u2068{line}\u2069" if line else "") + " " * (width - cells(line))

"""A comparison as tables for a terminal: what each document says stands in a column of its own."""

from collections import Counter
from collections.abc import Iterator, Sequence

from labels.scheme import AUTHOR
from serving.comparison import Actor, Comparison, Part, Side
from serving.figures import Figure
from serving.grid import Cell, grid
from serving.terminal import LABEL_STYLES, SIDES, Terminal, isolate, plain, shortened

_NAME = 20
_NARROWEST = 20
_GAP = 2
_QUOTES = 2
_QUOTE_LINES = 3


def comparison_table(comparison: Comparison, terminal: Terminal, most: int) -> Iterator[str]:
    """The lines: the `most` first actors by document, then the figures. Documents that find no place in the terminal's
    width follow in a table of their own."""
    abreast = max(1, (terminal.width - _NAME) // (_NARROWEST + _GAP))
    places = range(len(comparison.ids))
    for start in places[::abreast]:
        here = places[start : start + abreast]
        width = (terminal.width - _NAME) // len(here) - _GAP
        rows = [_row(actor, [actor.parts[i] for i in here], width, terminal) for actor in comparison.actors[:most]]
        rows.append([["Figures"], *(_figures(comparison.figures[i]) for i in here)])
        yield from grid(["", *(comparison.ids[i] for i in here)], rows, [_NAME, *[width] * len(here)], terminal)
        yield ""
    if len(comparison.actors) > most:
        yield f"{len(comparison.actors) - most} more actors: --actors {len(comparison.actors)} shows them all"


def _row(actor: Actor, parts: Sequence[Part], width: int, terminal: Terminal) -> list[Cell]:
    name = terminal.paint(isolate(actor.name), LABEL_STYLES.get(actor.label or ""))
    kind = terminal.paint(actor.label or "speaker", "dim")
    return [[name, kind], *(_part(part, width, terminal) for part in parts)]


def _part(part: Part, width: int, terminal: Terminal) -> list[str]:
    if part.empty:
        return [terminal.paint("–", "dim")]
    lines = [" · ".join(f"{isolate(words)} {times}×" for words, times in part.words)] if part.words else []
    lines += [_side(side, terminal) for side in part.sides]
    if part.quotes:
        forces = Counter(quote.force for quote in part.quotes)
        lines.append("says: " + ", ".join(f"{force} {times}" for force, times in forces.most_common()))
    for quote in part.quotes[:_QUOTES]:
        said = shortened(plain(" … ".join(quote.contents)), _QUOTE_LINES * width - _QUOTES)
        lines.append(terminal.paint(isolate(f"«{said}»"), "dim"))
    return lines


def _side(side: Side, terminal: Terminal) -> str:
    word, colour = SIDES[side.polarity]
    holder = "the author" if side.holder == AUTHOR else isolate(side.holder) if side.holder else "someone unnamed"
    return f"{holder} {terminal.paint(word, colour)} {side.times}×"


def _figures(found: Sequence[Figure]) -> list[str]:
    return [isolate(words) for words in dict.fromkeys(figure.counted for figure in found)] or ["–"]

"""Results as Markdown, for a terminal and for a README."""

from collections.abc import Sequence

from bench.figures import Spread
from bench.plan import TIMES
from bench.results import LIMIT, PLAIN, QUANTISED, READERS, WHOLE, Results


def report(results: Results) -> str:
    """All figures: the middle of the rounds and, in parentheses, the least and the greatest."""
    machine, plan = results.machine, results.plan
    sections = [
        f"{machine['processor']}, {machine['threads']} threads; {plan.rounds} rounds; load average {machine['load']}",
        "Documents per second",
        table(
            ["", "documents", "words", *READERS],
            [
                [c.name, str(c.documents), str(c.words), *(shown(c.documents_rate(r)) for r in READERS)]
                for c in results.cases
            ],
        ),
        "Pieces per second, each reader's own, and how many there are to a word",
        table(
            ["", *READERS, "BERT's a word", "isnad's a word"],
            [
                [
                    c.name,
                    *(shown(c.pieces_rate(r)) for r in READERS),
                    number(c.pieces[PLAIN] / c.words),
                    number(c.pieces[WHOLE] / c.words),
                ]
                for c in results.cases
            ],
        ),
        "This project's documents per second through those of the others",
        table(
            ["", *(f"isnad / {other}" for other in (PLAIN, QUANTISED, LIMIT))],
            [[c.name, *(shown(c.ratio(other)) for other in (PLAIN, QUANTISED, LIMIT))] for c in results.cases],
        ),
        f"Milliseconds of an article of {plan.article} words over HTTP",
        table(
            ["", "requests", "median", "p99"],
            [
                [one.load, str(len(one.seconds)), number(one.median * 1e3), number(one.p99 * 1e3)]
                for one in results.latencies
            ],
        ),
        "The service",
        table(
            ["", ""],
            [
                ["seconds until it is ready", shown(results.ready)],
                ["resident memory when ready", megabytes(results.resident[0])],
                ["resident memory at the end", megabytes(results.resident[1])],
                [f"serving install, {results.install.packages} packages", megabytes(results.install.bytes)],
                [
                    f"cost of a character, {plan.base * TIMES} words / {plan.base} words",
                    shown(results.growth),
                ],
            ],
        ),
    ]
    return "\n\n".join(sections)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its first column to the left and the others to the right. Raises ValueError for a row that is
    not as long as the head."""
    columns = list(zip(head, *rows, strict=True))
    widths = [max(3, *map(len, column)) for column in columns]
    lines = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    padded = [
        [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        for row in [head, lines, *rows]
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in padded)


def shown(spread: Spread) -> str:
    """`1.23 (1.11–1.30)`."""
    return f"{number(spread.median)} ({number(spread.least)}–{number(spread.most)})"


def number(value: float) -> str:
    """Three digits that say something, and no fewer than those before the point."""
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:,.{digits}f}" if abs(value) >= 0.1 or value == 0 else f"{value:.2g}"


def megabytes(size: int | None) -> str:
    """In millions of bytes."""
    return "unknown here" if size is None else f"{size / 1e6:,.0f} MB"

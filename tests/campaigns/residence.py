"""Resident memory of the real service over many requests of mixed lengths.

`python -m tests.campaigns.residence [--requests 10000] [--at-a-time 4] [--longest 3000]`; ISNAD_MODEL_DIR is heeded.
"""

import argparse
import random
import sys
from collections.abc import Iterator

from bench.service import running
from bench.texts import cut, seeds

_MOST = 300_000_000
_GROWTH = 0.02
_STEPS = 10


def texts(count: int, longest: int, seed: int = 1) -> Iterator[str]:
    """`count` stretches of the seeds of 5 to `longest` words; short ones are the more frequent."""
    chance, joined = random.Random(seed), "\n".join(seeds())
    for _ in range(count):
        words = round(5 * (longest / 5) ** (chance.random() ** 2))
        yield chance.choice(cut(joined, words, 3))


def residence(requests: int, at_a_time: int, longest: int) -> list[int]:
    """Bytes held when the service is ready, then behind each tenth of the requests. Raises RuntimeError where the
    system does not tell, or an answer is none."""
    asked = list(texts(requests, longest))
    with running() as service:
        held = [service.resident()]
        for step in range(_STEPS):
            service.answer(asked[step::_STEPS], at_a_time)
            held.append(service.resident())
            sys.stderr.write(f"{(step + 1) * requests // _STEPS} requests\n")
    if None in held:
        raise RuntimeError("this system does not tell what a process holds")
    return [size for size in held if size is not None]


def growth(held: list[int]) -> float:
    """How much more is held at the end than at half of the requests."""
    return held[-1] / held[len(held) // 2] - 1


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 when at most 300 MB are held at the end, and the second half has added at most 2 %."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--at-a-time", type=int, default=4)
    parser.add_argument("--longest", type=int, default=3000, help="words")
    asked = parser.parse_args(arguments)
    held = residence(asked.requests, asked.at_a_time, asked.longest)
    print(f"{'requests':>9} {'MB':>7}")
    for step, size in enumerate(held):
        print(f"{step * asked.requests // _STEPS:>9} {size / 1e6:>7.1f}")
    print(f"second half: {growth(held):+.1%}")
    return 0 if held[-1] <= _MOST and growth(held) <= _GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())

"""The texts that are read: the seed articles, and documents of a given length cut from them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.plan import Plan

SEEDS = Path("labels/corpus/seeds")


@dataclass(frozen=True, slots=True)
class Case:
    """Documents that are timed together. `words` counts what stands between spaces, in all of them."""

    name: str
    texts: tuple[str, ...]

    @property
    def words(self) -> int:
        return sum(len(text.split()) for text in self.texts)

    @property
    def characters(self) -> int:
        return sum(map(len, self.texts))


def seeds(folder: Path = SEEDS) -> list[str]:
    """The seed articles in the order of their names. Raises FileNotFoundError if `folder` holds none."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    if not texts:
        raise FileNotFoundError(f"{folder}: no .txt files")
    return texts


def cut(text: str, words: int, documents: int) -> tuple[str, ...]:
    """`documents` stretches of `words` words each, one behind the other, lines kept; behind the last word of `text`
    comes its first again. Raises ValueError if there is no word in it."""
    places = [match.span() for match in re.finditer(r"\S+", text)]
    if not places:
        raise ValueError("a text without words cannot be cut")
    whole = "\n".join([text] * -(-words * documents // len(places)))
    places = [match.span() for match in re.finditer(r"\S+", whole)]
    return tuple(whole[places[i * words][0] : places[(i + 1) * words - 1][1]] for i in range(documents))


def cases(articles: Sequence[str], plan: Plan) -> list[Case]:
    """The seeds themselves, then the documents of each of the plan's lengths."""
    made = [Case("seeds", tuple(articles[: plan.seeds]))]
    whole = "\n".join(articles)
    return made + [Case(f"{words} words", cut(whole, words, documents)) for words, documents in plan.lengths]

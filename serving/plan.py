"""How a run on a cluster divides its input: written down once, so that a run started again divides it alike."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from serving.reading import Part, count_part, read_part
from serving.unread import UsageError

NAME: Final = "plan.json"
_LONGEST: Final = 500
_EACH: Final = 4


@dataclass(frozen=True, slots=True)
class Measure:
    """How many documents a part has, and the SHA-256 of what it holds, in hexadecimal."""

    part: Part
    count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Slice:
    """The `count` documents of `part` that come after its `first`; slices are numbered from 0 in the input's order."""

    number: int
    part: Part
    first: int
    count: int

    @property
    def name(self) -> str:
        """The name of the files that it is written to, without their ending; in the order of the numbers."""
        return f"part-{self.number:06}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The slices of a run. `run` changes with the input, the model and what is asked of it."""

    run: str
    slices: tuple[Slice, ...]

    def of(self, parts: list[Part]) -> "Plan":
        """The same slices of `parts`, which have the names of its own but may have been moved."""
        named = {part.name: part for part in parts}
        return replace(self, slices=tuple(replace(piece, part=named[piece.part.name]) for piece in self.slices))

    def write(self, folder: Path) -> None:
        """Writes it whole or not at all."""
        new = folder / f".{NAME}.tmp"
        new.write_text(json.dumps(asdict(self)) + "\n", encoding="utf-8")
        new.replace(folder / NAME)


def measure(part: Part) -> Measure:
    """Reads `part` once. Raises as `serving.reading.read` does."""
    content = hashlib.sha256()
    if Path(part.path).is_dir():
        for record in read_part(part):
            content.update(json.dumps([record.id, record.text]).encode())
    else:
        with Path(part.path).open("rb") as file:
            content = hashlib.file_digest(file, "sha256")
    return Measure(part, count_part(part), content.hexdigest())


def divide(run: str, measures: list[Measure], workers: int) -> Plan:
    """A plan of slices that `workers` processes share out evenly; none reaches over two parts."""
    total = sum(each.count for each in measures)
    size = max(1, min(_LONGEST, total // (workers * _EACH)))
    cuts = [(each, first) for each in measures for first in range(0, each.count, size)]
    slices = [
        Slice(number, each.part, first, min(size, each.count - first)) for number, (each, first) in enumerate(cuts)
    ]
    return Plan(run, tuple(slices))


def earlier(folder: Path) -> Plan | None:
    """The plan that a run left in `folder`, if one did.

    Raises `UsageError` where there is something else in it.
    """
    if not folder.exists():
        return None
    if not folder.is_dir():
        raise UsageError(f"{folder}: OUT is not a folder")
    path = folder / NAME
    if not path.exists():
        if any(other.name != f".{NAME}.tmp" for other in folder.iterdir()):
            raise UsageError(f"{folder}: has files that no run left; name another OUT")
        return None
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        slices = [Slice(**{**each, "part": Part(**each["part"])}) for each in value["slices"]]
        return Plan(value["run"], tuple(slices))
    except (ValueError, LookupError, TypeError):
        raise UsageError(f"{path}: not a plan; name another OUT, or remove it") from None

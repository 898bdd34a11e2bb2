"""Who is behind an act's source: an actor that the document names, else the words of a source without a name."""

from collections.abc import Sequence
from dataclasses import dataclass

from labels import Entity
from labels.scheme import ACTORS, QUOTES
from serving.decode import Found, Roles

_OUTLETS_OWN = frozenset(
    ["مراسلنا", "مراسلتنا", "مراسلونا", "المراسل", "المراسلة", "موفدنا", "الموفد", "الوكالة", "الصحيفة", "القناة"]
)
"""Who or what speaks for the outlet that the document names elsewhere."""
_CORRESPONDENTS = frozenset(["مراسل", "مراسلة", "مراسلو", "موفد"])
"""Who speaks for the outlet named behind."""

Named = tuple[Found, Entity]
Speaker = tuple[str | None, str | None]
"""The name, and the id of the entity that bears it."""


@dataclass(frozen=True, slots=True)
class Act:
    """A cue with what surrounds it."""

    cue: Found
    roles: Roles


def speaker(text: str, act: Act, acts: Sequence[Act], named: Sequence[Named]) -> Speaker:
    """Who said it, by the guidelines: the outlet behind a correspondent; the actor or source that the network points
    to; behind «المصادر» the last «مصادر …» before; else the act's own source. Nobody if it points to none."""
    source = act.roles.source
    if source is not None and (outlet := _outlet(text, source, named)):
        return outlet.name, outlet.id
    at = act.roles.speaker
    if at is None:
        return None, None
    holding = [
        (f.start != at, f.start - f.end, e.id, e) for f, e in named if f.start <= at < f.end and e.label in ACTORS
    ]
    if holding:
        entity = min(holding)[3]
        return entity.name, entity.id
    sources = [a.roles.source for a in acts if a.roles.source and a.roles.source.start <= at < a.roles.source.end]
    said = sources[0] if sources else source
    return (_antecedent(text, said, acts).span.of(text), None) if said else (None, None)


def _outlet(text: str, source: Found, named: Sequence[Named]) -> Entity | None:
    """The outlet for which a correspondent speaks: the one named in the source, or for «مراسلنا» and the like the last
    one before it, or the next."""
    first = _first(text, source)
    inside = [e for f, e in named if source.start <= f.start < source.end and e.label in ACTORS]
    if first in _CORRESPONDENTS:
        return next((e for e in inside if e.label == "MEDIA"), None)
    if first not in _OUTLETS_OWN or inside:
        return None
    outlets = [(f, e) for f, e in named if e.label == "MEDIA"]
    before = [e for f, e in outlets if f.start < source.start]
    return before[-1] if before else next((e for _, e in outlets), None)


def _antecedent(text: str, source: Found, acts: Sequence[Act]) -> Found:
    """What «المصدر» refers to: the last source before it that begins with «مصدر»; else the source itself."""
    first = _first(text, source)
    meant = [
        other
        for act in acts
        if (other := act.roles.source) and other.start < source.start and "ال" + _first(text, other) == first
    ]
    return max(meant, key=lambda other: other.start, default=source)


def _first(text: str, source: Found) -> str:
    """The first word of a source without quote marks."""
    return "".join(c for c in source.span.of(text).split()[0] if c not in QUOTES)

"""Who is behind an act's source: an actor that the document names, else the words of a source without a name."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from labels import Entity, Span
from labels.scheme import ACTORS
from serving.antecedents import Antecedents, first_word
from serving.decode import Found, Roles
from serving.names import unquoted

_OUTLETS_OWN = frozenset(
    ["مراسلنا", "مراسلتنا", "مراسلونا", "مراسلها", "مراسلتها", "المراسل", "المراسلة", "موفدنا", "موفدها", "الموفد"]
) | frozenset(["مندوبنا", "مندوبها", "المندوب", "الوكالة", "الصحيفة", "القناة"])
"""Who or what speaks for the outlet that the document names elsewhere."""
_CORRESPONDENTS = frozenset(["مراسل", "مراسلة", "مراسلو", "موفد", "مندوب"])
"""Who speaks for the outlet named behind."""
_SPOKESMEN = frozenset(["مصدر", "مصادر", "متحدث", "المتحدث", "ناطق", "الناطق"])
"""Who speaks for the body named behind, unless a person is named."""
_BODIES = frozenset({"ORG", "ARMED"})
_DOCUMENTS = frozenset(["بيان", "تقرير", "تقديرات", "أرقام", "إحصائية", "إحصائيات", "معطيات", "تصريحات", "معرفات"])
"""What says the words of the body, outlet or person named behind."""
_PARTICIPLE = re.compile(r"[وف]?(?:م\w{2,5}|قائل)(?:ا|اً|ًا|ين|ة|ةً)(?!\w)")
_STOPS = re.compile(r"[.؟!\n]")
_BETWEEN = re.compile(r"""[\s"“”«»]*(?:[،,]\s*و?|و)[\s"“”«»]*""")
"""What stands between names that are sources together."""

Named = tuple[Found, Entity]
Speaker = tuple[str | None, str | None]
"""The name, and the id of the entity that bears it."""


@dataclass(frozen=True, slots=True)
class Act:
    """A cue with what surrounds it."""

    cue: Found
    roles: Roles


class Speakers:
    """Who said what, by the guidelines, in a text with these `acts` and, in the order of the text, these `named`
    entities."""

    def __init__(self, text: str, acts: Sequence[Act], named: Sequence[Named]) -> None:
        self._text = text
        # A long text has thousands of acts: all that one of them asks for is looked up, not searched for.
        self._actors = [(f, e) for f, e in named if e.label in ACTORS]
        self._starts = [f.start for f, _ in self._actors]
        self._holding: dict[int, list[Named]] = defaultdict(list)
        for f, e in self._actors:
            for word in range(f.start, f.end):
                self._holding[word].append((f, e))
        self._outlets = [(f, e) for f, e in named if e.label == "MEDIA"]
        sources = [act.roles.source for act in acts if act.roles.source]
        self._sources: dict[int, Found] = {}
        for source in sources:
            for word in range(source.start, source.end):
                self._sources.setdefault(word, source)
        self._antecedents = Antecedents(text, sources)

    def of(self, act: Act) -> Speaker:
        """The outlet behind a correspondent and the body behind a spokesman or a statement; several together; whom the
        source begins with; behind «المصادر» the last «مصادر …» before; else the actor or source that the network points
        to. Nobody if it points to none."""
        source = act.roles.source
        if source is not None:
            meant = source if self._inside(source) else self._antecedents.of(source)
            for one in (meant, source):
                if body := self._body(one, [e for _, e in self._inside(one)]):
                    return body.name, body.id
            inside = self._inside(meant)
            if _together(self._text, meant, inside):
                return self._own_words(meant)
            # Of 1,098 such sources in the annotated corpora 1,089 mean whom they begin with.
            for found, entity in inside:
                if found.start == meant.start:
                    return entity.name, entity.id
            if meant is not source:
                return self._own_words(meant)
        at = act.roles.speaker
        if at is None:
            return None, None
        holding = [(f.start != at, f.start - f.end, e.id, e) for f, e in self._holding.get(at, [])]
        if holding:
            entity = min(holding)[3]
            return entity.name, entity.id
        said = self._sources.get(at, source)
        return self._own_words(said) if said else (None, None)

    def _inside(self, source: Found) -> list[Named]:
        """The actors named in a source."""
        return self._actors[bisect_left(self._starts, source.start) : bisect_left(self._starts, source.end)]

    def _own_words(self, source: Found) -> Speaker:
        return unquoted(source.span.of(self._text)), None

    def _body(self, source: Found, inside: Sequence[Entity]) -> Entity | None:
        """For whom a correspondent, spokesman or document speaks: the outlet or body named in the source; for «مراسلنا»
        and the like the last outlet named before it, or the next."""
        first = first_word(self._text, source)
        if first in _CORRESPONDENTS:
            bodies = [e for e in inside if e.label == "MEDIA"] or [e for e in inside if e.label in _BODIES]
            return next(iter(bodies), None)
        if first in _DOCUMENTS:
            return next(iter(inside), None)
        if first in _SPOKESMEN and all(e.label != "PER" for e in inside):
            return next((e for e in inside if e.label in _BODIES), None)
        if first not in _OUTLETS_OWN or inside or not self._outlets:
            return None
        before = bisect_left(self._outlets, source.start, key=lambda outlet: outlet[0].start)
        return self._outlets[max(0, before - 1)][1]


def goes_on_from(text: str, cue: Span, end: int) -> bool:
    """Whether `cue`, which has no source of its own, says what else whoever spoke with the cue that ends at `end` was
    doing: an accusative participle («مؤكدين», «مشيرا») in the same sentence. In the annotated corpora 687 of 706 such
    acts have the speaker of the last act before that is reported by the same one."""
    between = text[end : cue.start]
    return end > 0 and not _STOPS.search(between) and _PARTICIPLE.match(cue.of(text)) is not None


def _together(text: str, source: Found, inside: Sequence[Named]) -> bool:
    """Whether the source is several actors side by side («تركيا وروسيا»), and nothing else."""
    outer = [f.span for f, e in inside if e.parent is None]
    between = [text[a.end : b.start] for a, b in pairwise(outer)]
    return (
        len(outer) > 1
        and (outer[0].start, outer[-1].end) == (source.span.start, source.span.end)
        and all(map(_BETWEEN.fullmatch, between))
    )

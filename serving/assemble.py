"""Put spans together into a document: ids, names, parents, speakers, holders and actors."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from labels import Attribution, Document, Entity, Span, Stance
from labels.scheme import ACTORS, AUTHOR
from serving.analysis import Actor, Tally
from serving.decode import Attitude, Found
from serving.speakers import Act, Named, Speaker, Speakers, goes_on_from


def entities(found: Sequence[Found], names: Sequence[str | None]) -> list[Entity]:
    """Entities with ids in the order of the text, each under the smallest that holds it. `found` is in that order,
    outer before inner, and no two cross."""
    made: list[Entity] = []
    around: list[Entity] = []
    for i, (one, name) in enumerate(zip(found, names, strict=True), 1):
        while around and not around[-1].span.holds(one.span):
            around.pop()
        made.append(Entity(f"e{i}", one.span, one.label, name, around[-1].id if around else None, one.score))
        around.append(made[-1])
    return made


def attributions(text: str, acts: Sequence[Act], named: Sequence[Named]) -> list[Attribution]:
    """The attributions of `acts`, which come in the order of their cues, as `named` entities in that of the text."""
    speakers = Speakers(text, acts, named)
    made = []
    last: dict[int | None, tuple[int, Speaker]] = {}
    for i, (act, parent) in enumerate(zip(acts, _parents(acts), strict=True)):
        end, before = last.get(parent, (0, (None, None)))
        goes_on = act.roles.source is None and goes_on_from(text, act.cue.span, end)
        name, entity = before if goes_on else speakers.of(act)
        last[parent] = act.cue.span.end, (name, entity)
        source = act.roles.source.span if act.roles.source else None
        made.append(
            Attribution(
                f"a{i + 1}",
                act.cue.span,
                source,
                tuple(c.span for c in act.roles.contents),
                act.roles.mode,
                act.roles.force,
                name,
                entity,
                None if parent is None else f"a{parent + 1}",
                act.cue.score,
            )
        )
    return made


def _parents(acts: Sequence[Act]) -> list[int | None]:
    """For each act the one with the shortest content around its cue, the first if there are several, among those with
    more content than its own, so that no act is its own ancestor."""
    starts, ends = [act.cue.span.start for act in acts], [act.cue.span.end for act in acts]
    sizes = [sum(c.span.end - c.span.start for c in act.roles.contents) for act in acts]
    parents: list[int | None] = [None] * len(acts)
    # A long text has thousands of acts: each lays its contents over the cues that they hold, the shortest last.
    around = parents.copy()
    ordered = sorted(range(len(acts)), key=lambda i: (-sizes[i], -i))
    for _, alike in groupby(ordered, key=sizes.__getitem__):
        own = list(alike)
        for i in own:
            parents[i] = around[i]
        for i in own:
            for content in acts[i].roles.contents:
                held = slice(bisect_left(starts, content.span.start), bisect_right(ends, content.span.end))
                around[held] = [i] * (held.stop - held.start)
    return parents


class Voices:
    """Who is behind each word of a text: the act with the shortest content around it, else the author."""

    def __init__(self, acts: Sequence[Attribution]) -> None:
        self._contents = sorted(
            ((sum(c.end - c.start for c in a.contents), i, c) for i, a in enumerate(acts) for c in a.contents),
            key=lambda content: content[:2],
        )
        self._ids = [a.id for a in acts]
        # Long documents have thousands of mentions and acts: the innermost act is looked up, not searched for.
        self._innermost = [-1] * max((c.end for _, _, c in self._contents), default=0)
        for _, i, content in reversed(self._contents):
            self._innermost[content.start : content.end] = [i] * (content.end - content.start)

    def behind(self, span: Span) -> str:
        """The id of the act whose content holds all of `span`, the shortest if there are several; else "author"."""
        if span.end > len(self._innermost):
            return AUTHOR
        first, last = self._innermost[span.start], self._innermost[span.end - 1]
        if first != last:
            # The span crosses an edge of the innermost content.
            first = next((i for _, i, content in self._contents if content.holds(span)), -1)
        return AUTHOR if first < 0 else self._ids[first]


def stances(
    targets: Sequence[tuple[Entity, Attitude]], acts: Sequence[Attribution], least: Mapping[str, float]
) -> list[Stance]:
    """The stances whose probability reaches the threshold of their polarity; what does not is neutral."""
    voices = Voices(acts)
    made = []
    for entity, attitude in targets:
        polarity, probability = max(attitude.probabilities.items(), key=lambda item: item[1])
        if probability >= least[polarity]:
            evidence = attitude.evidence.span if attitude.evidence else None
            made.append(Stance(voices.behind(entity.span), entity.id, polarity, evidence, probability))
    return made


def keep(document: Document, tasks: frozenset[str], least: float) -> Document:
    """The document without the tasks that were not asked for and what scores under `least`; nothing points to what is
    gone. With stances alone, their targets and the acts that hold them stay, since they cannot be read without."""
    kept = {e.id for e in document.entities if e.score >= least}
    sure = {a.id for a in document.attributions if a.score >= least}
    holders = sure | {AUTHOR}
    stances = tuple(
        s
        for s in document.stances
        if "stances" in tasks and s.score >= least and s.target in kept and s.holder in holders
    )
    listed = kept if "entities" in tasks else {s.target for s in stances}
    acts = sure if "attributions" in tasks else {s.holder for s in stances}
    return replace(
        document,
        entities=tuple(
            replace(e, parent=e.parent if e.parent in listed else None) for e in document.entities if e.id in listed
        ),
        attributions=tuple(
            replace(
                a,
                parent=a.parent if a.parent in acts else None,
                speaker_entity=a.speaker_entity if a.speaker_entity in listed else None,
            )
            for a in document.attributions
            if a.id in acts
        ),
        stances=stances,
    )


def actors(document: Document) -> tuple[Actor, ...]:
    """Each named actor with its mentions, how many attributions it is behind, and each holder's stances to it: for
    every mention that a holder's words contain, one of favor, against and neutral. The most mentioned come first."""
    speakers = {a.id: a.speaker or "" for a in document.attributions}
    said = Counter(a.speaker for a in document.attributions)
    polarity = {s.target: s.polarity for s in document.stances}
    mentions: dict[tuple[str, str], list[Entity]] = {}
    for entity in document.entities:
        if entity.label in ACTORS and entity.name:
            mentions.setdefault((entity.name, entity.label), []).append(entity)
    voices = Voices(document.attributions)
    made = []
    for (name, label), own in mentions.items():
        counts: dict[str, Counter[str]] = {}
        for entity in own:
            held = voices.behind(entity.span)
            who = AUTHOR if held == AUTHOR else speakers[held]
            counts.setdefault(who, Counter())[polarity.get(entity.id, "neutral")] += 1
        tallies = tuple(Tally(who, c["favor"], c["against"], c["neutral"]) for who, c in counts.items())
        made.append(Actor(name, label, tuple(e.id for e in own), said[name], tallies))
    return tuple(sorted(made, key=lambda actor: -len(actor.mentions)))

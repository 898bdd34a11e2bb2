"""A document for the eye: each line of its text with what is annotated in it."""

from collections.abc import Iterator

from labels.document import Attribution, Document, Entity, Span, Stance


def display(document: Document) -> Iterator[str]:
    """Lines for a terminal: the text's own, numbered, each followed by the annotations that start in it."""
    data = (document.id, document.outlet, document.date, document.origin)
    yield " · ".join(item for item in data if item)
    names = {entity.id: entity.span.of(document.text) for entity in document.entities}
    holders = {act.id: f"{act.id} {act.speaker or '?'}" for act in document.attributions}
    targets = {entity.id: entity.span for entity in document.entities}
    for number, line in _lines(document.text):
        surface = line.of(document.text)
        if surface.strip():
            yield ""
            yield f"{number:>4}  {surface}"
        for entity in document.entities:
            if line.start <= entity.span.start < line.end:
                yield f"      {_entity(entity, document.text)}"
        for act in document.attributions:
            if line.start <= act.cue.start < line.end:
                yield f"      {_attribution(act, document.text)}"
                yield from (f"           content «{content.of(document.text)}»" for content in act.contents)
        for stance in document.stances:
            target = targets.get(stance.target)
            if target is not None and line.start <= target.start < line.end:
                holder = holders.get(stance.holder, stance.holder)
                yield f"      {_stance(stance, holder, names[stance.target], document.text)}"


def _lines(text: str) -> Iterator[tuple[int, Span]]:
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        yield number, Span(start, start + len(line))
        start += len(line) + 1


def _entity(entity: Entity, text: str) -> str:
    name = f" = {entity.name}" if entity.name else ""
    return f"{entity.id:<4} {entity.label:<6} «{entity.span.of(text)}»{name}"


def _attribution(act: Attribution, text: str) -> str:
    parent = f" in {act.parent}" if act.parent else ""
    source = f"«{act.source.of(text)}»" if act.source else "–"
    return (
        f"{act.id:<4} {act.force} ({act.mode}){parent}: cue «{act.cue.of(text)}», source {source}, "
        f"speaker {act.speaker or '–'}"
    )


def _stance(stance: Stance, holder: str, target: str, text: str) -> str:
    evidence = f": «{stance.evidence.of(text)}»" if stance.evidence else ""
    return f"{stance.polarity} {stance.target} «{target}», by {holder}{evidence}"

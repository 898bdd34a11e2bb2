"""One task of Label Studio, read back into the scheme."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from labels.document import Attribution, Document, Entity, Span, Stance
from labels.fields import Fields, FormatError
from labels.formats.keys import identity
from labels.formats.parts import CONTENT, CUE, EVIDENCE, PARTS, SOURCE, STANCES
from labels.formats.sound import distinct
from labels.scheme import AUTHOR, FORCES, LABELS, MODES, POLARITIES

CONTROLS: Final = {
    "entity": "labels",
    "part": "labels",
    "mode": "choices",
    "force": "choices",
    "polarity": "choices",
    "name": "textarea",
    "speaker": "textarea",
}
"""The controls of `label_studio.xml`, each with its type."""

VALUES: Final = {"entity": LABELS, "part": PARTS, "mode": MODES, "force": FORCES, "polarity": POLARITIES}
ROLES: Final = {
    "source": ((CUE,), (SOURCE,)),
    "content": ((CUE,), (CONTENT,)),
    "parent": ((CUE,), (CUE,)),
    "target": (STANCES, LABELS),
    "holder": (STANCES, (CUE,)),
}
"""The relations, each with the labels that it leads from and to."""


NOWHERE: Final = Span(0, 0)


@dataclass(slots=True)
class _Region:
    """A labelled span, where its label stands in the JSON, what was said of it, and where its relations lead."""

    id: str
    label: str
    fields: Fields
    start: int
    end: int
    quoted: str | None
    score: float
    said: dict[str, str] = field(default_factory=dict)
    ends: dict[str, list["_Region"]] = field(default_factory=dict)
    used: bool = False
    span: Span = NOWHERE

    def need(self, name: str) -> str:
        if name not in self.said:
            raise self.fields.fault("", f"the {self.label} has no {name}")
        return self.said[name]

    def only(self, role: str) -> "_Region | None":
        found = self.ends.get(role, [])
        if len(found) > 1:
            raise self.fields.fault("", f"the {self.label} has {len(found)} relations {role}")
        return found[0] if found else None


def read_task(task: Fields) -> Document:
    """The document of a task. Raises FormatError with the place in the JSON and the fault."""
    data = task.under("data")
    text = data.string("text")
    answer, scored = _answer(task)
    regions = _regions(list(answer.objects("result")), scored)
    _place(text, regions)
    for region in regions:
        if region.label in (SOURCE, CONTENT) and not region.used:
            raise region.fields.fault("", f"no relation leads to the {region.label}")
    document = Document(
        id=data.string("document") if "document" in data else str(task.integer("id")),
        text=text,
        entities=tuple(_entity(region) for region in regions if region.label in LABELS),
        attributions=tuple(_act(region) for region in regions if region.label == CUE),
        stances=tuple(_stance(region) for region in regions if region.label in STANCES),
        outlet=data.optional_string("outlet"),
        date=data.optional_string("date"),
        origin=data.optional_string("origin") or "external",
    )
    try:
        return distinct(document, "")
    except FormatError as error:
        raise task.fault("", str(error)) from None


def _answer(task: Fields) -> tuple[Fields, bool]:
    """The annotation, or the prediction where there is none, and whether it is one."""
    for name in ("annotations", "predictions"):
        given = list(task.objects(name))
        kept = [answer for answer in given if not answer.boolean("was_cancelled")]
        if len(kept) > 1:
            raise task.fault(name, f"{len(kept)} {name} of one text: leave one")
        if kept:
            return kept[0], name == "predictions"
        if given:
            raise task.fault(name, "the task was skipped, its annotation cancelled")
    raise task.fault("", "neither an annotation nor a prediction")


def _regions(results: Sequence[Fields], scored: bool) -> list[_Region]:
    """The regions, with everything that the results say of them; 1.0 for a score unless they are `scored`."""
    labelled: dict[tuple[str, bool], _Region] = {}
    kinds = [result.string("type") for result in results]
    for result, kind in zip(results, kinds, strict=True):
        if kind == "relation":
            continue
        control = result.string("from_name")
        if CONTROLS.get(control) != kind:
            raise result.fault("from_name", f"{control!r} of type {kind!r} is not in label_studio.xml")
        if kind == "labels":
            region = _region(result, control, scored)
            if labelled.setdefault((region.id, control == "entity"), region) is not region:
                raise result.fault("id", f"region {region.id!r} has another {control}")
    for result, kind in zip(results, kinds, strict=True):
        if kind == "relation":
            _relate(result, labelled)
        elif kind != "labels":
            _say(result, result.string("from_name"), labelled)
    return list(labelled.values())


def _region(result: Fields, control: str, scored: bool) -> _Region:
    value = result.under("value")
    quoted = value.optional_string("text")
    label = _one(value, "labels", VALUES[control])
    start, end = value.integer("start"), value.integer("end")
    return _Region(result.string("id"), label, result, start, end, quoted, result.score() if scored else 1.0)


def _say(result: Fields, control: str, labelled: dict[tuple[str, bool], _Region]) -> None:
    key, value = result.string("id"), result.under("value")
    said = _one(value, "choices", VALUES[control]) if control in VALUES else _one(value, "text", None)
    region = labelled.get((key, control == "name"))
    wanted = LABELS if control == "name" else STANCES if control == "polarity" else (CUE,)
    if region is None or region.label not in wanted:
        raise result.fault("id", f"{key!r} is no region that has a {control}")
    if control in region.said:
        raise result.fault("id", f"region {key!r} has another {control}")
    region.said[control] = said


def _relate(result: Fields, labelled: dict[tuple[str, bool], _Region]) -> None:
    role = _one(result, "labels", tuple(ROLES))
    direction = result.string("direction")
    if direction not in ("right", "left"):
        raise result.fault("direction", f"{direction!r} is none of right, left")
    start, end = ("from_id", "to_id") if direction == "right" else ("to_id", "from_id")
    found = []
    for name, wanted in zip((start, end), ROLES[role], strict=True):
        key = result.string(name)
        region = labelled.get((key, wanted is LABELS))
        if region is None or region.label not in wanted:
            what = "entity" if wanted is LABELS else " or ".join(wanted)
            raise result.fault(name, f"{key!r} is no {what}, as the relation {role} needs")
        found.append(region)
    found[0].ends.setdefault(role, []).append(found[1])
    found[1].used = True


def _one(fields: Fields, key: str, values: Sequence[str] | None) -> str:
    given = fields.strings(key)
    if len(given) != 1:
        raise fields.fault(key, f"must be a list of one string, not of {len(given)}")
    if values is not None and given[0] not in values:
        raise fields.fault(key, f"{given[0]!r} is none of {', '.join(values)}")
    return given[0]


def _place(text: str, regions: Sequence[_Region]) -> None:
    """Give the regions their spans in code points, from the unit that the task counts in."""
    for points in (_points(text), _units(text)):
        for region in regions:
            region.span = Span(points(region.start), points(region.end))
        if all(_fits(text, region) for region in regions):
            return
    for region in regions:
        region.span = Span(region.start, region.end)
        if not 0 <= region.start < region.end <= len(text):
            raise region.fields.fault("value", f"[{region.start}, {region.end}] is not a span of the text")
        if not _fits(text, region):
            surface = region.span.of(text)
            raise region.fields.fault("value.text", f"the text has {surface!r} there, not {region.quoted!r}")


def _points(text: str) -> Callable[[int], int]:
    return lambda offset: offset if 0 <= offset <= len(text) else -1


def _units(text: str) -> Callable[[int], int]:
    """From offsets in UTF-16 units to code points; -1 for none, and inside of a character."""
    lengths = (2 if character > "\uffff" else 1 for character in text)
    points = {units: point for point, units in enumerate(accumulate(lengths, initial=0))}
    return lambda offset: points.get(offset, -1)


def _fits(text: str, region: _Region) -> bool:
    """Whether the region is a span of the text, and that which it quotes; a line's end is quoted as two characters."""
    surface = region.span.of(text)
    quoted = surface.replace("\n", "\\n").replace("\r", "\\n")
    return 0 <= region.span.start < region.span.end and region.quoted in (None, surface, quoted)


def _entity(region: _Region) -> Entity:
    name = region.said.get("name")
    return Entity(identity("entity", region.id), region.span, region.label, name, score=region.score)


def _act(region: _Region) -> Attribution:
    source, parent = region.only("source"), region.only("parent")
    return Attribution(
        identity("cue", region.id),
        region.span,
        None if source is None else source.span,
        tuple(content.span for content in region.ends.get("content", [])),
        region.need("mode"),
        region.need("force"),
        region.said.get("speaker"),
        parent=None if parent is None else identity("cue", parent.id),
        score=region.score,
    )


def _stance(region: _Region) -> Stance:
    target, holder = region.only("target"), region.only("holder")
    if target is None:
        raise region.fields.fault("", f"no relation target leads from the {region.label}")
    return Stance(
        AUTHOR if holder is None else identity("cue", holder.id),
        identity("entity", target.id),
        region.need("polarity"),
        region.span if region.label == EVIDENCE else None,
        region.score,
    )

"""Label Studio's JSON, for a project that is set up with `label_studio.xml`: tasks with annotations or predictions.

    region        an entity (control `entity`), or a Cue, Source, Content, Evidence or Unevidenced stance (`part`)
    per region    `name` of an entity; `speaker`, `mode` and `force` of a Cue; `polarity` of a stance
    relation      from a Cue: `source`, `content`, `parent` (a Cue); from a stance: `target` (an entity), `holder` (a
                  Cue; none: the author). An Unevidenced stance stands on its target

The task's `data` has the document's text, outlet, date and origin, and its id as `document`; without that the id is the
task's. Of a task with annotations these are read, otherwise its predictions; one of them, not more, those aside that
were skipped. A prediction has scores, of each region and of the whole (their mean), by which Label Studio sorts tasks;
what people annotated has none.

Offsets. Label Studio shows text in a browser, whose strings count UTF-16 units, and in 2021 start and end were these
(its issues 1008 and 1347). Its editor has since come to turn them into code points (pull request 308 of its frontend,
made that autumn); a region drawn in version 1.23.2 after an emoji has them. The two differ after each character beyond
U+FFFF. Code points are written here. They are read so too, unless the words that a region quotes stand only at the
offsets in UTF-16 units: then the whole task is counted in these. Regions that quote nothing are counted in code points.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from labels.document import Document, Span
from labels.formats import arrays
from labels.formats.keys import key
from labels.formats.label_studio_reading import CONTROLS, read_task
from labels.formats.parts import CONTENT, CUE, EVIDENCE, SOURCE, UNEVIDENCED
from labels.formats.sound import sound
from labels.scheme import AUTHOR

MODEL: Final = "isnad"


def read(path: str | os.PathLike[str]) -> Iterator[Document]:
    """The export's documents in order. Raises FormatError with file, place in the JSON and fault."""
    return arrays.documents(path, read_task)


def write(path: str | os.PathLike[str], documents: Iterable[Document]) -> None:
    """Write a task with one annotation for each document. The file appears whole or not at all."""
    _write(path, documents, _annotated)


def write_predictions(path: str | os.PathLike[str], documents: Iterable[Document]) -> None:
    """The same with one prediction, which Label Studio offers to annotators to start from."""
    _write(path, documents, _predicted)


def _write(
    path: str | os.PathLike[str], documents: Iterable[Document], form: Callable[[Document], dict[str, Any]]
) -> None:
    arrays.write_items(path, ({"data": _data(document), **form(sound(document))} for document in documents))


def _annotated(document: Document) -> dict[str, Any]:
    return {"annotations": [{"result": list(_results(document)), "was_cancelled": False}]}


def _predicted(document: Document) -> dict[str, Any]:
    scores = {key("entity", entity.id): entity.score for entity in document.entities}
    scores |= {key("cue", act.id): act.score for act in document.attributions}
    scores |= {key("stance", str(number)): stance.score for number, stance in enumerate(document.stances)}
    result = [
        value | {"score": scores[value["id"]]} if value["type"] == "labels" and value["id"] in scores else value
        for value in _results(document)
    ]
    mean = sum(scores.values()) / len(scores) if scores else 1.0
    return {"predictions": [{"model_version": MODEL, "score": round(mean, 4), "result": result}]}


def _data(document: Document) -> dict[str, str | None]:
    data = {name: getattr(document, name) for name in ("text", "outlet", "date", "origin")}
    return data | {"document": document.id}


def _results(document: Document) -> Iterator[dict[str, Any]]:
    text = document.text
    for entity in document.entities:
        said = {} if entity.name is None else {"name": entity.name}
        yield from _region(text, key("entity", entity.id), entity.span, "entity", entity.label, said)
    for act in document.attributions:
        cue = key("cue", act.id)
        said = {"mode": act.mode, "force": act.force} | ({} if act.speaker is None else {"speaker": act.speaker})
        yield from _region(text, cue, act.cue, "part", CUE, said)
        if act.source is not None:
            yield from _region(text, key("source", act.id), act.source, "part", SOURCE)
            yield _relation(cue, "source", key("source", act.id))
        for number, content in enumerate(act.contents):
            end = key(f"content{number}", act.id)
            yield from _region(text, end, content, "part", CONTENT)
            yield _relation(cue, "content", end)
        if act.parent is not None:
            yield _relation(cue, "parent", key("cue", act.parent))
    spans = {entity.id: entity.span for entity in document.entities}
    for number, stance in enumerate(document.stances):
        kind = UNEVIDENCED if stance.evidence is None else EVIDENCE
        start = key("stance", str(number))
        said = {"polarity": stance.polarity}
        yield from _region(text, start, stance.evidence or spans[stance.target], "part", kind, said)
        yield _relation(start, "target", key("entity", stance.target))
        if stance.holder != AUTHOR:
            yield _relation(start, "holder", key("cue", stance.holder))


def _region(
    text: str, region: str, span: Span, control: str, label: str, said: dict[str, str] | None = None
) -> Iterator[dict[str, Any]]:
    """A region, and what is said of it: one result each, with the id of the region."""
    value = {"start": span.start, "end": span.end, "text": span.of(text)}
    for name, words in ((control, label), *(said or {}).items()):
        kind = CONTROLS[name]
        # The answer in a text area stands where the other kinds repeat the text of the region.
        answer = {"text" if kind == "textarea" else kind: [words]}
        yield {"id": region, "from_name": name, "to_name": "text", "type": kind, "value": value | answer}


def _relation(start: str, label: str, end: str) -> dict[str, Any]:
    return {"from_id": start, "to_id": end, "type": "relation", "direction": "right", "labels": [label]}

"""Documents as JSON Lines, as annotators write them and as the service answers."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from labels.document import Attribution, Document, Entity, Span, Stance
from labels.fields import Fields, FormatError
from labels.files import replaced

__all__ = ["FormatError", "from_json", "parse", "read", "rows", "to_json", "write"]


def rows(path: str | os.PathLike[str]) -> Iterator[tuple[int, bytes]]:
    """Each line of the file that is not blank, with its number counted from 1."""
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line


def parse(line: bytes, texts: Mapping[str, str] | None = None) -> Document:
    """The document that a line holds, as `from_json` reads it. Raises FormatError with the key and the fault."""
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise FormatError("", f"not UTF-8 at byte {error.start} of the line") from None
    except (ValueError, RecursionError) as error:
        raise FormatError("", f"not JSON: {error}") from None
    return from_json(value, texts)


def read(path: str | os.PathLike[str], texts: Mapping[str, str] | None = None) -> Iterator[Document]:
    """The file's documents in order. Raises FormatError with file, line and key at the first one that is malformed."""
    for number, line in rows(path):
        try:
            document = parse(line, texts)
        except FormatError as error:
            raise error.at(f"{os.fspath(path)}:{number}") from None
        yield document


def write(path: str | os.PathLike[str], documents: Iterable[Document], predicted: bool = False) -> None:
    """Write one document a line, as `to_json` makes them. The file appears whole or not at all."""
    with replaced(path) as file:
        file.writelines(json.dumps(to_json(document, predicted), ensure_ascii=False) + "\n" for document in documents)


def from_json(value: object, texts: Mapping[str, str] | None = None) -> Document:
    """A document from its JSON value: gold, or a prediction with spans and speakers as objects.

    An answer of the service carries no text: it gets that of its id from `texts`, which must be the one analysed.
    Raises FormatError with the key and the fault. Only the form is checked here; `labels.validation` knows the rules.
    """
    data = Fields(value)
    key = data.string("id")
    text = _text(data, key, texts or {})
    if data.optional_string("offset_unit") not in (None, "codepoint"):
        raise FormatError("offset_unit", "offsets must count code points")
    return Document(
        id=key,
        text=text,
        entities=tuple(map(_entity, data.objects("entities"))),
        attributions=tuple(map(_attribution, data.objects("attributions"))),
        stances=tuple(map(_stance, data.objects("stances"))),
        outlet=data.optional_string("outlet"),
        date=data.optional_string("date"),
        origin=data.optional_string("origin") or "external",
    )


def to_json(document: Document, predicted: bool = False) -> dict[str, Any]:
    """The JSON value of a document; with `predicted` also scores, entities' parents and speakers' entities."""
    return {
        "id": document.id,
        "text": document.text,
        "outlet": document.outlet,
        "date": document.date,
        "origin": document.origin,
        "entities": [_entity_json(entity, predicted) for entity in document.entities],
        "attributions": [_attribution_json(act, predicted) for act in document.attributions],
        "stances": [_stance_json(stance, predicted) for stance in document.stances],
    }


def _text(data: Fields, key: str, texts: Mapping[str, str]) -> str:
    if "text" in data:
        return data.string("text")
    if key not in texts:
        raise FormatError("text", "missing")
    digest = data.optional_string("text_sha256")
    if digest is not None and digest != sha256(texts[key].encode()).hexdigest():
        raise FormatError("text_sha256", f"the answer is about another text than that of {key}")
    return texts[key]


def _entity(data: Fields) -> Entity:
    return Entity(
        id=data.string("id"),
        span=Span(data.integer("start"), data.integer("end")),
        label=data.string("label"),
        name=data.optional_string("name"),
        parent=data.optional_string("parent"),
        score=data.score(),
    )


def _attribution(data: Fields) -> Attribution:
    speaker, entity = data.speaker()
    return Attribution(
        id=data.string("id"),
        cue=data.span("cue"),
        source=data.optional_span("source"),
        contents=data.spans("contents"),
        mode=data.string("mode"),
        force=data.string("force"),
        speaker=speaker,
        speaker_entity=entity,
        parent=data.optional_string("parent"),
        score=data.score(),
    )


def _stance(data: Fields) -> Stance:
    return Stance(
        holder=data.string("holder"),
        target=data.string("target"),
        polarity=data.string("polarity"),
        evidence=data.optional_span("evidence"),
        score=data.score(),
    )


def _entity_json(entity: Entity, predicted: bool) -> dict[str, Any]:
    value = {"id": entity.id, "start": entity.span.start, "end": entity.span.end, "label": entity.label}
    named = {} if entity.name is None else {"name": entity.name}
    return value | named | ({"parent": entity.parent, "score": entity.score} if predicted else {})


def _attribution_json(act: Attribution, predicted: bool) -> dict[str, Any]:
    linked = predicted and act.speaker is not None
    value = {
        "id": act.id,
        "source": _span_json(act.source),
        "speaker": {"name": act.speaker, "entity": act.speaker_entity} if linked else act.speaker,
        "cue": _span_json(act.cue),
        "contents": [_span_json(span) for span in act.contents],
        "mode": act.mode,
        "force": act.force,
        "parent": act.parent,
    }
    return value | ({"score": act.score} if predicted else {})


def _stance_json(stance: Stance, predicted: bool) -> dict[str, Any]:
    value = {
        "holder": stance.holder,
        "target": stance.target,
        "polarity": stance.polarity,
        "evidence": _span_json(stance.evidence),
    }
    return value | ({"score": stance.score} if predicted else {})


def _span_json(span: Span | None) -> list[int] | None:
    return None if span is None else [span.start, span.end]

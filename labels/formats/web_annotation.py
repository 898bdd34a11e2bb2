"""W3C Web Annotation as JSON-LD: a list with an AnnotationPage for each document.

The page's `document` has the text and its data, and an IRI that every target names as its `source`. A span is a target
with a TextPositionSelector, whose offsets are code points as the recommendation has it, and a TextQuoteSelector with
the words and what stands around them, so that it can be found again in a text that was changed. On reading the position
counts, and the quote must agree with it.

An annotation's `body` is an Entity, an Attribution (whose target is its cue) or a Stance (whose target is the mention);
these types and their keys are the scheme's own, below `urn:isnad:`.
"""

import os
from collections.abc import Iterable, Iterator
from typing import Any, Final

from labels.document import Attribution, Document, Entity, Span, Stance
from labels.formats import arrays
from labels.formats.keys import key
from labels.formats.sound import sound
from labels.formats.web_annotation_reading import read_page
from labels.scheme import AUTHOR

# The name of the context, by which the format is known; nothing is fetched from it.
CONTEXT: Final = ["http://www.w3.org/ns/anno.jsonld", {"@vocab": "urn:isnad:"}]
AROUND: Final = 32
"""How many code points of the text a quote has before and after it."""


def read(path: str | os.PathLike[str]) -> Iterator[Document]:
    """The file's documents in order. Raises FormatError with file, place in the JSON and fault."""
    return arrays.documents(path, read_page)


def write(path: str | os.PathLike[str], documents: Iterable[Document]) -> None:
    """Write a page for each document. The file appears whole or not at all."""
    arrays.write_items(path, (_page(sound(document)) for document in documents))


def _page(document: Document) -> dict[str, Any]:
    source = f"urn:isnad:{key('document', document.id)}"
    target = _Target(source, document.text)
    spans = {entity.id: entity.span for entity in document.entities}
    items = [
        *(_item(key("entity", e.id), _entity_body(e), target(e.span)) for e in document.entities),
        *(_item(key("attribution", act.id), _act_body(act, target), target(act.cue)) for act in document.attributions),
        *(
            _item(key("stance", str(number)), _stance_body(stance, target), target(spans[stance.target]))
            for number, stance in enumerate(document.stances)
        ),
    ]
    data = {name: getattr(document, name) for name in ("text", "outlet", "date", "origin")}
    return {
        "@context": CONTEXT,
        "id": f"{source}#annotations",
        "type": "AnnotationPage",
        "document": {"id": source, **data},
        "items": items,
    }


class _Target:
    """Makes the targets of one document."""

    def __init__(self, source: str, text: str) -> None:
        self._source, self._text = source, text

    def __call__(self, span: Span) -> dict[str, Any]:
        text = self._text
        quote = {
            "type": "TextQuoteSelector",
            "exact": span.of(text),
            "prefix": text[max(0, span.start - AROUND) : span.start],
            "suffix": text[span.end : span.end + AROUND],
        }
        position = {"type": "TextPositionSelector", "start": span.start, "end": span.end}
        return {"source": self._source, "selector": [position, quote]}

    def optional(self, span: Span | None) -> dict[str, Any] | None:
        return None if span is None else self(span)


def _item(name: str, body: dict[str, Any], target: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"#{name}", "type": "Annotation", "body": body, "target": target}


def _entity_body(entity: Entity) -> dict[str, Any]:
    return {"type": "Entity", "label": entity.label, "name": entity.name}


def _act_body(act: Attribution, target: _Target) -> dict[str, Any]:
    return {
        "type": "Attribution",
        "mode": act.mode,
        "force": act.force,
        "speaker": act.speaker,
        "saidBy": target.optional(act.source),
        "contents": [target(span) for span in act.contents],
        "parent": None if act.parent is None else f"#{key('attribution', act.parent)}",
    }


def _stance_body(stance: Stance, target: _Target) -> dict[str, Any]:
    return {
        "type": "Stance",
        "holder": AUTHOR if stance.holder == AUTHOR else f"#{key('attribution', stance.holder)}",
        "towards": f"#{key('entity', stance.target)}",
        "polarity": stance.polarity,
        "evidence": target.optional(stance.evidence),
    }

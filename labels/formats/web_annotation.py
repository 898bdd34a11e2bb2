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
from labels.fields import Fields, FormatError
from labels.formats.arrays import items, write_items
from labels.formats.keys import identity, key
from labels.formats.sound import distinct, sound
from labels.scheme import AUTHOR, FORCES, LABELS, MODES, POLARITIES

# The name of the context, by which the format is known; nothing is fetched from it.
CONTEXT: Final = ["http://www.w3.org/ns/anno.jsonld", {"@vocab": "urn:isnad:"}]
AROUND: Final = 32
"""How many code points of the text a quote has before and after it."""


def read(path: str | os.PathLike[str]) -> Iterator[Document]:
    """The file's documents in order. Raises FormatError with file, place in the JSON and fault."""
    for number, page in enumerate(items(path)):
        try:
            document = _Page(Fields(page, f"[{number}]")).document()
        except FormatError as error:
            raise error.at(os.fspath(path)) from None
        yield document


def write(path: str | os.PathLike[str], documents: Iterable[Document]) -> None:
    """Write a page for each document. The file appears whole or not at all."""
    write_items(path, (_page(sound(document)) for document in documents))


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


class _Page:
    """A page that is read."""

    def __init__(self, page: Fields) -> None:
        if page.string("type") != "AnnotationPage":
            raise page.fault("type", "must be AnnotationPage")
        self._page, self._data = page, page.under("document")
        self._source, self._text = self._data.string("id"), self._data.string("text")
        self._items: dict[str, list[Fields]] = {"Entity": [], "Attribution": [], "Stance": []}
        for item in page.objects("items"):
            self._items[item.under("body").one_of("type", tuple(self._items))].append(item)

    def document(self) -> Document:
        """Its document. Raises FormatError."""
        entities, acts, stances = self._items.values()
        document = Document(
            identity("document", self._source.removeprefix("urn:isnad:")),
            self._text,
            tuple(map(self._entity, entities)),
            tuple(map(self._act, acts)),
            tuple(map(self._stance, stances)),
            self._data.optional_string("outlet"),
            self._data.optional_string("date"),
            self._data.optional_string("origin") or "external",
        )
        try:
            distinct(document, "")
        except FormatError as error:
            raise self._page.fault("items", str(error)) from None
        self._check_links(document)
        return document

    def _entity(self, item: Fields) -> Entity:
        body = item.under("body")
        span = self._span(item.under("target"))
        return Entity(_id(item, "id", "entity"), span, body.one_of("label", LABELS), body.optional_string("name"))

    def _act(self, item: Fields) -> Attribution:
        body = item.under("body")
        return Attribution(
            _id(item, "id", "attribution"),
            self._span(item.under("target")),
            self._span(body.under("saidBy")) if body.has("saidBy") else None,
            tuple(map(self._span, body.objects("contents"))),
            body.one_of("mode", MODES),
            body.one_of("force", FORCES),
            body.optional_string("speaker"),
            parent=_id(body, "parent", "attribution") if body.has("parent") else None,
        )

    def _stance(self, item: Fields) -> Stance:
        body = item.under("body")
        self._span(item.under("target"))
        return Stance(
            AUTHOR if body.string("holder") == AUTHOR else _id(body, "holder", "attribution"),
            _id(body, "towards", "entity"),
            body.one_of("polarity", POLARITIES),
            self._span(body.under("evidence")) if body.has("evidence") else None,
        )

    def _span(self, target: Fields) -> Span:
        """The span of a target of this page's text, its quote checked."""
        if target.string("source") != self._source:
            raise target.fault("source", f"must be {self._source!r}, the document of this page")
        found: dict[str, Fields] = {}
        for selector in target.objects("selector"):
            kind = selector.string("type")
            if kind in found or kind not in ("TextPositionSelector", "TextQuoteSelector"):
                raise selector.fault("type", f"{kind!r} is not one TextPositionSelector or one TextQuoteSelector")
            found[kind] = selector
        if "TextPositionSelector" not in found:
            raise target.fault("selector", "has no TextPositionSelector")
        position = found["TextPositionSelector"]
        span = Span(position.integer("start"), position.integer("end"))
        if not 0 <= span.start < span.end <= len(self._text):
            raise position.fault("", f"[{span.start}, {span.end}] is not a span of the text")
        if "TextQuoteSelector" in found:
            self._check_quote(found["TextQuoteSelector"], span)
        return span

    def _check_quote(self, quote: Fields, span: Span) -> None:
        exact, surface = quote.string("exact"), span.of(self._text)
        if exact != surface:
            raise quote.fault("exact", f"the text has {surface!r} there, not {exact!r}")
        prefix, suffix = quote.optional_string("prefix") or "", quote.optional_string("suffix") or ""
        if not self._text[: span.start].endswith(prefix):
            raise quote.fault("prefix", f"{prefix!r} does not stand before the position")
        if not self._text.startswith(suffix, span.end):
            raise quote.fault("suffix", f"{suffix!r} does not stand after the position")

    def _check_links(self, document: Document) -> None:
        acts = {act.id for act in document.attributions}
        targets = {entity.id for entity in document.entities}
        for item, act in zip(self._items["Attribution"], document.attributions, strict=True):
            if act.parent is not None and act.parent not in acts:
                raise item.fault("body.parent", "is no Attribution of this page")
        for item, stance in zip(self._items["Stance"], document.stances, strict=True):
            if stance.holder != AUTHOR and stance.holder not in acts:
                raise item.fault("body.holder", "is neither author nor an Attribution of this page")
            if stance.target not in targets:
                raise item.fault("body.towards", "is no Entity of this page")


def _id(fields: Fields, name: str, kind: str) -> str:
    return identity(kind, fields.string(name).removeprefix("#"))

"""One page of Web Annotations, read back into the scheme."""

from labels.document import Attribution, Document, Entity, Span, Stance
from labels.fields import Fields, FormatError
from labels.formats.keys import identity
from labels.formats.sound import distinct
from labels.scheme import AUTHOR, FORCES, LABELS, MODES, POLARITIES


def read_page(page: Fields) -> Document:
    """The document of a page. Raises FormatError with the place in the JSON and the fault."""
    return _Page(page).document()


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

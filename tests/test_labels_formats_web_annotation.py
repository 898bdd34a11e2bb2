import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from labels import Attribution, Document, Entity, Span, Stance
from labels.fields import FormatError
from labels.formats.web_annotation import read, write

DOCUMENT = Document(
    "d 1",
    "🕊 قال زيد: فاز عمر",
    (Entity("e1", Span(6, 9), "PER", "زيد"), Entity("e2", Span(15, 18), "PER", "عمر")),
    (Attribution("a1", Span(2, 5), Span(6, 9), (Span(11, 18),), "indirect", "state", "زيد"),),
    (Stance("a1", "e2", "favor", Span(11, 14)),),
    date="2022-01-24",
)
SOURCE = "urn:isnad:document-d_201"


def target(start: int, end: int) -> dict[str, Any]:
    text = DOCUMENT.text
    return {
        "source": SOURCE,
        "selector": [
            {"type": "TextPositionSelector", "start": start, "end": end},
            {"type": "TextQuoteSelector", "exact": text[start:end], "prefix": text[:start], "suffix": text[end:]},
        ],
    }


PAGE = {
    "@context": ["http://www.w3.org/ns/anno.jsonld", {"@vocab": "urn:isnad:"}],
    "id": "urn:isnad:document-d_201#annotations",
    "type": "AnnotationPage",
    "document": {
        "id": SOURCE,
        "text": "🕊 قال زيد: فاز عمر",
        "outlet": None,
        "date": "2022-01-24",
        "origin": "external",
    },
    "items": [
        {
            "id": "#entity-e1",
            "type": "Annotation",
            "body": {"type": "Entity", "label": "PER", "name": "زيد"},
            "target": target(6, 9),
        },
        {
            "id": "#entity-e2",
            "type": "Annotation",
            "body": {"type": "Entity", "label": "PER", "name": "عمر"},
            "target": target(15, 18),
        },
        {
            "id": "#attribution-a1",
            "type": "Annotation",
            "body": {
                "type": "Attribution",
                "mode": "indirect",
                "force": "state",
                "speaker": "زيد",
                "saidBy": target(6, 9),
                "contents": [target(11, 18)],
                "parent": None,
            },
            "target": target(2, 5),
        },
        {
            "id": "#stance-0",
            "type": "Annotation",
            "body": {
                "type": "Stance",
                "holder": "#attribution-a1",
                "towards": "#entity-e2",
                "polarity": "favor",
                "evidence": target(11, 14),
            },
            "target": target(15, 18),
        },
    ],
}


def test_a_page_is_written_for_each_document(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonld"
    write(path, [DOCUMENT])
    assert json.loads(path.read_text(encoding="utf-8")) == [PAGE]


def test_quotes_have_what_stands_around_them(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonld"
    write(path, [Document("d", "ا" * 40 + "زيد" + "ب" * 40, (Entity("e", Span(40, 43), "PER", "زيد"),))])
    [page] = json.loads(path.read_text(encoding="utf-8"))
    assert page["items"][0]["target"]["selector"] == [
        {"type": "TextPositionSelector", "start": 40, "end": 43},
        {"type": "TextQuoteSelector", "exact": "زيد", "prefix": "ا" * 32, "suffix": "ب" * 32},
    ]


def changed(place: str, value: object) -> list[Any]:
    """The page with another value at `place`."""
    page: Any = deepcopy(PAGE)
    inside = page
    *keys, last = [int(key) if key.isdecimal() else key for key in place.split(".")]
    for key in keys:
        inside = inside[key]
    inside[last] = value
    return [page]


ITEM = "[0].items[0]"


@pytest.mark.parametrize(
    ("pages", "fault"),
    [
        ({}, "must be a list"),
        (changed("type", "AnnotationCollection"), "[0].type: must be AnnotationPage"),
        (changed("document", None), "[0].document: must be an object"),
        (changed("document.text", None), "[0].document.text: must be a string"),
        (changed("items", {}), "[0].items: must be a list"),
        (changed("items.0.body", "PER"), f"{ITEM}.body: must be an object"),
        (changed("items.0.body.type", "TextualBody"),
         f"{ITEM}.body.type: 'TextualBody' is none of Entity, Attribution, Stance"),
        (changed("items.0.body.label", "TOWN"), f"{ITEM}.body.label: 'TOWN' is none of "
         "PER, NORP, ORG, ARMED, MEDIA, GPE, LOC, FAC, EVENT, DATE, NUM, WEAPON"),
        (changed("items.1.id", "#entity-e1"), "[0].items: entity e1: the id stands 2 times"),
        (changed("items.0.target.source", "x"),
         f"{ITEM}.target.source: must be 'urn:isnad:document-d_201', the document of this page"),
        (changed("items.0.target.selector.0.type", "XPathSelector"), f"{ITEM}.target.selector[0].type: "
         "'XPathSelector' is not one TextPositionSelector or one TextQuoteSelector"),
        (changed("items.0.target.selector", []), f"{ITEM}.target.selector: has no TextPositionSelector"),
        (changed("items.0.target.selector.0.start", 6.5),
         f"{ITEM}.target.selector[0].start: must be an integer"),
        (changed("items.0.target.selector.0.end", 99),
         f"{ITEM}.target.selector[0]: [6, 99] is not a span of the text"),
        (changed("items.0.target.selector.1.exact", "عمر"),
         f"{ITEM}.target.selector[1].exact: the text has 'زيد' there, not 'عمر'"),
        (changed("items.0.target.selector.1.prefix", "يا "),
         f"{ITEM}.target.selector[1].prefix: 'يا ' does not stand before the position"),
        (changed("items.0.target.selector.1.suffix", "!"),
         f"{ITEM}.target.selector[1].suffix: '!' does not stand after the position"),
        (changed("items.2.body.mode", "loud"), "[0].items[2].body.mode: 'loud' is none of indirect, direct, mixed"),
        (changed("items.2.body.contents.0.source", "x"), "[0].items[2].body.contents[0].source: "
         "must be 'urn:isnad:document-d_201', the document of this page"),
        (changed("items.2.body.parent", "#attribution-a9"),
         "[0].items[2].body.parent: is no Attribution of this page"),
        (changed("items.3.body.holder", "#attribution-a9"),
         "[0].items[3].body.holder: is neither author nor an Attribution of this page"),
        (changed("items.3.body.towards", "#entity-e9"), "[0].items[3].body.towards: is no Entity of this page"),
        (changed("items.3.body.polarity", "neutral"),
         "[0].items[3].body.polarity: 'neutral' is none of favor, against"),
    ],
)  # fmt: skip
def test_a_malformed_page_is_refused_by_its_place(tmp_path: Path, pages: object, fault: str) -> None:
    path = tmp_path / "bad.jsonld"
    path.write_text(json.dumps(pages), encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        list(read(path))
    line = ":1" if fault.startswith("[") else ""
    assert str(caught.value) == f"{path}{line}: {fault}"


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonld"
    path.write_bytes(b"[")
    with pytest.raises(FormatError) as caught:
        list(read(path))
    assert str(caught.value) == f"{path}: not JSON: Expecting value: line 1 column 2 (char 1)"

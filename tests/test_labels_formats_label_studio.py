import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from labels import Attribution, Document, Entity, Span, Stance
from labels.fields import FormatError
from labels.formats import label_studio
from labels.formats.label_studio import read, write, write_predictions
from labels.formats.label_studio_reading import CONTROLS, ROLES
from labels.formats.parts import PARTS
from labels.scheme import FORCES, LABELS, MODES, POLARITIES
from labels.validation import faults

# Written by hand after exports of the tool, with ids that it gives and regions that it lets people draw.
EXPORT = Path(__file__).parent / "data/label_studio.json"
# Exported by Label Studio 1.23.2 from a project with `label_studio.xml`: two answers of `make infer` imported as
# predictions and corrected in its editor, in a browser. Of the first task a region was deleted; of the second one was
# deleted and drawn anew, with another label and a name.
REAL = Path(__file__).parent / "data/label_studio_export.json"
SDF, IS = "قوات سوريا الديمقراطية", "تنظيم الدولة الإسلامية"
EXPORTED = Document(
    "news-1",
    "🕊 أكدت قسد أمس 👍 أن داعش الإرهابي خسر 3 قرى.\nوأضاف: «سنلاحقهم».",
    (
        Entity("kPz3Xa9QbT", Span(7, 10), "ARMED", SDF),
        Entity("mW1_dE7uYs", Span(11, 14), "DATE"),
        Entity("A-5vTq0LcN", Span(20, 24), "ARMED", IS),
        Entity("hR8jZ2oKfi", Span(38, 39), "NUM"),
    ),
    (
        Attribution("u7CwB4nGxE", Span(2, 6), Span(7, 10), (Span(20, 43),), "indirect", "affirm", SDF),
        Attribution("Sx2eUgN8rD", Span(46, 50), None, (Span(53, 61),), "direct", "state", SDF),
    ),
    (Stance("u7CwB4nGxE", "A-5vTq0LcN", "against", Span(20, 33)),),
    outlet="مثال",
    date="2025-03-01",
)


def exported() -> Any:
    return json.loads(EXPORT.read_text(encoding="utf-8"))


def saved(path: Path, tasks: Any) -> Path:
    path.write_text(json.dumps(tasks), encoding="utf-8")
    return path


def test_an_export_of_the_tool_is_read() -> None:
    assert list(read(EXPORT)) == [EXPORTED, Document("42", "نص بلا أسماء")]


def test_a_real_export_is_read_with_what_was_corrected() -> None:
    first, second = read(REAL)
    assert (first.id, second.id) == ("tell-ghazal-1", "tell-ghazal-2")
    assert [(e.id, e.label, e.span.of(first.text), e.name) for e in first.entities] == [
        ("e1", "GPE", "تل الغزال", "تل الغزال"),
        ("e2", "NUM", "ثلاثة", None),
        ("e3", "ARMED", "كتائب الوادي الأخضر", "كتائب الوادي الأخضر"),
        ("e4", "FAC", "جسر السنديان", "جسر السنديان"),
        ("e6", "DATE", "أمس الخميس", None),
        ("e7", "PER", "سامر الحلّاق", "سامر الحلاق"),
        ("e8", "ARMED", "لواء الصخر", "لواء الصخر"),
    ]
    assert first.stances == (Stance("a2", "e8", "against", Span(165, 171)),)
    assert [(act.id, act.force, act.mode, act.speaker) for act in second.attributions] == [
        ("a1", "deny", "indirect", "لواء الصخر"),
        ("a2", "affirm", "indirect", "لواء الصخر"),
        ("a3", "state", "indirect", "وكالة الينابيع"),
    ]
    assert second.attributions[2].contents == (Span(127, 184),)
    # Drawn by hand after two emoji: in UTF-16 units it would begin at 174.
    assert second.entities[-1] == Entity("nftX4f0eqN", Span(172, 184), "EVENT", "فجر الينابيع")
    assert second.text[:184].count("🕊") + second.text[:184].count("🏥") == 2
    assert [fault for document in (first, second) for fault in faults(document)] == []


def test_an_export_of_2021_that_counts_utf16_units_is_read(tmp_path: Path) -> None:
    tasks = exported()
    for result in tasks[0]["annotations"][0]["result"]:
        value = result.get("value", {})
        for edge in value.keys() & {"start", "end"}:
            value[edge] = len(EXPORTED.text[: value[edge]].encode("utf-16-le")) // 2
    assert tasks[0]["annotations"][0]["result"][-6]["value"]["start"] == 22
    assert next(read(saved(tmp_path / "old.json", tasks))) == EXPORTED


def test_a_line_end_is_quoted_as_two_characters(tmp_path: Path) -> None:
    tasks = exported()[:1]
    tasks[0]["annotations"][0]["result"] = [
        {
            "value": {"start": 40, "end": 50, "text": "قرى.\\nوأضاف", "labels": ["GPE"]},
            "id": "x",
            "from_name": "entity",
            "to_name": "text",
            "type": "labels",
        }
    ]
    [document] = read(saved(tmp_path / "crossing.json", tasks))
    assert document.entities == (Entity("x", Span(40, 50), "GPE"),)


DOCUMENT = Document(
    "d 1",
    "🕊 قال زيد",
    (Entity("e1", Span(6, 9), "PER", "زيد"),),
    (Attribution("a1", Span(2, 5), Span(6, 9), (), "direct", "state"),),
    (Stance("author", "e1", "favor"),),
)
RESULT: list[dict[str, Any]] = [
    {"id": "entity-e1", "from_name": "entity", "to_name": "text", "type": "labels",
     "value": {"start": 6, "end": 9, "text": "زيد", "labels": ["PER"]}},
    {"id": "entity-e1", "from_name": "name", "to_name": "text", "type": "textarea",
     "value": {"start": 6, "end": 9, "text": ["زيد"]}},
    {"id": "cue-a1", "from_name": "part", "to_name": "text", "type": "labels",
     "value": {"start": 2, "end": 5, "text": "قال", "labels": ["Cue"]}},
    {"id": "cue-a1", "from_name": "mode", "to_name": "text", "type": "choices",
     "value": {"start": 2, "end": 5, "text": "قال", "choices": ["direct"]}},
    {"id": "cue-a1", "from_name": "force", "to_name": "text", "type": "choices",
     "value": {"start": 2, "end": 5, "text": "قال", "choices": ["state"]}},
    {"id": "source-a1", "from_name": "part", "to_name": "text", "type": "labels",
     "value": {"start": 6, "end": 9, "text": "زيد", "labels": ["Source"]}},
    {"from_id": "cue-a1", "to_id": "source-a1", "type": "relation", "direction": "right", "labels": ["source"]},
    {"id": "stance-0", "from_name": "part", "to_name": "text", "type": "labels",
     "value": {"start": 6, "end": 9, "text": "زيد", "labels": ["Unevidenced"]}},
    {"id": "stance-0", "from_name": "polarity", "to_name": "text", "type": "choices",
     "value": {"start": 6, "end": 9, "text": "زيد", "choices": ["favor"]}},
    {"from_id": "stance-0", "to_id": "entity-e1", "type": "relation", "direction": "right", "labels": ["target"]},
]  # fmt: skip
DATA = {"text": "🕊 قال زيد", "outlet": None, "date": None, "origin": "external", "document": "d 1"}


def test_a_task_is_written_in_code_points(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    write(path, [DOCUMENT])
    assert json.loads(path.read_text(encoding="utf-8")) == [
        {"data": DATA, "annotations": [{"result": RESULT, "was_cancelled": False}]}
    ]


def test_a_prediction_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    write_predictions(path, [DOCUMENT, replace(DOCUMENT, id="d2")])
    first, second = json.loads(path.read_text(encoding="utf-8"))
    scored = [result | ({"score": 1.0} if number in (0, 2, 7) else {}) for number, result in enumerate(RESULT)]
    assert first == {"data": DATA, "predictions": [{"model_version": "isnad", "score": 1.0, "result": scored}]}
    assert second["data"]["document"] == "d2"
    assert [document.id for document in read(path)] == ["d 1", "d2"]


def test_scores_of_a_prediction_come_back_but_not_of_what_people_annotated(tmp_path: Path) -> None:
    [entity], [act], [stance] = DOCUMENT.entities, DOCUMENT.attributions, DOCUMENT.stances
    scored = replace(
        DOCUMENT,
        entities=(replace(entity, score=0.5),),
        attributions=(replace(act, score=0.25),),
        stances=(replace(stance, score=0.75),),
    )
    path = tmp_path / "d.json"
    write_predictions(path, [scored])
    [task] = json.loads(path.read_text(encoding="utf-8"))
    assert task["predictions"][0]["score"] == 0.5
    assert list(read(path)) == [scored]
    assert list(read(saved(path, [{"data": DATA, "annotations": task["predictions"]}]))) == [DOCUMENT]


def test_of_a_task_skipped_once_and_annotated_the_annotation_is_read(tmp_path: Path) -> None:
    given = [{"result": [], "was_cancelled": True}, {"result": RESULT, "was_cancelled": False}]
    assert list(read(saved(tmp_path / "d.json", [{"data": DATA, "annotations": given}]))) == [DOCUMENT]


def changed(place: str, value: object) -> list[Any]:
    """The written task with another value at `place` below its result; `None` takes the result away."""
    result = deepcopy(RESULT)
    number, *keys = place.split(".")
    if value is None:
        del result[int(number)]
    else:
        target: Any = result[int(number)]
        for key in keys[:-1]:
            target = target[key]
        target[keys[-1]] = value
    return [{"data": DATA, "annotations": [{"result": result}]}]


@pytest.mark.parametrize(
    ("tasks", "fault"),
    [
        ({}, "must be a list"),
        ([3], "[0]: must be an object"),
        ([{"id": 1}], "[0].data: must be an object"),
        ([{"data": {"text": 1}}], "[0].data.text: must be a string"),
        ([{"data": DATA}], "[0]: neither an annotation nor a prediction"),
        ([{"data": DATA, "annotations": [{}, {}]}], "[0].annotations: 2 annotations of one text: leave one"),
        ([{"data": DATA, "annotations": [{"was_cancelled": True}]}],
         "[0].annotations: the task was skipped, its annotation cancelled"),
        ([{"data": DATA, "annotations": [{"was_cancelled": 1}]}],
         "[0].annotations[0].was_cancelled: must be true or false"),
        ([{"data": {"text": "نص"}, "annotations": [{}]}], "[0].id: must be an integer"),
        (changed("0.from_name", "ner"),
         "[0].annotations[0].result[0].from_name: 'ner' of type 'labels' is not in label_studio.xml"),
        (changed("0.type", "hypertextlabels"),
         "[0].annotations[0].result[0].from_name: 'entity' of type 'hypertextlabels' is not in label_studio.xml"),
        (changed("0.value.labels", ["PER", "ORG"]),
         "[0].annotations[0].result[0].value.labels: must be a list of one string, not of 2"),
        (changed("0.value.labels", ["Cue"]), "[0].annotations[0].result[0].value.labels: 'Cue' is none of "
         "PER, NORP, ORG, ARMED, MEDIA, GPE, LOC, FAC, EVENT, DATE, NUM, WEAPON"),
        (changed("0.value.start", "6"), "[0].annotations[0].result[0].value.start: must be an integer"),
        (changed("0.value.end", 99), "[0].annotations[0].result[0].value: [6, 99] is not a span of the text"),
        (changed("0.value.text", "عمر"),
         "[0].annotations[0].result[0].value.text: the text has 'زيد' there, not 'عمر'"),
        (changed("1.value.text", []),
         "[0].annotations[0].result[1].value.text: must be a list of one string, not of 0"),
        (changed("1.id", "cue-a1"),
         "[0].annotations[0].result[1].id: 'cue-a1' is no region that has a name"),
        (changed("2.id", "source-a1"), "[0].annotations[0].result[5].id: region 'source-a1' has another part"),
        (changed("3", None), "[0].annotations[0].result[2]: the Cue has no mode"),
        (changed("3.value.choices", ["loud"]),
         "[0].annotations[0].result[3].value.choices: 'loud' is none of indirect, direct, mixed"),
        (changed("4.id", "entity-e1"),
         "[0].annotations[0].result[4].id: 'entity-e1' is no region that has a force"),
        (changed("6", None), "[0].annotations[0].result[5]: no relation leads to the Source"),
        (changed("6.direction", "bi"), "[0].annotations[0].result[6].direction: 'bi' is none of right, left"),
        (changed("6.direction", "left"),
         "[0].annotations[0].result[6].to_id: 'source-a1' is no Cue, as the relation source needs"),
        (changed("6.labels", []), "[0].annotations[0].result[6].labels: must be a list of one string, not of 0"),
        (changed("9", None), "[0].annotations[0].result[7]: no relation target leads from the Unevidenced"),
        (changed("9.to_id", "cue-a1"),
         "[0].annotations[0].result[9].to_id: 'cue-a1' is no entity, as the relation target needs"),
        (changed("9.labels", ["towards"]), "[0].annotations[0].result[9].labels: 'towards' is none of "
         "source, content, parent, target, holder"),
    ],
)  # fmt: skip
def test_a_malformed_task_is_refused_by_its_place(tmp_path: Path, tasks: object, fault: str) -> None:
    path = saved(tmp_path / "bad.json", tasks)
    with pytest.raises(FormatError) as caught:
        list(read(path))
    line = ":1" if fault.startswith("[") else ""
    assert str(caught.value) == f"{path}{line}: {fault}"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"[{\xff}]", "not UTF-8 at byte 2"),
        (b"[", "not JSON: Expecting value: line 1 column 2 (char 1)"),
    ],
)
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(FormatError) as caught:
        list(read(path))
    assert str(caught.value) == f"{path}: {fault}"


def test_a_fault_further_down_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    write(path, [DOCUMENT, replace(DOCUMENT, id="d2"), replace(DOCUMENT, id="d3")])
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].replace('["PER"]', '["TOWN"]')
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FormatError, match=r"bad\.json:4: \[2\]\.annotations\[0\]\.result\[0\]\.value\.labels"):
        list(read(path))


def test_two_relations_of_one_role_are_refused(tmp_path: Path) -> None:
    tasks = changed("6.labels", ["source"])
    tasks[0]["annotations"][0]["result"].append(RESULT[6])
    path = saved(tmp_path / "bad.json", tasks)
    with pytest.raises(FormatError) as caught:
        list(read(path))
    assert str(caught.value) == f"{path}:1: [0].annotations[0].result[2]: the Cue has 2 relations source"


def test_the_configuration_offers_what_the_scheme_has() -> None:
    root = ElementTree.parse(Path(label_studio.__file__).with_suffix(".xml")).getroot()
    offered = {
        control.attrib["name"]: tuple(item.attrib["value"] for item in control)
        for control in root
        if control.tag in ("Labels", "Choices", "TextArea")
    }
    assert offered == {
        "entity": LABELS,
        "part": PARTS,
        "mode": MODES,
        "force": FORCES,
        "polarity": POLARITIES,
        "name": (),
        "speaker": (),
    }
    tags = {control.attrib["name"]: control.tag.lower() for control in root if "toName" in control.attrib}
    assert tags == CONTROLS
    assert {control.attrib["toName"] for control in root if "toName" in control.attrib} == {"text"}
    assert [tuple(item.attrib["value"] for item in relations) for relations in root.iter("Relations")] == [tuple(ROLES)]
    [text] = root.iter("Text")
    assert (text.attrib["name"], text.attrib["value"], text.attrib["saveTextResult"]) == ("text", "$text", "yes")

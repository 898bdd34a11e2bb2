from dataclasses import replace

import pytest

from labels import Attribution, Document, Entity, Span, Stance
from labels.validation import Fault, faults

TEXT = "قالت رويترز إن “قسد” أكدت أن قوات سوريا الديمقراطية هاجمت داعش الإرهابي\nأمس"


def span(surface: str, text: str = TEXT) -> Span:
    start = text.index(surface)
    return Span(start, start + len(surface))


REUTERS = Entity("e1", span("رويترز"), "MEDIA", "وكالة رويترز")
SDF = Entity("e2", span("قسد"), "ARMED", "قوات سوريا الديمقراطية")
FORCES = Entity("e3", span("قوات سوريا الديمقراطية"), "ARMED", "قوات سوريا الديمقراطية")
SYRIA = Entity("e4", span("سوريا"), "GPE", "سوريا")
ISIS = Entity("e5", span("داعش"), "ARMED", "تنظيم الدولة الإسلامية")
YESTERDAY = Entity("e6", span("أمس"), "DATE")
SAID = Attribution(
    "a1",
    span("قالت"),
    span("رويترز"),
    (span("قسد” أكدت أن قوات سوريا الديمقراطية هاجمت داعش الإرهابي"),),
    "indirect",
    "state",
    "وكالة رويترز",
)
AFFIRMED = Attribution(
    "a2",
    span("أكدت"),
    span("قسد"),
    (span("قوات سوريا الديمقراطية هاجمت داعش الإرهابي"),),
    "indirect",
    "affirm",
    "قوات سوريا الديمقراطية",
    parent="a1",
)
AGAINST = Stance("a2", "e5", "against", span("داعش الإرهابي"))
SOUND = Document(
    "d", TEXT, (REUTERS, SDF, FORCES, SYRIA, ISIS, YESTERDAY), (SAID, AFFIRMED), (AGAINST,), date="2022-01-24"
)


def found(document: Document) -> list[str]:
    return [str(fault) for fault in faults(document)]


def with_entity(entity: Entity) -> Document:
    """The sound document with one entity put in the place of that of the same id, or added."""
    kept = tuple(other for other in SOUND.entities if other.id != entity.id)
    return replace(SOUND, entities=(*kept, entity))


def with_acts(*acts: Attribution, stances: tuple[Stance, ...] = ()) -> Document:
    return replace(SOUND, attributions=acts, stances=stances)


def test_a_sound_document_has_no_fault() -> None:
    assert found(SOUND) == []


def test_a_fault_says_where_and_what() -> None:
    assert list(faults(replace(SOUND, origin="dream"))) == [
        Fault("document", "origin 'dream' is none of seed, authored, external")
    ]


def test_an_empty_text_is_a_fault() -> None:
    assert found(Document("d", " \n")) == ["document: the text is empty"]


@pytest.mark.parametrize("date", ["24/01/2022", "2022-13-01", "2022-1-4", "20220124", ""])
def test_a_date_is_year_month_day(date: str) -> None:
    assert found(replace(SOUND, date=date)) == [f"document: date {date!r} is not YYYY-MM-DD"]


@pytest.mark.parametrize(
    ("surface", "fault"),
    [
        ("رويترز ", "'رويترز ' has white space at an edge"),
        ("“قسد", "'“قسد' has a quote mark at an edge"),
        ("قسد”", "'قسد”' has a quote mark at an edge"),
        ("الإرهابي\nأمس", "'الإرهابي\\nأمس' has a newline inside"),
    ],
)
def test_an_edge_is_a_letter_and_a_span_stays_in_its_line(surface: str, fault: str) -> None:
    text_only = Document("d", TEXT, (Entity("e", span(surface), "ORG", "س"),))
    assert found(text_only) == [f"entity e: {fault}"]


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (5, 4), (0, len(TEXT) + 1)])
def test_a_span_lies_in_the_text(start: int, end: int) -> None:
    document = Document("d", TEXT, (Entity("e", Span(start, end), "ORG", "س"),))
    assert found(document) == [f"entity e: [{start}, {end}] is not a span of the text"]


def test_a_no_break_space_is_white_space() -> None:
    document = Document("d", "في\u00a0سوريا", (Entity("e", Span(2, 8), "GPE", "سوريا"),))
    assert found(document) == ["entity e: '\\xa0سوريا' has white space at an edge"]


@pytest.mark.parametrize(
    ("entity", "fault"),
    [
        (replace(SYRIA, label="GANG"), "entity e4: 'GANG' is no label"),
        (replace(REUTERS, name=None), "entity e1: has no name"),
        (replace(REUTERS, name=""), "entity e1: has no name"),
        (
            replace(REUTERS, name="“رويترز"),
            "entity e1: name '“رويترز' has white space or a quote mark at an edge, or a newline inside",
        ),
        (replace(YESTERDAY, name="أمس"), "entity e6: a DATE has no name"),
        (Entity("e7", SYRIA.span, "LOC", "سوريا"), "entity e7: 'سوريا' has the same span as entity e4"),
        (
            Entity("e7", span("الديمقراطية هاجمت"), "ORG", "س"),
            "entity e7: 'الديمقراطية هاجمت' crosses entity e3",
        ),
        (
            Entity("e7", span("الديمقراطية"), "ARMED", "س"),
            "entity e7: 'الديمقراطية' is ARMED like the overlapping entity e3",
        ),
        (Entity("e7", span("رويتر"), "GPE", "س"), "entity e7: 'رويتر' may not stand inside the MEDIA entity e1"),
    ],
)
def test_a_broken_entity_is_named(entity: Entity, fault: str) -> None:
    assert found(with_entity(entity)) == [fault]


def test_overlap_is_seen_past_the_neighbour() -> None:
    text = "أ ب ج د"
    document = Document(
        "d",
        text,
        (
            Entity("e1", Span(0, 7), "ORG", "س"),
            Entity("e2", Span(2, 3), "GPE", "ب"),
            Entity("e3", Span(4, 5), "ORG", "ج"),
        ),
    )
    assert found(document) == ["entity e3: 'ج' is ORG like the overlapping entity e1"]


def test_ids_stand_once() -> None:
    document = replace(
        SOUND,
        entities=(*SOUND.entities, replace(YESTERDAY, id="e1")),
        attributions=(SAID, replace(AFFIRMED, id="a1", parent=None)),
        stances=(),
    )
    assert found(document)[:2] == ["entity e1: the id stands 2 times", "attribution a1: the id stands 2 times"]


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        (replace(SAID, id="author"), "attribution author: the id is taken: it stands for the author of the text"),
        (replace(SAID, contents=()), "attribution a1: has no content"),
        (replace(SAID, mode="loud"), "attribution a1: mode 'loud' is none of indirect, direct, mixed"),
        (
            replace(SAID, force="say"),
            "attribution a1: force 'say' is none of "
            "state, affirm, claim, deny, accuse, demand, warn, admit, predict, ask",
        ),
        (replace(SAID, cue=span("قالت ")), "attribution a1 cue: 'قالت ' has white space at an edge"),
        (replace(SAID, source=span("“قسد”")), "attribution a1 source: '“قسد”' has a quote mark at an edge"),
        (
            replace(SAID, contents=(span("داعش الإرهابي\nأمس"),)),
            "attribution a1 content: 'داعش الإرهابي\\nأمس' has a newline inside",
        ),
        (replace(SAID, source=span("قالت رويترز")), "attribution a1: cue and source overlap"),
        (replace(SAID, contents=(span("رويترز إن"),)), "attribution a1: source and content overlap"),
        (replace(SAID, contents=(Span(30, 40), Span(39, 45))), "attribution a1: content and content overlap"),
        (replace(SAID, speaker=""), "attribution a1 speaker: has no name"),
        (replace(SAID, parent="a9"), "attribution a1: parent 'a9' is no attribution"),
    ],
)
def test_a_broken_attribution_is_named(act: Attribution, fault: str) -> None:
    assert fault in found(with_acts(act))


def test_a_cue_heads_one_act() -> None:
    assert found(with_acts(SAID, replace(SAID, id="a2"))) == ["attribution a2: has the cue of a1"]


def test_an_act_in_the_words_of_another_has_it_for_a_parent() -> None:
    assert found(with_acts(SAID, replace(AFFIRMED, parent=None))) == [
        "attribution a2: stands in the content of a1 and has no parent"
    ]


def test_a_parent_holds_the_cue() -> None:
    aside = replace(SAID, contents=(span("داعش الإرهابي"),))
    assert found(with_acts(aside, AFFIRMED)) == ["attribution a2: the contents of its parent a1 do not hold its cue"]


def test_a_parent_is_the_closest() -> None:
    attacked = Attribution("a3", span("هاجمت"), None, (span("داعش"),), "indirect", "state", parent="a1")
    assert found(with_acts(SAID, AFFIRMED, attacked)) == [
        "attribution a3: its parent is a1, but a2 is closer around it"
    ]


def test_parents_run_in_no_circle() -> None:
    document = with_acts(replace(SAID, parent="a2"), AFFIRMED)
    assert found(document) == [
        "attribution a1: the contents of its parent a2 do not hold its cue",
        "attribution a1: is its own ancestor",
        "attribution a2: is its own ancestor",
    ]


@pytest.mark.parametrize(
    ("stances", "expected"),
    [
        (
            (replace(AGAINST, polarity="neutral"),),
            ["stance of a2 on e5: polarity 'neutral' is none of favor, against"],
        ),
        ((replace(AGAINST, holder="a9"),), ["stance of a9 on e5: holder 'a9' is no attribution"]),
        ((replace(AGAINST, target="e9"),), ["stance of a2 on e9: target 'e9' is no actor"]),
        ((replace(AGAINST, target="e6"),), ["stance of a2 on e6: target 'e6' is no actor"]),
        ((replace(AGAINST, holder="author"),), ["stance of author on e5: the target stands in the words of a2"]),
        ((replace(AGAINST, holder="a1"),), ["stance of a1 on e5: the target stands in the words of a2"]),
        ((Stance("a1", "e1", "favor"),), ["stance of a1 on e1: the target stands in the words of author"]),
        ((AGAINST, replace(AGAINST, polarity="favor")), ["stance of a2 on e5: stands 2 times"]),
        (
            (replace(AGAINST, evidence=span("داعش ")),),
            ["stance of a2 on e5 evidence: 'داعش ' has white space at an edge"],
        ),
        (
            (replace(AGAINST, evidence=span("أمس")),),
            ["stance of a2 on e5: the evidence is on another line than the target"],
        ),
    ],
)
def test_a_broken_stance_is_named(stances: tuple[Stance, ...], expected: list[str]) -> None:
    assert [fault for fault in found(replace(SOUND, stances=stances)) if fault.startswith("stance")] == expected

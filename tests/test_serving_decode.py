from collections.abc import Mapping

import numpy as np
import pytest

from labels.scheme import CUE_TAGS, ENTITY_TAGS, FORCES, MODES, POLARITIES, ROLE_TAGS
from serving.chains import Chains, Floats
from serving.decode import Found, cues, entities, evidence, line_breaks, polarity, reaches_edge, roles
from serving.encode import Reading
from serving.layout import (
    ACT_CLASSES,
    CLIP_CLASSES,
    CUE_END,
    CUE_START,
    ENTITY_END,
    ENTITY_START,
    FORCE,
    MODE,
    NOBODY,
    POLARITY,
    ROLE_CLASSES,
    ROLE_END,
    ROLE_START,
    SPEAKER,
    TAGS,
)
from serving.marks import Kind, surroundings
from serving.model import Tagged
from serving.words import words

EVEN = Chains.even()

HIGH = 9.0
Runs = Mapping[tuple[int, int], str]
"""(start, end) in words → label."""
Clips = Mapping[int, int]
"""Word → letters left outside."""


def tags(count: int, names: tuple[str, ...], found: Runs) -> Floats:
    """Logits [words, tags] of the runs `found`."""
    made = np.zeros((count, len(names)), np.float32)
    made[:, 0] = HIGH
    for (start, end), label in found.items():
        made[start:end, 0] = 0
        made[start, names.index(f"B-{label}")] = HIGH
        made[start + 1 : end, names.index(f"I-{label}")] = HIGH
    return made


def clips(count: int, width: int, *given: tuple[slice, Clips | None]) -> Floats:
    """Logits [words, width]: nothing is left outside, but where `given` (places in the layout, clips) says so."""
    made = np.zeros((count, width), np.float32)
    for place, letters in given:
        made[:, place.start] = HIGH
        for word, clipped in (letters or {}).items():
            made[word, place] = 0
            made[word, place.start + clipped] = HIGH
    return made


def surfaces(text: str, found: list[Found]) -> list[tuple[str, str]]:
    return [(f.span.of(text), f.label) for f in found]


def entities_of(
    text: str, outer: Runs, inner: Runs | None = None, before: Clips | None = None, after: Clips | None = None
) -> list[tuple[str, str]]:
    """(surface, label) of the entities of `text`."""
    found = words(text)
    count = len(found)
    made = Tagged(
        np.zeros((count, 1), np.float32),
        tags(count, ENTITY_TAGS, outer),
        tags(count, ENTITY_TAGS, inner or {}),
        np.zeros((count, len(CUE_TAGS)), np.float32),
        clips(count, CLIP_CLASSES, (ENTITY_START, before), (ENTITY_END, after)),
    )
    return surfaces(text, entities(found, made, line_breaks(found), EVEN))


@pytest.mark.parametrize(
    ("text", "letters", "surface"),
    [
        ("والأسايش", 1, "الأسايش"),
        ("بسوريا", 1, "سوريا"),
        ("للتحالف", 1, "لتحالف"),
        ("وللتحالف", 2, "لتحالف"),
        ("وَالأسايش", 1, "الأسايش"),
        ("وـالأسايش", 1, "الأسايش"),
        ("وفبسوريا", 3, "سوريا"),
        # Letters that no clitic has, and a clip that would leave nothing, stay inside.
        ("الأسايش", 2, "الأسايش"),
        ("مصر", 1, "مصر"),
        ("و", 1, "و"),
        # A ligature cannot be cut.
        ("ﻷسايش", 1, "ﻷسايش"),
    ],
)
def test_proclitics_stay_outside(text: str, letters: int, surface: str) -> None:
    assert entities_of(text, {(0, 1): "ARMED"}, before={0: letters}) == [(surface, "ARMED")]


@pytest.mark.parametrize(
    ("text", "letters", "surface"),
    [
        ("طائراتها", 2, "طائرات"),
        ("طائراتِهِ", 1, "طائراتِ"),
        ("صواريخهما", 3, "صواريخ"),
        ("سلاحي", 1, "سلاح"),
        ("طائرات", 2, "طائرات"),
        ("ها", 2, "ها"),
    ],
)
def test_attached_pronouns_stay_outside(text: str, letters: int, surface: str) -> None:
    assert entities_of(text, {(0, 1): "WEAPON"}, after={0: letters}) == [(surface, "WEAPON")]


def test_clips_at_both_ends_of_several_words() -> None:
    text = "وسيارتين مفخختينها"
    assert entities_of(text, {(0, 2): "WEAPON"}, before={0: 1, 1: 1}, after={1: 2}) == [("سيارتين مفخختين", "WEAPON")]


def test_a_word_that_clips_use_up_is_nothing() -> None:
    assert entities_of("بك", {(0, 1): "GPE"}, before={0: 1}, after={0: 1}) == []


@pytest.mark.parametrize(
    ("text", "run", "surface"),
    [
        ("“قسد”", (0, 3), "قسد"),
        ("و”قسد”", (1, 4), "قسد"),
        ("تنظيم “الدولة الإسلامية”", (0, 5), "تنظيم “الدولة الإسلامية"),
        ("تنظيم”داعش”", (0, 4), "تنظيم”داعش"),
        ("««قسد»'", (0, 5), "قسد"),
    ],
)
def test_no_quote_mark_at_an_edge(text: str, run: tuple[int, int], surface: str) -> None:
    assert entities_of(text, {run: "ARMED"}) == [(surface, "ARMED")]


def test_quote_marks_alone_are_nothing() -> None:
    assert entities_of("“ ”", {(0, 2): "ARMED"}) == []


def test_the_word_behind_a_quote_mark_is_clipped() -> None:
    assert entities_of("”والأسايش”", {(0, 3): "ARMED"}, before={0: 0, 1: 1}) == [("الأسايش", "ARMED")]


def test_entities_are_cut_at_the_end_of_a_line() -> None:
    text = "قوات\nسوريا"
    found = entities_of(text, {(0, 2): "ARMED"})
    assert found == [("قوات", "ARMED")]


@pytest.mark.parametrize(
    ("outer", "inner", "nested"),
    [
        ({(0, 3): "ARMED"}, {(1, 2): "GPE"}, [("سوريا", "GPE")]),
        ({(0, 3): "ARMED"}, {(1, 2): "GPE", (2, 3): "LOC"}, [("سوريا", "GPE"), ("الديمقراطية", "LOC")]),
        ({(0, 3): "ARMED"}, {(1, 2): "ARMED"}, []),
        ({(0, 3): "ARMED"}, {(0, 3): "GPE"}, []),
        ({(0, 2): "ARMED"}, {(1, 3): "GPE"}, []),
        ({(0, 3): "MEDIA"}, {(1, 2): "GPE"}, []),
        ({(0, 3): "PER"}, {(1, 2): "GPE"}, []),
        ({(0, 3): "DATE"}, {(1, 2): "NUM"}, []),
        ({}, {(1, 2): "GPE"}, []),
    ],
)
def test_nested_entities(outer: Runs, inner: Runs, nested: list[tuple[str, str]]) -> None:
    text = "قوات سوريا الديمقراطية"
    assert entities_of(text, outer, inner) == entities_of(text, outer) + nested


def test_entities_come_in_the_order_of_the_text_and_outer_before_inner() -> None:
    text = "سوريا وقوات سوريا قسد"
    found = entities_of(text, {(0, 1): "GPE", (1, 3): "ARMED", (3, 4): "ARMED"}, {(2, 3): "GPE"}, before={1: 1})
    assert found == [("سوريا", "GPE"), ("قوات سوريا", "ARMED"), ("سوريا", "GPE"), ("قسد", "ARMED")]


def test_line_breaks() -> None:
    assert line_breaks(words("قسد\nتنفي ذلك\n\nأمس")).tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    ("text", "run", "before", "after", "surface"),
    [
        ("وأكدت مصادر", (0, 1), 1, 0, "أكدت"),
        ("اتهمها", (0, 1), 0, 2, "اتهم"),
        ("جاء فيه", (0, 2), 0, 0, "جاء فيه"),
        ("قسد:", (1, 2), 0, 0, ":"),
    ],
)
def test_cues(text: str, run: tuple[int, int], before: int, after: int, surface: str) -> None:
    found = words(text)
    count = len(found)
    start, end = run
    made = Tagged(
        np.zeros((count, 1), np.float32),
        tags(count, ENTITY_TAGS, {}),
        tags(count, ENTITY_TAGS, {}),
        tags(count, CUE_TAGS, {run: "CUE"}),
        clips(count, CLIP_CLASSES, (CUE_START, {start: before}), (CUE_END, {end - 1: after})),
    )
    breaks = line_breaks(found)
    assert surfaces(text, cues(found, made, breaks, EVEN, 0.0)) == [(surface, "CUE")]
    assert cues(found, made, breaks, EVEN, -2 * HIGH) == []


def reading(
    text: str,
    kind: Kind,
    mark: tuple[int, int],
    found: Runs,
    *,
    before: Clips | None = None,
    after: Clips | None = None,
    speaker: int | None = None,
    act: Mapping[int, float] | None = None,
) -> Reading:
    """What the network says of the words round `mark`: the runs `found`, and `act` (class → logit) of the whole."""
    count = len(words(text))
    marked = surroundings(kind, *mark, count)
    made = clips(count, ROLE_CLASSES, (ROLE_START, before), (ROLE_END, after))
    made[:, TAGS] = tags(count, ROLE_TAGS, found)
    whole = np.zeros(ACT_CLASSES, np.float32)
    for place, logit in (act or {}).items():
        whole[place] = logit
    if speaker is None:
        whole[NOBODY] = HIGH
    else:
        made[speaker, SPEAKER] = HIGH
    return Reading(marked, made[marked.low : marked.high], whole)


SAID = "وأكدت مصادر المرصد أن “قسد انسحبت”، وفق المرصد"


def test_what_surrounds_a_cue() -> None:
    affirm, mixed = FORCE.start + FORCES.index("affirm"), MODE.start + MODES.index("mixed")
    read = reading(
        SAID, Kind.CUE, (0, 1), {(1, 3): "SOURCE", (4, 8): "CONTENT"}, speaker=2, act={affirm: 3.0, mixed: 2.0}
    )
    found = words(SAID)
    (made,) = roles(found, [read], line_breaks(found), EVEN)
    assert made.source is not None
    assert (made.source.span.of(SAID), made.source.start, made.source.end) == ("مصادر المرصد", 1, 3)
    assert surfaces(SAID, list(made.contents)) == [("قسد انسحبت", "CONTENT")]
    assert (made.speaker, made.force, made.mode) == (2, "affirm", "mixed")


def test_nobody_is_known_to_have_said_it() -> None:
    found = words(SAID)
    read = reading(SAID, Kind.CUE, (0, 1), {(5, 7): "CONTENT"})
    (made,) = roles(found, [read], line_breaks(found), EVEN)
    assert (made.source, made.speaker, made.force, made.mode) == (None, None, "state", "indirect")


def test_the_marked_words_have_no_role_and_evidence_is_none_of_a_cue() -> None:
    found = words(SAID)
    read = reading(SAID, Kind.CUE, (0, 1), {(0, 1): "SOURCE", (5, 6): "EVIDENCE", (6, 7): "CONTENT"})
    (made,) = roles(found, [read], line_breaks(found), EVEN)
    assert (made.source, surfaces(SAID, list(made.contents))) == (None, [("انسحبت", "CONTENT")])


def test_of_several_sources_the_surest_is_taken_and_contents_are_all_kept() -> None:
    found = words(SAID)
    read = reading(SAID, Kind.CUE, (0, 1), {(1, 2): "SOURCE", (10, 11): "SOURCE", (3, 4): "CONTENT", (5, 7): "CONTENT"})
    read.words[1, 0] = HIGH - 1
    (made,) = roles(found, [read], line_breaks(found), EVEN)
    assert made.source is not None and made.source.start == 10
    assert [c.span.of(SAID) for c in made.contents] == ["أن", "قسد انسحبت"]


def test_a_content_ends_with_its_line_and_begins_without_its_clitic() -> None:
    text = "طالب بفتح تحقيق\nوقال"
    found = words(text)
    read = reading(text, Kind.CUE, (0, 1), {(1, 4): "CONTENT"}, before={1: 1})
    (made,) = roles(found, [read], line_breaks(found), EVEN)
    assert surfaces(text, list(made.contents)) == [("فتح تحقيق", "CONTENT")]


def test_roles_far_into_a_text_have_their_places_in_it() -> None:
    text = "كلمة " * 200 + "قال فلان إنهم عادوا"
    found = words(text)
    read = reading(text, Kind.CUE, (200, 201), {(201, 202): "SOURCE", (203, 204): "CONTENT"}, speaker=201)
    (made,) = roles(found, [read], line_breaks(found), EVEN)
    assert read.marked.low == 136
    assert made.source is not None
    assert (made.source.start, made.speaker, made.contents[0].start) == (201, 201, 203)
    assert (made.source.span.of(text), made.contents[0].span.of(text)) == ("فلان", "عادوا")


def test_marks_read_together_are_decoded_each_by_itself() -> None:
    found = words(SAID)
    first = reading(SAID, Kind.CUE, (0, 1), {(1, 3): "SOURCE", (4, 11): "CONTENT"}, after={10: 1})
    second = reading(SAID, Kind.CUE, (9, 10), {(10, 11): "SOURCE", (5, 7): "CONTENT"}, speaker=10)
    alone = [roles(found, [one], line_breaks(found), EVEN)[0] for one in (first, second)]
    assert roles(found, [first, second], line_breaks(found), EVEN) == alone
    assert [one.contents[0].span.of(SAID) for one in alone] == ["قسد انسحبت”، وفق المرصد", "قسد انسحبت"]


@pytest.mark.parametrize(("content", "more"), [((1, 98), True), ((1, 97), True), ((1, 96), False)])
def test_whether_more_must_be_read(content: tuple[int, int], more: bool) -> None:
    text = "قال " + "كلمة " * 120
    read = reading(text, Kind.CUE, (0, 1), {content: "CONTENT"})
    assert read.marked.high == 97
    assert reaches_edge(read, 121) is more
    assert reaches_edge(read, 97) is False


INSULT = "هاجم داعش الإرهابي القرية\nوالإرهابي هرب"


def test_an_attitude_and_what_carries_it() -> None:
    against = POLARITY.start + 1 + POLARITIES.index("against")
    logits = {POLARITY.start: float(np.log(0.2)), POLARITY.start + 1: float(np.log(0.1)), against: float(np.log(0.7))}
    found = words(INSULT)
    read = reading(INSULT, Kind.TARGET, (1, 2), {(1, 3): "EVIDENCE", (0, 1): "CONTENT"}, act=logits)
    assert polarity(read) == {"favor": pytest.approx(0.1), "against": pytest.approx(0.7)}
    (by,) = evidence(found, [read], line_breaks(found), EVEN)
    assert by is not None and by.span.of(INSULT) == "داعش الإرهابي"


def test_evidence_on_another_line_is_none() -> None:
    found = words(INSULT)
    read = reading(INSULT, Kind.TARGET, (1, 2), {(4, 5): "EVIDENCE"})
    assert evidence(found, [read], line_breaks(found), EVEN) == [None]

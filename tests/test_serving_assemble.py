from dataclasses import replace
from functools import partial
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import Attribution, Document, Entity, Span, Stance
from labels.validation import faults
from serving.analysis import TASKS, Actor, Tally
from serving.assemble import Voices, actors, attributions, entities, keep, stances
from serving.decode import Attitude, Found, Roles
from serving.speakers import Act
from tests.effort import effort

TEXT = "نقلت رويترز عن مصدر عسكري أن قسد قالت إن داعش الإرهابي هاجم سجن غويران\nوأضاف أنها صدته"


def found(surface: str, label: str = "", score: float = 1.0) -> Found:
    """A surface of `TEXT` with the places of its words; it begins at the beginning of a word, or behind a و."""
    start = TEXT.index(surface)
    first = len(TEXT[:start].split()) - (TEXT[start - 1 : start] == "و")
    return Found(Span(start, start + len(surface)), first, first + len(surface.split()), label, score)


def act(cue: str, source: str | None, contents: tuple[str, ...], speaker: str | None, score: float = 0.9) -> Act:
    roles = Roles(
        found(source) if source else None,
        tuple(found(content) for content in contents),
        found(speaker).start if speaker else None,
        "state",
        "indirect",
    )
    return Act(found(cue, "CUE", score), roles)


FOUND = [
    found("رويترز", "MEDIA"),
    found("قسد", "ARMED"),
    found("داعش", "ARMED", 0.4),
    found("سجن غويران", "FAC"),
    found("غويران", "LOC"),
]
NAMES = ["وكالة رويترز", "قوات سوريا الديمقراطية", "تنظيم الدولة الإسلامية", "سجن غويران", "غويران"]
ENTITIES = entities(FOUND, NAMES)
NAMED = list(zip(FOUND, ENTITIES, strict=True))
OUTER, MIDDLE, INNER = (
    "عن مصدر عسكري أن قسد قالت إن داعش الإرهابي هاجم سجن غويران",
    "قسد قالت إن داعش الإرهابي هاجم سجن غويران",
    "داعش الإرهابي هاجم سجن غويران",
)
ACTS = [
    act("نقلت", "رويترز", (OUTER,), "رويترز"),
    act("عن", "مصدر عسكري", (MIDDLE,), "مصدر", 0.3),
    act("قالت", "قسد", (INNER,), "قسد"),
    act("أضاف", None, ("أنها صدته",), "عسكري"),
]
MADE = attributions(TEXT, ACTS, NAMED)
AGAINST = Stance("a3", "e3", "against", found("داعش الإرهابي").span, 0.8)
DOCUMENT = Document("", TEXT, tuple(ENTITIES), tuple(MADE), (AGAINST,))


def test_entities_are_numbered_in_order_and_nested() -> None:
    assert [(e.id, e.span.of(TEXT), e.label, e.name, e.parent, e.score) for e in ENTITIES] == [
        ("e1", "رويترز", "MEDIA", "وكالة رويترز", None, 1.0),
        ("e2", "قسد", "ARMED", "قوات سوريا الديمقراطية", None, 1.0),
        ("e3", "داعش", "ARMED", "تنظيم الدولة الإسلامية", None, 0.4),
        ("e4", "سجن غويران", "FAC", "سجن غويران", None, 1.0),
        ("e5", "غويران", "LOC", "غويران", "e4", 1.0),
    ]


def test_the_parent_is_the_smallest_around() -> None:
    text = "قوات نظام الأسد"
    spans = [(0, 15, "ARMED"), (5, 15, "ORG"), (10, 15, "PER")]
    made = entities([Found(Span(a, b), 0, 0, label, 1.0) for a, b, label in spans], [text, text[5:], text[10:]])
    assert [e.parent for e in made] == [None, "e1", "e2"]


def test_the_chain_of_transmission() -> None:
    assert [(a.id, a.cue.of(TEXT), a.parent, a.score) for a in MADE] == [
        ("a1", "نقلت", None, 0.9),
        ("a2", "عن", "a1", 0.3),
        ("a3", "قالت", "a2", 0.9),
        ("a4", "أضاف", None, 0.9),
    ]
    assert list(faults(DOCUMENT)) == []


def test_two_acts_that_hold_each_others_cue_are_in_no_circle() -> None:
    first = act("نقلت", None, ("قالت إن",), None)
    second = act("قالت", None, ("نقلت رويترز",), None)
    assert [a.parent for a in attributions(TEXT, [first, second], [])] == ["a2", None]


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.lists(st.tuples(st.integers(0, 30), st.integers(1, 15)), max_size=3)),
        max_size=10,
    )
)
def test_the_parent_of_an_act_is_the_shortest_around_with_more_content(
    drawn: list[tuple[int, list[tuple[int, int]]]],
) -> None:
    acts: list[Act] = []
    at = 0
    for length, contents in drawn:
        cue = Found(Span(at, at + length), at, at + length, "CUE", 1.0)
        held = tuple(Found(Span(start, start + size), 0, 0, "CONTENT", 1.0) for start, size in contents)
        acts.append(Act(cue, Roles(None, held, None, "state", "direct")))
        at += length + 1
    sizes = [sum(size for _, size in contents) for _, contents in drawn]
    for act, size, made in zip(acts, sizes, attributions("", acts, []), strict=True):
        around = [
            (sizes[i], i)
            for i, other in enumerate(acts)
            if sizes[i] > size and any(content.span.holds(act.cue.span) for content in other.roles.contents)
        ]
        assert made.parent == (f"a{min(around)[1] + 1}" if around else None)


@pytest.mark.parametrize("sources", [("جسر", "جسر"), ("مصدر", "المصدر"), ("مراسلنا", "جسر"), ("فلان", "مصدر")])
def test_twice_the_acts_are_twice_the_work(sources: tuple[str, str]) -> None:
    def work(count: int) -> int:
        lines = [("قال", f"{sources[i % 2]} {i}", "ذلك") for i in range(count)]
        acts: list[Act] = []
        at = word = 0
        for line in lines:
            spans = []
            for surface in line:
                spans.append(Span(at, at + len(surface)))
                at += len(surface) + 1
            cue, content = Found(spans[0], word, word + 1, "CUE", 1.0), Found(spans[2], word + 3, word + 4, "", 1.0)
            source = Found(spans[1], word + 1, word + 3, "SOURCE", 1.0)
            acts.append(Act(cue, Roles(source, (content,), word + 2, "state", "direct")))
            word += 4
        said = [act.roles.source for act in acts if act.roles.source]
        outlets = [replace(one, label="MEDIA") for one, line in zip(said, lines, strict=True) if "جسر" in line[1]]
        named = list(zip(outlets, entities(outlets, [None] * len(outlets)), strict=True))
        return effort(partial(attributions, "\n".join(map(" ".join, lines)), acts, named))

    assert work(400) < 2.2 * work(200)


def test_the_speaker() -> None:
    assert [(a.speaker, a.speaker_entity) for a in MADE] == [
        ("وكالة رويترز", "e1"),
        ("مصدر عسكري", None),
        ("قوات سوريا الديمقراطية", "e2"),
        ("مصدر عسكري", None),
    ]


@pytest.mark.parametrize(
    ("source", "pointed", "speaker"),
    [
        (None, None, (None, None)),
        # A source that begins with an actor means it.
        ("رويترز", None, ("وكالة رويترز", "e1")),
        (None, "هاجم", (None, None)),
        ("رويترز", "هاجم", ("وكالة رويترز", "e1")),
        # A prison and a quarter do not speak.
        (None, "غويران", (None, None)),
    ],
)
def test_where_the_pointed_word_is_no_actor(
    source: str | None, pointed: str | None, speaker: tuple[str | None, str | None]
) -> None:
    (made,) = attributions(TEXT, [act("أضاف", source, ("أنها صدته",), pointed)], NAMED)
    assert (made.speaker, made.speaker_entity) == speaker


def test_of_nested_actors_the_pointed_word_means_the_one_that_it_begins_or_else_the_longest() -> None:
    text = "قوات النظام قالت ذلك"
    outer, inner = Found(Span(0, 11), 0, 2, "ARMED", 1.0), Found(Span(5, 11), 1, 2, "ORG", 1.0)
    named = list(zip([outer, inner], entities([outer, inner], ["قوات النظام", "النظام"]), strict=True))
    cue, content = Found(Span(12, 16), 2, 3, "CUE", 1.0), Found(Span(17, 20), 3, 4, "CONTENT", 1.0)
    for at, name in ((0, "قوات النظام"), (1, "النظام")):
        (made,) = attributions(text, [Act(cue, Roles(None, (content,), at, "state", "direct"))], named)
        assert made.speaker == name


def test_who_holds_words() -> None:
    voices = Voices(MADE)
    assert voices.behind(found("داعش").span) == "a3"
    assert voices.behind(found("قسد").span) == "a2"
    assert voices.behind(found("مصدر").span) == "a1"
    assert voices.behind(found("رويترز").span) == "author"
    # Across the edge of the innermost content, it is the one around both.
    assert voices.behind(found("إن داعش").span) == "a2"
    assert voices.behind(found("نقلت رويترز عن مصدر").span) == "author"
    assert Voices([]).behind(Span(0, 3)) == "author"


@pytest.mark.parametrize(
    ("favor", "against", "expected"),
    [
        (0.1, 0.6, [("a3", "e3", "against", 0.6)]),
        (0.6, 0.1, []),
        (0.7, 0.1, [("a3", "e3", "favor", 0.7)]),
        (0.4, 0.5, [("a3", "e3", "against", 0.5)]),
        (0.3, 0.4, []),
    ],
)
def test_stances_reach_the_threshold_of_their_polarity(
    favor: float, against: float, expected: list[tuple[str, str, str, float]]
) -> None:
    attitude = Attitude({"favor": favor, "against": against}, found("داعش الإرهابي"))
    made = stances([(ENTITIES[2], attitude)], MADE, {"favor": 0.65, "against": 0.5})
    assert [(s.holder, s.target, s.polarity, s.score) for s in made] == expected
    assert [s.evidence.of(TEXT) for s in made if s.evidence] == ["داعش الإرهابي"] * len(expected)


def test_everything_is_kept() -> None:
    assert keep(DOCUMENT, TASKS, 0.0) == DOCUMENT


def test_what_scores_less_is_left_out_with_all_that_hangs_on_it() -> None:
    kept = keep(DOCUMENT, TASKS, 0.5)
    assert [e.id for e in kept.entities] == ["e1", "e2", "e4", "e5"]
    assert [(a.id, a.parent) for a in kept.attributions] == [("a1", None), ("a3", None), ("a4", None)]
    assert kept.stances == ()


@pytest.mark.parametrize(
    ("tasks", "counts"),
    [
        (set(), (0, 0, 0)),
        ({"entities"}, (5, 0, 0)),
        ({"attributions"}, (0, 4, 0)),
        ({"entities", "attributions"}, (5, 4, 0)),
        ({"attributions", "stances"}, (1, 4, 1)),
        # A stance comes with its target and with the act that holds it.
        ({"stances"}, (1, 1, 1)),
    ],
)
def test_what_was_not_asked_for_is_left_out(tasks: set[str], counts: tuple[int, int, int]) -> None:
    kept = keep(DOCUMENT, frozenset(tasks), 0.0)
    assert (len(kept.entities), len(kept.attributions), len(kept.stances)) == counts


def test_the_author_s_stances_alone_come_with_their_targets() -> None:
    kept = keep(replace(DOCUMENT, stances=(replace(AGAINST, holder="author"),)), frozenset({"stances"}), 0.0)
    assert ([e.id for e in kept.entities], kept.attributions, len(kept.stances)) == (["e3"], (), 1)


_SCORES = st.sampled_from([0.1, 0.5, 0.9])
_SOME = st.one_of(st.none(), st.integers(0, 5))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Six entities, six acts and some stances that point to one another at random."""
    spans = [draw(st.tuples(st.integers(0, 50), st.integers(1, 9))) for _ in range(12)]
    made = tuple(
        Entity(
            f"e{i}",
            Span(start, start + length),
            draw(st.sampled_from(["PER", "GPE", "FAC"])),
            draw(st.sampled_from("سصط")),
            None if (up := draw(_SOME)) is None else f"e{up}",
            draw(_SCORES),
        )
        for i, (start, length) in enumerate(spans[:6])
    )
    acts = tuple(
        Attribution(
            f"a{i}",
            Span(90, 91),
            None,
            (Span(start, start + 3 * length),),
            "direct",
            "state",
            draw(st.sampled_from(["س", "ص", None])),
            None if (who := draw(_SOME)) is None else f"e{who}",
            None if (up := draw(_SOME)) is None else f"a{up}",
            draw(_SCORES),
        )
        for i, (start, length) in enumerate(spans[6:])
    )
    pairs = draw(st.lists(st.tuples(_SOME, st.integers(0, 5)), max_size=6, unique_by=lambda pair: pair[1]))
    held = tuple(
        Stance("author" if who is None else f"a{who}", f"e{to}", "against", None, draw(_SCORES)) for who, to in pairs
    )
    return Document("", "س" * 99, made, acts, held)


@given(documents(), st.frozensets(st.sampled_from(sorted(TASKS))), st.sampled_from([0.0, 0.4, 0.8, 1.0]))
def test_nothing_points_to_what_is_gone(document: Document, tasks: frozenset[str], least: float) -> None:
    kept = keep(document, tasks, least)
    known = {e.id for e in kept.entities}
    acts = {a.id for a in kept.attributions}
    assert {e.parent for e in kept.entities} <= known | {None}
    assert {a.parent for a in kept.attributions} <= acts | {None}
    assert {a.speaker_entity for a in kept.attributions} <= known | {None}
    assert {s.target for s in kept.stances} <= known
    assert {s.holder for s in kept.stances} <= acts | {"author"}
    scores = [[e.score for e in kept.entities], [a.score for a in kept.attributions], [s.score for s in kept.stances]]
    assert min(chain(*scores), default=1.0) >= least


def test_the_actors_of_the_text() -> None:
    assert actors(DOCUMENT) == (
        Actor("وكالة رويترز", "MEDIA", ("e1",), 1, (Tally("author", 0, 0, 1),)),
        Actor("قوات سوريا الديمقراطية", "ARMED", ("e2",), 1, (Tally("مصدر عسكري", 0, 0, 1),)),
        Actor("تنظيم الدولة الإسلامية", "ARMED", ("e3",), 0, (Tally("قوات سوريا الديمقراطية", 0, 1, 0),)),
    )


@given(documents())
def test_the_tallies_of_actors_add_up(document: Document) -> None:
    made = actors(document)
    mentions = [e.id for e in document.entities if e.label in {"PER", "GPE"}]
    assert sorted(m for actor in made for m in actor.mentions) == mentions
    for actor in made:
        assert sum(t.favor + t.against + t.neutral for t in actor.stances) == len(actor.mentions)
        assert len({t.holder for t in actor.stances}) == len(actor.stances)
        assert actor.said == sum(a.speaker == actor.name for a in document.attributions)
    against = sum(t.against for actor in made for t in actor.stances)
    assert against == sum(s.target in mentions for s in document.stances)
    assert [len(actor.mentions) for actor in made] == sorted((len(a.mentions) for a in made), reverse=True)

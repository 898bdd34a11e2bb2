"""Who is behind a source."""

import pytest

from labels import Entity, Span
from serving.decode import Found, Roles
from serving.speakers import Act, speaker

TEXT = (
    "جسر : قال مراسل جسر إن قسد انسحبت وأضاف المراسل أن مصادر طبية في المدينة أكدت ذلك\n"
    "وقالت المصادر إن مراسل قناة اليوم أصيب وأفاد “مراسلنا بذلك"
)


def found(surface: str, label: str = "SOURCE", occurrence: int = 0) -> Found:
    """The span of `surface`, with word numbers as by spaces."""
    start = -1
    for _ in range(occurrence + 1):
        start = TEXT.index(surface, start + 1)
    first = len(TEXT[:start].split())
    return Found(Span(start, start + len(surface)), first, first + len(surface.split()), label, 1.0)


OUTLET, SDF, CHANNEL = found("جسر", "MEDIA", 1), found("قسد", "ARMED"), found("قناة اليوم", "MEDIA")
NAMED = [
    (one, Entity(f"e{i}", one.span, one.label, name))
    for i, (one, name) in enumerate(((OUTLET, "جسر"), (SDF, "قسد"), (CHANNEL, "قناة اليوم")), 1)
]


def act(source: Found | None, pointed: int | None) -> Act:
    return Act(found("قال", "CUE"), Roles(source, (), pointed, "state", "indirect"))


SOURCES = [found("مراسل جسر"), found("المراسل"), found("مصادر طبية في المدينة"), found("المصادر")]
ACTS = [act(source, source.start) for source in SOURCES]


@pytest.mark.parametrize(
    ("source", "pointed", "expected"),
    [
        # Correspondents speak for their outlet, wherever the network points.
        (SOURCES[0], SOURCES[0].start, ("جسر", "e1")),
        (SOURCES[1], SDF.start, ("جسر", "e1")),
        (found("مراسل قناة اليوم"), None, ("قناة اليوم", "e3")),
        (found("مراسلنا"), None, ("قناة اليوم", "e3")),
        # Sources without a name are called by their own words, and what refers to them by theirs.
        (SOURCES[2], SOURCES[2].start, ("مصادر طبية في المدينة", None)),
        (SOURCES[3], SOURCES[3].start, ("مصادر طبية في المدينة", None)),
        (SOURCES[3], SDF.start, ("مصادر طبية في المدينة", None)),
        (SOURCES[2], None, (None, None)),
        (None, SDF.start, ("قسد", "e2")),
        (None, None, (None, None)),
    ],
)
def test_the_speaker(source: Found | None, pointed: int | None, expected: tuple[str | None, str | None]) -> None:
    assert speaker(TEXT, act(source, pointed), ACTS, NAMED) == expected


def test_without_an_outlet_a_correspondent_is_one_without_a_name() -> None:
    assert speaker(TEXT, act(SOURCES[1], SOURCES[1].start), [], NAMED[1:2]) == ("المراسل", None)


def test_what_a_source_refers_to_is_called_by_the_most_words() -> None:
    text = "قالت مصادر خاصة لموقعنا وأكدت مصادر خاصة ثم أضافت المصادر وقال موقع جسر وأعلن الموقع"
    spans = [(text.index(s), s) for s in ("مصادر خاصة لموقعنا", "مصادر خاصة ثم", "المصادر", "موقع جسر", "الموقع")]
    sources = [Found(Span(at, at + len(s.removesuffix(" ثم"))), at, at + len(s), "SOURCE", 1.0) for at, s in spans]
    acts = [act(source, None) for source in sources]
    site = Found(sources[3].span, sources[3].start, sources[3].end, "MEDIA", 1.0)
    named = [(site, Entity("e1", site.span, "MEDIA", "جسر"))]
    assert speaker(text, acts[2], acts, named) == ("مصادر خاصة لموقعنا", None)
    assert speaker(text, acts[4], acts, named) == ("جسر", "e1")


def test_the_outlet_behind_where_none_is_before() -> None:
    assert speaker(TEXT, act(SOURCES[1], None), ACTS, NAMED[2:]) == ("قناة اليوم", "e3")


def test_the_body_behind_a_spokesman_and_several_together() -> None:
    text = "قال متحدث باسم وزارة “الدفاع” فلان وأعلنت تركيا وروسيا، وإيران ذلك ثم قال مصدر من قسد وأمس تركيا، وإيران"

    def at(surface: str, label: str, start: int = 0) -> Found:
        start = text.index(surface, start)
        return Found(Span(start, start + len(surface)), start, start + len(surface), label, 1.0)

    ministry, person = at("وزارة “الدفاع", "ORG"), at("فلان", "PER")
    states = [at(name, "GPE") for name in ("تركيا", "روسيا", "إيران")]
    force = at("قسد", "ARMED")
    named = [(f, Entity(f"e{i}", f.span, f.label, f.span.of(text))) for i, f in enumerate([ministry, *states, force])]

    def said(source: Found, pointed: int, *more: tuple[Found, Entity]) -> tuple[str | None, str | None]:
        return speaker(text, act(source, pointed), [], [*named, *more])

    spokesman = at("متحدث باسم وزارة “الدفاع", "SOURCE")
    assert said(spokesman, force.start) == ("وزارة “الدفاع", "e0")
    titled = at("متحدث باسم وزارة “الدفاع” فلان", "SOURCE")
    assert said(titled, person.start, (person, Entity("p", person.span, "PER", "فلان"))) == ("فلان", "p")
    assert said(at("مصدر من قسد", "SOURCE"), states[0].start) == ("قسد", "e4")
    together = at("تركيا وروسيا، وإيران", "SOURCE")
    assert said(together, states[0].start) == ("تركيا وروسيا، وإيران", None)
    # With anything else in it, it is not several names side by side.
    assert said(at("تركيا وروسيا، وإيران ذلك", "SOURCE"), states[1].start) == ("روسيا", "e2")

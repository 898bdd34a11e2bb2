"""Who is behind a source."""

import pytest

from labels import Entity, Span
from serving.decode import Found, Roles
from serving.speakers import Act, Speakers, goes_on_from

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
    assert Speakers(TEXT, ACTS, NAMED).of(act(source, pointed)) == expected


def test_without_an_outlet_a_correspondent_is_one_without_a_name() -> None:
    assert Speakers(TEXT, [], NAMED[1:2]).of(act(SOURCES[1], SOURCES[1].start)) == ("المراسل", None)


def test_what_a_source_refers_to_is_called_by_the_most_words() -> None:
    text = "قالت مصادر خاصة لموقعنا وأكدت مصادر خاصة ثم أضافت المصادر وقال موقع جسر وأعلن الموقع"
    spans = [(text.index(s), s) for s in ("مصادر خاصة لموقعنا", "مصادر خاصة ثم", "المصادر", "موقع جسر", "الموقع")]
    sources = [Found(Span(at, at + len(s.removesuffix(" ثم"))), at, at + len(s), "SOURCE", 1.0) for at, s in spans]
    acts = [act(source, None) for source in sources]
    site = Found(sources[3].span, sources[3].start, sources[3].end, "MEDIA", 1.0)
    named = [(site, Entity("e1", site.span, "MEDIA", "جسر"))]
    assert Speakers(text, acts, named).of(acts[2]) == ("مصادر خاصة لموقعنا", None)
    assert Speakers(text, acts, named).of(acts[4]) == ("جسر", "e1")


def test_the_outlet_behind_where_none_is_before() -> None:
    assert Speakers(TEXT, ACTS, NAMED[2:]).of(act(SOURCES[1], None)) == ("قناة اليوم", "e3")


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
        return Speakers(text, [], sorted([*named, *more], key=lambda one: one[0].start)).of(act(source, pointed))

    spokesman = at("متحدث باسم وزارة “الدفاع", "SOURCE")
    assert said(spokesman, force.start) == ("وزارة “الدفاع", "e0")
    titled = at("متحدث باسم وزارة “الدفاع” فلان", "SOURCE")
    assert said(titled, person.start, (person, Entity("p", person.span, "PER", "فلان"))) == ("فلان", "p")
    assert said(at("مصدر من قسد", "SOURCE"), states[0].start) == ("قسد", "e4")
    together = at("تركيا وروسيا، وإيران", "SOURCE")
    assert said(together, states[0].start) == ("تركيا وروسيا، وإيران", None)
    # With anything else in it, it is not several names side by side but the first, wherever the network points.
    assert said(at("تركيا وروسيا، وإيران ذلك", "SOURCE"), states[1].start) == ("تركيا", "e1")


@pytest.mark.parametrize(
    ("source", "name", "label", "expected"),
    [
        ("بيان من القيادة العامة", "القيادة العامة", "ARMED", "القيادة العامة"),
        ("تقرير قناة الغد", "قناة الغد", "MEDIA", "قناة الغد"),
        ("مندوب الغد في حلب", "الغد", "MEDIA", "الغد"),
        # A correspondent's outlet may have been taken for a body, but never for a place.
        ("مراسل الغد في حلب", "الغد", "ARMED", "الغد"),
        ("مراسل في حلب", "حلب", "GPE", "مراسل في حلب"),
        ("احتجاجات في حلب", "حلب", "GPE", "احتجاجات في حلب"),
    ],
)
def test_whose_words_a_document_or_correspondent_tells(source: str, name: str, label: str, expected: str) -> None:
    said = Found(Span(0, len(source)), 0, len(source), "SOURCE", 1.0)
    at = source.index(name)
    inside = Found(Span(at, at + len(name)), at, at + len(name), label, 1.0)
    one = act(said, 0)
    assert Speakers(source, [one], [(inside, Entity("e1", inside.span, label, name))]).of(one)[0] == expected


def test_a_participle_goes_on_with_who_spoke_before_it_in_the_sentence() -> None:
    text = "قال الأهالي إن التنظيم هددهم، مؤكدين أنه نهب. مشيرا إلى ذلك"

    def goes_on(cue: str, after: str) -> bool:
        start = text.index(cue)
        return goes_on_from(text, Span(start, start + len(cue)), text.index(after) + len(after))

    assert goes_on("مؤكدين", "قال")
    assert not goes_on("مشيرا", "مؤكدين")
    assert not goes_on("هددهم", "قال")
    assert not goes_on_from(text, Span(text.index("مؤكدين"), text.index(" أنه")), 0)

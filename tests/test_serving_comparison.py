"""Documents side by side: the same actors, what is said of them, and the figures."""

from dataclasses import replace

import pytest

from labels import Attribution, Document, Entity, Span, Stance
from serving.comparison import Actor, Comparison, Part, Quote, Side, compare
from serving.comparison_table import comparison_table
from serving.figures import Figure, figures
from serving.terminal import Terminal
from tests.fakes import FakeAnalyzer

OURS = "أكد المرصد السوري لحقوق الإنسان أن داعش الإرهابي قتل 5 عناصر. وانسحب داعش."
THEIRS = "قالت سورية إن تنظيم الدولة الإسلامية قوي"


def ours() -> Document:
    return replace(FakeAnalyzer().analyze(OURS).document, id="ours")


def theirs() -> Document:
    return Document(
        "theirs",
        THEIRS,
        (Entity("e1", Span(5, 10), "GPE", "سورية"), Entity("e2", Span(14, 36), "ORG", "تنظيم الدولة الاسلامية")),
        (
            Attribution("a1", Span(0, 4), Span(5, 10), (Span(14, 40),), "indirect", "claim", "سورية"),
            Attribution("a2", Span(0, 4), None, (Span(37, 40),), "indirect", "deny", "مصدر"),
            Attribution("a3", Span(0, 4), None, (), "indirect", "state"),
        ),
        (Stance("a1", "e2", "favor"), Stance("a3", "e2", "against")),
    )


def test_actors_are_the_same_by_name_however_it_is_spelt() -> None:
    found = compare([ours(), theirs()])
    assert found.ids == ("ours", "theirs")
    assert [(actor.name, actor.label) for actor in found.actors] == [
        ("تنظيم الدولة الإسلامية", "ARMED"),
        ("المرصد السوري لحقوق الإنسان", "ORG"),
        ("سورية", "GPE"),
        ("مصدر", None),
    ]
    assert found.actors[0].parts == (
        Part((("داعش", 2),), (Side("author", "against", 1),)),
        Part((("تنظيم الدولة الإسلامية", 1),), (Side("سورية", "favor", 1), Side(None, "against", 1))),
    )
    assert found.actors[1].parts == (
        Part(
            (("المرصد السوري لحقوق الإنسان", 1),),
            quotes=(Quote("affirm", "أكد", ("داعش الإرهابي قتل 5 عناصر",)),),
        ),
        Part(),
    )
    assert found.actors[3].parts[1] == Part(quotes=(Quote("deny", "قالت", ("قوي",)),))
    assert [part.mentions for part in found.actors[0].parts] == [2, 1]
    assert [part.empty for part in found.actors[1].parts] == [False, True]


def test_figures_of_each_document() -> None:
    place = OURS.index("5")
    sentence = "أكد المرصد السوري لحقوق الإنسان أن داعش الإرهابي قتل 5 عناصر"
    assert compare([ours(), theirs()]).figures == ((Figure(Span(place, place + 1), "5 عناصر", sentence),), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("332 قتيل.", "332 قتيل"),
        ("23 عنصراً من", "23 عنصراً"),
        ("90 في المئة من", "90 في المئة"),
        ("20%", "20%"),
        ("110 من معتقلي قسد", "110 من معتقلي"),
        ("77 من قوات سوريا الديمقراطية", "77 من قوات سوريا الديمقراطية"),
        ("77 من “داعش”و39", "77 من “داعش”"),
        ("بلغ عدد القتلى نحو 332.", "عدد القتلى نحو 332"),
        ("القتلى:\n332\nقتيل", "332"),
    ],
)
def test_a_figure_with_what_it_counts(text: str, expected: str) -> None:
    assert next(figures(FakeAnalyzer().analyze(text).document)).counted == expected


def test_a_figure_with_a_point_does_not_end_its_sentence() -> None:
    document = Document("", "مرت. أنفق 12.5 مليون. ثم", (Entity("e1", Span(10, 14), "NUM"),))
    assert next(figures(document)).sentence == "أنفق 12.5 مليون"


def shown(comparison: Comparison, terminal: Terminal, most: int) -> list[str]:
    return [line.replace("\u2068", "").replace("\u2069", "") for line in comparison_table(comparison, terminal, most)]


def test_columns_of_a_terminal() -> None:
    rule = "─" * 72
    assert shown(compare([ours(), theirs()]), Terminal(72), 2) == [
        "                      ours                      theirs",
        rule,
        "تنظيم الدولة          داعش 2×                   تنظيم الدولة الإسلامية",
        "الإسلامية             the author against 1×     1×",
        "ARMED                                           سورية for 1×",
        "                                                someone unnamed against",
        "                                                1×",
        rule,
        "المرصد السوري لحقوق   المرصد السوري لحقوق       –",
        "الإنسان               الإنسان 1×",
        "ORG                   says: affirm 1",
        "                      «داعش الإرهابي قتل 5",
        "                      عناصر»",
        rule,
        "Figures               5 عناصر                   –",
        "",
        "2 more actors: --actors 4 shows them all",
    ]


def test_documents_that_find_no_place_follow_in_a_table_of_their_own() -> None:
    alone = Comparison(("a", "b"), (Actor("قسد", "ARMED", (Part((("قسد", 1),)), Part())),), ((), ()))
    assert shown(alone, Terminal(40), 9) == [
        "                      a",
        "─" * 40,
        "قسد                   قسد 1×",
        "ARMED",
        "─" * 40,
        "Figures               –",
        "",
        "                      b",
        "─" * 40,
        "قسد                   –",
        "ARMED",
        "─" * 40,
        "Figures               –",
        "",
    ]

"""The digest."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from labels import Attribution, Document, Entity, Span, Stance
from serving.digest import digest, title
from serving.terminal import Terminal, cells
from tests.documents import documents
from tests.fakes import FakeAnalyzer

TEXT = """icon
بعد الهجوم على سجن غويران في الحسكة
أكد المرصد السوري لحقوق الإنسان أن داعش الإرهابي قتل 5 عناصر من قسد و20% منهم"""


def shown(document: Document, terminal: Terminal) -> str:
    """The digest with brackets for isolates and spaces for those that hold a figure together."""
    lines = "\n".join(digest(document, terminal))
    return lines.replace("\u2068", "[").replace("\u2069", "]").replace("\u00a0", " ")


def test_what_a_reader_sees() -> None:
    document = replace(FakeAnalyzer().analyze(TEXT).document, id="001")
    assert shown(document, Terminal(100)) == (
        "━━ [001]\n"
        "[بعد الهجوم على سجن غويران في الحسكة]\n"
        "  Who it is about\n"
        "    [المرصد السوري لحقوق الإنسان] (ORG): named 1×, speaks 1×\n"
        "    [الحسكة] (GPE): named 1×\n"
        "    [تنظيم الدولة الإسلامية] (ARMED): named 1×\n"
        "    [قوات سوريا الديمقراطية] (ARMED): named 1×\n"
        "  Who said what\n"
        "    [المرصد السوري لحقوق الإنسان] — affirm ([أكد]):\n"
        "      [داعش الإرهابي قتل 5 عناصر من قسد و20% منهم]\n"
        "  For and against\n"
        "    the author against [تنظيم الدولة الإسلامية]: [الإرهابي]\n"
        "  Figures\n"
        "    [5 عناصر] · [20%]\n"
    )


def test_colours() -> None:
    document = replace(FakeAnalyzer().analyze("داعش الإرهابي").document, id="2")
    assert shown(document, Terminal(100, colour=True)) == (
        "━━ \x1b[1m[2]\x1b[0m\n"
        "[داعش الإرهابي]\n"
        "  \x1b[1mWho it is about\x1b[0m\n"
        "    \x1b[33m[تنظيم الدولة الإسلامية]\x1b[0m (ARMED): named 1×\n"
        "  \x1b[1mFor and against\x1b[0m\n"
        "    the author \x1b[31magainst\x1b[0m [تنظيم الدولة الإسلامية]: [الإرهابي]\n"
    )


CHAIN = "نقلت رويترز عن مصدر عسكري أن قسد انسحبت"


def test_a_chain_names_its_links_and_one_who_reports_himself_is_none() -> None:
    acts = (
        Attribution("a1", Span(0, 4), Span(5, 11), (Span(12, 39),), "indirect", "state", "رويترز"),
        Attribution("a2", Span(12, 14), Span(15, 25), (Span(29, 39),), "direct", "deny", parent="a1"),
    )
    document = Document("", CHAIN, (Entity("e1", Span(29, 32), "ARMED", "قسد"),), acts, (Stance("a2", "e1", "favor"),))
    assert shown(document, Terminal(40)).splitlines()[4:] == [
        "  Who said what",
        "    [رويترز] — state ([نقلت]):",
        "      [عن مصدر عسكري أن قسد انسحبت]",
        "    [مصدر عسكري], through [رويترز] — deny",
        "    ([عن]), direct speech:",
        "      [قسد انسحبت]",
        "  For and against",
        "    [مصدر عسكري] for [قسد]",
    ]
    again = replace(document, attributions=(acts[0], replace(acts[1], speaker="رويترز")))
    assert "through" not in shown(again, Terminal(100))


def test_nothing_found() -> None:
    assert shown(Document("d", ""), Terminal()) == "━━ [d]\n"


def test_the_title_of_a_text_without_a_headline() -> None:
    assert title("\n  سطر قصير \nآخر") == "سطر قصير"
    assert title("") == ""


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(documents())
def test_no_line_is_wider_than_the_terminal_or_leaves_an_isolate_open(document: Document) -> None:
    acts = {act.id for act in document.attributions} | {"author"}
    held = replace(document, stances=tuple(s for s in document.stances if s.holder in acts))
    for line in digest(held, Terminal(40, colour=True)):
        assert cells(line) <= 40
        assert line.count("\u2068") == line.count("\u2069")
        assert line.count("\x1b[") == 2 * line.count("\x1b[0m")

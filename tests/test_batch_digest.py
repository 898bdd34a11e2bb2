"""The digest."""

import pytest

from serving.answer import answer
from serving.digest import digest, figure, isolate, title
from serving.offsets import OffsetUnit
from tests.fakes import INFO, FakeAnalyzer

TEXT = """icon
بعد الهجوم على سجن غويران في الحسكة
أكد المرصد السوري لحقوق الإنسان أن داعش الإرهابي قتل 5 عناصر من قسد و20% منهم"""


def test_what_a_reader_sees() -> None:
    answered = answer(FakeAnalyzer().analyze(TEXT), "001", OffsetUnit.CODEPOINT, INFO).model_dump(mode="json")
    shown = "\n".join(digest(TEXT, answered)).replace("\u2068", "[").replace("\u2069", "]")
    assert shown == (
        "━━ [001]\n"
        "[بعد الهجوم على سجن غويران في الحسكة]\n"
        "  Who it is about\n"
        "    [المرصد السوري لحقوق الإنسان] (ORG): named 1×, speaks 1×\n"
        "    [الحسكة] (GPE): named 1×\n"
        "    [تنظيم الدولة الإسلامية] (ARMED): named 1×\n"
        "    [قوات سوريا الديمقراطية] (ARMED): named 1×\n"
        "  Who said what\n"
        "    [المرصد السوري لحقوق الإنسان] — affirm ([أكد]): [داعش الإرهابي قتل 5 عناصر من قسد و20% منهم]\n"
        "  For and against\n"
        "    the author against [تنظيم الدولة الإسلامية]: [الإرهابي]\n"
        "  Figures\n"
        "    [5 عناصر] · [20%]\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("332 قتيل.", "332 قتيل"),
        ("90 في المئة من", "90 في المئة"),
        ("110 من معتقلي", "110 من معتقلي"),
        ("332.", "332"),
        ("332\nقتيل", "332"),
    ],
)
def test_a_figure_with_what_it_counts(text: str, expected: str) -> None:
    end = next(place for place, letter in enumerate(text) if not letter.isdigit())
    assert figure(text, {"text": text[:end], "end": end}) == expected


def test_controls_do_not_reach_the_terminal() -> None:
    assert isolate("أ\u202e\x1b[31m\u2069ب\nج") == "\u2068أ [31mب ج\u2069"
    assert isolate("كلمة " * 40) == "\u2068" + "كلمة " * 22 + "…\u2069"


def test_the_title_of_a_text_without_a_headline() -> None:
    assert title("\n  سطر قصير \nآخر") == "سطر قصير"
    assert title("") == ""

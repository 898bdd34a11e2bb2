from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from labels import Document, Entity, Span
from serving.decode import Found
from serving.manifest import ModelError
from serving.names import Lexicon, clean, key, names
from tests.effort import effort

EMPTY = Lexicon({})


def named(text: str, *mentions: tuple[str, str], lexicon: Lexicon = EMPTY) -> list[str | None]:
    """The names of the mentions (surface, label), sought in `text` one behind the other, or one within the other."""
    found: list[Found] = []
    at = 0
    for surface, label in mentions:
        start = text.index(surface, at)
        found.append(Found(Span(start, start + len(surface)), 0, 0, label, 1.0))
        at = start + 1
    return names(text, found, lexicon)


@pytest.mark.parametrize(
    ("surface", "name"),
    [
        ("سُورِيَّا", "سوريا"),
        ("سوريـــا", "سوريا"),
        ("تنظيم “الدولة الإسلامية", "تنظيم الدولة الإسلامية"),
        ("تنظيم”داعش", "تنظيم داعش"),
        ("مخيم\u00a0 الهول", "مخيم الهول"),
        ("رامي\u200f عبد\u200eالرحمن", "رامي عبدالرحمن"),
        ("ﺳﻮﺭﻳﺎ", "سوريا"),
        ("ا\u0654ربيل", "أربيل"),
        ("لبنان", "لبنان"),
        ("لقاء القاهرة", "لقاء القاهرة"),
    ],
)
def test_a_surface_as_a_name(surface: str, name: str) -> None:
    assert clean(surface, Span(0, len(surface))) == name


@pytest.mark.parametrize(
    ("word", "surface", "name"),
    [
        ("للتحالف الدولي", "لتحالف الدولي", "التحالف الدولي"),
        ("وللأمم المتحدة", "لأمم المتحدة", "الأمم المتحدة"),
        ("للأكراد", "لأكراد", "الأكراد"),
        ("للعراق", "لعراق", "العراق"),
        ("لِلعراق", "لعراق", "العراق"),
        ("ﻟﻠﻌﺮﺍﻕ", "ﻠﻌﺮﺍﻕ", "العراق"),
        ("للبنان", "لبنان", "لبنان"),
        ("لليبيا", "ليبيا", "ليبيا"),
        ("للواء القدس", "لواء القدس", "لواء القدس"),
        ("ولبنان", "لبنان", "لبنان"),
        ("قال لبنان", "لبنان", "لبنان"),
    ],
)
def test_the_article_behind_the_preposition(word: str, surface: str, name: str) -> None:
    text = f"انضم {word}"
    start = text.index(surface)
    assert clean(text, Span(start, start + len(surface))) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الأسايش", "الاسايش"),
        ("إدلب", "ادلب"),
        ("القاهرة", "القاهره"),
        ("مصطفى", "مصطفي"),
        ("مؤتة", "موتة"),
        ("عبدالملك الحوثي", "عبد الملك الحوثي"),
        ("الخوذ_البيضاء", "الخوذ البيضاء"),
        ("أميركا", "أمريكا"),
    ],
)
def test_spellings_of_one_key(one: str, other: str) -> None:
    assert one != other and key(one) == key(other)


def test_an_abbreviation_in_parentheses() -> None:
    text = "قوات سوريا الديمقراطية (قسد) انسحبت. وأعلنت قسد ذلك"
    full = "قوات سوريا الديمقراطية"
    mentions = ((full, "ARMED"), ("سوريا", "GPE"), ("قسد", "ARMED"), ("قسد", "ARMED"))
    assert named(text, *mentions) == [full, "سوريا", full, full]


@pytest.mark.parametrize(
    "alias", ["(الدولة الإسلامية)", " (“الدولة الإسلامية”)", "” (الدولة الإسلامية)", "\u00a0(الدولة الإسلامية)"]
)
def test_parentheses_and_quote_marks_between(alias: str) -> None:
    text = f"تنظيم داعش{alias} انسحب"
    found = named(text, ("تنظيم داعش", "ARMED"), ("الدولة الإسلامية", "ARMED"))
    assert found == ["الدولة الإسلامية", "الدولة الإسلامية"]


def test_the_shorter_first() -> None:
    text = "سجن غويران (سجن الصناعة المركزي)"
    assert named(text, ("سجن غويران", "FAC"), ("سجن الصناعة المركزي", "FAC")) == ["سجن الصناعة المركزي"] * 2


def test_parentheses_behind_a_country_or_of_another_label_are_no_alias() -> None:
    assert named("الحسكة (سوريا)", ("الحسكة", "GPE"), ("سوريا", "GPE")) == ["الحسكة", "سوريا"]
    assert named("قسد (سوريا)", ("قسد", "ARMED"), ("سوريا", "GPE")) == ["قسد", "سوريا"]


def test_a_surname_after_the_full_name() -> None:
    text = "التقى مظلوم عبدي والي المدينة. وقال عبدي إن رامي عبد الرحمن غاب"
    found = named(text, ("مظلوم عبدي", "PER"), ("عبدي", "PER"), ("عبدي", "PER"), ("رامي عبد الرحمن", "PER"))
    assert found == ["مظلوم عبدي", "مظلوم عبدي", "مظلوم عبدي", "رامي عبد الرحمن"]


def test_a_first_name_and_a_surname_before_the_full_name() -> None:
    found = named("عبدي ثم مظلوم ثم مظلوم عبدي", ("عبدي", "PER"), ("مظلوم", "PER"), ("مظلوم عبدي", "PER"))
    assert found == ["مظلوم عبدي"] * 3


def test_a_part_in_the_middle_is_not_joined() -> None:
    assert named("علي ثم أحمد علي حسن", ("علي", "PER"), ("أحمد علي حسن", "PER")) == ["علي", "أحمد علي حسن"]


def test_a_part_of_a_body_is_joined_where_there_is_one_fuller_name() -> None:
    assert named("الحشد الشعبي ثم الحشد", ("الحشد الشعبي", "ARMED"), ("الحشد", "ARMED")) == ["الحشد الشعبي"] * 2
    russian, turkish, bare = "وزارة الدفاع الروسية", "وزارة الدفاع التركية", "وزارة الدفاع"
    assert named(f"{russian} و{turkish} و{bare}", (russian, "ORG"), (turkish, "ORG"), (bare, "ORG")) == [
        russian,
        turkish,
        bare,
    ]
    assert named("ريف حلب ثم حلب", ("ريف حلب", "GPE"), ("حلب", "GPE")) == ["ريف حلب", "حلب"]


def test_spelling_variants_have_the_name_of_the_first_of_the_fullest() -> None:
    text = "الأسايش ثم الاسايش ثم الأَسايش"
    assert named(text, ("الأسايش", "ARMED"), ("الاسايش", "ARMED"), ("الأَسايش", "ARMED")) == ["الأسايش"] * 3


def test_of_two_spellings_the_one_with_hamzas_names() -> None:
    found = named("ابو بكر البغدادي ثم أبو بكر البغدادي", ("ابو بكر البغدادي", "PER"), ("أبو بكر البغدادي", "PER"))
    assert found == ["أبو بكر البغدادي"] * 2


def test_each_word_of_the_fullest_is_spelt_as_best_it_is() -> None:
    found = named("أفيخاي ادرعي ثم أدرعي", ("أفيخاي ادرعي", "PER"), ("أدرعي", "PER"))
    assert found == ["أفيخاي أدرعي"] * 2


def test_what_a_thing_is_drops_before_a_name_that_stands_alone() -> None:
    both = ("ميليشيات الحشد الشعبي", "ARMED"), ("الحشد الشعبي", "ARMED")
    assert named("ميليشيات الحشد الشعبي والحشد الشعبي", *both) == ["الحشد الشعبي"] * 2
    assert named("موقع العهد", ("موقع العهد", "MEDIA")) == ["موقع العهد"]


def test_with_and_without_the_preposition() -> None:
    text = "للعراق حدود. والعراق يحرسها"
    assert named(text, ("لعراق", "GPE"), ("العراق", "GPE")) == ["العراق", "العراق"]


def test_one_surface_under_two_labels_is_two_things() -> None:
    text = "سجن الصناعة (غويران) في حي غويران"
    mentions = (("سجن الصناعة", "FAC"), ("غويران", "FAC"), ("غويران", "LOC"))
    assert named(text, *mentions) == ["سجن الصناعة", "سجن الصناعة", "غويران"]


def test_figures_days_and_weapons_have_no_name() -> None:
    assert named("أمس 12 دبابة", ("أمس", "DATE"), ("12", "NUM"), ("دبابة", "WEAPON")) == [None, None, None]


def test_no_entities() -> None:
    assert names("قسد", [], EMPTY) == []


KNOWN = Lexicon({"ARMED": {"داعش": "تنظيم الدولة الإسلامية", "تنظيم الدوله": "تنظيم الدولة الإسلامية"}})


def test_the_lexicon_joins_and_names() -> None:
    text = "داعش أو تنظيم “الدولة” أو تنظيم الدولة الإسلامية أو قسد"
    mentions = (("داعش", "ARMED"), ("تنظيم “الدولة", "ARMED"), ("تنظيم الدولة الإسلامية", "ARMED"), ("قسد", "ARMED"))
    assert named(text, *mentions, lexicon=KNOWN) == ["تنظيم الدولة الإسلامية"] * 3 + ["قسد"]


def test_the_lexicon_knows_a_name_under_its_label_alone() -> None:
    assert named("داعش", ("داعش", "PER"), lexicon=KNOWN) == ["داعش"]


def test_a_known_surname_does_not_rename_the_full_name_beside_it() -> None:
    known = Lexicon({"PER": {"شاهين": "هدى شاهين"}, "ARMED": {"الحزب": "حزب الله"}})
    mentions = (("محمد شاهين", "PER"), ("شاهين", "PER"), ("الحزب التركستاني", "ARMED"), ("الحزب", "ARMED"))
    found = named("محمد شاهين أو شاهين أو الحزب التركستاني أو الحزب", *mentions, lexicon=known)
    # A body is mostly called by one name, whatever it is called beside.
    assert found == ["محمد شاهين", "محمد شاهين", "حزب الله", "حزب الله"]
    assert named("شاهين", ("شاهين", "PER"), lexicon=known) == ["هدى شاهين"]


@pytest.mark.parametrize(
    ("label", "gap", "surface"),
    [
        ("GPE", " و", lambda _: "سوريا"),
        ("PER", " و", lambda number: f"عبدي{number}"),
        ("PER", " و", lambda number: f"مظلوم{number} عبدي" if number % 2 else "عبدي"),
        ("PER", " (", lambda number: f"عبدي{number}"),
        ("ORG", " و", lambda number: f"وزارة {number}" if number % 2 else "وزارة"),
        ("ORG", " (", lambda number: f"وزارة {number}" if number % 2 else "وزارة"),
    ],
)
def test_twice_the_mentions_are_twice_the_work(label: str, gap: str, surface: Callable[[int], str]) -> None:
    def work(count: int) -> int:
        surfaces = [surface(number) for number in range(count)]
        found: list[Found] = []
        at = 0
        for one in surfaces:
            found.append(Found(Span(at, at + len(one)), 0, 0, label, 1.0))
            at += len(one + gap)
        return effort(partial(names, gap.join(surfaces), found, EMPTY))

    assert work(400) < 2.2 * work(200)


def document(number: int, surface: str, name: str | None, label: str = "ARMED") -> Document:
    text = f"أعلن {surface}"
    return Document(f"d{number}", text, (Entity("e1", Span(5, len(text)), label, name),))


def test_counting_a_lexicon() -> None:
    sdf = "قوات سوريا الديمقراطية"
    learned = [
        document(1, "قسد", sdf),
        document(2, "قسد", sdf),
        document(3, "قسد", "قسد"),
        document(4, "الأسايش", "قوى الأمن الداخلي"),
        document(5, "الاسايش", "قوى الأمن الداخلي"),
        document(6, "داعش", "تنظيم الدولة الإسلامية"),
        document(7, "التنظيم", "تنظيم الدولة الإسلامية"),
        document(8, "التنظيم", "تنظيم الدولة الإسلامية"),
        document(9, "التنظيم", "تنظيم القاعدة"),
        document(10, "التنظيم", "تنظيم القاعدة"),
        document(11, "أمس", None, "DATE"),
    ]
    counted = Lexicon.count(learned, least=2)
    assert counted.entries["ARMED"] == {"الاسايش": "قوى الأمن الداخلي", "قسد": sdf}
    assert (counted.get("ARMED", "قسد"), counted.get("ORG", "قسد"), counted.get("DATE", "أمس")) == (sdf, None, None)


def test_a_document_counts_once() -> None:
    text = "قسد قسد"
    mentions = (Entity("e1", Span(0, 3), "ARMED", "س"), Entity("e2", Span(4, 7), "ARMED", "س"))
    assert Lexicon.count([Document("d", text, mentions)], least=2).get("ARMED", "قسد") is None
    assert Lexicon.count([Document("d", text, mentions)]).get("ARMED", "قسد") == "س"


def test_a_lexicon_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "names.json"
    KNOWN.write(path)
    assert Lexicon.read(path) == KNOWN
    assert "داعش" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [None, b"{", b"\xff", b"12"])
def test_a_file_that_is_no_lexicon(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "names.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=r"names\.json: not a lexicon of names"):
        Lexicon.read(path)

from dataclasses import replace

import pytest
from hypothesis import given

from labels import Attribution, Document, Entity, Span, Stance
from labels.diff import diff
from tests.documents import documents

TEXT = "أكدت قسد أن 3 من داعش فروا\n\nقسد بخير\u202e\nوأضاف"
SDF, IS = "قوات سوريا الديمقراطية", "تنظيم الدولة الإسلامية"
A = Document(
    "d1",
    TEXT,
    (
        Entity("e1", Span(5, 8), "ARMED", SDF),
        Entity("e2", Span(12, 13), "NUM"),
        Entity("e3", Span(17, 21), "ARMED", IS),
        Entity("e4", Span(28, 31), "ARMED", SDF),
    ),
    (
        Attribution("a1", Span(0, 4), Span(5, 8), (Span(12, 26),), "indirect", "affirm", SDF),
        Attribution("a2", Span(39, 43), None, (Span(28, 36),), "direct", "state", parent="a1"),
    ),
    (Stance("a1", "e3", "against", Span(17, 26)),),
)
B = replace(
    A,
    entities=(
        Entity("x3", Span(17, 21), "ARMED", IS),
        Entity("x1", Span(5, 8), "ORG", "قسد"),
        Entity("x4", Span(28, 37), "ARMED", SDF),
        Entity("x5", Span(32, 36), "PER"),
    ),
    attributions=(Attribution("b1", Span(0, 4), None, (Span(12, 13), Span(17, 26)), "indirect", "state", None),),
    stances=(Stance("author", "x3", "against"), Stance("b1", "x1", "favor", Span(5, 8))),
)


def test_all_that_differs_is_shown_side_by_side() -> None:
    assert list(diff(A, B)) == [
        "document «d1»",
        "entity       1 the same, 2 different, 1 only in A, 1 only in B",
        "attribution  0 the same, 1 different, 1 only in A, 0 only in B",
        "stance       0 the same, 1 different, 0 only in A, 1 only in B",
        "",
        "             A        B",
        "entity       5:8      5:8          «قسد»",
        "  label      ARMED    ORG",
        "  name       below    below",
        "    A  «قوات سوريا الديمقراطية»",
        "    B  «قسد»",
        "entity       12:13    -            «3»",
        "  label      NUM      -",
        "entity       28:31    28:37        «قسد بخير\\u202e»",
        "entity       -        32:36        «بخير»",
        "  label      -        PER",
        "attribution  0:4      0:4          «أكدت»",
        "  force      affirm   state",
        "  speaker    below    -",
        "    A  «قوات سوريا الديمقراطية»",
        "  source     5:8      -",
        "    A  «قسد»",
        "  contents   12:26    12:13 17:26",
        "    A  «3 من داعش فروا»",
        "    B  «3»",
        "    B  «داعش فروا»",
        "attribution  39:43    -            «أضاف»",
        "  force      state    -",
        "  mode       direct   -",
        "  parent     act 0:4  -",
        "  contents   28:36    -",
        "    A  «قسد بخير»",
        "stance       -        5:8          «قسد»",
        "  polarity   -        favor",
        "  holder     -        act 0:4",
        "  evidence   -        5:8",
        "    B  «قسد»",
        "stance       17:21    17:21        «داعش»",
        "  holder     act 0:4  author",
        "  evidence   17:26    -",
        "    A  «داعش فروا»",
    ]


def test_nothing_but_counts_is_shown_where_nothing_differs() -> None:
    renamed = replace(
        A,
        entities=tuple(replace(entity, id=f"x{entity.id}") for entity in reversed(A.entities)),
        attributions=tuple(
            replace(act, id=f"x{act.id}", parent=act.parent and f"x{act.parent}") for act in A.attributions
        ),
        stances=(Stance("xa1", "xe3", "against", Span(17, 26)),),
    )
    assert list(diff(A, renamed)) == [
        "document «d1»",
        "entity       4 the same, 0 different, 0 only in A, 0 only in B",
        "attribution  2 the same, 0 different, 0 only in A, 0 only in B",
        "stance       1 the same, 0 different, 0 only in A, 0 only in B",
    ]


def test_another_parent_is_a_difference() -> None:
    other = replace(A, attributions=(A.attributions[0], replace(A.attributions[1], parent=None)))
    assert list(diff(A, other))[4:] == [
        "",
        "             A        B",
        "attribution  39:43    39:43  «أضاف»",
        "  parent     act 0:4  -",
    ]


def test_a_parent_that_only_one_has_is_a_difference() -> None:
    other = replace(A, attributions=(replace(A.attributions[1], parent=None),), stances=())
    assert "  parent     act 0:4   -" in list(diff(A, other))


def test_stances_on_one_mention_are_laid_against_those_of_the_same_holder() -> None:
    one = replace(A, stances=(Stance("author", "e3", "against"), Stance("a1", "e3", "favor")))
    other = replace(A, stances=(Stance("a1", "e3", "against"), Stance("author", "e3", "favor")))
    assert list(diff(one, other))[3:] == [
        "stance       0 the same, 2 different, 0 only in A, 0 only in B",
        "",
        "            A        B",
        "stance      17:21    17:21    «داعش»",
        "  polarity  against  favor",
        "stance      17:21    17:21    «داعش»",
        "  polarity  favor    against",
    ]


@given(documents(), documents())
def test_a_line_begins_with_latin_and_ends_with_its_only_text(a: Document, b: Document) -> None:
    for line in diff(a, replace(b, id=a.id, text=a.text)):
        columns, mark, text = line.partition("«")
        assert columns.isascii()
        assert not columns.strip() or columns.strip()[0].isalpha()
        assert not mark or text.endswith("»")
        assert not set(line) & set("\n\r\t\u200e\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2068\x1b\u2028")


def test_other_texts_are_refused() -> None:
    with pytest.raises(ValueError) as caught:
        list(diff(A, replace(A, text="نص")))
    assert str(caught.value) == "document d1: the two are of different texts"

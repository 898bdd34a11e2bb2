import tracemalloc
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import Span
from serving.names import clean
from serving.words import Word, words

# What the invariants are tried on: letters with and without marks of their own, marks, tatweel, joiners, bidi controls,
# presentation forms, digits of three kinds, quotes, signs that compose, emoji, all kinds of white space.
_ALPHABET = (
    "ابتدسشصكلمنهويىةأإآؤئءٱیکہۀۂpqéÄñﬁşйΐΏ"
    "\u064b\u064e\u064f\u0650\u0651\u0652\u0653\u0654\u0655\u0670\u0301\u0308\u0327\u0338"
    "\u0640\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff\u202a\u202b\u202c\u202e\u2066\u2069\u00ad\ufe0f"
    "ﷲﷺﻻﻷﺍﺲﻬ019٣٤۵½²”“\"«»'’()[]،.:/-=<≠_%٪😀🇸👨❤\u00a0 \t\r\n\u2028"
)
_TEXTS = st.text(st.sampled_from(_ALPHABET), max_size=40)


def forms(text: str) -> list[str]:
    return [word.form for word in words(text)]


def surfaces(text: str) -> list[str]:
    return [word.span.of(text) for word in words(text)]


def test_letters_digits_and_signs_are_words_of_their_own() -> None:
    text = "قتل 332 في غويران، 20/1/2022."
    assert forms(text) == ["قتل", "332", "في", "غويران", "،", "20", "/", "1", "/", "2022", "."]
    assert surfaces(text) == forms(text)
    assert words(text)[3] == Word(Span(11, 17), "غويران", (11, 12, 13, 14, 15, 16), 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("سُورِيَّا", Word(Span(0, 9), "سوريا", (0, 2, 3, 5, 8), 0)),
        ("وَقسد", Word(Span(0, 5), "وقسد", (0, 2, 3, 4), 0)),
        ("قسدٌ", Word(Span(0, 4), "قسد", (0, 1, 2), 0)),
        ("سوريـــا", Word(Span(0, 8), "سوريا", (0, 1, 2, 3, 7), 0)),
        ("مـن\u200cـا", Word(Span(0, 6), "منا", (0, 2, 5), 0)),
        ("ﷲ", Word(Span(0, 1), "الله", (0, 0, 0, 0), 0)),
        ("ﻻجئون", Word(Span(0, 5), "لاجئون", (0, 0, 1, 2, 3, 4), 0)),
        ("ﺳﻮﺭﻳﺎ", Word(Span(0, 5), "سوريا", (0, 1, 2, 3, 4), 0)),
        ("ا\u0654كد", Word(Span(0, 4), "أكد", (0, 2, 3), 0)),
        ("ا\u0651\u0654كد", Word(Span(0, 5), "أكد", (0, 3, 4), 0)),
        ("کردی", Word(Span(0, 4), "كردي", (0, 1, 2, 3), 0)),
        ("٣٣٢", Word(Span(0, 3), "332", (0, 1, 2), 0)),
        ("۵", Word(Span(0, 1), "5", (0,), 0)),
        ("٪", Word(Span(0, 1), "%", (0,), 0)),
        ("cafe\u0301", Word(Span(0, 5), "café", (0, 1, 2, 3), 0)),
        ("❤\ufe0f", Word(Span(0, 2), "❤", (0,), 0)),
    ],
)
def test_one_word(text: str, expected: Word) -> None:
    assert words(text) == [expected]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\u200fقسد\u200f", ["قسد"]),
        ("\u202bقسد\u202c", ["قسد"]),
        ("\u2066قسد\u2069", ["قسد"]),
        ("\ufeffقسد", ["قسد"]),
        ("قسد\u200b ", ["قسد"]),
        ("ـقسد", ["قسد"]),
        ("\u064eقسد", ["قسد"]),
        ("مخيم\u00a0الهول", ["مخيم", "الهول"]),
        ("😀قسد😀", ["😀", "قسد", "😀"]),
        ("🇸🇾", ["🇸", "🇾"]),
        ("👨\u200d👧", ["👨", "👧"]),
        ("و”قسد”", ["و", "”", "قسد", "”"]),
        ("تنظيم”داعش”", ["تنظيم", "”", "داعش", "”"]),
        ("“قسد", ["“", "قسد"]),
        ('«قسد"', ["«", "قسد", '"']),
        ("عام2014م", ["عام", "2014", "م"]),
        ("ب332", ["ب", "332"]),
        ("F16", ["F", "16"]),
        ("a_b", ["a", "_", "b"]),
        ("(قسد)", ["(", "قسد", ")"]),
    ],
)
def test_where_words_begin_and_end(text: str, found: list[str]) -> None:
    assert surfaces(text) == found


@pytest.mark.parametrize("text", ["", " \r\n\u00a0\t", "\u064e", "\u0640\u0640", "\u200f\u202b\ufeff", "\ufe0f"])
def test_nothing_visible_is_no_word(text: str) -> None:
    assert words(text) == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines(end: str) -> None:
    text = f"قسد تنفي{end}{end}أمس{end}"
    assert [(w.form, w.line) for w in words(text)] == [("قسد", 0), ("تنفي", 0), ("أمس", 2)]


def test_a_sign_and_what_is_combined_with_it_are_one_word_in_either_form() -> None:
    assert (forms("≠"), forms("=\u0338"), surfaces("=\u0338")) == (["≠"], ["≠"], ["=\u0338"])


def test_nothing_of_a_long_word_is_left_in_memory() -> None:
    tracemalloc.start()
    try:
        for letter in "ابتثجحخدذر":
            assert forms(letter * 20_000) == [letter * 20_000]
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()


@given(_TEXTS)
def test_spans_increase_and_are_disjoint(text: str) -> None:
    found = words(text)
    assert all(word.span.start < word.span.end <= len(text) for word in found)
    assert all(a.span.end <= b.span.start and a.line <= b.line for a, b in pairwise(found))
    assert [word.line for word in found] == [text.count("\n", 0, word.span.start) for word in found]


@given(_TEXTS)
def test_every_visible_character_is_in_a_word(text: str) -> None:
    covered = {at for word in words(text) for at in range(*word.span)}
    assert [at for at, char in enumerate(text) if _is_visible(char) and at not in covered] == []


@given(_TEXTS)
def test_places_are_those_of_the_form(text: str) -> None:
    for word in words(text):
        assert len(word.places) == len(word.form) > 0
        assert list(word.places) == sorted(word.places)
        assert word.places[0] == word.span.start and word.places[-1] < word.span.end


@given(_TEXTS)
def test_no_span_holds_white_space_or_begins_or_ends_invisibly(text: str) -> None:
    for surface in surfaces(text):
        assert not any(char.isspace() for char in surface)
        assert _is_visible(surface[0])
        assert surface[-1] not in "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


@given(_TEXTS)
def test_composed_and_decomposed_texts_have_the_same_words(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert forms(composed) == forms(decomposed)
    assert forms(composed) == forms(text)


@given(_TEXTS)
def test_a_word_read_alone_has_the_same_form(text: str) -> None:
    for word in words(text):
        assert forms(word.span.of(text)) == [word.form]


def _is_visible(char: str) -> bool:
    """Whether a character has a form of its own: more than white space, marks, tatweel and controls."""
    return any(
        unicodedata.category(c) not in {"Mn", "Me", "Cf", "Cc"} and not c.isspace() and c != "\u0640"
        for c in unicodedata.normalize("NFKC", char)
    )


def test_of_the_marks_heaped_on_a_letter_thirty_are_composed_with_it() -> None:
    # Of alternating classes, which normalising puts in order, in time that grows with the square of their number.
    for marks, form in (
        ("\u0654", "أ"),
        ("\u064e\u0650" * 14 + "\u0654", "أ"),
        ("\u064e\u0650" * 100_000 + "\u0654", "ا"),
    ):
        (word,) = words("ا" + marks)
        assert (word.form, word.span) == (form, Span(0, 1 + len(marks)))
        assert clean("ا" + marks, word.span) == form

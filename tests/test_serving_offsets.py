"""Offsets in the three units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.offsets import OffsetUnit, offsets, surrogate

TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("قسد\u064e\u0640\u200f\u200c\u00a0\ufefbé𝒜🇸🇾👩\u200d🚀\r\n“"),
    )
)


def test_a_letter_a_mark_and_an_emoji_in_each_unit() -> None:
    text = "aق😀é"
    assert list(offsets(text, OffsetUnit.CODEPOINT)) == [0, 1, 2, 3, 4]
    assert list(offsets(text, OffsetUnit.UTF16)) == [0, 1, 2, 4, 5]
    assert list(offsets(text, OffsetUnit.BYTE)) == [0, 1, 3, 7, 9]


@pytest.mark.parametrize("unit", OffsetUnit)
def test_the_empty_text_has_one_place(unit: OffsetUnit) -> None:
    assert list(offsets("", unit)) == [0]


@given(TEXTS, st.data())
def test_a_slice_in_any_unit_is_the_slice_in_code_points(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    by_byte, by_unit = offsets(text, OffsetUnit.BYTE), offsets(text, OffsetUnit.UTF16)
    assert text.encode()[by_byte[start] : by_byte[end]].decode() == text[start:end]
    units = text.encode("utf-16-le")[2 * by_unit[start] : 2 * by_unit[end]]
    assert units.decode("utf-16-le") == text[start:end]


@given(TEXTS)
def test_the_last_offset_is_the_length(text: str) -> None:
    assert offsets(text, OffsetUnit.BYTE)[len(text)] == len(text.encode())
    assert offsets(text, OffsetUnit.UTF16)[len(text)] == len(text.encode("utf-16-le")) // 2


@given(TEXTS, TEXTS, st.characters(categories=["Cs"]))
def test_the_first_lone_surrogate_is_found(before: str, after: str, lone: str) -> None:
    assert surrogate(before + lone + after) == len(before)
    assert surrogate(before + after) is None

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.windows import MARGIN, WINDOW, Window, windows
from serving.words import Word, words
from tests.tiny import FIRST, LAST, UNKNOWN, speller, spelt

LONGEST = 24
TOKENIZER = speller()


def cut(text: str) -> list[Window]:
    return windows(words(text), TOKENIZER)


def prose(count: int, longest: int, seed: int = 1, line: int = 9) -> str:
    """`count` words of 1 to `longest` letters, `line` to a line."""
    choose = random.Random(seed)
    made = ["".join(choose.choices("ابتثجحخدذرزسش", k=choose.randint(1, longest))) for _ in range(count)]
    return "\n".join(" ".join(made[at : at + line]) for at in range(0, count, line))


def hold(found: list[Word], cut: list[Window], size: int, margin: int) -> None:
    """All that `windows` promises."""
    assert [w for window in cut for w in range(window.start, window.end)] == list(range(len(found)))
    for window in cut:
        ids = window.ids.tolist()
        assert len(ids) <= size and ids[0] == FIRST and ids[-1] == LAST
        assert len(window.first) == window.end - window.start
        for word, at in zip(range(window.start, window.end), window.first.tolist(), strict=True):
            own = spelt(found[word].form)[:LONGEST]
            assert ids[at : at + len(own)] == own
            breaks = word > 0 and found[word].line > found[word - 1].line
            assert (ids[at - 1] == LAST) == breaks
            assert window is cut[0] or at - 1 >= margin
            assert window is cut[-1] or len(ids) - 1 - (at + len(own)) >= margin


def test_no_words_no_windows() -> None:
    assert cut("") == cut(" \n\u200f") == []


def test_one_window_by_hand() -> None:
    (window,) = cut("قسد تنفي\n«أمس»")
    q, s, d, t, n, f, y = spelt("قسدتنفي")
    a, m, e = spelt("أمس")
    begin, end = spelt("«»")
    assert window.ids.tolist() == [FIRST, q, s, d, t, n, f, y, LAST, begin, a, m, e, end, LAST]
    assert (window.first.tolist(), window.start, window.end) == ([1, 4, 9, 10, 13], 0, 5)
    assert window.ids.dtype == window.first.dtype == np.dtype(np.int64)


def test_the_first_line_has_no_separator_before_it() -> None:
    (window,) = cut("\n\nقسد")
    assert window.ids.tolist() == [FIRST, *spelt("قسد"), LAST]


def test_empty_lines_make_one_separator() -> None:
    (window,) = cut("قسد\n\n\nأمس")
    assert window.ids.tolist() == [FIRST, *spelt("قسد"), LAST, *spelt("أمس"), LAST]


def test_what_the_tokenizer_does_not_know() -> None:
    (window,) = cut("😀قسد")
    assert (window.ids.tolist(), window.first.tolist()) == ([FIRST, UNKNOWN, *spelt("قسد"), LAST], [1, 2])


def test_of_a_very_long_word_only_the_beginning_is_read() -> None:
    found = words("ا" * 5000 + " قسد")
    (window,) = windows(found, TOKENIZER)
    assert window.ids.tolist() == [FIRST, *spelt("ا" * LONGEST), *spelt("قسد"), LAST]
    assert window.first.tolist() == [1, 25]
    assert found[0].span == (0, 5000)


@pytest.mark.parametrize(("count", "number"), [(WINDOW - 2, 1), (WINDOW - 1, 2), (2 * WINDOW, 3)])
def test_as_few_windows_as_will_do(count: int, number: int) -> None:
    found = words("\u00a0".join("ا" * count))
    made = windows(found, TOKENIZER)
    assert len(made) == number
    hold(found, made, WINDOW, MARGIN)


@pytest.mark.parametrize(("longest", "line"), [(3, 9), (8, 1), (30, 40), (60, 2)])
def test_a_long_text(longest: int, line: int) -> None:
    found = words(prose(3000, longest, line=line))
    made = windows(found, TOKENIZER)
    assert len(made) > 10
    hold(found, made, WINDOW, MARGIN)


def test_the_longest_words_leave_as_much_context() -> None:
    for count in range(20, 90):
        found = words("\n".join(["ا" * 99] * count))
        hold(found, windows(found, TOKENIZER), WINDOW, MARGIN)


@given(
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from([" ", "\n"])), max_size=60),
    st.integers(107, 140),
)
def test_any_text_in_small_windows(lengths: list[tuple[int, str]], size: int) -> None:
    found = words("".join("ب" * length + gap for length, gap in lengths))
    hold(found, windows(found, TOKENIZER, size, 4), size, 4)

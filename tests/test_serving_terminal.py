"""Lines for a terminal: columns counted, directions kept apart, colours where there are any."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.grid import grid
from serving.terminal import Terminal, cells, isolate, shortened, wrapped
from tests.documents import CHARACTERS


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("كتاب", 4), ("كِتَابٌ", 4), ("قـــسد", 6), ("\u2068قسد\u2069", 3), ("\x1b[31mقسد\x1b[0m", 3), ("漢字", 4)],
)
def test_columns(text: str, columns: int) -> None:
    assert cells(text) == columns


def test_controls_do_not_reach_the_terminal() -> None:
    assert isolate("أ\u202e\x1b[31m\u2069ب\nج") == "\u2068أ [31mب ج\u2069"


@pytest.mark.parametrize(
    ("text", "longest", "short"),
    [
        ("كلمة كلمة", 9, "كلمة كلمة"),
        ("كلمة كلمة", 8, "كلمة …"),
        ("كَلِمَة كلمة", 9, "كَلِمَة كلمة"),
        ("كلمةكلمة", 6, "كلمة …"),
    ],
)
def test_shortened(text: str, longest: int, short: str) -> None:
    assert shortened(text, longest) == short


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("قسد وداعش", 9, ["قسد وداعش"]),
        ("قسد وداعش", 8, ["قسد", "وداعش"]),
        ("\u2068قسد وداعش\u2069 2×", 8, ["\u2068قسد\u2069", "\u2068وداعش\u2069 2×"]),
        (
            "\x1b[31m\u2068قسد وداعش\u2069\x1b[0m",
            5,
            ["\x1b[31m\u2068قسد\u2069\x1b[0m", "\x1b[31m\u2068وداعش\u2069\x1b[0m"],
        ),
        ("\u2068وداعشكلها\u2069", 5, ["\u2068وداعش\u2069", "\u2068كلها\u2069"]),
        ("", 8, [""]),
    ],
)
def test_wrapped(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


@given(st.text(CHARACTERS), st.integers(2, 20))
def test_wrapping_loses_no_letter_and_keeps_the_width(text: str, width: int) -> None:
    lines = wrapped(isolate(text), width)
    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).translate({0x2068: None, 0x2069: None, 0x20: None}) == isolate(text)[1:-1].replace(" ", "")


@pytest.mark.parametrize(
    ("stream", "environment", "terminal"),
    [
        (Tty(), {"COLUMNS": "132"}, Terminal(132, True)),
        (Tty(), {"COLUMNS": "132", "NO_COLOR": "1"}, Terminal(132, False)),
        (Tty(), {"COLUMNS": "132", "NO_COLOR": ""}, Terminal(132, True)),
        (Tty(), {"COLUMNS": "9", "TERM": "dumb"}, Terminal(40, False)),
        (io.StringIO(), {}, Terminal(100, False)),
        (io.StringIO(), {"COLUMNS": "60"}, Terminal(60, False)),
    ],
)
def test_what_a_stream_is(stream: io.StringIO, environment: dict[str, str], terminal: Terminal) -> None:
    assert Terminal.of(stream, environment) == terminal


def test_paint() -> None:
    assert Terminal(colour=True).paint("x", "red") == "\x1b[31mx\x1b[0m"
    assert Terminal(colour=True).paint("x", None) == "x"
    assert Terminal().paint("x", "red") == "x"


def test_a_table_of_both_directions() -> None:
    rows = [[["الاسم", "ORG"], ["\u2068قسد\u2069 8× · \u2068قوات\u2069 1×"]], [["–"], []]]
    lines = [line.replace("\u2068", "[").replace("\u2069", "]") for line in grid(["", "أ"], rows, [6, 8], Terminal())]
    assert lines == [
        "        [[أ]]",
        "────────────────",
        "[الاسم]   [[قسد] 8× ·]",
        "[ORG]     [[قوات] 1×]",
        "────────────────",
        "[–]",
    ]

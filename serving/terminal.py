"""Lines for people at a terminal: directions kept apart, columns counted, colours where there are any.

Arabic stands in Unicode isolates, so that a terminal that lays out right-to-left text keeps what surrounds it in its
place; one that does not ignores them. Marks of direction and of colour take no column.
"""

import os
import re
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TextIO

_ISOLATE: Final = "\u2068"
_END: Final = "\u2069"
_RESET: Final = "\x1b[0m"
_MARKUP: Final = re.compile(r"\x1b\[[\d;]*m|[\u2068\u2069]")
_STYLES: Final = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}
LABEL_STYLES: Final = {
    "PER": "cyan",
    "NORP": "magenta",
    "ORG": "blue",
    "ARMED": "yellow",
    "MEDIA": "magenta",
    "GPE": "green",
}
"""The styles of the labels that actors have."""
SIDES: Final = {"favor": ("for", "green"), "against": ("against", "red")}
"""The words and the styles of the polarities."""
_WIDTH: Final = 100
_NARROWEST: Final = 40


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where lines go: how many columns it has, and whether it shows colours."""

    width: int = _WIDTH
    colour: bool = False

    @classmethod
    def of(cls, stream: TextIO, environment: Mapping[str, str] = os.environ) -> "Terminal":
        """What `stream` is. Colours need a terminal and no NO_COLOR; COLUMNS goes before the terminal's own width, and
        what is no terminal has 100 columns."""
        tty = stream.isatty()
        colour = tty and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
        named = environment.get("COLUMNS", "")
        width = int(named) if named.isdecimal() else shutil.get_terminal_size((_WIDTH, 24)).columns if tty else _WIDTH
        return cls(max(width, _NARROWEST), colour)

    def paint(self, text: str, style: str | None) -> str:
        """`text` in a style ("bold", "dim" or a colour), where there are colours."""
        return f"\x1b[{_STYLES[style]}m{text}{_RESET}" if self.colour and style else text


def plain(text: str) -> str:
    """`text` on one line, without controls, marks of direction and other characters that nobody sees."""
    kept = "".join(c if c.isprintable() else " " for c in text if unicodedata.category(c) != "Cf")
    return " ".join(kept.split())


def isolate(text: str) -> str:
    """`text` made plain and set apart from the direction of what is around it."""
    return f"{_ISOLATE}{plain(text)}{_END}"


def cells(text: str) -> int:
    """How many columns `text` takes: vowel marks and markup none, wide characters two."""
    return sum(map(_cells, _MARKUP.sub("", text)))


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shortened(text: str, longest: int) -> str:
    """Plain `text` in at most `longest` columns, cut behind a word and closed with "…" where it is longer."""
    if cells(text) <= longest:
        return text
    return f"{next(_lines(text, longest - 2))} …"


def wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns, broken between words; isolates and styles that go over a break are
    closed before it and opened again behind it. A word that is wider is broken itself."""
    lines: list[str] = []
    opened: list[str] = []
    for line in _lines(text, width):
        begun = "".join(opened)
        for mark in _MARKUP.findall(line):
            if mark in (_END, _RESET):
                opened.pop()
            else:
                opened.append(mark)
        lines.append(begun + line + "".join(_END if mark == _ISOLATE else _RESET for mark in reversed(opened)))
    return lines


def _lines(text: str, width: int) -> Iterator[str]:
    """The lines as they are, markup where it falls."""
    line, used = "", 0
    for word in text.split(" "):
        size = cells(word)
        if line and used + 1 + size > width:
            yield line
            line, used = "", 0
        if line:
            line, used = f"{line} {word}", used + 1 + size
            continue
        for piece in re.findall(rf"{_MARKUP.pattern}|.", word):
            size = cells(piece)
            if used + size > width:
                yield line
                line, used = "", 0
            line, used = line + piece, used + size
    yield line

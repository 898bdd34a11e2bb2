"""Offsets of code points in other units."""

import re
from array import array
from collections.abc import Sequence
from enum import StrEnum
from itertools import accumulate

_SURROGATE = re.compile("[\ud800-\udfff]")


class OffsetUnit(StrEnum):
    """What an answer's offsets count: Unicode code points, UTF-16 code units or UTF-8 bytes."""

    CODEPOINT = "codepoint"
    UTF16 = "utf16"
    BYTE = "byte"


def surrogate(text: str) -> int | None:
    """The code point offset of the first lone surrogate, which has no form in UTF-8; `None` when there is none."""
    found = _SURROGATE.search(text)
    return found.start() if found else None


def offsets(text: str, unit: OffsetUnit) -> Sequence[int]:
    """A table from code point offsets to offsets in `unit`: `len(text) + 1` entries, made in one pass.

    `text` holds no lone surrogate.
    """
    if unit is OffsetUnit.CODEPOINT or text.isascii():
        return range(len(text) + 1)
    width = _utf16_width if unit is OffsetUnit.UTF16 else _byte_width
    return array("Q", accumulate(map(width, text), initial=0))


def _utf16_width(character: str) -> int:
    return 1 if character < "\U00010000" else 2


def _byte_width(character: str) -> int:
    if character < "\x80":
        return 1
    if character < "\u0800":
        return 2
    return 3 if character < "\U00010000" else 4

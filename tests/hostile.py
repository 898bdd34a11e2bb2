"""Input as it should never come: texts, JSON and requests made to break what reads them."""

import json
from collections.abc import Sequence
from copy import deepcopy
from random import Random
from typing import Any

SENTENCES = (
    "وأكد المرصد السوري لحقوق الإنسان أن تنظيم داعش هاجم سجن غويران في الحسكة.",
    "قال المرصد السوري لحقوق الإنسان إن داعش الإرهابي هاجم سجن غويران، وقال قسد إن 23 قتلوا",
    "\u200fقـــسد “😀” و”داعش”.. ٢٠٢٢/١/٢٠\r\n",
)
PIECES = (
    *SENTENCES,
    *("\x00", "\x1b[31m", "\r\n", "\u2028", "\x85", "\ufeff", "\ufffe", "\U0010ffff", "\u0378"),
    *("\u202e", "\u202d\u2066", "\u2069\u202c", "\u200f\u200e", "\u061c", "\u200b", "\u200d", "\u2060"),
    *("\u0640" * 50, "\u064b\u0651" * 30, "\u0301" * 300, "\u0489" * 40, "\u20dd"),
    *("👨‍👩‍👧‍👦", "🇸🇾🇮🇶", "👍🏿", "☝️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣"),
    *("ﷺ", "ﷲ", "ﻻ", "ﬃ", "Ⅷ", "①", "㍿", "ﾊﾟ", "𝟛", "٣", "߃", "ǅ", "ß", "İ", "ſ"),
    *("«", "»", "“", "”", '"', "'", "(((", "]]", "{", "}", "\\", "/", "<script>", "%s%n", "${x}", "#" * 40),
    *("a" * 200, "ا" * 200, "قسد" * 60, "http://example.org/" + "a" * 80, "1" * 400, "١" * 90, "و", "بال", "؟؟!!.."),
)
"""Of each, any number in any order is a text that has an answer."""
LONG = (
    "ا" + "\u064e" * 199_999,
    "\u0301" * 200_000,
    "ا" * 100_000,
    "قسد" * 33_000,
    "😀" * 50_000,
    "\u202e\u2066" * 40_000,
    "\x00" * 100_000,
    "1" * 100_000,
    "\n" * 100_000,
    "« " * 20_000,
)
"""Texts whose size is their danger."""
VALUES: Sequence[Any] = (
    *(None, True, False, 0, -1, 1, 0.5, -0.0, 10**30, 1e308, "", "a", "entities", "codepoint", "utf16", "byte"),
    *([], {}, [[]], [None], ["entities"], {"text": "a"}, "\ud800", "a\udfffb"),
)
_RAW = (
    *(b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"9" * 5000, b"0x10", b"01", b"+1", b".5"),
    *(b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\x00", b"\xef\xbb\xbf", b"\\ud800", b"\\u0000"),
    *(b"[" * 2000, b"{" * 50, b'{"a":' * 1200, b'"' + b"\\" * 999, b"'", b"/* */", b",,", b"\xd9"),
)
_KEYS = ("text", "id", "options", "documents", "tasks", "offset_unit", "min_score", "txet", "", "\x00", "a" * 300)
_UNITS = ("codepoint", "utf16", "byte")
_TASKS = ("entities", "attributions", "stances")


def text(random: Random) -> str:
    """A text that has an answer."""
    return "".join(random.choices(PIECES, k=random.randrange(12))) + random.choice(("", " ")).join(
        random.choices(SENTENCES, k=random.randrange(3))
    )


def request(random: Random) -> dict[str, Any]:
    """A request that is valid."""
    asked: dict[str, Any] = {}
    if random.random() < 0.7:
        asked["text"] = text(random)
        if random.random() < 0.5:
            asked["id"] = text(random)
    else:
        asked["documents"] = [
            {"id": str(number), "text": text(random) + ("\ud800" if random.random() < 0.1 else "")}
            for number in range(random.randrange(4))
        ]
    if random.random() < 0.7:
        asked["options"] = {
            "offset_unit": random.choice(_UNITS),
            "tasks": random.sample(_TASKS, random.randrange(4)),
            "min_score": random.choice((0, 0.0, 0.5, 1)),
        }
    return asked


def spoilt(random: Random) -> Any:
    """A JSON value that is mostly no valid request."""
    asked: Any = request(random)
    for _ in range(random.randrange(1, 3)):
        target = random.choice([asked, *(each for each in asked.values() if isinstance(each, dict))])
        target[random.choice(_KEYS)] = deepcopy(random.choice(VALUES))
    return asked if random.random() < 0.9 else random.choice(VALUES)


def body(random: Random) -> bytes:
    """Bytes that are mostly no JSON."""
    sent = bytearray(json.dumps(request(random), ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass"))
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(sent) + 1)
        kind = random.randrange(4)
        if kind == 0:
            sent[at:at] = random.choice(_RAW)
        elif kind == 1:
            del sent[at : at + random.randrange(1, 20)]
        elif kind == 2 and sent:
            sent[at % len(sent)] ^= 1 << random.randrange(8)
        else:
            sent[at:at] = sent[: random.randrange(40)]
    return bytes(sent)


def headers(random: Random) -> list[tuple[bytes, bytes]]:
    """Headers of a request with a body, some as they should be."""
    kind = random.choices(
        (
            b"application/json",
            b"application/json; charset=utf-8",
            b"text/plain",
            b"application/json; charset=\xff",
            b"",
        ),
        (20, 2, 1, 1, 1),
    )[0]
    made = [(b"Content-Type", kind)]
    for chance, name, values in (
        (0.1, b"X-Request-ID", (b"abc-1", b"a" * 300, b"\xff\xfe", b"../../etc", b"%0d%0aX: y", b"")),
        (0.1, b"Prefer", (b"wait=600", b"wait=" + b"9" * 50, b"wait=-1", b"wait=a", b";;,=", b"\xff")),
        (0.05, b"Content-Encoding", (b"gzip", b"identity", b"br, gzip", b"\xff")),
        (0.05, b"Authorization", (b"Bearer", b"Bearer \xff", b"Basic YTpi", b"")),
        (0.05, b"Accept", (b"text/html", b"*/*;q=x", b"\xff")),
        (0.03, b"Expect", (b"100-continue", b"200-ok")),
        (0.03, b"Upgrade", (b"websocket", b"h2c")),
        (0.03, b"Cookie", (b"a" * 8000,)),
    ):
        if random.random() < chance:
            made.append((name, random.choice(values)))
    return made

"""The shape of a JSON body, known from its bytes before anything is made of them."""

import re

from serving.problems import not_json, too_many_values

_DEEPEST = 16
_VALUES = 16
"""Values that a document may have, and the request beside its documents: more than either can, so that what is wrong
with a request somewhat too large is still told exactly."""
# A string that does not end ends with the body: looked for again from each of its quotes, it would take quadratic time.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+\\?+(?:"|\Z)', re.DOTALL)
_NO_BRACKET = re.compile(rb"[^\[\]{}]+")


def check(body: bytes, max_documents: int) -> None:
    """Raises `Problem` where `body`, JSON or not, holds more values than `max_documents` documents can have (413), or
    is nested too deeply (400)."""
    bare = _STRING.sub(b"", body)
    brackets = _NO_BRACKET.sub(b"", bare)
    limit = _VALUES * (max_documents + 1)
    # Where there are more brackets than this, there are too many values or they do not match.
    if _depth(brackets[: 2 * limit]) > _DEEPEST:
        raise not_json("Nested too deeply.")
    if bare.count(b",") + brackets.count(b"[") + brackets.count(b"{") > limit:
        raise too_many_values(max_documents)


def _depth(brackets: bytes) -> int:
    deepest = depth = 0
    for bracket in brackets:
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest

"""Ids that say what they are the id of, for formats where entities, acts and stances share one set of ids."""

import re
from typing import Final

ESCAPED: Final = re.compile(r"(?:[A-Za-z0-9-]|_[0-9A-F]{2})*")


def key(kind: str, identity: str) -> str:
    """`kind-identity` in ASCII letters, digits, hyphens and underscores alone: anything else is its bytes in UTF-8,
    each an underscore and two hexadecimal digits. Label Studio makes names of CSS classes from ids and colours no
    region whose id holds more than these; IRIs give white space, # and / a meaning of their own."""
    return f"{kind}-{re.sub(r'[^A-Za-z0-9-]', _escape, identity)}"


def identity(kind: str, given: str) -> str:
    """The identity in what `key` made of it; what it did not make is one itself."""
    head, mark, rest = given.partition("-")
    if not mark or head != kind or not ESCAPED.fullmatch(rest):
        return given
    try:
        return re.sub(r"(?:_[0-9A-F]{2})+", lambda run: bytes.fromhex(run[0].replace("_", "")).decode(), rest)
    except UnicodeDecodeError:
        return given


def _escape(character: re.Match[str]) -> str:
    return "".join(f"_{byte:02X}" for byte in character[0].encode())

"""Ids that say what they are the id of, for formats where entities, acts and stances share one set of ids."""

from urllib.parse import quote, unquote


def key(kind: str, identity: str) -> str:
    """`kind:identity`, the identity percent-encoded: tools give white space, # and / a meaning of their own."""
    return f"{kind}:{quote(identity, safe='')}"


def identity(kind: str, given: str) -> str:
    """The identity in what `key` made of it; what it did not make is one itself."""
    head, mark, rest = given.partition(":")
    return unquote(rest) if mark and head == kind else given

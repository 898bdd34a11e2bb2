"""API keys: who may ask for an analysis."""

import hashlib
import hmac
from collections.abc import Sequence

from pydantic import SecretStr
from starlette.datastructures import Headers

from serving.problems import unauthorized


def check(headers: Headers, keys: Sequence[SecretStr]) -> None:
    """Passes when there are no `keys` or one of them was sent. Raises `Problem` (401) otherwise.

    Digests are compared, every one in full, so that the time taken tells nothing about the keys, nor their lengths.
    """
    if not keys:
        return
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    # Headers come as Latin-1, where the last byte of a key in UTF-8 may look like a space: U+0085 ends every key in م.
    sent = bearer.strip(" \t") if scheme.lower() == "bearer" else headers.get("x-api-key", "")
    digest = _digest(sent.encode("latin-1"))
    matches = [hmac.compare_digest(digest, _digest(key.get_secret_value().encode())) for key in keys]
    if not any(matches):
        raise unauthorized()


def _digest(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()

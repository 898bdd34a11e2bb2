"""API keys: who may ask for an analysis."""

import hmac
from collections.abc import Sequence

from pydantic import SecretStr
from starlette.datastructures import Headers

from serving.problems import unauthorized


def check(headers: Headers, keys: Sequence[SecretStr]) -> None:
    """Passes when there are no `keys` or one of them was sent. Raises `Problem` (401) otherwise.

    Every key is compared in full, so that the time taken tells nothing about them.
    """
    if not keys:
        return
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    sent = bearer.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")
    matches = [hmac.compare_digest(sent.encode("latin-1"), key.get_secret_value().encode()) for key in keys]
    if not any(matches):
        raise unauthorized()

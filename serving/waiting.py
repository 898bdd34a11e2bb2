"""Waiting for an answer as long as somebody waits for it."""

import asyncio
import re
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from serving.problems import deadline_passed

T = TypeVar("T")
_WAY, _MOST_WAY = 0.1, 1.0
"""The part of a client's time, and the most seconds of it, that are left for the answer's way."""
_WAIT = re.compile(r"wait\s*=\s*\"?(\d{1,9})\"?", re.ASCII | re.IGNORECASE)


def patience(request: Request, longest: float) -> float:
    """Seconds until an answer must be sent, to be there when the client waits no longer: a little less than `longest`,
    or than the client says in `Prefer: wait=SECONDS` (RFC 7240)."""
    seconds = min(longest, _preferred(request, longest))
    return seconds - min(_MOST_WAY, _WAY * seconds)


def _preferred(request: Request, otherwise: float) -> float:
    for preference in ",".join(request.headers.getlist("prefer")).split(","):
        found = _WAIT.fullmatch(preference.partition(";")[0].strip())
        if found:
            return float(found[1])
    return otherwise


async def answer(work: Coroutine[Any, Any, T], request: Request, until: float) -> T:
    """What `work` gives. It is cancelled, and ended when this returns, as soon as the client is gone
    (ClientDisconnect) or the loop's clock says `until` (`Problem`, 503). The request's body was read before."""
    loop = asyncio.get_running_loop()
    working, leaving = loop.create_task(work), loop.create_task(_left(request))
    try:
        await asyncio.wait({working, leaving}, timeout=until - loop.time(), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientDisconnect if leaving.done() else deadline_passed()
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.wait({working, leaving})


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass

"""Request bodies: JSON in UTF-8, within the limits of size and time, one request's and all together."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message

from starlette.datastructures import Headers
from starlette.requests import Request

from serving.problems import bodies_full, body_timeout, body_too_large, unsupported_media

_DRAINED = 4
"""How many times the limit is read and thrown away, so that a client which sends all before it listens gets its
answer."""
_RETRY_SECONDS = 2


class Bodies:
    """The bodies of all requests that are being read, wait, or are worked on."""

    def __init__(self, max_bytes: int, max_held_bytes: int) -> None:
        """One body has at most `max_bytes`, all together at most `max_held_bytes`, or one body where that is more."""
        self.max_bytes = max_bytes
        self._free = max(max_bytes, max_held_bytes)

    @contextmanager
    def share(self) -> Iterator["Share"]:
        """What one request takes of the whole, given back at the end."""
        share = Share(self)
        try:
            yield share
        finally:
            self._free += share.size

    def take(self, size: int) -> bool:
        """Takes `size` bytes, if they are free."""
        if size > self._free:
            return False
        self._free -= size
        return True


class Share:
    """The body of one request, as far as it is held: `size` bytes."""

    def __init__(self, bodies: Bodies) -> None:
        self.size = 0
        self._bodies = bodies

    async def read(self, request: Request, seconds: float) -> bytes:
        """The body. Raises `Problem`: 408 when it takes longer than `seconds`, 413 when it is too large, 415, 503 when
        too much is held already."""
        _check_media(request.headers)
        limit = self._bodies.max_bytes
        if int(request.headers.get("content-length", "0")) > _DRAINED * limit:
            raise body_too_large(limit)
        chunks: list[bytes] = []
        sent, full = 0, False
        try:
            async with asyncio.timeout(seconds):
                async for chunk in request.stream():
                    sent += len(chunk)
                    if sent > _DRAINED * limit:
                        break
                    full = full or not (sent > limit or self._hold(chunk, chunks))
        except TimeoutError:
            raise body_timeout(seconds) from None
        if sent > limit:
            raise body_too_large(limit)
        if full:
            raise bodies_full(_RETRY_SECONDS)
        return b"".join(chunks)

    def _hold(self, chunk: bytes, chunks: list[bytes]) -> bool:
        if not self._bodies.take(len(chunk)):
            return False
        self.size += len(chunk)
        chunks.append(chunk)
        return True


def _check_media(headers: Headers) -> None:
    message = Message()
    message["content-type"] = headers.get("content-type", "application/octet-stream")
    if message.get_content_type() != "application/json":
        raise unsupported_media("Send the body as application/json.")
    try:
        charset = message.get_content_charset("utf-8")
    except (TypeError, ValueError):
        # What the standard library makes of malformed parameters of RFC 2231.
        charset = None
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise unsupported_media("Send the body in UTF-8.")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise unsupported_media("Send the body without a content encoding.")

"""Request bodies: JSON in UTF-8, within the limits of size and time."""

import asyncio
from email.message import Message

from starlette.datastructures import Headers
from starlette.requests import Request

from serving.problems import body_timeout, body_too_large, unsupported_media

_DRAINED = 4
"""How many times the limit is read and thrown away, so that a client which sends all before it listens gets its 413."""


async def read(request: Request, max_bytes: int, seconds: float) -> bytes:
    """The body. Raises `Problem`: 408 when it takes longer than `seconds`, 413 when larger than `max_bytes`, 415."""
    _check_media(request.headers)
    if int(request.headers.get("content-length", "0")) > _DRAINED * max_bytes:
        raise body_too_large(max_bytes)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size <= max_bytes:
                    chunks.append(chunk)
                elif size > _DRAINED * max_bytes:
                    break
    except TimeoutError:
        raise body_timeout(seconds) from None
    if size > max_bytes:
        raise body_too_large(max_bytes)
    return b"".join(chunks)


def _check_media(headers: Headers) -> None:
    message = Message()
    message["content-type"] = headers.get("content-type", "application/octet-stream")
    if message.get_content_type() != "application/json":
        raise unsupported_media("Send the body as application/json.")
    if message.get_content_charset("utf-8") not in {"utf-8", "utf8", "us-ascii"}:
        raise unsupported_media("Send the body in UTF-8.")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise unsupported_media("Send the body without a content encoding.")

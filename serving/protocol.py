"""HTTP/1.1 as the service speaks it: uvicorn's, with limits on connections, on how long a head may take to arrive and
on how long an answer may lie unread."""

import asyncio
import json
from typing import Any, Final

from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol

from serving.edge import instance_named, new_id, problem_response
from serving.problems import MEDIA_TYPE, Problem, too_many_connections

HEAD_SECONDS: Final = 10.0
"""Longest time from a connection, or the end of an answer, to the end of the next request's head."""
_TARDY_SECONDS = 0.1


class Protocol(H11Protocol):
    """One connection. A class made by `limited` is what uvicorn is to be given."""

    limit: int
    head_seconds: float = HEAD_SECONDS

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._late: asyncio.TimerHandle | None = None
        self._unread = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """As asyncio's. One connection too many is told so as soon as it asks; twice too many are not heard."""
        super().connection_made(transport)
        self._expect_head()
        if len(self.connections) > 2 * self.limit:
            transport.abort()
        elif len(self.connections) > self.limit:
            self.app = _refuse

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio's."""
        super().connection_lost(exc)
        self._head_came()

    def handle_events(self) -> None:
        """As uvicorn's, which calls it for whatever has arrived."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._head_came()

    def on_response_complete(self) -> None:
        """As uvicorn's, which calls it when all of an answer was given to the transport."""
        self._head_came()
        self._expect_head()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """As uvicorn's, which calls it for what is not HTTP; `msg` holds nothing that was sent."""
        # In the midst of an answer, or after it, another one would be taken for a part of it.
        if self.cycle is None or not self.cycle.response_started:
            body = json.dumps(Problem("not-http", "Not HTTP", 400, msg).body(instance_named(new_id()))).encode()
            head = f"Content-Type: {MEDIA_TYPE}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + head.encode() + body)
        self.transport.close()

    def _expect_head(self) -> None:
        self._late = self.loop.call_later(self.head_seconds, self._give_up, self.loop.time() + self.head_seconds)

    def _head_came(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self, due: float) -> None:
        # A client that still reads its last answer, however slowly, is not late, nor one that this process, itself
        # late, may not have listened to.
        before, self._unread = self._unread, self.transport.get_write_buffer_size()
        if (self._unread and self._unread != before) or self.loop.time() > due + _TARDY_SECONDS:
            self._expect_head()
        else:
            self.transport.abort()


async def _refuse(scope: Any, receive: Any, send: Any) -> None:
    scope["isnad.instance"] = instance_named(new_id())
    await problem_response(Request(scope), too_many_connections(1))(scope, receive, send)


def limited(connections: int) -> type[Protocol]:
    """The protocol with at most so many connections at a time."""
    return type("LimitedProtocol", (Protocol,), {"limit": connections})

"""HTTP/1.1 as the service speaks it: uvicorn's, with limits on connections, on how long a head may take to arrive and
on how long an answer may lie unread."""

import asyncio
import json
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from serving.edge import instance_named, new_id
from serving.problems import MEDIA_TYPE, Problem, too_many_connections

HEAD_SECONDS: Final = 10.0
"""Longest time from a connection, or the end of an answer, to the end of the next request's head."""


class Protocol(H11Protocol):
    """One connection. A class made by `limited` is what uvicorn is to be given."""

    limit: int
    head_seconds: float = HEAD_SECONDS

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._refused = False
        self._late: asyncio.TimerHandle | None = None
        self._unread = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """As asyncio's. One connection too many is told so and closed."""
        super().connection_made(transport)
        self._expect_head()
        if len(self.connections) > self.limit:
            self._refused = True
            self._close_with(too_many_connections(1))

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio's."""
        super().connection_lost(exc)
        self._head_came()

    def data_received(self, data: bytes) -> None:
        """As asyncio's."""
        if not self._refused:
            super().data_received(data)

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
        begun = self.cycle is not None and self.cycle.response_started
        if begun:
            # In the midst of an answer or after it, another one would be taken for a part of it.
            self.transport.close()
        else:
            self._close_with(Problem("not-http", "Not HTTP", 400, msg))

    def _close_with(self, problem: Problem) -> None:
        body = json.dumps(problem.body(instance_named(new_id()))).encode()
        head = {"Content-Type": MEDIA_TYPE, "Content-Length": str(len(body)), "Connection": "close"}
        lines = [
            f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}",
            *(f"{name}: {value}" for name, value in (head | dict(problem.headers)).items()),
        ]
        self.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        self.transport.close()

    def _expect_head(self) -> None:
        self._late = self.loop.call_later(self.head_seconds, self._give_up)

    def _head_came(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        # A client that still reads its last answer, however slowly, is not late.
        before, self._unread = self._unread, self.transport.get_write_buffer_size()
        if self._unread and self._unread != before:
            self._expect_head()
        else:
            self.transport.abort()


def limited(connections: int) -> type[Protocol]:
    """The protocol with at most so many connections at a time."""
    return type("LimitedProtocol", (Protocol,), {"limit": connections})

"""The service as a process: it listens until it is told to stop, and then finishes what it accepted."""

import os
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from serving.analysis import TextAnalyzer
from serving.app import create_app
from serving.protocol import limited
from serving.service import Service
from serving.settings import Settings

_LEFT_SECONDS = 10
"""How long connections may take, once all is answered, to fetch their answers."""


class Server(uvicorn.Server):
    """Told to stop once, it refuses new work and ends when what it accepted is answered; told twice, it refuses that
    too.

    It stops too when its parent is another process than `parent`, where that is given.
    """

    def __init__(self, config: uvicorn.Config, service: Service, parent: int | None = None) -> None:
        super().__init__(config)
        self._service = service
        self._parent = parent
        self._told = 0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """As uvicorn's, which calls it on SIGTERM and SIGINT."""
        self._told += 1

    async def on_tick(self, counter: int) -> bool:
        """As uvicorn's, which calls it ten times a second and ends when it says so."""
        if self._parent is not None and os.getppid() != self._parent:
            self._told = max(1, self._told)
        if self._told:
            self._service.drain()
            self.should_exit = self.should_exit or self._service.idle
        if self._told > 1:
            for task in self.server_state.tasks:
                task.cancel()
        return await super().on_tick(counter)


def config(app: object, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves `app`."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        settings.host,
        settings.port,
        http=limited(settings.connection_limit),
        ws="none",
        log_config=None,
        # uvicorn's own access log has paths in it, which are the caller's to choose.
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_LEFT_SECONDS,
    )


def serve(
    settings: Settings,
    load: Callable[[Settings], TextAnalyzer],
    listening: socket.socket | None = None,
    parent: int | None = None,
) -> bool:
    """Serves on the address in the settings, or on a socket that is `listening`, until told to stop; see `Server`.
    False when the address is not to be had or the model does not load, which the log says."""
    loaded = True

    def give_up() -> None:
        nonlocal loaded
        loaded = False
        server.should_exit = True

    # Beside others that listen on the same socket, a worker takes nothing before it can answer.
    app = create_app(settings, lambda: load(settings), give_up, ready_first=listening is not None)
    server = Server(config(app, settings), app.state.service, parent)
    # What is told before uvicorn listens to signals is not lost either.
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, server.handle_exit)
    try:
        server.run(None if listening is None else [listening])
    except SystemExit:
        # uvicorn has said why: the address is taken, or not this machine's.
        return False
    return loaded

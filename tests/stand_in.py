"""The service on a stand-in for the model, as a process: `python -m tests.stand_in`.

A text that begins with «WAIT 1.5» takes that many seconds and heeds being told to stop; one with BOOM in it fails; one
that begins with DIE ends the process. Heads of requests may take a second.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from serving.__main__ import main
from serving.analysis import TASKS, Analysis
from serving.settings import Settings
from serving.stopping import heeding
from tests.fakes import FakeAnalyzer

ROOT = Path(__file__).parent.parent
_PATIENCE = 60.0
_STEP = 0.01
_WAIT = re.compile(r"WAIT (\d+(?:\.\d+)?)")


class StandIn(FakeAnalyzer):
    """The fake analyzer, with the texts above."""

    def analyze(self, text: str, tasks: frozenset[str] = TASKS, min_score: float = 0.0) -> Analysis:
        """See `serving.analysis.TextAnalyzer`."""
        if text.startswith("DIE"):
            os._exit(9)
        if found := _WAIT.match(text):
            step = heeding(time.sleep)
            for _ in range(round(float(found[1]) / _STEP)):
                step(_STEP)
        return super().analyze(text, tasks, min_score)


class Running:
    """A process that answers at `port`; `log` is where its standard error goes."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.port = port
        self.process = process
        self.log = log

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, bytes]:
        """The answer and its body. Raises OSError where there is none."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} | (headers or {}))
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def ready(self) -> bool:
        """Whether it listens and its model is loaded."""
        try:
            return self.ask("GET", "/readyz")[0].status == 200
        except ConnectionRefusedError:
            return False

    def count(self, name: str) -> float:
        """What `/metrics` says under `name`, its labels in it; 0 where it says nothing."""
        text = self.ask("GET", "/metrics")[1].decode()
        return next((float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(f"{name} ")), 0.0)


@contextmanager
def running(log: Path, *command: str, **settings: object) -> Iterator[Running]:
    """A service that is ready, by default this one, with `settings`; killed at the end if it still runs."""
    environment = os.environ | {f"ISNAD_{name.upper()}": str(value) for name, value in settings.items()}
    arguments = command or (sys.executable, "-m", "tests.stand_in")
    with log.open("wb") as stream:
        process = subprocess.Popen(
            arguments,
            cwd=ROOT,
            env=environment | {"ISNAD_PORT": "0"},
            stderr=stream,
            stdout=subprocess.DEVNULL,
            # A test can signal all of it, as a terminal does, and not itself.
            process_group=0,
        )
    try:
        service = Running(_port(process, log), process, log)
        while not service.ready():
            time.sleep(0.05)
        yield service
    finally:
        process.kill()
        process.wait(_PATIENCE)


def _port(process: "subprocess.Popen[bytes]", log: Path) -> int:
    until = time.monotonic() + _PATIENCE
    while True:
        if found := re.search(r"running on http://127\.0\.0\.1:(\d+)", log.read_text(encoding="utf-8")):
            return int(found[1])
        assert process.poll() is None and time.monotonic() < until, log.read_text(encoding="utf-8")
        time.sleep(0.05)


def load(_settings: Settings) -> StandIn:
    """What the service runs on."""
    # Only now: what counts for several workers reads its settings as it is imported.
    from serving.protocol import Protocol

    Protocol.head_seconds = 1.0
    return StandIn()


if __name__ == "__main__":
    sys.exit(main(["serve"], load))

"""What several test modules share."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from serving.app import create_app
from serving.settings import Settings
from tests.browser import launched, served
from tests.fakes import FakeAnalyzer

ROOT = Path(__file__).parent.parent
Serve = Callable[..., TestClient]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ISNAD_{name.upper()}", raising=False)


@pytest.fixture
def analyzer() -> FakeAnalyzer:
    return FakeAnalyzer()


@pytest.fixture
def serve(analyzer: FakeAnalyzer) -> Iterator[Serve]:
    """Starts the service on the fake analyzer with some settings, waits until it is ready, and gives a client."""
    with ExitStack() as stack:

        def start(**settings: Any) -> TestClient:
            client = TestClient(create_app(Settings(**settings), lambda: analyzer), raise_server_exceptions=False)
            stack.enter_context(client)
            while client.get("/readyz").status_code != 200:
                pass
            return client

        yield start


@pytest.fixture(scope="session")
def arabert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small AraBERT."""
    # Only the tests of training wait for torch.
    from tests.arabert import write

    folder = tmp_path_factory.mktemp("arabert")
    write(folder)
    return folder


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    """Where the service runs on the shipped model, ready: a process of its own, as `make serve` starts it."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        number = int(one.getsockname()[1])
    environment = os.environ | {"ISNAD_PORT": str(number)}
    process = subprocess.Popen([sys.executable, "-m", "serving", "serve"], cwd=ROOT, env=environment)
    try:
        while not _ready(number):
            assert process.poll() is None, "the service did not start"
            time.sleep(0.1)
        yield number
    finally:
        process.terminate()
        process.wait(30)


def _ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10):
            return True
    except OSError:
        return False


# A module's own: beside a Playwright that runs in the same thread nothing else could use asyncio.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with launched() as one:
        yield one


@pytest.fixture(scope="module")
def address(browser: Browser) -> Iterator[str]:  # noqa: ARG001  without a browser nobody asks
    """Where the service runs on the fake analyzer, in a process of its own."""
    with served() as one:
        yield one

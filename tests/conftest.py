"""What several test modules share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from serving.app import create_app
from serving.settings import Settings
from tests.browser import launched, served
from tests.fakes import FakeAnalyzer

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

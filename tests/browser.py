"""Headless Chromium on the page, for the tests of what people see."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Route, expect, sync_playwright

ROOT = Path(__file__).parent.parent
AXE = Path(__file__).parent / "data" / "axe" / "axe.min.js"
PICTURES = ROOT / "out" / "pictures"
PATIENCE = 120_000
"""How long, in ms, a step may take on a machine that does other things too."""

_FAKE = """
import sys
from serving.__main__ import main
from tests.fakes import FakeAnalyzer
sys.exit(main(["serve"], lambda settings: FakeAnalyzer()))
"""
# The sandbox needs rights that a container has not, and Chromium's own errands a network.
_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium. Skips the test where there is none, and fails it where CI_REQUIRES_BROWSER is set."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        assert not os.environ.get("CI_REQUIRES_BROWSER"), "chromium is not on this machine"
        pytest.skip("chromium is not on this machine")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS, timeout=PATIENCE)
        yield browser
        browser.close()


@contextmanager
def served(shipped: bool = False, **settings: str) -> Iterator[str]:
    """The address of a service of its own, ready: with the shipped model, or with the analyzer of `tests.fakes`."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    given = {f"ISNAD_{name.upper()}": value for name, value in settings.items()}
    environment = os.environ | {"ISNAD_PORT": str(port), "ISNAD_THREADS": "1", "ISNAD_LOG_LEVEL": "error"} | given
    command = [sys.executable, "-m", "serving", "serve"] if shipped else [sys.executable, "-c", _FAKE]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}/"
    try:
        while not _ready(address):
            assert process.poll() is None, "the service did not start"
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _ready(address: str) -> bool:
    try:
        with urlopen(f"{address}readyz", timeout=30):
            return True
    except OSError:
        return False


@contextmanager
def opened(browser: Browser, address: str, errors: bool = False, **context: Any) -> Iterator[Page]:
    """The page in a context of its own. Fails at the end when a script failed or the browser complained of anything
    (with `errors` it may complain of what could not be loaded)."""
    with browser.new_context(**({"reduced_motion": "reduce"} | context)) as own:
        page = own.new_page()
        page.set_default_timeout(PATIENCE)
        complaints: list[str] = []

        def note(message: ConsoleMessage) -> None:
            if message.type == "error":
                complaints.append(message.text)

        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", note)
        page.goto(address)
        page.locator("#boxes textarea").wait_for()
        yield page
        assert [one for one in complaints if not (errors and one.startswith("Failed to load resource"))] == []


def paste(page: Page, *texts: str) -> None:
    """Puts each text into a box of its own."""
    for number, text in enumerate(texts):
        if number:
            page.click("#add")
        page.locator("#boxes textarea").nth(number).fill(text)


def analyse(page: Page, *texts: str) -> None:
    """Pastes the texts, has them analysed and waits for the result."""
    paste(page, *texts)
    page.click("#analyse")
    page.locator("#results").wait_for()
    # A font that comes late moves the words from under a click.
    page.evaluate("document.fonts.ready.then(() => true)")


def answering(page: Page, *answers: dict[str, Any]) -> None:
    """From now on the service gives these answers, one after the other."""
    left = list(answers)

    def answer(route: Route) -> None:
        given = {"windows": 1, "model": {}, "text_sha256": "", "stances": [], "attributions": [], "entities": []}
        route.fulfill(status=200, content_type="application/json", body=json.dumps(given | left.pop(0)))

    page.route("**/analyze", answer)


def picture(page: Page, name: str, whole: bool = False) -> None:
    """Keeps a picture of the page under `out/pictures`."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)


def violations(page: Page, *rules: str) -> list[str]:
    """What axe finds wrong with the page as it stands, serious or worse, by all rules or these: rule and place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = page.evaluate("(options) => axe.run(document, options).then((result) => result.violations)", options)
    return [
        f"{rule['id']}: {node['target'][0]}: {node['failureSummary']}"
        for rule in found
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]


def latinised(page: Page) -> None:
    """Puts a Latin letter in the place of each Arabic one: axe takes letters that join for an icon font's ligatures and
    passes their contrast over."""
    page.evaluate(
        """() => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const letters = /\\p{Script=Arabic}/gu;
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            node.data = node.data.replace(letters, "n");
          }
        }"""
    )


def mark(page: Page, key: str, kind: str = "entity") -> Locator:
    """The first piece in the text of what has the key: "e:e1", or "a:a1" with the kind of part."""
    return page.locator(f'#text .mark[data-key="{key}"][data-kind="{kind}"]').first


def pick(page: Page, key: str, kind: str = "entity") -> None:
    """Clicks on the right end of a mark, where nothing that stands in it begins."""
    found = mark(page, key, kind)
    box = found.bounding_box()
    assert box is not None
    found.click(position={"x": box["width"] - 3, "y": box["height"] / 2})


def span(text: str, part: str) -> dict[str, Any]:
    """The first place of `part` in `text`, as an answer tells it."""
    start = len(text[: text.index(part)].encode("utf-16-le")) // 2
    return {"start": start, "end": start + len(part.encode("utf-16-le")) // 2, "text": part}

"""The real service as a process of its own: how soon it is ready, how fast it answers, how much memory it holds."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from serving.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
_HOST = "127.0.0.1"
_PATIENCE = 120.0
_PASSED = ("model_dir", "threads", "workers")
"""The settings from outside that the service gets; the others would change what is measured, or refuse it."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service that is ready: its port, its process's id, and the `seconds` from the process's start until then."""

    port: int
    pid: int
    seconds: float

    def latencies(self, text: str, requests: int, concurrency: int) -> list[float]:
        """Seconds from sending each of `requests` until its answer is whole, `concurrency` of them in flight. Raises
        RuntimeError for an answer that is none."""
        return self.answer([text] * requests, concurrency)

    def answer(self, texts: Sequence[str], concurrency: int) -> list[float]:
        """Seconds of each of `texts`, as `latencies`."""
        with ThreadPoolExecutor(concurrency) as pool:
            return list(pool.map(self._latency, map(_body, texts)))

    def paced(self, text: str, requests: int, gap: float) -> list[float]:
        """Seconds of each of `requests` that are sent every `gap` seconds, whether those before are answered or not,
        from when it was to be sent. Raises as `latencies` does."""
        body, begun = _body(text), time.perf_counter()

        def ask(turn: int) -> float:
            due = begun + turn * gap
            time.sleep(max(0.0, due - time.perf_counter()))
            self._latency(body)
            return time.perf_counter() - due

        with ThreadPoolExecutor(requests) as pool:
            return list(pool.map(ask, range(requests)))

    def resident(self) -> int | None:
        """Bytes of memory that the process holds; None where the system does not tell in /proc."""
        try:
            lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return None
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))

    def _latency(self, body: bytes) -> float:
        begun = time.perf_counter()
        status = _ask(self.port, "POST", "/analyze", body)
        if status != 200:
            raise RuntimeError(f"POST /analyze was answered with {status}")
        return time.perf_counter() - begun


def _body(text: str) -> bytes:
    return json.dumps({"text": text}, ensure_ascii=False).encode()


@contextmanager
def running() -> Iterator[Service]:
    """A service on a free port of this machine, with the serving environment where there is one. Raises RuntimeError
    if it ends or does not become ready."""
    with socket.socket() as one:
        one.bind((_HOST, 0))
        port = int(one.getsockname()[1])
    begun = time.perf_counter()
    process = subprocess.Popen([interpreter(), "-m", "serving", "serve"], cwd=ROOT, env=_environment(port))
    try:
        while _ask(port, "GET", "/readyz") != 200:
            if process.poll() is not None:
                raise RuntimeError(f"the service ended with status {process.returncode} before it was ready")
            if time.perf_counter() - begun > _PATIENCE:
                raise RuntimeError(f"the service was not ready after {_PATIENCE:.0f} seconds")
            time.sleep(0.01)
        yield Service(port, process.pid, time.perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def interpreter() -> str:
    """The Python of `make serve`, or this one where there is no serving environment."""
    serving = ROOT / ".venv" / "bin" / "python"
    return str(serving) if serving.exists() else sys.executable


def _environment(port: int) -> dict[str, str]:
    kept = {f"ISNAD_{name.upper()}" for name in _PASSED}
    ours = {f"ISNAD_{name.upper()}" for name in Settings.model_fields} - kept
    passed = {name: value for name, value in os.environ.items() if name.upper() not in ours}
    return passed | {"ISNAD_PORT": str(port), "ISNAD_LOG_LEVEL": "warning"}


def _ask(port: int, method: str, path: str, body: bytes | None = None) -> int | None:
    """The status of the answer once all of it is there; None where nobody listens."""
    connection = HTTPConnection(_HOST, port, timeout=_PATIENCE)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        return response.status
    except ConnectionRefusedError:
        return None
    finally:
        connection.close()

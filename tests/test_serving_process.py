"""The service as a process of its own, on a real socket."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SERVE = """
import sys
from serving.__main__ import main
from tests.fakes import FakeAnalyzer
def load(settings):
    if "none" in str(settings.model_dir):
        raise ValueError("manifest.json: not there")
    return FakeAnalyzer()
sys.exit(main(["serve"], load))
"""
TOLD_AS_A_WORKER_BEGINS = """
import os, signal, time
def tell():
    os.kill(os.getppid(), signal.SIGTERM)
    time.sleep(1)
os.register_at_fork(after_in_child=tell)
"""
TEXT = "نص لا يظهر في السجل"


def start(port: int, code: str = SERVE, **settings: str) -> "subprocess.Popen[str]":
    environment = (
        os.environ | {"ISNAD_PORT": str(port)} | {f"ISNAD_{name.upper()}": settings[name] for name in settings}
    )
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(**settings: str) -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    port = free_port()
    process = start(port, **settings)
    try:
        until = time.monotonic() + 30
        while ask(port, "GET", "/readyz") != 200:
            assert time.monotonic() < until
            time.sleep(0.05)
        yield port, process
    finally:
        process.kill()
        process.wait(30)
        if process.stderr:
            process.stderr.close()


def ask(port: int, method: str, path: str, body: bytes | None = None) -> int | None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        return connection.getresponse().status
    except ConnectionRefusedError:
        return None
    finally:
        connection.close()


def test_a_client_that_sends_too_much_before_it_listens_gets_its_answer_and_the_next_one_too() -> None:
    with running(max_body_bytes="100000") as (port, _):
        assert ask(port, "POST", "/analyze", b" " * 300_000) == 413
        assert ask(port, "POST", "/analyze", b'{"text": ""}') == 200


def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    with running(body_seconds="0.2") as (port, _), socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(
            b"POST /analyze HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        )
        assert client.recv(100).startswith(b"HTTP/1.1 408 ")


def test_it_stops_when_told_to_and_its_log_holds_nothing_that_was_sent() -> None:
    with running(log_level="debug") as (port, process):
        for text in (TEXT, f"BOOM {TEXT}"):
            ask(
                port, "POST", f"/analyze?{TEXT.encode().hex()}", json.dumps({"text": text}, ensure_ascii=False).encode()
            )
        ask(port, "GET", f"/{TEXT.encode().hex()}")
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert process.returncode in {0, -signal.SIGTERM}
    assert "POST /analyze 200" in log
    assert "POST /analyze 500" in log
    assert "GET unknown 404" in log
    assert TEXT not in log
    assert TEXT.encode().hex() not in log
    assert "Traceback" not in log


def test_told_while_its_workers_begin_it_stops_with_them() -> None:
    process = start(free_port(), TOLD_AS_A_WORKER_BEGINS + SERVE, workers="2")
    try:
        _, log = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "Traceback" not in log


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "example.org"])
def test_without_keys_it_listens_on_loopback_only(host: str) -> None:
    process = start(0, host=host)
    _, log = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "ISNAD_HOST is not a loopback address and ISNAD_API_KEYS is unset" in log


def test_a_setting_at_fault_is_named() -> None:
    process = start(70000)
    _, log = process.communicate(timeout=30)
    assert (process.returncode, log) == (2, "isnad: ISNAD_PORT: Input should be less than or equal to 65535\n")


def test_without_its_model_it_ends() -> None:
    process = start(free_port(), model_dir="none")
    _, log = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the model was not loaded: manifest.json: not there" in log
    assert "Traceback" not in log


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(taken.getsockname()[1])
        _, log = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "address already in use" in log
    assert "Traceback" not in log

"""The service under strain: deadlines, clients that leave, limits, stopping."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from serving.metrics import Metrics
from serving.pace import Pace, weight
from serving.problems import Problem
from serving.queue import Queue
from tests.contract import check_problem
from tests.stand_in import Running, running

HEAD = b"POST /analyze HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
CONNECTIONS = 12


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Analyses one document at a time."""
    settings = {"queue_limit": 4, "parallel": 1, "connection_limit": CONNECTIONS, "body_seconds": 5}
    log = tmp_path_factory.mktemp("log") / "log"
    with running(log, max_body_bytes=1000, max_held_bytes=1500, **settings) as process:
        yield process
        assert "Traceback" not in log.read_text(encoding="utf-8")


@contextmanager
def asking(service: Running, text: str, **headers: str) -> "Iterator[Future[Any]]":
    """Asks about `text` beside what is done within, from when the service has it."""
    before = service.count("isnad_queue")
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(service.ask, "POST", "/analyze", json.dumps({"text": text}).encode(), headers)
        eventually(lambda: service.count("isnad_queue") == before + 1 or asked.done())
        yield asked


def eventually(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def connect(service: Running, sent: bytes = b"") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", service.port), timeout=30)
    client.sendall(sent)
    return client


def everything(client: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    return b"".join(parts)


def problem(response: Any, body: bytes, status: int, kind: str) -> None:
    headers = {name.lower(): value for name, value in response.getheaders()}
    assert (response.status, json.loads(body)["type"]) == (status, f"urn:isnad:problem:{kind}")
    check_problem(status, headers, json.loads(body))


def test_a_request_that_waits_past_its_deadline_is_refused_then_and_costs_nothing(service: Running) -> None:
    begun = service.count("isnad_wait_seconds_count")
    dropped = service.count('isnad_documents_total{outcome="dropped"}')
    with asking(service, "WAIT 3") as first:
        response, body = service.ask("POST", "/analyze", b'{"text": "a"}', {"Prefer": "respond-async, wait=1; x=y"})
        problem(response, body, 503, "deadline")
        assert not first.done()
    assert first.result()[0].status == 200
    assert service.count("isnad_wait_seconds_count") == begun + 1
    assert service.count('isnad_documents_total{outcome="dropped"}') == dropped + 1


def test_an_analysis_past_its_deadline_is_ended(service: Running) -> None:
    response, body = service.ask("POST", "/analyze", b'{"text": "WAIT 1000"}', {"Prefer": "wait=1"})
    problem(response, body, 503, "deadline")
    eventually(lambda: service.count("isnad_running") == 0)
    assert service.count("isnad_queue") == 0


def test_a_client_that_leaves_frees_what_was_begun_for_it_and_what_was_not(service: Running) -> None:
    body = b'{"text": "WAIT 1000"}'
    sent = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with connect(service, sent), connect(service, sent) as second:
        eventually(lambda: service.count("isnad_queue") == 2)
        assert service.count("isnad_running") == 1
        second.close()
        eventually(lambda: service.count("isnad_queue") == 1)
    eventually(lambda: service.count("isnad_queue") == 0 and service.count("isnad_running") == 0)
    assert service.ask("POST", "/analyze", b'{"text": "a"}')[0].status == 200
    assert service.count('isnad_requests_total{method="POST",route="/analyze",status="499"}') == 2


def test_the_bodies_held_together_have_a_limit(service: Running) -> None:
    body = json.dumps({"text": "x" * 900}).encode()
    with connect(service, HEAD + b"Content-Length: 950\r\n\r\n" + body[:900]) as slow:
        eventually(lambda: service.ask("POST", "/analyze", body)[0].status == 503)
        problem(*service.ask("POST", "/analyze", body), 503, "busy")
        assert service.ask("POST", "/analyze", b'{"text": "a"}')[0].status == 200
        slow.close()
    eventually(lambda: service.ask("POST", "/analyze", body)[0].status == 200)


def test_connections_have_a_limit(service: Running) -> None:
    clients = [connect(service) for _ in range(CONNECTIONS)]
    with connect(service, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n") as last:
        head, _, body = everything(last).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert b"\r\nretry-after: 1\r\n" in head
    assert json.loads(body)["type"] == "urn:isnad:problem:too-many-connections"
    for client in clients:
        client.close()
    eventually(lambda: _answers(service))


def _answers(service: Running) -> bool:
    try:
        return service.ask("GET", "/healthz")[0].status == 200
    except OSError:
        return False


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: ", b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET"])
def test_a_head_that_does_not_arrive_is_not_waited_for(service: Running, sent: bytes) -> None:
    with connect(service, sent) as client:
        for _ in range(100):
            time.sleep(0.1)
            try:
                client.sendall(b"x")
            except OSError:
                return
    pytest.fail("a head that takes ten seconds was waited for")


def test_what_is_not_http(service: Running) -> None:
    with connect(service, b"\x16\x03\x01\x02\x00 hello\r\n\r\n") as client:
        head, _, body = everything(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\n")
    assert json.loads(body)["type"] == "urn:isnad:problem:not-http"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (HEAD + b'Transfer-Encoding: chunked\r\n\r\n4\r\n{"te\r\nzz\r\n', b"400"),
        (HEAD.replace(b"application/json", b"text/plain") + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"4"),
        (HEAD + b"Content-Length: 99999999999999999999\r\n\r\n", b"413"),
        (HEAD + b"Content-Length: -1\r\n\r\n", b"400"),
        (HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n{}  ", b"400"),
        (HEAD + b"X-A: " + b"a" * 100_000 + b"\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n", b"400"),
    ],
)
def test_broken_http_gets_one_answer(service: Running, sent: bytes, status: bytes) -> None:
    with connect(service, sent) as client:
        answered = everything(client)
    assert answered.startswith(b"HTTP/1.1 " + status)
    assert answered.count(b"HTTP/1.1 ") == 1


def test_chunks_without_a_length(service: Running) -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in b'{"text": "\xd9\x82"}') + b"0\r\n\r\n"
    with connect(service, HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks) as client:
        assert everything(client).startswith(b"HTTP/1.1 200 OK\r\n")


def test_told_to_stop_it_finishes_what_it_accepted_and_refuses_the_rest(tmp_path: Path) -> None:
    with running(tmp_path / "log", parallel=1) as service:
        with asking(service, "WAIT 2") as first, asking(service, "WAIT 0.5") as second:
            service.process.send_signal(signal.SIGTERM)
            eventually(lambda: service.ask("GET", "/readyz")[0].status == 503)
            problem(*service.ask("GET", "/readyz"), 503, "stopping")
            problem(*service.ask("POST", "/analyze", b'{"text": "a"}'), 503, "stopping")
            assert service.ask("GET", "/healthz")[0].status == 200
        assert [asked.result()[0].status for asked in (first, second)] == [200, 200]
        assert service.process.wait(30) == 0
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "Traceback" not in log


def test_told_twice_it_stops_at_once(tmp_path: Path) -> None:
    with running(tmp_path / "log") as service, asking(service, "WAIT 1000") as asked:
        for _ in range(2):
            service.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
        assert service.process.wait(30) == 0
        with suppress(OSError):
            assert asked.result()[0].status == 503
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def test_several_workers_answer_count_and_stop_together_and_one_that_dies_is_replaced(tmp_path: Path) -> None:
    with running(tmp_path / "log", workers=2, parallel=1) as service:
        with ThreadPoolExecutor(8) as pool:
            sent = [pool.submit(service.ask, "POST", "/analyze", b'{"text": "WAIT 0.3"}') for _ in range(16)]
            assert {asked.result()[0].status for asked in sent} == {200}
        assert service.count('isnad_documents_total{outcome="analysed"}') == 16
        assert service.count("isnad_ready") == 1
        assert service.count(f'isnad_model_info{{name="fake",sha256="{"0" * 64}",version="1"}}') == 1
        with pytest.raises(OSError):
            service.ask("POST", "/analyze", b'{"text": "DIE"}')
        eventually(lambda: _log(tmp_path).count("ready with model fake") == 3)
        with asking(service, "WAIT 1") as asked:
            service.process.send_signal(signal.SIGTERM)
        assert asked.result()[0].status == 200
        assert service.process.wait(30) == 0
    assert "a worker ended with status 9 and is replaced" in _log(tmp_path)
    assert "Traceback" not in _log(tmp_path)


def test_an_interrupt_from_the_terminal_tells_workers_once(tmp_path: Path) -> None:
    with running(tmp_path / "log", workers=2) as service, asking(service, "WAIT 1") as asked:
        os.killpg(service.process.pid, signal.SIGINT)
        assert asked.result()[0].status == 200
        assert service.process.wait(30) == 0
    assert "Traceback" not in _log(tmp_path)


def test_workers_stop_when_the_process_that_started_them_is_gone(tmp_path: Path) -> None:
    with running(tmp_path / "log", workers=2) as service:
        service.process.kill()
        eventually(lambda: _log(tmp_path).count("Finished server process") == 2)


def _log(folder: Path) -> str:
    return (folder / "log").read_text(encoding="utf-8")


def test_the_pace_follows_the_last_documents() -> None:
    pace = Pace()
    assert pace.seconds(1000) == 0
    pace.seen(100, 1.0)
    assert pace.seconds(1000) == pytest.approx(10)
    pace.seen(100, 2.0)
    assert pace.seconds(1000) == pytest.approx(12)
    assert (weight(""), weight("قسد")) == (200, 203)


def test_the_queue_refuses_what_it_cannot_do_in_time_and_says_when_to_come_again() -> None:
    queue = Queue(3, 2, Metrics())
    queue.pace.seen(100, 1.0)
    with queue.place(4000, 1) as first:
        # 4000 characters at 100 a second, two documents at a time: 20 seconds of waiting, 5 of its own.
        with pytest.raises(Problem) as refused, queue.place(500, 24):
            pass
        assert (refused.value.status, refused.value.headers["Retry-After"]) == (503, "1")
        with pytest.raises(Problem) as refused, queue.place(500, 10):
            pass
        assert refused.value.headers["Retry-After"] == "15"
        with queue.place(500, 25), queue.place(0, 25):
            with pytest.raises(Problem) as refused, queue.place(0, 100):
                pass
            assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "8")
        first.weight -= 2000
        with queue.place(500, 16):
            assert len(queue) == 2
    assert len(queue) == 0


def _double(number: int) -> int:
    return 2 * number


def test_a_stopped_thread_of_work_is_told_in_another_thread() -> None:
    from serving.stopping import Stopped, heeding, stoppable

    asked = threading.Event()
    with stoppable(asked):
        double = heeding(_double)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(double, 3).result() == 6
        asked.set()
        with pytest.raises(Stopped):
            pool.submit(double, 3).result()
    with pytest.raises(Stopped), stoppable(asked):
        pass
    assert heeding(str)(1) == "1"

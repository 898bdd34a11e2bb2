"""The HTTP contract: errors."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.fakes import FakeAnalyzer

JSON = {"Content-Type": "application/json"}
SECRET = "نص سري لا يظهر في أي سجل"


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert body["status"] == status
    assert body["instance"] == f"urn:isnad:request:{response.headers['x-request-id']}"
    return body


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "Not JSON at line 1, column 1: Expecting value."),
        (b'{"text": "a"', "Not JSON at line 1, column 13: Expecting ',' delimiter."),
        (b'{"text": "a"} x', "Not JSON at line 1, column 15: Extra data."),
        (b'{"text": "\xd9"}', "Not UTF-8 at byte 10."),
        (b'{"text": "a", "options": {"min_score": NaN}}', "A number that is not JSON or has too many digits."),
        (b'{"text": ' + b"9" * 5000 + b"}", "A number that is not JSON or has too many digits."),
        (b"[" * 200_000, "Nested too deeply."),
        (b'{"text": ' * 17 + b'""' + b"}" * 17, "Nested too deeply."),
        (b'{"text": ' + b"[]" * 9 + b"[" * 16 + b"]" * 16 + b"}", "Nested too deeply."),
    ],
)
def test_400_not_json(serve: Callable[..., TestClient], content: bytes, detail: str) -> None:
    assert problem(serve().post("/analyze", content=content, headers=JSON), 400)["detail"] == detail


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"X-API-Key": "wrong"}, 401),
        ({"X-API-Key": "on"}, 401),
        ({"X-API-Key": "one, two"}, 401),
        ({"X-API-Key": b"\xff"}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Basic one"}, 401),
        ({"X-API-Key": "one"}, 200),
        ({"X-API-Key": "two"}, 200),
        ({"Authorization": "Bearer one"}, 200),
        ({"authorization": "bearer two"}, 200),
        ({"Authorization": "Bearer \t two \t"}, 200),
        ({"Authorization": "Bearer سلام".encode()}, 200),
        ({"X-API-Key": "سلام".encode()}, 200),
    ],
)
def test_401_keys(serve: Callable[..., TestClient], headers: dict[str, Any], status: int) -> None:
    response = serve(api_keys="one, two, سلام").post("/analyze", json={"text": "قسد"}, headers=headers)
    assert response.status_code == status
    if status == 401:
        problem(response, 401)
        assert response.headers["www-authenticate"] == 'Bearer realm="isnad"'


def test_401_comes_before_the_body_is_looked_at_and_leaves_the_rest_open(serve: Callable[..., TestClient]) -> None:
    client = serve(api_keys="one")
    problem(client.post("/analyze", content=b"{", headers=JSON), 401)
    assert [client.get(path).status_code for path in ("/healthz", "/readyz", "/version", "/metrics", "/")] == [200] * 5


def test_404_and_405(serve: Callable[..., TestClient]) -> None:
    client = serve()
    assert problem(client.get(f"/{SECRET}"), 404)["detail"] == "Nothing matches the given URI"
    assert problem(client.post("/analyze/", json={"text": ""}, follow_redirects=False), 404)["status"] == 404
    response = client.get("/analyze")
    problem(response, 405)
    assert response.headers["allow"] == "POST"


def test_413_body(serve: Callable[..., TestClient]) -> None:
    client = serve(max_body_bytes=100)
    body = json.dumps({"text": "x" * 88}).encode()
    assert client.post("/analyze", content=body, headers=JSON).status_code == 200
    response = client.post("/analyze", content=body + b" ", headers=JSON)
    assert problem(response, 413)["detail"] == "The body is larger than 100 bytes."


@pytest.mark.parametrize("size", [101, 1000])
def test_413_body_of_unknown_length(serve: Callable[..., TestClient], size: int) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(size):
            yield b" "

    problem(serve(max_body_bytes=100).post("/analyze", content=chunks(), headers=JSON), 413)


def test_413_text_counts_code_points(serve: Callable[..., TestClient]) -> None:
    client = serve(max_chars=10)
    assert client.post("/analyze", json={"text": "😀" * 10}).status_code == 200
    assert problem(client.post("/analyze", json={"text": "😀" * 11}), 413)["type"] == "urn:isnad:problem:text-too-long"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json; charset*=utf-8''utf-8; charset*0=x"},
        {"Content-Type": f"application/json; charset*{'1' * 5000}=x"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {},
    ],
)
def test_415(serve: Callable[..., TestClient], headers: dict[str, str]) -> None:
    problem(serve().post("/analyze", content=b'{"text": "a"}', headers=headers), 415)


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ([], [""]),
        ("text", [""]),
        ({}, ["text"]),
        ({"text": None}, ["text"]),
        ({"text": ["a"]}, ["text"]),
        ({"text": "a", "id": 1}, ["id"]),
        ({"text": "a", "txet": "b"}, ["txet"]),
        ({"text": "a", "documents": []}, ["text"]),
        ({"documents": {}}, ["documents"]),
        (
            {"documents": [{"id": "1", "text": "a"}, {"text": 5, "x": 1}]},
            ["documents.1.id", "documents.1.text", "documents.1.x"],
        ),
        ({"documents": [{"id": "1", "text": "a"}] * 4}, ["documents"]),
        ({"text": "a", "options": {"tasks": ["entities", "relations"]}}, ["options.tasks.1"]),
        ({"text": "a", "options": {"tasks": "entities"}}, ["options.tasks"]),
        ({"text": "a", "options": {"offset_unit": "utf8"}}, ["options.offset_unit"]),
        ({"text": "a", "options": {"min_score": 1.5}}, ["options.min_score"]),
        ({"text": "a", "options": {"min_score": True}}, ["options.min_score"]),
        ({"text": "a", "options": {"min_score": "0.5"}}, ["options.min_score"]),
        ({"text": "a", "options": {"mode": 1}}, ["options.mode"]),
        ({"text": "a\ud800b"}, ["text"]),
        ({"text": "a", "id": "\udfff"}, ["id"]),
        ({"text": [[[[[[[[[[[[[[["deep enough"]]]]]]]]]]]]]]]}, ["text"]),
        ({"text": "a", "options": {"min_score": 10**400}}, ["options.min_score"]),
    ],
)
def test_422_names_the_path_of_each_fault(serve: Callable[..., TestClient], body: Any, paths: list[str]) -> None:
    response = serve(max_documents=3).post("/analyze", content=json.dumps(body), headers=JSON)
    assert [fault["path"] for fault in problem(response, 422)["errors"]] == paths


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b'{"text": "a", "text": "b"}', "text"),
        (b'{"text": "a", "options": {"min_score": 0, "\\u006din_score": 1}}', "min_score"),
        (b'{"a\\ud800": 1, "a\\ud800": 1, "text": "a"}', "a?"),
    ],
)
def test_422_a_key_that_stands_twice(serve: Callable[..., TestClient], content: bytes, path: str) -> None:
    assert problem(serve().post("/analyze", content=content, headers=JSON), 422)["errors"] == [
        {"path": path, "detail": "The key stands twice in one object"}
    ]


def test_413_more_values_than_the_documents_can_have(serve: Callable[..., TestClient]) -> None:
    client = serve(max_documents=3)
    for content in (b'{"documents": [' + b"{}," * 64 + b"{}]}", b"[]" * 65, b"1," * 65):
        body = problem(client.post("/analyze", content=content, headers=JSON), 413)
        assert body["detail"] == "The body has more values than 3 documents can have."
    text = json.dumps({"text": '[{,"' * 1000}).encode()
    assert client.post("/analyze", content=text, headers=JSON).status_code == 200


def test_422_names_the_place_of_a_lone_surrogate(serve: Callable[..., TestClient]) -> None:
    response = serve().post("/analyze", content=b'{"text": "\\u0642\\ud800"}', headers=JSON)
    assert problem(response, 422)["detail"] == ("text: A lone surrogate at code point 1: the text has no form in UTF-8")


def test_429_when_the_queue_is_full(serve: Callable[..., TestClient], analyzer: FakeAnalyzer) -> None:
    client = serve(queue_limit=1)
    analyzer.entered.acquire()
    analyzer.gate.clear()
    statuses: list[int] = []
    thread = threading.Thread(target=lambda: statuses.append(client.post("/analyze", json={"text": "قسد"}).status_code))
    thread.start()
    assert analyzer.entered.acquire(timeout=10)
    response = client.post("/analyze", json={"text": "قسد"})
    problem(response, 429)
    assert response.headers["retry-after"] == "1"
    analyzer.gate.set()
    thread.join(10)
    assert statuses == [200]
    assert client.post("/analyze", json={"text": "قسد"}).status_code == 200


def test_500_says_nothing_of_what_happened(serve: Callable[..., TestClient]) -> None:
    body = problem(serve().post("/analyze", json={"text": f"BOOM {SECRET}"}), 500)
    assert body["detail"] == "Something failed here; the fault is not in the request."


def test_neither_the_log_nor_a_problem_holds_what_was_sent(
    serve: Callable[..., TestClient], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="isnad")
    client = serve(max_chars=60)
    bodies: list[Any] = [
        *({"text": SECRET}, {"text": f"BOOM {SECRET}"}, {"text": SECRET * 9}, {"text": [SECRET]}),
        {"text": "a", "options": {"offset_unit": SECRET, "tasks": [SECRET], "min_score": SECRET}},
        {"documents": [{"id": "1", "text": f"BOOM {SECRET}"}]},
    ]
    sent = [json.dumps(body, ensure_ascii=False).encode() for body in bodies] + [f"{{{SECRET}".encode()]
    for content in sent:
        response = client.post(
            f"/analyze?q={SECRET}", content=content, headers={**JSON, "X-Request-ID": SECRET.encode().hex()}
        )
        if response.status_code != 200:
            assert SECRET not in response.json()["detail"]
        if response.status_code == 422:
            assert all(SECRET not in fault["detail"] for fault in response.json()["errors"])
    client.request(SECRET.encode().hex(), "/")
    client.get(f"/{SECRET}")
    logged = [record.getMessage() for record in caplog.records if record.name == "isnad"]
    assert sum("POST /analyze 500" in line for line in logged) == 1
    assert sum("analysis failed: RuntimeError at" in line for line in logged) == 2
    assert not any(SECRET in line or "Traceback" in line for line in logged)
    assert all(record.exc_info is None for record in caplog.records if record.name == "isnad")

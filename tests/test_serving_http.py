"""The HTTP contract: answers."""

import json
import re
import threading
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from serving.analysis import TextAnalyzer
from serving.app import create_app
from serving.settings import Settings
from tests.fakes import FakeAnalyzer

TEXT = "قال المرصد السوري لحقوق الإنسان إن داعش الإرهابي هاجم سجن غويران"


def test_one_document(serve: Callable[..., TestClient]) -> None:
    response = serve().post("/analyze", json={"id": "أ", "text": TEXT})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert list(body) == [
        *("id", "text_sha256", "offset_unit", "windows", "truncated"),
        *("model", "entities", "attributions", "stances", "actors"),
    ]
    assert body["id"] == "أ"
    assert [(e["text"], e["label"], e["parent"]) for e in body["entities"]] == [
        ("المرصد السوري لحقوق الإنسان", "ORG", None),
        ("داعش", "ARMED", None),
        ("سجن غويران", "FAC", None),
        ("غويران", "LOC", "e3"),
    ]
    assert all(TEXT[e["start"] : e["end"]] == e["text"] for e in body["entities"])
    assert body["attributions"][0]["speaker"] == {"name": "المرصد السوري لحقوق الإنسان", "entity": "e1"}
    assert body["stances"][0]["evidence"]["text"] == "الإرهابي"


def test_a_document_without_an_id(serve: Callable[..., TestClient]) -> None:
    assert serve().post("/analyze", json={"text": ""}).json()["id"] is None


def test_several_documents_in_the_order_sent_each_as_if_alone(serve: Callable[..., TestClient]) -> None:
    client = serve()
    documents = [{"id": str(n), "text": TEXT[n:]} for n in range(5)]
    results = client.post("/analyze", json={"documents": documents}).json()["results"]
    assert results == [client.post("/analyze", json=document).json() for document in documents]
    assert client.post("/analyze", json={"documents": []}).json() == {"results": []}


def test_a_document_that_cannot_be_analysed_leaves_the_others_theirs(serve: Callable[..., TestClient]) -> None:
    documents = [("long", "x" * 101), ("good", "قسد"), ("boom", "BOOM"), ("lone", "a\ud800"), ("last", "داعش")]
    sent = json.dumps({"documents": [{"id": id, "text": text} for id, text in documents]})
    response = serve(max_chars=100).post("/analyze", content=sent, headers={"Content-Type": "application/json"})
    assert response.status_code == 200
    results = response.json()["results"]
    assert [result["id"] for result in results] == ["long", "good", "boom", "lone", "last"]
    assert [result.get("error", {}).get("status") for result in results] == [413, None, 500, 422, None]
    assert set(results[0]) == {"id", "error"}
    assert results[0]["error"]["detail"] == "The text has 101 code points; at most 100 are taken, and none is cut off."
    assert results[3]["error"]["errors"] == [
        {
            "path": "documents.3.text",
            "detail": "A lone surrogate at code point 1: the text has no form in UTF-8",
        }
    ]
    assert results[2]["error"]["instance"].endswith("#/documents/2")
    assert [results[1]["entities"][0]["text"], results[4]["entities"][0]["text"]] == ["قسد", "داعش"]


@pytest.mark.parametrize(("unit", "start"), [("codepoint", 2), ("utf16", 3), ("byte", 5)])
def test_the_unit_of_offsets(serve: Callable[..., TestClient], unit: str, start: int) -> None:
    body = serve().post("/analyze", json={"text": "😀 قسد", "options": {"offset_unit": unit}}).json()
    assert (body["offset_unit"], body["entities"][0]["start"], body["entities"][0]["text"]) == (unit, start, "قسد")


def test_what_is_not_asked_for_is_an_empty_list(serve: Callable[..., TestClient]) -> None:
    body = serve().post("/analyze", json={"text": TEXT, "options": {"tasks": ["stances"]}}).json()
    assert (body["entities"], body["attributions"], len(body["stances"])) == ([], [], 1)


def test_the_least_score(serve: Callable[..., TestClient]) -> None:
    body = serve().post("/analyze", json={"text": "قسد 12", "options": {"min_score": 0.5}}).json()
    assert [entity["text"] for entity in body["entities"]] == ["قسد"]


def test_a_byte_order_mark_and_escapes_in_the_body(serve: Callable[..., TestClient]) -> None:
    content = b'\xef\xbb\xbf{"text": "\\ud83d\\ude00 \\u0642\\u0633\\u062f"}'
    response = serve().post("/analyze", content=content, headers={"Content-Type": "application/json; charset=UTF-8"})
    assert response.json()["entities"][0]["start"] == 2


def test_health_readiness_and_version_while_the_model_loads_and_after() -> None:
    loading = threading.Event()

    def load() -> TextAnalyzer:
        loading.wait(30)
        return FakeAnalyzer()

    with TestClient(create_app(Settings(), load)) as client:
        assert client.get("/healthz").json() == {"status": "alive"}
        assert client.get("/readyz").status_code == 503
        assert client.get("/version").json()["model"] is None
        refused = client.post("/analyze", json={"text": "قسد"})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        loading.set()
        while client.get("/readyz").status_code == 503:
            pass
        assert client.get("/readyz").json() == {"status": "ready", "model": "fake"}
        assert client.get("/version").json()["model"] == {"name": "fake", "version": "1", "sha256": "0" * 64}
        assert client.post("/analyze", json={"text": "قسد"}).status_code == 200


def test_a_model_that_does_not_load_is_told(caplog: pytest.LogCaptureFixture) -> None:
    given_up = threading.Event()

    def load() -> TextAnalyzer:
        raise ValueError("model.onnx: another SHA-256")

    with TestClient(create_app(Settings(), load, given_up.set)) as client:
        assert given_up.wait(10)
        assert client.get("/readyz").status_code == 503
    assert "the model was not loaded: model.onnx: another SHA-256" in caplog.text


def test_the_process_answers_while_it_analyses(serve: Callable[..., TestClient], analyzer: FakeAnalyzer) -> None:
    client = serve(workers=1)
    analyzer.entered.acquire()
    analyzer.gate.clear()
    thread = threading.Thread(target=client.post, args=("/analyze",), kwargs={"json": {"text": "قسد"}})
    thread.start()
    assert analyzer.entered.acquire(timeout=10)
    assert client.get("/healthz").status_code == 200
    assert "isnad_queue 1.0" in client.get("/metrics").text
    analyzer.gate.set()
    thread.join(10)
    assert "isnad_queue 0.0" in client.get("/metrics").text


def test_metrics(serve: Callable[..., TestClient]) -> None:
    client = serve()
    client.post("/analyze", json={"text": "قسد"})
    client.get("/قسد")
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'isnad_requests_total{method="POST",route="/analyze",status="200"} 1.0' in response.text
    assert 'isnad_requests_total{method="GET",route="unknown",status="404"} 1.0' in response.text
    assert 'isnad_documents_total{outcome="analysed"} 1.0' in response.text
    assert "isnad_characters_total 3.0" in response.text
    assert "isnad_ready 1.0" in response.text


def test_the_description_of_the_interface(serve: Callable[..., TestClient]) -> None:
    document = serve().get("/openapi.json").json()
    assert set(document["paths"]) == {"/analyze", "/healthz", "/readyz", "/version", "/metrics", "/"}
    assert set(document["paths"]["/analyze"]["post"]["responses"]) == {
        *("200", "400", "401", "408", "413", "415", "422", "429", "500", "503"),
    }
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert {"OneDocument", "SeveralDocuments", "Answer", "Answers", "ProblemAnswer"} <= named
    assert named <= set(document["components"]["schemas"])


def test_the_description_is_made_once() -> None:
    app = create_app(Settings(), FakeAnalyzer)
    assert app.openapi() is app.openapi()

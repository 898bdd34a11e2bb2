"""What is always true of an answer, whatever was asked."""

import hashlib
from typing import Any

from serving.schema import Answer, Answers, ProblemAnswer, Refused


def check(text: str, value: Any) -> None:
    """Asserts that `value` is an answer about `text` by the contract, with exact slices in its unit of offsets."""
    answer = Answer.model_validate(value, strict=False)
    assert set(value) == set(Answer.model_fields)
    assert value["text_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert value["truncated"] is False
    unit = value["offset_unit"]
    spans = list(value["entities"])
    for attribution in value["attributions"]:
        spans += [attribution["cue"], *attribution["contents"]]
        spans += [attribution["source"]] if attribution["source"] else []
    spans += [stance["evidence"] for stance in value["stances"] if stance["evidence"]]
    for span in spans:
        assert span["start"] < span["end"]
        assert _slice(text, unit, span["start"], span["end"]) == span["text"]
    entities = {entity.id for entity in answer.entities}
    acts = {attribution.id for attribution in answer.attributions}
    assert len(entities) == len(answer.entities) and len(acts) == len(answer.attributions)
    for entity in answer.entities:
        assert entity.parent is None or entity.parent in entities
    for attribution in answer.attributions:
        assert attribution.parent is None or attribution.parent in acts
    scores = [each["score"] for kind in ("entities", "attributions", "stances") for each in value[kind]]
    assert all(0 <= score <= 1 for score in scores)


def check_reply(request: Any, reply: Any) -> None:
    """Asserts that `reply` is the 200 answer to `request`."""
    if "documents" not in request:
        check(request["text"], reply)
        assert reply["id"] == request.get("id")
        return
    Answers.model_validate(reply)
    assert [result["id"] for result in reply["results"]] == [document["id"] for document in request["documents"]]
    for document, result in zip(request["documents"], reply["results"], strict=True):
        if "error" in result:
            Refused.model_validate(result)
            assert result["error"]["status"] in {413, 422}
        else:
            check(document["text"], result)


def check_problem(status: int, headers: dict[str, str], value: Any) -> None:
    """Asserts that `value` is the problem that an answer with this status and these headers (lower case) tells."""
    assert headers["content-type"] == "application/problem+json"
    ProblemAnswer.model_validate(value)
    assert value["status"] == status
    assert value["instance"].startswith("urn:isnad:request:")
    if status in {429, 503}:
        assert int(headers["retry-after"]) >= 1


def _slice(text: str, unit: str, start: int, end: int) -> str:
    if unit == "byte":
        return text.encode()[start:end].decode()
    if unit == "utf16":
        return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")
    return text[start:end]

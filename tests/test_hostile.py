"""Hostile input: texts, bodies and requests made to break what reads them."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from serving.analyzer import Analyzer
from serving.answer import answer
from serving.offsets import OffsetUnit
from serving.problems import Problem
from serving.request import OneDocument, SeveralDocuments, loads, parse
from serving.shape import check as check_shape
from serving.words import words
from tests import hostile
from tests.contract import check
from tests.fakes import FakeAnalyzer
from tests.stand_in import Running, running

ROOT = Path(__file__).parent.parent
TEXTS = st.lists(st.sampled_from(hostile.PIECES) | st.text(max_size=5), max_size=8).map("".join)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(TEXTS, st.sampled_from(OffsetUnit))
def test_an_answer_about_any_text_keeps_the_contract(text: str, unit: OffsetUnit) -> None:
    fake = FakeAnalyzer()
    check(text, json.loads(answer(fake.analyze(text), None, unit, fake.info).model_dump_json()))


@given(TEXTS)
def test_words_of_any_text_stand_in_it_one_after_the_other(text: str) -> None:
    at = 0
    for word in words(text):
        assert at <= word.span.start < word.span.end <= len(text)
        assert all(word.span.start <= place < word.span.end for place in word.places)
        at = word.span.end


@given(st.binary(max_size=80) | st.randoms(use_true_random=False).map(hostile.body))
@example(b'"\\')
@example(b'{"text": "\\ud800", "text": 1}')
def test_any_body_is_a_request_or_a_problem(body: bytes) -> None:
    try:
        assert isinstance(parse(body, 4), OneDocument | SeveralDocuments)
    except Problem as problem:
        assert problem.status in {400, 413, 422}
        json.dumps(problem.body("")).encode()


@given(JSON, st.booleans())
def test_the_shape_of_json_is_known_from_its_bytes(value: Any, escaped: bool) -> None:
    def depth(value: Any) -> int:
        inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    body = json.dumps(value, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    check_shape(b"[" * (16 - depth(value)) + body + b"]" * (16 - depth(value)), 64)
    with pytest.raises(Problem):
        check_shape(b"[" * (17 - depth(value)) + body + b"]" * (17 - depth(value)), 64)


@pytest.mark.parametrize("unit", [b'"\\', b'"', b"\\", b'""', b'",', b"[]", b"{", b'"\\"'])
def test_the_shape_of_four_million_bytes_is_looked_at_once(unit: bytes) -> None:
    # Where each place was looked at again from every other, this would take days.
    body = unit * (4 * 2**20 // len(unit))
    with pytest.raises(Problem):
        parse(body, 64)


@pytest.mark.parametrize("text", hostile.LONG[:4], ids=["marks on a letter", "marks", "no space", "no space in names"])
def test_the_shipped_model_on_texts_whose_size_is_their_danger(text: str) -> None:
    analyzer = Analyzer.load(ROOT / "models/isnad-ar", 1)
    check(text, json.loads(answer(analyzer.analyze(text), None, OffsetUnit.BYTE, analyzer.info).model_dump_json()))


@given(st.integers(0, 2**32))
@settings(phases=[Phase.generate], max_examples=200)
def test_a_line_of_a_batch_is_a_value_or_a_problem(seed: int) -> None:
    line = hostile.body(Random(seed))
    try:
        loads(line)
    except Problem as problem:
        assert problem.status in {400, 422}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    log = tmp_path_factory.mktemp("log") / "log"
    with running(log) as process:
        yield process
        assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_the_description_allows_or_forbids_is_answered_as_it_says(
    service: Running, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{service.port}/openapi.json")
    asked = set()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and operation.path != "/analyze":
            continue

        @given(operation.as_strategy(generation_mode=mode))
        @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def ask(case: Case[Any]) -> None:
            case.validate_response(case.call(timeout=60), checks=list(CHECKS))

        ask()
        asked.add(operation.path)
    assert asked >= {"/analyze"}

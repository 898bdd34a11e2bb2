"""Answers as the caller gets them."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.answer import answer
from serving.offsets import OffsetUnit
from serving.schema import Answer, SpanAnswer
from tests.fakes import INFO, FakeAnalyzer

TEXT = "😀 قال داعش إن قسد البطلة قتلت 5"


def ask(text: str, unit: OffsetUnit) -> Answer:
    return answer(FakeAnalyzer().analyze(text), "x", unit, INFO)


def test_every_field_of_a_small_answer() -> None:
    assert ask(TEXT, OffsetUnit.UTF16).model_dump(mode="json") == {
        "id": "x",
        "text_sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        "offset_unit": "utf16",
        "windows": 1,
        "truncated": False,
        "model": {"name": "fake", "version": "1", "sha256": "0" * 64},
        "entities": [
            {
                "id": "e1",
                "start": 7,
                "end": 11,
                "text": "داعش",
                "label": "ARMED",
                "score": 0.9,
                "name": "تنظيم الدولة الإسلامية",
                "parent": None,
            },
            {
                "id": "e2",
                "start": 15,
                "end": 18,
                "text": "قسد",
                "label": "ARMED",
                "score": 0.9,
                "name": "قوات سوريا الديمقراطية",
                "parent": None,
            },
            {
                "id": "e3",
                "start": 31,
                "end": 32,
                "text": "5",
                "label": "NUM",
                "score": 0.4,
                "name": None,
                "parent": None,
            },
        ],
        "attributions": [
            {
                "id": "a1",
                "source": {"start": 7, "end": 11, "text": "داعش"},
                "speaker": {"name": "تنظيم الدولة الإسلامية", "entity": "e1"},
                "cue": {"start": 3, "end": 6, "text": "قال"},
                "contents": [{"start": 15, "end": 32, "text": "قسد البطلة قتلت 5"}],
                "mode": "indirect",
                "force": "state",
                "parent": None,
                "score": 1.0,
            }
        ],
        "stances": [
            {
                "holder": "author",
                "target": "e2",
                "polarity": "favor",
                "evidence": {"start": 19, "end": 25, "text": "البطلة"},
                "score": 1.0,
            }
        ],
        "actors": [
            {
                "name": "تنظيم الدولة الإسلامية",
                "label": "ARMED",
                "mentions": ["e1"],
                "said": 1,
                "stances": [{"holder": "author", "favor": 0, "against": 0, "neutral": 1}],
            },
            {
                "name": "قوات سوريا الديمقراطية",
                "label": "ARMED",
                "mentions": ["e2"],
                "said": 0,
                "stances": [{"holder": "author", "favor": 1, "against": 0, "neutral": 0}],
            },
        ],
    }


WORDS = st.sampled_from(
    ["قال", "داعش", "قسد", "إن", "الإرهابي", "سجن غويران", "😀", "é", "e\u0301", "\u200f", "12", "\r\n"]
)


@pytest.mark.parametrize("unit", OffsetUnit)
@given(words=st.lists(WORDS))
def test_every_span_is_its_slice_in_every_unit(unit: OffsetUnit, words: list[str]) -> None:
    text = " ".join(words)
    encoding, width = {"codepoint": ("utf-32-le", 4), "utf16": ("utf-16-le", 2), "byte": ("utf-8", 1)}[unit]
    encoded = text.encode(encoding)
    found = ask(text, unit)
    spans = [SpanAnswer(start=e.start, end=e.end, text=e.text) for e in found.entities]
    for attribution in found.attributions:
        spans += [attribution.cue, *attribution.contents, *([attribution.source] if attribution.source else [])]
    spans += [stance.evidence for stance in found.stances if stance.evidence]
    for span in spans:
        assert encoded[width * span.start : width * span.end].decode(encoding) == span.text
    assert len(found.entities) >= words.count("قسد")

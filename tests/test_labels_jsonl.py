import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import Attribution, Document, Entity, Span, Stance
from labels.jsonl import FormatError, from_json, parse, read, to_json, write

GOLD = (
    '{"id": "d1", "text": "أكدت قسد", "outlet": null, "date": "2022-01-24", "origin": "seed", '
    '"entities": [{"id": "e1", "start": 5, "end": 8, "label": "ARMED", "name": "قوات سوريا الديمقراطية"}, '
    '{"id": "e2", "start": 0, "end": 4, "label": "NUM"}], '
    '"attributions": [{"id": "a1", "source": [5, 8], "speaker": "قسد", "cue": [0, 4], "contents": [[5, 6], [7, 8]], '
    '"mode": "indirect", "force": "affirm", "parent": null}], '
    '"stances": [{"holder": "author", "target": "e1", "polarity": "against", "evidence": null}]}\n'
)

# Letters, diacritics, tatweel, no-break space, joiners, quote marks of all kinds, line ends, beyond the BMP.
CHARACTERS = "قسدأإـًّٰ \u00a0\u200c\u200f\u2028“”\"«»'\\\n\r\t\x00٣3،🕊😀𐍈é"
texts = st.text(alphabet=st.one_of(st.sampled_from(CHARACTERS), st.characters(codec="utf-8")), max_size=60)
words = st.text(alphabet="قسد🕊 “\u00a0", min_size=1, max_size=8)
spans = st.builds(Span, st.integers(0, 60), st.integers(0, 60))
scores = st.floats(0, 1)


@st.composite
def documents(draw: st.DrawFn, predicted: bool) -> Document:
    score = scores if predicted else st.just(1.0)
    link = st.none() | words if predicted else st.none()
    entity = st.builds(Entity, words, spans, words, st.none() | words, link, score)
    speaker = draw(st.none() | words)
    act = st.builds(
        Attribution,
        words,
        spans,
        st.none() | spans,
        st.lists(spans, max_size=3).map(tuple),
        words,
        words,
        st.just(speaker),
        link if speaker is not None else st.none(),
        st.none() | words,
        score,
    )
    stance = st.builds(Stance, words, words, words, st.none() | spans, score)
    return Document(
        draw(words),
        draw(texts),
        tuple(draw(st.lists(entity, max_size=3))),
        tuple(draw(st.lists(act, max_size=3))),
        tuple(draw(st.lists(stance, max_size=3))),
        draw(st.none() | words),
        draw(st.none() | words),
        draw(words),
    )


@given(documents(predicted=False))
def test_gold_round_trip_is_exact(document: Document) -> None:
    line = json.dumps(to_json(document), ensure_ascii=False).encode()
    assert parse(line) == document


@given(documents(predicted=True))
def test_predicted_round_trip_is_exact(document: Document) -> None:
    line = json.dumps(to_json(document, predicted=True), ensure_ascii=False).encode()
    assert parse(line) == document


@given(st.lists(documents(predicted=False), max_size=3))
def test_no_character_of_a_text_ends_a_line(tmp_path_factory: pytest.TempPathFactory, held: list[Document]) -> None:
    path = tmp_path_factory.mktemp("round") / "documents.jsonl"
    write(path, held)
    assert list(read(path)) == held


def test_gold_is_written_as_the_scheme_has_it(tmp_path: Path) -> None:
    path, copy = tmp_path / "gold.jsonl", tmp_path / "copy.jsonl"
    path.write_text(GOLD, encoding="utf-8")
    write(copy, read(path))
    assert copy.read_bytes() == GOLD.encode()


def test_gold_is_read_into_values(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n" + GOLD, encoding="utf-8")
    [document] = read(path)
    assert document == Document(
        id="d1",
        text="أكدت قسد",
        entities=(
            Entity("e1", Span(5, 8), "ARMED", "قوات سوريا الديمقراطية"),
            Entity("e2", Span(0, 4), "NUM"),
        ),
        attributions=(
            Attribution("a1", Span(0, 4), Span(5, 8), (Span(5, 6), Span(7, 8)), "indirect", "affirm", "قسد"),
        ),
        stances=(Stance("author", "e1", "against"),),
        date="2022-01-24",
        origin="seed",
    )


def test_predictions_carry_scores_and_links_only_when_asked_for() -> None:
    document = Document(
        id="d",
        text="قال زيد",
        entities=(Entity("e1", Span(4, 7), "PER", "زيد", parent="e0", score=0.5),),
        attributions=(Attribution("a1", Span(0, 3), None, (), "direct", "state", "زيد", "e1", score=0.25),),
        stances=(Stance("a1", "e1", "favor", Span(0, 3), 0.75),),
    )
    assert to_json(document)["entities"] == [{"id": "e1", "start": 4, "end": 7, "label": "PER", "name": "زيد"}]
    assert to_json(document)["attributions"][0]["speaker"] == "زيد"
    assert "score" not in to_json(document)["attributions"][0] | to_json(document)["stances"][0]
    value = to_json(document, predicted=True)
    assert value["entities"][0] | {"parent": "e0", "score": 0.5} == value["entities"][0]
    assert value["attributions"][0]["speaker"] == {"name": "زيد", "entity": "e1"}
    assert (value["attributions"][0]["score"], value["stances"][0]["score"]) == (0.25, 0.75)


def answer(**changes: Any) -> dict[str, Any]:
    """An answer of the service, which carries no text."""
    return {
        "id": "d",
        "text_sha256": sha256("قال زيد".encode()).hexdigest(),
        "offset_unit": "codepoint",
        "entities": [
            {
                "id": "e1",
                "start": 4,
                "end": 7,
                "text": "زيد",
                "label": "PER",
                "score": 0.9,
                "name": "زيد",
                "parent": None,
            }
        ],
        "attributions": [
            {
                "id": "a1",
                "source": {"start": 4, "end": 7, "text": "زيد"},
                "speaker": {"name": "زيد", "entity": "e1"},
                "cue": {"start": 0, "end": 3, "text": "قال"},
                "contents": [{"start": 1, "end": 2, "text": "ا"}],
                "mode": "indirect",
                "force": "state",
                "parent": None,
                "score": 0.8,
            }
        ],
        "stances": [],
        "actors": [],
        **changes,
    }


def test_an_answer_of_the_service_is_read_over_its_text() -> None:
    document = from_json(answer(), {"d": "قال زيد"})
    assert document.text == "قال زيد"
    assert document.entities == (Entity("e1", Span(4, 7), "PER", "زيد", None, 0.9),)
    assert document.attributions == (
        Attribution("a1", Span(0, 3), Span(4, 7), (Span(1, 2),), "indirect", "state", "زيد", "e1", None, 0.8),
    )


@pytest.mark.parametrize(
    ("value", "texts", "message"),
    [
        (answer(), {}, "text: missing"),
        (answer(), {"d": "قال عمرو"}, "text_sha256: the answer is about another text than that of d"),
        (answer(offset_unit="utf16"), {"d": "قال زيد"}, "offset_unit: offsets must count code points"),
        ([], {}, "must be an object"),
        ({"text": ""}, {}, "id: missing"),
        ({"id": 3, "text": ""}, {}, "id: must be a string"),
        ({"id": "d", "text": "\ud83d"}, {}, "text: holds half of a surrogate pair"),
        ({"id": "d", "text": "", "entities": {}}, {}, "entities: must be a list"),
        ({"id": "d", "text": "", "entities": [7]}, {}, "entities[0]: must be an object"),
        (
            {"id": "d", "text": "", "entities": [{"id": "e", "start": True, "end": 1, "label": "PER"}]},
            {},
            "entities[0].start: must be an integer",
        ),
        (
            {"id": "d", "text": "", "entities": [{"id": "e", "start": 0, "end": 1, "label": "PER", "score": "1"}]},
            {},
            "entities[0].score: must be a number",
        ),
        (
            {"id": "d", "text": "", "attributions": [{"id": "a", "cue": [1]}]},
            {},
            "attributions[0].cue: must be a span: [start, end]",
        ),
        (
            {"id": "d", "text": "", "attributions": [{"id": "a", "cue": [0, 1], "contents": [[0, 1], [2, None]]}]},
            {},
            "attributions[0].contents[1][1]: must be an integer",
        ),
        (
            {"id": "d", "text": "", "stances": [{"holder": "author", "target": "e", "polarity": None}]},
            {},
            "stances[0].polarity: must be a string",
        ),
        (
            answer(attributions=[answer()["attributions"][0] | {"speaker": {"name": 4}}]),
            {"d": "قال زيد"},
            "attributions[0].speaker.name: must be a string",
        ),
    ],
)
def test_a_malformed_value_is_refused_by_its_key(value: object, texts: dict[str, str], message: str) -> None:
    with pytest.raises(FormatError) as caught:
        from_json(value, texts)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"{\xff}", "not UTF-8 at byte 1 of the line"),
        (b"{]", "not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (b'{"id": "x"}', "text: missing"),
    ],
)
def test_a_fault_names_file_and_line_and_what_stands_before_it_is_read(tmp_path: Path, line: bytes, fault: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(GOLD.encode() + b"\n" + line + b"\n")
    found = read(path)
    assert next(found).id == "d1"
    with pytest.raises(FormatError) as caught:
        next(found)
    assert str(caught.value) == f"{path}:3: {fault}"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("before", encoding="utf-8")

    def interrupted() -> Iterator[Document]:
        yield Document("d", "نص")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(path, interrupted())
    assert path.read_text(encoding="utf-8") == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.jsonl"]

"""What every format owes: the same document after the way there and back, and nothing of it lost without a word."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labels import Attribution, Document, Entity, Span, Stance
from labels.fields import FormatError
from labels.formats.conll import outermost
from labels.formats.keys import identity, key
from labels.formats.registry import FORMATS, guess, predicted
from labels.jsonl import read
from tests.documents import documents, texts

# Drawing documents is slow on a busy machine, which is no fault of the formats.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CORPUS = Path(__file__).parent.parent / "labels/corpus"
WHOLE = sorted(FORMATS.keys() - {"conll"})

DOCUMENT = Document(
    "d1",
    "أكدت قسد 🕊 أن داعش فرّوا",
    (Entity("e1", Span(5, 8), "ARMED", "قوات سوريا الديمقراطية"), Entity("e2", Span(14, 18), "ARMED", "داعش")),
    (Attribution("a1", Span(0, 4), Span(5, 8), (Span(14, 24),), "indirect", "affirm", "قسد"),),
    (Stance("a1", "e2", "against", Span(14, 24)),),
)


@pytest.mark.parametrize("name", WHOLE)
@UNHURRIED
@given(held=st.lists(documents(), min_size=1, max_size=3))
def test_documents_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, name: str, held: list[Document]
) -> None:
    path = tmp_path_factory.mktemp("round") / "documents"
    FORMATS[name].write(path, held)
    assert list(FORMATS[name].read(path)) == held


@UNHURRIED
@given(st.lists(documents(), max_size=3))
def test_conll_brings_back_the_text_and_the_outermost_entities(
    tmp_path_factory: pytest.TempPathFactory, held: list[Document]
) -> None:
    path = tmp_path_factory.mktemp("round") / "documents.conll"
    FORMATS["conll"].write(path, held)
    found = list(FORMATS["conll"].read(path))
    assert [replace(one, entities=()) for one in found] == [
        replace(one, entities=(), attributions=(), stances=()) for one in held
    ]
    for one, other in zip(held, found, strict=True):
        assert [(e.span, e.label) for e in other.entities] == [(e.span, e.label) for e in outermost(one)]
        assert [e.id for e in other.entities] == [f"e{n}" for n in range(1, len(other.entities) + 1)]


@UNHURRIED
@given(documents())
def test_conll_counts_every_entity_once(document: Document) -> None:
    lost = FORMATS["conll"].lost(document)
    assert lost["nested entities"] + len(outermost(document)) == len(document.entities)
    spans = [entity.span for entity in outermost(document)]
    assert all(one.end <= other.start for one, other in pairwise(spans))


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"brat"}))
def test_no_documents_are_a_file_too(tmp_path: Path, name: str) -> None:
    path = tmp_path / "none"
    FORMATS[name].write(path, [])
    assert list(FORMATS[name].read(path)) == []


@pytest.mark.parametrize("name", WHOLE)
def test_the_corpus_comes_back(tmp_path: Path, name: str) -> None:
    for file in (CORPUS / "seeds.jsonl", CORPUS / "authored/speech.jsonl"):
        held, path = list(read(file)), tmp_path / file.stem
        FORMATS[name].write(path, held)
        assert list(FORMATS[name].read(path)) == held


@given(texts)
def test_an_id_comes_out_of_its_key(text: str) -> None:
    assert identity("cue", key("cue", text)) == text


def test_an_id_that_others_gave_stays() -> None:
    assert identity("entity", "Dx_aB91ISN") == "Dx_aB91ISN"
    assert identity("entity", "cue-a1") == "cue-a1"
    assert identity("entity", "entity-a b") == "entity-a b"
    assert identity("entity", "entity-_FF") == "entity-_FF"
    assert key("entity", "e_1#خ") == "entity-e_5F1_23_D8_AE"


@given(texts)
def test_keys_are_names_of_css_classes(text: str) -> None:
    assert re.fullmatch(r"cue-[A-Za-z0-9_-]*", key("cue", text))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.jsonl", "jsonl"),
        ("a.conll", "conll"),
        ("a.iob2", "conll"),
        ("a.json", "label-studio"),
        ("a.jsonld", "web-annotation"),
        ("a", "brat"),
        ("a.txt", None),
    ],
)
def test_an_ending_stands_for_a_format(path: str, name: str | None) -> None:
    assert guess(Path(path)) == name


def test_a_folder_is_brats_whatever_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "batch.1"
    folder.mkdir()
    assert guess(folder) == "brat"


def test_what_a_model_added_is_counted_as_lost() -> None:
    [entity, other], [act], [stance] = DOCUMENT.entities, DOCUMENT.attributions, DOCUMENT.stances
    document = replace(
        DOCUMENT,
        entities=(replace(entity, score=0.5, parent="e2"), other),
        attributions=(replace(act, score=0.25, speaker_entity="e1"),),
        stances=(replace(stance, score=0.75),),
    )
    assert predicted(document) == Counter({"scores": 3, "parents of entities": 1, "entities of speakers": 1})
    assert not any(predicted(DOCUMENT).values())
    for name in FORMATS:
        assert FORMATS[name].lost(document)["scores"] == (0 if name == "label-studio-predictions" else 3)
        assert FORMATS[name].lost(document)["parents of entities"] == 1


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"jsonl"}))
@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (
            replace(DOCUMENT, entities=(replace(DOCUMENT.entities[0], span=Span(20, 30)),)),
            "entity e1: [20, 30] is not a span of the text",
        ),
        (
            replace(DOCUMENT, entities=(replace(DOCUMENT.entities[0], label="TOWN"),)),
            "entity e1: label 'TOWN' is none of PER, NORP, ORG, ARMED, MEDIA, GPE, LOC, FAC, EVENT, DATE, NUM, WEAPON",
        ),
        (replace(DOCUMENT, entities=DOCUMENT.entities[:1] * 2), "entity e1: the id stands 2 times"),
        (
            replace(DOCUMENT, entities=(replace(DOCUMENT.entities[0], name="ق\nس"),)),
            "entity e1: 'ق\\nس' has a newline inside",
        ),
        (
            replace(DOCUMENT, attributions=(replace(DOCUMENT.attributions[0], contents=(Span(4, 8),)),)),
            "attribution a1: ' قسد' has white space at an edge",
        ),
        (
            replace(DOCUMENT, attributions=(replace(DOCUMENT.attributions[0], force="say"),)),
            "attribution a1: force 'say' is none of "
            "state, affirm, claim, deny, accuse, demand, warn, admit, predict, ask",
        ),
        (
            replace(DOCUMENT, attributions=(replace(DOCUMENT.attributions[0], parent="a9"),)),
            "attribution a1: parent 'a9' is no attribution",
        ),
        (replace(DOCUMENT, attributions=()), "stance of a1 on e2: holder 'a1' is no attribution"),
        (replace(DOCUMENT, entities=()), "stance of a1 on e2: target 'e2' is no entity"),
        (
            replace(DOCUMENT, stances=(replace(DOCUMENT.stances[0], polarity="neutral"),)),
            "stance of a1 on e2: polarity 'neutral' is none of favor, against",
        ),
    ],
)
def test_a_document_that_no_format_could_hold_is_refused(
    tmp_path: Path, name: str, document: Document, fault: str
) -> None:
    path = tmp_path / "out"
    with pytest.raises(FormatError) as caught:
        FORMATS[name].write(path, [document])
    assert str(caught.value) == f"document d1: {fault}"
    assert not path.is_file()

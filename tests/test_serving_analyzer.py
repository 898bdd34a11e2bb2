import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import serving.analyzer
from labels import Attribution, Document, Entity, Span, Stance
from labels.scheme import CUE_TAGS, ENTITY_TAGS, FORCES, POLARITIES, ROLE_TAGS
from labels.validation import faults
from serving import assemble, decode
from serving.analysis import Actor, Analysis, ModelInfo, Tally
from serving.analyzer import Analyzer, Thresholds
from serving.chains import Chains, Floats
from serving.layout import (
    ACT_CLASSES,
    CLIP_CLASSES,
    CUE_END,
    CUE_START,
    ENTITY_END,
    ENTITY_START,
    FORCE,
    NOBODY,
    POLARITY,
    ROLE_CLASSES,
    ROLE_END,
    ROLE_START,
    SPEAKER,
    TAGS,
)
from serving.manifest import Manifest, ModelError, sha256
from serving.marks import FAR, NEAR, Kind
from serving.model import ENCODER, ROLES, Ints, Shorts, Tagged
from serving.names import Lexicon
from serving.stopping import Stopped, stoppable
from serving.windows import WINDOW, windows
from serving.words import words
from tests.tiny import tokenizer, vocabulary

HIGH = 9.0
OUTER = {
    "قوات": "B-ARMED",
    "سوريا": "I-ARMED",
    "الديمقراطية": "I-ARMED",
    "وقسد": "B-ARMED",
    "قسد": "B-ARMED",
    "داعش": "B-ARMED",
    "رويترز": "B-MEDIA",
    "معركة": "B-EVENT",
    "طويلة": "I-EVENT",
}
INNER = {"سوريا": "B-GPE"}
CUES = {"قالت": "state", "وأكدت": "affirm", "نفت": "deny"}
FILLER = ("كلمة", "قلم", "بعد", "بحر", "ورق")
OPENS, ENDS, EPITHET = "إن", ".", "الإرهابي"
IDS = vocabulary((*OUTER, *CUES, *FILLER, OPENS, ENDS, EPITHET))
FORMS = {number: form for form, number in IDS.items()}


class RuleNetwork:
    """Reads each piece by itself, and the surroundings of a mark by three rules: the word behind a cue is its source
    and speaker, what stands between «إن» and the next full stop is its content, and «الإرهابي» behind a target is
    against it. A hidden state is the piece's id."""

    chains = Chains.even()

    def encode(self, ids: Ints, first: Ints) -> Tagged:
        forms = [FORMS[i] for i in ids[first].tolist()]
        clips = np.zeros((len(forms), CLIP_CLASSES), np.float32)
        for place in (ENTITY_START, ENTITY_END, CUE_START, CUE_END):
            clips[:, place.start] = 1.0
        for at, form in enumerate(forms):
            clips[at, ENTITY_START.start + 1] = clips[at, CUE_START.start + 1] = HIGH * form.startswith("و")
        cue = ["B-CUE" if form in CUES else "O" for form in forms]
        return Tagged(
            ids[first, None].astype(np.float32),
            _one_hot([OUTER.get(form, "O") for form in forms], ENTITY_TAGS),
            _one_hot([INNER.get(form, "O") for form in forms], ENTITY_TAGS),
            _one_hot(cue, CUE_TAGS),
            clips,
        )

    def roles(self, hidden: Floats, marks: Ints, distances: Ints, mask: Shorts, asked: Ints) -> tuple[Floats, Floats]:
        made = np.zeros((*marks.shape, ROLE_CLASSES), np.float32)
        acts = np.zeros((len(marks), ACT_CLASSES), np.float32)
        for row in range(len(marks)):
            forms = [FORMS[int(i)] for i in hidden[row, mask[row] > 0, 0]]
            behind = int(np.flatnonzero(distances[row] == NEAR + FAR)[-1]) + 1
            read = self._cue if Kind.CUE in marks[row] else self._target
            read(forms, behind, made[row], acts[row])
        return np.take_along_axis(made, np.maximum(asked, 0)[:, :, None], 1), acts

    def _cue(self, forms: list[str], behind: int, made: Floats, act: Floats) -> None:
        tags = ["O"] * len(forms)
        if behind < len(forms) and forms[behind] in OUTER:
            tags[behind] = "B-SOURCE"
            made[behind, ROLE_START.start + 1] = forms[behind].startswith("و")
            made[behind, SPEAKER] = HIGH
        if OPENS in forms[behind:]:
            first = forms.index(OPENS, behind) + 1
            last = forms.index(ENDS, first) if ENDS in forms[first:] else len(forms)
            tags[first:last] = ["B-CONTENT", *["I-CONTENT"] * (last - first - 1)][: last - first]
        made[: len(forms), TAGS] = _one_hot(tags, ROLE_TAGS)
        made[:, ROLE_END.start] = 1.0
        act[NOBODY] = 1.0
        act[FORCE.start + FORCES.index(CUES[forms[behind - 1]])] = HIGH

    def _target(self, forms: list[str], behind: int, made: Floats, act: Floats) -> None:
        tags = ["O"] * len(forms)
        if behind < len(forms) and forms[behind] == EPITHET:
            tags[behind] = "B-EVIDENCE"
            act[POLARITY.start + 1 + POLARITIES.index("against")] = HIGH
        made[: len(forms), TAGS] = _one_hot(tags, ROLE_TAGS)


def _one_hot(tags: list[str], names: tuple[str, ...]) -> Floats:
    made = np.zeros((len(tags), len(names)), np.float32)
    made[np.arange(len(tags)), [names.index(tag) for tag in tags]] = HIGH
    return made


INFO = ModelInfo("rules", "1", "0" * 64)
LEXICON = Lexicon({"ARMED": {"قسد": "قوات سوريا الديمقراطية"}})
ANALYZER = Analyzer(RuleNetwork(), tokenizer(IDS), LEXICON, Thresholds(), INFO)


def filler(count: int, seed: int = 1) -> str:
    return " ".join(random.Random(seed).choices(FILLER, k=count))


def surfaces(analysis: Analysis) -> list[str]:
    return [e.span.of(analysis.document.text) for e in analysis.document.entities]


@pytest.mark.parametrize("text", ["", " \r\n\t\u00a0", "\u200f\u064e"])
def test_nothing_to_read(text: str) -> None:
    assert ANALYZER.analyze(text) == Analysis(Document("", text), 0, ())


def test_a_text_with_everything() -> None:
    text = "قالت رويترز إن داعش الإرهابي في سوريا .\nوأكدت قوات سوريا الديمقراطية\nثم وقسد"

    def span(surface: str, nth: int = 0) -> Span:
        start = -1
        for _ in range(nth + 1):
            start = text.index(surface, start + 1)
        return Span(start, start + len(surface))

    analysis = ANALYZER.analyze(text)
    document = analysis.document
    assert (document.id, document.text, analysis.windows) == ("", text, 1)
    sure: Any = pytest.approx(1.0, abs=0.01)
    full = "قوات سوريا الديمقراطية"
    assert document.entities == (
        Entity("e1", span("رويترز"), "MEDIA", "رويترز", None, sure),
        Entity("e2", span("داعش"), "ARMED", "داعش", None, sure),
        Entity("e3", span(full), "ARMED", full, None, sure),
        Entity("e4", span("سوريا", 1), "GPE", "سوريا", "e3", sure),
        Entity("e5", span("قسد"), "ARMED", full, None, sure),
    )
    assert document.attributions == (
        Attribution(
            "a1",
            span("قالت"),
            span("رويترز"),
            (span("داعش الإرهابي في سوريا"),),
            "indirect",
            "state",
            "رويترز",
            "e1",
            None,
            sure,
        ),
    )
    assert document.stances == (Stance("a1", "e2", "against", span("الإرهابي"), sure),)
    assert analysis.actors == (
        Actor(full, "ARMED", ("e3", "e5"), 0, (Tally("author", 0, 0, 2),)),
        Actor("رويترز", "MEDIA", ("e1",), 1, (Tally("author", 0, 0, 1),)),
        Actor("داعش", "ARMED", ("e2",), 0, (Tally("رويترز", 0, 1, 0),)),
        Actor("سوريا", "GPE", ("e4",), 0, (Tally("author", 0, 0, 1),)),
    )
    assert list(faults(document)) == []


def test_tasks_and_least_score() -> None:
    text = "قالت رويترز إن داعش الإرهابي ."
    only = ANALYZER.analyze(text, frozenset({"attributions"}))
    assert (only.document.entities, only.document.stances, only.actors) == ((), (), ())
    assert [(a.speaker, a.speaker_entity) for a in only.document.attributions] == [("رويترز", None)]
    assert ANALYZER.analyze(text, min_score=1.0).document == Document("", text)


def test_thresholds() -> None:
    text = "قالت رويترز إن داعش الإرهابي ."
    silent = ANALYZER.at(Thresholds(cue=-2 * HIGH, against=1.1)).analyze(text).document
    assert (silent.attributions, silent.stances, len(silent.entities)) == ((), (), 2)
    assert len(ANALYZER.analyze(text).document.stances) == 1


def test_a_cue_without_a_content_is_no_attribution() -> None:
    assert ANALYZER.analyze("نفت قسد").document.attributions == ()


@pytest.mark.parametrize("before", range(185, 213, 4))
def test_an_entity_over_the_edge_of_a_window_is_whole(before: int) -> None:
    name = "معركة" + " طويلة" * 29
    text = f"{filler(before)} {name} {filler(1150 - before)}"
    assert any(before < window.end < before + 30 for window in windows(words(text), tokenizer(IDS)))
    analysis = ANALYZER.analyze(text)
    assert (analysis.windows, surfaces(analysis)) == (6, [name])


@pytest.mark.parametrize("length", [10, 96, 300, 1200])
def test_a_content_is_read_to_its_end_over_windows_and_reach(length: int) -> None:
    content = filler(length)
    text = f"{filler(440)} قالت قسد إن {content} . {filler(300)} داعش"
    (act,) = ANALYZER.analyze(text).document.attributions
    assert [c.of(text) for c in act.contents] == [content]
    assert (act.speaker, act.source and act.source.of(text)) == ("قوات سوريا الديمقراطية", "قسد")


def test_a_content_that_the_text_cuts_off() -> None:
    content = filler(700)
    text = f"نفت قسد إن {content}"
    (act,) = ANALYZER.analyze(text).document.attributions
    assert ([c.of(text) for c in act.contents], act.force) == ([content], "deny")


def test_the_chain_over_windows() -> None:
    text = f"{filler(400)} قالت رويترز إن {filler(90)} وأكدت قسد إن {filler(200)} داعش الإرهابي ."
    document = ANALYZER.analyze(text).document
    assert [(a.cue.of(text), a.speaker, a.parent) for a in document.attributions] == [
        ("قالت", "رويترز", None),
        ("أكدت", "قوات سوريا الديمقراطية", "a1"),
    ]
    assert [(s.holder, s.polarity) for s in document.stances] == [("a2", "against")]
    assert list(faults(document)) == []


def noise(seed: int, count: int) -> str:
    """`count` words of the vocabulary at random, in lines."""
    choose = random.Random(seed)
    forms = [*OUTER, *CUES, OPENS, ENDS, EPITHET, *FILLER * 3]
    return "".join(choose.choice(forms) + choose.choice("     \n") for _ in range(count))


@pytest.mark.parametrize("seed", range(3))
def test_windows_make_no_difference(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = noise(seed, 1500)
    cut = ANALYZER.analyze(text)
    monkeypatch.setattr(serving.analyzer, "windows", partial(windows, size=10**6))
    whole = ANALYZER.analyze(text)
    assert (cut.windows > len(text.split()) // WINDOW, whole.windows) == (True, 1)
    assert (cut.document, cut.actors) == (whole.document, whole.actors)
    assert len(cut.document.entities) > 100 and len(cut.document.attributions) > 20


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 80))
def test_an_analysis_keeps_the_rules(seed: int, count: int) -> None:
    document = ANALYZER.analyze(noise(seed, count)).document
    # An act whose content leads out of the one that its cue stands in has no parent in it, lest it be its own ancestor.
    borne = ("the text is empty", "is closer around it", "and has no parent")
    assert [str(f) for f in faults(document) if not f.words.endswith(borne)] == []


@pytest.mark.parametrize(
    ("module", "step", "spared", "following"),
    [
        (serving.analyzer, "words", serving.analyzer, "windows"),
        (decode, "entities", serving.analyzer, "names"),
        (decode, "roles", assemble, "attributions"),
        (assemble, "stances", assemble, "actors"),
    ],
)
def test_an_analysis_that_is_told_to_stop_ends_with_the_step_that_it_is_at(
    module: ModuleType, step: str, spared: ModuleType, following: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, done = threading.Event(), getattr(module, step)

    def last(*given: Any) -> Any:
        told.set()
        return done(*given)

    def never(*_given: Any) -> None:
        raise AssertionError(f"{following} was begun")

    monkeypatch.setattr(module, step, last)
    monkeypatch.setattr(spared, following, never)
    with stoppable(told), pytest.raises(Stopped):
        ANALYZER.analyze("قالت رويترز إن داعش الإرهابي .")


def test_neither_order_nor_threads_make_a_difference() -> None:
    texts = [noise(seed, 20 * seed) for seed in range(10)]
    expected = [ANALYZER.analyze(text) for text in texts]
    assert [ANALYZER.analyze(text) for text in reversed(texts)] == expected[::-1]
    with ThreadPoolExecutor(4) as pool, ThreadPoolExecutor(3) as shared:
        spread = Analyzer(RuleNetwork(), tokenizer(IDS), LEXICON, Thresholds(), INFO, shared.map)
        assert list(pool.map(spread.analyze, texts * 2)) == expected * 2


def _folder(folder: Path, **changed: bytes) -> Path:
    """A model folder whose graphs are none; `changed` (with _ for / and .) are other contents."""
    contents = {
        "config.json": json.dumps({"decoding": Thresholds(0.5, 0.6, 0.7).to_json()}).encode(),
        "tokenizer.json": tokenizer(IDS).to_str().encode(),
        "names.json": b"{}",
        ENCODER: b"no graph",
        ROLES: b"no graph",
    }
    (folder / "onnx").mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(changed.get(name.replace(".", "_"), content))
    Manifest("isnad-ar", "1", {name: sha256(folder / name) for name in contents}, {}).write(folder)
    return folder


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({}, r"encoder_quantized\.onnx: not a graph that ONNX Runtime [\d.]+ loads"),
        ({"config_json": b"{"}, r"config\.json or tokenizer\.json is malformed"),
        ({"config_json": b"{}"}, r"config\.json or tokenizer\.json is malformed"),
        ({"config_json": b'{"decoding": {"queue": 1}}'}, r"config\.json or tokenizer\.json is malformed"),
        ({"tokenizer_json": b"{}"}, r"config\.json or tokenizer\.json is malformed"),
    ],
)
def test_a_folder_that_does_not_load(tmp_path: Path, changed: dict[str, bytes], fault: str) -> None:
    with pytest.raises(ModelError, match=fault):
        Analyzer.load(_folder(tmp_path, **changed))


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "names.json", ENCODER, ROLES])
def test_a_folder_with_a_changed_file(tmp_path: Path, name: str) -> None:
    folder = _folder(tmp_path)
    with (folder / name).open("ab") as file:
        file.write(b"\n")
    with pytest.raises(ModelError, match=f"{name}: its SHA-256 is not the manifest's"):
        Analyzer.load(folder)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none/manifest\.json: cannot be read"):
        Analyzer.load(tmp_path / "none")

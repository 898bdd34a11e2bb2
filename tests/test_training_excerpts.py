"""Documents cut between sentences: nothing of the text or of the annotation is lost."""

from pathlib import Path

import numpy as np
import pytest

from labels import Attribution, Document, Entity, Span, Stance
from labels.jsonl import read
from training.excerpts import excerpts

SEEDS = list(read(Path("labels/corpus/seeds.jsonl")))
TEXT = "وصل وفد. قال زيد: سنعود. غداً. وأضاف أنه راض.\n\nانتهى"
ACT = Attribution("a1", Span(9, 12), Span(13, 16), (Span(18, 29),), "indirect", "state", "زيد", "e1")
NEXT = Attribution("a2", Span(32, 36), None, (Span(40, 43),), "indirect", "state", "زيد", "e1", "a1")
DOCUMENT = Document("d", TEXT, (Entity("e1", Span(13, 16), "PER", "زيد"),), (ACT, NEXT), (Stance("a1", "e1", "favor"),))


def test_an_act_is_never_cut() -> None:
    parts = list(excerpts(DOCUMENT, 1.0, np.random.default_rng(0)))
    assert [part.text for part in parts] == ["وصل وفد. ", "قال زيد: سنعود. غداً. ", "وأضاف أنه راض.\n\n", "انتهى"]
    (act,) = parts[1].attributions
    assert [span.of(parts[1].text) for span in (act.cue, *act.contents)] == ["قال", "سنعود. غداً"]
    assert (act.speaker_entity, parts[1].entities[0].span.of(parts[1].text)) == ("e1", "زيد")
    assert parts[1].stances == DOCUMENT.stances
    (later,) = parts[2].attributions
    # Who spoke is still known by name, though neither the entity nor the act around it stands in the excerpt.
    assert (later.cue.of(parts[2].text), later.speaker, later.speaker_entity, later.parent) == (
        "أضاف",
        "زيد",
        None,
        None,
    )


def test_without_cuts_a_document_stays_as_it_is() -> None:
    assert list(excerpts(DOCUMENT, 0.0, np.random.default_rng(0))) == [DOCUMENT]


@pytest.mark.parametrize("share", [0.3, 1.0])
@pytest.mark.parametrize("document", SEEDS, ids=lambda d: d.id)
def test_nothing_is_lost(document: Document, share: float) -> None:
    parts = list(excerpts(document, share, np.random.default_rng(1)))
    assert len(parts) > 2
    assert "".join(part.text for part in parts) == document.text
    whole = [(e.id, e.span.of(document.text)) for e in document.entities]
    assert [(e.id, e.span.of(part.text)) for part in parts for e in part.entities] == whole
    contents = [[c.of(document.text) for c in a.contents] for a in document.attributions]
    assert [[c.of(part.text) for c in a.contents] for part in parts for a in part.attributions] == contents
    evidence = [s.evidence and s.evidence.of(document.text) for s in document.stances]
    assert [s.evidence and s.evidence.of(part.text) for part in parts for s in part.stances] == evidence

from dataclasses import replace

import pytest

from labels import Attribution, Document, Entity, Span, Stance
from labels.measures import Accuracy, BCubed, Measure, mean_f1, total
from labels.scoring import score

TEXT = "x" * 200


def document(
    *entities: Entity,
    acts: tuple[Attribution, ...] = (),
    stances: tuple[Stance, ...] = (),
    key: str = "d",
) -> Document:
    return Document(key, TEXT, entities, acts, stances)


def entity(key: str, start: int, end: int, label: str, name: str | None = None) -> Entity:
    return Entity(key, Span(start, end), label, name)


def act(key: str, cue: tuple[int, int], source: tuple[int, int] | None, *contents: tuple[int, int]) -> Attribution:
    spans = tuple(Span(*content) for content in contents)
    return Attribution(key, Span(*cue), Span(*source) if source else None, spans, "indirect", "state", "زيد")


def test_a_measure_over_nothing_is_zero() -> None:
    assert Measure().to_json() == {"p": 0.0, "r": 0.0, "f1": 0.0, "gold": 0, "pred": 0}
    assert BCubed().to_json() == {"p": 0.0, "r": 0.0, "f1": 0.0, "mentions": 0}
    assert Accuracy().value == 0.0
    assert mean_f1([Measure(0, 3, 0)]) == 0.0


def test_a_measure_by_hand() -> None:
    measure = Measure(found=2, predicted=3, gold=4)
    assert measure.to_json() == {"p": 0.6667, "r": 0.5, "f1": 0.5714, "gold": 4, "pred": 3}
    assert total([measure, Measure(1, 1, 0)]) == Measure(3, 4, 4)
    # A label without gold items has no part in the macro average: (0.5714 + 1) / 2.
    assert mean_f1([measure, Measure(1, 1, 1), Measure(0, 5, 0)]) == 0.7857


def test_entities_by_hand() -> None:
    gold = document(
        entity("e1", 0, 5, "ARMED"),
        entity("e2", 10, 15, "GPE"),
        entity("e3", 20, 25, "GPE"),
        entity("e4", 30, 35, "PER"),
    )
    predicted = document(
        entity("x1", 0, 5, "ARMED"),  # exact
        entity("x2", 11, 15, "GPE"),  # overlaps e2
        entity("x3", 12, 25, "GPE"),  # overlaps e2 by 3 and e3 by 5: paired with e3
        entity("x4", 30, 35, "ORG"),  # another label
        entity("x5", 30, 35, "ORG"),  # the same again counts once
    )
    scores = score([gold], [predicted])
    assert total(scores.entities.values()) == Measure(1, 4, 4)
    assert total(scores.overlaps.values()) == Measure(3, 4, 4)
    assert scores.entities["ORG"] == Measure(0, 1, 0)
    value = scores.to_json()["entities"]
    assert value["micro"] == {"p": 0.25, "r": 0.25, "f1": 0.25, "gold": 4, "pred": 4}
    assert value["macro_f1"] == 0.3333
    assert value["overlap_micro"]["f1"] == 0.75
    assert list(value["per_label"])[:3] == ["PER", "NORP", "ORG"]
    assert value["per_label"]["WEAPON"]["gold"] == 0


def test_name_clusters_by_hand() -> None:
    gold = document(
        entity("e1", 0, 5, "ARMED", "قسد"),
        entity("e2", 10, 15, "ARMED", "قسد"),
        entity("e3", 20, 25, "ARMED", "قسد"),
        entity("e4", 30, 35, "ARMED", "داعش"),
        entity("e5", 40, 45, "ARMED", "داعش"),
        entity("e6", 50, 52, "NUM"),
    )
    predicted = document(
        entity("e1", 0, 5, "ARMED", "أ"),
        entity("e2", 10, 15, "ARMED", "أ"),
        entity("e3", 20, 25, "ARMED", "ب"),
        entity("e4", 30, 35, "ARMED", "ب"),
        entity("e5", 41, 45, "ARMED", "ب"),  # not the same span: no part in this
        entity("e6", 50, 52, "NUM"),
    )
    names = score([gold], [predicted]).names
    # Precision: 1, 1, 1/2, 1/2 over 4 mentions; recall: 2/3, 2/3, 1/3, 1.
    assert names.mentions == 4
    assert names.precision == pytest.approx(0.75)
    assert names.recall == pytest.approx(2 / 3)
    assert names.to_json() == {"p": 0.75, "r": 0.6667, "f1": 0.7059, "mentions": 4}


def test_mentions_without_a_predicted_name_stand_alone() -> None:
    gold = document(entity("e1", 0, 5, "GPE", "حلب"), entity("e2", 10, 15, "GPE", "حلب"))
    predicted = document(entity("e1", 0, 5, "GPE"), entity("e2", 10, 15, "GPE"))
    assert score([gold], [predicted]).names == BCubed(precisions=2.0, recalls=1.0, mentions=2)


def test_attributions_by_hand() -> None:
    gold = document(
        acts=(
            act("a1", (0, 4), (5, 10), (12, 32)),
            act("a2", (40, 44), None, (50, 60), (70, 80)),
            act("a3", (100, 104), (105, 110), (112, 120)),
        )
    )
    predicted = document(
        acts=(
            # Identical but for the order of its contents, and with another force.
            replace(act("p1", (40, 44), None, (70, 80), (50, 60)), force="claim"),
            # Paired with a1: source overlaps, 10 of 20 and 10 offsets of content shared: Dice 20/30.
            replace(act("p2", (0, 4), (5, 9), (12, 22)), speaker="عمرو"),
            # Paired with a3 by the content alone: Dice 2 * 2 / (8 + 2) = 0.4; the source is missing.
            replace(act("p3", (130, 133), None, (112, 114)), mode="direct"),
            # Paired with none.
            act("p4", (150, 155), (160, 165), (170, 180)),
        )
    )
    scores = score([gold], [predicted])
    assert scores.attributions == {
        "cue_exact": Measure(2, 4, 3),
        "cue_overlap": Measure(2, 4, 3),
        "source_exact": Measure(0, 2, 2),
        "source_overlap": Measure(1, 2, 2),
        "content_exact": Measure(1, 4, 3),
        "content_overlap": Measure(3, 4, 3),
        "act": Measure(2, 4, 3),
        "act_exact": Measure(1, 4, 3),
    }
    assert scores.accuracies == {"force": Accuracy(2, 3), "mode": Accuracy(2, 3), "speaker": Accuracy(2, 3)}
    value = scores.to_json()["attributions"]
    assert value["act"] == {"p": 0.5, "r": 0.6667, "f1": 0.5714, "gold": 3, "pred": 4}
    assert value["force_accuracy"] == 0.6667


def test_cues_outweigh_contents_when_acts_are_paired() -> None:
    gold = document(acts=(act("a1", (0, 4), None, (10, 100)), act("a2", (5, 9), None, (110, 120))))
    predicted = document(acts=(act("p1", (5, 9), None, (10, 100)), act("p2", (0, 4), None, (110, 120))))
    assert score([gold], [predicted]).attributions["act"] == Measure(0, 2, 2)


def test_an_unknown_speaker_is_no_decision_and_no_pair_no_accuracy() -> None:
    unknown = replace(act("a1", (0, 4), None, (10, 20)), speaker=None)
    scores = score([document(acts=(unknown,))], [document(acts=(act("p1", (0, 4), None, (10, 20)),))])
    assert scores.accuracies["speaker"] == Accuracy(0, 0)
    assert "speaker_accuracy" not in scores.to_json()["attributions"]
    assert scores.to_json()["attributions"]["mode_accuracy"] == 1.0


def test_stances_by_hand() -> None:
    acts = (act("a1", (0, 4), None, (10, 50)),)
    entities = (entity("e1", 12, 16, "ARMED"), entity("e2", 20, 24, "GPE"), entity("e3", 60, 64, "ORG"))
    gold = document(
        *entities,
        acts=acts,
        stances=(Stance("a1", "e1", "against"), Stance("a1", "e2", "against"), Stance("author", "e3", "favor")),
    )
    predicted = document(
        *(replace(e, id=f"x{e.id}") for e in entities),
        acts=(replace(acts[0], id="b7"),),
        stances=(
            Stance("b7", "xe1", "against"),  # the paired act holds it
            Stance("author", "xe2", "against"),  # another holder
            Stance("author", "xe3", "against"),  # another polarity
            Stance("author", "xe9", "favor"),  # towards no entity: left out
        ),
    )
    scores = score([gold], [predicted])
    assert scores.stances == {"favor": Measure(0, 0, 1), "against": Measure(1, 3, 2)}
    assert scores.any_holder == {"favor": Measure(0, 0, 1), "against": Measure(2, 3, 2)}
    value = scores.to_json()["stances"]
    assert (value["f_avg"], value["f_avg_any_holder"]) == (0.2, 0.4)


def test_documents_add_up_in_any_order() -> None:
    one, two = document(entity("e", 0, 5, "GPE"), key="1"), document(entity("e", 0, 5, "GPE"), key="2")
    scores = score([one, two], [replace(two, entities=()), one])
    assert scores.documents == 2
    assert scores.entities["GPE"] == Measure(1, 1, 2)


def test_perfect_scores() -> None:
    gold = document(
        entity("e1", 12, 16, "ARMED", "قسد"),
        acts=(act("a1", (0, 4), (5, 8), (10, 50)),),
        stances=(Stance("a1", "e1", "favor"),),
    )
    value = score([gold], [gold]).to_json()
    assert value["entities"]["macro_f1"] == 1.0
    assert value["entities"]["names"]["f1"] == 1.0
    assert all(measure == 1.0 or measure["f1"] == 1.0 for measure in value["attributions"].values())
    assert value["stances"]["f_avg"] == 1.0


@pytest.mark.parametrize(
    ("gold", "predicted", "message"),
    [
        ([document()], [], r"documents missing from the predictions: \['d'\]; not in gold: \[\]"),
        ([], [document()], r"documents missing from the predictions: \[\]; not in gold: \['d'\]"),
        ([document(), document()], [document()], "gold document d stands twice"),
        ([document()], [document(), document()], "predicted document d stands twice"),
        ([document()], [replace(document(), text="y")], "document d: the predictions are of another text"),
    ],
)
def test_documents_that_do_not_match_are_refused(gold: list[Document], predicted: list[Document], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        score(gold, predicted)


def test_the_table_is_aligned_and_complete() -> None:
    gold = document(entity("e1", 0, 5, "GPE", "حلب"), acts=(act("a1", (0, 4), (5, 10), (12, 32)),))
    table = score([gold], [gold]).table().splitlines()
    assert table[0] == "1 documents"
    assert table[2].split() == ["entities", "p", "r", "f1", "gold", "pred"]
    assert "  GPE               1.0000  1.0000  1.0000     1     1" in table
    assert "  act exact         1.0000  1.0000  1.0000     1     1" in table
    assert [line.split() for line in table if "speaker" in line] == [["speaker", "1", "1", "1.0000"]]
    assert table[-1].split() == ["mean,", "any", "holder", "0.0000"]

"""The corpus that the project ships: sound, no text copied from another, and as its datasheet says."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from labels.__main__ import main
from labels.counts import count
from labels.jsonl import read
from labels.scheme import FORCES, LABELS, MODES, POLARITIES
from labels.split import PARTS, parts

CORPUS = Path(__file__).parent.parent / "labels/corpus"
AUTHORED = [document for file in sorted((CORPUS / "authored").glob("*.jsonl")) for document in read(file)]
SEEDS = list(read(CORPUS / "seeds.jsonl"))
SPLIT = CORPUS / "split.tsv"
SHINGLE = 8
"""Words in a row that two documents may not share."""


def test_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(CORPUS)]) == 0
    assert capsys.readouterr().out == "262 documents, 0 faults\n"


def test_the_datasheet_has_the_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", str(CORPUS), "--split", str(SPLIT)]) == 0
    counted = capsys.readouterr().out.rstrip()
    assert f"```\n{counted}\n```" in (CORPUS / "README.md").read_text(encoding="utf-8")


def test_no_two_share_more_than_a_phrase() -> None:
    where: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for document in AUTHORED:
        words = document.text.split()
        for at in range(len(words) - SHINGLE + 1):
            where[tuple(words[at : at + SHINGLE])].add(document.id)
    assert {run: ids for run, ids in where.items() if len(ids) > 1} == {}


def test_every_document_is_whole_and_says_where_it_is_from() -> None:
    assert len(AUTHORED) == 257
    assert {d.origin for d in AUTHORED} == {"authored"}
    assert all(d.entities and d.attributions and d.date for d in AUTHORED)


def test_every_document_has_one_part_and_every_event() -> None:
    # That no id and no event stands in two parts is what `parts` itself refuses.
    assert sorted(parts(SPLIT)) == sorted(document.id for document in [*SEEDS, *AUTHORED])
    assert {parts(SPLIT)[document.id] for document in SEEDS} == {"train"}


def test_a_tenth_is_for_development_and_a_tenth_for_the_test() -> None:
    assert Counter(parts(SPLIT).values()) == {"train": 210, "development": 26, "test": 26}


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_everything_that_the_scheme_names(part: str) -> None:
    counts = count(document for document in [*SEEDS, *AUTHORED] if parts(SPLIT)[document.id] == part)
    assert all(counts.mentions[label] >= 16 for label in LABELS)
    assert all(counts.forces[force] >= 6 for force in FORCES)
    assert all(counts.modes[mode] >= 59 for mode in MODES)
    assert all(counts.stances[polarity] >= 45 for polarity in POLARITIES)


def test_documents_that_tell_one_event_share_its_names() -> None:
    rows = [line.split("\t") for line in SPLIT.read_text(encoding="utf-8").splitlines()[1:]]
    events = defaultdict(set)
    for key, event, _ in rows:
        events[event].add(key)
    names = {d.id: {e.name for e in d.entities if e.label in ("GPE", "LOC", "FAC")} for d in [*SEEDS, *AUTHORED]}
    together = [keys for event, keys in events.items() if keys != {event}]
    assert len(together) == 44
    assert all(set.intersection(*(names[key] for key in keys)) for keys in together)

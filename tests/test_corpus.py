"""The corpus that the project ships: sound, no text copied from another, and as its datasheet says."""

from collections import defaultdict
from pathlib import Path

import pytest

from labels.__main__ import main
from labels.jsonl import read

CORPUS = Path(__file__).parent.parent / "labels/corpus"
AUTHORED = [document for file in sorted((CORPUS / "authored").glob("*.jsonl")) for document in read(file)]
SHINGLE = 8
"""Words in a row that two documents may not share."""


def test_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(CORPUS)]) == 0
    assert capsys.readouterr().out == "262 documents, 0 faults\n"


def test_the_datasheet_has_the_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", str(CORPUS)]) == 0
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

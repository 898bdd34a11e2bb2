"""The campaigns of batch runs, cut short."""

import subprocess
import sys
from pathlib import Path

from tests.campaigns.engines import difference

ROOT = Path(__file__).parent.parent


def campaign(name: str, *arguments: str) -> str:
    command = [sys.executable, "-m", f"tests.campaigns.{name}", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_runs_killed_at_random_moments_end_with_the_same_bytes() -> None:
    assert "stand-in model, 120 documents: 8 kills in " in campaign("kills", "--kills", "8", "--documents", "120")


def test_every_engine_gives_the_same_answers() -> None:
    shown = campaign("engines", "--documents", "12").splitlines()
    told = [line for line in shown if " findings: " in line]
    assert [line.split("  ")[0] for line in told] == ["HTTP, alone", "HTTP, in lists", "infer", "infer --engine ray"]
    for line in told:
        assert " 12 answers, " in line
        assert " findings: 0 differ, " in line


def test_ten_times_the_documents_take_no_more_memory() -> None:
    shown = campaign("memory", "--few", "300", "--many", "3000", "--kinds", ".jsonl.gz")
    assert [line.split()[0] for line in shown.splitlines()] == ["input", ".jsonl.gz"]


def test_what_counts_as_a_difference() -> None:
    answer = {"entities": [{"start": 0, "score": 0.9}, {"start": 4, "score": 0.5}]}
    for other, expected in [
        (answer, 0.0),
        ({"entities": [{"start": 0, "score": 0.9}, {"start": 4, "score": 0.25}]}, 0.25),
        ({"entities": [{"start": 0, "score": 0.9}, {"start": 5, "score": 0.5}]}, float("inf")),
        ({"entities": [{"start": 0, "score": 0.9}]}, float("inf")),
        ({"entities": [], "stances": []}, float("inf")),
    ]:
        assert difference(answer, other) == expected

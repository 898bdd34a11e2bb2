"""The campaigns in short, on a stand-in for the model."""

from pathlib import Path

from serving.settings import Settings
from tests.campaigns import fuzz, load
from tests.stand_in import running


def test_fuzzed_requests_get_answers_of_the_contract(tmp_path: Path) -> None:
    with running(tmp_path / "log", body_seconds=1) as service:
        tally, wrong = fuzz.campaign(service, 300, seed=1)
    assert wrong == []
    assert tally["valid", "200"] > 60
    assert tally["spoilt", "422"] > 50
    assert tally["broken", "400"] > 30
    assert tally["long", "200"] == 10


def test_twice_the_load_it_can_bear_is_answered_or_refused_in_time_and_forgotten(tmp_path: Path) -> None:
    with running(tmp_path / "log", queue_limit=8) as service:
        bears = Settings().parallel / 0.1
        report = load.strain(service, "WAIT 0.1", seconds=6, deadline=2, measured=2, known=bears)
        assert service.count("isnad_queue") == 0
        assert service.count("isnad_running") == 0
    assert set(report.statuses) == {"200", "429"} or set(report.statuses) == {"200", "429", "503"}
    assert report.statuses["200"] >= report.statuses.total() // 4
    assert report.after > 0
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")

"""The documents say what is so, and their code does what they say."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from labels import Document, Entity, Span
from labels.jsonl import parse
from labels.scheme import FORCES, LABELS, MODES, NAMED, POLARITIES
from labels.validation import faults
from serving.edge import instance_named
from serving.metrics import Metrics
from serving.settings import Settings

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
API, SCHEME, OPERATIONS, ARCHITECTURE = (
    (DOCS / f"{name}.md").read_text(encoding="utf-8") for name in ("api", "scheme", "operations", "architecture")
)
TESTED = re.compile(r"^<!-- tested -->\n```(\w+)\n(.*?)^```$(?:\n\nprints\n\n```text\n(.*?)^```$)?", re.M | re.S)
RUNNERS = {
    "bash": ["curl", "bash", "-euc"],
    "python": [sys.executable, sys.executable, "-c"],
    "javascript": ["node", "node", "--input-type=module", "--eval"],
}
LINE = "نقلت وكالة رويترز عن مصدر عسكري أن تنظيم داعش الإرهابي قتل 23 مدنياً في الحسكة."


def run(language: str, code: str, port: int) -> str:
    needed, *command = RUNNERS[language]
    if shutil.which(needed) is None:
        pytest.skip(f"{needed} is not on this machine")
    code = code.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    return subprocess.run([*command, code], capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize(("language", "code", "printed"), [found for found in TESTED.findall(API) if found[2]])
def test_what_the_examples_print(language: str, code: str, printed: str, port: int) -> None:
    assert run(language, code, port) == printed


def test_what_curl_gets(port: int) -> None:
    asked, wrong = (code for language, code, _ in TESTED.findall(API) if language == "bash")
    answer = json.loads(run("bash", asked, port))
    assert [(e["start"], e["end"], e["label"]) for e in answer["entities"]] == [
        (5, 17, "MEDIA"),
        (35, 45, "ARMED"),
        (59, 61, "NUM"),
        (72, 78, "GPE"),
    ]
    assert [(s["holder"], s["target"], s["evidence"]["text"]) for s in answer["stances"]] == [("a2", "e2", "الإرهابي")]
    problem, told = json.loads(run("bash", wrong, port)), json.loads(re.findall(r"```json\n(.*?)```", API, re.S)[0])
    assert all(instance.startswith(instance_named("")) for instance in (problem["instance"], told["instance"]))
    assert problem | {"instance": ""} == told | {"instance": ""}


def test_a_line_of_the_log_is_told_as_it_is(serve: Callable[..., TestClient], caplog: pytest.LogCaptureFixture) -> None:
    told = re.search(r" INFO isnad: (\S+): (.*) in \d+ ms$", OPERATIONS, re.M)
    assert told
    caplog.set_level("INFO", "isnad")
    id = told[1].removeprefix(instance_named(""))
    answer = serve().post("/analyze", json={"text": "قسد"}, headers={"X-Request-ID": id})
    assert answer.headers["X-Request-ID"] == id
    assert any(line.startswith(f"{told[1]}: {told[2]} in ") for line in caplog.messages)


def test_there_are_examples_in_every_language() -> None:
    assert [language for language, _, _ in TESTED.findall(API)] == ["bash", "python", "javascript", "bash"]


def test_the_client(port: int, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text(LINE, encoding="utf-8")
    command = [sys.executable, str(ROOT / "examples/client.py"), str(article), f"http://127.0.0.1:{port}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout == (
        "وكالة رويترز · state · عن مصدر عسكري أن تنظيم داعش الإرهابي قتل 23 مدنياً في الحسكة\n"
        "مصدر عسكري · state · تنظيم داعش الإرهابي قتل 23 مدنياً في الحسكة\n"
    )


def test_every_path_is_told() -> None:
    for path in ("/analyze", "/healthz", "/readyz", "/version", "/metrics", "/openapi.json", "/"):
        assert re.search(rf"^\| `(GET|POST) {path}` \|", API, re.M)


def rows(text: str, names: tuple[str, ...]) -> dict[str, list[str]]:
    """By name: the other cells of the table row that begins with it."""
    found = re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.M)
    return {name: cells.split(" | ") for name, cells in found if name in names}


@pytest.mark.parametrize("name", [*LABELS, *FORCES, *MODES, *POLARITIES])
def test_every_name_of_the_scheme_is_explained(name: str) -> None:
    assert f"`{name}`" in SCHEME


def bracketed(example: str) -> tuple[str, Span]:
    before, inside, after = re.split(r"[\[\]]", example)
    return before + inside + after, Span(len(before), len(before) + len(inside))


@pytest.mark.parametrize("label", LABELS)
def test_the_example_of_a_label_breaks_no_rule(label: str) -> None:
    text, span = bracketed(rows(SCHEME, LABELS)[label][1])
    name = span.of(text) if label in NAMED else None
    assert list(faults(Document("", text, (Entity("e1", span, label, name),)))) == []


@pytest.mark.parametrize("polarity", POLARITIES)
def test_the_evidence_of_a_stance_stands_in_its_example(polarity: str) -> None:
    example, evidence = rows(SCHEME, POLARITIES)[polarity]
    assert evidence in bracketed(example)[0]


def test_the_whole_document_breaks_no_rule() -> None:
    document = parse(re.findall(r"```json\n(.*?)\n```", SCHEME, re.S)[0].encode())
    assert f"\n> {document.text}\n" in SCHEME
    assert list(faults(document)) == []
    assert [act.parent for act in document.attributions] == [None, "a1"]


def test_every_setting_and_its_default_is_told() -> None:
    told = dict(
        pair
        for names, defaults in re.findall(r"^\| (`ISNAD_.*?) \| (.*?) \|", OPERATIONS, re.M)
        for pair in zip(re.findall(r"ISNAD_(\w+)", names), defaults.replace("`", "").split(", "), strict=True)
    )
    assert set(told) == {name.upper() for name in Settings.model_fields}
    for name in ("host", "port", "max_body_bytes", "max_chars", "max_documents", "queue_limit", "workers", "log_level"):
        assert told[name.upper()] == str(Settings.model_fields[name].default)


def test_every_metric_is_told() -> None:
    # When a count began is told with each count.
    named = set(re.findall(r"^# TYPE (isnad_\w+)(?<!_created) ", Metrics().text().decode(), re.M))
    assert "isnad_queue" in named
    assert named <= set(re.findall(r"^\| `(isnad_\w+)` \|", OPERATIONS, re.M))


def test_the_modules_on_the_path_of_a_document_are_there() -> None:
    named = re.findall(r"`((?:serving|training|tests)/\w+\.py)`", ARCHITECTURE)
    assert len(named) > 20
    assert [name for name in named if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda p: p.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []

"""The container image, the systemd unit and the compose file, as far as they can be checked without running them."""

import json
import re
import shutil
import socket
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from serving import healthcheck
from serving.settings import Settings
from tests.stand_in import running

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy" / "isnad.service").read_text(encoding="utf-8")
INSTRUCTIONS = [
    line.split(None, 1) for line in re.sub(r"\\\n", " ", DOCKERFILE).splitlines() if line and not line.startswith("#")
]


def values(name: str) -> list[str]:
    """The arguments of all instructions called `name`, in order."""
    return [value for instruction, value in INSTRUCTIONS if instruction == name]


def tool(name: str) -> str:
    """Where a tool is that checks more than these tests do, in the environment or on the path; skips without it."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on this machine")
    return found


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps `path` out of the build: the last pattern that fits it or a folder above it says."""
    parts = path.split("/")
    above = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    out = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.lstrip("!").removeprefix("**/")
        if line and not line.startswith("#") and any(fnmatch(each, pattern) for each in (*above, parts[-1])):
            out = not line.startswith("!")
    return out


def test_the_image_is_made_of_what_serving_needs_and_nothing_else() -> None:
    copied = [value.split() for value in values("COPY") if not value.startswith("--from")]
    assert [source for source, _ in copied] == ["requirements/serving.txt", "labels", "serving", "models/isnad-ar"]
    for source, _ in copied:
        assert (ROOT / source).exists() and not ignored(source)
    listed = json.loads((ROOT / "models/isnad-ar/manifest.json").read_text(encoding="utf-8"))["files"]
    kept = {path for path in listed if not ignored(f"models/isnad-ar/{path}")}
    assert {"config.json", "tokenizer.json", "names.json", "onnx/encoder_quantized.onnx"} <= kept
    for path in ("models/isnad-ar/model.safetensors", "labels/corpus/seeds.jsonl", ".git/config", "training/loop.py"):
        assert ignored(path)
    assert "--require-hashes" in DOCKERFILE and "torch" not in "".join(values("RUN"))


def test_the_image_runs_as_nobody_in_particular_on_a_pinned_base() -> None:
    bases = values("FROM")
    assert len(bases) == 2
    assert all(re.fullmatch(r"python:3\.\d+-slim-\w+( AS build)?", base) for base in bases)
    last = [name for name, _ in INSTRUCTIONS]
    assert values("USER") == ["10001:10001"]
    assert last.index("USER") > last.index("RUN", last.index("FROM", 1))
    health = json.loads(values("HEALTHCHECK")[0].partition("CMD")[2])
    assert health == ["python", "-m", "serving.healthcheck"]
    assert (json.loads(values("ENTRYPOINT")[0]), json.loads(values("CMD")[0])) == (
        ["python", "-m", "serving"],
        ["serve"],
    )


def test_the_dockerfile_passes_hadolint() -> None:
    subprocess.run([tool("hadolint"), ROOT / "Dockerfile"], check=True)


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    # Only that the program is there is not so here.
    unit = UNIT.replace("/opt/isnad/.venv/bin/python", sys.executable)
    (tmp_path / "isnad.service").write_text(unit, encoding="utf-8")
    verified = subprocess.run(
        [tool("systemd-analyze"), "verify", tmp_path / "isnad.service"], capture_output=True, text=True
    )
    assert (verified.returncode, verified.stderr) == (0, "")


def test_the_compose_file() -> None:
    yaml = pytest.importorskip("yaml")
    service = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))["services"]["isnad"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "cpus", "pids_limit"} <= set(service)
    assert service["healthcheck"]["test"] == ["CMD", "python", "-m", "serving.healthcheck"]
    # A key is demanded, and only this machine gets in without another decision.
    assert service["environment"]["ISNAD_API_KEYS"].startswith("${ISNAD_API_KEYS:?")
    assert service["ports"] == ["127.0.0.1:8000:8000"]


def test_both_give_the_service_time_to_finish_what_it_accepted() -> None:
    longest = Settings().deadline_seconds + 10
    assert int(re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)[0]) > longest
    compose = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    assert int(re.findall(r"stop_grace_period: (\d+)s", compose)[0]) > longest


def test_the_health_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(tmp_path / "log") as service:
        monkeypatch.setenv("ISNAD_PORT", str(service.port))
        monkeypatch.setenv("ISNAD_HOST", "0.0.0.0")
        assert healthcheck.main() == 0
    assert healthcheck.main() == 1
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setenv("ISNAD_PORT", str(silent.getsockname()[1]))
        monkeypatch.setattr(healthcheck, "_SECONDS", 0.2)
        assert healthcheck.main() == 1


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "::1"),
        ("[::1]", "::1"),
        ("10.1.2.3", "10.1.2.3"),
    ],
)
def test_the_health_check_asks_where_the_service_listens(
    host: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def refuse(address: tuple[str, int], *_rest: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setenv("ISNAD_HOST", host)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert healthcheck.main() == 1
    assert tried == [(asked, 8000)]

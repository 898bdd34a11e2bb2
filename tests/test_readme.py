"""The README's code does what the README says."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(mark: str, language: str) -> list[str]:
    """The code of the README in `language` that stands under `<!-- mark -->`."""
    return re.findall(rf"^<!-- {mark} -->\n```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("code", blocks("tested", "python"))
def test_python(code: str) -> None:
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "ORG المرصد السوري لحقوق الإنسان المرصد السوري لحقوق الإنسان\n" in shown


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")
@pytest.mark.parametrize("code", blocks("tested: serve", "bash"))
def test_against_the_service(code: str, port: int) -> None:
    command = code.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    shown = subprocess.run(["bash", "-euc", command], capture_output=True, text=True, check=True).stdout
    answer = json.loads(shown)
    assert [entity["label"] for entity in answer["entities"] if entity["text"] == "المرصد السوري لحقوق الإنسان"] == [
        "ORG"
    ]
    assert [attribution["cue"]["text"] for attribution in answer["attributions"]] == ["أكد", "أضاف"]


def test_there_is_code_to_test() -> None:
    assert len(blocks("tested", "python")) == 1
    assert len(blocks("tested: serve", "bash")) == 1


def test_every_target_is_told() -> None:
    targets = re.findall(r"^(\w+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"infer", "serve", "train", "test", "bench", "lint", "lock"} <= set(targets)
    for target in ("infer", "serve", "train", "test", "bench"):
        assert f"make {target}" in README

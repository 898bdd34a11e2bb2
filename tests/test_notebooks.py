"""The notebooks run from the first cell to the last."""

import contextlib
import io
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_cell_runs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    outputs: list[tuple[list[str], list[str]]] = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec("".join(cell["source"]), names)
            outputs.append((printed.getvalue().splitlines(True), cell["outputs"][0]["text"]))
    # What the model says may differ in the last digit with the processor; the articles are always the same five.
    assert outputs[0][0] == outputs[0][1]
    assert [printed[0] for printed, _ in outputs] == [kept[0] for _, kept in outputs]


def test_there_is_a_notebook() -> None:
    assert [p.stem for p in NOTEBOOKS] == ["side_by_side"]

"""What each stage of a model's training was: its command, hyper-parameters, versions and the hashes of what it read."""

import json
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from serving.manifest import sha256

NAME = "training.json"
_PACKAGES = ("torch", "transformers", "tokenizers", "datasets", "onnx", "onnxruntime", "numpy")


def stage(name: str, recipe: dict[str, float], data: Iterable[Path]) -> dict[str, Any]:
    """The record of a stage; `data` are the files that it read, or folders of them."""
    files = [
        f for path in data for f in ([path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()))
    ]
    return {
        "stage": name,
        "command": ["python", "-m", "training", *sys.argv[1:]],
        "recipe": recipe,
        "versions": {package: version(package) for package in _PACKAGES} | {"python": sys.version.split()[0]},
        "data": {str(f): sha256(f) for f in files},
    }


def read(folder: Path) -> list[dict[str, Any]]:
    """The stages behind the model in `folder`; none for a model that was not trained here."""
    path = folder / NAME
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else []


def write(folder: Path, stages: list[dict[str, Any]]) -> None:
    """Note the stages behind the model in `folder`."""
    (folder / NAME).write_text(json.dumps(stages, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def unseen(stages: Iterable[dict[str, Any]], corpus: Path, split: Path) -> bool:
    """Whether each of the stages that read documents of `corpus` left out what `split`, as it is now, keeps apart."""
    now = sha256(split)
    return all(
        stage["data"].get(str(split)) == now
        for stage in stages
        if any(Path(path).is_relative_to(corpus) for path in stage["data"])
    )

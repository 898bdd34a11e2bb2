"""What serving needs, and what it must not."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SERVING = ROOT / ".venv" / "bin" / "python"
TRAINING_ONLY = ("torch", "transformers", "datasets")


def in_serving_set(code: str) -> str:
    return subprocess.run([SERVING, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(not SERVING.exists(), reason=".venv is made by make test, make infer and make serve")
def test_the_serving_set_has_no_training_library_in_it() -> None:
    code = f"from importlib.util import find_spec; print([name for name in {TRAINING_ONLY} if find_spec(name)])"
    assert in_serving_set(code) == "[]\n"


@pytest.mark.skipif(not SERVING.exists(), reason=".venv is made by make test, make infer and make serve")
def test_every_module_of_serving_is_imported_with_the_serving_set() -> None:
    modules = [f"serving.{path.stem}" for path in sorted((ROOT / "serving").glob("*.py")) if path.stem[0] != "_"]
    assert "serving.app" in modules
    in_serving_set("import " + ", ".join([*modules, "serving.__main__"]))


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize(
    ("package", "allowed"), [("labels", {"labels"}), ("serving", {"labels", "serving"})], ids=["labels", "serving"]
)
def test_packages_import_only_what_stands_below_them(package: str, allowed: set[str]) -> None:
    ours = {"labels", "serving", "training", "bench", "tests"}
    for path in (ROOT / package).rglob("*.py"):
        found = imports(path)
        assert found & ours <= allowed, path
        assert not found & set(TRAINING_ONLY), path
        if package == "labels":
            assert found <= set(sys.stdlib_module_names) | {"labels"}, path


def test_the_locked_sets_agree_and_name_no_index() -> None:
    serving, development = (
        (ROOT / "requirements" / name).read_text(encoding="utf-8") for name in ("serving.txt", "dev.txt")
    )
    pins = [{line for line in text.splitlines() if "==" in line} for text in (serving, development)]
    assert pins[0] <= pins[1]
    assert not any(f"\n{name}==" in serving for name in TRAINING_ONLY)
    for text in (serving, development):
        assert "://" not in text
        assert "--index-url" not in text
        assert text.count("--hash=sha256:") > text.count("==")

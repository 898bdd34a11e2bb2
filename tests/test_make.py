"""What make has the environments run, told by stand-ins for their Python."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parent.parent / "Makefile"
PYTHON = """#!/bin/sh
echo "$0: ISNAD_WORKERS=$ISNAD_WORKERS $*"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the Makefile and environments that are ready."""
    shutil.copy(MAKEFILE, tmp_path)
    (tmp_path / "requirements").mkdir()
    for name in ("serving", "parquet", "ray"):
        (tmp_path / f"requirements/{name}.txt").touch()
        os.utime(tmp_path / f"requirements/{name}.txt", (0, 0))
    for name in (".venv", ".venv-ray"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / ".locked").touch()
        (tmp_path / name / "bin/python").write_text(PYTHON)
        (tmp_path / name / "bin/python").chmod(0o755)
    return tmp_path


def made(checkout: Path, *arguments: str, **environment: str) -> list[str]:
    """What was run, one a line."""
    return subprocess.run(
        ["make", *arguments],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.splitlines()


@pytest.mark.parametrize(
    ("given", "environment", "workers"),
    [
        ([], {}, "1"),
        (["WORKERS=3"], {}, "3"),
        ([], {"ISNAD_WORKERS": "2"}, "2"),
        (["WORKERS=3"], {"ISNAD_WORKERS": "2"}, "3"),
    ],
)
def test_the_service_has_one_worker_unless_others_are_asked_for(
    checkout: Path, given: list[str], environment: dict[str, str], workers: str
) -> None:
    assert made(checkout, "serve", *given, **environment) == [
        f".venv/bin/python: ISNAD_WORKERS={workers} -m serving serve"
    ]


@pytest.mark.parametrize(("given", "passed_on"), [([], ""), (["WORKERS=3"], "--workers 3 ")])
def test_a_cluster_has_as_many_workers_as_it_bears_unless_others_are_asked_for(
    checkout: Path, given: list[str], passed_on: str
) -> None:
    assert made(checkout, "infer", "ENGINE=ray", "IN=a", "OUT=b", *given, ISNAD_WORKERS="2") == [
        f".venv-ray/bin/python: ISNAD_WORKERS=2 -m serving infer --engine ray {passed_on}a b"
    ]


def test_what_reads_parquet_is_installed_for_a_link_to_a_folder_of_it(checkout: Path) -> None:
    (checkout / "far").mkdir()
    (checkout / "far/a.parquet").touch()
    (checkout / "near").symlink_to("far")
    install, infer = made(checkout, "infer", "IN=near", "OUT=b")
    assert install.endswith("--only-binary :all: -r requirements/parquet.txt")
    assert infer == ".venv/bin/python: ISNAD_WORKERS= -m serving infer near b"

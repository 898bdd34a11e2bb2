"""The notebooks run from the first cell to the last, as in Jupyter, and stand in the repository as they came out.

`DOMAIN=none .venv-dev/bin/jupyter execute --inplace notebooks/*.ipynb` renders them anew, after a new model.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).parent.parent
NOTEBOOKS = {"coverage", "errors", "retrain"}
LARGEST = 300_000


def read(name: str) -> NotebookNode:
    path = ROOT / "notebooks" / f"{name}.ipynb"
    notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # untyped in nbformat
    return notebook


@pytest.fixture(scope="module", params=sorted(NOTEBOOKS))
def run(request: pytest.FixtureRequest) -> Iterator[tuple[str, NotebookNode]]:
    """A notebook that has been run anew, without a domain corpus."""
    notebook = read(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOMAIN", "none")
        client = NotebookClient(notebook, timeout=900, startup_timeout=300, kernel_name="python3")
        yield request.param, client.execute(cwd=str(ROOT / "notebooks"))


def outputs(notebook: NotebookNode) -> list[list[str]]:
    """For each cell of code, what kinds of output it shows: "image/png", "text/html"."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [[sorted(o.data)[0] for o in cell.outputs if o.output_type != "stream"] for cell in cells]


def printed(notebook: NotebookNode) -> str:
    """Everything that its cells print."""
    streams = (o for cell in notebook.cells for o in cell.get("outputs", ()) if o.output_type == "stream")
    return "".join(o.text for o in streams if o.name == "stdout")


def test_every_cell_runs_and_gives_what_is_kept(run: tuple[str, NotebookNode]) -> None:
    name, notebook = run
    assert outputs(notebook) == outputs(read(name))
    if name == "retrain":
        assert re.search(r"^before: set\(\) after: \{'FAC'\}$", printed(notebook), re.MULTILINE)


@pytest.mark.parametrize(("name", "plots"), [("coverage", 5), ("errors", 2), ("retrain", 1)])
def test_what_is_kept_is_rendered_and_small(name: str, plots: int) -> None:
    assert sum(kinds.count("image/png") for kinds in outputs(read(name))) == plots
    assert (ROOT / "notebooks" / f"{name}.ipynb").stat().st_size < LARGEST


def test_no_text_of_other_peoples_corpora_is_kept() -> None:
    assert "the authored sample: no domain corpus here 5\n" in printed(read("errors"))


def test_these_are_all_notebooks() -> None:
    assert {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} == NOTEBOOKS

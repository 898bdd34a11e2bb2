"""The same documents alone and in lists over HTTP, by the local engine and by Ray: the answers must be the same.

`python -m tests.campaigns.engines [--documents 500] [--raw FILE.xz [--longest 200000]]`; the shipped model on texts of
the corpus, or on lines of a file of raw news. Scores may differ by 0.01, all else not at all.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from tests.campaigns.inputs import ROOT, Document, corpus, raw, write

Answer = dict[str, Any]
_TOLERANCE = 0.01
_IN_A_LIST = 16


@contextmanager
def service() -> Iterator[str]:
    """The address of a service on the shipped model, ready."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    environment = os.environ | {"ISNAD_PORT": str(port), "ISNAD_LOG_LEVEL": "error"}
    process = subprocess.Popen([sys.executable, "-m", "serving", "serve"], cwd=ROOT, env=environment)
    try:
        while not _ready(port):
            if process.poll() is not None:
                raise SystemExit("the service did not start")
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/analyze"
    except URLError as error:
        raise SystemExit(f"no answer, the service's status being {process.poll()}: {error.reason}") from error
    finally:
        process.terminate()
        process.wait(60)


def _ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60):
            return True
    except OSError:
        return False


def _ask(address: str, body: Any) -> Any:
    request = Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=600) as answer:
        return json.loads(answer.read())


def alone(documents: list[Document]) -> list[Answer]:
    """Each document in a request of its own."""
    with service() as address:
        return [_ask(address, {"id": document["id"], "text": document["text"]}) for document in documents]


def listed(documents: list[Document]) -> list[Answer]:
    """Several documents in a request."""
    with service() as address:
        lists = [documents[first : first + _IN_A_LIST] for first in range(0, len(documents), _IN_A_LIST)]
        some = [_ask(address, {"documents": part})["results"] for part in lists]
        return [answer for part in some for answer in part]


def _infer(documents: list[Document], *options: str) -> list[Answer]:
    with TemporaryDirectory() as folder:
        source, out = write(Path(folder) / "in.jsonl", documents), Path(folder) / "out"
        subprocess.run([sys.executable, "-m", "serving", "infer", source, out, *options], cwd=ROOT, check=True)
        files = sorted((out / "answers").iterdir()) if out.is_dir() else [out]
        found = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
        return [{key: value for key, value in answer.items() if key != "meta"} for answer in found]


def local(documents: list[Document]) -> list[Answer]:
    """`python -m serving infer`, as `make infer` starts it."""
    return _infer(documents)


def ray(documents: list[Document]) -> list[Answer]:
    """`python -m serving infer --engine ray`, two workers."""
    return _infer(documents, "--engine", "ray", "--workers", "2")


ENGINES: dict[str, Callable[[list[Document]], list[Answer]]] = {
    "HTTP, alone": alone,
    "HTTP, in lists": listed,
    "infer": local,
    "infer --engine ray": ray,
}


def difference(one: Any, other: Any, key: str = "") -> float:
    """The greatest difference between scores of two answers; infinite where anything else differs."""
    if key == "score":
        return float(abs(one - other))
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return max((difference(one[each], other[each], each) for each in one), default=0.0)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return max(map(difference, one, other), default=0.0)
    return 0.0 if one == other else float("inf")


def main() -> int:
    """Exit status: 0 when all engines gave the same answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--raw", type=Path, help="an xz file of raw news, one document a line")
    parser.add_argument("--longest", type=int, default=200_000, help="characters of the longest line of it taken")
    asked = parser.parse_args()
    documents = raw(asked.raw, asked.documents, asked.longest) if asked.raw else corpus(asked.documents)
    first: list[Answer] = []
    wrong = 0
    for name, engine in ENGINES.items():
        began = time.monotonic()
        answers = engine(documents)
        seconds = time.monotonic() - began
        first = first or answers
        apart = [difference(one, other) for one, other in zip(first, answers, strict=True)]
        other = sum(each > _TOLERANCE for each in apart)
        wrong += other
        score = max((each for each in apart if each <= _TOLERANCE), default=0.0)
        found = sum(len(answer[kind]) for answer in answers for kind in ("entities", "attributions", "stances"))
        print(
            f"{name:<20} {len(answers)} answers, {found} findings: {other} differ, scores by at most {score:.4f}"
            f" ({seconds:.0f} s)",
            flush=True,
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
